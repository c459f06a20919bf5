"""Learn, on held-out texts, how likely an attribution is right, and from where on it is worth keeping.

python -m training.calibrate POLNEAR_FOLDER/dev [OUT/calibration.json]

Uses the toolkit with the weights that are installed in it. A logistic regression reads the evidence that the linker
has for each attribution; "right" is meant as in the attribution score. The reliability table and the choice of the
threshold come from predictions for texts that were left out of the fit.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from toolkit.quotes import linker, tagger
from toolkit.quotes import words as reading

from .corpus import read_annotations
from .scoring import Attribution, matches, words_in

Doubles = NDArray[np.float64]

_FOLDS = 12
_RIDGE = 3.0
_STEPS = 30


@dataclass
class Cases:
    """Attributions found in held-out texts."""

    names: list[str]
    evidence: Doubles
    right: NDArray[np.bool_]
    text: NDArray[np.int64]
    gold: int  # attributions that are there to be found


def considered(text: str) -> tuple[list[Attribution], list[dict[str, float]]]:
    """Every attribution that the model considers in a text, with the evidence for it."""
    words = reading.read(text)
    labels = tagger.tag(words)
    places = [(words.start[label.first], words.end[label.last - 1]) for label in labels]
    found, evidence = [], []
    for a, known in linker.considered(words, labels):
        speaker = [places[a.speaker]] if a.speaker is not None else []
        found.append(Attribution(words_in(text, [places[x] for x in a.contents]), words_in(text, speaker)))
        evidence.append(known)
    return found, evidence


def right(gold: list[Attribution], found: list[Attribution]) -> list[bool]:
    """For each attribution found, whether a gold one has half its content, and its speaker."""
    out = [False] * len(found)
    for i, j in matches(gold, found):
        out[j] = bool(gold[i].source & found[j].source) or not (gold[i].source or found[j].source)
    return out


def gather(folder: Path) -> Cases:
    """Every attribution that the model considers in the texts of a folder, and whether it is right."""
    first: dict[str, Path] = {}
    for path in sorted((folder / "attributions").glob("*.ann")):
        first.setdefault(path.stem.rsplit("_", 1)[0], path)
    rows: list[dict[str, float]] = []
    hits: list[bool] = []
    numbers: list[int] = []
    gold_count = 0
    for number, (doc, path) in enumerate(sorted(first.items())):
        text = (folder / "text" / f"{doc}.txt").read_bytes().decode("utf-8")
        gold = [Attribution(words_in(text, g["K"]), words_in(text, g["S"])) for g in read_annotations(path)]
        gold = [g for g in gold if g.content]
        found, evidence = considered(text)
        gold_count += len(gold)
        rows += evidence
        hits += right(gold, found)
        numbers += [number] * len(found)
    names = list(rows[0])
    table = np.array([[row[name] for name in names] for row in rows])
    return Cases(names, table, np.array(hits), np.array(numbers), gold_count)


def fit(evidence: Doubles, hits: NDArray[np.bool_]) -> Doubles:
    """Weights of a ridge logistic regression (Newton's method); the last one is the intercept."""
    spread = evidence.std(0) + 1e-9
    x = np.column_stack([evidence / spread, np.ones(len(evidence))])
    ridge = np.diag([_RIDGE] * evidence.shape[1] + [0.0])
    weights = np.zeros(x.shape[1])
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (p - hits) + ridge @ weights
        weights -= np.linalg.solve((x * (p * (1 - p))[:, None]).T @ x + ridge, slope)
    return np.append(weights[:-1] / spread, weights[-1])


def sure(evidence: Doubles, weights: Doubles) -> Doubles:
    """How likely each attribution is right."""
    out: Doubles = 1 / (1 + np.exp(-evidence @ weights[:-1] - weights[-1]))
    return out


def left_out(cases: Cases) -> Doubles:
    """For each attribution, its probability by a fit on other texts."""
    out = np.zeros(len(cases.right))
    for fold in range(_FOLDS):
        test = cases.text % _FOLDS == fold
        out[test] = sure(cases.evidence[test], fit(cases.evidence[~test], cases.right[~test]))
    return out


def reliability(beliefs: Doubles, hits: NDArray[np.bool_]) -> list[dict[str, float]]:
    """For each tenth of belief, how many attributions there are, what is believed and what is right."""
    out = []
    tenth = np.minimum((beliefs * 10).astype(int), 9)
    for k in range(10):
        own = tenth == k
        if own.any():
            row = {"from": k / 10, "n": int(own.sum())}
            out.append(row | {"sure": round(float(beliefs[own].mean()), 3), "right": round(float(hits[own].mean()), 3)})
    return out


def f1_from(beliefs: Doubles, cases: Cases, least: float) -> float:
    """F1 where only attributions of at least some belief are kept."""
    kept = beliefs >= least
    return float(2 * cases.right[kept].sum() / (kept.sum() + cases.gold))


def main(argv: list[str]) -> None:
    """The command."""
    cases = gather(Path(argv[0]))
    beliefs = left_out(cases)
    table = reliability(beliefs, cases.right)
    for row in table:
        print(row)
    for least in (0.0, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5):
        print(f"kept from {least}: F1 {f1_from(beliefs, cases, least):.4f}, n {int((beliefs >= least).sum())}")
    weights = fit(cases.evidence, cases.right)
    named = {name: round(float(w), 4) for name, w in zip(cases.names, weights, strict=False)}
    result = {"intercept": round(float(weights[-1]), 4), "weights": named, "reliability": table}
    print(json.dumps(result["weights"]))
    if len(argv) > 1:
        Path(argv[1]).write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
