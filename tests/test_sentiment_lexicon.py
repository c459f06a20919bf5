"""The overlay adds words and no scale of its own: each valence is what VADER's raters gave words like it."""

from __future__ import annotations

import math
from collections import Counter

import pytest
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from toolkit import resources
from toolkit.sentiment.lexicon import RULES, WORDS, lexicon, overlay, rule

VADER = SentimentIntensityAnalyzer().lexicon
KINDS = {"denies", "counts", "ends", "first_denies", "first_apart", "last_denies", "last_apart", "institution"}
KINDS |= {"first_name"}


def test_each_valence_is_the_mean_of_vaders_own_words_like_it() -> None:
    for entry in overlay():
        if entry.valence:
            like = [VADER[word] for word in entry.like]
            assert math.isclose(entry.valence, round(sum(like) / len(like), 1), abs_tol=0.051), entry
        else:
            assert not entry.like


def test_words_that_vader_scores_keep_their_score_or_are_taken_out() -> None:
    for entry in overlay():
        assert (entry.word in VADER) == (entry.valence == 0), entry


def test_each_entry_has_a_reason_and_stands_once() -> None:
    assert len(overlay()) > 250
    assert all(len(entry.reason) > 5 for entry in overlay())
    assert Counter(entry.word for entry in overlay()).most_common(1)[0][1] == 1
    assert all(entry.word == entry.word.lower() and " " not in entry.word for entry in overlay())


def test_the_lexicon_is_vaders_with_the_overlay_on_it() -> None:
    assert lexicon(with_overlay=False) == VADER
    laid = lexicon(with_overlay=True)
    changed = {word for word in {*laid, *VADER} if laid.get(word) != VADER.get(word)}
    assert changed - {word for word, valence in VADER.items() if valence == 0} == {entry.word for entry in overlay()}
    assert "fire" not in lexicon(with_overlay=True, held_out=frozenset({"fire"}))


@pytest.mark.parametrize("name", [WORDS, RULES])
def test_each_row_is_whole(name: str) -> None:
    rows = resources.table(name)
    assert {len(row) for row in rows} == {4 if name == WORDS else 3}
    assert all(all(row) for row in rows)


def test_each_rule_is_of_a_kind_that_is_read() -> None:
    assert {kind for kind, *_ in resources.table(RULES)} == KINDS
    assert "after" in rule("ends")
    for name in rule("first_name"):
        assert name in VADER
