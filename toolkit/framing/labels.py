"""Labels: what each outlet and each speaker calls the same people or thing, in their own words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from .. import entities, nlp, schema, whose_words
from ..grammar import layout
from ..grammar.tokens import Token
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
        inside = (found.start - sentence.start, found.end - sentence.start)
        phrase = sentence.doc.char_span(*inside, alignment_mode="expand")
        if phrase is not None and phrase.root.pos_ not in _NO_LABEL:
            first = min(_without_article(list(phrase)), before_noun(phrase.root), key=lambda token: token.i)
            place = {"sentence": sentence.number, "head": phrase.root.lemma_.lower()}
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


def _without_article(phrase: Sequence[Token]) -> Token:
    """The phrase's first word that is no article; "A civilian" and "the civilian" are one label."""
    return next((token for token in phrase if token.dep_ != "det"), phrase[0])


def before_noun(noun: Token) -> Token:
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


def measure_labels(labels: pd.DataFrame, *, column: str = "label") -> pd.DataFrame:
    """Which share of a referent's mentions each label has: .5 for "civilian" says that half of them call him so.

    Measures rows of the family "framing" from the table of `find_labels`; one measure a referent, "share of mentions: "
    and its name; item is the label ("U.S. troops" and "US troops" are one), or with `column="head"` its head noun. A
    further column, worded_by, says whose word it is: compare by that. Only words in quotation marks count for a speaker
    and a party.
    """
    if column not in ("label", "head"):
        raise schema.InputError(f"There are no labels by {column!r}; use column='label' or column='head'.")
    rows: list[dict[str, Any]] = []
    for referent, mentions in labels.groupby("referent", sort=True):
        names = _names(mentions[column])
        told = mentions.assign(_item=[names[entities.normal(name)] for name in mentions[column]])
        rows += shares(map(_worded, schema.records(told)), f"{MEASURE}{referent}", "_item", also=("worded_by",))
    return schema.table(rows, "measures", schema.raw_notes(labels))


def _names(written: pd.Series[Any]) -> dict[str, str]:
    """For each label, however spelt, its most frequent spelling."""
    spellings = Counter(written)
    ranked = sorted(spellings, key=lambda name: (-spellings[name], name.swapcase()))  # "convoy" before "Convoy"
    return {key: name for name in reversed(ranked) for key in [entities.normal(name)]}


def _worded(mention: dict[str, Any]) -> dict[str, Any]:
    """The mention without the speaker and party of a statement that is in the outlet's words."""
    own = mention["whose_words"] == "speaker_verbatim"
    return mention if own else {**mention, "speaker": None, "party": None}


def contested(labels: pd.DataFrame, most: int = 3) -> list[str]:
    """The referents that go by the most different labels, the most contested first; those with one label are none."""
    keys = labels.assign(key=labels["label"].map(entities.normal)) if len(labels) else labels.assign(key=[])
    counts = keys.groupby("referent")["key"].nunique()
    ranked = sorted(counts.items(), key=lambda pair: (-int(pair[1]), str(pair[0])))
    return [str(referent) for referent, number in ranked if int(number) > 1][:most]
