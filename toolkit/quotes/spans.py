"""Stretches of a text: how they are trimmed and joined, and what an attribution is in characters."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..nlp import Span

_EDGE = " \t\r\n\u2028\u2029,;:.\"“”„«»'‘’`–—-()[]"
_BEGIN_EDGE = _EDGE.replace("(", "").replace("[", "")
_PAIRS = (("“", "”"), ("«", "»"), ("„", "“"), ("‘", "’"), ("(", ")"), ("[", "]"), ('"', '"'), ("'", "'"))
_OPENS, _CLOSES = r"(?<!\w){}(?=\w)", r"(?<=[\w.,!?…])(?<!s){}(?!\w)"  # straight marks; not "the boys' dog"
_INITIALS = re.compile(r"(?<![\w.])(?:[A-Za-z]\.)+[A-Za-z]$")


@dataclass(frozen=True)
class Draft:
    """One attribution in characters. `verbatim`: word for word although no quotation mark says so."""

    spans: list[Span]
    cue: Span | None
    speaker: Span | None
    sure: float
    verbatim: bool = False


def _counts(inside: str, opening: str, closing: str) -> tuple[int, int]:
    """How many marks of a kind open and close in a stretch."""
    if closing == "’":  # most of them are apostrophes
        return inside.count(opening), len(re.findall(_CLOSES.format(closing), inside))
    if opening != closing or opening not in inside:
        return inside.count(opening), inside.count(closing)
    return len(re.findall(_OPENS.format(opening), inside)), len(re.findall(_CLOSES.format(closing), inside))


def trimmed(text: str, start: int, end: int) -> Span | None:
    """A span without punctuation and marks at its edges, except a mark whose partner stands inside."""
    while start < end and text[start] in _BEGIN_EDGE:
        start += 1
    while end > start and text[end - 1] in _EDGE:
        end -= 1
    if start >= end:
        return None
    inside = text[start:end]
    for opening, closing in _PAIRS:
        opened, closed = _counts(inside, opening, closing)
        if opened == closed + 1 and (nearby := text.find(closing, end, end + 2)) >= 0:
            end = nearby + 1
        elif closed == opened + 1 and text[start - 1 : start] == opening:
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
