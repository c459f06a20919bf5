"""The accounts side by side as a figure that can be printed: point by point, what each outlet says, in words."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from . import drawing, schema
from .drawing import MARGIN, SMALL, TITLE, WIDTH, Chart

_COLUMNS = ("outlet", "what it says", "who stands behind it", "the words it rests on")
_SHARES = (0.17, 0.25, 0.2, 0.38)  # of the width
_NOTHING = {
    "silent": "a person read the account and marked it",
    "not found": "no pattern matched; no evidence of silence",
}
_BETWEEN, _ABOVE = 0.12, 0.07  # inches between columns, and above each row
_LEGEND = (
    "Silent is written only where a person marked it. Not found: no pattern matched, which is no evidence of silence."
)
_TOLD = 6  # rows that the alt text spells out

Cells = tuple[str, ...]
Line = tuple[Cells, float, float]  # a heading (one cell) or a row, its cells wrapped, and where it begins and ends


def plot_claims(claims: pd.DataFrame, *, title: str = "What each account says", small_print: bool = True) -> Chart:
    """The claims table as a printed page would have it: under each point a row for each version an outlet gives.

    Outlets that give none share a row that says "silent" or "not found", in words. The table is that of `find_claims`;
    an empty one is an InputError.
    """
    schema.need_columns(
        claims, ("point", "outlet", "status", "version", "by", "words", "left_open"), "The claims table"
    )
    points = {str(point): _rows(schema.records(rows)) for point, rows in claims.groupby("point", sort=False)}
    if not points:
        raise schema.InputError("The claims table is empty; give find_claims a claims.yml that asks about a point.")
    foot = f"n = {schema.count(claims['article_id'].nunique(), 'article')}." if small_print else ""
    with drawing.type_style():
        chart = _draw(title, points, foot)
    told = [f"{row[0]}: {row[1]}" for rows in points.values() for row in rows]
    more = f"; and {len(told) - _TOLD} more" if len(told) > _TOLD else ""
    chart.alt = f"{title}. A table of {schema.count(len(points), 'point')}. {'; '.join(told[:_TOLD])}{more}."
    return chart


def _rows(claims: Sequence[dict[str, object]]) -> list[Cells]:
    """The rows of one point: versions first, then who gives none."""
    out: list[Cells] = []
    absent: dict[str, list[str]] = {}
    for row in claims:
        status = str(row["status"])
        if row["left_open"]:
            out.append((str(row["outlet"]), "left open", str(row["left_open"]), f"“{row['words']}”"))
        elif status in _NOTHING:
            absent.setdefault(status, []).append(str(row["outlet"]))
        else:
            behind = "the outlet itself" if status == "asserts" else str(row["by"] or "nobody named")
            version = f"denies: {row['version']}" if status == "denies" else str(row["version"])
            out.append((str(row["outlet"]), version, behind, f"“{row['words']}”"))
    out.sort(key=lambda cells: cells[0])
    return out + [(", ".join(outlets), status, _NOTHING[status], "") for status, outlets in absent.items()]


def _wrap(cells: Cells) -> Cells:
    widths = [share * (WIDTH - 2 * MARGIN) - _BETWEEN for share in _SHARES]
    return tuple(drawing.wrapped(cell, width, SMALL) for cell, width in zip(cells, widths, strict=True))


def _laid_out(points: dict[str, list[Cells]], top: float) -> list[Line]:
    lines: list[Line] = []
    for point, rows in points.items():
        heading = drawing.wrapped(point, WIDTH - 2 * MARGIN, SMALL, "bold")
        for cells in [(heading,), *map(_wrap, rows)]:
            height = max(drawing.height_of(cell, SMALL) for cell in cells) + 2 * _ABOVE
            lines.append((cells, top, top + height))
            top += height
    return lines


def _draw(title: str, points: dict[str, list[Cells]], foot: str) -> Chart:
    full = WIDTH - 2 * MARGIN
    places = [MARGIN + full * sum(_SHARES[:k]) for k in range(len(_SHARES))]
    head, legend = drawing.wrapped(title, full, TITLE, "bold"), drawing.wrapped(_LEGEND, full, SMALL)
    under_title = MARGIN + drawing.height_of(head, TITLE) + 0.04
    names = under_title + drawing.height_of(legend, SMALL) + 0.14
    lines = _laid_out(points, names + drawing.height_of("x", SMALL) + 0.08)
    end = lines[-1][-1]
    chart = Chart(figsize=(WIDTH, end + 0.1 + drawing.height_of(foot, SMALL) + MARGIN), facecolor="white")
    drawing.say(chart, MARGIN, MARGIN, head, TITLE, weight="bold")
    drawing.say(chart, MARGIN, under_title, legend, SMALL, color=drawing.GREY)
    drawing.say(chart, MARGIN, end + 0.1, foot, SMALL, color=drawing.GREY)
    for place, name in zip(places, _COLUMNS, strict=True):
        drawing.say(chart, place, names, name, SMALL, color=drawing.GREY)
    for cells, top, _ in lines:
        _draw_line(chart, cells, top, places)
    return chart


def _draw_line(chart: Chart, cells: Cells, top: float, places: Sequence[float]) -> None:
    """A heading in bold or a row of cells, under a hairline."""
    wide, high = chart.get_size_inches()
    axes = chart.add_axes((0, 1 - top / high, 1, 0.5 / 72 / high), frame_on=False, xticks=[], yticks=[])
    axes.axhspan(0, 1, xmin=MARGIN / wide, xmax=1 - MARGIN / wide, color=drawing.PALE, linewidth=0)
    weight = "bold" if len(cells) == 1 else "normal"
    for place, cell in zip(places, cells, strict=False):
        drawing.say(chart, place, top + _ABOVE, cell, SMALL, weight=weight)
