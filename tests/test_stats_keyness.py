"""Keyness against the published digits, SciPy, hand arithmetic, and by its properties."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from toolkit import stats

# The worked example whose keyness values are published to six digits: two texts over the letters a to h.
FIRST = Counter("a a a b b c c c c c c d e f g h h".split())
SECOND = Counter("a a b c c d d d d e f h".split())
TERMS = "abcdefgh"
COUNT, REST = [FIRST[t] for t in TERMS], [SECOND[t] for t in TERMS]
SIZES = (float(FIRST.total()), float(SECOND.total()))


def by_term(values):
    return dict(zip(TERMS, values, strict=True))


def digits(**expected):
    return pytest.approx(expected, abs=5e-7)


def chosen(values, *terms):
    return {term: by_term(values)[term] for term in terms}


def test_log_odds_with_two_and_four_variance_terms():
    two = stats.log_odds(COUNT, REST, SIZES)
    four = stats.log_odds(COUNT, REST, SIZES, variance="four-term")
    assert chosen(two.z, "c", "d", "g") == digits(c=1.221139, d=-1.832565, g=0.643100)
    assert chosen(four.z, "c", "d", "g") == digits(c=1.079547, d=-1.707669, g=0.639052)


def test_log_likelihood_of_two_and_four_cells():
    two = stats.log_likelihood(COUNT, REST, SIZES, cells=2, signed=False)
    four = stats.log_likelihood(COUNT, REST, SIZES)
    assert chosen(two, "c", "d", "g") == digits(c=0.941184, d=3.123254, g=1.068165)
    assert chosen(four, "c", "d", "g") == digits(c=1.274238, d=-3.779441, g=1.093291)


def test_four_cells_agree_with_scipy_on_each_table():
    for g2, a, b in zip(stats.log_likelihood(COUNT, REST, SIZES), COUNT, REST, strict=True):
        table = [[a, b], [SIZES[0] - a, SIZES[1] - b]]
        theirs = scipy_stats.chi2_contingency(table, correction=False, lambda_="log-likelihood").statistic
        assert abs(g2) == pytest.approx(theirs)


def test_effect_sizes():
    assert chosen(stats.log_ratio(COUNT, REST, SIZES), "c", "g") == digits(c=1.082462, g=0.497500)
    assert chosen(stats.odds_ratio(COUNT, REST, SIZES), "c") == digits(c=2.727273)


def test_adjustment_of_the_eight_four_cell_p_values():
    p = scipy_stats.chi2.sf(np.abs(stats.log_likelihood(COUNT, REST, SIZES)), 1)
    assert chosen(p, "c", "d") == digits(c=0.258973, d=0.051886)
    assert chosen(stats.benjamini_hochberg(p), "c", "d") == digits(c=0.788648, d=0.415088)


def test_a_term_that_neither_side_has_is_undefined_and_an_unknown_option_is_refused():
    assert np.isnan(stats.log_ratio([0], [0], (5, 5))).all()
    assert np.isnan(stats.log_ratio([0], [3], (0, 5))).all()
    assert stats.log_likelihood([0], [0], (5, 5)) == pytest.approx([0])
    with pytest.raises(ValueError, match="'two-term' or 'four-term'"):
        stats.log_odds(COUNT, REST, SIZES, variance="six-term")
    with pytest.raises(ValueError, match="2 or 4"):
        stats.log_likelihood(COUNT, REST, SIZES, cells=3)


counts = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=2, max_size=12).filter(
    lambda pairs: all(sum(side) for side in zip(*pairs, strict=True))
)


@given(counts)
def test_keyness_changes_sign_when_the_sides_change_places(pairs):
    a, b = (list(side) for side in zip(*pairs, strict=True))
    sizes, turned = (float(sum(a)), float(sum(b))), (float(sum(b)), float(sum(a)))
    assert stats.log_odds(a, b, sizes).z == pytest.approx(-stats.log_odds(b, a, turned).z)
    assert np.abs(stats.log_likelihood(a, b, sizes)) == pytest.approx(
        np.abs(stats.log_likelihood(b, a, turned)), abs=1e-9
    )
    ours, theirs = stats.log_ratio(a, b, sizes), stats.log_ratio(b, a, turned)
    assert ours == pytest.approx(-theirs, nan_ok=True)


@given(counts)
def test_an_informative_prior_pulls_towards_the_background(pairs):
    a, b = (np.array(side) for side in zip(*pairs, strict=True))
    prior = stats.informative_prior(a + b, weight=1e9)
    assert prior.sum() == pytest.approx(1e9)
    kept = a + b > 0
    sizes = float(a.sum()), float(b.sum())
    strong = stats.log_odds(a[kept], b[kept], sizes, prior=prior[kept]).log_odds
    weak = stats.log_odds(a[kept], b[kept], sizes, prior=stats.informative_prior((a + b)[kept], 1)).log_odds
    if kept.sum() > 1:
        assert (np.abs(strong) <= np.abs(weak) + 1e-6).all()


PUBLISHED = {
    "log-odds": {"c": 1.221139, "d": -1.832565, "g": 0.643100},
    "log-odds four-term": {"c": 1.079547, "d": -1.707669, "g": 0.639052},
    "G2": {"c": 1.274238, "d": -3.779441, "g": 1.093291},
    "G2 two-cell": {"c": 0.941184, "d": -3.123254, "g": 1.068165},
    "G2 Williams": {"c": 1.188777, "d": -3.411590},
    "G2 Yates": {"c": 0.477347, "d": -2.028084},
    "%DIFF": {"c": 111.7647},
    "log ratio": {"c": 1.082462, "g": 0.497500},
    "odds ratio": {"c": 2.727273},
    "relative risk": {"c": 2.117647},
    "BIC": {"c": -2.426112},
}


@pytest.mark.parametrize("method", PUBLISHED)
def test_every_method_by_name_gives_the_published_digits(method):
    scores = by_term(stats.keyness(COUNT, REST, SIZES, method=method))
    for term, expected in PUBLISHED[method].items():
        assert scores[term] == pytest.approx(expected, abs=5e-5 if method == "%DIFF" else 5e-7), term


def fourfold(a, b):
    return [[a, b], [SIZES[0] - a, SIZES[1] - b]]


def scipys(a, b, **options):
    return scipy_stats.chi2_contingency(fourfold(a, b), **options).statistic


@pytest.mark.parametrize(
    ("method", "options"),
    [
        ("G2", {"correction": False, "lambda_": "log-likelihood"}),
        ("G2 Yates", {"correction": True, "lambda_": "log-likelihood"}),
        ("chi-square", {"correction": False}),
        ("chi-square Yates", {"correction": True}),
    ],
)
def test_statistics_of_four_cells_agree_with_scipy(method, options):
    ours = np.abs(stats.keyness(COUNT, REST, SIZES, method=method))
    theirs = [scipys(a, b, **options) for a, b in zip(COUNT, REST, strict=True)]
    assert ours == pytest.approx(theirs, abs=2e-7)  # quanteda's billionth inside Yates's logarithm


def test_williams_divides_by_its_factor():
    """q = 1 + (N/R1 + N/R2 - 1)(N/C1 + N/C2 - 1) / 6N, by hand for c: 8 of 29 words, sides of 17 and 12."""
    q = 1 + (29 / 8 + 29 / 21 - 1) * (29 / 17 + 29 / 12 - 1) / (6 * 29)
    for name in ("G2", "chi-square"):
        plain, corrected = (
            by_term(stats.keyness(COUNT, REST, SIZES, method=m))["c"] for m in (name, f"{name} Williams")
        )
        assert corrected == pytest.approx(plain / q)


def test_ratios_agree_with_scipys_own():
    for term in "abcdefh":
        a, b = by_term(COUNT)[term], by_term(REST)[term]
        table = fourfold(a, b)
        risk = scipy_stats.contingency.relative_risk(a, int(SIZES[0]), b, int(SIZES[1])).relative_risk
        odds = scipy_stats.contingency.odds_ratio(np.array(table, dtype=int), kind="sample").statistic
        assert by_term(stats.relative_risk(COUNT, REST, SIZES))[term] == pytest.approx(risk)
        assert by_term(stats.percent_difference(COUNT, REST, SIZES))[term] == pytest.approx(100 * (risk - 1))
        assert by_term(stats.odds_ratio(COUNT, REST, SIZES))[term] == pytest.approx(odds)


big = st.lists(st.tuples(st.integers(0, 900), st.integers(0, 900)), min_size=1, max_size=4)


@settings(max_examples=30)
@given(big, st.integers(2_000, 90_000), st.integers(2_000, 90_000))
def test_the_conservative_log_ratio_agrees_with_scipys_exact_binomial_interval(pairs, n, m):
    """Of the term's occurrences in all, those of one side are binomial: Clopper & Pearson's interval of their share."""
    ours = stats.conservative_log_ratio(*zip(*pairs, strict=True), (n, m))
    tested = sum(a + b > 0 for a, b in pairs)
    for (a, b), score in zip(pairs, ours, strict=True):
        if a + b == 0:
            assert np.isnan(score)
            continue
        ends = scipy_stats.binomtest(a, a + b).proportion_ci(1 - 0.05 / tested, method="exact")
        with np.errstate(divide="ignore"):
            low, high = np.log2(np.array(ends) * m) - np.log2((1 - np.array(ends)) * n)
        expected = max(low, 0) if a * m >= b * n else min(high, 0)
        assert score == pytest.approx(expected, abs=1e-9)


def test_the_conservative_log_ratio_overrates_no_term_in_95_of_100():
    """Words drawn one by one, half of the terms twice as frequent on one side: how often any score passes the truth."""
    rng = np.random.default_rng(1)
    rates = np.geomspace(0.0005, 0.01, 20)
    truth = np.where(np.arange(20) % 2, 1.0, 0.0)
    overrated = 0
    for _ in range(60):
        score = stats.conservative_log_ratio(
            rng.poisson(4_000 * rates * 2**truth), rng.poisson(6_000 * rates), (4_000.0, 6_000.0)
        )
        overrated += bool((np.nan_to_num(score) > truth + 1e-12).any() or (score < 0).any())
    assert overrated / 60 <= 0.06


@pytest.mark.parametrize("share", [1e-7, 0.025, 0.5, 0.999])
def test_beta_quantiles_agree_with_scipy(share):
    rng = np.random.default_rng(2)
    a, b = rng.uniform(0.4, 4_000, 50), rng.uniform(0.4, 4_000, 50)
    assert stats.beta_quantile(share, a, b) == pytest.approx(scipy_stats.beta.ppf(share, a, b), rel=1e-9)
    assert np.isnan(stats.beta_quantile(share, [0, 1], [1, 0])).all()


def test_token_level_p_values_are_the_tail_of_chi_square():
    values = [0, 0.5, 3.84, 30, np.nan]
    assert stats.chi_square_tail(values) == pytest.approx(scipy_stats.chi2.sf(values, 1), nan_ok=True)


@pytest.mark.parametrize("method", stats.METHODS)
def test_all_zero_counts_ties_and_empty_sides_are_defined(method):
    assert np.isnan(stats.keyness([0, 0], [0, 3], (10.0, 0.0), method=method)).all()
    score = stats.keyness([0, 4, 4, 2], [0, 2, 2, 4], (40.0, 40.0), method=method)
    assert np.isnan(score[0])
    assert score[1] == score[2]
    assert np.isfinite(score[1:]).all()


SIGNED = [m for m in stats.METHODS if m not in ("BIC", "%DIFF", "relative risk", "odds ratio")]


@settings(max_examples=30)
@given(counts)
def test_the_sign_says_which_side_uses_the_term_more(pairs):
    a, b = (np.array(side, dtype=float) for side in zip(*pairs, strict=True))
    sizes = float(a.sum()) + 5, float(b.sum()) + 9
    more = np.sign(a / sizes[0] - b / sizes[1])
    for method in SIGNED:
        score = stats.keyness(a, b, sizes, method=method)
        clear = (a + b > 0) & (np.abs(score) > 1e-9)
        if method == "log ratio" or method.startswith("log-odds"):
            clear &= (a > 0) & (b > 0) & (np.abs(score) > 0.5)  # a prior, or a half for a zero, may turn a near tie
        assert (np.sign(score)[clear] == more[clear]).all(), method


def test_an_unknown_method_is_refused_by_name():
    with pytest.raises(ValueError, match=r"one of log-odds, .*G2, .* not 'tf-idf'"):
        stats.keyness(COUNT, REST, SIZES, method="tf-idf")
    with pytest.raises(ValueError, match="'none', 'Yates' or 'Williams'"):
        stats.chi_square(COUNT, REST, SIZES, correction="Cochran")
