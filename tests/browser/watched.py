"""A page whose requests and complaints are kept, and what is asked of every page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Page

_HERE = {"127.0.0.1", "localhost"}


class Watched:
    """Keeps what a page asks of other machines, and what it complains of."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.remote: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self._asked(request.url))
        page.on("websocket", lambda socket: self._asked(socket.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)

    def _asked(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname not in _HERE:
            self.remote.append(url)


def accessibility(page: Page, options: dict[str, Any] | None = None, within: str | None = None) -> list[str]:
    """What axe-core finds wrong, one line an element: the rule, the element, and why."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, context=within, options=options).response["violations"]
    return [f"{rule['id']}: {node['html'][:200]}: {node['failureSummary']}" for rule in found for node in rule["nodes"]]


def wider_than_the_screen(page: Page) -> int:
    """By how many pixels the page can be pushed sideways."""
    wider: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wider
