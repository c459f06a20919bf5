"""How large a difference is, apart from how sure: on a scale that does not hang on the measure's unit."""

from __future__ import annotations

import numpy as np

from .sides import Array, Side, contested, divide


def dominance(group: Side, rest: Side) -> Array:
    """How far the articles of two groups lie apart: 1, every article of the group is above every other; 0, no lean.

    Cliff's delta (Cliff 1993): of all pairs of one article from each side, the share in which the group's figure is
    higher less the share in which it is lower. Where groups stand inside the same articles, the two figures of each
    article are set against each other (his d_w). Every article counts the same, however long. NaN without a pair.
    """
    out = np.full(group.value.shape[1], np.nan)
    for rows, items in contested(group, rest):
        first, second = group.part(rows, items), rest.part(rows, items)
        mine, theirs = divide(first.value, first.n), divide(second.value, second.n)
        within = bool(((first.n > 0) & (second.n > 0)).any())
        out[items] = _paired(mine, theirs) if within else _unpaired(mine, theirs)
    return out


def _paired(mine: Array, theirs: Array) -> Array:
    signs = np.sign(mine - theirs)  # NaN of an article with one figure
    return divide(np.nansum(signs, axis=0), (~np.isnan(signs)).sum(axis=0).astype(np.float64))


def _unpaired(mine: Array, theirs: Array) -> Array:
    """By places in the sorted other side, so that many articles cost little."""
    here, there = ~np.isnan(mine).any(axis=1), ~np.isnan(theirs).any(axis=1)
    out = np.empty(mine.shape[1])
    for item in range(mine.shape[1]):
        values, others = mine[here, item], np.sort(theirs[there, item])
        below, upto = (np.searchsorted(others, values, side=edge) for edge in ("left", "right"))
        out[item] = (below + upto - len(others)).sum() / (len(values) * len(others))
    return out
