"""Pairs of labelled runs for the link head: which are candidates, and what is known of each pair."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.quotes.words import Words

Run = tuple[str, int, int]  # role, first word, one past the last

FEATURES = 99
CANDIDATES = 7
_LOOK_BACK, _LOOK_AHEAD = 14, 12
_LEFT, _RIGHT = 4, 3
_GAPS = (1, 2, 4, 7, 12, 20, 35)
_LOOSE = (0, 1, 2, 5)
_SIGNS = {",": 0, ":": 1, "“": 2, "”": 3, ".": 4, "?": 4, "!": 4, "–": 5, "—": 5, "-": 5, "(": 6, ")": 6}
_ROLES = "SCK"


def candidates(runs: Sequence[Run], x: int, role: str) -> list[tuple[int, int]]:
    """Runs of a role near run x, with their rank on their side."""
    left = [y for y in range(x - 1, max(-1, x - _LOOK_BACK), -1) if runs[y][0] == role][:_LEFT]
    right = [y for y in range(x + 1, min(len(runs), x + _LOOK_AHEAD)) if runs[y][0] == role][:_RIGHT]
    return [(y, rank) for side in (left, right) for rank, y in enumerate(side)]


def _bucket(value: int, limits: Sequence[int]) -> int:
    return sum(value > limit for limit in limits)


def _neighbour(words: Words, runs: Sequence[Run], of: int, other: int) -> int:
    """The role of the run beside another, where it stands in the same sentence; 3: none."""
    if not 0 <= other < len(runs):
        return 3
    same = words.sentence[runs[other][1]] == words.sentence[runs[of][1]]
    return _ROLES.index(runs[other][0]) if same else 3


def features(words: Words, runs: Sequence[Run], x: int, y: int, rank: int) -> list[int]:
    """The numbers of the features that hold for a pair: x looks for its cue or speaker, y is the candidate."""
    right = int(y > x)
    a, b = (x, y) if right else (y, x)
    begin, end = runs[a][2], runs[b][1]
    inner = runs[a + 1 : b]
    low, high = max(begin - 1, 0), end
    sentences = min(words.sentence[high] - words.sentence[low], 3)
    paragraphs = min(words.paragraph[high] - words.paragraph[low], 2)
    quoted = 2 * (words.quoted[runs[x][1]] and words.quoted[runs[x][2] - 1]) + words.quoted[runs[y][1]]
    out = [
        right,
        2 + 8 * right + _bucket(end - begin, _GAPS),
        18 + 4 * right + sentences,
        26 + paragraphs,
        29 + quoted,
        51 + 4 * right + rank,
    ]
    for k, role in enumerate(_ROLES):
        out.append(33 + 9 * right + 3 * k + min(sum(run[0] == role for run in inner), 2))
    loose, signs, place = 0, set(), begin
    for _, first, last in [*inner, ("", end, end)]:
        for word in words.string[place : min(first, place + 40)]:
            loose += word[0].isalnum()
            if word in _SIGNS:
                signs.add(_SIGNS[word])
        place = max(place, last)
    out += [59 + 7 * right + sign for sign in sorted(signs)]
    out.append(73 + 5 * right + _bucket(loose, _LOOSE))
    beside = ((83, y, y - 1), (87, y, y + 1), (91, x, x - 1), (95, x, x + 1))
    return out + [base + _neighbour(words, runs, of, other) for base, of, other in beside]
