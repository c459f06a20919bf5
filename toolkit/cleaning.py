"""What on a page is not the article: credit lines, appeals for money, links, buttons. Marked, never removed.

The rules are data (`resources/boilerplate.yml`), each with an example and a near miss.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import yaml

from . import resources

_LINE = re.compile(r"[^\r\n\u2028\u2029]+")
_PLACE = r"(?=[A-Z]{3})[A-Z][A-Z.’' -]{2,30}(?:,\s[\w. ]{2,20}){0,2}\s"
_DATELINE = re.compile(_PLACE + r"(?:\([\w. /]{2,20}\)\s?(?:[—–-]|--)\s|[—–]\s(?=[A-Z“\"]))")
_LONGEST_GAP = 1  # long lines without one of its words: after more of them the article has gone on
_LONGEST_APPEAL = 100  # lines
_BUTTON_WORDS = 6  # a line this short in or after an appeal is a button


@dataclass(frozen=True)
class LineRule:
    """Lines that match as a whole are not the article."""

    reason: str
    pattern: re.Pattern[str]


@dataclass(frozen=True)
class BlockRule:
    """From a line that matches `begins` to the last line that holds one of `words`."""

    reason: str
    begins: re.Pattern[str]
    words: re.Pattern[str]
    least: int


@dataclass(frozen=True)
class _Line:
    start: int
    end: int
    text: str


@lru_cache(maxsize=1)
def rules() -> tuple[tuple[LineRule, ...], tuple[BlockRule, ...]]:
    """The rules as compiled from the data file."""
    data = yaml.safe_load(resources.path("boilerplate.yml").read_text(encoding="utf-8"))
    lines = tuple(LineRule(r["reason"], re.compile(r["pattern"], re.IGNORECASE)) for r in data["lines"])
    blocks = tuple(
        BlockRule(
            r["reason"],
            re.compile(r["begins"], re.IGNORECASE),
            re.compile("|".join(map(re.escape, r["words"])), re.IGNORECASE),
            r["least"],
        )
        for r in data["blocks"]
    )
    return lines, blocks


def _lines(text: str) -> list[_Line]:
    out = []
    for match in _LINE.finditer(text):
        line = match.group().strip()
        if line:
            start = match.start() + match.group().index(line)
            out.append(_Line(start, start + len(line), line))
    return out


def _block_end(lines: list[_Line], first: int, rule: BlockRule) -> int | None:
    """One past the last line of a block that begins at line `first`; None where too few of its words follow."""
    found: set[str] = set()
    last, gap = first, 0
    for i in range(first, min(len(lines), first + _LONGEST_APPEAL)):
        words = rule.words.findall(lines[i].text)
        found.update(word.lower() for word in words)
        gap = 0 if words else gap + (not _is_button(lines[i]))
        if gap > _LONGEST_GAP:
            break
        last = i + 1 if words else last
    if len(found) < rule.least:
        return None
    while last < len(lines) and _is_button(lines[last]):
        last += 1
    return last


def _is_button(line: _Line) -> bool:
    return len(line.text.split()) <= _BUTTON_WORDS


def find_skips(text: str) -> list[list[int | str]]:
    """[start, end, reason] for each stretch of a text that is not the article, in order, none overlapping."""
    line_rules, block_rules = rules()
    lines = _lines(text)
    out: list[list[int | str]] = []
    i = 0
    while i < len(lines):
        line, end, reason = lines[i], None, ""
        for block in block_rules:
            if len(line.text) < 200 and block.begins.fullmatch(line.text):
                end, reason = _block_end(lines, i, block), block.reason
        if end is not None:
            out.append([line.start, lines[end - 1].end, reason])
            i = end
            continue
        rule = next((r for r in line_rules if len(line.text) < 300 and r.pattern.fullmatch(line.text)), None)
        if rule:
            out.append([line.start, line.end, rule.reason])
        elif dateline := _DATELINE.match(line.text):
            out.append([line.start, line.start + dateline.end(), "dateline"])
        i += 1
    return out


def remaining(text: str, skips: list[list[int | str]]) -> str:
    """The words of a text that are the article, for counting; offsets are lost."""
    kept, place = [], 0
    for start, end, _ in skips:
        kept.append(text[place : int(start)])
        place = int(end)
    return "".join([*kept, text[place:]])
