"""Codebooks and claims files: safe loading, errors that help, and measures that add up."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from framing_gold import DATA, articles_of, event_articles, event_quotes, no_quotes

from toolkit import resources, schema
from toolkit.framing import codebook, load_claims, load_codebook, measure_framing

FRAMES = [
    "self-defence",
    "provocation or rule-breaking",
    "de-escalation",
    "minimising",
    "victimhood",
    "legitimacy",
]
PROTEST = [
    "public order",
    "grievance",
    "violence by protesters",
    "violence by police",
    "economic harm",
    "legality",
    "negotiation",
]
CONFLICT_FILES = [resources.path("codebook_conflict.yml"), DATA / "codebook.yml"]
ONE = "version: 1\nframes:\n  - name: calm\n    patterns: [truce]\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "codebook.yml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("path", "names"),
    [(path, FRAMES) for path in CONFLICT_FILES] + [(resources.path("codebook_protest.yml"), PROTEST)],
)
def test_shipped_codebooks_hold_their_frames_each_with_an_example_it_finds(path: Path, names: list[str]) -> None:
    book = load_codebook(path)
    assert [frame.name for frame in book.frames] == names
    assert all(frame.meaning and frame.patterns[0].source for frame in book.frames)
    assert all(entry["example"] and entry["meaning"] for entry in codebook.read_yaml(path)["frames"])


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Marchers hurled bottles at the town hall.", {"violence by protesters"}),
        ("A girl was hit by a rubber bullet.", {"violence by police"}),
        ("Riot police stood at the bridge.", set()),
        ("Teachers demanded higher pay.", {"grievance"}),
        ("The stoppage stranded thousands of passengers.", {"economic harm"}),
        ("The rally was banned, and a court issued an injunction.", {"legality"}),
        ("Management returned to talks.", {"negotiation"}),
        ("Calm was restored, the mayor said, and civil disorder had ended.", {"public order"}),
        ("The choir sang in the park until noon.", set()),
    ],
)
def test_the_protest_codebook_on_sentences_it_was_not_written_from(text: str, names: set[str]) -> None:
    book = load_codebook(resources.path("codebook_protest.yml"))
    assert {frame.name for frame in book.frames if frame.find(text)[0]} == names


def test_examples_are_found_by_no_codebook_with_other_patterns(tmp_path: Path) -> None:
    text = ONE + "    example: The talks went on.\n"
    with pytest.raises(schema.InputError, match=r"codebook\.yml, frame 'calm'.*The talks went on"):
        load_codebook(written(tmp_path, text))
    assert load_codebook(written(tmp_path, text.replace("talks went on", "truces held"))).frames[0].name == "calm"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("frames: []", "version: 1"),
        ("version: 2\nframes: []", "version: 1"),
        ("version: 1\nframes: []", "frames"),
        ("version: 1\nframes: calm", "frames"),
        ("version: 1\nframes:\n  - meaning: x", "entry 1"),
        ("version: 1\nframes:\n  - name: calm", "no patterns"),
        (ONE + "  - name: calm\n    patterns: [peace]", "stands twice"),
        (ONE + "    pattern: [peace]", "pattern"),
        (ONE + "    patterns: [peace]", "line 5.*'patterns' stands twice"),
        (ONE.replace("[truce]", "[fi.*re]"), "frame 'calm'.*regular expressions"),
        (ONE.replace("[truce]", "[[truce]]"), "list of texts"),
        ("version: 1\na: &x [1]\nframes: *x", "alias"),
        ("version: 1\nframes: !!python/object/apply:os.getcwd []", "line 2"),
        ("version: 1\nframes: [", "line"),
        ("version: 1\nframes: " + "[" * 5000, "nested|line"),
        ("version: 1\nframes: \x00", "character"),
        ("", "version: 1"),
    ],
)
def test_a_mistake_is_one_sentence_that_names_the_file(tmp_path: Path, text: str, says: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(schema.InputError, match=f"(?s){re.escape(str(path))}.*({says})") as caught:
        load_codebook(path)
    assert "\n" not in str(caught.value)


def test_files_that_are_no_text_or_not_there(tmp_path: Path) -> None:
    path = tmp_path / "codebook.yml"
    with pytest.raises(schema.InputError, match="cannot be opened"):
        load_codebook(path)
    path.write_bytes(b"\xff\xfe\xff")
    with pytest.raises(schema.InputError, match="UTF-8"):
        load_codebook(path)
    path.write_bytes(b"#" * 2_000_000)
    with pytest.raises(schema.InputError, match="1 MB"):
        load_codebook(path)


def test_words_that_yaml_would_read_as_something_else_stay_words(tmp_path: Path) -> None:
    path = written(tmp_path, "version: 1\nframes:\n  - name: no\n    patterns: [no, 2020, yes, null]\n")
    frame = load_codebook(path).frames[0]
    assert frame.name == "no"
    assert [pattern.source for pattern in frame.patterns] == ["no", "2020", "yes", "null"]


def test_claims_files_name_point_and_version(tmp_path: Path) -> None:
    path = tmp_path / "claims.yml"
    path.write_text(
        "version: 1\npoints:\n  - point: Who\n    versions:\n      - name: a man\n        patterns: ['.. man']\n"
    )
    with pytest.raises(schema.InputError, match=r"claims\.yml, point 'Who', version 'a man'"):
        load_claims(path)


def test_a_rate_is_the_count_over_the_words() -> None:
    text = "They called a truce. Nobody was hurt by it."
    book = codebook.Codebook("t", (codebook.Frame("calm", "", codebook.compiled({"p": "truce"}, "p", "t"), ()),))
    measures = codebook.measure_frames(articles_of(text, text), no_quotes(), book)
    per_article = measures.groupby("article_id")[["value", "n"]].sum()
    assert per_article["value"].tolist() == [1, 1]
    assert per_article["n"].tolist() == pytest.approx([0.009, 0.009])


def test_measures_of_the_example_add_up_and_are_the_same_twice() -> None:
    measures = measure_framing(event_articles(), event_quotes())
    again = measure_framing(event_articles(), event_quotes())
    assert measures.to_csv() == again.to_csv()
    for _, rows in measures.groupby("measure"):
        hits, shared = rows[rows["item"].notna()], rows[rows["item"].isna()]
        assert (hits["value"] == 1).all()
        assert (hits["n"] == 0).all()
        assert (shared["value"] == 0).all()
        assert (shared["n"] > 0).all()
        voices = ["article_id", "whose_words", "quote_id"]
        assert not shared.duplicated(voices).any()
        known = set(shared[voices].fillna("").itertuples(index=False, name=None))
        assert set(hits[voices].fillna("").itertuples(index=False, name=None)) <= known
    events = measures[measures["measure"] == "share of event verbs"]
    assert events["value"].sum() == events["n"].sum()


def test_each_word_is_counted_for_one_voice() -> None:
    articles = event_articles()
    measures = measure_framing(articles, event_quotes())
    thousands = measures[measures["measure"] == codebook.MEASURE].groupby("article_id")["n"].sum()
    for article in schema.records(articles):
        text = article["text"]
        for start, end, _ in reversed(article["skip"]):
            text = text[:start] + text[end:]
        plain = len([word for word in text.split() if any(c.isalnum() for c in word)])
        assert thousands[article["article_id"]] * 1000 == pytest.approx(plain, rel=0.03)


def test_the_convoy_left_its_route_in_one_telling_and_fire_was_returned_in_another() -> None:
    measures = measure_framing(event_articles(), event_quotes(), codebook=DATA / "codebook.yml")
    frames = measures[measures["item"].notna() & (measures["article_id"] == "moscow_times")]
    speakers = frames.groupby("item")["speaker"].agg(set)
    assert "Russian military" in speakers["provocation or rule-breaking"]
    assert "U.S.-led coalition" in speakers["self-defence"]
    assert "U.S.-led coalition" not in speakers["provocation or rule-breaking"]
