"""Labels: what each outlet and each speaker calls the same people or thing, in their own words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from .. import entities, nlp, schema, whose_words
from ..grammar import layout
from ..nlp import Word
from .counting import own_table, shares

LABEL_COLUMNS = {
    "article_id": "the article",
    "outlet": "who published it",
    "worded_by": "whose word it is: the outlet, or the speaker where it stands in quotation marks",
    "whose_words": "outlet, outlet_reporting or speaker_verbatim",
    "speaker": "whose statement it stands in",
    "party": "that speaker's side",
    "quote_id": "the quote it stands in",
    "sentence": "number of the sentence, from 0",
    "referent": "who or what is meant, from the referent table",
    "referent_party": "the side that the referent table gives them",
    "label": "what they are called, as written, without the article",
    "head": "the label's head noun, as a lemma",
    "start": "first character of the label",
    "end": "one past its last character",
}
MEASURE = "share of mentions: "  # and the referent
UNNAMED = "a speaker not named"

_BEFORE_NOUN = ("amod", "compound", "nmod", "npadvmod", "punct")  # "pro-regime" is a word, a hyphen and a word
_NO_NAMING = ("other", "same", "such", "many", "more", "several", "few", "first", "second", "next", "last")
_NO_LABEL = ("VERB", "AUX", "ADP", "ADV")


def find_labels(
    articles: pd.DataFrame, quotes: pd.DataFrame, *, referents: pd.DataFrame | str | Path | None = None
) -> pd.DataFrame:
    """Every mention of a referent: what it is called there, and whose word that is.

    One row a mention, columns as in LABEL_COLUMNS, in the order of the text. `referents` is the table phrase, referent,
    party. A label is the phrase with the words before it that belong to the same noun: where the table has "convoy",
    the label may be "occupation convoy". A label inside an indirect statement is the outlet's word; it is the speaker's
    only where it stands in quotation marks (Fowler 1991, Language in the News, on naming; the split is `whose_words`).
    Datelines and parts of hyphenated words ("anti-government") mention nobody.
    """
    phrases = entities.Phrases(entities.referent_table(referents), "phrase")
    rows: list[dict[str, Any]] = []
    for voices in whose_words.voices(articles, quotes) if phrases else []:
        rows.extend(_mentions(voices, phrases))
    notes = whose_words.left_out(articles, quotes)
    if not phrases:
        notes.append("There is no referent table, so no labels were looked for; suggest_referents writes a first one.")
    return own_table(rows, LABEL_COLUMNS, notes)


def _mentions(voices: whose_words.Voices, phrases: entities.Phrases) -> Iterator[dict[str, Any]]:
    article, text = voices.article, voices.text
    datelines = layout.datelines(text)
    for found in phrases.find(text, article["outlet"], article["article_id"]):
        part_of_word = "-" in (text[found.start - 1 : found.start], text[found.end : found.end + 1])
        dateline = any(start <= found.start < end for start, end in datelines)
        if part_of_word or dateline or voices.skipped(found.start):
            continue
        sentence = nlp.parse(text)[nlp.sentence_at(text, found.start)]
        start, end = found.start - sentence.start, found.end - sentence.start
        phrase = [word for word in sentence.words if word.idx < end and start < word.idx + len(word.text)]
        root = _root(phrase)
        if found.end <= sentence.end and root.pos_ not in _NO_LABEL:
            first = min(_without_article(phrase), before_noun(root), key=lambda token: token.i)
            place = {"sentence": sentence.number, "head": root.lemma_.lower()}
            yield {**place, **_row(voices, found, sentence.start + first.idx)}


def _row(voices: whose_words.Voices, found: entities.Found, wider: int) -> dict[str, Any]:
    """The columns of a mention; its label begins at `wider`, as far as that is the same voice."""
    whose, quote = voices.at(found.start, found.end)
    start = wider if voices.at(wider, found.end) == (whose, quote) else found.start
    origin = whose_words.origin(voices.article, whose, quote)
    return {
        **origin,
        "worded_by": (origin["speaker"] or UNNAMED) if whose == "speaker_verbatim" else origin["outlet"],
        "referent": found.row["referent"],
        "referent_party": found.row["party"] or None,
        "label": " ".join(voices.text[start : found.end].split()),
        "start": start,
        "end": found.end,
    }


def _without_article(phrase: Sequence[Word]) -> Word:
    """The phrase's first word that is no article; "A civilian" and "the civilian" are one label."""
    return next((token for token in phrase if token.dep_ != "det"), phrase[0])


def _root(phrase: Sequence[Word]) -> Word:
    """The word of a phrase that is nearest to what the sentence hangs on."""
    return min(phrase, key=_depth)


def _depth(word: Word) -> int:
    steps = 0
    while word.head is not word:
        word, steps = word.head, steps + 1
    return steps


def before_noun(noun: Word) -> Word:
    """The first of the words that belong before a noun: of "the loyal Arab militias", "loyal"."""
    first = noun
    while first.i > 0:
        before = first.nbor(-1)
        top = before
        while top.dep_ in (*_BEFORE_NOUN, "nummod") and top.i < noun.i:
            top = top.head
        belongs = before.dep_ in _BEFORE_NOUN and (before.dep_ != "punct" or before.text == "-")
        belongs = belongs and before.text.lower() not in _NO_NAMING
        if top.i != noun.i or not (belongs or not before.whitespace_):
            return first
        first = before
    return first


def measure_labels(labels: pd.DataFrame) -> pd.DataFrame:
    """Which share of a referent's mentions each label has: .5 for "civilian" says that half of them call him so.

    Measures rows of the family "framing" from the table of `find_labels`; one measure a referent, "share of mentions: "
    and its name; item is the label ("U.S. troops" and "US troops" are one). A further column, worded_by, says whose
    word it is: compare by that. Only words in quotation marks count for a speaker and a party.
    """
    return in_one_spelling(schema.Parts.of(counted_labels(labels))).joined()


def counted_labels(labels: pd.DataFrame) -> pd.DataFrame:
    """The rows of `measure_labels`, each label as it is spelt."""
    rows: list[dict[str, Any]] = []
    for referent, mentions in labels.groupby("referent", sort=True):
        rows += shares(map(_worded, schema.records(mentions)), f"{MEASURE}{referent}", "label", also=("worded_by",))
    counted = schema.table(rows, "measures")
    worded_by = pd.array([row["worded_by"] for row in rows], dtype="str")
    return schema.with_notes(counted.assign(worded_by=worded_by), schema.raw_notes(labels))


def in_one_spelling(counted: schema.Parts) -> schema.Parts:
    """The rows with each label in its referent's most frequent spelling."""
    written: dict[str, Counter[str]] = {}
    for rows in counted:
        for measure, label in rows.loc[rows["item"].notna(), ["measure", "item"]].itertuples(index=False):
            written.setdefault(measure, Counter())[label] += 1
    names = {(measure, label): name for measure, spellings in written.items() for label, name in _names(spellings)}

    def named(rows: pd.DataFrame) -> pd.DataFrame:
        spelt = [names.get(pair) for pair in zip(rows["measure"], rows["item"], strict=True)]
        return rows.assign(item=pd.array(spelt, dtype="str"))

    return counted.mapped(named)


def _names(spellings: Counter[str]) -> Iterator[tuple[str, str]]:
    """Each label as it is spelt, with its most frequent spelling."""
    ranked = sorted(spellings, key=lambda name: (-spellings[name], name.swapcase()))  # "convoy" before "Convoy"
    best = {entities.normal(name): name for name in reversed(ranked)}
    yield from ((name, best[entities.normal(name)]) for name in spellings)


def _worded(mention: dict[str, Any]) -> dict[str, Any]:
    """The mention without the speaker and party of a statement that is in the outlet's words."""
    own = mention["whose_words"] == "speaker_verbatim"
    return mention if own else {**mention, "speaker": None, "party": None}


def contested(labels: Iterable[pd.DataFrame], most: int = 3) -> list[str]:
    """The referents that go by the most different labels, the most contested first; those with one label are none.

    `labels` is the table of `find_labels`, part by part.
    """
    called: dict[str, set[str]] = {}
    for mentions in labels:
        for referent, names in mentions.groupby("referent")["label"]:
            called.setdefault(str(referent), set()).update(map(entities.normal, names.unique()))
    ranked = sorted(called.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return [referent for referent, names in ranked if len(names) > 1][:most]
