"""The report: one page that needs nothing else, says what was read and left out, and judges nobody."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml
from conftest import ROOT
from test_views import EVIL, Page, dangers

from toolkit import article_from_text, resources, write_report
from toolkit.articles import read
from toolkit.pipeline import Analysis, Files, analyse
from toolkit.schema import InputError

LONG = "The guards said that they “acted to keep people safe” and {name} said the ramp was blocked. The ramp was wet."
SECTIONS = ("who_says_what", "who_is_quoted", "frames", "verb_voices", "sentiment", "wording", "articles", "methods")


def page_of(folder: Path) -> Page:
    return Page((folder / "report.html").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def evil(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose every field tries to become HTML."""
    folder = tmp_path_factory.mktemp("evil")
    text = f"Ann Bo said the {EVIL} was safe. “It {EVIL} stood,” she added.\n\n{LONG.format(name='Ann Bo')}"
    rows = [{"file": f"{name}.txt", "outlet": f"{name}{EVIL}", "title": EVIL, "author": EVIL} for name in "xy"]
    frame = pd.DataFrame(rows).assign(url="javascript:alert(1)", country=[EVIL, "B"], date=EVIL)
    frame.to_csv(folder / "articles.csv", index=False)
    for name in "xy":
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    (folder / "left <b>out.txt").write_text("", encoding="utf-8")
    aliases = [{"alias": "Ann Bo", "speaker": f"Ann {EVIL}", "party": f"P {EVIL}"}]
    pd.DataFrame([*aliases, {"alias": "the guards", "party": "G"}]).to_csv(folder / "parties.csv", index=False)
    version = {"name": EVIL, "patterns": ["be safe"]}
    claims = {"version": 1, "points": [{"point": EVIL, "versions": [version]}]}
    frames = {"version": 1, "frames": [{"name": EVIL, "meaning": EVIL, "patterns": ["safe"], "example": "It is safe."}]}
    (folder / "claims.yml").write_text(yaml.safe_dump(claims), encoding="utf-8")
    (folder / "codebook.yml").write_text(yaml.safe_dump(frames), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def evil_out(evil: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("report")
    write_report(evil, out, by="country")
    return out


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> tuple[Analysis, Path]:
    """One article in which nobody says anything, and no party table."""
    folder = tmp_path_factory.mktemp("alone")
    (folder / "charts").mkdir()
    (folder / "charts" / "wording.png").write_bytes(b"of an earlier run")
    found = analyse(read([article_from_text("It rained on the quay. The crane fell down.", outlet="Quay")]))
    write_report(found, folder)
    return found, folder


def test_nothing_in_the_input_becomes_html(evil_out: Path) -> None:
    page = page_of(evil_out)
    assert page.wrong == []
    assert dangers(page) == []
    assert page.text("script").strip() == resources.path("sort.js").read_text(encoding="utf-8").strip()
    assert "alert" not in page.text("style")
    assert page.text().count("<script>alert(1)</script>") > 10
    assert "Groups compared: country" in page.text()


def test_the_page_needs_nothing_from_elsewhere(evil_out: Path) -> None:
    html = (evil_out / "report.html").read_text(encoding="utf-8")
    page = Page(html)
    assert not [image for image in page.all("img") if not image["src"].startswith("data:image/png;base64,")]
    assert not [script for script in page.all("script") if script]
    assert not re.search(r"@import|url\(", page.text("style"))
    for address in (a["href"] for a in page.all("a")):
        if address.startswith(("charts/", "tables/")):
            assert (evil_out / address).is_file(), address
        elif address.startswith("#"):
            assert f'id="{address[1:]}"' in html, address


def test_the_page_can_be_read_without_eyes(evil_out: Path) -> None:
    page = page_of(evil_out)
    assert page.all("html")[0]["lang"] == "en"
    assert page.all("title")
    assert all(image["alt"].strip() for image in page.all("img"))
    assert all(cell["scope"] == "col" for cell in page.all("th"))
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_what_was_left_out_is_named(evil_out: Path) -> None:
    words = page_of(evil_out).text()
    assert "left <b>out.txt" in words
    assert "articles.csv does not name it" in words
    inputs = pd.read_csv(evil_out / "tables" / "inputs.csv", keep_default_na=False)
    assert inputs["status"].tolist().count("left out") == 1


def test_the_same_input_is_the_same_report_to_the_byte(evil: Path, evil_out: Path, tmp_path: Path) -> None:
    """Another process, another order of Python's sets, another folder."""
    program = "import sys; from toolkit.cli import main; sys.exit(main(sys.argv[1:]))"
    again = subprocess.run(
        [sys.executable, "-c", program, "report", str(evil), "--out", str(tmp_path / "again"), "--by", "country"],
        env={**os.environ, "PYTHONHASHSEED": "7"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert again.returncode == 1, again.stderr
    assert again.stderr.count("left out:") == 1
    one, other = (
        {p.relative_to(f): p.read_bytes() for p in f.rglob("*") if p.is_file()} for f in (evil_out, tmp_path / "again")
    )
    assert len(one) > 30
    assert [str(name) for name in one if one[name] != other.get(name)] == []
    assert one.keys() == other.keys()


def test_an_account_nobody_speaks_in_has_a_report_that_says_so(alone: tuple[Analysis, Path]) -> None:
    found, folder = alone
    page = page_of(folder)
    assert page.wrong == []
    assert len(found.quotes) == 0
    assert "No quotation was found" in page.text()
    assert "1 article of 1 outlet, 0 quotations of speech and writing" in page.text()
    assert "Nothing to compare: nothing of this was found in one of the groups (outlet)." in page.text()
    assert "nan" not in re.findall(r"\w+", page.text("main"))


def test_every_section_is_there_and_in_the_contents(alone: tuple[Analysis, Path], evil_out: Path) -> None:
    for folder in (alone[1], evil_out):
        page = page_of(folder)
        sections = [section["id"] for section in page.all("section") if "id" in section]
        assert set(SECTIONS) <= set(sections)
        links = [a["href"][1:] for a in page.all("a") if a["href"].startswith("#")]
        assert links[1 : len(sections) + 1] == sections


def test_every_link_inside_the_page_leads_somewhere_and_evidence_to_its_words(evil_out: Path) -> None:
    page = (evil_out / "report.html").read_text(encoding="utf-8")
    names = re.findall(r'\bid="([^"]*)"', page)
    links = set(re.findall(r'href="#([^"]*)"', page))
    assert len(names) == len(set(names))
    assert links <= set(names)
    behind = page.partition("The words behind the figures, frame by frame")[2].partition("</details>")[0]
    places = re.findall(r'href="#(a-[^"]*)">“safe”', behind)
    assert len(places) == 2
    for place in places:
        assert re.sub(r"<[^>]*>", "", page.partition(f'id="{place}">')[2]).startswith("safe")


def test_a_chart_of_an_earlier_run_does_not_stay(alone: tuple[Analysis, Path]) -> None:
    found, folder = alone
    assert "wording" not in found.comparisons
    assert not (folder / "charts" / "wording.png").exists()
    assert (folder / "report.html").is_file()


def test_groups_by_a_column_of_ones_own(tmp_path: Path) -> None:
    rows = [{"text": LONG.format(name=n), "outlet": n, "country": c, "title": "T"} for n, c in (("A", "X"), ("B", "Y"))]
    pd.DataFrame(rows).to_csv(tmp_path / "news.csv", index=False)
    found = analyse([tmp_path], by="country")
    assert {found.comparisons[name].by for name in ("verb_voices", "sentiment", "wording")} == {"country"}
    assert found.comparisons["sentiment"].groups() == ["X", "Y"]
    assert not {"who_is_quoted", "frames"} & set(found.comparisons)  # nobody has a party, and no frame is found


@pytest.mark.parametrize("by", ["nowhere", "text", "skip", "value", "item", "measure", "start", "sentence"])
def test_what_nothing_can_be_compared_by_is_refused_before_the_work(by: str) -> None:
    with pytest.raises(InputError, match=rf"no column '{by}' to compare by; name one of party, outlet, .*title"):
        analyse(read([article_from_text("It rained.", outlet="A")]), Files(), by=by)


def test_where_there_is_no_article_there_is_no_report(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "appeal.txt").write_text(
        "Dear readers\nPlease support us\nWith your help monthly\nThank you for all"
    )
    with pytest.raises(InputError, match="nothing but what is not an article"):
        write_report(tmp_path / "in", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_failed_run_leaves_the_old_report(alone: tuple[Analysis, Path], tmp_path: Path) -> None:
    before = (alone[1] / "report.html").read_bytes()
    with pytest.raises(InputError):
        write_report(tmp_path / "nowhere", alone[1])
    assert (alone[1] / "report.html").read_bytes() == before


def test_the_report_judges_nobody(evil_out: Path) -> None:
    words = " ".join(page_of(evil_out).text("body").split())
    assert "It does not say who is right" in words
    assert "no figure in it is a score of bias" in words
    rest = words.replace("It does not say who is right, and no figure in it is a score of bias", "")
    rest = rest.replace("source-bias", "")
    assert not re.search(r"\bbias(?:ed)?\b|who is right|\bmore honest|\bpropaganda|\btruth", rest, re.IGNORECASE)
