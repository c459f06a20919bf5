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

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from . import schema, stats
from .result import POINT_COLUMNS, TABLE_COLUMNS, Comparison
from .stats import Array, Side

METHODS = {
    "means": (
        "Figure: sum of values over sum of what is counted over. Interval: 95%, bootstrap-t over articles (Efron & "
        "Tibshirani 1993)."
    ),
    "log-odds": (
        "Keyness: z-score of the weighted log-odds ratio, each group against all others (Monroe, Colaresi & Quinn "
        "2008; Dirichlet prior of 0.1 a term, two-term variance); log ratio (Hardie 2014), a count of 0 read as a half."
    ),
}
MIN_ARTICLES = 6
_SURE = 0.05
_NEEDED = ("article_id", "quote_id", "measure", "item", "value", "n")


def compare(
    measures: pd.DataFrame,
    *,
    by: str,
    measure: str | None = None,
    method: str = "means",
    articles: pd.DataFrame | None = None,
    seed: int = 0,
    adjust: bool = True,
) -> Comparison:
    """Groups side by side on one measure: how large the differences are, and how far chance alone could go.

    `measures` is what measure_framing, measure_sentiment or measure_wording made, or your own table; `by` any of its
    columns, or a column of `articles`, where that is given; `measure` says which, where it holds several (a part of its
    name will do). Each group is set against all others together.

    - `method="means"`: a figure for each group and item, with a 95% interval over articles. `rest` is the figure of all
      other groups, `difference` the group's figure less that.
    - `method="log-odds"`: the terms that set a group apart. The estimate is the z-score, which orders terms by how much
      the counted texts hold; it says nothing of other articles. That is what p is for.

    p permutes articles between groups that share none, and flips signs article by article where some hold both; it is
    adjusted over the whole table (Benjamini & Hochberg 1995) unless `adjust` is False. Intervals and p need six
    articles a group: below, they are missing, and the notes say so. Same input and seed, same result. What cannot be
    compared raises InputError with one sentence.
    """
    if method not in METHODS:
        raise schema.InputError(f"method is {' or '.join(map(repr, METHODS))}, not {method!r}.")
    measures = with_column(measures, articles, by)
    unit, rows = _one_measure(measures, by, measure)
    rows, notes = _usable(rows, by, unit)
    grid = _grid(rows, by, unit)
    table = _means(grid, seed, unit) if method == "means" else _keyness(grid, seed, unit)
    table["p_adjusted"] = stats.benjamini_hochberg(table["p"]) if adjust else np.nan
    notes = [
        *_verdict(table, adjust),
        *_notes(grid, table, method),
        *schema.notes_of(measures),
        *notes,
        *_p_notes(table, adjust),
    ]
    inner = [name for name in table.columns if name not in TABLE_COLUMNS and not name.startswith("_")]
    return Comparison(
        title=f"{unit[:1].upper()}{unit[1:]}, by {by.replace('_', ' ')}",
        by=by,
        measure=unit,
        unit=unit if method == "means" else "z-score of the log-odds ratio",
        kind="means" if method == "means" else "keyness",
        table=table[[*TABLE_COLUMNS, *inner]],
        points=_points(grid, only_hits=method != "means"),
        method=METHODS[method],
        notes=tuple(dict.fromkeys(notes)),
        seed=seed,
        n_articles=len(grid.articles),
        n_quotes=int(rows["quote_id"].nunique()),
    )


def with_column(measures: pd.DataFrame, articles: pd.DataFrame | None, by: str) -> pd.DataFrame:
    """The measures with a column of the articles table beside them, where they have none of that name."""
    if by in measures.columns or articles is None:
        return measures
    schema.need_columns(articles, ("article_id", by), "The articles table")
    joined = measures.merge(articles[["article_id", by]], on="article_id", how="left")
    return schema.with_notes(joined, schema.notes_of(measures))


def _one_measure(measures: pd.DataFrame, by: str, measure: str | None) -> tuple[str, pd.DataFrame]:
    schema.need_columns(measures, [*_NEEDED, by], "The measures table")
    there = sorted(measures["measure"].dropna().unique())
    if not there:
        raise schema.InputError("The measures table holds no measure; make it with one of the measure functions.")
    if measure is None and len(there) > 1:
        raise schema.InputError(f"The table holds {len(there)} measures; say measure= one of {_quoted(there)}.")
    name = str(there[0]) if measure is None else _named(measure, there)
    return name, measures[measures["measure"] == name]


def _named(asked: str, there: list[str]) -> str:
    """The measure meant: its whole name, or a part that only one of them holds ("frames")."""
    holding = [name for name in there if asked == name] or [name for name in there if asked.lower() in name.lower()]
    if len(holding) != 1:
        found = "no measure" if not holding else "more than one measure"
        raise schema.InputError(f"There is {found} {asked!r} in the table; it holds {_quoted(there)}.")
    return holding[0]


def _quoted(names: list[str]) -> str:
    return ", ".join(map(repr, names))


def _usable(rows: pd.DataFrame, by: str, unit: str) -> tuple[pd.DataFrame, list[str]]:
    """The rows that have a group and numbers, and a note on those that have not."""
    no_group = rows[by].map(schema.is_missing).astype(bool)
    undefined = ~no_group & ~(np.isfinite(rows["value"].astype(float)) & np.isfinite(rows["n"].astype(float)))
    notes = [
        f"Left out: {why} ({left.sum():,} rows in {rows.loc[left, 'article_id'].nunique():,} articles)."
        for why, left in ((f"what has no {by}", no_group), ("what has no number", undefined))
        if left.any()
    ]
    kept = rows[~no_group & ~undefined]
    if kept.empty:
        raise schema.InputError(f"Nothing in {unit!r} has both a {by} and a number; compare it by another column.")
    return kept, notes


@dataclass(frozen=True)
class _Grid:
    """One measure's rows as numbers: codes for article, group and item (-1: shared by all items), value, n."""

    articles: list[str]
    groups: list[str]
    items: list[str]
    codes: NDArray[np.intp]
    value: Array
    n: Array

    @property
    def own_n(self) -> bool:
        """True where items bring their own denominators."""
        return bool(((self.codes[2] >= 0) & (self.n != 0)).any())

    def side(self, group: str, *, others: bool = False) -> Side:
        """A group's articles by items, or those of all the others."""
        mine = (self.codes[1] == self.groups.index(group)) != others
        article, _, item = self.codes
        shape = (len(self.articles), len(self.items))
        hit, shared = mine & (item >= 0), mine & (item < 0)
        place = article[hit] * shape[1] + item[hit]
        value, own = (
            _sums(place, numbers[hit], shape[0] * shape[1]).reshape(shape) for numbers in (self.value, self.n)
        )
        n = _sums(article[shared], self.n[shared], shape[0])[:, None]
        return Side(value, n + own if self.own_n else n)


def _sums(place: NDArray[np.intp], numbers: Array, length: int) -> Array:
    return np.bincount(place, numbers, length).astype(np.float64)


def _grid(rows: pd.DataFrame, by: str, unit: str) -> _Grid:
    """Groups in the order of their names; items by their figure over all groups, the highest first."""
    item = rows["item"].astype(object).where(~rows["item"].map(schema.is_missing).astype(bool), None)
    item = item.fillna(unit) if item.isna().all() else item
    sums = rows.groupby(item)[["value", "n"]].sum()
    figure = stats.ratio(sums[["value"]].T, sums[["n"]].T + rows.loc[item.isna(), "n"].sum())
    items = [str(sums.index[i]) for i in np.lexsort((sums.index.astype(str), -np.nan_to_num(figure)))]
    articles, groups = (sorted(rows[name].astype(str).unique()) for name in ("article_id", by))
    codes = [
        pd.Index(names).get_indexer(pd.Index(values.astype(str).where(values.notna())))
        for names, values in ((articles, rows["article_id"]), (groups, rows[by]), (items, item))
    ]
    numbers = (rows[name].to_numpy(dtype=np.float64) for name in ("value", "n"))
    return _Grid(articles, groups, items, np.array(codes, dtype=np.intp), *numbers)


def _means(grid: _Grid, seed: int, unit: str) -> pd.DataFrame:
    parts = []
    for group in grid.groups:
        side, rest = grid.side(group), grid.side(group, others=True)
        low, high = stats.bootstrap_t_interval(side.value, side.n, seed=seed)
        enough = _n_articles(side) >= MIN_ARTICLES
        if not grid.own_n and (grid.value >= 0).all():
            low = np.maximum(low, 0.0)  # a count over a shared denominator cannot fall below nothing
        if unit.startswith("share of"):
            high = np.minimum(high, 1.0)
        part = _frame(grid, group, seed)
        part["estimate"] = stats.ratio(side.value, side.n)
        part["low"], part["high"] = np.where(enough, low, np.nan), np.where(enough, high, np.nan)
        part["rest"] = stats.ratio(rest.value, rest.n)
        part["difference"] = part["estimate"] - part["rest"]
        parts.append(part)
    table = pd.concat(parts, ignore_index=True)
    place = {item: number for number, item in enumerate(grid.items)}
    return table.sort_values(
        ["item", "group"], key=lambda c: c.map(place) if c.name == "item" else c, ignore_index=True
    )


def _keyness(grid: _Grid, seed: int, unit: str) -> pd.DataFrame:
    if grid.own_n or (grid.value < 0).any() or (grid.value % 1).any():
        raise schema.InputError(f"method='log-odds' needs counts, and {unit!r} is scored unit by unit; use 'means'.")
    if len(grid.groups) < 2:
        raise schema.InputError(f"There is only one group, {grid.groups[0]!r}; keyness needs two to set apart.")
    parts = []
    for group in grid.groups:
        part = _frame(grid, group, seed)
        part["low"], part["high"] = np.nan, np.nan
        parts.append(part.assign(**_lean(grid.side(group), grid.side(group, others=True), unit)))
    table = pd.concat(parts, ignore_index=True)
    return table.sort_values(["group", "estimate", "item"], ascending=[True, False, True], ignore_index=True)


def _lean(side: Side, rest: Side, unit: str) -> dict[str, Array | NDArray[np.int64]]:
    """The keyness columns of one group."""
    counts = side.value.sum(axis=0), rest.value.sum(axis=0)
    words = 1_000 if "per 1,000" in unit else 1
    sizes = float(side.n.sum() * words), float(rest.n.sum() * words)
    if any(size < count.max(initial=0) for size, count in zip(sizes, counts, strict=True)):
        raise schema.InputError(f"{unit!r} counts more of an item than there are words; its rows without item need n.")
    key = stats.log_odds(*counts, sizes)
    per_1000 = [
        1_000 * stats.ratio(count[None, :], np.array([[size]])) for count, size in zip(counts, sizes, strict=True)
    ]
    return {
        "estimate": key.z,
        "log_odds": key.log_odds,
        "z": key.z,
        "count": counts[0].astype(np.int64),
        "count_rest": counts[1].astype(np.int64),
        "per_1000": per_1000[0],
        "per_1000_rest": per_1000[1],
        "log_ratio": stats.log_ratio(*counts, sizes),
    }


def _n_articles(side: Side) -> Array:
    """For each item, how many articles speak to it at all."""
    return np.broadcast_to((side.n > 0).sum(axis=0), side.value.shape[1:])


def _frame(grid: _Grid, group: str, seed: int) -> pd.DataFrame:
    """What both methods say of a group: its articles, what is counted over, and p against all other groups."""
    side, rest = grid.side(group), grid.side(group, others=True)
    frame = pd.DataFrame({"group": group, "item": grid.items})
    frame["n_articles"] = _n_articles(side)
    frame["n"] = np.broadcast_to(side.n.sum(axis=0), len(grid.items))
    frame["_enough"] = (_n_articles(side) >= MIN_ARTICLES) & (_n_articles(rest) >= MIN_ARTICLES)
    chosen = np.flatnonzero(frame["_enough"] & stats.frequent_enough(side, rest))
    shared = bool(((side.n > 0) & (rest.n > 0)).any())
    every = np.ones(len(grid.articles), dtype=bool)
    test = stats.sign_flip if shared else stats.label_permutation
    result = test(side.part(every, chosen), rest.part(every, chosen), seed=seed)
    for name, values in (("p", result.p), ("_smallest", result.smallest), ("_exact", result.exact)):
        frame[name] = pd.Series(values, index=chosen).reindex(frame.index)
    return frame.assign(_shared=shared)


def _verdict(table: pd.DataFrame, adjust: bool) -> list[str]:
    """In one sentence, what chance alone could have made; nothing where nothing was tested."""
    p = table["p_adjusted"] if adjust else table["p"]
    if p.isna().all():
        return []
    sure = table.assign(chance=p)[p < _SURE].sort_values(["chance", "item", "group"], kind="stable")
    if sure.empty:
        return [f"No difference here is larger than chance could make it (smallest p {p.min():.2g})."]
    named = [f"{row.item} for {row.group} (p = {row.chance:.2g})" for row in sure.itertuples()]
    return [f"Larger than chance would make them: {schema.some(named, 3)}. The other differences may be chance."]


def _notes(grid: _Grid, table: pd.DataFrame, method: str) -> list[str]:
    """What the figures and intervals leave open."""
    notes = []
    counts = {group: int((grid.side(group).n > 0).any(axis=1).sum()) for group in grid.groups}
    few = [f"{group} ({count})" for group, count in counts.items() if count < MIN_ARTICLES]
    if few:
        notes.append(
            f"Too few to tell: fewer than {MIN_ARTICLES} articles in {schema.some(few, 4)}. There no interval is "
            "drawn and no difference tested."
        )
    if len(grid.groups) == 1:
        notes.append(f"There is only one group, {grid.groups[0]}: nothing is compared.")
    empty = table["n"] == 0
    if empty.any():
        named = ", ".join(f"{row.item} for {row.group}" for row in table[empty].head(3).itertuples())
        notes.append(f"No figure where there is nothing to count over ({empty.sum()} of {len(table)}: {named}).")
    open_ended = (table["n_articles"] >= MIN_ARTICLES) & table["low"].isna()
    if method == "means" and open_ended.any():
        notes.append(
            f"No interval for {open_ended.sum()} of {len(table)} figures: in that group too few articles hold the "
            "item, or all its articles are alike."
        )
    return notes


def _p_notes(table: pd.DataFrame, adjust: bool) -> list[str]:
    """How p came about, how small it could have become, and what was not tested."""
    tested = table[table["p"].notna()]
    notes = []
    rare = table["_enough"] & table["p"].isna()
    if rare.any():
        notes.append(
            f"Not tested for being too rare: {rare.sum()} of {len(table)} figures. Were the groups alike, each should "
            "hold the item at least 5 times and in at least 3 articles."
        )
    for shared, rows in tested.groupby("_shared"):
        how = (
            "signs flipped article by article, as some hold both" if shared else "articles dealt out anew to the groups"
        )
        exact = "all of them gone through" if rows["_exact"].all() else f"{stats.DRAWS:,} random ones"
        least, most = rows["_smallest"].min(), rows["_smallest"].max()
        reach = f"{least:.2g}" if np.isclose(least, most) else f"{least:.2g} to {most:.2g}, by group"
        notes.append(f"p: {how} ({exact}); the smallest p these articles can reach is {reach}.")
    if len(tested) and adjust:
        notes.append(f"p_adjusted: Benjamini & Hochberg 1995 over the {len(tested)} p-values of this table.")
    elif len(tested):
        notes.append("p-values are not adjusted for their number.")
    return notes


def _points(grid: _Grid, *, only_hits: bool) -> pd.DataFrame:
    """Each article's own figure for each group and item; for keyness only where the term occurs."""
    parts = []
    for group in grid.groups:
        side = grid.side(group)
        n = np.broadcast_to(side.n, side.value.shape)
        item, article = np.nonzero(((side.value != 0) & (n > 0) if only_hits else n > 0).T)
        part = pd.DataFrame({"article_id": np.array(grid.articles, dtype=object)[article], "group": group})
        part["item"] = np.array(grid.items, dtype=object)[item]
        part["n"] = n[article, item]
        part["value"] = side.value[article, item] / part["n"]
        parts.append(part)
    points = pd.concat(parts, ignore_index=True)
    return points[list(POINT_COLUMNS)].astype({"article_id": "str", "group": "str", "item": "str"})
