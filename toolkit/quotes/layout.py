"""What a page's layout attributes: a transcript's turns, the speaker a headline names, labels that name nobody."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from .. import nlp, resources
from ..entities import Phrases
from ..speakers.mentions import lists
from .spans import Draft, trimmed

_HEADLINE = re.compile(
    r"(?P<content>[^\n]{15,250}?)\s(?P<cue>[–—])\s"
    r"(?P<speaker>[A-Z][\w.’']*(?:\s[A-Z][\w.’']*){0,3}|(?:[a-z]+\s)?(?P<noun>[a-z]+))"
)
_QUOTED_FIRST = re.compile(r"[“‘\"'](?P<content>[^\n]{5,200}?)[”’\"'](?P<cue>:)\s[^\n]+")
_TURN = re.compile(
    r"(?P<speaker>[A-Z][\w.'’-]*(?:\s+[A-Z#][\w.'’-]*){0,4})(?P<role>,\s[^:\n]{2,60})?\s*(?P<cue>:)\s+(?P<content>\S.*)",
    re.DOTALL,
)
_SIGNED = re.compile(
    r"^[“”\"](?P<content>[^\r\n]+)[”\"]\s*(?P<cue>[–—―]|--?)\s*"
    r"(?P<speaker>[A-Z][\w.'’-]*(?:[ \xa0][A-Z][\w.'’-]*){0,4})"
    r"(?:,\s[^\r\n“”\".–—―]{2,80}(?:\.\s[^\r\n]*)?)?[.\s]*?$",  # – Ana Sool, who ran the shop
    re.MULTILINE,
)
_ROLES = frozenset("interviewer moderator host presenter question answer q a".split())
_SIGNS = (":", "–", "—", "-", "--")
_ENDS = ".!?”\"'’"  # a paragraph that ends so is no headline
_SURE_OF_HEADLINE, _SURE_OF_TURN = 0.6, 0.9


@dataclass(frozen=True)
class Masthead:
    """Whose page it is, and the names the user's alias table knows."""

    outlet: str
    aliases: Phrases | None = None


@lru_cache(maxsize=1)
def _labels() -> frozenset[str]:
    return frozenset(resources.lines("headline_labels.txt"))


def is_label(words: str) -> bool:
    """True for "Image caption", "Analysis" or "Live updates", which stand before a colon and are nobody."""
    return " ".join(words.casefold().split()) in _labels()


def _is_noun(name: str) -> bool:
    return name.split()[-1].lower().removesuffix("s") in set().union(*lists())


def _known(text: str, name: str, after: int, masthead: Masthead) -> bool:
    """True for a speaker whom a headline may name: one of the body's, the alias table's, or "union", "police"."""
    again = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text[after:])
    in_table = masthead.aliases is not None and masthead.aliases.exact(name, masthead.outlet) is not None
    return again is not None or in_table or _is_noun(name)


def names_somebody(text: str, draft: Draft, masthead: Masthead) -> bool:
    """False where a colon or dash only sets off a label: "Image caption: ...", "Harbour fire: what we know"."""
    if draft.speaker and _is_dateline(text, *draft.speaker):
        return False
    if not draft.cue or text[slice(*draft.cue)].strip() not in _SIGNS:
        return True
    start = draft.speaker[0] if draft.speaker else text.rfind("\n", 0, draft.cue[0]) + 1
    name = text[slice(*draft.speaker)] if draft.speaker else text[start : draft.cue[0]]
    if is_label(name) or not draft.speaker:
        return not is_label(name)
    first = next(iter(nlp.paragraphs(text)), (0, 0))
    in_headline = start < first[1] and text[first[1] - 1] not in _ENDS
    return not in_headline or _known(text, name, first[1], masthead)


def _is_dateline(text: str, start: int, end: int) -> bool:
    """True for a town in capitals that a colon sets off from a paragraph, once in the text: "DELHI: Three men were"."""
    at_edge = not text[max(0, start - 1) : start].strip("\r\n\u2028\u2029")
    town = at_edge and text[start:end].isupper() and text[end : end + 1] == ":" and not _is_noun(text[start:end])
    return town and text.count(text[start : end + 1]) == 1


def set_by_layout(text: str) -> list[Draft]:
    """What the layout alone attributes, in order: a transcript's turns, quotations that a name signs."""
    return sorted([*turns(text), *_signed(text)], key=lambda draft: draft.spans[0])


def _signed(text: str) -> Iterator[Draft]:
    """Lines that are a quotation and its author: “It was a mess.” – Ana Sool."""
    for match in _SIGNED.finditer(text):
        if content := trimmed(text, *match.span("content")):
            yield Draft([content], match.span("cue"), trimmed(text, *match.span("speaker")), _SURE_OF_TURN)


def turns(text: str) -> list[Draft]:
    """The turns of a transcript, where most paragraphs begin "NAME: " or "NAME, HOST: " and two or more take turns."""
    paragraphs = nlp.paragraphs(text)
    found = [match for span in paragraphs if (match := _TURN.fullmatch(text, *span))]
    found = [m for m in found if not is_label(m["speaker"]) and not is_label(m["speaker"].split()[0])]
    found = [m for m in found if not m["role"] or m["speaker"].isupper()]
    names = [match["speaker"] for match in found]
    times = Counter(map(str.casefold, names))
    sure = any(times[m.casefold()] > 1 or m.lower() in _ROLES for m in names) or all(m[1:].isupper() for m in names)
    among = [start for start, _ in paragraphs if found and found[0].start() <= start <= found[-1].start()]
    if len(times) < 2 or not sure or 2 * len(found) < len(among):
        return []
    spans = [(match, trimmed(text, *match.span("content"))) for match in found]
    return [Draft([span], m.span("cue"), m.span("speaker"), _SURE_OF_TURN, verbatim=True) for m, span in spans if span]


def crosses(draft: Draft, turns: Sequence[Draft]) -> bool:
    """True where the model read a transcript's turn otherwise; a statement reported inside the turn may stand."""
    after = bisect_left(turns, draft.spans[-1][1], key=lambda turn: turn.spans[0][0])
    for turn in turns[max(0, after - 1) : after]:
        start, end = turn.spans[0]
        parts = [span for span in (*draft.spans, draft.cue, draft.speaker) if span]
        nested = draft.cue and draft.speaker and all(start <= s and e <= end for s, e in parts)
        return not nested and draft.spans[0][0] < end
    return False


def headline(text: str, masthead: Masthead, drafts: Sequence[Draft]) -> list[Draft]:
    """The attribution of a headline that ends "– Moscow" or "– union", where the model has not seen it.

    "– BBC News" names the site and not a speaker. ‘We will not sell’: fishermen say no – names none, but quotes one.
    """
    first = next(iter(nlp.paragraphs(text)), (0, 0))
    if any(draft.spans[0][0] < first[1] for draft in drafts):
        return []
    quoted = _QUOTED_FIRST.fullmatch(text, *first)
    if quoted and text[first[1] - 1] not in _ENDS:
        return [Draft([quoted.span("content")], quoted.span("cue"), None, _SURE_OF_HEADLINE)]
    match = _HEADLINE.fullmatch(text, *first)
    content = trimmed(text, *match.span("content")) if match else None
    if not match or not content or set(match["speaker"].lower().split()) & set(masthead.outlet.lower().split()):
        return []
    draft = Draft([content], match.span("cue"), match.span("speaker"), _SURE_OF_HEADLINE)
    unknown = match["noun"] and not _is_noun(match["noun"])
    return [] if unknown or not names_somebody(text, draft, masthead) else [draft]
