"""The whole path in one call: files found, every table there, each number traceable to its words."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest
from framing_gold import DATA

from toolkit import schema, stages
from toolkit.articles import read
from toolkit.files import Files
from toolkit.pipeline import Analysis, analyse, questions, read_tables


@pytest.fixture(scope="module")
def example() -> Analysis:
    return analyse([DATA])


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """A folder of two short texts and nothing else."""
    (tmp_path / "north.txt").write_text("The port said nobody came. “We left,” Ilse Varga said.", encoding="utf-8")
    (tmp_path / "south.txt").write_text("Tom Oduya accused the port of hiding a loan.", encoding="utf-8")
    return tmp_path


def test_every_table_is_there_and_has_its_columns(example: Analysis) -> None:
    for name in ("articles", "quotes", "agency", "claims", "measures"):
        frame = getattr(example, name)
        assert len(frame) > 0
        assert list(frame.columns)[: len(schema.names(name))] == schema.names(name)
    assert set(example.measures["family"]) == {"framing", "sentiment", "wording"}
    assert set(example.comparisons) <= {question.name for question in example.questions}
    assert example.by == "party"


def test_measures_stand_in_articles_that_were_read(example: Analysis) -> None:
    texts = dict(zip(example.articles["article_id"], example.articles["text"], strict=True))
    for row in schema.records(example.measures.dropna(subset=["start"])):
        assert 0 <= row["start"] < row["end"] <= len(texts[row["article_id"]])
    assert set(example.measures["article_id"]) <= set(texts)
    quoted = set(example.measures["quote_id"].dropna())
    assert quoted <= set(example.quotes["quote_id"])


def test_gathered_quotes_of_the_folder_are_in_the_table(example: Analysis) -> None:
    assert example.files.gathered == DATA / "quotes.csv"
    assert example.quotes["edited"].any()
    assert not example.quotes["edited"].all()
    assert any("gathered by hand" in note for note in example.notes)


def test_the_same_input_and_seed_give_the_same_tables(example: Analysis) -> None:
    again = analyse([DATA], seed=0)
    for name in ("quotes", "agency", "claims", "measures", "drivers"):
        assert schema.flat(getattr(again, name)).to_csv() == schema.flat(getattr(example, name)).to_csv()
    for name, comparison in example.comparisons.items():
        assert again.comparisons[name].table.to_csv() == comparison.table.to_csv()
        assert again.comparisons[name].notes == comparison.notes


def test_a_comparison_can_be_made_by_any_column_of_the_articles(example: Analysis) -> None:
    loaded = read([DATA])
    loaded.articles["country"] = ["here" if i % 2 else "there" for i in range(len(loaded.articles))]
    by_country = analyse(loaded, example.files, by="country").comparisons
    assert set(by_country["sentiment"].table["group"]) == {"here", "there"}
    with pytest.raises(schema.InputError, match="planet"):
        analyse(loaded, example.files, by="planet")


def test_files_named_by_the_user_win_over_those_in_the_folder(
    two: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    shutil.copy(DATA / "parties.csv", two / "parties.csv")
    (two / "claims.yaml").write_text("version: 1\npoints: []\n", encoding="utf-8")
    mine = tmp_path_factory.mktemp("mine") / "aliases.csv"
    mine.write_text("alias,party\nthe port,Harbour\n", encoding="utf-8")
    files = Files(parties=mine).found_in([two])
    assert files.parties == mine
    assert files.claims == two / "claims.yaml"
    assert files.referents is None
    quotes = read_tables(read([two]).articles, files, wanted="quotes")["quotes"].joined()
    assert "Harbour" in set(quotes["party"].dropna())


def test_a_folder_without_a_party_table_is_compared_by_outlet(two: Path) -> None:
    found = analyse([two])
    assert found.by == "outlet"
    assert found.quotes["party"].isna().all()
    assert len(found.quotes) == 3
    assert len(found.claims) == 0


def test_a_table_of_articles_can_be_analysed_as_a_folder_can(two: Path) -> None:
    loaded = read([two]).articles
    found = analyse([loaded[["article_id", "outlet", "text"]]])
    assert list(found.quotes["content"]) == list(analyse([two]).quotes["content"])


def test_a_mistake_in_the_user_s_files_is_said_before_the_long_work(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (two / "quotes.csv").write_text("article_id,speaker,quote\nnowhere,Somebody,Words\n", encoding="utf-8")
    monkeypatch.setattr(stages, "read", None)
    with pytest.raises(schema.InputError, match="nowhere"):
        analyse([two])


def test_articles_without_any_quote_still_have_their_tables(tmp_path: Path) -> None:
    (tmp_path / "plain.txt").write_text("The ferry left the pier at six with forty cars on board.", encoding="utf-8")
    found = analyse([tmp_path])
    assert len(found.quotes) == 0
    assert len(found.measures) > 0


def test_questions_are_asked_in_plain_words() -> None:
    for by in ("party", "outlet", "speaker", "country"):
        asked = questions(by)
        assert len({question.name for question in asked}) == len(asked)
        assert not any("bias" in question.title.lower() for question in asked)


def test_the_quotations_of_a_copy_are_counted_once() -> None:
    (source,) = DATA.glob("afp*.txt")
    rows = pd.DataFrame(
        {"text": [source.read_text("utf-8")] * 2, "outlet": ["North", "South"], "article_id": ["n", "s"]}
    )

    def told(count: int) -> dict[str, list[str]]:
        found = analyse([rows.head(count)], by="outlet").comparisons.items()
        return {name: [note for note in c.notes if "counted in quotations" in note] for name, c in found}

    alone, beside_its_copy = told(1), told(2)
    assert sum(map(len, alone.values())) > 2
    assert alone == {name: beside_its_copy[name] for name in alone}
