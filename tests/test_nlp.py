"""Sentences and words stand where they say, whatever the text holds."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit import nlp

WRAPPED = """The harbour office said on Monday that the crane, which had been
checked in spring, was in order when it fell on the empty quay and
that nobody had been told to stay away. A union of dock workers said
it had warned of the crane twice. Both letters went to the office and
were read there by a clerk who has since left.

An inquiry begins on Friday, the mayor said, and its findings will be
open to all who ask for them.
"""

texts = st.text() | st.lists(
    st.sampled_from(
        ["He said: “No.” ", "Mr. U.S. Smith ", "\n", "\r\n\r\n", "\u2028", "e\u0301", "👩‍🚀 ", "... ", "said", " "]
    )
).map("".join)


@given(text=texts)
def test_paragraphs_are_in_order_apart_and_hold_every_visible_character(text: str) -> None:
    spans = nlp.paragraphs(text)
    covered = {i for start, end in spans for i in range(start, end)}
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    assert {i for i, character in enumerate(text) if not character.isspace()} <= covered
    assert all(text[s:e] == text[s:e].strip() != "" for s, e in spans)


@given(text=texts)
def test_sentences_stay_inside_paragraphs_and_hold_every_word_character(text: str) -> None:
    spans = nlp.sentences(text)
    inside = nlp.paragraphs(text)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    assert all(any(a <= start and end <= b for a, b in inside) for start, end in spans)
    covered = {i for start, end in spans for i in range(start, end)}
    assert {match.start() for match in re.finditer(r"\w", text)} <= covered


@given(text=texts)
def test_sentence_at_finds_the_sentence_of_each_place(text: str) -> None:
    for number, (start, end) in enumerate(nlp.sentences(text)):
        assert nlp.sentence_at(text, start) == number
        assert nlp.sentence_at(text, end - 1) == number
    assert nlp.sentence_at(text, 0) == 0


def _words(sentence: str) -> list[nlp.Span]:
    return [(place + start, place + end) for place, piece in nlp.pieces(sentence) for start, end in nlp.tokens(*piece)]


@given(text=texts)
def test_words_are_in_order_and_hold_every_word_character(text: str) -> None:
    spans = _words(text)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    covered = {i for start, end in spans for i in range(start, end)}
    assert {match.start() for match in re.finditer(r"\w", text)} <= covered


@settings(max_examples=25)
@given(text=texts)
def test_a_parse_stands_on_the_sentences_to_the_character(text: str) -> None:
    parsed = nlp.parse(text)
    assert [(p.start, p.end) for p in parsed] == list(nlp.sentences(text))
    assert [p.number for p in parsed] == list(range(len(parsed)))
    for sentence in parsed:
        assert "".join(w.text + w.whitespace_ for w in sentence.words) == text[sentence.start : sentence.end]
        for word in sentence.words:
            assert text[sentence.start + word.idx :].startswith(word.text)


def _told(tokens: Iterable[Any]) -> list[tuple[object, ...]]:
    return [
        (t.text, t.idx, t.lemma_, t.pos_, t.tag_, t.dep_, t.head.i, [c.i for c in t.children], {c.i for c in t.subtree})
        for t in tokens
    ]


def test_a_parse_is_the_one_of_the_models_whole_pipeline() -> None:
    news = [path.read_text("utf-8") for path in sorted((ROOT / "data" / "harbour-strike").glob("*.txt"))[:12]]
    odd = "Let's go. They're gonna stay. You got ta see it, y'all.  There's one. C'm on! Nothin' doin', he  said."
    text = "\n\n".join([odd, *news])
    full = importlib.import_module(nlp.model_name().split(" ")[0]).load(exclude=["ner"])
    docs = full.pipe(text[start:end] for start, end in nlp.sentences(text))
    for sentence, doc in zip(nlp.parse(text), docs, strict=True):
        assert _told(sentence.words) == _told(doc)


def test_text_wrapped_at_a_fixed_width_is_read_as_paragraphs() -> None:
    said = [" ".join(WRAPPED[s:e].split()) for s, e in nlp.sentences(WRAPPED)]
    assert len(nlp.paragraphs(WRAPPED)) == 2
    assert said[0].endswith("nobody had been told to stay away.")
    assert said[1] == "A union of dock workers said it had warned of the crane twice."
    assert len(said) == 4


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_lines_that_each_end_are_not_joined(ends: str) -> None:
    lines = [line for line in WRAPPED.replace("\n", " ").split(". ") if line]
    text = ends.join(f"{line.strip().capitalize()}." for line in lines)
    assert len(nlp.paragraphs(text)) == len(lines)


def test_a_headline_without_a_full_stop_is_its_own_sentence() -> None:
    text = "Crane falls in Port Vellmark\n\nNobody was hurt, the office said."
    assert [text[s:e] for s, e in nlp.sentences(text)] == text.split("\n\n")


@pytest.mark.parametrize(
    "text",
    [
        "The U.S. military said its force was shot at.",
        "Maj. Gen. Ann Example spoke at 5 p.m. on Jan. 3.",
        "“What do you want?” he asked.",
        "It cost $1.5 million vs. No. 4's 3.2.",
        "The spokesman has Lt. Col. Ann Example's pen.",
        "He met Smt. Rao and Shri. Kumar, and paid Rs. 400 there.",
    ],
)
def test_a_full_stop_does_not_always_end_a_sentence(text: str) -> None:
    assert len(nlp.sentences(text)) == 1


def test_a_full_stop_behind_a_word_like_a_title_ends_a_sentence() -> None:
    text = "They owe Rs. Nobody pays. It was Cpl. 400 came. He joined the Col\n\n. Another began."
    assert [text[s:e] for s, e in nlp.sentences(text)][:2] == ["They owe Rs.", "Nobody pays."]


def test_the_example_is_cut_where_its_sentences_end() -> None:
    text = (ROOT / "data" / "khirbet-ammu-2020" / "voa.txt").read_bytes().decode("utf-8")
    said = [text[s:e] for s, e in nlp.sentences(text)]
    assert said[0] == "U.S. Convoy Comes Under Militia Attack in Northeast Syria"
    assert "“In self-defense, Coalition troops returned fire." in said
    assert all(re.search(r"[.!?][”’\"']?$", sentence) for sentence in said[1:])


@pytest.mark.parametrize(
    "text", ["word " * 200_000, "x" * 1_000_000, "word\u00a0" * 200_000], ids=["words", "x", "nbsp"]
)
def test_a_megabyte_without_a_full_stop_is_cut_into_bounded_pieces(text: str) -> None:
    spans = nlp.sentences(text)
    assert len(spans) <= 1_001
    assert max(end - start for start, end in spans) <= 2_000
    assert spans[-1][1] == len(text.rstrip())


def test_the_model_names_its_version() -> None:
    assert re.fullmatch(r"en_core_web_sm\w* \d+\.\d+\.\d+", nlp.model_name())


def test_quick_work_shows_no_progress_and_gives_everything(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(nlp.progress(iter(range(100)), "counting", 100)) == list(range(100))
    assert capsys.readouterr() == ("", "")


def test_long_work_shows_progress_on_standard_error_only(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from tqdm import auto

    shown: dict[str, object] = {}
    whole = auto.tqdm

    def noted(*args: object, **options: object) -> object:
        shown.update(options)
        return whole(*args, **{**options, "delay": 0, "mininterval": 0})  # type: ignore[call-overload]

    monkeypatch.setattr(auto, "tqdm", noted)
    assert list(nlp.progress([1, 2], "counting", 2)) == [1, 2]
    out, err = capsys.readouterr()
    assert out == ""
    assert "counting" in err
    assert shown["delay"] == 2


def test_where_bars_are_off_tqdm_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TQDM_DISABLE", "1")
    items = [1, 2]
    assert nlp.progress(items, "counting", 2) is items


PIECES = [
    *"abN.,?!-()[]\"'’“”…$%\n ",
    " ",
    " ",
    "``",
    "''",
    "cannot",
    "'tis",
    "gonna",
    "U.S.",
    "n't",
    "3,000",
    "'s",
    "--",
    "...",
]


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=14).map("".join).filter(str.strip))
def test_words_are_those_that_nltk_finds_in_the_whole_sentence(text: str) -> None:
    from nltk.tokenize.destructive import NLTKWordTokenizer

    try:
        whole = list(NLTKWordTokenizer().span_tokenize(text.strip()))
    except ValueError:  # it loses its place among odd quotation marks
        return
    assert _words(text.strip()) == whole
