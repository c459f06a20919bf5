"""Scare quotes: cases with near misses that were marked before the rules were written, and their count."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest
from framing_gold import DATA, TESTS, articles_of, event_articles, event_quotes, no_quotes, quote

from toolkit import load_articles, nlp, resources, schema
from toolkit.framing import find_scare_quotes, measure_scare_quotes
from toolkit.framing.scare import MEASURE, MOST_WORDS, SCARE_COLUMNS
from toolkit.quotes.extract import extract_quotes

CASES = [json.loads(line) for line in (TESTS / "gold" / "scare_quotes.jsonl").read_text(encoding="utf-8").splitlines()]


def scare(text: str, quotes: pd.DataFrame | None = None, skip: list[Any] | None = None) -> list[str]:
    found = find_scare_quotes(articles_of(text, skip=skip), no_quotes() if quotes is None else quotes)
    return [str(words) for words in found["words"]]


def test_cases_of_our_own() -> None:
    """45 cases, 27 of them near misses; the words in quotation marks are told apart with the quotes found in them."""
    articles = articles_of(*(case["text"] for case in CASES))
    found = find_scare_quotes(articles, extract_quotes(articles))
    got = {(row["article_id"], row["words"]) for row in schema.records(found)}
    wanted = {(str(i), words) for i, case in enumerate(CASES) for words in case["scare"]}
    assert len(CASES) == 45
    assert sum(not case["scare"] for case in CASES) >= 25
    assert len(got & wanted) >= 0.9 * len(wanted)
    assert len(got & wanted) >= 0.9 * len(got)


def test_gold_words_stand_in_marks_in_their_text() -> None:
    assert len({case["id"] for case in CASES}) == len(CASES)
    for case in CASES:
        for words in case["scare"]:
            place = case["text"].index(words)
            assert case["text"][place - 1] in "“\"‘'"


def test_the_example_has_none_that_is_no_quotation() -> None:
    articles = load_articles(DATA)
    found = find_scare_quotes(articles, extract_quotes(articles))
    assert len(found) == 0
    assert list(found.columns) == list(SCARE_COLUMNS)
    assert "no scare quotes" in " ".join(schema.notes_of(found))


def test_words_of_an_attributed_quotation_are_counted_apart() -> None:
    assert scare("Port is ‘safe’ again – mayor\n\nShips came back.") == []
    text = "The port is “safe” again."
    assert scare(text) == ["safe"]
    assert scare(text, quote(text, "safe")) == []


def test_long_stretches_and_skipped_ones_are_no_scare_quotes() -> None:
    assert scare("The “" + "very " * MOST_WORDS + "old” port burned.") == []
    text = "The port burned. Our “friends” give monthly."
    assert scare(text, skip=[[text.index("Our"), len(text), "appeal"]]) == []


@pytest.mark.parametrize("text", ["", "“", "““””", "''''", "It is 5' 11\" tall", "“”", "‘’ “ ” '", '"" said ""'])
def test_odd_marks_are_borne(text: str) -> None:
    assert scare(text) == []


def test_words_and_their_places() -> None:
    text = "The “volunteers,” came. The ‘vote’ was held."
    found = find_scare_quotes(articles_of(text), no_quotes())
    assert [text[row["start"] : row["end"]] for row in schema.records(found)] == ["volunteers", "vote"]
    assert found["context"].tolist() == ["The “volunteers,” came.", "The ‘vote’ was held."]
    assert found["sentence"].tolist() == [0, 1]


def test_the_measure_counts_over_the_outlets_own_words() -> None:
    text = "The “vote” was held. The mayor said the road was shut."
    quotes = quote(text, "the road was shut")
    measures = measure_scare_quotes(articles_of(text), quotes)
    hits, over = measures[measures["item"].notna()], measures[measures["item"].isna()]
    assert hits["value"].tolist() == [1]
    assert over["n"].sum() == pytest.approx((nlp.count_words(text) - 4) / 1000)
    assert set(measures["measure"]) == {MEASURE}
    none = measure_scare_quotes(event_articles(), event_quotes())
    assert none["value"].sum() == 0
    assert none["n"].gt(0).all()


def test_the_word_list_is_in_order() -> None:
    words = resources.lines("mentioning.txt")
    assert words == sorted(set(words))
