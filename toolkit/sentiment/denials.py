"""How far a denial reaches: "no one was hurt" says that people are well, though VADER adds up the "no" and the hurt."""

from __future__ import annotations

from collections.abc import Sequence

from .lexicon import rule

_NEAR = 3  # words that VADER lets a "not" turn; so far a "no" reaches that does not begin its clause
_STOPS = (",", ";", ":", ".", "!", "?", ")", "–", "-")


def denied(raw: Sequence[str], words: Sequence[str]) -> tuple[list[str], frozenset[int]]:
    """The words without the denials that VADER misreads, and the places of the words these turn to their contrary.

    `raw` are the words with the punctuation that VADER strips. "no one", "nobody", "none" and a "no" that begins its
    clause turn the words up to the clause's end; any other "no" the next three. A "no" by itself is an answer and
    stays, and "no fewer than" denies nothing.
    """
    low = [word.lower() for word in words]
    if rule("denies").isdisjoint(low):
        return list(words), frozenset()
    kept = list(words)
    turned: set[int] = set()
    for place in range(len(low)):
        length = _length(low, raw, place)
        kept[place : place + length] = [""] * length
        after = place + length
        if length and low[after : after + 1] and low[after] not in rule("counts"):
            turned ^= set(range(after, _reach(low, raw, place, after)))
    return kept, frozenset(turned)


def _length(low: Sequence[str], raw: Sequence[str], place: int) -> int:
    """How many words a denial takes here; 0 where there is none."""
    if low[place] != "no":
        return int(low[place] in rule("denies"))
    if low[place + 1 : place + 2] == ["one"]:
        return 2
    return int(place + 1 < len(low) and not raw[place].endswith(_STOPS))


def _reach(low: Sequence[str], raw: Sequence[str], place: int, after: int) -> int:
    """The first place behind `after` that a denial at `place` does not reach."""
    begins = place == 0 or raw[place - 1].endswith(_STOPS) or low[place - 1] in rule("ends")
    whole = begins or low[place] != "no" or after - place == 2
    last = len(low) if whole else min(len(low), after + _NEAR)
    for end in range(after, last):
        if low[end] in rule("ends") or raw[end - 1].endswith(_STOPS):
            return end
    return last
