"""What every reader yields: the fields of an article with where it was found, or a finding about why there is none."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from ..csvfile import UnreadableError
from ..schema import InputError


@dataclass(frozen=True, slots=True)
class Record:
    """One article as read: `fields` by column name, `where` names the place for messages.

    Of several articles in one file, `place` is the row or line and `key` what tells the article's id from the others.
    """

    fields: dict[str, str]
    where: str
    remarks: list[str] = field(default_factory=list)
    place: str = ""
    key: str = ""


@dataclass(frozen=True)
class Finding:
    """What became of one input: loaded, loaded with remarks, left out, set aside or worth knowing.

    `input` names it whole, the place inside the file too; `place` is that part alone (row, line, page, member).
    """

    input: str
    status: str
    reason: str = ""
    action: str = ""
    place: str = ""

    def file(self) -> str:
        """The file or folder without the place inside it."""
        return self.input.removesuffix(f", {self.place}") if self.place else self.input


def left_out(path: Path, place: str, reason: str, action: str) -> Finding:
    """The finding for one place in a file that gives no article."""
    return Finding(f"{path}, {place}" if place else str(path), "left out", reason, action, place)


@contextmanager
def parsing(kind: str) -> Iterator[None]:
    """Around a library that takes a file apart: whatever a damaged one makes it raise is an UnreadableError."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except InputError:
            raise
        except Exception as error:  # these libraries raise nearly anything: KeyError, RecursionError, their own
            raise UnreadableError(f"it is damaged, or no {kind}", "open it, and save it again") from error


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
