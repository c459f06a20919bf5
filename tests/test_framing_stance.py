"""Stance of reporting verbs: on the example, word by word, and what a modifier or a negation does to it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from framing_gold import DATA, articles_of, event_articles, event_quotes, no_quotes, quote

from toolkit import resources, schema
from toolkit.entities import load_parties
from toolkit.framing import find_stance, measure_stance
from toolkit.framing.stance import MEASURE, STANCE_COLUMNS, UNLISTED
from toolkit.quotes.extract import extract_quotes


def stances(text: str, content: str, cue: str, **columns: Any) -> dict[str, Any]:
    place = text.index(cue)
    quotes = quote(text, content, cue=cue, cue_start=place, cue_end=place + len(cue), **columns)
    (row,) = schema.records(find_stance(articles_of(text), quotes))
    return row


def of_example() -> pd.DataFrame:
    articles = event_articles()
    return find_stance(articles, extract_quotes(articles, parties=load_parties(DATA / "parties.csv")))


def test_claimed_for_one_side_and_reported_for_the_other() -> None:
    """RT: the US military "claimed"; what the Russian side says is said, reported and added."""
    rt = of_example().query("outlet == 'RT'")
    told = {(row["party"], row["stance"]) for row in schema.records(rt)}
    assert told == {("US and coalition", "distancing"), ("Russia", "neutral")}
    measures = measure_stance(rt)
    share = measures[measures["item"].notna()].groupby(["party", "item"])["value"].sum()
    over = measures.groupby("party")["n"].sum()
    assert share["US and coalition", "distancing"] / over["US and coalition"] == 1
    assert share["Russia", "neutral"] / over["Russia"] == 1


def test_on_the_gold_each_cue_is_classed_and_stands_where_it_is_said_to() -> None:
    texts = dict(zip(event_articles()["article_id"], event_articles()["text"], strict=True))
    found = find_stance(event_articles(), event_quotes())
    assert list(found.columns) == list(STANCE_COLUMNS)
    for row in schema.records(found):
        if row["start"] is not None:
            assert texts[row["article_id"]][row["start"] : row["end"]] == row["cue"]
        assert (row["stance"] is None) == (row["reason"] is None)
    assert found["stance"].notna().sum() >= 0.95 * len(found)
    cues = set(found["cue"])
    assert {"claimed", "noted", "according to"} <= cues
    assert found.to_csv() == find_stance(event_articles(), event_quotes()).to_csv()


@pytest.mark.parametrize(
    ("cue", "stance"),
    [
        ("said", "neutral"),
        ("told reporters", "neutral"),
        ("has claimed", "distancing"),
        ("alleged", "distancing"),
        ("pointed out", "endorsing"),
        ("admitted", "endorsing"),
        ("confirmed", "endorsing"),
        ("did not confirm", None),
        ("bleated", None),
    ],
)
def test_a_verb_has_its_stance(cue: str, stance: str | None) -> None:
    row = stances(f"The mayor {cue} that the road was shut.", "the road was shut", cue)
    assert row["stance"] == stance
    assert row["modifier"] is None


@pytest.mark.parametrize(
    ("text", "cue", "modifier"),
    [
        ("The mayor falsely said that the road was shut.", "said", "falsely"),
        ("The mayor said, without evidence, that the road was shut.", "said", "without evidence"),
        ("The mayor said without offering any evidence that the road was shut.", "said", "without evidence"),
        ("The mayor repeated an unproven claim that the road was shut.", "claim", "unproven"),
        ("The mayor said quietly that the road was shut.", "said", None),
        ("The mayor said without delay that the road was shut.", "said", None),
    ],
)
def test_a_modifier_makes_a_verb_distancing(text: str, cue: str, modifier: str | None) -> None:
    row = stances(text, "the road was shut", cue)
    assert row["modifier"] == modifier
    assert row["stance"] == ("distancing" if modifier or cue == "claim" else "neutral")


def test_according_to_and_nouns_and_fronted_cues() -> None:
    assert (
        stances("According to the army, the road was shut.", "the road was shut", "According to")["stance"] == "neutral"
    )
    assert stances("He made the claim that the road was shut.", "the road was shut", "claim")["stance"] == "distancing"
    row = stances("Rightly, the army noted that the road was shut.", "the road was shut", "noted")
    assert (row["stance"], row["modifier"]) == ("endorsing", "rightly")


def test_what_is_not_counted_is_told() -> None:
    text = "Road shut – army. The clerk bleated that it rained."
    dash = quote(text, "Road shut", quote_id="a", cue="–")
    odd = quote(text, "it rained", quote_id="b", cue="bleated")
    thought = quote(text, "it rained", quote_id="c", cue="believed", act="thought")
    found = find_stance(articles_of(text), schema.stack([dash, odd, thought], "quotes"))
    assert found["cue"].tolist() == ["bleated"]
    notes = " ".join(schema.notes_of(found))
    assert "left out: 1." in notes
    assert "does not hold: 1 (bleated)" in notes
    assert measure_stance(found)["item"].dropna().tolist() == [UNLISTED]
    assert len(find_stance(articles_of(text), no_quotes())) == 0
    assert len(measure_stance(find_stance(articles_of(text), no_quotes()))) == 0


def test_a_cue_inside_another_speakers_quotation_marks_is_that_speakers() -> None:
    text = "“The police claimed that the road was shut,” the mayor said."
    outer = text[1 : text.index(",”")]
    begin, place = text.index(outer), text.index("claimed")
    inside = quote(text, "the road was shut", quote_id="a", cue="claimed", cue_start=place, cue_end=place + 7)
    fragments = [[begin, begin + len(outer), outer]]
    around = quote(text, outer, quote_id="b", cue="said", fragments=fragments)
    found = find_stance(articles_of(text), schema.stack([around, inside], "quotes"))
    assert dict(zip(found["cue"], found["whose_words"], strict=True)) == {
        "said": "outlet",
        "claimed": "speaker_verbatim",
    }
    measures = measure_stance(found)
    assert measures["n"].sum() == 1
    assert "own quotation, left out: 1" in " ".join(schema.notes_of(measures))


def test_shares_add_up() -> None:
    measures = measure_stance(of_example())
    assert set(measures["measure"]) == {MEASURE}
    assert measures["value"].sum() == measures["n"].sum()


def test_nearly_every_reporting_verb_of_the_example_is_in_the_list() -> None:
    found = of_example()
    assert found["stance"].notna().mean() >= 0.9


def test_the_list_gives_a_reason_for_each_entry() -> None:
    rows = resources.table("stance.tsv")
    assert all(len(row) == 4 and all(row) for row in rows)
    assert {row[1] for row in rows} == {"cue", "modifier"}
    assert {row[2] for row in rows} == {"neutral", "distancing", "endorsing"}
    for kind in ("cue", "modifier"):
        names = [row[0] for row in rows if row[1] == kind]
        assert len(names) == len(set(names))
