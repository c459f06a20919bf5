"""Days as people write them; what could be two days is not guessed."""

from __future__ import annotations

import re
from datetime import date

_MONTHS = "january february march april may june july august september october november december".split()
_ORDINAL = r"(?:st|nd|rd|th)?"
_CLOCK = r"(?:[\s,|–-]+(?:at\s+)?\d{1,2}[:.]\d\d.*)?"
_YEAR_FIRST = re.compile(
    r"(?P<year>\d{4})(?P<sign>[-/.]?)(?P<month>\d{1,2})(?P=sign)(?P<day>\d{1,2})(?:[T\s].*)?", re.ASCII
)
_BY_NAME = re.compile(
    r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?"
    rf"(?:(?P<day>\d{{1,2}}){_ORDINAL}(?:\s+of)?[\s-]+(?P<month>[a-z]{{3,}})"
    rf"|(?P<month_2>[a-z]{{3,}})\.?\s+(?P<day_2>\d{{1,2}}){_ORDINAL})"
    rf"(?:[.,]*\s+|-)(?P<year>\d{{4}}){_CLOCK}",
    re.IGNORECASE | re.ASCII,
)
_IN_NUMBERS = re.compile(
    rf"(?P<one>\d{{1,2}})(?P<sign>[-/.])(?P<two>\d{{1,2}})(?P=sign)(?P<year>\d{{4}}){_CLOCK}", re.ASCII
)


def day(given: str) -> str | None:
    """YYYY-MM-DD; None where the day cannot be told for certain.

    25/12/2020 is one day only, whichever country wrote it; 03/04/2020 is two.
    """
    possible = _possible(given.strip())
    return possible[0] if len(possible) == 1 else None


def doubt(given: str) -> str:
    """What is said of a day that cannot be told."""
    possible = _possible(given.strip())
    either = f" (it may be {' or '.join(possible)})" if possible else ""
    shown = " ".join(given.split())
    shown = shown if len(shown) <= 60 else f"{shown[:57]}..."
    return f"the date {shown!r} is not clear{either} and was left empty; write it YYYY-MM-DD"


def _possible(given: str) -> list[str]:
    """Every day that the words may mean, the earliest first."""
    if found := _YEAR_FIRST.fullmatch(given):
        if not found["sign"] and len(found["month"] + found["day"]) != 4:
            return []
        return _days((found["year"], found["month"], found["day"]))
    if found := _BY_NAME.fullmatch(given):
        parts = {name.removesuffix("_2"): part for name, part in found.groupdict().items() if part}
        named = (n for n, month in enumerate(_MONTHS, start=1) if month.startswith(parts["month"].lower()))
        return _days((parts["year"], str(next(named, 0)), parts["day"]))
    if found := _IN_NUMBERS.fullmatch(given):
        return _days((found["year"], found["two"], found["one"]), (found["year"], found["one"], found["two"]))
    return []


def _days(*given: tuple[str, str, str]) -> list[str]:
    found = set()
    for year, month, of_month in given:
        try:
            found.add(date(int(year), int(month), int(of_month)).isoformat())
        except ValueError:  # no such month or day
            continue
    return sorted(found)
