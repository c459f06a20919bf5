"""Every table that passes between the rooms: its columns, their types and what they mean to a reader.

A table is a pandas DataFrame. `conform` gives it the right columns, order and types; nothing else in the package
decides what a column is called. Missing is null (None or NaN), never an empty string and never 0.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd


class InputError(ValueError):
    """Something a user gave cannot be used. The message is one sentence: what is wrong, where, and what to do."""


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

_DTYPES = {"whole": "Int64", "number": "float64"}


def names(table: str) -> list[str]:
    """The column names of a table, in order."""
    return [column.name for column in TABLES[table]]


def _typed(values: pd.Series[Any], kind: str) -> pd.Series[Any]:
    if kind == "list":
        return values.map(lambda cell: cell if isinstance(cell, list) else []).astype(object)
    if kind == "yesno":
        return values.fillna(False).astype(bool)
    if kind == "text":
        return values.astype("str").where(values.notna(), None).astype("str")
    dtype: Any = _DTYPES[kind]
    return pd.Series(values.astype(dtype))


def conform(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """A copy of `frame` with the table's columns first, in order and with their types; missing ones are null.

    Further columns of the user's stand behind them as they are. The index is 0, 1, 2, ...
    """
    out = pd.DataFrame(index=pd.RangeIndex(len(frame)))
    frame = frame.reset_index(drop=True)
    for column in TABLES[table]:
        values = frame[column.name] if column.name in frame else pd.Series([None] * len(frame), dtype=object)
        out[column.name] = _typed(values, column.kind)
    for extra in frame.columns.difference(out.columns, sort=False):
        out[extra] = frame[extra]
    out.attrs = dict(frame.attrs)
    return out


def table(rows: Iterable[Mapping[str, Any]], name: str, notes: Sequence[str] = ()) -> pd.DataFrame:
    """A table from row dictionaries. `notes` say what was left out; they travel in `.attrs["notes"]`."""
    frame = conform(pd.DataFrame(list(rows), dtype=object), name)
    return with_notes(frame, notes)


def notes_of(frame: pd.DataFrame) -> list[str]:
    """What the step that made this table left out or wants remarked on."""
    return list(frame.attrs.get("notes", ()))


def with_notes(frame: pd.DataFrame, notes: Iterable[str]) -> pd.DataFrame:
    """The same table with further notes, each once."""
    frame.attrs["notes"] = list(dict.fromkeys([*notes_of(frame), *notes]))
    return frame


def stack(frames: Sequence[pd.DataFrame], name: str) -> pd.DataFrame:
    """Several tables of one kind under each other, their notes kept."""
    kept = [frame for frame in frames if len(frame)]
    bare = [frame.set_axis(frame.columns, axis=1) for frame in kept]
    for frame in bare:
        frame.attrs = {}
    out = conform(pd.concat(bare, ignore_index=True) if bare else pd.DataFrame(), name)
    return with_notes(out, [note for frame in frames for note in notes_of(frame)])


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
    columns = [str(name) for name in frame.columns]
    return [dict(zip(columns, map(plain, row), strict=True)) for row in frame.itertuples(index=False, name=None)]


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
