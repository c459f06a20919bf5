"""Plain text and Markdown files: bytes to characters, without changing one of them."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

from .records import Record, UnreadableError

ENDINGS = (".txt", ".text", ".md")
_MARKED = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def file_bytes(path: Path) -> bytes:
    """The bytes of a file; one that cannot be opened is refused with the system's reason."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableError(
            f"it cannot be opened ({error.strerror})", "check that the file exists and may be read"
        ) from error


def decode(data: bytes) -> tuple[str, list[str]]:
    """The text of a file and remarks about how it was read: UTF-8, UTF-16 with its mark, else Windows-1252."""
    for mark, encoding in _MARKED:
        if data.startswith(mark):
            try:
                return _without_nul(data.decode(encoding)), []
            except UnicodeDecodeError as error:
                raise UnreadableError(
                    f"it is broken {encoding} at byte {error.start}", "save it again as UTF-8"
                ) from error
    try:
        return _without_nul(data.decode("utf-8")), []
    except UnicodeDecodeError as error:
        text = _without_nul(data.decode("cp1252", errors="replace"))
        lost = text.count("\ufffd")
        remark = f"it is not UTF-8 (byte {error.start}) and was read as Windows-1252"
        return text, [remark + (f"; {lost} bytes could not be read" if lost else "")]


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise UnreadableError("it holds NUL bytes and is no text file", "save the article as plain text in UTF-8")
    return text


def read(path: Path) -> Iterator[Record]:
    """The file as one article."""
    text, remarks = decode(file_bytes(path))
    yield Record({"text": text}, str(path), remarks)
