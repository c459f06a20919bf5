"""Tables as HTML for a notebook or a report: an article with its marks, accounts side by side, who said what.

Everything that comes from a text is escaped; links are kept only where they are http or https. Marks never rest on
colour alone: each quotation carries a number, and the list under the article says in words what the mark shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

import pandas as pd

from . import resources, schema

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7F6A00", "#555555")  # Okabe & Ito 2008
_PARAGRAPH_END = re.compile(r"\s*\n\s*\n|(?<=[.!?”\"])\s*\n")  # where a paragraph ends
_AROUND = 600  # characters on each side that open with them
_CONTEXT = 50  # characters on each side of the words a claim rests on
_BREAK = " … "  # what joins the pieces of a content that is broken up
_STATUS_WORDS = {"asserts": "in its own words", "reports": "according to", "denies": "denied by"}
_NOTHING_TOLD = ("silent", "not found")
_ABSENT_WORDS = {
    "left open": "Words of a version stand there, but under “if”, “may” or in a question.",
    "silent": "A person read the account and marked that it says nothing on this.",
    "not found": "No pattern matched, which is no evidence that the account leaves it out.",
}


class Html:
    """A piece of HTML that a notebook shows and `str()` gives."""

    def __init__(self, html: str) -> None:
        self.html = html

    def __str__(self) -> str:
        return self.html

    def _repr_html_(self) -> str:
        return f"<style>{style()}</style>{self.html}"


def style() -> str:
    """The style sheet that the views need; a report has it once."""
    return resources.path("views.css").read_text(encoding="utf-8")


def party_colours(parties: Iterable[Any]) -> dict[str, str]:
    """A colour for each party, by name, so that the same table gives the same colours everywhere."""
    named = sorted({str(party) for party in parties if not schema.is_missing(party)})
    return {party: COLOURS[i % len(COLOURS)] for i, party in enumerate(named)}


def safe_link(url: object, label: object) -> str:
    """The label as a link, where the address is http or https; else the label alone."""
    text = escape(str(label))
    try:
        address = urlsplit("" if schema.is_missing(url) else str(url))
    except ValueError:  # "http://[here"
        return text
    if address.scheme.lower() not in ("http", "https") or not address.netloc:
        return text
    return f'<a href="{escape(str(url), quote=True)}" rel="noopener noreferrer">{text}</a>'


@dataclass(frozen=True)
class _Mark:
    start: int
    end: int
    css: str
    title: str = ""
    colour: str = ""
    number: int = 0


def _said(row: dict[str, Any]) -> str:
    """One quotation in words: who, on which side, how."""
    who = row["speaker"] or (
        f"{row['speaker_text']} (who this is cannot be told)" if row["speaker_text"] else "nobody named"
    )
    party = f" [{row['party']}]" if row["party"] else ""
    sure = "" if row["confidence"] is None else f", confidence {row['confidence']:.2f}"
    return f"{who}{party}, cue “{row['cue'] or '–'}”, {row['act']}, {row['kind'] or 'kind not known'}{sure}"


def _marks(article: dict[str, Any], rows: Sequence[dict[str, Any]], colours: dict[str, str]) -> list[_Mark]:
    marks = [_Mark(s, e, "skip", f"not part of the article: {reason}") for s, e, reason in article["skip"]]
    for number, row in enumerate(rows, start=1):
        colour, said = colours.get(str(row["party"]), "#777777"), _said(row)
        pieces = row["spans"]
        marks += [_Mark(s, e, "content", said, colour, number if (s, e) == tuple(pieces[-1]) else 0) for s, e in pieces]
        marks += [_Mark(s, e, "verbatim", said, colour) for s, e, *_ in row["fragments"]]
        for part in ("speaker", "cue"):
            if row[f"{part}_start"] is not None:
                marks.append(_Mark(row[f"{part}_start"], row[f"{part}_end"], part, said, colour))
    return marks


def _marked(text: str, marks: Sequence[_Mark]) -> str:
    """The text as HTML, cut at every mark's edge, each piece with the classes of the marks that hold it."""
    edges = sorted({0, len(text), *(m.start for m in marks), *(m.end for m in marks)})
    out = []
    for start, end in pairwise(edges):
        here = [m for m in marks if m.start <= start and end <= m.end]
        piece = escape(text[start:end]).replace("\n", "<br>")
        if here:
            inner = here[-1]
            css = " ".join(dict.fromkeys(m.css for m in here))
            colour = next((m.colour for m in reversed(here) if m.colour), "")
            piece = f'<span class="{css}" style="--c:{colour}" title="{escape(inner.title, quote=True)}">{piece}</span>'
        out.append(piece)
        out += [f'<sup class="no">{m.number}</sup>' for m in here if m.number and m.end == end]
    return "".join(out)


def article_html(article: dict[str, Any], rows: Sequence[dict[str, Any]], colours: dict[str, str]) -> str:
    """One article with its quotations, cues and speakers marked, skipped parts greyed, and the same in words below."""
    located = [row for row in rows if row["start"] is not None]
    head = f"<h4>{safe_link(article['url'], article['outlet'])}: {escape(article['title'] or '(no title given)')}</h4>"
    facts = " · ".join(escape(str(v)) for v in (article["date"], article["author"], article["article_id"]) if v)
    body = _marked(article["text"], _marks(article, located, colours))
    parties = dict.fromkeys(str(row["party"]) for row in located if row["party"])
    legend = "".join(f'<span class="key" style="--c:{colours[p]}">{escape(p)}</span>' for p in parties)
    said = "".join(f"<li>{escape(_said(row))}: “{escape(_short(row['content']))}”</li>" for row in located)
    skipped = "".join(
        f"<li>{escape(reason)}: “{escape(_short(article['text'][s:e]))}”</li>" for s, e, reason in article["skip"]
    )
    return (
        f'<div class="sbt article" lang="en">{head}<p class="facts">{facts}</p>'
        f'<p class="legend">{legend}<span class="key plain">no party</span>'
        '<span class="content verbatim">words in quotation marks</span> <span class="speaker">speaker</span> '
        '<span class="cue">cue</span> <span class="skip">not the article</span></p>'
        f'<div class="text">{body}</div>'
        f"<details><summary>The {len(located)} marks in words</summary><ol>{said}</ol>"
        + (f"<p>Left out:</p><ul>{skipped}</ul>" if skipped else "")
        + "</details></div>"
    )


def _short(words: str, most: int = 110) -> str:
    words = " ".join(words.split())
    return words if len(words) <= most else words[: most - 1].rsplit(" ", 1)[0] + " …"


def show_article(article_id: str, articles: pd.DataFrame, quotes: pd.DataFrame) -> Html:
    """One article with its quotations in the colour of their party; hover over a mark to see what it rests on.

    Raises InputError with the ids there are where `article_id` is not among them.
    """
    found = schema.records(articles[articles["article_id"] == article_id])
    if not found:
        there = ", ".join(map(str, articles["article_id"].head(20)))
        raise schema.InputError(f"There is no article {article_id!r}; the articles are {there}.")
    rows = schema.records(quotes[quotes["article_id"] == article_id])
    return Html(article_html(found[0], rows, party_colours(quotes["party"])))


def _context(text: str, start: int, end: int) -> tuple[str, str, str]:
    """The words of a place with what stands beside them in its paragraph, cut between words."""
    left = _PARAGRAPH_END.split(text[max(0, start - _CONTEXT) : start])[-1]
    right = _PARAGRAPH_END.split(text[end : end + _CONTEXT])[0]
    if len(left) == _CONTEXT:
        left = "… " + left.partition(" ")[2]
    if len(right) == _CONTEXT:
        right = right.rpartition(" ")[0] + " …"
    return left, text[start:end], right


def _around(text: str, start: int, end: int) -> str:
    """The article at that place: what stands before and after the words, as far as a reader needs to judge them."""
    first, last = max(0, start - _AROUND), min(len(text), end + _AROUND)
    first = 0 if first == 0 else text.find(" ", first, start) + 1 or first
    last = len(text) if last == len(text) else max(text.rfind(" ", end, last), end)
    before, after = ("… " if first else "") + text[first:start], text[end:last] + (" …" if last < len(text) else "")
    return "<p>" + f"{escape(before)}<b>{escape(text[start:end])}</b>{escape(after)}".replace("\n", "<br>") + "</p>"


def _version(row: dict[str, Any], text: str) -> str:
    """One version as a card holds it: what is told, who stands behind it, the words it rests on."""
    status, by = row["status"], row["by"]
    who = _STATUS_WORDS[status] if status == "asserts" else f"{_STATUS_WORDS[status]} {by or 'somebody not named'}"
    words = ""
    if row["start"] is not None:
        before, here, after = _context(text, row["start"], row["end"])
        shown = f"<summary>{escape(before)}<b>{escape(here)}</b>{escape(after)}</summary>"
        words = f'<details class="words">{shown}{_around(text, row["start"], row["end"])}</details>'
    return f'<div class="told {status}"><b>{escape(row["version"] or "")}</b><br><i>{escape(who)}</i>{words}</div>'


def _point(point: str, rows: Sequence[dict[str, Any]], articles: Sequence[dict[str, Any]]) -> str:
    """One question: a card for each account that says something on it, then who is silent or was not found to speak."""
    cards: list[str] = []
    absent: dict[str, list[str]] = {status: [] for status in _ABSENT_WORDS}
    for article in articles:
        here = [row for row in rows if row["article_id"] == article["article_id"]]
        told = [_version(row, article["text"]) for row in here if row["status"] not in _NOTHING_TOLD]
        if told:
            head = f"<h5>{safe_link(article['url'], article['outlet'])}</h5>"
            cards.append(f'<div class="card">{head}{"".join(told)}</div>')
        for row in here:
            if row["status"] in _NOTHING_TOLD:
                status = "left open" if row["left_open"] else row["status"]
                words = f" (“{escape(row['words'])}”, {escape(row['left_open'])})" if row["left_open"] else ""
                absent[status].append(escape(str(article["outlet"])) + words)
    lines = [
        f"<p><b>{status.capitalize()}</b>: {', '.join(outlets)}. <small>{_ABSENT_WORDS[status]}</small></p>"
        for status, outlets in absent.items()
        if outlets
    ]
    return f'<section><h4>{escape(point)}</h4><div class="cards">{"".join(cards)}</div>{"".join(lines)}</section>'


def show_side_by_side(claims: pd.DataFrame, articles: pd.DataFrame, outlets: Sequence[str] | None = None) -> Html:
    """The accounts side by side, question by question: the version each tells, who stands behind it, and its words.

    `silent` is written only where a person has marked it; `not found` means that no pattern matched, which is no
    evidence that the account leaves it out. `outlets` narrows the view to those outlets.
    """
    shown = [a for a in schema.records(articles) if outlets is None or a["outlet"] in outlets]
    rows = schema.records(claims)
    points = dict.fromkeys(row["point"] for row in rows)
    parts = (_point(point, [row for row in rows if row["point"] == point], shown) for point in points)
    return Html(f'<div class="sbt side">{"".join(parts)}</div>')


def _highlighted(row: dict[str, Any]) -> str:
    """The content with the speaker's own words, those in quotation marks, in bold."""
    content = row["content"]
    if row["kind"] == "direct":
        return f"“<b>{escape(content)}</b>”"
    out, place, done = [], 0, 0
    for start, end in row["spans"]:
        for first, last in (
            (s - start + place, e - start + place) for s, e, *_ in row["fragments"] if start <= s < end
        ):
            out += [escape(content[done:first]), f"<b>{escape(content[first:last])}</b>"]
            done = last
        place += end - start + len(_BREAK)
    return "".join([*out, escape(content[done:])])


def quotes_html(rows: Sequence[dict[str, Any]], colours: dict[str, str]) -> str:
    """Who says what: a row a quotation; the speaker's verbatim words are bold."""
    lines = "".join(
        f'<tr><td data-label="party"><span class="key" style="--c:{colours.get(str(row["party"]), "#777777")}">'
        f"{escape(row['party'] or 'no party')}</span></td>"
        f'<td data-label="speaker">{escape(row["speaker"] or row["speaker_text"] or "not named")}</td>'
        f'<td data-label="outlet">{escape(str(row["outlet"]))}</td>'
        f'<td data-label="cue">{escape(row["cue"] or "–")}</td>'
        f'<td data-label="content">{_highlighted(row)}</td></tr>'
        for row in rows
    )
    return (
        '<div class="sbt scroll" tabindex="0" role="region" aria-label="Who says what"><table class="quotes sortable">'
        '<thead><tr><th scope="col">party</th><th scope="col">speaker</th><th scope="col">outlet</th>'
        '<th scope="col">cue</th><th scope="col">what is attributed</th></tr></thead>'
        f"<tbody>{lines}</tbody></table></div>"
    )


def show_quotes(quotes: pd.DataFrame, most: int = 60) -> Html:
    """Who says what, one row a quotation in the table's order; words in bold stood in quotation marks."""
    shown = quotes.head(most)
    left = len(quotes) - len(shown)
    more = (
        f"<p>{left} more rows are not shown; use quotes.head({len(quotes)}) or write them to a file.</p>"
        if left
        else ""
    )
    return Html(quotes_html(schema.records(shown), party_colours(quotes["party"])) + more)
