"""The documents hold: their code and commands print what they show, and their figures are those that are measured."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from collections import Counter
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest
import yaml
from conftest import ROOT
from framing_gold import articles_of
from test_framing_scare import CASES
from test_sentiment_gold import right

import toolkit as tk
from toolkit import cli, folders, framing, pipeline, resources, schema, stats
from toolkit.agreement import MIN_SAMPLED
from toolkit.comparison import MIN_ARTICLES
from toolkit.files import Files
from toolkit.framing.balance import measure_balance

DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
FOLDERS = ("docs", "data", "tests/gold", "training", "toolkit/resources")
PAGES = sorted({*ROOT.glob("*.md"), *(page for folder in FOLDERS for page in (ROOT / folder).rglob("*.md"))})
TEACHERS, METHODS = ROOT / "docs" / "teachers.md", ROOT / "docs" / "methods.md"
EXAMPLE = ROOT / "data" / "khirbet-ammu-2020"
FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.M | re.S)
SLOW = ("report", "lab", "notebooks")  # test_cli.py and test_notebooks.py run these

each_document = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)


class Block(NamedTuple):
    """A fenced block: its language, what is in it, and the output that the document shows under it."""

    language: str
    code: str
    shown: str | None


def blocks(path: Path) -> Iterator[Block]:
    """The blocks of a document in order; a ```text block that follows at once is the output of the one before."""
    text = path.read_text("utf-8")
    found = [*FENCE.finditer(text)]
    for match, after in zip_longest(found, found[1:]):
        follows = after is not None and after[2] == "text" and not text[match.end() : after.start()].strip()
        if match[2] != "text":
            yield Block(match[2], re.sub(f"^{match[1]}", "", match[3], flags=re.M), after[3] if follows else None)


def commands(code: str) -> Iterator[list[str]]:
    """The words of each command, as a shell would part them."""
    yield from filter(None, (shlex.split(line, comments=True) for line in code.splitlines()))


def tables(path: Path, first: str) -> list[list[str]]:
    """The rows of the document's tables whose first column is headed so."""
    found = re.findall(rf"^\| {re.escape(first)} \|.*\n\|[-|]+\n((?:\|.*\n)+)", path.read_text("utf-8"), re.M)
    return [[cell.strip() for cell in line.strip("|").split("|")] for rows in found for line in rows.splitlines()]


# What they run and name


@each_document
def test_what_a_document_runs_prints_what_it_shows(
    path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data").symlink_to(ROOT / "data")
    monkeypatch.chdir(tmp_path)
    if "source-bias init my-event" not in path.read_text("utf-8"):
        folders.make_folder(tmp_path / "my-event")
    names: dict[str, Any] = {"__name__": "document"}
    for block in blocks(path):
        capsys.readouterr()
        if block.language == "python":
            exec(compile(block.code, str(path), "exec"), names)
        elif block.language == "sh":
            run_the_quick(block.code)
        if block.shown is not None:
            printed = capsys.readouterr().out
            assert is_shown(block.shown, printed), f"{path.name}: {block.code}\nprints\n{printed}"
    for picture in (path.parent / "images").glob("*.svg"):
        if f"](images/{picture.name})" in path.read_text("utf-8"):
            assert is_shown(words_of(picture), words_of(tmp_path / "out" / picture.name)), picture.name


def is_shown(shown: str, printed: str) -> bool:
    """True where the words and counts are the same, and the figures as near as another machine makes them."""
    pairs = [*zip_longest(shown.split(), printed.split(), fillvalue="")]
    return all(a == b or ("." in a and "." in b and near(a, b)) for a, b in pairs)


def near(one: str, other: str) -> bool:
    try:
        return float(one) == pytest.approx(float(other), rel=0.05, abs=0.02)
    except ValueError:
        return False


def words_of(picture: Path) -> str:
    """The words and numbers that an SVG shows."""
    return " ".join(re.findall(r"[\w.]+", " ".join(re.findall(r">([^<>]+)</text>", picture.read_text("utf-8")))))


def run_the_quick(code: str) -> None:
    for words in commands(code):
        if words[0] == "source-bias" and words[1] not in SLOW:
            assert cli.main(words[1:]) in (cli.DONE, cli.REMARKS), words


def test_the_walk_for_journalists_quotes_the_figures_that_it_prints() -> None:
    page = ROOT / "docs" / "journalists.md"
    prose = FENCE.sub("", page.read_text("utf-8"))
    printed = " ".join(block.shown for block in blocks(page) if block.shown)
    figures = {f"0.{digits}" for digits in re.findall(r"(\d\d)%|p = \.(\d\d)", prose) for digits in digits if digits}
    assert figures - set(printed.split()) == {"0.95"}  # the level of the intervals
    ((quotes, of_two, rows),) = re.findall(r"\((\d+) quotations, (\d+) of.*?0\s+of (\d+) rows", prose, re.S)
    assert f" {quotes} quotes;" in printed
    assert f"0 of {rows} quotes checked" in printed
    assert f"articles {of_two} quotes" in words_of(page.parent / "images" / "who_speaks.svg")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(path: Path) -> None:
    for link in re.findall(r"\]\((?!https?:)([^)]+)", path.read_text("utf-8")):
        name, _, heading = link.partition("#")
        target = path.parent / name if name else path
        assert target.exists(), link
        assert not heading or heading in headings(target), link


def headings(path: Path) -> set[str]:
    """The anchors of a page, made of its headings as code hosts make them."""
    titles = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", title).strip().lower().replace(" ", "-") for title in titles}


@each_document
def test_every_file_that_is_named_is_there(path: Path) -> None:
    named = re.findall(r"`(\w[\w./-]+\.(?:py|tsv|txt|yml|json|jsonl|md|toml|lock|cff))`", path.read_text("utf-8"))
    folders = [ROOT / folder for folder in (".", "toolkit", "toolkit/resources", "data/khirbet-ammu-2020")]
    assert [name for name in named if not any((folder / name).exists() for folder in folders)] == []


@each_document
def test_every_make_target_that_is_named_is_there(path: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    typed = (words for block in blocks(path) if block.language == "sh" for words in commands(block.code))
    named = {word for words in typed if words[0] == "make" for word in words[1:]}
    assert named | set(re.findall(r"`make ([a-z]+)", path.read_text("utf-8"))) <= targets


def test_the_readme_holds_no_placeholder() -> None:
    assert not re.search(r"^[A-Z]{4,}$", (ROOT / "README.md").read_text("utf-8"), re.M)


def test_the_notebooks_the_readme_lists_are_those_there_are() -> None:
    listed = re.findall(r"\(notebooks/(\w+\.ipynb)\)", (ROOT / "README.md").read_text("utf-8"))
    assert listed == [path.name for path in sorted((ROOT / "notebooks").glob("*.ipynb"))]
    assert all(json.loads(path.read_text("utf-8"))["cells"] for path in (ROOT / "notebooks").glob("*.ipynb"))


def test_every_room_is_told_to_developers() -> None:
    page = (ROOT / "docs" / "developers.md").read_text("utf-8")
    files = [path for path in (ROOT / "toolkit").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()]
    told = [path.stem for path in files if f"`{path.stem}.py`" in page or f"`{path.name}/`" in page]
    assert {path.stem for path in files} - {"__init__"} == set(told)


def test_the_page_on_acts_counts_the_cues_and_names_some_of_them() -> None:
    cues = [row[:2] for row in resources.table("cues.tsv")]
    counts = Counter(act for _, act in cues)
    rows = [row for row in tables(ROOT / "docs" / "acts.md", "act") if len(row) == 3]
    assert {row[0]: int(row[1]) for row in rows} == pytest.approx(dict(counts), rel=0.05)
    assert [
        (cue, row[0]) for row in rows for cue in row[2].split(", ") if (cue, row[0]) not in set(map(tuple, cues))
    ] == []


# The lesson's numbers, counted again


Event = tuple[pd.DataFrame, pd.DataFrame, Files]


@pytest.fixture(scope="module")
def event() -> Event:
    """The example's articles, its quotes as the report has them, and its files."""
    articles, files = tk.load_articles(EXAMPLE), Files().found_in([EXAMPLE])
    return articles, pipeline.read_tables(articles, files, wanted="quotes")["quotes"].joined(), files


@pytest.fixture(scope="module")
def lesson() -> str:
    return " ".join(TEACHERS.read_text("utf-8").split())


def test_the_lesson_shows_parts_that_the_report_has(event: Event) -> None:
    labels = framing.find_labels(event[0], event[1], referents=event[2].referents)
    titles = {question.title for question in pipeline.questions("party", [labels])} | {"What each account says"}
    shown = [row[2] for row in tables(TEACHERS, "minutes") if row[2] != "nothing"]
    assert {title for part in shown for title in re.findall("“(.+?)”", part)} <= titles
    assert len(shown) == 4


def test_the_lesson_tells_who_was_killed(event: Event) -> None:
    claims = tk.find_claims(event[0], event[1], str(event[2].claims))
    killed = claims[(claims["point"] == "Who was killed") & (claims["status"] == "reports")]
    assert tables(TEACHERS, "account") == killed[["outlet", "version", "by"]].to_numpy().tolist()


def test_the_lesson_counts_who_is_quoted(event: Event, lesson: str) -> None:
    said = event[1][event[1]["act"].isin(schema.REPORTED_ACTS)]
    counts, whole = said.groupby(["outlet", "party"]).size(), said.groupby("outlet").size()
    parties = ("Russia", "US and coalition", "Syrian government")
    rows = [row for row in tables(TEACHERS, "outlet") if len(row) == len(parties) + 2]
    assert f"| outlet | {' | '.join(parties)} | all quotations |" in lesson
    assert [row[1:-1] for row in rows] == [[str(counts.get((row[0], p), 0)) for p in parties] for row in rows]
    assert {row[0]: int(row[-1]) for row in rows} == whole.to_dict()
    assert f"Of the {len(said)} quotations one is a resident's" in lesson
    assert (said["party"] == "People at the checkpoint").sum() == 1


def test_the_lesson_counts_who_is_left_out(event: Event) -> None:
    told = framing.violence(framing.find_agency(event[0], event[1], referents=event[2].referents))
    acts, nobody = (rows.groupby("telling")["events"].sum() for rows in (told, told[told["agent"] == "nobody named"]))
    rows = [row for row in tables(TEACHERS, "outlet") if len(row) == 3]
    assert {row[0]: (int(row[1]), int(row[2])) for row in rows} == {
        name: (acts[name], nobody[name]) for name in acts.index
    }


def test_the_lesson_counts_self_defence_and_says_whose_words_they_are(event: Event, lesson: str) -> None:
    frames = framing.measure_framing(event[0], event[1], codebook=event[2].codebook)
    hits = frames[frames["item"] == "self-defence"]
    theirs = hits[hits["party"] == "US and coalition"]
    own = int((theirs["whose_words"] == "speaker_verbatim").sum())
    points = tk.compare(frames, by="party", measure="frames").points
    rates = points[(points["item"] == "self-defence") & (points["group"] == "US and coalition")]["value"]
    assert f"“self-defence” match {len(hits)} times: {len(theirs)} in what the U.S. side" in lesson
    assert f"Only {own} of the {len(theirs)} stood in quotation marks. The other {len(theirs) - own}" in lesson
    (told,) = re.findall(
        r"quoted in (\d) of the 8. In those five the figure runs from about (\d+) to (\d+) times", lesson
    )
    assert int(told[0]) == len(rates)
    assert [float(told[1]), float(told[2])] == pytest.approx([rates.min(), rates.max()], rel=0.05)


def test_the_error_in_the_lesson_is_made(lesson: str) -> None:
    """Where it is no longer made, the lesson needs another one."""
    alone = tk.extract_quotes(tk.load_articles(EXAMPLE), parties=EXAMPLE / "parties.csv")
    assert not alone.loc[alone["article_id"] == "ap", "content"].str.contains("back off").any()
    (counts,) = (counts for key, _, counts in tables(METHODS, "figure") if key == "example: attribution F1")
    right, gold, given = re.findall(r"\d+", counts)
    assert f"a person marked {gold} quotations; the program gives {given}, and {right} of them with" in lesson


# Figures of the evaluation, and what the repository says of itself


def test_every_figure_of_the_evaluation_stands_in_methods_above_its_floor() -> None:
    floors: dict[str, float] = json.loads((ROOT / "training" / "floors.json").read_text("utf-8"))
    rows = tables(METHODS, "figure")
    assert sorted(key for key, _, _ in rows) == sorted(floors)
    for key, value, counts in rows:
        assert 0 <= float(value) - floors[key] < 0.03, key
        if share := re.fullmatch(r"(\d+)/(\d+)", counts):
            assert float(value) == pytest.approx(int(share[1]) / int(share[2]), abs=0.0006), key


def test_methods_names_every_measure_and_keyness_method_and_the_numbers_they_go_by(event: Event) -> None:
    page = METHODS.read_text("utf-8")
    tables = [
        tk.measure_framing(event[0], event[1], referents=event[2].referents),
        tk.measure_sentiment(event[0], event[1], parties=event[2].parties),
        tk.measure_wording(event[0], event[1]),
        measure_balance(event[0], event[1]),
    ]
    made = {re.sub("(?<=mentions: ).+", "REFERENT", name) for table in tables for name in table["measure"].unique()}
    assert [name for name in made if f"`{name}`" not in page] == []
    assert [name for name in stats.METHODS if f"`{name}`" not in page and name.split()[-1] not in page] == []
    assert f"{stats.RESAMPLES:,} resamples" in page
    assert f"at most {stats.BUDGET:,}, else {stats.DRAWS:,} random ones" in page
    assert f"from {MIN_ARTICLES} articles a group" in page
    assert f"interval from {MIN_SAMPLED} articles" in page


def test_what_a_person_read_is_what_methods_says() -> None:
    page = METHODS.read_text("utf-8")
    held = [right(without, "held") for without in ((), "all")]
    assert f"{held[0]} of 30; VADER as published {held[1]} of 30" in page
    passages = articles_of(*(case["text"] for case in CASES))
    found = framing.find_scare_quotes(passages, tk.extract_quotes(passages))
    given = set(zip(found["article_id"], found["words"], strict=True))
    wanted = {(str(number), words) for number, case in enumerate(CASES) for words in case["scare"]}
    assert f"| {len(given & wanted)} of {len(wanted)} found, {len(given)} given |" in page


def test_shares_told_elsewhere_are_those_of_the_evaluation() -> None:
    shares = (re.match(r"(\d+)(?:/| of )(\d+)", counts) for _, _, counts in tables(METHODS, "figure"))
    known = {(int(share[1]), int(share[2])) for share in shares if share}
    known |= {(of - right, of) for right, of in known}
    pages = (ROOT / "README.md", ROOT / "docs" / "journalists.md")
    told = [share for page in pages for share in re.findall(r"(\d+)\s+of (?:the )?(\d+)", page.read_text("utf-8"))]
    assert len(told) > 10
    assert {(int(right), int(of)) for right, of in told if right != "0"} <= known


def test_version_date_and_authors_agree() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    newest = re.search(r"^## (\S+) \((\S+)\)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
    assert newest is not None
    assert newest.groups() == (citation["version"], citation["date-released"])
    assert citation["version"] == project["version"]
    assert citation["authors"] == project["authors"]
    assert {"cff-version", "message", "title", "type", "license", "keywords"} < set(citation)


def test_binder_builds_from_environment_yml_with_the_whole_repository() -> None:
    """A local file among pip's lines makes it copy the repository first; any of these names would be read instead."""
    entries = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))["dependencies"]
    (pip,) = (entry["pip"] for entry in entries if isinstance(entry, dict))
    assert {"-e .", "-c constraints.txt"} <= set(pip)
    assert not [name for name in ("binder", ".binder", "Dockerfile", "postBuild", "start") if (ROOT / name).exists()]
