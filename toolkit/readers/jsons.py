"""JSON Lines and JSON: an object an article. A broken line is named and costs only itself."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..csvfile import decode
from ..rawfile import UnreadableError, file_bytes
from ..workbook import as_text
from .columns import Row, articles
from .records import Finding, Record, left_out

LINES = (".jsonl", ".ndjson")
WHOLE = (".json",)
_HOLDERS = ("articles", "items", "data", "results", "records", "documents", "docs", "stories")
_BROKEN = "correct it, or remove it"
_TO_DO = "give a list of objects with a text each, or one object a line"


def read(path: Path, columns: Mapping[str, str] | None) -> Iterator[Record | Finding]:
    """The file's articles, whether it holds one list, an object with a list in it, or one object a line."""
    data = file_bytes(path)
    if not data.strip():
        raise UnreadableError("it is empty", _TO_DO)
    if path.suffix.lower() in LINES and data.lstrip(codecs.BOM_UTF8).lstrip()[:1] != b"[":
        return _read_lines(path, data, columns)
    text, remarks = decode(data)
    try:
        found = _objects(json.loads(text))
    except json.JSONDecodeError as error:
        if error.msg == "Extra data":
            return _read_lines(path, data, columns)
        place = len(text[: error.pos].encode("utf-8", errors="replace"))
        raise UnreadableError(f"it is broken JSON at byte {place} (line {error.lineno})", _BROKEN) from error
    except (RecursionError, ValueError) as error:  # a number of thousands of digits is a ValueError
        raise UnreadableError("it is nested too deeply, or holds a number too long", _BROKEN) from error
    places = ((f"item {n}", value) for n, value in enumerate(found, start=1))
    return _articles(path, places, columns, remarks)


def _read_lines(path: Path, data: bytes, columns: Mapping[str, str] | None) -> Iterator[Record | Finding]:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        data = decode(data)[0].encode("utf-8", errors="replace")
    lines = data.removeprefix(codecs.BOM_UTF8).split(b"\n")
    places = ((f"line {n}", _parsed(line)) for n, line in enumerate(lines, start=1) if line.strip())
    return _articles(path, places, columns, [])


def _parsed(line: bytes) -> Any:
    """The value of one line; an UnreadableError where it is broken."""
    try:
        return json.loads(decode(line)[0])
    except UnreadableError as error:
        return error
    except json.JSONDecodeError as error:
        return UnreadableError(f"it is broken JSON at character {error.pos + 1} of the line", _BROKEN)
    except (RecursionError, ValueError):
        return UnreadableError("it is nested too deeply, or holds a number too long", _BROKEN)


def _objects(whole: Any) -> list[Any]:
    """The articles of a JSON file: its list, the list it holds under a usual name, or itself."""
    if isinstance(whole, dict):
        lists = [whole[name] for name in _HOLDERS if isinstance(whole.get(name), list)]
        return lists[0] if lists else [whole]
    return whole if isinstance(whole, list) else [whole]


def _articles(
    path: Path, places: Iterator[tuple[str, Any]], columns: Mapping[str, str] | None, remarks: list[str]
) -> Iterator[Record | Finding]:
    rows: list[Row] = []
    for place, value in places:
        if isinstance(value, dict):
            cells = {str(name): as_text(cell) for name, cell in value.items()}
            rows.append((place, place.rpartition(" ")[2], cells))
        elif isinstance(value, UnreadableError):
            yield left_out(path, place, value.reason, value.action)
        else:
            yield left_out(path, place, "it is no object with a text", _TO_DO)
    if rows:
        yield from articles(
            path, list(dict.fromkeys(name for _, _, cells in rows for name in cells)), rows, columns, remarks
        )
