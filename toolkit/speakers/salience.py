"""Which of several mentions a pronoun takes up: the one most in the reader's mind, if it stands out.

Each mention is weighed by what can be seen of it: how it stands (subject, object, owner), how far back, whether it
agrees in sex and number, who else stands beside it. A softmax over all of them and over "nobody" gives chances; a
person's chance is the sum over their mentions. The weights are fitted on passages whose speakers people have marked
(`training/speakers.py`). The features are after Lappin & Leass (1994), Computational Linguistics 20(4), and Grosz,
Joshi & Weinstein (1995), ibid. 21(2); the model is the ranking of Denis & Baldridge (2008), EMNLP. No parse is made.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from .. import resources
from .mentions import SOMEBODY, Mention, head, is_body_role, is_company, is_person_role, personal_name, without_titles

SURE = 0.46  # the chance from which a name is given: by cross-validation nine of ten names are then right
SURE_OF_TWO = 0.67  # the same where another one stands beside as prominently: "Holt met Rask"
_UNNAMED = frozenset(("somebody", "it, paper"))
SEX = {"he": "m", "she": "f", "him": "m", "her": "f", "his": "m"}
COLLECTIVE = frozenset("police media staff team band crew couple public opposition prosecution family".split())
_OF_BODIES = frozenset(("it", "its"))
_OF_MANY = frozenset(("they", "them", "their", "both"))
PRONOUNS = frozenset((*SEX, *_OF_BODIES, *_OF_MANY))
Weights = Mapping[str, float]


@dataclass(frozen=True)
class Candidate:
    """A mention that may be meant.

    `identity` tells who that is, `agrees` how it agrees ("he, sex known"), `form` whether it is a pronoun, described or
    a new person; `back` and `paragraphs` count how far before it stands; `behind` is True where the one who is looked
    for stands behind a quotation: “...,” she said.
    """

    mention: Mention
    identity: str
    agrees: str
    form: str
    back: int
    paragraphs: int
    behind: bool


@lru_cache(maxsize=1)
def fitted() -> Weights:
    """The weight of each feature that the package ships."""
    return {name: float(weight) for name, weight in resources.table("salience.tsv")}


def features(candidates: Sequence[Candidate]) -> list[frozenset[str]]:
    """What speaks for or against each candidate, by name, and last for nobody: who stands in the latest sentence."""
    latest = [one for one in candidates if one.mention.sentence == max(c.mention.sentence for c in candidates)]
    nobody = {
        "nobody, two alike": any(_peers(one, candidates) for one in latest),
        "nobody, one unnamed": any(one.agrees in _UNNAMED and one.mention.place == "subject" for one in latest),
    }
    out = [frozenset(filter(None, _features(one, candidates))) for one in candidates]
    return [*out, frozenset(name for name, holds in nobody.items() if holds)]


def _features(one: Candidate, candidates: Sequence[Candidate]) -> Iterator[str]:
    m = one.mention
    yield from (one.agrees, one.form, m.place, f"{one.back} back", f"{min(one.paragraphs, 2)} paragraphs back")
    yield "told" if m.told else ""
    yield "spoken" if m.spoken else "behind a quotation, not a speaker" if one.behind else ""
    others = [other for other in candidates if other.identity != one.identity]
    peers = _peers(one, candidates)
    apart = [other.mention for other in others if other not in peers and other.mention.told <= m.told]
    yield "" if others else "alone"
    yield "" if any(o.sentence == m.sentence and o.start < m.start for o in apart) else "leads"
    yield "" if any(o.start > m.start for o in apart) else "nobody between"


def _peers(one: Candidate, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Those who stand as it does in its sentence: "Holt and Rask", "Holt stayed and Rask left", "Holt met Rask"."""
    m, others = one.mention, [other for other in candidates if other.identity != one.identity]
    same = (m.sentence, m.told, one.agrees)
    alike = [o for o in others if (o.mention.sentence, o.mention.told, o.agrees) == same]
    return [o for o in alike if (o.mention.place == "aside") == (m.place == "aside")]


def chances(candidates: Sequence[Candidate], weights: Weights) -> list[float]:
    """The chance of each mention to be the one meant, and last that it is none of them."""
    scores = [sum(weights.get(name, 0.0) for name in sorted(names)) for names in features(candidates)]
    raised = [math.exp(score - max(scores)) for score in scores]
    return [one / sum(raised) for one in raised]


def standing_out(candidates: Sequence[Candidate], weights: Weights) -> Mention | None:
    """The last mention of the one that stands out; None where there is none or the chance is too small."""
    of_each: dict[str, float] = defaultdict(float)
    for one, chance in zip(candidates, chances(candidates, weights)[:-1], strict=True):
        of_each[one.identity] += chance
    best = max(of_each, key=lambda who: of_each[who], default="")
    sure = SURE_OF_TWO if features(candidates)[-1] else SURE
    return None if of_each[best] < sure else [one.mention for one in candidates if one.identity == best][-1]


def agreement(pronoun: str) -> Callable[[Mention], str]:
    """How a mention agrees with a pronoun in sex, number and kind; empty where it does not."""

    def agrees(m: Mention) -> str:
        if m.kind == "open":
            return _as_open(m, pronoun)
        if pronoun in SEX:
            return _as_person(m, SEX[pronoun])
        return _as_body(m) if pronoun in _OF_BODIES else _as_many(m)

    return agrees


def _as_open(m: Mention, pronoun: str) -> str:
    """One of whom it is not known who that is, but who may well be meant: "he", "one of the sisters", "the driver"."""
    if m.name.lower() == pronoun:
        return "open"
    if m.name == SOMEBODY:
        return "" if pronoun in _OF_MANY else "somebody"
    person, body = any(map(is_person_role, m.roles)), any(map(is_body_role, m.roles))
    fits = person and m.gender in ("", SEX[pronoun]) if pronoun in SEX else body and pronoun in _OF_BODIES
    return "open, described" if fits else ""


def _as_person(m: Mention, sex: str) -> str:
    if m.kind not in ("person", "name") or m.gender not in ("", sex):
        return ""
    if m.kind == "name" and m.name[:1].islower() and not personal_name(m.name):
        return "he, described"
    how = "he" if m.kind == "person" else "he, full name" if personal_name(m.name) else "he, name"
    if m.gender:
        return f"{how}, sex known"
    ends_so = without_titles(m.name).split()[0].endswith("a") == (sex == "f")  # most names that end in -a are women's
    return f"{how}, likely" if ends_so else f"{how}, unlikely"


def _as_body(m: Mention) -> str:
    if m.kind == "name":
        return "it, personal name" if personal_name(m.name) and not is_company(m.name) else "it, name"
    return {"body": "it, body", "paper": "it, paper", "signed": "it, signed"}.get(m.kind, "")


def _as_many(m: Mention) -> str:
    if m.kind == "many" or m.gender == "they":
        return "they, many"
    if m.kind != "body":
        return ""
    return "they, collective" if head(m.name) in COLLECTIVE else "they, body"
