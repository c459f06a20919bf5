"""Sixty sentences of news that a person read as negative, neutral or positive before any were scored."""

from __future__ import annotations

import json
import math
from collections import Counter

import pytest
from conftest import ROOT

from toolkit import schema, sentiment
from toolkit.sentiment import WORKAROUNDS

GOLD = [
    json.loads(line)
    for line in (ROOT / "tests/gold/sentiment_sentences.jsonl").read_text(encoding="utf-8").splitlines()
]
NEAR_ZERO = 0.05  # VADER's own bounds for neutral
NONE = schema.table([], "quotes")


def right(without: str | tuple[str, ...], part: str) -> int:
    """How many readings of one half agree with the person's; a sentence without a lexicon word is neutral."""
    rows = [row for row in GOLD if row["part"] == part]
    articles = schema.table([{"article_id": r["id"], "outlet": "none", "text": r["text"]} for r in rows], "articles")
    found = sentiment.measure_sentiment(articles, NONE, without=without)
    scores = found[found["measure"] == sentiment.COMPOUND].set_index("article_id")["value"]
    return sum(reading(scores[row["id"]]) == row["reading"] for row in rows)


def reading(value: float) -> str:
    if math.isnan(value) or abs(value) < NEAR_ZERO:
        return "neutral"
    return "positive" if value > 0 else "negative"


def test_the_gold_is_balanced_and_half_of_it_kept_apart() -> None:
    assert Counter((row["part"], row["reading"]) for row in GOLD) == dict.fromkeys(
        ((part, tone) for part in ("tune", "held") for tone in ("negative", "neutral", "positive")), 10
    )
    assert len({row["text"] for row in GOLD}) == len({row["id"] for row in GOLD}) == 60


@pytest.mark.parametrize(("part", "floor"), [("tune", 26), ("held", 26)])
def test_the_workarounds_read_more_as_a_person_does(part: str, floor: int) -> None:
    assert right((), part) >= floor
    assert right((), part) - right("all", part) >= 6


@pytest.mark.parametrize("name", WORKAROUNDS)
def test_no_workaround_does_harm_beside_the_others(name: str) -> None:
    with_it = right((), "tune") + right((), "held")
    assert with_it >= right((name,), "tune") + right((name,), "held")
