"""Where quotation marks open and close, in every style that news texts use.

Straight, curly, ''two apostrophes'', „German“, «French» and ‘single’ marks. A mark that never closes is contained in
its paragraph. Single marks are told from apostrophes by what stands beside them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .. import nlp
from ..nlp import Span
from .spans import trimmed

_MARK = re.compile(r"''|``|[\"“”„«»‘’‚']")
_CLOSERS = {"“": "”", "”": "”", "``": "''", "«": "»", "„": "“”", "»": "«", "‚": "‘’", "‘": "’'", "'": "'’"}
_AMBIGUOUS = {'"', "''"}
_SINGLE = {"‘", "‚", "'"}
_LINE_ENDS = ("\n", "\r", "\u2028", "\u2029")
_ELISION = re.compile(r"['’‘](?:\d\ds?|n|em|til|tis|twas)\b", re.IGNORECASE)  # '69, rock 'n' roll
_LOOKS = (1, 50)  # for a double mark, which is looked for to the paragraph's end, and for a single one
_LONGEST_SINGLE = 1_500  # characters; keeps the search for a closing single mark from growing with the paragraph


@dataclass(frozen=True)
class Quotation:
    """A stretch in quotation marks: the marks' own characters lie outside [start, end)."""

    start: int
    end: int
    open_start: int
    close_end: int
    single: bool

    @property
    def closed(self) -> bool:
        """False where the closing mark was never found and the paragraph's end stands in for it."""
        return self.close_end > self.end


def _opens(text: str, start: int, end: int) -> bool:
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    spaced = text[start:end] == "«"  # « French »
    backwards = text[start:end] == "”"  # ”Swedish” marks, and “ typed the wrong way round
    return (spaced or not after.isspace()) and (before.isspace() if backwards else not before.isalnum())


def _closes(text: str, start: int, end: int) -> bool:
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    return not before.isspace() and not after.isalnum()


def _single_end(text: str, opened: re.Match[str], limit: int) -> re.Match[str] | None:
    """The mark that closes a single quotation: the first that is no apostrophe, else the first possible one."""
    spare = None
    for match in _MARK.finditer(text, opened.end(), limit):
        if match.group() in ('"', "“", "”") and spare is None:
            return None
        closes = _closes(text, *match.span())
        if opened.group() == "'" and match.group() in "'‘" and not closes and _opens(text, *match.span()):
            return None  # a second one opens: the first was an apostrophe
        if match.group() in _CLOSERS[opened.group()] and closes:
            if text[match.start() - 1] not in "sS":  # not "the soldiers’ families"
                return match
            spare = spare or match
    return spare


def _double_end(text: str, opened: re.Match[str], limit: int) -> re.Match[str] | None:
    mark = opened.group()
    for match in _MARK.finditer(text, opened.end(), limit):
        found = match.group()
        if mark in _AMBIGUOUS:
            loose = found == mark and (_closes(text, *match.span()) or not _opens(text, *match.span()))
            if loose or (found == "”" and mark == '"'):
                return match
        elif found in _CLOSERS[mark]:
            return match
        elif found in _AMBIGUOUS and _closes(text, *match.span()) and not text[match.start() - 1].isdigit():
            return match  # a digit before it makes it an inch
    return None


def _found(match: re.Match[str], end: re.Match[str] | None, limit: int) -> Quotation:
    single = match.group() in _SINGLE
    if end is None:
        return Quotation(match.end(), limit, match.start(), limit, single)
    return Quotation(match.end(), end.start(), match.start(), end.end(), single)


def _begins_speech(text: str, start: int, place: int) -> bool:
    """True for a mark at the beginning of a paragraph, or behind the colon or comma of "He said: "."""
    return text[start:place].rstrip()[-1:] in ("", ":", ",")


def _in_paragraph(text: str, start: int, limit: int, goes_on: bool) -> list[Quotation]:
    """The quotations of one paragraph; `goes_on`: the next one opens a single mark, so that one may stay open here."""
    out: list[Quotation] = []
    place = start
    failed: Counter[str] = Counter()  # so that many marks that never close cost a few looks each kind, not one each
    while match := _MARK.search(text, place, limit):
        mark, place = match.group(), match.end()
        if mark == "’" or failed[mark] >= _LOOKS[mark in _SINGLE] or not _opens(text, match.start(), match.end()):
            continue
        single = mark in _SINGLE
        if single and _ELISION.match(text, match.start()):
            continue
        end = (
            _single_end(text, match, min(limit, place + _LONGEST_SINGLE)) if single else _double_end(text, match, limit)
        )
        if end is None:
            failed[mark] += 1
            over = single and goes_on and _begins_speech(text, start, match.start())
            if (single and not over) or mark == "”":
                continue  # an apostrophe at the beginning of a word, or what closes a quotation that was not seen
        out.append(_found(match, end, limit))
        place = out[-1].close_end
    return out


def quotations(text: str, paragraphs: list[tuple[int, int]]) -> list[Quotation]:
    """The outermost quotations of a text in order. None crosses a paragraph."""
    single = [_opens_single(text, start, end) for start, end in paragraphs]
    nexts = [*single[1:], False]
    return [q for span, goes_on in zip(paragraphs, nexts, strict=False) for q in _in_paragraph(text, *span, goes_on)]


def _opens_single(text: str, start: int, end: int) -> bool:
    """True for a paragraph that begins with a single mark, and no ’69 or ’twas."""
    mark = _MARK.match(text, start, end)
    return mark is not None and mark[0] in _SINGLE and _opens(text, *mark.span()) and not _ELISION.match(text, start)


def all_close(text: str, found: Sequence[Quotation]) -> bool:
    """True where each quotation has its closing mark, or goes on in the paragraph that the next one begins."""
    nexts = [text[q.open_start - 1 : q.open_start] in _LINE_ENDS for q in found[1:]]
    return all(q.closed or goes_on for q, goes_on in zip(found, [*nexts, False], strict=False))


def _in_marks(text: str, spans: Sequence[Span], found: Sequence[Quotation]) -> tuple[str, list[list[int | str]]]:
    """Kind and fragments of a content: what of it stands in the quotations found around and inside it."""
    fragments: list[list[int | str]] = []
    bare = ""
    for start, end in spans:
        inner = [(max(start, q.start), min(end, q.end)) for q in found if q.start < end and start < q.end]
        fragments += [[*span, text[slice(*span)]] for a, b in inner if (span := trimmed(text, a, b))]
        edges = [start, *(edge for span in inner for edge in span), end]
        bare += "".join(text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True))
    mixed = any(letter.isalnum() for letter in bare)
    return ("mixed" if mixed else "direct") if fragments else "indirect", fragments


def placed(
    text: str, spans: Sequence[Span], found: Sequence[Quotation] | None = None, *, verbatim: bool = False
) -> dict[str, Any]:
    """The columns of a quote that say where its words stand, and which of them the speaker's own are.

    `found` are the quotations around and inside the spans, looked for where they are not given; `verbatim`: all of it
    was said so, whatever marks there are.
    """
    kind, fragments = _in_marks(text, spans, quotations(text, nlp.paragraphs(text)) if found is None else found)
    if verbatim:
        kind, fragments = "direct", [[start, end, text[start:end]] for start, end in spans]
    return {
        "content": " … ".join(text[start:end] for start, end in spans),
        "kind": kind,
        "fragments": fragments,
        "start": spans[0][0],
        "end": spans[-1][1],
        "spans": [list(span) for span in spans],
        "sentence": nlp.sentence_at(text, spans[0][0]),
    }
