"""The code in the documents runs, and what they name is there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from conftest import ROOT

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
CODE = [
    (path, block) for path in DOCUMENTS for block in re.findall(r"```python\n(.*?)```", path.read_text("utf-8"), re.S)
]


@pytest.mark.parametrize(("path", "code"), CODE, ids=[f"{path.name}-{i}" for i, (path, _) in enumerate(CODE)])
def test_the_code_runs(path: Path, code: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "data").symlink_to(ROOT / "data")
    monkeypatch.chdir(tmp_path)
    exec(compile(code, str(path), "exec"), {"__name__": "document"})


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(path: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text("utf-8"))
    assert not [link for link in links if not (path.parent / link).exists()]


def test_the_readme_holds_no_placeholder() -> None:
    assert not re.search(r"^[A-Z]{4,}$", (ROOT / "README.md").read_text("utf-8"), re.M)


def test_the_notebooks_the_readme_lists_are_those_there_are() -> None:
    listed = re.findall(r"\(notebooks/(\w+\.ipynb)\)", (ROOT / "README.md").read_text("utf-8"))
    assert listed == [path.name for path in sorted((ROOT / "notebooks").glob("*.ipynb"))]
    assert all(json.loads(path.read_text("utf-8"))["cells"] for path in (ROOT / "notebooks").glob("*.ipynb"))
