"""Scores by sentence, quote and article; the words an event puts into every account; the workarounds side by side."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .. import schema
from .reading import COMPOUND, UNCOVERED, read_sentences
from .scoring import WORKAROUNDS

LEVELS = {
    "sentence": ["article_id", "outlet", "quote_id", "speaker", "party", "whose_words", "start", "end"],
    "quote": ["quote_id", "article_id", "outlet", "speaker", "party"],
    "article": ["article_id", "outlet", "whose_words"],
}


def sentiment_levels(measures: pd.DataFrame, level: str, among: pd.DataFrame | None = None) -> pd.DataFrame:
    """The scores of measure_sentiment by "sentence", by "quote", or by "article" (each voice of it apart).

    Columns: those that name the unit (LEVELS), `compound` (the mean over its sentences that hit a lexicon word; NaN
    where none does), `sentences` and `no_lexicon_word` (the share that hit none). `among` is the articles or the quotes
    table: its units without any scored sentence are added, with NaN. Another level raises InputError.
    """
    if level not in LEVELS:
        raise schema.InputError(f"level is one of {', '.join(map(repr, LEVELS))}, not {level!r}.")
    rows = measures[measures["measure"].isin([COMPOUND, UNCOVERED])]
    rows = rows[rows["quote_id"].notna()] if level == "quote" else rows
    keys = LEVELS[level]
    rows = rows.assign(
        compound=rows["value"].where(rows["measure"] == COMPOUND),
        no_lexicon_word=rows["value"].where(rows["measure"] == UNCOVERED),
    )
    means = rows.groupby(keys, sort=False, dropna=False)[["compound", "no_lexicon_word"]]
    out = means.mean().assign(sentences=means.count()["no_lexicon_word"]).reset_index()
    if among is not None and level != "sentence":
        absent = among[~among[keys[0]].isin(out[keys[0]])]
        out = pd.concat([out, absent.reindex(columns=keys).assign(sentences=0)], ignore_index=True)
    return out[[*keys, "compound", "sentences", "no_lexicon_word"]]


def coverage_note(measures: Iterable[pd.DataFrame], by: str) -> str:
    """How many of each group's sentences hit no lexicon word, in one line: what stands beside the groups' scores.

    `measures` is what `measure_sentiment` gives, part by part.
    """
    parts = [rows[rows["measure"] == UNCOVERED].groupby(by)["value"].agg(["sum", "count"]) for rows in measures]
    told = pd.concat(parts).groupby(level=0).sum()
    groups = [f"{group} {row['sum']:.0f} of {row['count']:.0f}" for group, row in told.iterrows()]
    return f"Sentences without a lexicon word, and so without a score: {schema.some(groups, 12)}."


def event_words(found: pd.DataFrame, by: str = "outlet", least: float = 0.5) -> list[str]:
    """The words that the event puts into most accounts, in the order of the alphabet: for `hold_out`.

    `found` is what `drivers` gives. A word is the event's where it made a score in at least two groups of `by` (outlet,
    party or article_id) and in at least the share `least` of them, as "killed" does where most tell of a death; what
    only some write remains. A word counts in one form: "attack" may be everybody's where "attacks" is not. With fewer
    than two groups nothing is shared, and `least` lies above 0 and up to 1: else InputError.
    """
    schema.need_columns(found, (by, "word"), "The drivers table")
    if not 0 < least <= 1:
        raise schema.InputError(f"least is a share of the groups, above 0 and up to 1, and not {least!r}.")
    there = int(found[by].nunique())
    if there < 2:
        raise schema.InputError(
            f"Words are shared between groups, and {by!r} has {there}; give drivers of at least two, or another column."
        )
    groups = found[found[by].notna()].groupby("word")[by].nunique()
    return sorted(groups.index[groups >= max(2, least * there)])


def workaround_effects(
    articles: pd.DataFrame, quotes: pd.DataFrame, *, parties: pd.DataFrame | str | Path | None = None
) -> pd.DataFrame:
    """What each workaround does to the scores of these articles: VADER as published, with each alone, and with all.

    A row each: `workarounds`, `why`, `sentences`, `changed` (sentences with another score than as published),
    `no_lexicon_word` (share that hit none) and `compound` (mean over the sentences that hit one; NaN where none does).
    """
    each = {name: [other for other in WORKAROUNDS if other != name] for name in WORKAROUNDS}
    left_out = {"none: VADER 3.3.2 as published": [*WORKAROUNDS], **each, "all": []}
    rows: list[dict[str, object]] = []
    plain: NDArray[np.float64] = np.array([])
    for name, without in left_out.items():
        measures = read_sentences(articles, quotes, parties=parties, without=without).measures
        scores = measures.loc[measures["measure"] == COMPOUND, "value"].to_numpy()
        plain = plain if rows else scores
        same = (scores == plain) | (np.isnan(scores) & np.isnan(plain))
        known = scores[~np.isnan(scores)]
        rows.append(
            {
                "workarounds": name,
                "why": WORKAROUNDS.get(name, ""),
                "sentences": len(scores),
                "changed": int((~same).sum()),
                "no_lexicon_word": 1 - len(known) / len(scores) if len(scores) else np.nan,
                "compound": float(known.mean()) if len(known) else np.nan,
            }
        )
    return pd.DataFrame(rows)
