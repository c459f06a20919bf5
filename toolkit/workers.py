"""The chunks worked on: in this process or in several; what was worked on before comes from the cache."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import pandas as pd

from . import nlp, schema, stages
from .cache import Cache, versions
from .readers.records import Finding
from .stages import Chunk, Given, Tables
from .store import Store

AT_ONCE = 5  # articles in a chunk
MOST_JOBS = 8  # unless more are asked for: each takes half a gigabyte
_FEW = 40  # articles; fewer are done before another process has loaded its models
_AHEAD = 3  # chunks that wait for each process


class Engine(Protocol):
    """What turns articles into tables, and names the articles that it cannot read."""

    @property
    def left_out(self) -> Sequence[Finding]:
        """The articles that could not be read, and why."""

    def tables(
        self, articles: pd.DataFrame, given: Given, *, quotes: pd.DataFrame | None = None, wanted: str = "all"
    ) -> Tables:
        """The joined tables of all articles; `quotes` where these are settled, `wanted` as in `stages.read`."""


def all_cores() -> int:
    """How many processes to use where nobody says."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, MOST_JOBS)


@dataclass(frozen=True)
class Local:
    """On one machine: so many processes, and the cache where one is given."""

    jobs: int = 1
    cache: Cache | None = None
    left_out: Sequence[Finding] = ()

    def tables(
        self, articles: pd.DataFrame, given: Given, *, quotes: pd.DataFrame | None = None, wanted: str = "all"
    ) -> Tables:
        """The joined tables of all articles."""
        whole, store = Chunk(articles, quotes), Store()
        read = partial(stages.contents, given=given, wanted=wanted, each=self.cache is not None)
        if self.cache is None:
            found = self._run(read, whole, range(len(articles)))
        else:
            found = self._cached(self.cache, read, whole, keys(whole, given, wanted))
        for content in found:
            store.add(content)
        return stages.finish(store.parts(), articles, given)

    def _cached(self, cache: Cache, read: _Read, whole: Chunk, names: Sequence[str]) -> Iterator[bytes]:
        """Each article's content, from the cache or fresh, and then kept."""
        with cache:
            known = cache.known(names)
            fresh = self._run(read, whole, [row for row, name in enumerate(names) if name not in known])
            for row, name in enumerate(names):
                content = cache.get(name) if name in known else None
                if content is None:
                    content = next(fresh) if name not in known else next(self._run(read, whole, [row]))
                    cache.put(name, content)
                yield content

    def _run(self, read: _Read, whole: Chunk, rows: Sequence[int]) -> Iterator[bytes]:
        """What is found in these articles, in their order."""
        chunks = whole.parts(rows[first : first + AT_ONCE] for first in range(0, len(rows), AT_ONCE))
        alone = self.jobs == 1 or len(rows) < _FEW
        found = map(read, chunks) if alone else _in_processes(read, chunks, self.jobs)
        for contents in nlp.progress(found, "articles, five at a time", -(-len(rows) // AT_ONCE)):
            yield from contents


_Read = Callable[[Chunk], list[bytes]]


def _in_processes(read: _Read, chunks: Iterable[Chunk], jobs: int) -> Iterator[list[bytes]]:
    """What `read` finds in each chunk, in order. The processes are spawned: threads of a library do no harm then."""
    for library in ("OPENBLAS", "OMP", "MKL"):  # one thread each, or the processes take the cores from each other
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), no_bars)
    waiting: deque[Future[list[bytes]]] = deque()
    try:
        for chunk in chunks:
            waiting.append(pool.submit(read, chunk))
            if len(waiting) >= _AHEAD * jobs:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool as error:
        raise schema.InputError(
            "One of the processes was ended from outside, most likely for want of memory; run it again with --jobs 1."
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def no_bars() -> None:
    """Progress is shown by the process that collects."""
    os.environ["TQDM_DISABLE"] = "1"


def keys(whole: Chunk, given: Given, wanted: str) -> list[str]:
    """For each article a checksum of all that its tables rest on: itself, the user's files, the code, what is asked."""
    shared = json.dumps([versions(), given.digest, wanted])
    said: dict[str, list[object]] = {}
    for quote in schema.records(whole.quotes) if whole.quotes is not None else ():
        said.setdefault(quote["article_id"], []).append(quote)
    rows = schema.records(whole.articles[stages.COLUMNS])
    told = ([shared, row, None if whole.quotes is None else said.get(row["article_id"], [])] for row in rows)
    return [hashlib.sha256(json.dumps(each).encode()).hexdigest() for each in told]
