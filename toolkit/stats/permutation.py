"""Tests by rearranging articles: how often a difference as large turns up when chance deals them out."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .decks import Deck, SparseDeck, deck_of
from .sides import CELLS, TIE, Array, Hits, Mask, Moments, Places, Side, blocks, bundled, contested, divide, numbers

DRAWS = 9_999  # random arrangements where they cannot all be gone through
BUDGET = 10_000  # the most arrangements that are gone through one by one
_STAGES = (199, 599, 1_999)  # draws after which an item is given up whose p is plainly large
_MANY = 2**1000  # so many arrangements or more are too many to count
LARGE, HOLDING = 400, 100  # articles, and those that hold an item, from which a figure is close to normal
_PLAIN = 50  # arrangements as large as the observed one tell p to about a seventh of it
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
    wanted = np.ones((2, both.items), dtype=bool)
    found = label_permutations([both], owner, wanted, seed=seed, draws=draws, budget=budget)
    return PValues(*(values[0] for values in found))


def label_permutations(
    parts: Iterable[Side],
    owner: Places,
    wanted: Mask,
    *,
    seed: int = 0,
    draws: int = DRAWS,
    budget: int = BUDGET,
) -> PValues:
    """`label_permutation` of each of many sides against all the others, by the same deals; sides by items.

    `parts` are the articles by some items after others. `owner` says whose an article is, a number from 0, or -1 for
    nobody's: in one column, or by item where items bring their own n. `wanted` are the sides and items to be tested; p
    is missing at the others. Where all items share one n they are dealt together, however many parts there are.
    """
    out = _untested(wanted.shape)
    for sides, sizes, pieces in _rounds(parts, owner, wanted):
        waiting = []
        for items, articles in pieces:
            where, deck = np.ix_(sides, items), deck_of(articles, sizes)
            for into, found in zip(out, _without_draws(deck, draws, budget), strict=True):
                into[where] = found
            left = np.flatnonzero((wanted[where] & np.isnan(out.p[where])).any(axis=0))
            if len(left):
                waiting.append((items[left], _thin(deck.articles.of_items(left))))
        if waiting:
            where = np.ix_(sides, np.concatenate([items for items, _ in waiting]))
            still = wanted[where] & np.isnan(out.p[where])
            deck = deck_of(_joined([articles for _, articles in waiting]), sizes)
            out.p[where] = np.where(still, _by_draws(deck, still, seed, draws), out.p[where])
    out.p[~wanted] = np.nan
    return out


Pieces = Iterable[tuple[Places, Side]]  # which items, and the articles by these


def _rounds(parts: Iterable[Side], owner: Places, wanted: Mask) -> Iterator[tuple[Places, Places, Pieces]]:
    """What is dealt together: the sides, the number of articles of each, and the articles side by side, by items."""
    pieces = _numbered(parts, wanted)
    for whose, own in [(owner[:, 0], pieces)] if owner.shape[1] == 1 else _alike(pieces, owner):
        rows = np.argsort(whose, kind="stable")[(whose < 0).sum() :]
        sides, sizes = np.unique(whose[rows], return_counts=True)
        if len(sides) > 1:
            yield sides, sizes, ((items, articles.of_articles(rows)) for items, articles in own)


def _numbered(parts: Iterable[Side], wanted: Mask) -> Iterator[tuple[Places, Side]]:
    """Each part's items that are wanted, by their numbers among all."""
    first = 0
    for part in parts:
        items = np.flatnonzero(wanted[:, first : first + part.items].any(axis=0))
        if len(items):
            yield first + items, part.of_items(items)
        first += part.items


def _alike(pieces: Pieces, owner: Places) -> Iterator[tuple[Places, Pieces]]:
    """The items that the same articles speak to: whose these are, and the items."""
    for items, articles in pieces:
        patterns, which = np.unique(owner[:, items], axis=1, return_inverse=True)
        for number, whose in enumerate(patterns.T):
            own = np.flatnonzero(np.ravel(which) == number)
            yield whose, [(items[own], articles.of_items(own))]


def _thin(articles: Side | Hits) -> Side | Hits:
    """What takes least memory while it waits."""
    return Hits.of(articles) if isinstance(articles, Hits) or articles.n.shape[1] == 1 else articles


def _joined(parts: Sequence[Side | Hits]) -> Side | Hits:
    """The same articles by the items of one part after the other; where there are several, these share one n."""
    return parts[0] if len(parts) == 1 else Hits.joined(parts)


def _without_draws(deck: Deck | SparseDeck, draws: int, budget: int) -> PValues:
    """What all deals tell where they are few, and the normal distribution where articles are many; p else missing."""
    sizes, sums = deck.sizes, deck.sums()
    whole, counts = sums.total(), sizes[:, None].astype(np.float64)
    deals = np.array([float(min(math.comb(deck.number, size), _MANY)) for size in sizes.tolist()])
    exact = np.broadcast_to((deals <= budget)[:, None], (len(sizes), deck.items))
    observed = _contrast(sums, counts, whole, deck.number) * (1 - TIE)
    large = ~exact & _are_large(deck)
    p = np.full(exact.shape, np.nan)
    p[large] = np.maximum(_normal_tail(observed[large]), 1 / (draws + 1))
    for side in np.flatnonzero(exact[:, 0]):
        chosen = (deck.chosen(deal) for deal in _all_deals(deck.number, sizes[side], deck.items))
        gaps = (_contrast(sums, counts[side], whole, deck.number) for sums in chosen)
        p[side] = sum((gap >= observed[side]).sum(axis=0) for gap in gaps) / deals[side]
    twins = np.where(2 * sizes == deck.number, 2, 1)  # sides of one size: every deal has its mirror image
    return PValues(p, np.where(exact, (twins / deals)[:, None], 1 / (draws + 1)), exact)


def _by_draws(deck: Deck | SparseDeck, wanted: Mask, seed: int, draws: int) -> Array:
    """The p of the sides and items that are wanted, by random deals."""
    sizes, sums, rng = deck.sizes, deck.sums(), np.random.default_rng(seed)
    whole, counts = sums.total(), sizes[:, None].astype(np.float64)
    observed = _contrast(sums, counts, whole, deck.number) * (1 - TIE)

    def drawn(size: int, alive: Alive) -> Iterator[tuple[int, Array]]:
        items = np.unique(np.concatenate(list(alive.values())))
        part = deck.of_items(items)
        for many in blocks(size, part.width, deck.number):
            order = rng.permuted(np.tile(np.arange(deck.number, dtype=np.int32), (many, 1)), axis=1)
            for side, dealt in part.dealt(order, alive):
                own = dealt.of_items(np.searchsorted(items, alive[side]))
                yield side, _contrast(own, counts[side], whole.of_items(alive[side]), deck.number)

    as_large, done = _counted(np.where(wanted, observed, np.nan), draws, drawn)
    return (as_large + 1) / (done + 1)


def _contrast(sums: Moments, count: Array | float, whole: Moments, number: int) -> Array:
    """The studentised distance between so many articles and the others, of so many in all."""
    figure, variance = sums.figure_and_variance(count)
    other, other_variance = whole.without(sums).figure_and_variance(number - count)
    gap = np.abs(figure - other)
    gap = np.where(gap > TIE * (np.abs(figure) + np.abs(other)), gap, 0.0)
    spread = np.sqrt(variance + other_variance)
    return np.where(gap == 0, 0.0, np.divide(gap, spread, out=np.full(gap.shape, np.inf), where=spread > 0))


def _are_large(deck: Deck | SparseDeck) -> Mask:
    """The sides and items whose distance from the others is near enough to normal to do without dealing."""
    holding, sizes = deck.holding(), deck.sizes[:, None]
    many: Mask = np.minimum(sizes, deck.number - sizes) >= LARGE
    enough: Mask = many & (np.minimum(holding, holding.sum(axis=0) - holding) >= HOLDING)
    return enough


def _normal_tail(distance: Array) -> Array:
    """How often a normal variable lies as many standard deviations off, on either side."""
    return np.array([math.erfc(float(each) / math.sqrt(2)) for each in distance], dtype=np.float64)


def _all_deals(number: int, size: int, items: int) -> Iterator[Places]:
    deals = np.array(list(combinations(range(number), int(size))))
    step = max(1, CELLS // (5 * items))
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
