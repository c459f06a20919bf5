"""Where a content ends, what is no attribution, and what a label, title or addressee is not."""

from __future__ import annotations

from typing import Any

import pytest
from framing_gold import articles_of

from toolkit import schema
from toolkit.quotes import limits
from toolkit.quotes import words as reading
from toolkit.quotes.extract import extract_quotes
from toolkit.quotes.layout import Masthead, is_label, names_somebody
from toolkit.quotes.limits import (
    kept_to_its_place,
    reports_something,
    whole_clause,
    without_addressee,
    without_narration,
)
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
    ("text", "content", "cue", "kept"),
    [
        (
            "Mayor Ilse Varga praised the calm of her crews after vandals broke the pumps.",
            "the calm of her crews after vandals broke the pumps",
            "praised",
            "the calm of her crews",
        ),
        (
            "He condemned the attack, as smoke rose over the harbour.",
            "the attack, as smoke rose over the harbour",
            "condemned",
            "the attack",
        ),
        ("He praised the crews after the flood.", "the crews after the flood", "praised", "the crews after the flood"),
        (
            "He accused guards of firing when the crowd ran.",
            "guards of firing when the crowd ran",
            "accused",
            "guards of firing when the crowd ran",
        ),
        (
            "He praised “the crews after they won”.",
            "the crews after they won",
            "praised",
            "the crews after they won",
        ),
        (
            "He said the crews left after the wall fell.",
            "the crews left after the wall fell",
            "said",
            "the crews left after the wall fell",
        ),
    ],
)
def test_praise_and_blame_end_before_the_outlets_own_clause(text: str, content: str, cue: str, kept: str) -> None:
    found = without_narration(reading.read(text), draft(text, content, cue))
    assert contents(text, found) == [kept]


@pytest.mark.parametrize(
    "marked",
    [
        "He has [offered] <no evidence> of it.",
        "Norland [recalled] <its own envoy> from Lodrin.",
        "A guard [pointed] <his gun> at the crowd.",
        "Norland and Sudra trade [blame] <over the dam>.",
        "Then he was [asked about] <the dam>.",
        "[Asked about] <the dam>, he wept.",
        "One diver [asked not] <to be named>.",
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
    ],
)
def test_the_same_verbs_may_report(marked: str) -> None:
    assert reports_something(*_marked(marked))


def _marked(marked: str) -> tuple[reading.Words, Draft]:
    """A text whose cue stands in [ ] and whose content in < >, as words and draft."""
    plain = marked.translate({ord(mark): None for mark in "[]<>"})
    cue, content = marked[marked.index("[") + 1 : marked.index("]")], marked[marked.index("<") + 1 : marked.index(">")]
    return reading.read(plain), draft(plain, content, cue)


def test_an_indirect_content_before_its_cue_is_the_whole_clause() -> None:
    text = "Neither town wants a dam, engineers say. But the mayor, a farmer, says no."
    words = reading.read(text)
    short = draft(text, "a dam", "say", "engineers")
    assert contents(text, whole_clause(words, short, [short])) == ["Neither town wants a dam"]
    other = draft(text, "Neither town wants", "say")
    assert contents(text, whole_clause(words, short, [short, other])) == ["a dam"]


def test_whom_it_was_told_is_no_content() -> None:
    text = "Two divers told the Coast Wire they had seen nothing."
    found = without_addressee(text, draft(text, "Wire they had seen nothing", "told"))
    assert contents(text, found) == ["they had seen nothing"]
    text = "Two divers told us Norland had seen nothing."
    assert contents(text, without_addressee(text, draft(text, "Norland had seen nothing", "told")))[0].startswith("Nor")


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


def test_hearsay_takes_in_the_whole_clause_around_it() -> None:
    """What follows the verb belongs to it as much as what stands before."""
    text = "The shooting was reportedly followed by strikes on a village near the border. It rained."
    found = [row for row in rows(text) if row["cue"] == "reportedly"]
    for row in found:
        assert row["speaker"] is None
        assert row["content"] == "The shooting was … followed by strikes on a village near the border"
    built = limits.around_hearsay(reading.read(text), draft(text, "The shooting was", "reportedly followed"))
    assert [text[s:e] for s, e in built.spans] == [
        "The shooting was",
        "followed by strikes on a village near the border",
    ]


def test_a_video_that_was_aired_says_nothing() -> None:
    assert rows("Bay TV aired a cellphone video of a truck flying a blue flag.") == []
    assert len(rows("Bay TV aired a video, saying that the truck had flown a blue flag.")) == 1
