from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer, normalize

from toolkit import schema, sentiment

TEXT = (
    "The convoy left at dawn. “We returned fire after a brutal attack,” the Party A spokesman said on Monday. "
    "Party B said its troops had a wonderful, peaceful day. He paused. Support us today!"
)


VADER = SentimentIntensityAnalyzer()


def articles(text: str = TEXT, **more: Any) -> pd.DataFrame:
    skip = [[text.index("Support us"), len(text), "appeal"]] if "Support us" in text else []
    return schema.table([{"article_id": "a1", "outlet": "Outlet One", "text": text, "skip": skip, **more}], "articles")


def quote(text: str, content: str, fragment: str = "", **more: Any) -> dict[str, Any]:
    start = text.index(content)
    begin = text.index(fragment)
    return {
        "quote_id": content[:4],
        "article_id": "a1",
        "outlet": "Outlet One",
        "act": "speech",
        "content": content,
        "start": start,
        "end": start + len(content),
        "spans": [[start, start + len(content)]],
        "fragments": [[begin, begin + len(fragment), fragment]] if fragment else [],
        **more,
    }


def quotes(*rows: dict[str, Any]) -> pd.DataFrame:
    return schema.table(rows, "quotes")


@pytest.fixture
def both() -> pd.DataFrame:
    direct = "We returned fire after a brutal attack"
    indirect = "its troops had a wonderful, peaceful day"
    return quotes(
        quote(TEXT, direct, direct, party="Party A", speaker="the Party A spokesman"),
        quote(TEXT, indirect, party="Party B", speaker="Party B"),
    )


def scores(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["measure"] == sentiment.COMPOUND].reset_index(drop=True)


@pytest.mark.parametrize(
    ("sentence", "published"),
    [  # the examples in the README of vaderSentiment
        ("VADER is smart, handsome, and funny.", 0.8316),
        ("VADER is smart, handsome, and funny!", 0.8439),
        ("VADER is very smart, handsome, and funny.", 0.8545),
        ("VADER is VERY SMART, handsome, and FUNNY!!!", 0.9342),
        ("VADER is not smart, handsome, nor funny.", -0.7424),
        ("At least it isn't a horrible book.", 0.431),
        ("The plot was good, but the characters are uncompelling and the dialog is not great.", -0.7042),
        ("Today SUX!", -0.5461),
    ],
)
def test_scores_are_the_published_ones(sentence: str, published: float) -> None:
    assert sentiment.score(sentence).compound == published


@given(
    st.lists(
        st.sampled_from("the not never very but GOOD bad attack, killed don’t “terror” help! no.".split()), max_size=12
    )
)
def test_scores_are_vaders_own_and_the_drivers_add_up_to_them(words: list[str]) -> None:
    sentence = " ".join(words)
    ours = sentiment.score(sentence)
    assert ours.compound == VADER.polarity_scores(sentiment.prepare(sentence))["compound"]
    if "!" not in sentence:
        assert ours.compound == pytest.approx(normalize(sum(weight for _, weight in ours.hits)), abs=2e-4)


@pytest.mark.parametrize(
    ("curly", "straight"),
    [
        ("They don’t support it.", "They don't support it."),
        ("The “terrorist” attack", 'The "terrorist" attack'),
        ("It was an attack—they fled", "It was an attack - they fled"),
        ("‘Good’ people", "'Good' people"),
        ("The victims’ fear", "The victims fear"),
    ],
)
def test_typography_does_not_change_a_score(curly: str, straight: str) -> None:
    assert sentiment.score(curly).compound == VADER.polarity_scores(straight)["compound"]
    assert VADER.polarity_scores(curly)["compound"] != VADER.polarity_scores(straight)["compound"]


@given(st.text())
def test_preparing_keeps_every_place(text: str) -> None:
    ready = sentiment.prepare(text)
    assert len(ready) == len(text)
    assert all(a == b for a, b in zip(text, ready, strict=True) if a.isalnum())
    assert sentiment.prepare(ready) == ready


def test_each_voice_of_a_sentence_is_scored_apart(both: pd.DataFrame) -> None:
    found = scores(sentiment.measure_sentiment(articles(), both))
    pieces = [TEXT[a:b] for a, b in zip(found["start"], found["end"], strict=True)]
    mine = found[found["party"] == "Party A"].iloc[0]
    assert TEXT[mine["start"] : mine["end"]] == "We returned fire after a brutal attack"
    assert mine["value"] == VADER.polarity_scores("We returned fire after a brutal attack")["compound"]
    assert mine["whose_words"] == "speaker_verbatim"
    assert found.loc[found["party"] == "Party B", "whose_words"].tolist() == ["outlet_reporting"]
    assert "The convoy left at dawn." in pieces
    assert not any("Support us" in piece for piece in pieces)


def test_a_sentence_part_verbatim_is_one_piece_and_the_outlets_reporting() -> None:
    text = "The army said it “returned fire” on the attackers."
    row = quote(text, "it “returned fire” on the attackers", "returned fire")
    found = scores(sentiment.measure_sentiment(articles(text), quotes(row)))
    assert found["whose_words"].tolist() == ["outlet", "outlet_reporting"]
    assert found["quote_id"].notna().tolist() == [False, True]


def test_words_between_two_halves_of_a_quote_are_not_the_speakers() -> None:
    text = "“It was a good day,” the terrible liar said, “and a calm one.”"
    first, second = text.index("It"), text.index("and")
    spans = [[first, first + len("It was a good day")], [second, len(text) - 2]]
    row = quote(text, "It was a good day") | {
        "spans": spans,
        "end": spans[1][1],
        "fragments": [[*s, ""] for s in spans],
    }
    found = scores(sentiment.measure_sentiment(articles(text), quotes(row)))
    said = found[found["quote_id"].notna()].iloc[0]
    assert said["value"] == VADER.polarity_scores("It was a good day and a calm one")["compound"]
    assert said["whose_words"] == "speaker_verbatim"
    outlet = found[found["quote_id"].isna()].iloc[0]
    assert outlet["value"] == VADER.polarity_scores("the terrible liar said")["compound"]


def test_coverage_stands_beside_every_score(both: pd.DataFrame) -> None:
    table = sentiment.measure_sentiment(articles(), both)
    missed = table[table["measure"] == sentiment.UNCOVERED]
    assert missed[["start", "end"]].to_numpy().tolist() == scores(table)[["start", "end"]].to_numpy().tolist()
    assert (scores(table)["value"][missed["value"].to_numpy() == 1] == 0).all()
    count = f"{int(missed['value'].sum())} of {len(missed)} sentences hit no word"
    assert any(note.startswith(count) for note in schema.notes_of(table))
    assert (table["n"] == 1).all()
    assert set(table["family"]) == {"sentiment"}


def test_what_is_left_out_is_counted_and_named(both: pd.DataFrame) -> None:
    french = articles("Une belle attaque contre la paix.", article_id="fr1", language="fr")
    lost = both.iloc[[0]].assign(quote_id="lost", start=None)
    plan = both.iloc[[1]].assign(quote_id="plan", act="intention")
    table = sentiment.measure_sentiment(
        schema.stack([articles(), french], "articles"), schema.stack([both, lost, plan], "quotes")
    )
    notes = "\n".join(schema.notes_of(table))
    assert "Left out: articles not in English (1): fr1." in notes
    assert "not found in an article (1)" in notes
    assert "Thoughts, plans and findings count as the outlet's reporting, for no speaker: 1 rows." in notes
    assert "under 3 words (1)" in notes  # "He paused."
    assert "tweets" in notes
    assert "fr1" not in set(table["article_id"])


def test_nothing_to_score_is_an_empty_table_and_says_so() -> None:
    table = sentiment.measure_sentiment(articles("…"), quotes())
    assert table.empty
    assert list(table.columns) == schema.names("measures")
    assert "No sentence could be scored." in schema.notes_of(table)
    assert list(sentiment.drivers(articles("…"), quotes()).columns) == list(sentiment.DRIVER_COLUMNS)


def test_drivers_name_the_words_behind_each_score(both: pd.DataFrame) -> None:
    found = sentiment.drivers(articles(), both)
    mine = found[found["party"] == "Party A"].set_index("word")
    assert set(mine.index) == {"fire", "brutal", "attack"}
    assert all(mine["weight"][word] == VADER.lexicon[word] for word in mine.index)
    total = math.fsum(mine["weight"] * mine["count"])
    said = scores(sentiment.measure_sentiment(articles(), both)).query("party == 'Party A'")["value"].iloc[0]
    assert normalize(total) == pytest.approx(said, abs=1e-4)


def test_same_input_same_table(both: pd.DataFrame) -> None:
    before = both.copy(deep=True)
    first, again = (sentiment.measure_sentiment(articles(), both) for _ in range(2))
    pd.testing.assert_frame_equal(first, again)
    pd.testing.assert_frame_equal(both, before)
