"""Whose words stand where: the outlet's own, its words for what a speaker said, or the speaker's verbatim."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from framing_gold import articles_of
from hypothesis import given
from hypothesis import strategies as st

from toolkit import schema
from toolkit.whose_words import Voices, left_out, origin, voices

TEXT = "Night fell. The port said the crane “gave way” at noon. Donate now!"
CONTENT, FRAGMENT = "the crane “gave way” at noon", "gave way"


def place(words: str, text: str = TEXT) -> list[int]:
    return [text.index(words), text.index(words) + len(words)]


def row(**columns: Any) -> dict[str, Any]:
    start, end = place(CONTENT)
    own = {"quote_id": "q", "article_id": "0", "act": "speech", "speaker": "the port", "party": "Port"}
    return {**own, "start": start, "end": end, "spans": [[start, end]], **columns}


def of(rows: list[dict[str, Any]]) -> Voices:
    articles = articles_of(TEXT, skip=[[TEXT.index("Donate"), len(TEXT), "appeal"]])
    return voices(articles, schema.table(rows, "quotes"))[0]


@pytest.mark.parametrize(
    ("words", "whose"),
    [
        ("Night", "outlet"),
        ("The port", "outlet"),
        ("crane", "outlet_reporting"),
        ("gave way", "speaker_verbatim"),
        ("at noon", "outlet_reporting"),
    ],
)
def test_whose(words: str, whose: str) -> None:
    got, quote = of([row(fragments=[[*place(FRAGMENT), FRAGMENT]])]).at(*place(words))
    assert got == whose
    assert (quote is None) == (whose == "outlet")


def test_the_innermost_quote_is_the_one_that_counts() -> None:
    start, end = place("gave way")
    inner = row(quote_id="inner", speaker="the crew", start=start, end=end, spans=[[start, end]])
    got, quote = of([row(), inner]).at(*place("gave"))
    assert got == "outlet_reporting"
    assert quote is not None
    assert quote["quote_id"] == "inner"


@pytest.mark.parametrize("act", schema.ACTS)
def test_thoughts_plans_and_findings_count_for_no_speaker(act: str) -> None:
    whose, quote = of([row(act=act)]).at(*place("crane"))
    assert whose == "outlet_reporting"
    named = origin({"article_id": "0", "outlet": "The Test"}, whose, quote)
    said = act in schema.REPORTED_ACTS
    assert (named["speaker"], named["party"]) == (("the port", "Port") if said else (None, None))


def test_what_counts_for_nobody_is_told() -> None:
    rows = [row(), row(act="thought"), row(start=None, end=None, spans=[])]
    articles = pd.concat([articles_of(TEXT), articles_of("Es regnet.", language="de").assign(article_id="german")])
    notes = " ".join(left_out(articles, schema.table(rows, "quotes")))
    assert "german" in notes
    assert "not found in an article (1)" in notes
    assert "1 row." in notes
    checked = schema.table([row(), row(edited=True)], "quotes")
    assert [*filter(None, left_out(articles_of(TEXT), checked))] == ["1 of 2 quotes checked by hand."]
    assert not any(left_out(articles_of(TEXT), schema.table([], "quotes")))
    assert len(voices(articles, schema.table(rows, "quotes"))) == 1


def test_a_quote_that_was_not_located_is_nobodys_place() -> None:
    assert of([row(start=None, end=None, spans=[])]).at(*place("crane"))[0] == "outlet"


def test_stretches_say_each_voice_and_leave_out_what_is_skipped() -> None:
    got = [
        (TEXT[s.start : s.end].strip(), s.whose)
        for s in of([row(fragments=[[*place(FRAGMENT), FRAGMENT]])]).stretches()
    ]
    assert ("gave way", "speaker_verbatim") in got
    assert ("Night fell.", "outlet") in got
    assert not any("Donate" in words for words, _ in got)


@given(st.lists(st.tuples(st.integers(0, len(TEXT)), st.integers(0, len(TEXT))), max_size=4))
def test_stretches_are_apart_and_of_one_voice(places: list[tuple[int, int]]) -> None:
    spans = [[min(p), max(p)] for p in places if p[0] != p[1]]
    rows = [
        row(quote_id=str(i), start=s, end=e, spans=[[s, e]], fragments=[[s, e, ""]]) for i, (s, e) in enumerate(spans)
    ]
    spoken = of(rows)
    last = 0
    for stretch in spoken.stretches():
        assert last <= stretch.start < stretch.end
        last = stretch.end
        for at in range(stretch.start, stretch.end):
            if not TEXT[at].isspace():
                assert spoken.at(at, at + 1)[0] == stretch.whose


def test_origin_names_the_speaker_only_where_somebody_speaks() -> None:
    article = {"article_id": "0", "outlet": "The Test"}
    assert origin(article, "outlet", None)["speaker"] is None
    assert origin(article, "speaker_verbatim", row())["party"] == "Port"


def test_articles_without_quotes_are_the_outlets_own() -> None:
    spoken = voices(articles_of(TEXT, ""), pd.DataFrame(schema.table([], "quotes")))
    assert [[s.whose for s in v.stretches()] for v in spoken] == [["outlet"] * 3, []]
