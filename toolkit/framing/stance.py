"""Stance of the reporting verb: whether an outlet passes words on, holds them at a distance or takes them for true."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd

from .. import nlp, resources, schema, whose_words
from ..nlp import Word
from .counting import own_table, shares

STANCE_COLUMNS = {
    "article_id": "the article",
    "outlet": "who published it",
    "quote_id": "the quote",
    "speaker": "who is quoted",
    "party": "the speaker's side",
    "whose_words": "whose word the cue is: outlet_reporting or speaker_verbatim where a speaker quotes another",
    "cue": "the reporting expression, as written",
    "stance": "neutral, distancing or endorsing; missing where the list does not hold the expression",
    "expression": "the entry of the list that decides",
    "modifier": "the word that changes the cue's own stance, as in “falsely claimed”",
    "reason": "why the list calls it so",
    "start": "first character of the cue",
    "end": "one past its last character",
}
MEASURE = "share of reporting expressions"
UNLISTED = "not in the list"

_STRONGEST = ("distancing", "endorsing", "neutral")


@dataclass(frozen=True)
class Expression:
    """An entry of resources/stance.tsv: its lemmas, what it tells of the outlet's stance, and why."""

    words: tuple[str, ...]
    stance: str
    reason: str

    @property
    def name(self) -> str:
        """The entry as it stands in the list."""
        return " ".join(self.words)


@lru_cache(maxsize=2)
def _entries(kind: str) -> dict[str, list[Expression]]:
    """The entries of a kind (cue or modifier) by their first word, the longest first."""
    rows = resources.table("stance.tsv")
    found = [Expression(tuple(words.split()), stance, why) for words, of, stance, why in rows if of == kind]
    out: dict[str, list[Expression]] = {}
    for entry in sorted(found, key=lambda entry: -len(entry.words)):
        out.setdefault(entry.words[0], []).append(entry)
    return out


def cue_tokens(voices: whose_words.Voices, quote: dict[str, Any]) -> list[Word]:
    """The words of a quote's cue in the parse of its sentence; of a cue without a place, in a parse of its own."""
    start, end = quote["cue_start"], quote["cue_end"]
    if start is None or end is None:
        return [token for sentence in nlp.parse(str(quote["cue"] or "")) for token in sentence.words]
    sentence = nlp.parse(voices.text)[nlp.sentence_at(voices.text, start)]
    return [token for token in sentence.words if start <= sentence.start + token.idx < end]


def stance_of(cue: Sequence[Word]) -> tuple[Expression | None, Expression | None]:
    """The entry that decides on a cue, and the modifier that changes it; None where there is none.

    Of several entries in one cue a distancing one counts before an endorsing one, and that before a neutral one. A
    negated cue ("did not confirm") is none of the three.
    """
    if any(token.dep_ == "neg" for token in cue):
        return None, None
    found = list(_entries_in([(token.lemma_.lower(), token.text.lower()) for token in cue]))
    chosen = min(found, key=lambda entry: _STRONGEST.index(entry.stance), default=None)
    return chosen, next((modifier for token in cue for modifier in _modifiers(token)), None)


def _entries_in(forms: Sequence[tuple[str, str]]) -> Iterator[Expression]:
    """The entries in a cue, from the lemma and the form of each of its words; the longest from each place."""
    place = 0
    while place < len(forms):
        fitting = (e for form in forms[place] for e in _entries("cue").get(form, []))
        entry = next((e for e in fitting if _stands(e.words, forms[place : place + len(e.words)])), None)
        if entry is not None:
            yield entry
        place += len(entry.words) if entry is not None else 1


def _stands(words: Sequence[str], forms: Sequence[tuple[str, str]]) -> bool:
    return len(words) == len(forms) and all(word in form for word, form in zip(words, forms, strict=True))


def _modifiers(token: Word) -> Iterator[Expression]:
    """What hangs on a word of the cue and changes its stance: "falsely claimed", "said without offering evidence"."""
    for child in token.children:
        for entry in _entries("modifier").get(child.text.lower(), []):
            below = {word.lemma_.lower() for word in child.subtree}
            if below.issuperset(entry.words[1:]):
                yield entry


def find_stance(articles: pd.DataFrame, quotes: pd.DataFrame) -> pd.DataFrame:
    """For each quotation, how its reporting verb sets the outlet to the words: neutral, distancing or endorsing.

    "Said" leaves open whether the words are true, "claimed" doubts them, "noted" takes them for true; a word on the
    verb may do it too ("falsely claimed", "said without evidence"; column `modifier`). One row a quotation of speech or
    writing that has a cue, columns as in STANCE_COLUMNS. The list and the reason of each entry are
    `resources/stance.tsv`, after Thompson & Ye (1991), Applied Linguistics 12, 365-382. A verb shows how words are put,
    not what an outlet believes: house styles prefer some verbs, and so do translators.
    """
    said = quotes[quotes["act"].isin(schema.REPORTED_ACTS)]
    rows = [
        _row(voices, quote)
        for voices in whose_words.voices(articles, said)
        for quote in voices.quotes
        if _has_word(quote["cue"])
    ]
    notes = whose_words.left_out(articles, quotes)
    without = "Quotations without a reporting expression (transcripts, headlines), left out: {left}."
    unlisted = tuple(dict.fromkeys(str(row["cue"]) for row in rows if row["stance"] is None))
    notes += [
        schema.Note(without, left=sum(not _has_word(cue) for cue in said["cue"])),
        schema.Note("Reporting expressions that the list does not hold: {cues} ({cues:some}).", cues=unlisted),
    ]
    return own_table(rows, STANCE_COLUMNS, notes)


def _has_word(cue: object) -> bool:
    return isinstance(cue, str) and any(letter.isalpha() for letter in cue)


def _row(voices: whose_words.Voices, quote: dict[str, Any]) -> dict[str, Any]:
    entry, modifier = stance_of(cue_tokens(voices, quote))
    decides = modifier or entry
    start, end = quote["cue_start"], quote["cue_end"]
    whose = voices.at(start, end)[0] if start is not None and end is not None else "outlet"
    return {
        **{name: quote[name] for name in ("article_id", "outlet", "quote_id", "speaker", "party", "cue")},
        "whose_words": whose,
        "stance": decides.stance if decides else None,
        "expression": entry.name if entry else None,
        "modifier": modifier.name if modifier else None,
        "reason": decides.reason if decides else None,
        "start": start,
        "end": end,
    }


def measure_stance(stances: pd.DataFrame) -> pd.DataFrame:
    """Which share of the expressions that report a speaker's words is neutral, distancing or endorsing.

    Measures rows of the family "framing" from the table of `find_stance`: .5 distancing for a party says that half of
    the times they are quoted, the verb holds their words at a distance. Item is the stance, or "not in the list". Cues
    that stand in a speaker's own quotation marks are that speaker's and are left out.
    """
    outlets = stances[stances["whose_words"] != "speaker_verbatim"] if len(stances) else stances
    told = outlets.assign(stance=outlets["stance"].fillna(UNLISTED))
    rows = shares(schema.records(told), MEASURE, "stance")
    own = schema.Note(
        "Reporting verbs inside a speaker's own quotation, left out: {left}.", left=len(stances) - len(outlets)
    )
    return schema.table(rows, "measures", [*schema.raw_notes(stances), own])
