"""Saved web pages: the article by trafilatura, its day from JSON-LD and meta tags, in the encoding the page names."""

from __future__ import annotations

import codecs
import json
import logging
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..csvfile import decode
from ..rawfile import UnreadableError, file_bytes, parsing
from ..schema import count
from .records import Record

ENDINGS = (".html", ".htm", ".xhtml")
SINGLE_FILE = (".mhtml", ".mht")
_FEW = 50  # words; below it what was found may be the notice of a paywall
_LARGEST = 20_000_000  # bytes; the largest of news pages has a twentieth of it
_CHARSET = re.compile(
    rb"<(?:meta|\?xml)\s[^>]{0,300}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE
)
_WESTERN = ("iso8859-1", "ascii")  # what calls itself so is read as Windows-1252, as every browser does
_WIDE = ("utf-16", "utf-32")
_DAYS = ("article:published_time", "datepublished", "date", "pubdate", "publishdate", "dc.date.issued", "dc.date")
_DEEPEST = 20  # levels of JSON-LD
_LOGGERS = ("trafilatura", "htmldate", "courlan", "justext")
_TO_DO = "save the words of the article as a .txt file"


def read(path: Path, _columns: Mapping[str, str] | None) -> Iterator[Record]:
    """The page as one article: its text, and what the page itself tells of title, author, date, outlet and address."""
    data = file_bytes(path)
    if path.suffix.lower() in SINGLE_FILE:
        data = _inner_page(data)
    if len(data) > _LARGEST:
        raise UnreadableError(f"it is larger than {_LARGEST // 1_000_000} MB, which no page is", _TO_DO)
    markup, remarks = _characters(data)
    fields = extracted(markup)
    words = len(fields.get("text", "").split())
    if not words:
        raise UnreadableError("no article was found on the page", _TO_DO)
    if words < _FEW:
        remarks.append(f"only {count(words, 'word')} of an article were found on the page; look whether that is all")
    yield Record(fields, str(path), remarks)


def _inner_page(data: bytes) -> bytes:
    """The page inside a single-file save (MHTML), as UTF-8."""
    from email import message_from_bytes, policy

    with parsing("saved page in one file"):
        parts = message_from_bytes(data, policy=policy.default).walk()
        page = next((part for part in parts if part.get_content_type() == "text/html"), None)
        if page is None:
            raise UnreadableError("it holds no page", _TO_DO)
        return codecs.BOM_UTF8 + str(page.get_content()).encode("utf-8", errors="replace")


def _characters(data: bytes) -> tuple[str, list[str]]:
    """The page's characters: by its mark, else by the encoding it names, else as any text."""
    named = _CHARSET.search(data[:4_096])
    if not named or data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return decode(data)
    name = named[1].decode("ascii")
    try:
        encoding = codecs.lookup(name).name
        if encoding.startswith(_WIDE):  # in such a page the words that name it could not have been found
            raise LookupError(name)
        return data.decode("cp1252" if encoding in _WESTERN else encoding), []
    except (LookupError, UnicodeError, ValueError):
        text, remarks = decode(data)
        return text, [f"it says that it is {name} and is not", *remarks]


def extracted(markup: str) -> dict[str, str]:
    """The article on a page, and what the page tells of it: text, title, author, outlet, date and url, where found."""
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    with parsing("web page"):
        import lxml.html
        from trafilatura import bare_extraction

        parser = lxml.html.HTMLParser(encoding="utf-8")
        tree = lxml.html.document_fromstring(markup.encode("utf-8", errors="replace"), parser=parser)
        day = _published(tree)
        found = bare_extraction(tree, favor_precision=True, include_comments=False, with_metadata=True)
    given = {name: getattr(found, name, None) for name in ("text", "title", "author", "url")}
    given |= {"outlet": getattr(found, "sitename", None), "date": day}
    return {name: str(value) for name, value in given.items() if value}


def _published(tree: Any) -> str | None:
    """The day of publication as the page writes it; whether that is clear is judged with all other dates."""
    for script in tree.xpath("//script[@type='application/ld+json']"):
        if day := _in_json(script.text or ""):
            return day
    metas: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
        metas.setdefault(name, (meta.get("content") or "").strip())
    named = next((metas[name] for name in _DAYS if metas.get(name)), None)
    times = tree.xpath("//article//time/@datetime | //main//time/@datetime")
    return named or (str(times[0]) if times else None)


def _in_json(source: str) -> str | None:
    try:
        whole = json.loads(source)
    except (ValueError, RecursionError):
        return None
    level = [whole]
    for _ in range(_DEEPEST):
        inner: list[Any] = []
        for value in level:
            if isinstance(value, dict) and isinstance(value.get("datePublished"), str):
                return str(value["datePublished"])
            inner += value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        level = inner
    return None
