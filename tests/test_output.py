from __future__ import annotations

import codecs
import csv
import json
import math
import re
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from PIL import Image

from toolkit import schema
from toolkit.cells import restored
from toolkit.charts import plot
from toolkit.csvfile import read as read_csv
from toolkit.output import PICTURES, TABLE_ENDINGS, atomic, export, write_table
from toolkit.result import POINT_COLUMNS, TABLE_COLUMNS, Comparison

ENDINGS = [".png", ".svg", ".pdf", ".alt.txt", ".csv", ".points.csv", ".notes.txt"]


@pytest.fixture
def comparison() -> Comparison:
    rows = [
        [group, "score", value, math.nan, math.nan, 2, 20.0, math.nan, math.nan]
        for group, value in (("Party A", 0.25), ("=Party B & <c>", -0.5))
    ]
    points = [["a1", "Party A", "score", 0.5, 10.0], ["a2", "Party A", "score", 0.0, 10.0]]
    return Comparison(
        title="How two parties “sound”",
        by="party",
        measure="mean score",
        unit="mean score",
        kind="means",
        table=pd.DataFrame(rows, columns=list(TABLE_COLUMNS)),
        points=pd.DataFrame(points, columns=list(POINT_COLUMNS)),
        method="A method (Name 2008).",
        notes=("Left out: one article.",),
        n_articles=2,
    )


def frame() -> pd.DataFrame:
    return schema.conform(
        pd.DataFrame(
            {
                "quote_id": ["q1", "q2"],
                "content": ["NA", "two\r\nlines, “quoted”"],
                "start": [3, None],
                "spans": [[[3, 5]], []],
                "fragments": [[[3, 5, "é"]], []],
                "confidence": [0.1, math.nan],
                "edited": [True, False],
            }
        ),
        "quotes",
    )


# Charts


def test_a_chart_is_written_with_all_that_belongs_to_it(comparison: Comparison, tmp_path: Path) -> None:
    paths = export(plot(comparison), tmp_path / "new" / "folder" / "chart")
    assert [path.name for path in paths] == ["chart" + ending for ending in ENDINGS]
    assert sorted(path.name for path in (tmp_path / "new" / "folder").iterdir()) == sorted(path.name for path in paths)
    assert (tmp_path / "new" / "folder" / "chart.alt.txt").read_text("utf-8").strip() == plot(comparison).alt


def test_the_png_has_300_dots_an_inch_and_its_description(comparison: Comparison, tmp_path: Path) -> None:
    chart = plot(comparison)
    with Image.open(export(chart, tmp_path / "c")[0]) as image:
        assert image.width == chart.get_figwidth() * 300
        assert image.info["Description"] == chart.alt
        assert image.convert("RGB").getpixel((0, 0)) == (255, 255, 255)


def test_the_svg_is_valid_and_its_text_stays_text(comparison: Comparison, tmp_path: Path) -> None:
    root = ET.parse(export(plot(comparison), tmp_path / "c")[1]).getroot()
    words = " ".join(root.itertext())
    assert "=Party B & <c>" in words
    assert comparison.title in words
    assert not re.search(r"\d{4}-\d\d-\d\dT", words)


def test_the_pdf_has_no_date_and_its_letters_can_be_copied(comparison: Comparison, tmp_path: Path) -> None:
    content = export(plot(comparison), tmp_path / "c")[2].read_bytes()
    assert content.startswith(b"%PDF")
    assert b"CreationDate" not in content
    assert b"/CIDFontType2" in content  # TrueType and not Type 3 outlines


def test_same_chart_same_bytes(comparison: Comparison, tmp_path: Path) -> None:
    first, again = (export(plot(comparison), tmp_path / name / "c") for name in ("one", "two"))
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in again]
    assert [path.read_bytes() for path in export(plot(comparison), tmp_path / "one" / "c")] == [
        path.read_bytes() for path in again
    ]


def test_a_comparison_alone_gives_its_numbers(comparison: Comparison, tmp_path: Path) -> None:
    paths = export(comparison, tmp_path / "c")
    assert [path.name for path in paths] == ["c.csv", "c.points.csv", "c.notes.txt"]
    notes = paths[2].read_text("utf-8")
    for said in (comparison.title, comparison.basis(), comparison.method, *comparison.notes):
        assert said in notes
    back = pd.read_csv(paths[0])
    assert back["estimate"].tolist() == comparison.table["estimate"].tolist()
    assert back["low"].isna().all()


def test_a_figure_of_ones_own_gives_pictures(tmp_path: Path) -> None:
    paths = export(Figure(figsize=(1, 1)), tmp_path / "own")
    assert [path.suffix[1:] for path in paths] == list(PICTURES)


def test_several_charts_go_to_one_folder_by_their_names(comparison: Comparison, tmp_path: Path) -> None:
    paths = export({"one": plot(comparison), "a / b": comparison}, tmp_path / "all")
    assert {path.name for path in paths} >= {"one.png", "one.svg", "one.pdf", "one.alt.txt", "one.csv", "a_b.csv"}
    assert {path.parent for path in paths} == {tmp_path / "all"}


@pytest.mark.parametrize("given_name", ["c", "c.png", "c.svg", "c.csv", "c.points.csv"])
def test_an_ending_given_is_dropped(comparison: Comparison, tmp_path: Path, given_name: str) -> None:
    assert export(comparison, tmp_path / given_name)[0] == tmp_path / "c.csv"


def test_a_dot_in_the_name_is_kept(comparison: Comparison, tmp_path: Path) -> None:
    assert export(comparison, tmp_path / "v1.2")[0] == tmp_path / "v1.2.csv"


@pytest.mark.parametrize(("thing", "name"), [("text", "c"), (pd.DataFrame(), "c"), (None, "c")])
def test_what_cannot_be_exported_is_one_sentence(thing: Any, name: str, tmp_path: Path) -> None:
    with pytest.raises(schema.InputError, match="cannot be exported"):
        export(thing, tmp_path / name)
    assert not list(tmp_path.iterdir())


# Files


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "a" / "file.txt"

    def fail() -> None:
        with atomic(path) as made:
            made.write_text("half")
            assert not path.exists()
            raise RuntimeError("stopped")

    with pytest.raises(RuntimeError, match="stopped"):
        fail()
    assert list(path.parent.iterdir()) == []
    with atomic(path) as made:
        made.write_text("whole")
    assert [p.read_text() for p in path.parent.iterdir()] == ["whole"]


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = write_table(frame(), tmp_path / "t.csv")
    before = path.read_bytes()
    broken = pd.DataFrame({"a": [1j, "text"]})
    with pytest.raises(schema.InputError, match="does not fit Parquet"):
        write_table(broken, tmp_path / "t.parquet")
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["t.csv"]


def test_files_are_as_readable_as_any_other(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.touch()
    assert write_table(frame(), tmp_path / "t.csv").stat().st_mode == plain.stat().st_mode


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "t.csv").mkdir()
    with pytest.raises(schema.InputError, match="cannot be written"):
        write_table(frame(), tmp_path / "file" / "t.csv")
    with pytest.raises(schema.InputError, match="cannot be replaced"):
        write_table(frame(), tmp_path / "t.csv")


# Tables


@pytest.mark.parametrize("ending", TABLE_ENDINGS)
def test_same_table_same_bytes(ending: str, tmp_path: Path) -> None:
    first, again = (write_table(frame(), tmp_path / f"{name}{ending}") for name in ("one", "two"))
    assert first.read_bytes() == again.read_bytes()


def test_csv_can_be_read_back_to_the_character(tmp_path: Path) -> None:
    path = write_table(frame(), tmp_path / "t.csv")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows[0]["content"] == "NA"
    assert rows[1]["content"] == "two\r\nlines, “quoted”"
    assert rows[1]["start"] == rows[1]["confidence"] == ""
    assert json.loads(rows[0]["fragments"]) == [[3, 5, "é"]]
    assert path.read_bytes().replace(b"two\r\n", b"").count(b"\r") == 0


def test_csv_begins_with_the_mark_by_which_excel_knows_utf8_and_readers_drop_it(tmp_path: Path) -> None:
    csv_path, jsonl_path = (write_table(frame(), tmp_path / f"t{ending}") for ending in (".csv", ".jsonl"))
    assert csv_path.read_bytes().count(codecs.BOM_UTF8) == 1
    assert csv_path.read_bytes().startswith(codecs.BOM_UTF8)
    assert codecs.BOM_UTF8 not in jsonl_path.read_bytes()
    assert list(pd.read_csv(csv_path).columns) == read_csv(csv_path).header == list(frame().columns)


def test_jsonl_keeps_lists_null_and_letters(tmp_path: Path) -> None:
    table = frame().assign(infinite=[math.inf, 1.0])
    lines = write_table(table, tmp_path / "t.jsonl").read_text("utf-8").splitlines()
    first, second = map(json.loads, lines)
    assert first["fragments"] == [[3, 5, "é"]]
    assert "é" in lines[0]
    assert second["start"] is None
    assert second["speaker"] is None
    assert first["infinite"] is None
    assert first["edited"] is True


def test_parquet_keeps_types(tmp_path: Path) -> None:
    back = pd.read_parquet(write_table(frame(), tmp_path / "t.parquet"))
    assert back["start"].tolist() == [3, pd.NA]
    assert back["speaker"].isna().all()
    assert json.loads(back["fragments"][0]) == [[3, 5, "é"]]


def test_xlsx_keeps_numbers_and_words_and_holds_no_time(tmp_path: Path) -> None:
    path = write_table(frame().assign(number=[-1.5, 2.0]), tmp_path / "t.xlsx")
    first, second = schema.records(pd.read_excel(path, keep_default_na=False, na_values=[]))
    assert first["content"] == "NA"
    assert first["number"] == -1.5
    assert second["start"] == ""
    with zipfile.ZipFile(path) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


FORMULAS = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "=", "- said"]


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_nothing_in_a_spreadsheet_is_a_formula(ending: str, tmp_path: Path) -> None:
    path = write_table(pd.DataFrame({"=header": FORMULAS}), tmp_path / f"t{ending}")
    if ending == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as stream:
            cells = [row[0] for row in csv.reader(stream)]
    else:
        cells = pd.read_excel(path, header=None)[0].tolist()
        assert b"<f" not in zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml").split(b"<sheetData>")[1]
    assert [cell[0] for cell in cells] == ["'"] * (len(FORMULAS) + 1)


def test_numbers_stay_numbers(tmp_path: Path) -> None:
    texts = ["-5", "+1.5", "-.5e-3", "3"]
    path = write_table(pd.DataFrame({"text": texts, "number": [-1.0, -2.5, 0.0, 1e-9]}), tmp_path / "t.csv")
    back = pd.read_csv(path, dtype={"text": str})
    assert back["text"].tolist() == texts
    assert back["number"].tolist() == [-1.0, -2.5, 0.0, 1e-9]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(max_size=20), min_size=1, max_size=5))
def test_any_text_can_be_written_in_every_format(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    folder = tmp_path_factory.mktemp("any")
    for ending in TABLE_ENDINGS:
        write_table(pd.DataFrame({"a": pd.Series(texts, dtype="str")}), folder / f"t{ending}")
    lines = (folder / "t.jsonl").read_text("utf-8").split("\n")
    assert [json.loads(line)["a"] for line in lines if line] == texts
    with (folder / "t.csv").open(encoding="utf-8-sig", newline="") as stream:
        cells = [row[0] for row in csv.reader(stream)][1:]
    assert [restored(cell) for cell in cells] == texts
    ET.fromstring(zipfile.ZipFile(folder / "t.xlsx").read("xl/worksheets/sheet1.xml"))


def test_what_is_too_long_for_excel_is_cut_and_says_so(tmp_path: Path) -> None:
    path = write_table(pd.DataFrame({"a": ["x" * 40_000]}), tmp_path / "t.xlsx")
    value = str(pd.read_excel(path)["a"][0])
    assert len(value) == 32_767
    assert value.endswith("32,767 characters]")


def test_an_unknown_ending_names_the_endings(tmp_path: Path) -> None:
    with pytest.raises(schema.InputError, match=re.escape(", ".join(TABLE_ENDINGS))):
        write_table(frame(), tmp_path / "t.doc")
