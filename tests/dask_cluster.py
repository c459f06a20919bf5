"""A Dask scheduler and its workers as processes of their own, and what can befall them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

# What a worker may load first: it is slow then, or a text makes it fail or end; it lacks the package; pandas is old.
PRELOAD = """
import os, time
from toolkit import stages

read = vars(stages).setdefault("unslowed", stages.read)  # a preload is run twice

def slowed(chunk, given, wanted):
    for text in chunk.articles["text"]:
        if "poison" in text:
            raise ZeroDivisionError("a number by nothing")
        if "deadly" in text:
            os.kill(os.getpid(), 9)
    found = read(chunk, given, wanted)
    time.sleep(float(os.environ.get("SLOW", 0)))
    return found

stages.read = slowed
"""
WITHOUT = """
import sys

sys.modules["toolkit.scale"] = None  # as if it were not installed
"""
OTHER = """
from toolkit import cache

version = vars(cache).setdefault("true_version", cache.version)
cache.version = lambda name: "0.0.1" if name == "pandas" else version(name)
"""

# Kills a process once two partitions are finished, while others are not.
KILLER = """
import os, pathlib, sys, time
parts, end = pathlib.Path(sys.argv[1]), time.monotonic() + 120
while len(list(parts.glob("*.arrow"))) < 2:
    assert time.monotonic() < end, "waited too long"
    time.sleep(.02)
assert len(list(parts.glob("*.arrow"))) < 10
os.kill(int(sys.argv[2]), 9)
"""


class Cluster:
    """`dask scheduler` and `dask worker --no-nanny` as processes of their own."""

    def __init__(self, folder: Path) -> None:
        self._folder, self.processes = folder, list[subprocess.Popen[bytes]]()
        file = folder / "scheduler.json"
        self._start("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(file), "--no-dashboard")
        until(file.is_file)
        self.address = str(pd.read_json(file, typ="series")["address"])

    def _start(self, *command: str, **environment: str) -> subprocess.Popen[bytes]:
        log = (self._folder / f"log{len(self.processes)}").open("wb")
        given, program = {**os.environ, **environment}, [sys.executable, "-m", "dask"]
        with log:
            process = subprocess.Popen([*program, *command], stdout=log, stderr=log, env=given, cwd=self._folder)
        self.processes.append(process)
        return process

    def worker(self, *preloads: str, slow: float = 0) -> subprocess.Popen[bytes]:
        """One more worker, ready for work."""
        told = []
        for number, text in enumerate(preloads):
            (self._folder / f"preload{number}.py").write_text(text, encoding="utf-8")
            told += ["--preload", str(self._folder / f"preload{number}.py")]
        log = self._folder / f"log{len(self.processes)}"
        worker = self._start(
            "worker", self.address, "--no-nanny", "--no-dashboard", "--nthreads", "1", *told, SLOW=str(slow)
        )
        until(lambda: b"Registered to:" in log.read_bytes())
        return worker

    def end(self) -> None:
        """End all that was started."""
        for process in self.processes:
            process.kill()
            process.wait()


def until(there: Callable[[], object], seconds: float = 120) -> None:
    """Wait for something."""
    end = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)
