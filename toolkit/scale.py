"""The chunks worked on by Dask: more processes than one machine has, and a run that goes on where it was broken off.

The articles go out in partitions. The tables of each come back and are written to a file of their own, first under
another name, so that a file is whole or not there. What was finished is not done again, whoever was lost: Dask gives
the partitions of a lost worker to another one, and a new run finds what an earlier one has written.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
import threading
import warnings
from collections.abc import Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice
from pathlib import Path

import pandas as pd

from . import nlp, schema, stages
from .cache import versions
from .output import atomic
from .readers.records import Finding
from .stages import Chunk, Given, Tables
from .store import Store
from .workers import all_cores, keys, no_bars

try:
    from distributed import Client, Future, KilledWorker, LocalCluster, wait
    from distributed.comm.core import connect
except ImportError as error:
    raise schema.InputError("Dask is not installed; run `pip install source-bias-toolkit[scale]`.") from error

SIZE = 100  # articles in a partition
_ANSWERS_WITHIN = 8  # seconds for the scheduler
_WORKERS_WITHIN = 60  # seconds for its first worker, or for another one where all were lost
_AHEAD = 3  # partitions that wait for each thread of the cluster
_LOST = "The scheduler was lost; start it anew"
_ALONE = threading.Lock()  # a worker may have several threads; the models are made for one

Rows = tuple[int, ...]  # of the articles table: those of one partition
Found = tuple[bytes, dict[str, str]]  # the packed tables, and the articles that are not in them, with the reason


@dataclass
class Dask:
    """A Dask cluster: the one at `scheduler` ("tcp://host:port"), else one of `jobs` processes on this machine.

    Finished partitions stay in `folder`, and the same call made again goes on from there; delete it when you are done.
    Articles that make the reading fail are named in `left_out`; all others are read. For other articles make a new one.
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
        store, read = Store(), list[int]()
        for rows in run.finished():
            store.add(run.file(rows).read_bytes())
            read += rows
        if self.left_out and not read:
            first = self.left_out[0]
            raise schema.InputError(f"None of the articles can be read; the first is {first.input}: {first.reason}.")
        return stages.finish(store.parts(), articles.iloc[read], given)


class _Run:
    """One call: which partitions there are, and which are finished."""

    def __init__(self, how: Dask, whole: Chunk, given: Given, wanted: str) -> None:
        self._how, self._whole, self._asked = how, whole, (given, wanted)
        self._keys, self._names = keys(whole, given, wanted), list(whole.articles["article_id"])
        self._done: list[Rows] = []

    def file(self, rows: Rows) -> Path:
        """Where the tables of a partition stand; the name stands for all they rest on."""
        name = sha256(" ".join(self._keys[row] for row in rows).encode()).hexdigest()
        return self._how.folder / f"{name[:40]}.arrow"

    def finished(self) -> list[Rows]:
        """The partitions in the order of the articles, each with its file, once all are worked on."""
        size, articles = self._how.size, range(len(self._keys))
        partitions = [tuple(articles[first : first + size]) for first in articles[::size]]
        todo = [rows for rows in partitions if not self.file(rows).is_file()]
        self._done += set(partitions) - set(todo)
        if todo:
            self._work(todo)
        return sorted(self._done)

    def _work(self, todo: list[Rows]) -> None:
        """Have these partitions worked on, and write down what is found in them."""
        try:
            with _client(self._how) as client:
                for rows, future in nlp.progress(self._ended(client, todo), "partitions", len(todo)):
                    self._keep(rows, *self._found(rows, future))
        except TimeoutError as error:
            raise self._broken_off("The scheduler has no worker; start some with `dask worker ADDRESS`") from error
        except CancelledError as error:
            raise self._broken_off(_LOST) from error
        except OSError as error:  # the disk's names a file, the connection's does not
            full = f"{error.filename} cannot be written ({error.strerror}); make room"
            raise self._broken_off(full if error.filename else _LOST) from error

    def _ended(self, client: Client, todo: list[Rows]) -> Iterator[tuple[Rows, Future[Found]]]:
        """These partitions with their futures, each as soon as it has ended; a few are given out ahead."""
        waiting, running = zip(todo, self._whole.parts(todo), strict=True), dict[Future[Found], Rows]()
        while True:
            room = _AHEAD * max(1, sum(client.nthreads().values())) - len(running)
            for rows, chunk in islice(waiting, max(0, room)):
                running[client.submit(work, chunk, *self._asked, versions(), pure=False)] = rows
            if not running:
                return
            try:
                ended = wait(list(running), _WORKERS_WITHIN / 2, "FIRST_COMPLETED").done
            except TimeoutError:  # the work is long, or nobody is there any more to do it
                client.wait_for_workers(1, _WORKERS_WITHIN / 2)
            else:
                yield from ((running.pop(future), future) for future in ended)

    def _found(self, rows: Rows, future: Future[Found]) -> Found:
        """What `work` gave; where its workers were ended, none of the articles is read."""
        error = future.exception()
        if isinstance(error, KilledWorker):
            why = "the workers that read its partition were ended, each in turn"
            return b"", {self._names[row]: why for row in rows}
        if error:
            raise self._broken_off(f"A worker cannot do its work ({_told(error)}); mend that") from error
        return future.result()

    def _keep(self, rows: Rows, content: bytes, failed: dict[str, str]) -> None:
        """Write the tables of a partition, and name the articles that are not in them."""
        todo = "take it out, or report it with its text"
        self._how.left_out += [Finding(f"article {name}", "left out", why, todo) for name, why in failed.items()]
        if rest := tuple(row for row in rows if self._names[row] not in failed):
            with atomic(self.file(rest)) as made:
                made.write_bytes(content)
            self._done.append(rest)

    def _broken_off(self, why: str) -> schema.InputError:
        kept = schema.count(len(self._done), "finished partition stays", "finished partitions stay")
        kept = f"{kept} in {self._how.folder}" if self._done else "no partition is finished yet"
        return schema.InputError(f"{why}, then run it again: {kept}.")


def work(chunk: Chunk, given: Given, wanted: str, ours: dict[str, str]) -> Found:
    """On a worker: what is found in all articles of a partition, or, where that fails, in each by itself."""
    check(ours)
    names = list(chunk.articles["article_id"])
    try:
        with _ALONE:
            return stages.contents(chunk, given, wanted, each=False)[0], {}
    except schema.InputError:
        raise
    except Exception as error:
        if len(names) == 1:
            return b"", {names[0]: f"reading it fails ({_told(error)})"}
    each = [work(part, given, wanted, ours) for part in chunk.parts([row] for row in range(len(names)))]
    return b"".join(content for content, _ in each), {name: why for _, failed in each for name, why in failed.items()}


def check(ours: dict[str, str]) -> None:
    """On a worker: an InputError where its versions are not the client's. It shows no progress from now on."""
    no_bars()
    told = [f"{name} {own}, here {ours.get(name)}" for name, own in versions().items() if own != ours.get(name)]
    if told:
        raise schema.InputError(f"it has {schema.some(told)}")


def _told(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".removeprefix("InputError: ").split())[:300]


@contextmanager
def _client(how: Dask) -> Iterator[Client]:
    """A client of the cluster, once a worker is there and all are checked; the dashboard is named on standard error."""
    here = {"n_workers": how.jobs or all_cores(), "threads_per_worker": 1, "silence_logs": logging.CRITICAL}
    with (
        warnings.catch_warnings(action="ignore"),  # that versions differ is said below, by name
        LocalCluster(**here) if how.scheduler is None else nullcontext(_knock(how.scheduler)) as cluster,
        Client(cluster, timeout=_ANSWERS_WITHIN) as client,
    ):
        print(f"Dask's dashboard: {client.dashboard_link}", file=sys.stderr)
        client.wait_for_workers(1, _WORKERS_WITHIN)
        for worker, problem in client.run(check, versions(), on_error="return").items():
            if problem:
                told = f"The worker {worker} cannot do its work ({_told(problem)})"
                raise schema.InputError(f"{told}; install the same versions there.")
        if how.scheduler is None:
            client.run(_deaf)
        yield client


def _deaf() -> None:
    """On a worker of our own: Ctrl-C is for the client, which ends its workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _knock(address: str) -> str:
    """The address, once a scheduler answers there; a Client would wait for ever where something else listens."""
    try:
        with ThreadPoolExecutor(1) as own:  # a notebook's thread has a loop of its own running
            own.submit(asyncio.run, asyncio.wait_for(connect(address), _ANSWERS_WITHIN)).result().abort()
    except Exception as error:  # nobody there, no address, or something that is no scheduler
        told = f"No Dask scheduler answers at {address}; start one with `dask scheduler`, or correct the address."
        raise schema.InputError(told) from error
    return address
