"""Phrases that outlets share: word sequences that stand in two outlets alike, left by copies and common sources."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from .. import schema, whose_words
from .terms import Word, function_words, words

PHRASE_COLUMNS = ("phrase", "n_words", "n_outlets", "n_articles", "article_id", "outlet", "start", "end")

Named = dict[int, int]  # place in the row of all words -> number of the sequence that begins there


def shared_phrases(
    articles: pd.DataFrame, quotes: pd.DataFrame, *, least: int = 6, quoted: bool = False
) -> pd.DataFrame:
    """The longest word sequences that two or more outlets have in common: a row a place, the longest phrases first.

    Sequences of `least` words or more, read as `words` reads them, punctuation and sentence ends passed over; of each
    place the longest that another outlet has too. Only words outside a speaker's quotation marks count; with `quoted`
    only those inside. What they share may come from a common agency, a press release or one from the other: the table
    cannot tell. Left out and counted in the notes: sequences of function words alone.
    """
    if least < 2:
        raise schema.InputError(f"least is a number of words from 2, not {least!r}.")
    row = _row(articles, quotes, quoted)
    found, bare = [], 0
    for length, groups in _longest(row, least):
        for places in groups:
            terms = row.terms(places[0], length)
            if all(term in function_words() for term in terms):
                bare += 1
            else:
                found += list(_lines(row, places, terms))
    frame = pd.DataFrame(found, columns=list(PHRASE_COLUMNS)).astype({"start": "Int64", "end": "Int64"})
    order = ["n_words", "phrase", "article_id", "start"]
    frame = frame.sort_values(order, ascending=[False, True, True, True], kind="stable", ignore_index=True)
    notes = [f"Left out: {bare} shared sequences of function words alone."] if bare else []
    return schema.with_notes(frame, [*whose_words.left_out(articles, quotes), *notes])


@dataclass(frozen=True)
class _Row:
    """All words of all articles behind each other, an empty one wherever a sequence must end."""

    words: list[Word]
    owner: list[int]
    articles: list[dict[str, Any]]

    def terms(self, place: int, length: int) -> list[str]:
        return [word for word, _, _ in self.words[place : place + length]]

    def outlet(self, place: int) -> str:
        """Who published the article at a place; one that names no outlet is its own."""
        article = self.articles[self.owner[place]]
        return str(article["outlet"] or article["article_id"])


def _row(articles: pd.DataFrame, quotes: pd.DataFrame, quoted: bool) -> _Row:
    row = _Row([], [], [])
    for number, voices in enumerate(whose_words.voices(articles, quotes)):
        row.articles.append(voices.article)
        for word in _stream(voices, quoted):
            row.words.append(word)
            row.owner.append(number)
    return row


def _stream(voices: whose_words.Voices, quoted: bool) -> Iterator[Word]:
    """The words that count, with an empty one where another voice or what is not the article stands between."""
    last = 0
    for stretch in voices.stretches():
        if (stretch.whose == "speaker_verbatim") != quoted:
            yield "", stretch.start, stretch.start
            continue
        if any(last <= start < stretch.start for start, _ in voices.skips):
            yield "", stretch.start, stretch.start
        for run in words(voices.text[stretch.start : stretch.end]):
            yield from ((word, stretch.start + start, stretch.start + end) for word, start, end in run)
        last = stretch.end
    yield "", last, last


def _longest(row: _Row, least: int) -> Iterator[tuple[int, list[list[int]]]]:
    """For each length, the sequences that two outlets have and that, at one place at least, no longer one holds."""
    number: dict[str, int] = {}
    named = {place: number.setdefault(word, len(number)) for place, (word, _, _) in enumerate(row.words) if word}
    named, length = _common(row, named), 1
    while named:
        longer = _common(row, _one_word_more(named))
        if length >= least:
            groups = [
                places
                for places in _groups(named).values()
                if any(place not in longer and place - 1 not in longer for place in places)
            ]
            yield length, groups
        named, length = longer, length + 1


def _one_word_more(named: Named) -> Named:
    """Each sequence with its next word, named by the two sequences that it is made of."""
    number: dict[tuple[int, int], int] = {}
    return {
        place: number.setdefault((name, named[place + 1]), len(number))
        for place, name in named.items()
        if place + 1 in named
    }


def _groups(named: Named) -> dict[int, list[int]]:
    groups: dict[int, list[int]] = {}
    for place, name in named.items():
        groups.setdefault(name, []).append(place)
    return groups


def _common(row: _Row, named: Named) -> Named:
    """Those that stand in more than one outlet."""
    return {
        place: name
        for name, places in _groups(named).items()
        if len({row.outlet(place) for place in places}) > 1
        for place in places
    }


def _lines(row: _Row, places: list[int], terms: list[str]) -> Iterator[dict[str, Any]]:
    shared = {
        "phrase": " ".join(terms),
        "n_words": len(terms),
        "n_outlets": len({row.outlet(place) for place in places}),
        "n_articles": len({row.owner[place] for place in places}),
    }
    for place in places:
        article = row.articles[row.owner[place]]
        ends = {"start": row.words[place][1], "end": row.words[place + len(terms) - 1][2]}
        yield {**shared, "article_id": article["article_id"], "outlet": article["outlet"], **ends}
