"""The browser. `make browser` asks for it, and then a missing one is a failure; `make test` leaves these tests out."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ASKED = "SOURCE_BIAS_BROWSER_TESTS"
PICTURES = ROOT / "out" / "browser"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, which cannot find any other machine."""
    if not os.environ.get(ASKED):
        pytest.skip("tests in a browser are run by `make browser`")
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium")
    assert program, "Chromium is not installed; on Debian: apt-get install chromium"
    nowhere = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=[nowhere])
        yield started
        started.close()


@pytest.fixture(scope="session")
def pictures() -> Path:
    """Where this run's screenshots go, for a person to look at."""
    shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir(parents=True)
    return PICTURES
