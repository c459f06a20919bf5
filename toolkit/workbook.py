"""Excel files: their sheets as rows of text, for tables of articles and for a person's own."""

from __future__ import annotations

import io
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

from .rawfile import check_packed, file_bytes, parsing

ENDINGS = (".xlsx", ".xlsm")


def sheets(path: Path) -> dict[str, list[tuple[str | None, ...]]]:
    """The sheets of a workbook by name: rows of cells as text. Colours, filters and formulas are of no interest."""
    from openpyxl import load_workbook

    data = file_bytes(path)
    check_packed(data, "Excel file")
    with parsing("Excel file"):
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        out = {}
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # what the file says of its own size may be wrong
            out[sheet.title] = [tuple(map(_cell, row)) for row in sheet.iter_rows(values_only=True)]
    return out


def _cell(value: Any) -> str | None:
    text = as_text(value)
    return text and text.replace("_x000D_", "\r")  # so Excel writes the carriage returns of a text that was pasted


def as_text(value: Any) -> str | None:
    """A value of JSON, Parquet or Excel as an article's field; None where it is missing.

    A day at midnight is a date, a whole number has no point, {"name": "A"} is A, a list of texts is joined by commas.
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    if isinstance(value, datetime | date):
        return value.isoformat().removesuffix("T00:00:00")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dict) and isinstance(value.get("name"), str):
        return str(value["name"])
    if isinstance(value, list) and all(isinstance(as_text(item), str) for item in value):
        return ", ".join(str(as_text(item)) for item in value)
    return json.dumps(value, ensure_ascii=False, default=str)
