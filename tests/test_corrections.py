"""Corrections by hand: written to a sheet, edited as people and spreadsheets do, and put back where they belong."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from framing_gold import articles_of
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit import apply_corrections, compare, load_articles, measure_sentiment, schema, write_corrections
from toolkit.cli import DONE, NOTHING, REMARKS, main
from toolkit.corrections import load_corrections, misfits
from toolkit.files import Files, check
from toolkit.pipeline import analyse, read_tables
from toolkit.quotes.extract import finish
from toolkit.quotes.origin import remember
from toolkit.quotes.places import Folded

TEXT = (
    "The pump gave way at noon, Ilse Varga said. The town had known for years, she added, and “nobody came”.\n\n"
    "“We left — all of us,” Tom Oduya said. The port said that it would pay. Nobody in the yard spoke of it again."
)
GAVE, KNOWN, LEFT, PAY = (
    "The pump gave way at noon",
    "The town had known for years",
    "We left — all of us",
    "it would pay",
)
SAID = ((GAVE, "Ilse Varga"), (KNOWN, "Ilse Varga"), (LEFT, "Tom Oduya"), (PAY, "the port"))
ENDINGS = (".csv", ".xlsx")
Edits = Mapping[str, Mapping[str, Any]]


def row_of(article_id: str, text: str, content: str, speaker: str | None, start: int | None = None) -> dict[str, Any]:
    start = text.index(content) if start is None else start
    end = start + len(content)
    return dict.fromkeys(schema.names("quotes")) | {
        "article_id": article_id,
        "outlet": "The Test",
        "speaker_text": speaker,
        "speaker": speaker,
        "act": "speech",
        "content": content,
        "kind": "indirect",
        "fragments": [],
        "start": start,
        "end": end,
        "spans": [[start, end]],
        "sentence": 0,
        "confidence": 0.9,
        "edited": False,
    }


def quotes_of(*texts: str, said: Sequence[tuple[str, str]] = SAID, parties: pd.DataFrame | None = None) -> pd.DataFrame:
    """The quotes of each text that holds them, as a table that knows its articles."""
    rows = [
        row
        for number, text in enumerate(texts)
        for row in finish([row_of(str(number), text, content, who) for content, who in said if content in text])
    ]
    return remember(schema.table(rows, "quotes"), articles_of(*texts), parties)


def cells_of(path: Path) -> list[list[str]]:
    """The sheet as another program reads it."""
    if path.suffix == ".xlsx":
        rows = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
        return [["" if cell is None else str(cell) for cell in row] for row in rows]
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


def saved(path: Path, rows: Sequence[Sequence[Any]], encoding: str = "utf-8-sig", separator: str = ",") -> Path:
    """The sheet as another program saves it."""
    if path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(list(row))
        book.save(path)
    else:
        with path.open("w", encoding=encoding, newline="") as stream:
            csv.writer(stream, delimiter=separator).writerows(rows)
    return path


def edited(quotes: pd.DataFrame, folder: Path, edits: Edits, *added: Mapping[str, Any], ending: str = ".csv") -> Path:
    """A sheet of the quotes in which a person has edited the rows with these contents, and added some."""
    header, *rows = cells_of(write_corrections(quotes, folder / f"corrections{ending}"))
    lines: list[dict[str, Any]] = [dict(zip(header, row, strict=True)) for row in rows]
    for line in lines:
        line.update({_words(key): edit for key, edit in edits.items()}.get(_words(line["content"]), {}))
    lines += [dict(row) for row in added]
    return saved(
        folder / f"corrections{ending}", [header, *([line.get(name, "") for name in header] for line in lines)]
    )


def _words(cell: str) -> str:
    """A content as it can be told in any sheet."""
    return " ".join(cell.replace("\x0b", "").split())


def by_words(quotes: pd.DataFrame) -> dict[str, dict[str, Any]]:
    return {row["content"]: row for row in schema.records(quotes)}


def holds(quotes: pd.DataFrame, *texts: str) -> bool:
    """True where every content, piece and fragment stands where its offsets say."""
    for row in schema.records(quotes):
        text = texts[int(row["article_id"])]
        pieces = [text[start:end] for start, end in row["spans"]]
        if " … ".join(pieces) != row["content"] or (row["start"], row["end"]) != (
            row["spans"][0][0],
            row["spans"][-1][1],
        ):
            return False
        if any(text[start:end] != words for start, end, words in row["fragments"]):
            return False
    return True


def same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(one, other)


# The sheet


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_columns_to_edit_stand_first_and_the_words_around_are_there(ending: str, tmp_path: Path) -> None:
    header, first, *_ = cells_of(write_corrections(quotes_of(TEXT), tmp_path / f"c{ending}"))
    line = dict(zip(header, first, strict=True))
    assert header[:5] == ["checked", "delete", "speaker", "act", "content"]
    assert (line["speaker"], line["old_speaker"]) == ("Ilse Varga", "Ilse Varga")
    assert line["content"] == line["old_content"] == GAVE
    assert (line["before"], line["after"]) == ("", TEXT[len(GAVE) : len(GAVE) + 30])


def test_excel_shows_what_to_edit_in_colour_and_keeps_words_as_words(tmp_path: Path) -> None:
    path = write_corrections(quotes_of(TEXT), tmp_path / "c.xlsx")
    again = write_corrections(quotes_of(TEXT), tmp_path / "again.xlsx")
    sheet = openpyxl.load_workbook(path).active
    coloured = [cell.value for cell in sheet[1] if cell.fill.fill_type == "solid"]
    assert coloured == ["checked", "delete", "speaker", "act", "content", "article_id"]
    assert {cell.number_format for row in sheet.iter_rows(max_col=len(coloured)) for cell in row} == {"@"}
    assert sheet.freeze_panes == "A2"
    assert path.read_bytes() == again.read_bytes()
    assert {info.date_time for info in zipfile.ZipFile(path).infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_sheet_has_an_ending_that_can_be_edited(tmp_path: Path) -> None:
    with pytest.raises(schema.InputError, match=r"use \.xlsx or \.csv"):
        write_corrections(quotes_of(TEXT), tmp_path / "c.parquet")


def test_what_a_person_wrote_is_not_overwritten(tmp_path: Path) -> None:
    quotes = quotes_of(TEXT)
    path = write_corrections(quotes, write_corrections(quotes, tmp_path / "corrections.csv"))
    edited(quotes, tmp_path, {GAVE: {"speaker": "Tom Oduya"}})
    with pytest.raises(schema.InputError, match="apply it, or choose another name"):
        write_corrections(quotes, path)
    (tmp_path / "mine.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(schema.InputError, match="choose another name"):
        write_corrections(quotes, tmp_path / "mine.csv")
    corrected = apply_corrections(quotes, path)
    write_corrections(corrected, path)
    same(apply_corrections(quotes, path), corrected)


# Nothing edited, nothing changed

_ODD = "\r\n\u2028\u2029\u0301\u0300\x00\x0b\x1f\x85\xa0\ufeff\u200f\u05d0\U0001f600'=+-@\t\"“”’…;,_"
_TEXTS = st.text(alphabet=st.one_of(st.sampled_from(_ODD), st.sampled_from("abc de"), st.characters()), max_size=80)


@st.composite
def texts_with_quotes(draw: st.DrawFn) -> tuple[str, pd.DataFrame]:
    text = draw(_TEXTS)
    rows = []
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, len(text)))
        rows.append(row_of("0", text, text[start:end], draw(st.one_of(st.none(), _TEXTS)), start))
    return text, remember(schema.table(finish(rows), "quotes"), articles_of(text), None)


@settings(max_examples=20)
@pytest.mark.parametrize("ending", ENDINGS)
@given(made=texts_with_quotes())
def test_a_sheet_that_nobody_edited_changes_nothing(
    ending: str, made: tuple[str, pd.DataFrame], tmp_path_factory: pytest.TempPathFactory
) -> None:
    _, quotes = made
    after = apply_corrections(quotes, write_corrections(quotes, tmp_path_factory.mktemp("c") / f"c{ending}"))
    same(after, quotes)
    assert misfits(after) == []


_WORDS = st.lists(
    st.text(alphabet=st.one_of(st.characters(categories=("L", "Mn", "Nd")), st.sampled_from("\u0301’")), min_size=2),
    min_size=12,
    max_size=25,
    unique=True,
)
_GAPS = st.sampled_from([" ", "\r\n", "\u2028", "  ", "\xa0", ", ", " — ", "\x0b "])


@settings(max_examples=10)
@pytest.mark.parametrize("ending", ENDINGS)
@given(words=_WORDS, gap=_GAPS, cut=st.tuples(st.integers(2, 4), st.integers(5, 7), st.integers(8, 11)))
def test_any_text_can_be_checked_cut_and_extended_and_offsets_stay_exact(
    ending: str, words: list[str], gap: str, cut: tuple[int, int, int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    words = [f"w{word}{number}x" for number, word in enumerate(words)]  # each stands once, between letters
    first, middle, last = (gap.join(words[cut[0] : end]) for end in (cut[1], cut[1] + 1, cut[2]))
    text = gap.join(words)
    folder = tmp_path_factory.mktemp("c")
    quotes = quotes_of(text, said=((middle, "A"),))
    line = {"content": " ".join(first.split()), "checked": "x"}
    shorter = apply_corrections(quotes, edited(quotes, folder, {middle: line}, ending=ending))
    assert misfits(shorter) == []
    assert shorter["content"].tolist() == [first]
    assert holds(shorter, text)
    longer = apply_corrections(
        shorter, edited(shorter, folder, {first: {"content": " ".join(last.split())}}, ending=ending)
    )
    assert (misfits(longer), longer["content"].tolist(), holds(longer, text)) == ([], [last], True)


# What a person can ask for


@pytest.mark.parametrize("ending", ENDINGS)
def test_each_kind_of_correction(ending: str, tmp_path: Path) -> None:
    quotes = quotes_of(TEXT)
    edits = {
        GAVE: {"content": "gave way at noon", "act": "writing"},
        KNOWN: {"speaker": "Tom Oduya"},
        LEFT: {"checked": "yes"},
        PAY: {"delete": "x"},
    }
    added = {"article_id": "0", "speaker": "Ilse Varga", "content": '"nobody came"', "cue": "added"}
    after = apply_corrections(quotes, edited(quotes, tmp_path, edits, added, ending=ending))
    rows = by_words(after)
    assert list(rows) == ["gave way at noon", KNOWN, "nobody came", LEFT]
    assert holds(after, TEXT)
    assert all(row["edited"] for row in rows.values())
    assert [row["confidence"] for row in rows.values()] == [None, None, None, 0.9]
    assert (rows["gave way at noon"]["act"], rows["gave way at noon"]["speaker"]) == ("writing", "Ilse Varga")
    assert (rows[KNOWN]["speaker"], rows[KNOWN]["speaker_text"]) == ("Tom Oduya", "Tom Oduya")
    assert (rows["nobody came"]["kind"], rows["nobody came"]["act"], rows["nobody came"]["cue"]) == (
        "direct",
        "speech",
        "added",
    )
    assert len(set(after["quote_id"])) == 4
    assert any("2 changed, 1 deleted, 1 added, 1 checked" in note for note in schema.notes_of(after))


def test_a_pronoun_stays_where_another_speaker_is_meant_by_it(tmp_path: Path) -> None:
    quotes = quotes_of(TEXT)
    quotes.loc[1, ["speaker_text", "speaker_start", "speaker_end"]] = ["she", 70, 73]
    after = apply_corrections(quotes, edited(quotes, tmp_path, {KNOWN: {"speaker": "Rita Moll"}}))
    row = by_words(after)[KNOWN]
    assert (row["speaker"], row["speaker_text"], row["speaker_start"]) == ("Rita Moll", "she", 70)


def test_a_speaker_may_be_left_open(tmp_path: Path) -> None:
    quotes = quotes_of(TEXT).assign(party="Harbour")
    row = by_words(apply_corrections(quotes, edited(quotes, tmp_path, {PAY: {"speaker": ""}})))[PAY]
    assert (row["speaker"], row["speaker_text"], row["party"], row["edited"]) == (None, None, None, True)


@pytest.mark.parametrize("given_as", ["remembered", "frame", "path"])
def test_the_party_is_looked_up_again(given_as: str, tmp_path: Path) -> None:
    path = tmp_path / "parties.csv"
    path.write_text("alias,speaker,party\nTown hall,the town,Town\nthe port,the port,Harbour\n", encoding="utf-8")
    table = pd.read_csv(path, dtype=str).assign(outlet="", article_id="")
    quotes = quotes_of(TEXT, parties=table if given_as == "remembered" else None).assign(party="Harbour")
    sheet = edited(quotes, tmp_path, {PAY: {"speaker": "Town hall"}, GAVE: {"speaker": "Nobody known"}})
    rows = by_words(
        apply_corrections(quotes, sheet, parties={"remembered": None, "frame": table, "path": path}[given_as])
    )
    assert (rows[PAY]["speaker"], rows[PAY]["party"]) == ("the town", "Town")
    assert rows[GAVE]["party"] is None
    assert rows[LEFT]["party"] == "Harbour"


def test_a_quote_can_be_split_by_copying_its_row(tmp_path: Path) -> None:
    whole = "The pump gave way at noon, Ilse Varga said. The town had known for years"
    quotes = quotes_of(TEXT, said=((whole, "Ilse Varga"),))
    header, line = cells_of(write_corrections(quotes, tmp_path / "c.csv"))
    at = header.index("content")
    halves = [[*line[:at], part, *line[at + 1 :]] for part in (GAVE, KNOWN)]
    path = saved(tmp_path / "c.csv", [header, *halves])
    once = apply_corrections(quotes, path)
    assert once["content"].tolist() == [GAVE, KNOWN]
    same(apply_corrections(once, path), once)


def test_words_broken_up_stay_in_pieces(tmp_path: Path) -> None:
    row = row_of("0", TEXT, GAVE, "Ilse Varga")
    second = TEXT.index(KNOWN)
    row |= {"content": f"{GAVE} … {KNOWN}", "end": second + len(KNOWN)}
    row["spans"] = [[0, len(GAVE)], [second, second + len(KNOWN)]]
    quotes = remember(schema.table(finish([row]), "quotes"), articles_of(TEXT), None)
    sheet = edited(quotes, tmp_path, {row["content"]: {"content": f"gave way at noon … {KNOWN}", "checked": "x"}})
    after = apply_corrections(quotes, sheet)
    assert after["content"].tolist() == [f"gave way at noon … {KNOWN}"]
    assert holds(after, TEXT)
    assert misfits(after) == []


@pytest.mark.parametrize("ending", ENDINGS)
def test_applying_twice_gives_the_same_table_and_notes(ending: str, tmp_path: Path) -> None:
    quotes = quotes_of(TEXT, TEXT.replace("noon", "dawn"))
    edits = {
        GAVE: {"content": "gave way", "speaker": "Tom Oduya"},
        KNOWN: {"delete": "x"},
        LEFT: {"content": "We left", "checked": "x"},
        PAY: {"speaker": "not in", "content": "words that nobody wrote"},
    }
    added = {"article_id": "1", "speaker": "Ilse Varga", "content": "nobody came"}
    path = edited(quotes, tmp_path, edits, added, ending=ending)
    once = apply_corrections(quotes, path)
    twice = apply_corrections(once, path)
    same(once, twice)
    assert schema.notes_of(twice) == schema.notes_of(once)
    assert misfits(twice) == misfits(once)
    assert len(misfits(once)) == 2


def test_a_second_sheet_keeps_what_the_first_one_asked_for(tmp_path: Path) -> None:
    quotes = quotes_of(TEXT)
    first = edited(quotes, tmp_path, {PAY: {"delete": "x"}, GAVE: {"content": "gave way"}})
    once = apply_corrections(quotes, first)
    second = edited(once, tmp_path, {LEFT: {"speaker": "Ilse Varga"}})
    after = apply_corrections(quotes, second)
    assert [(row["content"], row["speaker"]) for row in schema.records(after)] == [
        ("gave way", "Ilse Varga"),
        (KNOWN, "Ilse Varga"),
        (LEFT, "Ilse Varga"),
    ]


# Another run


def shifted(text: str) -> str:
    return "A headline that was put in later\n\n" + text.replace(" at noon", " at noon ")


@pytest.mark.parametrize("ending", ENDINGS)
def test_corrections_hold_in_a_text_that_has_shifted(ending: str, tmp_path: Path) -> None:
    quotes = quotes_of(TEXT)
    path = edited(quotes, tmp_path, {KNOWN: {"content": f"{KNOWN}, she added"}, LEFT: {"delete": "x"}}, ending=ending)
    new = shifted(TEXT)
    after = apply_corrections(quotes_of(new), path)
    assert after["content"].tolist() == [GAVE, f"{KNOWN}, she added", PAY]
    assert holds(after, new)
    assert misfits(after) == []


def test_corrections_hold_with_a_model_that_finds_other_edges_other_speakers_or_nothing(tmp_path: Path) -> None:
    path = edited(
        quotes_of(TEXT),
        tmp_path,
        {GAVE: {"checked": "x"}, KNOWN: {"speaker": "Rita Moll"}, LEFT: {"checked": "x"}, PAY: {"delete": "x"}},
    )
    retrained = quotes_of(
        TEXT,
        said=(
            ("pump gave way at noon", "Tom Oduya"),
            (f"{KNOWN}, she", "Ilse Varga"),
            ("that it would pay", "the port"),
        ),
    )
    after = apply_corrections(retrained, path)
    assert [(row["content"], row["speaker"], row["edited"]) for row in schema.records(after)] == [
        (GAVE, "Ilse Varga", True),
        (f"{KNOWN}, she", "Rita Moll", True),
        (LEFT, "Tom Oduya", True),
    ]
    assert by_words(after)[LEFT]["kind"] == "direct"
    assert holds(after, TEXT)
    same(apply_corrections(after, path), after)


def test_a_deletion_takes_no_other_speakers_quote_around_it(tmp_path: Path) -> None:
    inner, outer = "The pump gave way at noon", "The pump gave way at noon, Ilse Varga said"
    quotes = quotes_of(TEXT, said=((outer, "Tom Oduya"), (inner, "Ilse Varga")))
    header, *rows = cells_of(edited(quotes, tmp_path, {inner: {"delete": "x"}}))
    path = saved(tmp_path / "one.csv", [header, *(row for row in rows if "x" in row)])
    after = apply_corrections(apply_corrections(quotes, path), path)
    assert after["content"].tolist() == [outer]


TWICE = "“No comment,” said the mayor of Holm at first. Rain fell.\n\nLater “No comment,” said the harbour master."
REPEATED = "Q: Did you see it? A: No. Q: Did you see it? A: No. Q: Did you see it? A: No."


def places(text: str, words: str) -> list[int]:
    return [start for start, _ in Folded(text).find(words)]


def repeated(text: str, words: str) -> pd.DataFrame:
    rows = [row_of("0", text, words, "A", start) for start in places(text, words)]
    return remember(schema.table(finish(rows), "quotes"), articles_of(text), None)


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("change", ["same", "shifted", "the other one gone"])
def test_of_the_same_words_twice_the_context_decides(which: int, change: str, tmp_path: Path) -> None:
    quotes = repeated(TWICE, "No comment")
    header, *rows = cells_of(write_corrections(quotes, tmp_path / "c.csv"))
    rows[which][header.index("speaker")] = "B"
    path = saved(tmp_path / "c.csv", [header, *rows])
    parts = TWICE.split("\n\n")
    new = {"same": TWICE, "shifted": f"Up front.\n\n{TWICE}", "the other one gone": parts[which]}[change]
    after = apply_corrections(repeated(new, "No comment"), path)
    right = new.index("No comment", new.index(parts[which]))
    assert {row["start"]: row["speaker"] for row in schema.records(after)}.pop(right) == "B"
    assert (after["speaker"] == "B").sum() == 1
    gone = apply_corrections(repeated(parts[1 - which], "No comment"), path)
    assert (gone["speaker"] == "A").all()
    assert "the words around it have changed" in misfits(gone)[0]


def test_the_same_words_with_the_same_words_around_are_counted_or_refused(tmp_path: Path) -> None:
    text = (
        "Up front it rained. " + "and then the man said: No. Nobody in the room spoke for a while; " * 4 + "It ended."
    )
    quotes = repeated(text, "No.")
    header, *rows = cells_of(write_corrections(quotes, tmp_path / "c.csv"))
    assert sorted(row[header.index("occurrence")] for row in rows)[-2:] == ["2 of 3", "3 of 3"]
    mine = next(row for row in rows if row[header.index("occurrence")] == "2 of 3")
    mine[header.index("speaker")] = "B"
    path = saved(tmp_path / "c.csv", [header, mine])
    once = apply_corrections(quotes, path)
    assert once.index[once["speaker"] == "B"].tolist() == [2]
    same(apply_corrections(once, path), once)
    more = apply_corrections(repeated(text.replace("It ended", text), "No."), path)
    assert (more["speaker"] == "A").all()
    assert "with the same words around them" in misfits(more)[0]


# What does not fit is named, and changes nothing


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        ({"delete": "x", "speaker": "Tom Oduya"}, "both deleted and edited"),
        ({"content": ""}, "its content is empty"),
        ({"content": " \t"}, "its content is empty"),
        ({"content": "words that nobody wrote"}, "do not stand in the article"),
        ({"content": "—"}, "holds no words"),
        ({"act": "song"}, "there is no act 'song' (use one of speech"),
        ({"act": ""}, "there is no act ''"),
        ({"checked": "perhaps"}, "its column checked says 'perhaps'"),
        ({"delete": "?"}, "its column delete says '?'"),
        ({"article_id": "9", "checked": "x"}, "there is no such article"),
        ({"article_id": "", "checked": "x"}, "there is no such article"),
        ({"old_content": "Somebody else spoke", "checked": "x"}, "its words no longer stand in the article"),
        ({"before": "x" * 30, "after": "y" * 30, "checked": "x"}, "the words around it have changed"),
    ],
)
def test_what_cannot_be_done_is_named_and_changes_nothing(edit: dict[str, str], why: str, tmp_path: Path) -> None:
    quotes = quotes_of(TEXT)
    after = apply_corrections(quotes, edited(quotes, tmp_path, {KNOWN: edit}))
    same(after, quotes)
    (told,) = misfits(after)
    assert told in schema.notes_of(after)
    assert why in told
    assert told.startswith("corrections.csv, row 3 (")
    assert edit.get("old_content", "The town had known for years") in told


@pytest.mark.parametrize(
    ("added", "why"),
    [
        ({"article_id": "0", "speaker": "A"}, "its content is empty"),
        ({"article_id": "7", "speaker": "A", "content": GAVE}, "there is no such article"),
        ({"article_id": "0", "speaker": "A", "content": "said"}, "its words stand there 3 times"),
        ({"article_id": "0", "speaker": "A", "content": "never written"}, "do not stand in the article"),
    ],
)
def test_a_row_that_cannot_be_added_is_named(added: dict[str, str], why: str, tmp_path: Path) -> None:
    quotes = quotes_of(TEXT)
    after = apply_corrections(quotes, edited(quotes, tmp_path, {}, added))
    same(after, quotes)
    assert [why in told for told in misfits(after)] == [True]


def test_an_added_row_is_told_apart_by_the_words_around(tmp_path: Path) -> None:
    quotes = quotes_of(TEXT)
    added = {"article_id": "0", "speaker": "A", "content": "said", "before": "Tom Oduya"}
    after = apply_corrections(quotes, edited(quotes, tmp_path, {}, added))
    assert by_words(after)["said"]["start"] == TEXT.index("said", TEXT.index("Tom Oduya"))


def test_two_rows_about_the_same_words_are_not_both_followed(tmp_path: Path) -> None:
    quotes = quotes_of(TEXT)
    header, first, *others = cells_of(write_corrections(quotes, tmp_path / "c.csv"))
    one, two = ([*first[:2], who, *first[3:]] for who in ("A", "B"))
    after = apply_corrections(quotes, saved(tmp_path / "c.csv", [header, one, two, *others]))
    assert by_words(after)[GAVE]["speaker"] == "A"
    assert "row 2 is about the same words" in misfits(after)[0]


@pytest.mark.parametrize(
    "column", ["article_id", "speaker", "content", "old_content", "old_speaker", "checked", "before"]
)
@pytest.mark.parametrize("ending", ENDINGS)
def test_a_missing_column_is_one_sentence(ending: str, column: str, tmp_path: Path) -> None:
    header, *rows = cells_of(write_corrections(quotes_of(TEXT), tmp_path / f"c{ending}"))
    at = header.index(column)
    path = saved(tmp_path / f"c{ending}", [[*row[:at], *row[at + 1 :]] for row in [header, *rows]])
    with pytest.raises(schema.InputError, match=f"has no column {column} ") as error:
        apply_corrections(quotes_of(TEXT), path)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("data", [b"", b"no workbook", b"PK\x03\x04 cut off"])
def test_a_broken_file_is_one_sentence(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "c.xlsx").write_bytes(data)
    with pytest.raises(schema.InputError, match="it is damaged, or no Excel file"):
        load_corrections(tmp_path / "c.xlsx")
    with pytest.raises(schema.InputError, match="cannot be opened"):
        load_corrections(tmp_path / "none.xlsx")


# What spreadsheets do to a file


def test_excel_saved_the_csv_with_semicolons_in_windows_1252(tmp_path: Path) -> None:
    quotes = quotes_of(TEXT)
    rows = cells_of(edited(quotes, tmp_path, {LEFT: {"speaker": "Zoë Müller"}, GAVE: {"checked": "TRUE"}}))
    after = apply_corrections(quotes, saved(tmp_path / "c.csv", rows, encoding="cp1252", separator=";"))
    assert by_words(after)[LEFT]["speaker"] == "Zoë Müller"
    assert after["edited"].tolist() == [True, False, True, False]
    assert any("Windows-1252" in note for note in schema.notes_of(after))


@pytest.mark.parametrize("yes", [True, 1, 1.0, "x", "X", "TRUE", "yes", " Yes ", "✓"])
@pytest.mark.parametrize("no", [False, 0, 0.0, None, "", "no", "FALSE", "-"])
def test_yes_and_no_as_people_and_excel_write_them(yes: Any, no: Any, tmp_path: Path) -> None:
    quotes = quotes_of(TEXT)
    path = edited(quotes, tmp_path, {GAVE: {"checked": yes}, KNOWN: {"checked": no, "delete": no}}, ending=".xlsx")
    after = apply_corrections(quotes, path)
    assert after["edited"].tolist() == [True, False, False, False]
    assert misfits(after) == []


def test_numbers_that_excel_made_are_words_again(tmp_path: Path) -> None:
    text = "Asked for the year, the clerk said 1984 and nothing else that day."
    rows = [row_of("007", text, "1984", "the clerk")]
    articles = articles_of(text).assign(article_id="007")
    quotes = remember(schema.table(finish(rows), "quotes"), articles, None)
    header, line = cells_of(write_corrections(quotes, tmp_path / "c.xlsx"))
    numbers = {"article_id": 7.0, "content": 1984.0, "old_content": 1984, "confidence": 0.9, "speaker": "a clerk"}
    path = saved(tmp_path / "c.xlsx", [header, [numbers.get(n, c) for n, c in zip(header, line, strict=True)]])
    after = apply_corrections(quotes, path)
    assert (after["speaker"].tolist(), misfits(after)) == (["a clerk"], [])


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize(
    "words", ["=1+1 is two", "+ and more", "- said nobody", "@home he said", "'=quoted", "''-twice"]
)
def test_nothing_in_the_sheet_is_a_formula_and_the_words_come_back(words: str, ending: str, tmp_path: Path) -> None:
    text = f"Before it stood a line. {words} stood there, they said, and the day went on."
    quotes = quotes_of(text, said=((words, words),))
    path = edited(quotes, tmp_path, {}, ending=ending)
    assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for row in cells_of(path) for cell in row)
    lines = cells_of(path)
    lines[1][0] = "x"
    after = apply_corrections(quotes, saved(path, lines))
    assert (after["speaker"].tolist(), after["edited"].tolist(), misfits(after)) == ([words], [True], [])


# Without the articles


def test_without_the_articles_what_needs_no_text_is_done_and_the_rest_named(tmp_path: Path) -> None:
    quotes = schema.conform(quotes_of(TEXT), "quotes")
    quotes.attrs = {}
    edits = {GAVE: {"speaker": "Tom Oduya"}, KNOWN: {"delete": "x"}, LEFT: {"content": "We left"}}
    path = edited(quotes, tmp_path, edits)
    after = apply_corrections(quotes, path)
    assert next((row["content"], row["speaker"]) for row in schema.records(after)) == (GAVE, "Tom Oduya")
    assert after["content"].tolist() == [GAVE, LEFT, PAY]
    assert ["its article is not at hand" in told for told in misfits(after)] == [True]
    whole = apply_corrections(quotes, path, articles_of(TEXT))
    assert whole["content"].tolist() == [GAVE, "We left", PAY]


def test_a_quote_that_was_never_found_in_its_article_can_be_corrected(tmp_path: Path) -> None:
    row = row_of("0", TEXT, GAVE, "A") | {"content": "It broke", "start": None, "end": None, "spans": [], "kind": None}
    quotes = remember(schema.table(finish([row]), "quotes"), articles_of(TEXT), None)
    after = apply_corrections(quotes, edited(quotes, tmp_path, {"It broke": {"speaker": "B"}}))
    assert (after["speaker"].tolist(), misfits(after)) == (["B"], [])
    found = apply_corrections(quotes, edited(after, tmp_path, {"It broke": {"content": GAVE}}))
    assert (found["content"].tolist(), holds(found, TEXT)) == ([GAVE], True)


def test_a_quotes_table_that_remembers_its_articles_is_still_an_ordinary_table(tmp_path: Path) -> None:
    quotes = quotes_of(TEXT)
    quotes.drop(columns=["fragments", "spans"]).to_parquet(tmp_path / "q.parquet")
    both = pd.concat([quotes.drop(columns=["fragments", "spans"])] * 2)
    assert len(pd.read_parquet(tmp_path / "q.parquet")) == len(both) / 2
    part = quotes[quotes["speaker"] == "Tom Oduya"]
    header, line = cells_of(write_corrections(part, tmp_path / "c.csv"))
    assert line[header.index("after")] == TEXT[TEXT.index(LEFT) + len(LEFT) :][:30]


# In the user's folder, and in every result


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "north.txt").write_text("The pump gave way at noon, Ilse Varga said. “We left,” she said.", "utf-8")
    (tmp_path / "south.txt").write_text("Tom Oduya accused the port of hiding a loan.", "utf-8")
    return tmp_path


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_sheet_in_the_folder_is_found_and_applied(ending: str, folder: Path) -> None:
    articles = load_articles(folder)
    quotes = read_tables(articles, Files(), wanted="quotes")["quotes"].joined()
    assert len(quotes) == 3
    edited(quotes, folder, {quotes["content"][0]: {"speaker": "Rita Moll"}}, ending=ending)
    files = Files().found_in([folder])
    assert files.corrections == folder / f"corrections{ending}"
    assert load_articles(folder)["article_id"].tolist() == ["north", "south"]
    assert read_tables(articles, files, wanted="quotes")["quotes"].joined()["speaker"][0] == "Rita Moll"
    (found,) = check(files, articles)
    assert (found.status, "1 of its 3 rows" in found.reason) == ("used", True)
    write_corrections(quotes, folder / ("corrections.csv" if ending == ".xlsx" else "corrections.xlsx"))
    with pytest.raises(schema.InputError, match="say which with --corrections"):
        Files().found_in([folder])


def test_the_command_line_writes_a_sheet_takes_it_back_and_names_what_no_longer_fits(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet, out = folder / "sheet.xlsx", folder / "out" / "q.csv"
    assert main(["corrections", str(folder), "--out", str(sheet)]) == DONE
    assert "3 quotes; edit the coloured columns" in capsys.readouterr().out
    header, first, second, *others = cells_of(sheet)
    first[header.index("speaker")], second[header.index("content")] = "Rita Moll", "words that nobody wrote"
    saved(sheet, [header, first, second, *others])
    assert main(["quotes", str(folder), "--out", str(out), "--corrections", str(sheet)]) == REMARKS
    assert "sheet.xlsx, row 3 (north, " in capsys.readouterr().err
    assert "Rita Moll" in out.read_text("utf-8-sig")
    assert main(["corrections", str(folder), "--out", str(sheet)]) == NOTHING
    assert "apply it, or choose another name" in capsys.readouterr().err


def test_every_result_says_how_many_quotes_were_checked_by_hand(folder: Path) -> None:
    (folder / "parties.csv").write_text("alias,party\nIlse Varga,Town\nTom Oduya,Harbour\n", encoding="utf-8")
    none = analyse([folder])
    words = none.quotes["content"].tolist()
    edited(none.quotes, folder, {words[0]: {"checked": "x"}, words[1]: {"checked": "x"}})
    some = analyse([folder])
    for checked, found in ((0, none), (2, some)):
        told = f"{checked} of 3 quotes checked by hand."
        assert found.comparisons
        assert all(told in comparison.notes for comparison in found.comparisons.values())
        assert told in found.notes
    mine = compare(measure_sentiment(some.articles, some.quotes), by="outlet", measure="compound")
    assert "2 of 3 quotes checked by hand." in mine.notes
