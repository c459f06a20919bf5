"""Tables as people and spreadsheets save them, read in one way everywhere; and bytes to characters."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from . import workbook
from .cells import restored
from .rawfile import UnreadableError, file_bytes
from .schema import InputError, count, need_columns, with_notes

SEPARATORS = ",;\t|"
_MARKED = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NOT_TEXT = {
    b"%PDF-": ("a PDF file", ".pdf"),
    b"PK\x03\x04": ("a ZIP, Word or Excel file", ".zip, .docx or .xlsx"),
    b"PAR1": ("a Parquet file", ".parquet"),
    b"\xd0\xcf\x11\xe0": ("an old Word or Excel file", ".doc or .xls, and save it as .docx or .xlsx"),
    b"\x89PNG": ("a PNG picture", ".png"),
    b"\xff\xd8\xff": ("a JPEG picture", ".jpg"),
    b"GIF8": ("a GIF picture", ".gif"),
    b"\x1f\x8b": ("a gzip file", ".gz, unpack it"),
}
_LONGEST_CELL = 2**31 - 1  # characters; the csv module's own limit would refuse a long article
_MOST_REREAD = 50  # rows with a stray quotation mark; each costs one more look at the rest of the file
_BINARY = re.compile("[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_STRAY = {0xDC00 + byte: bytes([byte]).decode("cp1252", errors="replace") for byte in range(0x80, 0x100)}


@dataclass(frozen=True)
class Table:
    """A table as it stands: each row's number as a spreadsheet counts it, and its cells by the header's names."""

    header: list[str]
    rows: list[tuple[int, dict[str, str]]]
    remarks: list[str]


# Bytes to characters


def decode(data: bytes) -> tuple[str, list[str]]:
    """The text of a file and remarks about how it was read: by its mark, else UTF-8, UTF-16 or Windows-1252.

    A file in UTF-8 with some stray bytes stays UTF-8: only those are read as Windows-1252. What is no text is refused.
    """
    for mark, encoding in _MARKED:
        if data.startswith(mark):
            return _text(_strictly(data, encoding)), []
    for magic, (kind, ending) in _NOT_TEXT.items():
        if data.startswith(magic):
            raise UnreadableError(f"it is {kind}, not text", f"give it the ending {ending}")
    if encoding := _bare_utf16(data):
        return _text(_strictly(data, encoding)), [f"it has no byte order mark and was read as {encoding.upper()}"]
    try:
        return _text(data.decode("utf-8")), []
    except UnicodeDecodeError as error:
        return _not_utf8(data, error.start)


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableError(f"it is broken {encoding} at byte {error.start}", "save it again as UTF-8") from error


def _bare_utf16(data: bytes) -> str:
    """The order of bytes where every second one of a Latin text is NUL, else empty."""
    head = data[:2_000]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if len(data) % 2 or max(even, odd) < 0.3 * len(head) or min(even, odd) > 0.01 * len(head):
        return ""
    return "utf-16-be" if even > odd else "utf-16-le"


def _not_utf8(data: bytes, first: int) -> tuple[str, list[str]]:
    mixed = data.decode("utf-8", errors="surrogateescape")
    stray = sum("\udc80" <= char <= "\udcff" for char in mixed)
    if stray <= sum(char > "\x7f" for char in mixed) / 2:
        told = f"{count(stray, 'byte is', 'bytes are')} not UTF-8 (the first is byte {first})"
        return _text(mixed.translate(_STRAY)), [f"{told} and read as Windows-1252"]
    text = _text(data.decode("cp1252", errors="replace"))
    letters = [char for char in text if char.isalpha()]
    if sum(char > "\x7f" for char in letters) > len(letters) / 3:
        raise UnreadableError(f"its encoding cannot be told (byte {first} is not UTF-8)", "save it again as UTF-8")
    lost = text.count("\ufffd")
    remark = f"it is not UTF-8 (byte {first}) and was read as Windows-1252"
    return text, [remark + (f"; {count(lost, 'byte')} could not be read" if lost else "")]


def _text(text: str) -> str:
    """The same, but refused where it is no text: control characters in number, as pictures and programs have."""
    if text.count("\0") > 1 + len(text) / 1_000 or len(_BINARY.findall(text)) > 20 + len(text) / 50:
        raise UnreadableError("it holds NUL bytes or control characters and is no text file", "save it as plain text")
    return text


# Characters to rows


def read(path: Path, *, strict: bool = False) -> Table:
    """The table in a file. Cells are text: "NA" is a word. Cells are parted by what parts the header, or by ending.

    Spare empty cells at a row's end, as spreadsheets write them, are ignored. Rows that may have been misread (more
    cells than the header has, odd quotation marks) are a remark; with `strict` they are an UnreadableError.
    """
    text, remarks = decode(file_bytes(path))
    separator, text = _separator(text, path.suffix.lower())
    records, odd = _records(text, separator)
    header = [name.strip() for name in _trimmed(records[0][1], 0)] if records else []
    if "\0" in (text if strict else "".join(header)):
        raise UnreadableError("it holds NUL bytes", "save it as plain text in UTF-8")
    if odd and strict:
        raise UnreadableError(f"its quotation marks are not as in a CSV table ({odd[0]})", "correct that row")
    remarks += odd
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


def _separator(text: str, ending: str) -> tuple[str, str]:
    """What parts the cells, and the text without the line `sep=;` by which Excel tells it."""
    if said := re.match(r"sep=(.)(?:\r\n|\n|\r)", text):
        return said[1], text[said.end() :]
    if ending == ".tsv":
        return "\t", text
    head = re.split(r"[\r\n]", text[:10_000].lstrip("\r\n"), maxsplit=1)[0]
    return max(SEPARATORS, key=lambda mark: (head.count(mark), mark == ",")), text


def _records(text: str, separator: str) -> tuple[list[tuple[int, list[str]]], list[str]]:
    """The rows that hold anything, each with its number, and what is wrong with their quotation marks.

    A quotation mark that never closes would swallow every row after it: it is read as a character of its own row.
    """
    csv.field_size_limit(_LONGEST_CELL)
    lines = list(io.StringIO(text, newline=""))
    rows: list[list[str]] = []
    odd: list[str] = []
    done = 0
    while done < len(lines):
        read, used = _sound_rows(lines[done:], separator)
        rows += read
        done += used
        if done < len(lines) and len(odd) == _MOST_REREAD:
            odd.append("so it is in further rows")
            rows += csv.reader(lines[done:], delimiter=separator)
            break
        if done < len(lines):
            odd.append(f"row {len(rows) + 1}: its quotation marks do not pair and were read as they stand")
            rows += csv.reader(lines[done : done + 1], delimiter=separator, quoting=csv.QUOTE_NONE)
            done += 1
    return [(n, cells) for n, cells in enumerate(rows, start=1) if any(cell.strip() for cell in cells)], odd


def _sound_rows(lines: list[str], separator: str) -> tuple[list[list[str]], int]:
    """The rows up to one with odd quotation marks, and how many lines they take."""
    reader = csv.reader(lines, delimiter=separator, strict=True)
    rows, used = [], 0
    with suppress(csv.Error):
        for row in reader:
            rows.append(row)
            used = reader.line_num
    return rows, used


def _trimmed(cells: list[str], least: int) -> list[str]:
    """The cells without empty ones at the end, `least` of them kept."""
    end = len(cells)
    while end > least and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


@contextmanager
def own_file(path: str | Path) -> Iterator[None]:
    """Around the reading of a person's own table: what cannot be read is an InputError that names the file."""
    try:
        yield
    except UnreadableError as error:
        kind = "table" if str(path).lower().endswith(workbook.ENDINGS) else "CSV table"
        raise InputError(f"{path} cannot be read as a {kind} ({error.reason}); {error.action}.") from error


def own_rows(path: Path) -> Table:
    """A person's own table: the first sheet of an Excel file, else CSV, in which no row may be misread."""
    if path.suffix.lower() not in workbook.ENDINGS:
        return read(path, strict=True)
    rows = next(iter(workbook.sheets(path).values()), [])
    header, *grid = [[cell or "" for cell in row] for row in rows] or [[]]
    header = [name.strip() for name in header]
    filled = [(number, row) for number, row in enumerate(grid, start=2) if any(cell.strip() for cell in row)]
    return Table(header, [(number, dict(zip(header, row, strict=False))) for number, row in filled], [])


def own_table(path: str | Path, columns: Sequence[str], needed: Sequence[str]) -> pd.DataFrame:
    """A table that a person keeps beside the articles, a row an entry, the index its number in the file.

    `columns` are given in small letters, whatever the header's; what is missing is "". `needed` may name a choice:
    "article_id or outlet". White space and line breaks inside a cell become one space. How an encoding was guessed
    stands in the notes. Raises InputError where a needed column is missing or a row may have been misread.
    """
    with own_file(path):
        table = own_rows(Path(path))
    there = [name.lower() for name in table.header]
    missing = [name for name in needed if not set(name.split(" or ")) & set(there)]
    need_columns(pd.DataFrame(columns=there), missing, str(path))
    frame = own_columns(table, columns, lambda cell: " ".join(restored(cell).split()))
    return with_notes(frame, [f"{Path(path).name}: {remark}." for remark in table.remarks])


def own_columns(table: Table, columns: Sequence[str], clean: Callable[[str], str] = restored) -> pd.DataFrame:
    """Some columns of a person's table, named in small letters; what is missing is "", the index the row's number."""
    rows = [{name.lower(): clean(cell) for name, cell in row.items()} for _, row in table.rows]
    cells = [[row.get(name, "") for name in columns] for row in rows]
    return pd.DataFrame(cells, columns=list(columns), index=[number for number, _ in table.rows], dtype=str)
