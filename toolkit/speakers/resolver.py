"""Who a speaker mention means, as far as the article itself tells: "It" -> "the Russian military in Syria".

Mentions are read in order, each against the cast of those named before: a pronoun takes up who is most in mind
(salience.py), a description who was called so. Where two readings are about as good, the speaker is left open.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from .. import nlp
from ..nlp import Span
from .cast import Cast
from .finding import Cover, mentions
from .mentions import (
    DETERMINER,
    PAIRS,
    SOMEBODY,
    Mention,
    core,
    head,
    is_body_role,
    is_of_two_offices,
    is_person_role,
    known_noun,
    lists,
    personal_name,
    singular,
    surely_a_person,
    word_list,
)
from .mind import NEW, Mind
from .roles import covered, covering, fits, is_general, stands_for
from .salience import (
    COLLECTIVE,
    PRONOUNS,
    SEX,
    SURE_OF_NAMED,
    Candidate,
    Weights,
    agreement,
    called,
    fitted,
    standing_out,
)

_OWNERS = frozenset("its his her their our my".split())
_OPEN = frozenset((*"i we you that which one q a question answer".split(), "the other"))  # nothing here tells who
_ANYBODY = frozenset("somebody someone anybody anyone another".split())
_OF_MEDIA = frozenset("report bulletin article story dispatch broadcast".split())
_OF_ANYONE = frozenset("statement post message letter release tweet comment remark".split())
_DESCRIBED = re.compile(r"^(?:the|this|that|these|those|its|his|her|their|[A-Z][\w-]*['’]s)\s+", re.IGNORECASE)
_DEFINITE = re.compile(r"(?:the|this|that)\s", re.IGNORECASE)
_OWNED = re.compile(r"['’]s?\s")
_DEMONYM = re.compile(r"[Tt]he\s+[A-Z]\w+(?:an|i)")
_PEOPLE = re.compile(r"[Tt]he\s+[A-Z]\w+(?:ese|sh|ch|[^\Ws]s)")
_BY_NAME = re.compile(r"(?:the\s+)?[A-Z][\w’' -]*['’]s\s")  # "the State Department's inspector general"
_RECENT = 400  # mentions that are looked back over
_AGE = re.compile(r"\d{1,3}-year-old$")
_SEVERAL = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|several|some|both|other)\s+(?:\w+\s+)??([\w-]+s)\b",
    re.IGNORECASE,
)
_ISSUED = re.compile(
    r"\b(?:issued|released|published|posted|sent|wrote|written|left|filed|signed|circulated|put out)\b"
)
_LEADS_UP = re.compile(
    r"(?:(?:In|Despite|With|During|Like|Unlike|Following|Throughout|Given|By)\s+(?:his|her)"
    r"|(?:While|(?:Even\s+)?(?:as|though)|As|Though|Although|When|After|Before|If|Because|Since|Until|Once)"
    r"\s+(?:he|she|his|her))"
)
_UP_TO_SUBJECT = re.compile(r"[^,;:.()“”\"\n]+,\s+")
_SPEAKS_FOR = (
    "(?:spokes(?:man|woman|person|people)|representative|lawyer|attorney|adviser|advisor|head|director|chief|leader"
    "|commander)s?"
)
_ON_BEHALF = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{_SPEAKS_FOR}\s+(?:for|of)\s+(?P<body>[^,]+)",
        r"^(?:an?\s+|the\s+)?+(?P<body>[\w.’' -]+?)(?:['’]s)?\s+(?:spokes(?:man|woman|person)|representative)\b",
        r"^(?P<body>[\w.-]+)['’]s\s+(?:\w+\s+){0,2}(?:envoy|ambassador)\b",
    )
)


def on_behalf_of(phrase: str) -> str | None:
    """Whom the speaker speaks for, where the mention says so: "a spokesman for the coalition" -> "the coalition"."""
    for pattern in _ON_BEHALF:
        if (match := pattern.search(phrase)) and match["body"].strip().lower() not in _OWNERS:
            return match["body"].strip()
    return None


@dataclass(frozen=True)
class Nobodies:
    """Who is never meant by "it" or "the group": the outlet itself, a dateline's agency, what `skip` marks."""

    outlet: str = ""
    skips: Sequence[Span] = ()

    def among(self, text: str, found: Iterable[Mention]) -> list[Mention]:
        """The mentions that can be meant; speakers always can, the outlet as a body."""
        datelines = [m for start, _ in nlp.paragraphs(text) if (m := nlp.DATELINE.match(text, start))]
        cover = Cover([*self.skips, *(m.span() for m in datelines)])
        names = [self.outlet.replace("_", " "), *(name for m in datelines for name in m.groups() if name)]
        media = [words for name in names if (words := [*word_list(DETERMINER.sub("", name))])]
        kept = (m for m in found if m.spoken or not cover.meets(m.start, m.end))
        own = ((m, _is_one_of(m.name, media)) for m in kept)
        return [replace(m, kind="body") if of_media else m for m, of_media in own if m.spoken or not of_media]


def _is_one_of(name: str, media: Iterable[list[str]]) -> bool:
    """True for "the Standard" where the outlet is the Daily Standard; False for "Sund" and the Sund Herald."""
    words = core(name)
    return any(set(words) <= set(medium) and words[-1:] == medium[-1:] for medium in media)


class Resolver:
    """The speaker mentions of one article, in order; `resolve` says who each one means."""

    def __init__(
        self,
        text: str,
        sources: Iterable[Span],
        contents: Sequence[Span],
        nobodies: Nobodies | None = None,
        weights: Weights | None = None,
    ) -> None:
        found = (nobodies or Nobodies()).among(text, mentions(text, sources, contents))
        self._text = text
        self._weights = weights or fitted()
        self._mind = Mind(text, contents)
        self._cast = Cast(text, found)
        self._called: dict[str, deque[tuple[str, Mention]]] = defaultdict(  # for each noun: the role, who has it
            lambda: deque(maxlen=_RECENT)
        )
        several = reversed(list(_SEVERAL.finditer(text)))
        self._several = {match[1].lower(): match.start() for match in several}  # where there are first several of them
        self._found = {mention.start: mention for mention in found}
        self._means: dict[Span, Mention | None] = {}
        self.weighed: dict[Span, list[Candidate]] = {}  # who could be meant, by mention: what the weights are fitted on
        for mention in found:
            self._read(mention)

    def name(self, who: Mention) -> str:
        """The fullest name that the article gives to whom a mention means."""
        return self._cast.fullest(who.name)

    def resolve(self, start: int, end: int) -> str | None:
        """Whom the source at [start, end) means, in the article's fullest words; None where it cannot be told."""
        who = self._means[start, end]
        return self.name(who) if who else None

    def _read(self, mention: Mention) -> None:
        who = self._who(mention)
        if mention.spoken:
            self._means[mention.start, mention.end] = who
        author = self._author(mention) if mention.kind == "paper" and not mention.spoken else None
        if author:
            known = replace(mention, name=author.name, kind="signed")
        elif who is None or who.name.lower() in _ANYBODY:
            known = replace(mention, name=mention.name if who is None else SOMEBODY, kind="open")
        else:
            cast = self._cast
            known = replace(mention, name=who.name, kind=cast.kind(who), gender=cast.gender(who), roles=who.roles)
        is_open = known.kind == "open"
        self._mind.note(known, f"open {known.name.lower()}" if is_open else self._cast.identity(known.name))
        if who and not author:
            for role in {*known.roles, " ".join(core(known.name)[-3:])} - {""}:
                self._called[singular(role.split()[-1])].append((role, known))

    def _who(self, mention: Mention) -> Mention | None:
        low = mention.name.lower()
        if mention.name == SOMEBODY and not mention.spoken:
            return None
        if low in PRONOUNS:
            return self._antecedent(mention, low)
        if low == "who":
            return self._before_who(mention)
        if low in _OPEN:
            return None
        words = core(mention.name)
        whole = DETERMINER.sub("", mention.name).removesuffix(" of state")
        bare = len(words) == len(word_list(whole)) or is_of_two_offices(mention.name)
        titled = bool(words) and _is_titled(mention.name)
        if titled and (_PEOPLE.fullmatch(mention.name) or not self._holders(mention)):
            return mention  # "the Guardian", "the Chinese", "the Clintons"
        if bare and mention.kind == "person" and _DEFINITE.match(mention.name) and not personal_name(mention.name):
            return self._described(mention)
        if not words or not _DESCRIBED.match(mention.name) or len(mention.name.split()) > 4:
            return mention
        if not bare and not mention.name[1:].islower():
            return mention  # "the mayor of Vik"
        if not titled and words[-1] in _OF_MEDIA | _OF_ANYONE and len(words) < 3 and DETERMINER.match(mention.name):
            return self._issuer(mention, words[-1])
        return self._described(mention) if not personal_name(mention.name) else mention

    def _before_who(self, mention: Mention) -> Mention | None:
        """The head of a relative clause: "Anna Holm, the mayor, who said"."""
        for known in reversed(self._mind.known):
            between = self._text[known.end : mention.start]
            if "." in between or len(between) > 80:
                return None
            if not between.strip(" ,") or re.fullmatch(r",\s[^,;:]+,\s", between):
                return known if known.kind != "open" else None
        return None

    def _author(self, paper: Mention) -> Mention | None:
        """Who wrote or sent it out: Teles of "He later issued a clarification"."""
        here = takewhile(lambda m: m.sentence == paper.sentence, reversed(self._mind.known))
        one = next((m for m in here if m.place == "subject" and not m.told), None)
        return one if one and one.kind != "open" and _ISSUED.search(self._text[one.end : paper.start]) else None

    def _issuer(self, mention: Mention, medium: str) -> Mention | None:
        """Who put out "the statement" or "the report"."""
        bodies = self._nearest(mention, _is("body")) if medium in _OF_MEDIA else None
        return bodies or self._nearest(mention, _is("body", "name", "person"))

    def _described(self, mention: Mention) -> Mention | None:
        """Who "the colonel" or "the company" is: whoever was called so before; None where two were."""
        holders = self._holders(mention)
        if not holders:
            return self._generic(mention) or self._somebody(mention) or self._by_itself(mention)
        named = [m for m in holders if personal_name(m.name)] or holders
        one = {self._cast.identity(m.name) for m in named}
        several = len({m.start for m in named if self._introduces(m)}) > 1  # "a witness" twice is two
        if several and (len(one) == 1 or named is holders):
            return None
        if len(one) == 1:
            return named[-1]
        nearest = self._nearest(
            mention, _where(lambda m: m.spoken and m.kind != "open" and self._cast.identity(m.name) in one)
        )
        return nearest or (mention if _BY_NAME.match(mention.name) else None)

    def _somebody(self, mention: Mention) -> Mention | None:
        """Who of those before "the candidate" is, whom nothing has called so."""
        if mention.kind != "person" or not _DEFINITE.match(mention.name):
            return None
        second = self._text[max(0, mention.start - 5) : mention.start] == " and "  # "the driver and the manager"
        still = any(m.kind == "open" and head(m.name) == head(mention.name) for m in self._mind.before(mention))
        # "the prison's governor" is likelier somebody new
        least = SURE_OF_NAMED if _OWNED.search(mention.name) else 0.0
        return None if second or still else self._nearest(mention, called(mention), least)

    def _introduces(self, known: Mention) -> bool:
        return bool(NEW.match(self._text, known.start))

    def _by_itself(self, mention: Mention) -> Mention | None:
        """The description as it stands: "the judge"; None for "the driver", who must be one of those before."""
        words = word_list(mention.name)
        if words[-1] in PAIRS:
            couples = [m for m in self._mind.before(mention) if m.kind == "many" and " and " in m.name]
            return couples[-1] if couples else None
        if mention.kind == "person" and self._is_one_of_many(mention, words[-1]):
            return None
        if _AGE.match(words[-1]):
            return self._nearest(mention, _where(lambda m: m.kind == "person" and not any(map(_AGE.match, m.roles))))
        alone = words[0] == "the" and not re.search(r",|['’]s?\s", mention.name)
        bare = alone and mention.kind == "person" and (len(words) > 2 or words[1] not in lists()[0])
        return None if bare and self._has_people(mention) else mention

    def _is_one_of_many(self, mention: Mention, noun: str) -> bool:
        """True for "the nurse" after "three nurses": nobody can tell which."""
        told = any(m.kind == "many" for _, m in self._called.get(noun, ()))
        return told or self._several.get(noun + "s", mention.start) < mention.start

    def _has_people(self, mention: Mention) -> bool:
        """True where somebody before can be meant by a bare "the driver", and no clause tells who that is."""
        if self._text[mention.end : mention.end + 6].lstrip(", ").startswith("who"):
            return False
        before = [m for m in self._mind.before(mention) if m.sentence < mention.sentence]
        return any(m.kind in ("person", "many") or head(m.name) in COLLECTIVE for m in before)

    def _holders(self, mention: Mention) -> list[Mention]:
        """Those called by the description's noun, or else by one it can stand for."""
        words = core(mention.name)
        said, noun = " ".join(words), singular(words[-1])
        several = mention.kind == "many"
        owners = self._owners(said.split()[0])
        wider = ((noun, *covered(noun)), covering(noun) if is_person_role(noun) else ())
        for alike in ((noun,), *(() if _is_titled(mention.name) else wider)):
            having = [pair for other in alike for pair in self._called.get(other, ())]
            fitting = [m for role, m in having if fits(said, role, owners) and (m.kind == "many") == several]
            if mention.kind == "body":
                fitting = [m for m in fitting if not surely_a_person(personal_name(m.name) or "-")]
            if fitting:
                return sorted(fitting, key=lambda m: m.start)
        if len(words) == 1 and _DEMONYM.fullmatch(mention.name) and mention.kind != "body":  # "the Brazilian"
            return [m for pairs in self._called.values() for role, m in pairs if words[0] in role.split()]
        return []

    def _owners(self, pronoun: str) -> set[str]:
        """The last names of those whom "his" or "her" can mean."""
        sex = SEX.get(pronoun)
        people = [m for m in self._mind.known[-_RECENT:] if sex and m.gender == sex and personal_name(m.name)]
        return {word for m in people for word in core(m.name)[-1:]}

    def _generic(self, mention: Mention) -> Mention | None:
        """The body that stands out among those before, where its own noun does not contradict: "the newspaper"."""
        noun = head(mention.name)
        if noun not in lists()[2] or mention.kind != "body":
            return None

        def can_be(m: Mention) -> bool:
            own = head(m.name)
            unnamed = own not in lists()[2] and len(core(mention.name)) == 1 and is_general(noun)
            bodily = m.kind == "body" or (m.kind == "name" and not personal_name(m.name))
            fitting = stands_for(noun, own) and fits(" ".join(core(mention.name)), " ".join(core(m.name)))
            other = any(
                is_body_role(r) and not _related(noun, r.split()[-1]) for r in m.roles - {" ".join(core(m.name))}
            )
            return bodily and not other and _is_proper(m.name) and (unnamed or fitting)

        standing = _where(lambda m: m.place != "aside" and can_be(m))
        return self._nearest(mention, standing) or self._nearest(mention, _where(can_be))

    def _nearest(self, mention: Mention, agrees: Callable[[Mention], str], least: float = 0.0) -> Mention | None:
        """Of the mentions that agree, the one that stands out; None where none does, or it is itself unknown."""
        candidates = self._mind.candidates(mention, agrees)
        self.weighed[mention.start, mention.end] = candidates
        best = standing_out(candidates, self._weights, least)
        return best if best and best.kind != "open" else None

    def _named_next(self, mention: Mention, agrees: Callable[[Mention], str]) -> Mention | None:
        """Calderon of "In his answer to them, Calderon said": a clause that leads up to its sentence's subject."""
        start = nlp.sentences(self._text)[mention.sentence][0]
        clause = _LEADS_UP.fullmatch(self._text, start, mention.end) and _UP_TO_SUBJECT.match(self._text, mention.end)
        known = self._found.get(clause.end()) if clause else None
        if not known or known.place != "subject" or not personal_name(self.name(known)):  # [Holt]'s rival
            return None
        return known if agrees(known) else None

    def _antecedent(self, mention: Mention, pronoun: str) -> Mention | None:
        agrees = agreement(pronoun)
        best = self._named_next(mention, agrees) or self._nearest(mention, agrees)
        return None if best and best.kind == "paper" else best


def _is_titled(name: str) -> bool:
    """True for "the Guardian" and "its Foreign Ministry", whose last word has a capital."""
    return bool(_DESCRIBED.match(name)) and name.split()[-1][:1].isupper()


def _related(one: str, other: str) -> bool:
    """True where either noun can stand for the other: "scientist" and "geologist"."""
    return stands_for(one, other) or stands_for(other, one)


def _where(holds: Callable[[Mention], bool]) -> Callable[[Mention], str]:
    """A condition as a feature."""
    return lambda m: "fits" if holds(m) else ""


def _is(*kinds: str) -> Callable[[Mention], str]:
    return _where(lambda m: m.kind in kinds and not m.told and (m.spoken or m.place != "aside"))


def _is_proper(name: str) -> bool:
    """True for "Open Hands" and "SANA", False for "Staff at the depot", which may begin with a capital by its place."""
    words = name.split()
    if len(words) == 1 and name[:1].isupper():
        return not known_noun(singular(name.lower()))
    return name.isupper() or sum(word[:1].isupper() for word in words if word.lower() != "the") > 1
