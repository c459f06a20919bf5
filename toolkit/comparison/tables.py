"""The tables of a comparison: figures, differences and keyness of one side against another, with interval and p."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, permutations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .. import schema, stats
from ..result import TABLE_COLUMNS
from ..stats import Array, Side
from .grid import Grid

MIN_ARTICLES = 6
WORKINGS = ("_enough", "_smallest", "_exact", "_shared")  # what the notes need and nobody is shown
_TAIL = ("n_articles", "n", "p", "p_adjusted")  # effects come first, p-values last


@dataclass(frozen=True)
class Contrast:
    """One side set against another, under the name that the table gives it."""

    name: str
    side: Side
    rest: Side


def against_the_rest(grid: Grid) -> Iterator[Contrast]:
    """Each group against all others together."""
    for group in grid.groups:
        others = [other for other in grid.groups if other != group]
        yield Contrast(group, grid.side([group]), grid.side(others))


def in_pairs(grid: Grid, *, both_ways: bool) -> Iterator[Contrast]:
    """Every two groups against each other: once, or from either side."""
    sides = {group: grid.side([group]) for group in grid.groups}
    for one, two in (permutations if both_ways else combinations)(grid.groups, 2):
        yield Contrast(f"{one} against {two}" if both_ways else f"{one} minus {two}", sides[one], sides[two])


def means(grid: Grid, seed: int, unit: str) -> pd.DataFrame:
    """Each group's figure with its interval; that of all others, the difference and its effect size."""
    parts = []
    for contrast in against_the_rest(grid):
        side, part = contrast.side, _frame(contrast, grid.items, seed)
        low, high = stats.bootstrap_t_interval(side.value, side.n, seed=seed)
        if not grid.own_n and (grid.value >= 0).all():
            low = np.maximum(low, 0.0)  # a count over a shared denominator cannot fall below nothing
        if unit.startswith("share of"):
            high = np.minimum(high, 1.0)
        enough = _n_articles(side) >= MIN_ARTICLES
        part["estimate"] = stats.ratio(side.value, side.n)
        part["low"], part["high"] = np.where(enough, low, np.nan), np.where(enough, high, np.nan)
        part["rest"] = stats.ratio(contrast.rest.value, contrast.rest.n)
        part["difference"], part["difference_low"], part["difference_high"] = _difference(contrast, seed, unit)
        part["effect"] = _effect(contrast)
        parts.append(part)
    return _by_item(parts, grid)


def differences(grid: Grid, seed: int, unit: str) -> pd.DataFrame:
    """Every two groups: the difference of their figures with its interval, both figures, and the effect size."""
    parts = []
    for contrast in in_pairs(grid, both_ways=False):
        part = _frame(contrast, grid.items, seed)
        part["estimate"], part["low"], part["high"] = _difference(contrast, seed, unit)
        part["first"] = stats.ratio(contrast.side.value, contrast.side.n)
        part["second"] = stats.ratio(contrast.rest.value, contrast.rest.n)
        part["effect"] = _effect(contrast)
        both = Side(contrast.side.value, contrast.side.n + contrast.rest.n)
        part["n_articles"], part["n"] = _n_articles(both), np.broadcast_to(both.n.sum(axis=0), len(part))
        parts.append(part)
    return _by_item(parts, grid)


def keyness(grid: Grid, seed: int, unit: str, method: str, *, pairs: bool) -> pd.DataFrame:
    """Each term's score by a method, with its counts and effect sizes; the highest of a group first."""
    if not grid.value.any():
        raise schema.InputError(f"{unit!r} counts nothing in any group (every count is 0): no term can be set apart.")
    if grid.own_n or (grid.value < 0).any() or (grid.value % 1).any():
        raise schema.InputError(f"method={method!r} needs counts, and {unit!r} is scored unit by unit; use 'means'.")
    contrasts = in_pairs(grid, both_ways=True) if pairs else against_the_rest(grid)
    parts = []
    for contrast in contrasts:
        part = _frame(contrast, grid.items, seed).assign(low=np.nan, high=np.nan)
        part = part.assign(**_lean(contrast, unit, method))
        parts.append(part[part["count"] + part["count_rest"] > 0] if pairs else part)
    table = pd.concat(parts, ignore_index=True)
    return table.sort_values(["group", "estimate", "item"], ascending=[True, False, True], ignore_index=True)


def _lean(contrast: Contrast, unit: str, method: str) -> dict[str, Array | NDArray[np.int64]]:
    """The keyness columns of one side."""
    counts = contrast.side.value.sum(axis=0), contrast.rest.value.sum(axis=0)
    sizes = _words(contrast.side, unit), _words(contrast.rest, unit)
    if any(size < count.max(initial=0) for size, count in zip(sizes, counts, strict=True)):
        raise schema.InputError(f"{unit!r} counts more of an item than there are words; its rows without item need n.")
    columns: dict[str, Array | NDArray[np.int64]] = {"estimate": stats.keyness(*counts, sizes, method=method)}
    if method.startswith("log-odds"):
        key = stats.weighted(
            *counts,
            sizes,
            variance="four-term" if "four-term" in method else "two-term",
            informed="informative" in method,
        )
        columns |= {"log_odds": key.log_odds, "z": key.z}
    rates = [1_000 * stats.ratio(c[None, :], np.array([[size]])) for c, size in zip(counts, sizes, strict=True)]
    return columns | {
        "count": counts[0].astype(np.int64),
        "count_rest": counts[1].astype(np.int64),
        "per_1000": rates[0],
        "per_1000_rest": rates[1],
        "log_ratio": stats.log_ratio(*counts, sizes),
        "odds_ratio": stats.odds_ratio(*counts, sizes),
    }


def _words(side: Side, unit: str) -> float:
    return float(side.n.sum() * (1_000 if "per 1,000" in unit else 1))


def _difference(contrast: Contrast, seed: int, unit: str) -> tuple[Array, Array, Array]:
    """The difference of two figures and its interval, which is missing where a side has too few articles."""
    side, rest = contrast.side, contrast.rest
    low, high = stats.difference_interval(side, rest, seed=seed)
    if unit.startswith("share of"):
        low, high = np.maximum(low, -1.0), np.minimum(high, 1.0)
    enough = _enough(contrast)
    middle = stats.ratio(side.value, side.n) - stats.ratio(rest.value, rest.n)
    return middle, np.where(enough, low, np.nan), np.where(enough, high, np.nan)


def _effect(contrast: Contrast) -> Array:
    return np.where(_enough(contrast), stats.dominance(contrast.side, contrast.rest), np.nan)


def _n_articles(side: Side) -> Array:
    """For each item, how many articles speak to it at all."""
    return np.broadcast_to((side.n > 0).sum(axis=0), side.value.shape[1:])


def _enough(contrast: Contrast) -> NDArray[np.bool_]:
    enough: NDArray[np.bool_] = np.minimum(_n_articles(contrast.side), _n_articles(contrast.rest)) >= MIN_ARTICLES
    return enough


def _frame(contrast: Contrast, items: list[str], seed: int) -> pd.DataFrame:
    """What every method says of a side: its articles, what is counted over, and p against the other side."""
    side, rest = contrast.side, contrast.rest
    frame = pd.DataFrame({"group": contrast.name, "item": items})
    frame["n_articles"] = _n_articles(side)
    frame["n"] = np.broadcast_to(side.n.sum(axis=0), len(items))
    frame["_enough"] = _enough(contrast)
    chosen = np.flatnonzero(frame["_enough"] & stats.frequent_enough(side, rest))
    shared = bool(((side.n > 0) & (rest.n > 0)).any())
    every = np.ones(len(side.value), dtype=bool)
    test = stats.sign_flip if shared else stats.label_permutation
    result = test(side.part(every, chosen), rest.part(every, chosen), seed=seed)
    for name, values in (("p", result.p), ("_smallest", result.smallest), ("_exact", result.exact)):
        frame[name] = pd.Series(values, index=chosen).reindex(frame.index)
    return frame.assign(_shared=shared)


def _by_item(parts: list[pd.DataFrame], grid: Grid) -> pd.DataFrame:
    table = pd.concat(parts, ignore_index=True)
    place = {item: number for number, item in enumerate(grid.items)}
    return table.sort_values(
        ["item", "group"], key=lambda c: c.map(place) if c.name == "item" else c, ignore_index=True
    )


def shown(table: pd.DataFrame) -> pd.DataFrame:
    """The columns that people see: the figure, the effect, what they rest on, and p last."""
    head = [name for name in TABLE_COLUMNS if name not in _TAIL]
    inner = [name for name in table.columns if name not in (*TABLE_COLUMNS, *WORKINGS)]
    return table[[*head, *inner, *_TAIL]]
