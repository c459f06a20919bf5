"""The whole path, from files to comparisons: seconds and share of each stage, and the most memory it took.

python -m benchmarks.pipeline [--words 20000]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

from toolkit import pipeline, sentiment

from ._texts import articles, joined

# The steps that `analyse` calls, as the module it stands in knows them.
STAGES = {
    "read": "files to articles",
    "read_quotes": "quotes",
    "find_agency": "framing: who acts",
    "measure_frames": "framing: frames",
    "measure_voices": "framing: voices",
    "measure_balance": "framing: who is quoted",
    "find_labels": "framing: labels",
    "find_stance": "framing: stance",
    "measure_scare_quotes": "framing: scare quotes",
    "measure_wording": "wording",
    "comparisons": "comparisons",
}
SENTIMENT = ("read_sentences",)


@contextmanager
def timed(module: Any, names: Sequence[str], spent: dict[str, float]) -> Iterator[None]:
    """While it lasts, the seconds spent in some of a module's functions are added up."""
    before = {name: getattr(module, name) for name in names}

    def wrapped(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def run(*given: Any, **named: Any) -> Any:
            begin = time.perf_counter()
            try:
                return function(*given, **named)
            finally:
                spent[name] = spent.get(name, 0.0) + time.perf_counter() - begin

        return run

    for name, function in before.items():
        setattr(module, name, wrapped(name, function))
    try:
        yield
    finally:
        for name, function in before.items():
            setattr(module, name, function)


def stages(folder: Path) -> dict[str, float]:
    """Seconds of each stage of one run on a folder, and of all together."""
    spent: dict[str, float] = {}
    begin = time.perf_counter()
    with timed(pipeline, list(STAGES), spent), timed(sentiment, SENTIMENT, spent):
        pipeline.analyse([folder])
    whole = time.perf_counter() - begin
    seconds = {title: spent.get(name, 0.0) for name, title in STAGES.items()}
    seconds["sentiment"] = sum(spent.get(name, 0.0) for name in SENTIMENT)
    return {**seconds, "all else": whole - sum(seconds.values()), "together": whole}


def peak_megabytes() -> float | None:
    """The most memory this process has held; None where the system does not say."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kilobytes / (1024 * 1024 if sys.platform == "darwin" else 1024)


def write(folder: Path, texts: Sequence[str]) -> int:
    """Texts as files; the number of their words."""
    for number, text in enumerate(texts):
        (folder / f"article_{number:04}.txt").write_text(text, encoding="utf-8")
    return sum(len(text.split()) for text in texts)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Time of each stage and peak memory of the whole path.")
    parser.add_argument("--words", type=int, default=20_000)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        write(Path(first), articles(1)[:2])
        loading = stages(Path(first))["together"]
        texts = joined(articles(given.words), 4)
        words = write(Path(second), texts)
        spent = stages(Path(second))
    print(f"{len(texts)} articles, {words:,} words, {words / spent['together']:,.0f} words a second")
    for title, seconds in spent.items():
        print(f"{title:24} {seconds:8.2f} s {seconds / spent['together']:6.0%}")
    print(f"Before that, two short articles with every model loaded for the first time took {loading:.1f} s.")
    peak = peak_megabytes()
    print("Peak memory is not told by this system." if peak is None else f"Peak memory: {peak:,.0f} MB.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
