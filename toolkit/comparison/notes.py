"""What a comparison says of itself in words: what chance alone could have made, what is left out, how p came about."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from .. import schema, stats
from .contrasts import MIN_ARTICLES
from .grid import Grid

_SURE = 0.05
_MANY = 10  # articles; below, uneven sides make the interval of a difference too short (benchmarks/statistics.py)


def verdict(table: pd.DataFrame, adjust: bool) -> list[str]:
    """In one sentence, what chance alone could have made; nothing where nothing was tested."""
    p = table["p_adjusted"] if adjust else table["p"]
    if p.isna().all():
        return []
    sure = table.assign(chance=p)[p < _SURE].sort_values(["chance", "item", "group"], kind="stable")
    if sure.empty:
        return [f"No difference here is larger than chance could make it (smallest p {p.min():.2g})."]
    named = [_found(row) for row in schema.records(sure.head(3))] + [""] * max(0, len(sure) - 3)
    return [f"Larger than chance would make them: {schema.some(named, 3)}. The other differences may be chance."]


def _found(row: dict[str, object]) -> str:
    """One difference, its size first: "deny for A: 4.5 against 1.2 (p = 0.003)"."""
    pairs = (("per_1000", "per_1000_rest"), ("first", "second"), ("estimate", "rest"))
    mine, theirs = next((row[a], row[b]) for a, b in pairs if a in row and b in row)
    size = f"{mine:.2g} against {theirs:.2g}" if isinstance(mine, float) and isinstance(theirs, float) else ""
    each = " per 1,000 words" if "per_1000" in row else ""
    return f"{row['item']} for {row['group']}: {size}{each} (p = {row['chance']:.2g})"


def on_figures(grid: Grid, table: pd.DataFrame, kind: str) -> list[str]:
    """What the figures and intervals leave open."""
    notes = [*_on_groups(grid), *_on_empty(table), *_on_bundles(grid)]
    open_ended = (table["n_articles"] >= MIN_ARTICLES) & table["low"].isna()
    if kind == "differences":
        open_ended = table["_enough"] & table["low"].isna()
    if kind != "keyness" and open_ended.any():
        notes.append(
            f"No interval for {open_ended.sum()} of {len(table)} figures: in that group too few articles hold the "
            "item, or all its articles are alike."
        )
    if kind == "keyness":
        unheard = len(grid.items) * table["group"].nunique() - len(table)
        notes += [f"Left out: terms that neither of two groups has ({unheard} rows)."] if unheard else []
        return [*notes, *_on_terms(table)]
    if "effect" in table and table["effect"].notna().any():
        notes.append(
            "effect: of all pairs of an article from each side, the share in which the first is higher less the share "
            "in which it is lower, from -1 to 1 (Cliff 1993); where sides share articles, within each article."
        )
    return notes


def _is_uneven(count: int, of: int) -> bool:
    """True where a group's few articles stand against more than twice as many others."""
    return MIN_ARTICLES <= count < _MANY and of - count > 2 * count


def _on_groups(grid: Grid) -> Iterator[str]:
    counts = dict(zip(grid.groups, map(int, grid.over()[1]), strict=True))
    few = [f"{group} ({count})" for group, count in counts.items() if count < MIN_ARTICLES]
    if few:
        yield (
            f"Too few to tell: fewer than {MIN_ARTICLES} articles in {schema.some(few, 4)}. There no interval is "
            "drawn and no difference tested."
        )
    uneven = [f"{group} ({count})" for group, count in counts.items() if _is_uneven(count, len(grid.articles))]
    if uneven:
        yield (
            f"The interval of a difference may be too short for {schema.some(uneven, 4)}: where few articles stand "
            "against more than twice as many, it held the true difference in 90 to 98 of 100 simulated cases."
        )
    if len(grid.groups) == 1:
        yield f"There is only one group, {grid.groups[0]}: nothing is compared."


def _on_empty(table: pd.DataFrame) -> Iterator[str]:
    empty = (table["n"] == 0) | table["estimate"].isna()
    if empty.any():
        named = ", ".join(f"{row.item} for {row.group}" for row in table[empty].head(3).itertuples())
        yield f"No figure where there is nothing to count over ({empty.sum()} of {len(table)}: {named})."


def _on_bundles(grid: Grid) -> Iterator[str]:
    if len(grid.articles) > stats.BUNDLES:
        yield (
            f"Where a side has more than {stats.BUNDLES:,} articles, they are added up to so many bundles; these are "
            "drawn for intervals, and their signs are flipped for p."
        )


def _on_terms(table: pd.DataFrame) -> Iterator[str]:
    """How to read terms that only one side has, and equal scores."""
    alone = (table["count"] > 0) & (table["count_rest"] == 0)
    if alone.any():
        terms = table.loc[alone, "item"].nunique()
        yield (
            f"{terms} of {table['item'].nunique()} terms stand on one side only: log_ratio reads the 0 as a half, "
            "odds_ratio is infinite."
        )
    if table.duplicated(["group", "estimate"]).any():
        yield "Terms with the same score stand in the order of their names."


def on_absent(by: str, grid: Grid, articles: pd.DataFrame | None) -> list[str]:
    """The groups of the articles table in which nothing was measured."""
    if articles is None or by not in articles.columns:
        return []
    there = articles[by].dropna().astype(str)
    absent = sorted(set(there) - set(grid.groups))
    return [f"Nothing of this measure in {schema.some(absent, 4)}: no figure there."] if absent else []


def on_p(table: pd.DataFrame, adjust: bool) -> Iterator[str]:
    """How p came about, how small it could have become, and what was not tested."""
    tested = table[table["p"].notna()]
    rare = table["_enough"] & table["p"].isna()
    if rare.any():
        yield (
            f"Not tested for being too rare: {rare.sum()} of {len(table)} figures. Were the groups alike, each should "
            "hold the item at least 5 times and in at least 3 articles."
        )
    for shared, rows in tested.groupby("_shared"):
        how = (
            "signs flipped article by article, as some hold both" if shared else "articles dealt out anew to the groups"
        )
        exact = (
            "all of them gone through"
            if rows["_exact"].all()
            else f"{stats.DRAWS:,} random ones, fewer where p is plainly large"
        )
        least, most = rows["_smallest"].min(), rows["_smallest"].max()
        reach = f"{least:.2g}" if np.isclose(least, most) else f"{least:.2g} to {most:.2g}, by group"
        yield f"p: {how} ({exact}); the smallest p these articles can reach is {reach}."
    if len(tested) and adjust:
        yield f"p_adjusted: Benjamini & Hochberg 1995 over the {len(tested)} p-values of this table."
    elif len(tested):
        yield "p-values are not adjusted for their number."
