"""A measures table, part by part, taken in as numbers: which rows can be used, and what each cell adds up to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from .. import schema, stats
from ..schema import Parts
from ..stats import Array, Mask
from .grid import Codes, Grid

NEEDED = ("article_id", "quote_id", "measure", "item", "value", "n")


def one_measure(measures: Parts, by: str, measure: str | None) -> str:
    """The name of the measure that is meant."""
    found: set[str] = set()
    for part in measures:
        schema.need_columns(part, [*NEEDED, by], "The measures table")
        found.update(part["measure"].dropna().unique())
        if measure in found:
            return measure
    there = sorted(found)
    if not there:
        raise schema.InputError("The measures table holds no measure; make it with one of the measure functions.")
    if measure is None and len(there) > 1:
        raise schema.InputError(f"The table holds {len(there)} measures; say measure= one of {_quoted(there)}.")
    return str(there[0]) if measure is None else _named(measure, there)


def _named(asked: str, there: list[str]) -> str:
    """The measure meant: its whole name, or a part that only one of them holds ("frames")."""
    holding = [name for name in there if asked == name] or [name for name in there if asked.lower() in name.lower()]
    if len(holding) != 1:
        found = "no measure" if not holding else "more than one measure"
        raise schema.InputError(f"There is {found} {asked!r} in the table; it holds {_quoted(there)}.")
    return holding[0]


def _quoted(names: list[str]) -> str:
    return ", ".join(map(repr, names))


class Gathering:
    """One measure's rows by group, added part by part. What is held is a number for each article, group and item.

    `copies` names for an article the text that it is a copy of. The copies of a text are one article, of which each
    group has the first by name.
    """

    def __init__(self, unit: str, by: str, copies: Mapping[str, str]) -> None:
        self._unit, self._by, self._copies = unit, by, copies
        self._names: tuple[dict[str, int], ...] = ({}, {}, {})  # of articles, groups and items: their numbers
        self._parts: list[tuple[Codes, Array, Array]] = []
        self._left = {why: [0, 0] for why in (f"what has no {by}", "what has no article", "what has no number")}
        self._quotes: dict[int, int] = {}  # how many an article has
        self._own_n, self._least, self._most, self._whole = False, np.inf, -np.inf, True

    def add(self, part: pd.DataFrame) -> pd.DataFrame:
        """Take in the rows of one part; gives back those that can be used."""
        rows = part[part["measure"] == self._unit]
        columns = zip(self._names, (rows["article_id"], rows[self._by], rows["item"]), strict=True)
        codes = np.stack([_numbers(known, names) for known, names in columns])
        value, n = (rows[name].to_numpy(dtype=np.float64) for name in ("value", "n"))
        no_group = codes[1] < 0
        no_article = ~no_group & (codes[0] < 0)
        undefined = ~no_group & ~no_article & ~(np.isfinite(value) & np.isfinite(n))
        for counts, left in zip(self._left.values(), (no_group, no_article, undefined), strict=True):
            counts[0] += int(left.sum())
            counts[1] += rows.loc[left, "article_id"].nunique()
        kept = ~(no_group | no_article | undefined)
        used: pd.DataFrame = rows[kept]
        if len(used):
            self._take(codes[:, kept], value[kept], n[kept], used["quote_id"])
        return used

    def _take(self, codes: Codes, value: Array, n: Array, quotes: pd.Series[str]) -> None:
        self._least, self._most = min(self._least, float(value.min())), max(self._most, float(value.max()))
        self._whole &= not (value % 1).any()
        self._own_n |= bool(n[codes[2] >= 0].any())
        for article, count in quotes.groupby(codes[0]).nunique().items():
            self._quotes[int(str(article))] = int(count)
        self._parts.append(_added_up(codes, value, n))

    def notes(self) -> list[str]:
        """How much was left out and why, and what was counted once."""
        told = ((why, rows, articles) for why, (rows, articles) in self._left.items() if rows)
        notes = [
            f"Left out: {why} ({schema.count(rows, 'row')} of measures, in {schema.count(articles, 'article')})."
            for why, rows, articles in told
        ]
        met = (name for name, number in self._names[0].items() if number in self._quotes)
        copied = sorted(name for name in met if self._copies.get(name, name) != name)
        if not copied:
            return notes
        count = schema.count(len(copied), "article is a copy", "articles are copies")
        once = "a text that several groups ran is one article in all"
        return [*notes, f"Counted once: {count} of another ({schema.some(copied)}); {once}."]

    def twice(self) -> set[tuple[str, str]]:
        """The articles, each with a group, that are left out because the group has the same text already."""
        articles, groups = (list(names) for names in self._names[:2])
        several = np.array([name in self._copies for name in articles], dtype=bool)
        found = (codes[:2, several[codes[0]]] for codes, _, _ in self._parts)
        pairs = {(articles[a], groups[g]) for codes in found for a, g in codes.T}
        first: dict[tuple[str, str], str] = {}
        for article, group in sorted(pairs):
            first.setdefault((self._copies[article], group), article)
        return pairs - {(article, group) for (_, group), article in first.items()}

    def grid(self, twice: set[tuple[str, str]]) -> Grid:
        """All parts as one, without what would be counted twice."""
        if not self._parts:
            raise schema.InputError(
                f"Nothing in {self._unit!r} has both a {self._by} and a number; compare it by another column."
            )
        codes = np.concatenate([codes for codes, _, _ in self._parts], axis=1)
        value, n = (np.concatenate([part[i] for part in self._parts]) for i in (1, 2))
        self._parts = []
        if twice:
            kept = self._without(codes, twice)
            codes, value, n = codes[:, kept], value[kept], n[kept]
        quotes = sum(self._quotes.get(int(article), 0) for article in np.unique(codes[0]))
        articles, groups, items = map(list, self._names)
        if (codes[2] < 0).all():  # a measure none of whose rows has an item is one item
            items, codes[2], self._own_n = [self._unit], 0, True
        articles, codes[0] = _renumbered(codes[0], [self._copies.get(name, name) for name in articles])
        groups, codes[1] = _renumbered(codes[1], groups)
        items, codes[2] = _renumbered(codes[2], items, _figures(codes[2], value, n, len(items)))
        order = np.argsort(codes[2], kind="stable")
        for row in codes:  # one after the other, as all copies at once would be the most that is ever held
            row[:] = row[order]
        value = value[order]
        n = n[order if self._own_n else order[: np.searchsorted(codes[2], 0)]]
        bounds = self._least, self._most
        return Grid(articles, groups, items, codes, value, n, self._own_n, quotes, bounds, self._whole)

    def _without(self, codes: Codes, twice: set[tuple[str, str]]) -> Mask:
        """The rows that are of none of these articles in these groups."""
        articles, groups = self._names[:2]
        left_out = [articles[article] * len(groups) + groups[group] for article, group in twice]
        return ~np.isin(codes[0].astype(np.int64) * len(groups) + codes[1], left_out)


def _numbers(known: dict[str, int], names: pd.Series) -> Codes:
    """A number for each name, in the order they are first met; -1 where it is missing or blank."""
    own, there = pd.factorize(names)
    numbers = [-1 if schema.is_missing(name) else known.setdefault(str(name), len(known)) for name in there]
    return np.array([*numbers, -1], dtype=np.int32)[own]


def _added_up(codes: Codes, value: Array, n: Array) -> tuple[Codes, Array, Array]:
    """One row for each article, group and item that there is."""
    order = np.lexsort(codes[::-1])
    codes, value, n = codes[:, order], value[order], n[order]
    first = np.flatnonzero(np.r_[True, (np.diff(codes) != 0).any(axis=0)])
    return codes[:, first], np.add.reduceat(value, first), np.add.reduceat(n, first)


def _figures(item: Codes, value: Array, n: Array, count: int) -> Array:
    """Each item's figure over all groups; 0 where there is none."""
    own = item >= 0
    sums = (np.bincount(item[own], numbers[own], count)[None, :] for numbers in (value, n))
    return np.nan_to_num(stats.ratio(next(sums), next(sums) + n[~own].sum()))


def _renumbered(codes: Codes, names: Sequence[str], figures: Array | None = None) -> tuple[list[str], Codes]:
    """The names that are met, in their order, those with the highest figures first; and the codes by that order."""
    met = np.unique(codes[codes >= 0])
    rank: Callable[[int], tuple[float, str]] = lambda i: (0.0 if figures is None else -figures[i], names[i])  # noqa: E731
    shown = list(dict.fromkeys(names[i] for i in sorted(met, key=rank)))
    place = {name: number for number, name in enumerate(shown)}
    return shown, np.array([*(place.get(name, -1) for name in names), -1], dtype=np.int32)[codes]
