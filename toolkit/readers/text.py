"""Plain text and Markdown files: bytes to characters, without changing one of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..csvfile import decode, file_bytes
from .records import Record

ENDINGS = (".txt", ".text", ".md")


def read(path: Path) -> Iterator[Record]:
    """The file as one article."""
    text, remarks = decode(file_bytes(path))
    yield Record({"text": text}, str(path), remarks)
