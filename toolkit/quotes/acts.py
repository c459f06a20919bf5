"""What a reporting expression does: speech, writing, thought, intention or finding.

Most readers mean speech and writing by a quotation; wishes, plans and poll results are attributed too, and are told
apart here. The acts are defined in `docs/acts.md`; the expressions stand in `resources/cues.tsv`, what finds, what is
written and what is spoken in, in `resources/finders.txt`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from .. import nlp, resources
from .spans import Draft

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_AFTER_HEAD = re.compile(
    r",|\(|\b(?:of|by|from|for|in|on|at|to|with|about|into|that|which|who|whose|released|published|conducted|commissioned"
    r"|carried|obtained|seen|filed|posted|issued|sent|dated|signed|leaked|written|compiled|made|taken|handed|reviewed|left"
    r"|found|attached|entitled|titled|addressed|pinned|prepared|produced|funded|led|run|this|last|earlier|today|yesterday)\b"
)
_BY_NEWS = frozenset("news media press local unconfirmed tv television radio newspaper agency initial early".split())
_YIELDS = frozenset("seem appear continue begin start go come look put keep need care long".split())  # to a later verb
_APART = 2  # words that may stand inside an expression: "made [it very] clear"
_FAR = 90  # characters after the cue in which a medium is named
_THINGS = ("finder", "document", "text")
_LEAD = re.compile(r"[\s,]*(?:(?!(?:in|on)\b)\w+\s+)?", re.IGNORECASE)  # "[Writing] in the Journal, ..."
_BEGINS_WITH_MEDIUM = re.compile(r"\s+(?:(?:in|on|by|via)\s[^“\".]{3,60}?(?=\s+that\s|[,:])|\w+)")


@lru_cache(maxsize=1)
def _words_of() -> dict[str, frozenset[str]]:
    """The words of finders.txt by their kind."""
    out: dict[str, list[str]] = {}
    for kind, words in resources.table("finders.txt"):
        out.setdefault(kind, []).extend(words.split())
    return {kind: frozenset(words) for kind, words in out.items()}


def _nouns(kind: str) -> str:
    """The nouns of a kind as alternatives, in singular and plural."""
    words = sorted(_words_of()[kind], key=lambda word: (-len(word), word))
    return "|".join(rf"{re.escape(word.replace('_', ' '))}s?" for word in words)


@lru_cache(maxsize=1)
def _medium() -> re.Pattern[str]:
    """What something is said in or on: "in a letter", "on his radio show"; the group that matched tells which."""
    stops = r"(?:in|on|that|to|of|and|but|after|before|when|who|(?:media|news|press|local)\s+reports?)\b"
    inner = rf"(?:(?!{stops})[\w’'.-]+\s+){{0,4}}?"
    document = rf"(?P<document>(?-i:{_nouns('document')}))\b"  # the Post and the Journal are newspapers
    platform = rf"(?:{_nouns('platform')}|(?-i:X))\b(?!\s+(?:video|live|interview))"
    media = rf"(?P<spoken>{_nouns('spoken')})\b|{document}|{platform}"
    return re.compile(rf"\b(?:(?P<on>on)|in|by|via|through|over)\s+{inner}(?:{media})", re.IGNORECASE)


def _regular(lemma: str) -> set[str]:
    if lemma.endswith("e"):
        return {lemma, lemma + "s", lemma + "d", lemma[:-1] + "ing"}
    if lemma.endswith("y") and lemma[-2:-1] not in "aeiou":
        return {lemma, lemma[:-1] + "ies", lemma[:-1] + "ied", lemma + "ing"}
    plural = "es" if lemma.endswith(("s", "sh", "ch", "x", "z")) else "s"
    return {lemma, lemma + plural, lemma + "ed", lemma + "ing"}


@lru_cache(maxsize=1)
def _by_form() -> dict[str, list[tuple[list[str], str, str]]]:
    """For each form of a first word, what may follow it, the act and the expression; the longest first."""
    out: dict[str, list[tuple[list[str], str, str]]] = {}
    for expression, act, irregular in resources.table("cues.tsv"):
        first, *rest = expression.split()
        given = [] if irregular == "-" else irregular.split(",")
        doubled = [form[:-2] + "ing" for form in given if re.search(r"([b-df-hj-np-tv-z])\1ed$", form)]
        for form in [*_regular(first), *given, *doubled]:
            out.setdefault(form, []).append((rest, act, expression))
    return {form: sorted(found, key=lambda entry: (-len(entry[0]), entry[2] != form)) for form, found in out.items()}


def _follows(rest: Sequence[str], words: Sequence[str]) -> bool:
    """True where the words of an expression stand in order, with few others between them."""
    at = 0
    for word in rest:
        near = words[at : at + _APART + 1]
        if word not in near:
            return False
        at += near.index(word) + 1
    return True


def _expression(words: Sequence[str], following: Sequence[str]) -> tuple[str, str] | None:
    """The act and the name of the first expression of the table in a cue; some yield to a later one."""
    weak = None
    for i, word in enumerate(words):
        after = [*words[i + 1 :], *following]
        found = next((entry for entry in _by_form().get(word, []) if _follows(entry[0], after)), None)
        if found and found[2] not in _YIELDS:
            return found[1], found[2]
        weak = weak or (found and found[1:])
    return weak or None


def _kind_of(speaker: str | None) -> str | None:
    """What the noun is that a speaker's description hangs on: "a poll of tenants" is a finder; None for most."""
    words = _WORD.findall(_AFTER_HEAD.split((speaker or "").strip(), maxsplit=1)[0])
    low = [word.lower() for word in words]
    if not words or low == ["reports"] or (low[-1] in ("report", "reports") and set(low) & _BY_NEWS):
        return None
    bare = low[-1][:-3] + "y" if low[-1].endswith("ies") else low[-1].removesuffix("s")
    name = words[-1][0].isupper() and (len(words) > 1 or bare == low[-1])  # the Post, the Journal, Bill
    kinds = ("finder",) if name else (*_THINGS, "inquirer")
    return next((kind for kind in kinds if {low[-1], bare} & _words_of()[kind]), None)


def by_finder(speaker: str) -> bool:
    """True for a poll, a study or a document, which finds or is written rather than speaks."""
    return _kind_of(speaker) in _THINGS


def _of_thing(act: str, name: str, kind: str | None) -> str:
    """The act by who or what the speaker is: what a study says it found, what a letter says is written in it."""
    verb = name.split(" ")[0]
    if (kind and verb in _words_of()["concludes"]) or (kind in _THINGS and verb in _words_of()["shows"]):
        return "finding"
    if act == "speech" and kind in _THINGS:
        return "finding" if kind == "finder" else "writing"
    return act


def _is_written(after: str, frames: Iterable[str]) -> bool:
    """True where the words after a cue name something written, or else a frame begins so: "In a letter to parents,"."""
    found = [_medium().search(after), *(_medium().match(_LEAD.sub("", frame, count=1)) for frame in frames)]
    named = next(filter(None, found), None)
    spoken_of = named and named["on"] and named["document"]  # "told them on the report"
    return bool(named and not named["spoken"] and not spoken_of)


def act_of(cue: str | None, speaker: str | None, *, after: str = "", frames: Iterable[str] = ()) -> tuple[str, bool]:
    """The act a cue reports, and whether the cue is one the table knows; an unknown cue counts as speech.

    The first expression of the table decides ("sought to explain" is an intention), with the word after the cue ("hopes
    to", "hopes that"); then what the speaker is ("the study says"); then, of speech, the medium ("said in a letter").
    `after` is what follows the cue up to the content, `frames` are the rest of its sentence.
    """
    words = [word.lower() for word in _WORD.findall(cue or "")]
    found = _expression(words, [word.lower() for word in _WORD.findall(after)[:1]])
    act, name = found or ("speech", "")
    act = _of_thing(act, name, _kind_of(speaker))
    if act == "speech" and _is_written(f"{cue or ''} {after}", frames):
        act = "writing"
    return act, found is not None or not words


def act_in(text: str, draft: Draft) -> tuple[str, bool]:
    """`act_of` for an attribution in its text: the words of the cue's sentence around the content count too."""
    cue = text[slice(*draft.cue)] if draft.cue else None
    speaker = text[slice(*draft.speaker)] if draft.speaker else None
    if not draft.cue:
        return act_of(cue, speaker)
    start = draft.cue[0]
    first, last = nlp.sentences(text)[nlp.sentence_at(text, start)]
    begins = [span[0] for span in (draft.cue, draft.speaker, *draft.spans) if span and span[0] >= first]
    between = text[draft.speaker[1] : start] if draft.speaker else ""
    in_between = _medium().search(between)  # "thanked them in a post, saying"
    between = between[in_between.start() :] if in_between and (cue or "").endswith("ing") else between
    frames = [text[first : min(begins)], between, text[draft.spans[-1][1] : last]]
    return act_of(cue, speaker, after=_up_to_content(text, draft, last), frames=frames)


def _up_to_content(text: str, draft: Draft, last: int) -> str:
    """What follows a cue up to the content, and the content's first word or the medium it begins with."""
    end = draft.cue[1] if draft.cue else last
    stop = min([last, end + _FAR, *(start for start, _ in draft.spans if start >= end)])
    if re.search(r"\w", text[end:stop]):
        return text[end:stop]
    swallowed = _BEGINS_WITH_MEDIUM.match(text, end, last)
    return swallowed[0] if swallowed else ""
