"""What is scored: one sentence's words of one voice, and the clauses of it that mention a party."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from ..whose_words import Stretch, Voices
from .lexicon import rule

FEWEST_WORDS = 3  # what is left of the outlet's own sentence around a quote ("he said") says nothing about its tone
_JOINS = ("and", "as", "so")  # between words as often as between clauses: only after a comma do they part clauses
_WORD = re.compile(r"\w+(?:[-'’]\w+)*")


@dataclass(frozen=True)
class Piece:
    """One sentence's words of one voice; other voices' words in between are blanked, so that offsets hold."""

    start: int
    end: int
    words: str
    whose: str
    quote: dict[str, Any] | None

    @property
    def too_short(self) -> bool:
        """True for a rest of the outlet's own sentence that says nothing by itself."""
        return self.quote is None and too_few(self.words)


def too_few(words: str) -> bool:
    """True where there are not enough words for a score."""
    return len(_WORD.findall(words)) < FEWEST_WORDS


def pieces(voice: Voices) -> Iterator[Piece]:
    """Every sentence's words, apart by who they are attributed to; pieces without a word are no pieces."""
    groups: dict[tuple[int, str | None], list[Stretch]] = {}
    for stretch in voice.stretches():
        key = stretch.sentence, stretch.quote["quote_id"] if stretch.quote else None
        groups.setdefault(key, []).append(stretch)
    for stretches in groups.values():
        piece = _piece(voice.text, stretches)
        if _WORD.search(piece.words):
            yield piece


def _piece(text: str, stretches: list[Stretch]) -> Piece:
    start, end = stretches[0].start, stretches[-1].end
    words = ""
    for stretch in stretches:
        words = words.ljust(stretch.start - start) + text[stretch.start : stretch.end]
    told = {stretch.whose for stretch in stretches if _WORD.search(text, stretch.start, stretch.end)}
    whose = told.pop() if len(told) == 1 else "outlet_reporting"
    return Piece(start, end, words, whose, stretches[0].quote)


@lru_cache(maxsize=1)
def _border() -> re.Pattern[str]:
    parting = "|".join(sorted(rule("ends") - {*_JOINS}))
    return re.compile(rf"[;:—–()]|(?<=\s)(?:{parting})(?!\w)|,\s+(?:{'|'.join(_JOINS)})(?!\w)", re.IGNORECASE)


def clauses(words: str) -> list[tuple[int, int]]:
    """The clauses of a sentence as [start, end), told apart by punctuation and conjunctions; no parse is needed."""
    cuts = [0, *(m.start() for m in _border().finditer(words)), len(words)]
    return [(a, b) for a, b in pairwise(cuts) if words[a:b].strip()]


def of_party(piece: Piece, mentions: Iterable[tuple[int, int, str]]) -> dict[tuple[int, int], list[str]]:
    """The clauses of a piece that mention a party, as places in the piece, with the parties each mentions."""
    here = [(a - piece.start, b - piece.start, party) for a, b, party in mentions if piece.start <= a < piece.end]
    seen = [(a, party) for a, b, party in here if piece.words[a:b].strip()]
    found = {}
    for a, b in clauses(piece.words) if seen else ():
        if parties := sorted({party for place, party in seen if a <= place < b}):
            found[a, b] = parties
    return found
