"""Every table has its columns, types and meanings, and missing is null."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit import schema
from toolkit.result import TABLE_COLUMNS, Comparison
from toolkit.schema import InputError

KINDS = {"text": "str", "whole": "Int64", "number": "float64", "yesno": "bool", "list": "object"}
TABLE_NAMES = list(schema.TABLES)

cells = {
    "text": st.none() | st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
    "whole": st.none() | st.integers(0, 10**9),
    "number": st.none() | st.floats(allow_nan=False, allow_infinity=False),
    "yesno": st.booleans(),
    "list": st.lists(st.integers(0, 9), max_size=3),
}


def rows_of(table: str) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(st.fixed_dictionaries({c.name: cells[c.kind] for c in schema.TABLES[table]}), max_size=4)


@pytest.mark.parametrize("table", TABLE_NAMES)
def test_every_column_has_a_known_kind_and_a_meaning(table: str) -> None:
    columns = schema.TABLES[table]
    assert {column.kind for column in columns} <= set(KINDS)
    assert all(column.meaning for column in columns)
    assert len({column.name for column in columns}) == len(columns)


@pytest.mark.parametrize("table", TABLE_NAMES)
def test_an_empty_table_has_its_columns_and_types(table: str) -> None:
    frame = schema.table([], table)
    assert list(frame.columns) == schema.names(table)
    assert [str(dtype) for dtype in frame.dtypes] == [KINDS[column.kind] for column in schema.TABLES[table]]


@settings(max_examples=20)
@given(data=st.data())
@pytest.mark.parametrize("table", TABLE_NAMES)
def test_rows_go_in_and_come_out_as_they_are(table: str, data: st.DataObject) -> None:
    rows = data.draw(rows_of(table))
    frame = schema.table(rows, table)
    assert schema.records(frame) == rows
    pd.testing.assert_frame_equal(schema.conform(frame, table), frame)
    assert [str(dtype) for dtype in frame.dtypes] == [KINDS[column.kind] for column in schema.TABLES[table]]


@given(rows=rows_of("quotes"))
def test_lists_are_json_text_in_a_flat_table(rows: list[dict[str, Any]]) -> None:
    flat = schema.flat(schema.table(rows, "quotes"))
    assert [json.loads(cell) for cell in flat["spans"]] == [row["spans"] for row in rows]


def test_further_columns_stay_behind_ours_and_the_index_is_new() -> None:
    frame = pd.DataFrame({"mood": ["x", "y"], "outlet": ["A", None]}, index=[7, 7])
    out = schema.conform(frame, "articles")
    assert list(out.columns) == [*schema.names("articles"), "mood"]
    assert list(out.index) == [0, 1]
    assert out["outlet"].isna().tolist() == [False, True]
    assert list(frame.columns) == ["mood", "outlet"]


@pytest.mark.parametrize("cell", [None, float("nan"), np.nan, np.float64("nan"), pd.NA, pd.NaT, "", " \n"])
def test_what_is_missing(cell: object) -> None:
    assert schema.is_missing(cell)


@pytest.mark.parametrize("cell", [0, 0.0, False, "NA", "nan", "0", [], float("inf")])
def test_what_is_not_missing(cell: object) -> None:
    assert not schema.is_missing(cell)


@pytest.mark.parametrize(
    ("cell", "plain"),
    [(np.int64(3), 3), (np.float64(0.5), 0.5), (np.bool_(True), True), (pd.NaT, None), (pd.NA, None), ([1], [1])],
)
def test_a_cell_is_plain_python(cell: object, plain: object) -> None:
    out = schema.plain(cell)
    assert out == plain
    assert type(out) is type(plain)


def test_notes_are_kept_once_and_through_stacking() -> None:
    one = schema.table([{"item": "a", "value": 1, "n": 2}], "measures", ["first", "first"])
    other = schema.table([], "measures", ["second", "first"])
    stacked = schema.stack([one, other], "measures")
    assert schema.notes_of(stacked) == ["first", "second"]
    assert schema.notes_of(one) == ["first"]
    assert schema.records(stacked) == schema.records(one)
    assert schema.notes_of(schema.stack([], "measures")) == []
    assert schema.notes_of(schema.conform(one, "measures")) == ["first"]


def test_a_missing_column_is_named_with_those_there_are() -> None:
    with pytest.raises(InputError, match=r"The table has no column b or c \(its columns are a\); rename or add it\."):
        schema.need_columns(pd.DataFrame({"a": []}), ["a", "b", "c"], "The table")
    schema.need_columns(pd.DataFrame({"a": []}), ["a"], "The table")


def comparison(title: str = "<b>Title</b>", note: str = "a & b") -> Comparison:
    table = pd.DataFrame({name: ["<i>x</i>"] if name in ("group", "item") else [np.nan] for name in TABLE_COLUMNS})
    return Comparison(title, "party", "m", "u", "means", table, pd.DataFrame(), "<method>", (note,), 0, 3, 1)


def test_a_comparison_shows_its_basis_method_and_notes_and_is_escaped() -> None:
    shown = comparison()
    html, text = shown._repr_html_(), str(shown)
    for part in ("n = 3 articles, 1 quotes; seed 0", "method", "b"):
        assert part in html
        assert part in text
    assert "<i>" not in html
    assert "<b>Title" not in html
    assert "a &amp; b" in html
    assert shown.groups() == shown.items() == ["<i>x</i>"]


def test_showing_a_comparison_does_not_change_it() -> None:
    shown = comparison()
    before = shown.table.copy()
    shown._repr_html_()
    str(shown)
    pd.testing.assert_frame_equal(shown.table, before)
