"""Intervals over articles: of a group's figure, and of the difference between two groups."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from .sides import (
    CELLS,
    LEVEL,
    TIE,
    Array,
    Mask,
    Side,
    blocks,
    bundled,
    contested,
    divide,
    figure_and_variance,
    ratio,
    supports,
)

RESAMPLES = 1_999


def jackknife_error(value: ArrayLike, n: ArrayLike) -> Array:
    """Each item's standard error: how far its figure moves as one article after another is left out; NaN below two."""
    side = Side.of(value, n)
    out = np.full(side.value.shape[1], np.nan)
    for rows, items in supports(side.n, side.value.shape[1]):
        part, count = side.part(rows, items), int(rows.sum())
        if count > 1:
            without = divide(part.value.sum(axis=0) - part.value, part.n.sum(axis=0) - part.n)
            off = (without - ratio(part.value, part.n)) ** 2
            out[items] = np.sqrt((count - 1) / count * off.sum(axis=0))
    return out


def bootstrap_t_interval(
    value: ArrayLike, n: ArrayLike, *, seed: int = 0, draws: int = RESAMPLES
) -> tuple[Array, Array]:
    """95% bootstrap-t (studentised) interval of each item's figure: articles are drawn anew, and it leans as they do.

    NaN where the articles cannot bound the figure: fewer than two, no variation between them, or so few that hold the
    item at all that one end would be infinite. Efron & Tibshirani 1993, chapter 12; with a linearised standard error
    inside the resamples and the jackknife's outside.
    """
    side = Side.of(value, n)
    low = np.full(side.value.shape[1], np.nan)
    high = low.copy()
    for rows, items in supports(side.n, side.value.shape[1]):
        for some in np.array_split(items, math.ceil(len(items) * draws / CELLS)) if rows.sum() > 1 else ():
            low[some], high[some] = _bootstrap_t(bundled(side.part(rows, some))[0], seed, draws)
    return low, high


def _bootstrap_t(side: Side, seed: int, draws: int) -> tuple[Array, Array]:
    centre, error = ratio(side.value, side.n), jackknife_error(side.value, side.n)
    rng, count = np.random.default_rng(seed), len(side.value)
    drawn = (_drawn_anew(rng, count, size) for size in blocks(draws, *side.value.shape))
    pieces = [figure_and_variance(weights, side) for weights in drawn]
    figure, variance = (np.vstack(columns) for columns in zip(*pieces, strict=True))
    off = np.where(np.isclose(figure, centre, rtol=TIE, atol=0), 0.0, figure - centre)
    with np.errstate(divide="ignore", invalid="ignore"):
        studentised = np.where(off == 0, 0.0, off / np.sqrt(variance))
    return _ends(studentised, centre, error)


def _drawn_anew(rng: np.random.Generator, count: int, size: int) -> Array:
    """How often each of `count` articles is drawn, in so many resamples with replacement."""
    places = rng.integers(0, count, (size, count)) + count * np.arange(size)[:, None]
    return np.bincount(places.ravel(), minlength=size * count).reshape(size, count).astype(np.float64)


def _ends(studentised: Array, centre: Array, error: Array) -> tuple[Array, Array]:
    """From the resamples' studentised distances: each end by its own tail; NaN where one would be infinite."""
    studentised.sort(axis=0)
    cut = max(1, math.floor((len(studentised) + 1) * (1 - LEVEL) / 2))
    with np.errstate(invalid="ignore"):
        low, high = centre - studentised[-cut] * error, centre - studentised[cut - 1] * error
    return _bounded(low, high, error)


def _bounded(low: Array, high: Array, error: Array) -> tuple[Array, Array]:
    bounded = np.isfinite(low) & np.isfinite(high) & (error > 0)
    return np.where(bounded, low, np.nan), np.where(bounded, high, np.nan)


def difference_interval(group: Side, rest: Side, *, seed: int = 0, draws: int = RESAMPLES) -> tuple[Array, Array]:
    """Symmetric 95% bootstrap-t interval of the difference between two groups' figures, for each item (Hall 1988).

    Groups that share no article are drawn anew each by itself; where some hold both, articles are drawn with both
    their parts, so that what the two have in common is not counted as doubt. Both ends lie as far from the difference:
    with two skewed groups, ends by their own tails cover too little (benchmarks/statistics.py). NaN as in
    `bootstrap_t_interval`.
    """
    low = np.full(group.value.shape[1], np.nan)
    high = low.copy()
    for rows, items in contested(group, rest):
        for some in np.array_split(items, math.ceil(len(items) * draws / CELLS)):
            pair = bundled(group.part(rows, some), rest.part(rows, some))
            apart: list[Mask] = [np.any(side.n > 0, axis=1) for side in pair]
            strata = [np.logical_or(*apart)] if np.logical_and(*apart).any() else apart
            if min(stratum.sum() for stratum in strata) > 1:
                low[some], high[some] = _difference_t(pair, strata, seed, draws)
    return low, high


def _difference_t(pair: Sequence[Side], strata: list[Mask], seed: int, draws: int) -> tuple[Array, Array]:
    centre, error = _difference(*pair), _difference_error(pair, strata)
    rngs = [np.random.default_rng([seed, number]) for number in range(len(strata))]
    sizes = blocks(draws, *pair[0].value.shape)
    far = np.abs(np.vstack([_studentised(pair, strata, centre, rngs, size) for size in sizes]))
    far[np.isnan(far)] = np.inf  # a resample that defines nothing may be any distance off
    far.sort(axis=0)
    half = far[-max(1, math.floor((draws + 1) * (1 - LEVEL)))] * np.where(error > 0, error, np.nan)
    return _bounded(centre - half, centre + half, error)


def _difference(group: Side, rest: Side) -> Array:
    return ratio(group.value, group.n) - ratio(rest.value, rest.n)


def _difference_error(pair: Sequence[Side], strata: list[Mask]) -> Array:
    """The difference's jackknife standard error, stratum by stratum."""
    group, rest = pair
    sums = [(side.value.sum(axis=0) - side.value, side.n.sum(axis=0) - side.n) for side in pair]
    without = divide(*sums[0]) - divide(*sums[1])
    off = (without - _difference(group, rest)) ** 2
    variances = [(s.sum() - 1) / s.sum() * off[s].sum(axis=0) for s in strata]
    error: Array = np.sqrt(np.sum(variances, axis=0))
    return error


def _studentised(
    pair: Sequence[Side], strata: list[Mask], centre: Array, rngs: list[np.random.Generator], size: int
) -> Array:
    """How far each resample's difference lies from the one that was seen, in its own linearised standard errors."""
    if len(strata) == 1:
        first, second, spread = _redrawn_together(pair, rngs[0], size)
    else:
        own = (Side(side.value[rows], side.n[rows]) for side, rows in zip(pair, strata, strict=True))
        (first, variance), (second, other) = (
            figure_and_variance(_drawn_anew(rng, len(side.value), size), side)
            for side, rng in zip(own, rngs, strict=True)
        )
        spread = variance + other
    off = first - second - centre
    off = np.where(np.abs(off) > TIE * (np.abs(first) + np.abs(second)), off, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(off == 0, 0.0, off / np.sqrt(spread))


def _redrawn_together(pair: Sequence[Side], rng: np.random.Generator, size: int) -> tuple[Array, Array, Array]:
    """Both sides' figures and the variance of their difference, where articles are drawn with both their parts."""
    weights = _drawn_anew(rng, len(pair[0].value), size)
    (first, variance), (second, other) = (figure_and_variance(weights, side) for side in pair)
    (v, n), (w, m) = ((side.value, side.n) for side in pair)
    mixed = weights @ (v * w) - first * (weights @ (n * w)) - second * (weights @ (v * m))
    mixed = mixed + first * second * (weights @ (n * m))
    count = weights.sum(axis=1, keepdims=True)
    mixed = divide(mixed, (weights @ n) * (weights @ m)) * count / np.maximum(count - 1, 1)
    spread = variance + other
    return first, second, np.where(spread - 2 * mixed > TIE * spread, spread - 2 * mixed, 0.0)
