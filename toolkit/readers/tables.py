"""CSV tables of articles: one row an article, every cell read as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from .. import csvfile
from ..csvfile import UnreadableError
from .records import Record

ENDINGS = (".csv", ".tsv")
SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "article_id": ("id",),
    "outlet": ("source", "publication", "publisher", "newspaper", "site", "media"),
    "title": ("headline",),
    "date": ("published", "published_at", "publication_date", "pubdate"),
    "url": ("link", "address"),
    "author": ("byline", "authors"),
    "language": ("lang",),
    "text": ("body", "content", "article", "full_text", "fulltext"),
}


def rename(header: list[str], columns: Mapping[str, str] | None) -> dict[str, str]:
    """Which column of the table is which of ours: by the user's mapping, by its name, or by a known synonym.

    A column whose name the user gives to another one is kept as NAME_original.
    """
    given = dict(columns or {})
    unknown = [name for name in given if name not in header]
    if unknown:
        there = ", ".join(header) or "none"
        raise UnreadableError(
            f"it has no column {unknown[0]!r} to rename (its columns are {there})", "correct the name"
        )
    renamed = dict(given) | {name: f"{name}_original" for name in set(given.values()) & set(header) - set(given)}
    taken = set(given.values()) | {name for name in header if name in SYNONYMS}
    by_lower = {name.strip().lower().replace(" ", "_"): name for name in header if name not in given}
    for ours, others in SYNONYMS.items():
        for candidate in (ours, *others):
            if ours not in taken and candidate in by_lower:
                renamed[by_lower[candidate]] = ours
                taken.add(ours)
    return renamed


def read(path: Path, columns: Mapping[str, str] | None = None) -> Iterator[Record]:
    """The table's articles. A table without a text column is refused with the columns it has."""
    table = csvfile.read(path)
    renamed = rename(table.header, columns)
    if "text" not in {renamed.get(name, name) for name in table.header}:
        there = ", ".join(table.header) or "none"
        raise UnreadableError(f"it has no column text (its columns are {there})", "name it with --column NAME=text")
    said = ", ".join(f"{old} read as {new}" for old, new in renamed.items() if _guessed(old, new, columns))
    remarks = [*table.remarks, *([f"column {said}"] if said else [])]
    for number, cells in table.rows:
        fields = {renamed.get(name, name): cell for name, cell in cells.items()}
        yield Record(fields, f"{path}, row {number}", remarks)
        remarks = []


def _guessed(old: str, new: str, columns: Mapping[str, str] | None) -> bool:
    """True where a column was taken for one of ours by a synonym: neither by its own name nor as the user told."""
    return new in SYNONYMS and old not in (columns or {}) and old.lower().replace(" ", "_") != new
