"""Who gets to speak: how an article's quotations are spread over parties or speakers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from .. import schema, whose_words

MEASURE = "share of quotes"
NO_SHARES = "No speaker has a party, so there are no shares."
_NOBODY = "no party"


def measure_balance(articles: pd.DataFrame, quotes: pd.DataFrame) -> pd.DataFrame:
    """Which share of an article's quotations each party has. 0.4 means that four of ten quotations are theirs.

    Measures rows of the family "framing": item is the party, value 1 a quotation of speech or writing, and one row an
    article with item missing holds the number of its quotations. A speaker without a party counts as "no party". An
    article without quotations has no share: it is left out and named in the notes. Where no speaker has a party, there
    is nothing to share out, and the table is empty.
    """
    counted = counted_quotes(articles, quotes)
    if has_parties([counted]):
        return counted
    return schema.with_notes(schema.table([], "measures"), [NO_SHARES, *whose_words.checked_by_hand(quotes)])


def has_parties(counted: Iterable[pd.DataFrame]) -> bool:
    """True where there is something to share out: a quotation whose speaker has a party."""
    return any(bool((rows["item"].notna() & (rows["item"] != _NOBODY)).any()) for rows in counted)


def counted_quotes(articles: pd.DataFrame, quotes: pd.DataFrame) -> pd.DataFrame:
    """The rows of `measure_balance`, also where no speaker has a party."""
    said = quotes[quotes["act"].isin(schema.REPORTED_ACTS)]
    rows: list[dict[str, Any]] = []
    for quote in schema.records(said):
        place = {name: quote[name] for name in ("article_id", "quote_id", "outlet", "start", "end")}
        rows.append({**place, "item": quote["party"] or _NOBODY, "value": 1, "n": 0})
    counts = said.groupby("article_id").size()
    outlets = dict(zip(articles["article_id"], articles["outlet"], strict=True))
    for article_id, count in counts.items():
        rows.append({"article_id": article_id, "outlet": outlets.get(str(article_id)), "value": 0, "n": count})
    without = tuple(str(a) for a in articles["article_id"] if a not in counts.index)
    notes = [
        schema.Note("No quotation was found in {names:some}, so there is no share.", names=without),
        schema.Note(
            "Thoughts, plans and findings are not counted as quotations: {left:row}.", left=len(quotes) - len(said)
        ),
        *whose_words.checked_by_hand(quotes),
    ]
    return schema.table([{"family": "framing", "measure": MEASURE, **row} for row in rows], "measures", notes)
