"""The explorer: what is ticked is what is counted, and a choice that leaves nothing is a sentence."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import replace
from html import unescape
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit import explorer, resources, schema
from toolkit.explorer import MOST_GROUPS, NO_PARTY, PAGE, Explorer, all_questions, answer, explore, narrowed
from toolkit.pipeline import Analysis, analyse
from toolkit.schema import Parts


@pytest.fixture(scope="module")
def found() -> Analysis:
    """Two invented articles, of which one quotation has no party."""
    whole = analyse([resources.path("templates")])
    names = [name for name, rows in whole.tables.items() if "party" in rows.joined().columns]
    frames = {name: whole.tables[name].joined() for name in names}
    without = {name: rows.assign(party=rows["party"].replace("Onlookers", None)) for name, rows in frames.items()}
    return with_tables(whole, without)


def with_tables(found: Analysis, frames: Mapping[str, pd.DataFrame]) -> Analysis:
    """The analysis with other tables, and nothing compared as yet."""
    return replace(
        found, tables={**found.tables, **{name: Parts.of(rows) for name, rows in frames.items()}}, comparisons={}
    )


@pytest.fixture
def seen(found: Analysis, tmp_path: Path) -> Explorer:
    return explore(found, tmp_path / "saved")


def part(found: Analysis, **chosen: list[str]) -> Analysis:
    everything = {
        "outlets": list(found.articles["outlet"]),
        "parties": [*found.quotes["party"].dropna(), NO_PARTY],
        "acts": list(schema.ACTS),
        "voices": list(schema.WHOSE_WORDS),
    }
    return narrowed(found, **(everything | chosen))


def outlets(found: Analysis) -> list[str]:
    return sorted(found.articles["outlet"])


def quoted(html: str) -> list[str]:
    """What is attributed in each row of a table of quotations, as plain text."""
    cells = re.findall(r'<td data-label="content">(.*?)</td>', html, re.DOTALL)
    return [unescape(re.sub(r"<[^>]+>", "", cell)).strip("“”") for cell in cells]


# What is counted


def test_all_ticked_is_the_whole_analysis() -> None:
    found = analyse([resources.path("templates")])
    whole = part(found)
    pd.testing.assert_frame_equal(whole.measures, found.measures)
    pd.testing.assert_frame_equal(whole.quotes, found.quotes)
    assert len(found.comparisons) > 5
    for question in all_questions(found):
        if usual := found.comparisons.get(question.name):
            made = answer(whole, question)
            pd.testing.assert_frame_equal(made.table, usual.table)
            assert made.title == usual.title
            assert set(made.notes) == set(usual.notes)


@settings(max_examples=25)
@given(data=st.data())
def test_what_is_left_rests_on_what_was_ticked_and_nothing_else_is_lost(found: Analysis, data: st.DataObject) -> None:
    own, sides = outlets(found), [*found.quotes["party"].dropna().unique(), NO_PARTY]
    chosen_outlets, chosen_parties = (
        data.draw(st.lists(st.sampled_from(names), unique=True)) for names in (own, sides)
    )
    left = part(found, outlets=chosen_outlets, parties=chosen_parties)
    kept = {
        row["quote_id"]
        for row in schema.records(found.quotes)
        if row["outlet"] in chosen_outlets and (row["party"] or NO_PARTY) in chosen_parties
    }
    assert set(left.quotes["quote_id"]) == kept
    expected = [
        place
        for place, row in enumerate(schema.records(found.measures))
        if row["outlet"] in chosen_outlets and (row["quote_id"] is None or row["quote_id"] in kept)
    ]
    assert schema.records(left.measures) == [schema.records(found.measures)[place] for place in expected]


def test_shares_are_of_the_quotations_ticked(found: Analysis) -> None:
    sides = ["Dockers", NO_PARTY]
    left = part(found, parties=sides, acts=list(schema.REPORTED_ACTS))
    question = next(question for question in all_questions(left) if question.name == "who_is_quoted")
    table = answer(left, question).table.set_index(["group", "item"])["estimate"]
    said = found.quotes[found.quotes["act"].isin(schema.REPORTED_ACTS) & ~found.quotes["party"].eq("Harbour authority")]
    counted = said["party"].fillna("no party").groupby(said["outlet"]).value_counts(normalize=True)
    assert table[table > 0].to_dict() == pytest.approx(counted.to_dict())


def test_every_measure_there_is_can_be_asked_for(found: Analysis) -> None:
    asked = all_questions(found)
    assert {question.measure for question in asked} == set(found.measures["measure"])
    assert len({question.name for question in asked}) == len(asked)


def test_of_many_groups_those_in_most_articles_are_compared_and_the_others_counted(found: Analysis) -> None:
    rows = found.measures[found.measures["measure"] == "frames per 1,000 words"]
    many = [
        rows.assign(party=f"side {i:02}", article_id=[f"a{k % (1 + i % 7)}" for k in range(len(rows))])
        for i in range(30)
    ]
    crowded = with_tables(found, {"measures.frames": pd.concat(many, ignore_index=True)})
    result = answer(crowded, next(q for q in all_questions(crowded) if q.name == "frames"))
    assert len(result.groups()) == MOST_GROUPS
    assert any(re.search(rf"the {MOST_GROUPS} of \d+ groups", note) for note in result.notes)


# What is seen


def test_the_first_view_has_a_chart_with_its_words_and_the_quotations(seen: Explorer, found: Analysis) -> None:
    assert re.search(r'<img [^>]*alt="Dot plot: [^"]+"', seen.picture.value)
    assert seen.comparison is not None
    assert seen.comparison.by == found.by == "party"
    assert seen.status.value == ""
    said = found.quotes[found.quotes["act"].isin(schema.REPORTED_ACTS)]
    assert len(quoted(seen.listed.body.value)) == min(PAGE, len(said))


def test_what_has_no_party_is_a_name_to_tick(seen: Explorer, found: Analysis) -> None:
    seen.parties.boxes[NO_PARTY].value = False
    assert seen.chosen.quotes["party"].notna().all()
    assert len(seen.chosen.quotes) < found.quotes["act"].isin(schema.REPORTED_ACTS).sum()


def test_a_choice_stands_in_the_notes_and_can_be_taken_back(seen: Explorer) -> None:
    first = seen.comparison
    seen.outlets.boxes["Harbour News (invented)"].value = False
    assert seen.comparison is not None
    assert seen.comparison.notes[0].startswith("Chosen: outlets: ")
    assert "Harbour News (invented)" not in seen.comparison.notes[0]
    assert "Chosen: outlets" in seen.figures.body.value
    seen.outlets.tick_all()
    assert seen.comparison is first


def test_nothing_left_is_a_sentence_and_nothing_to_save(seen: Explorer) -> None:
    seen.outlets.boxes["Harbour News (invented)"].value = False
    seen.outlets.boxes["Evening Courier (invented)"].value = False
    assert "tick more" in seen.status.value
    assert seen.picture.value == ""
    assert seen.save.disabled
    assert "There are no quotations" in seen.listed.body.value
    seen.outlets.tick_all()
    assert seen.status.value == ""
    assert not seen.save.disabled


def test_a_question_with_groups_of_its_own_says_so(seen: Explorer) -> None:
    seen.question.value = "who_is_quoted"
    assert seen.by.layout.display == "none"
    assert "always compared by outlet" in seen.status.value
    seen.question.value = "frames"
    assert seen.by.layout.display == "flex"


@pytest.mark.parametrize(
    ("words", "same"), [("GUARDS", "guards"), ("tolen", "Tolen"), ("dockers' union", "dockers’ union")]
)
def test_the_search_finds_words_and_speakers_in_any_spelling(seen: Explorer, words: str, same: str) -> None:
    said = seen.chosen.quotes
    told = (said["content"] + " " + said["speaker"].fillna("") + " " + said["speaker_text"].fillna("")).str.lower()
    seen.search.value = words
    listed = quoted(seen.listed.body.value)
    assert 0 < len(listed) < len(said)
    assert len(listed) == sum(same.lower() in text for text in told)
    seen.search.value = ".*"
    assert "There are no quotations" in seen.listed.body.value


def test_pages_show_each_row_once(seen: Explorer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explorer, "PAGE", 4)
    seen.search.value = "a"
    shown = quoted(seen.listed.body.value)
    while not seen.listed.on.disabled:
        seen.listed.on.click()
        shown += quoted(seen.listed.body.value)
    assert len(shown) > 2 * explorer.PAGE
    assert len(set(shown)) == len(shown)
    assert f"of {len(shown)} quotations" in seen.listed.where.value
    while not seen.listed.back.disabled:
        seen.listed.back.click()
    assert seen.listed.where.value.startswith("1 to 4 of ")


def test_thousands_of_outlets_and_quotations_stay_small(found: Analysis, tmp_path: Path) -> None:
    many = 2_000
    articles = pd.concat([found.articles.head(1)] * many, ignore_index=True)
    articles["outlet"] = articles["article_id"] = [f"paper {i}" for i in range(many)]
    quotes = pd.concat([found.quotes.head(1)] * many, ignore_index=True).assign(outlet=articles["outlet"])
    quotes["quote_id"] = articles["outlet"]
    big = explore(with_tables(replace(found, articles=articles), {"quotes": quotes}), tmp_path)
    assert not big.outlets.boxes
    assert len(big.outlets.chosen()) == many
    assert len(quoted(big.listed.body.value)) == PAGE
    assert f"of {many:,} quotations" in big.listed.where.value


def test_an_article_can_be_read_where_it_is_marked(seen: Explorer) -> None:
    assert seen.reading.value == ""
    seen.article.value = "example_invented_evening_courier"
    assert 'class="text"' in seen.reading.value
    assert "a retired pilot" in seen.reading.value


def test_what_is_saved_tells_what_was_ticked_and_loses_nothing(seen: Explorer, tmp_path: Path) -> None:
    seen.save.click()
    seen.outlets.boxes["Harbour News (invented)"].value = False
    seen.save.click()
    saved = sorted(path.name for path in (tmp_path / "saved").iterdir())
    endings = [".alt.txt", ".csv", ".notes.txt", ".pdf", ".png", ".points.csv", ".quotes.csv", ".svg"]
    assert saved == sorted(f"{name}{ending}" for name in ("frames_by_party", "frames_by_party_2") for ending in endings)
    assert "Chosen: outlets" in (tmp_path / "saved" / "frames_by_party_2.notes.txt").read_text(encoding="utf-8")
    written = pd.read_csv(tmp_path / "saved" / "frames_by_party_2.quotes.csv", encoding="utf-8-sig")
    assert list(written["quote_id"]) == list(seen.chosen.quotes["quote_id"])
    assert str(tmp_path) in seen.status.value


def test_a_place_that_cannot_be_written_is_a_sentence(found: Analysis, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    seen = explore(found, tmp_path / "file" / "inside")
    seen.save.click()
    assert "cannot be written" in seen.status.value


def test_a_page_without_a_kernel_shows_the_first_chart(seen: Explorer) -> None:
    bundle = seen._repr_mimebundle_()
    assert "Open this in JupyterLab" in bundle["text/html"]
    assert "<img " in bundle["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in bundle


def test_three_clicks_in_a_row_are_counted_once(seen: Explorer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explorer, "_PAUSE", 0.01)
    first = seen.comparison

    async def click() -> None:
        for box in seen.outlets.boxes.values():
            box.value = False
        seen.outlets.tick_all()
        seen.parties.boxes["Dockers"].value = False
        assert seen.comparison is first
        await asyncio.sleep(0.2)

    answers = len(seen._answers)
    asyncio.run(click())
    assert seen.comparison is not first
    assert len(seen._answers) == answers + 1
