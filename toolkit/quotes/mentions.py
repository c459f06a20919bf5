"""Who is named in a text: each mention with its kind, gender and roles, by word lists and by the words beside it."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from .. import nlp, resources

Span = tuple[int, int]

DETERMINER = re.compile(r"^(?:the|this|that|these|those)\s+", re.IGNORECASE)
APPOSITION = re.compile(r",?\s+(?:who|which|whose)\s|,\s+(?:an?|the|one)\s")
_NAME = re.compile(
    r"(?:[Tt]he\s+)?\b[A-Z][\w’'-]*\.?"
    r"(?:\s+(?:[A-Z][\w’'-]*\.?|(?:of|for|and|the|de|da|di|la|le|al|el|von|van|bin|ben|ibn)(?=\s+(?:the\s+)?[A-Z])))*"
)
_WORD = re.compile(r"[^\W_]+(?:[-’'.][^\W_]+)*")
_POSTPOSED = re.compile(r"\s+(?:of|for|in|on|at|from|who|which|that|with|near|to|against|holding|wearing|about)\s|,")
_APPOSED = re.compile(r"\s*,\s+((?:the|an?|its|their|his|her|[\w’'-]+['’]s|[\w-]+s['’])\s+[^,.;:()\"“”\n]{3,80})")
_OWNED = re.compile(r"['’]s?\s+[a-z]")
_UP_TO_NAME = re.compile(r"(?:\s+(?:of|for|in|at|from)\s[^,.;:()\"“”\n]{2,60})?,?\s+")
_OWNER = re.compile(r"^(?:[A-Z][\w-]*\s+){0,2}[A-Z][\w-]*(?:['’]s|s['’])\s+(?=[A-Z])")
_LANDS = frozenset("republic kingdom states nations society emirates city town".split())
_LEAD = re.compile(r"([\w-]+)\s+([\w-]+),?\s+$|([\w-]+),?\s+$")
_MALE = frozenset(
    "mr sir king prince lord father son husband boy man spokesman chairman congressman pope bishop imam priest brother"
    " nephew uncle grandfather policeman fisherman actor".split()
)
_FEMALE = frozenset(
    "mrs ms miss dame queen princess lady mother daughter wife girl woman spokeswoman chairwoman congresswoman sister"
    " niece aunt grandmother policewoman widow actress".split()
)
_SHORT_TITLES = {
    "gen": "general",
    "col": "colonel",
    "maj": "major",
    "capt": "captain",
    "lt": "lieutenant",
    "sgt": "sergeant",
    "adm": "admiral",
    "brig": "brigadier",
    "cmdr": "commander",
    "gov": "governor",
    "sen": "senator",
    "rep": "representative",
    "prof": "professor",
    "dr": "doctor",
}
_NOT_THE_SAME = frozenset("former ex vice deputy assistant acting late".split())  # a former president is no president
_NOT_IN_NAMES = frozenset(
    "but and or so yet if as when while after before in on at by for from with a an it he she they this that these"
    " those there then now meanwhile however later earlier also according his her its their our my".split()
)
_DETERMINERS = frozenset("the a an his her its their one another two three four five some several".split())
_HANGS_ON = frozenset("of in for by to with from at on near against".split())
_REMEMBERED = 4096  # phrases whose reading is kept: an article's names come again and again


@dataclass(frozen=True)
class Mention:
    """A place that names somebody.

    `kind` is person, body, many (a plural), name (cannot tell), thing (somebody's tweet) or open (nobody known).
    `roles` are the nouns it is described by ("minister"); `spoken` is True where something is attributed to it; `aside`
    where it hangs on a preposition or possessive or is described in passing, and so is hardly what a pronoun takes up.
    """

    start: int
    end: int
    name: str
    kind: str
    gender: str
    roles: frozenset[str]
    sentence: int
    spoken: bool
    aside: bool


@lru_cache(maxsize=1)
def lists() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Titles, nouns for a person, nouns for a body."""
    names = ("titles.txt", "person_nouns.txt", "body_nouns.txt")
    titles, persons, bodies = (frozenset(resources.lines(name)) for name in names)
    return titles, persons, bodies


@lru_cache(maxsize=1)
def _first_names() -> dict[str, str]:
    return {name: gender for gender, names in resources.table("first_names.tsv") for name in names.split()}


@lru_cache(maxsize=1)
def _described() -> re.Pattern[str]:
    """Phrases in small letters for a person or body: "the port company", "her husband", "Farmers"."""
    heads = "|".join(sorted(set().union(*lists()), key=lambda word: (-len(word), word)))
    inner = r"(?:(?!(?:the|an?|and|or|of|in|on|at|to|by|for|with|from|who|that|was|were|is|are|had|has)\b)[\w’'-]+\s+)"
    lead = rf"\b(?i:{'|'.join(sorted(_DETERMINERS))})\s+"
    end = rf"\b(?!['’]|\s+(?:{heads})s?\b)"
    of = r"(?:\s+(?:of|for)\s+(?:the\s+)?[A-Z][\w-]*(?:\s+[A-Z][\w-]*)*\b(?!['’]))?"
    return re.compile(rf"{lead}{inner}{{0,3}}?(?:{heads})s?{end}{of}|(?:\b[A-Z][\w-]*\s+)?\b(?i:{heads})s{end}")


def word_list(phrase: str) -> list[str]:
    """The words of a phrase, lower case, possessive endings gone."""
    return [word.lower().removesuffix("'s").removesuffix("’s") for word in _WORD.findall(phrase)]


def core(phrase: str) -> list[str]:
    """The words up to the head: "The Russian military in Syria" -> russian, military."""
    return word_list(_POSTPOSED.split(DETERMINER.sub("", phrase), maxsplit=1)[0])


def _without_role(name: str) -> str:
    """A name without a role that a sentence's start has capitalised: "Engineer Ilse Varga"."""
    titles, persons, _ = lists()
    words = name.split()
    return name.split(maxsplit=1)[1] if len(words) > 2 and words[0].lower() in persons - titles else name


def without_titles(name: str) -> str:
    """A personal name alone: "Maj. Gen. Yakov Rezantsev" -> "Yakov Rezantsev", "Prime Minister Elin Marsk" too."""
    words = name.split()
    titled = [i for i, word in enumerate(words[:-1]) if word.lower().strip(".") in lists()[0]]
    led = [i for n, i in enumerate(titled) if i <= (titled[n - 1] + 1 if n else 1)]
    rest = words[led[-1] + 1 :] if led else words
    return " ".join(rest) if rest[0].strip(".") not in ("Jr", "Sr") else name


def _before_its_body(run: str) -> str:
    """The person in "Anton Grabar of the Karlov Institute"; a body's own "of" stays: "Bank of England"."""
    name, *rest = re.split(r"\s+of\s+", run, maxsplit=1)
    words = without_titles(name).split()
    given = {word.lower().strip(".") for word in words}
    person = (
        rest and len(words) > 1 and words[0] not in ("The", "the") and not given & (lists()[2] | lists()[0] | _LANDS)
    )
    return name if person else run


def _after_its_office(run: str) -> str:
    """The person in "Minister of the Interior Tomas Verhagen"; "the Ministry of Health" stays."""
    words = run.split()
    office = words[0].lower().strip(".") in lists()[0] and len(words) > 1 and words[1].lower() in ("of", "for")
    given = [i for i, word in enumerate(words[1:-1], start=1) if word.lower() in _first_names()]
    return " ".join(words[given[-1] :]) if office and given else run


def _without_owner(run: str) -> str:
    """A name without the country or body it belongs to: "Sund's Elin Marsk" -> "Elin Marsk"."""
    return _OWNER.sub("", run) if len(run.split()) > 2 else run


@lru_cache(maxsize=_REMEMBERED)
def personal_name(phrase: str) -> str | None:
    """The name, with its title, in a description: "coalition spokesman Col Myles Caggins" -> "Col Myles Caggins"."""
    titles, persons, bodies = lists()
    for part in re.split(r",\s+|\s+\(", re.sub(r"\s+", " ", phrase)):
        runs = list(_NAME.finditer(part))
        if not runs or runs[-1].end() != len(part.rstrip(" .)")):
            continue
        run = _without_role(_without_owner(_after_its_office(_before_its_body(runs[-1].group()))))
        words = [word.strip(".").lower() for word in run.split()]
        bare = [word for word in words if word not in titles]
        before = part[: runs[-1].start()].split()
        if words[0] == "the" or set(words) & (bodies | {"of", "for", "and"}):
            continue
        led_by_role = bool(before) and before[-1].lower().strip(".") in titles | persons
        if bare and (len(words) > len(bare) or led_by_role or (len(bare) > 1 and not before)):
            return run
    return None


def last_role(words: Sequence[str]) -> str | None:
    """The last noun of a description, with what makes it another one: "its former chief envoy" -> "former envoy"."""
    known = frozenset().union(*lists())
    for i in range(len(words) - 1, -1, -1):
        if (noun := _SHORT_TITLES.get(words[i], words[i])) in known:
            other = next((word for word in words[max(0, i - 2) : i] if word in _NOT_THE_SAME), None)
            return f"{other} {noun}" if other else noun
    return None


def _roles(text: str, start: int, end: int) -> frozenset[str]:
    """What a mention is described as: before its name, in an apposition after it, or right in front of it."""
    phrase = text[start:end]
    name = personal_name(phrase)
    before = word_list(phrase[: phrase.rfind(name)]) if name else core(phrase)
    named = word_list(name or "")
    titles = [last_role(named[: i + 1]) for i, word in enumerate(named) if word in lists()[0]]
    lead = _LEAD.search(text, max(0, start - 40), start)
    in_front = [word.lower() for word in lead.groups() if word] if lead else []
    apposed = _APPOSED.match(text, end)
    after = core(apposed[1]) if apposed else []
    found = [last_role(words) for words in (before, after)] + titles
    if in_front and in_front[-1] in lists()[1] | lists()[2]:
        found.append(last_role(in_front))
    return frozenset(role for role in found if role)


def is_person_role(role: str) -> bool:
    """True for "minister" and "former minister", False for "ministry"."""
    titles, persons, _ = lists()
    return role.split()[-1] in titles | persons


def _kind(phrase: str, roles: frozenset[str]) -> str:
    titles, persons, bodies = lists()
    words = core(phrase)
    head = words[-1] if words else ""
    of_body = bool(roles) and not any(map(is_person_role, roles))
    if personal_name(phrase) and not of_body:
        return "person"
    if " and " in f" {phrase} " or (head.endswith("s") and head[:-1] in persons | titles | {"other"}):
        return "many"
    if head in persons | titles:
        return "person"
    if of_body or head in bodies or phrase.isupper() or any(word in bodies for word in word_list(phrase)[-4:]):
        return "body"
    if head.endswith("s") and not head.endswith("ss") and DETERMINER.sub("", phrase)[:1].islower():
        return "many"
    return "thing" if _OWNED.search(phrase) else "name"


@lru_cache(maxsize=_REMEMBERED)
def gender_of(phrase: str, roles: frozenset[str] = frozenset()) -> str:
    """The letter m or f by title, role or first name; empty where none of them tells."""
    words = set(word_list(phrase)) | {role.split()[-1] for role in roles}
    if words & _MALE or words & _FEMALE:
        return "m" if words & _MALE else "f"
    given = word_list(personal_name(phrase) or "")[:-1]
    return next((gender for word in given if (gender := _first_names().get(word))), "")


def _aside(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - 12) : start].split()
    possessive = ("'s", "’s", "s'", "s’")
    owned = text[start:end].endswith(possessive) or text[end : end + 2] in possessive
    return owned or (bool(before) and before[-1].lower() in _HANGS_ON)


def _apposed_name(text: str, start: int, end: int) -> str | None:
    """The name that stands after a description: "her rival, Per Lund"."""
    phrase, role = text[start:end], core(text[start:end])[-1:]
    match = _NAME.match(text, end + 2) if text[end : end + 2] == ", " and not personal_name(phrase) else None
    name = _without_stop(match[0]) if match else ""
    by_person = bool(role) and role[0] in lists()[0] | lists()[1]
    return name if by_person and len(name.split()) > 1 and personal_name(name) else None


def _without_stop(name: str) -> str:
    """A name at a sentence's end without the full stop; an initial keeps its own."""
    return name[:-1] if re.search(r"[^\W\d_]{3}\.$", name) else name


def mention(text: str, start: int, end: int, *, spoken: bool) -> Mention:
    """What can be told about the words at [start, end)."""
    roles = _roles(text, start, end)
    name = _apposed_name(text, start, end) or text[start:end]
    kind, gender = _kind(name, roles), gender_of(name, roles)
    place = nlp.sentence_at(text, start)
    return Mention(start, end, name, kind, gender, roles, place, spoken, _aside(text, start, end))


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


def _without_lead(text: str, start: int, end: int) -> int:
    """The start of a name without a function word in front of it: "But Caggins" -> "Caggins"."""
    while match := re.match(r"(\w+)\s+", text[start:end]):
        if match[1].lower() not in _NOT_IN_NAMES:
            break
        start += match.end()
    return start


def _names(text: str, spoken: set[str]) -> Iterator[Span]:
    """Capitalised names of several words, and single ones that are a title's, a body's or a speaker's."""
    titles, _, bodies = lists()
    known = titles | bodies | spoken
    sentences = nlp.sentences(text)
    for match in _NAME.finditer(text):
        end = min(match.end(), max(match.start(), sentences[nlp.sentence_at(text, match.start())][1]))
        start = _without_lead(text, match.start(), end)
        end = start + len(_without_stop(text[start:end]))
        words = word_list(DETERMINER.sub("", text[start:end]))
        lead = _LEAD.search(text, max(0, start - 40), start)
        kin = lead is not None and (lead[2] or lead[3]).lower() in _MALE | _FEMALE
        if words and (len(words) > 1 or words[0] in known or kin):
            yield start, end


def _descriptions(text: str, named: Sequence[Span]) -> Iterator[Span]:
    """Described persons and bodies; not those that stand beside their name: "her deputy, Nils Palm"."""
    starts, ends = {start for start, _ in named}, {end for _, end in named}
    firsts = {start for start, _ in nlp.sentences(text)}
    for match in _described().finditer(text):
        start, end = match.span()
        after_name = text[start - 2 : start] == ", " and start - 2 in ends
        tail = _UP_TO_NAME.match(text, end)
        before_name = tail is not None and tail.end() in starts
        bare = match[0].split()[0].lower() not in _DETERMINERS
        if not (after_name or before_name or bare) or (bare and start in firsts):
            yield start, end


def mentions(text: str, sources: Iterable[Span], contents: Sequence[Span]) -> list[Mention]:
    """The speakers of a text, and those named or described in the outlet's own words, in order."""
    sources = sorted(set(sources))
    taken = Cover([*sources, *contents])
    spoken = {words[-1] for s, e in sources if (words := word_list(text[s:e]))}
    named = [span for span in _names(text, spoken) if not taken.meets(*span)]
    taken = Cover([*sources, *contents, *named])
    described = [span for span in _descriptions(text, [*sources, *named]) if not taken.meets(*span)]
    found = [mention(text, *span, spoken=True) for span in sources]
    found += [mention(text, *span, spoken=False) for span in named]
    firsts = {start for start, _ in nlp.sentences(text)}
    found += [replace(mention(text, *span, spoken=False), aside=span[0] not in firsts) for span in described]
    return sorted(found, key=lambda m: (m.start, -m.end))
