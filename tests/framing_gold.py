"""The example's articles and its attributions, as a person marked them, in the tables that framing takes."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit import schema

TESTS = Path(__file__).resolve().parent
DATA = TESTS.parent / "data" / "khirbet-ammu-2020"
GOLD = TESTS / "gold" / "event"
NAMES = tuple(sorted(path.name.removesuffix(".gold.json") for path in GOLD.glob("*.gold.json")))


@cache
def gold_of(name: str) -> dict[str, Any]:
    """What a person marked in one account."""
    gold: dict[str, Any] = json.loads((GOLD / f"{name}.gold.json").read_text(encoding="utf-8"))
    return gold


def articles_of(*texts: str, language: str = "en", skip: list[Any] | None = None) -> pd.DataFrame:
    """Texts of one's own as an articles table; their ids are their numbers."""
    shared = {"outlet": "The Test", "language": language, "skip": skip or []}
    return schema.table([{"article_id": str(i), "text": text, **shared} for i, text in enumerate(texts)], "articles")


def no_quotes() -> pd.DataFrame:
    """A quotes table with no rows."""
    return schema.table([], "quotes")


def quote(text: str, content: str, **columns: Any) -> pd.DataFrame:
    """A quotes table of one indirect quote in the first of `articles_of`."""
    start = text.index(content)
    end = start + len(content)
    row = {"quote_id": "q", "article_id": "0", "act": "speech", "start": start, "end": end, "spans": [[start, end]]}
    return schema.table([{**row, **columns}], "quotes")


@cache
def event_articles() -> pd.DataFrame:
    """The eight accounts."""
    rows = []
    for name in NAMES:
        text = (DATA / f"{name}.txt").read_bytes().decode("utf-8")
        skip = [[drop["start"], drop["end"], "credit line"] for drop in gold_of(name)["drop"]]
        rows.append(
            {"article_id": name, "outlet": gold_of(name)["outlet"], "text": text, "language": "en", "skip": skip}
        )
    return schema.table(rows, "articles")


@cache
def event_quotes() -> pd.DataFrame:
    """Their attributions, from the gold."""
    return schema.table([_quote(name, a) for name in NAMES for a in gold_of(name)["attributions"]], "quotes")


def _quote(name: str, marked: dict[str, Any]) -> dict[str, Any]:
    speaker = marked.get("source_span") or [None, None]
    cue = marked.get("cue_span") or [None, None]
    verbatim = [[*span, ""] for span in marked["spans"]] if marked["kind"] == "direct" else []
    verbatim += [[part["start"], part["end"], part["text"]] for part in marked.get("quoted_fragments", [])]
    return {
        "quote_id": f"{name}-{marked['id']}",
        "article_id": name,
        "speaker_text": marked.get("source_text"),
        "act": "speech",
        "fragments": verbatim,
        **dict(zip(("speaker_start", "speaker_end", "cue_start", "cue_end"), (*speaker, *cue), strict=True)),
        **{key: marked.get(key) for key in ("speaker", "cue", "content", "kind", "start", "end", "spans")},
    }
