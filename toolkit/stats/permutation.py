"""Tests by rearranging articles: how often a difference as large turns up when chance deals them out."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .sides import CELLS, TIE, Array, Mask, Places, Side, blocks, contested, divide, figure_and_variance, numbers

DRAWS = 9_999  # random arrangements where they cannot all be gone through
BUDGET = 10_000  # the most arrangements that are gone through one by one


class PValues(NamedTuple):
    """For each item: p, the smallest p that these articles could reach, and whether p was counted out exactly."""

    p: Array
    smallest: Array
    exact: Mask


def frequent_enough(group: Side, rest: Side, *, hits: float = 5, articles: float = 3) -> Mask:
    """Which items are frequent enough for `label_permutation` and `sign_flip` to keep their word.

    Were both sides alike, the smaller one should hold at least five occurrences (the familiar rule for expected counts)
    in at least three of its articles. This looks at pooled figures only, not at which side has what, so choosing by it
    spoils no p-value (Bourgon, Gentleman & Huber 2010). Items with negative values are no counts: always testable.
    """
    total = group.value.sum(axis=0) + rest.value.sum(axis=0)
    sizes = group.n.sum(axis=0), rest.n.sum(axis=0)
    counts = (group.n > 0).sum(axis=0), (rest.n > 0).sum(axis=0)
    holding = (group.value != 0).sum(axis=0) + (rest.value != 0).sum(axis=0)
    expected_hits = divide(total * np.minimum(*sizes), sizes[0] + sizes[1])
    expected_articles = divide(holding * np.minimum(*counts), counts[0] + counts[1])
    negative = (group.value < 0).any(axis=0) | (rest.value < 0).any(axis=0)
    return negative | ((expected_hits >= hits) & (expected_articles >= articles))


def label_permutation(group: Side, rest: Side, *, seed: int = 0, draws: int = DRAWS, budget: int = BUDGET) -> PValues:
    """How often a difference as large turns up when the articles are dealt out at random to the two sides.

    For sides that share no article. All deals are gone through where they are no more than `budget`; else `draws`
    random ones with the +1 of Phipson & Smyth 2010. The difference of the figures is studentised (Chung & Romano 2013):
    exact where articles are exchangeable, close where one side's are longer. NaN where a side has no article.
    """
    both = Side(group.value + rest.value, group.n + rest.n)
    out = _untested(both.value.shape[1])
    for rows, in_group, items in contested(group, rest):
        part, member = both.part(rows, items), in_group[rows].astype(np.float64)
        deals = math.comb(len(member), int(member.sum()))
        exact = deals <= budget
        observed = _contrast(member[None, :], part) * (1 - TIE)
        as_large = np.zeros(len(items))
        for deal in _all_deals(member, part) if exact else _random_deals(member, part, seed, draws):
            as_large += (_contrast(deal, part) >= observed).sum(axis=0)
        twins = 2 if 2 * member.sum() == len(member) else 1  # sides of one size: every deal has its mirror image
        _note(out, items, as_large, (twins, deals) if exact else (1, draws + 1), exact)
    return out


def sign_flip(group: Side, rest: Side, *, seed: int = 0, draws: int = DRAWS, budget: int = BUDGET) -> PValues:
    """How often a difference as large turns up when the sign of each article's part in it is drawn at random.

    For sides inside the same articles. An article's part is its deviation from the pooled figure on one side less that
    on the other, each over its side's total n: the parts add up to the difference of the two figures, and where every
    article weighs the same they are the plain differences within articles. All signs are gone through where they are no
    more than `budget`, else `draws` random ones, with the +1 as above. Canay, Romano & Shaikh 2017 for tests by signs.
    """
    out = _untested(group.value.shape[1])
    for rows, _, items in contested(group, rest):
        parts = _parts(group.part(rows, items), rest.part(rows, items))
        patterns = 2 ** (len(parts) - 1)
        exact = patterns <= budget
        observed = np.abs(parts.sum(axis=0)) - TIE * np.abs(parts).sum(axis=0)
        as_large = np.zeros(len(items))
        for signs in _all_signs(len(parts)) if exact else _random_signs(parts, seed, draws):
            as_large += (np.abs(signs @ parts) >= observed).sum(axis=0)
        _note(out, items, as_large, (1, patterns if exact else draws + 1), exact)
    return out


def _untested(items: int) -> PValues:
    return PValues(np.full(items, np.nan), np.full(items, np.nan), np.zeros(items, dtype=bool))


def _note(out: PValues, items: Places, as_large: Array, smallest: tuple[int, int], exact: bool) -> None:
    """Write down the result for some items; the observed arrangement itself counts among random ones."""
    out.p[items] = (as_large + (0 if exact else 1)) / smallest[1]
    out.smallest[items] = smallest[0] / smallest[1]
    out.exact[items] = exact


def _contrast(weights: Array, side: Side) -> Array:
    """The studentised distance between the articles that `weights` takes and the others."""
    figure, variance = figure_and_variance(weights, side)
    other, other_variance = figure_and_variance(1 - weights, side)
    gap = np.abs(figure - other)
    gap = np.where(gap > TIE * (np.abs(figure) + np.abs(other)), gap, 0.0)
    spread = np.sqrt(variance + other_variance)
    return np.where(gap == 0, 0.0, np.divide(gap, spread, out=np.full(gap.shape, np.inf), where=spread > 0))


def _parts(group: Side, rest: Side) -> Array:
    sizes = group.n.sum(axis=0), rest.n.sum(axis=0)
    pooled = divide(group.value.sum(axis=0) + rest.value.sum(axis=0), sizes[0] + sizes[1])
    parts: Array = (group.value - pooled * group.n) / sizes[0] - (rest.value - pooled * rest.n) / sizes[1]
    return parts


def _all_deals(member: Array, side: Side) -> Iterator[Array]:
    chosen = np.array(list(combinations(range(len(member)), int(member.sum()))))
    deals = np.zeros((len(chosen), len(member)))
    np.put_along_axis(deals, chosen, 1.0, axis=1)
    step = max(1, CELLS // side.value.shape[1])
    yield from (deals[first : first + step] for first in range(0, len(deals), step))


def _random_deals(member: Array, side: Side, seed: int, draws: int) -> Iterator[Array]:
    rng = np.random.default_rng(seed)
    for size in blocks(draws, *side.value.shape):
        yield rng.permuted(np.tile(member, (size, 1)), axis=1)


def _all_signs(count: int) -> Iterator[Array]:
    """Every pattern of signs but for mirror images: the first article's stays as it is."""
    patterns = np.arange(2 ** (count - 1))[:, None] >> np.arange(count - 1) & 1
    yield np.hstack([np.ones((len(patterns), 1)), 1.0 - 2.0 * patterns])


def _random_signs(parts: Array, seed: int, draws: int) -> Iterator[Array]:
    rng = np.random.default_rng(seed)
    for size in blocks(draws, *parts.shape):
        yield rng.choice(np.array([-1.0, 1.0]), (size, len(parts)))


def benjamini_hochberg(p: ArrayLike) -> Array:
    """p-values adjusted for their number, so that of those under a bound no larger a share is false alarms.

    Missing ones stay missing and are not counted among the tests. Benjamini & Hochberg 1995.
    """
    values = numbers(p)
    out = np.full(values.shape, np.nan)
    there = np.flatnonzero(~np.isnan(values))
    order = there[np.argsort(values[there], kind="stable")[::-1]]
    scaled = values[order] * len(order) / np.arange(len(order), 0, -1)
    out[order] = np.minimum.accumulate(np.minimum(scaled, 1.0))
    return out
