"""Tables as HTML for a notebook or a report: an article with its marks, accounts side by side, who said what.

Everything that comes from a text is escaped; links are kept only where they are http or https. Marks never rest on
colour alone: each quotation carries a number that leads to the list under the article, which says in words what the
mark shows, and from there back; a row of any table can lead to `#` and `quote_anchor` of its quotation.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from html import escape
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

import pandas as pd

from . import resources, schema

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7F6A00", "#555555")  # Okabe & Ito 2008
_PARAGRAPH_END = re.compile(r"\s*\n\s*\n|(?<=[.!?”\"])\s*\n")  # where a paragraph ends
_AROUND = 600  # characters on each side that open with them
_SHORT = 110  # characters of a quotation in the list under its article
_CONTEXT = 50  # characters on each side of the words a claim rests on
_BREAK = " … "  # what joins the pieces of a content that is broken up
_STATUS_WORDS = {"asserts": "in its own words", "reports": "according to", "denies": "denied by"}
_WORD = re.compile(r"\w+(?:['’.-]\w+)*")
_LEGEND = (
    '<span class="key plain">no party</span><span class="content verbatim">words in quotation marks</span> '
    '<span class="speaker">speaker</span> <span class="cue">cue</span> <span class="skip">not the article</span> '
    "<span>The number behind a quotation leads to what is known of it, in words.</span>"
)
_DIFFERING = "words, endings set aside, that no other account has in its passages on the same question"
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


def quote_anchor(quote_id: object) -> str:
    """The name of a quotation's place in its article, for a link: `#` and this name."""
    return f"q-{escape(str(quote_id), quote=True)}"


def article_anchor(article_id: object, start: int | None = None) -> str:
    """The name of an article in a page, or of a place in it; an id may hold what no name in a page may."""
    name = f"a-{sha256(str(article_id).encode()).hexdigest()[:10]}"
    return name if start is None else f"{name}-{start}"


@dataclass(frozen=True)
class _Mark:
    start: int
    end: int
    css: str
    title: str = ""
    colour: str = ""
    number: str = ""  # as HTML, behind a quotation's last piece


def _said(row: dict[str, Any]) -> str:
    """One quotation in words: who, on which side, how."""
    unresolved = f"{row['speaker_text']} (who this is cannot be told)" if row["speaker_text"] else "nobody named"
    who = row["speaker"] or unresolved
    party = f" [{row['party']}]" if row["party"] else ""
    sure = "" if row["confidence"] is None else f", confidence {row['confidence']:.2f}"
    return f"{who}{party}, cue “{row['cue'] or '–'}”, {row['act']}, {row['kind'] or 'kind not known'}{sure}"


def _marks(
    article: dict[str, Any], rows: Sequence[dict[str, Any]], colours: dict[str, str], told: dict[int, str]
) -> list[_Mark]:
    marks = [_Mark(s, e, "skip", f"not part of the article: {reason}") for s, e, reason in article["skip"]]
    for number, row in enumerate(rows, start=1):
        colour, said = colours.get(str(row["party"]), "#777777"), told[id(row)]
        *pieces, (start, end) = row["spans"] or [[row["start"], row["end"]]]
        marks += [_Mark(s, e, "content", said, colour) for s, e in pieces]
        name = quote_anchor(row["quote_id"])
        link = f'<sup class="no"><a id="{name}" href="#{name}-said">{number}</a></sup>'
        marks.append(_Mark(start, end, "content", said, colour, link))
        marks += [_Mark(s, e, "verbatim", said, colour) for s, e, *_ in row["fragments"]]
        for part in ("speaker", "cue"):
            if row[f"{part}_start"] is not None:
                marks.append(_Mark(row[f"{part}_start"], row[f"{part}_end"], part, said, colour))
    return marks


def _marked(text: str, marks: Sequence[_Mark], anchors: dict[int, str]) -> str:
    """The text as HTML, cut at every mark's edge and at `anchors`, the names of places by where they stand."""
    edges = sorted({0, len(text), *anchors, *(m.start for m in marks), *(m.end for m in marks)})
    beginning = defaultdict(list)
    for place, mark in enumerate(marks):
        beginning[mark.start].append(place)
    here: list[int] = []
    out = []
    for start, end in pairwise(edges):
        here = sorted([k for k in here if marks[k].end > start] + [k for k in beginning[start] if marks[k].end > start])
        out.append(f'<span class="at" id="{anchors[start]}"></span>' if start in anchors else "")
        out.append(_piece(text[start:end], [marks[k] for k in here]))
        out += [marks[k].number for k in here if marks[k].end == end]
    return "".join(out)


def _piece(words: str, marks: Sequence[_Mark]) -> str:
    piece = escape(words).replace("\n", "<br>")
    if not marks:
        return piece
    css = " ".join(dict.fromkeys(m.css for m in marks))
    colour = next((m.colour for m in reversed(marks) if m.colour), "")
    return f'<span class="{css}" style="--c:{colour}" title="{escape(marks[-1].title, quote=True)}">{piece}</span>'


def article_html(
    article: dict[str, Any],
    rows: Sequence[dict[str, Any]],
    colours: dict[str, str],
    places: Iterable[int] = (),
    behind: dict[str, str] | None = None,
) -> str:
    """One article with its quotations, cues and speakers marked, skipped parts greyed, and the same in words below.

    `places` are characters that links can lead to, by `article_anchor`; `behind` is what was measured on a quotation,
    in words, by its id.
    """
    located = [row for row in rows if row["start"] is not None]
    parties = dict.fromkeys(str(row["party"]) for row in located if row["party"])
    keys = "".join(f'<span class="key" style="--c:{colours[p]}">{escape(p)}</span>' for p in parties)
    told = {id(row): _said(row) + (behind or {}).get(str(row["quote_id"]), "") for row in located}
    name = article_anchor(article["article_id"])
    title = f"{safe_link(article['url'], article['outlet'])}: {escape(article['title'] or '(no title given)')}"
    facts = " · ".join(escape(str(v)) for v in (article["date"], article["author"], article["article_id"]) if v)
    anchors = {place: article_anchor(article["article_id"], place) for place in places}
    body = _marked(article["text"], _marks(article, located, colours, told), anchors)
    said = "".join(
        f'<li id="{(place := quote_anchor(row["quote_id"]))}-said">{escape(told[id(row)])}: '
        f'“{escape(_short(row["content"]))}” <a href="#{place}">to its place</a></li>'
        for row in located
    )
    skips = ((reason, _short(article["text"][start:end])) for start, end, reason in article["skip"])
    skipped = "".join(f"<li>{escape(reason)}: “{escape(words)}”</li>" for reason, words in skips)
    return (
        f'<div class="sbt article" lang="en" id="{name}"><h3>{title}</h3><p class="facts">{facts}</p>'
        f'<p class="legend">{keys}{_LEGEND}</p><div class="text">{body}</div>'
        f"<details><summary>The {len(located)} marks in words</summary><ol>{said}</ol>"
        + (f"<p>Left out:</p><ul>{skipped}</ul>" if skipped else "")
        + "</details></div>"
    )


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= _SHORT else words[: _SHORT - 1].rsplit(" ", 1)[0] + " …"


def measured(measures: pd.DataFrame) -> dict[str, str]:
    """What framing and sentiment measured on each quotation, in words, by its id; wording is left to its own views."""
    kept = measures["quote_id"].notna() & measures["item"].notna() & (measures["family"] != "wording")
    rows = measures[kept & measures["value"].notna() & (measures["value"] != 0)]
    sums = rows.groupby(["quote_id", "measure", "item"], sort=False)[["value", "n"]].sum().reset_index()
    told: dict[str, list[str]] = defaultdict(list)
    for quote_id, measure, item, value, n in sums.itertuples(index=False, name=None):
        figure = f"{value / n:+.2f}" if n else f"×{value:g}"
        told[quote_id].append(f"{measure}, {item} {figure}")
    return {quote_id: f"; measured: {'; '.join(parts)}" for quote_id, parts in told.items()}


def show_article(
    article_id: str, articles: pd.DataFrame, quotes: pd.DataFrame, measures: pd.DataFrame | None = None
) -> Html:
    """One article with its quotations in the colour of their party, each with what it rests on.

    Hover over a mark, or follow the number behind it (Tab and Enter) to the same in words under the article. With
    `measures`, as `measure_framing` and `measure_sentiment` give them, what was counted in each quotation stands there
    too. Raises InputError with the ids there are where `article_id` is not among them.
    """
    found = schema.records(articles[articles["article_id"] == article_id])
    if not found:
        there = schema.some(list(articles["article_id"]), 20)
        raise schema.InputError(f"There is no article {article_id!r}; the articles are {there}.")
    rows = schema.records(quotes[quotes["article_id"] == article_id])
    behind = None if measures is None else measured(measures[measures["article_id"] == article_id])
    return Html(article_html(found[0], rows, party_colours(quotes["party"]), behind=behind))


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


@lru_cache(maxsize=4096)
def _stem(word: str) -> str:
    """What forms of a word have in common: "fired" and "fire" are one."""
    from nltk.stem.porter import PorterStemmer

    return str(PorterStemmer().stem(word.casefold().replace("’", "'")))


def _shared(rows: Sequence[dict[str, Any]], texts: dict[str, str]) -> dict[str, set[str]]:
    """For each account the stems not to mark: function words, and what others say; empty where nobody else does."""
    common = {_stem(word) for word in resources.lines("function_words.txt")}
    own: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row["start"] is not None and row["article_id"] in texts:
            passage = "".join(_context(texts[row["article_id"]], row["start"], row["end"]))
            own[row["article_id"]] |= {_stem(word) for word in _WORD.findall(passage)}
    if len(own) < 2:
        return {}
    return {article: common.union(*(stems for other, stems in own.items() if other != article)) for article in own}


def _differing(words: str, others: set[str] | None) -> str:
    """The words with those marked that no other account has."""
    if others is None:
        return escape(words)
    out, done = [], 0
    for match in _WORD.finditer(words):
        if _stem(match[0]) not in others:
            out += [escape(words[done : match.start()]), f"<mark>{escape(match[0])}</mark>"]
            done = match.end()
    return "".join([*out, escape(words[done:])])


def _version(row: dict[str, Any], article: dict[str, Any], others: set[str] | None, linked: bool) -> str:
    """One version as a card holds it: what is told, who stands behind it, the words it rests on."""
    status, by, text = row["status"], row["by"], article["text"]
    who = _STATUS_WORDS[status] if status == "asserts" else f"{_STATUS_WORDS[status]} {by or 'somebody not named'}"
    words = ""
    if row["start"] is not None:
        before, here, after = _context(text, row["start"], row["end"])
        shown = f"<summary>{escape(before)}<b>{_differing(here, others)}</b>{escape(after)}</summary>"
        place = article_anchor(row["article_id"], row["start"])
        more = f'<p><a href="#{place}">to its place in the article</a></p>' if linked else ""
        words = f'<details class="words">{shown}{_around(text, row["start"], row["end"])}{more}</details>'
    return f'<div class="told {status}"><b>{escape(row["version"] or "")}</b><br><i>{escape(who)}</i>{words}</div>'


def _point(
    point: str, rows: Sequence[dict[str, Any]], articles: Sequence[dict[str, Any]], linked: Collection[str]
) -> str:
    """One question: a card for each account that says something on it, then who is silent or was not found to speak."""
    cards: list[str] = []
    absent: dict[str, list[str]] = {status: [] for status in _ABSENT_WORDS}
    shared = _shared(rows, {article["article_id"]: article["text"] for article in articles})
    for article in articles:
        name = article["article_id"]
        here = [row for row in rows if row["article_id"] == name]
        told = [row for row in here if row["status"] in _STATUS_WORDS]
        if told:
            versions = "".join(_version(row, article, shared.get(name), name in linked) for row in told)
            head = f"<h4>{safe_link(article['url'], article['outlet'])}</h4>"
            cards.append(f'<div class="card">{head}{versions}</div>')
        for row in (row for row in here if row["status"] not in _STATUS_WORDS):
            status = "left open" if row["left_open"] else row["status"]
            words = f" (“{escape(row['words'])}”, {escape(row['left_open'])})" if row["left_open"] else ""
            absent[status].append(escape(str(article["outlet"])) + words)
    lines = [
        f"<p><b>{status.capitalize()}</b>: {', '.join(outlets)}. <small>{_ABSENT_WORDS[status]}</small></p>"
        for status, outlets in absent.items()
        if outlets
    ]
    return f'<section><h3>{escape(point)}</h3><div class="cards">{"".join(cards)}</div>{"".join(lines)}</section>'


def side_by_side_html(claims: pd.DataFrame, articles: Sequence[dict[str, Any]], linked: Collection[str] = ()) -> str:
    """The accounts side by side; those in `linked` stand in the same page and are led to."""
    points: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in schema.records(claims):
        points[row["point"]].append(row)
    parts = "".join(_point(point, rows, articles, linked) for point, rows in points.items())
    legend = f'<p class="facts"><mark>Underlined</mark>: {_DIFFERING}.</p>' if "<mark>" in parts else ""
    return f'<div class="sbt side">{legend}{parts}</div>'


def show_side_by_side(claims: pd.DataFrame, articles: pd.DataFrame, outlets: Sequence[str] | None = None) -> Html:
    """The accounts side by side, question by question: the version each tells, who stands behind it, and its words.

    Marked are the words that no other account has in its passages on that question, endings and function words set
    aside. `silent` is written only where a person has marked it; `not found` means that no pattern matched, which is no
    evidence that the account leaves it out. `outlets` narrows the view, and what words are compared with, to those
    outlets. Each row unfolds its place in the article. Raises InputError for an outlet that is not there, with those
    that are.
    """
    there = list(dict.fromkeys(articles["outlet"].dropna()))
    unknown = [name for name in outlets or () if name not in there]
    if unknown:
        raise schema.InputError(f"There is no outlet {unknown[0]!r}; the outlets are {schema.some(there, 20)}.")
    shown = [a for a in schema.records(articles) if outlets is None or a["outlet"] in outlets]
    return Html(side_by_side_html(claims, shown))


def _highlighted(row: dict[str, Any]) -> str:
    """The content with the speaker's own words, those in quotation marks, in bold."""
    content = row["content"]
    if row["kind"] == "direct":
        return f"“<b>{escape(content)}</b>”"
    out, place, done = [], 0, 0
    for start, end in row["spans"]:
        for s, e in ((s, e) for s, e, *_ in row["fragments"] if start <= s < end):
            first, last = s - start + place, e - start + place
            out += [escape(content[done:first]), f"<b>{escape(content[first:last])}</b>"]
            done = last
        place += end - start + len(_BREAK)
    return "".join([*out, escape(content[done:])])


def quotes_html(rows: Sequence[dict[str, Any]], colours: dict[str, str], linked: Collection[str] = ()) -> str:
    """Who says what: a row a quotation; the speaker's verbatim words are bold.

    Rows of the articles in `linked`, which stand in the same page, lead to their place there.
    """
    lines = "".join(
        f'<tr><td data-label="party"><span class="key" style="--c:{colours.get(str(row["party"]), "#777777")}">'
        f"{escape(row['party'] or 'no party')}</span></td>"
        f'<td data-label="speaker">{escape(row["speaker"] or row["speaker_text"] or "not named")}</td>'
        f'<td data-label="outlet">{escape(str(row["outlet"]))}</td>'
        f'<td data-label="cue">{escape(row["cue"] or "–")}</td>'
        f'<td data-label="content">{_highlighted(row)}{_to_place(row, linked)}</td></tr>'
        for row in rows
    )
    return (
        '<div class="sbt scroll" tabindex="0" role="region" aria-label="Who says what: the quotations">'
        '<table class="quotes sortable"><thead><tr><th scope="col">party</th><th scope="col">speaker</th>'
        '<th scope="col">outlet</th><th scope="col">cue</th><th scope="col">what is attributed</th></tr></thead>'
        f"<tbody>{lines}</tbody></table></div>"
    )


def _to_place(row: dict[str, Any], linked: Collection[str]) -> str:
    there = row["article_id"] in linked and row["start"] is not None
    return f' <a href="#{quote_anchor(row["quote_id"])}">to its place</a>' if there else ""


def show_quotes(quotes: pd.DataFrame, most: int = 60) -> Html:
    """Who says what, one row a quotation in the table's order; words in bold stood in quotation marks."""
    shown = quotes.head(most)
    table, left = quotes_html(schema.records(shown), party_colours(quotes["party"])), len(quotes) - len(shown)
    more = f"{schema.count(left, 'more row is', 'more rows are')} not shown; give most={len(quotes)}, or write a file."
    return Html(table + (f'<p class="sbt">{more}</p>' if left else ""))
