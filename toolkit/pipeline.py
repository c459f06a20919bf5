"""The whole path in one call: what the report, the command line and the notebooks share."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain, islice
from pathlib import Path

import pandas as pd

from . import nlp, schema, sentiment, whose_words
from .articles import Loaded, read
from .comparison import beside, compare
from .corrections import apply_corrections, load_corrections
from .files import Files
from .framing import VOICE_MEASURE
from .framing.balance import MEASURE as BALANCE
from .framing.codebook import MEASURE as FRAMES
from .framing.labels import MEASURE as LABELS
from .framing.labels import contested
from .framing.scare import MEASURE as SCARE_QUOTES
from .framing.stance import MEASURE as STANCE
from .framing.violence import MEASURE as VIOLENCE
from .quotes.gathered import load_quotes, merge_quotes
from .readers.records import Finding
from .result import Comparison
from .schema import Parts
from .stages import Given, Tables
from .wording import MEASURE as WORDS
from .workers import Engine, Local

# Whose rows make up the measures table, in this order.
MEASURES = ("balance", "frames", "voices", "violence", "labels", "stance", "scare_quotes", "sentiment", "wording")
GROUPS = ("party", "outlet", "speaker", "whose_words")  # what every measure can be compared by

VOICE_WORDS = {
    "passive": "passive, with the one who acts (by ...)",
    "passive_agentless": "passive, nobody named as acting",
    "intransitive": "intransitive: it happens, nobody does it",
    "patient_subject": "told from the side it happens to",
    "nominalised": "a noun, as in “the shooting”",
}
STANCE_WORDS = {
    "neutral": "neutral, as “said”",
    "distancing": "distancing, as “claimed”",
    "endorsing": "endorsing, as “noted”",
}
_VIOLENCE_TITLE = "Who does violence to whom, in whose telling"
_MOST_LABELLED = 2  # referents whose labels the report shows; the others stand in the tables


@dataclass(frozen=True)
class Question:
    """One comparison of the report: a question in plain words, and the measure of which table answers it."""

    name: str
    title: str
    table: str
    measure: str
    method: str = "means"
    by: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Analysis:
    """Everything that one run found. `tables` gives a table part by part; the properties join it, once."""

    articles: pd.DataFrame
    tables: Mapping[str, Parts]
    comparisons: dict[str, Comparison]
    by: str
    files: Files
    questions: tuple[Question, ...]
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = field(default=())

    @cached_property
    def quotes(self) -> pd.DataFrame:
        """The quotes table."""
        return self.tables["quotes"].joined()

    @cached_property
    def agency(self) -> pd.DataFrame:
        """The agency table."""
        return self.tables["agency"].joined()

    @cached_property
    def claims(self) -> pd.DataFrame:
        """The claims table; empty where no points were given."""
        return self.tables["claims"].joined()

    @cached_property
    def measures(self) -> pd.DataFrame:
        """The measures table: all families under each other."""
        return self.measures_in_parts().joined()

    def measures_in_parts(self) -> Parts:
        """The same, not joined."""
        tables = [self.tables[f"measures.{name}"] for name in MEASURES]
        columns = list(dict.fromkeys(name for table in tables for part in islice(table, 1) for name in part.columns))
        notes = list(dict.fromkeys(note for table in tables for note in table.notes))
        return Parts(lambda: (_with_columns(part, columns) for part in chain.from_iterable(tables)), notes)

    @cached_property
    def labels(self) -> pd.DataFrame:
        """What the referents are called, as `find_labels` tells."""
        return self.tables["labels"].joined()

    @cached_property
    def stances(self) -> pd.DataFrame:
        """Each quotation's reporting verb, as `find_stance` tells."""
        return self.tables["stances"].joined()

    @cached_property
    def drivers(self) -> pd.DataFrame:
        """The words behind the sentiment scores."""
        return self.tables["drivers"].joined()


def _with_columns(rows: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """The rows with these columns, empty where they have none of the name."""
    missing = {name: pd.array([None] * len(rows), dtype="str") for name in columns if name not in rows.columns}
    return rows.assign(**missing)[list(columns)]


def read_tables(articles: pd.DataFrame, files: Files, engine: Engine | None = None, wanted: str = "all") -> Tables:
    """The tables of `stages.read`; the quotes with those a person gathered, corrected as they asked.

    These two look at all articles, so that where there are any the quotes are settled first, and then the rest is read.
    """
    engine = engine or Local()
    given = Given.of(files, wanted)
    if not (files.gathered or files.corrections):
        return engine.tables(articles, given, wanted=wanted)
    if files.corrections:
        load_corrections(files.corrections)  # a mistake in it is said before the long work
    gathered = load_quotes(files.gathered, articles, parties=given.parties) if files.gathered else None
    quotes = engine.tables(articles, Given.of(files, "quotes"), wanted="quotes")["quotes"].joined()
    articles = readable(articles, engine)
    quotes = quotes if gathered is None else merge_quotes(quotes, gathered)
    if files.corrections:
        quotes = apply_corrections(quotes, files.corrections, articles, parties=given.parties)
    found = {} if wanted == "quotes" else engine.tables(articles, given, quotes=quotes, wanted=wanted)
    return {**found, "quotes": Parts.of(readable(quotes, engine))}


def readable(rows: pd.DataFrame, engine: Engine | None) -> pd.DataFrame:
    """The rows without those of articles that the engine could not read, as it found when it made its tables."""
    failed = [finding.input.removeprefix("article ") for finding in engine.left_out] if engine else []
    return rows[~rows["article_id"].isin(failed)].reset_index(drop=True) if failed else rows


def analyse(
    inputs: Loaded | Sequence[str | Path | pd.DataFrame],
    files: Files | None = None,
    *,
    by: str | None = None,
    seed: int = 0,
    engine: Engine | None = None,
) -> Analysis:
    """The whole comparison of some articles in one call: quotes, events, claims, measures, and the report's answers.

    The result's `quotes`, `agency`, `claims` and `measures` are the tables of `schema.py`; `comparisons` holds a
    Comparison for each question by its short name ("who_is_quoted", "frames", "sentiment"), `findings` what was read
    and what was left out. `by` is party, outlet, speaker or any column of the articles table; without it party where
    there is a party table, else outlet. `inputs` are folders, files and tables, or what was already read; without
    `files` the user's own files are looked for in the folders. `engine` is what does the work: this process, where none
    is given; `Local(jobs=4)` of `toolkit.workers` four, `Dask()` of `toolkit.scale` a cluster; the results are the same
    bytes. Raises InputError where nothing can be read, nothing is in English, or `by` names no column.
    """
    loaded = inputs if isinstance(inputs, Loaded) else read(inputs)
    _check_by(by, loaded.articles)
    if files is None:
        places = [] if isinstance(inputs, Loaded) else [Path(i) for i in inputs if not isinstance(i, pd.DataFrame)]
        files = Files().found_in(places)
    if not any(nlp.is_english(language) for language in loaded.articles["language"]):
        raise schema.InputError(
            "None of the articles is in English, which every measure is made for; add some that are."
        )
    found = read_tables(loaded.articles, files, engine)
    articles = readable(loaded.articles, engine)
    measures = {name: found[f"measures.{name}"] for name in MEASURES}
    by = by or ("party" if files.parties else "outlet")
    tables = {"claims": Parts.of(schema.table([], "claims")), **found}
    asked = questions(by, found["labels"])
    checked = schema.add_up(note for part in tables["quotes"] for note in whose_words.checked_by_hand(part))
    notes = [*checked, *tables["quotes"].notes, *tables["claims"].notes]
    return Analysis(
        articles=articles,
        tables=tables,
        comparisons=comparisons(asked, measures, articles, by=by, seed=seed),
        by=by,
        files=files,
        questions=asked,
        findings=(*loaded.findings, *(engine.left_out if engine else ())),
        notes=tuple(dict.fromkeys(filter(None, notes))),
    )


def _check_by(by: str | None, articles: pd.DataFrame) -> None:
    """Refuse what nothing can be compared by, before the long work."""
    taken = {*schema.names("measures"), "text", "skip"} - {"article_id"}
    there = [*GROUPS, *(str(name) for name in articles.columns if name not in taken)]
    if by is not None and by not in there:
        raise schema.InputError(f"There is no column {by!r} to compare by; name one of {', '.join(there)}.")
    if by in articles.columns and articles[by].map(schema.is_missing).all():
        raise schema.InputError(f"The column {by!r} is empty for every article; fill it in, or compare by another.")


def questions(by: str, labels: Iterable[pd.DataFrame] | None = None) -> tuple[Question, ...]:
    """What the report asks, in order; about labels, where the parts of `find_labels` hold what goes by several."""
    told = {"party": "what each party is quoted with", "speaker": "what each speaker is quoted with"}
    told["whose_words"] = "the outlets' own words, their reporting, and verbatim quotations"
    words = told.get(by, f"the accounts of each {by.replace('_', ' ')}, quotations included")
    voices = f"How events are told: the voice of the verbs in {words}"
    cues = "each outlet uses" if by == "outlet" else "the outlets use, by " + by.replace("_", " ")
    return (
        Question("who_is_quoted", "Who gets to speak in each outlet", "balance", BALANCE, by="outlet"),
        Question("frames", f"Which frames stand in {words}", "frames", FRAMES),
        Question("verb_voices", voices, "voices", VOICE_MEASURE, labels=VOICE_WORDS),
        Question("violence", _VIOLENCE_TITLE, "violence", VIOLENCE, "counts", by="outlet"),
        *_label_questions(labels),
        Question("stance", f"Which reporting verbs {cues}", "stance", STANCE, labels=STANCE_WORDS),
        Question("scare_quotes", "Scare quotes in the outlets' own words", "scare_quotes", SCARE_QUOTES, by="outlet"),
        Question("sentiment", f"How positive or negative the words are in {words}", "sentiment", sentiment.COMPOUND),
        Question("wording", f"Words that stand out in {words}", "wording", WORDS, method="log-odds"),
    )


def _label_questions(labels: Iterable[pd.DataFrame] | None) -> Iterator[Question]:
    """What the most contested referents are called, by whose word it is."""
    for number, referent in enumerate(contested(labels, _MOST_LABELLED) if labels is not None else []):
        name = "labels" if not number else f"labels_{number + 1}"
        title = f"What outlets, and speakers in quotation marks, call: {referent}"
        yield Question(name, title, "labels", LABELS + referent, "counts", by="worded_by")


def comparisons(
    asked: Sequence[Question],
    measures: Mapping[str, Parts],
    articles: pd.DataFrame,
    *,
    by: str,
    seed: int = 0,
) -> dict[str, Comparison]:
    """The answers to the questions, by their names. One that has nothing to compare is left out."""
    out, again = {}, _copies_again(articles)
    for question in asked:
        group = question.by or by
        rows = beside(measures[question.table], articles, group)
        basis = _basis(rows, question.measure, group, again)
        if basis.groups and (question.method != "log-odds" or len(basis.groups) > 1):
            result = compare(
                rows, by=group, measure=question.measure, method=question.method, articles=articles, seed=seed
            )
            if question.measure == sentiment.COMPOUND:
                covered = sentiment.coverage_note(rows, group)
                result = replace(result, notes=(*result.notes[:1], covered, *result.notes[1:]))
            out[question.name] = _in_plain_words(result, question, basis)
    return out


@dataclass(frozen=True)
class _Basis:
    """What a comparison rests on: the groups in which something is found, and how much of it stands in quotations."""

    groups: frozenset[str]
    quoted: int
    verbatim: int


def _copies_again(articles: pd.DataFrame) -> Collection[str]:
    """The articles whose text stands among the others already, as a wire story that a second outlet ran."""
    if "copy_group" not in articles.columns:
        return ()
    copied = articles.dropna(subset=["copy_group"]).sort_values("article_id", kind="stable")
    return set(copied.loc[copied["copy_group"].duplicated(), "article_id"])


def _basis(measures: Parts, measure: str, by: str, again: Collection[str]) -> _Basis:
    """Of the rows that count; the quotations of `again` stand among those of other articles."""
    groups, quoted, verbatim, found = set[str](), 0, 0, False
    for part in measures:
        rows = part[(part["measure"] == measure) & part[by].notna()]
        groups.update(rows[by].unique())
        rows = rows[rows["item"].notna() & rows["value"].notna()]
        found |= len(rows) > 0
        rows = rows[~rows["article_id"].isin(again)]
        voices = rows.loc[rows["quote_id"].notna(), "whose_words"]
        quoted += int(voices.isin(schema.WHOSE_WORDS[1:]).sum())
        verbatim += int((voices == "speaker_verbatim").sum())
    return _Basis(frozenset(groups) if found else frozenset(), quoted, verbatim)


def _in_plain_words(result: Comparison, question: Question, basis: _Basis) -> Comparison:
    """The comparison with the question's title and labels, and a note on how much of it is the speakers' own."""
    table, points = (frame.replace({"item": question.labels}) for frame in (result.table, result.points))
    told = f"Of {basis.quoted} counted in quotations, {basis.verbatim} stood in quotation marks"
    quoted = [f"{told}; the others are an outlet's wording."] if basis.quoted else []
    notes = (*result.notes[:1], *quoted, *result.notes[1:])
    return replace(result, title=question.title, notes=notes, table=table, points=points)
