"""The figures that the floors stand under: the scorer's own arithmetic, and what runs without the shared gold."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from framing_gold import DATA, GOLD
from hypothesis import given
from hypothesis import strategies as st

from toolkit import load_articles, schema
from toolkit.quotes.extract import extract_quotes
from training import evaluate, roles, scoring
from training.evaluate import Figure
from training.scoring import Attribution

QUICK = (evaluate.passage_figures, evaluate.event_figures, roles.speaker_figures)
sets_of_words = st.frozensets(st.integers(0, 12), min_size=1, max_size=6)
attributions = st.builds(Attribution, sets_of_words, st.frozensets(st.integers(20, 24), max_size=2))


@pytest.fixture(scope="module")
def event_score(shared: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("event_score", shared / "event_score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def gold_and_texts() -> Iterator[tuple[str, str, dict[str, object], Path]]:
    for name, _, gold in evaluate.accounts(DATA, GOLD):
        yield "event", name, gold, DATA / f"{name}.txt"


def test_it_agrees_with_the_shared_scorer(event_score: ModuleType) -> None:
    """The same counts on the eight accounts, for the same table of quotes."""
    texts = {name: text for name, text, _ in evaluate.accounts(DATA, GOLD)}
    articles = load_articles(evaluate.texts_table(texts))
    rows = evaluate.rows_by_article(extract_quotes(articles))
    theirs = event_score.score_quotes(rows, gold_and_texts())[0]
    mine = evaluate.account_tally(DATA, GOLD)
    names = {"gold": "gold", "predicted": "pred", "content": "content", "attribution": "full"}
    names |= {name: name for name in ("named", "named_right", "pronoun", "pronoun_right")}
    assert {name: mine[name] for name in names} == {name: theirs[other] for name, other in names.items()}


def test_it_counts_names_as_the_shared_scorer_does(event_score: ModuleType) -> None:
    for got, names in [("Moscow", ["Russia"]), ("the U.S. army", ["army"]), (None, ["army"]), ("Sana", ["SANA news"])]:
        assert scoring.same_name(got, names) == event_score.same_name(got, names)


@given(st.lists(attributions, max_size=5), st.lists(attributions, max_size=5))
def test_matches_are_one_to_one_and_close_enough(gold: list[Attribution], rows: list[Attribution]) -> None:
    pairs = scoring.matches(gold, rows)
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)
    for i, j in pairs:
        assert len(gold[i].content & rows[j].content) >= 0.5 * len(gold[i].content | rows[j].content)
    n = scoring.tally(gold, rows)
    assert n["exact"] <= n["content"] <= min(n["gold"], n["predicted"])
    assert n["attribution"] <= n["content"]


@given(st.lists(attributions, min_size=1, max_size=5, unique_by=lambda a: a.content))
def test_gold_against_itself_is_perfect_and_against_nothing_is_0(gold: list[Attribution]) -> None:
    assert scoring.f1(scoring.tally(gold, gold), "attribution") == 1
    assert scoring.f1(scoring.tally(gold, []), "attribution") == 0


def test_optional_gold_is_neither_hit_nor_miss() -> None:
    asked, optional = Attribution(frozenset({1, 2})), Attribution(frozenset({5, 6}), optional=True)
    for rows in ([asked], [asked, optional]):
        assert scoring.f1(scoring.tally([asked, optional], rows), "content") == 1


def test_marked_mentions_are_read_from_their_brackets() -> None:
    text, found = roles.marked_mentions("[Ana Sool] left. [She=Ana Sool/Sool] said so.")
    assert text == "Ana Sool left. She said so."
    assert [(text[s:e], names) for s, e, names in found] == [("Ana Sool", ["Ana Sool"]), ("She", ["Ana Sool", "Sool"])]


def test_a_figure_below_its_floor_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    figures = [
        Figure("set", "good", 0.9, "9/10"),
        Figure("set", "bad", 0.7, "7/10"),
        Figure("set", "none", float("nan"), ""),
    ]
    below = evaluate.report(figures, {"set: good": 0.9, "set: bad": 0.75, "set: none": 0.5})
    assert [line.split(" is ")[0] for line in below] == ["set: bad", "set: none"]
    assert "9/10" in capsys.readouterr().out


@given(st.floats(0, 1))
def test_a_new_floor_lies_a_little_below_what_was_reached(value: float) -> None:
    floor = evaluate.floor_under(value)
    assert 0 <= floor <= value
    assert value - floor < 0.021


def test_floors_are_only_written_when_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    floors = tmp_path / "floors.json"
    floors.write_text(json.dumps({"set: share": 0.99, "other: share": 0.5}), encoding="utf-8")
    monkeypatch.setattr(evaluate, "FLOORS", floors)
    monkeypatch.setattr(evaluate, "PAGE", tmp_path / "methods.md")
    (tmp_path / "methods.md").write_text("", encoding="utf-8")
    monkeypatch.setattr(evaluate, "measured", lambda _: iter([evaluate.share("set", "share", 9, 10)]))
    assert evaluate.main([]) == 1
    assert json.loads(floors.read_text(encoding="utf-8"))["set: share"] == 0.99
    assert evaluate.main(["--set-floors"]) == 0
    assert json.loads(floors.read_text(encoding="utf-8")) == {"set: share": 0.89, "other: share": 0.5}
    assert evaluate.main([]) == 0


def test_what_needs_no_shared_gold_stands_above_its_floors() -> None:
    floors = json.loads(evaluate.FLOORS.read_text(encoding="utf-8"))
    figures = [figure for measure in QUICK for figure in measure()]
    assert {figure.key for figure in figures} <= set(floors)
    assert evaluate.report(figures, floors) == []


def test_it_runs_without_torch_and_without_the_shared_gold(tmp_path: Path) -> None:
    """The module loads where torch cannot be imported; parts that need ../shared are left out by name."""
    probe = (
        "import sys; sys.modules['torch'] = None\n"
        "from pathlib import Path; from training import evaluate\n"
        f"evaluate.SHARED = Path({str(tmp_path)!r})\n"
        "for name in ('passage', 'event', 'speaker', 'news', 'act', 'agency'):\n"
        "    setattr(evaluate, name + '_figures', lambda: iter(()))\n"
        "print(list(evaluate.measured(False)))\n"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True, cwd=evaluate.ROOT)
    assert done.stdout.count("Left out: ../shared/") == 2
    assert done.stdout.rstrip().endswith("[]")


def test_the_gold_of_the_example_belongs_to_its_texts() -> None:
    for _, text, gold in evaluate.accounts(DATA, GOLD):
        for marked in gold["attributions"]:
            assert all(text[s:e] for s, e in marked["spans"])
            assert marked["kind"] in schema.KINDS
