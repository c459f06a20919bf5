"""Pairs of labelled runs of words: which may belong together, and what is known of each pair.

The numbers of the features are those the weights were trained with.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from .words import Words

Run = tuple[str, int, int]  # role, first word, one past the last

FEATURES = 99  # how many features there are
CANDIDATES = 7  # the most candidates that one run can have
_LOOK_BACK, _LOOK_AHEAD = 14, 12  # runs
_LEFT, _RIGHT = 4, 3  # candidates a side
_GAPS = (1, 2, 4, 7, 12, 20, 35)  # words between the two
_LOOSE = (0, 1, 2, 5)  # words between the two that have no role
_SIGNS = {",": 0, ":": 1, "“": 2, "”": 3, ".": 4, "?": 4, "!": 4, "–": 5, "—": 5, "-": 5, "(": 6, ")": 6}
_ROLES = "SCK"
_NONE = len(_ROLES)
_LONGEST_GAP = 40  # words that are looked at for signs

# where each kind of feature begins
_GAP, _SENTENCES, _PARAGRAPHS, _QUOTED, _INNER, _RANK, _SIGN, _LOOSE_WORDS, _BESIDE = 2, 18, 26, 29, 33, 51, 59, 73, 83


def _bucket(value: int, limits: Sequence[int]) -> int:
    return bisect_left(limits, value)


class Pairs:
    """The runs of a text, their candidates, and what is known of each pair."""

    def __init__(self, words: Words, runs: Sequence[Run]) -> None:
        self.words = words
        self.runs = runs
        self.roles = [run[0] for run in runs]
        self.is_word = [word[0].isalnum() for word in words.string]
        self.signs = [_SIGNS.get(word) for word in words.string]

    def candidates(self, x: int, role: str) -> list[tuple[int, int]]:
        """Runs of a role near run x, with their rank on their side."""
        left = [y for y in range(x - 1, max(-1, x - _LOOK_BACK), -1) if self.roles[y] == role][:_LEFT]
        right = [y for y in range(x + 1, min(len(self.runs), x + _LOOK_AHEAD)) if self.roles[y] == role][:_RIGHT]
        return [(y, rank) for side in (left, right) for rank, y in enumerate(side)]

    def _beside(self, of: int, other: int) -> int:
        """The number of the role of the run beside another, where it stands in the same sentence."""
        sentence = self.words.sentence
        if not 0 <= other < len(self.runs) or sentence[self.runs[other][1]] != sentence[self.runs[of][1]]:
            return _NONE
        return _ROLES.index(self.roles[other])

    def _between(self, inner: Sequence[Run], begin: int, end: int) -> tuple[int, list[int]]:
        """Of what stands between two runs and has no role itself: how many words, and which signs."""
        loose, place = 0, begin
        signs: set[int | None] = set()
        for _, first, last in [*inner, ("", end, end)]:
            here = slice(place, min(first, place + _LONGEST_GAP))
            loose += sum(self.is_word[here])
            signs.update(self.signs[here])
            place = max(place, last)
        return loose, sorted(sign for sign in signs if sign is not None)

    def features(self, x: int, y: int, rank: int) -> list[int]:
        """The numbers of the features that hold for a pair: x looks for its cue or speaker, y is the candidate."""
        words, runs = self.words, self.runs
        right = int(y > x)
        a, b = (x, y) if right else (y, x)
        begin, end = runs[a][2], runs[b][1]
        sentences = min(words.sentence[end] - words.sentence[begin - 1], 3)
        paragraphs = min(words.paragraph[end] - words.paragraph[begin - 1], 2)
        wholly = words.quoted[runs[x][1]] and words.quoted[runs[x][2] - 1]
        loose, signs = self._between(runs[a + 1 : b], begin, end)
        inner = self.roles[a + 1 : b]
        beside = [self._beside(of, other) for of, other in ((y, y - 1), (y, y + 1), (x, x - 1), (x, x + 1))]
        return [
            right,
            _GAP + 8 * right + _bucket(end - begin, _GAPS),
            _SENTENCES + 4 * right + sentences,
            _PARAGRAPHS + paragraphs,
            _QUOTED + 2 * wholly + words.quoted[runs[y][1]],
            _RANK + 4 * right + rank,
            *(_INNER + 9 * right + 3 * k + min(inner.count(role), 2) for k, role in enumerate(_ROLES)),
            *(_SIGN + 7 * right + sign for sign in signs),
            _LOOSE_WORDS + 5 * right + _bucket(loose, _LOOSE),
            *(_BESIDE + 4 * k + role for k, role in enumerate(beside)),
        ]
