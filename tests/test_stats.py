"""Statistics against published digits, SciPy and statsmodels, and by their properties."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats as scipy_stats
from statsmodels.stats.multitest import multipletests

from toolkit import stats
from toolkit.stats import Side, permutation
from toolkit.stats import sides as sides_module

p_values = st.lists(st.one_of(st.floats(0, 1), st.just(float("nan"))), min_size=1, max_size=30)


@given(p_values)
def test_adjustment_agrees_with_statsmodels_and_passes_missing_ones_over(p):
    ours, there = stats.benjamini_hochberg(p), ~np.isnan(p)
    assert np.isnan(ours[~there]).all()
    if there.any():
        assert ours[there] == pytest.approx(multipletests(np.array(p)[there], method="fdr_bh")[1])


@given(st.lists(st.floats(-100, 100), min_size=3, max_size=12).filter(lambda v: np.std(v) > 1e-3))
def test_the_jackknifes_error_of_plain_means_is_the_textbook_one(values):
    error = stats.jackknife_error(values, np.ones(len(values)))
    assert error[0] == pytest.approx(scipy_stats.sem(values), abs=1e-6)


def articles(minimum=6, maximum=12):
    """Values and denominators of some articles, such as counts of a frame and words."""
    pair = st.tuples(st.integers(0, 20), st.integers(20, 90))
    return st.lists(pair, min_size=minimum, max_size=maximum).map(lambda pairs: np.array(pairs, dtype=float).T)


@settings(max_examples=40)
@given(articles(), st.floats(0.01, 100))
def test_bootstrap_t_holds_the_figure_and_follows_the_unit(numbers, unit):
    value, n = numbers
    low, high = stats.bootstrap_t_interval(value, n, draws=399)
    scaled = np.array(stats.bootstrap_t_interval(value * unit, n, draws=399))
    assert scaled == pytest.approx(np.array([low, high]) * unit, nan_ok=True, rel=1e-6, abs=1e-9)
    if not np.isnan(low[0]):
        assert low[0] <= stats.ratio(value, n)[0] <= high[0]


def test_bootstrap_t_by_the_book():
    """The same resamples, one after another, by the definition of Efron & Tibshirani (1993, 12.5)."""
    value, n = np.array([3, 0, 5, 2, 9, 4.0]), np.array([50, 30, 80, 60, 70, 40.0])
    figure = value.sum() / n.sum()
    without = np.array([(value.sum() - v) / (n.sum() - m) for v, m in zip(value, n, strict=True)])
    error = np.sqrt(5 / 6 * ((without - figure) ** 2).sum())
    ratios = []
    for drawn in np.random.default_rng(3).integers(0, 6, (999, 6)):
        v, m = value[drawn], n[drawn]
        again = v.sum() / m.sum()
        ratios.append((again - figure) / (np.sqrt(6 / 5 * ((v - again * m) ** 2).sum()) / m.sum()))
    ordered = np.sort(ratios)
    low, high = stats.bootstrap_t_interval(value, n, seed=3, draws=999)
    assert (low[0], high[0]) == pytest.approx((figure - ordered[974] * error, figure - ordered[24] * error))


def test_intervals_cover_where_article_rates_are_uneven():
    """Beta-binomial articles, rate .2, intraclass correlation .3; benchmarks/statistics.py measures this at length."""
    rng = np.random.default_rng(2)
    n = rng.integers(20, 81, (12, 400)).astype(float)
    value = rng.binomial(n.astype(int), rng.beta(0.2 * 7 / 3, 0.8 * 7 / 3, n.shape)).astype(float)
    low, high = stats.bootstrap_t_interval(value, n)
    given_one = ~np.isnan(low)
    covered = ((low <= 0.2) & (high >= 0.2))[given_one]
    assert given_one.mean() > 0.95
    assert 0.93 <= covered.mean() <= 0.99
    alone = stats.bootstrap_t_interval(value[:, 7], n[:, 7])
    assert (low[7], high[7]) == pytest.approx((alone[0][0], alone[1][0]))


def test_an_interval_is_missing_where_articles_cannot_bound_it():
    n = np.full(8, 100.0)
    columns = np.array(
        [[5, 0, 0, 3], [5, 0, 0, 1], [5, 0, 0, 4], [5, 0, 0, 1], [5, 0, 2, 5], [5, 0, 0, 9], [5, 0, 0, 2], [5, 0, 1, 6]]
    )
    low, high = stats.bootstrap_t_interval(columns, n)
    assert np.isnan(low).tolist() == np.isnan(high).tolist() == [True, True, True, False]  # alike, none, two of eight
    assert np.isnan(stats.bootstrap_t_interval([3], [10])).all()
    assert np.isnan(stats.jackknife_error([3], [10])).all()
    assert stats.jackknife_error([3, 3], [10, 10]) == 0


def test_articles_without_a_denominator_do_not_count():
    value, n = np.array([1, 4, 2, 0, 7, 3, 0.0]), np.array([9, 8, 7, 0, 9, 8, 5.0])
    with_it, without = (np.array(stats.bootstrap_t_interval(v, m)) for v, m in ((value, n), (value[n > 0], n[n > 0])))
    assert with_it == pytest.approx(without)
    assert np.isnan(stats.ratio([0, 0], [0, 0])).all()


def sides(first, second):
    """Two groups of articles that share none, as rows of one table."""
    zeros = np.zeros(len(first[0])), np.zeros(len(second[0]))
    group = Side.of(np.concatenate([first[0], zeros[1]]), np.concatenate([first[1], zeros[1]]))
    return group, Side.of(np.concatenate([zeros[0], second[0]]), np.concatenate([zeros[0], second[1]]))


def studentised(first, second):
    def figure_and_variance(value, n):
        figure = value.sum() / n.sum()
        return figure, len(n) / (len(n) - 1) * ((value - figure * n) ** 2).sum() / n.sum() ** 2

    (a, va), (b, vb) = figure_and_variance(*first), figure_and_variance(*second)
    return 0.0 if np.isclose(a, b, rtol=1e-9) else abs(a - b) / np.sqrt(va + vb) if va + vb > 1e-18 else np.inf


@settings(max_examples=15, deadline=None)
@given(articles(3, 5), articles(3, 5))
def test_label_permutation_agrees_with_scipy_going_through_all_deals(first, second):
    both = np.hstack([first, second])

    def statistic(x, y):
        return studentised(both[:, x.astype(int)], both[:, y.astype(int)])

    places = np.arange(both.shape[1])
    split = places[: first.shape[1]], places[first.shape[1] :]
    theirs = scipy_stats.permutation_test(split, statistic, vectorized=False, n_resamples=np.inf, alternative="greater")
    ours = stats.label_permutation(*sides(first, second))
    assert ours.exact.all()
    assert ours.p[0] == pytest.approx(theirs.pvalue)


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=3, max_size=9))
def test_sign_flip_of_equal_articles_agrees_with_scipys_paired_test(pairs):
    a, b = np.array(pairs, dtype=float).T
    ours = stats.sign_flip(Side.of(a, np.ones(len(a))), Side.of(b, np.ones(len(b))))
    theirs = scipy_stats.permutation_test(
        (a, b),
        lambda x, y: abs(np.mean(x - y)),
        permutation_type="samples",
        vectorized=False,
        n_resamples=np.inf,
        alternative="greater",
    )
    assert ours.p[0] == pytest.approx(theirs.pvalue)
    assert ours.smallest[0] == pytest.approx(2 / 2 ** len(a))


def test_the_parts_of_the_articles_add_up_to_the_difference():
    rng = np.random.default_rng(5)
    n, m = rng.integers(10, 90, 9).astype(float), rng.integers(1, 9, 9).astype(float)
    group, rest = Side.of(rng.integers(0, 9, 9), n), Side.of(rng.integers(0, 3, 9), m)
    difference = stats.ratio(group.value, group.n) - stats.ratio(rest.value, rest.n)
    assert permutation._parts(group, rest).sum(axis=0) == pytest.approx(difference)


def test_the_smallest_p_is_reached_by_the_plainest_difference():
    ones = np.ones(6)
    apart = stats.label_permutation(*sides((ones * 9, ones * 10), (ones, ones * 10)))
    assert apart.p[0] == apart.smallest[0] == pytest.approx(2 / 924)
    uneven = stats.label_permutation(*sides((ones[:4] * 9, ones[:4] * 10), (ones, ones * 10)))
    assert uneven.p[0] == uneven.smallest[0] == pytest.approx(1 / 210)
    within = stats.sign_flip(Side.of(ones * 9, ones * 10), Side.of(ones, ones * 10))
    assert within.p[0] == within.smallest[0] == pytest.approx(2 / 64)


def test_many_articles_are_dealt_at_random_and_p_is_never_zero():
    ones = np.ones(30)
    group, rest = sides((ones * 9, ones * 10), (ones, ones * 10))
    for result in (stats.label_permutation(group, rest, draws=499), stats.sign_flip(group, rest, draws=499)):
        assert not result.exact.any()
        assert result.p[0] == result.smallest[0] == pytest.approx(1 / 500)
    assert stats.label_permutation(group, rest, seed=4).p == stats.label_permutation(group, rest, seed=4).p


def test_groups_that_are_alike_or_absent():
    ones = np.ones(6)
    assert stats.label_permutation(*sides((ones, ones), (ones, ones))).p[0] == 1
    assert stats.sign_flip(Side.of(ones, ones), Side.of(ones, ones)).p[0] == 1
    assert np.isnan(stats.label_permutation(*sides((ones, ones), (ones[:0], ones[:0]))).p[0])
    assert np.isnan(stats.sign_flip(Side.of(ones, ones), Side.of(ones * 0, ones * 0)).p[0])


def test_each_item_is_tested_over_the_articles_that_speak_to_it():
    """An item that brings its own denominators gives the same p alone and beside others."""
    rng = np.random.default_rng(8)
    value, n = rng.integers(0, 9, (12, 2)).astype(float), np.ones((12, 2))
    n[[1, 8], 1], value[[1, 8], 1] = 0, 0
    mine = np.arange(12) < 6
    group = Side(value * mine[:, None], n * mine[:, None])
    rest = Side(value * ~mine[:, None], n * ~mine[:, None])
    together = stats.label_permutation(group, rest).p
    for item in (0, 1):
        alone = stats.label_permutation(
            Side(group.value[:, [item]], group.n[:, [item]]), Side(rest.value[:, [item]], rest.n[:, [item]])
        )
        assert together[item] == pytest.approx(alone.p[0])


def test_what_is_too_rare_is_not_tested():
    n = np.full(12, 100.0)
    mine = np.arange(12) < 6
    frequent, one_article, rare = np.full(12, 3.0), np.where(np.arange(12) == 2, 60.0, 0), np.where(mine, 1.0, 0)
    absent_there = np.where(mine, 5.0, 0)
    value = np.stack([frequent, one_article, rare, absent_there, -absent_there / 10], axis=1)
    group = Side(value * mine[:, None], (n * mine)[:, None])
    rest = Side(value * ~mine[:, None], (n * ~mine)[:, None])
    assert stats.frequent_enough(group, rest).tolist() == [True, False, False, True, True]


def test_the_interval_of_a_difference_of_separate_groups_by_the_book():
    """The same resamples, one after another: symmetric bootstrap-t (Hall 1988), each group drawn by itself."""
    first = np.array([3, 0, 5, 2, 9, 4.0]), np.array([50, 30, 80, 60, 70, 40.0])
    second = np.array([1, 2, 0, 6, 1, 2, 3.0]), np.array([60, 30, 50, 90, 40, 40, 70.0])

    def figure_and_variance(value, n, count):
        figure = value.sum() / n.sum()
        return figure, count / (count - 1) * ((value - figure * n) ** 2).sum() / n.sum() ** 2

    def jackknife(value, n):
        without = (value.sum() - value) / (n.sum() - n)
        return (len(n) - 1) / len(n) * ((without - value.sum() / n.sum()) ** 2).sum()

    centre = first[0].sum() / first[1].sum() - second[0].sum() / second[1].sum()
    sizes = len(first[0]), len(second[0])
    drawn = [np.random.default_rng([3, k]).integers(0, size, (999, size)) for k, size in enumerate(sizes)]
    far = []
    for places in zip(*drawn, strict=True):
        pieces = [(v[place], n[place]) for (v, n), place in zip((first, second), places, strict=True)]
        (a, va), (b, vb) = (figure_and_variance(v, n, len(n)) for v, n in pieces)
        far.append(abs(a - b - centre) / np.sqrt(va + vb))
    half = np.sort(far)[-50] * np.sqrt(jackknife(*first) + jackknife(*second))
    low, high = stats.difference_interval(*sides(first, second), seed=3, draws=999)
    assert (low[0], high[0]) == pytest.approx((centre - half, centre + half))


def test_what_two_sides_of_the_same_articles_have_in_common_is_no_doubt():
    """Articles differ much, and each has a little more of one side: the paired interval is far narrower."""
    rng = np.random.default_rng(1)
    level, ones = rng.uniform(0, 50, 12), np.ones(12)
    more, less = level + rng.uniform(1, 2, 12), level
    paired = stats.difference_interval(Side.of(more, ones), Side.of(less, ones))
    apart = stats.difference_interval(*sides((more, ones), (less, ones)))
    assert paired[0][0] > 0.9
    assert np.ptp(np.ravel(paired)) < np.ptp(np.ravel(apart)) / 10


@settings(max_examples=25)
@given(articles(), articles())
def test_the_interval_of_a_difference_turns_round_with_its_sides(first, second):
    group, rest = sides(first, second)
    low, high = stats.difference_interval(group, rest, draws=199)
    middle = stats.ratio(*first) - stats.ratio(*second)
    if not np.isnan(low[0]):
        assert (low[0] + high[0]) / 2 == pytest.approx(middle[0], abs=1e-9)
    alike = Side.of(first[0], first[1])
    assert np.isnan(stats.difference_interval(alike, alike, draws=199)[0]).all()


def test_a_difference_without_enough_articles_or_variation_has_no_interval():
    ones = np.ones(6)
    for group, rest in (
        sides((ones, ones), (2 * ones, ones)),
        sides((ones[:1], ones[:1]), (np.arange(6.0), ones)),
        sides((ones, ones), (ones[:0], ones[:0])),
    ):
        assert np.isnan(stats.difference_interval(group, rest)).all()


@given(articles(1, 8), articles(1, 8))
def test_dominance_of_separate_groups_is_mann_whitneys_u(first, second):
    delta = stats.dominance(*sides(first, second))[0]
    u = scipy_stats.mannwhitneyu(first[0] / first[1], second[0] / second[1]).statistic
    assert delta == pytest.approx(2 * u / (first.shape[1] * second.shape[1]) - 1)


def test_dominance_within_articles_counts_each_article_once():
    group, rest = Side.of([3, 0, 5, 2], [1, 1, 1, 0]), Side.of([1, 0, 9, 2], [1, 1, 1, 1])
    assert stats.dominance(group, rest)[0] == pytest.approx((1 - 1) / 3)
    assert np.isnan(stats.dominance(group, Side.of([0] * 4, [0] * 4)))[0]


def uneven(count, seed):
    """Articles of uneven length and rate, a few items."""
    rng = np.random.default_rng(seed)
    n = rng.integers(200, 900, (count, 1)).astype(float)
    return rng.binomial(n.astype(int), rng.beta(2, 40, (count, 3))).astype(float), n


def test_groups_dealt_out_together_have_the_p_values_they_have_alone():
    value, n = uneven(40, 5)
    value[:14, 1] += 100
    owner = np.repeat([0, 1, 2], [14, 20, 6])[:, None]
    together = stats.label_permutations(
        [Side(value, n)], owner, np.ones((int(owner.max()) + 1, value.shape[1]), dtype=bool), seed=1
    )
    for number in range(3):
        mine = owner == number
        alone = stats.label_permutation(Side(value * mine, n * mine), Side(value * ~mine, n * ~mine), seed=2)
        assert together.p[number] == pytest.approx(alone.p, abs=0.08)  # other deals: chance alone parts them
        assert (together.smallest[number] == alone.smallest).all()
    assert together.p[0, 1] == pytest.approx(1e-4)


def test_more_articles_can_be_dealt_than_their_deals_can_be_counted():
    value, n = uneven(3000, 8)
    value[:1500, 0] += 100
    owner = np.repeat([0, 1], 1500)[:, None]
    found = stats.label_permutations(
        [Side(value, n)], owner, np.ones((int(owner.max()) + 1, value.shape[1]), dtype=bool), draws=199
    )
    assert found.p[0, 0] == pytest.approx(1 / 200)
    assert not found.exact.any()


def test_an_item_without_a_difference_does_not_disturb_one_with_a_difference():
    """Plainly large p-values are given up early; what remains is dealt out to the end."""
    value, n = uneven(30, 6)
    value[:15, 0] += 100
    mine = np.arange(30)[:, None] < 15
    p = stats.label_permutation(Side(value * mine, n * mine), Side(value * ~mine, n * ~mine)).p
    assert p[0] == pytest.approx(1e-4)
    assert (p[1:] > 0.01).all()


@pytest.mark.parametrize("first", [450, 60])
def test_articles_added_up_to_bundles_have_the_intervals_of_single_ones(first, monkeypatch):
    value, n = uneven(900, 7)
    mine = np.arange(900)[:, None] < first
    apart = Side(value * mine, n * mine), Side(value * ~mine, n * ~mine)
    within = Side(value, n), Side(uneven(900, 8)[0] * mine, n * mine)
    single = [np.ptp(stats.difference_interval(*pair), axis=0) for pair in (apart, within)]
    single.append(np.ptp(stats.bootstrap_t_interval(value, n), axis=0))
    monkeypatch.setattr("toolkit.stats.sides.BUNDLES", 200)
    bundled = [np.ptp(stats.difference_interval(*pair), axis=0) for pair in (apart, within)]
    bundled.append(np.ptp(stats.bootstrap_t_interval(value, n), axis=0))
    assert np.array(bundled) == pytest.approx(np.array(single), rel=0.12)


@given(articles(3, 40), articles(3, 40))
def test_bundles_hold_all_that_their_articles_hold(first, second):
    pair = sides(first, second)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("toolkit.stats.sides.BUNDLES", 5)
        bundled = sides_module.bundled(*pair)
    assert len(bundled[0].n) == min(first.shape[1], 5) + min(second.shape[1], 5)
    for before, after in zip(pair, bundled, strict=True):
        assert after.value.sum() == before.value.sum()
        assert after.n.sum() == before.n.sum()
    assert not ((bundled[0].n > 0) & (bundled[1].n > 0)).any()


@pytest.mark.parametrize("shared", [False, True])
def test_p_of_many_articles_is_what_dealing_them_out_gives(shared, monkeypatch):
    value, n = uneven(900, 7)
    other, _ = uneven(900, 7)
    mine = np.arange(900)[:, None] < 450
    pair = (
        (Side(value, n), Side(other[::-1], n))
        if shared
        else (Side(value * mine, n * mine), Side(value * ~mine, n * ~mine))
    )
    test = stats.sign_flip if shared else stats.label_permutation
    quick = test(*pair).p
    monkeypatch.setattr("toolkit.stats.permutation.LARGE", 10**9)
    monkeypatch.setattr("toolkit.stats.permutation._STAGES", ())
    monkeypatch.setattr("toolkit.stats.sides.BUNDLES", 200)
    assert quick == pytest.approx(test(*pair).p, abs=0.02)
