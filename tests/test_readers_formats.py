"""Each format once as people have it: what is read from a page, a document, a workbook, JSON, Parquet and a ZIP."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import datetime as moment
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
import sample_files as sample
from hypothesis import given, settings
from hypothesis import strategies as st
from test_articles import refused
from test_readers import read_or_nothing

from toolkit import cleaning, load_articles, schema
from toolkit.articles import FORMATS, read
from toolkit.workbook import as_text

MIDNIGHT = moment.fromisoformat("2025-03-04")  # as Excel holds a day: without a zone
ROW = sample.TEXT.replace("\n", " ")
OTHER = "The union said that it would strike on Thursday, and that no ship would be unloaded before."


def rows_of(folder: Path, files: dict[str, bytes | str]) -> list[dict[str, object]]:
    return schema.records(load_articles(sample.fill(folder, files)))


def remark(folder: Path, files: dict[str, bytes | str]) -> str:
    return "; ".join(finding.reason for finding in read([sample.fill(folder, files)]).remarks())


# Saved pages


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
@pytest.mark.parametrize("ending", [".html", ".htm", ".HTML"])
def test_of_a_page_the_article_is_read_and_what_the_page_tells_of_itself(
    encoding: str, ending: str, tmp_path: Path
) -> None:
    (row,) = rows_of(tmp_path, {f"page{ending}": sample.page(encoding=encoding)})
    assert row["title"] == "Crane had been inspected, office says"
    assert (row["author"], row["outlet"], row["date"]) == ("Bo Example", "Invented Gazette", "2025-03-04")
    assert row["url"] == "https://gazette.example/crane"
    text = str(row["text"])
    assert text.splitlines()[-len(sample.STORY) :] == list(sample.STORY)
    assert not [words for words in sample.FURNITURE if words in text]


BUILT = {
    "as it is": (r"$^", ""),
    "of divs alone": (r"(?<=<)(/?)(?:main|article|section|aside|figure)\b", r"\1div"),
    "without classes": (r' (?:class|id)="[^"]*"', ""),
    "with line breaks for paragraphs": (r"</p>\n<p>(?=“|The dock|Two)", "<br><br>"),
    "with a link in the middle": (r"</p>\n<p>“", '</p>\n<div><p><a href="/x">Read more: Our guide</a></p></div>\n<p>“'),
    "with a quotation set apart": (r"<p>(“Nobody.*?)</p>", r"<blockquote><p>\1</p></blockquote>"),
}


@pytest.mark.parametrize("built", BUILT)
def test_however_a_page_is_built_its_story_is_whole_and_its_furniture_is_not_counted(
    built: str, tmp_path: Path
) -> None:
    page = re.sub(*BUILT[built], sample.page().decode())
    articles = load_articles(sample.fill(tmp_path, {"a.html": page}))
    kept = cleaning.remaining(articles["text"][0], articles["skip"][0])
    assert [paragraph for paragraph in sample.STORY if paragraph not in kept] == []
    assert [words for words in (*sample.FURNITURE, "Our guide", "By Bo Example") if words in kept] == []


def test_what_calls_itself_latin_1_is_windows_1252_as_in_every_browser(tmp_path: Path) -> None:
    (row,) = rows_of(tmp_path, {"a.html": sample.page(encoding="cp1252", charset="iso-8859-1")})
    assert "“Nobody was told" in str(row["text"])


@pytest.mark.parametrize("charset", ["utf-8", "no-such-thing", "utf-16"])
def test_a_page_that_is_not_what_it_says_is_read_and_remarked_on(charset: str, tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {"a.html": sample.page(encoding="cp1252", charset=charset)}
    assert "“Nobody was told" in str(rows_of(tmp_path, files)[0]["text"])
    assert f"it says that it is {charset} and is not" in remark(tmp_path, files)


@pytest.mark.parametrize(
    ("more", "day"),
    [
        (sample.JSON_LD, "2025-03-04"),
        ('<meta property="article:published_time" content="2025-03-05T01:00:00-05:00">', "2025-03-05"),
        ('<meta name="date" content="5 March 2025">', "2025-03-05"),
        ('<meta name="date" content="03/04/2025">', None),
        ('<script type="application/ld+json">{broken</script>', "2025-03-04"),
        ("", "2025-03-04"),
    ],
)
def test_the_day_is_the_page_s_own_and_is_not_guessed(more: str, day: str | None, tmp_path: Path) -> None:
    (row,) = rows_of(tmp_path, {"a.html": sample.page(more=more)})
    assert row["date"] == day


def test_a_page_in_one_file_is_the_same_article(tmp_path: Path) -> None:
    saved, whole = sample.mhtml(sample.page()), sample.page()
    (one,) = rows_of(tmp_path / "1", {"a.mhtml": saved})
    (other,) = rows_of(tmp_path / "2", {"a.html": whole})
    assert one == other
    assert "it holds no page" in refused(lambda: rows_of(tmp_path / "3", {"a.mht": b"Subject: x\n\nwords"}))


# E-mails


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_saved_mail_is_an_article_with_its_subject_and_day(ends: str, tmp_path: Path) -> None:
    saved = sample.mail().replace(b"\n", ends.encode())
    (row,) = rows_of(tmp_path, {"a.eml": saved})
    assert row["text"].splitlines() == "\n\n".join(sample.STORY).splitlines()
    assert (row["title"], row["date"]) == ("Crane had been inspected", "2025-03-04")


def test_a_mail_that_holds_a_page_is_read_as_one(tmp_path: Path) -> None:
    saved = sample.mail(sample.page().decode(), kind="html")
    (one,) = rows_of(tmp_path / "1", {"a.eml": saved})
    (other,) = rows_of(tmp_path / "2", {"a.html": sample.page()})
    assert one["text"] == other["text"]


def test_a_mail_laid_out_in_tables_is_read_as_paragraphs(tmp_path: Path) -> None:
    cells = "".join(f"<tr><td><p>{paragraph}</p></td></tr>" for paragraph in sample.STORY)
    (row,) = rows_of(tmp_path, {"a.eml": sample.mail(f"<html><body><table>{cells}</table></body></html>", kind="html")})
    assert row["text"].split("\n") == list(sample.STORY)


def test_a_mail_with_an_unknown_encoding_and_a_day_that_is_none_is_read(tmp_path: Path) -> None:
    files = {
        "a.eml": b"From: a\nDate: one day\nContent-Type: text/plain; charset=x-none\n\nThe quay \xe2\x80\x93 shut."
    }
    (row,) = rows_of(tmp_path, files)
    assert (row["text"], row["date"]) == ("The quay – shut.", None)
    assert "the date 'one day' is not clear" in remark(tmp_path, files)


@pytest.mark.parametrize("mark", ["Fwd: ", "FW: ", "Re: Fwd: "])
def test_a_mail_that_was_passed_on_has_no_day_and_says_so(mark: str, tmp_path: Path) -> None:
    files = {"a.eml": sample.mail(subject=f"{mark}Crane had been inspected")}
    (row,) = rows_of(tmp_path, files)
    assert (row["title"], row["date"]) == ("Crane had been inspected", None)
    assert "it was passed on" in remark(tmp_path, files)


def test_what_hangs_on_a_mail_is_named(tmp_path: Path) -> None:
    assert "1 attachment left out (a.pdf)" in remark(tmp_path, {"a.eml": sample.mail(attached="a.pdf")})


def test_the_lines_over_a_message_that_was_passed_on_are_not_the_article(tmp_path: Path) -> None:
    head = "---------- Forwarded message ---------\nFrom: Desk <desk@example.org>\nDate: Tue, 4 Mar 2025\nTo: me\n\n"
    story = "\n\n".join(sample.STORY)
    (row,) = rows_of(tmp_path, {"a.eml": sample.mail(head + story)})
    assert [reason for *_, reason in row["skip"]] == ["mail"] * 4
    assert row["text"][row["skip"][-1][1] :].strip() == story.strip()


def test_what_is_no_mail_is_refused(tmp_path: Path) -> None:
    assert "it is no saved e-mail" in refused(lambda: rows_of(tmp_path, {"a.eml": b"One word, and no head."}))


# Word and PDF


def test_a_word_file_is_its_paragraphs_a_line_each(tmp_path: Path) -> None:
    content = sample.word(heading="A crane fell", table=[["Name", "Age"], ["Ann Example", "41"]])
    (row,) = rows_of(tmp_path, {"a.docx": content})
    assert row["title"] == "A crane fell"
    assert str(row["text"]).splitlines() == ["A crane fell", *sample.STORY, "Name", "Age", "Ann Example", "41"]


def test_what_an_editor_struck_out_is_not_in_the_text_and_what_was_put_in_is(tmp_path: Path) -> None:
    run = "<w:r><w:t>Nobody </w:t></w:r><w:del><w:r><w:delText>ever </w:delText></w:r></w:del>"
    run += '<w:ins><w:r><w:t xml:space="preserve">here </w:t></w:r></w:ins>'
    run += "<w:r><w:t>said</w:t><w:tab/><w:t>it.</w:t></w:r>"
    (row,) = rows_of(tmp_path, {"a.docx": changed(sample.word(["MARK"]), "<w:r><w:t>MARK</w:t></w:r>", run)})
    assert row["text"] == "Nobody here said\tit."


def changed(content: bytes, old: str, new: str) -> bytes:
    """A Word file with something else in its body."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(stream, "w") as out:
        for name in given.namelist():
            part = given.read(name)
            out.writestr(name, part.replace(old.encode(), new.encode()) if name == "word/document.xml" else part)
    return stream.getvalue()


def test_a_pdf_is_the_lines_of_its_text_layer(tmp_path: Path) -> None:
    (row,) = rows_of(tmp_path, {"a.pdf": sample.pdf([sample.STORY[:2], sample.STORY[2:]])})
    assert row["text"] == sample.TEXT
    (row,) = rows_of(tmp_path / "2", {"b.pdf": sample.small_pdf(OTHER)})
    assert row["text"] == OTHER


def test_pages_without_words_are_named_and_a_scan_is_refused(tmp_path: Path) -> None:
    assert remark(tmp_path, {"a.pdf": sample.pdf([sample.STORY, []])}) == "no words were found on page 2"
    message = refused(lambda: rows_of(tmp_path / "2", {"a.pdf": sample.pdf([[], []])}))
    assert "it is a scan" in message
    assert "recognise its text" in message


# Workbooks, Parquet, JSON


def test_every_sheet_with_a_text_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    sheets: dict[str, list[list[object]]] = {
        "News": [[], ["Headline", "Date", "Body", "Words"], ["H", MIDNIGHT, ROW, 12.0]],
        "More": [["Body"], [None], [OTHER]],
        "Sums": [["Words"], [12]],
    }
    loaded = read([sample.fill(tmp_path, {"a.xlsx": sample.workbook(sheets)})])
    first, second = schema.records(loaded.articles)
    assert (first["article_id"], first["title"], first["date"], first["Words"]) == ("a-News-3", "H", "2025-03-04", "12")
    assert (second["article_id"], second["text"]) == ("a-More-3", OTHER)
    assert [finding.place for finding in loaded.left_out()] == ["sheet Sums"]


def test_a_workbook_is_read_as_the_same_table_in_csv_is(tmp_path: Path) -> None:
    frame = pd.DataFrame({"outlet": ["A", "B"], "text": [ROW, 'Said "so", she\ndid.'], "n": ["1", None]})
    excel = sample.workbook({"A": [list(frame.columns), *frame.astype(object).where(frame.notna(), None).to_numpy()]})
    one = rows_of(tmp_path / "1", {"a.xlsx": excel})
    assert one == rows_of(tmp_path / "2", {"a.csv": frame.to_csv(index=False)})
    numbered = [row | {"article_id": f"a-{i}"} for i, row in enumerate(one, start=1)]
    assert numbered == rows_of(tmp_path / "3", {"a.parquet": sample.parquet(frame)})
    assert numbered == rows_of(tmp_path / "4", {"a.jsonl": frame.to_json(orient="records", lines=True)})


def test_parquet_is_read_some_rows_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toolkit.readers.tables._AT_ONCE", 2)
    frame = pd.DataFrame(
        {"body": [f"Article {i} has words of its own: {'x' * i}." for i in range(5)], "year": range(5)}
    )
    rows = rows_of(tmp_path, {"a.parquet": sample.parquet(frame)})
    assert [row["article_id"] for row in rows] == [f"a-{i}" for i in range(1, 6)]
    assert [row["text"] for row in rows] == list(frame["body"])
    assert [row["year"] for row in rows] == list("01234")


def test_a_damaged_group_of_parquet_rows_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    words = [f"Article {i} has words of its own, and then some more of them." for i in range(6)]
    content = io.BytesIO()
    pd.DataFrame({"body": words}).to_parquet(content, row_group_size=2, compression=None)
    column = pq.ParquetFile(content).metadata.row_group(1).column(0)
    begin = column.dictionary_page_offset or column.data_page_offset
    whole = content.getvalue()
    damaged = whole[:begin] + b"\xff" * column.total_compressed_size + whole[begin + column.total_compressed_size :]
    loaded = read([sample.fill(tmp_path, {"a.parquet": damaged})])
    assert list(loaded.articles["text"]) == [*words[:2], *words[4:]]
    (finding,) = loaded.left_out()
    assert "rows 3 to 4" in finding.place


def test_the_json_of_a_news_service_is_read(tmp_path: Path) -> None:
    article = {
        "source": {"id": None, "name": "Invented Gazette"},
        "author": ["Ann Example", "Bo Example"],
        "title": "T",
    }
    article |= {"publishedAt": "2025-03-04T18:32:00Z", "url": "https://gazette.example/a", "content": ROW, "rank": 3}
    (row,) = rows_of(tmp_path, {"a.json": json.dumps({"status": "ok", "articles": [article]})})
    assert (row["outlet"], row["author"], row["date"]) == ("Invented Gazette", "Ann Example, Bo Example", "2025-03-04")
    assert (row["article_id"], row["text"], row["rank"]) == ("a-1", ROW, "3")


@settings(max_examples=40)
@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")).map(lambda t: f"{t} word said"))
@pytest.mark.parametrize("ending", ["jsonl", "json", "parquet"])
def test_any_text_comes_through_as_it_is(ending: str, text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    content: dict[str, bytes | str] = {
        "jsonl": json.dumps({"text": text}, ensure_ascii=False),
        "json": json.dumps([{"text": text}]),
        "parquet": sample.parquet(pd.DataFrame({"text": [text]})) if ending == "parquet" else b"",
    }
    table = read_or_nothing(sample.fill(tmp_path_factory.mktemp("any"), {f"a.{ending}": content[ending]}))
    assert table is None or list(table["text"]) == [text]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        ("NA", "NA"),
        (3, "3"),
        (3.0, "3"),
        (3.5, "3.5"),
        (True, "true"),
        (MIDNIGHT, "2025-03-04"),
        (MIDNIGHT.replace(hour=18, minute=32), "2025-03-04T18:32:00"),
        ({"name": "A", "id": 1}, "A"),
        (["a", "b"], "a, b"),
        ({"x": [1, {"y": "é"}]}, '{"x": [1, {"y": "é"}]}'),
        (b"caf\xc3\xa9", "café"),
    ],
)
def test_values_become_text_as_a_reader_would_write_them(value: object, text: str | None) -> None:
    assert as_text(value) == text


# Archives and folders


def test_an_archive_is_read_as_the_folder_in_it(tmp_path: Path) -> None:
    members: dict[str, str | bytes] = {
        "news/articles.csv": "file,outlet\na.txt,A\nb.html,B\n",
        "news/a.txt": sample.TEXT,
        "news/b.html": sample.page((OTHER, *sample.STORY[:1] * 2, OTHER)),
    }
    flat = {name.removeprefix("news/"): content for name, content in members.items()}
    packed = rows_of(tmp_path / "1", {"a.zip": sample.archive(flat)})
    assert packed == rows_of(tmp_path / "2", flat)
    assert [row["outlet"] for row in packed] == ["A", "B"]


def test_places_in_an_archive_are_named_by_the_archive(tmp_path: Path) -> None:
    members: dict[str, str | bytes] = {"x/a.txt": sample.TEXT, "x/b.txt": "", "c.csv": "text\nA word said.\n\0\n"}
    loaded = read([sample.fill(tmp_path, {"news.zip": sample.archive(members)})])
    inputs = {finding.input.removeprefix(f"{tmp_path}/") for finding in loaded.findings}
    assert {"news.zip/x/a.txt", "news.zip/x/b.txt", "news.zip/c.csv, row 2", "news.zip/c.csv, row 3"} <= inputs
    assert not [name for name in inputs if "/tmp" in name.removeprefix(str(tmp_path))]
    assert list(loaded.articles["outlet"]) == ["c-2", "x"]


@pytest.mark.parametrize("content", [sample.archive({}), sample.archive({"a.zip": sample.archive({"a.txt": OTHER})})])
def test_an_archive_without_articles_says_so(content: bytes, tmp_path: Path) -> None:
    message = refused(lambda: rows_of(tmp_path, {"a.zip": content}))
    assert "it holds no files" in message or "archive inside another" in message


def test_the_order_of_files_on_the_disk_changes_nothing(tmp_path: Path) -> None:
    names = ["b.txt", "a.docx", "c.csv", "sub/d.html"]
    contents = [OTHER, sample.word(), f'text\n"{ROW}"\n', sample.page()]
    pairs = list(zip(names, contents, strict=True))
    one = rows_of(tmp_path / "1", dict(pairs))
    assert one == rows_of(tmp_path / "2", dict(reversed(pairs)))
    assert [row["article_id"] for row in one] == ["a", "b", "c-2", "d"]


def test_the_formats_that_are_named_are_the_ones_that_are_read() -> None:
    for ending in ".txt .md .html .csv .tsv .xlsx .json .jsonl .parquet .docx .pdf .zip".split():
        assert ending in FORMATS
