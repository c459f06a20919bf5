"""Keyness: how far two sides part in their use of a term, by every measure that reviewers ask for.

Each function takes the terms' counts on the two sides and the sizes of the sides in words. The sign rule is one for
all: positive where the first side uses the term more (by its share of the words), negative where less. What has no
direction (BIC, relative risk, odds ratio) says so. `keyness` reaches all of them by name; `METHODS` says what each is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .quantiles import beta_quantile
from .sides import LEVEL, Array, divide, numbers

Sizes = tuple[float, float]
PRIOR = 0.1  # of each term, in words
_AS_QUANTEDA = 1e-9  # R's quanteda, whose digits for Yates's correction are the known ones, has it inside the logarithm


class Keyness(NamedTuple):
    """For each term: the log-odds ratio, its variance, and z, the ratio over its standard error."""

    log_odds: Array
    variance: Array
    z: Array


def informative_prior(background: ArrayLike, weight: float) -> Array:
    """A Dirichlet prior in proportion to a background's counts, worth `weight` words in all (for `log_odds`)."""
    counts = numbers(background)
    return divide(weight * counts, counts.sum())


def log_odds(
    count: ArrayLike, rest: ArrayLike, sizes: Sizes, *, prior: ArrayLike = PRIOR, variance: str = "two-term"
) -> Keyness:
    """How far one side leans to each term: the log-odds ratio under a Dirichlet prior, and its z-score.

    `count` and `rest` are each term's counts on the two sides, `sizes` all words of each side. `prior` is one number
    for every term (uninformative) or one each (`informative_prior`). `variance` is two-term, as in the authors'
    published code, or four-term, with the two complements. Monroe, Colaresi & Quinn 2008.
    """
    if variance not in ("two-term", "four-term"):
        raise ValueError(f"variance is 'two-term' or 'four-term', not {variance!r}")
    a, b = numbers(count), numbers(rest)
    alpha = np.broadcast_to(numbers(prior), a.shape)
    whole = alpha.sum()
    a, b = (np.where(side + alpha > 0, side + alpha, np.nan) for side in (a, b))
    not_a, not_b = sizes[0] + whole - a, sizes[1] + whole - b
    delta = np.log(divide(a, not_a)) - np.log(divide(b, not_b))
    spread = 1 / a + 1 / b
    if variance == "four-term":
        spread = spread + divide(1.0, not_a) + divide(1.0, not_b)
    return Keyness(delta, spread, delta / np.sqrt(spread))


def log_likelihood(
    count: ArrayLike, rest: ArrayLike, sizes: Sizes, *, cells: int = 4, signed: bool = True, correction: str = "none"
) -> Array:
    """G2: how badly the counts fit one common rate. Signed: negative where the first side uses the term less.

    `cells` is 4 (the term and all other words: Dunning 1993) or 2 (the term alone: Rayson & Garside 2000). For four
    cells `correction` may be "Yates" or "Williams", which make it smaller where counts are small.
    """
    if cells not in (2, 4):
        raise ValueError(f"cells is 2 or 4, not {cells!r}")
    seen, expected = _cells(count, rest, sizes, correction)
    quotients = np.divide(seen, expected, out=np.ones_like(seen), where=seen > 0)
    tiny = np.where(np.isclose(quotients, 1), 0.0, _AS_QUANTEDA) if correction == "Yates" else 0.0
    g2 = np.maximum(2 * (seen * np.log(quotients + tiny))[:cells].sum(axis=0), 0.0)
    g2 = _corrected(g2, count, rest, sizes, correction)
    return _signed(g2, count, rest, sizes) if signed else g2


def chi_square(count: ArrayLike, rest: ArrayLike, sizes: Sizes, *, correction: str = "none") -> Array:
    """Pearson's chi-square over the term and all other words; sign and `correction` as in `log_likelihood`."""
    seen, expected = _cells(count, rest, sizes, correction)
    off = np.divide((seen - expected) ** 2, expected, out=np.zeros_like(seen), where=expected > 0)
    return _signed(_corrected(off.sum(axis=0), count, rest, sizes, correction), count, rest, sizes)


def _cells(count: ArrayLike, rest: ArrayLike, sizes: Sizes, correction: str) -> tuple[Array, Array]:
    """What was seen and what one common rate would give: the term on each side, then all other words on each side.

    Yates's correction takes each cell half a count nearer to what is expected, and never beyond it (Yates 1934).
    """
    a, b = numbers(count), numbers(rest)
    share = divide(a + b, sum(sizes))
    seen = np.array([a, b, sizes[0] - a, sizes[1] - b])
    expected = np.array([share * sizes[0], share * sizes[1], (1 - share) * sizes[0], (1 - share) * sizes[1]])
    nearer = np.sign(seen - expected) * np.minimum(np.abs(seen - expected), 0.5) if correction == "Yates" else 0.0
    return seen - nearer, expected


def _corrected(statistic: Array, count: ArrayLike, rest: ArrayLike, sizes: Sizes, correction: str) -> Array:
    """Williams's correction: the statistic over a factor above 1 that small margins make large (Williams 1976)."""
    if correction not in ("none", "Yates", "Williams"):
        raise ValueError(f"correction is 'none', 'Yates' or 'Williams', not {correction!r}")
    if correction != "Williams":
        return statistic
    total, term = sum(sizes), numbers(count) + numbers(rest)
    rows = divide(total, term) + divide(total, total - term) - 1
    columns = divide(total, sizes[0]) + divide(total, sizes[1]) - 1
    return np.where(term > 0, divide(statistic, 1 + rows * columns / (6 * total)), 0.0)


def _signed(statistic: Array, count: ArrayLike, rest: ArrayLike, sizes: Sizes) -> Array:
    return np.where(numbers(count) * sizes[1] < numbers(rest) * sizes[0], 0.0 - statistic, statistic)


def bic(count: ArrayLike, rest: ArrayLike, sizes: Sizes) -> Array:
    """How much the counts speak for two rates rather than one: above 2 some evidence, above 10 very strong (no sign).

    G2 of two cells less the logarithm of all words: an approximate Bayes factor. Below 0 they speak for one rate.
    Wilson 2013; degrees of evidence by Kass & Raftery 1995.
    """
    g2 = log_likelihood(count, rest, sizes, cells=2, signed=False)
    evidence: Array = g2 - np.log(sum(sizes))
    return evidence


def log_ratio(count: ArrayLike, rest: ArrayLike, sizes: Sizes) -> Array:
    """How many times over one side uses each term more, as a power of two: 1 is twice as often (Hardie 2014).

    A count of zero is read as a half, so that the ratio stays finite; NaN where both are zero.
    """
    a, b = numbers(count), numbers(rest)
    ratios = divide(np.where(a == 0, 0.5, a) * sizes[1], np.where(b == 0, 0.5, b) * sizes[0])
    return np.where((a + b > 0) & (min(sizes) > 0), np.log2(np.where(ratios > 0, ratios, 1.0)), np.nan)


def conservative_log_ratio(count: ArrayLike, rest: ArrayLike, sizes: Sizes) -> Array:
    """The smallest log ratio that the counts still allow: 0 where they allow that both sides use the term alike.

    The end nearer to 0 of an exact interval for the ratio of two Poisson rates, widened for the number of terms
    (Bonferroni): with 95% certainty none of all the terms is overrated, if words were drawn one by one. Evert 2022.
    """
    a, b = numbers(count), numbers(rest)
    tested = a + b > 0
    tail = (1 - LEVEL) / 2 / max(int(tested.sum()), 1)
    low = np.nan_to_num(beta_quantile(tail, a, b + 1), nan=0.0)
    high = 1 - np.nan_to_num(beta_quantile(tail, b, a + 1), nan=0.0)
    with np.errstate(divide="ignore"):
        ends = [np.log2(divide(end * sizes[1], (1 - end) * sizes[0])) for end in (low, high)]
    bound = np.where(a * sizes[1] >= b * sizes[0], np.maximum(ends[0], 0.0), np.minimum(ends[1], 0.0))
    return np.where(tested, bound, np.nan)


def odds_ratio(count: ArrayLike, rest: ArrayLike, sizes: Sizes) -> Array:
    """The odds of a term on the first side over those on the second; infinite where only the first has it.

    1 is no difference; NaN where neither side has the term.
    """
    a, b = numbers(count), numbers(rest)
    return _over(a * (sizes[1] - b), b * (sizes[0] - a))


def relative_risk(count: ArrayLike, rest: ArrayLike, sizes: Sizes) -> Array:
    """How many times as often the first side uses a term; infinite where only the first has it, 1 is no difference."""
    return _over(numbers(count) * sizes[1], numbers(rest) * sizes[0])


def percent_difference(count: ArrayLike, rest: ArrayLike, sizes: Sizes) -> Array:
    """%DIFF: by how many percent the first side's rate lies above the second's; infinite where only the first has it.

    Gabrielatos & Marchi 2011.
    """
    return 100 * (relative_risk(count, rest, sizes) - 1)


def _over(above: Array, below: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient: Array = above / below
    return quotient


@dataclass(frozen=True)
class Method:
    """One way to score terms: what the score is called, where it comes from, and how it is computed."""

    unit: str
    says: str
    score: Callable[[Array, Array, Sizes], Array]


def weighted(
    count: ArrayLike, rest: ArrayLike, sizes: Sizes, *, variance: str = "two-term", informed: bool = False
) -> Keyness:
    """`log_odds` with a prior of 0.1 a term; `informed` deals out as much in proportion to the terms' counts in all."""
    a, b = numbers(count), numbers(rest)
    prior = informative_prior(a + b, PRIOR * a.size) if informed else PRIOR
    return log_odds(a, b, sizes, prior=prior, variance=variance)


def _log_odds_method(variance: str, informed: bool) -> Method:
    prior = "informative prior, in proportion to the counts in all groups" if informed else "prior of 0.1 a term"
    return Method(
        "z-score of the log-odds ratio",
        "z-score of the weighted log-odds ratio (Monroe, Colaresi & Quinn 2008; "
        f"Dirichlet {prior}; {variance} variance)",
        lambda a, b, sizes: weighted(a, b, sizes, variance=variance, informed=informed).z,
    )


def _corrected_method(name: str, statistic: Callable[..., Array], correction: str, reference: str) -> Method:
    of = "" if correction == "none" else f", {correction}'s correction"
    return Method(
        f"signed {name}",
        f"{name} over four cells{of} ({reference}); negative where a group uses the term less",
        lambda a, b, sizes: statistic(a, b, sizes, correction=correction),
    )


METHODS: Mapping[str, Method] = {
    "log-odds": _log_odds_method("two-term", False),
    "log-odds four-term": _log_odds_method("four-term", False),
    "log-odds informative": _log_odds_method("two-term", True),
    "log-odds informative four-term": _log_odds_method("four-term", True),
    "G2": _corrected_method("G2", log_likelihood, "none", "Dunning 1993"),
    "G2 two-cell": Method(
        "signed G2",
        "G2 over two cells (Rayson & Garside 2000); negative where a group uses the term less",
        lambda a, b, sizes: log_likelihood(a, b, sizes, cells=2),
    ),
    "G2 Yates": _corrected_method("G2", log_likelihood, "Yates", "Dunning 1993; Yates 1934"),
    "G2 Williams": _corrected_method("G2", log_likelihood, "Williams", "Dunning 1993; Williams 1976"),
    "chi-square": _corrected_method("chi-square", chi_square, "none", "Pearson 1900"),
    "chi-square Yates": _corrected_method("chi-square", chi_square, "Yates", "Pearson 1900; Yates 1934"),
    "chi-square Williams": _corrected_method("chi-square", chi_square, "Williams", "Pearson 1900; Williams 1976"),
    "BIC": Method(
        "BIC (approximate Bayes factor)",
        "BIC, G2 over two cells less the logarithm of all words (Wilson 2013); it has no sign: above 2 is evidence for "
        "two rates, above 10 very strong",
        bic,
    ),
    "log ratio": Method(
        "log ratio (1: twice as often)", "log ratio (Hardie 2014), a count of 0 read as a half", log_ratio
    ),
    "conservative log ratio": Method(
        "conservative log ratio (1: at least twice as often)",
        "conservative log ratio (Evert 2022): the end nearer to 0 of the exact 95% interval of the log ratio, "
        "Bonferroni over the terms; it takes words for drawn one by one",
        conservative_log_ratio,
    ),
    "%DIFF": Method(
        "%DIFF", "%DIFF (Gabrielatos & Marchi 2011), infinite where only that group has the term", percent_difference
    ),
    "relative risk": Method(
        "relative risk (1: alike)",
        "relative risk, the ratio of the two rates, infinite where only that group has the term",
        relative_risk,
    ),
    "odds ratio": Method(
        "odds ratio (1: alike)", "odds ratio, infinite where only that group has the term", odds_ratio
    ),
}


def keyness(count: ArrayLike, rest: ArrayLike, sizes: Sizes, *, method: str = "log-odds") -> Array:
    """Each term's score by a method of `METHODS`: how far the first side parts from the second in its use of it.

    NaN where a side has no words, or neither has the term.
    """
    if method not in METHODS:
        raise ValueError(f"method is one of {', '.join(METHODS)}, not {method!r}")
    a, b = numbers(count), numbers(rest)
    if min(sizes) <= 0:
        return np.full(a.shape, np.nan)
    return np.where(a + b > 0, METHODS[method].score(a, b, sizes), np.nan)
