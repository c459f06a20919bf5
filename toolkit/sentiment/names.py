"""Names score as sentiment (the Security Council, Mr Grant): where they stand in an article, so that they are masked.

A capital inside a sentence makes a name. At a sentence's start it makes none by itself ("Hope faded"): there something
else must tell, as the noun behind it ("Justice Minister"), the alias table, or the rest of the article.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from functools import lru_cache

from .. import nlp, resources
from ..entities import Found
from ..nlp import Span
from .lexicon import rule

MASK = "_"  # in no lexicon, and no punctuation that VADER would read

_WORD = re.compile(r"[^\W\d_]+")
_CLOSED = re.compile(r"[.!?…][\"'”’)\]]*$")
_OPENED = re.compile(r"(?:^[\W\d_]*|[“\"‘'(\[«]|[:–—•]\s*|[.!?…][\"'”’)]*\s+)$")
_LONG = 4  # letters; shorter words are small in a headline of capitals too
_TITLED = 0.6
_BELONGS = ("of", "for", "and")  # "the Ministry of Justice" does not make a name of every "Justice"


@lru_cache(maxsize=1)
def _titles() -> frozenset[str]:
    return frozenset(resources.lines("titles.txt"))


@lru_cache(maxsize=1)
def _naming() -> frozenset[str]:
    """Nouns that make a name of the capitalised word before them."""
    return rule("institution") | _titles() | frozenset(resources.lines("body_nouns.txt"))


@lru_cache(maxsize=1)
def _first_names() -> frozenset[str]:
    return rule("first_name").union(*(names.split() for _, names in resources.table("first_names.tsv")))


def _capital(word: str) -> bool:
    return word[0].isupper() and not word.isupper()


def name_spans(text: str, mentions: Iterable[Found], lexicon: Container[str]) -> list[Span]:
    """The words of the lexicon that are names in this article, in the order of the text.

    Of an alias its capitalised words are: "Taliban terrorists" keeps "terrorists", which is the outlet's word.
    """
    known = {m.start() + found.start for found in mentions for m in _WORD.finditer(text[found.start : found.end])}
    spans = []
    for start, end in nlp.sentences(text):
        words = list(_WORD.finditer(text, start, end))
        asked = [i for i, word in enumerate(words) if word[0][0].isupper() and word[0].lower() in lexicon]
        headline = bool(asked) and _is_headline(words, text[start:end])
        for i in asked:
            sure = not headline and not _OPENED.search(text[start : words[i].start()])
            told = (
                sure or _is_called(words, i) or (not headline and _is_elsewhere(text, words[i][0], _behind(words, i)))
            )
            if words[i].start() in known or (told and not words[i][0].isupper()):
                spans.append(words[i].span())
    return spans


def _is_headline(words: list[re.Match[str]], sentence: str) -> bool:
    """True where most words begin with a capital and no full stop ends them: capitals tell nothing there."""
    long = [word[0] for word in words if len(word[0]) >= _LONG]
    return not _CLOSED.search(sentence) and len(long) > 2 and sum(w[0].isupper() for w in long) > _TITLED * len(long)


def _is_called(words: list[re.Match[str]], i: int) -> bool:
    """True where the words beside it make a name of it: "Mr Grant", "Justice Minister", "Hope Hicks"."""
    if i and words[i - 1][0].lower() in _titles():
        return True
    behind = _behind(words, i).lower()
    called = words[i][0].lower() in _titles() or words[i][0].lower() in _first_names()
    return bool(behind) and (called or bool({behind, behind.removesuffix("s")} & _naming()))


def _behind(words: list[re.Match[str]], i: int) -> str:
    """The capitalised word that follows at once; empty where there is none."""
    follows = i + 1 < len(words) and words[i + 1].start() == words[i].end() + 1
    return words[i + 1][0] if follows and _capital(words[i + 1][0]) else ""


@lru_cache(maxsize=4096)
def _is_elsewhere(text: str, word: str, behind: str) -> bool:
    """True where the article has it as a name inside a sentence ("told Mr Grant"), and never in small letters."""
    if behind:
        return bool(re.search(rf"[^\W\d_A-Z],? {word} {behind}(?!\w)", text))
    if re.search(rf"(?<!\w){word.lower()}(?!\w)", text):
        return False
    places = re.finditer(rf"([^\W\d_]+)([.,]?) {word}(?!\w)(?! [A-Z])", text)
    return any(
        before[1].lower() not in _BELONGS and (before[2] != "." or before[1].lower() in _titles()) for before in places
    )


def masked(words: str, start: int, spans: Sequence[Span]) -> str:
    """The words, which begin at `start` of the article, with the names in them blotted out."""
    for a, b in spans:
        first, last = max(a - start, 0), min(b - start, len(words))
        if first < last:
            words = words[:first] + re.sub(r"\S", MASK, words[first:last]) + words[last:]
    return words
