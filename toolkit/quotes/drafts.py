"""Attributions in characters: what the model found, mended where marks and layout tell more than it can see."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from .. import nlp
from . import linker, tagger
from . import words as reading
from .marks import Quotation
from .mentions import lists

Span = tuple[int, int]

_EDGE = " \t\r\n\u2028\u2029,;:.\"“”„«»'‘’`–—-()[]"
_BEGIN_EDGE = _EDGE.replace("(", "").replace("[", "")
_PAIRS = {"“": "”", "«": "»", "„": "“", "‘": "’"}
_HANGING = re.compile(r"(?:,\s+(?:who|which|whose)\s.*|[\s,;:]+(?:who|which|that)?)$", re.DOTALL)
_DATELINE = re.compile(r"[A-Z][A-Z .’'-]+(?:,\s+[A-Z][\w.]+)*\s*(?:\([^()\n]{2,30}\)\s*)?(?:[–—]|--?)\s+(?=\S)")
_NOTHING = frozenset("what which that this it so".split())
_SAYS_NOTHING = re.compile(
    r"(?:\bnot|n[’']t|never|(?:declin|refus)\w+\s+to)\s+"
    r"(?:say|mention|comment|specify|elaborate|disclose|identify|name|reveal|provide|give|respond|answer|address|discuss)\b"
)
_WHAT_HE_CALLED = re.compile(
    r"(?:\bin\s+|,\s*)?\bwhat\s+(?P<speaker>he|she|it|they)\s+"
    r"(?P<cue>(?:has\s+|have\s+|had\s+)?(?:called|described|characteri[sz]ed|termed|dubbed|labell?ed)(?:\s+as)?)\s"
)
_AND_ADDED = re.compile(
    r",?\s+(?:and|but)\s+(?:also\s+|later\s+|then\s+)?"
    r"(?P<cue>added|said|warned|insisted|claimed|argued|noted|stressed|promised|denied|acknowledged)\s+(?=that\s)"
)
_SAID = re.compile(
    r"((?:has |have |had )?(?:said|blamed|accused|claimed|warned|denied|called|told|insisted|argued|described))\s"
)
_HEADLINE = re.compile(
    r"(?P<content>[^\n]{15,250}?)\s(?P<cue>[–—])\s"
    r"(?P<speaker>[A-Z][\w.’']*(?:\s[A-Z][\w.’']*){0,3}|(?:[a-z]+\s)?(?P<noun>[a-z]+))"
)
_TURN = re.compile(r"(?P<speaker>[A-Z][\w.'’-]*(?:\s+[A-Z][\w.'’-]*){0,4})\s*(?P<cue>:)\s+(?P<content>\S.*)", re.DOTALL)
_NO_SPEAKERS = frozenset(
    "note update photo photos video source sources picture read more related watch also by".split()
)
_ROLES = frozenset("interviewer moderator host presenter question answer q a".split())
_SURE_OF_HEADLINE, _SURE_OF_TURN = 0.6, 0.9


@dataclass(frozen=True)
class Draft:
    """One attribution in characters. `verbatim`: word for word although no quotation mark says so."""

    spans: list[Span]
    cue: Span | None
    speaker: Span | None
    sure: float
    verbatim: bool = False


def drafts_of(
    words: reading.Words,
    labels: Sequence[tagger.Label],
    attributions: Sequence[linker.Attribution],
    outlet: str,
) -> list[Draft]:
    """The attributions of a text in characters, without order."""
    turns = _turns(words.text)
    found = [inner for draft in _found(words, labels, attributions) for inner in _nested(words, draft)]
    drafts = [part for draft in found for part in _split(words, draft)]
    drafts = [*turns, *_continued(words, [draft for draft in drafts if not _crosses(draft, turns)])]
    drafts += _headline(words.text, outlet, drafts)
    return [kept for draft in drafts if (kept := _outside_skips(words, draft))]


def _outside_skips(words: reading.Words, draft: Draft) -> Draft | None:
    """The draft without what the article's `skip` marks; None where nothing is left."""
    spans = draft.spans
    for first, last in words.skips:
        pieces = [(min(s, first), min(e, first)) for s, e in spans] + [(max(s, last), max(e, last)) for s, e in spans]
        if any(s < last and first < e for s, e in spans):
            spans = sorted(span for a, b in pieces if a < b and (span := trimmed(words.text, a, b)))
    return replace(draft, spans=spans) if spans else None


def _characters(words: reading.Words, label: tagger.Label) -> Span:
    return words.start[label.first], words.end[label.last - 1]


def _found(
    words: reading.Words, labels: Sequence[tagger.Label], attributions: Sequence[linker.Attribution]
) -> Iterator[Draft]:
    for found in attributions:
        whole = [_characters(words, labels[i]) for i in found.contents]
        spans = _content(words.text, whole)
        cue = _bare(words.text, _characters(words, labels[found.cue])) if found.cue is not None else None
        speaker = _bare(words.text, _characters(words, labels[found.speaker])) if found.speaker is not None else None
        if spans and not (cue and _says_nothing(words.text, cue)):
            yield _without_speaker(words, Draft(spans, cue, speaker, found.sure))


def _says_nothing(text: str, cue: Span) -> bool:
    """True for "did not say", and for "declined" before "to comment"."""
    start, end = cue
    found = _SAYS_NOTHING.search(text, start, end + 15)
    return found is not None and found.start() < end


def _content(text: str, whole: Sequence[Span]) -> list[Span]:
    """The pieces of a content without their edges and a dateline in front; none where no word of substance is left."""
    spans = joined(text, [span for start, end in whole if (span := trimmed(text, start, end))])
    if spans and (spans[0][0] == 0 or text[spans[0][0] - 1] in "\n\r\u2028\u2029"):
        dateline = _DATELINE.match(text, *spans[0])
        first = trimmed(text, dateline.end(), spans[0][1]) if dateline else None
        spans = [first, *spans[1:]] if first else spans
    return [span for span in spans if text[slice(*span)].lower() not in _NOTHING]


def _bare(text: str, span: Span) -> Span:
    """A speaker or cue without a comma, relative pronoun or relative clause left hanging at its end."""
    start, end = span
    kept = _HANGING.sub("", text[start:end])
    return (start, start + len(kept)) if kept else span


def trimmed(text: str, start: int, end: int) -> Span | None:
    """A span without punctuation and marks at its edges, except a mark whose partner stands inside."""
    while start < end and text[start] in _BEGIN_EDGE:
        start += 1
    while end > start and text[end - 1] in _EDGE:
        end -= 1
    if start >= end:
        return None
    inside = text[start:end]
    for opening, closing in _PAIRS.items():
        if inside.count(opening) == inside.count(closing) + 1:
            nearby = text[end : end + 2].find(closing)
            end += nearby + 1 if nearby >= 0 else 0
        elif inside.count(closing) == inside.count(opening) + 1 and text[start - 1 : start] == opening:
            start -= 1
    if inside.count('"') % 2 and '"' in text[end : end + 2]:
        end += text[end : end + 2].index('"') + 1
    elif inside.count('"') % 2 and text[start - 1 : start] == '"':
        start -= 1
    return start, end


def joined(text: str, spans: list[Span]) -> list[Span]:
    """Spans in order; those with nothing but marks and space between them become one."""
    out: list[Span] = []
    for start, end in sorted(spans):
        if out and not re.search(r"\w", text[out[-1][1] : start]):
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def _without_speaker(words: reading.Words, draft: Draft) -> Draft:
    """A content that swallowed its speaker gives it back: [“The keys were in the door,” the guard] was quoted."""
    start, end = draft.spans[-1]
    around = words.quotations_in(max(0, start - 1), end)
    quotation = next((q for q in around if q.open_start <= start <= q.end < end), None)
    if draft.speaker or not draft.cue or not quotation or not 0 <= draft.cue[0] - end <= 2:
        return draft
    tail = trimmed(words.text, quotation.close_end, end)
    comma = words.text[quotation.end - 1] in ",?!" or words.text[quotation.close_end : quotation.close_end + 1] == ","
    before = trimmed(words.text, start, quotation.end)
    if not (tail and before and comma) or len(words.text[slice(*tail)].split()) > 5:
        return draft
    return replace(draft, spans=[*draft.spans[:-1], before], speaker=tail)


def _nested(words: reading.Words, draft: Draft) -> Iterator[Draft]:
    """Two attributions where the model began the content at a verb: [The mayor blamed “luck,”] the agency reported.

    A content does not begin with a verb of saying: what stands before it in the sentence is that verb's speaker.
    """
    start, end = draft.spans[-1]
    verb = _SAID.match(words.text, start, end)
    sentence = nlp.sentences(words.text)[nlp.sentence_at(words.text, start)]
    inner = trimmed(words.text, verb.end(), end) if verb else None
    before = trimmed(words.text, sentence[0], start) if inner else None
    if not (verb and inner and before and draft.cue and draft.cue[0] >= end):
        yield draft
        return
    yield replace(draft, spans=[(before[0], end)])
    yield replace(draft, spans=[inner], cue=verb.span(1), speaker=before)


def _split(words: reading.Words, draft: Draft) -> Iterator[Draft]:
    """The attribution, and a second one where a cue was swallowed: "in what he called ...", "and added that ..."."""
    start, end = draft.spans[-1]
    match = _WHAT_HE_CALLED.search(words.text, start, end) or _AND_ADDED.search(words.text, start, end)
    before = trimmed(words.text, start, match.start()) if match else None
    after = trimmed(words.text, match.end(), end) if match else None
    if not (match and before and after) or words.quotations_in(*match.span()):
        yield draft
        return
    speaker = match.span("speaker") if match.re is _WHAT_HE_CALLED else draft.speaker
    yield replace(draft, spans=[*draft.spans[:-1], before])
    yield replace(draft, spans=[after], cue=match.span("cue"), speaker=speaker)


def _crosses(draft: Draft, turns: Sequence[Draft]) -> bool:
    """True where the model read a transcript's turn otherwise; a statement reported inside the turn may stand."""
    after = bisect_left(turns, draft.spans[-1][1], key=lambda turn: turn.spans[0][0])
    for turn in turns[max(0, after - 1) : after]:
        start, end = turn.spans[0]
        parts = [span for span in (*draft.spans, draft.cue, draft.speaker) if span]
        nested = draft.cue and draft.speaker and all(start <= s and e <= end for s, e in parts)
        return not nested and draft.spans[0][0] < end
    return False


def _turns(text: str) -> list[Draft]:
    """The turns of a transcript: paragraphs that begin "NAME: ", where at least two names take turns."""
    found = [match for span in nlp.paragraphs(text) if (match := _TURN.fullmatch(text, *span))]
    found = [match for match in found if match["speaker"].split()[0].lower() not in _NO_SPEAKERS]
    times = Counter(match["speaker"] for match in found)
    sure = [m for m in times if times[m] > 1 or (m.isupper() and len(m) > 1) or m.lower() in _ROLES]
    if len(times) < 2 or not sure:
        return []
    spans = [(match, trimmed(text, *match.span("content"))) for match in found]
    return [Draft([span], m.span("cue"), m.span("speaker"), _SURE_OF_TURN, verbatim=True) for m, span in spans if span]


def _continued(words: reading.Words, drafts: list[Draft]) -> list[Draft]:
    """Quotations over several paragraphs as one: an unclosed one goes on where the next paragraph opens with a mark."""
    begins = {start for start, _ in nlp.paragraphs(words.text)}
    out = list(drafts)
    for one, other in pairwise(words.quotations):
        if one.closed or one.single or other.open_start not in begins:
            continue
        first = next((d for d in out if _meets(d, one)), None)
        then = [d for d in out if d is not first and _meets(d, other)]
        span = trimmed(words.text, other.start, other.end)
        if first and span and not any(d.cue for d in then) and not _meets(first, other):
            out = [d for d in out if d is not first and d not in then]
            out.append(replace(first, spans=[*first.spans, span]))
    return out


def _meets(draft: Draft, quotation: Quotation) -> bool:
    return any(s < quotation.end and quotation.start < e for s, e in draft.spans)


def _headline(text: str, outlet: str, drafts: Sequence[Draft]) -> list[Draft]:
    """The attribution of a headline that ends "– Moscow" or "– union", where the model has not seen it.

    "– BBC News" names the site and not a speaker.
    """
    first = next(iter(nlp.paragraphs(text)), (0, 0))
    match = _HEADLINE.fullmatch(text, *first)
    if not match or set(match["speaker"].lower().split()) & set(outlet.lower().split()):
        return []
    if match["noun"] and match["noun"].removesuffix("s") not in set().union(*lists()):
        return []
    if any(draft.spans[0][0] < first[1] for draft in drafts):
        return []
    content = trimmed(text, *match.span("content"))
    return [Draft([content], match.span("cue"), match.span("speaker"), _SURE_OF_HEADLINE)] if content else []
