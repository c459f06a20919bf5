"""Two sides to compare, as arrays: what a figure is, what it varies by, and which articles speak to an item."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

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
        return Side(self.value[rows], self.n[rows]).of_items(items)

    def of_items(self, items: Places) -> Side:
        """Some of the items."""
        return Side(self.value[:, items], self.n if self.n.shape[1] == 1 else self.n[:, items])


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


def moments(side: Side) -> Array:
    """What is summed over articles for a figure and its variance, a row an article: value, value², value·n, n, n²."""
    value, n = side.value, side.n
    return np.hstack([value, value**2, value * n, n, n**2])


def from_moments(sums: Array, count: Array | float, items: int) -> tuple[Array, Array]:
    """The ratio and its linearised variance (draws by items) from the summed moments of so many articles."""
    shared = (sums.shape[-1] - 3 * items) // 2
    value, squares, mixed, size, sizes = np.split(sums, np.cumsum([items, items, items, shared]), axis=-1)
    figure = divide(value, size)
    spread = squares - 2 * figure * mixed + figure**2 * sizes
    spread = np.where(spread > 1e-12 * squares, spread, 0.0)  # what rounding leaves of a spread of nothing
    variance: Array = divide(spread, size**2) * count / np.maximum(count - 1, 1)
    return figure, variance


def figure_and_variance(weights: Array, side: Side) -> tuple[Array, Array]:
    """The ratio and its linearised variance (draws by items) for each row of article weights."""
    return from_moments(weights @ moments(side), weights.sum(axis=1, keepdims=True), side.value.shape[1])


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
