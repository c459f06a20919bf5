"""What the drafts mend: quotations over paragraphs, marks that never close, statements inside others, titles."""

from __future__ import annotations

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
    [("which", ["which"]), ("what", []), ("it", []), ("which / “a farce”", ["a farce"]), ("the dam and", ["the dam"])],
)
def test_a_word_that_only_points_is_a_content_alone_or_none(content: str, kept: list[str]) -> None:
    text = "the dam and which what it “a farce”"
    found = drafts._content(text, draft(text, content).spans)
    assert [text[start:end] for start, end in found] == kept


@pytest.mark.parametrize("cue", ["declined to comment", "did not say", "refused to discuss"])
def test_who_kept_silent_said_nothing(cue: str) -> None:
    assert drafts._says_nothing(f"He {cue} why.", (3, 3 + len(cue)))


@pytest.mark.parametrize("cue", ["did not deny", "refused to disclose", "declined to sell"])
def test_who_refused_to_act_is_kept(cue: str) -> None:
    assert not drafts._says_nothing(f"He {cue} the books.", (3, 3 + len(cue)))


@pytest.mark.parametrize(
    ("text", "content", "cue", "reports"),
    [
        ("He wrote “The Long Road Home” in 1961.", "The Long Road Home", "wrote", False),
        ("The band recorded “Salt and Iron”.", "Salt and Iron", "recorded", False),
        ("He wrote: “Meet me on Monday at the mill.”", "Meet me on Monday at the mill.", "wrote", True),
        ("He said “The Long Road Home” was his best.", "“The Long Road Home” was his best", "said", True),
        ("She wrote that Salt and Iron was lost.", "Salt and Iron was lost", "wrote", True),
    ],
)
def test_the_title_of_a_work_is_no_quotation(text: str, content: str, cue: str, reports: bool) -> None:
    assert limits.reports_something(reading.read(text), draft(text, content, cue, None)) is reports


def test_a_paragraph_set_off_by_a_colon_is_kept_whole() -> None:
    text = "The firm added:\n\nWe are sorry. No one was hurt.\n\nIt rained."
    whole = draft(text, "We are sorry. No one was hurt", "added", "The firm")
    assert limits.kept_to_its_place(reading.read(text), whole) == whole


def test_a_sentence_whose_quotation_goes_on_in_the_next_is_kept() -> None:
    text = "The board “only asks for totals. It hides the rest,” the report says."
    whole = draft(text, "The board “only asks for totals. It hides the rest", "says", "the report")
    assert limits.kept_to_its_place(reading.read(text), whole) == whole
