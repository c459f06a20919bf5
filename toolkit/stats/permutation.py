"""Tests by rearranging articles: how often a difference as large turns up when chance deals them out."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .sides import (
    CELLS,
    TIE,
    Array,
    Mask,
    Places,
    Side,
    blocks,
    bundled,
    contested,
    divide,
    from_moments,
    moments,
    numbers,
)

DRAWS = 9_999  # random arrangements where they cannot all be gone through
BUDGET = 10_000  # the most arrangements that are gone through one by one
_STAGES = (199, 599, 1_999)  # draws after which an item is given up whose p is plainly large
_MANY = 2**1000  # so many arrangements or more are too many to count
LARGE, HOLDING = 400, 100  # articles, and those that hold an item, from which a figure is close to normal
_PLAIN = 50  # arrangements as large as the observed one tell p to about a seventh of it

_FEW = 15  # of so many articles one is dealt to a side: from there on adding up beats a product of matrices
_DENSE = 0.25  # share of articles that hold an item; below, the sums go over those alone
Alive = dict[int, Places]  # for each side the items whose p is not yet known well enough


class PValues(NamedTuple):
    """For each item: p, the smallest p that these articles could reach, and whether p was counted out exactly."""

    p: Array
    smallest: Array
    exact: Mask


def frequent_enough(group: Side, rest: Side) -> Mask:
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
    return negative | ((expected_hits >= 5) & (expected_articles >= 3))


def label_permutation(group: Side, rest: Side, *, seed: int = 0, draws: int = DRAWS, budget: int = BUDGET) -> PValues:
    """How often a difference as large turns up when the articles are dealt out at random to the two sides.

    For sides that share no article. All deals are gone through where they are no more than `budget`; else `draws`
    random ones with the +1 of Phipson & Smyth 2010, fewer where p is plainly large (Besag & Clifford 1991). The
    difference of the figures is studentised (Chung & Romano 2013): exact where articles are exchangeable, close where
    one side's are longer. Where each side has 400 articles, 100 of which hold the item, that difference is normal to
    within what the draws can tell, and p is read from the normal distribution, no smaller than draws could make it.
    NaN where a side has no article.
    """
    both = Side(group.value + rest.value, group.n + rest.n)
    owner = np.where(group.n > 0, 0, np.where(rest.n > 0, 1, -1))
    return PValues(*(found[0] for found in label_permutations(both, owner, seed=seed, draws=draws, budget=budget)))


def label_permutations(
    articles: Side, owner: Places, *, seed: int = 0, draws: int = DRAWS, budget: int = BUDGET
) -> PValues:
    """`label_permutation` of each of many sides against all the others, by the same deals; sides by items.

    `owner` has the shape of the articles' n and says whose each is: a number from 0, or -1 for nobody's.
    """
    items = articles.value.shape[1]
    out = _untested((max(2, int(owner.max(initial=0)) + 1), items))
    patterns, which = np.unique(owner, axis=1, return_inverse=True)
    for number, whose in enumerate(patterns.T):
        alike = np.flatnonzero(np.broadcast_to(np.ravel(which) == number, items))
        rows = np.argsort(whose, kind="stable")[(whose < 0).sum() :]
        present, sizes = np.unique(whose[rows], return_counts=True)
        if len(present) > 1 and len(alike):
            deck = Side(articles.value[rows], articles.n[rows]).of_items(alike)
            for into, found in zip(out, _dealt(deck, sizes, seed, draws, budget), strict=True):
                into[np.ix_(present, alike)] = found
    return out


class _Deck:
    """Articles ready to be dealt out to sides: their moments, and how far some lie from all the others."""

    def __init__(self, articles: Side) -> None:
        self.items = articles.value.shape[1]
        self.moments = moments(articles)
        self._whole = self.moments.sum(axis=0)
        self._holding = articles.value != 0
        self.is_rare = articles.n.shape[1] == 1 and self._holding.mean() < _DENSE

    def widest(self, sizes: Places) -> int:
        """How many numbers are held at once for each deal to sides of these sizes."""
        few = int(sizes[_FEW * sizes < len(self.moments)].max(initial=1))
        return int(self.moments.shape[1]) * (len(sizes) if self.is_rare else few)

    def sums(self, chosen: Places) -> Array:
        """The summed moments of the articles that each row chooses: added up where they are few, else by weights."""
        if _FEW * chosen.shape[1] < len(self.moments):
            return np.asarray(self.moments[chosen].sum(axis=1))
        weights = np.zeros((len(chosen), len(self.moments)))
        np.put_along_axis(weights, chosen, 1.0, axis=1)
        return np.asarray(weights @ self.moments)

    def sums_of_all(self, order: Places, sizes: Places) -> Array:
        """The same of every side (sides by deals), where each row deals out all articles, and few hold an item."""
        shape, own = (len(order), len(sizes)), 3 * self.items
        out = np.empty((*shape, self.moments.shape[1]))
        out[:, :, own:] = np.add.reduceat(self.moments[:, own:][order], np.cumsum(sizes) - sizes, axis=1)
        place = np.empty(order.shape, dtype=np.intp)  # for each deal and article the number of its sum
        np.put_along_axis(place, order, np.repeat(np.arange(len(sizes)), sizes)[None], axis=1)
        place += len(sizes) * np.arange(len(order))[:, None]
        for item, holding in enumerate(self._holding.T):
            rows = np.flatnonzero(holding)
            where = place[:, rows].ravel()
            for column in range(item, own, self.items):
                values = np.tile(self.moments[rows, column], len(order))
                out[:, :, column] = np.bincount(where, values, out[:, :, column].size).reshape(shape)
        return out.swapaxes(0, 1)

    def contrast(self, sums: Array, count: Array | float) -> Array:
        """The studentised distance between so many articles, whose moments add up to `sums`, and the others."""
        figure, variance = from_moments(sums, count, self.items)
        other, other_variance = from_moments(self._whole - sums, len(self.moments) - count, self.items)
        gap = np.abs(figure - other)
        gap = np.where(gap > TIE * (np.abs(figure) + np.abs(other)), gap, 0.0)
        spread = np.sqrt(variance + other_variance)
        return np.where(gap == 0, 0.0, np.divide(gap, spread, out=np.full(gap.shape, np.inf), where=spread > 0))


def _dealt(articles: Side, sizes: Places, seed: int, draws: int, budget: int) -> PValues:
    """The result for sides of these sizes whose articles stand one after another: sides by items."""
    deck, number, counts = _Deck(articles), len(articles.value), sizes[:, None].astype(np.float64)
    starts, rng = np.cumsum(sizes) - sizes, np.random.default_rng(seed)
    deals = np.array([float(min(math.comb(number, size), _MANY)) for size in sizes.tolist()])
    exact = np.broadcast_to((deals <= budget)[:, None], (len(sizes), deck.items))
    observed = deck.contrast(np.add.reduceat(deck.moments, starts, axis=0), counts) * (1 - TIE)

    def drawn(size: int, alive: Alive) -> Iterator[tuple[int, Array]]:
        items = np.unique(np.concatenate(list(alive.values())))
        part = _Deck(articles.of_items(items))
        mine = {side: np.searchsorted(items, own) for side, own in alive.items()}
        for many in blocks(size, part.widest(sizes), number):
            order = rng.permuted(np.tile(np.arange(number, dtype=np.int32), (many, 1)), axis=1)
            sums = part.sums_of_all(order, sizes) if part.is_rare else None
            for side, own in mine.items():
                dealt = order[:, starts[side] : starts[side] + sizes[side]]
                gaps = part.contrast(part.sums(dealt) if sums is None else sums[side], counts[side])
                yield side, gaps[:, own]

    large = ~exact & _are_large(articles, sizes, starts)
    p = np.ones(exact.shape)
    if not (exact | large).all():
        as_large, done = _counted(np.where(exact | large, np.nan, observed), draws, drawn)
        p = (as_large + 1) / (done + 1)
    p[large] = np.maximum(_normal_tail(observed[large]), 1 / (draws + 1))
    for side in np.flatnonzero(exact[:, 0]):
        found = (deck.contrast(deck.sums(deal), counts[side]) for deal in _all_deals(number, sizes[side], deck))
        p[side] = sum((gaps >= observed[side]).sum(axis=0) for gaps in found) / deals[side]
    twins = np.where(2 * sizes == number, 2, 1)  # sides of one size: every deal has its mirror image
    return PValues(p, np.where(exact, (twins / deals)[:, None], 1 / (draws + 1)), exact)


def _are_large(articles: Side, sizes: Places, starts: Places) -> Mask:
    """The sides and items whose distance from the others is near enough to normal to do without dealing."""
    holding = np.add.reduceat((articles.value != 0).astype(np.int64), starts, axis=0)
    articles_enough = np.minimum(sizes, len(articles.value) - sizes)[:, None] >= LARGE
    enough: Mask = articles_enough & (np.minimum(holding, holding.sum(axis=0) - holding) >= HOLDING)
    return enough


def _normal_tail(distance: Array) -> Array:
    """How often a normal variable lies as many standard deviations off, on either side."""
    return np.array([math.erfc(float(each) / math.sqrt(2)) for each in distance], dtype=np.float64)


def _all_deals(number: int, size: int, deck: _Deck) -> Iterator[Places]:
    deals = np.array(list(combinations(range(number), int(size))))
    step = max(1, CELLS // deck.moments.shape[1])
    yield from (deals[first : first + step] for first in range(0, len(deals), step))


def _counted(
    observed: Array, draws: int, drawn: Callable[[int, Alive], Iterator[tuple[int, Array]]]
) -> tuple[Array, Array]:
    """How many random arrangements are as large as the observed one, and of how many: sides by items.

    After a stage a side's item is given up where at least `_PLAIN` were: its p is plainly large.
    """
    as_large, done = np.zeros(observed.shape), np.zeros(observed.shape)
    last = 0
    for stage in (*(stage for stage in _STAGES if stage < draws), draws):
        still = (as_large < _PLAIN) & ~np.isnan(observed)
        alive = {int(side): np.flatnonzero(still[side]) for side in np.flatnonzero(still.any(axis=1))}
        for side, gaps in drawn(stage - last, alive) if alive else ():
            as_large[side, alive[side]] += (gaps >= observed[side, alive[side]]).sum(axis=0)
        done[still], last = stage, stage
    return as_large, done


def sign_flip(group: Side, rest: Side, *, seed: int = 0, draws: int = DRAWS, budget: int = BUDGET) -> PValues:
    """How often a difference as large turns up when the sign of each article's part in it is drawn at random.

    For sides inside the same articles. An article's part is its deviation from the pooled figure on one side less that
    on the other, each over its side's total n: the parts add up to the difference of the two figures, and where every
    article weighs the same they are the plain differences within articles. All signs are gone through where they are no
    more than `budget`, else random ones as above. Canay, Romano & Shaikh 2017 for tests by signs.
    """
    out = _untested((group.value.shape[1],))
    for rows, items in contested(group, rest):
        parts = _parts(*bundled(group.part(rows, items), rest.part(rows, items)))
        patterns = 2 ** (len(parts) - 1)
        exact = patterns <= budget
        observed = np.abs(parts.sum(axis=0)) - TIE * np.abs(parts).sum(axis=0)
        if exact:
            out.p[items] = (np.abs(_all_signs(len(parts)) @ parts) >= observed).mean(axis=0)
        else:
            as_large, done = _counted(observed[None], draws, _random_signs(parts, seed))
            out.p[items] = ((as_large + 1) / (done + 1))[0]
        out.smallest[items], out.exact[items] = 1 / (patterns if exact else draws + 1), exact
    return out


def _untested(shape: tuple[int, ...]) -> PValues:
    return PValues(np.full(shape, np.nan), np.full(shape, np.nan), np.zeros(shape, dtype=bool))


def _parts(group: Side, rest: Side) -> Array:
    sizes = group.n.sum(axis=0), rest.n.sum(axis=0)
    pooled = divide(group.value.sum(axis=0) + rest.value.sum(axis=0), sizes[0] + sizes[1])
    parts: Array = (group.value - pooled * group.n) / sizes[0] - (rest.value - pooled * rest.n) / sizes[1]
    return parts


def _all_signs(count: int) -> Array:
    """Every pattern of signs but for mirror images: the first article's stays as it is."""
    patterns = np.arange(2 ** (count - 1))[:, None] >> np.arange(count - 1) & 1
    return np.hstack([np.ones((len(patterns), 1)), 1.0 - 2.0 * patterns])


def _random_signs(parts: Array, seed: int) -> Callable[[int, Alive], Iterator[tuple[int, Array]]]:
    rng = np.random.default_rng(seed)

    def drawn(size: int, alive: Alive) -> Iterator[tuple[int, Array]]:
        for many in blocks(size, *parts.shape):
            signs = rng.integers(0, 2, (many, len(parts)), dtype=np.int8) * 2.0 - 1.0
            yield 0, np.abs(signs @ parts[:, alive[0]])

    return drawn


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
