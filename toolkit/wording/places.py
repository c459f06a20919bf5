"""Where a phrase stands: a line for each place, the words around it, and how far into the article it falls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import Any

import pandas as pd

from .. import schema, whose_words
from .terms import Word, function_words, sought, words

PLACE = "place in the article (0 = beginning, 1 = end)"
CONCORDANCE_COLUMNS = ("article_id", "outlet", "left", "match", "right", "start", "end", "place", "url")
WHOSE_COLUMNS = ("whose_words", "speaker")
SCORES = ("likelihood_ratio", "pmi", "student_t", "chi_sq", "dice", "jaccard")

_ORDERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "article": lambda line: 0,
    "left": lambda line: line["left"].casefold().split()[::-1],
    "right": lambda line: line["right"].casefold().split(),
    "match": lambda line: line["match"].casefold(),
}


def concordance(
    articles: pd.DataFrame,
    phrase: str,
    *,
    width: int = 40,
    sort: str = "article",
    quotes: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Every place where a phrase stands, with the words around it: a row a place, in the order of the articles.

    The phrase is whole words, read as `words` reads them: case, kinds of apostrophe and a possessive 's make no
    difference. `left` and `right` are up to `width` characters of the article as it is, white space evened out; `start`
    and `end` are the match's place in the article's text, `place` is how far into the article it falls (0 to 1), `url`
    leads to it. `sort` orders the lines by the words to the "left" (the nearest first), to the "right", by the "match"
    as it is written, or by "article". With `quotes` two more columns say whose words they are. What `skip` marks is
    neither searched nor shown. An unknown `sort` or a phrase without a word raises InputError. Made with NLTK's
    ConcordanceIndex.
    """
    if width < 0:
        raise schema.InputError(f"width is a number of characters from 0, not {width!r}.")
    if sort not in _ORDERS:
        raise schema.InputError(f"sort is one of {', '.join(map(repr, _ORDERS))}, not {sort!r}.")
    wanted = sought(phrase)
    lines = [line for v in _outlet_voices(articles) for line in _lines(v, wanted, width)]
    lines.sort(key=_ORDERS[sort])
    columns = list(CONCORDANCE_COLUMNS)
    if quotes is not None:
        lines = _told_by(lines, whose_words.voices(articles, quotes))
        columns += WHOSE_COLUMNS
    return pd.DataFrame(lines, columns=columns).astype({"start": "Int64", "end": "Int64"})


def _told_by(lines: list[dict[str, Any]], voices: list[whose_words.Voices]) -> list[dict[str, Any]]:
    """The lines with whose words each match is."""
    by_id = {voice.article["article_id"]: voice for voice in voices}
    told = []
    for line in lines:
        voice = by_id[line["article_id"]]
        origin = whose_words.origin(voice.article, *voice.at(line["start"], line["end"]))
        told.append({**line, **{name: origin[name] for name in WHOSE_COLUMNS}})
    return told


def _outlet_voices(articles: pd.DataFrame) -> list[whose_words.Voices]:
    return whose_words.voices(articles, schema.table([], "quotes"))


def _article_words(voices: whose_words.Voices) -> list[Word]:
    """All words of an article that are its own, with their places; an empty word stands between two sentences."""
    out: list[Word] = []
    for stretch in voices.stretches():
        for run in words(voices.text[stretch.start : stretch.end]):
            out += [(word, stretch.start + start, stretch.start + end) for word, start, end in run]
        out.append(("", stretch.end, stretch.end))
    return out


def _places(found: list[Word], wanted: list[str]) -> Iterator[int]:
    """The numbers of the words at which the phrase begins, by NLTK's concordance index."""
    from nltk.text import ConcordanceIndex

    terms = [word for word, _, _ in found]
    index = ConcordanceIndex(terms)
    yield from (at for at in index.offsets(wanted[0]) if terms[at : at + len(wanted)] == wanted)


def _lines(voices: whose_words.Voices, wanted: list[str], width: int) -> Iterator[dict[str, Any]]:
    found, text = _article_words(voices), voices.text
    before = list(accumulate((bool(word) for word, _, _ in found), initial=0))
    for at in _places(found, wanted):
        start, end = found[at][1], found[at + len(wanted) - 1][2]
        first = max([0, start - width, *(stop for _, stop in voices.skips if stop <= start)])
        last = min([len(text), end + width, *(begin for begin, _ in voices.skips if begin >= end)])
        yield {
            "article_id": voices.article["article_id"],
            "outlet": voices.article["outlet"],
            "left": " ".join(text[first:start].split()),
            "match": text[start:end],
            "right": " ".join(text[end:last].split()),
            "start": start,
            "end": end,
            "place": before[at] / before[-1],
            "url": voices.article["url"],
        }


def measure_places(articles: pd.DataFrame, phrases: str | Sequence[str]) -> pd.DataFrame:
    """Where in each article a phrase falls, for `compare` with method="dispersion" and for `plot`.

    A measures table: a row an occurrence, value = the share of the article's words before it (0 to 1), n = 1; an
    article in which a phrase does not occur has one row with n = 0, so that the chart shows it empty.
    """
    phrases = [phrases] if isinstance(phrases, str) else list(phrases)
    wanted = {phrase: sought(phrase) for phrase in phrases}
    rows = [row for v in _outlet_voices(articles) for phrase in wanted for row in _placed(v, phrase, wanted[phrase])]
    return schema.table(rows, "measures", whose_words.left_out(articles, schema.table([], "quotes")))


def _placed(voices: whose_words.Voices, phrase: str, wanted: list[str]) -> Iterator[dict[str, Any]]:
    origin = whose_words.origin(voices.article, "outlet", None)
    shared = {**origin, "whose_words": None, "family": "wording", "measure": PLACE, "item": phrase}
    lines = list(_lines(voices, wanted, 0))
    for line in lines:
        yield {**shared, "value": line["place"], "n": 1, "start": line["start"], "end": line["end"]}
    if not lines:
        yield {**shared, "value": 0, "n": 0}


def collocates(
    articles: pd.DataFrame, phrase: str, *, window: int = 5, min_count: int = 2, score: str = "likelihood_ratio"
) -> pd.DataFrame:
    """The words that keep company with a phrase: a row a word, those that stand near it more than elsewhere first.

    `near` counts it within `window` words on either side in the same sentence, `all` anywhere; `score` weighs how
    surprising that is, by one of NLTK's association measures: "likelihood_ratio" (Dunning 1993), "pmi" (Church & Hanks
    1990), "student_t", "chi_sq", "dice" or "jaccard". Left out and counted in the notes: function words, and words that
    are near fewer than `min_count` times or no more often than elsewhere.
    """
    from nltk.metrics import BigramAssocMeasures

    if score not in SCORES:
        raise schema.InputError(f"score is one of {', '.join(map(repr, SCORES))}, not {score!r}.")
    wanted, near, everywhere = sought(phrase), Counter[str](), Counter[str]()
    for voices in _outlet_voices(articles):
        found = _article_words(voices)
        everywhere.update(word for word, _, _ in found if word)
        places = {j for at in _places(found, wanted) for j in _around(found, at, len(wanted), window)}
        near.update(found[place][0] for place in places)
    total, around = everywhere.total(), near.total()
    kept = [
        (w, n)
        for w, n in near.items()
        if n >= min_count and w not in function_words() and n * total > everywhere[w] * around
    ]
    weigh = getattr(BigramAssocMeasures, score)
    rows = [(w, n, everywhere[w], float(weigh(n, (everywhere[w], around), total))) for w, n in kept]
    frame = pd.DataFrame(rows, columns=["word", "near", "all", "score"])
    note = (
        f"Left out of {len(near)} words near {phrase!r}: {len(near) - len(kept)} (function words, rare, or no nearer)."
    )
    return schema.with_notes(frame.sort_values(["score", "word"], ascending=[False, True], ignore_index=True), [note])


def _around(found: list[Word], at: int, length: int, window: int) -> Iterator[int]:
    """Places of the words near a match, up to a sentence's edge."""
    for step, begin in ((-1, at - 1), (1, at + length)):
        for place in range(begin, begin + step * window, step):
            if not 0 <= place < len(found) or not found[place][0]:
                break
            yield place
