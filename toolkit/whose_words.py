"""Whose words stand where: the outlet's own, the outlet's for what a speaker said, or the speaker's verbatim.

Framing, sentiment and wording all need this distinction: "pro-regime troops" inside an indirect statement is the
outlet's label, "deviated from its route" in quotation marks is the speaker's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pandas as pd

from . import nlp, schema

Span = tuple[int, int]


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

    def at(self, start: int, end: int) -> tuple[str, dict[str, Any] | None]:
        """Whose words the characters from `start` to `end` are, and the innermost quote they lie in."""
        inside = [q for q in self.quotes if any(s < end and start < e for s, e in q["spans"])]
        if not inside:
            return "outlet", None
        quote = min(inside, key=lambda q: (q["end"] - q["start"], q["start"]))
        verbatim = any(s <= start and end <= e for s, e, *_ in quote["fragments"])
        return ("speaker_verbatim" if verbatim else "outlet_reporting"), quote

    def stretches(self) -> list[Stretch]:
        """The article cut into sentences, and each sentence where the voice changes; skipped parts left out."""
        edges = {edge for span in self.skips for edge in span}
        for quote in self.quotes:
            edges |= {edge for s, e, *_ in [*quote["spans"], *quote["fragments"]] for edge in (s, e)}
        cuts = sorted(edges)
        out = []
        for number, (start, end) in enumerate(nlp.sentences(self.text)):
            inner = [start, *(cut for cut in cuts if start < cut < end), end]
            for a, b in pairwise(inner):
                if self.text[a:b].strip() and not self.skipped(a):
                    out.append(Stretch(a, b, number, *self.at(a, b)))
        return out


def voices(articles: pd.DataFrame, quotes: pd.DataFrame) -> list[Voices]:
    """One `Voices` an article. Speech and writing are a speaker's words; thoughts and plans count as the outlet's."""
    said = quotes[quotes["act"].isin(schema.REPORTED_ACTS)]
    located = said[said["start"].notna()]
    by_article = {key: tuple(schema.records(rows)) for key, rows in located.groupby("article_id", sort=False)}
    return [
        Voices(article, by_article.get(article["article_id"], ()), tuple((s, e) for s, e, *_ in article["skip"]))
        for article in schema.records(articles)
    ]


def origin(article: dict[str, Any], whose: str, quote: dict[str, Any] | None) -> dict[str, Any]:
    """The columns every measure's row shares: where the words stand and whose they are."""
    return {
        "article_id": article["article_id"],
        "outlet": article["outlet"],
        "quote_id": quote["quote_id"] if quote else None,
        "speaker": quote["speaker"] if quote else None,
        "party": quote["party"] if quote else None,
        "whose_words": whose,
    }
