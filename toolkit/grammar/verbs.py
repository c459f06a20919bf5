"""The list of event verbs and event nouns (resources/verbs.tsv), by lemma."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from .. import resources


@dataclass(frozen=True)
class Entry:
    """A line of the list: the lemma's words, its class, its notes (explained in the file), the objects it wants."""

    words: tuple[str, ...]
    verb_class: str | None
    notes: frozenset[str]
    objects: frozenset[str] = frozenset()


UNLISTED = Entry((), None, frozenset())


def _entry(lemma: str, verb_class: str, notes: str = "") -> Entry:
    given = notes.split(",") if notes else []
    objects = next((note.removeprefix("of=") for note in given if note.startswith("of=")), "")
    plain = frozenset(note for note in given if not note.startswith("of="))
    wanted = frozenset(objects.split("|")) if objects else frozenset[str]()
    return Entry(tuple(lemma.split()), None if verb_class == "-" else verb_class, plain, wanted)


@lru_cache(maxsize=1)
def _lists() -> tuple[dict[str, list[Entry]], dict[str, Entry]]:
    verbs: dict[str, list[Entry]] = {}
    nouns: dict[str, Entry] = {}
    for row in resources.table("verbs.tsv"):
        entry = _entry(*row)
        if "noun" in entry.notes:
            nouns[row[0]] = entry
        else:
            verbs.setdefault(entry.words[0], []).append(entry)
    return {first: sorted(group, key=lambda e: -len(e.words)) for first, group in verbs.items()}, nouns


def entries(lemma: str) -> list[Entry]:
    """The entries that begin with this verb, the longest first."""
    return _lists()[0].get(lemma, [])


def noun(lemma: str) -> Entry | None:
    """The entry of an event noun."""
    return _lists()[1].get(lemma)


@lru_cache(maxsize=1)
def _last_words() -> frozenset[str]:
    return frozenset(name.split()[-1] for name in _lists()[1])


def ends_noun(lemma: str) -> bool:
    """True for the last word of an event noun: "strike" of "air strike"."""
    return lemma in _last_words()


def class_of(lemma: str) -> str | None:
    """The class of a verb that stands alone: "speech" for "say", "harm" for "hurt"; None where there is none."""
    return next((entry.verb_class for entry in entries(lemma) if len(entry.words) == 1), None)


def is_objectless(lemma: str) -> bool:
    """True for a verb that never has an object, and so no passive: "die", "ensue"."""
    return any("objectless" in entry.notes for entry in entries(lemma))


def takes_object(lemma: str) -> bool:
    """True for a verb that is done to somebody or something: "restore", "call off"; False for "die" and "return"."""
    alike = [entry for entry in entries(lemma.split()[0]) if entry.words == tuple(lemma.split())]
    done_to = (entry.verb_class in ("harm", "obstruction", "aid") for entry in alike)
    never = any(entry.notes & {"happens", "suffers"} for entry in alike)
    return not never and (any(done_to) or any("object" in entry.notes for entry in alike))
