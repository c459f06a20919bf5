"""The whole path in one call: what the report, the command line and the notebooks share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from . import nlp, schema, sentiment
from .articles import Loaded, read
from .comparison import compare, with_column
from .entities import load_parties, load_referents
from .files import Files
from .framing import VOICE_MEASURE, find_agency, find_claims, measure_voices
from .framing.balance import MEASURE as BALANCE
from .framing.balance import measure_balance
from .framing.codebook import MEASURE as FRAMES
from .framing.codebook import default_codebook, load_codebook, measure_frames
from .quotes.extract import extract_quotes
from .quotes.gathered import load_quotes, merge_quotes
from .readers.records import Finding
from .result import Comparison
from .wording import MEASURE as WORDS
from .wording import measure_wording

GROUPS = ("party", "outlet", "speaker", "whose_words")  # what every measure can be compared by

VOICE_WORDS = {
    "passive": "passive, with the one who acts (by ...)",
    "passive_agentless": "passive, nobody named as acting",
    "intransitive": "intransitive: it happens, nobody does it",
    "patient_subject": "told from the side it happens to",
    "nominalised": "a noun, as in “the shooting”",
}


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
    """Everything that one run found."""

    articles: pd.DataFrame
    quotes: pd.DataFrame
    agency: pd.DataFrame
    claims: pd.DataFrame
    measures: pd.DataFrame
    drivers: pd.DataFrame
    comparisons: dict[str, Comparison]
    by: str
    files: Files
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = field(default=())


def read_quotes(loaded: pd.DataFrame, files: Files) -> pd.DataFrame:
    """The quotes found in the articles, and those a person gathered, as one table."""
    parties = load_parties(files.parties) if files.parties else None
    quotes = extract_quotes(loaded, parties=parties)
    return merge_quotes(quotes, load_quotes(files.gathered, loaded, parties=parties)) if files.gathered else quotes


def analyse(
    inputs: Loaded | Sequence[str | Path], files: Files | None = None, *, by: str | None = None, seed: int = 0
) -> Analysis:
    """Load, find quotes, measure and compare. `by` is party, outlet, speaker or any column of the articles table.

    Without `by` it is party where there is a party table, else outlet. `inputs` are folders and files, or what was
    already read; without `files` the user's own files are looked for in the folders.
    """
    loaded = inputs if isinstance(inputs, Loaded) else read(inputs)
    _check_by(by, loaded.articles)
    files = files or Files().found_in([] if isinstance(inputs, Loaded) else map(Path, inputs))
    if not any(nlp.is_english(language) for language in loaded.articles["language"]):
        raise schema.InputError(
            "None of the articles is in English, which every measure is made for; add some that are."
        )
    quotes = read_quotes(loaded.articles, files)
    referents = load_referents(files.referents) if files.referents else None
    codebook = load_codebook(files.codebook) if files.codebook else default_codebook()
    agency = find_agency(loaded.articles, quotes, referents=referents)
    by = by or ("party" if files.parties else "outlet")
    measures = {
        "balance": measure_balance(loaded.articles, quotes),
        "frames": measure_frames(loaded.articles, quotes, codebook),
        "voices": measure_voices(agency),
        "sentiment": sentiment.measure_sentiment(loaded.articles, quotes),
        "wording": measure_wording(loaded.articles, quotes),
    }
    claims = find_claims(loaded.articles, quotes, files.claims) if files.claims else schema.table([], "claims")
    return Analysis(
        articles=loaded.articles,
        quotes=quotes,
        agency=agency,
        claims=claims,
        measures=schema.stack(list(measures.values()), "measures"),
        drivers=sentiment.drivers(loaded.articles, quotes),
        comparisons=comparisons(measures, loaded.articles, by=by, seed=seed),
        by=by,
        files=files,
        findings=loaded.findings,
        notes=tuple(dict.fromkeys([*schema.notes_of(quotes), *schema.notes_of(claims)])),
    )


def _check_by(by: str | None, articles: pd.DataFrame) -> None:
    """Refuse what nothing can be compared by, before the long work."""
    taken = {*schema.names("measures"), "text", "skip"} - {"article_id"}
    there = [*GROUPS, *(str(name) for name in articles.columns if name not in taken)]
    if by is not None and by not in there:
        raise schema.InputError(f"There is no column {by!r} to compare by; name one of {', '.join(there)}.")
    if by in articles.columns and articles[by].map(schema.is_missing).all():
        raise schema.InputError(f"The column {by!r} is empty for every article; fill it in, or compare by another.")


def questions(by: str) -> list[Question]:
    """What the report asks, in order."""
    told = {"party": "what each party is quoted with", "speaker": "what each speaker is quoted with"}
    told["whose_words"] = "the outlets' own words, their reporting, and verbatim quotations"
    words = told.get(by, f"the accounts of each {by.replace('_', ' ')}, quotations included")
    voices = f"How events are told: the voice of the verbs in {words}"
    return [
        Question("who_is_quoted", "Who gets to speak in each outlet", "balance", BALANCE, by="outlet"),
        Question("frames", f"Which frames stand in {words}", "frames", FRAMES),
        Question("verb_voices", voices, "voices", VOICE_MEASURE, labels=VOICE_WORDS),
        Question("sentiment", f"How positive or negative the words are in {words}", "sentiment", sentiment.COMPOUND),
        Question("wording", f"Words that stand out in {words}", "wording", WORDS, method="log-odds"),
    ]


def comparisons(
    measures: Mapping[str, pd.DataFrame], articles: pd.DataFrame, *, by: str, seed: int = 0
) -> dict[str, Comparison]:
    """The report's comparisons by name. One that has nothing to compare is left out."""
    out = {}
    for question in questions(by):
        group = question.by or by
        rows = with_column(measures[question.table], articles, group)
        asked = rows[(rows["measure"] == question.measure) & rows[group].notna()]
        if _comparable(asked, group, question.method):
            result = compare(rows, by=group, measure=question.measure, method=question.method, seed=seed)
            out[question.name] = _in_plain_words(result, question, asked)
    return out


def _comparable(asked: pd.DataFrame, by: str, method: str) -> bool:
    """True where something was found to compare; keyness needs two groups."""
    found = bool(asked["item"].notna().any())
    return found and (method != "log-odds" or asked[by].nunique() > 1)


def _in_plain_words(result: Comparison, question: Question, asked: pd.DataFrame) -> Comparison:
    """The comparison with the question's title and labels, and a note on how much of it is the speakers' own."""
    tables = {name: getattr(result, name).replace({"item": question.labels}) for name in ("table", "points")}
    counted = asked[asked["item"].notna() & asked["whose_words"].notna() & asked["quote_id"].notna()]
    own = int((counted["whose_words"] == "speaker_verbatim").sum())
    quoted = (
        f"Of {len(counted)} counted in quotations, {own} stood in quotation marks; the others are an outlet's wording."
    )
    notes = [*result.notes[:1], *([quoted] if len(counted) else []), *result.notes[1:]]
    return replace(result, title=question.title, notes=tuple(notes), **tables)
