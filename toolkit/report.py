"""One self-contained HTML page: the comparison with its charts, its evidence, its methods and what was left out."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from markupsafe import Markup

from . import nlp, resources, schema, views
from .charts import LEAST_COUNT, Chart, plot
from .comparison import MIN_ARTICLES
from .evidence import behind, places
from .files import Files
from .output import atomic, export, write_table
from .panels import plot_claims
from .pipeline import MEASURES, Analysis, Question, analyse
from .result import Comparison
from .wording.phrases import shared_phrases

_MOST_QUOTES, _MOST_ARTICLES, _MOST_ROWS, _MOST_PHRASES, _MOST_INPUTS = 150, 25, 60, 15, 200
_MOST_SEARCHED = 1000  # articles that are searched for phrases in common
_PACKAGES = ("pandas", "numpy", "matplotlib", "nltk", "nupunkt", "spacy", "vaderSentiment")


@lru_cache(maxsize=1)
def _texts() -> dict[str, Any]:
    """What the report says in its own words."""
    loaded: dict[str, Any] = yaml.safe_load(resources.path("report_text.yml").read_text(encoding="utf-8"))
    return loaded


@dataclass(frozen=True)
class Section:
    """One part of the report. `body` is HTML that was escaped where it was made."""

    name: str
    title: str
    intro: Sequence[str] = ()
    charts: Sequence[dict[str, Any]] = ()
    body: Markup = field(default=Markup(""))
    comparison: dict[str, Any] | None = None


@dataclass(frozen=True)
class _Quotations:
    """What the page says of all quotations: the first rows by party and speaker, how many there are, whose they are."""

    first: Sequence[dict[str, Any]]
    reported: int  # speech and writing
    others: int
    colours: dict[str, str]

    @classmethod
    def of(cls, quotes: schema.Parts) -> _Quotations:
        """From the quotes table, part by part."""
        first, reported, others, parties = pd.DataFrame(), 0, 0, set[str]()
        for part in quotes:
            said = part[part["act"].isin(schema.REPORTED_ACTS)]
            reported, others = reported + len(said), others + len(part) - len(said)
            parties.update(part["party"].dropna())
            order = ["party", "speaker", "article_id", "start"]
            first = pd.concat([first, said]).sort_values(order, na_position="last", kind="stable").head(_MOST_QUOTES)
        return cls(schema.records(first), reported, others, views.party_colours(parties))


def write_report(
    source: Analysis | str | Path | Sequence[str | Path],
    out: str | Path,
    *,
    files: Files | None = None,
    by: str | None = None,
) -> Path:
    """The whole comparison as one HTML page, `out`/report.html, with every chart and table beside it; returns its path.

    `source` is a folder or file of articles, several of them, or what `analyse` returned. Charts go to `out`/charts as
    PNG, SVG and PDF with the numbers behind them, tables to `out`/tables. The page needs nothing from the network.
    Raises InputError where nothing can be read, or `out` cannot be written to.
    """
    if not isinstance(source, Analysis):
        source = analyse([source] if isinstance(source, str | Path) else source, files, by=by)
    out = Path(out)
    tables = _write_tables(source, out)
    said = _Quotations.of(source.tables["quotes"])
    compared = _compared(source, out)
    sections = [*_evidence(source, said, out), *compared, *_phrases(source, out), *_background(source, said, tables)]
    page = out / "report.html"
    with atomic(page) as made:
        made.write_text(_rendered(source, said, sections), encoding="utf-8", newline="\n")
    return page


def _write_tables(found: Analysis, out: Path) -> list[str]:
    names = ("quotes", "agency", "measures", "drivers", "labels", "stances", "claims")
    tables: dict[str, pd.DataFrame | schema.Parts] = {
        name: found.measures_in_parts() if name == "measures" else found.tables[name] for name in names
    }
    tables["inputs"] = pd.DataFrame([vars(finding) for finding in found.findings])
    return [write_table(frame, out / "tables" / f"{name}.csv").name for name, frame in tables.items()]


def _evidence(found: Analysis, said: _Quotations, out: Path) -> list[Section]:
    sections = []
    linked = _linked(found)
    for stale in (out / "charts").glob("claims.*"):
        stale.unlink()
    if len(found.claims):
        export(plot_claims(found.claims), out / "charts" / "claims")
        write_table(found.claims, out / "charts" / "claims.csv")
        side = Markup(views.side_by_side_html(found.claims, schema.records(found.articles), linked))
        sections.append(Section("side_by_side", "What each account says", [_texts()["side_by_side"]], body=side))
    intro = [_texts()["who_says_what"]]
    if said.reported > len(said.first):
        intro.append(
            f"The first {len(said.first)} of {said.reported} quotations are shown; tables/quotes.csv holds all."
        )
    if not said.first:
        intro = ["No quotation was found in these articles."]
    body = Markup(views.quotes_html(said.first, said.colours, linked)) if said.first else Markup("")
    return [*sections, Section("who_says_what", "Who says what", intro, body=body)]


def _linked(found: Analysis) -> list[str]:
    """The articles that stand in the page."""
    return [str(name) for name in found.articles["article_id"].head(_MOST_ARTICLES)]


def _phrases(found: Analysis, out: Path) -> list[Section]:
    """What outlets word alike, where there are several; the whole table stands beside the others."""
    title, file = "Phrases that outlets share", out / "tables" / "phrases.csv"
    file.unlink(missing_ok=True)
    if found.articles["outlet"].nunique() < 2:
        return []
    if len(found.articles) > _MOST_SEARCHED:
        return [Section("phrases", title, [f"Not searched for in more than {_MOST_SEARCHED} articles."])]
    shared = shared_phrases(found.articles, found.quotes)
    if not len(shared):
        return [Section("phrases", title, ["No six words in a row stand in two outlets alike."])]
    write_table(shared, file)
    groups = shared.groupby(["n_words", "phrase"], sort=False)["outlet"]
    lines = [(phrase, n, ", ".join(sorted(set(outlets)))) for (n, phrase), outlets in groups]
    table = pd.DataFrame(lines[:_MOST_PHRASES], columns=["phrase", "words", "outlets"])
    more = f" The first {len(table)} of {len(lines)} are shown." if len(lines) > len(table) else ""
    link = Markup('<p>Each place: <a href="tables/phrases.csv">phrases.csv</a>.</p>')
    return [Section("phrases", title, [_texts()["phrases"] + more], body=_html_table(table, title) + link)]


def _compared(found: Analysis, out: Path) -> list[Section]:
    sections = []
    for question in found.questions:
        for stale in (out / "charts").glob(f"{question.name}.*"):
            stale.unlink()
        comparison = found.comparisons.get(question.name)
        if comparison is None or not len(comparison.table):
            sections.append(Section(question.name, question.title, [_nothing(question, found.by)]))
            continue
        figure = plot(comparison)
        files = [path for path in export(figure, out / "charts" / question.name) if path.suffix != ".txt"]
        intro = [_texts()["own_codebook"]] if question.name == "frames" and not found.files.codebook else []
        intro += comparison.notes[:1]
        charts, body = [_chart(figure, comparison, files)], behind(question.name, found, _linked(found))
        sections.append(
            Section(question.name, question.title, intro, charts, body, _numbers(comparison, question.title))
        )
    return sections


def _nothing(question: Question, by: str) -> str:
    if question.table == "balance":
        return str(_texts()["no_parties"])
    if question.method == "log-odds":
        return f"Nothing to compare: keyness takes two groups ({by}) and words that occur more than once."
    if question.name == "frames":
        return "None of the codebook's frames was found in these articles."
    if question.name == "scare_quotes":
        return "No scare quote was found in the outlets' own words."
    return f"Nothing to compare: nothing of this was found in one of the groups ({question.by or by})."


def _chart(figure: Chart, comparison: Comparison, files: Sequence[Path]) -> dict[str, Any]:
    links = [{"href": f"charts/{path.name}", "kind": path.name.split(".", 1)[1]} for path in files]
    return {"image": Markup(figure._repr_html_()), "basis": comparison.basis(), "files": links}


def _numbers(comparison: Comparison, label: str) -> dict[str, Any]:
    table = comparison.table
    if comparison.kind == "keyness":
        table = table[(table["count"] >= LEAST_COUNT) & (table["estimate"] > 0)]
    notes = [f"Method: {comparison.method}", *comparison.notes]
    if len(table) > _MOST_ROWS:
        best = table.sort_values("estimate", ascending=False, kind="stable").groupby("group", sort=True).head(15)
        table = best.sort_values(["group", "estimate"], ascending=[True, False], kind="stable")
        notes.append(f"The table shows 15 rows a group at most; the CSV file holds all {len(comparison.table)}.")
    return {"notes": notes, "table": _html_table(table.dropna(axis=1, how="all"), f"Numbers: {label}")}


def _html_table(table: pd.DataFrame, label: str) -> Markup:
    head = "".join(f'<th scope="col">{escape(str(name)).replace("_", " ")}</th>' for name in table.columns)
    rows = "".join("<tr>" + "".join(map(_td, row.values())) + "</tr>" for row in schema.records(table))
    scroll = f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(label, quote=True)}">'
    return Markup(f'{scroll}<table class="sortable"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>')


def _td(cell: Any) -> str:
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return f"<td>{'–' if cell is None else escape(str(cell))}</td>"
    return f'<td class="number">{cell if isinstance(cell, int) else format(cell, ".3g")}</td>'


def _background(found: Analysis, said: _Quotations, tables: Sequence[str]) -> list[Section]:
    shown = schema.records(found.articles.head(_MOST_ARTICLES))
    more = len(found.articles) - len(shown)
    intro = [f"{schema.count(more, 'further article is', 'further articles are')} not shown here."] if more else []
    methods = "".join(f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in _texts()["methods"].items())
    links = ", ".join(f'<a href="tables/{name}">{name}</a>' for name in tables)
    return [
        Section("articles", "The articles with their marks", intro, body=_articles(shown, found, said.colours)),
        Section("methods", "Methods and limits", body=Markup(f"<dl>{methods}</dl><p>All tables: {links}.</p>")),
        Section("inputs", "What was read, and what was left out", body=_inputs(found)),
        Section("versions", "Versions and how to cite", body=_versions(found)),
    ]


def _articles(shown: Sequence[dict[str, Any]], found: Analysis, colours: dict[str, str]) -> Markup:
    """Each article with its marks, what was measured on each quotation, and the places that links lead to."""
    names = [article["article_id"] for article in shown]
    quotes, claims = (found.tables[name].of_first(names) for name in ("quotes", "claims"))
    measured = [found.tables[f"measures.{name}"].of_first(names) for name in MEASURES if name != "wording"]
    behind_quotes = views.measured(schema.stack(measured, "measures"))
    evidence, pages = places(found, names), []
    for article in shown:
        own = (table[table["article_id"] == article["article_id"]] for table in (quotes, claims))
        said, points = (schema.records(rows) for rows in own)
        own_places = {int(point["start"]) for point in points if point["start"] is not None}
        own_places |= evidence.get(article["article_id"], set())
        pages.append(views.article_html(article, said, colours, sorted(own_places), behind_quotes))
    return Markup("".join(pages))


def _inputs(found: Analysis) -> Markup:
    told = [f for f in found.findings if len(found.findings) <= _MOST_INPUTS or f.status != "loaded"][:_MOST_INPUTS]
    rows = [[Path(f.input).name, f.status, f.reason, f.action] for f in told]
    frame = pd.DataFrame(rows, columns=["input", "status", "reason", "what to do"])
    first = found.articles[["article_id", "skip"]].head(_MOST_INPUTS)
    skipped = "".join(
        f"<li>{escape(str(a['article_id']))}: {escape(reason)}, {end - start} characters</li>"
        for a in schema.records(first)
        for start, end, reason in a["skip"]
    )
    notes = "".join(f"<li>{escape(note)}</li>" for note in found.notes)
    more = len(found.findings) - len(told)
    others = f"<p>{more} further inputs were read, too: tables/inputs.csv names each.</p>" if more else ""
    used = f"<p>Used beside the articles: {escape(', '.join(found.files.used()))}.</p>"
    which = f" in the first {len(first)} articles" if len(first) < len(found.articles) else ""
    marked = f"<p>Marked as not the article{which}, so that nothing in it is counted:</p><ul>{skipped}</ul>"
    lists = (marked if skipped else "") + (f"<ul>{notes}</ul>" if notes else "")
    return _html_table(frame, "What was read") + Markup(others + used + lists)


def _versions(found: Analysis) -> Markup:
    ours = f"source-bias-toolkit {version('source-bias-toolkit')}"
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    model = resources.sha256(resources.path("quote_model", "tagger.int8.onnx"))[:12]
    seed = next((c.seed for c in found.comparisons.values()), None)
    lines = [
        f"{ours}; {packages}; Python {platform.python_version()}; model {nlp.model_name()}; quote model {model}.",
        f"Seed {seed}. The same input on the same machine gives the same page, byte for byte."
        if found.comparisons
        else "",
        f"Cite as: {ours}, a source-bias comparison notebook toolkit. Name your articles, the codebook and the party "
        "table beside it: they are part of the method.",
    ]
    return Markup("".join(f"<p>{escape(line)}</p>" for line in lines if line))


def _rendered(found: Analysis, said: _Quotations, sections: Sequence[Section]) -> str:
    fewest = min((int(n) for c in found.comparisons.values() for n in c.table["n_articles"]), default=0)
    facts = {
        "articles": len(found.articles),
        "outlets": found.articles["outlet"].nunique(),
        "quotes": said.reported,
        "others": said.others,
    }
    return resources.template("report.html.j2").render(
        title="How the accounts differ" if len(found.articles) > 1 else "What one account says",
        facts=facts,
        by=found.by,
        intro=_texts()["intro"],
        few=_texts()["one"] if len(found.articles) == 1 else _texts()["few"] if fewest < MIN_ARTICLES else "",
        sections=sections,
        view_style=Markup(views.style()),
        report_style=Markup(resources.path("report.css").read_text(encoding="utf-8")),
        script=Markup(resources.path("sort.js").read_text(encoding="utf-8")),
        made_by=f"Made with source-bias-toolkit {version('source-bias-toolkit')}.",
    )
