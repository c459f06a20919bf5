"""A first referent table to edit: the people and bodies that the articles name, by head noun and apposition."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from .. import entities, nlp, schema, whose_words
from ..grammar import senses
from ..nlp import Word
from .labels import before_noun

SUGGESTED_COLUMNS = (*entities.REFERENT_COLUMNS, "head", "times", "outlets")

_NOUNS = ("NOUN", "PROPN")


@dataclass(frozen=True)
class _Named:
    """A phrase for people or a body: its words, its head noun, and the phrase in apposition to it."""

    phrase: str
    head: str
    other: str | None


def suggest_referents(articles: pd.DataFrame, *, referents: pd.DataFrame | str | Path | None = None) -> pd.DataFrame:
    """Phrases for people and bodies that stand in no referent table yet, as rows to edit; the most frequent first.

    Columns phrase, referent, party (as in referents.csv), then head (the head noun, so that all kinds of "troops" stand
    together), times, and outlets. What stands in apposition is one referent: "a 14-year-old boy, Ali Muslat" gives
    "14-year-old boy" the referent "Ali Muslat". All others are a referent of their own, and `party` is empty: who is
    the same, and on whose side, is yours to say.
    """
    known = entities.Phrases(entities.referent_table(referents), "phrase")
    times: Counter[str] = Counter()
    heads: dict[str, str] = {}
    same: dict[str, str] = {}
    outlets: defaultdict[str, set[str]] = defaultdict(set)
    none = schema.table([], "quotes")
    for voices in whose_words.voices(articles, none):
        for named in _in_article(voices):
            times[named.phrase] += 1
            heads.setdefault(named.phrase, named.head)
            outlets[named.phrase].add(str(voices.article["outlet"]))
            if named.other:
                same.setdefault(named.phrase, named.other)
    of_head: Counter[str] = Counter()
    for phrase, number in times.items():
        of_head[heads[phrase]] += number
    unknown = [phrase for phrase in times if known.exact(phrase) is None]
    order = sorted(unknown, key=lambda p: (-of_head[heads[p]], heads[p], -times[p], p))
    rows = [(p, same.get(p, p), "", heads[p], times[p], "; ".join(sorted(outlets[p]))) for p in order]
    return schema.with_notes(pd.DataFrame(rows, columns=list(SUGGESTED_COLUMNS)), whose_words.left_out(articles, none))


def _in_article(voices: whose_words.Voices) -> Iterator[_Named]:
    for sentence in nlp.parse(voices.text):
        for token in sentence.words:
            if token.pos_ in _NOUNS and not voices.skipped(sentence.start + token.idx):
                yield from _named(token)


def _named(token: Word) -> Iterator[_Named]:
    """The phrase of a noun for people or of one in apposition; both phrases of an apposition, joined."""
    other = next((c for c in token.children if c.dep_ == "appos" and c.pos_ in _NOUNS), None)
    if other is not None and _is_one(token, other):
        name, told = (token, other) if token.pos_ == "PROPN" else (other, token)
        yield _Named(_phrase(told), told.lemma_.lower(), _phrase(name))
        yield _Named(_phrase(name), told.lemma_.lower(), None)
    elif token.dep_ != "appos" and token.pos_ == "NOUN" and senses.names_people(token):
        yield _Named(_phrase(token), token.lemma_.lower(), None)


def _is_one(token: Word, other: Word) -> bool:
    """True where a name and a noun for people or a body stand in apposition."""
    kinds = {token.pos_, other.pos_}
    noun = token if token.pos_ == "NOUN" else other
    return kinds == {"NOUN", "PROPN"} and (senses.names_people(noun) or senses.names_body(noun))


def _phrase(noun: Word) -> str:
    first = before_noun(noun)
    words = [first.nbor(step) if step else first for step in range(noun.i - first.i + 1)]
    return "".join(word.text + word.whitespace_ for word in words).strip()
