"""Where a text names somebody: names, descriptions and pronouns in the outlet's own words, and how each one stands."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from .. import nlp, resources
from ..nlp import Span
from .mentions import (
    DETERMINER,
    NAME,
    SOMEBODY,
    Mention,
    gender_of,
    kind_of,
    known_noun,
    lists,
    own_name,
    papers,
    personal_name,
    singular,
    without_titles,
    word_list,
)
from .roles import AGE, roles_at

PRONOUN = re.compile(r"\b(?:[Hh]e|[Ss]he|[Tt]hey|[Hh]is|[Hh]er|[Hh]im)\b")
_SUBJECTS = frozenset(("he", "she", "they"))
_LEAD = re.compile(
    r"\b(?:(?i:the|an?|his|her|its|their|one|another|two|three|four|five|some|several)|[A-Z][\w-]*['’]s)\s+"
)
_NEXT = re.compile(r"[\w’'-]+")
_OF = re.compile(rf"\s+(?:of|for)\s+{NAME.pattern}\b(?!['’])")
_OF_SMALL = re.compile(r"\s+of\s+(?:the\s+|an?\s+)?[\w’'-]+(?:\s+of\s+[A-Z][\w-]*)?(?:\s+[A-Z][\w-]*)*\b(?!['’])")
_ENDS = frozenset(
    "the a an and or of in on at to by for with from that who which was were is are had has have said will"
    " would".split()
)
_UP_TO_NAME = re.compile(
    r"(?:\s+(?:of|for|in|at|from|who)\s[^,.;:()\"“”\n]{2,60},|\s+is\s+(?:[^,.;:()\"“”\n]{2,40},)?|,)?"
    r"(?:\s+(?:who\s+goes\s+by|(?:\w+\s+)?known\s+as|called|named|nicknamed)(?:\s+the)?)?\s+"
)
_LINKED = re.compile(r"^\s+is\s|\s(?:by|as|called|named|nicknamed)(?:\s+the)?\s+$")
_USES_THEY = re.compile(r",?\s+\(?(?:who|and)\s+uses?\s+(?:the\s+pronouns?\s+)?[“\"]?they\b")
_JOINED = re.compile(r",?\s+and\s+(?:(?:[a-z][\w-]*\s+){0,2}[a-z][\w-]*,?\s+)?")
_PLURAL = re.compile(
    r"\b(?P<led>(?:[A-Z][\w-]+|[a-z]+-[a-z]+|[a-z]+(?:al|ive|ic|an|ish|ary|ent|ing|ed|ous|ful))\s+)?"
    r"(?P<noun>(?:[A-Z]?[a-z-]+s|people|[wW]?[oO]?men))\b(?!['’]|\s+[A-Z])"
)
_AND_MANY = re.compile(r"\s+and\s+(?:[a-z]+\s+)?[a-z-]+s\b")
_MANY = ("ers", "ors", "ists", "ians", "ants", "ees", "crats", "sans")  # may be persons: "thinkers"
_OF_BODY = re.compile(r"(?:his|her|their|its)\s+heads?")  # "shook her head"
_BEFORE_NAME = re.compile(r"\s+([a-z][\w-]*)\s+[A-Z]")
_SOMEBODY = re.compile(
    r"\b(?:[Oo]ne\s+(?:of|was|is|has|had)|[Tt]he\s+other|[Aa]nother|[Ss]ome(?:one|body)|[Nn]either|[Ee]ither)\b(?!\s+[A-Z])"
)
_CALLED = re.compile(r"[^,.\n]{0,40},\s+(?:(?:who\s+goes\s+by|known\s+as|called|named)\s|[A-Z][\w’'-]+\s+[A-Z])")
_NOT_IN_NAMES = frozenset(
    "but and or so yet if as when while after before in on at by for from with a an it he she they this that these"
    " those there then now meanwhile however later earlier also according his her its their our my to of still even"
    " only just most many some several few all two three four five six seven eight nine ten".split()
)
_MAY_BE_NAMES = frozenset("the will may one own well".split())
_DAYS = frozenset((day,) for day in "monday tuesday wednesday thursday friday saturday sunday".split())
_HANGS_ON = frozenset("of in for by to with from at on near against about beneath under over behind beside".split())
_CLAUSE = re.compile(
    r"(?:^|[;:—–]|,\s+(?:and|but|while|as|when|after|because|so)|\b(?:and|but|while|when|because))\s*$"
)
_COMMA_AND_AGE = re.compile(rf"(?:,\s+{AGE})?,\s$")
_OF_TOWN = re.compile(r"\b(?:town|village|city|port|suburb|district|province|region|valley|island|county)\s+of\s+$")
_IN = re.compile(r"\b(?:[Ii]n|[Aa]t|[Nn]ear)\s+$")
_NEAR = 30  # characters before a mention that tell whether a clause begins
_MOST_LEAD = 4  # words before a subject that no comma parts from it: "On Monday evening the mayor"


@lru_cache(maxsize=1)
def _not_in_names() -> frozenset[str]:
    """Words that begin a sentence, no name: "But Caggins"."""
    return _NOT_IN_NAMES | (frozenset(resources.lines("function_words.txt")) - _MAY_BE_NAMES)


class Cover:
    """Spans merged, to be asked quickly whether another one meets them."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in sorted(spans):
            if self._ends and start <= self._ends[-1]:
                self._ends[-1] = max(end, self._ends[-1])
            else:
                self._starts.append(start)
                self._ends.append(end)

    def meets(self, start: int, end: int) -> bool:
        """True where the span shares a character with one of them."""
        i = bisect.bisect_left(self._starts, end) - 1
        return i >= 0 and self._ends[i] > start

    def holds(self, start: int, end: int) -> bool:
        """True where the whole span lies inside one of them."""
        i = bisect.bisect_right(self._starts, start) - 1
        return i >= 0 and self._ends[i] >= end


def mention(text: str, start: int, end: int, *, spoken: bool, told: bool = False) -> Mention:
    """What can be told about the words at [start, end)."""
    roles = roles_at(text, start, end)
    name = " ".join((_apposed_name(text, start, end) or _bare(text[start:end])).split())
    gender = "they" if _USES_THEY.match(text, end) else gender_of(name, roles)
    kind = kind_of(name, roles)
    number = nlp.sentence_at(text, start)
    return Mention(start, end, name, kind, gender, roles, number, spoken, _place(text, number, start, end), told)


def _place(text: str, number: int, start: int, end: int) -> str:
    """Subject, object or aside, by what stands before: no parse is made here."""
    before = text[nlp.sentences(text)[number][0] : start]
    words = before.split()
    owner = text[start:end].endswith(("'s", "’s", "s'", "s’")) or text[end : end + 2] in ("'s", "’s")
    if owner or (words and words[-1].lower() in _HANGS_ON):
        return "aside"
    lead = len(words) <= _MOST_LEAD or before.rstrip().endswith((",", "“", '"'))
    return "subject" if lead or _CLAUSE.search(before[-_NEAR:]) else "object"


def _apposed_name(text: str, start: int, end: int) -> str | None:
    """The name that stands after a description: "her rival, Per Lund"."""
    phrase = text[start:end]
    match = NAME.match(text, end + 2) if text[end : end + 2] == ", " and not personal_name(phrase) else None
    name = _without_stop(match[0]) if match else ""
    by_person = bool(match) and kind_of(phrase) == "person"
    return name if by_person and len(name.split()) > 1 and personal_name(name) else None


def _bare(phrase: str) -> str:
    """The name of a body without its role; a person's role stays: it tells who that is."""
    return phrase if personal_name(phrase) else own_name(phrase) or phrase


def _without_stop(name: str) -> str:
    """A name at a sentence's end without the full stop; an initial keeps its own."""
    return name[:-1] if re.search(r"[^\W\d_]{3}\.$", name) else name


def _without_lead(text: str, start: int, end: int) -> int:
    """The start of a name without a function word in front of it: "But Caggins" -> "Caggins"."""
    while match := re.match(r"(\w+)\s+", text[start:end]):
        if match[1].lower() not in _not_in_names():
            break
        start += match.end()
    return start


def _runs(text: str) -> Iterator[Span]:
    """Capitalised runs of words; two people joined by "and" apart."""
    for first, last in nlp.sentences(text):
        for match in NAME.finditer(text, first, last):
            end = match.end()
            start = _without_lead(text, match.start(), end)
            yield from _apart(text, start, start + len(_without_stop(text[start:end])))


def _apart(text: str, start: int, end: int) -> list[Span]:
    """[A and B] as A and B where both are persons; else as it is."""
    first, joint, second = text[start:end].partition(" and ")
    if not joint or not personal_name(second):
        return [(start, end)]
    if not (personal_name(first) or (len(first.split()) == 1 and gender_of(f"{first} {second.split()[-1]}"))):
        return [(start, end)]
    return [(start, start + len(first)), (end - len(second), end)]


def _names(text: str, spoken: set[str]) -> Iterator[Span]:
    """Names of several words; single ones that a role, a speaker or a full name elsewhere makes known."""
    titles, _, bodies = lists()
    runs = [span for span in _runs(text) if span[0] < span[1]]
    lasts = {words[-1] for s, e in runs if len(words := word_list(text[s:e])) > 1 and personal_name(text[s:e])}
    firsts = {word_list(without_titles(text[s:e]))[0] for s, e in runs if personal_name(text[s:e]) == text[s:e]}
    known = titles | bodies | spoken | lasts | firsts
    starts = {start for start, _ in runs}
    for start, end in runs:
        words = word_list(DETERMINER.sub("", text[start:end]))
        if len(words) == 1 and words[0] in _not_in_names():
            continue
        led = re.search(r"([\w-]+),?\s+$", text[max(0, start - 30) : start])
        by_role = led is not None and led[1].islower() and known_noun(singular(led[1]))
        role = _BEFORE_NAME.match(text, end) if len(words) == 1 else None
        if role and known_noun(singular(role[1])):
            continue  # "Supermarket" in "Supermarket chain Fairbasket"
        if _is_place(text, start, end) or words in _DAYS:
            continue
        in_pair = text.startswith(" and ", end) and end + 5 in starts
        if words and (len(words) > 1 or words[0] in known or by_role or in_pair):
            yield start, end


def _is_place(text: str, start: int, end: int) -> bool:
    """True for "in Belle Marais" and "the town of Port Ellery": they name no person, though they look like one."""
    before = text[max(0, start - _NEAR) : start]
    return bool(_OF_TOWN.search(before)) or (bool(_IN.search(before)) and kind_of(text[start:end]) == "name")


def _descriptions(text: str, named: Sequence[Span]) -> Iterator[tuple[int, int, int]]:
    """Start, end of the head and end of those who are described; not beside their name: "her deputy, Nils Palm"."""
    starts, ends, last = dict(named), {end for _, end in named}, 0
    for match in _LEAD.finditer(text):
        end = _noun_phrase(text, match.end())
        if end <= last or _OF_BODY.fullmatch(text, match.start(), end):
            continue
        before = _COMMA_AND_AGE.search(text, max(0, match.start() - _NEAR), match.start())
        after_name = before is not None and before.start() in ends  # "Ana Sool, 52, a driver"
        if not (after_name or _names_it(text, end, starts)):
            of = _OF.match(text, end)
            last = of.end() if of else end
            yield match.start(), end, last
    for start, last in nlp.sentences(text):
        if (end := _bare_plural(text, start, last)) and not _names_it(text, end, starts):
            of = _OF_SMALL.match(text, end)
            yield start, end, of.end() if of else end


def _plurals(text: str) -> Iterator[Span]:
    """Plural nouns for persons anywhere: "Republicans", "Mexican officials", "activists and thinkers"."""
    for match in _PLURAL.finditer(text):
        noun = match["noun"].lower()
        one, bodies = singular(noun), lists()[2]
        known = noun in ("people", "women", "men") or (one != noun and one in lists()[1] and noun not in bodies)
        if known or (noun.endswith(_MANY) and one not in bodies):
            led = known and match["led"] and match["led"].strip().lower() not in _not_in_names()
            both = _AND_MANY.match(text, match.end()) if known else None
            yield match.start() if led else match.start("noun"), both.end() if both else match.end()


def _names_it(text: str, end: int, named: Mapping[int, int]) -> bool:
    """True where the description's own name follows: "the captain of the Otter, Yuri Malin"."""
    tail = _UP_TO_NAME.match(text, end)
    if tail is None or tail.end() not in named:
        return False
    between = tail[0].strip(" ,")
    return not between or bool(_LINKED.search(tail[0]) or personal_name(text[tail.end() : named[tail.end()]]))


def _noun_phrase(text: str, start: int) -> int:
    """Where a noun phrase that names a person or body ends, within four words; 0 where there is none."""
    found = 0
    for _ in range(4):
        match = _NEXT.match(text, start)
        if match is None or match[0].lower() in _ENDS:
            break
        if _is_head(singular(match[0].lower())):
            found = match.end()
        elif found:
            break
        start = match.end() + 1 if text[match.end() : match.end() + 1].isspace() else len(text)
    return found if found and text[found : found + 1] not in ("'", "’") else 0


def _is_head(noun: str) -> bool:
    return known_noun(noun) or noun in papers()


def _bare_plural(text: str, start: int, last: int) -> int:
    """Where "Rebel fighters" or "Residents" at a sentence's start ends; 0 where there is no such plural."""
    for match in list(_NEXT.finditer(text, start, min(last, start + 60)))[:3]:
        word = match[0].lower()
        if word in _ENDS or word in _not_in_names():
            return 0
        if word != singular(word) and singular(word) in lists()[1] | {"other", "relative"}:
            return match.end()
    return 0


def _joint(text: str, named: Sequence[Span]) -> Iterator[Span]:
    """Two persons joined by "and": "Rafael Ochoa and his wife, Luz Ochoa"."""
    for (start, end), (after, last) in pairwise(sorted(named)):
        if end < after and _JOINED.fullmatch(text, end, after) and personal_name(text[after:last]):
            yield start, last


def _pronouns(text: str, taken: Cover, sources: Sequence[Span]) -> Iterator[Mention]:
    """The pronouns of the outlet's own sentences: who they mean stays in mind. Not those behind "Holt said"."""
    speaking = {nlp.sentence_at(text, start): start for start, _ in sorted(sources, reverse=True)}
    for match in PRONOUN.finditer(text):
        if taken.meets(*match.span()) or speaking.get(nlp.sentence_at(text, match.start()), len(text)) < match.start():
            continue
        low = match[0].lower()
        place = "subject" if low in _SUBJECTS else "object" if low == "him" else "aside"
        number = nlp.sentence_at(text, match.start())
        yield Mention(*match.span(), match[0], "pronoun", "", frozenset(), number, False, place)


def _somebodies(text: str, taken: Cover) -> Iterator[Mention]:
    """Those who are kept open: "one of the sisters", "somebody"."""
    for match in _SOMEBODY.finditer(text):
        start, end = match.span()
        number = nlp.sentence_at(text, start)
        place = _place(text, number, start, end)
        if not taken.meets(start, end) and place == "subject" and not _CALLED.match(text, end):
            yield Mention(start, end, SOMEBODY, "open", "", frozenset(), number, False, place)


def _opens_with_mark(text: str, start: int) -> bool:
    return text[max(0, start - 1) : start] in tuple("“\"„«‘'”")


def mentions(text: str, sources: Iterable[Span], contents: Sequence[Span]) -> list[Mention]:
    """The speakers of a text, and those whom the outlet's own words name or describe, in order.

    What stands inside a direct quotation names nobody; a name inside an indirect one does, but is `told`.
    """
    sources = sorted(set(sources))
    spoken = {words[-1] for s, e in sources if (words := word_list(text[s:e]))}
    taken = Cover([*sources, *(span for span in contents if _opens_with_mark(text, span[0]))])
    told = Cover(contents)
    named = [span for span in _names(text, spoken) if not taken.meets(*span)]
    inner = [part for span in sources if len(parts := _apart(text, *span)) > 1 for part in parts]
    joint = [span for span in _joint(text, [*named, *inner]) if span not in sources]
    found = [mention(text, *span, spoken=True) for span in sources]
    found += [mention(text, *span, spoken=False, told=told.meets(*span)) for span in (*named, *inner)]
    both = [mention(text, *span, spoken=False, told=told.meets(*span)) for span in joint]
    found += [replace(one, kind="many", gender="") for one in both]
    taken = Cover([*sources, *contents, *named])
    described = [
        (start, end)
        for start, head, end in _descriptions(text, [*sources, *named])
        if not taken.meets(_owned(text, start, head), head)
    ]
    found += [mention(text, *span, spoken=False) for span in described]
    taken = Cover([*sources, *contents, *named, *described])
    plural = [span for span in _plurals(text) if not taken.meets(*span)]
    found += [replace(mention(text, *span, spoken=False), kind="many", gender="") for span in plural]
    found += _pronouns(text, Cover([*sources, *contents]), sources)
    found += _somebodies(text, Cover([*sources, *contents, *named, *described]))
    return _one_subject(text, sorted(found, key=lambda m: (m.start, -m.end)))


def _one_subject(text: str, found: Sequence[Mention]) -> list[Mention]:
    """The same mentions, a second one of a clause no longer its subject: "Espinoza questioned [Lunn]"."""
    out: list[Mention] = []
    subjects: dict[int, Mention] = {}  # the last one of each sentence
    for m in found:
        first = subjects.get(m.sentence)
        if m.place == "subject" and first and m.kind != "pronoun" and not m.spoken and first.end <= m.start:
            between = text[first.end : m.start]
            second = "," not in between and not _CLAUSE.search(between)
            m = replace(m, place="object") if second else m
        if m.place == "subject":
            subjects[m.sentence] = m
        out.append(m)
    return out


def _owned(text: str, start: int, end: int) -> int:
    """Where a description begins behind its owner: "Costin's [office]"."""
    match = re.compile(r"[A-Z][\w-]*['’]s\s+").match(text, start, end)
    return match.end() if match else start
