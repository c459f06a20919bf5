"""All sentences of all articles, read once: their scores, the words behind them, and what each workaround changed."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from .. import nlp, schema
from ..entities import Phrases, party_table
from ..whose_words import Voices, left_out, origin, voices
from .lexicon import every_word
from .names import masked, name_spans
from .pieces import FEWEST_WORDS, Piece, of_party, pieces, too_few
from .scoring import WORKAROUNDS, Options, Score, compound, may_change, options, score

COMPOUND = "mean compound score (-1 to +1)"
UNCOVERED = "share of sentences that hit no lexicon word"
TOWARD = "mean score of clauses that mention a party (-1 to +1)"
DRIVER_COLUMNS = {
    "article_id": "the article",
    "quote_id": "the quote; missing for the outlet's own words",
    "outlet": "who published the article",
    "party": "the speaker's side",
    "word": "the word that counted, in small letters",
    "weight": "its valence, -4 to +4, after VADER's rules for negation, degree words, capitals and “but”",
    "count": "how often it stands there with this weight",
    "effect": "by how much the sentence's compound score falls without it, on average",
}

ABOUT_VADER = (
    "VADER was made for tweets: with human raters it reaches r = .87 on tweets (.881 in the paper's abstract) and .50 "
    "on New York Times editorials, where a single rater reaches .75 (Hutto & Gilbert 2014). Read means, never one "
    "sentence."
)
_COVERAGE = "{uncovered} of {all} sentences hit no lexicon word and have no score; the mean is over the others."
_SHORT = f"Left out: pieces of the outlet's own sentences of under {FEWEST_WORDS} words ({{short}})."
_TOWARD = (
    "Toward a party: {clauses} clauses mention one, {uncovered clauses} of them hit no lexicon word; {shared clauses} "
    f"mention several and count for each. Left out: clauses of under {FEWEST_WORDS} words ({{short clauses}})."
)
ABOUT_ACTS = "It scores words, not acts: “killed” weighs the same in active and passive, whoever did it."


@dataclass(frozen=True)
class Reading:
    """One reading of the articles: `measures` as measure_sentiment gives them, `drivers` as drivers does."""

    measures: pd.DataFrame
    drivers: pd.DataFrame


@dataclass
class _Tally:
    """What is gathered on the way."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    drivers: dict[tuple[Any, ...], list[float]] = field(default_factory=dict)
    changed: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class _Article:
    """One article ready to be read: where names stand, and where which party is mentioned."""

    voice: Voices
    names: list[tuple[int, int]]
    mentions: list[tuple[int, int, str]]


def read_sentences(
    articles: pd.DataFrame,
    quotes: pd.DataFrame,
    *,
    parties: pd.DataFrame | str | Path | None = None,
    without: str | Collection[str] = (),
    hold_out: Collection[str] = (),
) -> Reading:
    """The measures and the drivers of the same articles in one go; the arguments are those of measure_sentiment."""
    how = options(without, hold_out)
    tally = _Tally()
    aliases = Phrases(party_table(parties), "alias")
    for voice in nlp.progress(voices(articles, quotes), "sentiment", total=len(articles)):
        article = _ready(voice, aliases)
        for piece in pieces(voice):
            _add(tally, article, piece, how)
    notes = [*_notes(tally, how), *left_out(articles, quotes)]
    return Reading(schema.table(tally.rows, "measures", notes), _drivers(tally))


def _ready(voice: Voices, aliases: Phrases) -> _Article:
    """The article with its names and mentions; a speaker whom the quotes table resolves is a mention too ("it")."""
    found = aliases.find(voice.text, voice.article["outlet"], voice.article["article_id"])
    sides = [(hit.start, hit.end, str(hit.row["party"])) for hit in found if hit.row["party"]]
    if found:
        sides += [
            (quote["speaker_start"], quote["speaker_end"], quote["party"])
            for quote in voice.quotes
            if quote["party"] and quote["speaker_start"] is not None
        ]
    return _Article(voice, name_spans(voice.text, found, every_word()), sides)


def _add(tally: _Tally, article: _Article, piece: Piece, how: Options) -> None:
    """One piece's rows, words and counts."""
    if piece.too_short:
        tally.counts["short"] += 1
        return
    blotted = masked(piece.words, piece.start, article.names)
    words = blotted if "names" in how.use else piece.words
    result = score(words, how)
    tally.counts["sentences"] += 1
    tally.counts["uncovered"] += not result.covered
    tally.changed.update(_changed_by(piece.words, blotted, result, how))
    where = origin(article.voice.article, piece.whose, piece.quote)
    place = {"start": piece.start, "end": piece.end, "n": 1.0, "family": "sentiment"}
    tally.rows.append({**where, **place, "measure": COMPOUND, "item": "compound", "value": result.compound})
    missed = float(not result.covered)
    tally.rows.append({**where, **place, "measure": UNCOVERED, "item": "no lexicon word", "value": missed})
    _count_words(tally, where, result)
    _add_clauses(tally, article, piece, words, {**where, **place}, how)


def _changed_by(plain: str, blotted: str, result: Score, how: Options) -> Iterator[str]:
    """The workarounds in use without which the sentence would have another score."""
    words = blotted if "names" in how.use else plain
    asked = may_change(words) | ({"names"} if plain != blotted else set())
    for name in sorted(how.use & asked):
        other = compound(plain, how) if name == "names" else compound(words, how.but(name))
        if not _alike(other, result.compound):
            yield name


def _alike(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other))


def _count_words(tally: _Tally, where: dict[str, Any], result: Score) -> None:
    key = tuple(where[name] for name in list(DRIVER_COLUMNS)[:4])
    for word, weight, effect in result.hits:
        tally.drivers.setdefault((*key, word, weight), []).append(effect)


def _add_clauses(
    tally: _Tally, article: _Article, piece: Piece, words: str, where: dict[str, Any], how: Options
) -> None:
    for (start, end), parties in of_party(piece, article.mentions).items():
        if too_few(words[start:end]):
            tally.counts["short clauses"] += 1
            continue
        value = score(words[start:end], how).compound
        place = {"start": piece.start + start, "end": piece.start + end}
        tally.counts["clauses"] += 1
        tally.counts["shared clauses"] += len(parties) > 1
        tally.counts["uncovered clauses"] += math.isnan(value)
        tally.rows += [{**where, **place, "measure": TOWARD, "item": party, "value": value} for party in parties]


def _drivers(tally: _Tally) -> pd.DataFrame:
    """The words that made the scores, a row for each word and weight of each voice of each article."""
    rows = [(*key, len(effects), math.fsum(effects) / len(effects)) for key, effects in tally.drivers.items()]
    frame = pd.DataFrame(rows, columns=list(DRIVER_COLUMNS))
    text = dict.fromkeys(list(DRIVER_COLUMNS)[:5], "str")
    numbers = {"weight": "float64", "count": "int64", "effect": "float64"}
    return schema.with_notes(frame.astype({**text, **numbers}), [ABOUT_VADER])


def _notes(tally: _Tally, how: Options) -> Iterator[str]:
    """What the scores rest on, what was worked around and what that changed, what was left out."""
    counts = tally.counts
    yield ABOUT_VADER
    yield ABOUT_ACTS
    yield schema.Note(_COVERAGE, "No sentence could be scored.", all=counts["sentences"], uncovered=counts["uncovered"])
    if how.use:
        changed = {name: tally.changed[name] for name in WORKAROUNDS if name in how.use}
        told = ", ".join(f"{name} {{{name}}}" for name in changed)
        told = f"Worked around before scoring (sentences whose score it changed): {told}."
        yield schema.Note(told, all=counts["sentences"], **changed)
    if unused := [name for name in WORKAROUNDS if name not in how.use]:
        yield f"Left out on request: the workarounds {', '.join(unused)}."
    if how.held_out:
        yield f"Held out of the scoring: {schema.some(sorted(how.held_out))}."
    yield schema.Note(_SHORT, short=counts["short"])
    clauses = {name: counts[name] for name in ("clauses", "uncovered clauses", "shared clauses", "short clauses")}
    yield schema.Note(_TOWARD, all=counts["clauses"] + counts["short clauses"], **clauses)
