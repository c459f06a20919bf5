"""Whose words stand where: the outlet's own, the outlet's for what a speaker said, or the speaker's verbatim.

Framing, sentiment and wording all need this distinction: "pro-regime troops" inside an indirect statement is the
outlet's label, "deviated from its route" in quotation marks is the speaker's.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any

import pandas as pd

from . import nlp, schema
from .nlp import Span

_BLOCK = 1_024  # characters; quotes are looked up by block, so that long articles cost no more a word than short ones


@dataclass(frozen=True)
class Stretch:
    """A run of characters inside one sentence that is one voice's: `quote` is the innermost quote's row, or None."""

    start: int
    end: int
    sentence: int
    whose: str
    quote: dict[str, Any] | None


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

    def skipped(self, place: int) -> bool:
        """True where the character at `place` is not the article's (an appeal, a credit line)."""
        return any(start <= place < end for start, end in self.skips)

    @cached_property
    def _by_block(self) -> dict[int, list[dict[str, Any]]]:
        blocks: dict[int, list[dict[str, Any]]] = {}
        for quote in self.quotes:
            for block in range(quote["start"] // _BLOCK, quote["end"] // _BLOCK + 1):
                blocks.setdefault(block, []).append(quote)
        return blocks

    def at(self, start: int, end: int) -> tuple[str, dict[str, Any] | None]:
        """Whose words the characters from `start` to `end` are, and the innermost quote they lie in."""
        near = (q for block in range(start // _BLOCK, end // _BLOCK + 1) for q in self._by_block.get(block, ()))
        inside = [q for q in near if any(s < end and start < e for s, e in q["spans"])]
        if not inside:
            return "outlet", None
        quote = min(inside, key=lambda q: (q["end"] - q["start"], q["start"]))
        verbatim = any(s <= start and end <= e for s, e, *_ in quote["fragments"])
        return ("speaker_verbatim" if verbatim else "outlet_reporting"), quote

    @cached_property
    def _stretches(self) -> tuple[Stretch, ...]:
        edges = {edge for span in self.skips for edge in span}
        for quote in self.quotes:
            edges |= {edge for s, e, *_ in [*quote["spans"], *quote["fragments"]] for edge in (s, e)}
        return tuple(self._cut(sorted(edges)))

    def _cut(self, cuts: list[int]) -> Iterator[Stretch]:
        for number, (start, end) in enumerate(nlp.sentences(self.text)):
            inner = [start, *cuts[bisect_right(cuts, start) : bisect_left(cuts, end)], end]
            for a, b in pairwise(inner):
                if self.text[a:b].strip() and not self.skipped(a):
                    yield Stretch(a, b, number, *self.at(a, b))

    def stretches(self) -> tuple[Stretch, ...]:
        """The article cut into sentences, and each sentence where the voice changes; skipped parts left out."""
        return self._stretches


def voices(articles: pd.DataFrame, quotes: pd.DataFrame) -> list[Voices]:
    """One `Voices` an article in English, with every quote that has a place in it; `left_out` says what is not here."""
    located = quotes[quotes["start"].notna()]
    by_article: dict[str, list[dict[str, Any]]] = {}
    for row in schema.records(located):
        by_article.setdefault(row["article_id"], []).append(row)
    return [
        Voices(article, tuple(by_article.get(article["article_id"], ())), tuple((s, e) for s, e, *_ in article["skip"]))
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
            "Thoughts, plans and findings count as the outlet's reporting, for no speaker: {other} rows.", other=other
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
