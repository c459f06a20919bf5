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
_WHEN = re.compile(r"\s+(?:(?:earlier|late|early)\s+)?(?:today|yesterday|tonight|last\s+night)$")  # but: USA Today
_BY = re.compile(r"by\s+(?=\w)")
_RELATIVE = re.compile(r",?\s+(?:which|who|whose)$")  # of the clause behind a content
_NOTHING = frozenset(("what", "it"))
_OWNER = re.compile(r"(?:[Tt]he\s+)?[A-Z][\w-]*(?:[’']s?)\s$")  # of a name that was cut in two: the Dockers’ [Union]
_REST_OF_NAME = re.compile(r"[A-Z][\w-]+")
_SUBJECT = re.compile(r",[”\"'’]?\s+(?P<speaker>(?:[^\s,“\"]+\s+){0,4}[^\s,“\"]+)$")
_HEADLINE_ENDS = re.compile(
    r"(?P<cue>\w+)\s(?P<speaker>[\w’'-]+(?: [\w’'-]+){0,2})[ \t]*(?:[\r\n]|\Z)"
)  # ..., says head
_ADDRESSEE = re.compile(  # told [drivers to stop]
    r"\s(?:(?!(?:that|how|why|when|if|to|on|for)\b)[\w’'-]+\s+){1,5}(?:“|\")?(?=to\s)"
)
_QUOTED = re.compile(r"(?:was|were|is|are)\s+(?:quoted|cited)\b")  # by whom: a medium, not the speaker
_QUOTED_AS = re.compile(  # what follows are the words of whoever was quoted, not the paper's
    r"(?:was|were|is|are|ha(?:s|ve|d)\s+been)\s+(?:quoted|cited)\s+(?:(?:by|in|on)\s[^,.;:“\"\n]{2,60}?\s)?as\s+"
    r"(?:saying|writing|warning|denying|telling(?:\s[\w’'-]+){1,4}?(?=,?\s(?:that\b|[“\"])))(?=[,:]?\s)"
)
_TOLD = re.compile(r"(?:(?:was|were|is|are|ha(?:s|ve|d)\s+been)\s+told|(?P<heard>hears?|heard))\b")
_COURTS = re.compile(
    r"\b(?:courts?|jury|juries|jurors?|inquests?|inquir(?:y|ies)|tribunals?|hearings?)$", re.IGNORECASE
)
_NO_SUBJECT = re.compile(
    r"(?:^|\s)(?:is|are|was|were|be|been|being|who|which|that|to|not|and|but|as|when|after)$|[:;]\s"
)
_SPEAKER = r"(?:[Tt]he\s+[a-z]+|[Aa]n?\s+[a-z]+|[A-Z][\w.’'-]{0,30}(?:\s[A-Z][\w.’'-]{0,30}){0,4}|he|she|they|it)"
_VERB = r"(?:said|says|added|told|wrote|warned|insisted|asked|replied|claimed)"
_IN_WHAT_HE_CALLED = re.compile(
    r"(?:\bin|,)\s+what\s+(?P<speaker>he|she|it|they)\s+"
    r"(?P<cue>(?:ha[sd]\s+)?(?:called|described|characteri[sz]ed|termed|dubbed|labell?ed)(?:\s+as)?)\s"
)
_AS_SAYING = re.compile(r"(?P<speaker>[^,.;:“\"]{3,60}?),?\s+as\s+(?P<cue>saying|telling)\s")
_SAID_INSIDE = re.compile(
    rf"(?<!\w)(?P<speaker>{_SPEAKER}|I)\s+(?P<cue>{_VERB}|say|shouted)(?:\s+(?:me|him|her|us|them))?[,:]\s+"
    r"(?P<open>[‘“'\"])(?P<content>[^”\"\n]{2,300}?)(?:(?<!s)[’'](?!\w)|[”\"])"
)
_HAD_SAID = re.compile(
    r"(?:that\s)?(?P<speaker>(?:(?:the|an?|his|her|their|its|one)\s)?[\w’'-]+(?:\s[\w’'-]+){0,2}?)\s"
    r"(?P<cue>ha(?:d|s|ve)\s(?:said|promised|warned|claimed|denied|admitted|insisted|argued|alleged))\s(?:that\s)?"
    r"(?P<content>[^.!?“”\"]+)",
    re.IGNORECASE,
)
_SAID = re.compile(
    r"((?:has |have |had )?(?:said|blamed|accused|claimed|warned|denied|called|told|insisted|argued|described))\s"
)
_SURE_OF_PHRASE = 0.6
_BEHIND = 3  # characters: a space, a colon, a quotation mark


def drafts_of(
    words: reading.Words,
    labels: Sequence[tagger.Label],
    attributions: Sequence[linker.Attribution],
    fixed: Sequence[Draft],
    masthead: layout.Masthead,
) -> list[Draft]:
    """The attributions of a text in characters, without order; `fixed` are those that the layout makes."""
    whole = _quoted_as(words, labels, list(_found(words, labels, attributions)))
    found = [part for draft in whole for inner in _nested(words, draft) for part in _split(words, inner)]
    named = [draft for draft in found if layout.names_somebody(words.text, draft, masthead)]
    kept = [limits.kept_to_its_place(words, draft) for draft in named]
    drafts = [d for d in kept if limits.reports_something(words, d) and not layout.crosses(d, fixed)]
    drafts = [*_continued(words, drafts), *fixed]
    drafts += [*layout.headline(words.text, masthead, drafts), *_said_inside(words, drafts)]
    return [outside for draft in drafts if (outside := _outside_skips(words, draft))]


def _outside_skips(words: reading.Words, draft: Draft) -> Draft | None:
    """The draft without what the article's `skip` marks; None where nothing is left."""
    spans = draft.spans
    for first, last in words.skips_in(spans[0][0], spans[-1][1]):
        pieces = [(min(s, first), min(e, first)) for s, e in spans] + [(max(s, last), max(e, last)) for s, e in spans]
        if any(s < last and first < e for s, e in spans):
            spans = sorted(span for a, b in pieces if a < b and (span := trimmed(words.text, a, b)))
    return replace(draft, spans=spans) if spans else None


def _characters(words: reading.Words, label: tagger.Label) -> Span:
    return words.start[label.first], words.end[label.last - 1]


def _found(
    words: reading.Words, labels: Sequence[tagger.Label], attributions: Sequence[linker.Attribution]
) -> Iterator[Draft]:
    text = words.text
    for found in attributions:
        spans = _content(text, [_characters(words, labels[i]) for i in found.contents])
        cue = _bare(text, _characters(words, labels[found.cue])) if found.cue is not None else None
        speaker = _name(text, _characters(words, labels[found.speaker])) if found.speaker is not None else None
        sure = found.sure or min(labels[i].sure for i in found.contents)  # with no candidate at all the linker gives 0
        if spans:
            yield _with_speaker(text, Draft(spans, cue, speaker, sure))


def _quoted_as(words: reading.Words, labels: Sequence[tagger.Label], drafts: list[Draft]) -> list[Draft]:
    """With whoever was quoted as the speaker: [he] was quoted by the paper as saying [it rained]."""
    spans = {_characters(words, label): label.sure for label in labels}
    for match in _QUOTED_AS.finditer(words.text):
        speaker = next((span for span in spans if 0 <= match.start() - span[1] <= 2), None)
        said = next((span for span in spans if span[0] <= match.end() + _BEHIND < span[1]), None)
        content = trimmed(words.text, match.end(), said[1]) if said else None
        if speaker and said and content:
            drafts = [d for d in drafts if not d.cue or d.cue[1] <= match.start() or match.end() <= d.cue[0]]
            drafts.append(Draft([content], match.span(), _name(words.text, speaker), min(spans[speaker], spans[said])))
    return drafts


def _content(text: str, whole: Sequence[Span]) -> list[Span]:
    """The pieces of a content without their edges; none where nothing is left to point to."""
    spans = joined(text, [span for start, end in whole if (span := trimmed(text, start, end))])
    if spans:
        start, end = spans.pop()
        spans.append((start, start + len(_RELATIVE.sub("", text[start:end]))))
    return spans if any(text[slice(*span)].lower() not in _NOTHING for span in spans) else []


def _bare(text: str, span: Span) -> Span:
    """A speaker or cue without a comma, relative pronoun or relative clause left hanging at its end."""
    start, end = span
    kept = _HANGING.sub("", text[start:end])
    rest = _REST_OF_NAME.match(text, end + 1) if _OWNER.fullmatch(text, start, end + 1) else None
    if rest:
        return start, end + 1 + len(rest[0])
    return (start, start + len(kept)) if kept else span


def _name(text: str, span: Span) -> Span:
    """A speaker without what hangs at its edges: [the port] today; by [Holm]."""
    start, end = _bare(text, span)
    by = _BY.match(text, start, end)
    when = _WHEN.search(text, start, end)
    return (by.end() if by else start), (when.start() if when else end)


def _was_told(text: str, draft: Draft) -> bool:
    """True where the draft's speaker is who was told: [the court] heard, [the family] was told."""
    told = _TOLD.match(text, *draft.cue) if draft.cue else None
    if not (told and draft.cue and draft.speaker and draft.speaker[1] <= draft.cue[0]):
        return False
    return not told["heard"] or _COURTS.search(text[slice(*draft.speaker)]) is not None


def _with_speaker(text: str, draft: Draft) -> Draft:
    """Who stands in the content's end or behind its noun: [“The key was in it,” the guard] was quoted; claims by [him].

    Whoever was told is no speaker, but no content either: [The current was off, an inquest] heard.
    """
    start, end = draft.spans[-1]
    if _was_told(text, draft):
        return replace(draft, speaker=None)
    if draft.cue and (asked := _ADDRESSEE.match(text, draft.cue[1])) and draft.spans[0][0] == asked.end():
        return replace(draft, spans=[(draft.cue[1] + 1, draft.spans[0][1]), *draft.spans[1:]])
    if not draft.cue or (draft.speaker and not _QUOTED.match(text, *draft.cue)):
        return draft
    told = _TOLD.match(text, *draft.cue)
    if told and draft.spans[0][1] + 1 == draft.cue[0] and len(draft.spans) > 1:  # [The court] has been told
        return replace(draft, spans=draft.spans[1:])
    named = _HEADLINE_ENDS.match(text, draft.cue[0]) if not re.search(r"\w", text[end : draft.cue[0]]) else None
    if named and not draft.speaker:
        return replace(draft, cue=named.span("cue"), speaker=named.span("speaker"))
    tail = _SUBJECT.search(text, start, end) if 0 <= draft.cue[0] - end <= 2 else None
    before = trimmed(text, start, tail.start("speaker")) if tail else None
    if tail and before and (told or text[tail.start() : tail.start("speaker")].strip() != ","):
        return replace(draft, spans=[*draft.spans[:-1], before], speaker=None if told else tail.span("speaker"))
    return draft


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
    """The attribution, and one behind or inside it: in what he called [a farce], quoted [one as saying it held]."""
    start, end = draft.spans[-1]
    match = _IN_WHAT_HE_CALLED.search(words.text, start + 1, end) or _AS_SAYING.match(words.text, start, end)
    after = trimmed(words.text, match.end(), end) if match else None
    if not (match and after) or words.quotations_in(*match.span()):
        yield draft
        return
    before = trimmed(words.text, start, match.start())
    yield replace(draft, spans=[*draft.spans[:-1], before]) if before else draft
    yield replace(draft, spans=[after], cue=match.span("cue"), speaker=match.span("speaker"))


def _said_inside(words: reading.Words, drafts: Sequence[Draft]) -> Iterator[Draft]:
    """What somebody is said to have said inside a content: "He said, [‘It is done’]", "she had promised [it]"."""
    cues = {i for draft in drafts if draft.cue for i in words.between(*draft.cue)}
    found = [said for q in words.quotations for said in _SAID_INSIDE.finditer(words.text, q.start, q.end)]
    found += filter(None, (_HAD_SAID.fullmatch(words.text, *draft.spans[-1]) for draft in drafts))
    for said in found:
        new = cues.isdisjoint(words.between(*said.span("cue")))
        if new and (content := trimmed(words.text, *said.span("content"))):
            yield Draft([content], said.span("cue"), said.span("speaker"), _SURE_OF_PHRASE)


def _continued(words: reading.Words, drafts: Sequence[Draft]) -> list[Draft]:
    """One attribution where a quotation goes on in the next paragraph: the mark is opened again and was not closed."""
    begins = {start for start, _ in nlp.paragraphs(words.text)}
    out = dict(enumerate(drafts))
    inside: dict[Quotation, list[int]] = {}
    for i, draft in out.items():
        for quotation in {q for span in draft.spans for q in words.quotations_in(*span)}:
            inside.setdefault(quotation, []).append(i)
    for one, other in _open_pairs(words.quotations, begins):
        whole = next((i for i in inside.get(one, ()) if i in out), None)
        gone = [i for i in inside.get(other, ()) if i in out]
        span = trimmed(words.text, other.start, other.end)
        if whole is not None and span and whole not in gone and not any(out[i].cue for i in gone):
            for i in gone:
                del out[i]
            out[whole] = replace(out[whole], spans=sorted([*out[whole].spans, span]))
            inside[other] = [whole]
    return [_parted(words, draft, begins) for draft in out.values()]


def _open_pairs(found: Sequence[Quotation], begins: set[int]) -> list[tuple[Quotation, Quotation]]:
    """Each quotation without an end and the one that goes on with it at the next paragraph's beginning."""
    return [(a, b) for a, b in pairwise(found) if not a.closed and b.open_start in begins]


def _parted(words: reading.Words, draft: Draft, begins: set[int]) -> Draft:
    """The draft without the marks that open each paragraph of a quotation over several."""
    spans: list[Span] = []
    for start, end in draft.spans:
        inside = words.quotations_in(start, end)
        cuts = _open_pairs(inside, begins)
        edges = [start, *(edge for one, other in cuts for edge in (one.end, other.start)), end]
        spans += [s for a, b in zip(edges[::2], edges[1::2], strict=True) if (s := trimmed(words.text, a, b))]
    return replace(draft, spans=spans) if len(spans) > len(draft.spans) else draft
