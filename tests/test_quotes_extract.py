"""Articles to quotes: exact offsets on any text, the same rows whatever stands beside, every style of quoting."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pytest
from framing_gold import DATA, articles_of
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit import load_articles, load_parties, schema
from toolkit.quotes.extract import extract_quotes, finish
from toolkit.quotes.spans import trimmed

ODD = ["\r\n", "\u2028", "\u2029", "\x00", "e\u0301", "\u200f", "שלום", "مرحبا", "你好", "👩‍🚒", "\ufeff", "\t", "ﬁ"]
SPOKEN = [
    "“We left,” she said.",
    'Tom Oduya said the pump "gave way" at noon.',
    "According to the port, nobody came.",
    "''Stop,'' he shouted.",
    "MODERATOR: Who signed?",
    "ILSE VARGA: I did.",
    "It added that the wall held.",
    "« Non », dit-elle.",
    "‘Never,’ the owner wrote – union",
    "\n\n",
    " ",
]
ANY = st.lists(st.one_of(st.sampled_from(SPOKEN + ODD), st.text(max_size=12)), max_size=8).map("".join)


def rows(text: str, **columns: Any) -> list[dict[str, Any]]:
    return schema.records(extract_quotes(articles_of(text, **columns)))


def one(text: str) -> dict[str, Any]:
    found = rows(text)
    assert len(found) == 1, [row["content"] for row in found]
    return found[0]


@given(ANY)
@settings(max_examples=120)
def test_offsets_are_exact_on_any_text(text: str) -> None:
    for row in rows(text):
        assert row["content"] == " … ".join(text[s:e] for s, e in row["spans"])
        assert (row["start"], row["end"]) == (row["spans"][0][0], row["spans"][-1][1])
        assert all(e <= s for (_, e), (s, _) in zip(row["spans"], row["spans"][1:], strict=False))
        assert all(text[s:e] == words for s, e, words in row["fragments"])
        for name in ("speaker", "cue"):
            found = row[f"{name}_start"], row[f"{name}_end"]
            given_words = row["speaker_text"] if name == "speaker" else row["cue"]
            assert (given_words is None) == (found[0] is None)
            assert found[0] is None or text[slice(*found)] == given_words
        assert row["act"] in schema.ACTS
        assert row["kind"] in schema.KINDS
        assert 0 <= row["confidence"] <= 1
        assert (row["kind"] == "indirect") == (row["fragments"] == [])


@given(ANY, st.integers(0, 120), st.integers(0, 120))
@settings(max_examples=60)
def test_what_is_skipped_yields_nothing(text: str, one: int, other: int) -> None:
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    for row in rows(text, skip=[[start, end, "appeal"]]):
        assert not any(s < end and start < e for s, e in row["spans"])


@given(ANY)
@settings(max_examples=25)
def test_a_text_has_the_same_rows_whatever_stands_beside_it(text: str) -> None:
    alone = rows(text)
    beside = extract_quotes(articles_of(text, SPOKEN[0] * 30, text))
    mine = [r for r in schema.records(beside) if r["article_id"] == "0"]
    assert [{**row, "article_id": "0"} for row in alone] == mine


def test_the_same_articles_give_the_same_table_twice() -> None:
    articles = load_articles(DATA)
    parties = load_parties(DATA / "parties.csv")
    first, again = (extract_quotes(articles, parties=parties) for _ in range(2))
    assert schema.flat(first).to_csv() == schema.flat(again).to_csv()
    assert list(first.columns) == schema.names("quotes")


@pytest.mark.parametrize("text", ["", " \n\n ", "\x00", "…", "“”", "“" * 50, "word " * 3])
def test_texts_that_hold_no_quote(text: str) -> None:
    assert rows(text) == []


def test_no_articles_and_a_missing_text_give_an_empty_table() -> None:
    assert list(extract_quotes(articles_of()).columns) == schema.names("quotes")
    assert len(extract_quotes(articles_of("x").assign(text=None))) == 0
    with pytest.raises(schema.InputError, match="no column text"):
        extract_quotes(pd.DataFrame({"article_id": ["a"]}))


def test_another_language_is_left_out_and_said_so() -> None:
    articles = pd.concat([articles_of(SPOKEN[0]), articles_of(SPOKEN[0], language="de").assign(article_id="b")])
    quotes = extract_quotes(articles)
    assert set(quotes["article_id"]) == {"0"}
    assert any("Not in English" in note and "b" in note for note in schema.notes_of(quotes))


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("“We left,” she said.", "We left"),
        ('"We left," she said.', "We left"),
        ("''We left,'' she said.", "We left"),
        ("„We left“, she said.", "We left"),
        ("«We left», she said.", "We left"),
        ("« We left », she said.", "We left"),
        ("‘We left,’ she said.", "We left"),
        ("'We left,' she said.", "We left"),
    ],
)
def test_every_style_of_quotation_is_direct(text: str, content: str) -> None:
    row = one(text)
    assert (row["kind"], row["content"], row["speaker_text"], row["cue"]) == ("direct", content, "she", "said")
    assert [words for *_, words in row["fragments"]] == [content]


def test_kinds_and_fragments_however_short() -> None:
    row = one("Tom Oduya said the pump “gave” way at noon.")
    assert (row["kind"], [words for *_, words in row["fragments"]]) == ("mixed", ["gave"])
    assert one("Tom Oduya said the pump gave way at noon.")["kind"] == "indirect"


def test_a_quotation_that_swallowed_its_speaker_gives_it_back() -> None:
    row = one("“The keys were in the door,” the guard was quoted as saying by the Vellmark Gazette.")
    assert (row["content"], row["speaker_text"], row["kind"]) == ("The keys were in the door", "the guard", "direct")


def test_a_broken_quotation_is_one_attribution() -> None:
    row = one("“If the pumps fail,” Ilse Varga said, “the lower town has an hour.”")
    assert len(row["spans"]) == 2
    assert row["content"].count(" … ") == 1


def test_a_quotation_over_paragraphs_is_one_attribution() -> None:
    text = (
        "Ilse Varga wrote: “We asked for sandbags in May.\n\n“We asked again in June. Nobody answered.”\n\nIt rained."
    )
    row = one(text)
    assert row["content"].rstrip("”.").endswith("Nobody answered")
    assert row["kind"] == "direct"


def test_a_mark_that_never_closes_keeps_to_its_paragraph() -> None:
    text = "Tom Oduya said “the wall moved.\n\nThe wall was built in 1961."
    assert one(text)["end"] <= text.index("\n\n")


def test_the_turns_of_a_transcript() -> None:
    text = "MODERATOR: Who signed the order?\nBRANDVIK: I did. He said it was legal.\nMODERATOR: Who?"
    turns = [row for row in rows(text) if row["cue"] == ":"]
    assert [row["speaker_text"] for row in turns] == ["MODERATOR", "BRANDVIK", "MODERATOR"]
    assert {row["kind"] for row in turns} == {"direct"}
    nested = [row for row in rows(text) if row["speaker_text"] == "He"]
    assert [row["nested_in"] for row in nested] == [turns[1]["quote_id"]]
    assert [row["speaker"] for row in nested] == [None]


def test_a_letter_for_the_one_who_asks_is_nobodys_name() -> None:
    text = "Q: Was the ferry inspected?\nA: Yes, in March.\nQ: Who signs?\nA: My office does."
    assert [(row["speaker_text"], row["speaker"]) for row in rows(text)] == [("Q", None), ("A", None)] * 2


def test_the_first_turns_of_a_transcript_name_the_office_too() -> None:
    text = "ANA ROWE, HOST: What do you see?\nPETER HASK, REPORTER: Smoke.\nROWE: Anything else?\nHASK: No."
    found = [(row["speaker_text"], row["kind"]) for row in rows(text)]
    assert found == [(name, "direct") for name in ("ANA ROWE", "PETER HASK", "ROWE", "HASK")]


def test_a_town_before_a_colon_is_no_speaker() -> None:
    text = "SARVAPUR: Three men were held on Thursday.\n\nPolice: no comment.\n\nIt rained."
    assert "SARVAPUR" not in {row["speaker_text"] for row in rows(text)}


def test_lines_that_begin_with_a_word_and_a_colon_are_no_transcript() -> None:
    text = "Note: the market is closed on Sunday.\nPhoto: the market at dawn.\nUpdate: it opens at six."
    assert rows(text) == []


@pytest.mark.parametrize("speaker", ["union", "police", "Moscow"])
def test_a_headline_that_ends_with_its_speaker(speaker: str) -> None:
    row = one(f"Ferry strike will last all summer – {speaker}\n\nThe ferries stood still. In Moscow nobody knew.")
    assert (row["speaker_text"], row["content"]) == (speaker, "Ferry strike will last all summer")
    assert row["confidence"] < 0.7


def test_a_headline_that_ends_with_the_sites_name_quotes_nobody() -> None:
    assert rows("Ferries stand still all over the island today – The Test") == []


def test_a_dateline_is_no_part_of_what_was_said() -> None:
    row = one("PORT VELLMARK (Coast Wire) — A fire destroyed the fish market overnight, police said.")
    assert row["content"].startswith("A fire")


def test_two_statements_joined_by_and_are_two() -> None:
    both = rows("Ilse Varga said the pumps were old and added that money had been promised twice.")
    assert [row["cue"] for row in both] == ["said", "added"]
    assert {row["speaker"] for row in both} == {"Ilse Varga"}


def test_a_statement_inside_an_agencys_report_is_its_speakers() -> None:
    text = "The head of the rescue centre, Capt. Ola Finn, blamed the delay on “bad charts,” Coast Wire reported."
    outer, inner = rows(text)
    assert outer["speaker_text"] == "Coast Wire"
    assert (inner["speaker"], inner["cue"]) == ("Capt. Ola Finn", "blamed")
    assert inner["nested_in"] == outer["quote_id"]


def test_a_speaker_is_named_without_the_clause_that_follows() -> None:
    row = one("The White Hill Observatory, which relies on a network of neighbours, said nobody was hurt.")
    assert row["speaker_text"] == "The White Hill Observatory"


def test_who_declined_to_comment_said_nothing() -> None:
    assert rows("The owner declined to say who had paid for the bridge.") == []


def test_confidence_is_lower_for_an_unknown_cue() -> None:
    known = one("“We left,” the captain said.")
    unknown = one("“We left,” the captain harrumphed.")
    assert unknown["confidence"] < known["confidence"]


def test_parties_come_from_the_alias_table_and_the_most_specific_row_wins() -> None:
    table = pd.DataFrame(
        [
            ("the port", "Port of Vellmark", "Harbour", "", ""),
            ("the port", "Port of Aask", "Islands", "", "1"),
            ("Ilse Varga", "Ilse Varga", "Town", "", ""),
        ],
        columns=["alias", "speaker", "party", "outlet", "article_id"],
    )
    text = "The port said nobody came. Engineer Ilse Varga said she was there. “I saw it,” she added. A boy said no."
    quotes = extract_quotes(articles_of(text, text), parties=table)
    got = {(r["article_id"], r["speaker_text"]): (r["speaker"], r["party"]) for r in schema.records(quotes)}
    assert got["0", "The port"] == ("Port of Vellmark", "Harbour")
    assert got["1", "The port"] == ("Port of Aask", "Islands")
    assert got["0", "Engineer Ilse Varga"] == got["0", "she"] == ("Ilse Varga", "Town")
    assert got["0", "A boy"][1] is None


def test_a_spokesmans_party_is_that_of_whom_he_speaks_for() -> None:
    table = pd.DataFrame([("the port", "Port of Vellmark", "Harbour")], columns=["alias", "speaker", "party"])
    row = schema.records(extract_quotes(articles_of("A spokesman for the port said nobody came."), parties=table))[0]
    assert (row["party"], row["on_behalf_of"]) == ("Harbour", "the port")
    assert row["speaker"] == "spokesman for the port"


@pytest.mark.parametrize(
    ("first", "body"),
    [
        ("The Department of Transport closed the ferry. It had failed two tests.", "Department of Transport"),
        ("Sund Bank and Aask Bank both shut their doors at noon.", "the department"),
    ],
)
def test_whom_a_spokesman_speaks_for_is_named_where_that_is_sure(first: str, body: str) -> None:
    (row,) = rows(f"{first}\n\nA spokesman for the department said nobody was hurt.")
    assert row["on_behalf_of"] == body


def test_a_quote_keeps_its_id_when_the_text_around_it_shifts() -> None:
    text = "The market is old. “We left at noon,” Ilse Varga said. Tom Oduya said the pump was new."
    before = {row["quote_id"] for row in rows(text)}
    shifted = {row["quote_id"] for row in rows("It rained on Monday.\r\n\r\n" + text + " It rained on Tuesday.")}
    assert before == shifted
    assert len(before) == 2


def test_a_quote_that_is_said_twice_has_two_ids() -> None:
    text = "“We left at noon,” Ilse Varga said. It rained. “We left at noon,” Ilse Varga said."
    both = rows(text)
    assert len({row["quote_id"] for row in both}) == len(both) == 2
    assert both[0]["quote_id"] == rows(text[:35])[0]["quote_id"]


@given(st.permutations([(0, 50), (5, 20), (6, 10), (30, 40), (45, 60), (70, 80)]))
def test_nesting_and_order_do_not_hang_on_the_order_of_finding(spans: list[tuple[int, int]]) -> None:
    found = [{"article_id": "a", "content": f"words {s}", "start": s, "end": e} for s, e in spans]
    done = finish(found)
    assert [row["start"] for row in done] == sorted(s for s, _ in spans)
    of = {row["start"]: row for row in done}
    inside = {start: of[start]["nested_in"] for start in of}
    assert inside[5] == inside[30] == of[0]["quote_id"]
    assert inside[6] == of[5]["quote_id"]
    assert inside[0] is inside[45] is inside[70] is None


def test_offsets_hold_with_every_kind_of_line_end() -> None:
    for ending in ("\n", "\r\n", "\r", "\u2028", "\u2029"):
        text = f"Ilse Varga spoke.{ending}{ending}“We left,” she said.{ending}It rained."
        row = one(text)
        assert text[row["start"] : row["end"]] == "We left"
        assert row["speaker"] == "Ilse Varga"


def test_a_long_text_on_one_line_takes_time_that_grows_with_its_length(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every quote of 30 kB on one line is found, and no step looks at the whole text for each of them."""
    sentence = "Ilse Varga said the pump “gave way” at noon, and the ferry left. "
    text = sentence * 450
    looked_at = 0

    def counted(passage: str, start: int, end: int) -> tuple[int, int] | None:
        nonlocal looked_at
        looked_at += end - start
        return trimmed(passage, start, end)

    for module in ("drafts", "limits"):
        monkeypatch.setattr(f"toolkit.quotes.{module}.trimmed", counted)
    found = rows(text)
    assert len(found) > 425
    assert looked_at < 4 * len(text)


@given(st.text(alphabet="ab “”\"'«».,()-", max_size=30), st.data())
def test_trimming_keeps_every_word_and_ends_on_words(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    span = trimmed(text, start, end)
    letters = re.findall(r"\w", text[start:end])
    assert letters == (re.findall(r"\w", text[slice(*span)]) if span else [])
