"""The people and bodies of one article: which names are one and the same, and what is known of each."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache

from .. import nlp
from ..entities import normal
from .mentions import APPOSITION, DETERMINER, Mention, core, gender_of, personal_name, without_titles, word_list

_LEFT_OFF = re.compile(r"^(?:the|this|that|these|those|an?)\s+|['’]s$", re.IGNORECASE)
_REMEMBERED = 4096  # names whose words are kept
_HIMSELF = re.compile(r"\s+(?:himself|herself|themselves|itself)$")
_ABBREVIATED = re.compile(
    r"\b((?:[A-Z][\w’'-]*\s+)(?:(?:of|for|and|the|[A-Z][\w’'-]*)\s+){0,8}[A-Z][\w’'-]*)\s+\(([A-Z]{2,8})\)"
)
_SHORT, _FEW, _MOST_CAPITAL = (
    3,
    4,
    0.75,
)  # a headline: of four words and more that are no particles, most are capitalised
_TITLED = re.compile(r"(Mr|Mrs|Ms|Miss)\b")
_SUFFIXES = frozenset("jr sr ii iii iv".split())


class Cast:
    """Who is named in an article, each by the fullest name, with the sex that any of the names tells."""

    def __init__(self, text: str, found: Iterable[Mention]) -> None:
        named = [mention for mention in found if mention.kind != "pronoun"]
        self._names = _by_word(named, slice(-1, None))
        self._firsts = _by_word(named, slice(-1))
        last = _end_of_headline(text)
        self._led = {DETERMINER.sub("", mention.name) for mention in named if DETERMINER.match(mention.name)}
        self._below = {_own(mention.name) for mention in named if mention.start >= last}
        self._full = {match[2]: match[1] for match in _ABBREVIATED.finditer(text)}
        self._identities: dict[str, str] = {}
        self._genders: dict[str, str] = {}
        self._kinds: dict[str, str] = {normal(name): "body" for name in self._full.values()}
        for mention in named:
            self._learn(mention)

    def _learn(self, mention: Mention) -> None:
        who = self.identity(mention.name)
        if title := _TITLED.match(mention.name):
            self._genders[who] = "m" if title[1] == "Mr" else "f"
        elif gender := mention.gender or gender_of(self.fullest(mention.name)):
            self._genders.setdefault(who, gender)
        if mention.kind == "person" or (mention.kind == "body" and not personal_name(self.fullest(mention.name))):
            self._kinds.setdefault(who, mention.kind)

    def gender(self, mention: Mention) -> str:
        """The letter m or f, where any mention of the same person tells it."""
        return self._genders.get(self.identity(mention.name), "") or mention.gender

    def kind(self, mention: Mention) -> str:
        """The mention's kind; of a bare name, that which another mention of the same tells."""
        return self._kinds.get(self.identity(mention.name), "name") if mention.kind == "name" else mention.kind

    def identity(self, name: str) -> str:
        """The same string for every name of one person or body."""
        if name not in self._identities:
            self._identities[name] = normal(self.fullest(name))
        return self._identities[name]

    def fullest(self, name: str) -> str:
        """The fullest form of a name in the article, without "the" and without a role in front."""
        bare = DETERMINER.sub("", name)
        if bare not in self._full:
            self._full[bare] = self._longest(name)
        return self._full[bare]

    def _longest(self, name: str) -> str:
        name = _HIMSELF.sub("", name)
        own = _own(name)
        head = core(own)[-1:]
        fuller = [other for other in self._names.get(head[0], []) if _same(own, other)] if head else []
        first = DETERMINER.sub("", own) not in self._led and not own.isupper()  # "the Fed" and "NEA" are nobody's
        if head and first and all(len(_bare_words(other)) == 1 for other in fuller):
            fuller += [other for other in self._firsts.get(head[0], []) if _is_first(own, other)]
        shortest = len(_bare_words(own))
        fuller = [one for one in fuller if one in self._below and len(_bare_words(one)) > shortest] or fuller
        fuller = [other for other in fuller if " and " in own or " and " not in other]
        best = max([own, *fuller], key=lambda one: (len(_bare_words(one)) if personal_name(one) else 0, len(one)))
        bare = set(_bare_words(best))
        if any(not set(_bare_words(other)) <= bare for other in fuller):
            best = own  # two different people or bodies could be meant
        return _LEFT_OFF.sub("", " ".join(best.split()).strip(" ,"))


def _by_word(found: Sequence[Mention], which: slice) -> dict[str, list[str]]:
    """The names by some of their words."""
    out: dict[str, dict[str, None]] = defaultdict(dict)
    for mention in found:
        name = _own(mention.name)
        for word in _bare_words(name)[which]:
            out[word][name] = None
    return {word: list(names) for word, names in out.items()}


def _end_of_headline(text: str) -> int:
    """Where a first sentence In Capitals Like These ends, which tell no name; 0 where there is none."""
    start, end = next(iter(nlp.sentences(text)), (0, 0))
    words = [word for word in text[start:end].split() if len(word) > _SHORT]
    capital = sum(word[:1].isupper() for word in words)
    return end if len(words) >= _FEW and capital > _MOST_CAPITAL * len(words) else 0


def _own(name: str) -> str:
    """A name without what is told of its bearer."""
    return personal_name(name) or APPOSITION.split(name, maxsplit=1)[0]


@lru_cache(maxsize=_REMEMBERED)
def _bare_words(name: str) -> tuple[str, ...]:
    """The words of a name that tell one bearer from another: those of a person's without title and office."""
    words = core(without_titles(name) if personal_name(name) else name)
    kept = [word for word in words if len(word) > 1 and word not in _SUFFIXES]
    return tuple(kept if personal_name(name) and len(kept) > 1 else words)


def _same(short: str, full: str) -> bool:
    """True where a short form can stand for the full one: same last name, or same head with fewer words."""
    a, b = _bare_words(short), _bare_words(full)
    if not a or not set(a) <= set(b) or a[-1] != b[-1] or {gender_of(short), gender_of(full)} == {"m", "f"}:
        return False
    if not personal_name(short) and not _tail(short) <= {*_tail(full), *b}:
        return False
    return personal_name(full) is not None or short[:1].islower() or short.lower().startswith("the ") or len(a) > 1


def _is_first(short: str, full: str) -> bool:
    """True for "Yiran", "Odessa" and, where the family's name stands first, "Mr Zhao", of somebody named in full."""
    a, b = _bare_words(short), _bare_words(full)
    agree = {gender_of(short), gender_of(full)} != {"m", "f"}
    return len(a) == 1 and len(b) > 1 and a[0] in b[:-1] and personal_name(full) is not None and agree


def _tail(name: str) -> set[str]:
    """What stands behind a description's head: {"of", "commerce"} in "the chamber of commerce"."""
    return set(word_list(DETERMINER.sub("", name))) - set(core(name))
