"""What a reporting expression does: speech, writing, thought, intention or finding.

Most readers mean speech and writing by a quotation; wishes, plans and poll results are attributed too, and are told
apart here. The table with its definitions is `resources/cues.tsv`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from .. import resources

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_OWNER = re.compile(r"[\w-]+(?:['’]s|s['’])(?!\w)")  # the poll's author is no poll
_WRITTEN = frozenset("statement letter memo post tweet bulletin editorial register leaflet diary email".split())


def _regular(lemma: str) -> set[str]:
    if lemma.endswith("e"):
        return {lemma, lemma + "s", lemma + "d", lemma[:-1] + "ing"}
    if lemma.endswith("y") and lemma[-2:-1] not in "aeiou":
        return {lemma, lemma[:-1] + "ies", lemma[:-1] + "ied", lemma + "ing"}
    plural = "es" if lemma.endswith(("s", "sh", "ch", "x", "z")) else "s"
    return {lemma, lemma + plural, lemma + "ed", lemma + "ing"}


@lru_cache(maxsize=1)
def _act_by_form() -> dict[str, str]:
    acts: dict[str, str] = {}
    for lemma, act, irregular in resources.table("cues.tsv"):
        given = [] if irregular == "-" else irregular.split(",")
        doubled = [form[:-2] + "ing" for form in given if re.search(r"([b-df-hj-np-tv-z])\1ed$", form)]
        for form in [*_regular(lemma), *given, *doubled]:
            acts.setdefault(form, act)
    return acts


@lru_cache(maxsize=1)
def _finders() -> frozenset[str]:
    return frozenset(resources.lines("finders.txt"))


def _said_by(speaker: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(_OWNER.sub(" ", speaker))]


def by_finder(speaker: str) -> bool:
    """True for a poll, a study or a document, which finds rather than speaks."""
    return any(word in _finders() for word in _said_by(speaker)[-3:])


def act_of(cue: str | None, speaker: str | None) -> tuple[str, bool]:
    """The act a cue reports, and whether the cue is one the table knows; an unknown cue counts as speech.

    The last word of the cue that the table holds decides ("was quoted as saying"). What a poll or a study says is a
    finding, what a letter says is writing.
    """
    said_by = _said_by(speaker or "")
    says = (
        "finding" if speaker and by_finder(speaker) else "writing" if said_by and said_by[-1] in _WRITTEN else "speech"
    )
    cue_words = [word.lower() for word in _WORD.findall(cue or "")]
    if cue_words[:2] == ["according", "to"]:
        return says, True
    known = [act for word in cue_words if (act := _act_by_form().get(word))]
    if not known:
        return says, cue is None
    act = known[-1]
    return (says if act == "speech" else act), True
