"""Word lists, codebooks, templates and the quote model: data files, each with its origin and licence beside it."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Template

_HERE = Path(__file__).resolve().parent


def path(*parts: str) -> Path:
    """A file or folder of the package's own resources."""
    return _HERE.joinpath(*parts)


def shipped(name: str) -> Path:
    """The folder `notebooks` or `data`: inside an installed package, or beside it in a checkout."""
    inside = _HERE / "shipped" / name
    return inside if inside.is_dir() else _HERE.parent.parent / name


def lines(name: str) -> list[str]:
    """A word list: one entry a line, `#` begins a remark, empty lines are skipped."""
    rows = path(name).read_text(encoding="utf-8").splitlines()
    return [entry for row in rows if (entry := row.split("#", 1)[0].strip())]


@lru_cache(maxsize=8)
def table(name: str) -> tuple[tuple[str, ...], ...]:
    """A tab-separated word list as tuples of cells, remarks and empty lines skipped."""
    return tuple(tuple(cell.strip() for cell in line.split("\t")) for line in lines(name))


def sha256(file: Path) -> str:
    """The checksum of a file, to tell whether it is the one that was released."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def template(name: str) -> Template:
    """A page template. Everything put into it is escaped unless it is Markup."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    loader = FileSystemLoader(_HERE, encoding="utf-8")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True).get_template(name)
