"""Words in another language inside an English article: a parse of them is worth nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from .. import resources

_LETTERS = re.compile(r"[^\W\d_]+")
_LATIN_ENDS = "\u024f"
_ENOUGH = 2


@lru_cache(maxsize=1)
def _small_words() -> tuple[frozenset[str], frozenset[str]]:
    """The small words of other languages, and those of English."""
    return frozenset(resources.lines("foreign_words.txt")), frozenset(resources.lines("function_words.txt"))


def may_be_foreign(words: Iterable[str]) -> bool:
    """True where words are worth a closer look: two small words of another language, or letters that are not Latin."""
    foreign, _ = _small_words()
    told = [word for word in words if word.lower() in foreign or (word[:1] > _LATIN_ENDS and word[:1].isalpha())]
    return len(told) >= _ENOUGH


def is_foreign(text: str) -> bool:
    """True for words that are not English: mostly letters that are not Latin, or small words of another language.

    Names ("Rio de la Plata") do not make a sentence foreign: the small words must be more than the English ones.
    """
    words = [word.lower() for word in _LETTERS.findall(text)]
    other_letters = sum(word[0] > _LATIN_ENDS for word in words)
    foreign, english = (sum(word in known for word in words) for known in _small_words())
    return other_letters > len(words) / 2 or (foreign >= _ENOUGH and foreign > english)
