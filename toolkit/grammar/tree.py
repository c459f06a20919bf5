"""A parsed sentence as plain Python words: read many times, these cost a fraction of what spaCy's tokens do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from .. import nlp


@dataclass(eq=False, slots=True)
class Word:
    """A word with what the parse says of it; the names are spaCy's, and so is their meaning (`tokens.Token`)."""

    i: int
    idx: int
    text: str
    lemma_: str
    pos_: str
    tag_: str
    dep_: str
    whitespace_: str
    sentence: list[Word] = field(repr=False)
    head: Word = field(init=False, repr=False)
    below: list[Word] = field(default_factory=list, repr=False)

    @property
    def children(self) -> Iterator[Word]:
        """What hangs on it, in the order of the text."""
        return iter(self.below)

    @property
    def subtree(self) -> Iterator[Word]:
        """It and all below it, in the order of the text."""
        found, ahead = [self], list(self.below)
        while ahead:
            word = ahead.pop()
            found.append(word)
            ahead.extend(word.below)
        return iter(sorted(found, key=lambda word: word.i))

    def nbor(self, i: int = 1) -> Word:
        """The word so many places on."""
        return self.sentence[self.i + i]


@dataclass(frozen=True)
class Sentence:
    """A sentence of a text: its number, its first character, its words."""

    number: int
    start: int
    words: list[Word]


def read(text: str) -> list[Sentence]:
    """The sentences of a text, from its parse."""
    return [Sentence(parsed.number, parsed.start, _words(parsed)) for parsed in nlp.parse(text)]


def _words(parsed: nlp.ParsedSentence) -> list[Word]:
    out: list[Word] = []
    heads = []
    for t in parsed.doc:
        out.append(Word(t.i, t.idx, t.text, t.lemma_, t.pos_, t.tag_, t.dep_, t.whitespace_, out))
        heads.append(t.head.i)
    for word, head in zip(out, heads, strict=True):
        word.head = out[head]
        if head != word.i:
            word.head.below.append(word)
    return out
