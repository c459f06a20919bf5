"""A text as the model sees it: words, paragraphs, sentences, quotation state."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from toolkit import nlp
from toolkit.quotes.words import read

TEXT = "Mr. Lund said he hadn't “seen the U.S. plan.”\n\nIt cost $1,200.50, or 5% more."
ANY = st.text(max_size=80)


def test_words_are_the_ones_the_model_was_trained_on() -> None:
    words = read(TEXT)
    raw = [TEXT[s:e] for s, e in zip(words.start, words.end, strict=True)]
    assert raw[:5] == ["Mr.", "Lund", "said", "he", "hadn't"]
    assert {"U.S.", "$1,200.50", "5%"} <= set(raw)


def test_every_quotation_mark_is_read_alike() -> None:
    shapes = [read(f"She said {a}we left{b}.").string for a, b in ("“”", '""', "«»", ("''", "''"), "‘’")]
    assert all(shape == shapes[0] for shape in shapes)


def test_paragraph_sentence_and_quotation_of_each_word() -> None:
    words = read(TEXT)
    of = {TEXT[s:e]: i for i, (s, e) in enumerate(zip(words.start, words.end, strict=True))}
    assert words.paragraph[of["said"]] == 0
    assert words.paragraph[of["cost"]] == 1
    assert words.sentence[of["cost"]] > words.sentence[of["said"]]
    assert [words.quoted[of[word]] for word in ("said", "seen", "plan", "cost")] == [False, True, True, False]


def test_what_is_skipped_is_not_read() -> None:
    start = TEXT.index("It cost")
    assert read(TEXT, [(start, len(TEXT))]).end[-1] <= start


@given(ANY)
def test_words_cover_every_letter_and_nothing_twice(text: str) -> None:
    words = read(text)
    place = 0
    for start, end in zip(words.start, words.end, strict=True):
        assert place <= start < end <= len(text)
        assert not any(c.isalnum() for c in text[place:start])
        place = end
    assert not any(c.isalnum() for c in text[place:])


@given(ANY)
def test_words_agree_with_the_sentences_they_stand_in(text: str) -> None:
    words, sentences = read(text), nlp.sentences(text)
    for start, number in zip(words.start, words.sentence, strict=True):
        inside = number >= 0 and sentences[number][0] <= start
        assert inside or not text[start].isalnum()


@given(st.text(alphabet="ab “”\"'\n.", max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_ranges_of_words_and_quotations_are_those_a_plain_search_finds(text: str, one: int, other: int) -> None:
    words, (start, end) = read(text), sorted((one, other))
    assert list(words.between(start, end)) == [i for i, s in enumerate(words.start) if start <= s < end]
    met = [q for q in words.quotations if q.open_start < end and q.close_end > start]
    assert words.quotations_in(start, end) == met or start == end
