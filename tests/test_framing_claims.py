"""The claims table: against the cells a person filled in, and on what must never be claimed."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pandas as pd
import pytest
from framing_gold import DATA, GOLD, NAMES, articles_of, event_articles, event_quotes, no_quotes, quote

from toolkit import schema
from toolkit.framing import Claims, find_claims, load_claims
from toolkit.framing.claims import Point, Version
from toolkit.framing.codebook import compiled
from toolkit.framing.patterns import find

POINTS = json.loads((GOLD / "claims.json").read_text(encoding="utf-8"))["points"]
CLAIMS = load_claims(DATA / "claims.yml")


def asked(*patterns: str, silent: tuple[str, ...] = ()) -> Claims:
    version = Version("it was so", compiled({"patterns": list(patterns)}, "patterns", "a test"))
    return Claims("a test", (Point("What happened", (version,), silent),))


def unmarked(claims: Claims) -> Claims:
    return dataclasses.replace(claims, points=tuple(dataclasses.replace(p, silent=()) for p in claims.points))


def without(claims: Claims, name: str) -> Claims:
    """The claims without every pattern that, of all accounts, matches this one only."""
    texts = dict(zip(event_articles()["article_id"], event_articles()["text"], strict=True))

    def shared(version: Version) -> Version:
        others = [text for other, text in texts.items() if other != name]
        kept = (p for p in version.patterns if not find((p,), texts[name]) or any(find((p,), t) for t in others))
        return dataclasses.replace(version, patterns=tuple(kept))

    points = (dataclasses.replace(p, versions=tuple(map(shared, p.versions))) for p in claims.points)
    return dataclasses.replace(claims, points=tuple(points))


def cells(table: pd.DataFrame) -> dict[tuple[str, str], list[dict[str, Any]]]:
    out: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in schema.records(table):
        out.setdefault((row["point"], row["article_id"]), []).append(row)
    return out


def right(table: pd.DataFrame, names: tuple[str, ...] = NAMES) -> tuple[int, int, int]:
    """Cells right by status, cells judged, and cells that say something where the account is silent."""
    found, n, good, invented = cells(table), 0, 0, 0
    for point in POINTS:
        for name in names:
            if name not in point["cells"]:
                continue
            wanted = set(point["cells"][name]["status"])
            got = {row["status"] for row in found[point["point"], name]}
            n += 1
            good += got <= wanted or (wanted == {"silent"} and got <= {"silent", "not found"})
            invented += wanted == {"silent"} and not got <= {"silent", "not found"}
    return good, n, invented


def test_points_and_versions_are_those_a_person_named() -> None:
    assert [point.name for point in CLAIMS.points] == [point["point"] for point in POINTS]
    for point, marked in zip(CLAIMS.points, POINTS, strict=True):
        named = {v["version"] for cell in marked["cells"].values() for v in cell["versions"]}
        assert {version.name for version in point.versions} == named
        assert set(point.silent) == {a for a, cell in marked["cells"].items() if cell["status"] == ["silent"]}


def test_cells_of_the_example() -> None:
    good, n, invented = right(find_claims(event_articles(), event_quotes(), unmarked(CLAIMS)))
    assert n == 33
    assert invented == 0
    assert good >= 32


def test_leave_one_account_out() -> None:
    """Without the patterns that match the scored account alone; not blind, since who wrote them had read it."""
    total = good = invented = 0
    for name in NAMES:
        articles = event_articles()[event_articles()["article_id"] == name]
        table = find_claims(articles, event_quotes(), unmarked(without(CLAIMS, name)))
        good, total, invented = (a + b for a, b in zip((good, total, invented), right(table, (name,)), strict=True))
    assert total == 33
    assert invented == 0
    assert good >= 21


def test_every_version_found_is_one_the_account_gives_or_a_person_did_not_judge() -> None:
    """Against the gold's versions: what is found beyond them is counted, and stays small."""
    wanted = {
        (p["point"], name, v["version"]) for p in POINTS for name, cell in p["cells"].items() for v in cell["versions"]
    }
    table = find_claims(event_articles(), event_quotes(), CLAIMS).dropna(subset=["version"])
    found = set(table[["point", "article_id", "version"]].itertuples(index=False, name=None))
    assert len(found & wanted) >= 0.9 * len(wanted)
    assert len(found - wanted) <= 0.3 * len(wanted)


def test_who_stands_behind_each_version() -> None:
    found = cells(find_claims(event_articles(), event_quotes(), CLAIMS))
    strike = {(row["status"], row["version"], row["by"]) for row in found["U.S. air strike", "voa"]}
    assert strike == {
        ("reports", "at least one strike", "Syrian state-run media"),
        ("reports", "no airstrike", "Myles Caggins"),
    }
    assert [row["status"] for row in found["Russian role", "ap"]] == ["silent"]
    assert [row["status"] for row in found["U.S. casualties", "ap"]] == ["not found"]
    assert {row["by"] for row in found["Who used force first", "interfax"]} == {"Yakov Rezantsev"}


@pytest.mark.parametrize(
    ("text", "status", "by"),
    [
        ("Guards opened fire.", "asserts", None),
        ("Guards reportedly opened fire.", "reports", "reportedly"),
        ("Guards are reported to have opened fire.", "reports", "are reported"),
        ("Guards opened fire, reports indicated.", "reports", "reports indicated"),
        ("Guards did not open fire.", "denies", None),
        ("Guards never opened fire.", "denies", None),
        ("They left without opening fire.", "denies", None),
        ("The ministry denied that guards had opened fire.", "denies", None),
    ],
)
def test_the_outlets_own_words(text: str, status: str, by: str | None) -> None:
    row = schema.records(find_claims(articles_of(text), no_quotes(), asked("open fire")))[0]
    assert (row["status"], row["by"]) == (status, f"nobody named (“{by}”)" if by else None)
    assert text[row["start"] : row["end"]].lower().endswith("fire")


@pytest.mark.parametrize(
    ("text", "content", "cue", "status"),
    [
        ("The mayor said guards opened fire.", "guards opened fire", "said", "reports"),
        ("The mayor said no guard had opened fire.", "no guard had opened fire", "said", "denies"),
        ("The mayor denied that guards opened fire.", "guards opened fire", "denied", "denies"),
        ("The mayor said guards had not opened fire.", "guards had not opened fire", "said", "denies"),
        ("The mayor said it was not clear who opened fire.", "it was not clear who opened fire", "said", "reports"),
    ],
)
def test_inside_a_quote(text: str, content: str, cue: str, status: str) -> None:
    place = text.index(cue)
    quotes = quote(text, content, speaker_text="The mayor", cue=cue, cue_start=place, cue_end=place + len(cue))
    row = schema.records(find_claims(articles_of(text), quotes, asked("open fire")))[0]
    assert (row["status"], row["by"]) == (status, "The mayor")


@pytest.mark.parametrize(
    ("pattern", "text", "status"),
    [
        ("no light|lights", "The boat had no lights on.", "asserts"),
        ("no light|lights", "It is not true that the boat had no lights.", "asserts"),
        ("no accident", "The collision was no accident.", "asserts"),
        ("accident", "The collision was no accident.", "denies"),
        ("never open fire", "The guards never opened fire.", "asserts"),
        ("nobody open fire", "Nobody opened fire.", "asserts"),
        ("not .. open fire", "The guards did not open fire.", "asserts"),
        ("open fire", "Nobody opened fire.", "denies"),
        ("open fire", "None of the guards opened fire.", "denies"),
        ("guard .. fire", "The guards did not fire.", "denies"),
        ("guard .. open fire", "A guard never opened fire.", "denies"),
        ("without light|lights", "The boat sailed without lights.", "asserts"),
        ("without light|lights", "The navy denied that the boat sailed without lights.", "denies"),
    ],
)
def test_only_what_stands_outside_the_pattern_denies_it(pattern: str, text: str, status: str) -> None:
    assert find_claims(articles_of(text), no_quotes(), asked(pattern))["status"].tolist() == [status]


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("It is not clear whether guards opened fire.", "whether"),
        ("If guards opened fire, they broke the law.", "if"),
        ("Guards may have opened fire.", "may"),
        ("Had the guards opened fire?", "a question"),
    ],
)
def test_what_is_left_open_is_no_claim(text: str, mark: str) -> None:
    table = find_claims(articles_of(text), no_quotes(), asked("open fire"))
    row = schema.records(table)[0]
    assert (len(table), row["status"], row["by"]) == (1, "not found", None)
    assert (row["version"], row["left_open"]) == ("it was so", mark)
    assert "leaves open" in " ".join(schema.notes_of(table))


def test_a_version_that_is_told_and_left_open_elsewhere_is_told() -> None:
    table = find_claims(articles_of("Guards opened fire. Had they opened fire?"), no_quotes(), asked("open fire"))
    assert table["status"].tolist() == ["asserts"]
    assert table["left_open"].isna().all()
    assert "leaves open" in " ".join(schema.notes_of(table))


def test_each_cell_shows_the_words_it_rests_on() -> None:
    table = find_claims(event_articles(), event_quotes(), CLAIMS)
    texts = dict(zip(event_articles()["article_id"], event_articles()["text"], strict=True))
    for row in schema.records(table):
        placed = row["start"] is not None
        assert row["words"] == (texts[row["article_id"]][row["start"] : row["end"]] if placed else None)
        assert placed == (row["version"] is not None)


def test_silent_is_written_only_where_a_person_marked_it() -> None:
    articles = articles_of("Nothing of the sort.", "Nothing else.", "Guards opened fire.")
    table = find_claims(articles, no_quotes(), asked("open fire", silent=("0", "2", "99")))
    assert table["status"].tolist() == ["silent", "not found", "asserts"]
    notes = " ".join(schema.notes_of(table))
    assert "2 is marked silent" in notes
    assert "99" in notes


def test_a_version_said_twice_by_one_speaker_is_one_row_and_skipped_text_none() -> None:
    text = "Guards opened fire. Guards opened fire again. Appeal: they opened fire."
    articles = articles_of(text, skip=[[text.index("Appeal"), len(text), "appeal"]])
    table = find_claims(articles, no_quotes(), asked("open fire"))
    assert len(table) == 1
    assert table["start"].tolist() == [text.index("opened")]
