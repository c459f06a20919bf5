"""What a quotes table was made from and how it was corrected: it travels with the table, for the next correction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from .. import schema

_KEY = "origin"
_NEEDED = ("article_id", "outlet", "text")


@dataclass(frozen=True)
class History:
    """The corrections so far: sheet rows that asked for something, what did not fit, checksums of the sheets."""

    lines: tuple[dict[str, str], ...] = ()
    misfits: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()


class Origin(dict[str, Any]):
    """The articles, the alias table and the corrections behind a quotes table.

    To pandas it is an empty dictionary: `.attrs` are copied with every step and written into Parquet files as JSON, and
    neither must copy texts.
    """

    def __init__(
        self, articles: pd.DataFrame | None, parties: pd.DataFrame | None, history: History | None = None
    ) -> None:
        super().__init__()
        self.history = history or History()
        self.articles = articles.reindex(columns=list(_NEEDED)) if articles is not None else None
        self.parties = parties

    def __deepcopy__(self, memo: dict[int, Any]) -> Origin:
        return self

    def __eq__(self, other: object) -> bool:
        return self is other

    def by_id(self) -> dict[str, dict[str, Any]]:
        """The articles by their ids; none where the table does not know where it comes from."""
        rows = schema.records(self.articles) if self.articles is not None else []
        return {row["article_id"]: row for row in rows}


def remember(quotes: pd.DataFrame, articles: pd.DataFrame, parties: pd.DataFrame | None) -> pd.DataFrame:
    """The same quotes table, knowing what it was made from."""
    return with_origin(quotes, Origin(articles, parties))


def travelling(articles: pd.DataFrame, parties: pd.DataFrame | None) -> dict[str, Any]:
    """What `remember` writes into a table's `.attrs`."""
    return {_KEY: Origin(articles, parties)}


def with_origin(quotes: pd.DataFrame, origin: Origin) -> pd.DataFrame:
    """The same quotes table with this origin."""
    quotes.attrs[_KEY] = origin
    return quotes


def carry(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """The new table, with everything that travels with the old one beside its own."""
    new.attrs = {**old.attrs, **new.attrs}
    return new


def origin_of(
    quotes: pd.DataFrame | schema.Parts, articles: pd.DataFrame | None = None, parties: pd.DataFrame | None = None
) -> Origin:
    """What a quotes table was made from; `articles` and `parties`, where given, stand for what it knows itself."""
    known = quotes.attrs.get(_KEY)
    known = known if isinstance(known, Origin) else Origin(None, None)
    articles = known.articles if articles is None else articles
    return Origin(articles, known.parties if parties is None else parties, known.history)
