"""Dask: real processes on this machine, which are killed; the tables are the same bytes as without them."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

pytest.importorskip("distributed", reason="needs the extra [scale]: dask[distributed]")

from test_stages import SENTENCES, written

from toolkit import scale, schema, stages
from toolkit.articles import read
from toolkit.cli import NOTHING, REMARKS, main
from toolkit.files import Files
from toolkit.pipeline import read_tables
from toolkit.scale import Dask, work
from toolkit.stages import Chunk, Given

# A worker loads this first: it may be slow, a text may make it fail or end, and its libraries may be other ones.
PRELOAD = """
import os, time
from toolkit import stages

read = vars(stages).setdefault("unslowed", stages.read)  # a preload is run twice

def slowed(chunk, given, wanted):
    time.sleep(float(os.environ.get("SLOW", 0)))
    for text in chunk.articles["text"]:
        if "poison" in text:
            raise ZeroDivisionError("a number by nothing")
        if "deadly" in text:
            os.kill(os.getpid(), 9)
    return read(chunk, given, wanted)

stages.read = slowed
"""
OTHER = """
from toolkit import cache

version = vars(cache).setdefault("true_version", cache.version)
cache.version = lambda name: "0.0.1" if name == "pandas" else version(name)
"""


def articles_of(number: int, odd: dict[int, str] | None = None) -> pd.DataFrame:
    texts = [" ".join((SENTENCES[i % 7], SENTENCES[(i + 1) % 7], f"It was day {i}.")) for i in range(number)]
    texts = [f"{text} {(odd or {}).get(i, '')}" for i, text in enumerate(texts)]
    return read([pd.DataFrame({"text": texts, "article_id": [f"a{i}" for i in range(number)], "outlet": "o"})]).articles


# What needs no cluster


def test_a_failing_article_of_a_partition_is_named_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    before = stages.read

    def failing(chunk: Chunk, given: Given, wanted: str) -> dict[str, pd.DataFrame]:
        if "a1" in set(chunk.articles["article_id"]):
            raise ZeroDivisionError("a number by nothing")
        return before(chunk, given, wanted)

    monkeypatch.setattr(stages, "read", failing)
    (chunk,) = Chunk(articles_of(3)).parts([range(3)])
    assert work(chunk, Given.of(Files()), "quotes") == {1: "reading it fails (ZeroDivisionError: a number by nothing)"}


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense", "tcp://"])
def test_a_scheduler_that_is_not_there_is_said_in_time(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert scale._ANSWERS_WITHIN < 10
    monkeypatch.setattr(scale, "_ANSWERS_WITHIN", 0.5)
    with pytest.raises(schema.InputError, match=rf"No Dask scheduler answers at {re.escape(address)}; start one"):
        read_tables(articles_of(2), Files(), Dask(address, tmp_path))


def test_a_port_where_something_else_answers_is_said_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scale, "_ANSWERS_WITHIN", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes a connection and never says a word
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(schema.InputError, match=f"No Dask scheduler answers at {address}"):
            read_tables(articles_of(1), Files(), Dask(address, tmp_path))


def test_a_full_disk_is_said_and_names_what_is_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    run = scale._Run(Dask(folder=tmp_path), Chunk(articles_of(2)), Given.of(Files()), "quotes")
    with pytest.raises(schema.InputError, match=r"No space left on device.*0 finished partitions stay in"):
        run._write((0, 1), b"content")
    assert list(tmp_path.iterdir()) == []


# Clusters

cluster = pytest.mark.cluster


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


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Cluster]:
    folder = tmp_path / "cluster"
    folder.mkdir()
    started = Cluster(folder)
    signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(150)
    yield started
    signal.alarm(0)
    started.end()


def _too_long(*_: object) -> None:
    raise AssertionError("waited too long")


@pytest.fixture
def big(tmp_path: Path) -> Path:
    """Twelve articles in a Parquet file."""
    articles_of(12)[["article_id", "outlet", "text"]].to_parquet(tmp_path / "big.parquet")
    return tmp_path / "big.parquet"


@cluster
def test_a_worker_is_killed_and_nothing_is_missing(machines: Cluster, tmp_path: Path) -> None:
    articles, parts = articles_of(12), tmp_path / "parts"
    workers = [machines.worker(PRELOAD, slow=0.3) for _ in range(2)]
    with subprocess.Popen([sys.executable, "-c", KILLER, str(parts), str(workers[0].pid)]) as killer:
        found = written(read_tables(articles, Files(), Dask(machines.address, parts, size=1)))
        assert killer.wait(60) == 0
    assert workers[0].wait(60) == -signal.SIGKILL
    assert workers[1].poll() is None
    assert found == written(read_tables(articles, Files()))


def _can_be_interrupted() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # even where the tests are run in the background


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


@cluster
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_client_is_ended_and_the_next_run_goes_on(
    how: signal.Signals, machines: Cluster, big: Path, tmp_path: Path
) -> None:
    machines.worker(PRELOAD, slow=0.3)
    code = "import functools, sys; from toolkit import cli, scale; scale.Dask = functools.partial(scale.Dask, size=1); "
    code += "sys.exit(cli.main(sys.argv[1:]))"
    out = tmp_path / "q.csv"
    command = ["quotes", str(big), "--out", str(out), "--scheduler", machines.address]
    parts = tmp_path / "q.partitions"
    with (
        (tmp_path / "said").open("wb") as said,
        subprocess.Popen([sys.executable, "-c", code, *command], stderr=said, preexec_fn=_can_be_interrupted) as first,
    ):
        until(lambda: len([*parts.glob("*.arrow")]) >= 2)
        first.send_signal(how)
    if how == signal.SIGINT:
        told = (tmp_path / "said").read_text(encoding="utf-8")
        assert first.returncode == NOTHING
        assert "interrupted; run it again: what was read is kept" in told
        assert "Traceback" not in told
    finished = {path: path.stat().st_mtime_ns for path in parts.glob("*.arrow")}
    assert 2 <= len(finished) < 12
    assert not out.exists()
    again = subprocess.run([sys.executable, "-c", code, *command], capture_output=True, text=True, timeout=300)
    assert "Dask's dashboard: http://" in again.stderr
    assert {path: path.stat().st_mtime_ns for path in finished} == finished
    assert len([*parts.glob("*.arrow")]) == 12
    alone = main(["quotes", str(big), "--out", str(tmp_path / "alone.csv"), "--jobs", "1", "--no-cache"])
    assert again.returncode == alone != NOTHING
    assert out.read_bytes() == (tmp_path / "alone.csv").read_bytes()


@cluster
def test_an_article_that_always_fails_is_named_and_the_rest_is_done(
    machines: Cluster, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = {4: "It was poison."}
    articles_of(6, odd)[["article_id", "outlet", "text"]].to_parquet(tmp_path / "odd.parquet")
    machines.worker(PRELOAD)
    command = ["report", str(tmp_path / "odd.parquet"), "--out", str(tmp_path / "out"), "--scheduler", machines.address]
    assert main(command) == REMARKS
    assert "left out: article a4: reading it fails (ZeroDivisionError: a number by nothing)" in capsys.readouterr().err
    rest = articles_of(6).drop(index=4)
    expected = schema.flat(read_tables(rest, Files())["quotes"].joined())
    quotes = pd.read_csv(tmp_path / "out" / "tables" / "quotes.csv", dtype=str, keep_default_na=False)
    assert list(quotes["quote_id"]) == list(expected["quote_id"])
    assert "a4" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


@cluster
def test_an_article_that_ends_its_workers_is_named_with_its_partition(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES", "0")  # else four workers are ended
    machines = request.getfixturevalue("machines")
    for _ in range(2):
        machines.worker(PRELOAD)
    how = Dask(machines.address, tmp_path, size=2)
    found = read_tables(articles_of(4, {2: "It was deadly."}), Files(), how, "quotes")
    assert [finding.input for finding in how.left_out] == ["article a2", "article a3"]
    assert all("ended" in finding.reason for finding in how.left_out)
    assert set(found["quotes"].joined()["article_id"]) == {"a0", "a1"}


@cluster
def test_other_versions_on_a_worker_are_named(machines: Cluster, tmp_path: Path) -> None:
    machines.worker(OTHER)
    with pytest.raises(schema.InputError, match=r"The worker tcp://.* has pandas 0\.0\.1, here \d"):
        read_tables(articles_of(1), Files(), Dask(machines.address, tmp_path))


@cluster
def test_a_cluster_of_its_own_is_started_here(big: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["quotes", str(big), "--jobs", "2", "--out"]
    clustered = main([*command, str(tmp_path / "one.csv"), "--engine", "dask"])
    assert "Dask's dashboard: http://127.0.0.1" in capsys.readouterr().err
    assert clustered == main([*command, str(tmp_path / "two.csv"), "--no-cache"]) != NOTHING
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()


@cluster
def test_a_scheduler_without_workers_is_said(
    machines: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scale, "_WORKERS_WITHIN", 0.5)
    with pytest.raises(schema.InputError, match="has no worker; start some with `dask worker"):
        read_tables(articles_of(1), Files(), Dask(machines.address, tmp_path))
    assert main(["quotes", "nowhere", "--out", "q.csv", "--scheduler", machines.address]) == NOTHING


@cluster
def test_a_scheduler_is_killed_and_what_is_finished_is_named(machines: Cluster, tmp_path: Path) -> None:
    machines.worker(PRELOAD, slow=0.3)
    killer = [sys.executable, "-c", KILLER, str(tmp_path / "parts"), str(machines.processes[0].pid)]
    with (
        subprocess.Popen(killer),
        pytest.raises(schema.InputError, match=r"The scheduler was lost; \d+ finished partitions stay in"),
    ):
        read_tables(articles_of(12), Files(), Dask(machines.address, tmp_path / "parts", size=1))


@cluster
def test_a_scheduler_that_has_lost_all_its_workers_is_said(
    machines: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scale, "_WORKERS_WITHIN", 2)
    machines.worker(PRELOAD)
    with pytest.raises(schema.InputError, match=r"lost all its workers; 0 finished partitions stay in"):
        read_tables(articles_of(1, {0: "It was deadly."}), Files(), Dask(machines.address, tmp_path))
