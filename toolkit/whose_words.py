"""Whose words stand where: the outlet's own, the outlet's for what a speaker said, or the speaker's verbatim.

Framing, sentiment and wording all need this distinction: "pro-regime troops" inside an indirect statement is the
outlet's label, "deviated from its route" in quotation marks is the speaker's.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

import pandas as pd

from . import nlp, schema
from .nlp import Span

_BLOCK = 1_024  # characters; quotes are looked up by block, so that long articles cost no more a word than short ones


class Stretch(NamedTuple):
    """A run of characters inside one sentence that is one voice's: `quote` is the innermost quote's row, or None."""

    start: int
    end: int
    sentence: int
    words: int
    whose: str
    quote: dict[str, Any] | None


@dataclass(frozen=True)
class _Places:
    """Where in a text the quotes stand, each as its hull, its spans and its fragments, and what is skipped."""

    text: str
    quotes: tuple[tuple[Span, tuple[Span, ...], tuple[Span, ...]], ...]
    skips: tuple[Span, ...]

    @cached_property
    def _by_block(self) -> dict[int, list[int]]:
        blocks: dict[int, list[int]] = {}
        for number, ((first, last), *_) in enumerate(self.quotes):
            for block in range(first // _BLOCK, last // _BLOCK + 1):
                blocks.setdefault(block, []).append(number)
        return blocks

    def at(self, start: int, end: int) -> tuple[str, int | None]:
        """Whose words these characters are, and the number of the innermost quote they lie in."""
        near = (n for block in range(start // _BLOCK, end // _BLOCK + 1) for n in self._by_block.get(block, ()))
        inside = [n for n in near if self._holds(n, start, end)]
        if not inside:
            return "outlet", None
        number = min(inside, key=self._breadth)
        verbatim = any(s <= start and end <= e for s, e in self.quotes[number][2])
        return ("speaker_verbatim" if verbatim else "outlet_reporting"), number

    def _holds(self, number: int, start: int, end: int) -> bool:
        (first, last), spans, _ = self.quotes[number]
        return first < end and start < last and any(s < end and start < e for s, e in spans)

    def _breadth(self, number: int) -> tuple[int, int]:
        (first, last), *_ = self.quotes[number]
        return last - first, first

    def skipped(self, place: int) -> bool:
        return any(start <= place < end for start, end in self.skips)

    @cached_property
    def stretches(self) -> list[tuple[int, int, int, int, str, int | None]]:
        """Start and end of each stretch, its sentence, its words, whose it is and the quote's number."""
        edges = {edge for span in self.skips for edge in span}
        edges |= {edge for _, *kinds in self.quotes for spans in kinds for span in spans for edge in span}
        return list(self._cut(sorted(edges)))

    def _cut(self, cuts: list[int]) -> Iterator[tuple[int, int, int, int, str, int | None]]:
        for number, (start, end) in enumerate(nlp.sentences(self.text)):
            inner = [start, *cuts[bisect_right(cuts, start) : bisect_left(cuts, end)], end]
            for a, b in pairwise(inner):
                words = self.text[a:b]
                if words.strip() and not self.skipped(a):
                    yield a, b, number, nlp.count_words(words), *self.at(a, b)


_places = lru_cache(maxsize=nlp.KEPT)(_Places)  # one for all measures of an article


@dataclass(frozen=True)
class Voices:
    """Who speaks at each place of one article; what `skip` marks belongs to nobody."""

    article: dict[str, Any]
    quotes: tuple[dict[str, Any], ...]
    skips: tuple[Span, ...] = field(default=())

    @property
    def text(self) -> str:
        """The article's text."""
        return str(self.article["text"])

    @cached_property
    def _places(self) -> _Places:
        quotes = (((q["start"], q["end"]), _spans(q["spans"]), _spans(q["fragments"])) for q in self.quotes)
        return _places(self.text, tuple(quotes), self.skips)

    def skipped(self, place: int) -> bool:
        """True where the character at `place` is not the article's (an appeal, a credit line)."""
        return self._places.skipped(place)

    def at(self, start: int, end: int) -> tuple[str, dict[str, Any] | None]:
        """Whose words the characters from `start` to `end` are, and the innermost quote they lie in."""
        whose, number = self._places.at(start, end)
        return whose, None if number is None else self.quotes[number]

    def stretches(self) -> list[Stretch]:
        """The article cut into sentences, and each sentence where the voice changes; skipped parts left out."""
        return [
            Stretch(start, end, sentence, words, whose, None if number is None else self.quotes[number])
            for start, end, sentence, words, whose, number in self._places.stretches
        ]


def _spans(pieces: list[list[Any]]) -> tuple[Span, ...]:
    return tuple((start, end) for start, end, *_ in pieces)


def voices(articles: pd.DataFrame, quotes: pd.DataFrame) -> list[Voices]:
    """One `Voices` an article in English, with every quote that has a place in it; `left_out` says what is not here."""
    located = quotes[quotes["start"].notna()]
    by_article: dict[str, list[dict[str, Any]]] = {}
    for row in schema.records(located):
        by_article.setdefault(row["article_id"], []).append(row)
    return [
        Voices(article, tuple(by_article.get(article["article_id"], ())), _spans(article["skip"]))
        for article in schema.records(articles)
        if nlp.is_english(article["language"])
    ]


def left_out(articles: pd.DataFrame, quotes: pd.DataFrame) -> list[str]:
    """What no measure counts, or counts for nobody, in plain words: the same for every family of measures."""
    foreign = tuple(articles.loc[~articles["language"].map(nlp.is_english).astype(bool), "article_id"].astype(str))
    lost = int((quotes["start"].isna() | ~quotes["article_id"].isin(articles["article_id"])).sum())
    other = int((~quotes["act"].isin(schema.REPORTED_ACTS)).sum())
    return [
        schema.Note("Left out: articles not in English ({names}): {names:some}.", names=foreign),
        schema.Note("Left out: quotes whose words were not found in an article ({lost}).", lost=lost),
        *checked_by_hand(quotes),
        schema.Note(
            "Thoughts, plans and findings count as the outlet's reporting, for no speaker: {other:row}.", other=other
        ),
    ]


def checked_by_hand(quotes: pd.DataFrame) -> list[str]:
    """How many of the quotes a person has gathered, changed or checked; nothing where there are no quotes."""
    checked = int(quotes["edited"].sum())
    return [schema.Note("{checked} of {quotes:quote} checked by hand.", quotes=len(quotes), checked=checked)]


def origin(article: dict[str, Any], whose: str, quote: dict[str, Any] | None) -> dict[str, Any]:
    """The columns every measure's row shares: where the words stand and whose they are.

    Only speech and writing count for a speaker and a party: what the outlet says that somebody thinks, wants or found
    was not said by them.
    """
    said = quote if quote and quote["act"] in schema.REPORTED_ACTS else None
    return {
        "article_id": article["article_id"],
        "outlet": article["outlet"],
        "quote_id": said["quote_id"] if said else None,
        "speaker": said["speaker"] if said else None,
        "party": said["party"] if said else None,
        "whose_words": whose,
    }
