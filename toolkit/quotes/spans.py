"""Stretches of a text: how they are trimmed and joined, and what an attribution is in characters."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..nlp import Span

_EDGE = " \t\r\n\u2028\u2029,;:.\"“”„«»'‘’`–—-()[]"
_BEGIN_EDGE = _EDGE.replace("(", "").replace("[", "")
_PAIRS = {"“": "”", "«": "»", "„": "“", "‘": "’", "(": ")", "[": "]"}
_INITIALS = re.compile(r"(?<![\w.])(?:[A-Za-z]\.)+[A-Za-z]$")


@dataclass(frozen=True)
class Draft:
    """One attribution in characters. `verbatim`: word for word although no quotation mark says so."""

    spans: list[Span]
    cue: Span | None
    speaker: Span | None
    sure: float
    verbatim: bool = False


def trimmed(text: str, start: int, end: int) -> Span | None:
    """A span without punctuation and marks at its edges, except a mark whose partner stands inside."""
    while start < end and text[start] in _BEGIN_EDGE:
        start += 1
    while end > start and text[end - 1] in _EDGE:
        end -= 1
    if start >= end:
        return None
    inside = text[start:end]
    for opening, closing in _PAIRS.items():
        if inside.count(opening) == inside.count(closing) + 1:
            nearby = text[end : end + 2].find(closing)
            end += nearby + 1 if nearby >= 0 else 0
        elif inside.count(closing) == inside.count(opening) + 1 and text[start - 1 : start] == opening:
            start -= 1
    if inside.count('"') % 2 and '"' in text[end : end + 2]:
        end += text[end : end + 2].index('"') + 1
    elif inside.count('"') % 2 and text[start - 1 : start] == '"':
        start -= 1
    keeps_stop = text[end : end + 1] == "." and _INITIALS.search(text[max(start, end - 12) : end])
    return (start, end + 1) if keeps_stop else (start, end)


def joined(text: str, spans: list[Span]) -> list[Span]:
    """Spans in order; those with nothing but marks and space between them become one."""
    out: list[Span] = []
    for start, end in sorted(spans):
        if out and not re.search(r"\w", text[out[-1][1] : start]):
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out
