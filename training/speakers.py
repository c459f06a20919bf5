"""Fits what makes a pronoun mean whom: toolkit/resources/salience.tsv, from passages whose speakers people have marked.

    python -m training.speakers [--write]

The speakers are those that the quote model finds, each with the candidates that the resolver weighs. Those candidates
hang on how earlier pronouns were read, so that fitting and reading take turns. Before the fit stands the honest figure:
each tenth of the passages read with weights fitted on the others. `speakers_*untouched` and `*unseen*` are not used.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize  # type: ignore[import-untyped]

from toolkit import resources
from toolkit.nlp import Span
from toolkit.quotes.extract import extract_quotes
from toolkit.speakers.resolver import Resolver
from toolkit.speakers.salience import PRONOUNS, Candidate, Weights, features, fitted

from .figures import GOLD, rows_by_article, texts_table
from .roles import lines_of, row_with, speaker_cases
from .scoring import same_name

NEWS = ("mend", "mend2")
OWN = ("mended", "written")
RIDGE = 0.5  # how strongly weights are drawn to 0
TENTHS = 10
TURNS = 3
HEAD = """# What each feature of a mention adds to its being meant by a pronoun; see speakers/salience.py. Fitted by
# training/speakers.py on tests/gold/speakers_news_mend*.jsonl, speakers_mended.txt, speakers_written.txt (CC BY 4.0).
"""


@dataclass(frozen=True)
class Passage:
    """A text, where its speakers and contents stand, and the right names of each one marked (none: nobody can tell)."""

    of_set: str
    text: str
    sources: list[Span]
    contents: list[Span]
    marked: dict[Span, list[str]]


@dataclass(frozen=True)
class Case:
    """The candidates for one marked speaker, which of them are right, and whether anybody is."""

    candidates: list[Candidate]
    right: list[bool]
    known: bool


def news() -> Iterator[Passage]:
    """The news passages, with the speakers and contents that the model finds."""
    for name in NEWS:
        cases = lines_of(f"speakers_news_{name}.jsonl")
        found = rows_by_article(extract_quotes(texts_table({str(i): case["text"] for i, case in enumerate(cases)})))
        for i, case in enumerate(cases):
            yield of_news(name, case, [row for row in found.get(str(i), []) if row["speaker_start"] is not None])


def of_news(name: str, case: dict[str, Any], rows: Sequence[dict[str, Any]]) -> Passage:
    """One news passage."""
    marked = {}
    for quote in case["quotes"]:
        if row := row_with(case["text"], quote["content"], rows):
            marked[row["speaker_start"], row["speaker_end"]] = [quote["speaker"]] if quote["speaker"] else []
    sources = [(row["speaker_start"], row["speaker_end"]) for row in rows]
    return Passage(name, case["text"], sources, [(s, e) for row in rows for s, e in row["spans"]], marked)


def passages() -> list[Passage]:
    """All that may be fitted on."""
    out = list(news())
    for name in OWN:
        for text, found in speaker_cases(GOLD / f"speakers_{name}.txt"):
            marked = {(start, end): [name for name in names if name != "?"] for start, end, names in found}
            out.append(Passage(name, text, list(marked), [], marked))
    return out


def cases_of(passage: Passage, weights: Weights) -> Iterator[Case]:
    """The marked speakers of a passage that had candidates."""
    resolver = Resolver(passage.text, passage.sources, passage.contents, weights=weights)
    for span, names in passage.marked.items():
        candidates = resolver.weighed.get(span, [])
        right = [one.mention.kind != "open" and same_name(resolver.name(one.mention), names) for one in candidates]
        if candidates:
            yield Case(candidates, right, bool(names))


def fit(cases: Sequence[Case]) -> Weights:
    """The weights that make the right mentions, or nobody where none is, most likely."""
    seen = [features(case.candidates) for case in cases]
    names = sorted({name for each in seen for one in each for name in one})
    tables = [np.array([[name in one for name in names] for one in each], float) for each in seen]
    wanted = [np.array([*case.right, not any(case.right)], float) for case in cases]

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        total, slope = RIDGE * weights @ weights, 2 * RIDGE * weights
        for table, right in zip(tables, wanted, strict=True):
            raised = np.exp(table @ weights - (table @ weights).max())
            chance = raised / raised.sum()
            good = chance @ right
            total -= np.log(good)
            slope = slope - table.T @ (chance * right / good - chance)
        return float(total), slope

    found = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B")
    return {name: round(float(weight), 2) for name, weight in zip(names, found.x, strict=True)}


def fitted_on(given: Sequence[Passage], weights: Weights, turns: int) -> Weights:
    """The weights after some turns of reading and fitting."""
    for _ in range(turns):
        weights = fit([case for passage in given for case in cases_of(passage, weights)])
    return weights


def tally(passage: Passage, weights: Weights) -> Counter[str]:
    """Pronouns of a passage: how many, right, given a wrong name, and left open where nobody can tell."""
    resolver = Resolver(passage.text, passage.sources, passage.contents, weights=weights)
    n = Counter[str]()
    for (start, end), names in passage.marked.items():
        if passage.text[start:end].lower() in PRONOUNS:
            got = resolver.resolve(start, end)
            right = same_name(got, names) if names else got is None
            n += Counter({"known" if names else "unknown": 1})
            n += Counter(
                {"right": right and bool(names), "left open": right and not names, "wrong": bool(got) and not right}
            )
    return n


def cross_validated(given: list[Passage], weights: Weights) -> dict[str, Counter[str]]:
    """The tally of each set, every passage read with weights that were fitted without it."""
    order = list(given)
    random.Random(1).shuffle(order)
    out: dict[str, Counter[str]] = {}
    for tenth in range(TENTHS):
        apart = order[tenth::TENTHS]
        others = [passage for passage in given if passage not in apart]
        found = fitted_on(others, weights, turns=1)
        for passage in apart:
            out.setdefault(passage.of_set, Counter()).update(tally(passage, found))
    return out


def main() -> None:
    """Print the cross-validated figures; write the weights of all where asked."""
    parser = argparse.ArgumentParser(description="Fits which mention a pronoun takes up.")
    parser.add_argument("--write", action="store_true", help="write toolkit/resources/salience.tsv anew")
    given = passages()
    write = parser.parse_args().write
    weights = fitted_on(given, {}, TURNS) if write else fitted()
    for of_set, n in sorted(cross_validated(given, weights).items()):
        names = f"{n['right']}/{n['known']} right, {n['wrong']} wrong names, {n['left open']}/{n['unknown']} left open"
        print(f"{of_set:8} pronouns, cross-validated: {names}")
    if write:
        rows = "".join(f"{name}\t{weight:.2f}\n" for name, weight in sorted(weights.items()))
        resources.path("salience.tsv").write_text(HEAD + rows, encoding="utf-8")


if __name__ == "__main__":
    main()
