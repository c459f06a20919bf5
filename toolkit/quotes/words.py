"""A text as the quote model sees it: words with offsets, and for each its paragraph, sentence and quotation state."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from .. import nlp
from ..nlp import Span
from .marks import Quotation, quotations

_ABBREVIATIONS = (
    "Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Gen|Lt|Col|Sgt|St|Jr|Sr|Rev|Prof|Ald|No|vs"
    "|Adm|Maj|Capt|Cmdr|Brig|Cpl|Supt|Insp|Pres|Hon|Jan|Feb|Aug|Sept|Oct|Nov|Dec"
)
_WORD = re.compile(
    rf"(?:[A-Za-z]\.){{2,}}|(?:{_ABBREVIATIONS})\.(?=\s)|''|``|[A-Za-z]+n['’]t\b|['’](?:s|re|ve|ll|d|m)\b"
    r"|\$?\d+(?:[.,:]\d+)*%?|\w+(?:-\w+)*|\.\.\.|[^\w\s]"
)


@dataclass(frozen=True)
class Words:
    """The words of one text, in order. All lists have one entry a word.

    `string` is the word as the model reads it (every quotation mark as “ or ”), `mark` is 1 for an opening and 2 for a
    closing quotation mark, `quoted` is True from the opening to the closing mark.
    """

    text: str
    start: list[int]
    end: list[int]
    string: list[str]
    lower: list[str]
    paragraph: list[int]
    sentence: list[int]
    quoted: list[bool]
    mark: list[int]
    quotations: list[Quotation]
    skips: list[Span]  # stretches whose words are left out, in order and apart

    def __len__(self) -> int:
        return len(self.start)

    def between(self, start: int, end: int) -> range:
        """The numbers of the words that begin in [start, end)."""
        return range(bisect_left(self.start, start), bisect_left(self.start, end))

    def skips_in(self, start: int, end: int) -> list[Span]:
        """The stretches left out that share a character with [start, end)."""
        first = bisect_right(self.skips, start, key=lambda span: span[1])
        return self.skips[first : bisect_left(self.skips, end, key=lambda span: span[0])]

    def quotations_in(self, start: int, end: int) -> list[Quotation]:
        """The quotations that share a character with [start, end), their marks included."""
        first = bisect_right(self.quotations, start, key=lambda q: q.close_end)
        last = bisect_left(self.quotations, end, key=lambda q: q.open_start)
        return self.quotations[first:last]


def _in_any(spans: Sequence[Span], starts: Sequence[int]) -> list[int]:
    """For each place, in rising order, the number of the last span that begins at or before it (-1: none)."""
    out, at = [], -1
    for place in starts:
        while at + 1 < len(spans) and spans[at + 1][0] <= place:
            at += 1
        out.append(at)
    return out


def _merged(spans: Sequence[Span]) -> list[Span]:
    """Spans in order, those that touch as one."""
    out: list[Span] = []
    for start, end in sorted(spans):
        before = out.pop() if out and start <= out[-1][1] else (start, end)
        out.append((before[0], max(end, before[1])))
    return out


def _marks_by_place(found: Sequence[Quotation]) -> dict[int, int]:
    opening = {q.open_start: 1 for q in found}
    return opening | {q.end: 2 for q in found if q.closed}


def read(text: str, skips: Sequence[Span] = ()) -> Words:
    """The words of a text; those inside `skips`, [start, end) in characters, are left out."""
    paragraphs, sentences = nlp.paragraphs(text), nlp.sentences(text)
    found = quotations(text, paragraphs)
    skips = _merged(skips)
    spans = [m.span() for m in _WORD.finditer(text)]
    within = _in_any(skips, [start for start, _ in spans])
    spans = [span for span, i in zip(spans, within, strict=True) if i < 0 or span[0] >= skips[i][1]]
    starts = [s for s, _ in spans]
    marks = _marks_by_place(found)
    hulls = [(q.open_start, q.close_end) for q in found]
    inside = _in_any(hulls, starts)
    mark = [marks.get(s, 0) for s in starts]
    raw = [text[s:e] for s, e in spans]
    string = [("“", "”")[m - 1] if m else w for w, m in zip(raw, mark, strict=True)]
    return Words(
        text=text,
        start=starts,
        end=[e for _, e in spans],
        string=string,
        lower=[w.lower() for w in string],
        paragraph=_in_any(paragraphs, starts),
        sentence=_in_any(sentences, starts),
        quoted=[i >= 0 and s < hulls[i][1] for i, s in zip(inside, starts, strict=True)],
        mark=mark,
        quotations=found,
        skips=skips,
    )
