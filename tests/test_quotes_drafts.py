"""What the drafts mend: quotations over paragraphs, marks that never close, statements inside others, titles."""

from __future__ import annotations

import time
from typing import Any

import pytest
from framing_gold import articles_of

from toolkit import schema
from toolkit.quotes import drafts, limits
from toolkit.quotes import words as reading
from toolkit.quotes.extract import extract_quotes
from toolkit.quotes.spans import Draft, Span

SURE = 0.9


def rows(text: str) -> list[dict[str, Any]]:
    return schema.records(extract_quotes(articles_of(text)))


def at(text: str, part: str | None) -> Span | None:
    return (text.index(part), text.index(part) + len(part)) if part else None


def draft(text: str, content: str, cue: str | None = None, speaker: str | None = None) -> Draft:
    """A draft of the first place where each part stands; pieces of the content are parted by " / "."""
    spans = [span for piece in content.split(" / ") if (span := at(text, piece))]
    return Draft(spans, at(text, cue), at(text, speaker), SURE)


def shown(text: str, found: Draft) -> tuple[list[str], str | None, str | None]:
    cue, speaker = (text[slice(*span)] if span else None for span in (found.cue, found.speaker))
    return [text[start:end] for start, end in found.spans], cue, speaker


def test_a_quotation_over_paragraphs_stands_in_order_and_without_the_marks_that_open_each() -> None:
    text = "“We had no bell.\n\n“By dawn the quay was gone.\n\n“I never saw the like,” she said."
    words = reading.read(text)
    first = draft(text, "We had no bell / I never saw the like", "said", "she")
    (found,) = drafts._continued(words, [first])
    assert shown(text, found)[0] == ["We had no bell", "By dawn the quay was gone", "I never saw the like"]
    text = "“We had no bell,” she said. “It was late.\n\n“By dawn the quay was gone.”"
    across = draft(text, "We had no bell / It was late.\n\n“By dawn the quay was gone", "said", "she")
    (found,) = drafts._continued(reading.read(text), [across])
    assert shown(text, found)[0] == ["We had no bell", "It was late", "By dawn the quay was gone"]


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        ("which", ["which"]),
        ("what", []),
        ("it", []),
        ("what / “a farce”", ["what", "a farce"]),
        ("a ban which", ["a ban"]),
        ("all of which / “a farce”", ["all of which", "a farce"]),
    ],
)
def test_a_word_that_says_nothing_alone_is_no_content(content: str, kept: list[str]) -> None:
    text = "which what it this a ban which all of which may be “a farce”"
    found = drafts._content(text, draft(text, content).spans)
    assert [text[start:end] for start, end in found] == kept


def test_in_what_he_called_it_ends_the_content_before() -> None:
    text = "The mayor accused the town of neglect in what she called a needless war."
    whole = draft(text, "the town of neglect in what she called a needless war", "accused", "The mayor")
    outer, inner = drafts._split(reading.read(text), whole)
    assert shown(text, outer)[0] == ["the town of neglect"]
    assert shown(text, inner) == (["a needless war"], "called", "she")


def test_a_paragraph_set_off_by_a_colon_is_kept_whole() -> None:
    text = "The firm added:\n\nWe are sorry. No one was hurt.\n\nIt rained."
    whole = draft(text, "We are sorry. No one was hurt", "added", "The firm")
    assert limits.kept_to_its_place(reading.read(text), whole) == whole


def test_a_sentence_whose_quotation_goes_on_in_the_next_is_kept() -> None:
    text = "The board “only asks for totals. It hides the rest,” the report says."
    whole = draft(text, "The board “only asks for totals. It hides the rest", "says", "the report")
    assert limits.kept_to_its_place(reading.read(text), whole) == whole


def test_whom_somebody_quotes_has_an_attribution_of_his_own() -> None:
    text = "TV quoted a guard as saying that it fell."
    whole = draft(text, "a guard as saying that it fell", "quoted", "TV")
    outer, found = drafts._split(reading.read(text), whole)
    assert outer == whole
    assert shown(text, found) == (["that it fell"], "saying", "a guard")


@pytest.mark.parametrize(
    "text", ["“He rang. He said, ‘It’s the farmers’ land,’” she told us.", "\"He rang. He said: 'Run.'\" It rained."]
)
def test_what_is_quoted_inside_a_quotation_is_found(text: str) -> None:
    (found,) = drafts._said_inside(reading.read(text), [])
    content, cue, speaker = shown(text, found)
    assert (content[0] in ("It’s the farmers’ land", "Run"), cue, speaker) == (True, "said", "He")


def test_what_somebody_had_said_is_found_once() -> None:
    text = "Piet said the foreman had promised that it was sound."
    whole = draft(text, "the foreman had promised that it was sound", "said", "Piet")
    (found,) = drafts._said_inside(reading.read(text), [whole])
    assert shown(text, found) == (["it was sound"], "had promised", "the foreman")
    known = draft(text, "it was sound", "promised", "the foreman")
    assert list(drafts._said_inside(reading.read(text), [whole, known])) == []


def test_who_is_told_to_do_something_stands_in_the_content() -> None:
    text = "Police told all drivers to stay. They told the mayor that it rained."
    told = drafts._with_speaker(text, draft(text, "to stay", "told", "Police"))
    assert shown(text, told)[0] == ["all drivers to stay"]
    other = draft(text, "it rained", "told the mayor", "They")
    assert drafts._with_speaker(text, other) == other


@pytest.mark.parametrize("cue", ["says head", "says"])
def test_the_end_of_a_headline_is_its_speaker(cue: str) -> None:
    text = "Hall closed ‘for months’, says head\n\nA school said head says it rained."
    found = drafts._with_speaker(text, draft(text, "Hall closed ‘for months’", cue))
    assert shown(text, found)[1:] == ("says", "head")


def test_whoever_was_told_is_no_speaker() -> None:
    text = "The current was off, an inquest was told."
    told = drafts._with_speaker(text, draft(text, "The current was off, an inquest", "was told"))
    assert shown(text, told) == (["The current was off"], "was told", None)
    text = "The court has been told the current was off."
    told = drafts._with_speaker(text, draft(text, "The court / the current was off", "has been told"))
    assert shown(text, told) == (["the current was off"], "has been told", None)
    for hearer, cue, speaker in (
        ("The court", "heard", None),
        ("The family", "was told", None),
        ("Sool", "heard", "Sool"),
        ("Sool", "told", "Sool"),
    ):
        text = f"{hearer} {cue} that the current was off."
        found = drafts._with_speaker(text, draft(text, "that the current was off", cue, hearer))
        assert shown(text, found)[2] == speaker


@pytest.mark.parametrize("text", ["“" + "A" * 50_000, "“" + "Abc said: ‘x " * 4_000, "the boy had " * 4_000])
def test_what_somebody_quoted_says_is_looked_for_in_time_that_grows_with_the_text(text: str) -> None:
    """A pattern that backtracks takes minutes here."""
    words = reading.read(text)
    began = time.process_time()
    found = [*drafts._said_inside(words, [Draft([(0, len(text))], None, None, SURE)])]
    assert time.process_time() - began < 5
    assert len(found) < len(text)


@pytest.mark.parametrize(
    ("sentence", "speaker", "content"),
    [
        ("Mr Holm is quoted as saying that the pier will close.", "Mr Holm", "that the pier will close"),
        (
            "Mr Holm was quoted by the Gazette as saying that the pier will close.",
            "Mr Holm",
            "that the pier will close",
        ),
        ("Ana Sool was quoted as telling the paper that nobody rang.", "Ana Sool", "that nobody rang"),
        ("The minister was cited by Selm Radio as saying: “We won.”", "The minister", "We won"),
        (
            "“The pier will close,” the owner was quoted as saying. “It must.”",
            "the owner",
            "The pier will close … It must",
        ),
    ],
)
def test_what_somebody_is_quoted_as_saying_is_theirs_and_not_the_papers(
    sentence: str, speaker: str, content: str
) -> None:
    (row,) = rows(f"The weather was fair on Monday.\n\n{sentence}\n\nThe shops were open.")
    assert (row["speaker_text"], row["content"]) == (speaker, content)


@pytest.mark.parametrize(("opens", "closes"), [("'", "'"), ("‘", "’"), ("“", "”")])
def test_a_quotation_goes_on_in_the_next_paragraph_in_every_style_of_marks(opens: str, closes: str) -> None:
    text = f"Ana Sool said: {opens}I’ve seen it. The soup was cold.\n\n{opens}I’ve not slept.{closes}\n\nIt was noon."
    (row,) = rows(text)
    assert (row["kind"], row["content"]) == ("direct", "I’ve seen it. The soup was cold … I’ve not slept")
    assert row["remark"] is None


def test_a_mark_that_never_closes_is_remarked_on() -> None:
    (row,) = rows("Ana Sool said: “The soup was cold.\n\nIt was noon.")
    assert row["remark"] == "A quotation mark here never closes; the quotation is taken to end with its paragraph."


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Selm Aggregates today", "Selm Aggregates"),
        ("the port earlier today", "the port"),
        ("USA Today", "USA Today"),
        ("by Holm", "Holm"),
        ("Byron Holm", "Byron Holm"),
    ],
)
def test_a_name_holds_no_time_of_day_and_no_preposition(words: str, name: str) -> None:
    assert words[slice(*drafts._name(words, (0, len(words))))] == name
