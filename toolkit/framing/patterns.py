"""The pattern language of codebooks and claims: words in order, `a|b` for either, `..` for a gap of up to three words.

`return|answer .. fire` finds "returned fire" and "answered with heavy fire". There are no regular expressions.

- A pattern word matches a word of the text when it equals its form ("fired") or its lemma ("fire"), whatever the case.
  One in capitals ("US") matches capitals only, with or without dots ("U.S."), so it never finds the pronoun "us".
- A hyphenated word is one word: `self-defence` finds "self-defence", and `government` does not find "pro-government".
- "didn't" is two words, `did not`; the possessive 's is passed over, and so is punctuation.
- A match lies inside one sentence. Time is bounded: at most 12 words a pattern, and no backtracking.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from .. import nlp, schema

MOST_WORDS = 12
LONGEST_GAP = 3


_DOTTED = re.compile(r"\b(?:[^\W\d_]\.){2,}")
_PATTERN_WORD = re.compile(r"[\w&%$€£][\w&%$€£.,'/-]*")
_HYPHENS = ("-", "‐", "‑")


@dataclass(frozen=True)
class Hit:
    """A match: the sentence's number, the characters of the text, the sentence's first and last spaCy tokens.

    `wanted` holds the words that the pattern names; any other word of the match stands in a gap.
    """

    sentence: int
    start: int
    end: int
    first: int
    last: int
    wanted: frozenset[str]


@dataclass(frozen=True)
class Pattern:
    """A pattern ready for use: for each word its alternatives, and how many words may stand before it."""

    source: str
    words: tuple[frozenset[str], ...]
    gaps: tuple[int, ...]

    @cached_property
    def wanted(self) -> frozenset[str]:
        """Every word that the pattern names."""
        return frozenset().union(*self.words)

    def may_stand(self, known: frozenset[str]) -> bool:
        """False among words that lack one that the pattern needs."""
        return not any(map(known.isdisjoint, self.words))

    def find(self, words: Sequence[frozenset[str]]) -> list[tuple[int, int]]:
        """First and last word of each match in a sentence, the shortest from each beginning, none overlapping.

        `words` holds, for each word of the sentence, what it may be called.
        """
        found: list[tuple[int, int]] = []
        for first in range(len(words)):
            if not found or first > found[-1][1]:
                last = self._end(words, first)
                if last is not None:
                    found.append((first, last))
        return found

    def _end(self, words: Sequence[frozenset[str]], first: int) -> int | None:
        """The last word of the shortest match that begins at `first`."""
        if self.words[0].isdisjoint(words[first]):
            return None
        reached = {first}
        for wanted, gap in zip(self.words[1:], self.gaps[1:], strict=True):
            steps = {place + step for place in reached for step in range(1, gap + 2)}
            reached = {at for at in steps if at < len(words) and not wanted.isdisjoint(words[at])}
        return min(reached, default=None)


def _plain(word: str) -> str:
    """Apostrophes straightened, dots of initials gone."""
    return _DOTTED.sub(lambda m: m.group().replace(".", ""), word.replace("’", "'"))


@lru_cache(maxsize=32_768)
def _forms(text: str, lemma: str) -> frozenset[str]:
    text = _plain(text)
    lemma = "not" if text.casefold() == "n't" else lemma
    capitals = {text} if text.isupper() and len(text) > 1 else set()
    return frozenset({text.casefold(), _plain(lemma).casefold()} | capitals)


def compile_pattern(source: object, where: str) -> Pattern:
    """A pattern from what a user wrote; `where` names the file and the frame for the error message."""
    if not isinstance(source, str) or not source.strip():
        raise schema.InputError(f"{where}: a pattern is empty; give it at least one word, or remove it.")
    words: list[frozenset[str]] = []
    gaps: list[int] = []
    gap = 0
    for part in source.split():
        if part in ("..", "…"):
            if gap or not words:
                raise _refused(source, where, "has a gap that does not stand between two words")
            gap = LONGEST_GAP
            continue
        words.append(_alternatives(part, source, where))
        gaps.append(gap)
        gap = 0
    if gap:
        raise _refused(source, where, "ends with a gap")
    if len(words) > MOST_WORDS:
        raise _refused(source, where, f"has {len(words)} words, more than {MOST_WORDS}")
    return Pattern(source, tuple(words), tuple(gaps))


def _refused(source: str, where: str, what: str) -> schema.InputError:
    return schema.InputError(
        f"{where}: the pattern {source!r} {what}; write words in order, a|b for either, `..` for a gap of up to three."
    )


def _alternatives(part: str, source: str, where: str) -> frozenset[str]:
    out = set()
    for choice in part.split("|"):
        word = _plain(choice).removesuffix("'s")
        if word.endswith("n't"):
            raise _refused(source, where, f"has the short form {choice!r}, which is two words (as in `did not`)")
        if not _PATTERN_WORD.fullmatch(word) or ".." in word:
            raise _refused(source, where, f"has {part!r}, which is no word (regular expressions are not understood)")
        out.add(word if word.isupper() and len(word) > 1 else word.casefold())
    return frozenset(out)


@dataclass(frozen=True)
class _Line:
    """A sentence as patterns see it: first and last token of each word, what each may be called, and all may be."""

    sentence: nlp.Sentence
    words: list[tuple[int, int]]
    forms: list[frozenset[str]]
    known: frozenset[str]

    def hit(self, first: int, last: int, wanted: frozenset[str]) -> Hit:
        """The match from one word to another."""
        begin, end = self.words[first][0], self.words[last][1]
        start, final = self.sentence.start, self.sentence.words[end]
        place = (start + self.sentence.words[begin].idx, start + final.idx + len(final.text))
        return Hit(self.sentence.number, *place, begin, end, wanted)


def _compounds(words: Sequence[nlp.Word]) -> list[tuple[int, int]]:
    """First and last token of each word: tokens joined by hyphens make one word."""
    groups: list[tuple[int, int]] = []
    for i, word in enumerate(words):
        joined = (
            i >= 2 and words[i - 1].text in _HYPHENS and not words[i - 1].whitespace_ and not words[i - 2].whitespace_
        )
        if joined and groups and groups[-1][1] == i - 2 and word.text[:1].isalnum():
            groups[-1] = (groups[-1][0], i)
        elif word.tag_ != "POS" and any(map(str.isalnum, word.text)):
            groups.append((i, i))
    return groups


def _line(sentence: nlp.Sentence) -> _Line:
    words = sentence.words
    groups = _compounds(words)
    before = ["".join(word.text for word in words[first:last]) for first, last in groups]
    forms = [_forms(b + words[last].text, b + words[last].lemma_) for b, (_, last) in zip(before, groups, strict=True)]
    return _Line(sentence, groups, forms, frozenset[str]().union(*forms))


@lru_cache(maxsize=128)
def _lines(text: str) -> tuple[list[_Line], frozenset[str]]:
    """The sentences of a text, and what all its words may be called."""
    lines = [_line(sentence) for sentence in nlp.parse(text)]
    return lines, frozenset[str]().union(*(line.known for line in lines))


def find(patterns: tuple[Pattern, ...], text: str) -> list[Hit]:
    """Where any of the patterns stands in a text, in order; of two matches that overlap, the longer counts."""
    lines, known = _lines(text)
    possible = [pattern for pattern in patterns if pattern.may_stand(known)]
    return apart(
        [
            line.hit(first, last, pattern.wanted)
            for line in lines
            for pattern in possible
            if pattern.may_stand(line.known)
            for first, last in pattern.find(line.forms)
        ]
    )


def apart(hits: list[Hit]) -> list[Hit]:
    """The hits in the order of the text without those that overlap a longer one."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (h.start - h.end, h.start)):
        if not any(overlap(hit, other) for other in kept):
            kept.append(hit)
    return sorted(kept, key=lambda h: h.start)


def overlap(a: Hit, b: Hit) -> bool:
    """True where two hits share a character."""
    return a.start < b.end and b.start < a.end
