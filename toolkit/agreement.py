"""How far coders agree: a second person's table against the automatic one, or several people's with each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from . import csvfile, schema, stats

METHOD = (
    "Krippendorff's alpha (Krippendorff 2011); interval: 95%, bootstrap-t over {what}, on the scale log(1 - alpha)."
)
MIN_SAMPLED = 12  # articles or units; benchmarks/statistics.py has how often the interval holds the truth

Coding = pd.DataFrame | str | Path


@dataclass(frozen=True)
class Agreement:
    """How far coders agree on one column. `table` has a row a unit, a column a coder, and whether they agree.

    `alpha` is 1 for full agreement, 0 for what chance would give, NaN where it is undefined; `low` and `high` are its
    95% interval; `same` is the share of units on which all who saw them agree. Krippendorff asks for .800, or .667
    where conclusions are tentative.
    """

    value: str
    level: str
    alpha: float
    low: float
    high: float
    same: float
    table: pd.DataFrame
    method: str
    notes: tuple[str, ...]
    n_units: int
    n_coders: int
    seed: int

    def disagreements(self) -> pd.DataFrame:
        """The units on which those who saw them do not agree: what to look at and to talk about."""
        return self.table[self.table["agree"].eq(False)].drop(columns="agree")

    def __str__(self) -> str:
        interval = "" if np.isnan(self.low) else f" [{self.low:.2f}, {self.high:.2f}]"
        alpha = "not defined" if np.isnan(self.alpha) else f"{self.alpha:.3f}{interval}"
        head = f"Agreement on {self.value} ({self.level}): alpha {alpha}; all alike on {self.same:.0%} of units"
        basis = f"n = {self.n_units} units that two or more of {self.n_coders} coders saw; seed {self.seed}"
        return "\n".join([head, basis, f"Method: {self.method}", *(f"Note: {note}" for note in self.notes)])

    def _repr_html_(self) -> str:
        return f"<p>{escape(str(self)).replace(chr(10), '<br>')}</p>"


def measure_agreement(
    coders: Mapping[str, Coding],
    *,
    value: str,
    unit: str = "quote_id",
    level: str = "nominal",
    beside: Sequence[str] = (),
    seed: int = 0,
) -> Agreement:
    """How far coders agree beyond chance on one column, such as `act` of the quotes table.

    `coders` names each coder's table, or the CSV or Excel file it is in: {"automatic": quotes, "Anna": "anna.xlsx"}.
    `unit` is the column that says which thing was coded, `value` the one with the code; an empty cell means that the
    coder did not code it. `level` is nominal, ordinal, interval or ratio; the last three need numbers. `beside` names
    columns to be shown with each unit, such as content, from the first table that has them. Where a table has a column
    article_id, the interval draws articles, else units. Raises InputError with one sentence for a column that is
    missing, a unit coded twice by one coder, or a value that is no number where numbers are needed.
    """
    if level not in stats.LEVELS:
        raise schema.InputError(f"level is one of {', '.join(map(repr, stats.LEVELS))}, not {level!r}.")
    if len(coders) < 2:
        raise schema.InputError("Agreement takes two coders or more; give each one's table by name.")
    given = {name: _given(name, coding, unit, value) for name, coding in coders.items()}
    tables = {name: _coding(name, table, unit, value) for name, table in given.items()}
    codes = pd.concat({name: table[value] for name, table in tables.items()}, axis=1).sort_index()
    ratings = _numbered(codes, level)
    seen = (~np.isnan(ratings)).sum(axis=0)
    clusters, what = _clusters(tables, codes.index)
    alpha = stats.krippendorff_alpha(ratings, level=level)
    sampled = len(np.unique(clusters[seen > 1]))
    low = high = np.nan
    if sampled >= MIN_SAMPLED:
        low, high = stats.alpha_interval(ratings, level=level, clusters=clusters, seed=seed)
    agree = _agree(ratings, seen)
    return Agreement(
        value=value,
        level=level,
        alpha=alpha,
        low=low,
        high=high,
        same=float(agree.dropna().mean()) if (seen > 1).any() else np.nan,
        table=_shown(codes.assign(agree=agree.to_numpy()), tables, beside).reset_index(names=unit),
        method=METHOD.format(what=what),
        notes=(*_notes(alpha, low, seen, sampled, what), *_doubts(given, codes, unit, value)),
        n_units=int((seen > 1).sum()),
        n_coders=len(tables),
        seed=seed,
    )


def _given(name: str, coding: Coding, unit: str, value: str) -> pd.DataFrame:
    """One coder's table as it was given, with the columns it needs."""
    if isinstance(coding, str | Path):
        with csvfile.own_file(coding):
            read = csvfile.own_rows(Path(coding))
        coding = pd.DataFrame([cells for _, cells in read.rows], columns=read.header, dtype=object)
    schema.need_columns(coding, (unit, value), f"The table of {name!r}")
    return coding


def _coding(name: str, coding: pd.DataFrame, unit: str, value: str) -> pd.DataFrame:
    """One coder's table by unit, cells without a code left out."""
    kept = coding[~coding[value].map(schema.is_missing) & ~coding[unit].map(schema.is_missing)]
    kept = kept.assign(**{unit: kept[unit].astype(str).str.strip()})
    twice = kept.loc[kept[unit].duplicated(), unit].unique()
    if len(twice):
        raise schema.InputError(
            f"The table of {name!r} codes more than once: {schema.some(list(twice))}; keep one row for each {unit}."
        )
    return kept.set_index(unit)


def _numbered(codes: pd.DataFrame, level: str) -> NDArray[np.float64]:
    """Coders by units as numbers: each name its own where only names count, else the numbers that were given."""
    if level == "nominal":
        names = codes.map(lambda cell: None if schema.is_missing(cell) else str(cell).strip()).to_numpy(dtype=object).T
        places, _ = pd.factorize(names.ravel(), sort=True)
        return np.where(places < 0, np.nan, places.astype(np.float64)).reshape(names.shape)
    numbers = codes.apply(lambda column: pd.to_numeric(column, errors="coerce"))
    wrong = numbers.isna() & codes.notna()
    if level == "ratio":
        wrong |= numbers < 0
    if wrong.any(axis=None):
        coder = next(coder for coder in codes if wrong[coder].any())
        first = codes[coder][wrong[coder]].head(1)
        given = schema.plain(first.iloc[0])
        needed = "numbers from 0" if level == "ratio" else "numbers"
        raise schema.InputError(
            f"The {level} level needs {needed}, and {coder!r} has {given!r} for {first.index[0]!r}; mend it."
        )
    return np.array([numbers[coder] for coder in numbers], dtype=np.float64)


def _clusters(tables: Mapping[str, pd.DataFrame], units: pd.Index[str]) -> tuple[NDArray[np.intp], str]:
    """What was sampled: the article of each unit, where a table says it; else the unit itself."""
    found = [table["article_id"] for table in tables.values() if "article_id" in table]
    if not found:
        return np.arange(len(units)), "units"
    article = found[0].reindex(units)
    for other in found[1:]:
        article = article.fillna(other.reindex(units))
    return pd.factorize(article.astype(object).fillna(pd.Series(units, index=units)))[0], "articles"


def _agree(ratings: NDArray[np.float64], seen: NDArray[np.intp]) -> pd.Series[bool]:
    """For each unit whether all codes are the same; missing where fewer than two coded it."""
    highest = np.where(np.isnan(ratings), -np.inf, ratings).max(axis=0)
    lowest = np.where(np.isnan(ratings), np.inf, ratings).min(axis=0)
    return pd.Series(highest == lowest, dtype="boolean").where(seen > 1)


def _shown(table: pd.DataFrame, tables: Mapping[str, pd.DataFrame], beside: Sequence[str]) -> pd.DataFrame:
    """The table with the columns `beside` before the codes, each from the first coder's table that has it."""
    for place, name in enumerate(beside):
        found = [coding[name].reindex(table.index) for coding in tables.values() if name in coding]
        if not found:
            raise schema.InputError(f"No coder's table has a column {name!r} to show beside the codes; take it out.")
        for other in found[1:]:
            found[0] = found[0].fillna(other)
        table.insert(place, name, found[0])
    return table


def _doubts(given: Mapping[str, pd.DataFrame], codes: pd.DataFrame, unit: str, value: str) -> Iterator[str]:
    """What may be a slip: a code without its unit, and codes that differ in capitals alone."""
    for name, table in given.items():
        lost = int((table[unit].map(schema.is_missing) & ~table[value].map(schema.is_missing)).sum())
        if lost:
            yield f"Left out: {schema.count(lost, 'row')} of {name!r} with a code and no {unit}."
    written = dict.fromkeys(str(cell).strip() for cell in codes.to_numpy().ravel() if not schema.is_missing(cell))
    spellings: dict[str, list[str]] = {}
    for code in sorted(written):
        spellings.setdefault(code.casefold(), []).append(code)
    for alike in spellings.values():
        if len(alike) > 1:
            yield f"Counted as different codes: {', '.join(map(repr, alike))}; write them alike if they are one."


def _notes(alpha: float, low: float, seen: NDArray[np.intp], sampled: int, what: str) -> list[str]:
    notes = []
    alone = int((seen < 2).sum())
    if alone:
        notes.append(f"Left out: units that only one coder saw ({alone} of {len(seen)}).")
    if not (seen > 1).any():
        notes.append("Alpha is not defined: no unit was coded by two coders.")
    elif np.isnan(alpha):
        notes.append("Alpha is not defined: all codes are the same, so nothing shows that coders can tell units apart.")
    if sampled < MIN_SAMPLED:
        notes.append(f"No interval: {sampled} {what} with two codes or more, and it takes {MIN_SAMPLED}.")
    elif np.isnan(low):
        notes.append("No interval: the coders disagree on too few units to bound it.")
    return notes
