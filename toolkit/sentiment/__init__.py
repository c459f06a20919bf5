"""How the sentences sound: VADER's score for each, the share it has no word for, and the words that made it.

An article is never scored as a whole, because VADER's score saturates with length. The unit is one sentence of one
voice: what the outlet says in its own words and what it attributes to a speaker are scored apart.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pandas as pd

from .reading import COMPOUND, DRIVER_COLUMNS, TOWARD, UNCOVERED, Reading, read_sentences
from .scoring import NEWS, PUBLISHED, WORKAROUNDS, Options, Score, is_turned, score
from .summaries import LEVELS, coverage_note, event_words, sentiment_levels, workaround_effects

__all__ = [
    "COMPOUND",
    "DRIVER_COLUMNS",
    "LEVELS",
    "NEWS",
    "PUBLISHED",
    "TOWARD",
    "UNCOVERED",
    "WORKAROUNDS",
    "Options",
    "Reading",
    "Score",
    "coverage_note",
    "drivers",
    "event_words",
    "is_turned",
    "measure_sentiment",
    "read_sentences",
    "score",
    "sentiment_levels",
    "workaround_effects",
]


def measure_sentiment(
    articles: pd.DataFrame,
    quotes: pd.DataFrame,
    *,
    parties: pd.DataFrame | str | Path | None = None,
    without: str | Collection[str] = (),
    hold_out: Collection[str] = (),
) -> pd.DataFrame:
    """How positive or negative the words of each voice are, and how often the method had nothing to go by.

    Returns a measures table (family "sentiment") with two rows for each sentence of each voice: its VADER compound
    score from -1 to +1 (item "compound"; NaN where none of its words stand in the lexicon), and 1 where none do, else 0
    (item "no lexicon word"). A quote's part of a sentence is one piece, and so is what remains of the outlet's own
    words where that is at least three words. `n` is 1 each time, so that a group's figure is the mean over sentences.
    A negative score says that the words are: that troops "returned fire" is negative whoever says it.

    With an alias table, `parties`, its names are masked before scoring, and the measure TOWARD has a row for each
    clause and party it mentions, by an alias or as the speaker that the quotes table resolves (item: the party). VADER
    does not know who acts: "A attacked B" is negative for both.

    VADER was made for tweets. Its known faults on news are worked around; `without` leaves some of the workarounds out
    (names in WORKAROUNDS, each with its reason; "all" gives VADER as published), and the notes say how many sentences
    each changed. `hold_out` takes words out of the scoring, as those that the event puts into every account
    (`event_words`). An unknown name raises InputError.

    Reference: Hutto & Gilbert (2014), VADER, ICWSM 8, 216-225; rules and lexicon are the package vaderSentiment's.
    """
    return read_sentences(articles, quotes, parties=parties, without=without, hold_out=hold_out).measures


def drivers(
    articles: pd.DataFrame,
    quotes: pd.DataFrame,
    *,
    parties: pd.DataFrame | str | Path | None = None,
    without: str | Collection[str] = (),
    hold_out: Collection[str] = (),
) -> pd.DataFrame:
    """Which words made the scores: often it is the event ("fire", "killed") that is negative and not the speaker.

    One row for each word and weight of each voice of each article, in the order of the text, with the columns of
    DRIVER_COLUMNS: `weight` is what VADER's rules make of the word where it stands, `effect` by how much the compound
    score of its sentence falls when the word is taken out and the others keep their weights. The arguments are those of
    measure_sentiment; `read_sentences` gives both tables in one go.
    """
    return read_sentences(articles, quotes, parties=parties, without=without, hold_out=hold_out).drivers
