"""CSV tables as people and spreadsheets save them, read in one way everywhere; and bytes to characters."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from .schema import InputError, count, need_columns, with_notes

SEPARATORS = ",;\t"
_MARKED = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_LONGEST_CELL = 2**31 - 1  # characters; the csv module's own limit would refuse a long article
_GUARDED = re.compile(r"'(?=[=+@-])")  # the apostrophe that export.write_table puts before what looks like a formula


class UnreadableError(InputError):
    """A file that cannot be read at all; `reason` and `action` become its finding."""

    def __init__(self, reason: str, action: str) -> None:
        super().__init__(f"{reason}; {action}.")
        self.reason = reason
        self.action = action


@dataclass(frozen=True)
class Table:
    """A CSV file as it stands: each row's number as a spreadsheet counts it, and its cells by the header's names."""

    header: list[str]
    rows: list[tuple[int, dict[str, str]]]
    remarks: list[str]


# Bytes to characters


def file_bytes(path: Path) -> bytes:
    """The bytes of a file; one that cannot be opened is refused with the system's reason."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableError(
            f"it cannot be opened ({error.strerror})", "check that the file exists and may be read"
        ) from error


def decode(data: bytes) -> tuple[str, list[str]]:
    """The text of a file and remarks about how it was read: UTF-8, UTF-16 with its mark, else Windows-1252."""
    for mark, encoding in _MARKED:
        if data.startswith(mark):
            try:
                return _without_nul(data.decode(encoding)), []
            except UnicodeDecodeError as error:
                raise UnreadableError(
                    f"it is broken {encoding} at byte {error.start}", "save it again as UTF-8"
                ) from error
    try:
        return _without_nul(data.decode("utf-8")), []
    except UnicodeDecodeError as error:
        text = _without_nul(data.decode("cp1252", errors="replace"))
        lost = text.count("\ufffd")
        remark = f"it is not UTF-8 (byte {error.start}) and was read as Windows-1252"
        return text, [remark + (f"; {count(lost, 'byte')} could not be read" if lost else "")]


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise UnreadableError("it holds NUL bytes and is no text file", "save it as plain text in UTF-8")
    return text


# Characters to rows


def read(path: Path, *, strict: bool = False) -> Table:
    """The table in a file. Cells are text: "NA" is a word. Cells are parted by what parts the header, or by ending.

    Spare empty cells at a row's end, as spreadsheets write them, are ignored. Rows that may have been misread (more
    cells than the header has, odd quotation marks) are a remark; with `strict` they are an UnreadableError.
    """
    text, remarks = decode(file_bytes(path))
    separator = "\t" if path.suffix.lower() == ".tsv" else _separator(text)
    records, odd = _records(text, separator)
    if odd and strict:
        raise UnreadableError(*odd)
    header = _trimmed(records[0][1], 0) if records else []
    header = [name.strip() for name in header]
    remarks += ["; ".join(odd)] if odd else []
    remarks += [
        f"two columns are called {name}; the last is read" for name, n in Counter(header).items() if name and n > 1
    ]
    rows = []
    for number, given in records[1:]:
        cells = _trimmed(given, len(header))
        if len(cells) != len(header):
            cut = f"row {number} has {count(len(cells), 'cell')} where the header has {len(header)}"
            if strict and len(cells) > len(header):
                raise UnreadableError(cut, "put quotation marks around words that hold a comma")
            remarks.append(cut)
        rows.append((number, dict(zip(header, cells + [""] * len(header), strict=False))))
    return Table(header, rows, remarks)


def _separator(text: str) -> str:
    head = re.split(r"[\r\n]", text[:10_000].lstrip("\r\n"), maxsplit=1)[0]
    return max(SEPARATORS, key=lambda mark: (head.count(mark), mark == ","))


def _records(text: str, separator: str) -> tuple[list[tuple[int, list[str]]], tuple[str, str] | None]:
    """The rows that hold anything, each with its number, and what is wrong with their quotation marks."""
    csv.field_size_limit(_LONGEST_CELL)
    odd = None
    try:
        found = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        odd = (f"its quotation marks are not as in a CSV table ({error})", "look whether rows run together")
        found = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    return [(n, cells) for n, cells in enumerate(found, start=1) if any(cell.strip() for cell in cells)], odd


def _trimmed(cells: list[str], least: int) -> list[str]:
    """The cells without empty ones at the end, `least` of them kept."""
    end = len(cells)
    while end > least and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


def own_table(path: str | Path, columns: Sequence[str], needed: Sequence[str]) -> pd.DataFrame:
    """A table that a person keeps beside the articles, a row an entry, the index its number in the file.

    `columns` are given in small letters, whatever the header's; what is missing is "". `needed` may name a choice:
    "article_id or outlet". White space and line breaks inside a cell become one space. How an encoding was guessed
    stands in the notes. Raises InputError where a needed column is missing or a row may have been misread.
    """
    try:
        table = read(Path(path), strict=True)
    except UnreadableError as error:
        raise InputError(f"{path} cannot be read as a CSV table ({error.reason}); {error.action}.") from error
    there = [name.lower() for name in table.header]
    missing = [name for name in needed if not set(name.split(" or ")) & set(there)]
    need_columns(pd.DataFrame(columns=there), missing, str(path))
    rows = [{name.lower(): _folded(cell) for name, cell in row.items()} for _, row in table.rows]
    cells = [[row.get(name, "") for name in columns] for row in rows]
    frame = pd.DataFrame(cells, columns=list(columns), index=[number for number, _ in table.rows], dtype=str)
    return with_notes(frame, [f"{Path(path).name}: {remark}." for remark in table.remarks])


def _folded(cell: str) -> str:
    return _GUARDED.sub("", " ".join(cell.split()), count=1)
