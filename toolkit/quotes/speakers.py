"""Who a speaker mention means, as far as the article itself tells: "It" -> "the Russian military in Syria".

Mentions are compared by their words alone: full names and descriptions met before explain the short forms and pronouns
that come after. Where two readings are as good, the speaker is left open.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from .. import nlp, resources
from ..entities import normal

_DETERMINER = re.compile(r"^(?:the|this|that|these|those)\s+", re.IGNORECASE)
_NAME = re.compile(
    r"\b[A-Z][\w’'-]*\.?(?:\s+(?:[A-Z][\w’'-]*\.?|(?:of|for|and|the|de|da|di|la|le|al|el|von|van|bin|ben|ibn)(?=\s+(?:the\s+)?[A-Z])))*"
)
_WORD = re.compile(r"[^\W_]+(?:[-’'.][^\W_]+)*")
_PERSON_PRONOUNS = {"he": "m", "she": "f", "him": "m", "her": "f", "his": "m"}
_BODY_PRONOUNS = frozenset(("it", "its"))
_MANY_PRONOUNS = frozenset(("they", "them", "their", "both"))
_PRONOUNS = frozenset((*_PERSON_PRONOUNS, *_BODY_PRONOUNS, *_MANY_PRONOUNS))
_OPEN = frozenset(("i", "we", "who", "you", "that", "which", "one"))  # cannot be told from the words around
_MALE = frozenset(
    "mr sir king prince lord father son husband boy man spokesman chairman congressman pope bishop imam priest".split()
)
_FEMALE = frozenset(
    "mrs ms miss dame queen princess lady mother daughter wife girl woman spokeswoman chairwoman congresswoman".split()
)
_POSTPOSED = re.compile(r"\s+(?:of|for|in|on|at|from|who|which|that|with|near|to|against|holding|wearing|about)\s|,")
_APPOSITION = re.compile(r",?\s+(?:who|which|whose)\s|,\s+(?:an?|the|one)\s")
_TOO_FAR = 4  # sentences a pronoun looks back
_OF_MEDIA = frozenset("report bulletin article story dispatch broadcast".split())
_OF_ANYONE = frozenset("statement post message letter release tweet comment remark".split())
_SPEAKS_FOR = (
    "(?:spokes(?:man|woman|person|people)|representative|lawyer|attorney|adviser|advisor|head|director|chief|leader"
    "|commander)s?"
)
_ON_BEHALF = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{_SPEAKS_FOR}\s+(?:for|of)\s+(?P<body>[^,]+)",
        r"^(?:an?\s+|the\s+)?(?P<body>[\w.’' -]+?)(?:['’]s)?\s+(?:spokes(?:man|woman|person)|representative)\b",
        r"^(?P<body>[\w.-]+)['’]s\s+(?:\w+\s+){0,2}(?:envoy|ambassador)\b",
    )
)
_NOT_IN_NAMES = frozenset(
    "but and or so yet if as when while after before in on at by for from with the a an it he she they this that these"
    " those there then now meanwhile however later earlier also according".split()
)
_HANGS_ON = frozenset("of in for by to with from at on the".split())


@dataclass(frozen=True)
class Mention:
    """A place that names somebody. `kind` is person, body, many (a plural) or name (cannot be told)."""

    start: int
    end: int
    name: str
    kind: str
    gender: str
    sentence: int


@lru_cache(maxsize=1)
def _lists() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    names = ("titles.txt", "person_nouns.txt", "body_nouns.txt")
    titles, persons, bodies = (frozenset(resources.lines(name)) for name in names)
    return titles, persons, bodies


def _words(phrase: str) -> list[str]:
    return [word.lower().removesuffix("'s").removesuffix("’s") for word in _WORD.findall(phrase)]


def _core(phrase: str) -> list[str]:
    """The words up to the head: "The Russian military in Syria" -> russian, military."""
    return _words(_POSTPOSED.split(_DETERMINER.sub("", phrase), maxsplit=1)[0])


def personal_name(phrase: str) -> str | None:
    """The name, with its title, in a description: "coalition spokesman Col Myles Caggins" -> "Col Myles Caggins"."""
    titles, _, bodies = _lists()
    for part in re.split(r",\s+|\s+\(", phrase):
        runs = list(_NAME.finditer(part))
        if not runs or runs[-1].end() != len(part.rstrip(" .)")):
            continue
        run = runs[-1].group()
        words = [word.strip(".").lower() for word in run.split()]
        bare = [word for word in words if word not in titles]
        before = part[: runs[-1].start()].split()
        if any(word in bodies for word in words) or " of " in run or " for " in run or " and " in run:
            continue
        led_by_role = bool(before) and before[-1].lower().strip(".") in titles | _lists()[1]
        if bare and (len(words) > len(bare) or led_by_role or (len(bare) > 1 and not before)):
            return run
    return None


def _kind(phrase: str) -> str:
    titles, persons, bodies = _lists()
    core = _core(phrase)
    head = core[-1] if core else ""
    if personal_name(phrase) and (core[0] in titles or head not in bodies):
        return "person"
    if " and " in f" {phrase} " or (
        head.endswith("s") and not head.endswith("ss") and head[:-1] in persons | {"other"}
    ):
        return "many"
    if head in persons or head in titles:
        return "person"
    if any(word in bodies for word in _words(phrase)[-4:]) or head in bodies or phrase.isupper():
        return "body"
    if head.endswith("s") and phrase[:1].islower():
        return "many"
    return "name"


def _gender(phrase: str) -> str:
    words = set(_words(phrase))
    return "m" if words & _MALE else "f" if words & _FEMALE else ""


def _mention(text: str, start: int, end: int) -> Mention:
    name = text[start:end]
    return Mention(start, end, name, _kind(name), _gender(name), nlp.sentence_at(text, start))


def on_behalf_of(phrase: str) -> str | None:
    """Whom the speaker speaks for, where the mention says so: "a spokesman for the coalition" -> "the coalition"."""
    for pattern in _ON_BEHALF:
        if match := pattern.search(phrase):
            return match["body"].strip()
    return None


class _Cover:
    """Spans merged, to be asked quickly whether another one meets them."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in sorted(spans):
            if self._ends and start <= self._ends[-1]:
                self._ends[-1] = max(end, self._ends[-1])
            else:
                self._starts.append(start)
                self._ends.append(end)

    def meets(self, start: int, end: int) -> bool:
        i = bisect.bisect_left(self._starts, end) - 1
        return i >= 0 and self._ends[i] > start


def _without_lead(text: str, start: int, end: int) -> int:
    """The start of a name without a function word in front of it: "But Caggins" -> "Caggins"."""
    while match := re.match(r"(\w+)\s+", text[start:end]):
        if match[1].lower() not in _NOT_IN_NAMES:
            break
        start += match.end()
    return start


class Resolver:
    """The speaker mentions of one article, in order; `resolve` says who each one means."""

    def __init__(self, text: str, sources: Iterable[tuple[int, int]], contents: Sequence[tuple[int, int]]) -> None:
        self.text = text
        self._contents = contents
        sources = sorted(set(sources))
        spoken = [_mention(text, *span) for span in sources]
        named = [_mention(text, *span) for span in self._names(sources)]
        self._mentions = sorted([*spoken, *named], key=lambda m: (m.start, -m.end))
        self._sentences = [m.sentence for m in self._mentions]
        self._sources = {(m.start, m.end) for m in spoken}
        self._by_head: dict[str, list[tuple[Mention, str]]] = {}
        for mention in self._mentions:
            name = personal_name(mention.name) or mention.name
            for word in _core(name)[-1:]:
                self._by_head.setdefault(word, []).append((mention, name))

    def _names(self, sources: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """Capitalised names in the outlet's own words that are no part of a speaker mention."""
        titles, _, bodies = _lists()
        taken = _Cover([*sources, *self._contents])
        spoken = {words[-1] for s, e in sources if (words := _words(self.text[s:e]))}
        out = []
        for match in _NAME.finditer(self.text):
            start = _without_lead(self.text, match.start(), match.end())
            words = _words(self.text[start : match.end()])
            known = len(words) > 1 or any(word in titles | bodies | spoken for word in words)
            if words and known and not taken.meets(start, match.end()):
                out.append((start, match.end()))
        return out

    def resolve(self, start: int, end: int) -> str | None:
        """Whom the mention at [start, end) means, in the article's fullest words; None where it cannot be told."""
        mention = _mention(self.text, start, end)
        low = mention.name.lower()
        if low in _PRONOUNS:
            found = self._antecedent(mention, low)
            return self._fullest(found) if found else None
        if low in _OPEN:
            return None
        core = _core(mention.name)
        if core and len(core) < 3 and core[-1] in _OF_MEDIA | _OF_ANYONE and _DETERMINER.match(mention.name):
            body_first = self._before(mention, {"body"}) if core[-1] in _OF_MEDIA else []
            before = body_first or self._before(mention, {"body", "name", "person"})
            return self._fullest(before[0]) if before else None
        return self._fullest(mention)

    def _before(self, mention: Mention, kinds: set[str]) -> list[Mention]:
        """Speakers and names before a mention: the nearest sentence first, speakers first, subjects first."""
        first = bisect.bisect_left(self._sentences, mention.sentence - _TOO_FAR)
        last = bisect.bisect_right(self._sentences, mention.sentence)
        near = [
            m
            for m in self._mentions[first:last]
            if m.end <= mention.start and m.kind in kinds and m.name.lower() not in _PRONOUNS
        ]
        return sorted(near, key=lambda m: (-m.sentence, *self._rank(m), m.start))

    def _aside(self, mention: Mention) -> bool:
        """True where a mention hangs on a preposition or possessive and so is hardly what a pronoun takes up."""
        before = self.text[max(0, mention.start - 12) : mention.start].split()
        possessive = ("'s", "’s")
        owned = mention.name.endswith(possessive) or self.text[mention.end : mention.end + 2] in possessive
        return owned or (bool(before) and before[-1].lower() in _HANGS_ON)

    def _antecedent(self, mention: Mention, pronoun: str) -> Mention | None:
        if pronoun in _PERSON_PRONOUNS:
            kinds, gender = {"person", "name"}, _PERSON_PRONOUNS[pronoun]
        else:
            kinds, gender = ({"body", "name"} if pronoun in _BODY_PRONOUNS else {"many", "body"}), ""
        fitting = [m for m in self._before(mention, kinds) if not gender or m.gender in ("", gender)]
        sure = [m for m in fitting if m.kind != "name"]
        pool = sure or fitting
        if not pool:
            return None
        best = pool[0]
        rivals = {
            normal(self._fullest(m)) for m in pool if m.sentence == best.sentence and self._rank(m) == self._rank(best)
        }
        return best if len(rivals) == 1 or self._rank(best) == (False, False) else None

    def _rank(self, mention: Mention) -> tuple[bool, bool]:
        return (mention.start, mention.end) not in self._sources, self._aside(mention)

    def _fullest(self, mention: Mention) -> str:
        """The fullest form of the same name met anywhere before, without "the" and without a role in front."""
        own = personal_name(mention.name) or _APPOSITION.split(mention.name, maxsplit=1)[0]
        best = own
        head = _core(own)[-1:]
        alike = self._by_head.get(head[0], []) if head else []
        if len(head) == len(_core(own)) and head and head[0] in _lists()[0]:
            alike = [(m, name) for many in self._by_head.values() for m, name in many]  # "the general": by title
        for other, name in alike:
            if other.start < mention.start and len(name) > len(best) and self._same(own, name):
                best = name
        return _DETERMINER.sub("", best.strip(" ,"))

    @staticmethod
    def _same(short: str, full: str) -> bool:
        """True where a short form can stand for the full one: same last name, title, or head with fewer words."""
        titles, _, _ = _lists()
        a, b = _core(short), _core(full)
        if not a or not b or not set(a) <= set(b):
            return len(a) == 1 and a[0] in titles and personal_name(full) is not None and _title_fits(a[0], b)
        if personal_name(full):
            return a[-1] == b[-1]
        return a[-1] == b[-1] and (short[:1].islower() or short.lower().startswith("the ") or len(a) > 1)


def _title_fits(title: str, words: Sequence[str]) -> bool:
    return any(len(word) >= 3 and title.startswith(word) for word in words if word in _lists()[0])
