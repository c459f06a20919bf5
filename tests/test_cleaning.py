"""What is marked as not the article, what only looks like it, and that a mark never touches anything else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from toolkit import cleaning, resources

RULES = yaml.safe_load(resources.path("boilerplate.yml").read_text(encoding="utf-8"))
LINES: list[dict[str, Any]] = RULES["lines"]
BLOCKS: list[dict[str, Any]] = RULES["blocks"]
LISTS: list[dict[str, Any]] = RULES["lists"]
STORY = "The harbour office said on Monday that the crane had been in order when it fell."
APPEAL = BLOCKS[0]["example"]
PIECES = [rule[kind] for rule in [*LINES, *LISTS] for kind in ("example", "near_miss")] + [APPEAL, STORY]

pages = st.lists(st.sampled_from([*PIECES, "", "LONDON (Wire) — It rained."]) | st.text(max_size=40)).map("\n".join)


def marked(text: str) -> list[tuple[str, str]]:
    """(reason, words) of each stretch."""
    return [(str(reason), text[int(s) : int(e)]) for s, e, reason in cleaning.find_skips(text)]


@pytest.mark.parametrize("rule", LINES, ids=lambda rule: str(rule["example"])[:30])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\u2028"])
def test_a_line_of_a_page_is_marked_and_nothing_beside_it(rule: dict[str, Any], ends: str) -> None:
    after = "" if rule.get("where") == "end" else STORY
    text = f"{STORY}{ends}  {rule['example']} {ends}{after}"
    assert marked(text) == [(rule["reason"], rule["example"])]


@pytest.mark.parametrize("rule", LINES, ids=lambda rule: str(rule["near_miss"])[:30])
def test_what_only_looks_like_it_is_kept(rule: dict[str, Any]) -> None:
    assert marked(f"{STORY}\n{rule['near_miss']}\n{STORY}") == []
    assert marked(f"{STORY}\n{rule['near_miss']}") == []


@pytest.mark.parametrize("rule", [rule for rule in LINES if "where" in rule], ids=lambda r: str(r["example"])[:30])
def test_a_line_in_another_place_is_kept(rule: dict[str, Any]) -> None:
    assert marked("\n".join([*[STORY] * 8, rule["example"], STORY])) == []


@pytest.mark.parametrize("rule", LINES, ids=lambda rule: str(rule["example"])[:30])
def test_a_line_inside_a_sentence_is_kept(rule: dict[str, Any]) -> None:
    text = f"{STORY} “{rule['example']}” was written on the wall, as several people who had walked past it told us. "
    assert marked(text * 3) == []


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: str(block["reason"]))
def test_an_appeal_is_marked_as_a_whole_with_its_buttons(block: dict[str, Any]) -> None:
    text = f"{STORY}\n{block['example']}\nContinue with a card\n{STORY}\n{STORY}"
    assert marked(text) == [(block["reason"], f"{block['example']}\nContinue with a card")]
    assert marked(f"{STORY}\n{block['near_miss']}\n{STORY}") == []


def test_an_appeal_in_the_middle_does_not_swallow_the_article_after_it() -> None:
    later = "The drought contributed to the fall, and supporting beams gave way, the engineer said on the pier."
    text = "\n".join([STORY, APPEAL, *[STORY] * 3, later, *[STORY] * 2])
    assert marked(text) == [("appeal", APPEAL)]


def test_an_appeal_needs_more_than_its_first_line() -> None:
    assert marked(f"Dear readers\n{STORY}\n{STORY}\n{STORY}") == []


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("DAMASCUS, Syria (AP) — A Syrian was killed.", "DAMASCUS, Syria (AP) — "),
        ("LONDON — It rained.", "LONDON — "),
        ("LONDON (AP) - It rained.", "LONDON (AP) - "),
        ("NEW YORK, Jan. 3 (Example Wire) -- It rained.", "NEW YORK, Jan. 3 (Example Wire) -- "),
        ("EXAMPLETON, 14 June /EX News/ - It rained.", "EXAMPLETON, 14 June /EX News/ - "),
        ("EXAMPLETON, March 4 (EX) – It rained.", "EXAMPLETON, March 4 (EX) – "),
        ("EXAMPLETON. March 4 (Example) - It rained.", "EXAMPLETON. March 4 (Example) - "),
        ("NATO, the alliance /of 1949/ and others met.", ""),
        ("NATO — the alliance that met there — said it rained.", ""),
        ("The US — it rained.", ""),
        ("“LONDON — It rained,” she said.", ""),
    ],
)
def test_datelines(line: str, words: str) -> None:
    assert marked(f"{line}\n{STORY}") == ([("dateline", words)] if words else [])


@pytest.mark.parametrize("time", ["18:42 ", "7.05pm: ", "19h30 – ", "08:15 GMT "])
def test_the_times_of_a_live_blog_are_marked_and_a_sentence_that_begins_with_one_is_not(time: str) -> None:
    entry = f"{time}A crane fell on the quay.\n"
    assert marked(f"{STORY}\n{entry * 3}") == [("time", time)] * 3
    assert marked(f"{STORY}\n{entry * 2}") == []
    assert marked(f"{STORY}\n" + f"{time.strip()}\nA crane fell on the quay.\n" * 3) == [("time", time.strip())] * 3
    assert marked(f"{STORY}\n" + "18:42nd street was shut.\n25:10 is no time.\n18:4 is none.\n" * 3) == []


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("By Ann Example", "byline"),
        ("BY ANN EXAMPLE AND BO VAN DER BO", "byline"),
        ("By Ann Example | The Example | March 6, 2025", "byline"),
        ("By Åsa Łuk, Crime Correspondent", "byline"),
        ("By late evening nothing was left", ""),
        ("By Monday", ""),
        ("By Ann Example, who was there, no word was said.", ""),
        ("By “Ann Example” they meant somebody else", ""),
        ("Updated: 5 March 2025, 18:32 GMT", "date"),
        ("This article was last updated on March 5, 2025.", "date"),
        ("Posted 3 hours ago", "date"),
        ("Published on Monday, the report names nobody", ""),
        ("Media caption, What the pictures show", "caption"),
        ("(Reporting by Ann Example; Editing by Bo Example)", "credit"),
        ("Example Media © 2025", "credit"),
        ("All rights reserved.", "credit"),
        ("“This site uses cookies,” he read out.", ""),
        ("He said that all rights reserved for members had been given up.", ""),
    ],
)
def test_lines_at_the_top_of_a_page(line: str, reason: str) -> None:
    assert marked(f"A headline\n{line}\n{STORY}") == ([(reason, line)] if reason else [])


def test_menu_lines_above_an_article_do_not_hide_its_byline() -> None:
    menu = ["Skip to main content", "Menu", "Home", "News", "Politics", "Sport", "Weather", "Sign in", "Search"]
    text = "\n".join([*menu, "Crane falls in Exampleton", "By Ann Example", *[STORY] * 9, "Sport", "Terms"])
    assert [words for _, words in marked(text)] == [*menu, "By Ann Example", "Terms"]


@pytest.mark.parametrize("rule", LISTS, ids=lambda rule: str(rule["example"])[:20])
def test_a_list_of_links_is_marked_to_its_last_short_line(rule: dict[str, Any]) -> None:
    assert marked(f"{STORY}\n{rule['example']}\n{STORY}") == [(rule["reason"], rule["example"])]
    assert marked(f"{STORY}\n{rule['near_miss']}\n{STORY}") == []


@pytest.mark.parametrize(
    "goes_on",
    [
        "Nobody was hurt.",
        "“Nobody”, she said",
        "What happened?",
        "A line broken inside a\nsentence that goes on.",
    ],
)
def test_a_list_of_links_ends_where_the_article_goes_on(goes_on: str) -> None:
    assert marked(f"{STORY}\nRelated topics\nHarbours\n{goes_on}") == [("link", "Related topics\nHarbours")]


def test_a_list_of_links_has_an_end() -> None:
    ((_, words),) = marked("\n".join([STORY, "Related topics", *["Harbour"] * 9]))
    assert words.count("Harbour") == 6


def test_capitals_and_a_dash_further_down_are_a_heading() -> None:
    page = "\n".join([STORY] * 8)
    assert marked(f"{page}\nNOBODY ASKED — It rained.") == []
    assert marked(f"{page}\nEXAMPLETON (EX) — It rained.") == [("dateline", "EXAMPLETON (EX) — ")]


def test_who_wrote_it_stands_last_or_above_what_is_marked_too() -> None:
    note = "Ann Example is a reporter at the Example Times. The views are her own."
    assert marked(f"{STORY}\n{note}\nShare\n© 2025 Example") == [
        ("author", note),
        ("social", "Share"),
        ("credit", "© 2025 Example"),
    ]
    assert marked(f"{STORY}\n{note}\n{STORY}") == []
    assert marked(note) == []
    assert marked(f"{STORY}\n{note[:-1]}, {'and so are all of those in what stands above ' * 2}.") == []
    assert marked(f"{STORY}\nEXAMPLETON (EX) — It rained.")[-1] == ("dateline", "EXAMPLETON (EX) — ")


def test_a_credit_that_begins_like_a_dateline_is_marked_once() -> None:
    assert [reason for reason, _ in marked("LONDON (AP) — Ann Bo contributed reporting.")] == ["credit"]


@given(text=pages)
def test_marks_are_in_order_inside_the_text_and_never_overlap(text: str) -> None:
    edges = [int(edge) for start, end, _ in cleaning.find_skips(text) for edge in (start, end)]
    assert edges == sorted(edges)
    assert all(0 <= edge <= len(text) for edge in edges)
    assert all(words.strip() for _, words in marked(text))


@given(text=pages)
def test_marked_and_remaining_are_the_whole_text(text: str) -> None:
    skips = cleaning.find_skips(text)
    kept, place = cleaning.remaining(text, skips), 0
    for start, end, _ in skips:
        length = int(start) - place
        assert kept.startswith(text[place : int(start)])
        kept, place = kept[length:], int(end)
    assert kept == text[place:]


@given(text=pages)
def test_the_same_text_gives_the_same_marks_wherever_it_stands(text: str) -> None:
    here, later = cleaning.find_skips(text), cleaning.find_skips(f"\n\n{text}")
    assert [[int(s) + 2, int(e) + 2, reason] for s, e, reason in here] == later


def test_every_line_of_a_page_is_looked_at_a_bounded_number_of_times(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = 2_000
    (rule, *_) = cleaning.rules().blocks
    looked = 0

    class Counting:
        def findall(self, text: str) -> list[str]:
            nonlocal looked
            looked += 1
            return rule.words.findall(text)

    counting = cleaning.BlockRule(rule.reason, rule.begins, Counting(), rule.least)  # type: ignore[arg-type]
    monkeypatch.setattr(cleaning, "rules", lambda: cleaning.Rules(blocks=(counting,)))
    assert cleaning.find_skips("donate\n" * lines) == []
    assert looked <= lines * 100


@pytest.mark.parametrize("name", ["ap", "bbc", "moscow_times", "almanar_sana"])
def test_the_example_articles_lose_their_furniture_and_nothing_that_is_said(name: str) -> None:
    text = (ROOT / "data" / "khirbet-ammu-2020" / f"{name}.txt").read_bytes().decode("utf-8")
    gold = json.loads((ROOT / "tests" / "gold" / "event" / f"{name}.gold.json").read_text(encoding="utf-8"))
    skips = [(int(s), int(e)) for s, e, _ in cleaning.find_skips(text)]
    assert skips
    for attribution in gold["attributions"]:
        for start, end in attribution["spans"]:
            assert not any(s < end and start < e for s, e in skips), attribution["content"]


def test_a_whole_page_keeps_the_article_and_loses_the_appeal(shared: Path) -> None:
    path = shared / "event" / "moscow_times_2020-02-12"
    text = path.with_suffix(".txt").read_bytes().decode("utf-8")
    gold = json.loads(path.with_suffix(".gold.json").read_text(encoding="utf-8"))
    skips = cleaning.find_skips(text)
    assert [reason for _, _, reason in skips] == ["credit", "appeal"]
    last = max(end for attribution in gold["attributions"] for _, end in attribution["spans"])
    assert last < int(skips[0][0])
    begin, end, _ = skips[1]
    assert text[int(begin) :].startswith("A Message from")
    assert int(end) == len(text.rstrip())
