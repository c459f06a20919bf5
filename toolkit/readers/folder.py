"""The files of a folder that may be articles, in one order on every machine, and why the others are none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ..rawfile import UnreadableError
from .pages import ENDINGS as PAGES
from .records import Finding, left_out

MANIFEST = "articles.csv"
_NOT_ARTICLES = re.compile(
    r"(?:readme.*|licen[cs]e.*|claims\..*|codebook\..*|corrections\..*"
    r"|(?:parties|referents|quotes|agency|measures)\.(?:csv|tsv|xlsx|jsonl|parquet)"
    r"|report\.html|.*\.ipynb|\..*|__.*|~\$.*|thumbs\.db|desktop\.ini)",
    re.IGNORECASE,
)
_NOT_FOLDERS = ("out", "notebooks")
_OUTPUT_FOLDERS = ("charts", "tables")  # where a report stands beside them
_OF_A_PAGE = re.compile(r"(.+?)(?:_files|\.files|-Dateien|_fichiers|_archivos|_file)")  # as browsers name them


def walk(folder: Path) -> Iterator[Path | Finding]:
    """The files that may be articles. What the name tells to be none is set aside, and a finding says so.

    A folder inside that has a manifest of its own is another collection: it is left out, as is a link to a folder.
    """
    try:
        there = sorted(folder.iterdir())
    except OSError as error:
        yield left_out(folder, "", f"it cannot be opened ({error.strerror})", "check that it may be read")
        return
    names = {path.name for path in there}
    for path in there:
        if reason := _set_aside(path, names):
            yield Finding(str(path), "set aside", reason)
        elif not path.is_dir():
            yield path
        elif path.is_symlink():
            yield left_out(path, "", "it is a link to another folder", "name that folder as an input")
        elif (path / MANIFEST).is_file():
            yield left_out(path, "", f"it has an {MANIFEST} of its own", "name it as an input to read it")
        else:
            yield from walk(path)


def _set_aside(path: Path, beside: set[str]) -> str:
    """Why a file or folder is passed over by its name; empty where it may hold articles."""
    if _NOT_ARTICLES.fullmatch(path.name):
        return "its name says that it is no article"
    if not path.is_dir():
        return ""
    if path.name in _NOT_FOLDERS or (path.name in _OUTPUT_FOLDERS and "report.html" in beside):
        return "it is where results and notebooks are kept"
    page = _OF_A_PAGE.fullmatch(path.name)
    if page and any(f"{page[1]}{ending}".lower() in map(str.lower, beside) for ending in PAGES):
        return "it belongs to the saved page beside it"
    return ""


def inside(root: Path, name: str) -> Path:
    """The file that a manifest names; an UnreadableError where that is not in its folder."""
    try:
        file = root / name
        if name and file.resolve().is_relative_to(root.resolve()):
            return file
    except (OSError, ValueError):  # a NUL in the name, a link that loops
        pass
    raise UnreadableError(f"file {name[:60]!r} is not in this folder", "name a file beside the manifest")
