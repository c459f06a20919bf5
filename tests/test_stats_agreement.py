"""Krippendorff's alpha against the digits of his 2011 example, NLTK, hand arithmetic, and by its properties."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.metrics.agreement import AnnotationTask

from toolkit import stats

N = np.nan
EXAMPLE = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
    [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
]


@pytest.mark.parametrize(
    ("level", "alpha"), [("nominal", 0.743421), ("ordinal", 0.815388), ("interval", 0.849107), ("ratio", 0.797403)]
)
def test_the_example_of_2011(level, alpha):
    assert stats.krippendorff_alpha(EXAMPLE, level=level) == pytest.approx(alpha, abs=5e-7)


def test_two_coders_and_two_codes_by_hand():
    """Units ab, aa, bb, bb: 2 of 8 pairs differ, and of 8 values 3 are a and 5 are b: 1 - 7 * 2 / (2 * 3 * 5)."""
    assert stats.krippendorff_alpha([[0, 0, 1, 1], [1, 0, 1, 1]]) == pytest.approx(1 - 7 * 2 / 30)


codes = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=20)


@given(codes)
def test_without_gaps_nominal_agrees_with_nltk(units):
    ratings = np.array(units, dtype=float).T
    ours = stats.krippendorff_alpha(ratings)
    if len(np.unique(ratings)) == 1:
        assert np.isnan(ours)
        return
    rows = [(coder, unit, code) for coder, row in enumerate(ratings) for unit, code in enumerate(row)]
    assert ours == pytest.approx(AnnotationTask(rows).alpha())


@given(codes, st.sampled_from(stats.LEVELS), st.randoms(use_true_random=False))
def test_order_of_coders_and_units_and_single_codes_change_nothing(units, level, random):
    ratings = np.array(units, dtype=float).T
    shuffled = ratings[random.sample(range(3), 3)][:, random.sample(range(len(units)), len(units))]
    alone = np.array([[7.0], [N], [N]])
    alphas = [stats.krippendorff_alpha(r, level=level) for r in (ratings, shuffled, np.hstack([ratings, alone]))]
    assert alphas == pytest.approx([alphas[0]] * 3, nan_ok=True)
    assert np.isnan(alphas[0]) or alphas[0] <= 1


def test_interval_and_ratio_follow_the_unit_of_the_numbers():
    numbers = np.array(EXAMPLE)
    alpha = stats.krippendorff_alpha
    assert alpha(numbers * 7 + 3, level="interval") == pytest.approx(alpha(numbers, level="interval"))
    assert alpha(numbers * 7, level="ratio") == pytest.approx(alpha(numbers, level="ratio"))
    assert alpha(numbers**3, level="ordinal") == pytest.approx(alpha(numbers, level="ordinal"))


@pytest.mark.parametrize("ratings", [[[1, 1, 1], [1, 1, 1]], [[1, N, 2], [N, 1, N]], [[N], [N]], [[], []]])
def test_what_cannot_be_compared_is_undefined(ratings):
    for level in stats.LEVELS:
        assert np.isnan(stats.krippendorff_alpha(ratings, level=level))
        assert np.isnan(stats.alpha_interval(ratings, level=level)).all()


def coded(units, seed=0):
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 4, units)
    return np.array([np.where(rng.random(units) < 0.2, rng.integers(0, 4, units), truth) for _ in range(2)], float)


def test_the_interval_holds_alpha_and_narrows_with_more_units():
    widths = []
    for units in (60, 600):
        ratings = coded(units)
        low, high = stats.alpha_interval(ratings, draws=399)
        assert low < stats.krippendorff_alpha(ratings) < high <= 1
        widths.append(high - low)
    assert widths[1] < widths[0] / 2
    assert stats.alpha_interval(coded(60), draws=99, seed=3) == stats.alpha_interval(coded(60), draws=99, seed=3)


def test_units_that_stand_together_are_drawn_together():
    """Every unit ten times over says no more than once: the interval is that of the units, not ten times narrower."""
    ratings = coded(40)
    tenfold, articles = np.repeat(ratings, 10, axis=1), np.repeat(np.arange(40), 10)
    once, together = (np.ptp(stats.alpha_interval(r, clusters=c)) for r, c in ((ratings, None), (tenfold, articles)))
    assert together == pytest.approx(once, rel=0.05)
    assert np.ptp(stats.alpha_interval(tenfold)) < once / 2


def test_full_agreement_has_no_interval():
    assert np.isnan(stats.alpha_interval([[1, 2, 3] * 9, [1, 2, 3] * 9])).all()


def test_an_unknown_level_and_numbers_below_nothing_are_refused():
    with pytest.raises(ValueError, match="nominal, ordinal, interval, ratio, not 'metric'"):
        stats.krippendorff_alpha(EXAMPLE, level="metric")
    with pytest.raises(ValueError, match="no value below 0"):
        stats.krippendorff_alpha([[-1, 2], [1, 2]], level="ratio")


@settings(max_examples=20)
@given(st.floats(0.05, 0.6))
def test_more_error_means_less_agreement(error):
    rng = np.random.default_rng(5)
    truth, slips = rng.integers(0, 4, 400), rng.random(400)
    wrong = (truth + 1) % 4
    alphas = [stats.krippendorff_alpha([truth, np.where(slips < e, wrong, truth)]) for e in (error / 2, error)]
    assert alphas[0] > alphas[1]
