"""What the drafts mend: quotations over paragraphs, marks that never close, statements inside others, titles."""

from __future__ import annotations

import time

import pytest

from toolkit.quotes import drafts, limits
from toolkit.quotes import words as reading
from toolkit.quotes.spans import Draft, Span

SURE = 0.9


def at(text: str, part: str | None) -> Span | None:
    return (text.index(part), text.index(part) + len(part)) if part else None


def draft(text: str, content: str, cue: str | None = None, speaker: str | None = None) -> Draft:
    """A draft of the first place where each part stands; pieces of the content are parted by " / "."""
    spans = [span for piece in content.split(" / ") if (span := at(text, piece))]
    return Draft(spans, at(text, cue), at(text, speaker), SURE)


def resumed(text: str, found: Draft, *others: Draft) -> Draft:
    words = reading.read(text)
    return drafts._resumed(words, found, drafts._taken(words, [found, *others]))


def shown(text: str, found: Draft) -> tuple[list[str], str | None, str | None]:
    cue, speaker = (text[slice(*span)] if span else None for span in (found.cue, found.speaker))
    return [text[start:end] for start, end in found.spans], cue, speaker


@pytest.mark.parametrize(
    ("text", "kept", "cue", "speaker"),
    [
        ("“We will not, said Ilse Varga, the mayor. It rained.", "We will not", "said", "Ilse Varga"),
        ("“We will not, the mayor said. It rained.", "We will not", "said", "the mayor"),
        ("“Will it hold? asked the mayor.", "Will it hold?", "asked", "the mayor"),
        ("“We will not, she said. It rained.", "We will not", "said", "she"),
    ],
)
def test_an_open_mark_ends_before_who_said_it(text: str, kept: str, cue: str, speaker: str) -> None:
    found = drafts._past_open_mark(reading.read(text), Draft([(1, len(text) - 1)], None, None, SURE))
    assert shown(text, found) == ([kept], cue, speaker)


@pytest.mark.parametrize(
    "text",
    ["“We will not, said Ilse Varga, the mayor,” he told them.", "“We will not. The mayor has said nothing."],
)
def test_a_closed_quotation_and_one_without_a_speaker_stay_whole(text: str) -> None:
    whole = Draft([(1, len(text) - 1)], None, None, SURE)
    assert drafts._past_open_mark(reading.read(text), whole) == whole


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


def test_what_he_called_it_stands_inside_and_cuts_nothing_off() -> None:
    text = "The mayor said the town would pay for what she called a needless dam."
    whole = draft(text, "the town would pay for what she called a needless dam", "said", "The mayor")
    outer, inner = drafts._split(reading.read(text), whole)
    assert outer == whole
    assert shown(text, inner) == (["a needless dam"], "called", "she")


@pytest.mark.parametrize(
    ("content", "kept"),
    [("which", ["which"]), ("what", []), ("it", []), ("what / “a farce”", ["a farce"]), ("the dam and", ["the dam"])],
)
def test_a_word_that_says_nothing_alone_is_no_content(content: str, kept: list[str]) -> None:
    text = "the dam and which what it “a farce”"
    found = drafts._content(text, draft(text, content).spans)
    assert [text[start:end] for start, end in found] == kept


def test_a_paragraph_set_off_by_a_colon_is_kept_whole() -> None:
    text = "The firm added:\n\nWe are sorry. No one was hurt.\n\nIt rained."
    whole = draft(text, "We are sorry. No one was hurt", "added", "The firm")
    assert limits.kept_to_its_place(reading.read(text), whole) == whole


def test_a_sentence_whose_quotation_goes_on_in_the_next_is_kept() -> None:
    text = "The board “only asks for totals. It hides the rest,” the report says."
    whole = draft(text, "The board “only asks for totals. It hides the rest", "says", "the report")
    assert limits.kept_to_its_place(reading.read(text), whole) == whole


@pytest.mark.parametrize(
    ("text", "content", "cue", "speaker", "kept"),
    [
        (
            "The margin, the firm said, fell by two points.",
            "The margin",
            "said",
            "the firm",
            ["The margin", "fell by two points"],
        ),
        ("The moon, said Ana Sool, rises at nine.", "The moon", "said", "Ana Sool", ["The moon", "rises at nine"]),
        ("The dam broke, she said, as smoke rose.", "The dam broke", "said", "she", ["The dam broke"]),
        ("The dam broke, she said, adding that it rained.", "The dam broke", "said", "she", ["The dam broke"]),
        ("The dam broke, she said. It rained.", "The dam broke", "said", "she", ["The dam broke"]),
        ("“The dam broke,” she said, “at nine.”", "The dam broke", "said", "she", ["The dam broke"]),
    ],
)
def test_an_indirect_content_goes_on_behind_its_cue(
    text: str, content: str, cue: str, speaker: str, kept: list[str]
) -> None:
    found = draft(text, content, cue, speaker)
    assert shown(text, resumed(text, found))[0] == kept


def test_a_content_does_not_go_on_into_another_ones() -> None:
    text = "The margin, the firm said, fell by two points, it claimed."
    mine, other = draft(text, "The margin", "said", "the firm"), draft(text, "fell by two points", "claimed", "it")
    assert resumed(text, mine, other) == mine


def test_the_halves_of_a_quoted_sentence_are_one_attribution() -> None:
    text = "My father taught me. “If you lose count,” he used to say, “you are asleep.” It rained."
    first, then = (
        draft(text, "If you lose count", "taught", "My father"),
        draft(text, "you are asleep", "used to say", "he"),
    )
    (found,) = drafts._continued(reading.read(text), [first, then])
    assert shown(text, found) == (["If you lose count", "you are asleep"], "used to say", "he")
    text = "He called it “safe,” and the owner, she said, “a fool.”"
    apart = [draft(text, "safe", "called", "He"), draft(text, "a fool", "said", "she")]
    assert drafts._continued(reading.read(text), apart) == apart


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


def test_claims_from_somebody_have_a_speaker_and_whoever_was_told_is_none() -> None:
    text = "Despite claims from traders that trade would fall, it was shut."
    assert shown(text, drafts._with_speaker(text, draft(text, "that trade would fall", "claims")))[2] == "traders"
    text = "The current was off, an inquest was told."
    told = drafts._with_speaker(text, draft(text, "The current was off, an inquest", "was told"))
    assert shown(text, told) == (["The current was off"], "was told", None)


@pytest.mark.parametrize("text", ["“" + "A" * 50_000, "“" + "Abc said: ‘x " * 4_000, "by his , in the " * 3_000])
def test_what_somebody_quoted_says_is_looked_for_in_time_that_grows_with_the_text(text: str) -> None:
    """A pattern that backtracks takes minutes here."""
    words = reading.read(text)
    began = time.process_time()
    found = [*drafts._said_inside(words, []), *drafts._in_words(words, set())]
    assert time.process_time() - began < 5
    assert len(found) < len(text)
