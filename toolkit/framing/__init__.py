"""Framing: which frames an account uses, who acts in it and in which voice, and what it says on disputed points."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from .. import schema
from .agency import find_agency
from .claims import Claims, find_claims, load_claims
from .codebook import Codebook, default_codebook, load_codebook, measure_frames

__all__ = ["Claims", "Codebook", "find_agency", "find_claims", "load_claims", "load_codebook", "measure_framing"]

VOICE_MEASURE = "share of event verbs"
_ORIGIN = ("article_id", "quote_id", "outlet", "party", "speaker", "whose_words")


def measure_framing(
    articles: pd.DataFrame,
    quotes: pd.DataFrame,
    *,
    codebook: Codebook | str | Path | None = None,
    referents: pd.DataFrame | str | Path | None = None,
) -> pd.DataFrame:
    """How each voice frames the event: frames per 1,000 words, and the grammatical voices of its event verbs.

    Measures rows of the family "framing". "frames per 1,000 words": item is a frame of the codebook (the package's
    conflict codebook where none is given). "share of event verbs": item is the voice (active, passive, ...); verbs of
    saying and events that are said not to have happened are left out and counted in the notes. For both, rows with item
    missing hold the denominator that all items share.
    """
    chosen = codebook if isinstance(codebook, Codebook) else load_codebook(codebook) if codebook else default_codebook()
    frames = measure_frames(articles, quotes, chosen)
    return schema.stack([frames, measure_voices(find_agency(articles, quotes, referents=referents))], "measures")


def measure_voices(agency: pd.DataFrame) -> pd.DataFrame:
    """Measures rows of how events are put, from the agency table: item is the grammatical voice."""
    told = agency[~(agency["verb_class"] == "speech") & ~agency["negated"].astype(bool)] if len(agency) else agency
    rows: list[dict[str, Any]] = []
    totals: dict[tuple[Any, ...], int] = {}
    for event in schema.records(told):
        origin = {name: event[name] for name in _ORIGIN}
        key = tuple(origin.values())
        totals[key] = totals.get(key, 0) + 1
        place = {"start": event["start"], "end": event["end"]}
        rows.append({**origin, **place, "item": event["voice"], "value": 1.0, "n": 0.0})
    rows.extend({**dict(zip(_ORIGIN, key, strict=True)), "value": 0.0, "n": float(n)} for key, n in totals.items())
    shared = {"family": "framing", "measure": VOICE_MEASURE}
    left = len(agency) - len(told)
    notes = [f"Verbs of saying and negated events, left out of the voices: {left} of {len(agency)} events."]
    return schema.table(({**row, **shared} for row in rows), "measures", [*schema.notes_of(agency), *notes])
