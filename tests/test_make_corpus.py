"""The corpus that speed is measured on: as many articles as asked for, all invented, no two alike."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks import make_corpus
from toolkit import load_articles

ARTICLES = 300


@pytest.fixture(scope="module")
def corpus() -> pd.DataFrame:
    return pd.DataFrame(make_corpus.corpus(ARTICLES))


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    files = [tmp_path / f"{name}.parquet" for name in "abc"]
    for file, seed in zip(files, ("0", "0", "1"), strict=True):
        assert make_corpus.main(["30", str(file), "--seed", seed]) == 0
    one, same, _ = (file.read_bytes() for file in files)
    assert one == same
    assert set(pd.read_parquet(files[0])["text"]).isdisjoint(pd.read_parquet(files[2])["text"])


def test_an_article_is_the_same_in_a_corpus_of_any_size(corpus: pd.DataFrame) -> None:
    assert list(make_corpus.corpus(7)) == corpus.head(7).to_dict("records")


def test_no_article_is_a_copy_of_another(corpus: pd.DataFrame) -> None:
    loaded = load_articles(corpus)
    assert len(loaded) == ARTICLES
    assert loaded["copy_group"].isna().all()


def test_lengths_are_log_normal_around_the_mean(corpus: pd.DataFrame) -> None:
    words = corpus["text"].str.split().str.len()
    assert words.mean() == pytest.approx(500, rel=0.1)
    assert np.log(words).std() == pytest.approx(make_corpus.SPREAD, rel=0.15)
    assert words.mean() > words.median()


def test_every_article_says_that_it_is_invented_and_is_in_english(corpus: pd.DataFrame) -> None:
    assert corpus["text"].str.endswith(make_corpus.INVENTED).all()
    assert corpus["outlet"].str.endswith("(invented)").all()
    assert corpus["url"].str.contains("news.invalid").all()  # a name that no site can have
    assert set(load_articles(corpus.drop(columns="language"))["language"]) == {"en"}


@pytest.mark.parametrize(
    "real", ["Syria", "Russia", "Americ", "Caggins", "Interfax", "Moscow", "SANA", "Rojava", "Turkish"]
)
def test_nobody_real_is_named(corpus: pd.DataFrame, real: str) -> None:
    assert not corpus["text"].str.contains(rf"\b{real}").any()


def test_memory_does_not_grow_with_the_number(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        make_corpus.write(make_corpus.corpus(count, words=20), tmp_path / "corpus.parquet")
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(10)
    assert peak(1_500) < 1.3 * peak(500)
