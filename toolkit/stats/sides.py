"""Two sides to compare, as arrays: what a figure is, what it varies by, and which articles speak to an item."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Places = NDArray[np.intp]

CELLS = 2_000_000  # numbers held at once while resampling: bounds the memory
LEVEL = 0.95  # of every interval
BUNDLES = 1_000  # rows that are drawn or flipped one by one; more articles are added up to so many
TIE = 1e-9  # arrangements that differ by less than this share are ties, not noise of the arithmetic


def numbers(values: ArrayLike) -> Array:
    """Anything like an array, as numbers."""
    return np.asarray(values, dtype=np.float64)


def _table(values: ArrayLike) -> Array:
    """Articles by items; a flat list is one item."""
    array = numbers(values)
    return array[:, None] if array.ndim == 1 else array


@dataclass(frozen=True)
class Side:
    """One group's articles: `value` is articles by items; `n` is the same shape, or one column that all items share."""

    value: Array
    n: Array

    @classmethod
    def of(cls, value: ArrayLike, n: ArrayLike) -> Side:
        """A side from lists or arrays; a flat list is one item."""
        return cls(_table(value), _table(n))

    def part(self, rows: Mask, items: Places) -> Side:
        """Some of the articles and items."""
        return self.of_articles(np.flatnonzero(rows)).of_items(items)

    @property
    def items(self) -> int:
        """How many there are."""
        return int(self.value.shape[1])

    def of_articles(self, rows: Places) -> Side:
        """Some of the articles, in this order."""
        return Side(self.value[rows], self.n[rows])

    def of_items(self, items: Places) -> Side:
        """Some of the items."""
        return Side(self.value[:, items], self.n if self.n.shape[1] == 1 else self.n[:, items])


@dataclass(frozen=True)
class Hits:
    """The same of many articles, few of which hold an item: a row for each article and item where the value is not 0.

    `n` is one number an article; `items` is how many there are. Ordered by item.
    """

    article: Places
    item: Places
    value: Array
    n: Array
    items: int

    @classmethod
    def of(cls, side: Side | Hits) -> Hits:
        """The hits of a side whose items share one n."""
        if isinstance(side, Hits):
            return side
        item, article = np.nonzero(side.value.T)
        return cls(article, item, side.value[article, item], side.n[:, 0], side.items)

    @classmethod
    def joined(cls, parts: Sequence[Side | Hits]) -> Hits:
        """The same articles by the items of one part after the other."""
        hits = [cls.of(part) for part in parts]
        firsts = np.cumsum([0, *(part.items for part in hits)])
        item = np.concatenate([part.item + first for part, first in zip(hits, firsts, strict=False)])
        article, value = (np.concatenate([getattr(part, name) for part in hits]) for name in ("article", "value"))
        return cls(article, item, value, hits[0].n, int(firsts[-1]))

    def side(self) -> Side:
        """As a side."""
        value = np.zeros((len(self.n), self.items))
        value[self.article, self.item] = self.value
        return Side(value, self.n[:, None])

    def of_articles(self, rows: Places) -> Hits:
        """Some of the articles, in this order."""
        place = np.full(len(self.n), -1, dtype=np.intp)
        place[rows] = np.arange(len(rows))
        kept = place[self.article] >= 0
        return Hits(place[self.article[kept]], self.item[kept], self.value[kept], self.n[rows], self.items)

    def of_items(self, items: Places) -> Hits:
        """Some of the items, in their order."""
        place = np.full(self.items, -1, dtype=np.intp)
        place[items] = np.arange(len(items))
        kept = place[self.item] >= 0
        return Hits(self.article[kept], place[self.item[kept]], self.value[kept], self.n, len(items))

    def slices(self, length: int) -> Iterator[Hits]:
        """The same piece by piece, each of no more rows than `length`."""
        for first in range(0, len(self.value), length):
            part = slice(first, first + length)
            yield replace(self, article=self.article[part], item=self.item[part], value=self.value[part])


def ratio(value: ArrayLike, n: ArrayLike) -> Array:
    """Each item's figure, sum(value) / sum(n); NaN where there is nothing to divide by."""
    side = Side.of(value, n)
    return divide(side.value.sum(axis=0), side.n.sum(axis=0))


def divide(above: Array | float, below: Array | float) -> Array:
    """One over the other; NaN where there is nothing to divide by."""
    out = np.full(np.broadcast_shapes(np.shape(above), np.shape(below)), np.nan)
    quotient: Array = np.divide(above, below, out=out, where=np.not_equal(below, 0))
    return quotient


def supports(n: Array, items: int) -> Iterator[tuple[Mask, Places]]:
    """The items that the same articles speak to, together: (which articles, which items)."""
    if n.shape[1] == 1:
        patterns, which = n > 0, np.zeros(items, dtype=np.intp)
    else:
        patterns, which = np.unique(n > 0, axis=1, return_inverse=True)
    for number in range(patterns.shape[1] if items else 0):
        yield patterns[:, number], np.flatnonzero(np.ravel(which) == number)


class Moments(NamedTuple):
    """What articles add up to, by item (the last axis), as a figure and its variance need it; n may be shared."""

    value: Array
    squares: Array
    mixed: Array  # value times n
    n: Array
    n_squares: Array

    @classmethod
    def each(cls, side: Side) -> Moments:
        """Of every article by itself."""
        return cls(side.value, side.value**2, side.value * side.n, side.n, side.n**2)

    def weighted(self, weights: Array) -> Moments:
        """Added up over articles, for each row of weights."""
        ends = np.cumsum([part.shape[1] for part in self[:-1]])
        return Moments(*np.split(weights @ np.hstack(self), ends, axis=1))

    def of_items(self, items: Places) -> Moments:
        """Some of the items."""
        return Moments(*(part if part.shape[-1] == 1 else part[..., items] for part in self))

    def total(self) -> Moments:
        """Added up over the first axis."""
        return Moments(*(part.sum(axis=0) for part in self))

    def without(self, other: Moments) -> Moments:
        """What is left when some articles are taken away."""
        return Moments(*(mine - its for mine, its in zip(self, other, strict=True)))

    def figure_and_variance(self, count: Array | float) -> tuple[Array, Array]:
        """The ratio and its linearised variance, where so many articles are added up."""
        figure = divide(self.value, self.n)
        spread = self.squares - 2 * figure * self.mixed + figure**2 * self.n_squares
        spread = np.where(spread > 1e-12 * self.squares, spread, 0.0)  # what rounding leaves of a spread of nothing
        variance: Array = divide(spread, self.n**2) * count / np.maximum(count - 1, 1)
        return figure, variance


def figure_and_variance(weights: Array, side: Side) -> tuple[Array, Array]:
    """The ratio and its linearised variance (draws by items) for each row of article weights."""
    return Moments.each(side).weighted(weights).figure_and_variance(weights.sum(axis=1, keepdims=True))


def blocks(draws: int, rows: int, items: int) -> Iterator[int]:
    """Numbers of draws that add up to `draws`, each small enough to be held at once."""
    step = max(1, CELLS // max(rows, items))
    yield from (min(step, draws - done) for done in range(0, draws, step))


def contested(group: Side, rest: Side) -> Iterator[tuple[Mask, Places]]:
    """Items that both sides speak to: (articles of either side, which items)."""
    for sides, items in supports(np.vstack([group.n, rest.n]), group.value.shape[1]):
        in_group, in_rest = np.split(sides, 2)
        if in_group.any() and in_rest.any():
            yield in_group | in_rest, items


def bundled(*sides: Side) -> list[Side]:
    """The sides with no more than `BUNDLES` rows for the articles of either side, and as many for those of both.

    More articles are added up, one after the other to each bundle in turn, so that their number costs no time. A bundle
    is as good a unit to draw as an article (the grouped jackknife: Kott 2001), and so many tell the spread to 2%.
    """
    kind = sum(2**number * (side.n > 0).any(axis=1) for number, side in enumerate(sides))
    place, count = np.empty(len(sides[0].n), dtype=np.intp), 0
    for alike in (np.flatnonzero(kind == each) for each in np.unique(kind)):
        place[alike] = count + np.arange(len(alike)) % BUNDLES
        count += min(len(alike), BUNDLES)
    if count == len(place):
        return list(sides)
    order = np.argsort(place, kind="stable")
    starts = np.searchsorted(place[order], np.arange(count))
    return [Side(*(np.add.reduceat(part[order], starts) for part in (side.value, side.n))) for side in sides]
