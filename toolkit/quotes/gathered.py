"""Quotes that a person has gathered in a table: loaded, located in the texts, and used like extracted ones."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pandas as pd

from .. import nlp, schema
from ..csvfile import own_table
from ..entities import Phrases
from .acts import act_of
from .drafts import trimmed
from .extract import finish, name_party
from .marks import quotations
from .speakers import on_behalf_of

_ALIKE = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " "})
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
    by_article = {a["article_id"]: a for a in schema.records(articles)}
    by_outlet: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for article in by_article.values():
        by_outlet[article["outlet"]].append(article)
    aliases = Phrases(parties, "alias") if parties is not None else None
    rows, lost = [], []
    for number, given in enumerate(schema.records(frame), start=2):
        asked = given["article_id"] or given["outlet"]
        named = [by_article[asked]] if asked in by_article else []
        places = named if given["article_id"] else by_outlet[asked]
        if not places:
            raise schema.InputError(f"{path}, row {number}: there is no article or outlet {asked!r}; correct the name.")
        if given["act"] not in ("", *schema.ACTS):
            known = ", ".join(schema.ACTS)
            raise schema.InputError(f"{path}, row {number}: there is no act {given['act']!r}; use one of {known}.")
        row = _row(given, places, aliases)
        rows.append(row)
        if row["start"] is None:
            lost.append(number)
    notes = [f"{len(rows)} quotes were gathered by hand ({path.name})."] if rows else []
    if lost:
        notes.append(f"{path.name}: not found word for word in the article: row {', '.join(map(str, lost))}.")
    ordered = [row for _, group in _grouped(rows) for row in finish(group)]
    return schema.table(ordered, "quotes", notes)


def _grouped(rows: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row["article_id"], []).append(row)
    return list(groups.items())


def _row(given: dict[str, Any], places: list[dict[str, Any]], aliases: Phrases | None) -> dict[str, Any]:
    article, span = places[0], None
    for candidate in places:
        span = find(candidate["text"], given["quote"])
        if span:
            article = candidate
            break
    start, end = span or (None, None)
    act = given["act"] or act_of(given["cue"] or None, given["speaker"])[0]
    row = {
        "article_id": article["article_id"],
        "outlet": article["outlet"],
        "speaker_text": given["speaker"],
        "speaker": given["speaker"],
        "party": given["party"] or None,
        "on_behalf_of": on_behalf_of(given["speaker"]),
        "cue": given["cue"] or None,
        "act": act,
        "content": article["text"][start:end] if span else given["quote"],
        "start": start,
        "end": end,
        "spans": [[start, end]] if span else [],
        "sentence": nlp.sentence_at(article["text"], start) if start is not None else None,
        "confidence": None,
        "edited": True,
    }
    row |= _marks(article["text"], span)
    if not row["party"]:
        name_party(row, aliases)
    return row


def _marks(text: str, span: tuple[int, int] | None) -> dict[str, Any]:
    """Kind and fragments, by the quotation marks around and inside the place where the quote stands."""
    if span is None:
        return {"kind": None, "fragments": []}
    start, end = span
    inner = [(max(start, q.start), min(end, q.end)) for q in quotations(text, nlp.paragraphs(text))]
    quoted = [(s, e) for s, e in inner if re.search(r"\w", text[s:e])]
    fragments = [[s, e, text[s:e]] for s, e in quoted]
    outside = start
    for s, e in quoted:
        if re.search(r"\w", text[outside:s]):
            return {"kind": "mixed", "fragments": fragments}
        outside = e
    whole = bool(fragments) and not re.search(r"\w", text[outside:end])
    return {"kind": "direct" if whole else "mixed" if fragments else "indirect", "fragments": fragments}


def find(text: str, words: str) -> tuple[int, int] | None:
    """Where words stand in a text, kinds of quotation mark, dash and white space forgiven; None where they don't."""
    folded = words.translate(_ALIKE).strip(" \"'.,")
    if not folded:
        return None
    pattern = r"(?<!\w)" + r"\s+".join(re.escape(part) for part in folded.split()) + r"(?!\w)"
    match = re.search(pattern, text.translate(_ALIKE), re.IGNORECASE)
    return trimmed(text, *match.span()) if match else None


def merge_quotes(extracted: pd.DataFrame, gathered: pd.DataFrame) -> pd.DataFrame:
    """Both tables as one. Where a gathered quote and an extracted one share most of their words, the person's stands.

    The speaker mention and cue that the model found are kept where the person gave none.
    """
    mine: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in schema.records(gathered):
        mine[row["article_id"]].append(row)
    kept = []
    for row in schema.records(extracted):
        twin = next((g for g in mine[row["article_id"]] if _overlap(g, row) > 0.5), None)
        if twin is None:
            kept.append(row)
            continue
        for name in ("speaker_text", "speaker_start", "speaker_end", "cue", "cue_start", "cue_end"):
            if name != "cue" or not twin["cue"]:
                twin[name] = row[name]
    rows = [*kept, *(row for rows in mine.values() for row in rows)]
    merged = [row for _, group in sorted(_grouped(rows), key=lambda pair: pair[0]) for row in finish(group)]
    order = {name: i for i, name in enumerate(dict.fromkeys([*extracted["article_id"], *gathered["article_id"]]))}
    merged.sort(key=lambda row: order[row["article_id"]])
    return schema.table(merged, "quotes", [*schema.notes_of(extracted), *schema.notes_of(gathered)])


def _overlap(one: dict[str, Any], other: dict[str, Any]) -> float:
    """The shared part of two quotes' places, of the longer one."""
    if one["start"] is None or other["start"] is None:
        return 0.0
    shared = min(one["end"], other["end"]) - max(one["start"], other["start"])
    return float(max(0, shared) / max(one["end"] - one["start"], other["end"] - other["start"], 1))
