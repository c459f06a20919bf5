"""Where a content begins and ends: not past a paragraph, a skipped stretch or its cue's sentence."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby

from .. import nlp, resources
from ..nlp import Span
from . import words as reading
from .spans import Draft, joined, trimmed

_JUDGES = re.compile(
    r"\b(?:prais|applaud|laud|commend|hail|condemn|denounc|decr|blam|accus|critici[sz]|slam|blast|rebuk|thank)\w*\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"(?P<comma>,?)\s+(?P<word>after|when|as|while)\s")
_TELLS = re.compile(r"(?:told|tells?|telling|informed|reminded|assured|warned)\s*$")
_ADDRESSEE = re.compile(r"(?:[A-Z][\w’'-]*\s+)+(?=[a-z“\"‘'«])")
_ASKED_ABOUT = re.compile(r"\b(?:(?:when|if|was|were|been|being|is|are)\s+asked|Asked)\s+about\b")
_NOT_TO_BE = re.compile(r"ask(?:ed|s|ing)?\s+not\s+to\s+be\b", re.IGNORECASE)
_HEARSAY = re.compile(r"(?:reportedly|allegedly|supposedly)\b", re.IGNORECASE)
_MAKES = re.compile(
    r"\b(?:wr[io]te|writes|written|penn|sang|sung|sing|play|perform|record|publish|releas|titled|entitled)\w*"
)
_SHORT, _LONGEST_TITLE = 3, 8  # letters of a word that a title may leave small; words of a title
_HANDED_ON = 4  # words between the verb and the object that makes it another verb


@dataclass(frozen=True)
class _Piece:
    """A content's part in one sentence; `quoted` where it begins inside quotation marks, or they go on after it."""

    start: int
    end: int
    sentence: int
    paragraph: int
    quoted: bool


def _pieces(words: reading.Words, spans: Sequence[Span]) -> Iterator[_Piece]:
    for start, end in spans:
        for sentence, numbers in groupby(words.between(start, end), key=words.sentence.__getitem__):
            inside = list(numbers)
            first, last = words.start[inside[0]], min(end, words.end[inside[-1]])
            if span := trimmed(words.text, first, last):
                around = words.quotations_in(*span)
                quoted = any(q.open_start <= span[0] or q.end > span[1] + 1 for q in around)
                yield _Piece(*span, sentence, words.paragraph[inside[0]], quoted)


def _beside(piece: _Piece, anchor: int, skips: Sequence[Span]) -> bool:
    """True where nothing that is not the article stands between the piece and its cue."""
    return not any(min(piece.start, anchor) <= start < max(piece.start, anchor) for start, _ in skips)


def kept_to_its_place(words: reading.Words, draft: Draft) -> Draft:
    """The draft without what stands in another paragraph or sentence than its cue, unless it is in quotation marks.

    "Pickets blocked the gate, the company said. Two people were hurt." ends before "Two": nothing says who told that.
    """
    pieces = list(_pieces(words, draft.spans))
    if draft.verbatim or len({piece.sentence for piece in pieces}) < 2 or _set_off(words.text, draft):
        return draft
    anchor = (draft.cue or draft.speaker or draft.spans[0])[0]
    at = min(bisect_left(words.start, anchor), len(words) - 1)
    near = [p for p in pieces if p.quoted or (p.paragraph == words.paragraph[at] and _beside(p, anchor, words.skips))]
    near = near or [p for p in pieces if p.paragraph == pieces[0].paragraph]
    kept = _kept_sentences(near, words.sentence[at])
    if kept == pieces:
        return draft
    spans = joined(words.text, [(piece.start, piece.end) for piece in kept])
    return replace(draft, spans=[trimmed(words.text, *span) or span for span in spans])


def _set_off(text: str, draft: Draft) -> bool:
    """True for a paragraph that a colon at the end of the one before hands to its speaker, without quotation marks."""
    return bool(draft.cue and re.fullmatch(r"[^\n.!?]*:\s*\n\s*", text[draft.cue[1] : draft.spans[0][0]]))


def around_hearsay(words: reading.Words, draft: Draft) -> Draft:
    """The whole clause around "reportedly" where nobody is named: [The shooting was] reportedly [followed by ...]."""
    hearsay = _HEARSAY.match(words.text, *draft.cue) if draft.cue and not draft.speaker else None
    if not hearsay:
        return draft
    start, end = nlp.sentences(words.text)[nlp.sentence_at(words.text, hearsay.start())]
    parts = (trimmed(words.text, start, hearsay.start()), trimmed(words.text, hearsay.end(), end))
    return replace(draft, cue=hearsay.span(), spans=[part for part in parts if part] or draft.spans)


def _kept_sentences(pieces: list[_Piece], home: int) -> list[_Piece]:
    """The pieces in quotation marks, those in the cue's sentence; where that has none, the nearest one before it."""
    there = [piece for piece in pieces if piece.sentence == home]
    if not there and (bare := [piece for piece in pieces if not piece.quoted]):
        nearest = max((p.sentence for p in bare if p.sentence < home), default=bare[0].sentence)
        there = [piece for piece in bare if piece.sentence == nearest]
    return [piece for piece in pieces if piece.quoted or piece in there]


def without_narration(words: reading.Words, draft: Draft) -> Draft:
    """What is praised or blamed, without the outlet's own clause: "praised her officers [after a riot broke out]"."""
    cue = words.text[slice(*draft.cue)] if draft.cue else ""
    start, end = draft.spans[-1]
    if not _JUDGES.search(cue) or not draft.cue or draft.cue[0] >= end:
        return draft
    for match in _CLAUSE.finditer(words.text, start, end):
        before = trimmed(words.text, start, match.start())
        plain = match["comma"] or (match["word"] in ("after", "when") and "accus" not in cue.lower())
        inside = words.quotations_in(match.start() + 1, match.end())
        if plain and before and not inside and _is_clause(words.text, match.start("word")):
            return replace(draft, spans=[*draft.spans[:-1], before])
    return draft


def _is_clause(text: str, place: int) -> bool:
    """True where the word at `place` opens a clause with a subject and a finite verb."""
    first, last = nlp.sentences(text)[nlp.sentence_at(text, place)]
    for sentence in nlp.parse(text[first:last]):
        for token in sentence.doc:
            if first + sentence.start + token.idx == place and token.dep_ in ("mark", "advmod"):
                below = {child.dep_ for child in token.head.children}
                finite = token.head.tag_ in ("VBD", "VBZ", "VBP", "MD") or below & {"aux", "auxpass"}
                return bool(finite and below & {"nsubj", "nsubjpass", "expl"})
    return False


def whole_clause(words: reading.Words, draft: Draft, others: Sequence[Draft]) -> Draft:
    """An indirect content before its cue from the beginning of its sentence: "[Neither side wants war], they say"."""
    start, end = draft.spans[0]
    first = nlp.sentences(words.text)[nlp.sentence_at(words.text, start)][0]
    parts = [span for span in (draft.cue, draft.speaker) if span]
    if not parts or len(draft.spans) > 1 or not re.search(r"\w\s+$", words.text[first:start]):
        return draft
    if not re.fullmatch(r",\s+", words.text[end : min(parts)[0]]) or words.quotations_in(first, end):
        return draft
    taken = [span for other in others if other is not draft for span in (*other.spans, other.cue, other.speaker)]
    if any(span and span[0] < start and first < span[1] for span in taken):
        return draft
    return replace(draft, spans=[trimmed(words.text, first, end) or draft.spans[0]])


def without_addressee(text: str, draft: Draft) -> Draft:
    """The draft without the end of whom it was told to: "told the World [Service they had heard none]"."""
    start, end = draft.spans[0]
    if not draft.cue or not _TELLS.search(text[slice(*draft.cue)]):
        return draft
    lead = text[draft.cue[1] : start]
    name = _ADDRESSEE.match(text, start, end) if re.fullmatch(r"\s+(?:the\s+)?(?:[A-Z][\w’'-]*\s+)+", lead) else None
    rest = trimmed(text, name.end(), end) if name else None
    return replace(draft, spans=[rest, *draft.spans[1:]]) if rest else draft


@lru_cache(maxsize=1)
def _no_cues() -> re.Pattern[str]:
    rows = ((verbs.split(), objects.split()) for verbs, objects in resources.table("no_cues.tsv"))
    pairs = (
        rf"(?:{'|'.join(verbs)})\s+(?:(?!(?:that|how|why|when|if|to)\b)[\w’'-]+\s+){{0,{_HANDED_ON}}}?(?:{'|'.join(objects)})"
        for verbs, objects in rows
    )
    return re.compile(rf"\b(?:{'|'.join(pairs)})\b")


def _is_title(words: reading.Words, draft: Draft) -> bool:
    """True for a short content wholly in quotation marks whose long words are all capitalised: “The Long Road Home”."""
    start, end = draft.spans[0]
    said = words.text[start:end]
    marked = any(q.start <= start and end <= q.end for q in words.quotations_in(start, end))
    long = [word for word in re.findall(r"[^\W\d_]+", said) if len(word) > _SHORT]
    capital = all(word[0].isupper() for word in long) and said[:1].isupper()
    return marked and capital and 1 < len(said.split()) <= _LONGEST_TITLE


def reports_something(words: reading.Words, draft: Draft) -> bool:
    """False for "recalled its envoy", "pointed his gun", "offered no evidence" and for who was only asked."""
    if not draft.cue or not draft.cue[0] <= draft.spans[0][0]:
        return True
    text, (start, end) = words.text, draft.cue
    tail = draft.spans[0][1]
    if _MAKES.search(text, start, end) and _is_title(words, draft):
        return False
    if any(m.start() < end and start < m.end() for m in _no_cues().finditer(text, max(0, start - 12), tail)):
        return False
    passive = (
        _NOT_TO_BE.search(text, start, min(tail, end + 12)),
        _ASKED_ABOUT.search(text, max(0, start - 8), end + 7),
    )
    return not any(passive)
