"""Labels to attributions: which cue belongs to a content, and which speaker to a cue.

Two sparse logistic models over pairs of labelled runs; the weights lie beside the tagger's.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import lru_cache

from .tagger import Label, model_file
from .words import Words

_CONTENT_TO_CUE, _CUE_TO_SPEAKER, _CONTENT_TO_SPEAKER = "KC", "CS", "KS"
_LEAST = {_CONTENT_TO_CUE: 0.1, _CUE_TO_SPEAKER: 0.3, _CONTENT_TO_SPEAKER: 0.1}
_PRONOUNS = frozenset("he she they it i we who you his her their him them".split())
_LOOK_BACK, _LOOK_AHEAD = 14, 12  # labelled runs
_LEFT, _RIGHT = 4, 3  # candidates a side
_BUCKETS = ((4, 0), (6, 4), (9, 6), (14, 9), (22, 14), (40, 22))


@dataclass(frozen=True)
class Attribution:
    """One attribution as numbers of labels: its contents, its cue, its speaker; `sure` is 0 to 1."""

    contents: tuple[int, ...]
    cue: int | None
    speaker: int | None
    sure: float


@dataclass(frozen=True)
class _Weights:
    intercept: float
    weights: dict[str, float]


@lru_cache(maxsize=1)
def _weights() -> dict[str, _Weights]:
    data = json.loads(model_file("linker.json"))
    return {mode: _Weights(part["intercept"], part["weights"]) for mode, part in data.items()}


def _bucket(count: int) -> str:
    if count < 4:
        return str(count)
    return str(next((low for high, low in _BUCKETS[1:] if count < high), 40))


class _Pairs:
    """Features of pairs of labelled runs in one text. The strings are those the weights were trained with."""

    def __init__(self, words: Words, labels: list[Label]) -> None:
        self.words = words
        self.labels = labels

    def _word(self, i: int) -> str:
        return self.words.lower[i] if 0 <= i < len(self.words) else "-"

    def _same_sentence(self, i: int, j: int) -> bool:
        return self.words.sentence[i] == self.words.sentence[j]

    def candidates(self, x: int, role: str) -> list[tuple[int, int]]:
        """Labels of a role near label x, with their rank on their side."""
        labels = self.labels
        left = [y for y in range(x - 1, max(-1, x - _LOOK_BACK), -1) if labels[y].role == role][:_LEFT]
        right = [y for y in range(x + 1, min(len(labels), x + _LOOK_AHEAD)) if labels[y].role == role][:_RIGHT]
        return [(y, rank) for side in (left, right) for rank, y in enumerate(side)]

    def _between(self, x: int, y: int) -> tuple[str, str, str, int]:
        """What stands between two runs: roles, punctuation, words, and how many words."""
        a, b = sorted((x, y))
        inner = self.labels[a + 1 : b]
        roles = "".join(label.role for label in inner)
        roles = roles if len(roles) <= 4 else roles[:4] + "+"
        begin, end = self.labels[a].last, self.labels[b].first
        covered = {i for label in inner for i in range(label.first, label.last)}
        gap = [self.words.lower[i] for i in range(begin, min(end, begin + 40)) if i not in covered]
        shape: list[str] = []
        for word in gap:
            sign = "w" if word[0].isalnum() else word
            if not (sign == "w" and shape[-1:] == ["w"]):
                shape.append(sign)
        near = " ".join(gap) if len(gap) <= 3 else ".."
        return roles, "".join(shape)[:6], near, end - begin

    def _neighbours(self, of: int, side: str, roles: str) -> list[str]:
        labels, here = self.labels, self.labels[of].first
        before = labels[of - 1] if of else None
        after = labels[of + 1] if of + 1 < len(labels) else None
        left = f"{before.role}{int(self._same_sentence(before.first, here))}" if before else "-0"
        right = f"{after.role}{int(self._same_sentence(after.first, here))}" if after else "-0"
        return [f"nb={side}{left}{right}", f"nbk={side}{roles}{left}{right}"]

    def features(self, x: int, y: int, rank: int, mode: str) -> list[str]:
        """The features of the pair: x is looking for its cue or speaker, y is the candidate."""
        words, one, other = self.words, self.labels[x], self.labels[y]
        roles, shape, near, gap = self._between(x, y)
        side = "R" if y > x else "L"
        low, high = (one.last - 1, other.first) if y > x else (other.last - 1, one.first)
        sentences = min(words.sentence[high] - words.sentence[low], 3)
        paragraphs = min(words.paragraph[high] - words.paragraph[low], 3)
        quoted = f"{int(words.quoted[one.first] and words.quoted[one.last - 1])}{int(words.quoted[other.first])}"
        common = [
            f"o={side}",
            f"ok={side}{roles}",
            f"okq={side}{roles}{quoted}",
            f"oks={side}{roles}{sentences}{paragraphs}",
            f"og={side}{roles}{_bucket(gap)}{quoted}",
            f"osd={side}{sentences}{paragraphs}{quoted}",
            f"opun={side}{shape}",
            f"okpun={side}{roles}{shape}",
            f"ow={side}{near}",
            f"rank={side}{rank}",
            f"rk={rank}{roles}{sentences}",
        ]
        cue = self._cue_of_content if mode == _CONTENT_TO_CUE else self._speaker_of
        return common + cue(x, y, side, roles, sentences)

    def _cue_of_content(self, x: int, y: int, side: str, roles: str, sentences: int) -> list[str]:
        content, cue = self.labels[x], self.labels[y]
        text = " ".join(self.words.lower[cue.first : cue.last])
        return [
            f"cu={side}{self._word(cue.last - 1)}",
            f"cu1={side}{self._word(cue.first)}",
            f"cusd={side}{text}{sentences}",
            f"cuk={side}{self._word(cue.last - 1)}{roles}",
            f"kf={side}{self._word(content.first)}",
            f"kfk={side}{self._word(content.first)}{roles}",
            f"ke={side}{self._word(content.last)}{roles}",
            f"cn={side}{self._word(cue.last)}{roles}",
            f"cp={side}{self._word(cue.first - 1)}{roles}",
            *self._neighbours(y, side, roles),
        ]

    def _speaker_of(self, x: int, y: int, side: str, roles: str, _sentences: int) -> list[str]:
        cue, speaker = self.labels[x], self.labels[y]
        name = " ".join(self.words.lower[speaker.first : speaker.last])
        text = " ".join(self.words.lower[cue.first : cue.last])
        return [
            f"cu={side}{self._word(cue.last - 1)}",
            f"cu1={side}{self._word(cue.first)}{roles}",
            f"cuo={side}{text}",
            f"cuk={side}{text}{roles}",
            f"st={side}{name if name in _PRONOUNS else 'x'}",
            f"sn={side}{self._word(speaker.last)}{roles}",
            f"sp={side}{self._word(speaker.first - 1)}{roles}",
            f"cp={side}{self._word(cue.first - 1)}{roles}",
            f"cn={side}{self._word(cue.last)}",
            *self._neighbours(x, side, roles),
            f"ing={side}{self._word(cue.last - 1)[-3:]}",
        ]

    def best(self, x: int, role: str, mode: str) -> tuple[int | None, float]:
        """The most probable partner of label x and its probability; None where none is probable enough."""
        model, best, highest = _weights()[mode], None, -math.inf
        for y, rank in self.candidates(x, role):
            known = dict.fromkeys(self.features(x, y, rank, mode))
            score = model.intercept + math.fsum(model.weights.get(feature, 0.0) for feature in known)
            if score > highest:
                best, highest = y, score
        if best is None:
            return None, 0.0
        sure = 1 / (1 + math.exp(-highest))
        return (best, sure) if sure >= _LEAST[mode] else (None, 1 - sure)


def link(words: Words, labels: list[Label]) -> list[Attribution]:
    """Contents grouped by cue, each with its speaker. A content without a cue is kept where it stands in quotation."""
    pairs = _Pairs(words, labels)
    groups: dict[int, list[tuple[int, float]]] = {}
    out = []
    for x, label in enumerate(labels):
        if label.role != "K":
            continue
        cue, sure = pairs.best(x, "C", _CONTENT_TO_CUE)
        if cue is not None:
            groups.setdefault(cue, []).append((x, sure))
        elif words.quoted[label.first]:
            speaker, sure = pairs.best(x, "S", _CONTENT_TO_SPEAKER)
            out.append(Attribution((x,), None, speaker, sure * label.sure))
    for cue, members in groups.items():
        speaker, sure = pairs.best(cue, "S", _CUE_TO_SPEAKER)
        contents = tuple(x for x, _ in members)
        believed = [labels[i].sure for i in (*contents, cue)] + [p for _, p in members] + [sure]
        out.append(Attribution(contents, cue, speaker, math.prod(believed) ** (1 / len(believed))))
    return sorted(out, key=lambda attribution: attribution.contents)
