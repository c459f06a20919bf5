"""What a word is, and a term.

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
from collections.abc import Iterable, Iterator
from functools import lru_cache

from .. import nlp, resources, schema

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
    for place, piece in nlp.pieces(text):
        for word, start, end in _of_piece(*piece, shouted):
            if word:
                runs[-1].append((word, place + start, place + end))
            else:
                runs.append([])
    return [run for run in runs if run]


@lru_cache(maxsize=32_768)
def _of_piece(piece: str, follows: bool, goes_on: bool, shouted: bool) -> list[Word]:
    """The words of what stands between two spaces, with an empty one where a mark ends a run."""
    found = [(_term(piece[a:b], shouted), a, b) for a, b in _joined(piece, nlp.tokens(piece, follows, goes_on))]
    return [(word, a, b) for word, a, b in found if word or piece[a:b].lower() != "'s"]


def _joined(text: str, tokens: Iterable[nlp.Span]) -> Iterator[nlp.Span]:
    """The tokenizer's pieces, with what it splits inside a contraction put together again."""
    start, end = 0, 0
    for first, last in tokens:
        if end and first == end and _continues(text, first, last):
            end = last
            continue
        if end:
            yield start, end
        start, end = first, last
    if end:
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


def terms(run: list[str], ngrams: int, left_out: frozenset[str]) -> Iterator[str]:
    """The terms of up to `ngrams` words in a run, but for those that begin or end with a word that is left out."""
    for length in range(1, ngrams + 1):
        for first in range(len(run) - length + 1):
            term = run[first : first + length]
            if term[0] not in left_out and term[-1] not in left_out:
                yield " ".join(term)


def sought(phrase: str) -> list[str]:
    """The words of a phrase that somebody looks for."""
    found = [word for run in words(phrase) for word, _, _ in run]
    if not found:
        raise schema.InputError(f"There is no word to look for in {phrase!r}; give a word or a phrase.")
    return found
