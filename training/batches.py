"""Windows of texts as tensors, and the link decisions in them."""

# mypy: disable-error-code="import-not-found", allow-subclassing-any, allow-untyped-decorators, no-warn-return-any

from __future__ import annotations

import random
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from toolkit.quotes.pairs import CANDIDATES, FEATURES, Pairs, Run
from toolkit.quotes.tagger import BLOCK, PIECES_A_WORD, WINDOW, Pieces, cuts

from .corpus import LABELS, Example, Group
from .model import MODES, Decisions

_LEAST_WINDOW = 260  # windows are of random lengths from here to the model's
_MARKS = 6  # a window ends with up to so many end marks more
NOT_SEEN = -1e4
_CLS, _SEP = 101, 102
_FLAG_MARK = 14
_SHORTEST = 8  # words


@dataclass
class Window:
    """Words [first, last) of one text."""

    text: int
    first: int
    last: int


@dataclass
class Batch:
    """Windows as tensors. `place` is where each word's first piece stands."""

    ids: Tensor
    flags: Tensor
    unseen: Tensor
    place: Tensor
    labels: Tensor
    mask: Tensor


def windows(number: int, text: Pieces, rng: random.Random) -> list[Window]:
    """A text cut into windows at a random first cut."""
    size, out, begin = len(text.first), [], 0
    usual = rng.randrange(_LEAST_WINDOW, WINDOW + 1)
    limit = rng.randrange(40, usual) if len(text.ids) > usual else usual
    at = cuts(text)
    while begin < size:
        end = bisect_right(text.first, text.first[begin] + limit - PIECES_A_WORD)
        between = [i for i in at if text.first[begin] + 80 < i <= text.first[begin] + limit]
        if between and len(text.ids) - text.first[begin] > limit and rng.random() < 0.9:
            end = bisect_left(text.first, between[-1])
        end = size if end >= size and len(text.ids) - text.first[begin] <= limit else min(end, size - 1)
        end = max(end, begin + 1)
        if end - begin >= _SHORTEST:
            out.append(Window(number, begin, end))
        begin, limit = end, usual
    return out


def batched(found: list[Window], size: int, rng: random.Random) -> list[list[Window]]:
    """Windows in random batches of about `size` words, those of like length together."""
    rng.shuffle(found)
    out: list[list[Window]] = []
    for begin in range(0, len(found), 96):
        now: list[Window] = []
        for window in sorted(found[begin : begin + 96], key=lambda w: w.last - w.first):
            if now and (len(now) + 1) * (window.last - window.first) > size:
                out.append(now)
                now = []
            now.append(window)
        out.append(now)
    rng.shuffle(out)
    return out


def collate(found: list[Window], texts: list[Pieces], labels: Mapping[int, list[int]], rng: random.Random) -> Batch:
    """The tensors of some windows; `labels` has the labels of each text."""
    ends = [texts[w.text].first[w.last] if w.last < len(texts[w.text].first) else len(texts[w.text].ids) for w in found]
    begins = [texts[w.text].first[w.first] for w in found]
    marks = [
        1 + rng.randrange(_MARKS + 1) if e - b <= WINDOW - _MARKS else 1 for b, e in zip(begins, ends, strict=True)
    ]
    long = [e - b + 1 + m for b, e, m in zip(begins, ends, marks, strict=True)]
    count = -(-max(long) // BLOCK)
    each = -(-max(long) // count)
    size = count * (each + each % 2)
    words = max(w.last - w.first for w in found)
    ids = torch.zeros(len(found), size, dtype=torch.long)
    flags = torch.full((len(found), size), _FLAG_MARK)
    unseen = torch.full((len(found), size), NOT_SEEN)
    place, gold = (torch.zeros(len(found), words, dtype=torch.long) for _ in range(2))
    mask = torch.zeros(len(found), words, dtype=torch.bool)
    for k, (w, begin, end) in enumerate(zip(found, begins, ends, strict=True)):
        text, many = texts[w.text], w.last - w.first
        ids[k, : long[k]] = torch.tensor([_CLS, *text.ids[begin:end], *([_SEP] * marks[k])])
        flags[k, 1 : end - begin + 1] = torch.tensor(text.flags[begin:end])
        unseen[k, : long[k]] = 0
        place[k, :many] = torch.tensor(text.first[w.first : w.last]) - begin + 1
        gold[k, :many] = torch.tensor(labels[w.text][w.first : w.last])
        mask[k, :many] = True
    shape = (len(found), count, -1)
    return Batch(ids.view(shape), flags.view(shape), unseen.view(shape), place, gold, mask)


def runs_of(labels: list[int], offset: int = 0) -> list[Run]:
    """The runs of words with one role."""
    out: list[Run] = []
    begin = 0
    names = [LABELS[k] for k in labels]
    for i in range(1, len(names) + 1):
        if i < len(names) and names[i][0] == "I" and names[i][2:] == names[begin][2:] and names[begin] != "O":
            continue
        if names[begin] != "O":
            out.append((names[begin][2:], begin + offset, i + offset))
        begin = i
    return out


def _overlapping(runs: list[Run], role: str, spans: list[tuple[int, int]]) -> list[int]:
    """Runs of a role that overlap some spans, the longest overlap first."""
    hits = []
    for number, (kind, i, j) in enumerate(runs):
        if kind == role:
            overlap = sum(max(0, min(j, b) - max(i, a)) for a, b in spans)
            if overlap:
                hits.append((-overlap, number))
    return [number for _, number in sorted(hits)]


def right_links(runs: list[Run], groups: list[Group], first: int, last: int) -> dict[str, dict[int, list[int]]]:
    """For each mode and run the right partners ([]: none), but for runs whose partner lies outside [first, last)."""
    out: dict[str, dict[int, list[int]]] = {mode: {} for mode in MODES}
    for group in groups:
        if not any(i < last and j > first for i, j in group["K"]):
            continue
        found = {role: _overlapping(runs, role, group[role]) for role in "KCS"}
        outside = {role: any(not first <= i < last for i, _ in group[role]) for role in "CS"}
        for x in found["K"]:
            if not (outside["C"] and not found["C"]):
                out["KC"].setdefault(x, found["C"][:1])
            if not (outside["S"] and not found["S"]):
                out["KS"].setdefault(x, found["S"])
        for x in found["C"]:
            if not (outside["S"] and not found["S"]) and not out["CS"].get(x):
                out["CS"][x] = found["S"]
    for x, run in enumerate(runs):
        touched = any(run[1] < j and run[2] > i for g in groups for i, j in g["K"]) if run[0] == "K" else True
        if not touched:
            out["KC"].setdefault(x, [])
    return out


class Collector:
    """Gathers the decisions of a batch."""

    def __init__(self) -> None:
        self.runs: list[tuple[int, int, int]] = []  # window, first word, last word
        self.rows: dict[str, list[tuple[int, list[int], Tensor, list[bool]]]] = {m: [] for m in MODES}

    def add(self, number: int, window: Window, example: Example, groups: list[Group], labels: list[int]) -> None:
        """The decisions of one window, where the words have these labels."""
        runs = runs_of(labels, window.first)
        known_of = Pairs(example.words, runs)
        base = len(self.runs)
        self.runs += [(number, i - window.first, j - 1 - window.first) for _, i, j in runs]
        for mode, links in right_links(runs, groups, window.first, window.last).items():
            for x, partners in links.items():
                found = known_of.candidates(x, mode[1])
                hits = [y in partners for _, y, _ in found]
                if partners and not any(hits):
                    continue
                known = torch.from_numpy(known_of.features(found))
                self.rows[mode].append((base + x, [base + y for _, y, _ in found], known, [not partners, *hits]))

    def decisions(self, mode: str) -> Decisions | None:
        """The decisions of a mode as tensors."""
        rows = self.rows[mode]
        if not rows:
            return None
        shape = (len(rows), CANDIDATES)
        other = torch.zeros(shape, dtype=torch.long)
        known = torch.zeros(*shape, FEATURES)
        allowed, right = (torch.zeros(shape[0], shape[1] + 1, dtype=torch.bool) for _ in range(2))
        allowed[:, 0] = True
        for k, (_, ys, features, hits) in enumerate(rows):
            other[k, : len(ys)] = torch.tensor(ys, dtype=torch.long)
            known[k, : len(ys)] = features
            allowed[k, 1 : len(ys) + 1] = True
            right[k, : len(hits)] = torch.tensor(hits)
        return Decisions(torch.tensor([row[0] for row in rows]), other, known, allowed, right)

    def states(self, states: Tensor) -> Tensor:
        """Runs x (first and last word's state)."""
        at = torch.tensor(self.runs, dtype=torch.long).reshape(-1, 3)
        return torch.cat([states[at[:, 0], at[:, 1]], states[at[:, 0], at[:, 2]]], 1)


def groups_in(groups: list[Group], window: Window) -> list[Group]:
    """The attributions that touch a window."""
    return [g for g in groups if any(i < window.last and j > window.first for part in g.values() for i, j in part)]
