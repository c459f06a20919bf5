"""What the world hands in: for each file a right result or one clear sentence, and the good file beside it is read."""

from __future__ import annotations

import io
import json
import os
import sys
import time
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import sample_files as sample
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit import load_articles, schema, views
from toolkit.articles import Loaded, read
from toolkit.cli import DONE, NOTHING, REMARKS, main
from toolkit.output import write_table
from toolkit.schema import InputError

LOADED, REMARKED, LEFT = "loaded", "loaded with remarks", "left out"
GOOD = "The mayor said on Monday that the bridge was safe. “Nobody was hurt,” she added.\n"
STORY = sample.TEXT
ROW = STORY.replace("\n", " ")
MANY = 3_000_000  # bytes; a bomb is many times as large as what it is packed in


@dataclass(frozen=True)
class Case:
    """One input: what becomes of it, what is said of it, and the texts that are read from it."""

    name: str
    content: bytes
    status: str
    says: str = ""
    texts: Sequence[str] | None = field(default=None)


def table(*rows: Sequence[str], mark: str = ",") -> str:
    return "".join(mark.join(row) + "\n" for row in rows)


def zipped(name: str, content: bytes, **attributes: int) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as out:
        info = zipfile.ZipInfo(name)
        for key, value in attributes.items():
            setattr(info, key, value)
        out.writestr(info, content, zipfile.ZIP_DEFLATED)
        out.writestr("inner.txt", STORY)
    return stream.getvalue()


HEAD = ("outlet", "text")
CURLY = "“Café” – said the mayor’s office in its naïve note."
CASES = [
    # encodings
    Case("cp1252.txt", CURLY.encode("cp1252"), REMARKED, "Windows-1252", [CURLY]),
    Case("latin1.txt", "Café, said the mayor of Málaga.".encode("latin-1"), REMARKED, "Windows-1252", None),
    Case("bom.txt", CURLY.encode("utf-8-sig"), LOADED, "", [CURLY]),
    Case("utf16.txt", CURLY.encode("utf-16"), LOADED, "", [CURLY]),
    Case("utf16le.txt", CURLY.encode("utf-16-le"), REMARKED, "UTF-16", [CURLY]),
    Case("utf16be.txt", CURLY.encode("utf-16-be"), REMARKED, "UTF-16", [CURLY]),
    Case("utf32.txt", CURLY.encode("utf-32"), LOADED, "", [CURLY]),
    Case(
        "mixed.txt",
        f"{CURLY} {CURLY} ".encode() + b"It said caf\xe9.",
        REMARKED,
        "1 byte",
        [f"{CURLY} {CURLY} It said café."],
    ),
    Case("cut.txt", STORY.encode() + "“".encode()[:2], REMARKED, "byte", None),
    Case("cyrillic1251.txt", "Мэр заявил в понедельник, что мост безопасен.".encode("cp1251"), LEFT, "encoding"),
    Case("page1252.html", sample.page(encoding="cp1252"), LOADED, "", None),
    Case("pagelies.html", sample.page(charset="utf-8", encoding="cp1252"), REMARKED, "utf-8", None),
    # line ends, characters
    *(
        Case(
            f"ends{i}.txt",
            f"One was said.{e}{e}Another “line”, she said{e}".encode(),
            LOADED,
            "",
            [f"One was said.{e}{e}Another “line”, she said{e}"],
        )
        for i, e in enumerate(["\n", "\r\n", "\r", "\u2028", "\x85", "\x0c"])
    ),
    Case(
        "rtl.txt",
        "The mayor (\u202bرئيس البلدية\u202c) said on Monday that the bridge was safe.".encode(),
        LOADED,
        "",
        None,
    ),
    Case(
        "combining.txt",
        "The cafe\u0301 owner Zo\u0308e said it was safe.".encode(),
        LOADED,
        "",
        ["The cafe\u0301 owner Zo\u0308e said it was safe."],
    ),
    Case("zalgo.txt", ("The" + "\u0301" * 5000 + " mayor said it was safe.").encode(), LOADED, "", None),
    Case(
        "zerowidth.txt",
        "The may\u200bor said\ufeff it was\u2060 safe.".encode(),
        LOADED,
        "",
        ["The may\u200bor said\ufeff it was\u2060 safe."],
    ),
    Case("onlyzerowidth.txt", "\u200b\u200c\u2060\n".encode(), LEFT, "no word"),
    Case("quotes.txt", 'He said "it’s “safe, and ‘left. «She” agreed", «no.'.encode(), LOADED, "", None),
    Case("longline.txt", b"word " * 1_000_000, LEFT, "characters"),
    # not text
    Case("empty.txt", b"", LEFT, "no text"),
    Case("blank.txt", b" \r\n\t", LEFT, "no text"),
    Case("bom_only.txt", b"\xef\xbb\xbf", LEFT, "no text"),
    Case("boilerplate.txt", b"Advertisement\nSign up for our newsletter\nShare\n", LEFT, "nothing but"),
    Case("nul.txt", b"One word.\0 Two.", LEFT, "NUL"),
    Case("picture.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", LEFT, "PNG"),
    Case("binary.txt", bytes(range(1, 256)) * 20, LEFT, "no text file"),
    Case("really.txt", sample.pdf([["A word."]]), LEFT, "PDF"),
    Case("renamed.csv", sample.workbook({"A": [HEAD, ("A", "One word.")]}), LEFT, "ZIP"),
    Case("page.txt", sample.page(), REMARKED, "HTML", None),
    Case("photo.jpeg", b"\xff\xd8\xff", LEFT, ".jpeg is not a format"),
    Case("old.doc", b"\xd0\xcf\x11\xe0", LEFT, "save it as .docx"),
    Case("noend", STORY.encode(), LEFT, "without ending"),
    Case("pickle.pkl", b"\x80\x04.", LEFT, "not a format"),
    # tables
    Case("semicolon.csv", table(HEAD, ("A", f'"{ROW}"'), mark=";").encode(), LOADED, "", [ROW]),
    Case("tabs.csv", table(HEAD, ("A", ROW), mark="\t").encode(), LOADED, "", [ROW]),
    Case("pipe.csv", table(HEAD, ("A", ROW), mark="|").encode(), LOADED, "", [ROW]),
    Case("excelsep.csv", b"sep=;\n" + table(HEAD, ("A", f'"{ROW}"'), mark=";").encode(), LOADED, "", [ROW]),
    Case(
        "ragged.csv",
        table(HEAD, ("A", "One word.", "x"), ("B",), ("C", "Three words.")).encode(),
        LEFT,
        "no text",
        ["One word.", "Three words."],
    ),
    Case(
        "newlines.csv",
        table(HEAD, ("A", '"One\nword,\r\n""said"" she."'), ("B", "Two words.")).encode(),
        LOADED,
        "",
        ['One\nword,\r\n"said" she.', "Two words."],
    ),
    Case(
        "openquote.csv",
        table(HEAD, ("A", '"One word'), ("B", "Two words."), ("C", "Three words.")).encode(),
        REMARKED,
        "row 2",
        ['"One word', "Two words.", "Three words."],
    ),
    Case(
        "notable.csv", table(("day", "rain"), ("1", "2")).encode(), LEFT, "no column text (its columns are day, rain)"
    ),
    Case("noheader.csv", table(("A", f'"{ROW * 20}"')).encode(), LEFT, "no column text"),
    Case("found.csv", table(("quote_id", "outlet", "content"), ("1", "A", "It was safe.")).encode(), LEFT, "of quotes"),
    Case("headeronly.csv", table(HEAD).encode(), LEFT, "no rows"),
    Case(
        "twins.csv",
        table(("id", *HEAD), ("x", "A", "One word."), ("x", "B", "Two words.")).encode(),
        REMARKED,
        "'x' is taken",
        ["One word.", "Two words."],
    ),
    Case("nulrow.csv", table(HEAD, ("A", "One\0 word."), ("B", "Two words.")).encode(), LEFT, "NUL", ["Two words."]),
    Case(
        "badbyte.csv",
        table(HEAD, ("A", CURLY), ("B", "It said XX.")).encode().replace(b"XX", b"caf\xe9"),
        REMARKED,
        "1 byte",
        [CURLY, "It said café."],
    ),
    Case(
        "renamed_columns.csv",
        table(("Publication Title", "Full Text"), ("A", f'"{ROW}"')).encode(),
        REMARKED,
        "Full Text read as text",
        [ROW],
    ),
    Case("hugecell.csv", table(HEAD, ("A", "word " * 60_000)).encode(), LOADED, "", None),
    Case("manycolumns.csv", (",".join(f"c{i}" for i in range(20_000)) + "\n").encode(), LEFT, "no column text", None),
    # JSON
    Case(
        "broken.jsonl",
        f'{{"text": "One word."}}\n{{"text": \n\n{{"text": {json.dumps(ROW)}}}\n'.encode(),
        LEFT,
        "line 2",
        ["One word.", ROW],
    ),
    Case("scalars.jsonl", b'1\n"x"\n{"text": "One word."}\n[]\n', LEFT, "is no object", ["One word."]),
    Case("array.jsonl", json.dumps([{"text": "One word."}]).encode(), LOADED, "", ["One word."]),
    Case("lines.json", b'{"text": "One word."}\n{"text": "Two words."}\n', LOADED, "", ["One word.", "Two words."]),
    Case(
        "wrapped.json",
        json.dumps({"status": "ok", "articles": [{"content": "One word.", "source": {"name": "A"}}]}).encode(),
        REMARKED,
        "content read as text",
        ["One word."],
    ),
    Case("broken.json", b'[{"text": "One word."},', LEFT, "byte"),
    Case("deep.json", b"[" * 200_000, LEFT, "nested"),
    Case(
        "surrogate.jsonl",
        b'{"text": "One \\ud800 word."}\n{"text": "Two words."}\n',
        LEFT,
        "half a character",
        ["Two words."],
    ),
    Case("jsonnul.jsonl", b'{"text": "One \\u0000 word."}\n{"text": "Two words."}\n', LEFT, "NUL", ["Two words."]),
    Case(
        "numbers.jsonl",
        b'{"text": 7e999}\n{"text": "Two words.", "n": NaN, "rank": 12}\n',
        LOADED,
        "",
        ["Infinity", "Two words."],
    ),
    Case("bigint.jsonl", b'{"text": "One word.", "n": ' + b"9" * 10_000 + b"}\n", LEFT, "line 1"),
    Case("empty.json", b"", LEFT, "is empty"),
    # documents
    Case("good.docx", sample.word(), LOADED, "", [STORY]),
    Case("broken.docx", sample.word()[:2000], LEFT, "Word"),
    Case("empty.docx", sample.word([]), LEFT, "no text"),
    Case("good.pdf", sample.pdf([sample.STORY]), LOADED, "", [STORY]),
    Case("scan.pdf", sample.pdf([[]]), LEFT, "scan"),
    Case("locked.pdf", sample.locked(sample.pdf([["A word."]])), LEFT, "password"),
    Case("broken.pdf", sample.pdf([["A word."]])[:300], LEFT, "PDF"),
    Case("fake.pdf", b"%PDF-1.7\nhello", LEFT, "PDF"),
    Case("good.xlsx", sample.workbook({"A": [HEAD, ("A", ROW)]}), LOADED, "", [ROW]),
    Case("broken.xlsx", b"PK\x03\x04 nothing", LEFT, "ZIP"),
    Case("good.parquet", sample.parquet(pd.DataFrame({"text": [ROW], "outlet": ["A"]})), LOADED, "", [ROW]),
    Case("broken.parquet", b"PAR1" + b"x" * 100 + b"PAR1", LEFT, "Parquet"),
    # archives
    Case("good.zip", sample.archive({"a/one.txt": STORY}), LOADED, "", [STORY]),
    Case("slip.zip", zipped("../../evil.txt", b"Evil word."), LEFT, "evil.txt", [STORY]),
    Case("absolute.zip", zipped("/tmp/evil.txt", b"Evil word."), LEFT, "evil.txt", [STORY]),
    Case("windows.zip", zipped("C:\\evil.txt", b"Evil word."), LEFT, "evil.txt", [STORY]),
    Case("link.zip", zipped("link.txt", b"/etc/hostname", external_attr=0o120777 << 16), LEFT, "link", [STORY]),
    Case("bomb.zip", zipped("bomb.txt", b"\0" * MANY), LEFT, "times its packed size", [STORY]),
    Case("nested.zip", zipped("inner.zip", sample.archive({"a.txt": "A word."})), LEFT, "inside another", [STORY]),
    Case("long.zip", zipped("x" * 5000 + ".txt", b"A word."), LEFT, "name", [STORY]),
    Case("broken.zip", sample.archive({"a.txt": STORY})[:-30], LEFT, "ZIP"),
    Case("bomb.docx", zipped("word/document.xml", b" " * MANY), LEFT, "times its packed size"),
    Case("bomb.xlsx", zipped("xl/workbook.xml", b" " * MANY), LEFT, "times its packed size"),
    # pages
    Case("nothing.html", b"<html><body><nav></nav></body></html>", LEFT, "no article"),
    Case(
        "paywall.html", b"<html><body><p>You have read all you may.</p></body></html>", REMARKED, "only 6 words", None
    ),
    Case("deep.html", b"<div>" * 50_000 + b"words", LEFT, "no article"),
    Case("entity.html", b'<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><p>&c;</p>', REMARKED, "only 1 word"),
    # dates, languages
    Case(
        "dates.csv",
        table((*HEAD, "date"), ("A", "One word.", "03/04/2020"), ("B", "Two words.", "25/12/2020")).encode(),
        REMARKED,
        "'03/04/2020'",
        None,
    ),
    Case(
        "german.txt",
        ("Der Bürgermeister sagte am Montag, die Brücke sei sicher. Niemand wurde verletzt. " * 3).encode(),
        REMARKED,
        "de",
        None,
    ),
    Case("arabic.txt", ("قال رئيس البلدية يوم الاثنين إن الجسر آمن. " * 3).encode(), REMARKED, "ar", None),
]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder `in` to fill; commands run beside it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    return Path("in")


def of(loaded: Loaded, name: str) -> list[tuple[str, str]]:
    """Status and all that is said of one file, its parts included."""
    parts = [f for f in loaded.findings if Path("in", name).as_posix() in Path(f.input).as_posix()]
    return [(f.status, f"{f.input}: {f.reason}; {f.action}") for f in parts]


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.name))
def test_a_right_result_or_one_clear_sentence_and_the_good_file_is_read(case: Case, place: Path) -> None:
    sample.fill(place, {"good.txt": GOOD, case.name: case.content})
    loaded = read([place])
    assert GOOD in list(loaded.articles["text"])
    said = of(loaded, case.name)
    statuses = {status for status, _ in said}
    worst = LEFT if LEFT in statuses else REMARKED if REMARKED in statuses else LOADED
    assert worst == case.status, said
    assert any(case.says in what for status, what in said if status == case.status), said
    assert all("\n" not in what for _, what in said)
    if case.texts is not None:
        assert [text for text in loaded.articles["text"] if text != GOOD] == list(case.texts)


@pytest.mark.parametrize("name", ["broken.jsonl", "german.txt", "slip.zip", "good.pdf"])
def test_check_names_it_and_ends_as_promised(name: str, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = next(case for case in CASES if case.name == name)
    sample.fill(place, {"articles_of_mine.csv": f'outlet,text\nA,"{GOOD}"\n', name: case.content})
    assert main(["check", "in"]) == (DONE if case.status == LOADED else REMARKS)
    out, err = capsys.readouterr()
    assert err == ""
    assert f"in/{name}" in out


def test_nothing_of_an_archive_is_left_behind_or_outside(place: Path) -> None:
    for case in CASES:
        if case.name.endswith(".zip"):
            sample.fill(place, {case.name: case.content})
    load_articles(place)
    assert {path.suffix for path in Path().rglob("*") if path.is_file()} == {".zip"}
    assert not Path("/tmp/evil.txt").exists()


# Places that are no ordinary files


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes in folders")
def test_a_pipe_is_not_waited_for(place: Path) -> None:
    sample.fill(place, {"good.txt": GOOD})
    os.mkfifo(place / "pipe.txt")
    loaded = read([place])
    assert [(Path(f.input).name, f.reason) for f in loaded.left_out()] == [("pipe.txt", "it is no regular file")]


def test_a_folder_that_may_not_be_opened_is_named(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sample.fill(place, {"good.txt": GOOD, "closed/a.txt": GOOD})
    listed = Path.iterdir

    def guarded(self: Path) -> object:
        if self.name == "closed":
            raise PermissionError(13, "Permission denied", str(self))
        return listed(self)

    monkeypatch.setattr(Path, "iterdir", guarded)
    ((said,),) = [[f.reason for f in read([place]).left_out()]]
    assert said == "it cannot be opened (Permission denied)"


def test_links_that_loop_end(place: Path) -> None:
    sample.fill(place, {"good.txt": GOOD, "sub/b.txt": STORY})
    (place / "sub" / "loop").symlink_to(place.resolve())
    (place / "self.txt").symlink_to(place.resolve() / "self.txt")
    loaded = read([place])
    assert sorted(loaded.articles["article_id"]) == ["b", "good"]
    assert {Path(f.input).name for f in loaded.left_out()} == {"loop", "self.txt"}


def test_one_input_named_twice_is_read_once(place: Path) -> None:
    sample.fill(place, {"good.txt": GOOD})
    assert len(load_articles(place)) == 1
    assert len(read([place, place.resolve(), place / "good.txt"]).articles) == 1


# What a text must not do where it is shown or written

EVIL = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'; DROP TABLE",
    "javascript:alert(1)",
    "{{7*7}}",
]
FORMULAS = ["=1+1", "+1+cmd", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", '=HYPERLINK("http://x")']


@pytest.mark.parametrize("evil", EVIL)
def test_markup_in_any_field_is_shown_as_words(evil: str) -> None:
    fields = dict.fromkeys(("article_id", "outlet", "title", "author", "url", "date"), evil)
    articles = load_articles(pd.DataFrame([fields | {"text": f"{GOOD} {evil} was said.\nRead more: {evil}"}]))
    page = str(views.show_article(articles["article_id"][0], articles, schema.table([], "quotes")))
    assert "<script" not in page
    assert "<img" not in page
    assert 'href="javascript' not in page


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_spreadsheet_takes_a_text_for_a_formula(formula: str, tmp_path: Path) -> None:
    frame = pd.DataFrame({"text": [formula], formula: ["x"]})
    from openpyxl import load_workbook

    write_table(frame, tmp_path / "t.xlsx")
    sheet = load_workbook(tmp_path / "t.xlsx").active
    assert sheet is not None
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s"}
    assert str(sheet["A2"].value)[0] not in "=+-@\t\r\n＝"
    raw = write_table(frame, tmp_path / "t.csv").read_text(encoding="utf-8-sig")
    cells = pd.read_csv(io.StringIO(raw), header=None, dtype=str).to_numpy().ravel().tolist()
    assert not [cell for cell in cells if cell[0] in "=+-@\t\r\n＝"]
    write_table(frame, tmp_path / "t.jsonl")
    assert json.loads((tmp_path / "t.jsonl").read_text(encoding="utf-8"))["text"] == formula
    write_table(frame, tmp_path / "t.parquet")
    assert pd.read_parquet(tmp_path / "t.parquet")["text"].tolist() == [formula]


@pytest.mark.parametrize("name", ["../../evil", "/etc/passwd", "a\0b", "x" * 10_000, "CON", "..", "C:\\evil", "a/b"])
def test_an_id_from_the_world_is_only_an_id(name: str, place: Path) -> None:
    row = {"article_id": name, "outlet": name, "text": GOOD}
    sample.fill(place, {"a.jsonl": json.dumps(row) + "\n" + json.dumps({"text": STORY}) + "\n"})
    loaded = read([place])
    kept = list(loaded.articles["article_id"])
    assert kept[-1] == "a-2"
    assert all("\0" not in one for one in kept)
    assert all(len(one) <= 200 for one in kept)


# Time and memory


def test_a_long_line_and_many_lines_take_time_in_proportion() -> None:
    def seconds(text: str) -> float:
        frame, began = pd.DataFrame({"text": [text]}), time.process_time()
        load_articles(frame)
        return time.process_time() - began

    for unit in ("word said, ", "word said.\n", "A B C D.\n", "“A ", "By Ann ", "Read more "):
        seconds(unit * 100)
        small, large = min(seconds(unit * 1_000) for _ in range(3)), min(seconds(unit * 16_000) for _ in range(2))
        assert large < 16 * 6 * max(small, 0.002), unit


# Anything at all

ENDINGS = "txt md html csv tsv json jsonl xlsx docx pdf parquet zip mhtml eml".split()
MAGIC = [
    b"",
    b"PK\x03\x04",
    b"%PDF-1.4\n",
    b"PAR1",
    b"\xff\xfe",
    b"<html><p>",
    b"{",
    b"[",
    b'text\n"',
    b"text,outlet\n",
]


@settings(max_examples=25)
@pytest.mark.parametrize("ending", ENDINGS)
@given(begin=st.sampled_from(MAGIC), data=st.binary(max_size=200))
def test_any_bytes_under_any_name_are_read_or_named(
    ending: str, begin: bytes, data: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    check_bytes(ending, begin + data, tmp_path_factory)


def check_bytes(ending: str, data: bytes, factory: pytest.TempPathFactory) -> None:
    path = factory.mktemp("any") / f"a.{ending}"
    path.write_bytes(data)
    articles, message = articles_or_reason(path)
    assert "\n" not in message
    assert message.endswith(".") == (articles == [])
    for row in articles:
        assert "\0" not in row["text"]
        row["text"].encode("utf-8")
        assert all(0 <= s < e <= len(row["text"]) for s, e, _ in row["skip"])


def articles_or_reason(path: Path) -> tuple[list[dict[str, Any]], str]:
    """The rows that are read from a file, or the sentence that says why there are none."""
    try:
        return schema.records(load_articles(path)), ""
    except InputError as error:
        return [], str(error)


SEEDS: dict[str, Callable[[], bytes]] = {
    "docx": sample.word,
    "pdf": lambda: sample.small_pdf(STORY),
    "xlsx": lambda: sample.workbook({"A": [HEAD, ("A", ROW)]}),
    "parquet": lambda: sample.parquet(pd.DataFrame({"text": [ROW]})),
    "zip": lambda: sample.archive({"a.txt": STORY, "b.csv": "text\nA word.\n"}),
    "html": sample.page,
    "mhtml": lambda: sample.mhtml(sample.page()),
    "eml": lambda: sample.mail(attached="a.pdf"),
    "jsonl": lambda: (json.dumps({"text": ROW}) + "\n").encode() * 3,
    "csv": lambda: table(HEAD, ("A", f'"{ROW}"'), ("B", "Two words.")).encode(),
}
MADE: dict[str, bytes] = {}


@settings(max_examples=25)
@pytest.mark.parametrize("ending", SEEDS)
@given(at=st.floats(0, 1), cut=st.integers(0, 40), put=st.binary(max_size=8))
def test_a_damaged_file_is_read_or_named(
    ending: str, at: float, cut: int, put: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    whole = MADE.setdefault(ending, SEEDS[ending]())
    first = int(at * len(whole))
    check_bytes(ending, whole[:first] + put + whole[first + cut :], tmp_path_factory)


def test_where_nothing_can_be_read_check_still_names_every_file(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sample.fill(place, {"a.txt": "", "b.pdf": b"%PDF", "c.xyz": "x"})
    assert main(["check", "in"]) == NOTHING
    out, err = capsys.readouterr()
    assert [line.split("in/")[1][:5] for line in out.splitlines()] == ["a.txt", "b.pdf", "c.xyz"]
    assert err.count("\n") == 1


def test_check_writes_the_same_as_a_table(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sample.fill(place, {"good.txt": GOOD, "b.csv": 'text,outlet\n"",A\n', "c.xyz": "x"})
    assert main(["check", "in", "--out", "found.csv"]) == REMARKS
    rows = pd.read_csv("found.csv", keep_default_na=False).to_dict("records")
    shown = [(row["status"], Path(row["input"]).name, row["place"]) for row in rows]
    assert shown[:3] == [(LEFT, "b.csv", "row 2"), (LEFT, "c.xyz", ""), (LOADED, "good.txt", "")]
    assert rows[0]["reason"] == "it has no text"
    assert rows[1]["what_to_do"].startswith("use .txt")
    assert capsys.readouterr().out.splitlines()[-1].startswith("1 article loaded; 0 inputs with remarks; 2 left out.")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
def test_a_name_cannot_steer_the_terminal(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sample.fill(
        place,
        {"good.txt": GOOD, "\x1b[2Jloaded\nin.xyz": "x", "b.jsonl": '{"id": "a\\n\\u001b[31m", "text": "A word."}'},
    )
    for command in ("check in", "quotes in --out q.csv"):
        assert main(command.split()) == REMARKS
        out, err = capsys.readouterr()
        lines = [line for line in (out + err).splitlines() if "\r" not in line]
        assert not [line for line in lines if "\x1b" in line or line.startswith("in.xyz")]
