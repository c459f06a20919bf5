"""Pairs of labelled runs of words: which may belong together, and what is known of each pair.

The numbers of the features are those the weights were trained with.
"""

from __future__ import annotations

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


def candidates(runs: Sequence[Run], x: int, role: str) -> list[tuple[int, int]]:
    """Runs of a role near run x, with their rank on their side."""
    left = [y for y in range(x - 1, max(-1, x - _LOOK_BACK), -1) if runs[y][0] == role][:_LEFT]
    right = [y for y in range(x + 1, min(len(runs), x + _LOOK_AHEAD)) if runs[y][0] == role][:_RIGHT]
    return [(y, rank) for side in (left, right) for rank, y in enumerate(side)]


def _bucket(value: int, limits: Sequence[int]) -> int:
    return sum(value > limit for limit in limits)


def _beside(words: Words, runs: Sequence[Run], of: int, other: int) -> int:
    """The number of the role of the run beside another, where it stands in the same sentence."""
    if not 0 <= other < len(runs) or words.sentence[runs[other][1]] != words.sentence[runs[of][1]]:
        return _NONE
    return _ROLES.index(runs[other][0])


def _between(words: Words, inner: Sequence[Run], begin: int, end: int) -> tuple[int, list[int]]:
    """Of what stands between two runs and has no role itself: how many words, and which signs."""
    loose, signs, place = 0, set(), begin
    for _, first, last in [*inner, ("", end, end)]:
        for word in words.string[place : min(first, place + _LONGEST_GAP)]:
            loose += word[0].isalnum()
            if word in _SIGNS:
                signs.add(_SIGNS[word])
        place = max(place, last)
    return loose, sorted(signs)


def features(words: Words, runs: Sequence[Run], x: int, y: int, rank: int) -> list[int]:
    """The numbers of the features that hold for a pair: x looks for its cue or speaker, y is the candidate."""
    right = int(y > x)
    a, b = (x, y) if right else (y, x)
    begin, end = runs[a][2], runs[b][1]
    inner = runs[a + 1 : b]
    sentences = min(words.sentence[end] - words.sentence[begin - 1], 3)
    paragraphs = min(words.paragraph[end] - words.paragraph[begin - 1], 2)
    wholly = words.quoted[runs[x][1]] and words.quoted[runs[x][2] - 1]
    loose, signs = _between(words, inner, begin, end)
    counts = [min(sum(run[0] == role for run in inner), 2) for role in _ROLES]
    beside = [_beside(words, runs, of, other) for of, other in ((y, y - 1), (y, y + 1), (x, x - 1), (x, x + 1))]
    return [
        right,
        _GAP + 8 * right + _bucket(end - begin, _GAPS),
        _SENTENCES + 4 * right + sentences,
        _PARAGRAPHS + paragraphs,
        _QUOTED + 2 * wholly + words.quoted[runs[y][1]],
        _RANK + 4 * right + rank,
        *(_INNER + 9 * right + 3 * k + count for k, count in enumerate(counts)),
        *(_SIGN + 7 * right + sign for sign in signs),
        _LOOSE_WORDS + 5 * right + _bucket(loose, _LOOSE),
        *(_BESIDE + 4 * k + role for k, role in enumerate(beside)),
    ]
