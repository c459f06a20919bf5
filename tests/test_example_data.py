"""The example data, its gold and the templates agree with each other and with the texts they speak of."""

from __future__ import annotations

import itertools
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from toolkit import entities, resources, schema
from toolkit.framing import codebook, patterns

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data" / "khirbet-ammu-2020"
GOLD = ROOT / "tests" / "gold"
SHARED = ROOT.parent / "shared" / "event"
TEMPLATES = resources.path("templates")

EVENT = sorted(path.name.removesuffix(".gold.json") for path in (GOLD / "event").glob("*.gold.json"))
PASSAGES = [json.loads(line) for line in (GOLD / "passages.jsonl").read_text(encoding="utf-8").splitlines()]
MARKS = "“”„«»\"‘’'`"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the reports that were summarised are not shipped")


def table(path: Path) -> list[dict[str, Any]]:
    return schema.records(pd.read_csv(path, dtype=str, keep_default_na=False))


def read(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


@lru_cache
def text_of(article_id: str) -> str:
    return read(DATA / f"{article_id}.txt")


@lru_cache
def gold_of(article_id: str) -> dict[str, Any]:
    gold: dict[str, Any] = json.loads(read(GOLD / "event" / f"{article_id}.gold.json"))
    return gold


@lru_cache
def aliases() -> entities.Phrases:
    return entities.Phrases(entities.load_parties(DATA / "parties.csv"), "alias")


ARTICLES = {row["article_id"]: row for row in table(DATA / "articles.csv")}


def resolved(name: str, article_id: str) -> str | None:
    row = aliases().exact(name, ARTICLES[article_id]["outlet"], article_id)
    return str(row["speaker"]) if row else None


# The texts and their manifest


def test_manifest_names_every_text_once_and_marks_it_as_a_summary() -> None:
    assert [row["file"] for row in ARTICLES.values()] == sorted(path.name for path in DATA.glob("*.txt"))
    assert all(row["text_is"].startswith("A summary in our own words") for row in ARTICLES.values())
    assert "never the outlet's own text" in " ".join(read(DATA / "README.md").split())


@pytest.mark.parametrize("article_id", EVENT)
def test_manifest_says_no_more_than_the_gold_knows(article_id: str) -> None:
    row, gold = ARTICLES[article_id], gold_of(article_id)
    assert {key: row[key] or None for key in ("title", "date", "url")} == {
        key: gold[key] for key in ("title", "date", "url")
    }
    assert row["title"] == "" or text_of(article_id).startswith(row["title"] + "\n")


@needs_shared
@pytest.mark.parametrize("article_id", [name for name in EVENT if name != "moscow_times"])
def test_texts_and_gold_are_the_handed_over_ones_byte_for_byte(article_id: str) -> None:
    assert (DATA / f"{article_id}.txt").read_bytes() == (SHARED / f"{article_id}.txt").read_bytes()
    name = f"{article_id}.gold.json"
    assert (GOLD / "event" / name).read_bytes() == (SHARED / name).read_bytes()


def bare_words(text: str) -> list[str]:
    return re.findall(r"[\w’'-]+", text.replace(".", "").casefold())


def longest_shared_run(ours: list[str], theirs: list[str]) -> int:
    joined = f" {' '.join(theirs)} "
    runs = ((start, end) for start in range(len(ours)) for end in range(start + 1, len(ours) + 1))
    return max((end - start for start, end in runs if f" {' '.join(ours[start:end])} " in joined), default=0)


@needs_shared
def test_moscow_times_is_retold_and_not_copied() -> None:
    ours, theirs = text_of("moscow_times"), read(SHARED / "moscow_times_2020-02-12.txt")
    sentences = [s for s in re.split(r"(?<=[.!?”])\s+", ours) if len(s.split()) >= 8]
    assert len(sentences) > 8
    assert not [s for s in sentences if s in theirs]
    own_words = [bare_words(stretch) for stretch in re.split(r"“[^”]*”|\n", ours) if stretch.strip()]
    assert max(longest_shared_run(words, bare_words(theirs)) for words in own_words) < 8


@needs_shared
def test_moscow_times_quotes_only_what_was_reported() -> None:
    theirs = read(SHARED / "moscow_times_2020-02-12.txt")
    quoted = [words.rstrip(".,") for words in re.findall(r"“([^”]*)”", text_of("moscow_times"))]
    assert len(quoted) == 5
    assert all(words in theirs for words in quoted)


# The gold of the event


def stretches(gold: dict[str, Any]) -> list[tuple[list[int], str]]:
    """Every place the gold points at, with the words it says stand there."""
    found = [([x["start"], x["end"]], x["text"]) for x in [*gold["not_attributions"], *gold["drop"]] if "start" in x]
    for a in gold["attributions"]:
        found += [
            (a[span], a[words]) for span, words in (("cue_span", "cue"), ("source_span", "source_text")) if span in a
        ]
        found += [([f["start"], f["end"]], f["text"]) for f in a.get("quoted_fragments", [])]
    return found


@pytest.mark.parametrize("article_id", EVENT)
def test_event_gold_points_at_the_words_it_names(article_id: str) -> None:
    text, gold = text_of(article_id), gold_of(article_id)
    assert gold["chars"] == len(text)
    assert [text[slice(*span)] for span, _ in stretches(gold)] == [words for _, words in stretches(gold)]
    for a in gold["attributions"]:
        assert " ".join(text[start:end] for start, end in a["spans"]) == a["content"]
        assert [a["start"], a["end"]] == [a["spans"][0][0], a["spans"][-1][1]]


def test_moscow_times_gold_names_labels_and_people_of_the_text() -> None:
    text, framing = text_of("moscow_times"), gold_of("moscow_times")["framing"]
    labels = [label.removesuffix(" (quoted)") for many in framing["labels"].values() for label in many]
    assert labels
    assert all(label in text for label in labels)
    speakers = {a["speaker"] for a in gold_of("moscow_times")["attributions"]}
    assert {event["according_to"] for event in framing["events"] if "according_to" in event} <= speakers


def test_claims_gold_is_the_handed_over_one_for_the_texts_here() -> None:
    points = json.loads(read(GOLD / "event" / "claims.json"))["points"]
    assert len(points) == 5
    assert {name for point in points for name in point["cells"]} == set(EVENT) == set(ARTICLES)
    assert {status for p in points for cell in p["cells"].values() for status in cell["status"]} <= set(schema.STATUSES)


# The passages


def test_passages_are_many_named_once_and_cover_every_act_and_kind() -> None:
    attributions = [a for passage in PASSAGES for a in passage["attributions"]]
    assert len(PASSAGES) >= 45
    assert len({passage["id"] for passage in PASSAGES}) == len(PASSAGES)
    assert {a["act"] for a in attributions} == set(schema.ACTS)
    assert {a["kind"] for a in attributions} == set(schema.KINDS)
    assert {p["id"] for p in PASSAGES if not p["attributions"]} == {
        p["id"] for p in PASSAGES if p["id"].startswith("none-")
    }


def spans_of(attribution: dict[str, Any]) -> list[list[int]]:
    return [*attribution["content"], *(attribution[role] for role in ("cue", "source") if attribution[role])]


@pytest.mark.parametrize("passage", PASSAGES, ids=lambda passage: passage["id"])
def test_passage_spans_are_whole_words_and_do_not_overlap(passage: dict[str, Any]) -> None:
    text = passage["text"]
    inside_words = {place for word in re.finditer(r"\w+", text) for place in range(word.start() + 1, word.end())}
    for a in passage["attributions"]:
        spans = sorted(spans_of(a))
        assert all(text[s:e] and text[s:e] == text[s:e].strip(" .,") for s, e in spans)
        assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))
        assert not inside_words & {edge for span in spans for edge in span}


@pytest.mark.parametrize("passage", PASSAGES, ids=lambda passage: passage["id"])
def test_passage_kind_agrees_with_its_quotation_marks(passage: dict[str, Any]) -> None:
    text = passage["text"]
    for a in passage["attributions"]:
        before = {text[:start].rstrip(" \u00a0")[-1:] for start, _ in a["content"]}
        inside = "".join(text[start:end] for start, end in a["content"])
        opened = before <= set(MARKS) and before != {""}
        transcript = a["cue"] is None and before == {":"}
        is_direct = opened or (transcript and not passage["id"].startswith("headline"))
        is_mixed = not is_direct and bool(re.search(r"[“„«\"]|(?<!\w)[‘']", inside))
        assert a["kind"] == ("direct" if is_direct else "mixed" if is_mixed else "indirect")


@pytest.mark.parametrize("passage", PASSAGES, ids=lambda passage: passage["id"])
def test_passage_speakers_are_named_in_the_passage(passage: dict[str, Any]) -> None:
    for a in passage["attributions"]:
        source = passage["text"][slice(*a["source"])] if a["source"] else None
        assert (a["speaker"] is None) == (source is None)
        assert a["speaker"] is None or a["speaker"] in passage["text"]
        assert a["pronoun"] == (
            source is not None and source.lower() in {"it", "he", "she", "they", "her", "him", "his", "their"}
        )


# The tables of the user


@pytest.mark.parametrize("article_id", EVENT)
def test_every_gold_speaker_resolves_by_the_alias_table(article_id: str) -> None:
    for a in gold_of(article_id)["attributions"]:
        if a["speaker"] is None:
            continue
        assert resolved(a["speaker"], article_id) == a["speaker"]
        if not a.get("pronoun"):
            assert resolved(a["source_text"], article_id) == a["speaker"], a["source_text"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Russian military", "U.S. military"),
        ("SANA", "Syrian state-run media"),
        ("unnamed monitoring group", "Syrian Observatory for Human Rights"),
    ],
)
def test_what_the_gold_keeps_apart_stays_apart(one: str, other: str) -> None:
    names = {resolved(one, article_id) for article_id in EVENT} | {resolved(other, article_id) for article_id in EVENT}
    assert names == {one, other}


def test_the_military_is_decided_only_where_the_text_decides() -> None:
    decided = {article_id for article_id in EVENT if resolved("the military", article_id)}
    assert decided == {"moscow_times", "rt"}
    assert resolved("the military", "rt") == "Russian military"


def test_parties_name_only_outlets_and_texts_that_exist_and_sides_that_are_described() -> None:
    rows = table(DATA / "parties.csv")
    assert {row["article_id"] for row in rows} <= {"", *ARTICLES}
    assert {row["outlet"] for row in rows} <= {"", *(row["outlet"] for row in ARTICLES.values())}
    readme = read(DATA / "README.md")
    assert all(f"| {row['party']} |" in readme for row in rows)


def test_every_referent_phrase_stands_in_a_text() -> None:
    referents = entities.load_referents(DATA / "referents.csv")
    texts = [entities.normal(text_of(article_id)) for article_id in EVENT]
    missing = [phrase for phrase in referents["phrase"] if not any(entities.normal(phrase) in text for text in texts)]
    assert not missing
    assert {*referents["party"]} - {""} <= {row["party"] for row in table(DATA / "parties.csv")}


def test_every_referent_phrase_is_listed_once() -> None:
    phrases = [entities.normal(phrase) for phrase in entities.load_referents(DATA / "referents.csv")["phrase"]]
    assert sorted(phrases) == sorted(set(phrases))


def token_starts(text: str, start: int, end: int) -> set[int]:
    return {m.start() + start for m in re.finditer(r"\w+", text[start:end])}


@pytest.mark.parametrize("row", table(DATA / "quotes.csv"), ids=lambda row: f"{row['article_id']}: {row['quote'][:30]}")
def test_every_quote_stands_once_in_its_text_and_is_in_the_gold(row: dict[str, Any]) -> None:
    text = text_of(row["article_id"])
    assert text.count(row["quote"]) == 1
    start = text.index(row["quote"])
    words = token_starts(text, start, start + len(row["quote"]))
    same = [
        a
        for a in gold_of(row["article_id"])["attributions"]
        if words == set().union(*(token_starts(text, *span) for span in a["spans"]))
    ]
    assert [(a["speaker"], a["cue"]) for a in same] == [(row["speaker"], row["cue"])]


# The data dictionary and the templates


@pytest.mark.parametrize("name", ["articles.csv", "parties.csv", "referents.csv", "quotes.csv"])
def test_data_dictionary_names_every_column_in_order(name: str) -> None:
    section = read(DATA / "README.md").split(f"\n`{name}`\n", 1)[1].split("\n\n", 1)[0]
    documented = re.findall(r"^\| (\w+) \|", section, re.MULTILINE)[1:]
    assert documented == list(pd.read_csv(DATA / name, nrows=0).columns)


def test_template_manifest_names_its_example_texts_marked_as_invented() -> None:
    files = [row["file"] for row in table(TEMPLATES / "articles.csv")]
    assert sorted(files) == sorted(path.name for path in TEMPLATES.glob("*.txt"))
    assert all(name.startswith("example_invented_") for name in files)
    assert "invented" in read(TEMPLATES / "README.md").splitlines()[0]


def test_template_tables_have_the_columns_of_the_example_and_load() -> None:
    for name in ("parties.csv", "referents.csv", "quotes.csv"):
        assert list(pd.read_csv(TEMPLATES / name, nrows=0)) == list(pd.read_csv(DATA / name, nrows=0))
    parties = entities.load_parties(TEMPLATES / "parties.csv")
    referents = entities.load_referents(TEMPLATES / "referents.csv")
    texts = entities.normal(" ".join(read(path) for path in TEMPLATES.glob("*.txt")))
    assert all(entities.normal(phrase) in texts for phrase in [*parties["alias"], *referents["phrase"]])


def test_template_codebook_loads_and_finds_each_frame_in_the_example_texts() -> None:
    book = codebook.load_codebook(TEMPLATES / "codebook.yml")
    texts = [read(path) for path in sorted(TEMPLATES.glob("*.txt"))]
    found = {frame.name for frame in book.frames if any(frame.find(text)[0] for text in texts)}
    assert found == {frame.name for frame in book.frames}


def test_template_claims_find_each_version_in_the_example_texts() -> None:
    path = TEMPLATES / "claims.yml"
    texts = [read(path) for path in sorted(TEMPLATES.glob("*.txt"))]
    for point in codebook.read_yaml(path)["points"]:
        for version in point["versions"]:
            wanted = codebook.compiled(version, "patterns", path.name)
            assert any(patterns.find((pattern,), text) for pattern in wanted for text in texts), version["name"]
