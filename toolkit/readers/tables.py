"""Tables of articles, a row an article: CSV and its relatives, Excel, Parquet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from .. import csvfile, workbook
from ..rawfile import UnreadableError, parsing
from ..workbook import as_text
from .columns import Row, articles
from .records import Finding, Record, left_out

CSV = (".csv", ".tsv")
EXCEL = workbook.ENDINGS
PARQUET = (".parquet",)
_AT_ONCE = 200  # rows of a Parquet file that are in memory together
_LARGEST_GROUP = 2_000_000_000  # bytes that a group of Parquet rows may unpack to


def read_csv(path: Path, columns: Mapping[str, str] | None) -> Iterator[Record]:
    """A table's articles, every cell as text."""
    table = csvfile.read(path)
    rows = ((f"row {number}", str(number), cells) for number, cells in table.rows)
    return articles(path, table.header, rows, columns, table.remarks)


def read_excel(path: Path, columns: Mapping[str, str] | None) -> Iterator[Record | Finding]:
    """The articles of a workbook: every sheet that has a text column; the others are named."""
    found = workbook.sheets(path)
    several = len(found) > 1
    told: list[tuple[str, UnreadableError]] = []
    for name, rows in found.items():
        first = next((n for n, row in enumerate(rows) if any(row)), len(rows))
        header = [(cell or "").strip() for cell in (rows[first] if rows else ())]
        try:
            yield from articles(path, header, _cells(rows, first, header, name if several else ""), columns)
        except UnreadableError as reason:
            told.append((name, reason))
    if len(told) == len(found):
        raise told[0][1] if told else UnreadableError("it has no sheet", "add one with a row for each article")
    for name, refusal in told:
        yield left_out(path, f"sheet {name}", refusal.reason, refusal.action)


def _cells(rows: Sequence[Sequence[str | None]], first: int, header: Sequence[str], sheet: str) -> Iterator[Row]:
    for number, row in enumerate(rows[first + 1 :], start=first + 2):
        if any(cell and cell.strip() for cell in row):
            place = f"sheet {sheet}, row {number}" if sheet else f"row {number}"
            cells = {name: cell for name, cell in zip(header, row, strict=False) if name}
            yield place, f"{sheet}-{number}" if sheet else str(number), cells


def read_parquet(path: Path, columns: Mapping[str, str] | None) -> Iterator[Record | Finding]:
    """A Parquet file's articles, some rows at a time; a damaged group of rows is named, and the others are read."""
    import pyarrow.parquet as pq

    with parsing("Parquet file"):
        file = pq.ParquetFile(path)
        groups = [file.metadata.row_group(i).total_byte_size for i in range(file.metadata.num_row_groups)]
    if max(groups, default=0) > _LARGEST_GROUP:
        raise UnreadableError("a group of its rows is larger than 2 GB", "write it with smaller row groups")
    lost: list[Finding] = []
    yield from articles(path, list(file.schema_arrow.names), _streamed(path, file, lost), columns)
    yield from lost


def _streamed(path: Path, file: Any, lost: list[Finding]) -> Iterator[Row]:
    """The rows of each group in turn; what is lost of a damaged one is added to `lost`."""
    last = 0
    for group in range(file.metadata.num_row_groups):
        number, last = last, last + file.metadata.row_group(group).num_rows
        batches = file.iter_batches(batch_size=_AT_ONCE, row_groups=[group])
        while number < last:
            try:
                with parsing("Parquet file"):
                    rows = next(batches).to_pylist()
            except UnreadableError:
                reason = f"group {group} of its rows is damaged"
                lost.append(left_out(path, f"rows {number + 1} to {last}", reason, "write the file again"))
                break
            for row in rows:
                number += 1
                yield f"row {number}", str(number), {name: as_text(cell) for name, cell in row.items()}
