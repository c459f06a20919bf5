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
_BEHIND = {  # for each chart whose words are shown: the measures table, the measure, and what stands above the list
    "frames": ("frames", FRAMES, "The words behind the figures, frame by frame"),
    "verb_voices": ("voices", VOICE_MEASURE, "The verbs behind the figures, voice by voice"),
    "stance": ("stance", STANCE, "The reporting expressions behind the figures"),
    "violence": ("violence", VIOLENCE, "The words behind the figures, by who acts on whom"),
}


def behind(name: str, found: Analysis, linked: Collection[str] = ()) -> Markup:
    """The evidence under one of the report's charts, as HTML; empty where there is none to show.

    Words from the articles in `linked`, which stand in the same page, lead to one of `places` there.
    """
    if name == "sentiment":
        return _drivers(found)
    if name not in _BEHIND:
        return Markup("")
    table, measure, title = _BEHIND[name]
    hits = _grouped(_hits(table, measure, found, _shown(found)), found, "outlet" if name == "violence" else found.by)
    entries = _named(name, {*hits["item"]}, found)
    listed = _list(
        [(label, meaning, _places(hits[hits["item"] == i], found, linked)) for i, label, meaning in entries], title
    )
    note = f"<p>These are the words of the first {_MOST_ARTICLES} articles; tables/measures.csv has all.</p>"
    return listed + Markup(note if len(found.articles) > _MOST_ARTICLES else "")


def places(found: Analysis, article_ids: Collection[str]) -> dict[str, set[int]]:
    """Where in each of these articles, the first of all, the words of an evidence begin."""
    out: dict[str, set[int]] = {}
    for table, measure, _ in _BEHIND.values():
        rows = _hits(table, measure, found, article_ids)
        for name, start in zip(rows["article_id"], rows["start"], strict=True):
            out.setdefault(name, set()).add(int(start))
    return out


def _named(name: str, there: set[str], found: Analysis) -> list[tuple[str, str, str]]:
    """The items under one chart, in order: as the table has them, as they are shown, and what they mean."""
    if name == "frames":
        codebook = load_codebook(found.files.codebook) if found.files.codebook else default_codebook()
        return [(frame.name, frame.name, f"{frame.meaning.rstrip('.')}.") for frame in codebook.frames]
    words = {"verb_voices": VOICE_WORDS, "stance": STANCE_WORDS}.get(name, {})
    known = {"verb_voices": schema.VOICES, "stance": tuple(STANCE_WORDS)}.get(name, ())
    further = [] if name == "verb_voices" else sorted(there - {*known})
    return [(item, words.get(item, item), "") for item in (*known, *further)]


def _shown(found: Analysis) -> list[str]:
    """The articles whose words are named: where there are thousands, the first of them."""
    return [str(name) for name in found.articles["article_id"].head(_MOST_ARTICLES)]


def _grouped(frame: pd.DataFrame, found: Analysis, by: str) -> pd.DataFrame:
    """The rows that belong to a compared group, with its name in the column `group`."""
    rows = with_column(frame, found.articles, by)
    return rows[rows[by].notna()].assign(group=lambda r: r[by].astype(str))


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


def _hits(table: str, measure: str, found: Analysis, article_ids: Collection[str]) -> pd.DataFrame:
    """The rows of one measure that rest on words, in these articles, which are the first of all."""
    rows = found.tables[f"measures.{table}"].of_first(article_ids)
    return rows[(rows["measure"] == measure) & rows["item"].notna() & rows["start"].notna()]


def _drivers(found: Analysis) -> Markup:
    if found.by == "whose_words":
        return Markup("")
    parts = []
    for rows in found.tables["drivers"]:
        words = _grouped(rows, found, found.by).groupby(["group", "word"])
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
