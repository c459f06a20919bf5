"""The tables of a comparison: figures, differences and keyness of one side against another, with interval and p."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .. import schema, stats
from ..result import TABLE_COLUMNS
from ..stats import Array, Side
from .contrasts import MIN_ARTICLES, WORKINGS, Contrast, Contrasts, against_the_rest, in_pairs, tested
from .grid import Grid

_TAIL = ("n_articles", "n", "p", "p_adjusted")  # effects come first, p-values last

Columns = dict[str, Any]


def means(grid: Grid, seed: int, unit: str) -> pd.DataFrame:
    """Each group's figure with its interval; that of all others, the difference and its effect size."""
    counts = not grid.own_n and grid.bounds[0] >= 0

    def figures(contrast: Contrast) -> Columns:
        side, rest = contrast.side, contrast.rest
        low, high = stats.bootstrap_t_interval(side.value, side.n, seed=seed)
        low = np.maximum(low, 0.0) if counts else low  # a count over a shared denominator cannot fall below nothing
        high = np.minimum(high, 1.0) if unit.startswith("share of") else high
        enough = contrast.n_articles >= MIN_ARTICLES
        middle, difference_low, difference_high = _difference(contrast, seed, unit)
        return {
            "estimate": stats.ratio(side.value, side.n),
            "low": np.where(enough, low, np.nan),
            "high": np.where(enough, high, np.nan),
            "rest": stats.ratio(rest.value, rest.n),
            "difference": middle,
            "difference_low": difference_low,
            "difference_high": difference_high,
            "effect": _effect(contrast),
        }

    return _by_item(_rows(grid, against_the_rest, seed, figures), grid)


def differences(grid: Grid, seed: int, unit: str) -> pd.DataFrame:
    """Every two groups: the difference of their figures with its interval, both figures, and the effect size."""

    def figures(contrast: Contrast) -> Columns:
        side, rest = contrast.side, contrast.rest
        middle, low, high = _difference(contrast, seed, unit)
        both = Contrast("", Side(side.value, side.n + rest.n), rest)
        return {
            "estimate": middle,
            "low": low,
            "high": high,
            "first": stats.ratio(side.value, side.n),
            "second": stats.ratio(rest.value, rest.n),
            "effect": _effect(contrast),
            "n_articles": both.n_articles,
            "n": np.broadcast_to(both.side.n.sum(axis=0), side.items),
        }

    return _by_item(_rows(grid, partial(in_pairs, both_ways=False), seed, figures), grid)


def counts(grid: Grid, seed: int, unit: str) -> pd.DataFrame:
    """`means` with how often each group has each item; only what is found somewhere.

    Most of many voices have a few items in a few articles: these have their figure only, and cost nothing more.
    """
    if grid.own_n or grid.bounds[0] < 0:
        raise schema.InputError("method='counts' needs things counted over a shared number; use 'means'.")
    group, item, count = grid.totals()
    over, speaking = grid.over()
    figure, rest = stats.divide(count, over[group]), grid.times()[item] - count
    other = stats.divide(rest, over.sum() - over[group])
    table = pd.DataFrame(
        {
            "group": np.array(grid.groups, dtype=object)[group],
            "item": np.array(grid.items, dtype=object)[item],
            "estimate": figure,
            "rest": other,
            "difference": figure - other,
            "n_articles": speaking[group],
            "n": over[group],
            "count": count.round().astype(np.int64),
        }
    )
    part = grid.to_test(MIN_ARTICLES)
    if len(part.groups) > 1 and part.items:
        tested = means(part, seed, unit).set_index(["group", "item"])
        further = [name for name in tested.columns if name not in table.columns]
        table = table.join(tested[further], on=["group", "item"]).fillna(dict.fromkeys(WORKINGS, 0))
    else:
        table = table.assign(**dict.fromkeys(("low", "high", "p"), np.nan), **dict.fromkeys(WORKINGS, 0))
    return _by_item(table.astype({"_enough": bool, "_shared": bool}), grid)


def keyness(grid: Grid, seed: int, unit: str, method: str, *, pairs: bool) -> pd.DataFrame:
    """Each term's score by a method, with its counts and effect sizes; the highest of a group first."""
    if grid.bounds == (0.0, 0.0):
        raise schema.InputError(f"{unit!r} counts nothing in any group (every count is 0): no term can be set apart.")
    if grid.own_n or grid.bounds[0] < 0 or not grid.whole:
        raise schema.InputError(f"method={method!r} needs counts, and {unit!r} is scored unit by unit; use 'means'.")

    def counts(contrast: Contrast) -> Columns:
        (count, size), (count_rest, size_rest) = (
            (side.value.sum(axis=0), _words(side, unit)) for side in (contrast.side, contrast.rest)
        )
        return {"low": np.nan, "high": np.nan, "count": count, "count_rest": count_rest, **_sizes(size, size_rest)}

    contrasts: Contrasts = partial(in_pairs, both_ways=True) if pairs else against_the_rest
    parts = []
    for _, part in _rows(grid, contrasts, seed, counts).groupby("group", sort=False):
        part = part.drop(columns=["count", "count_rest", *_sizes(0, 0)]).assign(**_lean(part, unit, method))
        parts.append(part[part["count"] + part["count_rest"] > 0] if pairs else part)
    table = pd.concat(parts, ignore_index=True)
    return table.sort_values(["group", "estimate", "item"], ascending=[True, False, True], ignore_index=True)


def _sizes(size: float, rest: float) -> dict[str, float]:
    return {"_size": size, "_size_rest": rest}


def _lean(part: pd.DataFrame, unit: str, method: str) -> dict[str, Array | NDArray[np.int64]]:
    """The keyness columns of one side, from the counts of all terms."""
    counts = part["count"].to_numpy(dtype=np.float64), part["count_rest"].to_numpy(dtype=np.float64)
    sizes = float(part["_size"].iloc[0]), float(part["_size_rest"].iloc[0])
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
    enough = contrast.enough
    middle = stats.ratio(side.value, side.n) - stats.ratio(rest.value, rest.n)
    return middle, np.where(enough, low, np.nan), np.where(enough, high, np.nan)


def _effect(contrast: Contrast) -> Array:
    return np.where(contrast.enough, stats.dominance(contrast.side, contrast.rest), np.nan)


def _rows(grid: Grid, contrasts: Contrasts, seed: int, figures: Callable[[Contrast], Columns]) -> pd.DataFrame:
    """What every method says of a side and item: its articles, what is counted over, p; then `figures`."""
    found, first, parts = tested(grid, contrasts, seed), 0, []
    for block in grid.blocks():
        items = np.array(block.items, dtype=object)
        here, first = slice(first, first + len(items)), first + len(items)
        for contrast in contrasts(block):
            columns: Columns = {"group": contrast.name, "item": items, "n_articles": contrast.n_articles}
            columns |= {"n": contrast.side.n.sum(axis=0), "_enough": contrast.enough}
            columns |= {name: values[here] for name, values in found[contrast.name].items()} | figures(contrast)
            parts.append({name: np.broadcast_to(values, items.shape) for name, values in columns.items()})
    return pd.DataFrame({name: np.concatenate([part[name] for part in parts]) for name in parts[0]})


def _by_item(table: pd.DataFrame, grid: Grid) -> pd.DataFrame:
    place = {item: number for number, item in enumerate(grid.items)}
    return table.sort_values(
        ["item", "group"], key=lambda c: c.map(place) if c.name == "item" else c, ignore_index=True
    )


def shown(table: pd.DataFrame) -> pd.DataFrame:
    """The columns that people see: the figure, the effect, what they rest on, and p last."""
    head = [name for name in TABLE_COLUMNS if name not in _TAIL]
    inner = [name for name in table.columns if name not in (*TABLE_COLUMNS, *WORKINGS)]
    return table[[*head, *inner, *_TAIL]]
