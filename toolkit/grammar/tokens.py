"""What is used of a word in a parse, whether it is spaCy's token or ours (`tree.Word`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol


class Token(Protocol):
    """What is used of a spaCy token."""

    @property
    def i(self) -> int:
        """Its number in the sentence, from 0."""

    @property
    def idx(self) -> int:
        """Its first character in the sentence."""

    @property
    def text(self) -> str:
        """It, as written."""

    @property
    def lemma_(self) -> str:
        """Its dictionary form."""

    @property
    def pos_(self) -> str:
        """Its part of speech, universal."""

    @property
    def tag_(self) -> str:
        """Its part of speech, Penn Treebank."""

    @property
    def dep_(self) -> str:
        """Its relation to its head."""

    @property
    def head(self) -> Token:
        """What it hangs on; itself at the root."""

    @property
    def children(self) -> Iterator[Token]:
        """What hangs on it."""

    @property
    def subtree(self) -> Iterator[Token]:
        """It and all below it."""

    @property
    def whitespace_(self) -> str:
        """The space behind it, or nothing."""

    def nbor(self, i: int = 1) -> Token:
        """The token so many places on."""
