"""The public door: every name is a function, whatever was imported before it."""

from __future__ import annotations

import subprocess
import sys

import toolkit


def test_no_room_hides_a_public_function() -> None:
    """A submodule becomes an attribute of the package once it is loaded: none may have the name of a function."""
    program = (
        "import importlib, pkgutil, toolkit\n"
        "for found in pkgutil.walk_packages(toolkit.__path__, 'toolkit.'): importlib.import_module(found.name)\n"
        "print([name for name in toolkit.__all__ if not callable(getattr(toolkit, name))])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_there_are_few_names_and_each_says_what_it_means() -> None:
    assert len(toolkit.__all__) <= 20
    for name in toolkit.__all__:
        assert getattr(toolkit, name).__doc__
