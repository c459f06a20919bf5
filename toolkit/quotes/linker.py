"""Labels to attributions: which cue belongs to a content, and which speaker to a cue.

A small network reads how the tagger's encoder sees the two runs of words, and what stands between them; it was trained
together with the encoder. How likely the whole attribution is right comes from a calibration made on held-out texts.
"""

from __future__ import annotations

import io
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from .. import nlp
from .pairs import Pair, Pairs
from .tagger import Floats, Label, model_file
from .words import Words

_CONTENT_TO_CUE, _CUE_TO_SPEAKER, _CONTENT_TO_SPEAKER = "KC", "CS", "KS"
_UNLIKELY = -8.0  # log-probability of a partner that is no candidate
_LEAST = 0.3  # attributions less likely to be right are left out ...
_LONG = 16  # ... unless the content has this many words: then a part of it is mostly right
_BLOCK = 1_024  # pairs scored at once
_EDGE = 1e-4  # beliefs are kept this far from 0 and 1


@dataclass(frozen=True)
class Attribution:
    """One attribution as numbers of labels: its contents, its cue, its speaker; `sure` is 0 to 1."""

    contents: tuple[int, ...]
    cue: int | None
    speaker: int | None
    sure: float


Beliefs = dict[int | None, float]  # log-probability of each partner; None: there is no partner


@lru_cache(maxsize=1)
def _weights() -> dict[str, dict[str, Floats]]:
    """For each mode, the weights by name. Those of the features stand one row a feature."""
    out: dict[str, dict[str, Floats]] = {}
    with np.load(io.BytesIO(model_file("linker.npz")), allow_pickle=False) as file:
        for name in file.files:
            mode, _, part = name.partition(".")
            out.setdefault(mode, {})[part] = file[name].astype(np.float32)
    return out


@lru_cache(maxsize=1)
def _calibration() -> tuple[float, dict[str, float]]:
    data = json.loads(model_file("calibration.json"))
    return float(data["intercept"]), dict(data["weights"])


def _log_softmax(scores: Beliefs) -> Beliefs:
    high = max(scores.values())
    total = high + math.log(math.fsum(math.exp(score - high) for score in scores.values()))
    return {y: score - total for y, score in scores.items()}


def _logit(belief: float) -> float:
    belief = min(max(belief, _EDGE), 1 - _EDGE)
    return math.log(belief / (1 - belief))


class _Links:
    """The links of one text's labels."""

    def __init__(self, words: Words, labels: Sequence[Label]) -> None:
        self.words = words
        self.labels = labels
        self.pairs = Pairs(words, [(label.role, label.first, label.last) for label in labels])
        self.ends = np.array([label.ends for label in labels], dtype=np.float32)
        self.cue_of = self._beliefs(_CONTENT_TO_CUE)
        self.speaker_of_cue = self._beliefs(_CUE_TO_SPEAKER)
        self.speaker_of_content = self._beliefs(_CONTENT_TO_SPEAKER)

    def _beliefs(self, mode: str) -> dict[int, Beliefs]:
        """For each run of the role the mode begins with, how likely each candidate is its partner."""
        asked = [x for x, role in enumerate(self.pairs.roles) if role == mode[0]]
        found = [pair for x in asked for pair in self.pairs.candidates(x, mode[1])]
        weights = _weights()[mode]
        one = self.ends @ weights["one"].T + weights["one.bias"]
        alone = np.maximum(one + weights["none"], 0) @ weights["out"][0]
        scores: dict[int, Beliefs] = {x: {None: float(alone[x])} for x in asked}
        for (x, y, _), score in zip(found, self._scores(weights, one, found), strict=True):
            scores[x][y] = score
        return {x: _log_softmax(each) for x, each in scores.items()}

    def _scores(self, weights: dict[str, Floats], one: Floats, found: list[Pair]) -> Iterator[float]:
        """The score of each pair of a run and its candidate; in blocks, so that a long text needs no more memory."""
        other = self.ends @ weights["other"].T
        for block in (found[begin : begin + _BLOCK] for begin in range(0, len(found), _BLOCK)):
            known = self.pairs.features(block)
            hidden = one[[x for x, _, _ in block]] + other[[y for _, y, _ in block]] + known @ weights["known"]
            yield from (np.maximum(hidden, 0) @ weights["out"][0] + known @ weights["direct"]).tolist()

    def speaker(self, contents: Sequence[int], cue: int | None) -> tuple[int | None, float]:
        """The speaker on whom cue and contents agree best, and how far they believe in it."""
        asked = [self.speaker_of_content[x] for x in contents]
        parts = [(1 / len(asked), beliefs) for beliefs in asked]
        if cue is not None:
            parts.append((1.0, self.speaker_of_cue[cue]))
        options = dict.fromkeys(y for _, beliefs in parts for y in beliefs)
        scores = {y: sum(share * beliefs.get(y, _UNLIKELY) for share, beliefs in parts) for y in options}
        best = max(scores, key=lambda y: scores[y])
        return best, math.exp(_log_softmax(scores)[best])

    def groups(self) -> Iterator[tuple[tuple[int, ...], int | None]]:
        """Contents by cue; a content without a cue stands alone, and only where it stands in quotation."""
        by_cue: dict[int, list[int]] = {}
        for x, beliefs in self.cue_of.items():
            cue = max(beliefs, key=lambda y: beliefs[y])
            if cue is None:
                if self.words.quoted[self.labels[x].first]:
                    yield (x,), None
            else:
                by_cue.setdefault(cue, []).append(x)
        for cue, contents in by_cue.items():
            yield tuple(contents), cue

    def evidence(self, contents: Sequence[int], cue: int | None, speaker: int | None, told: float) -> dict[str, float]:
        """What speaks for an attribution, for the calibration."""
        found = [self.labels[x] for x in contents]
        places = [i for label in found for i in range(label.first, label.last)]
        linked = [math.exp(self.cue_of[x][cue]) for x in contents]
        out = {
            "content": _logit(sum(label.sure for label in found) / len(found)),
            "content_least": _logit(min(label.least for label in found)),
            "cue_link": _logit(sum(linked) / len(linked)),
            "speaker_link": _logit(told),
            "quoted": sum(self.words.quoted[i] for i in places) / len(places),
            "length": math.log(len(places)),
            "several": float(len(found) > 1),
            "no_cue": float(cue is None),
            "no_speaker": float(speaker is None),
        }
        out["bare"] = out["no_cue"] * (1 - out["quoted"])
        out["content_least_by_length"] = out["content_least"] * out["length"]  # a long content always has a weak word
        for name, number in (("cue", cue), ("speaker", speaker)):
            out[name] = _logit(self.labels[number].sure) if number is not None else 0.0
            out[f"{name}_least"] = _logit(self.labels[number].least) if number is not None else 0.0
        return out


def considered(words: Words, labels: Sequence[Label]) -> Iterator[tuple[Attribution, dict[str, float]]]:
    """Every attribution that the labels allow, with the evidence for it; `sure` is not filled in yet."""
    if any(label.role == "K" for label in labels):
        links = _Links(words, labels)
        for contents, cue in links.groups():
            speaker, told = links.speaker(contents, cue)
            found = Attribution(contents, cue, speaker, math.nan)
            yield found, links.evidence(contents, cue, speaker, told)


def link(words: Words, labels: Sequence[Label]) -> list[Attribution]:
    """Contents grouped by cue, each with its speaker; those that are more likely wrong than of use are left out."""
    intercept, weights = _calibration()
    out = []
    with nlp.one_thread():
        every = list(considered(words, labels))
    for found, evidence in every:
        score = intercept + math.fsum(weights[name] * value for name, value in evidence.items())
        sure = 1 / (1 + math.exp(-score))
        if sure >= _LEAST or evidence["length"] >= math.log(_LONG):
            out.append(replace(found, sure=sure))
    return sorted(out, key=lambda attribution: attribution.contents)
