"""Where a content begins and ends: not past a paragraph, a skipped stretch or its cue's sentence."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby

from .. import nlp, resources
from ..nlp import Span
from . import words as reading
from .acts import act_in
from .spans import Draft, joined, trimmed

_GOES_ON = re.compile(r"\b(?:says?|saying|said)\b")
_SILENT = (
    r"no\s+comment|(?:not|\w+n[’']t|never|yet\s+to|(?:declin|refus|fail|neglect)\w*\s+to)\s+(?:\w+ly\s+)?"
    r"(?:say|said|mention|comment|confirm|specify|elaborate|respond|answer|address|discuss|offer)(?:ed)?"
    r"|(?:gives?|gave|giving|offers?|offered|offering)\s+no\s+(?:answer|comment|details?|explanation|reasons?)"
    r"|remain\w*\s+(?:silent|tight-lipped)|stopp\w*\s+short\s+of\s+\w+ing"
)
_ASKED = r"ask(?:ed|s|ing)?\s+not\s+to\s+be|(?:when|if|was|were|been|being|is|are)\s+asked\s+about|Asked\s+about"
_QUESTION = re.compile(
    r"(?:\w+\s+)?[Aa]sked\s+(?:\w+\s+){0,2}?(?:whether|if|why|how|what|when|where|who)\b"
)  # of somebody not named: no statement
_CLAUSE = re.compile(r"(?:that|to|if|whether|wh(?:at|en|ere|o|y)|how)\b", re.IGNORECASE)
_SURE_OF_WORDS = 0.6  # below it, on PolNeAR's development part, three in four of such rows were no attribution
_NEAR = 15  # characters beside a cue that may undo it
_LOOSE = 7  # words outside quotation marks, beyond which a quotation is somebody else's; in another paragraph none
_HANDED_ON = 4  # words between the verb and the object that makes it another verb


@dataclass(frozen=True)
class _Piece:
    """A content's part in one sentence; `quoted` where it begins inside quotation marks, or they go on after it."""

    start: int
    end: int
    sentence: int
    quoted: bool


def _pieces(words: reading.Words, spans: Sequence[Span]) -> Iterator[_Piece]:
    for start, end in spans:
        for sentence, numbers in groupby(words.between(start, end), key=words.sentence.__getitem__):
            inside = list(numbers)
            first, last = words.start[inside[0]], min(end, words.end[inside[-1]])
            if span := trimmed(words.text, first, last):
                around = words.quotations_in(*span)
                quoted = any(q.open_start <= span[0] or q.end > span[1] + 1 for q in around)
                yield _Piece(*span, sentence, quoted)


def kept_to_its_place(words: reading.Words, draft: Draft) -> Draft:
    """The draft without what stands in another paragraph or sentence than its cue, unless it is in quotation marks.

    "Pickets blocked the gate, the company said. Two people were hurt." ends before "Two": nothing says who told that.
    """
    pieces = list(_pieces(words, draft.spans))
    if draft.verbatim or len({piece.sentence for piece in pieces}) < 2 or _set_off(words.text, draft):
        return draft
    anchor = (draft.cue or draft.speaker or draft.spans[0])[0]
    home = words.sentence[_word_at(words, anchor)]
    kept = _beside(words, _kept_sentences(pieces, home), home)
    if kept == pieces:
        return draft
    spans = joined(words.text, [(piece.start, piece.end) for piece in kept])
    return replace(draft, spans=[trimmed(words.text, *span) or span for span in spans])


def _word_at(words: reading.Words, place: int) -> int:
    """The number of the word that begins at a place, or of the next one."""
    return min(bisect_left(words.start, place), len(words) - 1)


def _set_off(text: str, draft: Draft) -> bool:
    """True for a paragraph that a colon at the end of the one before hands to its speaker, without quotation marks."""
    return bool(draft.cue and re.fullmatch(r"[^\n.!?]*:\s*\n\s*", text[draft.cue[1] : draft.spans[0][0]]))


def _kept_sentences(pieces: list[_Piece], home: int) -> list[_Piece]:
    """The pieces in quotation marks, those in the cue's sentence; where that has none, the nearest one before it."""
    there = [piece for piece in pieces if piece.sentence == home]
    if not there and (bare := [piece for piece in pieces if not piece.quoted]):
        nearest = max((p.sentence for p in bare if p.sentence < home), default=bare[0].sentence)
        there = [piece for piece in bare if piece.sentence == nearest]
    return [piece for piece in pieces if piece.quoted or piece in there]


def _beside(words: reading.Words, pieces: list[_Piece], home: int) -> list[_Piece]:
    """Without the quotations beyond news that nobody says, which are somebody else's."""
    first, last = nlp.sentences(words.text)[home]
    paragraph = words.paragraph[_word_at(words, first)]
    out: list[_Piece] = []
    for piece in pieces:
        end = max([last, *(other.end for other in out[-1:])])
        between = (piece.end, first) if piece.sentence < home else (end, piece.start)
        loose = [i for i in words.between(*between) if words.lower[i].isalnum() and not words.quoted[i]]
        allowed = _LOOSE if words.paragraph[_word_at(words, piece.start)] == paragraph else 0
        if piece.sentence == home or len(loose) <= allowed:
            out.append(piece)
    return out or pieces


@lru_cache(maxsize=1)
def _reports_nothing() -> re.Pattern[str]:
    rows = ((verbs.split(), objects.split()) for verbs, objects in resources.table("no_cues.tsv"))
    between = rf"\s+(?:(?!(?:that|how|why|when|if|to)\b)[\w’'-]+\s+){{0,{_HANDED_ON}}}?"
    pairs = (
        rf"(?:{'|'.join(verbs)})" + (rf"{between}(?:{'|'.join(objects)})" if objects != ["-"] else "")
        for verbs, objects in rows
    )
    return re.compile(rf"\b(?:{'|'.join([_SILENT, _ASKED, *pairs])})\b")


def reports_something(words: reading.Words, draft: Draft) -> bool:
    """False for what somebody did not say or did ("declined to comment", "recalled its envoy")."""
    if not draft.cue:
        return True
    start, end = draft.cue
    if not draft.speaker and _QUESTION.match(words.text, start):
        return False
    after = max(end + _NEAR, draft.spans[0][1] if draft.spans[0][0] >= start else 0)
    found = _reports_nothing().finditer(words.text, max(0, start - _NEAR), after)
    met = [match for match in found if match.start() < end and start < match.end()]
    return all(_GOES_ON.search(words.text, match.end(), end) for match in met)  # "aired a video, saying"


def is_deed(words: reading.Words, draft: Draft) -> bool:
    """True for "banned cars": a cue not in the table, little sure, with neither a clause nor quoted words behind it."""
    start, text = draft.spans[0][0], words.text
    if (
        not draft.cue
        or draft.sure >= _SURE_OF_WORDS
        or _CLAUSE.match(text, start)
        or words.quotations_in(start, draft.spans[-1][1])
    ):
        return False
    return not act_in(text, draft)[1]
