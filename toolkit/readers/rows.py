"""From what was read to a row of the articles table: its id, its day, its language, and why it may be no article."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from .. import cleaning
from ..schema import count as counted
from . import dates
from .language import language_of

LONGEST = 500_000  # characters of an article; a book has as many
TO_DO = "give it a text, or remove it"
_LONGEST_ID = 200
_LONE = re.compile("[\ud800-\udfff]")
_ENGLISH = re.compile(r"en(?:g|glish)?(?:[-_].*)?", re.IGNORECASE)


@dataclass(slots=True)
class Draft:
    """An article on its way: what was read, from which file, and what is to be said about it."""

    fields: dict[str, str]  # until its row is made
    where: str
    file: Path | None
    root: Path | None
    remarks: list[str]
    place: str = ""  # the row or line in its file
    key: str = ""  # what tells it from the others of its file
    home: str = ""  # the folder, archive or table it came with, for messages
    given: str = ""  # the id it brings
    stand_in: str = ""  # what is called its outlet, where none is given
    fault: tuple[str, str] | None = None  # why it is no article, and what to do


def make(draft: Draft) -> dict[str, Any]:
    """The row of an article without its id, which rests on all others; it takes what the draft holds.

    What was left empty or changed is added to the draft's remarks, and what makes it no article is its fault.
    """
    fields, draft.fields = draft.fields, {}
    draft.given = fields.pop("article_id", "").strip()
    body = fields.pop("text", "")
    row: dict[str, Any] = {name: cell for name, cell in fields.items() if cell.strip()}
    row |= {"text": body, "skip": cleaning.find_skips(body) if len(body) <= LONGEST else []}
    draft.fault = _fault(row)
    if draft.fault:
        return row
    if row.get("date"):
        row["date"] = dates.day(str(row["date"]))
        if row["date"] is None:
            draft.remarks.append(dates.doubt(fields["date"]))
    _add_language(row, draft)
    row["wire"] = cleaning.wire(body, row["skip"], str(row.get("author") or ""))
    return row


def _add_language(row: dict[str, Any], draft: Draft) -> None:
    """The language told from the words, where none is given; a remark where nothing measures it."""
    told = "" if row.get("language") else ", as far as its words tell"
    if told:
        row["language"] = language_of(cleaning.remaining(row["text"], row["skip"]))
    if row["language"] and not _ENGLISH.fullmatch(row["language"].strip()):
        draft.remarks.append(
            f"its language is {row['language']!r}{told}: it is listed, and left out of what is made for English"
        )


def stand_in(draft: Draft, article_id: str) -> str:
    """Where no outlet is given: the folder the file lies in, else the article's own name."""
    if draft.file and draft.root and draft.file.parent != draft.root:
        return _whole(draft.file.parent.name)
    return article_id


def _fault(row: dict[str, Any]) -> tuple[str, str] | None:
    """Why a row is no article, and what to do; None where it is one."""
    body: str = row["text"]
    for name, cell in row.items():
        if isinstance(cell, str) and (reason := _broken(cell)):
            return reason if name == "text" else f"its {name[:40]} cannot be used: {reason}", "correct it, or remove it"
    if len(body) > LONGEST:
        told = f"it has {counted(len(body), 'character')}, more than an article has ({LONGEST})"
        return told, "split it into its articles"
    if not body.strip():
        return "it has no text", TO_DO
    if not re.search(r"\w", body):
        return "it holds no word", TO_DO
    if not re.search(r"\w", cleaning.remaining(body, row["skip"])):
        reasons = ", ".join(sorted({reason for _, _, reason in row["skip"]}))
        return f"it holds nothing but what is not an article ({reasons})", TO_DO
    return None


def _broken(cell: str) -> str:
    if "\0" in cell:
        return f"it holds NUL bytes (the first is character {cell.index(chr(0)) + 1})"
    lone = _LONE.search(cell)
    return f"it holds half a character (character {lone.start() + 1})" if lone else ""


def identify(drafts: Sequence[Draft]) -> list[str]:
    """An id for each article: its own, else its file's name; the relative path where two would be alike."""
    first = [_short_id(draft) for draft in drafts]
    times = Counter(first)
    names = [name if times[name] == 1 else _long_id(draft, name) for draft, name in zip(drafts, first, strict=True)]
    asked, used = set(names), set[str]()
    tried: Counter[str] = Counter()
    out = []
    for draft, name in zip(drafts, names, strict=True):
        if name in used:
            free = next(new for i in count(tried[name] + 2) if (new := f"{name}#{i}") not in used and new not in asked)
            tried[name] += 1
            draft.remarks.append(f"the id {name!r} is taken; it became {free}")
            name = free
        used.add(name)
        out.append(name)
    return out


def _short_id(draft: Draft) -> str:
    name = "".join(char if char.isprintable() else "_" for char in draft.given[:_LONGEST_ID])
    if name != draft.given:
        draft.remarks.append(f"its id was cut to {_LONGEST_ID} characters and one line")
    if name:
        return name
    stem = _whole(draft.file.stem) if draft.file else "article"
    return f"{stem}-{draft.key}" if draft.key else stem


def _long_id(draft: Draft, name: str) -> str:
    if draft.given or not draft.file or not draft.root:
        return name
    path = _whole("__".join(draft.file.relative_to(draft.root).parts))
    return f"{path}-{draft.key}" if draft.key else path


def _whole(name: str) -> str:
    """A file's name with "?" for what is no character, as the disk may hold it."""
    return name.encode("utf-8", "replace").decode("utf-8")
