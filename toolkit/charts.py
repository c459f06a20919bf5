"""A Comparison as a picture. Charts draw the numbers they are given and compute none."""

from __future__ import annotations

import base64
import io
import math
import re
import textwrap
import warnings
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import matplotlib.style
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.textpath import text_to_path

from . import schema
from .result import Comparison

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH = 8.0  # inches: the text width of a notebook and of a printed page
TOP_TERMS = 12  # terms a group in a keyness chart
LEAST_COUNT = 2  # what a group said once, or never, does not set it apart
MOST_ROWS = 120  # what does not fit is counted on the chart

_ROOMY_ROWS = 16  # up to here the dots stand below the mark; with more rows each is as low as its text
_MARGIN, _GAP, _LABELS_AT_MOST, _HAIR = 0.15, 0.14, 2.6, 0.02  # inches
_SMALL, _TEXT, _TITLE = 9.0, 10.0, 13.0  # points
_LINE = 1.35 / 72  # inches a line takes for each point of type size
_BASELINE = 0.74  # of a line's height, from its top down to where the letters stand
_HINTED = 1.03  # letters fitted to the dots of a coarse screen are a little wider than they are drawn
_NOTE_LENGTH = 170  # characters of a note in the small print
_BLOCKS_TOLD, _ROWS_TOLD = 4, 4  # what the alt text spells out
_INK, _GREY, _PALE = "#1a1a1a", "#555555", "#d9d9d9"
_OKABE_ITO_ORDER = (5, 6, 3, 0, 7)  # blue, vermillion, green, black, purple: those that stand out on white
_MARKERS = "osD^v"
_SCRIPTS = ("Noto Sans CJK SC", "Noto Sans SC", "Microsoft YaHei", "PingFang SC", "Noto Sans Devanagari", "Nirmala UI")
_NO_BREAK = "\u00a0"
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")  # what cannot be drawn
_TERMS = "Terms a group uses more than the others, and at least twice; with the times used here : by all others"


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


class Chart(Figure):
    """A matplotlib Figure with the data it was drawn from (`comparison`) and what it shows in words (`alt`).

    A notebook attaches these words to the picture for people who cannot see it, and keeps it on white in a dark theme.
    """

    def __init__(self, comparison: Comparison, size: tuple[float, float]) -> None:
        super().__init__(figsize=size, facecolor="white")
        self.comparison = comparison
        self.alt = alt_text(comparison)

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
        stream = io.BytesIO()
        self.savefig(stream, format="png", dpi=144, facecolor="white", metadata={"Software": None})
        png = base64.b64encode(stream.getvalue()).decode()
        size = f'width="{self.get_figwidth() * 96:.0f}" style="max-width:100%;height:auto;background:#fff"'
        html = f'<img src="data:image/png;base64,{png}" {size} alt="{escape(self.alt)}">'
        return {"text/html": html, "image/png": png, "text/plain": self.alt}, {"image/png": {"alt": self.alt}}

    def _repr_html_(self) -> str:
        return self._repr_mimebundle_()[0]["text/html"]


def plot(comparison: Comparison, *, title: str | None = None, small_print: bool = True) -> Chart:
    """The comparison as a chart: each group's figure, its 95% interval where there is one, and a dot for each article.

    A comparison of kind "keyness" shows the terms each group uses more than the others, with their counts. `title`
    replaces the comparison's own. Without `small_print` the lines on what the numbers rest on are left away; they then
    belong in the caption. Unknown kinds and empty tables are InputErrors. `export` writes the chart to files.
    """
    blocks = _blocks(comparison)
    notes = [textwrap.shorten(note, _NOTE_LENGTH, placeholder=" …") for note in comparison.notes[:2]]
    foot = [f"{comparison.basis()}.", *notes] if small_print else []
    with _style():
        return _drawn(comparison, blocks, title or comparison.title, foot)


def _blocks(comparison: Comparison) -> list[Block]:
    kinds = {"means": _means, "keyness": _keyness}
    if comparison.kind not in kinds:
        raise schema.InputError(f"A comparison of kind {comparison.kind!r} has no chart; kinds are {', '.join(kinds)}.")
    if not len(comparison.table):
        raise schema.InputError(
            f"There is nothing to draw: “{comparison.title}” has no rows; its notes say what was left out."
        )
    return kinds[comparison.kind](comparison)


def _number(cell: object) -> float:
    """A cell as a number to draw; what is missing or infinite is NaN."""
    value = float(cell) if isinstance(cell, int | float) else math.nan
    return value if math.isfinite(value) else math.nan


def _with_n(name: object, articles: object) -> str:
    n = _number(articles)
    says = f"(n = {n:.0f} article{'' if n == 1 else 's'})".replace(" ", _NO_BREAK)
    return f"{name}" if math.isnan(n) else f"{name} {says}"


def _dots(comparison: Comparison) -> dict[Any, tuple[float, ...]]:
    """The articles' values for each group and item."""
    known = comparison.points[comparison.points["value"].map(_number).notna()]
    return {key: tuple(sorted(rows["value"])) for key, rows in known.groupby(["group", "item"], sort=False)}


def _means(comparison: Comparison) -> list[Block]:
    """A block for each item with a row for each group; where there is one group only, the items are its rows."""
    groups, items, dots = comparison.groups(), comparison.items(), _dots(comparison)
    heads, head, label = (groups, "group", "item") if len(groups) == 1 < len(items) else (items, "item", "group")
    cells = schema.records(comparison.table)
    decimals = _decimals(cell[name] for cell in cells for name in ("estimate", "low", "high"))
    rows: dict[str, list[Row]] = {name: [] for name in heads}
    for cell in cells:
        estimate, low, high = (_number(cell[name]) for name in ("estimate", "low", "high"))
        articles = dots.get((cell["group"], cell["item"]), ())
        name, figures = _with_n(cell[label], cell["n_articles"]), _figures(estimate, low, high, decimals)
        rows[cell[head]].append(Row(name, estimate, low, high, figures, groups.index(cell["group"]), articles))
    named = len(heads) > 1 or head == "group"
    return [Block(str(name) if named else "", tuple(rows[name])) for name in heads]


def _decimals(values: Iterable[object]) -> int:
    """Decimals that suit all figures of a chart."""
    largest = max((abs(v) for v in map(_number, values) if not math.isnan(v)), default=0.0)
    return 0 if largest >= 1000 else 1 if largest >= 10 else 2 if largest >= 0.1 or not largest else 4


def _figures(estimate: float, low: float, high: float, decimals: int) -> str:
    if math.isnan(estimate):
        return "not defined"
    interval = "" if math.isnan(low) or math.isnan(high) else f" [{low:z.{decimals}f}, {high:z.{decimals}f}]"
    return f"{estimate:z.{decimals}f}{interval}".replace("-", "−")


def _keyness(comparison: Comparison) -> list[Block]:
    """A block for each group: the terms it uses more than the others do, the clearest first."""
    ranked: dict[str, list[dict[str, Any]]] = {group: [] for group in comparison.groups()}
    articles: dict[str, object] = {}
    for cell in schema.records(comparison.table):
        articles[cell["group"]] = cell["n_articles"]
        if _number(cell["estimate"]) > 0 and not _number(cell.get("count")) < LEAST_COUNT:
            ranked[cell["group"]].append(cell)
    blocks = []
    for number, (group, cells) in enumerate(ranked.items()):
        top = sorted(cells, key=lambda cell: (-cell["estimate"], str(cell["item"])))[:TOP_TERMS]
        heading = _with_n(group, articles[group]) + ("" if top else ": no term stands out")
        blocks.append(Block(heading, tuple(_term(cell, number) for cell in top)))
    return blocks


def _term(cell: dict[str, Any], group: int) -> Row:
    counts = " : ".join(f"{_number(cell.get(name)):.0f}" for name in ("count", "count_rest")).replace("nan", "–")
    low, high, p = (_number(cell[name]) for name in ("low", "high", "p_adjusted"))
    return Row(str(cell["item"]), cell["estimate"], low, high, counts, group, filled=p < 0.05)


def _shown(blocks: list[Block]) -> list[Block]:
    """The first blocks, as many as fit a chart; of a single one that does not fit, its first rows."""
    kept = [Block(blocks[0].heading, blocks[0].rows[:MOST_ROWS])]
    for block in blocks[1:]:
        if sum(len(b.rows) for b in (*kept, block)) > MOST_ROWS:
            break
        kept.append(block)
    return kept


def _legend(comparison: Comparison, rows: Sequence[Row]) -> str:
    """How to read the marks that are there."""
    keyness = comparison.kind == "keyness"
    lines = [not math.isnan(row.low) for row in rows]
    marks = {
        f"{_TERMS}.": keyness,
        "Filled: p < .05 after adjustment.": keyness and any(row.filled for row in rows),
        "Hollow: may be chance, or too few articles to tell.": not all(row.filled for row in rows),
        "Filled mark: the group's figure over all its articles.": not keyness,
        "Line: 95% interval.": any(lines),
        "No line: too few articles for one.": not keyness and not all(lines),
        "Hollow dot: one article.": any(row.dots for row in rows),
    }
    return " ".join(text for text, there in marks.items() if there)


def _axis_label(comparison: Comparison) -> str:
    """What is measured, with the unit and the single item where the measure does not say them already."""
    label, items = comparison.measure, comparison.items()
    if comparison.kind == "keyness":
        return comparison.unit
    if len(items) == 1 and str(items[0]).casefold() not in label.casefold():
        label = f"{items[0]}: {label}"
    return label if not comparison.unit or comparison.unit in label else f"{label}, {comparison.unit}"


def alt_text(comparison: Comparison) -> str:
    """What the chart shows, with its numbers, for people who cannot see it."""
    what = "Dot plot" if comparison.kind == "means" else _TERMS
    figures = _first([_said(block) for block in _blocks(comparison)], _BLOCKS_TOLD, "; ")
    return f"{what}: {comparison.title} ({_axis_label(comparison)}; {comparison.basis()}). {figures}."


def _said(block: Block) -> str:
    rows = _first([f"{row.label} {row.figures}" for row in block.rows], _ROWS_TOLD, ", ")
    return ": ".join(part for part in (block.heading, rows) if part).replace(_NO_BREAK, " ")


def _first(parts: list[str], count: int, between: str) -> str:
    more = [f"and {len(parts) - count} more in the table"] if len(parts) > count else []
    return between.join([*parts[:count], *more])


# How it is drawn. All places are inches from the top left corner.


def _style() -> AbstractContextManager[None]:
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


def _wrapped(text: str, width: float, size: float, weight: str = "normal") -> str:
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


def _height(text: str, size: float) -> float:
    return (text.count("\n") + 1) * size * _LINE if text else 0.0


@dataclass(frozen=True)
class _Line:
    """A row or, without one, a heading: its wrapped label, its place, and how far its mark and dots are apart."""

    top: float
    height: float
    label: str
    row: Row | None
    apart: float = 0.0


def _lines(blocks: Sequence[Block], width: float, top: float) -> list[_Line]:
    roomy = sum(len(block.rows) for block in blocks) <= _ROOMY_ROWS
    lines: list[_Line] = []
    for block in blocks:
        if block.heading:
            label = _wrapped(block.heading, WIDTH - 2 * _MARGIN, _TEXT, "bold")
            lines.append(_Line(top, _height(label, _TEXT) + 0.18, label, None))
            top += lines[-1].height
        for row in block.rows:
            apart = 0.19 if row.dots and roomy else 0.0
            label = _wrapped(row.label, width, _TEXT)
            lines.append(_Line(top, max(0.27 + apart, _height(label, _TEXT) + 0.1), label, row, apart))
            top += lines[-1].height
    return lines


def _drawn(comparison: Comparison, every: list[Block], title: str, foot: list[str]) -> Chart:
    """Every piece of text is measured and wrapped first, and the chart is made as high as that needs."""
    full, blocks = WIDTH - 2 * _MARGIN, _shown(every)
    rows, all_rows = ([row for block in some for row in block.rows] for some in (blocks, every))
    left_out = f" The first {len(rows)} of {len(all_rows)} rows are shown; all stand in the table."
    legend = _legend(comparison, rows) + (left_out if len(rows) < len(all_rows) else "")
    labels = min(_LABELS_AT_MOST, max((_width(row.label, _TEXT) for row in rows), default=0.0)) + _HAIR
    left = _MARGIN + labels + _GAP
    right = WIDTH - _MARGIN - _GAP - max((_width(row.figures, _TEXT) for row in rows), default=0.0)
    title, legend = _wrapped(title, full, _TITLE, "bold"), _wrapped(legend, full, _SMALL)
    axis = _wrapped(_axis_label(comparison), right - left, _TEXT)
    foot_text = "\n".join(_wrapped(line, full, _SMALL) for line in foot)
    tall = len(rows) > _ROOMY_ROWS
    under_title = _MARGIN + _height(title, _TITLE) + 0.04
    top = under_title + _height(legend, _SMALL) + (0.36 if tall else 0.14)
    lines = _lines(blocks, labels, top)
    bottom = lines[-1].top + lines[-1].height + 0.06
    under_axis = bottom + 0.25
    under_all = under_axis + _height(axis, _TEXT) + 0.12
    chart = Chart(comparison, (WIDTH, under_all + _height(foot_text, _SMALL) + _MARGIN))
    _say(chart, _MARGIN, _MARGIN, title, _TITLE, weight="bold")
    _say(chart, _MARGIN, under_title, legend, _SMALL, color=_GREY)
    _say(chart, (left + right) / 2, under_axis, axis, ha="center")
    _say(chart, _MARGIN, under_all, foot_text, _SMALL, color=_GREY)
    axes = _axes(chart, (left, top, right, bottom), rows)
    axes.tick_params(axis="x", labelsize=_SMALL, color=_GREY, labelcolor=_GREY, top=tall, labeltop=tall)
    for line in lines:
        _draw_line(chart, axes, line)
    return chart


def _say(chart: Chart, x: float, y: float, text: str, size: float = _TEXT, **style: Any) -> None:
    """Lines of text, the first one's top at `y`."""
    wide, high = chart.get_size_inches()
    for number, line in enumerate(text.split("\n")):
        base = y + (number + _BASELINE) * size * _LINE
        chart.text(x / wide, 1 - base / high, line, size=size, **{"color": _INK, **style})


def _axes(chart: Chart, box: tuple[float, float, float, float], rows: Sequence[Row]) -> Axes:
    """The plot: upright it counts inches from the top of the chart, across it is the measure's scale with its zero."""
    wide, high = chart.get_size_inches()
    left, top, right, bottom = box
    axes = chart.add_axes((left / wide, 1 - bottom / high, (right - left) / wide, (bottom - top) / high))
    values = [v for row in rows for v in (row.estimate, row.low, row.high, *row.dots) if not math.isnan(v)]
    least, most = min([0.0, *values]), max([0.0, *values])
    room = 0.04 * (most - least) or 0.5
    axes.set(xlim=(least - room, most + room), ylim=(bottom, top), yticks=[])
    axes.spines[["left", "right", "top"]].set_visible(False)
    axes.spines["bottom"].set_color(_GREY)
    axes.locator_params(axis="x", nbins=6)
    return axes


def _look(chart: Chart, row: Row) -> tuple[Any, str]:
    """Colour and marker of a group; where there are more groups than can be told apart, one look for all."""
    place = row.group if len(chart.comparison.groups()) <= len(_MARKERS) else 0
    return mpl.color_sequences["okabe_ito"][_OKABE_ITO_ORDER[place]], _MARKERS[place]


def _draw_line(chart: Chart, axes: Axes, line: _Line) -> None:
    row, middle = line.row, line.top + line.height / 2
    if row is None:
        _say(chart, _MARGIN, line.top + 0.13, line.label, weight="bold")
        return
    place = middle - 0.45 * line.apart
    _say(chart, _MARGIN, (middle if "\n" in line.label else place) - _height(line.label, _TEXT) / 2, line.label)
    _say(chart, WIDTH - _MARGIN, place - _TEXT * _LINE / 2, row.figures, ha="right")
    axes.axhline(place, color=_PALE, linewidth=0.7, zorder=0)
    axes.plot([0, 0], [line.top, line.top + line.height], color=_GREY, linewidth=0.9, zorder=1)
    colour, marker = _look(chart, row)
    if chart.comparison.kind == "keyness":
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
    for x in dots:
        level = next((level for level, taken in last.items() if taken <= x - apart), min(last, key=lambda k: last[k]))
        last[level] = x
        places.append(place + level)
    size = 4.5 if len(dots) <= 100 else 3
    axes.plot(dots, places, "o", color=colour, markerfacecolor="none", markersize=size, zorder=2)
