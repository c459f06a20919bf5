"""What a user gets: the wheel, built as released, installed in a clean environment far from the repository."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from email.parser import HeaderParser
from pathlib import Path

import pytest
import uv
from conftest import ROOT

FETCHES_NOTHING = {"http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}  # nobody listens there
SHIPPED = "toolkit/resources/shipped"
EXAMPLE = "data/khirbet-ammu-2020"


def run(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command as a user's shell would run it: nothing of this test run's Python is seen by it."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV", "CONDA"))}
    return subprocess.run(
        [*map(str, command)], cwd=cwd, env={**own, **environment}, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    built = run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    assert built.returncode == 0, built.stderr
    (file,) = folder.glob("*.whl")
    return file


@pytest.fixture(scope="module")
def inside(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean environment's bin folder: the pinned runtime packages out of uv's cache, then the wheel."""
    folder = tmp_path_factory.mktemp("clean")
    finder = uv.find_uv_bin()
    made = run(finder, "venv", "--quiet", "--offline", "--python", sys.executable, folder / "venv", cwd=folder)
    assert made.returncode == 0, made.stderr
    programs = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
    install: list[str | Path] = [finder, "pip", "install", "--quiet", "--offline", "--no-deps"]
    install += ["--python", programs / "python"]
    packages = run(*install, "-r", ROOT / "constraints.txt", cwd=folder)
    if packages.returncode and "network was disabled" in packages.stderr:
        pytest.skip("uv's cache does not hold every package of constraints.txt; `make setup` fills it")
    assert packages.returncode == 0, packages.stderr
    project = run(*install, wheel, cwd=folder)
    assert project.returncode == 0, project.stderr
    return programs


def tracked(*folders: str) -> list[str]:
    """The files under version control; outside a checkout there is nothing to hold the wheel against."""
    listed = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *folders, cwd=ROOT)
    if listed.returncode:
        pytest.skip("needs a git checkout to tell what should be in the wheel")
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]


def test_the_wheel_holds_the_package_the_notebooks_and_the_data(inside: set[str]) -> None:
    package = tracked("toolkit")
    assert len(package) > 20
    assert set(package) <= inside
    assert {f"{SHIPPED}/{name}" for name in tracked("notebooks", "data")} <= inside


def test_the_wheel_holds_nothing_else(inside: set[str]) -> None:
    expected = {*tracked("toolkit"), *(f"{SHIPPED}/{name}" for name in tracked("notebooks", "data"))}
    rest = {name for name in inside - expected if ".dist-info/" not in name}
    assert rest == set()
    assert not [name for name in inside if "__pycache__" in name or "checkpoint" in name]


def test_the_licences_and_the_command_are_in_the_wheel(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        meta = {Path(name).name: archive.read(name).decode() for name in archive.namelist() if ".dist-info/" in name}
    assert meta["LICENSE"].startswith("MIT License")
    assert "CC BY 4.0" in meta["LICENSE-TEXTS"]
    assert "source-bias = toolkit.cli:main" in meta["entry_points.txt"]
    headers = HeaderParser().parsestr(meta["METADATA"])
    assert headers["Name"] == "source-bias-toolkit"
    assert headers["Requires-Python"] == ">=3.11"


def test_the_same_files_make_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path, cwd=ROOT)
    assert (tmp_path / wheel.name).read_bytes() == wheel.read_bytes()


def test_what_the_wheel_asks_for_is_there(installed: Path) -> None:
    checked = run(uv.find_uv_bin(), "pip", "check", "--python", installed / "python", cwd=installed)
    assert checked.returncode == 0, checked.stderr


def test_init_and_report_far_from_the_repository(installed: Path, tmp_path: Path) -> None:
    command = installed / "source-bias"
    mine, out = tmp_path / "mine", tmp_path / "out"
    begun = run(command, "init", mine, cwd=tmp_path, **FETCHES_NOTHING)
    assert begun.returncode == 0, begun.stderr
    assert {file.name for file in mine.rglob("*.ipynb")} == {Path(name).name for name in tracked("notebooks/*.ipynb")}
    reported = run(command, "report", mine / EXAMPLE, "--out", out, cwd=tmp_path, **FETCHES_NOTHING)
    assert reported.returncode == 0, reported.stderr
    assert "returned fire" in (out / "report.html").read_text(encoding="utf-8")


def test_the_installed_package_is_the_one_that_runs(installed: Path, tmp_path: Path) -> None:
    probe = "import toolkit, toolkit.resources as r; print(toolkit.__file__, r.shipped('data'), sep='\\n')"
    done = run(installed / "python", "-c", probe, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    environment = installed.parent.resolve()
    assert all(Path(line).resolve().is_relative_to(environment) for line in done.stdout.splitlines())
