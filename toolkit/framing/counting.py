"""Measures rows for shares: a row for each thing counted, and once for each voice the number it is counted over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from .. import schema

ORIGIN = ("article_id", "quote_id", "outlet", "party", "speaker", "whose_words")


def shares(found: Iterable[Mapping[str, Any]], measure: str, item: str, *, also: tuple[str, ...] = ()) -> list[Any]:
    """Rows of one measure of the family "framing" from things found, each with its origin, start and end.

    `item` names the column that is counted, `also` further columns that tell voices apart. The rows without an item
    hold the number of things of one voice.
    """
    names = (*ORIGIN, *also)
    shared = {"family": "framing", "measure": measure}
    rows: list[dict[str, Any]] = []
    totals = Counter[tuple[Any, ...]]()
    for thing in found:
        origin = {name: thing[name] for name in names}
        totals[tuple(origin.values())] += 1
        place = {"start": thing["start"], "end": thing["end"]}
        rows.append({**shared, **origin, **place, "item": thing[item], "value": 1.0, "n": 0.0})
    own = ({**shared, **dict(zip(names, key, strict=True)), "value": 0.0, "n": float(n)} for key, n in totals.items())
    return [*rows, *own]


def own_table(rows: list[dict[str, Any]], columns: Iterable[str], notes: Iterable[str]) -> pd.DataFrame:
    """A table with these columns: places in the text are whole numbers, all else is text."""
    kinds = {name: "Int64" if name in ("sentence", "start", "end") else "str" for name in columns}
    return schema.with_notes(pd.DataFrame(rows, columns=list(kinds), dtype=object).astype(kinds), notes)
