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
_NOTHING = frozenset(("what", "it"))
_ENDS_LOOSE = re.compile(r"[,\s]+(?:and|but|or)$")
_SUBJECT = re.compile(r",[”\"'’]?\s+(?P<speaker>(?:[^\s,“\"]+\s+){0,4}[^\s,“\"]+)$")
_QUOTED = re.compile(r"(?:was|were|is|are)\s+(?:quoted|cited)\b")  # by whom: a medium, not the speaker
_OWNER = re.compile(r"(?:[Tt]he\s+)?[A-Z][\w-]*(?:[’']s?)\s$")  # of a name that was cut in two: the Dockers’ [Union]
_REST_OF_NAME = re.compile(r"[A-Z][\w-]+")
_TOLD = re.compile(r"(?:(?:was|were|is|are)\s+told|hears?|heard)\b")
_OF_WHOM = re.compile(r"\s+(?:from|by)\s+(?P<speaker>[^,.;:“\"]{3,60}?)\s+")
_WHAT_HE_CALLED = re.compile(
    r"(?:\bin\s+|,\s*)?\bwhat\s+(?P<speaker>he|she|it|they)\s+"
    r"(?P<cue>(?:has\s+|have\s+|had\s+)?(?:called|described|characteri[sz]ed|termed|dubbed|labell?ed)(?:\s+as)?)\s"
)
_NO_SUBJECT = re.compile(
    r"(?:^|\s)(?:is|are|was|were|be|been|being|who|which|that|to|not|and|but|as|when|after)$|[:;]\s"
)
_SPEAKER = r"(?:[Tt]he\s+[a-z]+|[Aa]n?\s+[a-z]+|[A-Z][\w.’'-]{0,30}(?:\s[A-Z][\w.’'-]{0,30}){0,4}|he|she|they|it)"
_VERB = r"(?:said|says|added|told|wrote|warned|insisted|asked|replied|claimed)"
_AS_SAYING = re.compile(r"(?P<speaker>[^,.;:“\"]{3,60}?),?\s+as\s+(?P<cue>saying|telling)\s")
_SAID_BY = re.compile(
    rf"[,?!]\s+(?:(?P<cue>{_VERB})\s+(?P<name>{_SPEAKER})|(?P<first>{_SPEAKER})\s+(?P<then>{_VERB}))(?=[\s,.]|$)"
)
_SAID_INSIDE = re.compile(
    rf"(?<!\w)(?P<speaker>{_SPEAKER}|I)\s+(?P<cue>{_VERB}|say|shouted)(?:\s+(?:me|him|her|us|them))?[,:]\s+"
    r"(?P<open>[‘“'\"])(?P<content>[^”\"\n]{2,300}?)(?:(?<!s)[’'](?!\w)|[”\"])"
)
_SAID = re.compile(
    r"((?:has |have |had )?(?:said|blamed|accused|claimed|warned|denied|called|told|insisted|argued|described))\s"
)
_NARRATION = re.compile(r"(?:as|while|when|after|before|who|which|whose|where|but|though|although|\w+ing)\b")
_ASIDE = re.compile(r",?\s+[^\n.,;:“”\"()]{3,80},\s+")  # who says it, between two halves of a sentence
_IN_WORDS = re.compile(
    r"(?P<lead>^|[,.!?]\s+)(?:[Ii]n|[Bb]y)\s+(?P<speaker>his|her|their|its|[^,.;:“”\"()\n]{3,60}?(?=['’]))(?:['’]s?)?\s+(?:own\s+)?"
    r"(?P<cue>words|view|opinion|reckoning|admission|account|estimate)(?=[,.])",
    re.MULTILINE,
)
_SURE_OF_PHRASE = 0.6


def drafts_of(
    words: reading.Words,
    labels: Sequence[tagger.Label],
    attributions: Sequence[linker.Attribution],
    masthead: layout.Masthead,
) -> list[Draft]:
    """The attributions of a text in characters, without order."""
    fixed = layout.set_by_layout(words.text)
    whole = _found(words, labels, attributions)
    found = [part for draft in whole for inner in _nested(words, draft) for part in _split(words, inner)]
    named = [draft for draft in found if layout.names_somebody(words.text, draft, masthead)]
    kept = [limits.around_hearsay(words, limits.kept_to_its_place(words, draft)) for draft in named]
    drafts = [d for d in kept if limits.reports_something(words, d) and not layout.crosses(d, fixed)]
    drafts = _continued(words, drafts)
    taken = _taken(words, drafts)
    drafts = [*(_resumed(words, draft, taken) for draft in drafts), *_in_words(words, taken)]
    drafts += [*fixed, *layout.headline(words.text, masthead, drafts), *_said_inside(words, drafts)]
    return [outside for draft in drafts if (outside := _outside_skips(words, draft))]


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
    text = words.text
    for found in attributions:
        spans = _content(text, [_characters(words, labels[i]) for i in found.contents])
        cue, speaker = (
            _bare(text, _characters(words, labels[number])) if number is not None else None
            for number in (found.cue, found.speaker)
        )
        sure = found.sure or min(labels[i].sure for i in found.contents)  # with no candidate at all the linker gives 0
        if spans:
            named = _with_speaker(text, _without_names(text, Draft(spans, cue, speaker, sure)))
            yield _past_open_mark(words, named)


def _content(text: str, whole: Sequence[Span]) -> list[Span]:
    """The pieces of a content without their edges and a dateline in front; none where nothing is left to point to."""
    spans = joined(text, [span for start, end in whole if (span := trimmed(text, start, end))])
    if spans and (spans[0][0] == 0 or text[spans[0][0] - 1] in "\n\r\u2028\u2029"):
        dateline = nlp.DATELINE.match(text, *spans[0])
        first = trimmed(text, dateline.end(), spans[0][1]) if dateline else None
        spans = [first, *spans[1:]] if first else spans
    ends = [start + len(_ENDS_LOOSE.sub("", text[start:end])) for start, end in spans]
    spans = [span for (start, _), end in zip(spans, ends, strict=True) if (span := trimmed(text, start, end))]
    return [span for span in spans if text[slice(*span)].lower() not in _NOTHING]


def _bare(text: str, span: Span) -> Span:
    """A speaker or cue without a comma, relative pronoun or relative clause left hanging at its end."""
    start, end = span
    kept = _HANGING.sub("", text[start:end])
    rest = _REST_OF_NAME.match(text, end + 1) if _OWNER.fullmatch(text, start, end + 1) else None
    if rest:
        return start, end + 1 + len(rest[0])
    return (start, start + len(kept)) if kept else span


def _without_names(text: str, draft: Draft) -> Draft:
    """A cue that took in a name gives it back: "[said Ines] Falk", "[told the Standard]", "[agreed on Saturday]"."""
    start, end = draft.cue or (0, 0)
    name = _NAME_IN_CUE.search(text, start, end)
    if not name:
        return draft
    cue = (start, start + len(_HANGS.sub("", text[start : name.start()])))
    speaker, given = draft.speaker, text[name.start("name") : end].split()
    goes_on = speaker and speaker[0] > end and not text[end : speaker[0]].strip()
    if speaker and goes_on and all(word[0].isupper() for word in given):
        speaker = (name.start("name"), speaker[1])
    return replace(draft, cue=cue, speaker=speaker)


def _with_speaker(text: str, draft: Draft) -> Draft:
    """Who stands in the content's end or behind its noun: [“The key was in it,” the guard] was quoted; claims by [him].

    Whoever was told is no speaker, but no content either: [The current was off, an inquest] heard.
    """
    start, end = draft.spans[-1]
    if not draft.cue or (draft.speaker and not _QUOTED.match(text, *draft.cue)):
        return draft
    tail = _SUBJECT.search(text, start, end) if 0 <= draft.cue[0] - end <= 2 else None
    before = trimmed(text, start, tail.start("speaker")) if tail else None
    told = _TOLD.match(text, *draft.cue)
    if tail and before and (told or text[tail.start() : tail.start("speaker")].strip() != ","):
        return replace(draft, spans=[*draft.spans[:-1], before], speaker=None if told else tail.span("speaker"))
    behind = _OF_WHOM.fullmatch(text, draft.cue[1], max(draft.cue[1], draft.spans[0][0]))
    return replace(draft, speaker=behind.span("speaker")) if behind else draft


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
    match = _WHAT_HE_CALLED.search(words.text, start + 1, end) or _AS_SAYING.match(words.text, start, end)
    after = trimmed(words.text, match.end(), end) if match else None
    if not (match and after) or words.quotations_in(*match.span()):
        yield draft
        return
    before = trimmed(words.text, start, match.start())
    yield replace(draft, spans=[*draft.spans[:-1], before]) if before and match[0][:4] != "what" else draft
    yield replace(draft, spans=[after], cue=match.span("cue"), speaker=match.span("speaker"))


def _said_inside(words: reading.Words, drafts: Sequence[Draft]) -> Iterator[Draft]:
    """What somebody is quoted with inside a quotation: "He rang me. He said, [‘They want it done.’]"."""
    cues = {draft.cue for draft in drafts}
    for quotation in words.quotations:
        for said in _SAID_INSIDE.finditer(words.text, quotation.start, quotation.end):
            content = trimmed(words.text, *said.span("content"))
            if content and said.span("cue") not in cues:
                yield Draft([content], said.span("cue"), said.span("speaker"), _SURE_OF_PHRASE)


def _taken(words: reading.Words, drafts: Sequence[Draft]) -> set[int]:
    """The numbers of the words that an attribution has."""
    spans = (span for draft in drafts for span in (*draft.spans, draft.cue, draft.speaker) if span)
    return {i for span in spans for i in words.between(*span)}


def _in_words(words: reading.Words, taken: set[int]) -> Iterator[Draft]:
    """A sentence that nobody has yet, put in somebody's words: [A page had], in her words, [been “cut out”]."""
    for match in _IN_WORDS.finditer(words.text):
        start, end = match.end("lead"), match.end()
        first, last = nlp.sentences(words.text)[nlp.sentence_at(words.text, start)]
        if words.quotations_in(start, end) or not taken.isdisjoint(words.between(first, last)):
            continue
        first = max(first, words.text.rfind(":", first, start) + 1)
        if spans := [part for a, b in ((first, start), (end, last)) if (part := trimmed(words.text, a, b))]:
            yield Draft(spans, match.span("cue"), match.span("speaker"), _SURE_OF_PHRASE)


def _resumed(words: reading.Words, draft: Draft, taken: set[int]) -> Draft:
    """An indirect content that goes on behind its cue to its sentence's end: "[The cup], she said, [was a gift]"."""
    text, end = words.text, draft.spans[-1][1]
    aside = _ASIDE.match(text, end)
    if (
        text[end : end + 1] != ","
        or not aside
        or not draft.cue
        or not draft.speaker
        or aside.end() < max(draft.cue[1], draft.speaker[1])
    ):
        return draft
    last = nlp.sentences(text)[nlp.sentence_at(text, end)][1]
    rest = trimmed(text, aside.end(), last) if aside.end() < last else None
    if not rest or not taken.isdisjoint(words.between(aside.end(), last)) or min(draft.cue[0], draft.speaker[0]) < end:
        return draft
    if _NARRATION.match(text, aside.end()) or words.quotations_in(draft.spans[-1][0], last):
        return draft
    return replace(draft, spans=[*draft.spans, rest])


def _continued(words: reading.Words, drafts: Sequence[Draft]) -> list[Draft]:
    """One attribution where a quotation goes on in the next: over paragraphs or behind its cue: “If,” he says, “so”."""
    begins = {start for start, _ in nlp.paragraphs(words.text)}
    out = dict(enumerate(drafts))
    inside: dict[Quotation, list[int]] = {}
    for i, draft in out.items():
        for quotation in {q for span in draft.spans for q in words.quotations_in(*span)}:
            inside.setdefault(quotation, []).append(i)
    for one, other in pairwise(words.quotations):
        across = not one.closed and not one.single and other.open_start in begins
        holder, piece = (one, other) if across else (other, one)
        whole = next((i for i in inside.get(holder, ()) if i in out), None)
        gone = [i for i in inside.get(piece, ()) if i in out]
        span = trimmed(words.text, piece.start, piece.end)
        if whole is None or not span or whole in gone:
            continue
        within = all(piece.start <= out[i].spans[0][0] and out[i].spans[-1][1] <= piece.end for i in gone)
        if not any(out[i].cue for i in gone) if across else within and _is_halved(words.text, one, other, out[whole]):
            for i in gone:
                del out[i]
            out[whole] = replace(out[whole], spans=sorted([*out[whole].spans, span]))
            inside[piece] = [whole]
    return [_parted(words, draft, begins) for draft in out.values()]


def _is_halved(text: str, one: Quotation, other: Quotation, draft: Draft) -> bool:
    """True where nothing but the draft's cue stands between the halves of one sentence."""
    between = draft.cue and one.close_end <= draft.cue[0] < other.open_start
    return bool(
        between
        and "," in text[one.end - 1 : one.close_end + 1]
        and _ASIDE.fullmatch(text, one.close_end, other.open_start)
    )


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
