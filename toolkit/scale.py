"""The chunks worked on by Dask: more processes than one machine has, and a run that goes on where it was broken off.

The articles go out in partitions. The tables of each come back and are written to a file of their own, first under
another name, so that a file is whole or not there. What was finished is not done again, whoever was lost: Dask gives
the partitions of a lost worker to another one, and a new run finds what an earlier one has written.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import sys
import threading
import warnings
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd

from . import nlp, schema, stages
from .cache import versions
from .output import atomic
from .readers.records import Finding
from .stages import Chunk, Given, Tables
from .store import Store
from .workers import all_cores, keys, no_bars

SIZE = 100  # articles in a partition
_ANSWERS_WITHIN = 8  # seconds for the scheduler
_WORKERS_WITHIN = 60  # seconds for its first worker
_AHEAD = 3  # partitions that wait for each thread of the cluster
_ALONE = threading.Lock()  # a worker may have several threads; the models are made for one

Rows = tuple[int, ...]  # of the articles table: those of one partition


@dataclass
class Dask:
    """A Dask cluster: the one at `scheduler` ("tcp://host:port"), else one of `jobs` processes on this machine.

    Finished partitions stay in `folder`, and the same call made again goes on from there; delete it when you are done.
    Articles that make the reading fail are named in `left_out`, and all others are read.
    """

    scheduler: str | None = None
    folder: Path = Path("partitions")
    jobs: int | None = None
    size: int = SIZE
    left_out: list[Finding] = field(default_factory=list)

    def tables(
        self, articles: pd.DataFrame, given: Given, *, quotes: pd.DataFrame | None = None, wanted: str = "all"
    ) -> Tables:
        """The joined tables of all articles but those in `left_out`."""
        run = _Run(self, Chunk(articles, quotes), given, wanted)
        partitions = run.finished()
        store = Store()
        for rows in partitions:
            store.add(run.file(rows).read_bytes())
        kept = articles.iloc[[row for rows in partitions for row in rows]]
        return stages.finish(store.parts(), kept, given)


class _Run:
    """One call: which partitions there are, and which are finished."""

    def __init__(self, how: Dask, whole: Chunk, given: Given, wanted: str) -> None:
        self._how, self._whole, self._given, self._wanted = how, whole, given, wanted
        self._keys = keys(whole, given, wanted)

    def file(self, rows: Rows) -> Path:
        """Where the tables of a partition stand; the name stands for all they rest on."""
        name = hashlib.sha256(" ".join(self._keys[row] for row in rows).encode()).hexdigest()
        return self._how.folder / f"{name[:40]}.arrow"

    def finished(self) -> list[Rows]:
        """The partitions, in the order of the articles, once every one of them has its file."""
        size, articles = self._how.size, range(len(self._keys))
        partitions = [tuple(articles[first : first + size]) for first in articles[::size]]
        todo = [rows for rows in partitions if not self.file(rows).is_file()]
        done = list(set(partitions) - set(todo))
        if todo:
            with _client(self._how) as client:
                done += nlp.progress(self._work(client, todo), f"partitions of {size} articles", len(todo))
        return sorted(done)

    def _work(self, client: Any, todo: list[Rows]) -> Iterator[Rows]:
        """Have these partitions worked on; each is given back when its file is written."""
        waiting, running = zip(todo, self._whole.parts(todo), strict=True), dict[Any, Rows]()

        def give_out(rows: Rows, chunk: Chunk) -> None:
            running[client.submit(work, chunk, self._given, self._wanted, pure=False)] = rows

        while True:
            ahead = _AHEAD * max(1, sum(client.nthreads().values()))
            for rows, chunk in islice(waiting, max(0, ahead - len(running))):
                give_out(rows, chunk)
            if not running:
                return
            for future in self._ended(client, list(running)):
                rows = running.pop(future)
                found = self._found(future, rows)
                if isinstance(found, bytes):
                    self._write(rows, found)
                    yield rows
                elif rest := self._without(rows, found):
                    give_out(rest, *self._whole.parts([rest]))

    def _ended(self, client: Any, futures: list[Any]) -> Iterable[Any]:
        """Those that have ended, one at least; an InputError where there is no worker any more."""
        from distributed import CancelledError, wait

        while True:
            try:
                ended: Iterable[Any] = wait(futures, timeout=_WORKERS_WITHIN, return_when="FIRST_COMPLETED").done
            except TimeoutError:
                if not client.nthreads():
                    raise schema.InputError(f"The scheduler has lost all its workers; {self._kept()}.") from None
            except CancelledError as error:
                raise schema.InputError(f"The scheduler was lost; {self._kept()}.") from error
            else:
                return ended

    def _found(self, future: Any, rows: Rows) -> bytes | dict[int, str]:
        """What a partition gave: its tables, or which of its articles failed and why."""
        from distributed import CancelledError, KilledWorker

        try:
            found: bytes | dict[int, str] = future.result()
        except KilledWorker:
            return dict.fromkeys(range(len(rows)), "the workers that read its partition were ended, each in turn")
        except CancelledError as error:
            raise schema.InputError(f"The scheduler was lost; {self._kept()}.") from error
        except Exception as error:
            raise schema.InputError(f"A worker cannot do its work ({_told(error)}); {self._kept()}.") from error
        return found

    def _without(self, rows: Rows, failed: dict[int, str]) -> Rows:
        """The partition without the articles that failed, which are named."""
        names = self._whole.articles["article_id"]
        for place, why in failed.items():
            todo = "take it out, or report it with its text"
            self._how.left_out.append(Finding(f"article {names.iloc[rows[place]]}", "left out", why, todo))
        return tuple(row for place, row in enumerate(rows) if place not in failed)

    def _write(self, rows: Rows, content: bytes) -> None:
        try:
            with atomic(self.file(rows)) as made:
                made.write_bytes(content)
        except OSError as error:
            told = f"{self._how.folder} cannot be written to ({error.strerror})"
            raise schema.InputError(f"{told}; make room, for {self._kept()}.") from error

    def _kept(self) -> str:
        there = len(list(self._how.folder.glob("*.arrow")))
        return (
            f"{schema.count(there, 'finished partition')} stay in {self._how.folder}: run it again to go on from there"
        )


def work(chunk: Chunk, given: Given, wanted: str) -> bytes | dict[int, str]:
    """On a worker: the tables of a partition, packed; or the place of each article that fails, with the reason."""
    with _ALONE:
        try:
            return stages.contents(chunk, given, wanted, each=False)[0]
        except schema.InputError:
            raise
        except Exception:
            failed = {}
            for place, part in enumerate(chunk.parts((row,) for row in range(len(chunk.articles)))):
                try:
                    stages.read(part, given, wanted)
                except Exception as error:
                    failed[place] = f"reading it fails ({_told(error)})"
            if not failed:
                raise
            return failed


def _told(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]


@contextmanager
def _client(how: Dask) -> Iterator[Any]:
    """A client of the cluster, which is checked, and whose dashboard is named on standard error."""
    try:
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise schema.InputError("Dask is not installed; run `pip install source-bias-toolkit[scale]`.") from error
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that versions differ is said below, by name
        if how.scheduler is None:
            jobs = how.jobs or all_cores()
            with (
                LocalCluster(n_workers=jobs, threads_per_worker=1, silence_logs=logging.CRITICAL) as cluster,
                Client(cluster) as client,
            ):
                yield _checked(client)
            return
        _knock(how.scheduler)
        with Client(how.scheduler, timeout=_ANSWERS_WITHIN) as client:
            yield _checked(client)


def _knock(address: str) -> None:
    """An InputError where no scheduler is at the address."""
    from distributed.comm.core import connect

    async def knock() -> None:
        await (await connect(address, timeout=_ANSWERS_WITHIN)).close()

    try:
        with ThreadPoolExecutor(1) as own:  # a notebook's thread has a loop of its own running
            own.submit(asyncio.run, asyncio.wait_for(knock(), _ANSWERS_WITHIN)).result()
    except Exception as error:  # nobody there, no address, or something that is no scheduler
        raise schema.InputError(
            f"No Dask scheduler answers at {address}; start one with `dask scheduler`, or correct the address."
        ) from error


def _checked(client: Any) -> Any:
    """The client, once a worker is there and all have the versions of this machine."""
    print(f"Dask's dashboard: {client.dashboard_link}", file=sys.stderr)
    try:
        client.wait_for_workers(1, timeout=_WORKERS_WITHIN)
    except TimeoutError as error:
        raise schema.InputError("The scheduler has no worker; start some with `dask worker ADDRESS`.") from error
    ours = versions()
    try:
        client.run(no_bars)
        everywhere: dict[str, dict[str, str]] = client.run(versions)
    except Exception as error:
        raise schema.InputError(f"A worker cannot load the toolkit ({_told(error)}); install it there.") from error
    for worker, theirs in everywhere.items():
        told = [f"{name} {theirs.get(name)}, here {own}" for name, own in ours.items() if theirs.get(name) != own]
        if told:
            raise schema.InputError(f"The worker {worker} has {schema.some(told)}; install the same versions there.")
    return client
