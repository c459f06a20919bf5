"""JupyterLab as a person meets it: started by `source-bias lab`, driven through the application in its page."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

_SECONDS_TO_START = 60
_SECONDS_A_NOTEBOOK = 300
_FOLDERS = ("CONFIG", "DATA", "RUNTIME")

_OPEN = "path => jupyterapp.commands.execute('docmanager:open', {path, factory: 'Notebook'}).then(() => null)"
_TO_THE_TOP = "document.querySelector('.jp-Notebook .jp-WindowedPanel-outer').scrollTop = 0"
_END = "Math.max(...[...document.querySelectorAll('.jp-Notebook .jp-Cell')].map(c => c.getBoundingClientRect().bottom))"
# connectionStatus too: a kernel says "idle" before its messages reach the page.
_READY = """() => {
  const kernel = jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel;
  return kernel?.connectionStatus === "connected" && kernel.status === "idle";
}"""


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def _configured(home: Path, port: int, token: str) -> dict[str, str]:
    """An environment in which nothing of the person's own settings counts."""
    names = {f"JUPYTER_{name}_DIR": home / name.lower() for name in _FOLDERS}
    names |= {f"JUPYTERLAB_{name}_DIR": home / name.lower() for name in ("SETTINGS", "WORKSPACES")}
    for folder in names.values():
        folder.mkdir(parents=True)
    server = {"ip": "127.0.0.1", "port": port, "port_retries": 0, "open_browser": False, "allow_root": True}
    config = {
        "ServerApp": server,
        "LabApp": {"expose_app_in_browser": True, "open_browser": False},
        "IdentityProvider": {"token": token},
    }
    (home / "config" / "jupyter_lab_config.json").write_text(json.dumps(config), encoding="utf-8")
    own = {name: str(folder) for name, folder in names.items()}
    return {**os.environ, **own, "IPYTHONDIR": str(home / "ipython")}


def _wait_for_answer(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = monotonic() + _SECONDS_TO_START
    while server.poll() is None and monotonic() < end:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            sleep(0.2)
    raise AssertionError(f"JupyterLab did not start:\n{log.read_text(encoding='utf-8')}")


@contextmanager
def started(place: Path, home: Path) -> Iterator[str]:
    """The address, with its token, of a JupyterLab on the folder `place`; `home` holds what it writes for itself."""
    port, token = _free_port(), secrets.token_hex(16)
    command = [sys.executable, "-m", "toolkit.cli", "lab", str(place)]
    own = _configured(home, port, token)
    with (home / "lab.log").open("wb") as log:
        server = subprocess.Popen(command, env=own, stdout=log, stderr=log, start_new_session=True)
    try:
        _wait_for_answer(f"http://127.0.0.1:{port}/api/status?token={token}", server, home / "lab.log")
        yield f"http://127.0.0.1:{port}/?token={token}"
    finally:
        os.killpg(server.pid, 15)
        server.wait(timeout=30)


def wait_for_kernel(page: Page) -> None:
    """Wait until the notebook in front has a kernel that answers and has nothing to do."""
    page.wait_for_function(_READY, timeout=_SECONDS_A_NOTEBOOK * 1000)


class Notebook:
    """A notebook opened in the page, until it is closed."""

    def __init__(self, page: Page, path: str) -> None:
        self.page = page
        page.evaluate(_OPEN, path)
        wait_for_kernel(page)

    def run_all(self) -> float:
        """Run All Cells, as in the menu; how many seconds it took."""
        began = monotonic()
        self.page.evaluate(
            "() => { window.ran = null; "
            "jupyterapp.commands.execute('notebook:run-all-cells').finally(() => { window.ran = true; }); }"
        )
        self.page.wait_for_function("window.ran", timeout=_SECONDS_A_NOTEBOOK * 1000)
        wait_for_kernel(self.page)
        return monotonic() - began

    def outputs(self) -> list[dict[str, Any]]:
        """Every output of every cell, as the notebook's file would hold it."""
        notebook = self.page.evaluate("jupyterapp.shell.currentWidget.content.model.sharedModel.toJSON()")
        return [output for cell in notebook["cells"] for output in cell.get("outputs", [])]

    def change(self, old: str, new: str) -> None:
        """Other words in the cells, as typed by a person."""
        self.page.evaluate(
            """([was, is]) => { for (const cell of jupyterapp.shell.currentWidget.content.model.cells)
                 cell.sharedModel.setSource(cell.sharedModel.getSource().replace(was, is)); }""",
            [old, new],
        )

    def use_kernel(self, name: str) -> None:
        """Another kernel, as chosen in the menu."""
        self.page.evaluate(
            "name => jupyterapp.shell.currentWidget.sessionContext.changeKernel({name}).then(() => null)", name
        )
        wait_for_kernel(self.page)

    def stretch(self) -> None:
        """A window as tall as the notebook, for cells out of sight are not in the page."""
        self.page.set_viewport_size({"width": 1280, "height": 20_000})
        self.page.wait_for_timeout(1500)
        self.page.evaluate(_TO_THE_TOP)
        self.page.wait_for_timeout(1000)

    def picture(self, path: Path) -> None:
        """What is in the window, down to the last cell."""
        end = min(int(self.page.evaluate(_END)) + 60, 20_000)
        self.page.screenshot(path=path, clip={"x": 0, "y": 0, "width": 1280, "height": end})

    def close(self) -> None:
        """Shut the kernel down, and put the notebook away unsaved."""
        self.page.evaluate(
            """async () => { const panel = jupyterapp.shell.currentWidget;
                 await panel.sessionContext.shutdown(); panel.dispose(); }"""
        )
        self.page.set_viewport_size({"width": 1280, "height": 800})
