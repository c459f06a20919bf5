"""Who gets to speak: how an article's quotations are spread over parties or speakers."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .. import schema, whose_words

MEASURE = "share of quotes"


def measure_balance(articles: pd.DataFrame, quotes: pd.DataFrame) -> pd.DataFrame:
    """Which share of an article's quotations each party has. 0.4 means that four of ten quotations are theirs.

    Measures rows of the family "framing": item is the party, value 1 a quotation of speech or writing, and one row an
    article with item missing holds the number of its quotations. A speaker without a party counts as "no party". An
    article without quotations has no share: it is left out and named in the notes. Where no speaker has a party, there
    is nothing to share out, and the table is empty.
    """
    said = quotes[quotes["act"].isin(schema.REPORTED_ACTS)]
    if said["party"].isna().all():
        notes = ["No speaker has a party, so there are no shares.", *whose_words.checked_by_hand(quotes)]
        return schema.table([], "measures", notes)
    rows: list[dict[str, Any]] = []
    for quote in schema.records(said):
        place = {name: quote[name] for name in ("article_id", "quote_id", "outlet", "start", "end")}
        rows.append({**place, "item": quote["party"] or "no party", "value": 1, "n": 0})
    counts = said.groupby("article_id").size()
    outlets = dict(zip(articles["article_id"], articles["outlet"], strict=True))
    for article_id, count in counts.items():
        rows.append({"article_id": article_id, "outlet": outlets.get(str(article_id)), "value": 0, "n": count})
    without = [str(a) for a in articles["article_id"] if a not in counts.index]
    notes = [f"No quotation was found in {', '.join(without)}, so there is no share."] if without else []
    left = len(quotes) - len(said)
    notes += [f"Thoughts, plans and findings are not counted as quotations: {left} rows."] if left else []
    notes += whose_words.checked_by_hand(quotes)
    return schema.table([{"family": "framing", "measure": MEASURE, **row} for row in rows], "measures", notes)
