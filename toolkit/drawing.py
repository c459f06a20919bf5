"""How a chart is drawn: text measured and wrapped, rows laid out, marks placed. It knows nothing of comparisons.

All places are inches from the top left corner.
"""

from __future__ import annotations

import base64
import io
import math
import re
import warnings
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import matplotlib.style
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.patches import Circle
from matplotlib.textpath import text_to_path

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from .result import Comparison

WIDTH = 8.0  # inches: the text width of a notebook and of a printed page

_ROOMY_ROWS = 16  # up to here the dots stand below the mark; with more rows each is as low as its text
_MANY_DOTS = 100  # in a row; more would hide the mark, and each other
MARGIN, _GAP, _LABELS_AT_MOST, _HAIR = 0.15, 0.14, 2.6, 0.02  # inches
SMALL, _TEXT, TITLE = 9.0, 10.0, 13.0  # points
_LINE = 1.35 / 72  # inches a line takes for each point of type size
_BASELINE = 0.74  # of a line's height, from its top down to where the letters stand
_HINTED = 1.03  # letters fitted to the dots of a coarse screen are a little wider than they are drawn
_INK, GREY, PALE = "#1a1a1a", "#555555", "#d9d9d9"
_OKABE_ITO_ORDER = (5, 6, 3, 7, 0)  # blue, vermillion, green, purple, black: those that stand out on white
_DISC = 2  # sky blue of the same colours: black stands out on it
_HEADS_AT_MOST, _WIDEST_CELL, _CELL, _LARGEST, _LEAST_SHARE = 1.9, 0.6, 0.34, 0.16, 0.25  # inches; the last of 1
_MARKERS = "osD^v"
_SCRIPTS = ("Noto Sans CJK SC", "Noto Sans SC", "Microsoft YaHei", "PingFang SC", "Noto Sans Devanagari", "Nirmala UI")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")  # what cannot be drawn
_FAR_OUT = 8.0  # a dot this many times further out than every figure is put at the edge: it would hide all others


@dataclass(frozen=True)
class Row:
    """One line of a chart: a mark with its interval, the articles' dots, and the figures written at the right."""

    label: str
    estimate: float
    low: float
    high: float
    figures: str
    group: int
    dots: tuple[float, ...] = ()
    filled: bool = True


@dataclass(frozen=True)
class Block:
    """Rows under a common heading, which may be empty."""

    heading: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Picture:
    """All that is drawn: texts and rows. `stems` joins each mark to zero; `groups` is how many looks are needed.

    With a `scale` from one end to the other, dots are strokes on the row's line and nothing else is drawn.
    """

    title: str
    legend: str
    blocks: Sequence[Block]
    axis: str
    foot: Sequence[str]
    groups: int
    stems: bool = False
    scale: tuple[float, float] | None = None

    def rows(self) -> list[Row]:
        """All rows, from top to bottom."""
        return [row for block in self.blocks for row in block.rows]


@dataclass(frozen=True)
class Grid:
    """A table as it is drawn. `cells` holds row, column, share (0 to 1) and what is written in the cell."""

    title: str
    legend: str
    rows: Sequence[str]
    columns: Sequence[str]
    cells: Sequence[tuple[int, int, float, str]]
    foot: Sequence[str]


class Chart(Figure):
    """A matplotlib Figure with the data it was drawn from (`comparison`) and what it shows in words (`alt`).

    A notebook attaches these words to the picture for people who cannot see it, and keeps it on white in a dark theme.
    """

    comparison: Comparison | None = None
    alt: str = ""

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
        stream = io.BytesIO()
        self.savefig(stream, format="png", dpi=144, facecolor="white", metadata={"Software": None})
        png = base64.b64encode(stream.getvalue()).decode()
        size = f'width="{self.get_figwidth() * 96:.0f}" style="max-width:100%;height:auto;background:#fff"'
        html = f'<img src="data:image/png;base64,{png}" {size} alt="{escape(self.alt)}">'
        return {"text/html": html, "image/png": png, "text/plain": self.alt}, {"image/png": {"alt": self.alt}}

    def _repr_html_(self) -> str:
        return self._repr_mimebundle_()[0]["text/html"]


def type_style() -> AbstractContextManager[None]:
    """Matplotlib's defaults with our type, whatever the user's settings are; "$" is a dollar and begins no formula."""
    installed = set(fontManager.get_font_names())
    family = ["DejaVu Sans", *(name for name in _SCRIPTS if name in installed)]
    ours: Any = {"font.family": family, "font.size": _TEXT, "text.parse_math": False}
    return mpl.style.context(["default", ours])


def _width(text: str, size: float, weight: str = "normal") -> float:
    with warnings.catch_warnings():  # of a letter that no font has; it is given once more when the chart is drawn
        warnings.simplefilter("ignore", UserWarning)
        font = FontProperties(size=size, weight=weight)
        width = text_to_path.get_text_width_height_descent(text, font, False)[0] if text else 0.0
        return _HINTED * float(width) / 72


def wrapped(text: str, width: float, size: float, weight: str = "normal") -> str:
    """The text in lines no wider than `width`, broken inside a word only where the word is wider than a line."""
    lines = [""]
    for word in _CONTROL.sub(" ", text).split(" "):
        longer = f"{lines[-1]} {word}".strip(" ")
        if _width(longer, size, weight) <= width:
            lines[-1] = longer
            continue
        lines.append("")
        for letter in word:
            if _width(lines[-1] + letter, size, weight) > width:
                lines.append("")
            lines[-1] += letter
    return "\n".join(line for line in lines if line)


def height_of(text: str, size: float) -> float:
    """Inches that a text of so many lines takes."""
    return (text.count("\n") + 1) * size * _LINE if text else 0.0


@dataclass(frozen=True)
class _Line:
    """A row or, without one, a heading: its wrapped label, its place, and how far its mark and dots are apart."""

    top: float
    height: float
    label: str
    row: Row | None
    apart: float = 0.0


def _lines(picture: Picture, width: float, top: float) -> list[_Line]:
    roomy = len(picture.rows()) <= _ROOMY_ROWS
    lines: list[_Line] = []
    for block in picture.blocks:
        if block.heading:
            label = wrapped(block.heading, WIDTH - 2 * MARGIN, _TEXT, "bold")
            lines.append(_Line(top, height_of(label, _TEXT) + 0.18, label, None))
            top += lines[-1].height
        for row in block.rows:
            below = not picture.scale and ((roomy and row.dots) or len(row.dots) > _MANY_DOTS)
            apart = 0.19 if below else 0.0
            label = wrapped(row.label, width, _TEXT)
            lines.append(_Line(top, max(0.27 + apart, height_of(label, _TEXT) + 0.1), label, row, apart))
            top += lines[-1].height
    return lines


def draw(picture: Picture) -> Chart:
    """Every piece of text is measured and wrapped first, and the chart is made as high as that needs."""
    full, rows = WIDTH - 2 * MARGIN, picture.rows()
    labels = min(_LABELS_AT_MOST, max((_width(row.label, _TEXT) for row in rows), default=0.0)) + _HAIR
    left = MARGIN + labels + _GAP
    right = WIDTH - MARGIN - _GAP - max((_width(row.figures, _TEXT) for row in rows), default=0.0)
    title, legend = wrapped(picture.title, full, TITLE, "bold"), wrapped(picture.legend, full, SMALL)
    axis = wrapped(picture.axis, right - left, _TEXT)
    foot = "\n".join(wrapped(line, full, SMALL) for line in picture.foot)
    tall = len(rows) > _ROOMY_ROWS
    under_title = MARGIN + height_of(title, TITLE) + 0.04
    top = under_title + height_of(legend, SMALL) + (0.36 if tall else 0.14)
    lines = _lines(picture, labels, top)
    bottom = lines[-1].top + lines[-1].height + 0.06
    under_axis = bottom + 0.25
    under_all = under_axis + height_of(axis, _TEXT) + 0.12
    chart = Chart(figsize=(WIDTH, under_all + height_of(foot, SMALL) + MARGIN), facecolor="white")
    say(chart, MARGIN, MARGIN, title, TITLE, weight="bold")
    say(chart, MARGIN, under_title, legend, SMALL, color=GREY)
    say(chart, (left + right) / 2, under_axis, axis, ha="center")
    say(chart, MARGIN, under_all, foot, SMALL, color=GREY)
    axes = _axes(chart, (left, top, right, bottom), picture)
    axes.tick_params(axis="x", labelsize=SMALL, color=GREY, labelcolor=GREY, top=tall, labeltop=tall)
    for line in lines:
        _draw_line(chart, axes, line, picture)
    return chart


def draw_grid(grid: Grid) -> Chart:
    """A table: columns named upright, in each cell a disc as large as its share and its number on it."""
    full = WIDTH - 2 * MARGIN
    title, legend = wrapped(grid.title, full, TITLE, "bold"), wrapped(grid.legend, full, SMALL)
    names = [wrapped(name, _LABELS_AT_MOST, _TEXT) for name in grid.rows]
    heads = [wrapped(name, _HEADS_AT_MOST, SMALL) for name in grid.columns]
    foot = "\n".join(wrapped(line, full, SMALL) for line in grid.foot)
    left = MARGIN + max((_width(line, _TEXT) for name in names for line in name.split("\n")), default=0.0) + _GAP
    step = min((WIDTH - MARGIN - left) / len(heads), _WIDEST_CELL)
    under_title = MARGIN + height_of(title, TITLE) + 0.04
    tall = max((_width(line, SMALL) for head in heads for line in head.split("\n")), default=0.0)
    top = under_title + height_of(legend, SMALL) + 0.2 + tall
    edges = [top]
    for name in names:
        edges.append(edges[-1] + max(_CELL, height_of(name, _TEXT) + 0.1))
    chart = Chart(figsize=(WIDTH, edges[-1] + 0.12 + height_of(foot, SMALL) + MARGIN), facecolor="white")
    say(chart, MARGIN, MARGIN, title, TITLE, weight="bold")
    say(chart, MARGIN, under_title, legend, SMALL, color=GREY)
    say(chart, MARGIN, edges[-1] + 0.12, foot, SMALL, color=GREY)
    middles = [(a + b) / 2 for a, b in pairwise(edges)]
    for name, middle in zip(names, middles, strict=True):
        say(chart, MARGIN, middle - height_of(name, _TEXT) / 2, name)
    places = [left + step * (number + 0.5) for number in range(len(heads))]
    _say_upright(chart, places, top - 0.08, heads)
    _draw_cells(chart, grid, places, middles)
    return chart


def _say_upright(chart: Chart, places: Sequence[float], bottom: float, heads: Sequence[str]) -> None:
    wide, high = chart.get_size_inches()
    look: dict[str, Any] = {"size": SMALL, "color": _INK, "rotation": 90, "ha": "center", "va": "bottom"}
    for place, head in zip(places, heads, strict=True):
        chart.text(place / wide, 1 - bottom / high, head, linespacing=1.05, multialignment="left", **look)


def _draw_cells(chart: Chart, grid: Grid, places: Sequence[float], middles: Sequence[float]) -> None:
    wide, high = chart.get_size_inches()
    axes = chart.add_axes((0, 0, 1, 1), xlim=(0, wide), ylim=(high, 0), frame_on=False, xticks=[], yticks=[])
    for middle in middles:
        axes.plot([places[0] - 0.15, places[-1] + 0.15], [middle, middle], color=PALE, linewidth=0.7, zorder=0)
    colour = mpl.color_sequences["okabe_ito"][_DISC]
    for row, column, share, text in grid.cells:
        x, y = places[column], middles[row]
        half = _width(text, SMALL) / 2 + _HAIR
        axes.plot([x - half, x + half], [y, y], color="white", linewidth=3, zorder=0.5)  # no line through the number
        axes.add_patch(Circle((x, y), _LARGEST * math.sqrt(max(share, _LEAST_SHARE)), color=colour, zorder=1))
        axes.text(x, y, text, size=SMALL, color=_INK, ha="center", va="center_baseline", zorder=2)


def say(chart: Chart, x: float, y: float, text: str, size: float = _TEXT, **style: Any) -> None:
    """Lines of text, the first one's top at `y`."""
    wide, high = chart.get_size_inches()
    for number, line in enumerate(text.split("\n")):
        base = y + (number + _BASELINE) * size * _LINE
        chart.text(x / wide, 1 - base / high, line, size=size, **{"color": _INK, **style})


def _axes(chart: Chart, box: tuple[float, float, float, float], picture: Picture) -> Axes:
    """The plot: upright it counts inches from the top of the chart, across it is the measure's scale with its zero."""
    wide, high = chart.get_size_inches()
    left, top, right, bottom = box
    axes = chart.add_axes((left / wide, 1 - bottom / high, (right - left) / wide, (bottom - top) / high))
    least, most = picture.scale or _ends(picture.rows())
    room = 0.04 * (most - least) or 0.5
    axes.set(xlim=(least - room, most + room), ylim=(bottom, top), yticks=[])
    axes.spines[["left", "right", "top"]].set_visible(False)
    axes.spines["bottom"].set_color(GREY)
    axes.locator_params(axis="x", nbins=6)
    return axes


def far_out(rows: Sequence[Row]) -> bool:
    """True where a dot is so far out that it stands at the chart's edge instead of at its place."""
    least, most = _ends(rows)
    return any(not least <= dot <= most for row in rows for dot in row.dots)


def _ends(rows: Sequence[Row]) -> tuple[float, float]:
    """Both ends of the scale that some rows are drawn on."""
    figures = [v for row in rows for v in (row.estimate, row.low, row.high) if not math.isnan(v)]
    dots = [dot for row in rows for dot in row.dots]
    return _end(-1, figures, dots), _end(1, figures, dots)


def _end(sign: int, figures: Sequence[float], dots: Sequence[float]) -> float:
    """One end of the scale: zero, every figure, and the dots that are not far out."""
    furthest = max([0.0, *(sign * v for v in figures)])
    limit = _FAR_OUT * furthest if furthest else math.inf
    return sign * max([furthest, *(sign * v for v in dots if sign * v <= limit)])


def _draw_line(chart: Chart, axes: Axes, line: _Line, picture: Picture) -> None:
    row, middle = line.row, line.top + line.height / 2
    if row is None:
        say(chart, MARGIN, line.top + 0.13, line.label, weight="bold")
        return
    place = middle - 0.45 * line.apart
    say(chart, MARGIN, (middle if "\n" in line.label else place) - height_of(line.label, _TEXT) / 2, line.label)
    say(chart, WIDTH - MARGIN, place - _TEXT * _LINE / 2, row.figures, ha="right")
    look = row.group if picture.groups <= len(_MARKERS) else 0  # more than can be told apart look all the same
    colour, marker = mpl.color_sequences["okabe_ito"][_OKABE_ITO_ORDER[look]], _MARKERS[look]
    if picture.scale:  # a line for the article and an upright stroke at each place
        axes.plot(picture.scale, [place, place], color=GREY, linewidth=0.9, zorder=1)
        axes.plot(row.dots, [place] * len(row.dots), "|", color=colour, markersize=11, markeredgewidth=1.6, zorder=2)
        return
    axes.axhline(place, color=PALE, linewidth=0.7, zorder=0)
    axes.plot([0, 0], [line.top, line.top + line.height], color=GREY, linewidth=0.9, zorder=1)
    if picture.stems:
        axes.plot([0, row.estimate], [place, place], color=colour, linewidth=1.2, zorder=2)
    if row.dots:
        _draw_dots(axes, row.dots, place + line.apart, colour)
    axes.plot([row.low, row.high], [place, place], color=colour, linewidth=2.2, zorder=3)
    face = colour if row.filled else "white"
    axes.plot([row.estimate], [place], marker, color=colour, markerfacecolor=face, markersize=7, zorder=4)


def _draw_dots(axes: Axes, dots: Sequence[float], place: float, colour: object) -> None:
    """Hollow dots; where they would cover each other, each takes the first level that is free at its place."""
    least, most = axes.get_xlim()
    apart = 0.075 * (most - least) / (axes.get_position().width * WIDTH)
    last = dict.fromkeys((0.0, 0.035, -0.035, 0.07, -0.07), -math.inf)
    places = []
    for x in (min(max(dot, least), most) for dot in dots):
        level = next((level for level, taken in last.items() if taken <= x - apart), min(last, key=lambda k: last[k]))
        last[level] = x
        places.append((x, place + level))
    size = 4.5
    if len(dots) > _MANY_DOTS:  # of those that cover each other one is drawn, so that the file stays small
        size, shown = 3, {(x if x in (least, most) else round(4 * x / apart), y): (x, y) for x, y in places}
        places = list(shown.values())
    look: dict[str, Any] = {"color": colour, "markerfacecolor": "none", "markersize": size, "zorder": 2}
    for edge, marker in ((None, "o"), (least, "<"), (most, ">")):
        here = [at for at in places if (at[0] if at[0] in (least, most) else None) == edge]
        if here:
            axes.plot(*zip(*here, strict=True), marker, clip_on=False, **look)
