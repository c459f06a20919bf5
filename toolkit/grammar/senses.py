"""Which sense of a word with two a sentence means: drivers strike or warplanes do, a man is pushed or a plan."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from .. import resources
from ..nlp import Word
from . import clauses
from .verbs import Entry

COLLECTIVES = frozenset(
    "army coalition crowd fan fighter gang gendarme government guard gunman insurgent jihadist loyalist militant"
    " military militia mob navy officer opposition police protester rebel regime separatist settler soldier student"
    " troop union worker".split()
)
_PERSONS = frozenset(
    "civilian child people person baby bystander hostage marcher detainee inmate migrant picket crew youth rioter"
    " looter wounded injured dead staff family colleague him her them me us you himself herself themselves".split()
)
_GROUPS = frozenset("crowd mob march rally army government coalition union regime".split())
_THINGS = ("it", "this", "that", "what", "which", "nothing", "something", "anything", "everything")
_LABOUR = frozenset(
    "union worker employee employer staff picket striker walkout wage pay ballot payroll workplace workforce"
    " industrial redundancy shift depot".split()
)
_ARMS = frozenset(
    "warplane aircraft jet drone missile rocket bomb bomber artillery airstrike air troop army military rebel militant"
    " militia militant soldier sailor fighter insurgent gunman pilot warhead launcher target".split()
)
_UNITS = frozenset(
    "battalion brigade column convoy crew faction force patrol platoon resident squad unit villager".split()
)


@lru_cache(maxsize=1)
def _occupations() -> frozenset[str]:
    return frozenset(resources.lines("person_nouns.txt"))


@lru_cache(maxsize=1)
def _person_words() -> frozenset[str]:
    return _occupations() | _PERSONS | (COLLECTIVES - _GROUPS)


@lru_cache(maxsize=1)
def _bodies() -> frozenset[str]:
    return frozenset(resources.lines("body_nouns.txt"))


def names_people(token: Word) -> bool:
    """True for a noun for persons or for a group that acts: "teenager", "troops", "convoy"."""
    return token.lemma_.lower() in _person_words() | COLLECTIVES | _GROUPS | _UNITS


def names_body(token: Word) -> bool:
    """True for a noun for a body that speaks with one voice: "agency", "ministry"."""
    return token.lemma_.lower() in _bodies()


def is_worker(token: Word | None) -> bool:
    """True for "nurses" and "drivers", who strike without force; False for "soldiers"."""
    return token is not None and token.lemma_.lower() in _occupations() - _ARMS


def is_person(token: Word) -> bool:
    """True for persons that can be told one by one: "him", "two of the marchers"; a crowd is none."""
    inner = clauses.preposition(token, "of") if token.pos_ in ("ADJ", "ADV") else None  # "most of those officers"
    who = inner or clauses.named(token)
    if {who.lemma_.lower(), who.text.lower()} & _person_words() or who.pos_ == "PROPN":
        return True
    return clauses.is_quantity(who) and who.text.lower() not in _THINGS


def holds(entry: Entry, patient: Word | None, passive: bool) -> bool:
    """True where the entry's condition on the one acted on is met (`person`, `thing`, `alone` or `of=...`)."""
    if "alone" in entry.notes:
        return patient is None and not passive
    if not entry.notes & {"person", "thing"} and not entry.objects:
        return True
    if patient is None:
        return False
    group = patient.lemma_.lower() in _GROUPS
    if "person" in entry.notes:
        return group or is_person(patient)
    return patient.lemma_.lower() in entry.objects if entry.objects else group or not is_person(patient)


def balance(words: Iterable[Word]) -> int:
    """Words of work minus words of war: above 0 where a strike is a labour dispute."""
    lemmas = [word.lemma_.lower() for word in words]
    return sum(lemma in _LABOUR for lemma in lemmas) - sum(lemma in _ARMS for lemma in lemmas)
