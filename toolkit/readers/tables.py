"""CSV tables of articles: one row an article, every cell read as text."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from .records import Record, UnreadableError
from .text import decode, file_bytes

ENDINGS = (".csv", ".tsv")
_LONGEST_CELL = 2**31 - 1  # characters; the csv module's own limit would refuse a long article
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


def _separator(path: Path, head: str) -> str:
    if path.suffix.lower() == ".tsv":
        return "\t"
    first = head.split("\n", 1)[0]
    return max(",;\t", key=lambda mark: (first.count(mark), mark == ","))


def _parsed(text: str, separator: str, *, strict: bool) -> list[tuple[int, list[str]]]:
    """The rows that hold anything, each with the line it ends on."""
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=strict)
    return [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]


def rows(path: Path) -> tuple[list[str], list[tuple[int, dict[str, str]]], list[str]]:
    """Header, rows with the line each ends on, and remarks about ragged rows. Cells are text: "NA" is a word."""
    text, remarks = decode(file_bytes(path))
    try:
        table = _parsed(text, _separator(path, text[:10_000]), strict=True)
    except csv.Error as error:
        remarks.append(f"its quotation marks are not as in a CSV table ({error}); look whether rows run together")
        table = _parsed(text, _separator(path, text[:10_000]), strict=False)
    if not table:
        return [], [], remarks
    header = [name.strip() for name in table[0][1]]
    remarks += [
        f"two columns are called {name}; the last is read" for name, n in Counter(header).items() if name and n > 1
    ]
    out = []
    for line, cells in table[1:]:
        if len(cells) != len(header):
            remarks.append(
                f"the row that ends on line {line} has {len(cells)} cells where the header has {len(header)}"
            )
        out.append((line, dict(zip(header, cells + [""] * len(header), strict=False))))
    return header, out, remarks


def read(path: Path, columns: Mapping[str, str] | None = None) -> Iterator[Record]:
    """The table's articles. A table without a text column is refused with the columns it has."""
    header, table, remarks = rows(path)
    renamed = rename(header, columns)
    if "text" not in {renamed.get(name, name) for name in header}:
        there = ", ".join(header) or "none"
        raise UnreadableError(f"it has no column text (its columns are {there})", "name it with --column NAME=text")
    ours = {old: new for old, new in renamed.items() if new in SYNONYMS and old != new and old not in (columns or {})}
    guessed = ", ".join(f"{old} read as {new}" for old, new in ours.items())
    remarks += [f"column {guessed}"] if guessed else []
    for number, (_, cells) in enumerate(table, start=2):
        fields = {renamed.get(name, name): cell for name, cell in cells.items()}
        yield Record(fields, f"{path}, row {number}", remarks)
        remarks = []
