"""Which column of a table is which of ours, and the rows of any table as articles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from ..rawfile import UnreadableError
from ..schema import some
from .records import Record

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "article_id": tuple("id articleid doc_id docid document_id uid guid accession_number".split()),
    "outlet": tuple(
        "source publication publisher newspaper site media publication_title publication_name source_name outlet_name "
        "media_outlet media_name newspaper_name site_name domain news_source".split()
    ),
    "title": tuple("headline heading article_title web_title headline_main".split()),
    "date": tuple(
        "published published_at publication_date pubdate pub_date publish_date published_date date_published "
        "web_publication_date date_publish article_date".split()
    ),
    "url": tuple("link address web_url article_url source_url permalink".split()),
    "author": tuple("byline authors writer by_line".split()),
    "language": tuple("lang language_code".split()),
    "text": tuple(
        "body content article full_text fulltext article_text article_body body_text main_text maintext story "
        "article_content plain_text".split()
    ),
}
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_BETWEEN = re.compile(r"[^a-z0-9]+")
_LONGEST_NAME = 40  # characters of a column's name in a message: without a header, the first row is a text
_MOST_NAMES = 12

Row = tuple[str, str, Mapping[str, str | None]]  # its place, what tells it from the others, its cells


def rename(header: Sequence[str], columns: Mapping[str, str] | None) -> dict[str, str]:
    """Which column of the table is which of ours: by the user's mapping, by its name, or by a known synonym.

    A column whose name the user gives to another one is kept as NAME_original.
    """
    given = dict(columns or {})
    unknown = [name for name in given if name not in header]
    if unknown:
        raise UnreadableError(
            f"it has no column {unknown[0]!r} to rename (its columns are {_shown(header)})", "correct the name"
        )
    renamed = dict(given) | {name: f"{name}_original" for name in set(given.values()) & set(header) - set(given)}
    taken = set(given.values()) | {name for name in header if name in SYNONYMS}
    by_plain = {_plain(name): name for name in reversed(header) if name not in given}
    for ours, others in SYNONYMS.items():
        for candidate in (ours, *others):
            if ours not in taken and candidate in by_plain:
                renamed[by_plain[candidate]] = ours
                taken.add(ours)
    return renamed


def _plain(name: str) -> str:
    """A column's name as it is compared: "Published At", "publishedAt" and "published-at" are one."""
    return _BETWEEN.sub("_", _CAMEL.sub("_", name.strip()).lower()).strip("_")


def _shown(header: Sequence[str]) -> str:
    return some([" ".join(name.split())[:_LONGEST_NAME] for name in header], _MOST_NAMES) or "none"


def articles(
    path: Path,
    header: Sequence[str],
    rows: Iterable[Row],
    columns: Mapping[str, str] | None,
    remarks: Sequence[str] = (),
) -> Iterator[Record]:
    """The rows of a table as articles. A table without a text column is refused with the columns it has.

    What holds for the whole table (which column was taken for which, `remarks`) is said with its first row.
    """
    if "quote_id" in header:
        raise UnreadableError("it is a table of quotes and not of articles", "give it with --quotes, or move it away")
    renamed = rename(header, columns)
    if "text" not in {renamed.get(name, name) for name in header}:
        raise UnreadableError(
            f"it has no column text (its columns are {_shown(header)})", "name it with --column NAME=text"
        )
    notes = [*remarks, *guesses(renamed, columns)]
    number = 0
    for number, (place, key, cells) in enumerate(rows, start=1):
        fields = {renamed.get(name, name): cell for name, cell in cells.items() if cell is not None}
        yield Record(fields, f"{path}, {place}", notes if number == 1 else [], place, key)
    if not number:
        raise UnreadableError("it has a header and no rows", "add a row for each article")


def guesses(renamed: Mapping[str, str], columns: Mapping[str, str] | None) -> list[str]:
    """What is said of columns that were taken for ours by a synonym."""
    known = {old: new for old, new in renamed.items() if new in SYNONYMS and old not in (columns or {})}
    said = ", ".join(f"{old} read as {new}" for old, new in known.items() if _plain(old) != new)
    return [f"column {said}"] if said else []
