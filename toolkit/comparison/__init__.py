"""Measures by group -> a Comparison: the only room that may claim a difference, and the one that says how sure it is.

How a measures table is read, for every measure alike:

- A group's figure for an item is sum(value) / sum(n).
- A row **without an item** carries a denominator that all items of the measure share: value 0, and n the words (in
  thousands), the verbs, whatever is counted over. It stands there for every article and voice, also where none of the
  items occurs, so that a frame or term that an article lacks counts as zero there, not as missing.
- A row **with an item** carries the value, and n = 0; or its own n, where each unit is scored by itself (a sentence's
  score: value = score, n = 1).
- A measure none of whose rows has an item is one item, named like the measure.
- "per 1,000" in a measure's name says that its n is in thousands; keyness needs to know, for it counts single words.
  "share of" at its beginning says that it cannot exceed 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from .. import schema, stats
from ..result import Comparison
from ..schema import Parts
from . import notes as say
from . import tables
from .contrasts import MIN_ARTICLES
from .gathering import Gathering, one_measure
from .grid import Grid, article_points, unit_points

__all__ = ["METHODS", "MIN_ARTICLES", "Comparison", "beside", "compare", "with_column", "with_token_p"]

_FIGURE = "Figure: sum of values over sum of what is counted over."
_INTERVAL = (
    "Interval: 95%, bootstrap-t over articles (Efron & Tibshirani 1993); of a difference, symmetric bootstrap-t (Hall "
    "1988)."
)
_EFFECT = "Effect: Cliff's delta over articles (Cliff 1993)."
_KEY_EFFECTS = "Effects: log ratio (Hardie 2014), a count of 0 read as a half; odds ratio."
_DRAWN = "Of so many articles, some were drawn at random to be shown one by one; all are counted."
_MOST_POINTS = 200_000  # an article's own figures, one for each item

METHODS: Mapping[str, str] = {
    "means": f"{_FIGURE} {_INTERVAL} {_EFFECT}",
    "counts": f"How often each group has each item. {_FIGURE} {_INTERVAL} {_EFFECT}",
    "dispersion": "Each occurrence at its place in the article, and the mean place of a group's occurrences.",
    **{name: f"Keyness: {method.says}. {_KEY_EFFECTS}" for name, method in stats.METHODS.items()},
}


def compare(
    measures: pd.DataFrame | Parts,
    *,
    by: str,
    measure: str | None = None,
    method: str = "means",
    articles: pd.DataFrame | None = None,
    pairs: bool = False,
    seed: int = 0,
    adjust: bool = True,
) -> Comparison:
    """Groups side by side on one measure: how large the differences are, and how far chance alone could go.

    `measures` is what measure_framing, measure_sentiment or measure_wording made, or your own table, whole or in parts;
    `by` any of its columns, or a column of `articles`, where that is given; `measure` says which, where it holds
    several (a part of its name will do). Each group is set against all others together; with `pairs`, every two groups
    against each other.

    - `method="means"`: a figure for each group and item, with a 95% interval over articles. `rest` is the figure of all
      other groups, `difference` the group's figure less that, with its own interval, and `effect` the same without a
      unit (-1 to 1). With `pairs` the estimate is the difference of two groups' figures, `first` and `second`.
    - A keyness method, such as "log-odds", "G2" or "log ratio" (`METHODS` has them all): the terms that set a group
      apart. The estimate is the method's score, which orders terms by the counted texts; above 0 the group uses the
      term more. It says nothing of other articles: that is what p is for.
    - `method="counts"`: the same with how often each group has each item, as of labels, of which a voice uses a few
      of many; what a group does not have is not listed.
    - `method="dispersion"`: where in the articles the terms of `measure_places` fall, for `plot`.

    p permutes articles between groups that share none, and flips signs article by article where some hold both; it is
    adjusted over the whole table (Benjamini & Hochberg 1995) unless `adjust` is False. Intervals, effects and p need
    six articles a group: below, they are missing, as the notes say. Where `articles` has a column copy_group, copies
    of one text (a wire story that several outlets ran) are one article, and each group has it once. Same input and
    seed, same result. What cannot be compared raises InputError with one sentence.
    """
    method = _method(method)
    parts = beside(measures if isinstance(measures, Parts) else Parts.of(measures), articles, by)
    unit, kind = one_measure(parts, by, measure), _kind(method, pairs)
    grid, points, left_out = _counted(parts, by, unit, _copies(articles), kind == "dispersion")
    _check(grid, kind, unit, method, pairs)
    table = _table(grid, kind, seed, unit, method, pairs)
    table["p_adjusted"] = stats.benjamini_hochberg(table["p"]) if adjust else np.nan
    shown = grid.drawn(_MOST_POINTS, seed)
    heard = [*say.on_absent(by, grid, articles), *filter(None, parts.notes), *left_out]
    heard += [_DRAWN] if points is None and shown is not grid else []
    notes = [*say.verdict(table, adjust), *say.on_figures(grid, table, kind), *heard, *say.on_p(table, adjust)]
    return Comparison(
        title=f"{unit[:1].upper()}{unit[1:]}, by {by.replace('_', ' ')}{', in pairs' if pairs else ''}",
        by=by,
        measure=unit,
        unit=_unit(unit, kind, method),
        kind=kind,
        table=tables.shown(table),
        points=article_points(shown, only_hits=kind in ("keyness", "counts")) if points is None else points,
        method=METHODS[method],
        notes=tuple(dict.fromkeys(notes)),
        seed=seed,
        n_articles=len(grid.articles),
        n_quotes=grid.n_quotes,
    )


def _counted(
    parts: Parts, by: str, unit: str, copies: Mapping[str, str], single: bool
) -> tuple[Grid, pd.DataFrame | None, list[str]]:
    """All parts as numbers, each unit's own value where these are `single`, and what was left out."""
    gathering = Gathering(unit, by, copies)
    used = [rows for part in parts for rows in [gathering.add(part)] if single]
    notes, twice = gathering.notes(), gathering.twice()
    return gathering.grid(twice), unit_points(used, by, copies, twice) if single else None, notes


def _copies(articles: pd.DataFrame | None) -> dict[str, str]:
    """For each article that is a copy, or has one, the name of the text."""
    if articles is None or "copy_group" not in articles.columns:
        return {}
    known = articles.dropna(subset=["copy_group"])
    return dict(zip(known["article_id"], known["copy_group"], strict=True))


def _method(asked: str) -> str:
    """The method's name as it stands in METHODS, however it is capitalised."""
    known = {name.casefold(): name for name in METHODS}
    if str(asked).casefold() not in known:
        raise schema.InputError(f"method is one of {', '.join(map(repr, METHODS))}, not {asked!r}.")
    return known[asked.casefold()]


def _kind(method: str, pairs: bool) -> str:
    """What sort of result a method makes; `plot` has a chart for each."""
    if method in stats.METHODS:
        return "keyness"
    return "differences" if pairs and method == "means" else method


def _unit(measure: str, kind: str, method: str) -> str:
    if kind == "keyness":
        return stats.METHODS[method].unit
    return f"difference in {measure}" if kind == "differences" else measure


def _check(grid: Grid, kind: str, unit: str, method: str, pairs: bool) -> None:
    """Refuse what the method cannot compare."""
    if len(grid.groups) < 2 and (pairs or kind == "keyness"):
        what = "pairs need" if pairs else "keyness needs"
        raise schema.InputError(f"There is only one group, {grid.groups[0]!r}; {what} two to set apart.")
    outside = (grid.bounds != (0.0, 0.0) and not grid.own_n) or grid.bounds[0] < 0 or grid.bounds[1] > 1
    if kind == "dispersion" and (pairs or outside):
        raise schema.InputError(
            f"method='dispersion' shows places from 0 to 1, each group by itself, and {unit!r} is compared"
            f"{' in pairs' if pairs else ''}; make the places with measure_places, and leave pairs out."
        )
    if kind == "counts" and pairs:
        raise schema.InputError("method='counts' shows each group by itself; leave pairs out, or use 'means'.")


def _table(grid: Grid, kind: str, seed: int, unit: str, method: str, pairs: bool) -> pd.DataFrame:
    if kind == "counts":
        return tables.counts(grid, seed, unit)
    if kind == "keyness":
        return tables.keyness(grid, seed, unit, method, pairs=pairs)
    return tables.differences(grid, seed, unit) if kind == "differences" else tables.means(grid, seed, unit)


def beside(measures: Parts, articles: pd.DataFrame | None, by: str) -> Parts:
    """The measures with a column of the articles table beside them, where they have none of that name."""
    if articles is None or by in next(iter(measures)).columns:
        return measures
    schema.need_columns(articles, ("article_id", by), "The articles table")
    named = articles.drop_duplicates("article_id").set_index("article_id")[by]
    return measures.mapped(lambda rows: rows.assign(**{by: rows["article_id"].map(named)}))


def with_column(measures: pd.DataFrame, articles: pd.DataFrame | None, by: str) -> pd.DataFrame:
    """The same of a whole table."""
    return beside(Parts.of(measures), articles, by).joined()


def with_token_p(comparison: Comparison) -> Comparison:
    """The G2 or chi-square comparison with `p_token` beside it: the p-value that most programs print, and too small.

    It takes every word for drawn by itself, though words of one article are not; use `p` where it is given. It is the
    tail of chi-square with one degree of freedom beyond the statistic (Dunning 1993), adjusted over the table.
    """
    if comparison.unit not in ("signed G2", "signed chi-square"):
        raise schema.InputError(
            f"Token-level p-values are for G2 and chi-square, and this is {comparison.unit!r}; compare by one of those."
        )
    table = comparison.table.copy()
    table["p_token"] = stats.chi_square_tail(table["estimate"].abs())
    table["p_token_adjusted"] = stats.benjamini_hochberg(table["p_token"])
    note = "p_token takes every word for drawn by itself, which words of one article are not: it is too small."
    return replace(comparison, table=table, notes=(*comparison.notes, note))
