"""The comparison without code: tick outlets and parties, choose a question; chart, figures and quotations follow."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from html import escape
from itertools import count
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import pandas as pd

from . import schema, views
from .charts import plot
from .comparison import with_column
from .evidence import behind
from .framing.balance import measure_balance
from .framing.labels import MEASURE as LABELS
from .output import export, write_table
from .pipeline import GROUPS, Analysis, Question, analyse, comparisons, questions
from .result import TABLE_COLUMNS, Comparison
from .schema import Parts

NO_PARTY = "no party given"
MOST_GROUPS = 20  # what a chart can show and a reader take in; how many more there are is told
PAGE = 25  # rows
_MOST_BOXES = 12  # more names than that stand in a list
_PAUSE = 0.4  # seconds without a further choice before the counting begins
_NEVER_GROUPS = {*schema.names("measures"), "title", "url", "text", "skip", "copy_group", "copy_share"}
_WIDE = {"layout": {"width": "36em", "max_width": "98%"}, "style": {"description_width": "9em"}}
_ACTS = {"speech": "speech", "writing": "writing", "thought": "thoughts", "intention": "plans", "finding": "findings"}
_VOICES = {
    "outlet": "the outlets' own words",
    "outlet_reporting": "their wording of what was said",
    "speaker_verbatim": "words in quotation marks",
}
_PLAIN = {
    "who_is_quoted": "Who gets to speak",
    "frames": "Frames",
    "verb_voices": "Verbs: active, passive, nobody named",
    "violence": "Who does violence to whom",
    "stance": "Reporting verbs: said, claimed, noted",
    "scare_quotes": "Scare quotes",
    "sentiment": "Sentiment: how positive or negative the words are",
    "wording": "Words that stand out",
}


def explore(source: Analysis | str | Path, out: str | Path = "out/explorer") -> Explorer:
    """The comparison to click through in a notebook: no code, and every figure with its notes and quotations.

    `source` is a folder or file of articles, or what `analyse` returned. The save button writes the chart, its numbers
    and the quotations chosen to files in `out`. A choice that leaves nothing is told in a sentence.
    """
    return Explorer(source if isinstance(source, Analysis) else analyse([source]), Path(out))


# What is counted


def all_questions(found: Analysis) -> list[Question]:
    """Every measure there is as a question: first those of the report, then the others, which go by their names."""
    there = set(found.measures["measure"].unique())
    asked = [question for question in questions(found.by, found.tables["labels"]) if question.measure in there]
    for name in sorted(there - {question.measure for question in asked}):
        by = "worded_by" if name.startswith(LABELS) else None
        method = "counts" if by else "means"
        asked.append(Question(name, name[:1].upper() + name[1:], "", name, method, by))
    return asked


def columns_to_compare_by(found: Analysis) -> list[str]:
    """The groups that every measure knows, and the columns of the articles table that sort them into a few groups."""
    articles = found.articles
    own = [str(name) for name in articles if name not in _NEVER_GROUPS and 1 < articles[name].nunique() <= MOST_GROUPS]
    known = [name for name in GROUPS if name != "party" or found.quotes["party"].notna().any()]
    return list(dict.fromkeys([*known, *own, found.by]))


def narrowed(
    found: Analysis, outlets: Collection[str], parties: Collection[str], acts: Collection[str], voices: Collection[str]
) -> Analysis:
    """The part of an analysis that rests on these outlets, on quotations of these parties and acts, and these voices.

    `parties` may hold NO_PARTY. What is in no quotation hangs on outlet and voice alone.
    """
    articles = found.articles[found.articles["outlet"].isin(outlets)]
    quotes = found.quotes[found.quotes["outlet"].isin(outlets) & found.quotes["act"].isin(acts)]
    quotes = quotes[quotes["party"].fillna(NO_PARTY).isin(parties)]
    of_quotes = set(quotes["quote_id"])

    def chosen(rows: pd.DataFrame) -> pd.DataFrame:
        rows = rows[rows["outlet"].isin(outlets) & (rows["quote_id"].isna() | rows["quote_id"].isin(of_quotes))]
        return rows[rows["whose_words"].isna() | rows["whose_words"].isin(voices)] if "n" in rows.columns else rows

    cut = {
        name: rows.mapped(chosen) for name, rows in found.tables.items() if name.startswith(("measures.", "drivers"))
    }
    return replace(found, articles=articles, tables={**found.tables, **cut, "quotes": Parts.of(quotes)})


def answer(found: Analysis, question: Question) -> Comparison:
    """The comparison that a question asks for. Where there is nothing to compare, or only one group, an InputError."""
    by = question.by or found.by
    rows = found.measures
    if question.table == "balance":
        rows = measure_balance(found.articles, found.quotes)  # its shares are of the quotations chosen
    family = rows.loc[rows["measure"] == question.measure, "family"].head(1)
    rows, notes = _few_groups(with_column(rows[rows["family"].isin(family)], found.articles, by), by)
    usual = found.comparisons.get(question.name)
    notes += [note for note in schema.notes_of(found.measures) if usual and note in usual.notes]
    rows.attrs = {"notes": notes}
    made = comparisons([replace(question, by=by)], {question.table: Parts.of(rows)}, found.articles, by=by)
    if not made:
        raise schema.InputError("What you chose holds nothing of this; tick more, or compare by something else.")
    return made[question.name]


def _few_groups(rows: pd.DataFrame, by: str) -> tuple[pd.DataFrame, list[str]]:
    """The rows of the groups that stand in most articles, and a note on the others."""
    articles = rows.groupby(by)["article_id"].nunique().sort_index().sort_values(ascending=False, kind="stable")
    if len(articles) <= MOST_GROUPS:
        return rows, []
    note = f"Only the {MOST_GROUPS} of {len(articles)} groups that stand in most articles are compared."
    return rows[rows[by].isin(articles.index[:MOST_GROUPS])], [note]


# What is seen


class _Choice:
    """Names to tick: boxes where they are few, a list where they are many."""

    def __init__(self, label: str, names: Mapping[str, str], ticked: Collection[str], changed: Callable[..., None]):
        self._label, self._names = label, names
        few = names if len(names) <= _MOST_BOXES else {}
        self.boxes = {
            name: widgets.Checkbox(name in ticked, description=told, indent=False, tooltip=f"{label}: {told}")
            for name, told in few.items()
        }
        options, value = [(told, name) for name, told in names.items()], [name for name in names if name in ticked]
        self.list = widgets.SelectMultiple(options=options, value=value, rows=8, tooltip=label)
        self._first = value
        parts = [*self.boxes.values()] or [self.list]
        for part in parts:
            part.layout = {"width": "auto", "margin": "0"}
            part.observe(changed, "value")
        every = widgets.Button(description="all", tooltip=f"{label}: all", layout={"width": "4em"})
        every.on_click(lambda _: self.tick_all())
        hint = "" if few else "<br>Ctrl or ⌘ and a click: one more"
        layout = {"margin": "0 2em 0.5em 0", "display": "flex" if len(names) > 1 else "none"}
        self.box = widgets.VBox([widgets.HTML(f"<b>{escape(label)}</b>{hint}"), *parts, every], layout=layout)

    def tick_all(self) -> None:
        """Choose every name."""
        for box in self.boxes.values():
            box.value = True
        self.list.value = list(self._names)

    def chosen(self) -> list[str]:
        """The names that are ticked, in order."""
        return [name for name, box in self.boxes.items() if box.value] if self.boxes else list(self.list.value)

    def told(self) -> str:
        """What was chosen, in words; empty where it is what was ticked at first."""
        chosen = [self._names[name] for name in self.chosen()]
        return "" if self.chosen() == self._first else f"{self._label.lower()}: {schema.some(chosen) or 'none'}"


class _Pages:
    """A long table, a page at a time."""

    def __init__(self, what: str, render: Callable[[pd.DataFrame], str]) -> None:
        self._what, self._render, self._first, self._rows = what, render, 0, pd.DataFrame()
        self.where, self.body = widgets.HTML(), widgets.HTML()
        self.back, self.on = (
            widgets.Button(description=name, tooltip=f"{told} {what}", layout={"width": "7em"})
            for name, told in (("← Back", "Earlier"), ("Next →", "Further"))
        )
        self.back.on_click(lambda _: self._turn(-PAGE))
        self.on.on_click(lambda _: self._turn(PAGE))
        self.box = widgets.VBox([widgets.HBox([self.back, self.on, self.where]), self.body])

    def fill(self, rows: pd.DataFrame) -> None:
        """Show other rows, from the first."""
        self._rows, self._first = rows, 0
        self._turn(0)

    def _turn(self, step: int) -> None:
        self._first += step
        page = self._rows.iloc[self._first : self._first + PAGE]
        last = self._first + len(page)
        self.back.disabled, self.on.disabled = self._first == 0, last == len(self._rows)
        self.where.value = f"{self._first + 1} to {last} of {len(self._rows):,} {self._what}" if last else ""
        self.body.value = self._render(page) if last else _said(f"There are no {self._what} in what you chose.")


class Explorer:
    """Controls and what they show. A notebook displays it; `comparison` and `chosen` are what is in sight."""

    def __init__(self, found: Analysis, out: Path) -> None:
        whole = {name: Parts.of(rows.joined()) for name, rows in found.tables.items()}  # every choice goes through them
        found = replace(found, tables=whole)
        self.found, self.out, self.chosen = found, out, found
        self.comparison: Comparison | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._controls()
        self._answers = {
            self._asked(question): found.comparisons[question.name]
            for question in all_questions(found)
            if question.name in found.comparisons and len(found.comparisons[question.name].groups()) <= MOST_GROUPS
        }
        self._results()
        self.box = self._laid_out()
        self.show()

    def _controls(self) -> None:
        found, outlets = self.found, sorted(self.found.articles["outlet"].dropna().unique())
        parties = [*sorted(found.quotes["party"].dropna().unique()), *[NO_PARTY] * found.quotes["party"].hasnans]
        asked = sorted(all_questions(found), key=lambda question: question.by is not None)
        named = [(_PLAIN.get(question.name, question.title), question.name) for question in asked]
        columns = [(_plain(name), name) for name in columns_to_compare_by(found)]
        acts = {act: told for act, told in _ACTS.items() if found.quotes["act"].eq(act).any()}
        self.question = widgets.Dropdown(options=named, description="What is compared", **_WIDE)
        self.by = widgets.Dropdown(options=columns, value=found.by, description="Compared by", **_WIDE)
        self.outlets = _Choice("Outlets", {name: name for name in outlets}, outlets, self._soon)
        self.parties = _Choice("Parties quoted", {name: name for name in parties}, parties, self._soon)
        self.acts = _Choice("Kinds of quotation", acts, schema.REPORTED_ACTS, self._soon)
        self.voices = _Choice("Whose words are counted", _VOICES, _VOICES, self._soon)
        self._ticks = (self.outlets, self.parties, self.acts, self.voices)
        for control in (self.question, self.by):
            control.observe(self._soon, "value")

    def _results(self) -> None:
        colours = views.party_colours(self.found.quotes["party"])
        self.status, self.picture, self.reading = (widgets.HTML() for _ in range(3))
        self.save = widgets.Button(description="Save chart and quotations", tooltip=f"Writes files to {self.out}")
        self.save.layout.width = "16em"
        self.save.on_click(self._save)
        self.figures = _Pages("figures", self._with_notes)
        self.search = widgets.Text(description="Search in them", placeholder="a word or a speaker", **_WIDE)
        self.search.observe(self._list, "value")
        self.listed = _Pages("quotations", lambda page: views.quotes_html(schema.records(page), colours))
        articles = [("–", ""), *((name, name) for name in self.found.articles["article_id"])]
        self.article = widgets.Dropdown(options=articles, description="Article", **_WIDE)
        self.article.observe(self._read, "value")

    def _laid_out(self) -> Any:
        ticks = widgets.HBox([choice.box for choice in self._ticks], layout={"flex_flow": "row wrap"})
        panes = {
            "Chart": [self.picture, self.save],
            "Figures and notes": [self.figures.box],
            "Quotations": [self.search, self.listed.box],
            "One article, marked": [self.article, self.reading],
        }
        tabs = widgets.Tab([widgets.VBox(pane) for pane in panes.values()], titles=tuple(panes))
        style = widgets.HTML(f"<style>{views.style()}</style>", layout={"display": "none"})
        return widgets.VBox([style, self.question, self.by, ticks, self.status, tabs])

    def _soon(self, _: object = None) -> None:
        """Show the answer when no further choice has been made for a moment: three clicks are counted once."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # outside a kernel nobody clicks
            self.show()
            return
        if self._timer:
            self._timer.cancel()
        self._timer = loop.call_later(_PAUSE, self.show)

    def show(self) -> None:
        """Count what is chosen, and show it."""
        self.status.value = _said("Counting …")
        self.chosen = replace(narrowed(self.found, *(choice.chosen() for choice in self._ticks)), by=self.by.value)
        question = next(
            q for q in all_questions(replace(self.found, by=self.by.value)) if q.name == self.question.value
        )
        self.by.layout.display = "none" if question.by else "flex"
        try:
            self.comparison = result = self._answer(question)
            self.picture.value = plot(result)._repr_html_() + str(behind(question.name, self.chosen))
            told = f"This is always compared by {_plain(question.by)}." if question.by else ""
            figures = result.table
        except schema.InputError as error:
            self.comparison, self.picture.value, told = None, "", str(error)
            figures = pd.DataFrame()
        self.save.disabled, self.status.value = self.comparison is None, _said(told)
        self.figures.fill(figures)
        self._list()

    def _answer(self, question: Question) -> Comparison:
        """The answer, counted once; a note tells what was not ticked, so that a saved chart says it too."""
        asked = self._asked(question)
        if asked not in self._answers:
            told = [words for choice in self._ticks if (words := choice.told())]
            result, notes = answer(self.chosen, question), [f"Chosen: {'; '.join(told)}."] if told else []
            self._answers[asked] = replace(result, notes=(*notes, *result.notes))
        return self._answers[asked]

    def _asked(self, question: Question) -> tuple[str, ...]:
        return question.name, question.by or self.by.value, *(str(choice.chosen()) for choice in self._ticks)

    def _with_notes(self, page: pd.DataFrame) -> str:
        """Some of the comparison's figures, with all that it says of itself."""
        shown = [name for name in (*TABLE_COLUMNS, "count", "count_rest") if name in page and page[name].notna().any()]
        told = replace(self.comparison, table=page[shown])._repr_html_() if self.comparison else ""
        return f'<div class="sbt scroll" tabindex="0" role="region" aria-label="Figures">{told}</div>'

    def _list(self, _: object = None) -> None:
        quotes, words = self.chosen.quotes, self.search.value.replace("’", "'")
        others = quotes[["speaker", "speaker_text", "cue"]]
        told = quotes["content"].str.cat(others, sep=" ", na_rep="").str.replace("’", "'")
        self.listed.fill(quotes[told.str.contains(words, case=False, regex=False)])

    def _read(self, _: object = None) -> None:
        name = self.article.value
        self.reading.value = str(views.show_article(name, self.found.articles, self.found.quotes)) if name else ""

    def _save(self, _: object = None) -> None:
        """Write what is in sight to files of its own; nothing saved before is lost."""
        if self.comparison is None:
            return
        name = re.sub(r"\W+", "_", f"{self.question.value}_by_{self.comparison.by}").strip("_")
        bases = (self.out / (name if number == 1 else f"{name}_{number}") for number in count(1))
        base = next(base for base in bases if not base.with_name(f"{base.name}.png").exists())
        try:
            made = export(plot(self.comparison), base)
            made.append(write_table(self.chosen.quotes, base.with_name(f"{base.name}.quotes.csv")))
            self.status.value = _said(f"Saved in {self.out.resolve()}: {', '.join(path.name for path in made)}.")
        except schema.InputError as error:
            self.status.value = _said(str(error))

    def _repr_mimebundle_(self, **options: Any) -> dict[str, str]:
        """The controls, and for a page without a kernel what they first show."""
        told = _said("Open this in JupyterLab to choose outlets, parties and questions here.")
        shown: dict[str, str] = self.box._repr_mimebundle_(**options)
        return {**shown, "text/html": f"<style>{views.style()}</style>{told}{self.picture.value}"}


def _said(sentence: str) -> str:
    return f'<p class="sbt" role="status" style="margin:0">{escape(sentence)}</p>' if sentence else ""


def _plain(column: str) -> str:
    return "whose word it is" if column == "worded_by" else column.replace("_", " ")
