"""Fits what makes a pronoun mean whom: toolkit/resources/salience.tsv, from texts whose speakers people have marked.

    python -m training.speakers [--write]

The texts are passages of our own and, where ../shared/polnear lies beside the checkout, its news articles, for which
`antecedents.jsonl` holds whom a speaker mention means (our annotation: text, place, form, answer; the texts are not
ours and not here). The speakers are those that the quote model finds, each with the candidates that the resolver
weighs. These hang on how earlier pronouns were read, so that fitting and reading take turns. The figures: each tenth
of the texts read with weights fitted on the others; and two parts of the articles that nothing is fitted on.
`speakers_*untouched` and `*unseen*` are not used.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from toolkit import resources
from toolkit.nlp import Span
from toolkit.quotes.extract import extract_quotes
from toolkit.speakers.resolver import Resolver
from toolkit.speakers.salience import PRONOUNS, Candidate, Weights, features, fitted

from .figures import GOLD, ROOT, SHARED, rows_by_article, texts_table
from .roles import lines_of, row_with, same_one, speaker_cases

NEWS = ("mend", "mend2", "mend3")
OWN = ("mended", "written")
ANTECEDENTS = ROOT / "training" / "antecedents.jsonl"
RIDGE = 0.5  # how strongly weights are drawn to 0
TIMES = 3  # that a passage of our own counts: it has those whom nobody can tell, which the articles hardly have
TENTHS = 10
TURNS = 3
UNFITTED = {"none": 0.0}  # what the first turn reads with
KEPT = ("dev", "check")  # parts that nothing is fitted on; of check nobody has looked at more than the totals
HEAD = """# What each feature of a mention adds to its being meant by a pronoun; see speakers/salience.py. Fitted by
# training/speakers.py on our passages (tests/gold/speakers_*) and our marks in training/antecedents.jsonl (CC BY 4.0).
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
    """The candidates for one marked speaker, and which of them are right."""

    candidates: list[Candidate]
    right: list[bool]


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


def articles(part: str) -> Iterator[Passage]:
    """PolNeAR's articles of one part, where they are there, with whom our annotators say that a mention means."""
    folder = SHARED / "polnear" / ("dev" if part == "dev" else "train") / "text"
    lines = [json.loads(line) for line in ANTECEDENTS.read_text(encoding="utf-8").splitlines()]
    marked = {line["text"]: line["mentions"] for line in lines if line["part"] == part}
    if not folder.is_dir():
        print(f"polnear {part}: {folder} is not there; its {len(marked)} articles are left out.")
        return
    texts = {name: (folder / f"{name}.txt").read_bytes().decode("utf-8") for name in marked}
    found = rows_by_article(extract_quotes(texts_table(texts)))
    for name, text in texts.items():
        rows = found.get(name, [])
        sources = [(row["speaker_start"], row["speaker_end"]) for row in rows if row["speaker_start"] is not None]
        right = {(s, e): [] if says == "?" else says.split("/") for s, e, _, says in marked[name] if says != "x"}
        kept = {span: names for span, names in right.items() if span in sources}
        yield Passage(f"polnear {part}", text, sources, [(s, e) for row in rows for s, e in row["spans"]], kept)


def passages() -> list[Passage]:
    """All that may be fitted on."""
    out = [*news(), *articles("train")]
    for name in OWN:
        for text, found in speaker_cases(GOLD / f"speakers_{name}.txt"):
            marked = {(start, end): [name for name in names if name != "?"] for start, end, names in found}
            out.append(Passage(name, text, list(marked), [], marked))
    return out


def cases_of(passage: Passage, weights: Weights) -> Iterator[Case]:
    """The marked speakers of a passage that had candidates, our own passages' several times."""
    resolver = Resolver(passage.text, passage.sources, passage.contents, weights=weights)
    for span, names in passage.marked.items():
        candidates = resolver.weighed.get(span, [])
        right = [one.mention.kind != "open" and same_one(resolver.name(one.mention), names) for one in candidates]
        if candidates:
            yield from [Case(candidates, right)] * (1 if passage.of_set.startswith("polnear") else TIMES)


def fit(cases: Sequence[Case]) -> Weights:
    """The weights that make the right ones, or nobody where none is, most likely."""
    seen = [names for case in cases for names in features(case.candidates)]
    columns = {name: i for i, name in enumerate(sorted({name for names in seen for name in names}))}
    rows = [i for i, names in enumerate(seen) for _ in names]
    ones = (np.ones(len(rows)), (rows, [columns[name] for names in seen for name in sorted(names)]))
    table = csr_matrix(ones, (len(seen), len(columns)))
    right = np.array([one for case in cases for one in (*case.right, not any(case.right))], float)
    sizes = [len(case.right) + 1 for case in cases]
    starts, of = np.cumsum([0, *sizes[:-1]]), np.repeat(np.arange(len(sizes)), sizes)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = table @ weights
        raised = np.exp(scores - np.maximum.reduceat(scores, starts)[of])
        chance = raised / np.add.reduceat(raised, starts)[of]
        good = np.add.reduceat(chance * right, starts)
        slope = 2 * RIDGE * weights - table.T @ (chance * right / good[of] - chance)
        return float(RIDGE * weights @ weights - np.log(good).sum()), slope

    found = minimize(loss, np.zeros(len(columns)), jac=True, method="L-BFGS-B")
    return {name: round(float(found.x[i]), 2) for name, i in columns.items()}


def fitted_on(given: Sequence[Passage], weights: Weights, turns: int) -> Weights:
    """The weights after some turns of reading and fitting."""
    for _ in range(turns):
        weights = fit([case for passage in given for case in cases_of(passage, weights)])
    return weights


def tally(passage: Passage, weights: Weights) -> Counter[str]:
    """Pronouns and other mentions: how many, right, given a wrong name, and left open where nobody can tell."""
    resolver = Resolver(passage.text, passage.sources, passage.contents, weights=weights)
    n = Counter[str]()
    for (start, end), names in passage.marked.items():
        form = "pronouns" if passage.text[start:end].lower() in PRONOUNS else "others"
        got = resolver.resolve(start, end)
        right = same_one(got, names) if names else got is None
        n[f"{form}, known" if names else f"{form}, unknown"] += 1
        n[f"{form}, right"] += right and bool(names)
        n[f"{form}, left open"] += right and not names
        n[f"{form}, wrong"] += bool(got) and not right
    return n


def cross_validated(given: list[Passage], weights: Weights) -> dict[str, Counter[str]]:
    """The tally of each set, every text read with weights that were fitted without it."""
    order = list(given)
    random.Random(1).shuffle(order)
    cases = [list(cases_of(passage, weights)) for passage in order]
    out: dict[str, Counter[str]] = {}
    for tenth in range(TENTHS):
        others = [case for i, of in enumerate(cases) if i % TENTHS != tenth for case in of]
        found = fit(others)
        for passage in order[tenth::TENTHS]:
            out.setdefault(passage.of_set, Counter()).update(tally(passage, found))
    return out


def show(of_set: str, n: Counter[str]) -> None:
    """One line for each form."""
    for form in ("pronouns", "others"):
        known, right, wrong = (n[f"{form}, {what}"] for what in ("known", "right", "wrong"))
        told = f"{n[f'{form}, left open']}/{n[f'{form}, unknown']} left open"
        print(f"{of_set:18} {form:8} {right}/{known} right ({right / max(known, 1):.3f}), {wrong} wrong names, {told}")


def main() -> None:
    """Print the cross-validated figures; write the weights of all where asked."""
    parser = argparse.ArgumentParser(description="Fits which mention a pronoun takes up.")
    parser.add_argument("--write", action="store_true", help="write toolkit/resources/salience.tsv anew")
    given = passages()
    write = parser.parse_args().write
    weights = fitted_on(given, UNFITTED, TURNS) if write else fitted()
    for of_set, n in sorted(cross_validated(given, weights).items()):
        show(f"{of_set}, CV", n)
    for part in KEPT:
        show(f"polnear {part}", sum((tally(passage, weights) for passage in articles(part)), Counter[str]()))
    if write:
        rows = "".join(f"{name}\t{weight:.2f}\n" for name, weight in sorted(weights.items()))
        resources.path("salience.tsv").write_text(HEAD + rows, encoding="utf-8")


if __name__ == "__main__":
    main()
