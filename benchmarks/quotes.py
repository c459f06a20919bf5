"""Words a second of finding quotes on one core, beside spaCy's small full pipeline and textacy, by the length of texts.

The texts are those of `benchmarks.make_corpus`, in the last row of very different lengths; with `--texts`, the .txt
files of a folder instead. All read the same texts in the same run and take turns in going first; times are the
processor's. Then, each in a process of its own: the seconds until the first quote, and the most memory for few articles
and for ten times as many.

    python -m benchmarks.quotes [--words 12000] [--texts FOLDER]
"""

from __future__ import annotations

import argparse
import gc
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path

from . import _one_thread  # isort: skip - the number of threads is set before numpy is loaded

from toolkit import schema
from toolkit.quotes.extract import extract_quotes

from .make_corpus import ROOT, SPREAD, corpus
from .peers import SPACY, TEXTACY, Job, Spent, clocked, peak_megabytes, peers

OURS = "extract_quotes"
LENGTHS = (80, 150, 300, 500, 1_000, 2_500)
Reader = Callable[[Sequence[str]], int]
FEW, MANY = 40, 400  # articles
SLICES = 4


def quotes_of(texts: Sequence[str]) -> int:
    """How many quotes the texts hold."""
    rows = [{"article_id": str(i), "outlet": "", "language": "en", "text": text} for i, text in enumerate(texts)]
    return len(extract_quotes(schema.table(rows, "articles")))


def made(words: int, length: float, spread: float) -> list[str]:
    """Invented texts of one length, about so many words together."""
    count = max(SLICES, round(words / length))
    return [row["text"] for row in islice(corpus(count, words=length, spread=spread), count)]


def samples(words: int, folder: Path | None) -> Iterator[tuple[str, list[str]]]:
    """What is measured, by its name."""
    if folder:
        yield folder.name, [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt"))]
        return
    for length in LENGTHS:
        yield f"{length:,} words", made(words, length, 0.0)
    yield "uneven, 500 on average", made(words, 500, SPREAD)


def row(name: str, texts: Sequence[str], readers: Mapping[str, Reader]) -> str:
    """One line of the table."""
    spent: Spent = {}
    for turn in range(SLICES):
        part = texts[turn::SLICES]
        jobs: list[Job] = [partial(clocked, spent, key, partial(read, part)) for key, read in readers.items()]
        for job in jobs[:: 1 if turn % 2 else -1]:
            gc.collect()
            job()
    words = sum(len(text.split()) for text in texts)
    speeds = [f"{words / spent[key]:9,.0f}" for key in readers]
    return " ".join([f"{name:24}", *speeds, f"{spent[SPACY] / spent[OURS]:9.2f}"])


def alone(file: Path) -> tuple[float, float]:
    """Processor seconds until the first quote, and the most memory after a file's texts, in this process."""
    spent: Spent = {}
    clocked(spent, "first", lambda: quotes_of(["Holt said so."]))
    quotes_of(json.loads(file.read_text(encoding="utf-8")))
    return spent["first"], peak_megabytes() or float("nan")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description="Speed and memory of finding quotes.")
    parser.add_argument("--words", type=int, default=12_000, help="words a row")
    parser.add_argument("--texts", type=Path, help="a folder of .txt files")
    parser.add_argument("--alone", type=Path, help=argparse.SUPPRESS)  # in this process
    given = parser.parse_args(arguments)
    if given.alone:
        print(*alone(given.alone))
        return 0
    readers: dict[str, Reader] = {OURS: quotes_of, **peers()}
    for read in readers.values():
        read(["Holt said so."])  # models are loaded before the clock runs
    columns = ["ours", "spaCy", *["textacy"] * (TEXTACY in readers), "of spaCy"]
    print(f"{f'words a second, {_one_thread.THREADS} thread':24}", *(f"{column:>9}" for column in columns))
    for name, texts in samples(given.words, given.texts):
        print(row(name, texts, readers), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for count in (FEW, MANY):
            file = Path(folder) / "texts.json"
            file.write_text(json.dumps(made(500 * count, 500, SPREAD)), encoding="utf-8")
            command = [sys.executable, "-m", "benchmarks.quotes", "--alone", str(file)]
            out = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout
            first, most = map(float, out.split())
            print(f"{count} articles: first quote after {first:.2f} s, at most {most:,.0f} MB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
