"""Folders of one's own: made from the templates, opened in JupyterLab, their notebooks run and written as HTML."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from markupsafe import Markup

from . import nlp, resources
from .output import atomic
from .schema import InputError

EXAMPLE = "../data/khirbet-ammu-2020"  # what the notebooks show until they are told another folder
_SECONDS_A_CELL = 600
_AT_ONCE = 2
_WIDGET = "application/vnd.jupyter.widget-view+json"
_STYLE = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL)


def make_folder(folder: Path) -> Path:
    """A new folder with templates, an invented example and the notebooks. A folder that holds something is refused."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder} is there already and is not empty; name a new folder.")
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(resources.path("templates"), folder, dirs_exist_ok=True)
    notebooks = folder / "notebooks"
    notebooks.mkdir()
    for notebook in notebook_files(resources.shipped("notebooks")):
        cells = notebook.read_text(encoding="utf-8")  # those for one's own articles shall show this folder
        own = cells.replace(f'folder = r\\"{EXAMPLE}\\"', 'folder = r\\"..\\"')
        (notebooks / notebook.name).write_text(own, encoding="utf-8", newline="\n")
    shutil.copytree(resources.shipped("data"), folder / "data")
    return folder


def notebook_files(folder: Path) -> list[Path]:
    """The notebooks of a folder, in order."""
    found = sorted(folder.glob("*.ipynb")) if folder.is_dir() else []
    if not found:
        raise InputError(f"{folder} holds no notebooks; name the folder that does.")
    return found


def open_lab(folder: Path | None) -> int:
    """JupyterLab on the first notebook of a folder (the one you stand in), until it is stopped."""
    folder = (folder or Path()).resolve()
    inner = folder / "notebooks"
    if not inner.is_dir() and not list(folder.glob("*.ipynb")):
        raise InputError(f"{folder} holds no notebooks; make a folder that does with: source-bias init my-event")
    first = notebook_files(inner if inner.is_dir() else folder)[0].relative_to(folder)
    command = ["jupyterlab", f"--ServerApp.root_dir={folder}", f"--LabApp.default_url=/lab/tree/{first.as_posix()}"]
    return subprocess.call([sys.executable, "-m", *command], env={**os.environ, "JUPYTER_CONFIG_PATH": _settings()})


def _settings() -> str:
    """Where JupyterLab looks for settings: ours, which ask nobody about news from the network, beside the person's."""
    return os.pathsep.join(filter(None, [str(resources.path("lab")), os.environ.get("JUPYTER_CONFIG_PATH")]))


def run_notebooks(folder: Path | None, out: Path) -> list[Path]:
    """Run every notebook in a kernel of its own and write it as HTML to `out`/notebooks; the sources stay as they are.

    They run in a copy, with the folder `data` and the files beside them, and what they write to `../out` comes to
    `out`. A notebook that stops with an error is an InputError that names it and says what the error was.
    """
    sources = notebook_files(folder or resources.shipped("notebooks"))
    beside = sources[0].parent.parent
    with TemporaryDirectory() as name:
        place = Path(name)
        if (beside / "data").is_dir():
            shutil.copytree(beside / "data", place / "data")
        for file in filter(Path.is_file, beside.iterdir()):
            shutil.copyfile(file, place / file.name)
        (place / "notebooks").mkdir()
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            pages = list(nlp.progress(pool.map(lambda s: _page(s, place, out), sources), "notebooks", len(sources)))
        if (place / "out").is_dir():
            shutil.copytree(place / "out", out, dirs_exist_ok=True)
    return pages


def _page(source: Path, place: Path, out: Path) -> Path:
    page = out / "notebooks" / f"{source.stem}.html"
    with atomic(page) as made:
        made.write_text(_executed(source, place / "notebooks"), encoding="utf-8", newline="\n")
    return page


def _is_progress(output: dict[str, Any]) -> bool:
    """A progress bar: it says how fast this run was, and would make every page differ from the last one."""
    shown = output.get("data", {})
    return (output.get("name") == "stderr" and "\r" in str(output.get("text"))) or (
        _WIDGET in shown and "text/html" not in shown
    )


def _executed(source: Path, place: Path) -> str:
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError
    from nbconvert import HTMLExporter

    notebook = nbformat.reads(source.read_text(encoding="utf-8"), as_version=4)
    client = NotebookClient(
        notebook,
        timeout=_SECONDS_A_CELL,
        resources={"metadata": {"path": str(place)}},
        extra_arguments=["--IPKernelApp.log_level=ERROR"],
        store_widget_state=False,  # a page shows none, and would need a script for it
    )
    try:
        asyncio.run(client.async_execute())  # client.execute() leaves its event loop open in each thread
    except CellExecutionError as error:
        told = f"{source.name} stopped with an error: {error.ename}: {' '.join(error.evalue.split())}"
        raise InputError(f"{told}; run it in JupyterLab to see where.") from error
    for cell in notebook.cells:
        cell["outputs"] = [output for output in cell.get("outputs", []) if not _is_progress(output)]
        for output in cell["outputs"]:
            output.get("data", {}).pop(_WIDGET, None)  # without a kernel its other form is shown
    body, _ = HTMLExporter(template_name="basic").from_notebook_node(notebook)  # the full one loads scripts from afar
    styles = dict.fromkeys(_STYLE.findall(body))  # they belong in the head of a page, once each
    return resources.template("notebook.html.j2").render(
        title=source.stem.replace("_", " ").lstrip("0123456789 ").capitalize(),
        style=Markup("\n".join([resources.path("report.css").read_text(encoding="utf-8"), *styles])),
        body=Markup(_STYLE.sub("", body)),
    )
