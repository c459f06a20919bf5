"""A Comparison says what differs, how surely, and what it left out."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit import schema, stats
from toolkit.charts import plot
from toolkit.comparison import compare, with_token_p
from toolkit.output import export
from toolkit.result import POINT_COLUMNS, TABLE_COLUMNS

FRAMES = "frames per 1,000 words"


def counted(articles, notes=()):
    """A measures table of counts: (article_id, group, thousand words, {item: count}) for each article's voice."""
    rows = []
    for article, group, words, hits in articles:
        shared = {"article_id": article, "outlet": group, "family": "framing", "measure": FRAMES}
        rows.append({**shared, "item": None, "value": 0, "n": words})
        rows += [{**shared, "item": item, "value": 1, "n": 0} for item, count in hits.items() for _ in range(count)]
    return schema.table(rows, "measures", notes)


def scored(articles, item="compound"):
    """A measures table of units that are scored by themselves: (article_id, group, scores)."""
    return schema.table(
        [
            {
                "article_id": a,
                "outlet": g,
                "measure": "mean score",
                "item": item,
                "value": s,
                "n": 1,
                "quote_id": f"{a}{i}",
            }
            for a, g, scores in articles
            for i, s in enumerate(scores)
        ],
        "measures",
    )


def outlet(name, counts, words=0.5, item="f"):
    return [(f"{name}{i}", name, words, {item: count}) for i, count in enumerate(counts)]


def row(comparison, group, item):
    table = comparison.table
    found = table[(table["group"] == group) & (table["item"] == item)]
    assert len(found) == 1
    return found.iloc[0]


def noted(comparison, words):
    return any(words in note for note in comparison.notes)


def test_a_figure_counts_articles_that_lack_the_item():
    articles = [("a1", "A", 0.2, {"f": 3}), ("a2", "A", 0.8, {}), ("b1", "B", 0.5, {"f": 1, "g": 2})]
    result = compare(counted(articles), by="outlet")
    assert row(result, "A", "f")["estimate"] == pytest.approx(3 / 1.0)
    assert row(result, "A", "g")["estimate"] == 0
    assert row(result, "B", "g")["estimate"] == pytest.approx(4)
    assert row(result, "A", "f")["n_articles"] == 2
    assert row(result, "A", "f")["n"] == pytest.approx(1.0)
    assert row(result, "A", "f")["difference"] == pytest.approx(3 - 2)
    points = result.points.set_index(["article_id", "item"])["value"]
    assert points["a1", "f"] == pytest.approx(15)
    assert points["a2", "f"] == 0


def test_units_with_their_own_n_are_averaged_over_units():
    result = compare(scored([("a1", "A", [0.5, 0.7, 0.3]), ("a2", "A", [-0.5]), ("b1", "B", [0.1])]), by="outlet")
    assert row(result, "A", "compound")["estimate"] == pytest.approx(0.25)
    assert row(result, "A", "compound")["n"] == 4
    assert result.n_quotes == 5
    assert result.n_articles == 3


def test_the_table_has_the_promised_columns_and_a_plain_title():
    result = compare(counted(outlet("A", [1, 2]) + outlet("B", [3])), by="outlet")
    effects = ["rest", "difference", "difference_low", "difference_high", "effect"]
    assert list(result.table.columns) == [*list(TABLE_COLUMNS)[:5], *effects, *list(TABLE_COLUMNS)[5:]]
    assert list(result.points.columns) == list(POINT_COLUMNS)
    assert result.title == "Frames per 1,000 words, by outlet"
    assert (result.kind, result.unit) == ("means", FRAMES)
    assert result.groups() == ["A", "B"]


def test_few_articles_are_too_few_to_tell():
    result = compare(counted(outlet("A", [1, 2, 4, 3, 2, 5, 3]) + outlet("B", [3, 9, 8])), by="outlet")
    assert row(result, "B", "f")[["low", "high", "p", "p_adjusted"]].isna().all()
    assert row(result, "A", "f")[["low", "high"]].notna().all()
    assert np.isnan(row(result, "A", "f")["p"])
    assert noted(result, "Too few to tell")
    assert noted(result, "B (3)")
    assert len(result.points) == 10


def test_groups_that_share_no_article_are_tested_by_dealing_out_articles():
    a, b = [9, 8, 7, 9, 9, 8], [1, 0, 2, 1, 1, 0]
    result = compare(counted(outlet("A", a) + outlet("B", b)), by="outlet")
    values, n, mine = np.array(a + b, dtype=float), np.full(12, 0.5), np.arange(12) < 6
    expected = stats.label_permutation(stats.Side.of(values * mine, n * mine), stats.Side.of(values * ~mine, n * ~mine))
    assert row(result, "A", "f")["p"] == row(result, "B", "f")["p"] == expected.p[0] == pytest.approx(2 / 924)
    assert row(result, "A", "f")["p_adjusted"] == pytest.approx(2 / 924)
    assert noted(result, "dealt out anew")
    assert noted(result, "all of them gone through")
    assert noted(result, "0.0022")


def test_groups_inside_the_same_articles_are_tested_within_articles():
    articles = [(f"x{i}", "A", 0.5, {"f": 6 + i % 2}) for i in range(6)] + [
        (f"x{i}", "B", 0.5, {"f": 1}) for i in range(6)
    ]
    result = compare(counted(articles), by="outlet")
    assert row(result, "A", "f")["p"] == pytest.approx(2 / 64)
    assert noted(result, "article by article")
    assert result.n_articles == 6


def test_what_has_no_group_or_no_number_is_left_out_and_counted():
    table = scored([("a1", "A", [0.5, np.nan]), ("a2", None, [0.1, 0.2]), ("b1", "B", [0.4])])
    result = compare(table, by="outlet")
    assert noted(result, "no outlet (2 rows of measures, in 1 article)")
    assert noted(result, "no number (1 row of measures, in 1 article)")
    assert row(result, "A", "compound")["estimate"] == pytest.approx(0.5)


def test_what_the_measure_noted_travels_on():
    result = compare(counted(outlet("A", [1]) + outlet("B", [2]), notes=["two texts were empty"]), by="outlet")
    assert "two texts were empty" in result.notes
    assert result.notes[0].startswith("Too few to tell")


def test_a_column_of_the_users_own_can_be_compared_by():
    table = counted(outlet("A", [1, 2]) + outlet("B", [3]))
    result = compare(table.assign(language=table["outlet"].map({"A": "en", "B": "de"})), by="language")
    assert result.groups() == ["de", "en"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"by": "country"}, "has no column country .* outlet"),
        ({"measure": "labels"}, "no measure 'labels' in the table; it holds 'frames per 1,000 words'"),
        ({"method": "t-test"}, "method is one of 'means', 'counts', 'dispersion', 'log-odds'.* not 't-test'"),
        ({"by": "party"}, "has both a party and a number"),
    ],
)
def test_what_cannot_be_compared_is_said_in_one_sentence(change, said):
    options = {"by": "outlet", **change}
    with pytest.raises(schema.InputError, match=said):
        compare(counted(outlet("A", [1]) + outlet("B", [2])), **options)


def test_several_measures_need_a_choice():
    both = schema.stack([counted(outlet("A", [1])), scored([("a", "A", [0.1])])], "measures")
    with pytest.raises(
        schema.InputError, match="holds 2 measures; say measure= one of 'frames per 1,000 words', 'mean"
    ):
        compare(both, by="outlet")
    assert compare(both, by="outlet", measure="mean score").measure == "mean score"
    with pytest.raises(schema.InputError, match="holds no measure"):
        compare(schema.table([], "measures"), by="outlet")


def test_identical_texts_give_no_interval_and_no_difference():
    result = compare(counted(outlet("A", [3] * 6) + outlet("B", [3] * 7)), by="outlet")
    assert result.table[["low", "high"]].isna().all(axis=None)
    assert (result.table["p"] == 1).all()
    assert noted(result, "all its articles are alike")


def test_all_zero_counts_are_zero_and_not_tested():
    table = counted(outlet("A", [0] * 6) + outlet("B", [0] * 6) + [("c", "C", 0.5, {"f": 1})])
    result = compare(table[table["outlet"] != "C"], by="outlet")
    assert result.items() == [FRAMES]  # no row names an item: the measure itself is the item
    assert (result.table["estimate"] == 0).all()
    assert result.table["p"].isna().all()
    assert noted(result, "too rare")


def test_a_group_with_nothing_to_count_over_is_undefined():
    result = compare(counted([*outlet("A", [1, 2]), ("b", "B", 0.0, {"f": 0})]), by="outlet")
    assert np.isnan(row(result, "B", "f")["estimate"])
    assert row(result, "B", "f")["n_articles"] == 0
    assert noted(result, "nothing to count over")


def test_five_articles_get_no_interval_and_six_do():
    scores = [0.1, 0.5, -0.2, 0.4, 0.3, -0.1]
    for count, missing in ((5, True), (6, False)):
        articles = [(f"a{i}", "A", [score]) for i, score in enumerate(scores[:count])]
        result = compare(scored(articles), by="outlet")
        assert bool(np.isnan(row(result, "A", "compound")["low"])) is missing


def test_an_interval_for_counts_ends_at_nothing_and_one_for_scores_may_go_below():
    uneven = [3, 2, 0, 3, 3, 0]
    below = stats.bootstrap_t_interval(uneven, np.full(6, 0.5))[0][0]
    assert below < 0
    assert row(compare(counted(outlet("A", uneven)), by="outlet"), "A", "f")["low"] == 0
    scores = scored([(f"a{i}", "A", [score]) for i, score in enumerate(uneven)])
    assert row(compare(scores, by="outlet"), "A", "compound")["low"] < 0


def test_one_group_alone_is_described():
    result = compare(counted(outlet("A", [1, 2, 4, 3, 2, 5, 3])), by="outlet")
    assert row(result, "A", "f")["low"] < row(result, "A", "f")["estimate"] < row(result, "A", "f")["high"]
    assert result.table["p"].isna().all()
    assert noted(result, "only one group, A")


def test_three_groups_are_each_set_against_the_rest():
    table = counted(outlet("A", [9] * 6) + outlet("B", [2, 1] * 3) + outlet("C", [1, 2, 3] * 2))
    result = compare(table, by="outlet")
    rest = (sum([2, 1] * 3) + sum([1, 2, 3] * 2)) / 6
    assert row(result, "A", "f")["rest"] == pytest.approx(rest)
    assert result.table["p"].notna().all()
    adjusted = stats.benjamini_hochberg(result.table["p"])
    assert result.table["p_adjusted"].tolist() == pytest.approx(adjusted.tolist())


def test_adjustment_can_be_turned_off_and_is_then_named():
    table = counted(outlet("A", [9] * 6) + outlet("B", [2, 1] * 3))
    result = compare(table, by="outlet", adjust=False)
    assert result.table["p_adjusted"].isna().all()
    assert noted(result, "not adjusted")


def test_items_are_shown_from_the_most_frequent_and_ties_by_name():
    articles = [("a", "A", 1.0, {"z": 1, "m": 2, "k": 1}), ("b", "B", 1.0, {"m": 2})]
    assert compare(counted(articles), by="outlet").items() == ["m", "k", "z"]


WORDS = "occurrences per 1,000 words"


def vocabulary(group, text, per_article=4):
    words = text.split()
    chunks = [words[i : i + per_article] for i in range(0, len(words), per_article)]
    rows = []
    for number, chunk in enumerate(chunks):
        shared = {"article_id": f"{group}{number}", "outlet": group, "measure": WORDS}
        rows.append({**shared, "item": None, "value": 0, "n": len(chunk) / 1_000})
        rows += [{**shared, "item": word, "value": chunk.count(word), "n": 0} for word in sorted(set(chunk))]
    return rows


def test_keyness_reproduces_the_published_digits():
    rows = vocabulary("one", "a a a b b c c c c c c d e f g h h") + vocabulary("two", "a a b c c d d d d e f h")
    result = compare(schema.table(rows, "measures"), by="outlet", method="log-odds")
    assert result.kind == "keyness"
    expected = {"c": 1.221139, "d": -1.832565, "g": 0.643100}
    for term, z in expected.items():
        assert row(result, "one", term)["estimate"] == row(result, "one", term)["z"] == pytest.approx(z, abs=5e-7)
        assert row(result, "two", term)["estimate"] == pytest.approx(-z, abs=5e-7)
    c = row(result, "one", "c")
    assert (c["count"], c["count_rest"]) == (6, 2)
    assert c["per_1000"] == pytest.approx(6 / 17 * 1000)
    assert c["per_1000_rest"] == pytest.approx(2 / 12 * 1000)
    assert c["log_ratio"] == pytest.approx(1.082462, abs=5e-7)
    assert result.table[["low", "high", "p"]].isna().all(axis=None)
    assert (result.points["value"] > 0).all()


def test_keyness_lists_each_groups_own_terms_first_and_breaks_ties_by_name():
    rows = vocabulary("one", "b a b a x x") + vocabulary("two", "y y d c d c")
    table = compare(schema.table(rows, "measures"), by="outlet", method="log-odds").table
    assert table[table["group"] == "one"]["item"].tolist() == ["a", "b", "x", "c", "d", "y"]
    assert table[table["group"] == "two"]["item"].tolist() == ["c", "d", "y", "a", "b", "x"]


def test_keyness_tests_terms_over_articles():
    """A name that one article repeats is no trait of the outlet; a word that runs through all its articles is."""
    mine = ["clash clash clash name name name name name name", *["clash clash other"] * 6]
    theirs = ["battle other other"] * 7
    rows = [
        {**line, "article_id": f"{group}{i}"}
        for group, texts in (("one", mine), ("two", theirs))
        for i, text in enumerate(texts)
        for line in vocabulary(group, text, per_article=99)
    ]
    result = compare(schema.table(rows, "measures"), by="outlet", method="log-odds")
    assert row(result, "one", "clash")["p"] == pytest.approx(2 / 3432)
    assert np.isnan(row(result, "one", "name")["p"])
    assert row(result, "one", "name")["z"] > 1
    assert noted(result, "too rare")


def test_keyness_refuses_scores_and_a_single_group():
    with pytest.raises(schema.InputError, match="'log-odds' needs counts"):
        compare(scored([("a", "A", [0.2]), ("b", "B", [0.4])]), by="outlet", method="log-odds")
    with pytest.raises(schema.InputError, match="only one group, 'A'"):
        compare(counted(outlet("A", [1])), by="outlet", method="log-odds")
    no_words = schema.table(
        [{"article_id": g, "outlet": g, "measure": WORDS, "item": "a", "value": 2, "n": 0} for g in "AB"], "measures"
    )
    with pytest.raises(schema.InputError, match="its rows without item need n"):
        compare(no_words, by="outlet", method="log-odds")


group_of_articles = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 12), st.integers(1, 9)), min_size=1, max_size=9
)


@settings(max_examples=25)
@given(group_of_articles, group_of_articles, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing_and_the_input_is_left_alone(first, second, random):
    articles = [
        (f"{name}{i}", name, words / 10, {"f": f, "g": g})
        for name, group in (("A", first), ("B", second))
        for i, (f, g, words) in enumerate(group)
    ]
    table = counted(articles)
    before = table.copy(deep=True)
    order = list(range(len(table)))
    random.shuffle(order)
    shuffled = table.iloc[order].reset_index(drop=True)
    one, two = compare(table, by="outlet"), compare(shuffled, by="outlet")
    pd.testing.assert_frame_equal(table, before)
    assert one.notes == two.notes
    pd.testing.assert_frame_equal(one.table, two.table)
    pd.testing.assert_frame_equal(one.points, two.points)
    finite = one.table.dropna(subset=["low", "high"])
    assert ((finite["low"] <= finite["estimate"]) & (finite["estimate"] <= finite["high"])).all()
    assert one.table["p"].dropna().between(0, 1).all()
    assert (one.table["p_adjusted"].dropna() >= one.table["p"].dropna() - 1e-12).all()


def test_the_same_seed_gives_the_same_bytes_and_another_one_another_draw():
    rng = np.random.default_rng(1)
    table = counted(outlet("A", rng.poisson(4, 12)) + outlet("B", rng.poisson(5, 12)))
    texts = [compare(table, by="outlet", seed=seed).table.to_csv() for seed in (1, 1, 2)]
    assert texts[0] == texts[1] != texts[2]


def test_showing_a_comparison_never_changes_it():
    result = compare(counted(outlet("A", [1, 2, 4, 3, 2, 5, 3]) + outlet("B", [3, 9, 8])), by="outlet")
    before = result.table.to_csv(), result.points.to_csv(), json.dumps(result.notes)
    assert "Too few to tell" in str(result)
    assert "Too few to tell" in result._repr_html_()
    assert before == (result.table.to_csv(), result.points.to_csv(), json.dumps(result.notes))


def test_pairs_of_groups_show_the_difference_with_its_interval():
    a, b, c = [9, 7, 8, 9, 6, 8, 9], [2, 1, 3, 1, 2, 2, 4], [3, 2, 2, 1, 4, 3, 2]
    table = counted(outlet("A", a) + outlet("B", b) + outlet("C", c))
    result = compare(table, by="outlet", pairs=True)
    assert result.kind == "differences"
    assert result.groups() == ["A minus B", "A minus C", "B minus C"]
    found = row(result, "A minus B", "f")
    assert found["first"] == pytest.approx(sum(a) / 3.5)
    assert found["second"] == pytest.approx(sum(b) / 3.5)
    assert found["estimate"] == pytest.approx((sum(a) - sum(b)) / 3.5)
    assert 0 < found["low"] < found["estimate"] < found["high"]
    assert found["effect"] == 1  # every article of A lies above every one of B
    assert (found["n_articles"], found["n"]) == (14, pytest.approx(7.0))
    two = compare(table[table["outlet"] != "C"], by="outlet")
    assert row(two, "A", "f")[["difference_low", "difference_high", "p"]].tolist() == pytest.approx(
        found[["low", "high", "p"]].tolist()
    )


def test_effects_stand_before_p_and_the_verdict_names_the_size_first():
    result = compare(counted(outlet("A", [9, 8, 7, 9, 9, 8]) + outlet("B", [1, 0, 2, 1, 1, 0])), by="outlet")
    columns = list(result.table.columns)
    assert max(map(columns.index, ("difference", "effect"))) < columns.index("p")
    assert noted(result, "f for A: 17 against 1.7 (p = 0.0022)")
    assert noted(result, "Cliff 1993")


def test_below_six_articles_there_is_no_effect_and_no_interval_of_a_difference():
    result = compare(counted(outlet("A", [9, 8, 7, 9, 9]) + outlet("B", [1, 0, 2, 1, 1, 0])), by="outlet")
    assert result.table[["difference_low", "difference_high", "effect", "p"]].isna().all(axis=None)
    assert result.table["difference"].notna().all()


def test_the_interval_of_a_difference_of_shares_stays_between_minus_one_and_one():
    rows = [
        {"article_id": f"{g}{i}", "outlet": g, "measure": "share of quotes", "item": "x", "value": v, "n": n}
        for g, counts in (("A", [1, 0, 1, 1, 0, 1]), ("B", [0, 0, 1, 0, 0, 0]))
        for i, (v, n) in enumerate(zip(counts, [1, 1, 2, 1, 2, 1], strict=True))
    ]
    table = compare(schema.table(rows, "measures"), by="outlet").table
    assert table["difference_low"].min() >= -1
    assert table["difference_high"].max() <= 1


LETTERS = vocabulary("one", "a a a b b c c c c c c d e f g h h") + vocabulary("two", "a a b c c d d d d e f h")


@pytest.mark.parametrize("method", stats.METHODS)
def test_every_keyness_method_fills_the_same_table(method):
    result = compare(schema.table(LETTERS, "measures"), by="outlet", method=method.upper())
    counts, rest = ([row(result, "one", t)[n] for t in "abcdefgh"] for n in ("count", "count_rest"))
    assert (counts, rest) == ([3, 2, 6, 1, 1, 1, 1, 2], [2, 1, 2, 4, 1, 1, 0, 1])
    scores = [row(result, "one", term)["estimate"] for term in "abcdefgh"]
    assert scores == pytest.approx(list(stats.keyness(counts, rest, (17.0, 12.0), method=method)))
    assert row(result, "one", "c")["log_ratio"] == pytest.approx(1.082462, abs=5e-7)
    assert row(result, "one", "c")["odds_ratio"] == pytest.approx(2.727273, abs=5e-7)
    assert stats.METHODS[method].says in result.method
    assert result.unit == stats.METHODS[method].unit
    assert noted(result, "2 of 8 terms stand on one side only") or noted(result, "1 of 8 terms stand on one side only")


def test_the_four_log_odds_differ_as_their_names_say():
    table = schema.table(LETTERS, "measures")
    four, informed = (compare(table, by="outlet", method=f"log-odds {m}") for m in ("four-term", "informative"))
    assert row(four, "one", "c")["z"] == pytest.approx(1.079547, abs=5e-7)
    prior = stats.informative_prior([5, 3, 8, 5, 2, 2, 1, 3], 0.8)
    expected = stats.log_odds([3, 2, 6, 1, 1, 1, 1, 2], [2, 1, 2, 4, 1, 1, 0, 1], (17, 12), prior=prior)
    assert [row(informed, "one", t)["z"] for t in "abcdefgh"] == pytest.approx(list(expected.z))
    assert "informative prior" in informed.method
    assert "four-term" in four.method


def test_keyness_of_every_pair_of_groups():
    rows = [*LETTERS, *vocabulary("three", "a b x x x x c d")]
    result = compare(schema.table(rows, "measures"), by="outlet", method="G2", pairs=True)
    assert len(result.groups()) == 6
    alone = compare(schema.table(LETTERS, "measures"), by="outlet", method="G2")
    assert row(result, "one against two", "c")["estimate"] == row(alone, "one", "c")["estimate"]
    assert row(result, "two against one", "c")["estimate"] == row(alone, "two", "c")["estimate"]
    assert "x" not in set(result.table.loc[result.table["group"] == "one against two", "item"])
    assert noted(result, "terms that neither of two groups has (")


def test_terms_of_one_group_only_and_ties_are_said():
    rows = vocabulary("one", "b a b a x x") + vocabulary("two", "y y d c d c")
    result = compare(schema.table(rows, "measures"), by="outlet", method="G2")
    assert np.isinf(row(result, "one", "a")["odds_ratio"])
    assert row(result, "one", "a")["log_ratio"] == pytest.approx(np.log2(2 / 0.5))
    assert noted(result, "6 of 6 terms stand on one side only")
    assert noted(result, "same score")


def test_token_level_p_values_are_given_on_request_and_labelled():
    plain = compare(schema.table(LETTERS, "measures"), by="outlet", method="G2")
    assert not any("token" in name for name in plain.table.columns)
    asked = with_token_p(plain)
    mine = asked.table[asked.table["group"] == "one"].set_index("item")
    assert mine.loc["d", "p_token"] == pytest.approx(0.051886, abs=5e-7)
    assert mine.loc["c", "p_token"] == pytest.approx(0.258973, abs=5e-7)
    assert noted(asked, "takes every word for drawn by itself")
    assert "p_token" not in plain.table
    with pytest.raises(schema.InputError, match="for G2 and chi-square, and this is 'z-score"):
        with_token_p(compare(schema.table(LETTERS, "measures"), by="outlet", method="log-odds"))


def test_all_zero_counts_have_no_keyness():
    table = counted(outlet("A", [0] * 6) + outlet("B", [0] * 6))
    with pytest.raises(schema.InputError, match="counts nothing in any group"):
        compare(table, by="outlet", method="log-odds")


def placed(article, group, places):
    shared = {"article_id": article, "outlet": group, "measure": "place in the article", "item": "t"}
    rows = [{**shared, "value": place, "n": 1} for place in places]
    return rows or [{**shared, "value": 0, "n": 0}]


def test_a_dispersion_keeps_every_place_and_every_article():
    rows = [*placed("a1", "A", [0.5, 0.1]), *placed("a2", "A", []), *placed("b1", "B", [0.9])]
    result = compare(schema.table(rows, "measures"), by="outlet", method="dispersion")
    assert result.kind == "dispersion"
    assert row(result, "A", "t")["estimate"] == pytest.approx(0.3)
    points = result.points.set_index("article_id")["value"]
    assert sorted(points["a1"]) == [0.1, 0.5]
    assert np.isnan(points["a2"])
    assert points["b1"] == 0.9


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"method": "dispersion"}, "'dispersion' shows places from 0 to 1"),
        ({"method": "dispersion", "pairs": True}, "in pairs; make the places with measure_places"),
    ],
)
def test_what_has_no_places_has_no_dispersion(options, said):
    with pytest.raises(schema.InputError, match=said):
        compare(counted(outlet("A", [1]) + outlet("B", [2])), by="outlet", **options)


def test_pairs_need_two_groups():
    with pytest.raises(schema.InputError, match="only one group, 'A'; pairs need two"):
        compare(counted(outlet("A", [1])), by="outlet", pairs=True)


def test_a_group_of_the_articles_table_without_any_row_is_named():
    articles = pd.DataFrame({"article_id": ["A0", "B0", "C0"], "outlet": ["A", "B", "C"]})
    result = compare(counted(outlet("A", [1]) + outlet("B", [2])), by="outlet", articles=articles)
    assert noted(result, "Nothing of this measure in C")


def wire(groups):
    """Each outlet with six articles of its own, and one agency text that all of them ran."""
    own = [line for g, count in groups for line in outlet(g, [count, 1, 2, count, 3, 1])]
    copies = [(f"{g}-wire", g, 0.5, {"f": 8}) for g, _ in groups]
    ids = [a[0] for a in own + copies]
    group = [None] * len(own) + [copies[0][0]] * len(copies)
    return counted(own + copies), pd.DataFrame({"article_id": ids, "copy_group": group})


def test_copies_are_one_article_and_each_group_has_it_once():
    table, articles = wire([("A", 4), ("B", 1), ("C", 2)])
    each, once = compare(table, by="outlet"), compare(table, by="outlet", articles=articles)
    assert (each.n_articles, once.n_articles) == (21, 19)
    assert once.table["estimate"].tolist() == each.table["estimate"].tolist()
    assert noted(once, "Counted once: 2 articles are copies of another (B-wire, C-wire)")
    assert not noted(each, "Counted once")
    merged = compare(table.assign(side="all"), by="side", articles=articles)
    assert row(merged, "all", "f")["n_articles"] == 19
    assert row(merged, "all", "f")["n"] == pytest.approx(19 * 0.5)


def test_without_copies_nothing_changes():
    table, articles = wire([("A", 4), ("B", 1)])
    plain = compare(table, by="outlet", articles=articles.assign(copy_group=None))
    pd.testing.assert_frame_equal(plain.table, compare(table, by="outlet").table)


@pytest.mark.parametrize("options", [{}, {"pairs": True}, {"method": "G2"}, {"method": "log ratio", "pairs": True}])
def test_printing_plotting_and_exporting_never_change_a_comparison(options, tmp_path):
    result = compare(schema.table(LETTERS, "measures"), by="outlet", **options)
    before = result.table.copy(deep=True), result.points.copy(deep=True), result.notes
    str(result)
    result._repr_html_()
    export(plot(result), tmp_path / "chart")
    pd.testing.assert_frame_equal(result.table, before[0])
    pd.testing.assert_frame_equal(result.points, before[1])
    assert result.notes == before[2]
    assert result.seed == 0
    assert result.n_articles == 8


def test_few_articles_against_many_are_told_of() -> None:
    """6 articles against 20: the interval covered less than it says in the simulation."""
    rows = [
        {"article_id": f"{group}{i}", "outlet": group, "measure": "m", "item": "x", "value": (i * 7) % 5, "n": 10.0}
        for group, size in (("A", 6), ("B", 20))
        for i in range(size)
    ]
    notes = " ".join(compare(schema.table(rows, "measures"), by="outlet").notes)
    assert "may be too short for A (6)" in notes


@pytest.mark.parametrize("method", ["means", "log-odds"])
def test_items_taken_a_few_at_a_time_give_the_same_table(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What keeps the memory flat changes nothing."""
    rng = np.random.default_rng(3)
    rows = []
    for number in range(30):
        shared = {"article_id": f"a{number}", "outlet": "ABC"[number % 3], "measure": "occurrences per 1,000 words"}
        rows.append({**shared, "value": 0, "n": 0.5})
        rows += [{**shared, "item": f"t{i}", "value": int(c), "n": 0} for i, c in enumerate(rng.poisson(2, 9)) if c]
    measures = schema.table(rows, "measures")
    whole = compare(measures, by="outlet", method=method)
    monkeypatch.setattr(stats, "CELLS", 60)  # two items at a time
    parts = compare(measures, by="outlet", method=method)
    pd.testing.assert_frame_equal(whole.table, parts.table)
    order = ["group", "item", "article_id"]
    pd.testing.assert_frame_equal(
        whole.points.sort_values(order, ignore_index=True), parts.points.sort_values(order, ignore_index=True)
    )


def test_so_many_points_that_no_chart_could_show_them_are_drawn_from(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        {"article_id": f"a{i}", "outlet": "AB"[i % 2], "measure": "m", "item": "x", "value": i, "n": 1}
        for i in range(40)
    ]
    measures = schema.table(rows, "measures")
    whole = compare(measures, by="outlet")
    monkeypatch.setattr("toolkit.comparison._MOST_POINTS", 15)
    some = compare(measures, by="outlet")
    pd.testing.assert_frame_equal(whole.table, some.table)
    assert (len(whole.points), len(some.points)) == (40, 15)
    assert any("drawn at random" in note for note in some.notes)


def test_very_many_articles_are_bundled_and_the_notes_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        {"article_id": f"a{i}", "outlet": "AB"[i % 2], "measure": "m", "item": "x", "value": i % 7, "n": 1}
        for i in range(80)
    ]
    measures = schema.table(rows, "measures")
    whole = compare(measures, by="outlet")
    for module in ("toolkit.stats", "toolkit.stats.sides"):
        monkeypatch.setattr(f"{module}.BUNDLES", 25)
    some = compare(measures, by="outlet")
    assert any("25 articles, they are added up" in note for note in some.notes)
    assert not any("added up" in note for note in whole.notes)
    assert some.table["estimate"].tolist() == whole.table["estimate"].tolist()
    width, single = (frame["high"] - frame["low"] for frame in (some.table, whole.table))
    assert width.to_numpy() == pytest.approx(single.to_numpy(), rel=0.25)


def test_a_group_too_small_to_be_tested_stands_among_the_others() -> None:
    """p belongs to the difference that is shown, whose other side holds the small group's articles, too."""
    sizes = {"A": 6, "B": 6, "C": 2}
    names = [group for group, size in sizes.items() for _ in range(size)]
    hits = np.array([4, 3, 5, 4, 2, 4, 1, 2, 0, 1, 3, 1, 9, 8], dtype=float)
    rows = []
    for number, (group, value) in enumerate(zip(names, hits, strict=True)):
        row = {"article_id": f"a{number:02}", "outlet": group, "measure": "m"}
        rows += [{**row, "value": 0, "n": 10}, {**row, "item": "x", "value": value, "n": 0}]
    table = compare(schema.table(rows, "measures"), by="outlet", method="counts").table.set_index("group")
    mine, n = np.array(names) == "A", np.full(14, 10.0)
    expected = stats.label_permutation(stats.Side.of(hits * mine, n * mine), stats.Side.of(hits * ~mine, n * ~mine))
    assert expected.exact[0]
    assert table.loc["A", "p"] == pytest.approx(expected.p[0])
    assert np.isnan(table.loc["C", "p"])
