"""The notebooks: short cells and no outputs in git; run from end to end they say what they promise."""

from __future__ import annotations

import ast
import asyncio
import re
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from conftest import ROOT
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from test_views import Page, dangers

from toolkit import folders
from toolkit.schema import InputError

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NAMES = [path.stem for path in NOTEBOOKS]
EXPECTED = [
    "00_start_here",
    "01_articles_and_quotes",
    "02_framing",
    "03_sentiment",
    "04_wording",
    "05_your_own_articles",
    "06_explore",
]
LONGEST_CELL = 15


def cells(path: Path, kind: str) -> list[Any]:
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == kind]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every notebook run once, in a copy far from the repository."""
    place = tmp_path_factory.mktemp("copy")
    shutil.copytree(ROOT / "notebooks", place / "notebooks", ignore=shutil.ignore_patterns(".*"))
    shutil.copytree(ROOT / "data", place / "data")
    folders.run_notebooks(place / "notebooks", place / "out")
    return place / "out"


def html_of(out: Path, name: str) -> str:
    return (out / "notebooks" / f"{name}.html").read_text(encoding="utf-8")


def test_the_notebooks_are_the_promised_ones() -> None:
    assert NAMES == EXPECTED


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_a_notebook_is_clean_and_its_cells_are_short(path: Path) -> None:
    nbformat.validate(nbformat.read(path, as_version=4))
    for cell in cells(path, "code"):
        assert not cell.outputs
        assert cell.execution_count is None
        assert len(cell.source.splitlines()) <= LONGEST_CELL
        held = {type(node) for node in ast.walk(ast.parse(cell.source))}
        assert not held & {ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda}, cell.source


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_title_first_then_one_cell_of_paths_and_words_around_each_chart(path: Path) -> None:
    whole = nbformat.read(path, as_version=4).cells
    assert whole[0].cell_type == "markdown"
    assert whole[0].source.startswith("# ")
    assert [cell for cell in cells(path, "code") if re.search(r"^folder = ", cell.source, re.MULTILINE)] == [
        cells(path, "code")[0]
    ]
    for i, cell in enumerate(whole):
        if cell.cell_type == "code" and "tk.plot(" in cell.source and i + 1 < len(whole):
            beside = {whole[i - 1].cell_type, whole[i + 1].cell_type}
            assert beside == {"markdown"} or path.stem.startswith("05")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_links_lead_to_what_is_there(path: Path) -> None:
    for cell in cells(path, "markdown"):
        for target in re.findall(r"\]\(([^)]+)\)", cell.source):
            assert (path.parent / target).exists(), target


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_the_few_texts_are_called_what_they_are(path: Path) -> None:
    words = " ".join(cell.source for cell in cells(path, "markdown"))
    assert not re.search(r"bias score|\bbiased\b|propaganda", words, re.IGNORECASE)
    if not path.stem.startswith("05"):
        assert "proves nothing about an outlet" in words
        assert "summaries in our own words" in words


@pytest.mark.parametrize("name", EXPECTED)
def test_a_notebook_runs_from_top_to_bottom_and_shows_no_error(name: str, out: Path) -> None:
    page = Page(html_of(out, name))
    assert not re.search(r"Traceback|\bError\b:|Warning", page.text())
    assert "stderr" not in " ".join(attributes.get("data-mime-type", "") for _, attributes in page.tags)
    assert len(page.all("h1")) == 1


@pytest.mark.parametrize("name", EXPECTED)
def test_a_page_needs_nothing_from_elsewhere_and_tells_nothing_of_this_machine(name: str, out: Path) -> None:
    html = html_of(out, name)
    page = Page(html)
    assert not page.all("script")
    assert [found for found in dangers(page) if not found.startswith(("a to ", "svg", "<svg"))] == []
    for private in (str(out.parent), str(ROOT), str(Path.home()) + "/", "/tmp/"):
        assert private not in html


def test_the_first_page_says_who_says_what(out: Path) -> None:
    rows = re.findall(r"<tr>(.*?)</tr>", html_of(out, "00_start_here"), re.DOTALL)
    shown = [Page(f"<table><tr>{row}</tr></table>").words.get("td", []) for row in rows]

    def rows_with(words: str) -> str:
        return " | ".join(" ".join(cells) for cells in shown if words in " ".join(cells))

    fired, deviated = rows_with("returned fire"), rows_with("deviated from its route")
    assert "U.S.-led coalition" in fired
    assert "The Moscow Times" in fired
    assert "Myles Caggins" in fired
    assert "Voice of America" in fired
    assert "Russian military" in deviated
    assert "The Moscow Times" in deviated


def test_the_two_versions_stand_near_the_top(out: Path) -> None:
    """Within one screen: before the second heading of the page."""
    top = html_of(out, "00_start_here").split("<h2", 1)[0]
    assert "returned fire" in top
    assert "deviated from its route" in top


def test_what_the_notebooks_write_comes_out(out: Path) -> None:
    written = {path.stem for path in (out / "notebooks" / "charts").glob("*.png")}
    assert written == {
        "sides",
        "claims",
        "frames",
        "voices",
        "violence",
        "labels",
        "sentiment",
        "sentiment_harbour",
        "wording",
        "wording_harbour",
        "wording_places",
    }
    shown, made = (pd.read_csv(p) for p in (ROOT / "docs/images/sides.csv", out / "notebooks" / "charts" / "sides.csv"))
    assert shown[["group", "item"]].equals(made[["group", "item"]])
    assert made["estimate"].to_list() == pytest.approx(
        shown["estimate"].to_list(), abs=5
    )  # CPUs round 8 bits differently
    assert (out / "my_articles" / "report.html").is_file()
    assert sorted(path.stem for path in (out / "notebooks").glob("*.html")) == EXPECTED


def test_a_notebook_that_stops_is_named_with_its_error(tmp_path: Path) -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("raise ValueError('two\\nlines')", id="a")])
    (tmp_path / "notebooks").mkdir()
    nbformat.write(notebook, tmp_path / "notebooks" / "broken.ipynb")
    with pytest.raises(
        InputError, match=r"^broken\.ipynb stopped with an error: ValueError: two lines; run it"
    ) as caught:
        folders.run_notebooks(tmp_path / "notebooks", tmp_path / "out")
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out" / "notebooks" / "broken.html").exists()


def test_a_new_folder_s_notebooks_lead_to_its_own_articles_or_to_the_example(tmp_path: Path) -> None:
    made = folders.make_folder(tmp_path / "my-event")
    for name in EXPECTED:
        first = cells(made / "notebooks" / f"{name}.ipynb", "code")[0].source
        named = re.search(r'^folder = r?"([^"]+)"', first, re.MULTILINE)
        assert named, name
        place = (made / "notebooks" / named[1]).resolve()
        assert (place / "articles.csv").is_file()
        assert (place == made) == name.startswith(("05", "06"))


def test_a_mistake_in_a_notebook_is_one_sentence() -> None:
    cell = nbformat.v4.new_code_cell('import toolkit as tk\ntk.load_articles("nowhere")', id="a")
    notebook = nbformat.v4.new_notebook(cells=[cell])
    with pytest.raises(CellExecutionError):
        asyncio.run(NotebookClient(notebook).async_execute())
    (output,) = notebook.cells[0].outputs
    assert output.traceback == [output.evalue]
    assert output.evalue == "There is no file or folder nowhere; check the name."


def test_a_folder_without_notebooks_is_refused(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(InputError, match="holds no notebooks"):
            folders.run_notebooks(folder, tmp_path / "out")
