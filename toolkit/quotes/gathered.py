"""Quotes that a person has gathered in a table: loaded, located in the texts, and used like extracted ones."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import Any

import pandas as pd

from .. import schema
from ..csvfile import own_table
from ..entities import Phrases, normal
from ..speakers.mentions import core
from ..speakers.resolver import on_behalf_of
from .acts import act_of
from .extract import finish, name_party
from .marks import placed
from .origin import carry, remember
from .places import ALIKE
from .spans import trimmed

MOST = 0.5  # of the longer one's characters: what two quotes share that are one
_NEEDED = ("speaker", "quote", "article_id or outlet")
_GIVEN = ("article_id", "outlet", "speaker", "quote", "cue", "act", "party")


def load_quotes(path: str | Path, articles: pd.DataFrame, *, parties: pd.DataFrame | None = None) -> pd.DataFrame:
    """Attributed quotes gathered by hand, as a quotes table: every row is marked as a person's (`edited`).

    The table has columns speaker and quote, one of article_id and outlet, and optionally cue, act and party. Each quote
    is looked for in the article (or the outlet's articles); where it stands there its offsets are filled in, else they
    stay missing. The notes count and name those that were not found. Raises InputError for a missing column and for an
    article or outlet that is not in `articles`.
    """
    path = Path(path)
    frame = own_table(path, _GIVEN, _NEEDED)
    named: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for article in schema.records(articles):
        for column in ("article_id", "outlet"):
            named[column, article[column]].append(article)
    aliases = Phrases(parties, "alias") if parties is not None else None
    rows, lost, homeless = [], [], []
    for number, given in enumerate(schema.records(frame), start=2):
        column = "article_id" if given["article_id"] else "outlet"
        places, asked = named[column, given[column]], given[column]
        if not places:
            raise schema.InputError(f"{path}, row {number}: there is no article or outlet {asked!r}; correct the name.")
        if given["act"] not in ("", *schema.ACTS):
            known = ", ".join(schema.ACTS)
            raise schema.InputError(f"{path}, row {number}: there is no act {given['act']!r}; use one of {known}.")
        row = _row(given, places, aliases)
        if row["start"] is None and len(places) > 1:
            homeless.append(number)
            continue
        rows.append(row)
        if row["start"] is None:
            lost.append(number)
    notes = [f"{len(rows)} quotes were gathered by hand ({path.name})."] if rows else []
    if lost:
        notes.append(f"{path.name}: not found word for word in the article: row {', '.join(map(str, lost))}.")
    if homeless:
        where = schema.some(homeless, len(homeless))
        notes.append(
            f"{path.name}: left out, as found in none of the outlet's articles: row {where}; give an article_id."
        )
    return remember(schema.table(_finished(rows), "quotes", notes), articles, parties)


def _finished(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of several articles, finished article by article."""
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[row["article_id"]].append(row)
    return [row for group in groups.values() for row in finish(group)]


def _row(given: dict[str, Any], places: list[dict[str, Any]], aliases: Phrases | None) -> dict[str, Any]:
    found = ((article, find(article["text"], given["quote"])) for article in places)
    article, span = next((pair for pair in found if pair[1]), (places[0], None))
    nowhere = {"content": given["quote"], "start": None, "end": None, "spans": [], "fragments": []}
    row = {
        "article_id": article["article_id"],
        "outlet": article["outlet"],
        "speaker_text": given["speaker"],
        "speaker": given["speaker"],
        "party": given["party"] or None,
        "on_behalf_of": on_behalf_of(given["speaker"]),
        "cue": given["cue"] or None,
        "act": given["act"] or act_of(given["cue"] or None, given["speaker"])[0],
        **(placed(article["text"], [span]) if span else nowhere),
        "edited": True,
    }
    if not row["party"]:
        name_party(row, aliases)
    return row


def find(text: str, words: str) -> tuple[int, int] | None:
    """Where words stand in a text, kinds of quotation mark, dash and white space forgiven; None where they don't."""
    folded = words.translate(ALIKE).strip(" \"'.,")
    if not folded:
        return None
    pattern = r"(?<!\w)" + r"\s+".join(re.escape(part) for part in folded.split()) + r"(?!\w)"
    match = re.search(pattern, text.translate(ALIKE), re.IGNORECASE)
    return trimmed(text, *match.span()) if match else None


def merge_quotes(extracted: pd.DataFrame, gathered: pd.DataFrame) -> pd.DataFrame:
    """Both tables as one. Where a gathered quote and an extracted one share most of their words, the person's stands.

    The cue that the model found is kept where the person gave none, its speaker mention where both name the same one. A
    gathered fragment of a longer extracted quote of the same speaker only marks that one as checked (`edited`).
    """
    mine: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in schema.records(gathered):
        mine[row["article_id"]].append(row)
    found = schema.records(extracted)
    kept = []
    for row in found:
        if (twin := _twin(row, mine[row["article_id"]])) is None:
            kept.append(_checked(row, mine[row["article_id"]]))
        else:
            _take_over(twin, row)
    order = {name: i for i, name in enumerate(dict.fromkeys([*extracted["article_id"], *gathered["article_id"]]))}
    merged = _finished(sorted([*kept, *chain.from_iterable(mine.values())], key=lambda row: order[row["article_id"]]))
    notes = [*schema.notes_of(extracted), *schema.notes_of(gathered), *_remarks(found, kept)]
    return carry(extracted, schema.table(merged, "quotes", notes))


def _remarks(found: list[dict[str, Any]], kept: list[dict[str, Any]]) -> list[str]:
    replaced, checked = len(found) - len(kept), sum(row["edited"] for row in kept) - sum(row["edited"] for row in found)
    notes = [(replaced, "replaced by one gathered by hand"), (checked, "marked as checked by a gathered fragment")]
    return [f"{schema.count(n, 'extracted quote was', 'extracted quotes were')} {what}." for n, what in notes if n > 0]


def _twin(row: dict[str, Any], mine: list[dict[str, Any]]) -> dict[str, Any] | None:
    return next((given for given in mine if overlap(given, row) > MOST), None)


def _checked(row: dict[str, Any], mine: list[dict[str, Any]]) -> dict[str, Any]:
    """The extracted row, marked as a person's where they gathered a part of it; that part goes from theirs."""
    parts = [given for given in mine if _inside(given, row) and same_speaker(given["speaker"], row["speaker"])]
    mine[:] = [given for given in mine if not any(given is part for part in parts)]
    return row | {"edited": row["edited"] or bool(parts)}


def _inside(part: dict[str, Any], whole: dict[str, Any]) -> bool:
    if part["start"] is None or whole["start"] is None:
        return False
    return any(start <= part["start"] and part["end"] <= end for start, end in whole["spans"])


def _take_over(given: dict[str, Any], row: dict[str, Any]) -> None:
    """Give the person's row the places that the model found, where they cannot be of somebody else."""
    names: tuple[str, ...] = () if given["cue"] else ("cue", "cue_start", "cue_end")
    if same_speaker(given["speaker"], row["speaker"]):
        names += ("speaker_text", "speaker_start", "speaker_end")
    for name in names:
        given[name] = row[name]


def same_speaker(one: str | None, other: str | None) -> bool:
    """True where two names are alike, or share the last name: "Varga (the engineer)" and "Ilse Varga"."""
    if not one or not other:
        return False
    lasts = [core(re.sub(r"\s*\([^()]*\)", "", name))[-1:] for name in (one, other)]
    return normal(one) == normal(other) or lasts[0] == lasts[1] != []


def overlap(one: dict[str, Any], other: dict[str, Any]) -> float:
    """The shared part of two quotes' places, of the longer one."""
    if one["start"] is None or other["start"] is None:
        return 0.0
    shared = min(one["end"], other["end"]) - max(one["start"], other["start"])
    return float(max(0, shared) / max(one["end"] - one["start"], other["end"] - other["start"], 1))
