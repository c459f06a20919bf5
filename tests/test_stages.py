"""Chunks: the same bytes however the articles are cut up, in however many processes, cached or not."""

from __future__ import annotations

import math
import os
import pickle
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from framing_gold import DATA
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit import schema, stages, store, workers
from toolkit.articles import read
from toolkit.cache import Cache
from toolkit.files import Files
from toolkit.framing import find_agency, find_claims, find_labels, find_stance
from toolkit.pipeline import read_tables
from toolkit.schema import Parts
from toolkit.sentiment import read_sentences
from toolkit.stages import Chunk, Given
from toolkit.store import Store, to_bytes
from toolkit.wording import measure_wording
from toolkit.workers import Local

SENTENCES = (
    "The mayor said that the bridge was safe.",
    "“Nobody was hurt,” Rita Moll added.",
    "The guards shot two strikers, and three people were killed.",
    "Clashes erupted at the gate.",
    "He claimed, without evidence, that the “so-called truce” had failed; the army denied it.",
    "It rained on the quay.",
    "According to the union, the army of the north returned fire.",
    "Die Brücke ist gesperrt, und niemand weiß, wie lange das noch so bleibt.",
)
PARTIES = pd.DataFrame({"alias": ["the army", "the union"], "speaker": ["army", "union"], "party": ["North", "South"]})
REFERENTS = pd.DataFrame(
    {"phrase": ["army", "strikers"], "referent": ["army", "strikers"], "party": ["North", "South"]}
)


def written(tables: Mapping[str, Parts | pd.DataFrame]) -> dict[str, Any]:
    """Tables as text, with types and notes: what two runs must agree in."""
    whole = {name: table.joined() if isinstance(table, Parts) else table for name, table in tables.items()}
    return {
        name: (schema.flat(frame).to_csv(), schema.notes_of(frame), [*map(str, frame.dtypes)])
        for name, frame in whole.items()
    }


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    folder = tmp_path_factory.mktemp("files")
    PARTIES.to_csv(folder / "parties.csv", index=False)
    REFERENTS.to_csv(folder / "referents.csv", index=False)
    points = (
        "- point: what failed\n  silent: [a1, elsewhere]\n  versions:\n  - name: truce\n    patterns: [truce .. fail]\n"
    )
    points += "- point: weather\n  versions:\n  - name: rain\n    patterns: [it rain]\n"
    (folder / "claims.yml").write_text(f"version: 1\npoints:\n{points}", encoding="utf-8")
    return Files(folder / "parties.csv", folder / "referents.csv", claims=folder / "claims.yml")


def articles_of(texts: list[list[str]]) -> pd.DataFrame:
    rows = [{"text": " ".join(text), "article_id": f"a{i}", "outlet": f"o{i % 3}"} for i, text in enumerate(texts)]
    return read([pd.DataFrame(rows)]).articles


def joined(articles: pd.DataFrame, known: Given, sizes: list[int]) -> dict[str, Any]:
    """The tables of the articles, cut into chunks of these sizes in turn."""
    kept, first, rows = Store(), 0, range(len(articles))
    while first < len(articles):
        size = sizes[first % len(sizes)]
        for chunk in Chunk(articles).parts([rows[first : first + size]]):
            for content in stages.contents(chunk, known, "all", each=False):
                kept.add(content)
        first += size
    return written(stages.finish(kept.parts(), articles, known))


@settings(max_examples=6)
@given(
    texts=st.lists(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4), min_size=1, max_size=6),
    sizes=st.lists(st.integers(1, 4), min_size=1, max_size=3),
)
def test_the_size_of_chunks_changes_no_byte(texts: list[list[str]], sizes: list[int], files: Files) -> None:
    articles, known = articles_of(texts), Given.of(files)
    assert joined(articles, known, sizes) == joined(articles, known, [1])


def test_many_chunks_are_joined_as_few(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    articles, known = articles_of([[sentence] for sentence in SENTENCES]), Given.of(files)
    whole = joined(articles, known, [len(SENTENCES)])
    monkeypatch.setattr(store, "_ROWS", 30)
    monkeypatch.setattr(store, "_IN_MEMORY", 1)
    assert joined(articles, known, [1]) == whole


def test_chunks_tell_what_one_call_for_all_articles_tells(files: Files) -> None:
    articles = articles_of([list(SENTENCES[i:]) for i in range(len(SENTENCES))])
    found = read_tables(articles, files)
    quotes = found["quotes"].joined()
    tone = read_sentences(articles, quotes, parties=files.parties)
    whole = {
        "agency": find_agency(articles, quotes, referents=files.referents),
        "labels": find_labels(articles, quotes, referents=files.referents),
        "stances": find_stance(articles, quotes),
        "claims": find_claims(articles, quotes, files.claims or ""),
        "drivers": tone.drivers,
        "measures.sentiment": tone.measures,
        "measures.wording": measure_wording(articles, quotes),
    }
    chunked, direct = written(found), written(whole)
    for name, (rows, notes, types) in direct.items():
        assert (rows, sorted(notes), types) == (chunked[name][0], sorted(chunked[name][1]), chunked[name][2]), name


def test_several_processes_change_no_byte(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    articles = articles_of([[sentence] for sentence in SENTENCES[:4]])
    alone = written(read_tables(articles, files))
    monkeypatch.setattr(workers, "_FEW", 0)
    assert written(read_tables(articles, files, Local(jobs=2))) == alone


def test_gathered_quotes_and_corrections_hold_in_chunks(tmp_path: Path) -> None:
    files = Files(parties=DATA / "parties.csv", gathered=DATA / "quotes.csv")
    articles = read([DATA]).articles
    once = written(read_tables(articles, files))
    assert any("gathered by hand" in note for note in once["quotes"][1])
    assert written(read_tables(articles, files, Local(cache=Cache(tmp_path)))) == once


def test_what_travels_to_another_process_is_whole(files: Files) -> None:
    known = Given.of(files)
    again = pickle.loads(pickle.dumps(known))
    assert again.codebook == known.codebook
    assert again.claims == known.claims
    pd.testing.assert_frame_equal(again.parties, known.parties)


@given(
    values=st.lists(st.one_of(st.none(), st.floats(allow_nan=False)), max_size=5),
    words=st.lists(st.one_of(st.none(), st.text()), max_size=5),
    spans=st.lists(st.lists(st.integers(0, 9) | st.text(), max_size=3), max_size=5),
)
def test_tables_as_bytes_are_the_same_tables(values: list[Any], words: list[Any], spans: list[Any]) -> None:
    size = min(map(len, (values, words, spans)))
    rows = [{"value": values[i], "item": words[i], "start": i} for i in range(size)]
    quotes = [{"content": words[i], "fragments": spans[i], "edited": i % 2 == 0} for i in range(size)]
    note = schema.Note("{left} of {all:row}, {names:some}.", all=size, left=1, names=("a",))
    tables = {"m": schema.table(rows, "measures", ["Plain {x}.", note]), "q": schema.table(quotes, "quotes")}
    kept = Store()
    kept.add(to_bytes(tables))
    back = kept.parts()
    assert written(back) == written(tables)
    assert [math.isnan(v) for v in back["m"].joined()["value"]] == [math.isnan(v) for v in tables["m"]["value"]]


# The cache


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The articles that are really read, in order."""
    seen: list[str] = []
    before = stages.read

    def counting(chunk: Chunk, known: Given, wanted: str) -> dict[str, pd.DataFrame]:
        seen.extend(chunk.articles["article_id"])
        return before(chunk, known, wanted)

    monkeypatch.setattr(stages, "read", counting)
    return seen


def test_a_changed_article_costs_one_article(files: Files, tmp_path: Path, counted: list[str]) -> None:
    texts = [[sentence] for sentence in SENTENCES]
    engine = Local(cache=Cache(tmp_path))
    first = written(read_tables(articles_of(texts), files, engine))
    assert len(counted) == len(texts)
    assert written(read_tables(articles_of(texts), files, engine)) == first
    assert len(counted) == len(texts)
    texts[2] = ["The guards left."]
    changed = written(read_tables(articles_of(texts), files, engine))
    assert counted[len(texts) :] == ["a2"]
    assert changed == written(read_tables(articles_of(texts), files))


def edited(path: Path) -> None:
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")


@pytest.mark.parametrize("change", ["outlet", "skip", "parties", "claims", "code"])
def test_a_stale_result_cannot_be_read(
    change: str, files: Files, tmp_path: Path, counted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    articles, engine = articles_of([[SENTENCES[0]], [SENTENCES[3]]]), Local(cache=Cache(tmp_path))
    own = {kind: tmp_path / path.name for kind, path in files.given().items()}
    for kind, path in files.given().items():
        own[kind].write_bytes(path.read_bytes())
    read_tables(articles, Files(**own), engine)
    if change == "outlet":
        articles["outlet"] = "another"
    elif change == "skip":
        articles["skip"] = [[[0, 3, "credit"]], [[0, 3, "credit"]]]
    elif change == "code":
        monkeypatch.setattr(workers, "versions", lambda: {"source-bias-toolkit": "another"})
    else:
        edited(own[change])
    read_tables(articles, Files(**own), engine)
    assert len(counted) == 4


def test_what_nothing_rests_on_is_not_part_of_the_key(files: Files, tmp_path: Path, counted: list[str]) -> None:
    articles, engine = articles_of([[SENTENCES[0]]]), Local(cache=Cache(tmp_path))
    read_tables(articles, files, engine)
    read_tables(articles.assign(country="here", url="x"), files, engine)
    assert len(counted) == 1


def garbled(path: Path) -> None:
    path.write_bytes(b"this is no database" * 500)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def flipped(path: Path) -> None:
    with sqlite3.connect(path) as file:
        file.execute("UPDATE results SET content = zeroblob(100)")
    file.close()


def emptied(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("harm", [garbled, cut, flipped, emptied])
def test_a_damaged_cache_is_passed_by(harm: Callable[[Path], None], files: Files, tmp_path: Path) -> None:
    articles, engine = articles_of([[SENTENCES[0]], [SENTENCES[1]]]), Local(cache=Cache(tmp_path))
    first = written(read_tables(articles, files, engine))
    (path,) = tmp_path.glob("*.sqlite")
    harm(path)
    assert written(read_tables(articles, files, engine)) == first
    assert written(read_tables(articles, files, engine)) == first


def test_a_place_that_cannot_be_written_to_is_no_error(files: Files, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    articles = articles_of([[SENTENCES[0]]])
    engine = Local(cache=Cache(tmp_path / "file"))
    assert written(read_tables(articles, files, engine)) == written(read_tables(articles, files))


def test_the_cache_keeps_within_its_limit_and_drops_what_was_used_longest_ago(tmp_path: Path) -> None:
    contents = {f"k{i}": os.urandom(1000) for i in range(10)}
    for key, content in contents.items():
        with Cache(tmp_path, most=5_500) as cache:
            cache.put(key, content)
            cache.get("k0")
    with Cache(tmp_path) as cache:
        known = cache.known([*contents])
        assert known == {"k0", "k6", "k7", "k8", "k9"}
        assert all(cache.get(key) == contents[key] for key in known)
        assert cache.get("k1") is None


def test_two_runs_share_one_cache(tmp_path: Path) -> None:
    with Cache(tmp_path) as one, Cache(tmp_path) as other:
        for i in range(200):
            one.put(f"a{i}", b"one")
            other.put(f"b{i}", b"other")
    with Cache(tmp_path) as cache:
        assert len(cache.known([f"{run}{i}" for run in "ab" for i in range(200)])) == 400


def test_a_chunk_holds_the_rows_that_are_asked_for_in_that_order() -> None:
    whole = pd.DataFrame({name: [f"{name} {row}" for row in range(5)] for name in stages.COLUMNS})
    got = [list(chunk.articles["article_id"]) for chunk in Chunk(whole).parts([[3, 1], [], [4], [0, 1, 2]])]
    assert got == [[f"article_id {row}" for row in rows] for rows in ([3, 1], [], [4], [0, 1, 2])]
