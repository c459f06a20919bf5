"""Framing: which frames an account uses, who acts in it and in which voice, and what it says on disputed points."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from .. import schema
from .agency import find_agency
from .claims import Claims, find_claims, load_claims
from .codebook import Codebook, default_codebook, load_codebook, measure_frames
from .counting import shares
from .labels import find_labels, measure_labels
from .scare import find_scare_quotes, measure_scare_quotes
from .stance import find_stance, measure_stance
from .suggestions import suggest_referents
from .violence import measure_violence, violence

__all__ = [
    "Claims",
    "Codebook",
    "find_agency",
    "find_claims",
    "find_labels",
    "find_scare_quotes",
    "find_stance",
    "load_claims",
    "load_codebook",
    "measure_framing",
    "measure_labels",
    "measure_scare_quotes",
    "measure_stance",
    "measure_violence",
    "suggest_referents",
    "violence",
]

VOICE_MEASURE = "share of event verbs"


def measure_framing(
    articles: pd.DataFrame,
    quotes: pd.DataFrame,
    *,
    codebook: Codebook | str | Path | None = None,
    referents: pd.DataFrame | str | Path | None = None,
) -> pd.DataFrame:
    """How each voice frames the event: its frames, verbs, labels, reporting verbs and scare quotes, as measures rows.

    - "frames per 1,000 words": item is a frame of the codebook (the package's conflict codebook where none is given).
    - "share of event verbs": item is the grammatical voice; verbs of saying and negated events are left out.
    - "share of acts of force and harm": item is "agent → patient" by the sides of `referents`; see `violence`.
    - "share of mentions: ..." for each referent: item is the label; the further column worded_by says whose word it is.
    - "share of reporting expressions": item is neutral, distancing or endorsing; see `find_stance`.
    - "scare quotes per 1,000 words": see `find_scare_quotes`.

    For all of them, rows with item missing hold the denominator that the items share; the notes say what was left out.
    A figure is a rate or share of what that voice tells: sum(value) / sum(n) in `compare`. A mistake in codebook or
    referents raises InputError. Sources: Entman 1993 (frames), Fowler 1991 (naming, agents left out), Thompson & Ye
    1991 (reporting verbs); docs/methods.md has them all.
    """
    chosen = codebook if isinstance(codebook, Codebook) else load_codebook(codebook) if codebook else default_codebook()
    agency = find_agency(articles, quotes, referents=referents)
    tables = [
        measure_frames(articles, quotes, chosen),
        measure_voices(agency),
        measure_violence(agency),
        measure_labels(find_labels(articles, quotes, referents=referents)),
        measure_stance(find_stance(articles, quotes)),
        measure_scare_quotes(articles, quotes),
    ]
    return schema.stack(tables, "measures")


def measure_voices(agency: pd.DataFrame) -> pd.DataFrame:
    """Measures rows of how events are put, from the agency table: item is the grammatical voice."""
    told = agency[~(agency["verb_class"] == "speech") & ~agency["negated"].astype(bool)] if len(agency) else agency
    rows = shares(schema.records(told), VOICE_MEASURE, "voice")
    left = len(agency) - len(told)
    note = "Verbs of saying and negated events, left out of the voices: {left} of {all} events."
    return schema.table(rows, "measures", [*schema.raw_notes(agency), schema.Note(note, all=len(agency), left=left)])
