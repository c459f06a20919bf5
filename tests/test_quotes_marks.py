"""Where quotations open and close, in every style that news texts use."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit import nlp
from toolkit.quotes.marks import Quotation, quotations


def found(text: str) -> list[Quotation]:
    return quotations(text, nlp.paragraphs(text))


def inside(text: str) -> list[str]:
    return [text[q.start : q.end] for q in found(text)]


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ('"We left," she said. "Then it fell."', ["We left,", "Then it fell."]),
        ("“We left,” she said. “Then it fell.”", ["We left,", "Then it fell."]),
        ("''We left,'' she said.", ["We left,"]),
        ("``We left,'' she said.", ["We left,"]),
        ("„Wir gehen“, sagte sie.", ["Wir gehen"]),
        ("„We left,” she said.", ["We left,"]),
        ("”Vi går,” sade hon.", ["Vi går,"]),
        ("We left, she said.” It was over.", []),
        ("«On part», dit-elle.", ["On part"]),
        ("« On part », dit-elle.", [" On part "]),
        ("»Wir gehen«, sagte sie.", ["Wir gehen"]),
        ("‘We left,’ she said.", ["We left,"]),
        ("‚Wir gehen‘, sagte sie.", ["Wir gehen"]),
        ("'We left,' she said.", ["We left,"]),
        ('He said “it was 6" long” and left.', ['it was 6" long']),
        ("She said “he shouted ‘stop’ twice” and left.", ["he shouted ‘stop’ twice"]),
    ],
)
def test_each_style(text: str, quoted: list[str]) -> None:
    assert inside(text) == quoted


@pytest.mark.parametrize(
    "text",
    [
        "The soldiers' families don't know who's paying the drivers' wages.",
        "The soldiers’ families don’t know who’s paying the drivers’ wages.",
        "It was the summer of '69 and rock 'n' roll was young.",
        "The board is 6' 2\" long.",
        "O'Brien and D’Angelo met the O’Neills.",
    ],
)
def test_apostrophes_and_measures_open_nothing(text: str) -> None:
    assert inside(text) == []


def test_an_apostrophe_inside_single_marks_closes_nothing() -> None:
    assert inside("‘It’s the city’s problem, not the farmers’ problem,’ he said.") == [
        "It’s the city’s problem, not the farmers’ problem,"
    ]
    assert inside("'We don't know who's paying,' she said.") == ["We don't know who's paying,"]


def test_a_mark_that_never_closes_ends_with_its_paragraph() -> None:
    text = "He said “the wall moved.\n\nThe wall “was old” and stood.\n\nNobody came."
    one, other = found(text)
    assert text[one.start : one.end] == "the wall moved."
    assert not one.closed
    assert text[other.start : other.end] == "was old"
    assert other.closed


def test_a_single_mark_may_stay_open_where_the_next_paragraph_opens_one() -> None:
    text = "She said: 'We ran.\n\n'Nobody's hurt.'\n\nIt was noon, and 'twas cold.\n\n'Stop,' he said."
    assert inside(text) == ["We ran.", "Nobody's hurt.", "Stop,"]


def test_a_closing_mark_without_an_opening_one_is_no_quotation() -> None:
    assert inside("We left,” she said.") == []


@given(st.text(alphabet="ab. ,s\n\r\u2028\"'“”„«»‘’‚`é\u0301", max_size=60))
def test_quotations_are_in_order_apart_and_within_one_paragraph(text: str) -> None:
    paragraphs = nlp.paragraphs(text)
    place = 0
    for q in quotations(text, paragraphs):
        assert place <= q.open_start < q.start <= q.end <= q.close_end
        assert any(start <= q.open_start and q.close_end <= end for start, end in paragraphs)
        place = q.close_end


@given(st.text(alphabet=st.characters(categories=("L", "N", "Zs")), min_size=1, max_size=40).filter(str.strip))
def test_what_stands_between_a_pair_is_found(words: str) -> None:
    for opening, closing in ("“”", "«»", '""', "„“"):
        text = f"She said: {opening}{words.strip()}{closing}."
        assert inside(text) == [words.strip()]


def test_many_marks_that_never_close_take_no_quadratic_search() -> None:
    """What is looked at grows with the text: 20,000 opening marks on one line, each without a partner."""
    assert len(found("‘a " * 20_000)) <= 20_000
    assert len(found("«a " * 20_000)) == 1


def test_apostrophes_at_the_beginning_of_words_do_not_hide_a_later_quotation() -> None:
    assert inside("Get 'er done, he said, and 'ave a cuppa. She called it ‘a farce’ at last.") == ["a farce"]
    assert inside("'Ere they were. The clinic said the leak was 'contained' within minutes.") == ["contained"]
