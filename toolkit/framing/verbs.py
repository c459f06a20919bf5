"""The list of event verbs and event nouns (resources/verbs.tsv), by lemma."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from .. import resources


@dataclass(frozen=True)
class Entry:
    """A line of the list: the lemma's words, its class, its notes (explained in the file)."""

    words: tuple[str, ...]
    verb_class: str | None
    notes: frozenset[str]


UNLISTED = Entry((), None, frozenset())


@lru_cache(maxsize=1)
def _lists() -> tuple[dict[str, list[Entry]], dict[str, Entry]]:
    verbs: dict[str, list[Entry]] = {}
    nouns: dict[str, Entry] = {}
    for lemma, verb_class, *rest in resources.table("verbs.tsv"):
        notes = frozenset(rest[0].split(",")) if rest else frozenset()
        entry = Entry(tuple(lemma.split()), None if verb_class == "-" else verb_class, notes)
        if "noun" in notes:
            nouns[lemma] = entry
        else:
            verbs.setdefault(entry.words[0], []).append(entry)
    return {first: sorted(group, key=lambda e: -len(e.words)) for first, group in verbs.items()}, nouns


def entries(lemma: str) -> list[Entry]:
    """The entries that begin with this verb, the longest first."""
    return _lists()[0].get(lemma, [])


def noun(lemma: str) -> Entry | None:
    """The entry of an event noun."""
    return _lists()[1].get(lemma)


def class_of(lemma: str) -> str | None:
    """The class of a verb that stands alone: "speech" for "say", "harm" for "hurt"; None where there is none."""
    return next((entry.verb_class for entry in entries(lemma) if len(entry.words) == 1), None)


def takes_object(lemma: str) -> bool:
    """True for a verb that is done to somebody or something: "restore", "injure"; False for "die" and "return"."""
    alone = [entry for entry in entries(lemma) if len(entry.words) == 1]
    return any(
        "object" in entry.notes
        or (entry.verb_class in ("harm", "obstruction", "aid") and not entry.notes & {"happens", "suffers"})
        for entry in alone
    )
