"""One reader a format family: a file in, its articles (or the reason why there are none) out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from ..rawfile import UnreadableError
from . import documents, jsons, mail, pages, tables, text
from .records import Finding, Record

Reader = Callable[[Path, Mapping[str, str] | None], Iterator[Record | Finding]]

_FAMILIES: tuple[tuple[tuple[str, ...], Reader], ...] = (
    (text.ENDINGS, text.read),
    ((*pages.ENDINGS, *pages.SINGLE_FILE), pages.read),
    (mail.ENDINGS, mail.read),
    (documents.WORD, documents.read_word),
    (documents.PDF, documents.read_pdf),
    (tables.CSV, tables.read_csv),
    (tables.EXCEL, tables.read_excel),
    (tables.PARQUET, tables.read_parquet),
    ((*jsons.LINES, *jsons.WHOLE), jsons.read),
)
READERS: Mapping[str, Reader] = {ending: reader for endings, reader in _FAMILIES for ending in endings}
ONE_EACH = (  # an article a file
    *text.ENDINGS,
    *pages.ENDINGS,
    *pages.SINGLE_FILE,
    *mail.ENDINGS,
    *documents.WORD,
    *documents.PDF,
)
_SAVE_AS = {
    **dict.fromkeys((".doc", ".rtf", ".odt", ".pages", ".wps"), ".docx"),
    **dict.fromkeys((".xls", ".xlsb", ".ods", ".numbers"), ".xlsx or .csv"),
    ".msg": ".eml or .txt",
    **dict.fromkeys((".xml", ".rss", ".epub"), ".txt or .html"),
}


def reader_of(path: Path) -> Reader:
    """The reader for a file, by its ending. An unknown one is an UnreadableError with the formats there are."""
    ending = path.suffix.lower()
    if ending in READERS:
        return READERS[ending]
    if ending in _SAVE_AS:
        raise UnreadableError(f"{ending} is not a format that is read", f"save it as {_SAVE_AS[ending]}")
    shown = ending[:20] or "a file without ending"
    raise UnreadableError(f"{shown} is not a format that is read", f"use {', '.join([*READERS, '.zip'])}")
