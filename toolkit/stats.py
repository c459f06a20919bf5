"""Plain statistics on arrays: intervals, tests and keyness. Knows nothing of articles' texts, outlets or parties.

Everywhere a row is an article (the unit that is sampled: what stands in one article is not independent) and a column
is an item. A figure is sum(value) / sum(n), a ratio of sums. An article with n = 0 for an item has nothing to say
about it and is not counted for it. Undefined is NaN, never 0.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Places = NDArray[np.intp]
Sizes = tuple[float, float]

DRAWS = 9_999  # random arrangements where they cannot all be gone through
BUDGET = 10_000  # the most arrangements that are gone through one by one
RESAMPLES = 1_999
_CELLS = 2_000_000  # numbers held at once while resampling: bounds the memory
_TIE = 1e-9  # arrangements that differ by less than this share are ties, not noise of the arithmetic


def _numbers(values: ArrayLike) -> Array:
    return np.asarray(values, dtype=np.float64)


def _table(values: ArrayLike) -> Array:
    """Articles by items; a flat list is one item."""
    array = _numbers(values)
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
        n = self.n if self.n.shape[1] == 1 else self.n[:, items]
        return Side(self.value[rows][:, items], n[rows])


class PValues(NamedTuple):
    """For each item: p, the smallest p that these articles could reach, and whether p was counted out exactly."""

    p: Array
    smallest: Array
    exact: Mask


class Keyness(NamedTuple):
    """For each term: the log-odds ratio, its variance, and z, the ratio over its standard error."""

    log_odds: Array
    variance: Array
    z: Array


def ratio(value: ArrayLike, n: ArrayLike) -> Array:
    """Each item's figure, sum(value) / sum(n); NaN where there is nothing to divide by."""
    side = Side.of(value, n)
    return _divide(side.value.sum(axis=0), side.n.sum(axis=0))


def _divide(above: Array | float, below: Array | float) -> Array:
    out = np.full(np.broadcast_shapes(np.shape(above), np.shape(below)), np.nan)
    quotient: Array = np.divide(above, below, out=out, where=np.not_equal(below, 0))
    return quotient


def _supports(n: Array, items: int) -> Iterator[tuple[Mask, Places]]:
    """The items that the same articles speak to, together: (which articles, which items)."""
    if n.shape[1] == 1:
        patterns, which = n > 0, np.zeros(items, dtype=np.intp)
    else:
        patterns, which = np.unique(n > 0, axis=1, return_inverse=True)
    for number in range(patterns.shape[1] if items else 0):
        yield patterns[:, number], np.flatnonzero(np.ravel(which) == number)


def _figure_and_variance(weights: Array, side: Side) -> tuple[Array, Array]:
    """The ratio and its linearised variance (draws by items) for each row of article weights."""
    value, n = side.value, side.n
    size = weights @ n
    figure = _divide(weights @ value, size)
    squares = weights @ value**2
    spread = squares - 2 * figure * (weights @ (value * n)) + figure**2 * (weights @ n**2)
    spread = np.where(spread > 1e-12 * squares, spread, 0.0)  # what rounding leaves of a spread of nothing
    count = weights.sum(axis=1, keepdims=True)
    variance: Array = _divide(spread, size**2) * count / np.maximum(count - 1, 1)
    return figure, variance


def jackknife_error(value: ArrayLike, n: ArrayLike) -> Array:
    """Each item's standard error: how far its figure moves as one article after another is left out; NaN below two."""
    side = Side.of(value, n)
    out = np.full(side.value.shape[1], np.nan)
    for rows, items in _supports(side.n, side.value.shape[1]):
        part, count = side.part(rows, items), int(rows.sum())
        if count > 1:
            without = _divide(part.value.sum(axis=0) - part.value, part.n.sum(axis=0) - part.n)
            off = (without - ratio(part.value, part.n)) ** 2
            out[items] = np.sqrt((count - 1) / count * off.sum(axis=0))
    return out


def t_quantile(share: float, freedom: int) -> float:
    """The value below which `share` of Student's t distribution lies (Abramowitz & Stegun 26.7.3-4, bisected)."""
    if share < 0.5:
        return -t_quantile(1 - share, freedom)
    low, high = 0.0, 1.0
    while _t_share(high, freedom) < share:
        high *= 2
    while high - low > 1e-12 * max(1.0, high):
        middle = (low + high) / 2
        low, high = (middle, high) if _t_share(middle, freedom) < share else (low, middle)
    return (low + high) / 2


def _t_share(t: float, freedom: int) -> float:
    angle = math.atan(t / math.sqrt(freedom))
    odd = freedom % 2
    term = total = math.cos(angle) if odd else 1.0
    for k in range(2 + odd, freedom - 1, 2):
        term *= (k - 1) / k * math.cos(angle) ** 2
        total += term
    middle = total * math.sin(angle) if freedom > 1 else 0.0
    return 0.5 + ((angle + middle) / math.pi if odd else middle / 2)


def student_t_interval(value: ArrayLike, n: ArrayLike, *, level: float = 0.95) -> tuple[Array, Array]:
    """Student-t interval of each item's figure, with the jackknife's standard error.

    Right where article values are near to normal; too narrow where most articles have none of an item and few much.
    """
    side = Side.of(value, n)
    figure, error = ratio(value, n), jackknife_error(value, n)
    counts = np.broadcast_to((side.n > 0).sum(axis=0), figure.shape)
    reach = {c: t_quantile((1 + level) / 2, int(c) - 1) if c > 1 else np.nan for c in np.unique(counts)}
    half = np.where(error > 0, error, np.nan) * np.array([reach[c] for c in counts])
    return figure - half, figure + half


def bootstrap_t_interval(
    value: ArrayLike, n: ArrayLike, *, level: float = 0.95, seed: int = 0, draws: int = RESAMPLES
) -> tuple[Array, Array]:
    """Bootstrap-t (studentised) interval of each item's figure: articles are drawn anew, and it leans as they do.

    NaN where the articles cannot bound the figure: fewer than two, no variation between them, or so few that hold the
    item at all that one end would be infinite. Efron & Tibshirani 1993, chapter 12; with a linearised standard error
    inside the resamples and the jackknife's outside.
    """
    side = Side.of(value, n)
    low = np.full(side.value.shape[1], np.nan)
    high = low.copy()
    for rows, items in _supports(side.n, side.value.shape[1]):
        for some in np.array_split(items, math.ceil(len(items) * draws / _CELLS)) if rows.sum() > 1 else ():
            low[some], high[some] = _bootstrap_t(side.part(rows, some), level, seed, draws)
    return low, high


def _bootstrap_t(side: Side, level: float, seed: int, draws: int) -> tuple[Array, Array]:
    centre, error = ratio(side.value, side.n), jackknife_error(side.value, side.n)
    rng, count = np.random.default_rng(seed), len(side.value)
    drawn = (rng.multinomial(count, np.full(count, 1 / count), size) for size in _blocks(draws, *side.value.shape))
    pieces = [_figure_and_variance(weights.astype(np.float64), side) for weights in drawn]
    figure, variance = (np.vstack(columns) for columns in zip(*pieces, strict=True))
    off = np.where(np.isclose(figure, centre, rtol=_TIE, atol=0), 0.0, figure - centre)
    with np.errstate(divide="ignore", invalid="ignore"):
        studentised = np.where(off == 0, 0.0, off / np.sqrt(variance))
    studentised.sort(axis=0)
    cut = max(1, math.floor((draws + 1) * (1 - level) / 2))
    with np.errstate(invalid="ignore"):
        low, high = centre - studentised[-cut] * error, centre - studentised[cut - 1] * error
    bounded = np.isfinite(low) & np.isfinite(high) & (error > 0)
    return np.where(bounded, low, np.nan), np.where(bounded, high, np.nan)


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
    expected_hits = _divide(total * np.minimum(*sizes), sizes[0] + sizes[1])
    expected_articles = _divide(holding * np.minimum(*counts), counts[0] + counts[1])
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
    for rows, in_group, items in _contested(group, rest):
        part, member = both.part(rows, items), in_group[rows].astype(np.float64)
        deals = math.comb(len(member), int(member.sum()))
        exact = deals <= budget
        observed = _contrast(member[None, :], part) * (1 - _TIE)
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
    for rows, _, items in _contested(group, rest):
        parts = _parts(group.part(rows, items), rest.part(rows, items))
        patterns = 2 ** (len(parts) - 1)
        exact = patterns <= budget
        observed = np.abs(parts.sum(axis=0)) - _TIE * np.abs(parts).sum(axis=0)
        as_large = np.zeros(len(items))
        for signs in _all_signs(len(parts)) if exact else _random_signs(parts, seed, draws):
            as_large += (np.abs(signs @ parts) >= observed).sum(axis=0)
        _note(out, items, as_large, (1, patterns if exact else draws + 1), exact)
    return out


def _contested(group: Side, rest: Side) -> Iterator[tuple[Mask, Mask, Places]]:
    """Items that both sides speak to: (articles of either side, articles of the group, which items)."""
    for sides, items in _supports(np.vstack([group.n, rest.n]), group.value.shape[1]):
        in_group, in_rest = np.split(sides, 2)
        if in_group.any() and in_rest.any():
            yield in_group | in_rest, in_group, items


def _untested(items: int) -> PValues:
    return PValues(np.full(items, np.nan), np.full(items, np.nan), np.zeros(items, dtype=bool))


def _note(out: PValues, items: Places, as_large: Array, smallest: tuple[int, int], exact: bool) -> None:
    """Write down the result for some items; the observed arrangement itself counts among random ones."""
    out.p[items] = (as_large + (0 if exact else 1)) / smallest[1]
    out.smallest[items] = smallest[0] / smallest[1]
    out.exact[items] = exact


def _contrast(weights: Array, side: Side) -> Array:
    """The studentised distance between the articles that `weights` takes and the others."""
    figure, variance = _figure_and_variance(weights, side)
    other, other_variance = _figure_and_variance(1 - weights, side)
    gap = np.abs(figure - other)
    gap = np.where(gap > _TIE * (np.abs(figure) + np.abs(other)), gap, 0.0)
    spread = np.sqrt(variance + other_variance)
    return np.where(gap == 0, 0.0, np.divide(gap, spread, out=np.full(gap.shape, np.inf), where=spread > 0))


def _parts(group: Side, rest: Side) -> Array:
    sizes = group.n.sum(axis=0), rest.n.sum(axis=0)
    pooled = _divide(group.value.sum(axis=0) + rest.value.sum(axis=0), sizes[0] + sizes[1])
    parts: Array = (group.value - pooled * group.n) / sizes[0] - (rest.value - pooled * rest.n) / sizes[1]
    return parts


def _blocks(draws: int, rows: int, items: int) -> Iterator[int]:
    """Numbers of draws that add up to `draws`, each small enough to be held at once."""
    step = max(1, _CELLS // max(rows, items))
    yield from (min(step, draws - done) for done in range(0, draws, step))


def _all_deals(member: Array, side: Side) -> Iterator[Array]:
    chosen = np.array(list(combinations(range(len(member)), int(member.sum()))))
    deals = np.zeros((len(chosen), len(member)))
    np.put_along_axis(deals, chosen, 1.0, axis=1)
    step = max(1, _CELLS // side.value.shape[1])
    yield from (deals[first : first + step] for first in range(0, len(deals), step))


def _random_deals(member: Array, side: Side, seed: int, draws: int) -> Iterator[Array]:
    rng = np.random.default_rng(seed)
    for size in _blocks(draws, *side.value.shape):
        yield rng.permuted(np.tile(member, (size, 1)), axis=1)


def _all_signs(count: int) -> Iterator[Array]:
    """Every pattern of signs but for mirror images: the first article's stays as it is."""
    patterns = np.arange(2 ** (count - 1))[:, None] >> np.arange(count - 1) & 1
    yield np.hstack([np.ones((len(patterns), 1)), 1.0 - 2.0 * patterns])


def _random_signs(parts: Array, seed: int, draws: int) -> Iterator[Array]:
    rng = np.random.default_rng(seed)
    for size in _blocks(draws, *parts.shape):
        yield rng.choice(np.array([-1.0, 1.0]), (size, len(parts)))


def benjamini_hochberg(p: ArrayLike) -> Array:
    """p-values adjusted for their number, so that of those under a bound no larger a share is false alarms.

    Missing ones stay missing and are not counted among the tests. Benjamini & Hochberg 1995.
    """
    values = _numbers(p)
    out = np.full(values.shape, np.nan)
    there = np.flatnonzero(~np.isnan(values))
    order = there[np.argsort(values[there], kind="stable")[::-1]]
    scaled = values[order] * len(order) / np.arange(len(order), 0, -1)
    out[order] = np.minimum.accumulate(np.minimum(scaled, 1.0))
    return out


def informative_prior(background: ArrayLike, weight: float) -> Array:
    """A Dirichlet prior in proportion to a background's counts, worth `weight` words in all (for `log_odds`)."""
    counts = _numbers(background)
    return _divide(weight * counts, counts.sum())


def log_odds(
    count: ArrayLike, rest: ArrayLike, sizes: Sizes, *, prior: ArrayLike = 0.1, variance: str = "two-term"
) -> Keyness:
    """How far one side leans to each term: the log-odds ratio under a Dirichlet prior, and its z-score.

    `count` and `rest` are each term's counts on the two sides, `sizes` all words of each side. `prior` is one number
    for every term (uninformative) or one each (`informative_prior`). `variance` is two-term, as in the authors'
    published code, or four-term, with the two complements. Monroe, Colaresi & Quinn 2008.
    """
    if variance not in ("two-term", "four-term"):
        raise ValueError(f"variance is 'two-term' or 'four-term', not {variance!r}")
    a, b = _numbers(count), _numbers(rest)
    alpha = np.broadcast_to(_numbers(prior), a.shape)
    whole = alpha.sum()
    a, b = a + alpha, b + alpha
    not_a, not_b = sizes[0] + whole - a, sizes[1] + whole - b
    delta = np.log(_divide(a, not_a)) - np.log(_divide(b, not_b))
    spread = 1 / a + 1 / b
    if variance == "four-term":
        spread = spread + _divide(1.0, not_a) + _divide(1.0, not_b)
    return Keyness(delta, spread, delta / np.sqrt(spread))


def log_likelihood(count: ArrayLike, rest: ArrayLike, sizes: Sizes, *, cells: int = 4, signed: bool = True) -> Array:
    """G2: how badly the counts fit one common rate. Signed: negative where the first side uses the term less.

    `cells` is 4 (the term and all other words: Dunning 1993) or 2 (the term alone: Rayson & Garside 2000).
    """
    if cells not in (2, 4):
        raise ValueError(f"cells is 2 or 4, not {cells!r}")
    a, b = _numbers(count), _numbers(rest)
    share = (a + b) / sum(sizes)
    pairs = [(a, share * sizes[0]), (b, share * sizes[1])]
    if cells == 4:
        pairs += [(sizes[0] - a, (1 - share) * sizes[0]), (sizes[1] - b, (1 - share) * sizes[1])]
    quotients = [np.divide(seen, expected, out=np.ones_like(seen), where=seen > 0) for seen, expected in pairs]
    summed = sum(seen * np.log(quotient) for (seen, _), quotient in zip(pairs, quotients, strict=True))
    g2 = np.maximum(2 * summed, 0.0)
    return np.where(signed & (a * sizes[1] < b * sizes[0]), -g2, g2)


def log_ratio(count: ArrayLike, rest: ArrayLike, sizes: Sizes) -> Array:
    """How many times over one side uses each term more, as a power of two: 1 is twice as often (Hardie 2014).

    A count of zero is read as a half, so that the ratio stays finite; NaN where both are zero.
    """
    a, b = _numbers(count), _numbers(rest)
    ratios = _divide(np.where(a == 0, 0.5, a) * sizes[1], np.where(b == 0, 0.5, b) * sizes[0])
    return np.where((a + b > 0) & (min(sizes) > 0), np.log2(np.where(ratios > 0, ratios, 1.0)), np.nan)


def odds_ratio(count: ArrayLike, rest: ArrayLike, sizes: Sizes) -> Array:
    """The odds of a term on the first side over those on the second; 0, infinite or NaN where a count is zero."""
    a, b = _numbers(count), _numbers(rest)
    with np.errstate(divide="ignore", invalid="ignore"):
        return (a * (sizes[1] - b)) / (b * (sizes[0] - a))
