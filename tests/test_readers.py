"""Reading one file: bytes to characters and tables to articles, with nothing changed and nothing lost in silence."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_articles import TEXT, refused, told

from toolkit import load_articles, schema
from toolkit.articles import read
from toolkit.csvfile import decode, own_table
from toolkit.csvfile import read as read_csv
from toolkit.rawfile import UnreadableError
from toolkit.schema import InputError

MARKS_OF_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
Folder = Callable[[dict[str, str | bytes]], Path]

# Any text a file can hold: every code point but NUL and lone surrogates, with one word in it, so that it is an article.
any_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")).map(lambda t: f"{t}word")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A folder with the given files in it."""

    def make(files: dict[str, str | bytes]) -> Path:
        for name, content in files.items():
            (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return tmp_path

    return make


# Text is kept to the character


@given(text=any_text)
def test_any_text_comes_through_a_file_as_it_is(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("any") / "a.txt"
    path.write_bytes(text.encode("utf-8-sig"))
    table = read_or_nothing(path)
    assert table is None or list(table["text"]) == [text]


@given(text=any_text)
def test_any_text_comes_through_a_table_as_it_is(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("any") / "a.csv"
    buffer = io.StringIO(newline="")
    csv.writer(buffer, quoting=csv.QUOTE_ALL).writerows([["text", "outlet"], [text, "A"]])
    path.write_bytes(buffer.getvalue().encode("utf-8"))
    table = read_or_nothing(path)
    assert table is None or list(table["text"]) == [text]


def read_or_nothing(path: Path) -> pd.DataFrame | None:
    """The articles; None where the text is, by chance, only what is not an article ("~~~" or a button)."""
    try:
        return load_articles(path)
    except InputError as error:
        if "nothing but what is not an article" in str(error):
            return None
        raise


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r", "\u2028", "\u2029", "\x85", "\x0b"])
@pytest.mark.parametrize("name", ["a.txt", "a.csv"])
def test_line_ends_are_left_alone(ends: str, name: str, folder: Folder) -> None:
    text = f"One line was said.{ends}{ends}Another “line”, she said{ends}"
    content = text if name == "a.txt" else 'text,outlet\r\n"' + text + '",A\r\n'
    assert list(load_articles(folder({name: content}))["text"]) == [text]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_encodings_with_a_mark_are_read(encoding: str, folder: Folder) -> None:
    marks = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}
    place = folder({"a.txt": marks.get(encoding, b"") + "Łódź: “ça va”".encode(encoding)})
    assert list(load_articles(place)["text"]) == ["Łódź: “ça va”"]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_its_mark_is_told_by_its_bytes(encoding: str, folder: Folder) -> None:
    loaded = read([folder({"a.txt": TEXT.encode(encoding)})])
    assert list(loaded.articles["text"]) == [TEXT]
    assert encoding.upper() in told(loaded, "a.txt")[1]


def test_windows_1252_is_read_and_remarked_on(folder: Folder) -> None:
    loaded = read([folder({"a.txt": "“Café” – said".encode("cp1252"), "b.txt": b"caf\xe9 \x81 said"})])
    assert list(loaded.articles["text"]) == ["“Café” – said", "café \ufffd said"]
    assert "Windows-1252" in told(loaded, "a.txt")[1]
    assert "; 1 byte could not be read" in told(loaded, "b.txt")[1]


@given(data=st.binary(max_size=60))
def test_bytes_that_are_utf8_are_never_read_as_anything_else(data: bytes) -> None:
    try:
        text, remarks = decode(data)
    except UnreadableError as error:
        text, remarks = "", [error.reason]
    assert remarks or text.encode("utf-8") == data.removeprefix(codecs.BOM_UTF8) or data[:2] in MARKS_OF_UTF16


@pytest.mark.parametrize("data", [b"\xff\xfea", b"\xef\xbb\xbf\xff", b"%PDF-1.4\0\0", b"\xef\xbb\xbfa\0b"])
def test_what_is_no_text_is_left_out_with_the_reason(data: bytes, folder: Folder) -> None:
    loaded = read([folder({"bad.txt": data, "good.txt": TEXT})])
    status, reason = told(loaded, "bad.txt")
    assert status == "left out"
    assert any(word in reason for word in ("broken", "NUL", "PDF"))
    assert any("bad.txt" in note for note in schema.notes_of(loaded.articles))


# Tables


@pytest.mark.parametrize(("name", "mark"), [("a.csv", ","), ("a.csv", ";"), ("a.csv", "\t"), ("a.tsv", "\t")])
def test_separators(name: str, mark: str, folder: Folder) -> None:
    content = mark.join(["outlet", "text"]) + "\n" + mark.join(["A", '"One; two, three\tfour\nfive ""six"""']) + "\n"
    assert list(load_articles(folder({name: content}))["text"]) == ['One; two, three\tfour\nfive "six"']


def test_synonyms_are_read_as_ours_and_said_once(folder: Folder) -> None:
    content = (
        "Headline,Publisher,Published At,Link,Byline,Lang,Body,Owner\nH,P,2020-02-12,http://a.b,Ann,en,One word.,O\n"
    )
    loaded = read([folder({"a.csv": content + "H2,P,,,,,Two words.,O\n"})])
    row = schema.records(loaded.articles)[0]
    expected = {
        "title": "H",
        "outlet": "P",
        "date": "2020-02-12",
        "url": "http://a.b",
        "author": "Ann",
        "language": "en",
    }
    assert {**row, **expected, "text": "One word.", "Owner": "O"} == row
    assert len(loaded.remarks()) == 1
    assert "Body read as text" in loaded.remarks()[0].reason


def test_our_own_name_wins_over_a_synonym(folder: Folder) -> None:
    (row,) = schema.records(load_articles(folder({"a.csv": "source,outlet,content,text\nS,O,C,The text.\n"})))
    assert (row["outlet"], row["text"], row["source"], row["content"]) == ("O", "The text.", "S", "C")


def test_columns_are_renamed_as_told_and_that_is_no_remark(folder: Folder) -> None:
    place = folder({"a.csv": "Story,Who,text\nThe story.,W,not this\n"})
    loaded = read([place], columns={"Story": "text", "Who": "outlet"})
    (row,) = schema.records(loaded.articles)
    assert (row["text"], row["outlet"], row["text_original"]) == ("The story.", "W", "not this")
    assert not loaded.remarks()
    message = refused(lambda: load_articles(place, columns={"Tale": "text"}))
    assert "'Tale'" in message
    assert "Story, Who, text" in message
    frame = pd.DataFrame({"Story": ["The story."]})
    assert load_articles(frame, columns={"Story": "text"})["text"].tolist() == ["The story."]
    assert "The DataFrame of articles" in refused(lambda: load_articles(frame, columns={"Tale": "text"}))
    assert "no column text" in refused(lambda: load_articles(frame.rename(columns={"Story": "Tale"})))


def test_na_is_a_word_and_empty_is_missing(folder: Folder) -> None:
    (row,) = schema.records(load_articles(folder({"a.csv": "text,outlet,title,author\nNA,null,NaN, \n"})))
    assert (row["text"], row["outlet"], row["title"], row["author"]) == ("NA", "null", "NaN", None)


def test_ragged_rows_are_read_and_remarked_on(folder: Folder) -> None:
    loaded = read([folder({"a.csv": "text,outlet\nOne word.,A,extra\nTwo words.\n\nThree words.,C\n"})])
    assert list(loaded.articles["text"]) == ["One word.", "Two words.", "Three words."]
    said = " ".join(finding.reason for finding in loaded.remarks())
    assert "row 2 has 3 cells where the header has 2" in said
    assert "row 3 has 1 cell where the header has 2" in said


def test_an_open_quotation_mark_costs_no_other_row(folder: Folder) -> None:
    loaded = read([folder({"a.csv": 'text,outlet\n"One word,A\nTwo words.,B\n"Three ""words"".",C\n'})])
    assert list(loaded.articles["text"]) == ['"One word', "Two words.", 'Three "words".']
    assert "row 2: its quotation marks do not pair" in loaded.remarks()[0].reason


def test_two_columns_of_one_name_are_remarked_on(folder: Folder) -> None:
    loaded = read([folder({"a.csv": "text,outlet,outlet\nOne word.,A,B\n"})])
    assert "two columns are called outlet" in loaded.remarks()[0].reason


def test_a_cell_longer_than_the_csv_module_allows_by_itself(folder: Folder) -> None:
    long = "word " * 60_000
    assert list(load_articles(folder({"a.csv": f'text,outlet\n"{long}",A\n'}))["text"]) == [long]


def test_rows_are_numbered_with_the_empty_ones_between(folder: Folder) -> None:
    place = folder({"a.csv": 'text,outlet\n"One\nword.",A\n\n,\nTwo words.,B\n'})
    assert list(load_articles(place)["article_id"]) == ["a-2", "a-5"]


def test_a_header_in_capitals_is_ours_and_no_remark(folder: Folder) -> None:
    loaded = read([folder({"a.csv": "TEXT, Outlet ,Article ID\nOne word.,A,x\n"})])
    (row,) = schema.records(loaded.articles)
    assert (row["article_id"], row["text"], row["outlet"]) == ("x", "One word.", "A")
    assert not loaded.remarks()


SPREADSHEETS = {
    "comma": lambda text: text.encode("utf-8"),
    "excel utf-8": lambda text: ("\ufeff" + text.replace("\n", "\r\n")).encode("utf-8"),
    "excel ansi": lambda text: text.replace("\n", "\r\n").encode("cp1252"),
    "excel europe": lambda text: text.replace(",", ";").replace("\n", "\r\n").encode("cp1252"),
    "excel unicode text": lambda text: text.replace(",", "\t").encode("utf-16"),
    "old mac": lambda text: text.replace("\n", "\r").encode("utf-8"),
    "spare cells": lambda text: text.replace("\n", ",,,\n").encode("utf-8"),
    "capitals": lambda text: text.replace("alias,party", " Alias ,PARTY").encode("utf-8"),
}


@pytest.mark.parametrize("saved", SPREADSHEETS)
def test_one_table_is_read_alike_however_it_was_saved(saved: str, folder: Folder) -> None:
    text = (
        "alias,party\nIts maker’s café,Łódź’s side\n" if saved == "excel unicode text" else "alias,party\nCafé’s,Side\n"
    )
    place = folder({"parties.csv": SPREADSHEETS[saved](text)})
    frame = own_table(place / "parties.csv", ("alias", "party", "outlet"), ("alias",))
    expected = dict(zip(("alias", "party"), text.splitlines()[1].split(","), strict=True)) | {"outlet": ""}
    assert frame.to_dict("records") == [expected]
    assert bool(schema.notes_of(frame)) == (saved in ("excel ansi", "excel europe"))


def test_a_person_s_workbook_is_read_as_their_csv_is(folder: Folder) -> None:
    place = folder({"parties.csv": "Alias,party\nthe dockers’ union,Dockers\n007, Harbour  office \n\nNA,None\n"})
    book = openpyxl.Workbook()
    for row in [
        ("Alias", "party"),
        ("the dockers’ union", "Dockers"),
        ("007", " Harbour  office "),
        (),
        ("NA", "None"),
    ]:
        book.active.append(row)
    book.save(place / "parties.xlsx")
    columns = ("alias", "party", "outlet")
    first, second = (own_table(place / f"parties.{end}", columns, ("alias",)) for end in ("csv", "xlsx"))
    pd.testing.assert_frame_equal(first, second)
    (place / "parties.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    assert "parties.xlsx cannot be read as a table (it is damaged" in refused(
        lambda: own_table(place / "parties.xlsx", columns, ("alias",))
    )


cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


@given(table=st.lists(st.lists(cells, min_size=3, max_size=3), min_size=1, max_size=4), mark=st.sampled_from(",;\t"))
def test_what_the_csv_module_writes_is_read_back(
    table: list[list[str]], mark: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("any") / "a.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream, delimiter=mark, quoting=csv.QUOTE_ALL).writerows([["a", "b", "c"], *table])
    found = read_csv(path, strict=True)
    held = [(n, row) for n, row in enumerate(table, start=2) if any(cell.strip() for cell in row)]
    assert [(n, list(row.values())) for n, row in found.rows] == held
    assert found.remarks == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"alias,party\na,b,c\n", "row 2 has 3 cells where the header has 2"),
        (b"alias,party\n\na,b\na,b,,c\n", "row 4 has 4 cells"),
        (b'alias,party\na,"b\n', "its quotation marks are not as in a CSV table"),
        (b"alias,party\n\0", "NUL bytes"),
        (b"\xff\xfea", "broken utf-16"),
        (b"name,party\na,b\n", "has no column alias (its columns are name, party)"),
    ],
)
def test_a_table_of_ones_own_is_refused_where_it_may_be_misread(content: bytes, says: str, folder: Folder) -> None:
    place = folder({"p.csv": content})
    message = refused(lambda: own_table(place / "p.csv", ("alias", "party"), ("alias", "party")))
    assert says in message
    assert "p.csv" in message


def test_what_the_toolkit_guarded_against_formulas_comes_back_as_it_was(folder: Folder) -> None:
    place = folder({"p.csv": "alias,party\n'@example,'- none\n'tis,x\n"})
    frame = own_table(place / "p.csv", ("alias", "party"), ("alias",))
    assert frame.to_numpy().tolist() == [["@example", "- none"], ["'tis", "x"]]
