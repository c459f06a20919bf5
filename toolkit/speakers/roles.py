"""What a text calls somebody: the role before a name, behind it, or told of it ("the baker Yusuf Demirel, 61").

A role is its noun with what stands before it, lower case: "foreign minister"; an age is one too: "61-year-old".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from functools import lru_cache

from .. import resources
from .mentions import core, known_noun, lists, own_name, singular, word_list

_OWNED_OR_DETERMINED = r"(?:the|an?|its|their|his|her|one|another|[\w’'-]+['’]s|[\w-]+s['’])"
AGE = r"(?:aged\s+)?(?P<age>\d{1,3})"
_BEHIND = re.compile(rf"\s*,\s+(?:{AGE},\s+)?(?P<led>{_OWNED_OR_DETERMINED}\s+)?(?P<role>[^,.;:()\"“”\n]{{3,80}})")
_TOLD = re.compile(r"\s+(?:is|was|became)\s+(?P<led>(?:the|an?|their|his|her)\s+)?(?P<role>[^,.;:()\"“”\n]{3,60})")
_IS_OF_AGE = re.compile(r"(?:,\s+(?:aged\s+)?|,?\s+is\s+|\s+\()(?P<age>\d{1,3})(?=[,.;)]|\s+and\s)")
_HANGS_ON = re.compile(r"\s+(?:of|for|in|at)\s+")
_PARTS = re.compile(r"[,.;:()\"“”\n]")
_LINK = re.compile(r",?\s+(?:who\s+goes\s+by|(?:\w+\s+)?known\s+as|called|named|nicknamed)(?:\s+the)?$")
_RELATIVE = re.compile(r"\s+who\s")
_FRONT = 90  # characters before a name that are looked at
_LONGEST = 4  # words of a role that are kept
_YEARS = re.compile(r"^\d{1,3}-years?-old$")
_SHORT_TITLES = {
    "gen": "general",
    "col": "colonel",
    "maj": "major",
    "capt": "captain",
    "lt": "lieutenant",
    "sgt": "sergeant",
    "adm": "admiral",
    "brig": "brigadier",
    "cmdr": "commander",
    "gov": "governor",
    "sen": "senator",
    "rep": "representative",
    "prof": "professor",
    "dr": "doctor",
    "det": "detective",
    "insp": "inspector",
    "supt": "superintendent",
}
_NOT_THE_SAME = frozenset("former ex vice deputy assistant acting late".split())  # a former president is no president
_STOPS = frozenset(
    "the a an and or but of in on at to by for with from as that who said than his her its their is are was"
    " were".split()
)


def roles_at(text: str, start: int, end: int) -> frozenset[str]:
    """What the mention at [start, end) is called: in its own words, right before it, behind it, by "X is a ..."."""
    phrase = text[start:end]
    name = own_name(phrase)
    at = re.search(r"\s+".join(map(re.escape, name.split())), phrase) if name else None
    first, last = at.span() if at else (0, len(phrase.partition(",")[0]))
    before = [_role(core(part.strip())) for part in phrase[:first].split(",")]
    own = [*before, *_titles(name)] if name else [_role(core(phrase))]
    return frozenset(role for role in (*own, *_in_front(text, start, end), *_behind(text, start + last)) if role)


def _role(words: Sequence[str]) -> str:
    """The words of a description as one role, titles written out, plural gone."""
    kept: list[str] = []
    for word in reversed(words):
        if word in _STOPS:
            break
        kept.append(_SHORT_TITLES.get(word, word))
    return " ".join([*kept[:_LONGEST][:0:-1], singular(kept[0])]) if kept else ""


def _titles(name: str) -> Iterator[str]:
    """The titles in a name: "Prime Minister Elin Marsk" -> "prime minister"."""
    words = word_list(name)
    for i, word in enumerate(words[:-1]):
        if word in lists()[0] or (word in lists()[1] and not i):
            yield from (_role(words[: i + 1]), _role(words[:i]))


def _in_front(text: str, start: int, end: int) -> Iterator[str]:
    """The role right before a name: "the baker Yusuf Demirel", "Her editor, Dominic Sø, read"."""
    before = _LINK.sub(",", text[max(0, start - _FRONT) : start].rstrip())
    apart = before.endswith(",")
    if apart and text[end : end + 1] not in (",", ".", ";"):
        return
    phrase = _PARTS.split(before.removesuffix(","))[-1]
    phrase = _RELATIVE.split(phrase)[0] if apart else phrase
    hung = list(_HANGS_ON.finditer(phrase)) if apart else []
    if hung and len(phrase[hung[-1].end() :].split()) < _LONGEST:
        before = phrase[: hung[-1].start()]  # "the director of the gallery, Piers Lathbury"
        phrase = before if known_noun(singular((word_list(before) or ("",))[-1])) else phrase
    words = word_list(phrase)[-3:]
    if words and (apart or known_noun(singular(words[-1])) or {"the", "a", "an"} & set(words)):
        yield _role(words)


def _behind(text: str, end: int) -> Iterator[str]:
    """What stands behind a name in commas, or is told of it; its age too."""
    for pattern in (_BEHIND, _TOLD):
        if match := pattern.match(text, end):
            words = core(match["role"])
            if match["led"] or _is_title(words):
                yield _role(words)
            yield from (word for word in words if _YEARS.match(word))
    if match := _IS_OF_AGE.match(text, end):
        yield f"{match['age']}-year-old"
        if 13 <= int(match["age"]) < 20:
            yield "teenager"


def _is_title(words: Sequence[str]) -> bool:
    """True for "chief executive", which stands behind a name without "the"; False for "shook her head"."""
    return bool(words) and words[-1] in lists()[1] and len(words) <= _LONGEST and not _STOPS & set(words)


@lru_cache(maxsize=1)
def _alike() -> dict[str, frozenset[str]]:
    """For each general noun, the nouns it can stand for."""
    out: dict[str, frozenset[str]] = {}
    for generals, *specific in resources.table("roles_alike.tsv"):
        group = generals.split()
        covered = frozenset([*group, *(word for cell in specific for word in cell.split())])
        for general in group:
            out[general] = out.get(general, frozenset()) | covered
    return out


def stands_for(general: str, noun: str) -> bool:
    """True where "the company" can mean an airline; "the airline" means no bank."""
    return general == noun or noun in _alike().get(general, ())


@lru_cache(maxsize=1024)
def covering(noun: str) -> tuple[str, ...]:
    """The nouns that can stand for this one: "company" for "airline"."""
    return tuple(sorted(general for general, covered in _alike().items() if noun in covered))


def covered(noun: str) -> tuple[str, ...]:
    """The nouns that this one can stand for."""
    return tuple(sorted(_alike().get(noun, ())))


def is_general(noun: str) -> bool:
    """True for "company", "airline" and "group", which a name alone can be meant by."""
    return noun in _alike() or noun in _alike()["company"]


def fits(description: str, role: str, owners: Set[str] = frozenset()) -> bool:
    """True where what stands before the nouns does not part them: "the minister" and "foreign minister".

    `owners` are names that "his" or "her" may stand for: "her lawyer" is "Halvorsen's lawyer".
    """
    *said, _ = description.split()
    said = [*said, *owners]
    *known, _ = role.split()
    if _NOT_THE_SAME & set(said) != _NOT_THE_SAME & set(known):
        return False
    return not said or not known or bool(set(said) & set(known))
