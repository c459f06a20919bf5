"""Attributions in characters: what the model found, mended where marks and layout tell more than it can see."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from .. import nlp
from ..nlp import Span
from . import layout, limits, linker, tagger
from . import words as reading
from .marks import Quotation
from .spans import Draft, joined, trimmed

_HANGING = re.compile(r"(?:,\s+(?:who|which|whose)\s.*|[\s,;:]+(?:who|which|that)?)$", re.DOTALL)
_NAME_IN_CUE = re.compile(r"(?<=\w)\s+(?P<name>[A-Z](?!\b)[\w’'.-]*)")
_HANGS = re.compile(r"(?:\s+(?:the|an?|at|in|on|by|for|from|of|to|with|as))+$")
_NOTHING = frozenset(("what", "this", "it"))
_POINTS = frozenset(("which", "that", "so"))  # to words elsewhere: alone, all there is of a content
_ENDS_LOOSE = re.compile(r"(?:[,\s]+(?:and|but|or)|,\s+(?:an?|the)\s+\w+\s+(?:that|which|who))$")
_BY_RELATIVE = re.compile(
    r"(?P<speaker>[^,.;:\"“”]{3,60}),\s+who\s[^.;:\"“”]{3,120},\s+(?P<cue>told|said|wrote|added|asked|replied)\b[^:\"“”]{0,40}:\s"
)
_SAYS_NOTHING = re.compile(
    r"(?:\bnot|n[’']t|never|(?:declin|refus)\w+\s+to)\s+"
    r"(?:say|mention|comment|specify|elaborate|respond|answer|address|discuss)\b"
)
_WHAT_HE_CALLED = re.compile(
    r"(?:\bin\s+|,\s*)?\bwhat\s+(?P<speaker>he|she|it|they)\s+"
    r"(?P<cue>(?:has\s+|have\s+|had\s+)?(?:called|described|characteri[sz]ed|termed|dubbed|labell?ed)(?:\s+as)?)\s"
)
_AND_ADDED = re.compile(
    r",?\s+(?:and|but)\s+(?:also\s+|later\s+|then\s+)?"
    r"(?P<cue>added|said|warned|insisted|claimed|argued|noted|stressed|promised|denied|acknowledged)\s+(?=that\s)"
)
_NO_SUBJECT = re.compile(
    r"(?:^|\s)(?:is|are|was|were|be|been|being|who|which|that|to|not|and|but|as|when|after)$|[:;]\s"
)
_SPEAKER = r"(?:[Tt]he\s+[a-z]+|[Aa]n?\s+[a-z]+|(?:[A-Z][\w.’'-]*\s?)+(?<!\s)|he|she|they|it)"
_VERB = r"(?:said|says|added|told|wrote|warned|insisted|asked|replied|claimed)"
_SAID_BY = re.compile(
    rf"[,?!]\s+(?:(?P<cue>{_VERB})\s+(?P<name>{_SPEAKER})|(?P<first>{_SPEAKER})\s+(?P<then>{_VERB}))(?=[\s,.]|$)"
)
_SAID = re.compile(
    r"((?:has |have |had )?(?:said|blamed|accused|claimed|warned|denied|called|told|insisted|argued|described))\s"
)


def drafts_of(
    words: reading.Words,
    labels: Sequence[tagger.Label],
    attributions: Sequence[linker.Attribution],
    masthead: layout.Masthead,
) -> list[Draft]:
    """The attributions of a text in characters, without order."""
    turns = layout.turns(words.text)
    whole = [_past_open_mark(words, draft) for draft in _found(words, labels, attributions)]
    found = [inner for draft in whole for inner in _nested(words, draft)]
    drafts = [part for draft in found for part in _split(words, draft)]
    drafts = _within_limits(words, [d for d in drafts if layout.names_somebody(words.text, d, masthead)])
    drafts = [*turns, *_continued(words, [draft for draft in drafts if not layout.crosses(draft, turns)])]
    drafts += layout.headline(words.text, masthead, drafts)
    return [kept for draft in drafts if (kept := _outside_skips(words, draft))]


def _within_limits(words: reading.Words, drafts: Sequence[Draft]) -> list[Draft]:
    drafts = [limits.kept_to_its_place(words, draft) for draft in drafts if limits.reports_something(words, draft)]
    drafts = [limits.without_addressee(words.text, limits.without_narration(words, draft)) for draft in drafts]
    return [limits.around_hearsay(words, limits.whole_clause(words, draft, drafts)) for draft in drafts]


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
        sure = found.sure or min(labels[i].sure for i in found.contents)  # with no candidate at all the linker gives 0
        if spans and not (cue and _says_nothing(words.text, cue)):
            yield _without_speaker(
                words, _past_relative(words.text, _without_names(words.text, Draft(spans, cue, speaker, sure)))
            )


def _past_relative(text: str, draft: Draft) -> Draft:
    """The draft whose speaker is not inside a relative clause: "Ms Holm, who leads [the harbour], told parliament:"."""
    if not draft.speaker or not draft.cue or text[slice(*draft.cue)] != ":":
        return draft
    match = _BY_RELATIVE.match(text, nlp.sentences(text)[nlp.sentence_at(text, draft.speaker[0])][0], draft.cue[1] + 1)
    inside = match and match.end("speaker") < draft.speaker[0] and draft.speaker[1] < match.start("cue")
    return replace(draft, speaker=match.span("speaker"), cue=match.span("cue")) if match and inside else draft


def _without_names(text: str, draft: Draft) -> Draft:
    """A cue that took in a name gives it back: "[said Ines] Falk", "[told the Standard]", "[agreed on Saturday]"."""
    start, end = draft.cue or (0, 0)
    name = _NAME_IN_CUE.search(text, start, end)
    if not name:
        return draft
    cue = (start, start + len(_HANGS.sub("", text[start : name.start()])))
    tail, speaker = text[name.start("name") : end], draft.speaker
    if (
        speaker
        and speaker[0] > end
        and not text[end : speaker[0]].strip()
        and all(word[0].isupper() for word in tail.split())
    ):
        speaker = (name.start("name"), speaker[1])
    return replace(draft, cue=cue, speaker=speaker)


def _says_nothing(text: str, cue: Span) -> bool:
    """True for "did not say", and for "declined" before "to comment"."""
    start, end = cue
    found = _SAYS_NOTHING.search(text, start, end + 15)
    return found is not None and found.start() < end


def _content(text: str, whole: Sequence[Span]) -> list[Span]:
    """The pieces of a content without their edges and a dateline in front; none where nothing is left to point to."""
    spans = joined(text, [span for start, end in whole if (span := trimmed(text, start, end))])
    if spans and (spans[0][0] == 0 or text[spans[0][0] - 1] in "\n\r\u2028\u2029"):
        dateline = nlp.DATELINE.match(text, *spans[0])
        first = trimmed(text, dateline.end(), spans[0][1]) if dateline else None
        spans = [first, *spans[1:]] if first else spans
    kept = [_ENDS_LOOSE.sub("", text[slice(*span)]) for span in spans]
    spans = [(start, start + len(words)) for (start, _), words in zip(spans, kept, strict=True)]
    spans = [span for start, end in spans if (span := trimmed(text, start, end))]
    spans = [span for span in spans if text[slice(*span)].lower() not in _NOTHING]
    return [span for span in spans if text[slice(*span)].lower() not in _POINTS] or spans


def _bare(text: str, span: Span) -> Span:
    """A speaker or cue without a comma, relative pronoun or relative clause left hanging at its end."""
    start, end = span
    kept = _HANGING.sub("", text[start:end])
    return (start, start + len(kept)) if kept else span


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
    """Two attributions where one stands inside the other: [The mayor blamed “luck,”] the agency reported.

    A verb of saying before the content's quotation marks has its own speaker: what stands before it in the sentence.
    """
    start, end = draft.spans[-1]
    sentence = nlp.sentences(words.text)[nlp.sentence_at(words.text, start)]
    quoted = next((q.open_start for q in words.quotations_in(start, end)), start + 1)
    verb = _SAID.match(words.text, start, end) or _SAID.search(words.text, start, quoted)
    inner = trimmed(words.text, verb.end(), end) if verb else None
    before = trimmed(words.text, sentence[0], verb.start()) if verb and inner else None
    if not (verb and inner and before and draft.cue and draft.cue[0] >= end) or _NO_SUBJECT.search(
        words.text[before[0] : before[1]]
    ):
        yield draft
        return
    yield replace(draft, spans=[(before[0], end)])
    yield replace(draft, spans=[inner], cue=verb.span(1), speaker=before)


def _split(words: reading.Words, draft: Draft) -> Iterator[Draft]:
    """The attribution, and a second one whose cue was swallowed: behind it ("in what he called") or in it."""
    start, end = draft.spans[-1]
    match = _WHAT_HE_CALLED.search(words.text, start, end) or _AND_ADDED.search(words.text, start, end)
    before = trimmed(words.text, start, match.start()) if match else None
    after = trimmed(words.text, match.end(), end) if match else None
    if not (match and before and after) or words.quotations_in(*match.span()):
        yield draft
        return
    inner = match.re is _WHAT_HE_CALLED
    within = match[0].startswith("what")
    yield draft if within else replace(draft, spans=[*draft.spans[:-1], before])
    yield replace(
        draft, spans=[after], cue=match.span("cue"), speaker=match.span("speaker") if inner else draft.speaker
    )


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
            out.append(replace(first, spans=sorted([*first.spans, span])))
    return [_parted(words, draft, begins) for draft in out]


def _parted(words: reading.Words, draft: Draft, begins: set[int]) -> Draft:
    """The draft without the marks that open each paragraph of a quotation over several."""
    spans: list[Span] = []
    for start, end in draft.spans:
        inside = words.quotations_in(start, end)
        cuts = [(one, other) for one, other in pairwise(inside) if not one.closed and other.open_start in begins]
        edges = [start, *(edge for one, other in cuts for edge in (one.end, other.start)), end]
        spans += [s for a, b in zip(edges[::2], edges[1::2], strict=True) if (s := trimmed(words.text, a, b))]
    return replace(draft, spans=spans) if len(spans) > len(draft.spans) else draft


def _past_open_mark(words: reading.Words, draft: Draft) -> Draft:
    """A quotation that never closes gives back who said it: [“We will not, said the mayor. It rained]."""
    start, end = draft.spans[0]
    around = [q for q in words.quotations_in(max(0, start - 1), end) if not q.closed]
    said = _SAID_BY.search(words.text, start, end) if around and not draft.cue else None
    before = trimmed(words.text, start, said.start() + (said[0][0] != ",")) if said else None
    if not said or not before:
        return draft
    speaker = said.span("name") if said["name"] else said.span("first")
    return replace(draft, spans=[before], cue=said.span("cue") if said["name"] else said.span("then"), speaker=speaker)


def _meets(draft: Draft, quotation: Quotation) -> bool:
    return any(s < quotation.end and quotation.start < e for s, e in draft.spans)
