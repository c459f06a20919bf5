"""A person's corrections put into the quotes table: found again by the quotes' words and those around them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from .. import schema
from ..entities import Phrases, party_table
from ..quotes.extract import finish
from ..quotes.origin import History, Origin, carry, origin_of, with_origin
from ..resources import sha256
from .desk import Desk
from .sheet import Line, key_of, lines_of, load_corrections, write_corrections

__all__ = ["apply_corrections", "load_corrections", "misfits", "write_corrections"]

_SHOWN = 6  # words of a quote that name it in a note
_DONE = ("changed", "deleted", "added", "checked")


def apply_corrections(
    quotes: pd.DataFrame,
    path: str | Path,
    articles: pd.DataFrame | None = None,
    *,
    parties: pd.DataFrame | str | Path | None = None,
) -> pd.DataFrame:
    """The quotes as a person corrected them in a sheet that `write_corrections` made: changed, deleted, added, checked.

    A row of the sheet is found again by its article, its old words and the 30 characters on each side, so it holds in a
    new run, with a newly trained model and in a text that has shifted. A checked row holds as it stands in the sheet,
    also where the model now finds something else there, or nothing. What no longer fits changes nothing: the notes name
    it with its row, article, first words and reason. Applying a sheet twice gives the same table.

    Every row that was changed, added or checked is `edited`; a changed one has no confidence any more. New words are
    looked for in `articles`, or in what the table remembers of the articles it was made from. The party of a new
    speaker comes from `parties` (see `load_parties`), or from the alias table the quotes were made with. Raises
    InputError where the file cannot be read or lacks a column.
    """
    sheet = load_corrections(path)
    lines = lines_of(sheet)
    origin = origin_of(quotes, articles, party_table(parties))
    known = origin.by_id()
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in schema.records(schema.conform(quotes, "quotes")):
        rows.setdefault(row["article_id"], []).append(row)
    aliases = Phrases(origin.parties, "alias") if origin.parties is not None else None
    done: Counter[str] = Counter()
    unfit: dict[Line, str] = {}
    for article_id, asked in _by_article(lines, {*rows, *known}).items():
        article = known.get(article_id) or _bare_article(article_id, rows.get(article_id, []))
        if article is None:
            unfit |= dict.fromkeys(asked, "there is no such article (correct its article_id)")
            continue
        desk = Desk(article, rows.setdefault(article_id, []), aliases)
        unfit |= desk.correct(asked)
        done += desk.done
        rows[article_id] = finish(desk.rows)
    told = [f"{Path(path).name}, {_named(line)}: not corrected, as {unfit[line]}." for line in lines if line in unfit]
    notes = [*schema.notes_of(sheet)[1:], *_summary(Path(path).name, done), *told]
    order = dict.fromkeys([*quotes["article_id"], *known])
    corrected = [row for article_id in order for row in rows.get(article_id, [])]
    out = schema.table(corrected, "quotes").infer_objects() if done else schema.conform(quotes, "quotes")
    out = carry(quotes, schema.with_notes(out, [*schema.notes_of(quotes), *notes]))
    history = _continued(origin.history, lines, told, sha256(Path(path)))
    return with_origin(out, Origin(origin.articles, origin.parties, history))


def misfits(quotes: pd.DataFrame | schema.Parts) -> list[str]:
    """The corrections that no longer fitted, each named in a sentence; they stand in the notes, too."""
    return list(origin_of(quotes).history.misfits)


def _by_article(lines: Iterable[Line], known: set[str]) -> dict[str, list[Line]]:
    """The lines of each article that has any to follow; an id taken for a number ("007" become "7") is mended."""
    alike: dict[int, list[str]] = {}
    for article_id in known:
        if article_id.isdecimal():
            alike.setdefault(int(article_id), []).append(article_id)
    out: dict[str, list[Line]] = {}
    for line in lines:
        asked = line["article_id"].strip()
        same = alike.get(int(asked), []) if asked not in known and asked.isdecimal() else []
        out.setdefault(same[0] if len(same) == 1 else asked, []).append(line)
    return {article_id: asked for article_id, asked in out.items() if any(line.wants for line in asked)}


def _bare_article(article_id: str, rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    """An article whose text is not at hand, as far as its quotes tell."""
    return {"article_id": article_id, "outlet": rows[0]["outlet"], "text": None} if rows else None


def _named(line: Line) -> str:
    words = (line["old_content"] or line["content"]).split()
    said = " ".join(words[:_SHOWN]) + (" …" if len(words) > _SHOWN else "")
    return f"row {line.number} ({line['article_id'] or 'no article_id'}, “{said}”)"


def _summary(name: str, done: Counter[str]) -> list[str]:
    if not done:
        return []
    told = ", ".join(f"{done[what]} {what}" for what in _DONE if done[what])
    return [f"{name}: quotes corrected by hand: {told}."]


def _continued(history: History, lines: list[Line], told: list[str], sheet: str) -> History:
    """The corrections so far and these: a line of this sheet stands for an earlier one about the same words."""
    again = {key_of(line.cells) for line in lines}
    earlier = [cells for cells in history.lines if key_of(cells) not in again]
    return History(
        lines=(*(line.cells for line in lines if line.wants), *earlier),
        misfits=tuple(dict.fromkeys([*history.misfits, *told])),
        sheets=tuple(dict.fromkeys([*history.sheets, sheet])),
    )
