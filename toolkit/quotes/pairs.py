"""Pairs of labelled runs of words: which may belong together, and what is known of each pair.

The numbers of the features are those the weights were trained with.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .words import Words

Run = tuple[str, int, int]  # role, first word, one past the last
Pair = tuple[int, int, int]  # the run that looks for its cue or speaker, the candidate, its rank on its side

FEATURES = 99  # how many features there are
CANDIDATES = 7  # the most candidates that one run can have
_LOOK_BACK, _LOOK_AHEAD = 14, 12  # runs
_LEFT, _RIGHT = 4, 3  # candidates a side
_GAPS = (1, 2, 4, 7, 12, 20, 35)  # words between the two
_LOOSE = (0, 1, 2, 5)  # words between the two that have no role
_SIGNS = {",": 0, ":": 1, "“": 2, "”": 3, ".": 4, "?": 4, "!": 4, "–": 5, "—": 5, "-": 5, "(": 6, ")": 6}
_KINDS = 8  # of what stands between: words, and the kinds of signs
_ROLES = "SCK"
_NONE = len(_ROLES)
_LONGEST_GAP = 40  # words that are looked at between one run and the next

# where each kind of feature begins
_GAP, _SENTENCES, _PARAGRAPHS, _QUOTED, _INNER, _RANK, _SIGN, _LOOSE_WORDS, _BESIDE = 2, 18, 26, 29, 33, 51, 59, 73, 83


class Pairs:
    """The runs of a text, one behind the other, their candidates, and what is known of each pair."""

    def __init__(self, words: Words, runs: Sequence[Run]) -> None:
        self.roles = [role for role, _, _ in runs]
        self._role = np.array([_ROLES.index(role) for role in self.roles], dtype=np.intp)
        self._first, self._last = (np.array([run[k] for run in runs], dtype=np.intp) for k in (1, 2))
        ends = self._first, self._last - 1
        sentence, paragraph = (np.array(each, dtype=np.intp) for each in (words.sentence, words.paragraph))
        self._sentence, self._paragraph = [sentence[end] for end in ends], [paragraph[end] for end in ends]
        quoted = np.array(words.quoted, dtype=np.intp)
        self._quoted = quoted[ends[0]], quoted[ends[0]] & quoted[ends[1]]
        self._inner = _added(np.eye(_NONE, dtype=np.intp)[self._role])
        self._between = _added(np.array([_gap(words, a[2], b[1]) for a, b in pairwise(runs)]).reshape(-1, _KINDS))
        same = self._sentence[0][1:] == self._sentence[0][:-1]
        before, behind = (np.where(same, role, _NONE) for role in (self._role[:-1], self._role[1:]))
        self._beside = np.r_[_NONE, before], np.r_[behind, _NONE]

    def candidates(self, x: int, role: str) -> list[Pair]:
        """Run x with each run of a role near it."""
        left = [y for y in range(x - 1, max(-1, x - _LOOK_BACK), -1) if self.roles[y] == role][:_LEFT]
        right = [y for y in range(x + 1, min(len(self.roles), x + _LOOK_AHEAD)) if self.roles[y] == role][:_RIGHT]
        return [(x, y, rank) for side in (left, right) for rank, y in enumerate(side)]

    def features(self, pairs: Sequence[Pair]) -> NDArray[np.float32]:
        """Pairs x features: 1 where a feature holds."""
        x, y, rank = np.array(pairs, dtype=np.intp).reshape(-1, 3).T
        a, b, right = np.minimum(x, y), np.maximum(x, y), (y > x).astype(np.intp)
        inner = np.minimum(self._inner[b] - self._inner[a + 1], 2)
        loose, *signs = (self._between[b] - self._between[a]).T
        holding = [
            right,
            _GAP + 8 * right + np.searchsorted(_GAPS, self._first[b] - self._last[a]),
            _SENTENCES + 4 * right + np.minimum(self._sentence[0][b] - self._sentence[1][a], 3),
            _PARAGRAPHS + np.minimum(self._paragraph[0][b] - self._paragraph[1][a], 2),
            _QUOTED + 2 * self._quoted[1][x] + self._quoted[0][y],
            _RANK + 4 * right + rank,
            *(_INNER + 9 * right + 3 * k + count for k, count in enumerate(inner.T)),
            _LOOSE_WORDS + 5 * right + np.searchsorted(_LOOSE, loose),
            *(_BESIDE + 4 * k + self._beside[k % 2][run] for k, run in enumerate((y, y, x, x))),
        ]
        out = np.zeros((len(x), FEATURES), dtype=np.float32)
        for numbers in holding:
            out[np.arange(len(x)), numbers] = 1
        for sign, count in enumerate(signs):
            out[np.arange(len(x)), _SIGN + 7 * right + sign] = count > 0
        return out


def _gap(words: Words, begin: int, end: int) -> list[int]:
    """Of what stands between two runs: how many words, and how many of each kind of sign."""
    here = words.string[begin : min(end, begin + _LONGEST_GAP)]
    found = [_SIGNS.get(word) for word in here]
    return [sum(word[0].isalnum() for word in here), *(found.count(sign) for sign in range(_KINDS - 1))]


def _added(counts: NDArray[np.intp]) -> NDArray[np.intp]:
    """The sum of the rows above each place."""
    return np.concatenate([np.zeros((1, counts.shape[1]), dtype=np.intp), np.cumsum(counts, axis=0)])
