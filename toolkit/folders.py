"""Folders of one's own: made from the templates, opened in JupyterLab, their notebooks run and written as HTML."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from . import nlp, resources
from .export import atomic
from .schema import InputError

_SECONDS_A_CELL = 600


def make_folder(folder: Path) -> Path:
    """A new folder with templates, an invented example and the notebooks. A folder that holds something is refused."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder} is there already and is not empty; name a new folder.")
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(
        resources.path("templates"), folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__")
    )
    notebooks = folder / "notebooks"
    notebooks.mkdir()
    for notebook in notebook_files(resources.shipped("notebooks")):
        shutil.copyfile(notebook, notebooks / notebook.name)
    example = next(path for path in sorted(resources.shipped("data").iterdir()) if path.is_dir())
    shutil.copytree(example, folder / "data" / example.name)
    return folder


def notebook_files(folder: Path) -> list[Path]:
    """The notebooks of a folder, in order."""
    found = sorted(folder.glob("*.ipynb")) if folder.is_dir() else []
    if not found:
        raise InputError(f"{folder} holds no notebooks; name the folder that does.")
    return found


def open_lab(folder: Path | None) -> int:
    """JupyterLab on a folder's first notebook, until it is stopped; without a folder, on the shipped notebooks."""
    folder = folder or resources.shipped("notebooks")
    inner = folder / "notebooks"
    first = notebook_files(inner if inner.is_dir() else folder)[0]
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url=/lab/tree/{first.relative_to(folder).as_posix()}",
    ]
    return subprocess.call(command)


def run_notebooks(folder: Path | None, out: Path) -> list[Path]:
    """Run every notebook in a kernel of its own and write it as HTML to `out`/notebooks; the sources stay as they are.

    A notebook that stops with an error is an InputError that names it and says what the error was.
    """
    pages = []
    sources = notebook_files(folder or resources.shipped("notebooks"))
    for source in nlp.progress(sources, "notebooks", len(sources)):
        page = out / "notebooks" / f"{source.stem}.html"
        with atomic(page) as made:
            made.write_text(_executed(source, out.resolve()), encoding="utf-8", newline="\n")
        pages.append(page)
    return pages


def _executed(source: Path, out: Path) -> str:
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError
    from nbconvert import HTMLExporter

    notebook = nbformat.read(source, as_version=4)
    os.environ["SOURCE_BIAS_OUT"] = str(out)  # the notebooks write their charts there
    client = NotebookClient(notebook, timeout=_SECONDS_A_CELL, resources={"metadata": {"path": str(source.parent)}})
    try:
        client.execute()
    except CellExecutionError as error:
        raise InputError(
            f"{source.name} stopped with an error: {error.ename}: {error.evalue}; run it in JupyterLab to see where."
        ) from error
    exporter = HTMLExporter(template_name="classic")
    html, _ = exporter.from_notebook_node(notebook)
    return str(html)
