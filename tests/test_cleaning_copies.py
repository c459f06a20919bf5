"""Copies: which articles have nearly the same words, and whose text it is."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit import cleaning, load_articles, schema
from toolkit.readers.language import language_of

VOCABULARY = [f"w{i}" for i in range(3_000)]


def invented(seed: int, words: int = 300) -> list[str]:
    """Words in an order that no two seeds share."""
    return random.Random(seed).choices(VOCABULARY, k=words)


def groups(texts: dict[str, list[str]]) -> dict[str, tuple[str, float] | None]:
    found = cleaning.copies([" ".join(words) for words in texts.values()], list(texts))
    return dict(zip(texts, found, strict=True))


def true_share(one: list[str], other: list[str]) -> float:
    """The share of the shorter text's runs of five words that stand in the other, counted the plain way."""
    a, b = ({tuple(words[i : i + 5]) for i in range(len(words) - 4)} for words in (one, other))
    return len(a & b) / min(len(a), len(b))


def test_a_wire_text_that_outlets_cut_and_changed_is_one_group() -> None:
    wire = invented(1)
    cut, led, changed = wire[:150], [*invented(2, 40), *wire], [w if i % 30 else "other" for i, w in enumerate(wire)]
    found = groups({"wire": wire, "cut": cut, "led": led, "changed": changed, "own": invented(3)})
    assert found["own"] is None
    assert {name: group[0] for name, group in found.items() if group} == dict.fromkeys(
        ["wire", "cut", "led", "changed"], "led"
    )
    for name, words in {"wire": wire, "cut": cut, "changed": changed}.items():
        group = found[name]
        assert group is not None
        assert group[1] == pytest.approx(true_share(words, led), abs=1e-9)


def test_a_shared_statement_makes_no_copies() -> None:
    statement = invented(9, 50)
    texts = {str(i): [*invented(i, 150), *statement, *invented(100 + i, 100)] for i in range(4)}
    assert set(groups(texts).values()) == {None}


def test_case_marks_and_spaces_are_no_difference() -> None:
    texts = ["The crane fell, she said, and nobody came.", "THE CRANE FELL — she said -- and\n\nnobody came"]
    assert cleaning.copies(texts, ["a", "b"]) == [("a", 1.0), ("a", 1.0)]
    assert cleaning.copies(["One word.", "Two words.", "one word"], ["a", "b", "c"]) == [("a", 1.0), None, ("a", 1.0)]


@settings(max_examples=20)
@given(order=st.permutations(range(7)))
def test_the_order_of_the_articles_changes_nothing(order: list[int]) -> None:
    wire = invented(1, 120)
    texts = [wire, wire[:90], wire[30:], invented(2, 120), invented(3, 60), [*invented(3, 60), "end"], wire]
    plain = dict(zip("abcdefg", cleaning.copies([" ".join(t) for t in texts], list("abcdefg")), strict=True))
    mixed = cleaning.copies([" ".join(texts[i]) for i in order], ["abcdefg"[i] for i in order])
    assert {"abcdefg"[i]: group for i, group in zip(order, mixed, strict=True)} == plain


def test_the_time_grows_with_the_number_of_articles_and_not_with_its_square() -> None:
    alike = [" ".join(invented(1, 60))] * 1_600
    apart = [" ".join(invented(i, 60)) for i in range(1_600)]
    for texts in (alike, apart):
        cleaning.copies(texts[:50], [str(i) for i in range(50)])
        few, many = (min(_seconds(texts[:n]) for _ in range(3)) for n in (400, 1_600))
        assert many < 4 * 2.5 * few


def _seconds(texts: list[str]) -> float:
    began = time.process_time()  # what else the machine does is not counted
    cleaning.copies(texts, [str(i) for i in range(len(texts))])
    return time.process_time() - began


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        ("LONDON (Reuters) - The crane fell, she said.", "Reuters"),
        ("EXAMPLETON, Syria (AP) — The crane fell, she said.", "AP"),
        ("By Agence France-Presse\nThe crane fell, she said.", "AFP"),
        ("The crane fell, she said.\nSource: TASS", "TASS"),
        ("The crane fell, she said.\n© 2025 dpa GmbH. All rights reserved.", "dpa"),
        ("The crane fell, she said.\nPhoto: Ann Example/Reuters", None),
        ("The crane fell, she said.\nThe Associated Press contributed to this report.", None),
        ("The crane fell, Reuters reported.", None),
        ("EXAMPLETON — The crane fell, she told the PA system’s maker.", None),
    ],
)
def test_the_agency_is_the_one_that_the_credit_names(text: str, agency: str | None) -> None:
    assert cleaning.wire(text, cleaning.find_skips(text)) == agency


def test_the_author_may_be_the_agency() -> None:
    assert cleaning.wire("The crane fell.", [], "Reuters staff") == "Reuters"
    assert cleaning.wire("The crane fell.", [], "Ann Example") is None


def test_the_example_s_agencies_are_told_and_no_account_is_a_copy() -> None:
    from conftest import ROOT

    rows = schema.records(load_articles(ROOT / "data" / "khirbet-ammu-2020"))
    assert {row["copy_group"] for row in rows} == {None}
    assert {row["language"] for row in rows} == {"en"}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The mayor said on Monday that the bridge was safe, and nobody was hurt."),
        ("de", "Der Bürgermeister sagte am Montag, die Brücke sei sicher. Niemand wurde verletzt."),
        ("fr", "Le maire a déclaré lundi que le pont était sûr. Personne n’a été blessé."),
        ("es", "El alcalde dijo el lunes que el puente era seguro. Nadie resultó herido."),
        ("ru", "Мэр заявил в понедельник, что мост безопасен. Никто не пострадал."),
        ("ar", "قال رئيس البلدية يوم الاثنين إن الجسر آمن. لم يصب أحد."),
        (None, "OK, 1 2 3."),
    ],
)
def test_the_language_is_told_where_the_words_tell_it(language: str | None, text: str) -> None:
    assert language_of(text) == language
