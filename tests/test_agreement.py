"""A second coder's table against another: who agrees on what, how far, and what cannot be told."""

import numpy as np
import pandas as pd
import pytest

from toolkit import schema, stats
from toolkit.agreement import MIN_SAMPLED, measure_agreement


def coding(codes, **more):
    return pd.DataFrame({"quote_id": [f"q{i}" for i in range(len(codes))], "act": codes, **more})


def noted(result, words):
    return any(words in note for note in result.notes)


def test_two_tables_are_matched_by_unit_and_not_by_order():
    first = coding(["speech", "thought", "speech", "finding"])
    second = coding(["speech", "speech", "speech", "finding"]).iloc[::-1]
    result = measure_agreement({"automatic": first, "Anna": second}, value="act")
    assert result.alpha == pytest.approx(stats.krippendorff_alpha([[0, 1, 0, 2], [0, 0, 0, 2]]))
    assert result.same == pytest.approx(3 / 4)
    assert result.disagreements().values.tolist() == [["q1", "thought", "speech"]]
    assert (result.n_units, result.n_coders) == (4, 2)


def test_a_coders_csv_is_read_as_spreadsheets_write_it(tmp_path):
    file = tmp_path / "anna.csv"
    file.write_bytes(
        "\ufeffquote_id;act;remark\r\nq0;speech;\r\nq1; speech ;\r\nq2;;not sure\r\nq9;speech;\r\n".encode()
    )
    result = measure_agreement({"automatic": coding(["speech", "thought", "speech"]), "Anna": file}, value="act")
    assert result.n_units == 2
    assert result.same == pytest.approx(1 / 2)
    assert noted(result, "only one coder saw (2 of 4)")


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(schema.InputError, match=r"ben\.csv cannot be read as a CSV table"):
        measure_agreement({"Anna": coding(["speech"]), "Ben": tmp_path / "ben.csv"}, value="act")


def test_a_coders_workbook_is_the_same_as_the_csv(tmp_path):
    mine, other = coding(["speech", "thought", "speech"]), coding(["speech", "speech", "speech"])
    other.to_excel(tmp_path / "anna.xlsx", index=False)
    other.to_csv(tmp_path / "anna.csv", index=False)
    first, second = (
        measure_agreement({"me": mine, "Anna": tmp_path / f"anna.{end}"}, value="act") for end in ("xlsx", "csv")
    )
    assert str(first) == str(second)
    assert first.n_units == 3


def test_what_may_be_a_slip_is_said():
    first = coding(["Speech", "thought", "finding"], article_id=["a", "a", "b"])
    second = coding(["speech", "thought", "finding"])
    second.loc[2, "quote_id"] = None
    result = measure_agreement({"me": first, "Anna": second}, value="act")
    assert noted(result, "1 row of 'Anna' with a code and no quote_id")
    assert noted(result, "different codes: 'Speech', 'speech'")
    assert not noted(measure_agreement({"me": first, "too": first}, value="act"), "different codes")


def test_columns_beside_the_codes_come_from_the_first_table_that_has_them():
    first = coding(["speech", None], content=["One.", "Two."])
    second = coding(["thought", "speech"], content=["1", "2"])
    result = measure_agreement({"me": first, "Anna": second}, value="act", beside=("content",))
    assert result.table.columns.tolist() == ["quote_id", "content", "me", "Anna", "agree"]
    assert result.table["content"].tolist() == ["One.", "2"]
    with pytest.raises(schema.InputError, match="No coder's table has a column 'colour'"):
        measure_agreement({"me": first, "Anna": second}, value="act", beside=("colour",))


def test_numbers_in_text_are_numbers_and_others_are_refused():
    numbers = {"A": coding(["1", "2", "3.0", "4"]), "B": coding([1, 2, 3, 3])}
    result = measure_agreement(numbers, value="act", level="interval")
    assert result.alpha == pytest.approx(stats.krippendorff_alpha([[1, 2, 3, 4], [1, 2, 3, 3]], level="interval"))
    with pytest.raises(schema.InputError, match="interval level needs numbers, and 'B' has 'many' for 'q1'"):
        measure_agreement({"A": coding([1, 2]), "B": coding([1, "many"])}, value="act", level="interval")
    with pytest.raises(schema.InputError, match="needs numbers from 0, and 'A' has -1"):
        measure_agreement({"A": coding([-1, 2]), "B": coding([1, 2])}, value="act", level="ratio")


@pytest.mark.parametrize(
    ("tables", "options", "said"),
    [
        ({"A": coding(["x"])}, {}, "two coders or more"),
        ({"A": coding(["x"]), "B": coding(["x"]).drop(columns="act")}, {}, "The table of 'B' has no column act"),
        ({"A": coding(["x"]), "B": coding(["x"])}, {"unit": "id"}, "has no column id"),
        ({"A": coding(["x"]), "B": pd.concat([coding(["x"])] * 2)}, {}, r"'B' codes more than once: q0"),
        ({"A": coding(["x"]), "B": coding(["x"])}, {"level": "metric"}, "level is one of 'nominal'"),
    ],
)
def test_what_cannot_be_compared_is_said_in_one_sentence(tables, options, said):
    with pytest.raises(schema.InputError, match=said):
        measure_agreement(tables, **{"value": "act", **options})


def test_undefined_alpha_says_why():
    alike = measure_agreement({"A": coding(["x", "x"]), "B": coding(["x", "x"])}, value="act")
    assert np.isnan(alike.alpha)
    assert noted(alike, "all codes are the same")
    assert "not defined" in str(alike)
    apart = measure_agreement({"A": coding(["x", None]), "B": coding([None, "x"])}, value="act")
    assert np.isnan(apart.alpha)
    assert np.isnan(apart.same)
    assert noted(apart, "no unit was coded by two coders")


def slips(units, seed=1):
    rng = np.random.default_rng(seed)
    truth = rng.choice(["speech", "thought", "finding"], units)
    return truth, np.where(rng.random(units) < 0.25, rng.choice(["speech", "thought", "finding"], units), truth)


def test_the_interval_draws_articles_where_the_tables_say_which():
    first, second = slips(120)
    article = [f"a{i // 8}" for i in range(120)]
    by_unit = measure_agreement({"A": coding(first), "B": coding(second)}, value="act")
    by_article = measure_agreement({"A": coding(first, article_id=article), "B": coding(second)}, value="act")
    assert by_unit.alpha == by_article.alpha
    assert by_unit.low < by_unit.alpha < by_unit.high
    assert (by_unit.low, by_unit.high) != (by_article.low, by_article.high)
    assert "over units" in by_unit.method
    assert "over articles" in by_article.method
    few = measure_agreement({"A": coding(first, article_id="a1"), "B": coding(second)}, value="act")
    assert np.isnan(few.low)
    assert noted(few, f"1 articles with two codes or more, and it takes {MIN_SAMPLED}")


def test_showing_it_changes_nothing_and_the_same_input_gives_the_same_text():
    first, second = slips(40)
    results = [measure_agreement({"A": coding(first), "B": coding(second)}, value="act") for _ in range(2)]
    before = results[0].table.to_csv()
    assert str(results[0]) == str(results[1])
    assert "alpha 0." in results[0]._repr_html_()
    assert results[0].table.to_csv() == before
    assert len(results[0].disagreements()) == round((1 - results[0].same) * 40)
