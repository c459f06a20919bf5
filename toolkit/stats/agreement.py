"""Agreement between coders beyond chance: Krippendorff's alpha, for any number of coders and with values missing."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .sides import LEVEL, Array, numbers

RESAMPLES = 1_999
LEVELS = ("nominal", "ordinal", "interval", "ratio")


def _distance(values: Array, times: Array, level: str) -> Array:
    """How far each two values are apart; ranks by how often a value between them was given, and half of the two."""
    if level == "nominal":
        return np.not_equal.outer(values, values).astype(np.float64)
    places = np.cumsum(times) - times / 2 if level == "ordinal" else values
    off = np.subtract.outer(places, places)
    if level == "ratio":
        total = np.add.outer(values, values)
        off = np.divide(off, total, out=np.zeros_like(total), where=total != 0)
    squares: Array = off**2
    return squares


def krippendorff_alpha(ratings: ArrayLike, *, level: str = "nominal") -> float:
    """How far coders agree beyond chance: 1 is full agreement, 0 what chance would give, below 0 worse than chance.

    `ratings` has a row a coder and a column a unit; NaN where a coder did not see a unit. Units that fewer than two
    coders saw are dropped. `level` is nominal (names), ordinal (ranks), interval (differences count) or ratio (no value
    below 0; differences count by size). NaN where nothing can be compared: no unit with two values, or only one value.
    Krippendorff 2011, "Computing Krippendorff's alpha-reliability".
    """
    counts, values = _counts(numbers(ratings))
    seen, chance, _ = _disagreement(counts, values, level, np.ones(len(counts)))
    return 1 - seen / chance if chance > 0 else np.nan


def alpha_interval(
    ratings: ArrayLike,
    *,
    level: str = "nominal",
    clusters: NDArray[np.intp] | None = None,
    seed: int = 0,
    draws: int = RESAMPLES,
) -> tuple[float, float]:
    """The 95% bootstrap-t interval of alpha: units are drawn anew, and alpha is computed on the scale log(1 - alpha).

    `clusters` numbers what was sampled (the article a quote stands in): units of one cluster are drawn together. NaN
    where alpha is undefined, or where coders disagree on so few that one end cannot be told. The percentiles that are
    often given instead cover too little (Zapf et al. 2016; Hughes 2022; benchmarks/statistics.py).
    """
    ratings = numbers(ratings)
    counts, values = _counts(ratings)
    own = np.flatnonzero(_paired(ratings)) if clusters is None else clusters[_paired(ratings)]
    _, place = np.unique(own, return_inverse=True)
    many = int(place.max(initial=-1)) + 1
    if many < 2:
        return np.nan, np.nan
    centre, error = _log_and_error(counts, values, level, place, np.ones(many))
    drawn = np.random.default_rng(seed).multinomial(many, np.full(many, 1 / many), draws)
    again = np.array([_log_and_error(counts, values, level, place, times) for times in drawn.astype(np.float64)])
    off, spread = again[:, 0] - centre, again[:, 1]
    studentised = np.divide(off, spread, out=np.full(draws, np.nan), where=spread > 0)
    cut = max(1, math.floor((draws + 1) * (1 - LEVEL) / 2))
    least, most = (np.sort(np.where(np.isnan(studentised), end, studentised)) for end in (-np.inf, np.inf))
    low, high = 1 - np.exp(centre - least[cut - 1] * error), 1 - np.exp(centre - most[-cut] * error)
    return (float(low), float(high)) if np.isfinite(low) and most[-cut] < np.inf else (np.nan, np.nan)


def _paired(ratings: Array) -> NDArray[np.bool_]:
    paired: NDArray[np.bool_] = (~np.isnan(ratings)).sum(axis=0) > 1
    return paired


def _counts(ratings: Array) -> tuple[Array, Array]:
    """How often each unit was given each value (units that two coders saw), and the values in order."""
    ratings = ratings[:, _paired(ratings)]
    values = np.unique(ratings[~np.isnan(ratings)])
    return (ratings[:, :, None] == values).sum(axis=0).astype(np.float64), values


def _disagreement(counts: Array, values: Array, level: str, weights: Array) -> tuple[float, float, Array]:
    """The disagreement seen, the one that chance would give, and how far each unit moves the log of their ratio."""
    if level not in LEVELS:
        raise ValueError(f"level is one of {', '.join(LEVELS)}, not {level!r}")
    if level == "ratio" and (values < 0).any():
        raise ValueError("the ratio level takes no value below 0")
    size, times = counts.sum(axis=1), weights @ counts
    distance = _distance(values, times, level)
    total, far = times.sum(), distance @ times
    own = ((counts @ distance) * counts).sum(axis=1) / (size - 1)
    seen, chance = float(weights @ own), float(times @ far)
    if min(seen, chance) <= 0:
        return seen, chance / max(total - 1, 1), np.zeros(len(counts))
    moved = own / seen - 2 * (counts @ far) / chance + size / (total - 1)
    return seen, chance / (total - 1), moved


def _log_and_error(
    counts: Array, values: Array, level: str, place: NDArray[np.intp], times: Array
) -> tuple[float, float]:
    """log(1 - alpha) where each cluster was drawn so many times, and its linearised standard error."""
    seen, chance, moved = _disagreement(counts, values, level, times[place])
    if min(seen, chance) <= 0:
        return np.nan, np.nan
    by_cluster = np.bincount(place, moved, len(times))
    off = by_cluster - (times @ by_cluster) / times.sum()
    return math.log(seen / chance), math.sqrt(times @ off**2 * len(times) / (len(times) - 1))
