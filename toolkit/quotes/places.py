"""Where words stand in a text, whatever a spreadsheet did to them: kinds of mark, white space, control characters."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from functools import lru_cache
from itertools import takewhile

from ..cells import NOT_XML
from ..nlp import Span

ALIKE = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " "})


def _kept(text: str) -> tuple[str, list[int]]:
    """The text as it is compared, and where each of its characters stands in the text as it is."""
    letters: list[str] = []
    index: list[int] = []
    for place, letter in enumerate(text.translate(ALIKE)):
        if NOT_XML.match(letter) or (letter.isspace() and letters[-1:] in ([], [" "])):
            continue
        letters.append(" " if letter.isspace() else letter)
        index.append(place)
    if letters[-1:] == [" "]:
        letters.pop()
        index.pop()
    return "".join(letters), index


@lru_cache(maxsize=10_000)
def folded(words: str | None) -> str:
    """Words as they are compared: marks and dashes of one kind, single spaces, nothing that a cell cannot hold."""
    return _kept(words or "")[0]


class Folded:
    """A text to look for words in; places are [start, end) in the text as it is."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._folded, self._index = _kept(text)

    def find(self, words: str) -> list[Span]:
        """Every place where the words stand; those that end inside a word only where there are no others."""
        sought = folded(words)
        found = []
        at = self._folded.find(sought) if sought else -1
        while at >= 0:
            found.append((self._index[at], self._index[at + len(sought) - 1] + 1))
            at = self._folded.find(sought, at + 1)
        return [span for span in found if self._is_whole(*span)] or found

    def find_pieces(self, content: str) -> list[list[Span]]:
        """Every place of a content: in one piece, or where there is none, in those that " … " joins, in order."""
        if whole := self.find(content):
            return [[span] for span in whole]
        first, *others = content.split("…")
        found = []
        for start in self.find(first) if others else ():
            pieces = [start]
            for words in others:
                behind = (span for span in self.find(words) if span[0] >= pieces[-1][1])
                pieces += [span] if (span := next(behind, None)) else []
            found += [pieces] if len(pieces) == 1 + len(others) else []
        return found

    def occurrence(self, span: Span, content: str, before: str, after: str) -> str:
        """Such as "2 of 3", where the same words stand three times with the same words around them; else empty."""
        near = len(folded(before)) + len(folded(after))
        hulls = [(pieces[0][0], pieces[-1][1]) for pieces in self.find_pieces(content)]
        same = [hull for hull in hulls if self.shared(hull, before, after) == near]
        mine = [number for number, hull in enumerate(same, start=1) if span[0] <= hull[0] and hull[1] <= span[1]]
        return f"{mine[0]} of {len(same)}" if mine and len(same) > 1 else ""

    def _is_whole(self, start: int, end: int) -> bool:
        """True where no word is cut in two, and no letter from the accent that is written behind it."""
        before, first = self.text[start - 1 : start], self.text[start]
        last, after = self.text[end - 1], self.text[end : end + 1]
        if after and unicodedata.combining(after):
            return False
        return not (before.isalnum() and first.isalnum()) and not (last.isalnum() and after.isalnum())

    def shared(self, span: Span, before: str, after: str) -> int:
        """How many characters next to a place are those that once stood before and behind it."""
        before, after = folded(before), folded(after)
        first, last = (bisect_left(self._index, edge) for edge in span)
        left = self._folded[max(0, first - len(before) - 1) : first].rstrip()
        right = self._folded[last : last + len(after) + 1].lstrip()
        return _alike(reversed(left), reversed(before)) + _alike(right, after)


def _alike(one: Iterable[str], other: Iterable[str]) -> int:
    """How many characters at the beginning are the same."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
