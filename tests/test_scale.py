"""Dask: real processes on this machine, which are killed; the tables are the same bytes as without them."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pandas as pd
import pytest

pytest.importorskip("distributed", reason="needs the extra [scale]: dask[distributed]")

from dask_cluster import KILLER, OTHER, PRELOAD, WITHOUT, Cluster, until
from test_stages import SENTENCES, written

from toolkit import scale, schema, stages
from toolkit.articles import read
from toolkit.cache import versions
from toolkit.cli import NOTHING, REMARKS, main
from toolkit.files import Files
from toolkit.pipeline import read_tables
from toolkit.scale import Dask, work
from toolkit.stages import Chunk, Given
from toolkit.store import Store

# The command line, with partitions of one article.
CODE = "import functools, sys; from toolkit import cli, scale; scale.Dask = functools.partial(scale.Dask, size=1); "
ONE_BY_ONE = [sys.executable, "-c", CODE + "sys.exit(cli.main(sys.argv[1:]))"]


def articles_of(number: int, odd: dict[int, str] | None = None) -> pd.DataFrame:
    texts = [" ".join((SENTENCES[i % 7], SENTENCES[(i + 1) % 7], f"It was day {i}.")) for i in range(number)]
    texts = [f"{text} {(odd or {}).get(i, '')}" for i, text in enumerate(texts)]
    return read([pd.DataFrame({"text": texts, "article_id": [f"a{i}" for i in range(number)], "outlet": "o"})]).articles


# What needs no cluster


@pytest.fixture
def bars_stay_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is done on a worker would turn the bars off for all tests that come after."""
    monkeypatch.setattr(scale, "no_bars", lambda: None)


@pytest.mark.usefixtures("bars_stay_on")
def test_a_failing_article_of_a_partition_is_named_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    before = stages.read

    def failing(chunk: Chunk, given: Given, wanted: str) -> dict[str, pd.DataFrame]:
        if "a1" in set(chunk.articles["article_id"]):
            raise ZeroDivisionError("a number by nothing")
        return before(chunk, given, wanted)

    monkeypatch.setattr(stages, "read", failing)
    articles, given = articles_of(3), Given.of(Files())
    (chunk,) = Chunk(articles).parts([range(3)])
    content, failed = work(chunk, given, "quotes", versions())
    assert failed == {"a1": "reading it fails (ZeroDivisionError: a number by nothing)"}
    found, rest = Store(), articles.drop(index=1)
    found.add(content)
    assert written(stages.finish(found.parts(), rest, given)) == written(read_tables(rest, Files(), wanted="quotes"))


@pytest.mark.usefixtures("bars_stay_on")
def test_what_a_worker_lacks_is_no_fault_of_an_article(monkeypatch: pytest.MonkeyPatch) -> None:
    def lacking(*_: object) -> dict[str, pd.DataFrame]:
        raise schema.InputError("No English model is installed")

    monkeypatch.setattr(stages, "read", lacking)
    (chunk,) = Chunk(articles_of(2)).parts([range(2)])
    with pytest.raises(schema.InputError, match="No English model is installed"):
        work(chunk, Given.of(Files()), "quotes", versions())


def test_without_dask_it_is_said_what_to_install(big: Path) -> None:
    code = "import sys; sys.modules['distributed'] = None; from toolkit import cli; sys.exit(cli.main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "quotes", str(big), "--out", "q.csv", "--engine", "dask"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=big.parent)
    assert done.returncode == NOTHING
    assert done.stderr == "source-bias: Dask is not installed; run `pip install source-bias-toolkit[scale]`.\n"


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


class Ended:
    """What Dask gives for a partition in which something was found."""

    def exception(self) -> None:
        pass

    def result(self) -> tuple[bytes, dict[str, str]]:
        return b"content", {}


@pytest.mark.parametrize(
    ("room", "kept"), [(0, "no partition is finished yet"), (1, "1 finished partition stays in"), (2, "2 finished")]
)
def test_a_full_disk_is_said_and_what_is_finished(
    room: int, kept: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, left = Path.write_bytes, [None] * room

    def filling(path: Path, content: bytes) -> int:
        if not left:
            raise OSError(28, "No space left on device")
        left.pop()
        return before(path, content)

    monkeypatch.setattr(Path, "write_bytes", filling)
    monkeypatch.setattr(scale, "_client", lambda how: nullcontext())
    monkeypatch.setattr(scale._Run, "_ended", lambda run, client, todo: ((rows, Ended()) for rows in todo))
    told = rf"{tmp_path}/.*\.arrow cannot be written \(No space left on device\); make room, then run it again: {kept}"
    with pytest.raises(schema.InputError, match=told):
        read_tables(articles_of(3), Files(), Dask(folder=tmp_path, size=1))
    assert len(list(tmp_path.iterdir())) == room  # and nothing that is not whole


# Clusters

cluster = pytest.mark.cluster


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


@cluster
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_client_is_ended_and_the_next_run_goes_on(
    how: signal.Signals, machines: Cluster, big: Path, tmp_path: Path
) -> None:
    machines.worker(PRELOAD, slow=0.3)
    out = tmp_path / "q.csv"
    command = [*ONE_BY_ONE, "quotes", str(big), "--out", str(out), "--scheduler", machines.address]
    parts = tmp_path / "q.partitions"
    with (
        (tmp_path / "said").open("wb") as said,
        subprocess.Popen(command, stderr=said, preexec_fn=_can_be_interrupted) as first,
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
    again = subprocess.run(command, capture_output=True, text=True, timeout=300)
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
def test_where_no_article_can_be_read_one_is_named(machines: Cluster, tmp_path: Path) -> None:
    machines.worker(PRELOAD)
    told = "None of the articles can be read; the first is article a0: reading it fails .ZeroDivisionError"
    with pytest.raises(schema.InputError, match=told):
        read_tables(articles_of(1, {0: "It was poison."}), Files(), Dask(machines.address, tmp_path))


@cluster
@pytest.mark.parametrize(
    ("worker", "told"), [(OTHER, r"it has pandas 0\.0\.1, here \d"), (WITHOUT, ".*ModuleNotFoundError")]
)
def test_a_worker_that_is_not_as_this_machine_is_named(
    worker: str, told: str, machines: Cluster, tmp_path: Path
) -> None:
    machines.worker(worker)
    with pytest.raises(
        schema.InputError, match=rf"The worker tcp://.* cannot do its work \({told}.*\); install the same"
    ):
        read_tables(articles_of(1), Files(), Dask(machines.address, tmp_path))


@cluster
def test_other_versions_on_a_worker_that_comes_later_are_said(machines: Cluster, tmp_path: Path) -> None:
    machines.worker(PRELOAD, slow=1)

    def later() -> None:
        until(lambda: [*tmp_path.glob("*.arrow")])
        machines.worker(OTHER)

    coming = threading.Thread(target=later)
    coming.start()
    told = r"A worker cannot do its work \(it has pandas 0\.0\.1, here .*\); mend that, then run it again: \d+ finished"
    with pytest.raises(schema.InputError, match=told):
        read_tables(articles_of(20), Files(), Dask(machines.address, tmp_path, size=1))
    coming.join()


@cluster
def test_the_same_command_twice_at_once_gives_the_same_bytes(machines: Cluster, big: Path, tmp_path: Path) -> None:
    for _ in range(2):
        machines.worker(PRELOAD, slow=0.1)
    command = [*ONE_BY_ONE, "quotes", str(big), "--out", str(tmp_path / "q.csv"), "--scheduler", machines.address]
    both = [subprocess.Popen(command, stderr=subprocess.DEVNULL) for _ in range(2)]
    ended = [process.wait(120) for process in both]
    alone = main(["quotes", str(big), "--out", str(tmp_path / "alone.csv"), "--jobs", "1", "--no-cache"])
    assert ended == [alone, alone] != [NOTHING, NOTHING]
    assert (tmp_path / "q.csv").read_bytes() == (tmp_path / "alone.csv").read_bytes()


@cluster
def test_a_cluster_of_its_own_is_started_here(big: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["quotes", str(big), "--jobs", "2", "--out"]
    clustered = main([*command, str(tmp_path / "one.csv"), "--engine", "dask"])
    assert "Dask's dashboard: http://127.0.0.1" in capsys.readouterr().err
    assert clustered == main([*command, str(tmp_path / "two.csv"), "--no-cache"]) != NOTHING
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()


@cluster
@pytest.mark.parametrize("slow", ["0.3", "5"])  # seconds: a worker that ends by itself, and one that is ended at work
def test_ctrl_c_in_a_terminal_ends_a_cluster_of_its_own_in_one_line(slow: str, big: Path, tmp_path: Path) -> None:
    (tmp_path / "preload.py").write_text(PRELOAD, encoding="utf-8")
    slowly = {**os.environ, "DASK_DISTRIBUTED__WORKER__PRELOAD": str(tmp_path / "preload.py"), "SLOW": slow}
    command = [*ONE_BY_ONE, "quotes", str(big), "--out", str(tmp_path / "q.csv"), "--engine", "dask", "--jobs", "1"]
    with (
        (tmp_path / "said").open("wb") as said,
        subprocess.Popen(
            command, stderr=said, env=slowly, preexec_fn=_can_be_interrupted, start_new_session=True
        ) as process,
    ):
        until(lambda: [*tmp_path.glob("q.partitions/*.arrow")])
        os.killpg(process.pid, signal.SIGINT)  # a terminal interrupts the workers, too
    assert process.returncode == NOTHING
    told = [line for line in (tmp_path / "said").read_text(encoding="utf-8").splitlines() if "partitions: " not in line]
    assert [line.partition(":")[0] for line in filter(str.strip, told)] == ["Dask's dashboard", "source-bias"]


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
        pytest.raises(schema.InputError, match=r"The scheduler was lost; .* \d+ finished partitions stay in"),
    ):
        read_tables(articles_of(12), Files(), Dask(machines.address, tmp_path / "parts", size=1))


@cluster
def test_a_scheduler_that_has_lost_all_its_workers_is_said(
    machines: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scale, "_WORKERS_WITHIN", 2)
    machines.worker(PRELOAD)
    with pytest.raises(schema.InputError, match=r"has no worker; start some .* no partition is finished yet"):
        read_tables(articles_of(1, {0: "It was deadly."}), Files(), Dask(machines.address, tmp_path))
