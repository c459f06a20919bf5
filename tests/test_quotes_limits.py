"""Where a content ends, what is no attribution, and what a label, title or addressee is not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from framing_gold import articles_of

from toolkit import schema
from toolkit.quotes import extract
from toolkit.quotes import words as reading
from toolkit.quotes.extract import extract_quotes
from toolkit.quotes.layout import Masthead, is_label, names_somebody, set_by_layout
from toolkit.quotes.limits import is_deed, kept_to_its_place, reports_something
from toolkit.quotes.spans import Draft, trimmed


def rows(text: str, **columns: Any) -> list[dict[str, Any]]:
    return schema.records(extract_quotes(articles_of(text, **columns)))


def draft(text: str, content: str, cue: str | None, speaker: str | None = None) -> Draft:
    """A draft of the first place where each part stands; pieces of the content are parted by " / "."""
    spans = [(text.index(part), text.index(part) + len(part)) for part in content.split(" / ")]
    at = [(text.index(part), text.index(part) + len(part)) if part else None for part in (cue, speaker)]
    return Draft(spans, at[0], at[1], 0.9)


def contents(text: str, found: Draft) -> list[str]:
    return [text[start:end] for start, end in found.spans]


@pytest.mark.parametrize(
    ("text", "content", "cue", "kept"),
    [
        (
            "The bridge is shut, Coast Rail said. Nine trains were late.",
            "The bridge is shut / Nine trains were late",
            "said",
            ["The bridge is shut"],
        ),
        (
            "Ferry sinks off Aask\n\nThe ferry hit a rock, police said.",
            "Ferry sinks off Aask / The ferry hit a rock",
            "said",
            ["The ferry hit a rock"],
        ),
        (
            "It rained. The dam broke. The mayor confirmed.",
            "It rained / The dam broke",
            "confirmed",
            ["The dam broke"],
        ),
        (
            "“The dam broke,” she said. “We ran.”\n\nIt was noon.",
            "The dam broke / We ran.”\n\nIt was noon",
            "said",
            ["The dam broke", "We ran"],
        ),
        ("She said: “We ran. Nobody came.”", "We ran. Nobody came", "said", ["We ran. Nobody came"]),
        (
            "All are safe, the coastguard says. Three people were taken to a hospital nearby.\n\n‘We heard a bang’",
            "All are safe / We heard a bang",
            "says",
            ["All are safe"],
        ),
        (
            "Half are for it, a poll says.\n\nQUOTE OF THE DAY “It is over.”",
            "Half are for it / It is over",
            "says",
            ["Half are for it"],
        ),
        (
            "“But the cost!” cry the papers. The pier was shut at nine and a crowd stood by. “I ran,” she said.",
            "But the cost / I ran",
            "said",
            ["I ran"],
        ),
        (
            "“But the cost!” Tom Oduya was cross. “I ran,” he said.",
            "But the cost / I ran",
            "said",
            ["But the cost", "I ran"],
        ),
    ],
)
def test_a_content_stays_in_its_cues_sentence_but_for_quotation_marks(
    text: str, content: str, cue: str, kept: list[str]
) -> None:
    found = kept_to_its_place(reading.read(text), draft(text, content, cue))
    assert contents(text, found) == kept


def test_a_content_does_not_cross_what_is_skipped() -> None:
    text = "The dam broke, [buy our paper today] police said. It rained."
    skip = (text.index("["), text.index("]") + 1)
    words = reading.read(text, [skip])
    found = kept_to_its_place(words, draft(text, "police said / It rained", "said"))
    assert "It rained" not in contents(text, found)


@pytest.mark.parametrize(
    "marked",
    [
        "He has [offered] <no evidence> of it.",
        "Norland [recalled] <its own envoy> from Lodrin.",
        "A guard [pointed] <his gun> at the crowd.",
        "Norland and Sudra trade [blame] <over the dam>.",
        "Then he was [asked about] <the dam>.",
        "[Asked about] <the dam>, he wept.",
        "[Asked] <whether the dam would hold>, he wept.",
        "[Asked] <three times whether it would hold>, he wept.",
        "One diver [asked not] <to be named>.",
        "He did not [say] <why>.",
        "He [declined] <to comment>.",
        "He [refused to discuss] <the dam>.",
        "The bank [had no comment on] <that>.",
        "She [told a joke about] <two fishermen>.",
        "The bank [did not immediately respond to] <requests for comment>.",
        "The bank [has yet to comment on] <the dam>.",
        "The bank [has not offered] <another figure>.",
        "The bank [gave no reason for] <the sale>.",
        "The bank [ignored] <questions about the dam>.",
        "He [failed to mention] <the dam>.",
        "He [would not confirm] <the figure>.",
        "He [remained silent on] <the dam>.",
        "He [stopped short of blaming] <the crew>.",
        "She [signed] <the new order>.",
        "The court [dismissed] <the appeal>.",
    ],
)
def test_what_reports_nothing(marked: str) -> None:
    assert not reports_something(*_marked(marked))


@pytest.mark.parametrize(
    "marked",
    [
        "He [offered] <to resign>.",
        "She [recalled] <that the envoy had wept>.",
        "He [pointed out] <that the gate was shut>.",
        "She [blamed] <the rain>.",
        "Reporters [asked about] <the dam>.",
        "He was [asked] <to leave>.",
        "He [did not deny] <the theft>.",
        "He [refused to disclose] <the price>.",
        "He [said] <it would not comment>.",
    ],
)
def test_the_same_verbs_may_report(marked: str) -> None:
    assert reports_something(*_marked(marked))


@pytest.mark.parametrize(
    ("marked", "sure", "reports"),
    [
        ("The mayor [banned] <cars from the square>.", 0.9, False),
        ("The mayor [threatened to veto] <the plan>.", 0.9, True),
        ("The mayor [has scrapped] <the plan>.", 0.5, False),
        ("The mayor [harrumphed] <that cars were loud>.", 0.5, True),
        ("The mayor [harrumphed at] <“loud” cars>.", 0.5, True),
        ("The mayor [harrumphed at] <the cars>.", 0.9, True),
        ("The mayor [condemned] <the cars>.", 0.5, True),
    ],
)
def test_a_deed_is_no_attribution(marked: str, sure: float, reports: bool) -> None:
    words, found = _marked(marked)
    assert (reports_something(words, found) and not is_deed(words, replace(found, sure=sure))) is reports


def test_who_did_something_is_still_known_to_whoever_resolves_the_next_pronoun(monkeypatch: pytest.MonkeyPatch) -> None:
    met: list[list[tuple[int, int]]] = []

    class Watched(extract.Resolver):
        def __init__(self, text: str, mentions: Any, contents: Any = (), nobodies: Any = None) -> None:
            met.append(list(mentions))
            super().__init__(text, mentions, contents, nobodies)

    monkeypatch.setattr(extract, "Resolver", Watched)
    text = "The ferries ran on time on Monday.\n\nThe mayor scrapped the plan. She said it was dear."
    assert [row["cue"] for row in rows(text)] == ["said"]
    assert [text[start:end] for start, end in sorted(met[0])] == ["The mayor", "She"]


@pytest.mark.parametrize(
    ("sentence", "act"),
    [
        ("The council voted to close the port.", "intention"),
        ("The mayor sought to calm the crowd.", "intention"),
        ("The owner refused to sell the yard.", "intention"),
        ("The cabinet has agreed to pay for the repairs.", "speech"),
        ("The mayor fired her deputy.", None),
        ("The mayor vetoed the deal.", None),
        ("The owner refused to comment.", None),
    ],
)
def test_what_is_decided_is_no_speech_and_what_is_done_is_no_row(sentence: str, act: str | None) -> None:
    text = f"The ferries ran on time on Monday.\n\n{sentence}\n\nThe shops were open until six."
    assert [row["act"] for row in rows(text)] == ([act] if act else [])


def _marked(marked: str) -> tuple[reading.Words, Draft]:
    """A text whose cue stands in [ ] and whose content in < >, as words and draft."""
    plain = marked.translate({ord(mark): None for mark in "[]<>"})
    cue, content = marked[marked.index("[") + 1 : marked.index("]")], marked[marked.index("<") + 1 : marked.index(">")]
    return reading.read(plain), draft(plain, content, cue)


@pytest.mark.parametrize("label", ["Image caption", "ANALYSIS", "Live Updates", "Reuters", "What we know"])
def test_labels_speak_for_nobody(label: str) -> None:
    assert is_label(label)
    text = f"{label}: The dam above Lodrin broke"
    assert not names_somebody(text, draft(text, "The dam above Lodrin broke", ":", label), Masthead("The Test"))
    assert rows(f"The dam broke at noon – {label}\n\nIt rained.") == []


def test_a_headline_names_a_speaker_whom_the_body_names_too() -> None:
    head = "Lodrin floods: What we know"
    found = draft(head, "What we know", ":", "Lodrin floods")
    assert not names_somebody(f"{head}\n\nIt rained in Lodrin.", found, Masthead("The Test"))
    head = "Varga: We were warned"
    found = draft(head, "We were warned", ":", "Varga")
    assert names_somebody(f"{head}\n\nThe mayor, Ilse Varga, spoke.", found, Masthead("The Test"))


@pytest.mark.parametrize(
    ("text", "span", "kept"),
    [
        ("It began at six (1700 GMT), she said.", "It began at six (1700 GMT)", "It began at six (1700 GMT)"),
        ("He works for the Front (NDF).", "the Front (NDF)", "the Front (NDF)"),
        ("They came from the U.S.", "They came from the U.S.", "They came from the U.S."),
        ("It began at 4 a.m., she said.", "It began at 4 a.m.", "It began at 4 a.m."),
        ("It is over.", "It is over.", "It is over"),
        ("He slammed 'pathetic' talk.", "'pathetic' talk", "'pathetic' talk"),
        ('He slammed "pathetic" talk.', '"pathetic" talk', '"pathetic" talk'),
        ("She 'wished him well'.", "She 'wished him well", "She 'wished him well'"),
        ("'We sold the boys' boat,' he said.", "'We sold the boys' boat,'", "We sold the boys' boat"),
    ],
)
def test_brackets_and_initials_keep_their_ends(text: str, span: str, kept: str) -> None:
    start = text.index(span)
    found = trimmed(text, start, start + len(span))
    assert found is not None
    assert text[slice(*found)] == kept


def test_an_abbreviated_rank_is_part_of_the_name() -> None:
    text = "“The strait is open,” said Rear Adm. Bo Erling, a spokesman for the Norland navy."
    (row,) = rows(text)
    assert (row["speaker"], row["on_behalf_of"], row["cue"]) == ("Rear Adm. Bo Erling", "the Norland navy", "said")


def test_words_in_quotation_marks_were_said_whatever_the_cue() -> None:
    (row,) = rows("“Who gains? Those who sold the pumps,” political scientist Emil Gard believes.")
    assert (row["act"], row["kind"], row["speaker"]) == ("speech", "direct", "Emil Gard")
    (row,) = rows("Emil Gard believes the pumps were sold.")
    assert row["act"] == "thought"


def test_no_cue_takes_in_a_name() -> None:
    text = "“The keys were gone,” said Ines Falk, a nurse. Tom Oduya told the Vellmark Gazette he had no key."
    for row in rows(text):
        assert row["cue"] in ("said", "told")


def test_a_quote_without_cue_or_speaker_is_as_sure_as_its_label() -> None:
    found = rows("“The wall moved before anybody rang the bell.”")
    assert all(row["confidence"] > 0 for row in found)


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        ("The harbour’s chief pilot, Rune Holt, has reportedly signed on with a rival port.", {None}),
        ("Rune Holt reportedly said he would stay.", {"Rune Holt"}),
    ],
)
def test_whom_hearsay_is_about_does_not_say_it_but_who_reportedly_said_it_does(text: str, speakers: set[str]) -> None:
    assert {row["speaker"] for row in rows(text)} == speakers


def test_a_video_that_was_aired_says_nothing() -> None:
    assert rows("Bay TV aired a cellphone video of a truck flying a blue flag.") == []
    assert len(rows("Bay TV aired a video, saying that the truck had flown a blue flag.")) == 1


def test_a_signed_quotation_is_its_authors_not_the_one_befores() -> None:
    text = "“The soup was cold.” – Ana Sool\r\n“I would go again tomorrow.”― Tom B. Oduya.\r\n“It rained,” she said."
    found = set_by_layout(text)
    assert [text[slice(*d.speaker)] for d in found if d.speaker] == ["Ana Sool", "Tom B. Oduya"]
    assert [contents(text, d) for d in found] == [["The soup was cold"], ["I would go again tomorrow"]]
    assert [row["speaker"] for row in rows(text)][:2] == ["Ana Sool", "Tom B. Oduya"]


@pytest.mark.parametrize(
    "after", [", shop owner", ", 34, of Selm.", ", as told by Tom Oduya. The shop “will not say”."]
)
def test_a_signed_quotation_may_say_who_its_author_is(after: str) -> None:
    (found,) = set_by_layout(f"“The soup was cold.” – Ana Sool{after}")
    assert found.speaker == (23, 31)
    assert set_by_layout("“Nightfall” – Ana Sool, the director, has said – is her best film.") == []


def test_a_headline_that_begins_with_a_quotation_quotes_somebody_it_does_not_name() -> None:
    text = "‘We won’t sell’: fishermen defy the board\n\nBoats stayed in port."
    (row,) = rows(text)
    assert (row["content"], row["kind"], row["speaker"]) == ("We won’t sell", "direct", None)
    assert row["remark"] == "The article names no speaker here."
