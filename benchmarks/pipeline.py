"""Words a second of every stage on one core, beside spaCy's small full pipeline on the same texts in the same run.

Each stage is called as the report calls it, on articles of `benchmarks.make_corpus` of about 500 words. The parse is
made once and kept; the stages that use it find it. Times are the processor's, summed over all rounds; we and the
others take turns in going first, as the machine may be busy. textacy's direct quotations stand beside them where
textacy is installed; it takes spaCy's documents, so its row holds the time of both.

    python -m benchmarks.pipeline [--articles 100] [--rounds 4]

With `--sizes`, the whole path in a process of its own for each number of articles: seconds, the most memory, and what
one article more costs.

    python -m benchmarks.pipeline --sizes 500,1000,2000,5000

With `--scale`, the same for more articles than anyone wants to wait for: the first 500 are read, and what is found in
them stands for every further 500. Printed are seconds and the most memory so far, step by step.

    python -m benchmarks.pipeline --scale 100000
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from . import _one_thread  # isort: skip - the number of threads is set before numpy is loaded

import numpy as np
import pandas as pd

from toolkit import entities, nlp, pipeline, schema, sentiment
from toolkit.articles import read
from toolkit.files import Files
from toolkit.framing import find_agency, find_labels, find_stance, measure_labels, measure_stance, measure_voices
from toolkit.framing.balance import measure_balance
from toolkit.framing.codebook import default_codebook, measure_frames
from toolkit.framing.scare import measure_scare_quotes
from toolkit.framing.violence import measure_violence
from toolkit.quotes.extract import extract_quotes
from toolkit.report import write_report
from toolkit.result import Comparison
from toolkit.schema import Parts
from toolkit.stages import Chunk, Given, Tables, contents, finish
from toolkit.store import Store, to_bytes
from toolkit.wording import measure_wording
from toolkit.workers import all_cores

from .make_corpus import ROOT, corpus, write
from .peers import SPACY, TEXTACY, Job, Spent, clocked, peak_megabytes, peers

PARTIES = ROOT / "data" / "harbour-strike" / "parties.csv"
REFERENTS = ROOT / "data" / "harbour-strike" / "referents.csv"
MEASURES = ("parse", "agency", "labels", "stance", "frames", "scare quotes", "balance", "sentiment", "wording")
READ = 500  # articles that are read in earnest by `--scale`


def sample(count: int, seed: int) -> pd.DataFrame:
    """Some articles of about 500 words each."""
    return pd.DataFrame(corpus(count, seed=seed, spread=0.0))


def stages(frame: pd.DataFrame, spent: Spent) -> None:
    """Every stage on some articles, from the table to the comparisons."""
    nlp.parse.cache_clear()
    parties = entities.load_parties(PARTIES)
    referents = entities.load_referents(REFERENTS)
    table = clocked(spent, "read", lambda: read([frame])).articles
    quotes = clocked(spent, "quotes", lambda: extract_quotes(table, parties=parties))
    clocked(spent, "parse", lambda: [nlp.parse(text) for text in table["text"]])
    agency = clocked(spent, "agency", lambda: find_agency(table, quotes, referents=referents))
    labels = clocked(spent, "labels", lambda: find_labels(table, quotes, referents=referents))
    stances = clocked(spent, "stance", lambda: find_stance(table, quotes))
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
    measures = {key: Parts.of(clocked(spent, title, job)) for key, (title, job) in jobs.items()}
    asked = pipeline.questions("party", [labels])
    clocked(spent, "comparisons", lambda: pipeline.comparisons(asked, measures, table, by="party"))


def compared(count: int, rounds: int) -> tuple[Spent, int]:
    """Seconds of each stage and each other library over all rounds, and the words of a round times the rounds."""
    others, spent, words = peers(), Spent(), 0
    stages(sample(3, 0), {})  # models are loaded before the clock runs
    for number in range(1, rounds + 1):
        frame = sample(count, number)
        texts = list(frame["text"])
        words += sum(len(text.split()) for text in texts)
        jobs: list[Job] = [partial(stages, frame, spent)]
        jobs += [partial(clocked, spent, name, partial(peer, texts)) for name, peer in others.items()]
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


class Repeated:
    """Reads the first articles, and gives what it finds in them to all the others under their own names."""

    left_out = ()

    def tables(
        self, articles: pd.DataFrame, given: Given, *, quotes: pd.DataFrame | None = None, wanted: str = "all"
    ) -> Tables:
        """The joined tables of all articles."""
        first, every = Store(), Store()
        for content in _first(articles, given, wanted):
            first.add(content)
        read, found = list(articles["article_id"].head(READ)), first.parts()
        for begin in range(0, len(articles), READ):
            mine = articles.iloc[begin : begin + READ].set_index(pd.Index(read))
            every.add(to_bytes({name: _renamed(parts.joined(), mine, begin) for name, parts in found.items()}))
        return finish(every.parts(), articles, given)


def _first(articles: pd.DataFrame, given: Given, wanted: str) -> list[bytes]:
    """What is found in the first articles; other processes read them, which take the models with them."""
    chunks = Chunk(articles).parts([range(begin, begin + 5) for begin in range(0, READ, 5)])
    with ProcessPoolExecutor(all_cores(), multiprocessing.get_context("spawn")) as pool:
        found = pool.map(partial(contents, given=given, wanted=wanted, each=False), chunks)
        return [content for chunk in found for content in chunk]


def _renamed(rows: pd.DataFrame, articles: pd.DataFrame, begin: int) -> pd.DataFrame:
    """The rows of the first articles as those of others; a quote's name is its own in each."""
    names = {name: rows["article_id"].map(articles[name]) for name in ("article_id", "outlet") if name in rows}
    quotes = {name: f"{begin}-" + rows[name] for name in ("quote_id", "nested_in") if name in rows}
    notes = () if begin else schema.raw_notes(rows)
    return schema.with_notes(rows.assign(**names, **quotes).set_axis(rows.columns, axis=1), notes)


def scaled(count: int, folder: Path) -> None:
    """Print seconds of the processor and the most memory so far of each step on so many articles."""
    write(corpus(count), folder / "corpus.parquet")
    begin = time.process_time()

    def say(step: str) -> None:
        print(f"{step:16} {time.process_time() - begin:9.0f} s {peak_megabytes() or np.nan:9,.0f} MB", flush=True)

    loaded, files = read([folder / "corpus.parquet"]), Files(parties=PARTIES, referents=REFERENTS)
    say("loading")
    found = pipeline.read_tables(loaded.articles, files, Repeated())
    say("tables")
    measures = {name: found[f"measures.{name}"] for name in pipeline.MEASURES}
    asked = pipeline.questions("party", found["labels"])
    answers: dict[str, Comparison] = {}
    for question in asked:
        answers |= pipeline.comparisons([question], measures, loaded.articles, by="party")
        say(question.name)
    found["claims"] = Parts.of(schema.table([], "claims"))
    write_report(pipeline.Analysis(loaded.articles, found, answers, "party", files, asked), folder / "out")
    say("report")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description="Speed and memory of the whole path, stage by stage.")
    parser.add_argument("--articles", type=int, default=100, help="articles a round")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--sizes", help="numbers of articles, as 500,1000,2000,5000")
    parser.add_argument("--scale", type=int, help="a number of articles, as 100000")
    parser.add_argument("--whole", type=int, help=argparse.SUPPRESS)  # one size, in this process
    given = parser.parse_args(arguments)
    if given.whole:
        print(*whole(given.whole))
    elif given.scale:
        with tempfile.TemporaryDirectory() as folder:
            scaled(given.scale, Path(folder))
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
