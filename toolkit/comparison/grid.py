"""A measures table as numbers: which rows can be used, and each side's values by article and item."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .. import schema, stats
from ..result import POINT_COLUMNS
from ..stats import Array, Side

NEEDED = ("article_id", "quote_id", "measure", "item", "value", "n")


def one_measure(measures: pd.DataFrame, by: str, measure: str | None) -> tuple[str, pd.DataFrame]:
    """The name and the rows of the measure that is meant."""
    schema.need_columns(measures, [*NEEDED, by], "The measures table")
    there = sorted(measures["measure"].dropna().unique())
    if not there:
        raise schema.InputError("The measures table holds no measure; make it with one of the measure functions.")
    if measure is None and len(there) > 1:
        raise schema.InputError(f"The table holds {len(there)} measures; say measure= one of {_quoted(there)}.")
    name = str(there[0]) if measure is None else _named(measure, there)
    return name, measures[measures["measure"] == name]


def _named(asked: str, there: list[str]) -> str:
    """The measure meant: its whole name, or a part that only one of them holds ("frames")."""
    holding = [name for name in there if asked == name] or [name for name in there if asked.lower() in name.lower()]
    if len(holding) != 1:
        found = "no measure" if not holding else "more than one measure"
        raise schema.InputError(f"There is {found} {asked!r} in the table; it holds {_quoted(there)}.")
    return holding[0]


def _quoted(names: list[str]) -> str:
    return ", ".join(map(repr, names))


def usable(rows: pd.DataFrame, by: str, unit: str) -> tuple[pd.DataFrame, list[str]]:
    """The rows that have a group and numbers, and a note on those that have not."""
    no_group = rows[by].map(schema.is_missing).astype(bool)
    undefined = ~no_group & ~(np.isfinite(rows["value"].astype(float)) & np.isfinite(rows["n"].astype(float)))
    notes = [
        f"Left out: {why} ({left.sum():,} rows in {rows.loc[left, 'article_id'].nunique():,} articles)."
        for why, left in ((f"what has no {by}", no_group), ("what has no number", undefined))
        if left.any()
    ]
    kept = rows[~no_group & ~undefined]
    if kept.empty:
        raise schema.InputError(f"Nothing in {unit!r} has both a {by} and a number; compare it by another column.")
    return kept, notes


def copies_once(rows: pd.DataFrame, by: str, articles: pd.DataFrame | None) -> tuple[pd.DataFrame, list[str]]:
    """Copies of one text as one article, of which each group has one, and a note; `copy_group` says what are copies."""
    if articles is None or "copy_group" not in articles.columns:
        return rows, []
    known = articles.dropna(subset=["copy_group"]).set_index("article_id")["copy_group"].to_dict()
    text = rows["article_id"].map(lambda name: known.get(name, name))
    first = rows.assign(_text=text).sort_values("article_id").groupby(["_text", by])["article_id"].transform("first")
    counted = rows["article_id"] == first.reindex(rows.index)
    copies = rows["article_id"].nunique() - text.nunique()
    kept = rows.assign(article_id=text)[counted]
    if not copies:
        return kept, []
    names = schema.some(sorted(set(rows["article_id"]) - set(text)))
    count = schema.count(copies, "article is a copy", "articles are copies")
    return kept, [f"Counted once: {count} of another ({names}); a text that several groups ran is one article in all."]


@dataclass(frozen=True)
class Grid:
    """One measure's rows as numbers, by item: codes for article, group and item (-1: shared by all items), value, n.

    `own_n`: items bring their own denominators.
    """

    articles: list[str]
    groups: list[str]
    items: list[str]
    codes: NDArray[np.intp]
    value: Array
    n: Array
    own_n: bool

    def side(self, groups: Collection[str]) -> Side:
        """The articles by items of some groups taken together."""
        mine = np.isin(self.codes[1], [self.groups.index(group) for group in groups])
        article, _, item = self.codes
        shape = (len(self.articles), len(self.items))
        hit, shared = mine & (item >= 0), mine & (item < 0)
        place = article[hit] * shape[1] + item[hit]
        value = _sums(place, self.value[hit], shape[0] * shape[1]).reshape(shape)
        n = _sums(article[shared], self.n[shared], shape[0])[:, None]
        own = _sums(place, self.n[hit], shape[0] * shape[1]).reshape(shape) if self.own_n else 0.0
        return Side(value, n + own)

    def blocks(self) -> Iterator[Grid]:
        """The same by some items at a time, so that every group's articles by items can be held at once."""
        step = max(1, 4 * stats.CELLS // (len(self.articles) * len(self.groups)))
        ends = np.searchsorted(self.codes[2], np.arange(len(self.items) + 1))  # the rows that items share stand first
        for first in range(0, len(self.items), step):
            items = self.items[first : first + step]
            rows = np.r_[0 : ends[0], ends[first] : ends[first + len(items)]]
            codes = self.codes[:, rows]
            codes[2] = np.maximum(codes[2] - first, -1)
            yield replace(self, items=items, codes=codes, value=self.value[rows], n=self.n[rows])

    def drawn(self, most: int, seed: int) -> Grid:
        """The same with some articles drawn at random, where all of them would make more points than `most`."""
        number = max(1, int(most / max(len(self.items), 1)))
        if number >= len(self.articles):
            return self
        kept = np.random.default_rng(seed).choice(len(self.articles), number, replace=False)
        rows = np.isin(self.codes[0], kept)
        return replace(self, codes=self.codes[:, rows], value=self.value[rows], n=self.n[rows])


def _sums(place: NDArray[np.intp], numbers: Array, length: int) -> Array:
    return np.bincount(place, numbers, length).astype(np.float64)


def grid_of(rows: pd.DataFrame, by: str, unit: str) -> Grid:
    """Groups in the order of their names; items by their figure over all groups, the highest first."""
    item = rows["item"].astype(object).where(~rows["item"].map(schema.is_missing).astype(bool), None)
    item = item.fillna(unit) if item.isna().all() else item
    sums = rows.groupby(item)[["value", "n"]].sum()
    figure = stats.ratio(sums[["value"]].T, sums[["n"]].T + rows.loc[item.isna(), "n"].sum())
    items = [str(sums.index[i]) for i in np.lexsort((sums.index.astype(str), -np.nan_to_num(figure)))]
    articles, groups = (sorted(rows[name].astype(str).unique()) for name in ("article_id", by))
    codes = np.array(
        [
            pd.Index(names).get_indexer(pd.Index(values.astype(str).where(values.notna())))
            for names, values in ((articles, rows["article_id"]), (groups, rows[by]), (items, item))
        ],
        dtype=np.intp,
    )
    order = np.argsort(codes[2], kind="stable")
    value, n = (rows[name].to_numpy(dtype=np.float64)[order] for name in ("value", "n"))
    codes = codes[:, order]
    return Grid(articles, groups, items, codes, value, n, bool(((codes[2] >= 0) & (n != 0)).any()))


def article_points(grid: Grid, *, only_hits: bool) -> pd.DataFrame:
    """Each article's own figure for each group and item; for keyness only where the term occurs."""
    parts = [_block_points(block, group, only_hits) for group in grid.groups for block in grid.blocks()]
    return _points(pd.concat(parts, ignore_index=True))


def _block_points(grid: Grid, group: str, only_hits: bool) -> pd.DataFrame:
    side = grid.side([group])
    n = np.broadcast_to(side.n, side.value.shape)
    item, article = np.nonzero(((side.value != 0) & (n > 0) if only_hits else n > 0).T)
    part = pd.DataFrame({"article_id": np.array(grid.articles, dtype=object)[article], "group": group})
    part["item"] = np.array(grid.items, dtype=object)[item]
    part["n"] = n[article, item]
    part["value"] = side.value[article, item] / part["n"]
    return part


def unit_points(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    """Each unit's own value; an article that was read and has none stands there with its value missing."""
    there = rows[rows["item"].notna()]
    value = (there["value"] / there["n"].where(there["n"] > 0)).astype(float)
    points = there.assign(group=there[by], value=value)
    return _points(points.sort_values(["group", "item", "article_id", "value"], kind="stable", ignore_index=True))


def _points(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[list(POINT_COLUMNS)].astype({"article_id": "str", "group": "str", "item": "str"})
