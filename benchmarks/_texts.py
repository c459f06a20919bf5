"""Articles to time things on: the project's own texts, repeated with other names so that no cache helps."""

from __future__ import annotations

import re
from itertools import islice
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_NAMES = re.compile(r"\b[A-Z][a-z]{3,}\b(?=\s[a-z])")


def articles(words: int) -> list[str]:
    """As many articles as give at least so many words: the example's accounts, each time with other names in it."""
    plain = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "data" / "khirbet-ammu-2020").glob("*.txt"))]
    out: list[str] = []
    total = 0
    while total < words:
        number = len(out) // len(plain)
        out += [_renamed(text, number) for text in plain]
        total += sum(len(text.split()) for text in plain)
    return out


def _renamed(text: str, number: int) -> str:
    """The text with letters put into its names: "Caggins" -> "Caggindfs"."""
    letters = "".join("bdfgklmnprst"[int(digit)] for digit in str(number))
    return _NAMES.sub(lambda match: match[0][:-1] + letters + match[0][-1], text) if number else text


def joined(texts: list[str], each: int) -> list[str]:
    """Several texts as one, as long as news articles are."""
    rest = iter(texts)
    out = []
    while some := list(islice(rest, each)):
        out.append("\n\n".join(some))
    return out
