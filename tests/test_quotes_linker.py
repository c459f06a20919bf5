"""Labels to attributions: the right cue and speaker for each content."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_info, threadpool_limits

from toolkit.quotes import linker
from toolkit.quotes.linker import link
from toolkit.quotes.tagger import Label, tag
from toolkit.quotes.words import Words, read

TURNS = "“It is over,” said Mara Tolen. “It has only begun,” said Per Lund."


def linked(text: str) -> list[tuple[list[str], str | None, str | None]]:
    words = read(text)
    labels = list(tag(words))

    def said(i: int | None) -> str | None:
        return None if i is None else text[words.start[labels[i].first] : words.end[labels[i].last - 1]]

    return [([str(said(i)) for i in a.contents], said(a.cue), said(a.speaker)) for a in link(words, labels)]


def test_two_speakers_in_turn() -> None:
    got = linked(TURNS)
    assert [(cue, speaker) for _, cue, speaker in got] == [("said", "Mara Tolen"), ("said", "Per Lund")]


def test_a_content_in_two_pieces_is_one_attribution() -> None:
    pieces, cue, speaker = linked("“If the pumps fail,” Ilse Varga said, “the lower town has an hour.”")[0]
    assert len(pieces) == 2
    assert (cue, speaker) == ("said", "Ilse Varga")


def test_a_quotation_without_a_cue_is_kept_and_other_content_without_one_is_not() -> None:
    words = read("Nobody came. “Nobody came.”")
    quoted = next(i for i in range(len(words)) if words.quoted[i] and words.string[i].isalpha())
    labels = [Label("K", 0, 2, 0.9), Label("K", quoted, quoted + 2, 0.9)]
    assert [a.contents for a in link(words, labels)] == [(1,)]


def test_nothing_to_link() -> None:
    assert link(read(""), []) == []
    assert link(read("Nobody came."), [Label("C", 0, 1, 0.5)]) == []


@st.composite
def labelled(draw: st.DrawFn) -> tuple[Words, list[Label]]:
    """A text with labels of any kind in any order."""
    words = read("He said “we left” and she told them all of it. " * 3)
    cuts = sorted(draw(st.sets(st.integers(0, len(words)), max_size=16)))
    runs = list(zip(cuts[::2], cuts[1::2], strict=False))
    roles = draw(st.lists(st.sampled_from("SCK"), min_size=len(runs), max_size=len(runs)))
    return words, [Label(role, a, b, 0.5) for role, (a, b) in zip(roles, runs, strict=True)]


@given(labelled())
@settings(max_examples=60)
def test_each_content_and_cue_is_used_once_and_in_its_role(case: tuple[Words, list[Label]]) -> None:
    words, labels = case
    found = link(words, labels)
    contents = [i for a in found for i in a.contents]
    cues = [a.cue for a in found if a.cue is not None]
    assert len(set(contents)) == len(contents)
    assert len(set(cues)) == len(cues)
    assert all(labels[i].role == "K" for i in contents)
    assert all(labels[i].role == "C" for i in cues)
    assert all(labels[a.speaker].role == "S" for a in found if a.speaker is not None)
    assert all(0 <= a.sure <= 1 for a in found)
    assert found == sorted(found, key=lambda a: a.contents)


def test_the_links_are_weighed_on_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a library takes the other cores for matrices so small, and everything takes longer."""
    seen: list[int] = []

    def watched(*_: object) -> list[Any]:
        seen.extend(library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas")
        return []

    monkeypatch.setattr(linker, "considered", watched)
    with threadpool_limits(2, "blas"):
        link(read(TURNS), [])
    assert seen
    assert set(seen) == {1}
