"""What every reader yields: the fields of an article with where it was found, or a finding about why there is none."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


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
