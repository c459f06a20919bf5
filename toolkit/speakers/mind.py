"""Who is in the reader's mind at each place of an article, and what speaks for or against each of them being meant."""

from __future__ import annotations

import bisect
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from .. import nlp
from ..nlp import Span
from .finding import Cover
from .mentions import DETERMINER, NAME, SOMEBODY, Mention, core, without_titles
from .salience import PRONOUNS, Candidate, group_of

NEAR = 4  # sentences of the outlet's own that a description looks back
_FAR = 10  # and a pronoun
_LATE = 5  # the sentences in which somebody is "of late"
_MOST = 30  # people and bodies that are weighed
_SEEN = 8  # mentions of each that are looked at
_LATEST = 3  # groups that are remembered
_SPEAKERS = 2  # of the last speakers are always weighed
_QUOTED_NEAR = 60  # characters between a speaker and the words quoted
NEW = re.compile(r"(?:an?|another|one)\s", re.IGNORECASE)  # introduces somebody
_ADJUNCT = re.compile(
    r"(?:in|at|on|to|with|from|by|for|about|according|asked|[a-z]+ing|(?:after|before|when|while)\s+[a-z]+ing)\b[^,]*,\s*$",
    re.IGNORECASE,
)
_MARKS = ("”", '"', "’", "'", "“", "»")
_COUNTS = (1, 2, 4, 8)
_RANKS = ("last speaker", "speaker before", "speaker before that", "no speaker of late")
_VERB = re.compile(
    r"(?:,\s[^.;]{3,90},|\s\([^)]*\),?)?\s+(?:(?:also|then|later|himself|herself|now|never|still|has|had|was|is|would|will|"
    r"could|can|did|does|should|must|may|might|said|says|told|came|went|took|made|gave|began|won|lost|ran|spoke|wrote|"
    r"got|put|kept|met|saw|led|left|held|brought|thought|felt|knew|found|fell|rose|sought|swept|drew|stood|sat)"
    r"(?:n['’]t)?|\w+ed|[a-z]+[^s\W]s)\b"
)
_SUBJECTS = frozenset(("he", "she"))
_CLAUSE_ON = re.compile(r"\s+(?:[^,;:.!?\"“”()\n–—-]|\b(?:Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Gen|St)\.)+")
_OWNS = re.compile(r"(?<=['’]s)(?=\W)|['’]s?(?=\s)")


@dataclass(frozen=True)
class _Place:
    """Where somebody is looked for: the mention, where it stands, what is quoted beside it."""

    mention: Mention
    where: str
    quoted: str


class Mind:
    """The mentions read so far, by whom they mean, the latest last."""

    def __init__(self, text: str, contents: Sequence[Span]) -> None:
        self.known: list[Mention] = []
        self.lines = _own_lines(text, contents)  # for each sentence, how many of the outlet's own stand before it
        self._text = text
        self._contents = sorted(set(contents))
        starts = [start for start, _ in nlp.paragraphs(text)]
        self._paragraphs = [bisect.bisect_right(starts, start) for start, _ in nlp.sentences(text)]
        self._of: dict[str, list[Mention]] = {}
        self._spoke: list[str] = []
        self._have_spoken: set[str] = set()
        self._several: list[Mention] = []  # "Holt and Rask", "two brothers"
        self._called: dict[str, Counter[str]] = defaultdict(Counter)  # by which pronouns each was taken up
        self._taken: dict[str, str] = {}  # whom each pronoun meant last

    def note(self, known: Mention, who: str) -> None:
        """Remember a mention as that of `who`."""
        self.known.append(known)
        self._of[who] = self._of.pop(who, [])  # now the latest
        self._of[who].append(known)
        if known.kind == "many" and not known.told:
            self._several.append(known)
        if known.kind == "open":
            return
        said = self._text[known.start : known.end].lower()
        if said in PRONOUNS:
            self._called[who][group_of(said)] += 1
            self._taken[group_of(said)] = who
        if known.spoken:
            self._spoke.append(who)
            self._have_spoken.add(who)

    def before(self, mention: Mention) -> list[Mention]:
        """The mentions in the sentences before, as far back as a description looks."""
        first, out = self.lines[mention.sentence] - NEAR, []
        for known in reversed(self.known):
            if self.lines[known.sentence] < first:
                break
            if known.end <= mention.start:
                out.append(known)
        return out[::-1]

    def candidates(self, mention: Mention, agrees: Callable[[Mention], str]) -> list[Candidate]:
        """Those who may be meant, each by the latest mention that agrees, the latest last."""
        pronoun = mention.name.lower() in PRONOUNS
        first = self.lines[mention.sentence] - (_FAR if pronoun else NEAR)
        seen_from = _Place(mention, self._where(mention), self._quoted(mention))
        others = self._named_behind(mention) if pronoun else []
        out: list[Candidate] = []
        for who, seen in reversed(self._of.items()):
            late = [m for m in seen[: -_SEEN - 1 : -1] if m.end <= mention.start and self.lines[m.sentence] >= first]
            late = late or [m for m in seen[-1:] if m.end <= mention.start and who in self._spoke[-_SPEAKERS:]]
            fitting = (m for m in late if agrees(m) and not self._cannot(m, mention))
            other = any(name <= set(who.split()) for name in others)
            if latest := None if other else next(fitting, None):
                traits = frozenset(filter(None, self._traits(latest, who, seen_from)))
                out.append(Candidate(latest, who, agrees(latest), traits, len(seen)))
            if len(out) == _MOST or self.lines[seen[-1].sentence] < first - _FAR:
                break
        return out[::-1]

    def _where(self, mention: Mention) -> str:
        """Whether the one who is looked for stands behind words quoted, first in a sentence, or within it."""
        start = nlp.sentences(self._text)[mention.sentence][0]
        lead = self._text[start : mention.start]
        if self._text[max(0, mention.start - 3) : mention.start].rstrip().endswith(_MARKS):
            return "behind"
        if any(0 <= mention.start - end < 3 for _, end in self._beside(mention)):
            return "after"
        return "first" if len(lead.split()) < 2 else "within"

    def _beside(self, mention: Mention) -> list[Span]:
        """The contents right before and behind a mention."""
        at = bisect.bisect_left(self._contents, (mention.start, 0))
        return self._contents[max(0, at - 1) : at + 1]

    def _quoted(self, mention: Mention) -> str:
        """The words quoted beside a mention, lower case."""
        near = [(s, e) for s, e in self._beside(mention) if max(mention.start - e, s - mention.end) < _QUOTED_NEAR]
        return " ".join(self._text[start:end].lower() for start, end in near)

    def _named_behind(self, mention: Mention) -> list[set[str]]:
        """The words of each name that the pronoun's own clause goes on to name: nobody is "he" in "he told Holt"."""
        if mention.name.lower() not in _SUBJECTS:
            return []
        behind = _CLAUSE_ON.match(self._text, mention.end)
        runs = NAME.finditer(behind[0]) if behind else ()
        return [names for run in runs if (names := set(core(without_titles(run[0]))))]

    def _traits(self, m: Mention, who: str, place: _Place) -> Iterator[str]:
        back = min(self.lines[place.mention.sentence] - self.lines[m.sentence], 6)
        paragraphs = min(self._paragraphs[place.mention.sentence] - self._paragraphs[m.sentence], 3)
        yield from (f"{back} back", f"{paragraphs} paragraphs back", m.place, self.form(m), self._stands(m))
        yield f"{place.where}, {paragraphs} paragraphs back"
        yield f"{m.place}, {paragraphs} paragraphs back"
        yield "told" if m.told else ""
        late = self._several[-_LATEST:] if group_of(place.mention.name) in ("m", "f") else []
        yield "one of a pair" if any(k.start <= m.start and m.end <= k.end for k in late) else ""
        yield "several since" if any(k.start > m.end and k.place == "subject" for k in late) else ""
        yield "spoken" if m.spoken else ""
        yield "in the words quoted" if (last := core(m.name)[-1:]) and last[0] in place.quoted else ""
        yield from self._named(m, who, place)
        rank = next((n for n, one in enumerate(reversed(self._spoke[-3:])) if one == who), 3)
        yield from (_RANKS[rank], f"{_RANKS[rank]}, {place.where}", f"{_RANKS[rank]}, {paragraphs} paragraphs back")
        yield "spoke twice" if self._spoke[-2:] == [who, who] else "" if who in self._have_spoken else "has not spoken"
        if self._taken.get(group_of(place.mention.name)) == who:
            yield f"taken up by the last pronoun, {place.where}"
            yield f"taken up by the last pronoun, {paragraphs} paragraphs back"

    def _named(self, m: Mention, who: str, place: _Place) -> Iterator[str]:
        """How often somebody was named, and by which pronouns."""
        seen, first = self._of[who], self.lines[place.mention.sentence] - _LATE
        late = sum(self.lines[one.sentence] >= first for one in seen[-_SEEN:])
        yield f"named {max(n for n in _COUNTS if n <= len(seen))} times"
        yield f"named {max(n for n in _COUNTS if n <= max(late, 1))} times of late"
        sex = group_of(place.mention.name)
        if (votes := self._called[who]) and sex in ("m", "f"):
            so = "so" if votes[sex] > votes.total() / 2 else "otherwise"
            yield f"called {so} before, sex {'known' if m.gender else 'unknown'}"

    def _stands(self, m: Mention) -> str:
        if _OWNS.match(self._text, m.end):
            return "owner"
        return "with a verb" if _VERB.match(self._text, m.end) else "without a verb"

    def form(self, known: Mention) -> str:
        """Whether a mention is a pronoun, introduces somebody or describes; empty for a name."""
        words = self._text[known.start : known.end]
        if words.lower() in PRONOUNS:
            return "pronoun"
        if NEW.match(words) and known.kind != "signed" and known.name != SOMEBODY:
            return "new"
        return "" if any(word[:1].isupper() for word in DETERMINER.sub("", words).split()) else "described"

    def _cannot(self, known: Mention, mention: Mention) -> bool:
        """True for Holt in "Holt helped him" and in "Asked about Holt, she said": somebody else is meant."""
        if known.sentence != mention.sentence:
            return False
        if mention.name.lower() == "him" and known.place == "subject":
            return True
        start = nlp.sentences(self._text)[mention.sentence][0]
        owner = self._text[known.end : known.end + 2] in ("'s", "’s")
        return not owner and known.start >= start and bool(_ADJUNCT.match(self._text[start : mention.start]))


def _own_lines(text: str, contents: Sequence[Span]) -> list[int]:
    """For each sentence, how many before it hold words of the outlet's own: long quotations count for nothing."""
    cover, out, count = Cover(contents), [], 0
    for start, end in nlp.sentences(text):
        out.append(count)
        count += not cover.holds(start, max(start, end - 2))  # the closing marks are the outlet's
    return out
