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


def is_speech(lemma: str) -> bool:
    """True for verbs of saying."""
    return any(entry.verb_class == "speech" and len(entry.words) == 1 for entry in entries(lemma))
