"""Who a speaker mention means, as far as the article itself tells: "It" -> "the Russian military in Syria".

Mentions are compared by their words alone: full names and descriptions explain the short forms and pronouns that come
after. Where two readings are as good, the speaker is left open.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from .. import nlp
from ..entities import normal
from .mentions import (
    APPOSITION,
    DETERMINER,
    Cover,
    Mention,
    core,
    gender_of,
    last_role,
    lists,
    mentions,
    personal_name,
    without_titles,
    word_list,
)
from .spans import DATELINE, Span

_PERSON_PRONOUNS = {"he": "m", "she": "f", "him": "m", "her": "f", "his": "m"}
_BODY_PRONOUNS = frozenset(("it", "its"))
_MANY_PRONOUNS = frozenset(("they", "them", "their", "both"))
_PRONOUNS = frozenset((*_PERSON_PRONOUNS, *_BODY_PRONOUNS, *_MANY_PRONOUNS))
_OWNERS = frozenset("its his her their our my".split())
_OPEN = frozenset(("i", "we", "who", "you", "that", "which", "one"))  # cannot be told from the words around
_TOO_FAR = 4  # sentences of the outlet's own that a pronoun looks back
_OF_MEDIA = frozenset("report bulletin article story dispatch broadcast".split())
_OF_ANYONE = frozenset("statement post message letter release tweet comment remark".split())
_COLLECTIVE = frozenset("police media staff team band crew couple public opposition prosecution family".split())
_ALIKE = tuple(
    frozenset(words.split())
    for words in (
        "newspaper paper daily magazine outlet gazette courier times tribune herald press media",
        "company firm corporation airline bank manufacturer",
        "group organisation organization charity ngo watch movement union association action alliance",
        "monitor observatory watchdog group",
        "agency service bureau office news",
        "broadcaster network channel station tv",
        "team club",
    )
)
_LEFT_OFF = re.compile(r"^(?:the|this|that|these|those|an?)\s+|['’]s$", re.IGNORECASE)
_ABBREVIATED = re.compile(
    r"\b((?:[A-Z][\w’'-]*\s+)(?:(?:of|for|and|the|[A-Z][\w’'-]*)\s+)*[A-Z][\w’'-]*)\s+\(([A-Z]{2,8})\)"
)
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


def on_behalf_of(phrase: str) -> str | None:
    """Whom the speaker speaks for, where the mention says so: "a spokesman for the coalition" -> "the coalition"."""
    for pattern in _ON_BEHALF:
        if (match := pattern.search(phrase)) and match["body"].strip().lower() not in _OWNERS:
            return match["body"].strip()
    return None


def _singular(noun: str) -> str:
    return noun[:-1] if noun.endswith("s") and not noun.endswith("ss") else noun


def _head(phrase: str) -> str:
    words = core(phrase)
    return _singular(words[-1]) if words else ""


@dataclass(frozen=True)
class Nobodies:
    """Who is never meant by "it" or "the group": the outlet itself, a dateline's agency, what `skip` marks."""

    outlet: str = ""
    skips: Sequence[Span] = ()

    def among(self, text: str, found: Iterable[Mention]) -> list[Mention]:
        """The mentions that can be meant; speakers always can."""
        datelines = [m for start, _ in nlp.paragraphs(text) if (m := DATELINE.match(text, start))]
        cover = Cover([*self.skips, *(m.span() for m in datelines)])
        names = [self.outlet.replace("_", " "), *(name for m in datelines for name in m.groups() if name)]
        media = [words for name in names if (words := word_list(DETERMINER.sub("", name)))]
        return [m for m in found if m.spoken or not (cover.meets(m.start, m.end) or _is_one_of(m.name, media))]


def _is_one_of(name: str, media: Iterable[list[str]]) -> bool:
    """True for "the Standard" where the outlet is the Daily Standard; False for "Sund" and the Sund Herald."""
    words = core(name)
    return any(set(words) <= set(medium) and words[-1:] == medium[-1:] for medium in media)


class Resolver:
    """The speaker mentions of one article, in order; `resolve` says who each one means."""

    def __init__(
        self, text: str, sources: Iterable[Span], contents: Sequence[Span], nobodies: Nobodies | None = None
    ) -> None:
        found = (nobodies or Nobodies()).among(text, mentions(text, sources, contents))
        self._lines = self._own_lines(text, contents)
        self._names = self._by_head(found)
        self._full = {match[2]: match[1] for match in _ABBREVIATED.finditer(text)}
        self._known: list[Mention] = []  # those already read, each as whom it means
        self._by_role: dict[str, dict[str, Mention]] = {}  # for each role, the last mention of each one who has it
        self._means: dict[Span, Mention | None] = {}
        for mention in found:
            self._read(mention)

    def resolve(self, start: int, end: int) -> str | None:
        """Whom the source at [start, end) means, in the article's fullest words; None where it cannot be told."""
        who = self._means[start, end]
        return self._fullest(who.name) if who else None

    @staticmethod
    def _own_lines(text: str, contents: Sequence[Span]) -> list[int]:
        """For each sentence, how many before it hold words of the outlet's own: long quotations count for nothing."""
        cover, out, count = Cover(contents), [], 0
        for start, end in nlp.sentences(text):
            out.append(count)
            count += not cover.holds(start, max(start, end - 2))  # the closing marks are the outlet's
        return out

    @staticmethod
    def _by_head(found: Sequence[Mention]) -> dict[str, list[str]]:
        out: dict[str, dict[str, None]] = {}
        for mention in found:
            name = personal_name(mention.name) or mention.name
            for word in core(name)[-1:]:
                out.setdefault(word, {})[name] = None
        return {head: list(names) for head, names in out.items()}

    def _read(self, mention: Mention) -> None:
        who = self._who(mention)
        self._means[mention.start, mention.end] = who
        if who is None:
            known = replace(mention, kind="open")
        else:
            full = self._fullest(who.name)
            by_name = who.kind == "name" and not DETERMINER.match(who.name) and personal_name(full)
            kind = "person" if by_name else who.kind
            gender = who.gender or gender_of(full)
            known = replace(mention, name=who.name, kind=kind, gender=gender, roles=who.roles)
        self._known.append(known)
        for role in {*known.roles, _head(known.name)} if who else ():
            self._by_role.setdefault(_singular(role), {})[self._identity(known)] = known

    def _who(self, mention: Mention) -> Mention | None:
        low = mention.name.lower()
        if low in _PRONOUNS:
            return self._antecedent(mention, low)
        if low in _OPEN:
            return None
        words = core(mention.name)
        if not words or not DETERMINER.match(mention.name) or len(words) > 3 or len(mention.name.split()) > 4:
            return mention
        if not DETERMINER.sub("", mention.name).islower():
            return mention
        if words[-1] in _OF_MEDIA | _OF_ANYONE and len(words) < 3:
            return self._issuer(mention, words[-1])
        return self._described(mention) if mention.kind != "name" else mention

    def _issuer(self, mention: Mention, medium: str) -> Mention | None:
        """Who put out "the statement" or "the report"."""
        bodies = self._nearest(mention, lambda m: m.kind == "body") if medium in _OF_MEDIA else None
        return (
            bodies or self._nearest(mention, lambda m: m.kind in ("body", "name", "person")) or self._only_body(mention)
        )

    def _only_body(self, mention: Mention) -> Mention | None:
        """The one body that the sentences before name in passing: "the press service of [the Ministry of Health]"."""
        bodies = {self._identity(m): m for m in self._before(mention) if m.kind == "body" and _is_proper(m.name)}
        return next(iter(bodies.values())) if len(bodies) == 1 else None

    def _described(self, mention: Mention) -> Mention | None:
        """Who "the colonel" or "the company" is: whoever was named so before; None where two were."""
        role = _singular(last_role(core(mention.name)) or _head(mention.name))
        same = self._by_role.get(role, {})
        same = {who: m for who, m in same.items() if personal_name(m.name)} or same
        if not same:
            return self._generic(mention) or mention
        if len(same) == 1:
            return next(iter(same.values()))
        return self._nearest(mention, lambda m: m.spoken and m.kind != "open" and self._identity(m) in same)

    def _generic(self, mention: Mention) -> Mention | None:
        """The one body named in the sentences before, where its own noun does not contradict: "the newspaper"."""
        head = _head(mention.name)
        if head not in lists()[2] or mention.kind != "body":
            return None
        near = [m for m in self._before(mention) if m.kind in ("body", "name") and not m.aside and _is_proper(m.name)]
        own = {self._identity(m): _head(m.name) for m in near}
        if len(own) != 1:
            return None
        noun = next(iter(own.values()))
        unnamed = noun not in lists()[2] and len(core(mention.name)) == 1 and any(head in alike for alike in _ALIKE)
        fits = unnamed or any({head, noun} <= alike for alike in _ALIKE)
        return near[-1] if fits else None

    def _before(self, mention: Mention) -> list[Mention]:
        """The mentions in the sentences before, as far back as a pronoun looks."""
        first = self._lines[mention.sentence] - _TOO_FAR
        out = []
        for known in reversed(self._known):
            if self._lines[known.sentence] < first:
                break
            if known.end <= mention.start:
                out.append(known)
        return out[::-1]

    def _nearest(self, mention: Mention, fits: Callable[[Mention], bool]) -> Mention | None:
        """Of the mentions that fit, the best of the nearest sentence; None where two of them are as good."""
        main = [m for m in self._before(mention) if fits(m) and (m.spoken or not m.aside)]
        if not main:
            return None
        best = min(map(self._rank, main))
        rivals = {self._identity(m): m for m in main if self._rank(m) == best}
        only = next(iter(rivals.values()))
        return only if len(rivals) == 1 and only.kind != "open" else None

    def _rank(self, mention: Mention) -> tuple[int, bool, bool]:
        return -self._lines[mention.sentence], mention.kind == "name", not mention.spoken

    def _antecedent(self, mention: Mention, pronoun: str) -> Mention | None:
        gender = _PERSON_PRONOUNS.get(pronoun, "")
        kinds = {"person", "name"} if gender else {"body", "name"} if pronoun in _BODY_PRONOUNS else {"many"}

        def fits(m: Mention) -> bool:
            if m.kind == "open":
                return m.name.lower() == pronoun
            plural = pronoun in _MANY_PRONOUNS and _head(m.name) in _COLLECTIVE
            return plural or (m.kind in kinds and (not gender or m.gender in ("", gender)))

        return self._nearest(mention, fits)

    def _identity(self, mention: Mention) -> str:
        return normal(self._fullest(mention.name))

    def _fullest(self, name: str) -> str:
        """The fullest form of a name in the article, without "the" and without a role in front."""
        bare = DETERMINER.sub("", name)
        if bare not in self._full:
            self._full[bare] = self._longest(name)
        return self._full[bare]

    def _longest(self, name: str) -> str:
        own = personal_name(name) or APPOSITION.split(name, maxsplit=1)[0]
        head = core(own)[-1:]
        fuller = [other for other in self._names.get(head[0], []) if _same(own, other)] if head else []
        best = max([own, *fuller], key=lambda one: (len(_bare_words(one)) if personal_name(one) else 0, len(one)))
        bare = set(_bare_words(best))
        if any(not set(_bare_words(other)) <= bare for other in fuller):
            best = own  # two different people or bodies could be meant
        return _LEFT_OFF.sub("", " ".join(best.split()).strip(" ,"))


def _bare_words(name: str) -> list[str]:
    """The words of a name that tell one bearer from another: those of a person's without title and office."""
    return core(without_titles(name) if personal_name(name) else name)


def _is_proper(name: str) -> bool:
    """True for "Open Hands" and "SANA", False for "Staff at the depot", which may begin with a capital by its place."""
    words = name.split()
    return name.isupper() or sum(word[:1].isupper() for word in words if word.lower() != "the") > 1


def _same(short: str, full: str) -> bool:
    """True where a short form can stand for the full one: same last name, or same head with fewer words."""
    a, b = _bare_words(short), _bare_words(full)
    if not a or not set(a) <= set(b) or a[-1] != b[-1] or _sexes_differ(short, full):
        return False
    if not personal_name(short) and not _tail(short) <= {*_tail(full), *b}:
        return False
    return personal_name(full) is not None or short[:1].islower() or short.lower().startswith("the ") or len(a) > 1


def _tail(name: str) -> set[str]:
    """What stands behind a description's head: {"of", "commerce"} in "the chamber of commerce"."""
    return set(word_list(DETERMINER.sub("", name))) - set(core(name))


def _sexes_differ(one: str, other: str) -> bool:
    """True for "Mr Holm" and "Dagny Holm"."""
    return {gender_of(one), gender_of(other)} == {"m", "f"}
