"""Plain text and Markdown files: bytes to characters, without changing one of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from ..csvfile import decode
from ..rawfile import file_bytes
from . import pages
from .records import Finding, Record

ENDINGS = (".txt", ".text", ".md", ".markdown")
_PAGE = re.compile(r"\s*(?:<!doctype html|<html[\s>])", re.IGNORECASE)


def read(path: Path, columns: Mapping[str, str] | None) -> Iterator[Record | Finding]:
    """The file as one article. A saved page under a text file's name is read as a page."""
    text, remarks = decode(file_bytes(path))
    if _PAGE.match(text):
        for record in pages.read(path, columns):
            record.remarks.append("it is an HTML page under a text file's name, and was read as a page")
            yield record
        return
    yield Record({"text": text}, str(path), remarks)
