"""Word and PDF files: the words of the document in their order, as one article."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..rawfile import UnreadableError, check_packed, file_bytes, parsing
from ..schema import some
from .records import Record

WORD = (".docx",)
PDF = (".pdf",)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_NOT_SHOWN = (f"{_W}del", f"{_W}moveFrom", _FALLBACK)  # struck out by an editor, or there twice for old programs
_SIGNS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_MOST_PAGES = 2_000
_PASTE = "paste its words into a .txt file"


def read_word(path: Path, _columns: Mapping[str, str] | None) -> Iterator[Record]:
    """A Word file as one article: its paragraphs, those in tables and text boxes too, a line each.

    Words an editor has struck out are not there, words put in are. Headers, footers, notes and comments are not read.
    """
    data = file_bytes(path)
    check_packed(data, "Word file")
    with parsing("Word file"):
        from docx import Document

        body = Document(io.BytesIO(data)).element.body
        lines = [_words(paragraph) for paragraph in body.iter(f"{_W}p") if not _is_hidden(paragraph)]
        titles = body.xpath("./w:p[w:pPr/w:pStyle[@w:val='Title']]")
    fields = {"text": "\n".join(line for line in lines if line.strip())}
    yield Record(fields | ({"title": _words(titles[0])} if titles else {}), str(path))


def _words(paragraph: Any) -> str:
    out = []
    for node in paragraph.iter(f"{_W}t", *_SIGNS):
        owner = next(node.iterancestors(f"{_W}p"))
        if owner is paragraph and not _is_hidden(node) and node.getparent().tag == f"{_W}r":
            out.append(_SIGNS.get(node.tag) or node.text or "")
    return "".join(out)


def _is_hidden(node: Any) -> bool:
    return any(True for _ in node.iterancestors(*_NOT_SHOWN))


def read_pdf(path: Path, _columns: Mapping[str, str] | None) -> Iterator[Record]:
    """The text layer of a PDF as one article, its lines as they stand on the page. A scan is refused."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    data = file_bytes(path)
    with parsing("PDF file"):
        from pypdf import PdfReader

        file = PdfReader(io.BytesIO(data))
        if file.is_encrypted and not file.decrypt(""):
            raise UnreadableError("it is locked with a password", "save it without one")
        if len(file.pages) > _MOST_PAGES:
            raise UnreadableError(f"it has more than {_MOST_PAGES} pages", "save the pages of the article alone")
        pages = [page.extract_text().strip() for page in file.pages]
    empty = [number for number, page in enumerate(pages, start=1) if not page]
    if len(empty) == len(pages):
        raise UnreadableError(
            "it is a scan: a picture of text without a text layer", f"recognise its text, or {_PASTE}"
        )
    remarks = [f"no words were found on page {some(empty)}"] if empty else []
    yield Record({"text": "\n".join(page for page in pages if page)}, str(path), remarks)
