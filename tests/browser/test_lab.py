"""JupyterLab as a person meets it: every notebook runs, shows what it promises, and asks nothing of other machines."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

from . import lab
from .watched import Watched, accessibility

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NOTEBOOKS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
MOST_SECONDS = 180  # for a machine with other work; with two cores of its own each notebook takes less than 60
DARK = "jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})"
LIGHT = "jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Light'})"
OURS = ".jp-OutputArea-output .sbt"


@pytest.fixture(scope="module")
def started(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """JupyterLab on a copy of the notebooks and the data: its address, and its own folder."""
    place, home = tmp_path_factory.mktemp("place"), tmp_path_factory.mktemp("home")
    for name in ("notebooks", "data"):
        shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns(".*"))
    with lab.started(place, home) as url:
        yield url, home


@pytest.fixture(scope="module")
def watched(browser: Browser, started: tuple[str, Path]) -> Iterator[Watched]:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    kept = Watched(page)
    page.goto(started[0])
    lab.wait_for_kernel(page)
    yield kept
    page.close()


@pytest.fixture
def page(watched: Watched) -> Page:
    return watched.page


def errors(notebook: lab.Notebook) -> list[str]:
    return ["\n".join(o["traceback"]) for o in notebook.outputs() if o["output_type"] == "error"]


def test_it_opens_on_the_first_notebook_and_asks_nothing(page: Page, pictures: Path) -> None:
    page.screenshot(path=pictures / "lab_first.png")
    assert page.evaluate("jupyterapp.shell.currentWidget.context.path") == "notebooks/00_start_here.ipynb"
    assert page.get_by_text("Jupyter news").count() == 0


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs(name: str, watched: Watched, pictures: Path) -> None:
    page = watched.page
    notebook = lab.Notebook(page, f"notebooks/{name}.ipynb")
    seconds = notebook.run_all()
    with (pictures / "seconds.txt").open("a", encoding="utf-8") as times:
        times.write(f"{name} {seconds:.1f}\n")
    assert errors(notebook) == []
    assert seconds < MOST_SECONDS
    notebook.stretch()
    notebook.picture(pictures / f"{name}.png")
    charts = page.locator(".jp-OutputArea-output img").all()
    assert all(len(chart.get_attribute("alt") or "") > 40 for chart in charts)
    assert ours_in_both_themes(page, pictures / f"{name}_dark.png", notebook) == []
    if name.startswith("06"):
        the_explorer_follows(page, notebook, pictures)
    notebook.close()
    assert watched.complaints == []
    assert watched.remote == []


def ours_in_both_themes(page: Page, picture: Path, notebook: lab.Notebook) -> list[str]:
    """What cannot be read for want of contrast in what we show, in the light theme and in the dark one."""
    if not page.locator(OURS).count():
        return []
    only = {"runOnly": ["color-contrast"]}
    found = accessibility(page, only, OURS)
    page.evaluate(DARK)
    page.wait_for_timeout(500)
    notebook.picture(picture)
    found += accessibility(page, only, OURS)
    page.evaluate(LIGHT)
    return found


def the_explorer_follows(page: Page, notebook: lab.Notebook, pictures: Path) -> None:
    """Another question is another chart, one outlet less is other quotations, and a search finds among them."""
    question = page.get_by_label("What is compared")
    question.select_option(label="Frames")
    chart = page.locator(".widget-html img")
    chart.and_(page.locator("[alt*='Which frames']")).wait_for()
    question.select_option(label="Who\u00a0gets\u00a0to\u00a0speak")
    chart.and_(page.locator("[alt*='Who gets to speak']")).wait_for()
    notebook.picture(pictures / "explorer_chart.png")
    page.get_by_role("tab", name="Quotations").click()
    rows = page.locator("table.quotes:visible tbody tr")
    rows.filter(has_text="BBC News").first.wait_for()
    page.get_by_label("BBC News", exact=True).uncheck()
    rows.filter(has_text="BBC News").first.wait_for(state="detached")
    page.get_by_label("Search in them").fill("returned fire")
    rows.filter(has_not_text="returned fire").first.wait_for(state="detached")
    assert rows.count() > 0
    notebook.picture(pictures / "explorer_quotations.png")


def test_the_kernel_of_another_environment_is_told_what_to_do(
    started: tuple[str, Path], page: Page, tmp_path: Path, pictures: Path
) -> None:
    """Every library is there but the toolkit: a .pth line does not read the .pth files of the folder that it names."""
    bare = tmp_path / "bare"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", bare], check=True)
    (inside,) = bare.glob("lib/python*/site-packages")
    (inside / "libraries.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    kernel = {"argv": [str(bare / "bin" / "python"), "-m", "ipykernel_launcher", "-f", "{connection_file}"]}
    spec = started[1] / "data" / "kernels" / "other"
    spec.mkdir(parents=True)
    (spec / "kernel.json").write_text(json.dumps(kernel | {"display_name": "Other", "language": "python"}))
    notebook = lab.Notebook(page, "notebooks/01_articles_and_quotes.ipynb")
    notebook.use_kernel("other")
    notebook.run_all()
    (told,) = errors(notebook)
    notebook.stretch()
    notebook.picture(pictures / "lab_other_kernel.png")
    assert "Change Kernel" in told
    assert "source-bias lab" in told
    notebook.close()


def test_a_folder_that_is_not_there_is_a_sentence(page: Page, pictures: Path) -> None:
    notebook = lab.Notebook(page, "notebooks/05_your_own_articles.ipynb")
    notebook.change("../data/khirbet-ammu-2020", "../my-evnt")
    notebook.run_all()
    (told,) = errors(notebook)
    notebook.stretch()
    notebook.picture(pictures / "lab_no_folder.png")
    assert "my-evnt" in told
    assert len(told.splitlines()) == 1
    notebook.close()
