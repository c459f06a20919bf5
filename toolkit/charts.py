"""A Comparison as a picture. Charts draw the numbers they are given and compute none."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure

from . import schema
from .result import Comparison

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.typing import RcKeyType

WIDTH = 8.0  # inches: the text width of a notebook and of a printed page
TOP_TERMS = 12  # terms a group in a keyness chart
MOST_ROWS = 120  # a chart longer than four pages is no chart; what is left out is named on it

_MARGIN, _GAP = 0.15, 0.14  # inches
_LABELS_AT_MOST, _FIGURES_AT_MOST = 2.6, 1.75  # inches
_SMALL, _TEXT, _TITLE = 9.0, 10.0, 13.0  # points
_LINE = 1.35 / 72  # inches a point of type size
_NOTE_LENGTH = 170  # characters of a note in the small print
_BLOCKS_TOLD, _ROWS_TOLD = 4, 6  # what the alt text spells out
_INK, _GREY, _PALE = "#1a1a1a", "#555555", "#d9d9d9"
_OKABE_ITO_ORDER = (5, 6, 3, 0, 7)  # blue, vermillion, green, black, purple: those that stand out on white
_MARKERS = "osD^v"
_SCRIPTS = ("Noto Sans CJK SC", "Noto Sans SC", "Microsoft YaHei", "PingFang SC", "Noto Sans Devanagari", "Nirmala UI")


@dataclass(frozen=True)
class Row:
    """One line of a chart: a mark with its interval, the dots under it, and the figures written at the right."""

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
    """Rows under a common heading; an empty heading is not drawn."""

    heading: str
    rows: tuple[Row, ...]


class Chart(Figure):
    """A matplotlib Figure that keeps the numbers it was drawn from and says in words what it shows.

    `comparison` holds the data and `alt` the description for people who cannot see the picture; a notebook shows the
    chart with that description attached, on white, whatever its theme.
    """

    def __init__(self, comparison: Comparison, size: tuple[float, float]) -> None:
        super().__init__(figsize=size, dpi=144, facecolor="white")
        self.comparison = comparison
        self.alt = alt_text(comparison)

    def _png(self) -> str:
        stream = io.BytesIO()
        self.savefig(stream, format="png", dpi=144, metadata={"Software": None})
        return base64.b64encode(stream.getvalue()).decode()

    def _repr_html_(self) -> str:
        return self._image(self._png())

    def _image(self, png: str) -> str:
        style = "max-width:100%;height:auto;background:#fff"
        width = round(self.get_figwidth() * 96)
        return f'<img src="data:image/png;base64,{png}" width="{width}" style="{style}" alt="{escape(self.alt)}">'

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
        png = self._png()
        return (
            {"text/html": self._image(png), "image/png": png, "text/plain": self.alt},
            {"image/png": {"alt": self.alt}},
        )


def plot(comparison: Comparison, *, title: str | None = None, small_print: bool = True) -> Chart:
    """The comparison as a chart: one row a group, its figure as a filled mark, its articles as hollow dots.

    Of kind "means" (a line shows the 95% interval where there are articles enough for one) or "keyness" (the terms
    that a group uses more than the others do, with the counts). `title` replaces the comparison's own; without
    `small_print` the lines about what the numbers rest on are left away, and then belong into the caption.
    The chart has `.comparison`, `.alt`, and matplotlib's own `.savefig`; `export` writes it with all that belongs to it.
    """
    blocks, left_out = _shown(_blocks(comparison))
    says = _small_print(comparison, small_print)
    with _style():
        return _drawn(
            comparison, blocks, _Words(title or comparison.title, [*_legend(comparison, blocks), *left_out], says)
        )


def _blocks(comparison: Comparison) -> list[Block]:
    kinds = {"means": _means, "keyness": _keyness}
    if comparison.kind not in kinds:
        raise schema.InputError(f"A comparison of kind {comparison.kind!r} has no chart; kinds are {', '.join(kinds)}.")
    if not len(comparison.table):
        raise schema.InputError(
            f"There is nothing to draw: the comparison “{comparison.title}” has no rows; its notes say what was left out."
        )
    return kinds[comparison.kind](comparison)


# What is drawn


def _number(cell: object) -> float:
    """A cell as a number to draw; what is missing or infinite is NaN."""
    value = float(cell) if isinstance(cell, int | float) else math.nan
    return value if math.isfinite(value) else math.nan


def _articles(count: object) -> str:
    n = _number(count)
    return "" if math.isnan(n) else f" (n = {n:.0f} article{'' if n == 1 else 's'})"


def _dots(comparison: Comparison) -> dict[tuple[Any, Any], list[float]]:
    dots: dict[tuple[Any, Any], list[float]] = {}
    for point in schema.records(comparison.points):
        value = _number(point["value"])
        if not math.isnan(value):
            dots.setdefault((point["group"], point["item"]), []).append(value)
    return dots


def _means(comparison: Comparison) -> list[Block]:
    """A block an item with a row a group; where there is one group only, the items are its rows."""
    groups, items, dots = comparison.groups(), comparison.items(), _dots(comparison)
    by_group = len(groups) == 1 < len(items)
    heads, head, label = (groups, "group", "item") if by_group else (items, "item", "group")
    cells = schema.records(comparison.table)
    write = _writer([row[name] for row in cells for name in ("estimate", "low", "high")])
    rows: dict[str, list[Row]] = {name: [] for name in heads}
    for cell in cells:
        estimate, low, high = (_number(cell[name]) for name in ("estimate", "low", "high"))
        articles = tuple(dots.get((cell["group"], cell["item"]), ()))
        name = f"{cell[label]}{_articles(cell['n_articles'])}"
        figures = write(estimate, low, high)
        rows[cell[head]].append(Row(name, estimate, low, high, figures, groups.index(cell["group"]), articles))
    return [Block(str(name) if len(heads) > 1 or by_group else "", tuple(rows[name])) for name in heads]


def _writer(values: Iterable[object]) -> Any:
    """A function that writes an estimate and its interval, with decimals that suit all values of the chart."""
    largest = max((abs(v) for v in map(_number, values) if v == v), default=0.0)
    decimals = 0 if largest >= 100 else 1 if largest >= 10 else 2 if largest >= 0.1 or not largest else 4

    def write(estimate: float, low: float, high: float) -> str:
        if math.isnan(estimate):
            return "not defined"
        text = f"{estimate:.{decimals}f}"
        if not (math.isnan(low) or math.isnan(high)):
            text += f" [{low:.{decimals}f}, {high:.{decimals}f}]"
        return text.replace("-", "−")

    return write


def _keyness(comparison: Comparison) -> list[Block]:
    """A block a group: the terms it uses more than the others do, the clearest first."""
    groups = comparison.groups()
    ranked: dict[str, list[dict[str, Any]]] = {group: [] for group in groups}
    articles = {}
    for cell in schema.records(comparison.table):
        articles.setdefault(cell["group"], cell["n_articles"])
        if _number(cell["estimate"]) > 0:
            ranked[cell["group"]].append(cell)
    blocks = []
    for number, group in enumerate(groups):
        top = sorted(ranked[group], key=lambda cell: (-cell["estimate"], str(cell["item"])))[:TOP_TERMS]
        blocks.append(Block(f"{group}{_articles(articles[group])}", tuple(_term(cell, number) for cell in top)))
    return blocks


def _term(cell: dict[str, Any], group: int) -> Row:
    counts = " : ".join(f"{_number(cell.get(name)):.0f}" for name in ("count", "count_rest"))
    sure = _number(cell["p_adjusted"]) < 0.05
    low, high = _number(cell["low"]), _number(cell["high"])
    return Row(str(cell["item"]), cell["estimate"], low, high, counts.replace("nan", "–"), group, filled=sure)


def _shown(blocks: list[Block]) -> tuple[list[Block], list[str]]:
    """As many blocks as fit a chart, and a sentence about the rest."""
    kept: list[Block] = []
    room = MOST_ROWS
    for block in blocks:
        if kept and len(block.rows) > room:
            break
        kept.append(Block(block.heading, block.rows[: max(room, 0)]))
        room -= len(block.rows) + 1
    rows, all_rows = (sum(len(block.rows) for block in some) for some in (kept, blocks))
    return kept, [f"The first {rows} of {all_rows} rows; all stand in the table."] if rows < all_rows else []


# What is said


@dataclass(frozen=True)
class _Words:
    """The text above and below the plot."""

    title: str
    legend: list[str]
    small_print: list[str]


def _legend(comparison: Comparison, blocks: list[Block]) -> list[str]:
    """How to read the marks, naming only those that are there."""
    rows = [row for block in blocks for row in block.rows]
    if comparison.kind == "keyness":
        sure = any(row.filled for row in rows)
        unsure = any(not row.filled for row in rows)
        return [
            "Terms each group uses more than the others do. At the right: times used here : by all others.",
            *(["Filled: p < .05 after adjustment."] if sure else []),
            *(["Hollow: the difference may be chance, or there are too few articles to tell."] if unsure else []),
        ]
    interval = any(not math.isnan(row.low) for row in rows)
    return [
        "Filled mark: the group's figure over all its articles" + (", line: 95% interval." if interval else "."),
        *(["Hollow dot: one article."] if any(row.dots for row in rows) else []),
        *([] if interval else ["Too few articles for an interval."]),
    ]


def _small_print(comparison: Comparison, wanted: bool) -> list[str]:
    if not wanted:
        return []
    return [comparison.basis() + ".", *(_shortened(note) for note in comparison.notes[:2])]


def _shortened(note: str) -> str:
    if len(note) <= _NOTE_LENGTH:
        return note
    return note[:_NOTE_LENGTH].rsplit(" ", 1)[0].rstrip(",;:.") + " …"


def _axis_label(comparison: Comparison) -> str:
    """What is measured, with the unit and the single item where the measure does not say them already."""
    label = comparison.measure
    items = comparison.items()
    if comparison.kind == "means" and len(items) == 1 and str(items[0]).casefold() not in label.casefold():
        label = f"{items[0]}: {label}"
    return label if not comparison.unit or comparison.unit in label else f"{label}, {comparison.unit}"


# How it is drawn. All places are in inches from the top left corner.


def _style() -> AbstractContextManager[None]:
    """Matplotlib's own defaults with our type, whatever the user's settings are; "$" is a dollar and no formula."""
    import matplotlib.style
    from matplotlib.font_manager import fontManager

    installed = set(fontManager.get_font_names())
    family = ["DejaVu Sans", *(name for name in _SCRIPTS if name in installed)]
    rc: dict[RcKeyType, Any] = {"font.family": family, "font.size": _TEXT, "text.parse_math": False}
    return matplotlib.style.context(["default", rc])


def _width(text: str, size: float, weight: str = "normal") -> float:
    """How wide a line of text is."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(size=size, weight=weight)
    return float(text_to_path.get_text_width_height_descent(text, font, False)[0]) / 72 if text else 0.0


def _wrapped(text: str, width: float, size: float, weight: str = "normal") -> str:
    """The text broken into lines no wider than `width`, inside a word only where the word is wider than a line."""
    lines = [""]
    for word in text.split():
        while word:
            longer = f"{lines[-1]} {word}".strip()
            if _width(longer, size, weight) <= width:
                lines[-1], word = longer, ""
            elif lines[-1]:
                lines.append("")
            else:
                fits = max(1, next((n for n in range(1, len(word)) if _width(word[: n + 1], size, weight) > width), 1))
                lines[-1], word = word[:fits], word[fits:]
                lines.append("")
    return "\n".join(line for line in lines if line)


def _height(text: str, size: float) -> float:
    return (text.count("\n") + 1) * size * _LINE if text else 0.0


@dataclass(frozen=True)
class _Line:
    """A row or a heading with its wrapped label and its place."""

    top: float
    height: float
    label: str
    row: Row | None


def _lines(blocks: Sequence[Block], width: float, top: float) -> list[_Line]:
    lines: list[_Line] = []

    def add(label: str, least: float, row: Row | None) -> None:
        nonlocal top
        height = max(least, _height(label, _TEXT) + 0.1)
        lines.append(_Line(top, height, label, row))
        top += height

    for block in blocks:
        if block.heading:
            add(_wrapped(block.heading, WIDTH - 2 * _MARGIN, _TEXT, "bold"), 0.38, None)
        for row in block.rows:
            add(_wrapped(row.label, width, _TEXT), 0.46 if row.dots else 0.27, row)
    return lines


def _column(texts: Iterable[str], at_most: float) -> float:
    return min(at_most, max((_width(text, _TEXT) for text in texts), default=0.0)) + 0.02


def _drawn(comparison: Comparison, blocks: list[Block], words: _Words) -> Chart:
    full = WIDTH - 2 * _MARGIN
    rows = [row for block in blocks for row in block.rows]
    title = _wrapped(words.title, full, _TITLE, "bold")
    legend = _wrapped(" ".join(words.legend), full, _SMALL)
    axis = _wrapped(_axis_label(comparison), full, _TEXT)
    foot = "\n".join(_wrapped(line, full, _SMALL) for line in words.small_print)
    labels = _column((row.label for row in rows), _LABELS_AT_MOST)
    figures = _column((row.figures for row in rows), _FIGURES_AT_MOST)
    top = _MARGIN + _height(title, _TITLE) + 0.06 + _height(legend, _SMALL) + 0.36
    lines = _lines(blocks, labels, top)
    bottom = lines[-1].top + lines[-1].height + 0.08
    under = bottom + 0.28
    below = under + _height(axis, _TEXT) + 0.12
    chart = Chart(comparison, (WIDTH, below + _height(foot, _SMALL) + _MARGIN))
    _say(chart, _MARGIN, _MARGIN, title, size=_TITLE, weight="bold")
    _say(chart, _MARGIN, _MARGIN + _height(title, _TITLE) + 0.06, legend, size=_SMALL, color=_GREY)
    left, right = _MARGIN + labels + _GAP, WIDTH - _MARGIN - figures - _GAP
    axes = _axes(chart, (left, top, right, bottom), rows)
    _say(chart, (left + right) / 2, under, axis, ha="center")
    _say(chart, _MARGIN, below, foot, size=_SMALL, color=_GREY)
    for line in lines:
        _draw_line(chart, axes, line)
    return chart


def _say(chart: Chart, x: float, y: float, text: str, **style: Any) -> None:
    wide, high = chart.get_size_inches()
    look = {"va": "top", "color": _INK, "linespacing": 1.25, **style}
    chart.text(x / wide, 1 - y / high, text, **look)


def _axes(chart: Chart, box: tuple[float, float, float, float], rows: Sequence[Row]) -> Axes:
    """The plot: its vertical scale is inches from the top of the chart, its horizontal one the measure's with its zero."""
    wide, high = chart.get_size_inches()
    left, top, right, bottom = box
    axes = chart.add_axes((left / wide, 1 - bottom / high, (right - left) / wide, (bottom - top) / high))
    values = [v for row in rows for v in (row.estimate, row.low, row.high, *row.dots) if not math.isnan(v)]
    least, most = min([0.0, *values]), max([0.0, *values])
    room = 0.04 * (most - least) or 0.5
    axes.set_xlim(least - room, most + room)
    axes.set_ylim(bottom, top)
    axes.set_yticks([])
    axes.spines[["left", "right", "top"]].set_visible(False)
    axes.spines["bottom"].set_color(_GREY)
    tall = bottom - top > 6
    axes.tick_params(axis="x", labelsize=_SMALL, color=_GREY, labelcolor=_GREY, top=tall, labeltop=tall)
    axes.locator_params(axis="x", nbins=6)
    axes.axvline(0, color=_GREY, linewidth=0.9, zorder=1)
    return axes


def _look(group: int, groups: int) -> tuple[Any, str]:
    """Colour and marker of a group; where there are more groups than can be told apart, one look for all."""
    import matplotlib as mpl

    place = group if groups <= len(_MARKERS) else 0
    return mpl.color_sequences["okabe_ito"][_OKABE_ITO_ORDER[place]], _MARKERS[place]


def _draw_line(chart: Chart, axes: Axes, line: _Line) -> None:
    row, middle = line.row, line.top + line.height / 2
    if row is None:
        _say(chart, _MARGIN, line.top + line.height - 0.05, line.label, va="bottom", weight="bold")
        return
    _say(chart, _MARGIN, middle, line.label, va="center")
    _say(chart, WIDTH - _MARGIN, middle, row.figures, va="center", ha="right")
    colour, marker = _look(row.group, len(chart.comparison.groups()))
    place = middle - 0.09 if row.dots else middle
    axes.axhline(place, color=_PALE, linewidth=0.7, zorder=0)
    axes.plot([row.low, row.high], [place, place], color=colour, linewidth=2.2, zorder=3)
    if chart.comparison.kind == "keyness":
        axes.plot([0, row.estimate], [place, place], color=colour, linewidth=1.2, zorder=2)
    face = colour if row.filled else "white"
    axes.plot([row.estimate], [place], marker, color=colour, markerfacecolor=face, markersize=7, zorder=4)
    for x, offset in _apart(axes, row.dots):
        axes.plot([x], [middle + 0.1 + offset], "o", color=colour, markerfacecolor="none", markersize=4.5, alpha=0.8)


def _apart(axes: Axes, dots: Iterable[float]) -> list[tuple[float, float]]:
    """Dots beside each other where they would cover each other: each takes the first level that is free at its place."""
    least, most = axes.get_xlim()
    apart = 0.075 * (most - least) / (axes.get_position().width * WIDTH)
    last = dict.fromkeys((0.0, 0.035, -0.035, 0.07, -0.07), -math.inf)
    places = []
    for x in sorted(dots):
        level = next((level for level, taken in last.items() if taken <= x - apart), min(last, key=lambda k: last[k]))
        last[level] = x
        places.append((x, level))
    return places


# The same in words


def alt_text(comparison: Comparison) -> str:
    """What the chart shows, in one or two sentences with its numbers, for people who cannot see it."""
    blocks = [block for block in _blocks(comparison) if block.rows]
    what = "Dot plot" if comparison.kind == "means" else "Chart of the terms each group uses more than the others"
    parts = [_said(block, comparison) for block in blocks]
    told, rest = parts[:_BLOCKS_TOLD], len(parts) - _BLOCKS_TOLD
    more = f"; and {rest} more in the table" if rest > 0 else ""
    return f"{what}: {comparison.title} ({comparison.measure}; {comparison.basis()}). {'; '.join(told)}{more}."


def _said(block: Block, comparison: Comparison) -> str:
    rows = block.rows[:_ROWS_TOLD]
    figures = ", ".join(f"{row.label} {row.figures}" for row in rows)
    rest = len(block.rows) - len(rows)
    more = f" and {rest} more" if rest else ""
    return f"{block.heading}: {figures}{more}" if block.heading else figures + more
