"""Scare quotes: short words in quotation marks that nobody is quoted with, as in the "exercise" that emptied a town."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd

from .. import nlp, resources, schema, whose_words
from ..grammar import verbs
from ..nlp import Word
from .counting import own_table

SCARE_COLUMNS = {
    "article_id": "the article",
    "outlet": "who published it",
    "sentence": "number of the sentence, from 0",
    "words": "what stands between the marks",
    "context": "the sentence",
    "start": "first character between the marks",
    "end": "one past the last",
}
MEASURE = "scare quotes per 1,000 words"
MOST_WORDS = 4

# No mark inside; spaces only outside; so an odd mark elsewhere in the line does no harm.
_SHORT = re.compile(
    r"(?<![\w”\"])[“\"](?P<double>[^\s“”\"][^“”\"\n]{0,58})(?<![\s(])[”\"](?!\w)"
    r"|(?<![\w’'])[‘'](?P<single>[^\W\d][^‘’'\n]{0,48}\w)[’'](?!\w)"
)
_SO_CALLED = re.compile(r"\bso-called\s*$", re.IGNORECASE)
_GLOSS = re.compile(
    r"[,.;]?[”\"’']\s*(?:\(|,?\s*(?:or|meaning|means|that is|literally|which means)\b"
    r"|,?\s*which (?:is|are) (?:defined|called|known)\b)"
)
_STOPPED = re.compile(r"[.!?…:;][”\"’')\]]*$")
_NEAR = 3  # words before the mark in which a word of mentioning may stand
_UPWARD = 8  # steps up the parse


@dataclass(frozen=True)
class _Marked:
    """A short stretch in quotation marks, and the words of its sentence before it."""

    start: int
    end: int
    words: str
    before: tuple[Word, ...]
    inside: tuple[Word, ...]


_NO_SCARE = ("in headlines", "names and titles", "quoted", "words as words")


@lru_cache(maxsize=1)
def _mentioning() -> frozenset[str]:
    """Dictionary forms of what tells that quotation marks hold a name, a title or a word as a word."""
    return frozenset(resources.lines("mentioning.txt"))


def find_scare_quotes(articles: pd.DataFrame, quotes: pd.DataFrame) -> pd.DataFrame:
    """Short words that an outlet puts in quotation marks without quoting anybody: the “volunteers”, a ‘safe’ zone.

    One row each, columns as in SCARE_COLUMNS, at most four words. The marks may show doubt, irony, or only a word that
    is not the outlet's own: read the context. Left out, and counted in the notes: words inside an attributed quotation
    or under a verb of saying, words in headlines, names and titles, nicknames, words spoken of as words ("the word
    ...", "known as ..."), and foreign words that are explained. Quotations are those of the quotes table: what it
    misses may turn up here.
    """
    rows: list[dict[str, Any]] = []
    aside: Counter[str] = Counter()
    for voices in whose_words.voices(articles, quotes):
        for sentence, marked in _marked(voices):
            if why := _no_scare(voices, sentence, marked):
                aside[why] += 1
            else:
                rows.append(_row(voices, sentence, marked))
    notes = whose_words.left_out(articles, quotes)
    told = ", ".join(f"{why} {{{why}}}" for why in _NO_SCARE)
    counts = {"all": aside.total(), **{why: aside[why] for why in _NO_SCARE}}
    notes.append(schema.Note(f"Short words in quotation marks that are no scare quotes: {told}.", **counts))
    return own_table(rows, SCARE_COLUMNS, notes)


def _marked(voices: whose_words.Voices) -> Iterator[tuple[nlp.Sentence, _Marked]]:
    """The stretches of at most four words in quotation marks, outside of what is not the article's."""
    for match in _SHORT.finditer(voices.text):
        start, end = match.span(match.lastgroup or 0)
        words = voices.text[start:end].rstrip(",.;")
        if len(words.split()) > MOST_WORDS or voices.skipped(start) or not any(map(str.isalpha, words)):
            continue
        sentence = nlp.parse(voices.text)[nlp.sentence_at(voices.text, start)]
        tokens = [(sentence.start + token.idx, token) for token in sentence.words]
        before = tuple(token for place, token in tokens if place < start - 1)
        inside = tuple(token for place, token in tokens if start <= place < end)
        if inside:
            yield sentence, _Marked(start, start + len(words), words, before, inside)


def _no_scare(voices: whose_words.Voices, sentence: nlp.Sentence, marked: _Marked) -> str | None:
    """Why a stretch in quotation marks is no scare quote; None where it is one."""
    text = voices.text
    if voices.at(marked.start, marked.end)[1] is not None:
        return "quoted"
    if _SO_CALLED.search(text[sentence.start : marked.start - 1]):
        return None
    if _is_utterance(text, marked) or any(_is_saying(token) for token in _above(marked)):
        return "quoted"
    if _is_name(marked):
        return "names and titles"
    if not _STOPPED.search(text, sentence.start, sentence.end):
        return "in headlines"  # there, marks stand for somebody's words
    near = [token.lemma_.lower() for token in marked.before if token.pos_ != "PUNCT"][-_NEAR:]
    if (
        _mentioning() & set(near)
        or near[-2:] == ["know", "as"]
        or _GLOSS.match(text, marked.end)
        or text[marked.start - 2 : marked.start - 1] == "("
    ):
        return "words as words"
    return None


def _is_utterance(text: str, marked: _Marked) -> bool:
    """True for “Who pays?” and other things that are said as a sentence."""
    ended = text[marked.end - 1] in "?!…" or text[marked.end : marked.end + 1] in ("?", "!", "…")
    return ended or (marked.words[0].isupper() and text[marked.end] == "." and not marked.before)


def _is_saying(token: Word) -> bool:
    return verbs.class_of(token.lemma_.lower()) == "speech"


def _above(marked: _Marked) -> Iterator[Word]:
    """What the marked words hang on, as far as the clause goes."""
    within = {token.i for token in marked.inside}
    token = next((t for t in marked.inside if t.head.i not in within), marked.inside[0])
    for _ in range(_UPWARD):
        if token.head.i == token.i or token.dep_ in ("nsubj", "nsubjpass", "relcl", "advcl"):
            return
        token = token.head
        yield token


def _is_name(marked: _Marked) -> bool:
    """True for “Aurora”, “The Long Quay”, “the Bear”, and a foreign word that the tagger knows for one."""
    words = [word for word in marked.words.split() if len(word) > 3 or word[0].isupper()]
    capitals = bool(words) and all(word[0].isupper() or word[0].isdigit() for word in words)
    return capitals or any(token.tag_ == "FW" for token in marked.inside)


def _row(voices: whose_words.Voices, sentence: nlp.Sentence, marked: _Marked) -> dict[str, Any]:
    article = voices.article
    return {
        "article_id": article["article_id"],
        "outlet": article["outlet"],
        "sentence": sentence.number,
        "words": marked.words,
        "context": " ".join(voices.text[sentence.start : sentence.end].split()),
        "start": marked.start,
        "end": marked.end,
    }


def measure_scare_quotes(articles: pd.DataFrame, quotes: pd.DataFrame) -> pd.DataFrame:
    """How many scare quotes an outlet sets in a thousand of its own words, attributed statements left out.

    Measures rows of the family "framing": one for each row of `find_scare_quotes` (item "scare quotes", value 1, n 0,
    start and end its words), and one an article (item missing, value 0, n the outlet's own words in thousands).
    """
    found = find_scare_quotes(articles, quotes)
    shared = {"family": "framing", "measure": MEASURE, "whose_words": "outlet"}
    rows: list[dict[str, Any]] = []
    for row in schema.records(found):
        kept = {name: row[name] for name in ("article_id", "outlet", "start", "end")}
        rows.append({**shared, **kept, "item": "scare quotes", "value": 1.0, "n": 0.0})
    for voices in whose_words.voices(articles, quotes):
        words = sum(stretch.words for stretch in voices.stretches() if stretch.whose == "outlet")
        kept = {name: voices.article[name] for name in ("article_id", "outlet")}
        rows.append({**shared, **kept, "value": 0.0, "n": words / 1000})
    return schema.table(rows, "measures", schema.raw_notes(found))
