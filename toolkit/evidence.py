"""The words behind the report's figures: which were matched, which verbs counted, which words made a score."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from html import escape
from typing import Any

import pandas as pd
from markupsafe import Markup

from . import schema
from .comparison import with_column
from .framing import VOICE_MEASURE
from .framing.codebook import MEASURE as FRAMES
from .framing.codebook import default_codebook, load_codebook
from .framing.stance import MEASURE as STANCE
from .framing.violence import MEASURE as VIOLENCE
from .pipeline import STANCE_WORDS, VOICE_WORDS, Analysis
from .sentiment import is_turned
from .views import article_anchor

_MOST_ARTICLES = 1000
_MOST = 12  # places named for one frame or voice, words for one group


def behind(name: str, found: Analysis, linked: Collection[str] = ()) -> Markup:
    """The evidence under one of the report's charts, as HTML; empty where there is none to show.

    Words from the articles in `linked`, which stand in the same page, lead to one of `places` there.
    """
    makers = {"frames": _frames, "verb_voices": _verbs, "stance": _cues, "violence": _acts, "sentiment": _drivers}
    if name not in makers:
        return Markup("")
    more = len(found.articles) - _MOST_ARTICLES
    note = f"<p>These are the words of the first {_MOST_ARTICLES} articles; tables/measures.csv has all.</p>"
    return makers[name](found, linked) + Markup(note if more > 0 and name != "sentiment" else "")


def places(found: Analysis, article_ids: Collection[str]) -> dict[str, set[int]]:
    """Where in each of these articles, the first of all, the words of an evidence begin."""
    out: dict[str, set[int]] = {}
    for table, measure in (("frames", FRAMES), ("voices", VOICE_MEASURE), ("stance", STANCE), ("violence", VIOLENCE)):
        rows = _hits(table, measure, found, article_ids).dropna(subset=["start"])
        for name, start in zip(rows["article_id"], rows["start"], strict=True):
            out.setdefault(name, set()).add(int(start))
    return out


def _shown(found: Analysis) -> list[str]:
    """The articles whose words are named: where there are thousands, the first of them."""
    return [str(name) for name in found.articles["article_id"].head(_MOST_ARTICLES)]


def _grouped(frame: pd.DataFrame, found: Analysis) -> pd.DataFrame:
    """The rows that belong to a compared group, with its name in the column `group`."""
    rows = with_column(frame, found.articles, found.by)
    return rows[rows[found.by].notna()].assign(group=lambda r: r[found.by].astype(str))


def _places(rows: pd.DataFrame, found: Analysis, linked: Collection[str]) -> list[str]:
    """Each row as “matched words” (group; outlet), once for the same words of a group and outlet: the first links."""
    there = found.articles[found.articles["article_id"].isin(rows["article_id"])]
    texts = dict(zip(there["article_id"], there["text"], strict=True))
    told: dict[tuple[str, str], list[str]] = {}
    for row in schema.records(rows):
        words = escape(" ".join(str(texts[row["article_id"]])[row["start"] : row["end"]].split()))
        own = row["outlet"] == row["group"]
        whose = f"({escape(row['group'])}{'' if own else '; ' + escape(str(row['outlet']))})"
        link = f'<a href="#{article_anchor(row["article_id"], row["start"])}">“{words}”</a>'
        told.setdefault((words, whose), []).append(link if row["article_id"] in linked else f"“{words}”")
    each = ((shown[0], whose, len(shown)) for (_, whose), shown in told.items())
    return [f"{words} {whose}" + (f" ×{times}" if times > 1 else "") for words, whose, times in each]


def _list(entries: Iterable[tuple[str, str, list[str]]], title: str) -> Markup:
    """A folded list: for each entry its name, its meaning and its places."""
    lines = []
    for name, meaning, places in entries:
        shown = ", ".join(places[:_MOST]) + (f" and {len(places) - _MOST} more" if len(places) > _MOST else "")
        lines.append(f"<dt>{escape(name)}</dt><dd>{escape(meaning)} {shown or '<i>Not found.</i>'}</dd>")
    return Markup(f"<details open><summary>{escape(title)}</summary><dl>{''.join(lines)}</dl></details>")


def _frames(found: Analysis, linked: Collection[str]) -> Markup:
    codebook = load_codebook(found.files.codebook) if found.files.codebook else default_codebook()
    hits = _grouped(_hits("frames", FRAMES, found), found)
    entries = (
        (f.name, f"{f.meaning.rstrip('.')}.", _places(hits[hits["item"] == f.name], found, linked))
        for f in codebook.frames
    )
    return _list(entries, "The words behind the figures, frame by frame")


def _verbs(found: Analysis, linked: Collection[str]) -> Markup:
    told = _grouped(_hits("voices", VOICE_MEASURE, found), found)
    entries = (
        (VOICE_WORDS.get(voice, voice), "", _places(told[told["item"] == voice], found, linked))
        for voice in schema.VOICES
    )
    return _list(entries, "The verbs behind the figures, voice by voice")


def _cues(found: Analysis, linked: Collection[str]) -> Markup:
    told = _grouped(_hits("stance", STANCE, found).dropna(subset=["start"]), found)
    stances = [*STANCE_WORDS, *sorted({*told["item"]} - {*STANCE_WORDS})]
    entries = ((STANCE_WORDS.get(s, s), "", _places(told[told["item"] == s], found, linked)) for s in stances)
    return _list(entries, "The reporting expressions behind the figures")


def _acts(found: Analysis, linked: Collection[str]) -> Markup:
    told = _hits("violence", VIOLENCE, found)
    told = told.assign(group=told["outlet"].astype(str))
    entries = ((str(item), "", _places(rows, found, linked)) for item, rows in told.groupby("item", sort=True))
    return _list(entries, "The words behind the figures, by who acts on whom")


def _hits(table: str, measure: str, found: Analysis, article_ids: Collection[str] | None = None) -> pd.DataFrame:
    """The rows of one measure that rest on words, in the articles whose words are named."""
    rows = found.tables[f"measures.{table}"].of_first(_shown(found) if article_ids is None else article_ids)
    return rows[(rows["measure"] == measure) & rows["item"].notna()]


def _drivers(found: Analysis, _: Collection[str]) -> Markup:
    if found.by == "whose_words":
        return Markup("")
    parts = []
    for rows in found.tables["drivers"]:
        words = _grouped(rows, found).groupby(["group", "word"])
        parts.append(words.agg(weight=("weight", "sum"), rows=("weight", "size"), count=("count", "sum")))
    total = pd.concat(parts).groupby(level=[0, 1]).sum().reset_index()
    if not len(total):
        return Markup("")
    total = total.assign(weight=total["weight"] / total["rows"])
    total = total.assign(effect=(total["weight"] * total["count"]).abs())
    total = total.sort_values(["group", "effect", "word"], ascending=[True, False, True], kind="stable")
    entries = [(str(group), "", [_driver(r) for r in schema.records(rows)]) for group, rows in total.groupby("group")]
    return _list(entries, "The words behind the scores, with their weight and how often they stand there")


def _driver(row: dict[str, Any]) -> str:
    word = f"not … {row['word']}" if is_turned(row["word"], row["weight"]) else row["word"]
    return f"{escape(word)} {row['weight']:+.1f} ×{row['count']}"
