"""How right the quotes and agency tables are against gold, with a floor under each figure.

    python training/evaluate.py [--set-floors] [--misses]

Five sets: our own hard passages and speakers (tests/gold), the eight accounts of the example with their gold, agency on
both; and, where ../shared lies beside the checkout, PolNeAR's development part and a whole news page. A figure below
its floor in training/floors.json ends with status 1. `--set-floors` writes what is reached, less a margin, as the new
floors, the one way to lower them, and the figures into docs/methods.md. No torch is needed.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import math
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from toolkit import load_articles, schema
from toolkit.framing import find_agency
from toolkit.quotes.extract import extract_quotes
from training import calibrate, corpus, scoring
from training.figures import EXAMPLE, GOLD, ROOT, SHARED, Figure, rows_by_article, share, texts_table
from training.roles import act_figures, news_figures, speaker_figures

FLOORS, PAGE = ROOT / "training" / "floors.json", ROOT / "docs" / "methods.md"
MARGIN = 0.01
_ENOUGH = 100  # rows in a tenth of confidence
_MODEST = {"PolNeAR dev: rows of confidence .85 to .95, right": 0.95}  # what more would be too little confidence


def quality(of_set: str, n: Counter[str]) -> list[Figure]:
    """Content, attribution and speakers from one tally."""
    out = [
        Figure(of_set, f"{hit} F1", scoring.f1(n, hit), f"{n[hit]} of {n['gold']} gold, {n['predicted']} predicted")
        for hit in ("content", "exact", "attribution")
    ]
    out.append(share(of_set, "speakers named, right", n["named_right"], n["named"]))
    out.append(share(of_set, "speakers by pronoun, right", n["pronoun_right"], n["pronoun"]))
    return out


def of_passage(text: str, marked: dict[str, Any]) -> scoring.Attribution:
    """An attribution of passages.jsonl."""
    return scoring.Attribution(
        scoring.content_of(text, marked["content"]),
        scoring.words_in(text, [marked["source"]] if marked["source"] else []),
        (marked["speaker"],) if marked["speaker"] else (),
        marked["act"],
        marked["kind"],
        marked["pronoun"],
    )


def of_account(text: str, marked: dict[str, Any]) -> scoring.Attribution:
    """An attribution of event/*.gold.json."""
    names = [name for name in (marked.get("acceptable_speakers") or []) if name]
    return scoring.Attribution(
        scoring.content_of(text, marked["spans"]),
        scoring.words_in(text, [marked["source_span"]] if marked.get("source_span") else []),
        (marked["speaker"], *names) if marked.get("speaker") else (),
        kind=marked["kind"],
        pronoun=bool(marked.get("pronoun")),
        optional=bool(marked.get("optional")),
    )


def passages() -> list[dict[str, Any]]:
    """Our own hard passages."""
    lines = (GOLD / "passages.jsonl").read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line.strip()]


def passage_figures() -> Iterator[Figure]:
    """Quotes, acts and kinds on our own hard passages; all acts are scored."""
    marked = {passage["id"]: passage for passage in passages()}
    rows = rows_by_article(extract_quotes(texts_table({key: p["text"] for key, p in marked.items()})))
    n = Counter[str]()
    for key, passage in marked.items():
        gold = [of_passage(passage["text"], a) for a in passage["attributions"]]
        n += scoring.tally(gold, [scoring.predicted(passage["text"], row) for row in rows.get(key, [])])
    yield from quality("passages", n)
    yield share("passages", "act, of those found", n["act"], n["content"])
    yield share("passages", "kind, of those found", n["kind"], n["content"])


def accounts(text_of: Path, gold_of: Path) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Name, text and gold of each account."""
    for path in sorted(gold_of.glob("*.gold.json")):
        name = path.name.removesuffix(".gold.json")
        text = (text_of / f"{name}.txt").read_bytes().decode("utf-8")
        yield name, text, json.loads(path.read_text(encoding="utf-8"))


def account_tally(texts: Path, gold: Path) -> Counter[str]:
    """Speech and writing in the accounts of a folder, read as a user's files are, against their gold."""
    marked = {name: (text, of) for name, text, of in accounts(texts, gold)}
    articles = load_articles(texts_table({name: text for name, (text, _) in marked.items()}))
    rows = rows_by_article(extract_quotes(articles))
    n = Counter[str]()
    for name, (text, of) in marked.items():
        said = [row for row in rows.get(name, []) if row["act"] in schema.REPORTED_ACTS]
        n += scoring.tally(
            [of_account(text, a) for a in of["attributions"]], [scoring.predicted(text, row) for row in said]
        )
    return n


def event_figures() -> Iterator[Figure]:
    """Quotes of the example's eight accounts, without its alias table."""
    yield from quality("example", account_tally(EXAMPLE, GOLD / "event"))


def agency_passages() -> tuple[dict[str, str], dict[str, list[dict[str, Any]]]]:
    """Texts and events of agency_passages.txt, "-" being nobody."""
    texts: dict[str, str] = {}
    events: dict[str, list[dict[str, Any]]] = {}
    for line in (GOLD / "agency_passages.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("  "):
            cells = [None if cell == "-" else cell for cell in line.strip().split(" | ")]
            events[str(len(texts) - 1)].append(dict(zip(("verb", "voice", "agent", "patient"), cells, strict=True)))
        elif line and not line.startswith("#"):
            events[str(len(texts))] = []
            texts[str(len(texts))] = line
    return texts, events


def agency_figures() -> Iterator[Figure]:
    """Events and who does them, on the example and on passages of other events."""
    marked = {name: (text, gold["framing"]["events"]) for name, text, gold in accounts(EXAMPLE, GOLD / "event")}
    example = ({name: text for name, (text, _) in marked.items()}, {name: e for name, (_, e) in marked.items()})
    for of_set, (texts, events) in (("agency, example", example), ("agency, passages", agency_passages())):
        articles = load_articles(texts_table(texts))
        table = find_agency(articles, extract_quotes(articles))
        n = Counter[str]()
        for name, wanted in events.items():
            n += scoring.tally_agency(schema.records(table[table["article_id"] == name]), wanted)
        yield share(of_set, "events found", n["found"], n["events"])
        for name in ("voice", "agent", "patient"):
            yield share(of_set, f"{name}, of those found", n[name], n["found"])


def scorer() -> ModuleType:
    """The corpus' own scorer, from the file beside it."""
    spec = importlib.util.spec_from_file_location("attribution_score", SHARED / "attribution_score.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError("attribution_score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def standoff(row: dict[str, Any]) -> dict[str, list[Any]]:
    """A row of the quotes table as the corpus' scorer takes it."""
    out = {"content": row["spans"], "cue": [], "source": []}
    for role, name in (("cue", "cue"), ("source", "speaker")):
        if row[f"{name}_start"] is not None:
            out[role] = [[row[f"{name}_start"], row[f"{name}_end"]]]
    return out


def polnear_figures() -> Iterator[Figure]:
    """All acts on PolNeAR's development part, by the corpus' definitions."""
    folder = SHARED / "polnear" / "dev"
    texts = {path.stem: path.read_bytes().decode("utf-8") for path in sorted((folder / "text").glob("*.txt"))}
    rows = rows_by_article(extract_quotes(texts_table(texts)))
    result = scorer().score(folder, {name: [standoff(row) for row in rows.get(name, [])] for name in texts})
    counts = f"{result['gold']} gold, {result['pred']} predicted"
    for name in ("content_tok", "content_half", "content_exact", "attribution"):
        yield Figure("PolNeAR dev", f"{name} F1", result[name]["f1"], counts)
    yield from confidence_figures(judged(folder, texts, rows))


def judged(folder: Path, texts: dict[str, str], rows: dict[str, list[dict[str, Any]]]) -> list[tuple[float, bool]]:
    """For each row its confidence, and whether half of its content or more and its speaker mention are right."""
    out: list[tuple[float, bool]] = []
    for name, text in texts.items():
        first = min((folder / "attributions").glob(f"{name}_*.ann"))
        gold = [
            scoring.Attribution(scoring.words_in(text, g["K"]), scoring.words_in(text, g["S"]))
            for g in corpus.read_annotations(first)
        ]
        mine = [scoring.predicted(text, row) for row in rows.get(name, [])]
        told = [row["confidence"] for row in rows.get(name, [])]
        out += zip(told, calibrate.right(gold, mine), strict=True)
    return out


def confidence_figures(rows: list[tuple[float, bool]]) -> Iterator[Figure]:
    """Whether rows said to be right in nine of ten cases are: the share, and how near every tenth comes to its word."""
    near = [right for told, right in rows if 0.85 <= told < 0.95]
    yield share("PolNeAR dev", "rows of confidence .85 to .95, right", sum(near), len(near))
    tenths = [[(told, right) for told, right in rows if k <= 10 * told < k + 1] for k in range(10)]
    gaps = [abs(sum(t - r for t, r in part)) / len(part) for part in tenths if len(part) >= _ENOUGH]
    yield Figure(
        "PolNeAR dev", "confidence, 1 less the largest gap", 1 - max(gaps), f"tenths of {_ENOUGH} rows and more"
    )


def page_figures(show: bool = False) -> Iterator[Figure]:
    """A whole page as a user pastes it: its attributions with the right speaker, and its appeal, which has none."""
    name = "moscow_times_2020-02-12"
    gold = json.loads((SHARED / "event" / f"{name}.gold.json").read_text(encoding="utf-8"))
    text = (SHARED / "event" / f"{name}.txt").read_bytes().decode("utf-8")
    rows = schema.records(extract_quotes(load_articles(texts_table({name: text}))))
    marked = [of_account(text, a) for a in gold["attributions"]]
    mine = [scoring.predicted(text, row) for row in rows]
    right = {
        i
        for i, j in scoring.matches(marked, mine)
        if mine[j].names and scoring.same_name(mine[j].names[0], marked[i].names)
    }
    asked = [i for i, a in enumerate(marked) if not a.optional]
    for i in asked:
        if show and i not in right:
            print(f"  missed: {gold['attributions'][i]['id']} {gold['attributions'][i]['content'][:70]!r}")
    appeal = [drop for drop in gold["drop"] if any(r["start"] < drop["end"] and drop["start"] < r["end"] for r in rows)]
    yield share("whole page", "attributions with the right speaker", len(right & set(asked)), len(asked))
    yield share(
        "whole page", "stretches to leave out that yield nothing", len(gold["drop"]) - len(appeal), len(gold["drop"])
    )


def measured(misses: bool) -> Iterator[Figure]:
    """Every figure that can be measured here."""
    for figures in (passage_figures, event_figures, speaker_figures, news_figures, act_figures, agency_figures):
        yield from figures()
    for needed, more in (("polnear", polnear_figures), ("event", partial(page_figures, misses))):
        if (SHARED / needed).is_dir():
            yield from more()
        else:
            print(f"Left out: ../shared/{needed} is not there.")


def floor_under(value: float) -> float:
    """A little below what was reached, in whole hundredths."""
    return max(0.0, math.floor(round((value - MARGIN) * 100, 6)) / 100)


def report(figures: Sequence[Figure], floors: dict[str, float]) -> list[str]:
    """Prints the table; the sentences about figures below their floor."""
    below = []
    for figure in figures:
        floor = floors.get(figure.key)
        print(f"{figure.of_set:20} {figure.name:45} {figure.value:6.3f}  {figure.counts:38} floor {floor}")
        if floor is not None and not figure.value >= floor:
            below.append(f"{figure.key} is {figure.value:.3f}, below its floor of {floor}; mend what lowered it.")
        if figure.value > _MODEST.get(figure.key, math.inf):
            below.append(f"{figure.key} is {figure.value:.3f}, above {_MODEST[figure.key]}; calibrate anew.")
    return below


def write_page(figures: Sequence[Figure]) -> None:
    """The figures into the table of docs/methods.md, which a test holds to the floors."""
    rows = "".join(f"| {figure.key} | {figure.value:.3f} | {figure.counts} |\n" for figure in figures)
    table = r"(?<=\| figure \| value \| counts \|\n\|---\|---\|---\|\n)(?:\|.*\n)+"
    PAGE.write_text(re.sub(table, lambda _: rows, PAGE.read_text(encoding="utf-8")), encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, compare with the floors or set them."""
    parser = argparse.ArgumentParser(description="Quotes and agency against gold, with floors.")
    parser.add_argument("--set-floors", action="store_true", help="write what is reached, less a margin, as floors")
    parser.add_argument("--misses", action="store_true", help="name what was missed on the whole page")
    given = parser.parse_args(arguments)
    floors: dict[str, float] = json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.is_file() else {}
    figures = list(measured(given.misses))
    if given.set_floors:
        floors |= {figure.key: floor_under(figure.value) for figure in figures}
        FLOORS.write_text(json.dumps(floors, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        write_page(figures)
    below = report(figures, floors)
    print(*below, sep="\n", file=sys.stderr)
    return 1 if below else 0


if __name__ == "__main__":
    raise SystemExit(main())
