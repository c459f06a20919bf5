"""How the sentences sound: VADER's score for each, the share it has no word for, and the words that made it.

An article is never scored as a whole, because VADER's score saturates with length. The unit is one sentence of one
voice: what the outlet says in its own words and what it attributes to a speaker are scored apart.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pandas as pd

from . import nlp, schema
from .whose_words import Stretch, Voices, left_out, origin, voices

if TYPE_CHECKING:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

COMPOUND = "mean compound score (-1 to +1)"
UNCOVERED = "share of sentences that hit no lexicon word"
DRIVER_COLUMNS = ("article_id", "quote_id", "outlet", "party", "word", "weight", "count")

_FEWEST_WORDS = 3  # what is left of the outlet's own sentence around a quote ("he said") says nothing about its tone
_WORD = re.compile(r"\w+(?:[-'’]\w+)*")
_APOSTROPHE = re.compile(r"(?<=\w)[’ʼ＇](?=\w)")
_DETACHED = str.maketrans(dict.fromkeys("“”„‟‘’‚‛«»‹›—―…", " "))

ABOUT_VADER = (
    "VADER was made for tweets: with human raters it reaches r of about .9 on tweets and about .5 on newspaper "
    "editorials (Hutto & Gilbert 2014). Read means, never one sentence."
)
ABOUT_PREPARING = (
    "Before scoring, curly apostrophes were made straight and curly quotation marks, long dashes and ellipses were "
    "replaced by spaces, because VADER misses the words they touch."
)


def prepare(text: str) -> str:
    """The text as VADER can read it, of the same length, so that every place in it stays where it was.

    A curly apostrophe hides a negation from VADER (“don’t support” would score +.40) and a curly quotation mark, a
    long dash or an ellipsis hides the word it touches.
    """
    return _APOSTROPHE.sub("'", text).translate(_DETACHED)


@dataclass(frozen=True)
class Score:
    """One sentence as VADER reads it: `hits` are the words that count, each with its weight after VADER's rules."""

    compound: float
    hits: tuple[tuple[str, float], ...]
    covered: bool


@lru_cache(maxsize=1)
def _analyzer() -> SentimentIntensityAnalyzer:
    """VADER as published, which also hands out the weight it gave each word."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    class Recorder(SentimentIntensityAnalyzer):  # type: ignore[misc]  # the package has no types
        def score_valence(self, sentiments: list[float], text: str) -> dict[str, Any]:
            return {**super().score_valence(sentiments, text), "weights": list(sentiments), "read": text}

    return Recorder()


def score(sentence: str) -> Score:
    """What VADER makes of one sentence: its compound score from -1 to +1, and the words behind it.

    `covered` is False where no word of the sentence stands in VADER's list; its compound score is 0 then, which means
    "no evidence" and not "neutral". Reference: Hutto & Gilbert (2014), ICWSM 8, 216-225.
    """
    from vaderSentiment.vaderSentiment import SentiText

    analyzer = _analyzer()
    result = analyzer.polarity_scores(prepare(sentence))
    words = [word.lower() for word in SentiText(result["read"]).words_and_emoticons]
    weighted = zip(words, result["weights"], strict=True)
    hits = tuple((word, round(float(weight), 4)) for word, weight in weighted if weight)
    covered = bool(hits) or any(word in analyzer.lexicon for word in words)
    return Score(float(result["compound"]), hits, covered)


def is_turned(word: str, weight: float) -> bool:
    """True where a word's weight has the other sign than VADER's list gives it: it was negated where it stood."""
    return float(_analyzer().lexicon.get(word, weight)) * weight < 0


@dataclass(frozen=True)
class _Piece:
    """One sentence's words of one voice; other voices' words in between are blanked, so that offsets hold."""

    start: int
    end: int
    words: str
    whose: str
    quote: dict[str, Any] | None


def _piece(text: str, stretches: list[Stretch]) -> _Piece:
    start, end = stretches[0].start, stretches[-1].end
    letters = [" "] * (end - start)
    for stretch in stretches:
        letters[stretch.start - start : stretch.end - start] = text[stretch.start : stretch.end]
    told = {stretch.whose for stretch in stretches if _WORD.search(text, stretch.start, stretch.end)}
    whose = told.pop() if len(told) == 1 else "outlet_reporting"
    return _Piece(start, end, "".join(letters), whose, stretches[0].quote)


def _pieces(voice: Voices) -> Iterator[_Piece]:
    """Every sentence's words, apart by who they are attributed to; pieces without a word are no pieces."""
    groups: dict[tuple[int, str | None], list[Stretch]] = {}
    for stretch in voice.stretches():
        key = stretch.sentence, stretch.quote["quote_id"] if stretch.quote else None
        groups.setdefault(key, []).append(stretch)
    for stretches in groups.values():
        piece = _piece(voice.text, stretches)
        if _WORD.search(piece.words):
            yield piece


def _too_short(piece: _Piece) -> bool:
    return piece.quote is None and len(_WORD.findall(piece.words)) < _FEWEST_WORDS


def _scored(articles: pd.DataFrame, quotes: pd.DataFrame) -> Iterator[tuple[Voices, _Piece, Score | None]]:
    """Every piece of every English article with its score; None where it is too short for one."""
    for voice in nlp.progress(voices(articles, quotes), "sentiment", total=len(articles)):
        for piece in _pieces(voice):
            yield voice, piece, None if _too_short(piece) else score(piece.words)


def _row(voice: Voices, piece: _Piece, measure: str, item: str, value: float) -> dict[str, Any]:
    place = {"start": piece.start, "end": piece.end, "n": 1.0, "value": value}
    return {
        **origin(voice.article, piece.whose, piece.quote),
        "family": "sentiment",
        "measure": measure,
        "item": item,
        **place,
    }


def measure_sentiment(articles: pd.DataFrame, quotes: pd.DataFrame) -> pd.DataFrame:
    """How positive or negative the words of each voice are, and how often the method had nothing to go by.

    Returns a measures table (family "sentiment") with two rows for each sentence of each voice: its VADER compound
    score from -1 to +1 (item "compound"), and 1 where none of its words stand in VADER's list, else 0 (item "no
    lexicon word"). A quote's part of a sentence is one piece, and so is what remains of the outlet's own words where
    that is at least three words. `n` is 1 each time, so that a group's figure is the mean over sentences. A negative
    score says that the words are: that troops "returned fire" is negative whoever says it.

    Reference: Hutto & Gilbert (2014), VADER, ICWSM 8, 216-225; the scores are those of the package vaderSentiment.
    """
    rows = []
    short = uncovered = 0
    for voice, piece, result in _scored(articles, quotes):
        if result is None:
            short += 1
            continue
        uncovered += not result.covered
        rows.append(_row(voice, piece, COMPOUND, "compound", result.compound))
        rows.append(_row(voice, piece, UNCOVERED, "no lexicon word", float(not result.covered)))
    notes = [ABOUT_VADER, _coverage(uncovered, len(rows) // 2), ABOUT_PREPARING, *left_out(articles, quotes)]
    if short:
        notes.append(f"Left out: pieces of the outlet's own sentences of under {_FEWEST_WORDS} words ({short}).")
    return schema.table(rows, "measures", notes)


def _coverage(uncovered: int, scored: int) -> str:
    return (
        f"{uncovered} of {scored} sentences hit no word of VADER's list; they count as 0, which pulls means towards 0."
        if scored
        else "No sentence could be scored."
    )


def drivers(articles: pd.DataFrame, quotes: pd.DataFrame) -> pd.DataFrame:
    """Which words made the scores: often it is the event ("fire", "killed") that is negative and not the speaker.

    One row for each word and weight of each voice of each article, in the order of the text: article_id, quote_id
    (missing for the outlet's own words), outlet, party, word (lower case), weight (the word's valence after VADER's
    rules for negation, degree words, capitals and "but"; list entries range from -4 to +4) and count.
    """
    counts: Counter[tuple[Any, ...]] = Counter()
    for voice, piece, result in _scored(articles, quotes):
        where = origin(voice.article, piece.whose, piece.quote)
        key = tuple(where[name] for name in DRIVER_COLUMNS[:4])
        counts.update((*key, *hit) for hit in (result.hits if result else ()))
    frame = pd.DataFrame([(*key, count) for key, count in counts.items()], columns=list(DRIVER_COLUMNS))
    text = dict.fromkeys(DRIVER_COLUMNS[:5], "str")
    return schema.with_notes(frame.astype({**text, "weight": "float64", "count": "int64"}), [ABOUT_VADER])
