"""The sheet that a person corrects quotes in: how it is laid out, written and read."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import pandas as pd

from .. import csvfile, schema
from ..cells import holdable
from ..output import write_table
from ..quotes.origin import History, origin_of
from ..quotes.places import Folded, folded
from ..resources import sha256

EDITED = ("checked", "delete", "speaker", "act", "content", "article_id")
OLD = ("old_speaker", "old_act", "old_content")
COLUMNS = (*EDITED, "before", "after", "cue", "kind", "confidence", "outlet", "occurrence", "quote_id", *OLD)
NEEDED = (*EDITED, "before", "after", *OLD)
_AROUND = ("before", "after", "occurrence")
ENDINGS = (".xlsx", ".csv")
CONTEXT = 30  # characters on each side
_YES = frozenset(("x", "✓", "✔", "yes", "y", "true", "1"))
_NO = frozenset(("", "-", "no", "n", "false", "0"))


@dataclass(frozen=True, eq=False)
class Line:
    """One row of the sheet, `number` as the spreadsheet counts it."""

    number: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    @property
    def is_new(self) -> bool:
        """A row that a person added."""
        return not any(folded(self[name]) for name in (*OLD, "quote_id"))

    def changes(self, column: str) -> bool:
        """True where the cell no longer says what stood there when the sheet was written."""
        return folded(self[column]) != folded(self[f"old_{column}"])

    @property
    def is_edited(self) -> bool:
        """True where the speaker, the act or the content was changed."""
        return any(map(self.changes, ("speaker", "act", "content")))

    def marked(self, column: str) -> bool | None:
        """Whether a cell says yes or no; None where it says neither."""
        said = self[column].strip().lower()
        return True if said in _YES else False if said in _NO else None

    @property
    def wants(self) -> bool:
        """True where the row asks for anything."""
        return self.is_edited or any(self.marked(name) is not False for name in ("checked", "delete"))


# Writing


def write_corrections(quotes: pd.DataFrame, path: str | Path, articles: pd.DataFrame | None = None) -> Path:
    """A sheet to correct the quotes in, by hand: .xlsx or .csv, by the ending of `path`, a row a quote; returns `path`.

    The columns to edit stand first and are coloured. Change speaker, act or content (words of the article, as they
    stand there); write x in delete or checked; add a row with article_id, speaker and content. Give the file back to
    `apply_corrections`. The other columns say where the words stand, so that they are found again: leave them.

    The words around each quote come from `articles`, or from what the table remembers of the articles it was made from
    (a table read from a file remembers nothing). Corrections applied to the table before stay in the new sheet; a sheet
    in which a person has written what was not applied is not overwritten: InputError.
    """
    path = Path(path)
    if path.suffix.lower() not in ENDINGS:
        raise schema.InputError(f"{path} has no ending that a sheet to edit can have; use {' or '.join(ENDINGS)}.")
    origin = origin_of(quotes, articles)
    texts = {key: Folded(str(row["text"] or "")) for key, row in origin.by_id().items()}
    rows = schema.records(schema.conform(quotes, "quotes"))
    deleted, kept = _kept(origin.history)
    cells = [_cells(row, texts.get(row["article_id"])) | _asked_before(row, kept) for row in rows]
    cells += [line.cells for line in (*deleted, *chain.from_iterable(kept.values()))]
    frame = pd.DataFrame(cells, columns=list(COLUMNS), dtype=object)
    frame = frame.map(lambda cell: holdable(cell) if isinstance(cell, str) else cell)
    if path.is_file() and sha256(path) not in origin.history.sheets and _holds_more(path, frame):
        raise schema.InputError(
            f"{path} is there and holds what is not in these quotes; apply it, or choose another name."
        )
    return write_table(frame, path, edited=EDITED)


def _holds_more(path: Path, frame: pd.DataFrame) -> bool:
    """True where a file says something that the new sheet would not."""
    names = [*EDITED, *OLD]
    new = {tuple(folded(cell) for cell in row) for row in frame[names].itertuples(index=False, name=None)}
    try:
        old = lines_of(load_corrections(path))
    except schema.InputError:
        return True
    return any(line.wants and tuple(folded(line[name]) for name in names) not in new for line in old)


def _kept(history: History) -> tuple[list[Line], dict[tuple[str, str], list[Line]]]:
    """Earlier corrections: those that deleted a row, and the others by article and content."""
    lines = [Line(0, cells) for cells in history.lines]
    kept: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        if not line.marked("delete"):
            kept.setdefault((folded(line["article_id"]), folded(line["content"])), []).append(line)
    return [line for line in lines if line.marked("delete")], kept


def _cells(row: dict[str, Any], text: Folded | None) -> dict[str, Any]:
    """A quote's row in the sheet."""
    cells = {name: row.get(name) for name in COLUMNS} | {name: row[name.removeprefix("old_")] for name in OLD}
    cells |= {"checked": "x" if row["edited"] else None, "delete": None}
    if text is None or row["start"] is None:
        return cells
    start, end = row["start"], row["end"]
    before, after = text.text[max(0, start - CONTEXT) : start], text.text[end : end + CONTEXT]
    occurrence = text.occurrence((start, end), row["content"], before, after)
    return cells | {"before": before, "after": after, "occurrence": occurrence}


def _asked_before(row: dict[str, Any], kept: dict[tuple[str, str], list[Line]]) -> dict[str, str]:
    """What an earlier correction of this row was found by, taken out of `kept`, for the next sheet to find it by."""
    lines = kept.get((folded(row["article_id"]), folded(row["content"])), []) if row["edited"] else []
    if not lines:
        return {}
    line = lines.pop(0)
    return {name: line[name] for name in ("checked", *OLD, *(("quote_id",) if line.is_new else _AROUND))}


def key_of(cells: dict[str, str]) -> tuple[str, ...]:
    """What tells one correction from another: article, old words and those around them; of a new row, its own words."""
    old = ("old_content", *_AROUND) if folded(cells.get("old_content")) else ("content",)
    return tuple(folded(cells.get(name)) for name in ("article_id", *old))


# Reading


def load_corrections(path: str | Path) -> pd.DataFrame:
    """A corrected sheet, every cell as text; the index is the row's number in the file, the notes count what it asks.

    .xlsx (its first sheet) or CSV, also as Excel saves it again: with semicolons, in Windows-1252. Raises InputError
    where it cannot be read or lacks a column.
    """
    path = Path(path)
    with csvfile.own_file(path):
        table = csvfile.own_rows(path)
    header = [name.lower() for name in table.header]
    schema.need_columns(pd.DataFrame(columns=header), [name for name in NEEDED if name not in header][:1], str(path))
    frame = csvfile.own_columns(table, COLUMNS)
    asked = sum(line.wants for line in lines_of(frame))
    told = f"{path.name}: {asked} of its {schema.count(len(frame), 'row')} asks for a correction or a check."
    return schema.with_notes(frame, [told, *(f"{path.name}: {remark}." for remark in table.remarks)])


def lines_of(frame: pd.DataFrame) -> list[Line]:
    """The rows of a loaded sheet."""
    return [Line(int(number), row) for number, row in zip(frame.index, schema.records(frame), strict=True)]
