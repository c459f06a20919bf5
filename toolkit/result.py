"""The result that a person quotes: numbers together with how they came about and what they leave out."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

import pandas as pd

TABLE_COLUMNS = {
    "group": "the group's name",
    "item": "the frame, voice, label or term",
    "estimate": "the group's figure, in `unit`; for keyness, the z-score of the log-odds",
    "low": "lower end of the 95% interval; missing where there are too few articles for one",
    "high": "upper end",
    "n_articles": "articles the figure rests on",
    "n": "what it is counted over: the sum of the denominators",
    "p": "how often a difference as large turns up by chance; missing where it cannot be told",
    "p_adjusted": "the same after Benjamini-Hochberg over all tests of this table",
}
POINT_COLUMNS = ("article_id", "group", "item", "value", "n")


@dataclass(frozen=True)
class Comparison:
    """Groups side by side on one measure, with evidence and uncertainty.

    `table` has a row a group and item (columns in TABLE_COLUMNS, further ones behind them); `points` has a row an
    article, group and item: what the dots of a chart are. Printing or plotting a Comparison never changes it.
    """

    title: str
    by: str
    measure: str
    unit: str
    kind: str
    table: pd.DataFrame
    points: pd.DataFrame
    method: str
    notes: tuple[str, ...] = field(default=())
    seed: int | None = None
    n_articles: int = 0
    n_quotes: int = 0

    def groups(self) -> list[str]:
        """The groups in the order they are shown."""
        return list(dict.fromkeys(self.table["group"]))

    def items(self) -> list[str]:
        """The items in the order they are shown."""
        return list(dict.fromkeys(self.table["item"]))

    def basis(self) -> str:
        """One line: what the numbers rest on."""
        quotes = f", {self.n_quotes:,} quotes" if self.n_quotes else ""
        seed = f"; seed {self.seed}" if self.seed is not None else ""
        articles = f"{self.n_articles:,} article{'s' if self.n_articles != 1 else ''}"
        return f"n = {articles}{quotes}{seed}"

    def __str__(self) -> str:
        lines = [self.title, self.basis(), "", self.table.to_string(index=False), "", f"Method: {self.method}"]
        return "\n".join([*lines, *(f"Note: {note}" for note in self.notes)])

    def _repr_html_(self) -> str:
        rows = self.table.to_html(index=False, escape=True, na_rep="–", float_format="{:.3g}".format, border=0)
        notes = "".join(f"<li>{escape(note)}</li>" for note in (f"Method: {self.method}", *self.notes))
        return f"<p><b>{escape(self.title)}</b><br>{escape(self.basis())}</p>{rows}<ul>{notes}</ul>"
