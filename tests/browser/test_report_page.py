"""The report's page on a phone, on a laptop and in print: readable, sortable, clean, and complete in itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

from .watched import Watched, accessibility, wider_than_the_screen

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

REPORT = ROOT / "out" / "report.html"
SCREENS = {"phone": (390, 844), "laptop": (1280, 800)}
SORTED = """table => [...table.tBodies[0].rows].map(row => row.cells[%d].textContent.trim())"""


@pytest.fixture(scope="module", params=SCREENS)
def screen(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def watched(browser: Browser, screen: str) -> Iterator[Watched]:
    assert REPORT.is_file(), "make report first"
    width, height = SCREENS[screen]
    page = browser.new_page(viewport={"width": width, "height": height}, is_mobile=screen == "phone")
    kept = Watched(page)
    page.goto(REPORT.as_uri())
    yield kept
    page.close()


@pytest.fixture
def page(watched: Watched) -> Page:
    return watched.page


def open_details(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true; })")


def test_it_is_complete_in_itself(watched: Watched) -> None:
    assert watched.remote == []
    assert watched.complaints == []


def test_a_reader_pushes_nothing_sideways(page: Page, screen: str, pictures: Path) -> None:
    page.screenshot(path=pictures / f"report_{screen}.png", full_page=True)
    assert wider_than_the_screen(page) == 0
    open_details(page)
    page.screenshot(path=pictures / f"report_{screen}_opened.png", full_page=True)
    assert wider_than_the_screen(page) == 0


def test_the_rules_of_accessibility_hold(page: Page) -> None:
    open_details(page)
    assert accessibility(page) == []


def test_the_contents_lead_to_what_they_name(page: Page, screen: str) -> None:
    links = page.locator("nav a")
    assert links.count() > 3
    for link in links.all():
        link.click()
        heading = page.locator(f"{link.get_attribute('href')} h2")
        assert heading.inner_text() == link.inner_text()
        box = heading.bounding_box()
        assert box
        assert -5 <= box["y"] < SCREENS[screen][1] or at_the_end(page)


def at_the_end(page: Page) -> bool:
    left: float = page.evaluate("document.documentElement.scrollHeight - innerHeight - scrollY")
    return left < 2


@pytest.mark.parametrize("by", ["click", "keyboard"])
def test_every_table_sorts_both_ways(page: Page, by: str) -> None:
    open_details(page)
    tables = [table for table in page.locator("table.sortable:visible").all() if has_heads(table)]
    assert tables
    for table in tables:
        heads = table.locator("thead th")
        column = heads.count() - 1
        before = sorted(table.evaluate(SORTED % column))
        for way in ("ascending", "descending"):
            button = heads.nth(column).locator("button")
            button.click() if by == "click" else button.press("Enter")
            assert heads.nth(column).get_attribute("aria-sort") == way
            shown = table.evaluate(SORTED % column)
            assert sorted(shown) == before
            assert in_order(shown, way == "ascending"), shown
        other = heads.nth(0).locator("button")
        other.click()
        assert heads.nth(column).get_attribute("aria-sort") is None


def has_heads(table: Locator) -> bool:
    """False where a phone shows a table's rows as cards, without the heads."""
    box = table.locator("thead button").first.bounding_box()
    return box is not None and box["x"] >= 0


def in_order(shown: list[str], up: bool) -> bool:
    """Numbers by size; a column with words in it is only looked at for its numbers."""
    numbers = []
    for cell in shown:
        try:
            numbers.append(float(cell.replace(",", "").replace("\u2212", "-")))
        except ValueError:
            continue
    return numbers == sorted(numbers, reverse=not up)


def test_it_prints(browser: Browser, pictures: Path) -> None:
    page = browser.new_page()
    page.goto(REPORT.as_uri())
    page.emulate_media(media="print")
    assert not page.locator("nav").is_visible()
    assert accessibility(page, {"runOnly": ["color-contrast"]}) == []
    made = pictures / "report.pdf"
    page.pdf(path=made, format="A4")
    page.close()
    from pypdf import PdfReader

    pages = PdfReader(made).pages
    words = " ".join(page.extract_text() for page in pages)
    assert len(pages) > 3
    for heading in ("How the accounts", "Methods"):
        assert heading.lower() in words.lower()
