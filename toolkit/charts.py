"""A Comparison as a picture: which rows, labels and words a chart shows. Charts compute none of the numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from typing import Any

from . import schema
from .drawing import WIDTH, Block, Chart, Picture, Row, draw, far_out, type_style
from .result import Comparison

__all__ = ["WIDTH", "Chart", "alt_text", "plot"]

TOP_TERMS = 12  # terms a group in a keyness chart
LEAST_COUNT = 2  # what a group said once, or never, does not set it apart
MOST_ROWS = 120  # what does not fit is counted on the chart

_NOTE_LENGTH = 240  # characters of a note in the small print
_BLOCKS_TOLD, _ROWS_TOLD = 4, 4  # what the alt text spells out
_NO_BREAK = "\u00a0"
_TERMS = "Terms a group uses more than the others, and at least twice; with the times used here : by all others"


def plot(comparison: Comparison, *, title: str | None = None, small_print: bool = True) -> Chart:
    """The comparison as a chart: each group's figure, its 95% interval where there is one, and a dot for each article.

    A comparison of kind "keyness" shows the terms each group uses more than the others, with their counts. `title`
    replaces the comparison's own. Without `small_print` the lines on what the numbers rest on are left away; they then
    belong in the caption. Unknown kinds and empty tables are InputErrors. `export` writes the chart to files.
    """
    if not isinstance(comparison, Comparison):
        raise schema.InputError(
            f"plot takes what compare returned, not a {type(comparison).__name__}; call compare first."
        )
    blocks = _blocks(comparison)
    shown = _shown(blocks)
    rows, all_rows = ([row for block in some for row in block.rows] for some in (shown, blocks))
    left_out = f" The first {len(rows)} of {len(all_rows)} rows are shown; all stand in the table."
    picture = Picture(
        title=title or comparison.title,
        legend=_legend(comparison, rows) + (left_out if len(rows) < len(all_rows) else ""),
        blocks=shown,
        axis=_axis_label(comparison),
        foot=[f"{comparison.basis()}.", *map(_brief, comparison.notes[:2])] if small_print else [],
        groups=len(comparison.groups()),
        stems=comparison.kind == "keyness",
    )
    with type_style():
        chart = draw(picture)
    chart.comparison, chart.alt = comparison, alt_text(comparison)
    return chart


def _brief(note: str) -> str:
    """As many whole sentences of a note as the small print has room for, and at least one."""
    sentences = re.split(r"(?<=[.!?]) (?=[A-Z])", note)
    kept = sentences[0]
    for sentence in sentences[1:]:
        if len(kept) + len(sentence) >= _NOTE_LENGTH:
            break
        kept = f"{kept} {sentence}"
    return kept


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
        "No line: no interval can be given (the notes say why).": not keyness and not all(lines),
        "Hollow dot: one article.": any(row.dots for row in rows),
        "Triangle at the edge: one far outside.": far_out(rows),
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
