"""Labels: every one a person marked is found, with whose word it is; and what must never count as one."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pytest
from framing_gold import DATA, NAMES, articles_of, event_articles, event_quotes, gold_of, no_quotes, quote
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit import entities, schema
from toolkit.framing import find_labels, measure_labels, suggest_referents
from toolkit.framing.labels import LABEL_COLUMNS, MEASURE, UNNAMED, contested

REFERENTS = entities.load_referents(DATA / "referents.csv")
# Marked in the gold, and left out of referents.csv on purpose (the example's README says why).
NOT_IN_TABLE = {"people", "a resident", "the shouting man", "A Syrian", "A man", "the shooting", "the U.S. presence"}


def table(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(entities.REFERENT_COLUMNS))


def labels(text: str, *phrases: str, quotes: pd.DataFrame | None = None, skip: list[Any] | None = None) -> list[Any]:
    referents = table(*((phrase, "them", "North") for phrase in phrases))
    found = find_labels(articles_of(text, skip=skip), no_quotes() if quotes is None else quotes, referents=referents)
    return schema.records(found)


def verbatim(text: str, content: str, **columns: Any) -> pd.DataFrame:
    """A quotes table of one quote that stands in quotation marks."""
    start = text.index(content)
    return quote(text, content, fragments=[[start, start + len(content), content]], **columns)


def event_labels() -> pd.DataFrame:
    return find_labels(event_articles(), event_quotes(), referents=REFERENTS)


def marked(name: str) -> list[tuple[str, bool]]:
    """The labels a person marked in one account, and whether each stands in quotation marks."""
    found = gold_of(name)["framing"]["labels"].values()
    told = [(re.split(r" \((?:quoted|headline)", label)[0], "(quoted" in label) for many in found for label in many]
    return [(label, quoted) for label, quoted in told if label not in NOT_IN_TABLE]


def test_labels_a_person_marked_are_found_with_whose_word_they_are() -> None:
    rows = event_labels()
    right = total = 0
    for name in NAMES:
        own = rows[rows["article_id"] == name]
        for label, quoted in marked(name):
            total += 1
            alike = own[[entities.normal(found) in entities.normal(label) for found in own["label"]]]
            whose = alike["whose_words"] == "speaker_verbatim"
            right += bool(len(alike)) and (bool(whose.any()) if quoted else not whose.all())
    assert total == 75
    assert right >= 74


def test_a_label_in_indirect_speech_is_the_outlets_word() -> None:
    text = "The mayor said the rebels had left. “The rebels are gone,” she said."
    indirect = quote(text, "the rebels had left", quote_id="a", speaker="the mayor", party="Town")
    direct = verbatim(text, "The rebels are gone", quote_id="b", speaker="the mayor", party="Town")
    found = labels(text, "rebels", quotes=schema.stack([indirect, direct], "quotes"))
    assert [(row["whose_words"], row["worded_by"]) for row in found] == [
        ("outlet_reporting", "The Test"),
        ("speaker_verbatim", "the mayor"),
    ]
    measures = measure_labels(pd.DataFrame(found))
    assert measures.loc[measures["item"].notna(), "party"].fillna("-").tolist() == ["-", "Town"]


def test_a_word_in_marks_of_a_speaker_nobody_names_is_not_the_outlets() -> None:
    text = "“The rebels are gone.”"
    assert [row["worded_by"] for row in labels(text, "rebels", quotes=verbatim(text, "The rebels are gone"))] == [
        UNNAMED
    ]


@pytest.mark.parametrize(
    ("text", "phrase", "label", "head"),
    [
        ("The loyal Arab militias came.", "militias", "loyal Arab militias", "militia"),
        ("An occupation convoy came.", "convoy", "occupation convoy", "convoy"),
        ("A 14-year-old boy died.", "boy", "14-year-old boy", "boy"),
        ("The pro-regime troops came.", "troops", "pro-regime troops", "troop"),
        ("Four vehicles came.", "vehicles", "vehicles", "vehicle"),
        ("Their convoy came.", "convoy", "convoy", "convoy"),
        ("A U.S. patrol came.", "US patrol", "U.S. patrol", "patrol"),
    ],
)
def test_a_label_holds_the_words_before_its_noun(text: str, phrase: str, label: str, head: str) -> None:
    (row,) = labels(text, phrase)
    assert (row["label"], row["head"], row["referent"], row["referent_party"]) == (label, head, "them", "North")
    assert text[row["start"] : row["end"]] == label


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Anti-government fighters came.", "government"),
        ("A government-held village burned.", "government"),
        ("DAMASCUS, Syria (AP) — A man was killed.", "Damascus"),
        ("They clash every year.", "clash"),
        ("The patrolled road is shut.", "patrol"),
    ],
)
def test_what_is_no_mention(text: str, phrase: str) -> None:
    assert labels(text, phrase) == []


def test_skipped_stretches_mention_nobody() -> None:
    text = "Rebels came. Help the rebels now."
    found = labels(text, "rebels", skip=[[text.index("Help"), len(text), "appeal"]])
    assert [row["start"] for row in found] == [0]


def test_a_label_does_not_reach_out_of_its_quotation_marks() -> None:
    text = "He saw the “occupation” convoy."
    assert [row["label"] for row in labels(text, "convoy", quotes=verbatim(text, "occupation"))] == ["convoy"]


def test_shares_of_a_referent_add_up_for_each_voice() -> None:
    found = event_labels()
    measures = measure_labels(found)
    assert set(measures["measure"]) == {MEASURE + referent for referent in found["referent"]}
    for _, rows in measures.groupby("measure"):
        assert rows["value"].sum() == rows["n"].sum()
    assert len(measures[measures["item"].notna()]) == len(found)


def test_spellings_of_one_label_are_one_item() -> None:
    text = "US troops came. U.S. troops left. The U.S. troops fired."
    measures = measure_labels(pd.DataFrame(labels(text, "US troops")))
    assert set(measures["item"].dropna()) == {"U.S. troops"}


def test_who_goes_by_the_most_names_comes_first() -> None:
    found = event_labels()
    names = contested([found], most=99)
    counts = [found.loc[found["referent"] == name, "label"].map(entities.normal).nunique() for name in names]
    assert counts == sorted(counts, reverse=True)
    assert min(counts) > 1
    assert contested([found.iloc[:0]]) == []


def test_without_a_table_there_are_no_labels_and_a_note_says_so() -> None:
    found = find_labels(event_articles(), event_quotes())
    assert len(found) == 0
    assert list(found.columns) == list(LABEL_COLUMNS)
    assert "no referent table" in " ".join(schema.notes_of(found))
    assert len(measure_labels(found)) == 0


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(["rebels", "the loyal rebels", "“rebels”", "rebel-held", "he", "came", ".", ","])))
def test_labels_stand_where_they_are_said_to(words: list[str]) -> None:
    text = " ".join(words) or "-"
    for row in labels(text, "rebels"):
        assert text[row["start"] : row["end"]].casefold() == row["label"].casefold()
        assert "rebels" in row["label"]
        assert row["head"]


def suggested(text: str, referents: pd.DataFrame | None = None) -> list[dict[str, Any]]:
    return schema.records(suggest_referents(articles_of(text), referents=referents))


@pytest.mark.parametrize(
    ("text", "phrase", "referent"),
    [
        ("A 14-year-old boy, Ali Muslat, was killed.", "14-year-old boy", "Ali Muslat"),
        ("Bunyad, a militia, held the road.", "militia", "Bunyad"),
        ("SANA, a news agency, had no reporter there.", "news agency", "SANA"),
        ("The masked gunmen fled.", "masked gunmen", "masked gunmen"),
    ],
)
def test_suggestions_by_apposition_and_by_head_noun(text: str, phrase: str, referent: str) -> None:
    assert (phrase, referent) in {(row["phrase"], row["referent"]) for row in suggested(text)}


def test_suggestions_are_rows_to_edit() -> None:
    rows = suggested("The rebel troops fled. Loyal troops stayed. The village burned. Troops returned.")
    assert [row["head"] for row in rows] == ["troop"] * 3
    assert {row["party"] for row in rows} == {""}
    assert all(row["outlets"] == "The Test" for row in rows)
    frame = suggest_referents(articles_of("The rebel troops fled."))
    assert list(frame.columns)[:3] == list(entities.REFERENT_COLUMNS)


def test_what_stands_in_the_table_is_not_suggested() -> None:
    rows = suggested("The rebel troops fled. A crowd cheered.", table(("rebel troops", "rebels", "")))
    assert [row["phrase"] for row in rows] == ["crowd"]
    again = suggest_referents(event_articles(), referents=REFERENTS)
    assert again.to_csv() == suggest_referents(event_articles(), referents=REFERENTS).to_csv()
    known = entities.Phrases(REFERENTS, "phrase")
    assert not any(known.exact(phrase) for phrase in again["phrase"])
