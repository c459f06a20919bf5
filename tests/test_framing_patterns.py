"""The pattern language: what it finds, what it refuses, and that it cannot run away."""

from __future__ import annotations

import itertools
import time

import pytest
from framing_gold import articles_of, no_quotes
from hypothesis import given
from hypothesis import strategies as st

from toolkit import schema
from toolkit.framing import codebook
from toolkit.framing.patterns import LONGEST_GAP, MOST_WORDS, Pattern, compile_pattern, find

WORDS = st.sampled_from(["fire", "stone", "crowd", "the"])


def matches(pattern: str, text: str) -> list[str]:
    return [text[hit.start : hit.end] for hit in find((compile_pattern(pattern, "a test"),), text)]


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("return|answer .. fire", "The guards returned fire.", ["returned fire"]),
        ("return|answer .. fire", "They answered with very heavy fire.", ["answered with very heavy fire"]),
        ("return|answer .. fire", "They answered with quite some very heavy fire.", []),
        ("return fire", "They returned. Fire spread.", []),
        ("return fire", "They returned “fire” at once.", ["returned “fire"]),
        ("fired", "They fire today. They fired before.", ["fired"]),
        ("self-defence", "They spoke of self-defence, not defence.", ["self-defence"]),
        ("government", "Pro-government crowds met government troops.", ["government"]),
        ("pro-government crowd", "Pro-government crowds met.", ["Pro-government crowds"]),
        ("did not fire", "The men didn’t fire.", ["didn’t fire"]),
        ("US", "The U.S. told us that the US would pay.", ["U.S.", "US"]),
        ("us", "They told us so.", ["us"]),
        ("convoy route", "It left the convoy’s route.", ["convoy’s route"]),
        ("14-year-old", "A 14-year-old was hurt.", ["14-year-old"]),
    ],
)
def test_finds_what_it_says(pattern: str, text: str, expected: list[str]) -> None:
    assert matches(pattern, text) == expected


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "  ",
        "..",
        ".. fire",
        "fire ..",
        "a .. .. b",
        "a|",
        "fi.*re(d)",
        "didn't fire",
        "a..b",
        "[ab]",
        "w " * 13,
        None,
        7,
    ],
)
def test_a_broken_or_runaway_pattern_is_refused_by_name(pattern: object) -> None:
    with pytest.raises(schema.InputError, match=r"book\.yml, frame 'x'") as caught:
        compile_pattern(pattern, "book.yml, frame 'x'")
    assert ". " not in str(caught.value).replace("..", "")
    assert "\n" not in str(caught.value)


def _as_words(forms: list[str]) -> list[frozenset[str]]:
    return [frozenset({form}) for form in forms]


def _ends_by_trying_all(pattern: Pattern, forms: list[str], first: int) -> list[int]:
    """Every last word a match from `first` can have, by trying every combination of gaps."""
    ends = []
    for skips in itertools.product(*(range(gap + 1) for gap in pattern.gaps[1:])):
        place, fits = first, forms[first] in pattern.words[0]
        for wanted, skip in zip(pattern.words[1:], skips, strict=True):
            place += skip + 1
            fits = fits and place < len(forms) and forms[place] in wanted
        ends += [place] if fits else []
    return ends


@given(st.lists(WORDS, min_size=1, max_size=10), st.lists(WORDS, min_size=1, max_size=4), st.data())
def test_agrees_with_trying_every_gap(forms: list[str], wanted: list[str], data: st.DataObject) -> None:
    gaps = [data.draw(st.booleans()) for _ in wanted[1:]]
    source = wanted[0] + "".join((" .. " if gap else " ") + word for gap, word in zip(gaps, wanted[1:], strict=True))
    pattern = compile_pattern(source, "a test")
    found = pattern.find(_as_words(forms))
    for first, last in found:
        assert last == min(_ends_by_trying_all(pattern, forms, first))
        assert last - first < len(wanted) + LONGEST_GAP * len(wanted)
    assert bool(found) == any(_ends_by_trying_all(pattern, forms, first) for first in range(len(forms)))
    assert all(a[1] < b[0] for a, b in itertools.pairwise(found))


def test_the_longest_pattern_is_quick_on_the_worst_text() -> None:
    pattern = compile_pattern(" .. ".join(["fire"] * MOST_WORDS), "a test")
    words = _as_words(["fire"] * 20_000)
    began = time.process_time()
    assert pattern.find(words)
    assert time.process_time() - began < 5


def test_matches_never_overlap_and_the_longer_counts() -> None:
    text = "The guards returned fire at once today."
    patterns = (
        compile_pattern("fire at once today", "t"),
        compile_pattern("return fire", "t"),
        compile_pattern("fire", "t"),
    )
    assert [text[h.start : h.end] for h in find(patterns, text)] == ["fire at once today"]


def test_skipped_parts_and_exceptions_are_left_out() -> None:
    text = "The fire station is open. They opened fire. Give money to stop the fire."
    frame = codebook.Frame("fire", "", (compile_pattern("fire", "t"),), (compile_pattern("fire station", "t"),))
    articles = articles_of(text, skip=[[text.index("Give"), len(text), "appeal"]])
    measures = codebook.measure_frames(articles, no_quotes(), codebook.Codebook("t", (frame,)))
    hits = measures[measures["item"].notna()]
    assert [text[a:b] for a, b in zip(hits["start"], hits["end"], strict=True)] == ["fire"]
    assert hits["start"].tolist() == [text.index("fire", 30)]
    assert schema.notes_of(measures) == ["Matches that the codebook's exceptions set aside: 1."]
