"""The one-way law: rooms pass tables and don't call sideways. Every import counts, those inside functions too."""

from __future__ import annotations

import ast
import statistics
import subprocess
import sys
from collections.abc import Collection, Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from conftest import ROOT

TOOLKIT = ROOT / "toolkit"
_TEXT = {"schema", "nlp", "entities", "resources"}
_BELOW_PIPELINE = _TEXT | {"stats", "result", "csvfile", "whose_words", "cleaning", "articles", "readers", "quotes"}
_BELOW_PIPELINE |= {
    "rawfile",
    "workbook",
    "speakers",
    "corrections",
    "grammar",
    "framing",
    "sentiment",
    "wording",
    "comparison",
    "agreement",
    "drawing",
    "charts",
    "panels",
    "views",
    "output",
}

_ALL = _BELOW_PIPELINE | {"files", "cache", "store", "stages", "workers", "scale", "pipeline", "evidence", "explorer"}
_ALL |= {"report", "folders"}

# A room may import itself and what stands here, and nothing else of the package. `door` is toolkit/__init__.py.
LAW: dict[str, set[str]] = {
    "schema": set(),
    "stats": set(),
    "resources": set(),
    "result": {"schema"},
    "agreement": {"schema", "stats", "csvfile"},
    "cells": set(),
    "rawfile": {"schema"},
    "workbook": {"rawfile"},
    "csvfile": {"schema", "cells", "rawfile", "workbook"},
    "nlp": {"schema"},
    "entities": {"schema", "nlp", "csvfile", "resources"},
    "whose_words": {"schema", "nlp"},
    "cleaning": {"schema", "resources"},
    "readers": {"schema", "csvfile", "rawfile", "workbook", "cleaning"},
    "articles": {"schema", "csvfile", "rawfile", "cleaning", "readers"},
    "speakers": _TEXT,
    "quotes": _TEXT | {"csvfile", "cells", "speakers"},
    "corrections": _TEXT | {"csvfile", "cells", "output", "quotes", "speakers"},
    "grammar": {"nlp", "resources"},
    "framing": _TEXT | {"whose_words", "grammar"},
    "sentiment": _TEXT | {"whose_words"},
    "wording": _TEXT | {"whose_words"},
    "comparison": {"schema", "stats", "result"},
    "drawing": {"result"},
    "charts": {"schema", "result", "drawing"},
    "panels": {"schema", "drawing"},
    "views": {"schema", "result", "resources", "whose_words"},
    "output": {"schema", "result", "cells"},
    "files": {"schema", "resources", "entities", "framing", "corrections", "quotes", "readers"},
    "cache": {"resources"},
    "store": {"schema"},
    "stages": _BELOW_PIPELINE | {"files", "store"},
    "workers": {"schema", "nlp", "readers", "stages", "store", "cache"},
    "scale": {"schema", "nlp", "readers", "output", "cache", "stages", "store", "workers"},
    "pipeline": _BELOW_PIPELINE | {"files", "stages", "workers"},
    "explorer": _BELOW_PIPELINE | {"pipeline", "evidence"},
    "evidence": _BELOW_PIPELINE | {"pipeline"},
    "report": _BELOW_PIPELINE | {"files", "pipeline", "evidence"},
    "folders": {"schema", "nlp", "resources", "output"},
    "cli": _ALL,
    "door": _ALL,
}

# What is heavy or may be exchanged one day is known to one place.
ONLY_IN = {
    "spacy": {"nlp"},
    "nupunkt": {"nlp"},
    "onnxruntime": {"quotes.tagger"},
    "tokenizers": {"quotes.tagger"},
}
FETCHERS = {"urllib.request", "http.client", "requests", "httpx", "aiohttp", "socket", "ftplib", "huggingface_hub"}
FETCHERS |= {"nltk.download", "nltk.downloader", "nltk.corpus", "nltk.data", "nltk.sentiment", "spacy.cli"}
SLOW_TO_LOAD = "spacy nupunkt nltk scipy matplotlib onnxruntime tokenizers vaderSentiment"
LONGEST_FILE, LONGEST_FUNCTION, MEDIAN_FUNCTION = 400, 60, 15


@cache
def module_names() -> dict[str, Path]:
    """Every module of the package by its name inside the package; the door is the empty name."""
    files = (file for file in TOOLKIT.rglob("*.py") if "shipped" not in file.parts)
    return {".".join(_parts(file)): file for file in sorted(files)}


def _parts(file: Path) -> list[str]:
    parts = list(file.relative_to(TOOLKIT).with_suffix("").parts)
    return parts[:-1] if parts[-1] == "__init__" else parts


def imported(tree: ast.AST, module: str, is_package: bool) -> Iterator[str]:
    """Full dotted names of all that is imported anywhere in a tree; ours begin with `toolkit`."""
    package = ["toolkit", *module.split(".")] if module else ["toolkit"]
    package = package if is_package else package[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            yield from (".".join([*base, *filter(None, [node.module]), alias.name]) for alias in node.names)


def edges(source: str, module: str, known: Collection[str], is_package: bool = False) -> set[str]:
    """The modules of the package that a module imports; a name that is no module belongs to the one that holds it."""
    found = set()
    for name in imported(ast.parse(source), module, is_package):
        if _under(name, ["toolkit"]):
            inner = name.removeprefix("toolkit").removeprefix(".")
            while inner and inner not in known:
                inner = inner.rpartition(".")[0]
            found.add(inner)
    return found - {module}


def _under(name: str, owners: Collection[str]) -> bool:
    """True where a dotted name is one of the owners or inside one."""
    return any(f"{name}.".startswith(f"{owner}.") for owner in owners)


def room(module: str) -> str:
    """The room a module belongs to: its first name, or the door."""
    return module.partition(".")[0] or "door"


def forbidden(source: str, module: str, known: Collection[str], is_package: bool = False) -> set[str]:
    """The rooms that a module imports against the law."""
    here = room(module)
    return {room(other) for other in edges(source, module, known, is_package)} - LAW[here] - {here}


def read(module: str) -> tuple[str, bool]:
    """A module's source, and whether it is a package's own file."""
    file = module_names()[module]
    return file.read_text(encoding="utf-8"), file.name == "__init__.py"


@pytest.mark.parametrize("module", module_names())
def test_each_module_keeps_the_law(module: str) -> None:
    assert room(module) in LAW, f"toolkit/{module} is in no room of the law"
    source, is_package = read(module)
    assert forbidden(source, module, module_names(), is_package) == set()


@pytest.mark.parametrize(
    ("module", "source", "caught"),
    [
        ("schema", "from . import nlp", {"nlp"}),
        ("sentiment", "from .whose_words import voices\ndef f():\n    from . import stats", {"stats"}),
        ("charts", "if TYPE_CHECKING:\n    from .stats import mean", {"stats"}),
        ("charts", "import toolkit.nlp", {"nlp"}),
        ("charts", "from toolkit import nlp", {"nlp"}),
        ("quotes.tagger", "from ..stats import mean", {"stats"}),
        ("quotes.tagger", "from .words import Words\nfrom .. import schema", set()),
        ("stats", "from toolkit import load_articles", {"door"}),
        ("cli", "from . import nlp, pipeline", set()),
        ("stats", "import numpy, toolkits", set()),
    ],
)
def test_a_breach_of_the_law_is_seen(module: str, source: str, caught: set[str]) -> None:
    assert forbidden(source, module, [*LAW, "quotes.tagger", "quotes.words"]) == caught


def test_the_law_itself_runs_one_way() -> None:
    order = list(TopologicalSorter(LAW).static_order())
    assert set(order) == set(LAW)
    measures = {"framing", "sentiment", "wording"}
    assert all(not LAW[one] & (measures - {one}) for one in measures)


def test_no_module_imports_itself_in_a_circle() -> None:
    graph = {}
    for module in module_names():
        source, is_package = read(module)
        graph[module] = edges(source, module, module_names(), is_package)
    assert set(TopologicalSorter(graph).static_order()) == set(module_names())


def outside(module: str) -> set[str]:
    """What a module takes from other libraries: the names it imports, and the dotted names in its code."""
    source, is_package = read(module)
    tree = ast.parse(source)
    dotted = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return {name for name in {*imported(tree, module, is_package), *dotted} if not _under(name, ["toolkit"])}


@pytest.mark.parametrize("library", ONLY_IN)
def test_what_is_heavy_is_known_to_one_place(library: str) -> None:
    users = {module for module in module_names() if any(_under(name, [library]) for name in outside(module))}
    assert users == ONLY_IN[library]


@pytest.mark.parametrize("module", module_names())
def test_nothing_imports_what_could_fetch(module: str) -> None:
    assert {name for name in outside(module) if _under(name, FETCHERS)} == set()


@pytest.mark.parametrize("module", module_names())
def test_training_and_benchmarks_stay_outside(module: str) -> None:
    assert {name for name in outside(module) if _under(name, ["training", "benchmarks", "tests"])} == set()


@pytest.mark.parametrize("module", sorted({*module_names()} - {"nlp", ""}))
def test_no_import_by_a_computed_name(module: str) -> None:
    """What the law can't see must not exist; but nlp picks an installed model, and the door loads names when used."""
    names = {node.id for node in ast.walk(ast.parse(read(module)[0])) if isinstance(node, ast.Name)}
    assert not names & {"import_module", "__import__", "exec", "eval"}
    assert not any(_under(name, ["importlib.import_module", "importlib.util"]) for name in outside(module))


def test_the_door_opens_at_once() -> None:
    probe = f"import sys, toolkit; print(*(sys.modules.keys() & {SLOW_TO_LOAD.split()!r}))"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize("module", module_names())
def test_files_and_functions_are_short(module: str) -> None:
    source, _ = read(module)
    assert len(source.splitlines()) <= LONGEST_FILE
    assert {name: n for name, n in function_lengths(source) if n >= LONGEST_FUNCTION} == {}


def function_lengths(source: str) -> Iterator[tuple[str, int]]:
    """Each function's name and lines, its docstring among them."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            yield node.name, node.end_lineno - node.lineno + 1


def test_half_of_all_functions_fit_in_a_glance() -> None:
    lengths = [n for module in module_names() for _, n in function_lengths(read(module)[0])]
    assert statistics.median(lengths) <= MEDIAN_FUNCTION
