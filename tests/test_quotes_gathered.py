"""Quotes that a person gathered: loaded, located, and put beside the ones that were found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from framing_gold import DATA, articles_of
from hypothesis import given
from hypothesis import strategies as st

from toolkit import load_articles, load_parties, schema
from toolkit.quotes.extract import extract_quotes
from toolkit.quotes.gathered import find, load_quotes, merge_quotes

TEXT = "Ilse Varga said the pump “gave way” at noon. “We left — all of us,” she added. It didn’t rain."


def written(folder: Path, *lines: str, head: str = "article_id,speaker,quote") -> Path:
    path = folder / "quotes.csv"
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return path


def loaded(folder: Path, *lines: str, **more: Any) -> pd.DataFrame:
    return load_quotes(written(folder, *lines, **more), articles_of(TEXT))


@pytest.mark.parametrize(
    ("given_words", "place", "kind"),
    [
        ("the pump “gave way” at noon", "the pump “gave way” at noon", "mixed"),
        ("the pump 'gave way' at noon", None, None),
        ('the pump "gave way" at noon', "the pump “gave way” at noon", "mixed"),
        ("GAVE WAY", "gave way", "direct"),
        ('"We left - all of us,"', "We left — all of us", "direct"),
        ("We   left — all\tof us", "We left — all of us", "direct"),
        ("It didn't rain", "It didn’t rain", "indirect"),
        ("we stayed", None, None),
        ("ave way", None, None),
    ],
)
def test_quotes_are_located_with_other_marks_dashes_and_spaces(
    tmp_path: Path, given_words: str, place: str | None, kind: str | None
) -> None:
    line = '0,Ilse Varga,"' + given_words.replace('"', '""') + '"'
    row = schema.records(loaded(tmp_path, line))[0]
    assert row["edited"]
    assert row["confidence"] is None
    if place is None:
        assert (row["start"], row["spans"], row["content"]) == (None, [], given_words)
    else:
        assert TEXT[row["start"] : row["end"]] == row["content"] == place
        assert row["kind"] == kind
        assert all(TEXT[s:e] == words for s, e, words in row["fragments"])


def test_what_was_not_found_is_kept_and_named_by_its_row(tmp_path: Path) -> None:
    quotes = loaded(tmp_path, "0,Ilse Varga,gave way", "0,Ilse Varga,we stayed", "0,Nobody,never said")
    assert len(quotes) == 3
    notes = " ".join(schema.notes_of(quotes))
    assert "3 quotes were gathered by hand" in notes
    assert "row 3, 4" in notes


def test_an_outlet_stands_for_its_articles(tmp_path: Path) -> None:
    path = written(tmp_path, "The Test,Ilse Varga,gave way", head="outlet,speaker,quote")
    articles = articles_of("Nothing here.", TEXT)
    row = schema.records(load_quotes(path, articles))[0]
    assert row["article_id"] == "1"


def test_cue_act_and_party_are_taken_where_they_are_given(tmp_path: Path) -> None:
    head = "article_id,speaker,quote,cue,act,party"
    rows = schema.records(
        loaded(tmp_path, "0,a poll,gave way,shows,,", "0,Ilse Varga,We left,wrote,thought,Town", head=head)
    )
    assert [(row["cue"], row["act"], row["party"]) for row in rows] == [
        ("shows", "finding", None),
        ("wrote", "thought", "Town"),
    ]


@pytest.mark.parametrize(
    ("head", "line", "says"),
    [
        ("article_id,quote", "0,gave way", "no column speaker"),
        ("speaker,quote", "Ilse Varga,gave way", "no column article_id"),
        ("article_id,speaker,quote", "9,Ilse Varga,gave way", "row 2: there is no article or outlet '9'"),
        (
            "article_id,outlet,speaker,quote",
            "9,The Test,Ilse Varga,gave way",
            "row 2: there is no article or outlet '9'",
        ),
        (
            "article_id,speaker,quote,act",
            "0,Ilse Varga,gave way,song",
            "row 2: there is no act 'song'; use one of speech",
        ),
        ("article_id,speaker,quote", '0,"Ilse', "cannot be read as a CSV table"),
    ],
)
def test_errors_are_one_sentence_that_names_the_place(tmp_path: Path, head: str, line: str, says: str) -> None:
    with pytest.raises(schema.InputError) as error:
        loaded(tmp_path, line, head=head)
    message = str(error.value)
    assert says in message
    assert "quotes.csv" in message
    assert "\n" not in message


def test_a_table_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(schema.InputError, match=r"none\.csv cannot be read"):
        load_quotes(tmp_path / "none.csv", articles_of(TEXT))


def test_the_examples_gathered_quotes_all_stand_in_their_texts() -> None:
    articles = load_articles(DATA)
    quotes = load_quotes(DATA / "quotes.csv", articles, parties=load_parties(DATA / "parties.csv"))
    assert len(quotes) > 5
    assert quotes["start"].notna().all()
    assert quotes["party"].notna().all()
    texts = dict(zip(articles["article_id"], articles["text"], strict=True))
    assert all(texts[r["article_id"]][r["start"] : r["end"]] == r["content"] for r in schema.records(quotes))


def test_where_both_have_a_quote_the_persons_stands(tmp_path: Path) -> None:
    extracted = extract_quotes(articles_of(TEXT))
    gathered = loaded(tmp_path, "0,Varga (checked),We left — all of us")
    merged = schema.records(merge_quotes(extracted, gathered))
    assert len(merged) == len(extracted)
    mine = [row for row in merged if row["edited"]]
    assert [(row["speaker"], row["speaker_text"], row["cue"]) for row in mine] == [("Varga (checked)", "she", "added")]
    assert [row["start"] for row in merged] == sorted(row["start"] for row in merged)


def test_where_a_person_gathered_another_quote_both_stand(tmp_path: Path) -> None:
    extracted = extract_quotes(articles_of(TEXT))
    gathered = loaded(tmp_path, "0,Nobody,It didn't rain", "0,Nobody,never said")
    merged = merge_quotes(extracted, gathered)
    assert len(merged) == len(extracted) + 2
    assert merged["edited"].sum() == 2
    assert merged["quote_id"].is_unique
    assert set(schema.notes_of(gathered)) <= set(schema.notes_of(merged))


def test_merging_with_nothing_changes_nothing() -> None:
    extracted, none = extract_quotes(articles_of(TEXT)), schema.table([], "quotes")
    assert schema.flat(merge_quotes(extracted, none)).to_csv() == schema.flat(extracted).to_csv()
    assert len(merge_quotes(none, none)) == 0


@given(st.text(max_size=40), st.text(max_size=20))
def test_what_is_found_stands_there(text: str, words: str) -> None:
    span = find(text, words)
    assert span is None or 0 <= span[0] < span[1] <= len(text)


@given(st.lists(st.text(alphabet="abcé", min_size=1, max_size=5), min_size=1, max_size=8), st.data())
def test_a_run_of_words_is_always_found(parts: list[str], data: st.DataObject) -> None:
    text = " ".join(parts)
    first = data.draw(st.integers(0, len(parts) - 1))
    last = data.draw(st.integers(first + 1, len(parts)))
    wanted = " ".join(parts[first:last])
    span = find(text, wanted)
    assert span is not None
    assert text[slice(*span)].casefold() == wanted.casefold()


def test_two_peoples_places_are_never_mixed(tmp_path: Path) -> None:
    extracted = extract_quotes(articles_of(TEXT))
    head = "article_id,speaker,quote,cue"
    merged = schema.records(
        merge_quotes(extracted, loaded(tmp_path, "0,Tom Oduya,We left — all of us,wrote", head=head))
    )
    row = next(row for row in merged if row["edited"])
    assert (row["speaker"], row["speaker_text"], row["speaker_start"], row["speaker_end"]) == ("Tom Oduya",) * 2 + (
        None,
    ) * 2
    assert (row["cue"], row["cue_start"], row["cue_end"]) == ("wrote", None, None)


def test_the_models_places_are_taken_over_all_three_together(tmp_path: Path) -> None:
    extracted = extract_quotes(articles_of(TEXT))
    merged = merge_quotes(extracted, loaded(tmp_path, "0,Ilse Varga,We left — all of us"))
    row = next(row for row in schema.records(merged) if row["edited"])
    for name, words in (("speaker", row["speaker_text"]), ("cue", row["cue"])):
        assert TEXT[row[f"{name}_start"] : row[f"{name}_end"]] == words
    assert "1 extracted quote was replaced by one gathered by hand." in schema.notes_of(merged)


@pytest.mark.parametrize(("speaker", "more"), [("Ilse Varga", 0), ("Tom Oduya", 1)])
def test_a_gathered_fragment_marks_its_speakers_quote(tmp_path: Path, speaker: str, more: int) -> None:
    extracted = extract_quotes(articles_of(TEXT))
    merged = merge_quotes(extracted, loaded(tmp_path, f"0,{speaker},gave way"))
    assert len(merged) == len(extracted) + more
    assert merged["edited"].sum() == 1
    whole = next(row for row in schema.records(merged) if row["content"].startswith("the pump"))
    assert whole["edited"] == (more == 0)


def test_what_no_article_of_an_outlet_holds_is_left_out_and_named(tmp_path: Path) -> None:
    path = written(
        tmp_path, "The Test,Ilse Varga,gave way", "The Test,Ilse Varga,never said", head="outlet,speaker,quote"
    )
    quotes = load_quotes(path, articles_of(TEXT, "It rained."))
    assert list(quotes["content"]) == ["gave way"]
    assert any("row 3" in note and "left out" in note for note in schema.notes_of(quotes))
