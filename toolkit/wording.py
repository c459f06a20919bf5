"""Which words each source chooses: counts of terms, and every place where a phrase stands.

What a term is:

- Words are those of NLTK's tokenizer, in lower case. Curly and straight apostrophes are the same.
- "don't" and "they're" are one word. A possessive or short 's is cut off: "Russia's" counts as "russia".
- "U.S." and "US" are the same word, without dots. What would read as a function word in lower case keeps its capitals
  (US, WHO, IT), unless the whole sentence is in capitals.
- A hyphenated word is one word ("pro-regime"). Numbers count as they are written ("4,000"). Marks are no words.
- Longer terms (two or three words) do not run across punctuation, a sentence's end, or from one voice into another;
  they neither begin nor end with a function word, unless function words are kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pandas as pd

from . import nlp, resources, schema, whose_words

FAMILY = "wording"
MEASURE = "occurrences per 1,000 words"
CONCORDANCE_COLUMNS = ("article_id", "outlet", "left", "match", "right", "start", "end")

_INITIALS = re.compile(r"\b([A-Za-z])\.(?=[A-Za-z]\b|\W|$)")
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_FEW_WORDS = 3  # so short a text in capitals may be an abbreviation, not a shout

Word = tuple[str, int, int]


@lru_cache(maxsize=1)
def function_words() -> frozenset[str]:
    """English articles, pronouns, prepositions, auxiliaries and the like (resources/function_words.txt)."""
    return frozenset(resources.lines("function_words.txt"))


def words(text: str) -> list[list[Word]]:
    """The words of one sentence with their places, in runs that no punctuation breaks; see above for what a word is."""
    text = text.replace("’", "'")
    shouted = text.isupper() and len(text.split()) > _FEW_WORDS
    runs: list[list[Word]] = [[]]
    for start, end in _joined(text):
        word = _term(text[start:end], shouted)
        if word:
            runs[-1].append((word, start, end))
        elif text[start:end].lower() != "'s":
            runs.append([])
    return [run for run in runs if run]


def _joined(text: str) -> Iterator[tuple[int, int]]:
    """The tokenizer's pieces, with what it splits inside a contraction put together again."""
    pieces = list(nlp.words(text))
    while pieces:
        start, end = pieces.pop(0)
        while pieces and pieces[0][0] == end and _continues(text, *pieces[0]):
            end = pieces.pop(0)[1]
        yield start, end


def _continues(text: str, start: int, end: int) -> bool:
    piece = text[start:end].lower()
    return text[start - 1].isalpha() and piece != "'s" and piece.lstrip("'")[:1].isalpha()


def _term(piece: str, shouted: bool) -> str:
    """A piece as it is counted; empty for a mark, a sign or a possessive."""
    if piece.lower() == "'s":
        return ""
    bare = _EDGES.sub("", _INITIALS.sub(r"\1", piece))
    lower = bare.lower()
    keeps_capitals = len(bare) > 1 and bare.isupper() and not shouted and lower in function_words()
    return bare if keeps_capitals else lower


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
    What `skip` marks is not counted.
    """
    if ngrams not in (1, 2, 3):
        raise schema.InputError(f"ngrams is 1, 2 or 3 (the longest term in words), not {ngrams!r}.")
    if min_count < 1:
        raise schema.InputError(f"min_count is 1 or more, not {min_count!r}.")
    left_out: frozenset[str] = frozenset() if keep_function_words else function_words()
    counted = [tally for v in whose_words.voices(articles, quotes) for tally in _tallies(v, ngrams, left_out)]
    overall = Counter[str]()
    for _, _, terms in counted:
        overall.update(terms)
    kept = {term for term, count in overall.items() if count >= min_count}
    rows = [row for origin, size, terms in counted for row in _rows(origin, size, terms, kept)]
    notes = whose_words.left_out(articles, quotes)
    if len(kept) < len(overall):
        rare = f"{len(overall) - len(kept):,} of {len(overall):,}"
        notes.append(f"Terms that occur fewer than {min_count} times are left out ({rare}).")
    if left_out:
        notes.append(f"Terms that begin or end with one of {len(left_out)} function words are left out.")
    return schema.table(rows, "measures", notes)


def _tallies(
    voices: whose_words.Voices, ngrams: int, left_out: frozenset[str]
) -> Iterator[tuple[dict[str, Any], int, Counter[str]]]:
    """For each voice of an article: where it stands, how many words it has, and how often each term."""
    found: dict[tuple[str, str], tuple[dict[str, Any], list[int], Counter[str]]] = {}
    for stretch in voices.stretches():
        key = (stretch.whose, str(stretch.quote["quote_id"]) if stretch.quote else "")
        origin = whose_words.origin(voices.article, stretch.whose, stretch.quote)
        _, size, terms = found.setdefault(key, (origin, [0], Counter()))
        size[0] += nlp.count_words(voices.text[stretch.start : stretch.end])
        for run in words(voices.text[stretch.start : stretch.end]):
            terms.update(_terms([word for word, _, _ in run], ngrams, left_out))
    yield from ((origin, size[0], terms) for _, (origin, size, terms) in sorted(found.items()) if size[0])


def _terms(run: list[str], ngrams: int, left_out: frozenset[str]) -> Iterator[str]:
    for length in range(1, ngrams + 1):
        for first in range(len(run) - length + 1):
            term = run[first : first + length]
            if term[0] not in left_out and term[-1] not in left_out:
                yield " ".join(term)


def _rows(origin: dict[str, Any], size: int, terms: Counter[str], kept: set[str]) -> Iterator[dict[str, Any]]:
    shared = {**origin, "family": FAMILY, "measure": MEASURE}
    yield {**shared, "item": None, "value": 0, "n": size / 1_000}
    for term, count in sorted(terms.items()):
        if term in kept:
            yield {**shared, "item": term, "value": count, "n": 0}


def concordance(articles: pd.DataFrame, phrase: str, *, width: int = 40) -> pd.DataFrame:
    """Every place where a phrase stands, with the words around it: a row a place, in the order of the articles.

    The phrase is whole words, read as `words` reads them: case, kinds of apostrophe and a possessive 's make no
    difference. `left` and `right` are up to `width` characters of the article as it is, white space evened out; `start`
    and `end` are the match's place in the article's text. What `skip` marks is neither searched nor shown.
    """
    sought = [word for run in words(phrase) for word, _, _ in run]
    if not sought:
        raise schema.InputError(f"There is no word to look for in {phrase!r}; give a word or a phrase.")
    if width < 0:
        raise schema.InputError(f"width is a number of characters from 0, not {width!r}.")
    rows = [line for v in _outlet_voices(articles) for line in _lines(v, sought, width)]
    return pd.DataFrame(rows, columns=list(CONCORDANCE_COLUMNS)).astype({"start": "Int64", "end": "Int64"})


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


def _places(found: list[Word], sought: list[str]) -> Iterator[int]:
    """The numbers of the words at which the phrase begins, by NLTK's concordance index."""
    from nltk.text import ConcordanceIndex

    terms = [word for word, _, _ in found]
    index = ConcordanceIndex(terms)
    yield from (at for at in index.offsets(sought[0]) if terms[at : at + len(sought)] == sought)


def _lines(voices: whose_words.Voices, sought: list[str], width: int) -> Iterator[dict[str, Any]]:
    found, text = _article_words(voices), voices.text
    for at in _places(found, sought):
        start, end = found[at][1], found[at + len(sought) - 1][2]
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
        }


def collocates(articles: pd.DataFrame, phrase: str, *, window: int = 5, min_count: int = 2) -> pd.DataFrame:
    """The words that keep company with a phrase: a row a word, those that stand near it more than elsewhere first.

    `near` counts it within `window` words on either side in the same sentence, `all` anywhere; `score` is the
    log-likelihood ratio (Dunning 1993, as NLTK computes it), which weighs how surprising that is. Left out are function
    words, and words that are near fewer than `min_count` times.
    """
    from nltk.metrics import BigramAssocMeasures

    sought = [word for run in words(phrase) for word, _, _ in run]
    if not sought:
        raise schema.InputError(f"There is no word to look for in {phrase!r}; give a word or a phrase.")
    near, everywhere = Counter[str](), Counter[str]()
    for voices in _outlet_voices(articles):
        found = _article_words(voices)
        everywhere.update(word for word, _, _ in found if word)
        places = {j for at in _places(found, sought) for j in _around(found, at, len(sought), window)}
        near.update(found[place][0] for place in places)
    total, around = everywhere.total(), near.total()
    rows = [
        {
            "word": w,
            "near": n,
            "all": everywhere[w],
            "score": BigramAssocMeasures.likelihood_ratio(n, (everywhere[w], around), total),
        }
        for w, n in near.items()
        if n >= min_count and w not in function_words() and n * total > everywhere[w] * around
    ]
    frame = pd.DataFrame(rows, columns=["word", "near", "all", "score"])
    return frame.sort_values(["score", "word"], ascending=[False, True], ignore_index=True)


def _around(found: list[Word], at: int, length: int, window: int) -> Iterator[int]:
    """Places of the words near a match, up to a sentence's edge."""
    for step, begin in ((-1, at - 1), (1, at + length)):
        for place in range(begin, begin + step * window, step):
            if not 0 <= place < len(found) or not found[place][0]:
                break
            yield place
