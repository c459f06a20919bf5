"""The words that are scored: VADER's own list, what this package lays over it, and the rules for reading news."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from .. import resources

WORDS, RULES = "sentiment_words.tsv", "sentiment_rules.tsv"


@dataclass(frozen=True)
class Entry:
    """A word of conflict or public affairs: its valence (-4 to +4; 0 takes it out), VADER's words like it, and why."""

    word: str
    valence: float
    like: tuple[str, ...]
    reason: str


@lru_cache(maxsize=1)
def vader() -> SentimentIntensityAnalyzer:
    """VADER as published."""
    return SentimentIntensityAnalyzer()


@lru_cache(maxsize=1)
def overlay() -> tuple[Entry, ...]:
    """What is laid over VADER's list, an entry a word, in the order of the file."""
    return tuple(
        Entry(word, float(valence), tuple(like.replace("-", "").split()), reason)
        for words, valence, like, reason in resources.table(WORDS)
        for word in words.split()
    )


@lru_cache(maxsize=16)
def lexicon(*, with_overlay: bool, held_out: frozenset[str] = frozenset()) -> Mapping[str, float]:
    """Each word that is scored, with its valence; words at 0 and those held out are not in it."""
    words: dict[str, float] = dict(vader().lexicon)
    if with_overlay:
        words |= {entry.word: entry.valence for entry in overlay()}
        words = {word: valence for word, valence in words.items() if valence}
    return {word: valence for word, valence in words.items() if word not in held_out}


@lru_cache(maxsize=1)
def every_word() -> frozenset[str]:
    """The words that VADER or the overlay scores, whichever is in use: what a name must not be taken for."""
    return frozenset(vader().lexicon) | frozenset(lexicon(with_overlay=True))


@lru_cache(maxsize=16)
def rule(kind: str) -> frozenset[str]:
    """The words of one kind of rule."""
    return frozenset(word for found, word, _ in resources.table(RULES) if found == kind)
