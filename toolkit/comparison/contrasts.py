"""Which sides are set against each other, and how often chance alone would set them as far apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, islice, permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import stats
from ..stats import Array, Mask, Places, Side
from .grid import Grid

MIN_ARTICLES = 6
WORKINGS = ("_enough", "_smallest", "_exact", "_shared")  # what the notes need and nobody is shown


@dataclass(frozen=True)
class Contrast:
    """One side set against another, under the name that the table gives it."""

    name: str
    side: Side
    rest: Side

    @property
    def n_articles(self) -> Array:
        """For each item, how many of the side's articles speak to it at all."""
        return _speaking(self.side)

    @property
    def enough(self) -> Mask:
        """The items to which enough articles of either side speak for an interval, an effect and p."""
        enough: Mask = np.minimum(_speaking(self.side), _speaking(self.rest)) >= MIN_ARTICLES
        return enough

    @property
    def testable(self) -> Mask:
        """Those of them that are frequent enough for a test."""
        testable: Mask = self.enough & stats.frequent_enough(self.side, self.rest)
        return testable

    @property
    def shares(self) -> bool:
        """True where an article speaks on both sides."""
        return bool(((self.side.n > 0) & (self.rest.n > 0)).any())


Contrasts = Callable[[Grid], Iterable[Contrast]]
Workings = dict[str, NDArray[Any]]


def _speaking(side: Side) -> Array:
    return np.broadcast_to((side.n > 0).sum(axis=0), side.value.shape[1:])


def against_the_rest(grid: Grid) -> Iterator[Contrast]:
    """Each group against all others together."""
    for group in filter(None, grid.groups):  # what bears no name is compared with nobody, but stands among the others
        others = [other for other in grid.groups if other != group]
        yield Contrast(group, grid.side([group]), grid.side(others))


def in_pairs(grid: Grid, *, both_ways: bool) -> Iterator[Contrast]:
    """Every two groups against each other: once, or from either side."""
    sides = {group: grid.side([group]) for group in grid.groups}
    for one, two in (permutations if both_ways else combinations)(grid.groups, 2):
        yield Contrast(f"{one} against {two}" if both_ways else f"{one} minus {two}", sides[one], sides[two])


def tested(grid: Grid, contrasts: Contrasts, seed: int) -> dict[str, Workings]:
    """By the contrasts' names and then by item: p, how small it could be, if it is exact, and if articles are shared.

    p is missing where an item is too rare. Groups that share no article with others are set each against all others by
    the same deals.
    """
    out, apart, first = dict[str, Workings](), dict[str, Mask](), 0
    for block in grid.blocks():
        for contrast in contrasts(block):
            found = out.setdefault(contrast.name, _nothing(len(grid.items)))
            own = np.flatnonzero(contrast.testable)
            found["_shared"][first : first + len(block.items)] = contrast.shares
            if contrasts is against_the_rest and not contrast.shares:
                apart.setdefault(contrast.name, np.zeros(len(grid.items), dtype=bool))[first + own] = True
            else:
                test = stats.sign_flip if contrast.shares else stats.label_permutation
                _put(found, first + own, test(contrast.side.of_items(own), contrast.rest.of_items(own), seed=seed))
        first += len(block.items)
    if apart:
        sides = (block.side(block.groups) for block in grid.blocks())
        wanted = np.array([*apart.values(), np.zeros(len(grid.items), dtype=bool)])  # nothing of the others
        joint = stats.label_permutations(sides, _owner(grid, list(apart)), wanted, seed=seed)
        for number, (name, its) in enumerate(apart.items()):
            _put(out[name], np.flatnonzero(its), stats.PValues(*(values[number, its] for values in joint)))
    return out


def _nothing(items: int) -> Workings:
    return {
        "p": np.full(items, np.nan),
        "_smallest": np.full(items, np.nan),
        "_exact": np.zeros(items, dtype=bool),
        "_shared": np.zeros(items, dtype=bool),
    }


def _put(found: Workings, items: Places, values: stats.PValues) -> None:
    for name, each in zip(("p", "_smallest", "_exact"), values, strict=True):
        found[name][items] = each


def _owner(grid: Grid, groups: list[str]) -> Places:
    """For each article the number of its group, for those of others the next number, -1 where it says nothing.

    By items where these bring their own n, else in one column.
    """
    parts: list[Places] = []
    for block in grid.blocks() if grid.own_n else islice(grid.blocks(), 1):
        parts.append(np.where(block.side(block.groups).n > 0, len(groups), -1))
        for number, group in enumerate(groups):
            parts[-1][block.side([group]).n > 0] = number
    return np.hstack(parts)
