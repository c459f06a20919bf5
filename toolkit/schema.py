"""Every table that passes between the rooms: its columns, their types and what they mean to a reader.

A table is a pandas DataFrame. `conform` gives it the right columns, order and types; nothing else in the package
decides what a column is called. Missing is null (None or NaN), never an empty string and never 0.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd


class InputError(ValueError):
    """Something a user gave cannot be used. The message is one sentence: what is wrong, where, and what to do."""

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows of it: the sentence, and nothing of our code."""
        return [str(self)]


@dataclass(frozen=True)
class Column:
    """One column: `kind` is text, whole (nullable integer), number, yesno or list (a Python list in each cell)."""

    name: str
    kind: str
    meaning: str


def _columns(rows: str) -> tuple[Column, ...]:
    parts = (line.split("|", 2) for line in rows.strip().splitlines())
    return tuple(Column(name.strip(), kind.strip(), meaning.strip()) for name, kind, meaning in parts)


TABLES: Mapping[str, tuple[Column, ...]] = {
    "articles": _columns("""
        article_id | text   | one article, unique in the table
        outlet     | text   | who published it
        title      | text   | its headline, where one was given
        date       | text   | day of publication, YYYY-MM-DD
        url        | text   | where it was read
        author     | text   | who signed it
        language   | text   | two-letter code
        text       | text   | the words as they were read, never rewritten
        skip       | list   | [start, end, reason] for each stretch that is not the article
        wire       | text   | the agency whose text it is, as its dateline, byline or credit says
        copy_group | text   | article_id of the longest article with nearly the same words; missing where there is none
        copy_share | number | share of its words that stand in that article too, 0 to 1
    """),
    "quotes": _columns("""
        quote_id      | text   | stays the same when the text around the quote shifts
        article_id    | text   | the article it stands in
        outlet        | text   | who published that article
        speaker_text  | text   | the words that name the speaker in this place ("It")
        speaker       | text   | who that is, as far as the article tells ("the Russian military")
        party         | text   | the side the speaker stands for, from the user's alias table
        on_behalf_of  | text   | whom the speaker speaks for, where the article says so
        cue           | text   | the reporting expression ("said", "according to")
        act           | text   | speech, writing, thought, intention or finding
        content       | text   | what is attributed; pieces joined by " … "
        kind          | text   | direct (all in quotation marks), mixed or indirect
        fragments     | list   | [start, end, words] for each stretch in quotation marks, however short
        start         | whole  | first character of the content in the article's text
        end           | whole  | one past its last character
        spans         | list   | [start, end] of each piece of the content
        speaker_start | whole  | first character of speaker_text
        speaker_end   | whole  | one past its last character
        cue_start     | whole  | first character of the cue
        cue_end       | whole  | one past its last character
        sentence      | whole  | number of the sentence the content begins in, from 0
        nested_in     | text   | quote_id of the quote this one stands inside
        confidence    | number | how sure the model is, 0 to 1; missing for quotes gathered by hand
        edited        | yesno  | a person gathered, changed or checked this row
        remark        | text   | what to know before using it: a mark that never closes, nobody told to speak
    """),
    "agency": _columns("""
        article_id    | text  | the article
        outlet        | text  | who published it
        quote_id      | text  | the quote it stands in
        sentence      | whole | number of the sentence, from 0
        verb          | text  | the event's verb or noun, as a lemma
        start         | whole | first character of the verb
        end           | whole | one past its last character
        verb_class    | text  | force, harm, movement, obstruction, aid, speech, or missing
        voice         | text  | active, passive, passive_agentless, intransitive, patient_subject or nominalised
        agent         | text  | who acts, in the text's own words; missing where nobody is named
        patient       | text  | who or what is acted on
        agent_party   | text  | the agent's side
        patient_party | text  | the patient's side
        negated       | yesno | said not to have happened
        whose_words   | text  | outlet, outlet_reporting or speaker_verbatim
        speaker       | text  | whose statement it stands in
        party         | text  | that speaker's side
    """),
    "claims": _columns("""
        point      | text  | the question the accounts part on
        article_id | text  | the article
        outlet     | text  | who published it
        status     | text  | asserts, reports, denies, silent or not found
        version    | text  | which answer it gives
        by         | text  | who stands behind it, where it is reported or denied
        words      | text  | the words it rests on
        left_open  | text  | not found but for this: the "if", "may" or question the words stand under
        start      | whole | first character of the words it rests on
        end        | whole | one past their last character
    """),
    "measures": _columns("""
        article_id  | text   | the article
        quote_id    | text   | the quote, where the words are a speaker's
        outlet      | text   | who published the article
        party       | text   | the speaker's side
        speaker     | text   | the speaker
        whose_words | text   | outlet, outlet_reporting or speaker_verbatim
        family      | text   | framing, sentiment or wording
        measure     | text   | what is measured, with its unit
        item        | text   | the frame, verb class, label or term
        value       | number | the numerator
        n           | number | the denominator; a group's figure is sum(value) / sum(n)
        start       | whole  | first character of the words this row rests on
        end         | whole  | one past their last character
    """),
}

ACTS = ("speech", "writing", "thought", "intention", "finding")
REPORTED_ACTS = ("speech", "writing")
KINDS = ("direct", "mixed", "indirect")
VOICES = ("active", "passive", "passive_agentless", "intransitive", "patient_subject", "nominalised")
STATUSES = ("asserts", "reports", "denies", "silent", "not found")
WHOSE_WORDS = ("outlet", "outlet_reporting", "speaker_verbatim")

_DTYPES = {"text": "str", "whole": "Int64", "number": "float64", "yesno": "bool"}


def names(table: str) -> list[str]:
    """The column names of a table, in order."""
    return [column.name for column in TABLES[table]]


class Note(str):
    """A remark whose numbers add up where tables of one kind are put under each other, as those of chunks are.

    `form` is the sentence with its places, `parts` what stands there: numbers, or names as a tuple. {left} is a number,
    {left:quote} one with its noun, {names} how many names, {names:some} the first few. While the part that is given
    first is 0 or empty, the note is `otherwise`: nothing is said of what there is none of.
    """

    form: str
    otherwise: str
    parts: dict[str, int | tuple[str, ...]]

    def __new__(cls, form: str, otherwise: str = "", /, **parts: int | tuple[str, ...]) -> Note:
        """The sentence as a reader sees it."""
        shown = {name: _Part(part) for name, part in parts.items()}
        note = super().__new__(cls, form.format_map(shown) if next(iter(parts.values())) else otherwise)
        note.form, note.otherwise, note.parts = form, otherwise, parts
        return note

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(Note, **self.parts), (self.form, self.otherwise)

    def __deepcopy__(self, memo: dict[int, Any]) -> Note:
        return self  # pandas copies what travels with a table at every step


@dataclass(frozen=True)
class _Part:
    """A number or some names as they are shown in a note."""

    part: int | tuple[str, ...]

    def __format__(self, how: str) -> str:
        if isinstance(self.part, tuple):
            return some(self.part) if how else str(len(self.part))
        return count(self.part, how) if how else str(self.part)


def add_up(notes: Iterable[str]) -> list[str]:
    """The notes of the parts of one table as those of the whole: numbers summed, names once, all in the order met."""
    parts: dict[tuple[str, str], dict[str, list[int | tuple[str, ...]]]] = {}
    for note in notes:
        form = (note.form, note.otherwise) if isinstance(note, Note) else (note, note)
        met = parts.setdefault(form, {})
        for name, part in note.parts.items() if isinstance(note, Note) else ():
            met.setdefault(name, []).append(part)
    return [Note(*form, **{k: _sum(v) for k, v in met.items()}) if met else form[0] for form, met in parts.items()]


def _sum(parts: list[int | tuple[str, ...]]) -> int | tuple[str, ...]:
    names = dict.fromkeys(name for part in parts if isinstance(part, tuple) for name in part)
    return tuple(names) if isinstance(parts[0], tuple) else sum(part for part in parts if isinstance(part, int))


def _typed(values: Sequence[Any], kind: str) -> Any:
    """A column of one of the table's kinds."""
    if kind == "whole":
        return pd.array(values, dtype="Int64")
    if kind == "number":
        try:
            return np.array(values, dtype=np.float64)  # None becomes NaN
        except (TypeError, ValueError):
            return np.array([np.nan if is_missing(cell) else cell for cell in values], dtype=np.float64)
    if kind == "yesno":
        return np.array([not is_missing(cell) and bool(cell) for cell in values], dtype=bool)
    if kind == "list":
        return pd.Series([cell if isinstance(cell, list) else [] for cell in values], dtype=object)
    text = [c if isinstance(c, str) else None if is_missing(c) else str(c) for c in values]
    return pd.array(text, dtype="str")


def conform(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """A copy of `frame` with the table's columns first, in order and with their types; missing ones are null.

    Further columns of the user's stand behind them as they are. The index is 0, 1, 2, ...
    """
    frame = frame.reset_index(drop=True)
    cells = {column.name: _column(frame, column) for column in TABLES[table]}
    extra = {name: frame[name] for name in frame.columns if name not in cells}
    out = pd.DataFrame({**cells, **extra}, index=frame.index)
    out.attrs = dict(frame.attrs)
    return out


def _column(frame: pd.DataFrame, column: Column) -> Any:
    values = frame[column.name] if column.name in frame.columns else pd.Series([None] * len(frame), dtype=object)
    return values if values.dtype == _DTYPES.get(column.kind) else _typed(values.tolist(), column.kind)


def table(rows: Iterable[Mapping[str, Any]], name: str, notes: Sequence[str] = ()) -> pd.DataFrame:
    """A table from row dictionaries. `notes` say what was left out; they travel in `.attrs["notes"]`."""
    rows = list(rows)
    cells = {column.name: _typed([row.get(column.name) for row in rows], column.kind) for column in TABLES[name]}
    further = set[str]().union(*rows) - cells.keys()
    extra = dict.fromkeys(key for row in rows for key in row if key in further) if further else {}
    columns = {key: pd.Series([row.get(key) for row in rows], dtype=object) for key in extra}
    return with_notes(pd.DataFrame({**cells, **columns}, index=pd.RangeIndex(len(rows))), notes)


def notes_of(frame: pd.DataFrame) -> list[str]:
    """What the step that made this table left out or wants remarked on; a note with nothing to say is not heard."""
    return [note for note in raw_notes(frame) if note]


def raw_notes(frame: pd.DataFrame) -> list[str]:
    """The same with those that have nothing to say as yet, for a table made from this one."""
    return list(frame.attrs.get("notes", ()))


def with_notes(frame: pd.DataFrame, notes: Iterable[str]) -> pd.DataFrame:
    """The same table with further notes, each once."""
    all_notes = [*raw_notes(frame), *notes]
    frame.attrs["notes"] = list({getattr(note, "form", "") + note: note for note in all_notes}.values())
    return frame


def stack(frames: Sequence[pd.DataFrame], name: str) -> pd.DataFrame:
    """Several tables of one kind under each other, their notes kept."""
    kept = [frame for frame in frames if len(frame)]
    bare = [frame.set_axis(frame.columns, axis=1) for frame in kept]
    for frame in bare:
        frame.attrs = {}
    out = conform(pd.concat(bare, ignore_index=True) if bare else pd.DataFrame(), name)
    return with_notes(out, [note for frame in frames for note in raw_notes(frame)])


class Parts:
    """A table of many articles, part by part, so that it need not be held whole; every article is in one part.

    It can be gone through again and again: `each` makes the parts anew. `attrs` travel with the table, as its notes do.
    """

    def __init__(
        self,
        each: Callable[[], Iterable[pd.DataFrame]],
        notes: Sequence[str] = (),
        attrs: Mapping[Any, Any] | None = None,
    ) -> None:
        self._each, self.notes, self.attrs = each, tuple(notes), {**(attrs or {})}

    @classmethod
    def of(cls, frame: pd.DataFrame) -> Parts:
        """A table as its only part."""
        return cls(lambda: [frame], raw_notes(frame), {k: v for k, v in frame.attrs.items() if k != "notes"})

    def __iter__(self) -> Iterator[pd.DataFrame]:
        return iter(self._each())

    def rows(self) -> int:
        """How many rows all parts have together."""
        return sum(map(len, self))

    def mapped(self, change: Callable[[pd.DataFrame], pd.DataFrame], *notes: str) -> Parts:
        """The same table with each part changed, and further notes."""
        return Parts(lambda: map(change, self), [*self.notes, *notes], self.attrs)

    def of_first(self, article_ids: Collection[str]) -> pd.DataFrame:
        """The rows of these articles, which are the first of all: the parts behind theirs are not gone through."""
        found: list[pd.DataFrame] = []
        for part in self:
            mine = part[part["article_id"].isin(article_ids)]
            if found and len(found[-1]) and mine.empty:
                break
            found.append(mine)
        return pd.concat(found, ignore_index=True)

    def joined(self) -> pd.DataFrame:
        """The whole table."""
        parts = list(self)
        frame = parts[0] if len(parts) == 1 else pd.concat(parts, ignore_index=True)
        frame.attrs = dict(self.attrs)
        return with_notes(frame, self.notes)


def some(names: Sequence[object], most: int = 5) -> str:
    """The first few of many names, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(map(str, names[:most])) + more


def count(n: int, one: str, many: str = "") -> str:
    """A number with its words: 1 and "quote" are "1 quote"; 2, "row is" and "rows are" are "2 rows are"."""
    return f"{n} {one if n == 1 else many or one + 's'}"


def is_missing(cell: object) -> bool:
    """True for None, NaN, NA, NaT and a blank string."""
    if cell is None or cell is pd.NA or cell is pd.NaT:
        return True
    if isinstance(cell, float):
        return bool(np.isnan(cell))
    return isinstance(cell, str) and not cell.strip()


def plain(cell: object) -> Any:
    """A cell as plain Python: null is None, numpy numbers are int or float, lists stay lists."""
    if isinstance(cell, list | dict):
        return cell
    if is_missing(cell) and not isinstance(cell, str):
        return None
    return cell.item() if isinstance(cell, np.generic) else cell


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows as plain dictionaries, in order."""
    names = [str(name) for name in frame.columns]
    columns = [plain_cells(frame.iloc[:, place]) for place in range(len(names))]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def plain_cells(column: pd.Series[Any]) -> list[Any]:
    """A column's cells as plain Python, None where they are missing."""
    if column.dtype == object:
        return [plain(cell) for cell in column]
    missing = column.isna()
    return [None if gone else cell for cell, gone in zip(column.to_numpy(dtype=object).tolist(), missing, strict=True)]


def flat(frame: pd.DataFrame) -> pd.DataFrame:
    """The table as a spreadsheet can hold it: lists become JSON text."""
    out = frame.copy()
    for name in out.columns:
        if out[name].dtype == object:
            out[name] = out[name].map(lambda c: json.dumps(c, ensure_ascii=False) if isinstance(c, list) else c)
    return out


def need_columns(frame: pd.DataFrame, needed: Iterable[str], where: str) -> None:
    """Raise an InputError naming what is missing and what there is."""
    missing = [name for name in needed if name not in frame.columns]
    if missing:
        there = ", ".join(map(str, frame.columns)) or "none"
        raise InputError(f"{where} has no column {' or '.join(missing)} (its columns are {there}); rename or add it.")
