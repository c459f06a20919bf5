"""Figures, comparisons and tables as files that can be published: always whole, and the same bytes every time."""

from __future__ import annotations

import codecs
import io
import json
import math
import re
import secrets
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
import pandas as pd

from . import schema
from .cells import guarded, holdable
from .result import Comparison
from .schema import Parts

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.typing import RcKeyType

TABLE_ENDINGS = (".csv", ".jsonl", ".parquet", ".xlsx")
PICTURES = ("png", "svg", "pdf")

_OURS = (".points.csv", ".notes.txt", ".alt.txt", ".png", ".svg", ".pdf", ".csv")
_DPI = 300
_FIXED: dict[RcKeyType, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "source-bias-toolkit",
    "pdf.fonttype": 42,
    "savefig.bbox": None,
    "savefig.facecolor": "auto",
    "savefig.transparent": False,
}
_QUOTED = re.compile('[,"\r\n]')
_TIMESTAMP = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a ZIP archive can hold
_LONGEST_NAME = 60
_LONGEST_CELL = 32_767  # what an Excel cell holds
_MOST_ROWS = 1_048_576  # what an Excel sheet holds, the header counted
_AT_ONCE = 10_000  # rows that are held as Python objects
_TO_EDIT = "FFF2CC"  # the colour of columns that a person is to fill in
_CUT = " … [cut: an Excel cell holds 32,767 characters]"


@contextmanager
def atomic(path: str | Path) -> Iterator[Path]:
    """A path to write to; the real file appears, whole, only when the block ends without an error.

    Folders that are missing are made. A place that cannot be written to is an InputError; an error on the way, as of a
    disk that is full, names the file.
    """
    path = Path(path)
    made = path.with_name(f".{path.stem[:_LONGEST_NAME]}.{secrets.token_hex(4)}{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        made.touch(exist_ok=False)
    except OSError as error:
        raise schema.InputError(f"{path} cannot be written ({error.strerror}); choose another folder.") from error
    try:
        yield made
        _move(made, path)
    except OSError as error:
        error.filename = error.filename or str(path)
        raise
    finally:
        made.unlink(missing_ok=True)


def _move(made: Path, path: Path) -> None:
    try:
        made.replace(path)
    except OSError as error:
        raise schema.InputError(
            f"{path} cannot be replaced ({error.strerror}); close the program that has it open, or choose another name."
        ) from error


def _write(path: Path, fill: Callable[[BinaryIO], object]) -> Path:
    """A file written by `fill`, which is handed the open stream."""
    with atomic(path) as made, made.open("wb") as stream:
        fill(stream)
    return path


def _text(path: Path, text: str) -> Path:
    return _write(path, lambda stream: stream.write(text.rstrip("\n").encode("utf-8", "replace") + b"\n"))


# Figures and comparisons


def export(
    figure_or_comparison: Figure | Comparison | Mapping[str, Figure | Comparison], path: str | Path
) -> list[Path]:
    """The files that a publication needs, beside each other; returns their paths.

    From a chart: `path`.png (300 dpi), .svg (its text stays text) and .pdf, and where the chart was made by `plot`
    also .alt.txt (what it shows, for those who cannot see it). From a chart or a comparison: .csv (the numbers),
    .points.csv (the articles behind them) and .notes.txt (method, basis and what was left out). An ending given with
    `path` is dropped. Several at once, as a dictionary by their names, go to the folder `path`. Nothing in the files
    changes from one run to the next. Raises InputError where the place cannot be written to.
    """
    if isinstance(figure_or_comparison, Mapping):
        named = figure_or_comparison.items()
        return [written for name, one in named for written in export(one, Path(path) / _file_name(name))]
    base = _base(Path(path))
    comparison = getattr(figure_or_comparison, "comparison", figure_or_comparison)
    paths = []
    if not isinstance(figure_or_comparison, Comparison):
        paths += _pictures(figure_or_comparison, base)
    if isinstance(comparison, Comparison):
        paths += _numbers(comparison, base)
    return paths


def _file_name(name: str) -> str:
    """A name as a file can have it everywhere."""
    return re.sub(r"[^\w.-]+", "_", name)[:_LONGEST_NAME].strip("._") or "chart"


def _base(path: Path) -> Path:
    """The path without one of the endings that we write."""
    ending = next((ending for ending in _OURS if path.name.lower().endswith(ending)), "")
    name = path.name[: len(path.name) - len(ending)]
    if not name:
        raise schema.InputError(f"{path} names no file to export to; give a path such as out/chart.")
    return path.with_name(name)


def _beside(base: Path, ending: str) -> Path:
    return base.with_name(base.name + ending)


def _pictures(figure: object, base: Path) -> list[Path]:
    from matplotlib.figure import Figure

    if not isinstance(figure, Figure):
        kind = type(figure).__name__
        raise schema.InputError(f"A {kind} cannot be exported; give what plot() or compare() returned, or write_table.")
    alt = holdable(getattr(figure, "alt", ""))
    paths = [_picture(figure, base, kind, alt) for kind in PICTURES]
    return [*paths, _text(_beside(base, ".alt.txt"), alt)] if alt else paths


def _picture(figure: Figure, base: Path, kind: str, alt: str) -> Path:
    import matplotlib as mpl

    title = holdable(getattr(getattr(figure, "comparison", None), "title", ""))
    metadata: dict[str, dict[str, str | None]] = {
        "png": {"Title": title, "Description": alt, "Software": None},
        "svg": {"Title": title, "Description": alt, "Date": None},
        "pdf": {"Title": title, "Subject": alt, "CreationDate": None},
    }

    def draw(stream: BinaryIO) -> None:
        figure.savefig(stream, format=kind, dpi=_DPI, metadata=metadata[kind])

    with mpl.rc_context(_FIXED):
        return _write(_beside(base, f".{kind}"), draw)


def _numbers(comparison: Comparison, base: Path) -> list[Path]:
    lines = [comparison.title, comparison.basis(), f"Method: {comparison.method}"]
    notes = "\n".join([*lines, *(f"Note: {note}" for note in comparison.notes)])
    return [
        write_table(comparison.table, _beside(base, ".csv")),
        write_table(comparison.points, _beside(base, ".points.csv")),
        _text(_beside(base, ".notes.txt"), notes),
    ]


# Tables


def write_table(frame: pd.DataFrame | Parts, path: str | Path, *, edited: Sequence[str] = ()) -> Path:
    """A table, whole or in parts, as CSV, JSON Lines, Parquet or Excel, by the ending of `path`; returns the path.

    Missing is an empty cell in CSV and Excel and null elsewhere. Lists are lists in JSON Lines and JSON text in the
    others. In CSV and Excel a text that a spreadsheet would run as a formula is given a leading apostrophe; a text
    that is a number stays as it is. CSV begins with the mark by which Excel knows UTF-8 (encoding "utf-8-sig"); pandas
    and the toolkit drop it. In Excel the columns in `edited`, which a person is to fill in, are coloured. The same
    table is the same bytes.
    """
    path = Path(path)
    functions: list[Callable[[Parts, BinaryIO], None]] = [_csv, _jsonl, _parquet, partial(_xlsx, edited=edited)]
    writer = dict(zip(TABLE_ENDINGS, functions, strict=True)).get(path.suffix.lower())
    if writer is None:
        raise schema.InputError(f"{path} has no ending that a table can be written in; use {', '.join(TABLE_ENDINGS)}.")
    parts = frame if isinstance(frame, Parts) else Parts.of(frame)
    return _write(path, lambda stream: writer(parts, stream))


def _harmless(cell: Any) -> Any:
    """A text cell that no spreadsheet takes for a formula."""
    return guarded(cell) if isinstance(cell, str) else cell


def _cells(frame: pd.DataFrame) -> Iterator[list[Any]]:
    """Header and rows as a spreadsheet can hold them: lists as JSON text, no formulas, None where missing."""
    yield [_harmless(str(name)) for name in frame.columns]
    for row in _rows(schema.flat(frame)):
        yield [_harmless(cell) for cell in row.values()]


def _rows(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """The rows as plain dictionaries, not all of them at once."""
    return chain.from_iterable(
        schema.records(frame.iloc[first : first + _AT_ONCE]) for first in range(0, len(frame), _AT_ONCE)
    )


def _csv(parts: Parts, stream: BinaryIO) -> None:
    stream.write(codecs.BOM_UTF8)  # without it Excel takes UTF-8 for Windows-1252 and shows “’” as three letters
    for number, part in enumerate(parts):
        if not number:
            stream.write(_csv_lines([[_csv_cell(str(name))] for name in part.columns]))
        for first in range(0, len(part), _AT_ONCE):
            rows = schema.flat(part.iloc[first : first + _AT_ONCE])
            stream.write(_csv_lines([_csv_column(rows.iloc[:, place]) for place in range(rows.shape[1])]))


def _csv_lines(columns: Sequence[Sequence[str]]) -> bytes:
    # of a table with one column an empty line would be no row
    lines = (",".join(row) or '""' for row in zip(*columns, strict=True))
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")


def _csv_column(column: pd.Series[Any]) -> list[str]:
    """The cells as they stand in the file. A text that stands in many rows is looked at once."""
    if column.dtype != "str":
        return [_csv_cell(cell) for cell in schema.plain_cells(column)]
    places, texts = pd.factorize(column)
    cells: list[str] = np.array([*map(_csv_cell, texts), ""], dtype=object)[places].tolist()
    return cells


def _csv_cell(cell: Any) -> str:
    """Quoted where it must be (RFC 4180); the csv module leaves a lone carriage return bare, and that ends the row."""
    text = "" if cell is None else str(_harmless(cell))
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


def _jsonl(parts: Parts, stream: BinaryIO) -> None:
    for row in chain.from_iterable(map(_rows, parts)):
        finite = {name: None if _is_infinite(cell) else cell for name, cell in row.items()}
        line = json.dumps(finite, ensure_ascii=False, allow_nan=False, default=_jsonable)
        stream.write(line.encode("utf-8", "replace") + b"\n")


def _is_infinite(cell: object) -> bool:
    return isinstance(cell, float) and math.isinf(cell)


def _jsonable(cell: Any) -> Any:
    """What JSON does not know: numpy's numbers inside lists, and dates."""
    return cell.item() if hasattr(cell, "item") else str(cell)


def _parquet(parts: Parts, stream: BinaryIO) -> None:
    bare = schema.flat(parts.joined())
    bare.attrs = {}
    try:
        bare.to_parquet(stream, index=False)
    except (ValueError, TypeError) as error:
        raise schema.InputError(f"The table does not fit Parquet ({error}); write .jsonl or .csv instead.") from error


def _xlsx(parts: Parts, stream: BinaryIO, edited: Sequence[str]) -> None:
    frame = parts.joined()
    if len(frame) >= _MOST_ROWS:
        raise schema.InputError(
            f"The table has {len(frame)} rows and Excel holds {_MOST_ROWS}; write .csv or .parquet."
        )
    header, *rows = ([_excel_cell(cell) for cell in row] for row in _cells(frame))
    raw = io.BytesIO()
    sheet = pd.DataFrame(rows, columns=header, dtype=object)
    with pd.ExcelWriter(raw, engine="openpyxl") as writer:
        sheet.to_excel(writer, sheet_name="table", index=False)
        if edited:
            _for_a_person(writer.sheets["table"], [name in edited for name in frame.columns])
    _without_times(raw, stream)


def _for_a_person(sheet: Any, edited: Sequence[bool]) -> None:
    """Colour the columns to edit, keep the header in sight, and let no cell turn words into a number or a date."""
    from openpyxl.styles import Alignment, PatternFill

    colour = PatternFill("solid", fgColor=_TO_EDIT)
    for column, mine in zip(sheet.iter_cols(), edited, strict=True):
        widest = max((len(str(cell.value)) for cell in column if cell.value is not None), default=0)
        sheet.column_dimensions[column[0].column_letter].width = min(max(widest + 2, 9), 60)
        for cell in column:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if mine:
                cell.fill = colour
                cell.number_format = "@"
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions


def _excel_cell(cell: Any) -> Any:
    """Text without the characters that XML forbids; what is too long for a cell is cut, and the cut is named."""
    if not isinstance(cell, str):
        return cell
    text = holdable(cell)
    return text if len(text) <= _LONGEST_CELL else text[: _LONGEST_CELL - len(_CUT)] + _CUT


def _without_times(raw: BinaryIO, stream: BinaryIO) -> None:
    """The same workbook with fixed times, so that the same table is the same file."""
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = _TIMESTAMP.sub(b"1980-01-01T00:00:00Z", content)
            new.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
