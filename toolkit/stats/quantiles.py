"""Quantiles and tails of the distributions that the intervals need, without SciPy."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from .sides import Array, numbers

_STEPS = 200  # halvings of an interval: enough for any number, however small
_TINY = 1e-300


def chi_square_tail(statistic: ArrayLike) -> Array:
    """The share of a chi-square distribution with one degree of freedom that lies beyond each value."""
    values = numbers(statistic)
    tails = [math.erfc(math.sqrt(value / 2)) if value >= 0 else math.nan for value in values.ravel()]
    return np.reshape(np.array(tails), values.shape)


def beta_quantile(share: float, first: ArrayLike, second: ArrayLike) -> Array:
    """The value below which `share` of each beta distribution lies; NaN where a parameter is not positive."""
    a, b = (np.atleast_1d(side).astype(np.float64) for side in np.broadcast_arrays(numbers(first), numbers(second)))
    sound = (a > 0) & (b > 0)
    a, b = np.where(sound, a, 1.0), np.where(sound, b, 1.0)
    low, high = np.zeros(a.shape), np.ones(a.shape)
    for _ in range(_STEPS):
        middle = (low + high) / 2
        below = beta_share(middle, a, b) < share
        low, high = np.where(below, middle, low), np.where(below, high, middle)
        if (high - low <= 1e-12 * high).all():
            break
    return np.where(sound, (low + high) / 2, np.nan)


def beta_share(x: Array, a: Array, b: Array) -> Array:
    """How much of each beta distribution lies below x: the regularised incomplete beta function (0 < x < 1).

    By its continued fraction on the side where that converges fast (Abramowitz & Stegun 26.5.8).
    """
    turned = x > (a + 1) / (a + b + 2)
    near, p, q = np.where(turned, 1 - x, x), np.where(turned, b, a), np.where(turned, a, b)
    kernel = _log_gamma(a + b) - _log_gamma(a) - _log_gamma(b) + a * np.log(x) + b * np.log1p(-x)
    share: Array = np.exp(kernel) / p / _fraction(near, p, q)
    return np.where(turned, 1 - share, share)


def _log_gamma(values: Array) -> Array:
    return np.array([math.lgamma(value) for value in values.ravel()]).reshape(values.shape)


def _fraction(x: Array, a: Array, b: Array) -> Array:
    """The continued fraction, from its front by Lentz's method (Thompson & Barnett 1986), until nothing changes."""
    value = above = np.ones(x.shape)
    below = np.zeros(x.shape)
    for step in range(1, 100_000):
        half = step // 2
        if step % 2:
            term = -(a + half) * (a + b + half) * x / ((a + 2 * half) * (a + 2 * half + 1))
        else:
            term = half * (b - half) * x / ((a + 2 * half - 1) * (a + 2 * half))
        below = 1 + term * below
        below = 1 / np.where(np.abs(below) < _TINY, _TINY, below)
        above = 1 + term / above
        above = np.where(np.abs(above) < _TINY, _TINY, above)
        value = value * above * below
        if (np.abs(above * below - 1) < 1e-15).all():
            break
    return value
