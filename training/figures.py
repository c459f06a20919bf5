"""What every evaluation needs: where the gold lies, figures, and texts as tables."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit import schema

ROOT = Path(__file__).resolve().parents[1]
GOLD = ROOT / "tests" / "gold"
EXAMPLE = ROOT / "data" / "khirbet-ammu-2020"
SHARED = ROOT.parent / "shared"


@dataclass(frozen=True)
class Figure:
    """One measured share: `value` is `right` of `of`, or an F1 whose counts stand in `counts`."""

    of_set: str
    name: str
    value: float
    counts: str

    @property
    def key(self) -> str:
        """What its floor is called."""
        return f"{self.of_set}: {self.name}"


def share(of_set: str, name: str, right: int, of: int) -> Figure:
    """A figure that is right of all."""
    return Figure(of_set, name, right / of if of else math.nan, f"{right}/{of}")


def texts_table(texts: dict[str, str], skips: dict[str, list[Any]] | None = None) -> pd.DataFrame:
    """Texts by id as an articles table."""
    rows = [
        {"article_id": name, "outlet": "", "language": "en", "text": text, "skip": (skips or {}).get(name, [])}
        for name, text in texts.items()
    ]
    return schema.table(rows, "articles")


def rows_by_article(quotes: pd.DataFrame) -> dict[str, list[dict[str, Any]]]:
    """The quotes table's rows by article."""
    out: dict[str, list[dict[str, Any]]] = {}
    for row in schema.records(quotes):
        out.setdefault(row["article_id"], []).append(row)
    return out
