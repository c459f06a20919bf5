"""What the layout of a text parts, whatever a parse joins: a headline from its byline, a dateline from its news.

In a text whose lines are wrapped at a fixed width, a headline and its byline may stand in one block. A line ends there
where the next word begins with no small letter and would still have had room on it.
"""

from __future__ import annotations

import re

_LINE = re.compile(r"[^\n]*\n")
_DATELINE = re.compile(r"^[ \t]*[A-Z][A-Z.'’ -]{1,40}(?:[,(/][^\n]{0,50}?)?\s*(?:--|[-–—])\s", re.MULTILINE)
_NEXT_WORD = re.compile(r"\S+")
_WIDEST = 110  # characters; a longer line is a whole paragraph
_SHORT = 0.75  # of the longest line: what ends before it, with room for the next word, was ended on purpose


def barriers(text: str) -> list[int]:
    """The places, in order, that no phrase and no role of a verb crosses."""
    lines = [(m.start(), m.end(), m.group().rstrip()) for m in _LINE.finditer(text)]
    width = max((len(line) for *_, line in lines if len(line) <= _WIDEST), default=0)
    ends = {end for _, end, line in lines if line and _ended(text, end, line, width)}
    return sorted(ends | {m.end() for m in _DATELINE.finditer(text)})


def datelines(text: str) -> list[tuple[int, int]]:
    """Where a dateline stands, "DAMASCUS, Syria (AP) —", as [start, end)."""
    return [match.span() for match in _DATELINE.finditer(text)]


def _ended(text: str, end: int, line: str, width: int) -> bool:
    following = _NEXT_WORD.match(text, end)
    if following is None or following.group()[0].islower():
        return False
    return len(line) + 1 + len(following.group()) <= _SHORT * width
