"""A Comparison as a picture: which rows, labels and words a chart shows. Charts compute none of the numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from itertools import accumulate, product
from typing import Any

from . import schema
from .drawing import Block, Chart, Grid, Picture, Row, draw, draw_grid, far_out, type_style
from .result import Comparison

__all__ = ["Chart", "alt_text", "plot"]

TOP_TERMS = 12  # terms a group in a keyness chart
LEAST_COUNT = 2  # what a group said once, or never, does not set it apart
MOST_ROWS = 120  # what does not fit is counted on the chart
MOST_COLUMNS = 16
LEAST_FOR_MATRIX = 4  # groups and items from which figures of one article each stand in a table

_NOTE_LENGTH = 240  # characters of a note in the small print
_BLOCKS_TOLD, _ROWS_TOLD = 4, 4  # what the alt text spells out
_NO_BREAK = "\u00a0"
_COUNTS_LEGEND = "Number: times found. Disc: the larger, the greater its share of the column. Empty: not found."
_MATRIX_LEGEND = "Number: the figure of the one article there is. Disc: the larger, the higher. Empty: 0."
_STROKES = "Line: an article from its first word to its last. Stroke: one occurrence. Number: how many there are."
_TERMS = "Terms a group uses more than the others, and at least twice; with the times used here : by all others"


def plot(comparison: Comparison, *, title: str | None = None, small_print: bool = True) -> Chart:
    """The comparison as a chart: each group's figure, its 95% interval where there is one, and a dot for each article.

    A comparison of kind "keyness" shows the terms each group uses more than the others, with their counts; one of kind
    "counts" is a table, an item a row and a group a column, with the times each is found there; so are the figures of
    many groups of one article each, for whom a dot plot would say everything twice. `title`
    replaces the comparison's own. Without `small_print` the lines on what the numbers rest on are left away; they then
    belong in the caption. Unknown kinds and empty tables are InputErrors. `export` writes the chart to files.
    """
    if not isinstance(comparison, Comparison):
        raise schema.InputError(
            f"plot takes what compare returned, not a {type(comparison).__name__}; call compare first."
        )
    blocks = _blocks(comparison)
    shown = _shown(blocks)
    foot = [f"{comparison.basis()}.", *map(_brief, comparison.notes[:2])] if small_print else []
    with type_style():
        if _is_grid(comparison, blocks):
            chart = draw_grid(_grid(comparison, shown, title or comparison.title, foot))
        else:
            chart = draw(_picture(comparison, blocks, shown, title or comparison.title, foot))
    chart.comparison, chart.alt = comparison, alt_text(comparison, title)
    return chart


def _is_grid(comparison: Comparison, blocks: Sequence[Block]) -> bool:
    """True for what is shown as a table: counts, and shares of many groups that hold one article each."""
    rows = [row for block in blocks for row in block.rows]
    single = all(len(row.dots) < 2 and math.isnan(row.low) and 0 <= row.estimate <= 1 for row in rows)
    many = min(len(comparison.groups()), len(comparison.items())) >= LEAST_FOR_MATRIX
    return comparison.kind == "counts" or (comparison.kind == "means" and many and single)


def _picture(comparison: Comparison, blocks: list[Block], shown: list[Block], title: str, foot: list[str]) -> Picture:
    """The rows that are shown of all, with how to read them."""
    rows, all_rows = ([row for block in some for row in block.rows] for some in (shown, blocks))
    left_out = f" The first {len(rows)} of {len(all_rows)} rows are shown; all stand in the table."
    return Picture(
        title=title,
        legend=_legend(comparison, rows) + (left_out if len(rows) < len(all_rows) else ""),
        blocks=shown,
        axis=_axis_label(comparison),
        foot=foot,
        groups=len(comparison.groups()),
        stems=comparison.kind == "keyness",
        scale=(0.0, 1.0) if comparison.kind == "dispersion" else None,
    )


def _grid(comparison: Comparison, shown: list[Block], title: str, foot: list[str]) -> Grid:
    """The items as rows, the groups as columns, and a cell where an item is found in a group."""
    groups = comparison.groups()[:MOST_COLUMNS]
    cells = [
        (line, row.group, row.estimate, row.figures)
        for line, block in enumerate(shown)
        for row in block.rows
        if row.group < len(groups) and row.estimate
    ]
    more = len(comparison.groups()) - len(groups)
    left_out = f" {more} further columns are not shown; all stand in the table." if more else ""
    legend = _COUNTS_LEGEND if comparison.kind == "counts" else f"Shown: {comparison.measure}. {_MATRIX_LEGEND}"
    return Grid(title, legend + left_out, [block.heading for block in shown], groups, cells, foot)


def _brief(note: str) -> str:
    """As many whole sentences of a note as the small print has room for, and at least one."""
    kept, *more = re.split(r"(?<=[.!?]) (?=[A-Z])", note)
    for sentence in more:
        if len(kept) + len(sentence) >= _NOTE_LENGTH:
            break
        kept = f"{kept} {sentence}"
    return kept


def _blocks(comparison: Comparison) -> list[Block]:
    kinds = {"means": _means, "differences": _means, "keyness": _keyness, "counts": _counts, "dispersion": _dispersion}
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
    says = f"(n = {n:,.0f} article{'' if n == 1 else 's'})".replace(" ", _NO_BREAK)
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


def _counts(comparison: Comparison) -> list[Block]:
    """A block for each item with a row for each group it is found in: how often, and which share of the group's."""
    groups = comparison.groups()
    rows: dict[str, list[Row]] = {item: [] for item in comparison.items()}
    for cell in schema.records(comparison.table):
        share, count = _number(cell["estimate"]), _number(cell["count"])
        label = str(cell["group"])
        rows[cell["item"]].append(Row(label, share, math.nan, math.nan, f"{count:.0f}", groups.index(label)))
    return [Block(str(item), tuple(found)) for item, found in rows.items()]


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
    cells, blocks = schema.records(comparison.table), []
    for number, group in enumerate(comparison.groups()):
        own = [cell for cell in cells if cell["group"] == group]
        top = sorted(filter(_stands_out, own), key=lambda cell: (-cell["estimate"], str(cell["item"])))[:TOP_TERMS]
        heading = _with_n(group, own[-1]["n_articles"]) + ("" if top else ": no term stands out")
        blocks.append(Block(heading, tuple(_term(cell, number) for cell in top)))
    return blocks


def _stands_out(cell: dict[str, Any]) -> bool:
    """True where the group uses the term often enough and more than the others; a score such as BIC does not tell."""
    leans = not _number(cell.get("per_1000")) < _number(cell.get("per_1000_rest"))
    return leans and _number(cell["estimate"]) > 0 and not _number(cell.get("count")) < LEAST_COUNT


def _dispersion(comparison: Comparison) -> list[Block]:
    """A block for each term and group, a row for each article with a stroke wherever the term falls.

    Where every group is a single article, the groups themselves are the rows.
    """
    points, groups, several = comparison.points, comparison.groups(), len(comparison.items()) > 1
    single = points["article_id"].nunique() == len(groups)
    blocks: dict[str, list[Row]] = {}
    for item, group in product(comparison.items(), groups):
        here = points[(points["group"] == group) & (points["item"] == item)]
        articles = {article: rows["value"].dropna() for article, rows in here.groupby("article_id", sort=True)}
        heading = str(item) if single else _with_n(f"{item}: {group}" if several else group, len(articles))
        for article, places in articles.items():
            strokes, label = tuple(sorted(places)), str(group if single else article)
            row = Row(label, math.nan, math.nan, math.nan, f"{len(strokes)}", groups.index(group), strokes)
            blocks.setdefault(heading, []).append(row)
    return [Block(heading, tuple(rows)) for heading, rows in blocks.items()]


def _term(cell: dict[str, Any], group: int) -> Row:
    counts = " : ".join(f"{_number(cell.get(name)):.0f}" for name in ("count", "count_rest")).replace("nan", "–")
    low, high, p = (_number(cell[name]) for name in ("low", "high", "p_adjusted"))
    return Row(str(cell["item"]), cell["estimate"], low, high, counts, group, filled=p < 0.05)


def _shown(blocks: list[Block]) -> list[Block]:
    """The first blocks, as many as fit a chart; of a single one that does not fit, its first rows."""
    fit = sum(total <= MOST_ROWS for total in accumulate(len(block.rows) for block in blocks))
    return blocks[:fit] or [Block(blocks[0].heading, blocks[0].rows[:MOST_ROWS])]


def _legend(comparison: Comparison, rows: Sequence[Row]) -> str:
    """How to read the marks that are there."""
    if comparison.kind == "dispersion":
        return _STROKES
    keyness = comparison.kind == "keyness"
    figure = "the first group's figure less the second's" if comparison.kind == "differences" else "the group's figure"
    lines = [not math.isnan(row.low) for row in rows]
    marks = {
        f"{_TERMS}.": keyness,
        "Filled: p < .05 after adjustment.": keyness and any(row.filled for row in rows),
        "Hollow: may be chance, or too few articles to tell.": not all(row.filled for row in rows),
        f"Filled mark: {figure}, over all articles.": not keyness,
        "Line: 95% interval.": any(lines),
        "No line: no interval can be given (the notes say why).": not keyness and not all(lines),
        "Hollow dot: one article.": any(row.dots for row in rows),
        "Triangle at the edge: one far outside.": far_out(rows),
    }
    return " ".join(text for text, there in marks.items() if there)


def _axis_label(comparison: Comparison) -> str:
    """What is measured, with the unit and the single item where the measure does not say them already."""
    label, items = comparison.measure, comparison.items()
    if comparison.kind in ("keyness", "differences"):
        return comparison.unit
    if len(items) == 1 and str(items[0]).casefold() not in label.casefold():
        label = f"{items[0]}: {label}"
    return label if not comparison.unit or comparison.unit in label else f"{label}, {comparison.unit}"


def alt_text(comparison: Comparison, title: str | None = None) -> str:
    """What the chart shows, with its numbers, for people who cannot see it. `title` replaces the comparison's own."""
    named = {"keyness": _TERMS, "counts": "Table of counts", "dispersion": "Dispersion plot"}
    blocks = _blocks(comparison)
    what = named.get(comparison.kind, "Table of figures" if _is_grid(comparison, blocks) else "Dot plot")
    figures = _first([_said(block) for block in blocks], _BLOCKS_TOLD, "; ")
    return f"{what}: {title or comparison.title} ({_axis_label(comparison)}; {comparison.basis()}). {figures}."


def _said(block: Block) -> str:
    rows = _first([f"{row.label} {row.figures}" for row in block.rows], _ROWS_TOLD, ", ")
    return ": ".join(part for part in (block.heading, rows) if part).replace(_NO_BREAK, " ")


def _first(parts: list[str], count: int, between: str) -> str:
    more = [f"and {len(parts) - count} more in the table"] if len(parts) > count else []
    return between.join([*parts[:count], *more])
