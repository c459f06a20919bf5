"""What agency, labels and stance add to the time of spaCy's parse, on one thread, in one run.

The parse is `toolkit.nlp.parse` (tokenizer, tagger, parser and lemmatizer of the small English model, no entities). It
is made once an article and kept, so that the others find it. Quotes are found before the clock runs. Times are the
processor's, the least of some rounds over as many words each. Scare quotes stand beside the three.

    python -m benchmarks.framing [--words 10000] [--rounds 5]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence

from . import _one_thread  # isort: skip - the number of threads is set before numpy is loaded

import pandas as pd

from toolkit import nlp, schema
from toolkit.entities import load_referents
from toolkit.framing import find_agency, find_labels, find_scare_quotes, find_stance
from toolkit.quotes.extract import extract_quotes

from ._texts import ROOT, articles, joined

LIMIT = 0.25
_COUNTED = ("agency", "labels", "stance")
_MOST = 100  # articles a round: fewer than nlp.parse keeps
Job = Callable[[], object]


def jobs(table: pd.DataFrame, quotes: pd.DataFrame) -> dict[str, Job]:
    """What is timed, by name; the parse comes first, and the others find it made."""
    referents = load_referents(ROOT / "data" / "khirbet-ammu-2020" / "referents.csv")
    return {
        "parse": lambda: [nlp.parse(text) for text in table["text"]],
        "agency": lambda: find_agency(table, quotes, referents=referents),
        "labels": lambda: find_labels(table, quotes, referents=referents),
        "stance": lambda: find_stance(table, quotes),
        "scare quotes": lambda: find_scare_quotes(table, quotes),
    }


def seconds(texts: Sequence[str]) -> dict[str, float]:
    """Seconds of each job on some articles, one after the other."""
    rows = [{"article_id": str(i), "outlet": "", "language": "en", "text": text} for i, text in enumerate(texts)]
    table = schema.table(rows, "articles")
    quotes = extract_quotes(table)
    nlp.parse.cache_clear()
    spent = {}
    for name, job in jobs(table, quotes).items():
        begin = time.process_time()
        job()
        spent[name] = time.process_time() - begin
    return spent


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; the exit status is 1 where the three add more than a quarter."""
    parser = argparse.ArgumentParser(description="What framing adds to the time of the parse.")
    parser.add_argument("--words", type=int, default=10_000, help="words a round")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args(arguments)
    texts = joined(articles(given.words * given.rounds), 4)
    share = min(len(texts) // given.rounds, _MOST)
    seconds(texts[:1])  # models are loaded before the clock runs
    rounds = [seconds(texts[i * share : (i + 1) * share]) for i in range(given.rounds)]
    best = {name: min(spent[name] for spent in rounds) for name in rounds[0]}
    words = sum(len(text.split()) for text in texts[:share])
    print(f"{'':14} seconds  of the parse   ({share} articles, about {words:,} words a round)")
    for name, spent in best.items():
        print(f"{name:14} {spent:7.2f}  {spent / best['parse']:12.1%}")
    added = sum(best[name] for name in _COUNTED) / best["parse"]
    ran = f"best of {given.rounds} rounds, {_one_thread.THREADS} thread"
    print(f"Agency, labels and stance add {added:.1%} to the parse (limit {LIMIT:.0%}; {ran}).")
    return int(added > LIMIT)


if __name__ == "__main__":
    raise SystemExit(main())
