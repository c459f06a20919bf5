"""One measure as numbers: each side's values by article and item, and the points that charts show."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .. import stats
from ..result import POINT_COLUMNS
from ..stats import Array, Mask, Side

Codes = NDArray[np.int32]


@dataclass(frozen=True)
class Grid:
    """One measure, by item: codes for article, group and item (-1: shared by all items, these stand first), value, n.

    `n` is that of the shared rows only, where items bring no denominators of their own. `bounds` are the least and the
    most of single values; `whole` is True where they all are whole numbers.
    """

    articles: list[str]
    groups: list[str]
    items: list[str]
    codes: Codes
    value: Array
    n: Array
    own_n: bool
    n_quotes: int
    bounds: tuple[float, float]
    whole: bool

    @property
    def _shared(self) -> int:
        """How many rows have no item."""
        return int(np.searchsorted(self.codes[2], 0))

    def side(self, groups: Collection[str]) -> Side:
        """The articles by items of some groups taken together."""
        numbers = [self.groups.index(group) for group in groups]
        mine, first = np.isin(self.codes[1], numbers), self._shared
        shared, hit = mine[:first], mine[first:]
        shape = (len(self.articles), len(self.items))
        article, _, item = self.codes[:, first:][:, hit].astype(np.int64)
        place = article * shape[1] + item
        value = _sums(place, self.value[first:][hit], shape[0] * shape[1]).reshape(shape)
        n = _sums(self.codes[0, :first][shared], self.n[:first][shared], shape[0])[:, None]
        own = _sums(place, self.n[first:][hit], shape[0] * shape[1]).reshape(shape) if self.own_n else 0.0
        return Side(value, n + own)

    def cells(self, group: str) -> tuple[NDArray[np.intp], Array, Array]:
        """A group's articles by items that have anything to count over: codes as in the grid, value and n of each."""
        side, number = self.side([group]), self.groups.index(group)
        n = np.broadcast_to(side.n, side.value.shape)
        item, article = np.nonzero((n > 0).T)
        return np.stack([article, np.full_like(item, number), item]), side.value[article, item], n[article, item]

    def hits(self) -> tuple[Codes, Array, Array]:
        """The same of all groups, only where an item occurs and is counted over a shared number."""
        first, width = self._shared, len(self.groups)
        owner = self.codes[0].astype(np.int64) * width + self.codes[1]
        owners, which = np.unique(owner[:first], return_inverse=True)
        n = _sums(which, self.n[:first], len(owners))
        place = np.minimum(np.searchsorted(owners, owner[first:]), len(owners) - 1)
        over = np.where(owners[place] == owner[first:], n[place], 0.0)
        kept = (self.value[first:] != 0) & (over > 0)
        codes = self.codes[:, first:][:, kept]
        order = np.lexsort((codes[0], codes[2], codes[1]))
        return codes[:, order], self.value[first:][kept][order], over[kept][order]

    def totals(self) -> tuple[Codes, Codes, Array]:
        """The group and the item of all pairs that are found, and the sum of their values."""
        first, width = self._shared, len(self.items)
        pairs = self.codes[1, first:].astype(np.int64) * width + self.codes[2, first:]
        found, which = np.unique(pairs, return_inverse=True)
        value = np.bincount(which, self.value[first:], len(found))
        kept = value > 0
        return *(part.astype(np.int32) for part in divmod(found[kept], width)), value[kept]

    def over(self) -> tuple[Array, NDArray[np.intp]]:
        """For each group what is counted over in all, and in how many articles there is anything to count over."""
        codes, count = self.codes[:2, : len(self.n)], len(self.groups)
        there = np.unique(codes[:, self.n > 0], axis=1)[1]
        return _sums(codes[1], self.n, count), np.bincount(there, minlength=count)

    def _of_rows(self, rows: Mask | NDArray[np.intp]) -> Grid:
        """The same with some of its rows."""
        n = self.n[rows] if self.own_n else self.n[rows[: self._shared] if rows.dtype == bool else slice(None)]
        return replace(self, codes=self.codes[:, rows], value=self.value[rows], n=n)

    def to_test(self, least: int) -> Grid:
        """The same with the groups of fewer articles than `least` as one, the last, which bears no name.

        Where not all of it can be held at once, items that are too rare to be tested are left out: were all groups
        alike, an item that stays should occur five times in the largest of the other groups.
        """
        over, speaking = self.over()
        kept = np.flatnonzero(speaking >= least)
        place = np.full(len(self.groups), len(kept), dtype=np.int32)
        place[kept] = np.arange(len(kept))
        times = self.times()
        many = len(self.articles) * (len(kept) + 1) * len(self.items) > 4 * stats.CELLS
        frequent = np.flatnonzero(times * over[kept].max(initial=0) >= 5 * over.sum() * many)
        item = np.full(len(self.items) + 1, -2, dtype=np.int32)
        item[frequent], item[-1] = np.arange(len(frequent)), -1
        codes = np.stack([self.codes[0], place[self.codes[1]], item[self.codes[2]]])
        groups, items = [self.groups[i] for i in kept], [self.items[i] for i in frequent]
        return replace(self, codes=codes, groups=[*groups, ""], items=items)._of_rows(codes[2] > -2)

    def times(self) -> Array:
        """The sum of each item's values over all groups."""
        return _sums(self.codes[2, self._shared :], self.value[self._shared :], len(self.items))

    def blocks(self) -> Iterator[Grid]:
        """The same by some items at a time, so that two sides' articles by items can be held at once."""
        step = max(1, stats.CELLS // len(self.articles))
        ends = np.searchsorted(self.codes[2], np.arange(len(self.items) + 1))
        for first in range(0, len(self.items), step):
            items = self.items[first : first + step]
            part = self._of_rows(np.r_[0 : ends[0], ends[first] : ends[first + len(items)]])
            part.codes[2] = np.maximum(part.codes[2] - first, -1)
            yield replace(part, items=items)

    def drawn(self, most: int, seed: int) -> Grid:
        """The same with some articles drawn at random, where all of them would make more points than `most`."""
        number = max(1, int(most / max(len(self.items), 1)))
        if number >= len(self.articles):
            return self
        kept = np.random.default_rng(seed).choice(len(self.articles), number, replace=False)
        return self._of_rows(np.isin(self.codes[0], kept))


def _sums(place: NDArray[np.integer], numbers: Array, length: int) -> Array:
    return np.bincount(place, numbers, length).astype(np.float64)


def article_points(grid: Grid, *, only_hits: bool) -> pd.DataFrame:
    """Each article's own figure for each group and item; for keyness and counts only where the item occurs."""
    if only_hits:
        return _points(_frame(grid, *grid.hits()))
    parts = [_frame(block, *block.cells(group)) for group in grid.groups for block in grid.blocks()]
    return _points(pd.concat(parts, ignore_index=True))


def _frame(grid: Grid, codes: NDArray[np.integer], value: Array, n: Array) -> pd.DataFrame:
    names = {"article_id": grid.articles, "group": grid.groups, "item": grid.items}
    columns = {name: np.array(names[name], dtype=object)[row] for name, row in zip(names, codes, strict=True)}
    return pd.DataFrame({**columns, "value": value / n, "n": n})


def unit_points(
    used: Iterable[pd.DataFrame], by: str, copies: Mapping[str, str], twice: Collection[tuple[str, str]]
) -> pd.DataFrame:
    """Each unit's own value; an article that was read and has none stands there with its value missing."""
    rows = pd.concat(used, ignore_index=True)
    once = np.array([pair not in twice for pair in zip(rows["article_id"], rows[by], strict=True)], dtype=bool)
    there = rows[rows["item"].notna() & once]
    value = (there["value"] / there["n"].where(there["n"] > 0)).astype(float)
    text = there["article_id"].map(lambda name: copies.get(name, name))
    points = there.assign(article_id=text, group=there[by], value=value)
    return _points(points.sort_values(["group", "item", "article_id", "value"], kind="stable", ignore_index=True))


def _points(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[list(POINT_COLUMNS)].astype({"article_id": "str", "group": "str", "item": "str"})
