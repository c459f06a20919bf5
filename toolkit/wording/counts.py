"""How often each term stands in each article, and in whose words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pandas as pd

from .. import schema, whose_words
from .terms import function_words, terms, words

FAMILY = "wording"
MEASURE = "occurrences per 1,000 words"


def measure_wording(
    articles: pd.DataFrame,
    quotes: pd.DataFrame,
    *,
    ngrams: int = 1,
    min_count: int = 2,
    keep_function_words: bool = False,
) -> pd.DataFrame:
    """How often each term stands in each article, and in whose words: for `compare`, as rates or as keyness.

    `ngrams` is the longest term in words (1 to 3); terms that occur fewer than `min_count` times in all articles
    together are left out. A measures table: for each article and voice a row a term (value = its count, n = 0), and one
    row without an item whose n is all words of that voice in that article, in thousands, function words among them.
    What `skip` marks is not counted. Raises InputError for other values. What a word is stands in `wording/terms.py`.
    """
    if ngrams not in (1, 2, 3):
        raise schema.InputError(f"ngrams is 1, 2 or 3 (the longest term in words), not {ngrams!r}.")
    if min_count < 1:
        raise schema.InputError(f"min_count is 1 or more, not {min_count!r}.")
    left_out: frozenset[str] = frozenset() if keep_function_words else function_words()
    counted = [tally for v in whose_words.voices(articles, quotes) for tally in _tallies(v, ngrams, left_out)]
    rows = [row for origin, size, tally in counted for row in _rows(origin, size, tally)]
    notes = whose_words.left_out(articles, quotes)
    if left_out:
        notes.append(f"Terms that begin or end with one of {len(left_out)} function words are left out.")
    return without_rare(schema.Parts.of(schema.table(rows, "measures", notes)), min_count).joined()


def without_rare(counted: schema.Parts, min_count: int = 2) -> schema.Parts:
    """The same without the terms that occur fewer than `min_count` times in all articles of the table together."""
    times = Counter[str]()
    for rows in counted:
        times.update({str(term): int(count) for term, count in rows.groupby("item")["value"].sum().items()})
    rare = {term for term, count in times.items() if count < min_count}
    note = f"Terms that occur fewer than {min_count} times are left out ({len(rare):,} of {len(times):,})."
    return counted.mapped(lambda rows: rows[~rows["item"].isin(rare)].reset_index(drop=True), *[note] * bool(rare))


def _tallies(
    voices: whose_words.Voices, ngrams: int, left_out: frozenset[str]
) -> Iterator[tuple[dict[str, Any], int, Counter[str]]]:
    """For each voice of an article: where it stands, how many words it has, and how often each term."""
    found: dict[tuple[str, str], tuple[dict[str, Any], list[int], Counter[str]]] = {}
    for stretch in voices.stretches():
        key = (stretch.whose, str(stretch.quote["quote_id"]) if stretch.quote else "")
        origin = whose_words.origin(voices.article, stretch.whose, stretch.quote)
        _, size, tally = found.setdefault(key, (origin, [0], Counter()))
        size[0] += stretch.words
        for run in words(voices.text[stretch.start : stretch.end]):
            tally.update(terms([word for word, _, _ in run], ngrams, left_out))
    yield from ((origin, size[0], tally) for _, (origin, size, tally) in sorted(found.items()) if size[0])


def _rows(origin: dict[str, Any], size: int, tally: Counter[str]) -> Iterator[dict[str, Any]]:
    shared = {**origin, "family": FAMILY, "measure": MEASURE}
    yield {**shared, "item": None, "value": 0, "n": size / 1_000}
    for term, count in sorted(tally.items()):
        yield {**shared, "item": term, "value": count, "n": 0}
