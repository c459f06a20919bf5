"""Which of those named a pronoun takes up: the one most in the reader's mind, if one stands out.

Each person or body is weighed by what can be seen: how the latest mention stands (subject, object, owner), how far
back, whether it agrees in sex and number, how often it was named, who spoke last, who else stands beside. A softmax
over all of them and over "nobody" gives chances. The weights are fitted on passages and articles whose speakers people
have marked (`training/speakers.py`). The features are after Lappin & Leass (1994), Computational Linguistics 20(4), and
Grosz, Joshi & Weinstein (1995), ibid. 21(2); the model is the ranking of Denis & Baldridge (2008), EMNLP. No parse is
made.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from .. import resources
from .mentions import (
    SOMEBODY,
    Mention,
    core,
    head,
    is_body_role,
    is_company,
    is_person_role,
    likely_gender,
    lists,
    personal_name,
)

SURE = 0.45  # the chance from which "he" or "she" is given a name: nine of ten names are then right
SURE_OF_OTHERS = 0.55  # the same of "it", "they" and descriptions: below, half of the names are wrong
EITHER = 0.4  # the chance from which a second one keeps the first from being named: half of the names would be wrong
SURE_OF_TWO = 0.75  # the same where another one stands beside as prominently: "Holt met Rask"
SURE_OF_NAMED = 0.95  # the same where somebody who stays unnamed has come since: "One of the sisters stayed."
_WEAK = frozenset(
    f"he, {how}" for how in ("name, likely", "name, unlikely", "full name, unlikely", "unlikely", "described")
)
_KNOWN = ", sex known"
_FEW = 2  # mentions that make nobody known better than another one
_UNNAMED = frozenset(("somebody", "it, paper"))
SEX = {"he": "m", "she": "f", "him": "m", "her": "f", "his": "m"}
COLLECTIVE = frozenset("police media staff team band crew couple public opposition prosecution family".split())
_OF_BODIES = frozenset(("it", "its"))
_OF_MANY = frozenset(("they", "them", "their", "both"))
PRONOUNS = frozenset((*SEX, *_OF_BODIES, *_OF_MANY))
_GROUPS = {**SEX, **dict.fromkeys(_OF_BODIES, "it"), **dict.fromkeys(_OF_MANY, "they")}
Weights = Mapping[str, float]


@dataclass(frozen=True)
class Candidate:
    """Somebody who may be meant: the latest mention that agrees, who that is, how it agrees, what else can be seen."""

    mention: Mention
    identity: str
    agrees: str
    traits: frozenset[str]
    count: int


def group_of(pronoun: str) -> str:
    """What a pronoun asks for: m, f, it or they; empty for other words."""
    return _GROUPS.get(pronoun.lower(), "")


@lru_cache(maxsize=1)
def fitted() -> Weights:
    """The weight of each feature that the package ships."""
    return {name: float(weight) for name, weight in resources.table("salience.tsv")}


def features(candidates: Sequence[Candidate]) -> list[frozenset[str]]:
    """What speaks for or against each candidate, by name, and last for nobody."""
    likely = [one for one in candidates if one.agrees not in _WEAK] or candidates
    order = {one.identity: min(n, 3) for n, one in enumerate(sorted(likely, key=lambda one: -one.mention.start))}
    hows = Counter(one.agrees for one in candidates)
    known = sum(n for how, n in hows.items() if how.endswith(_KNOWN))
    out = []
    for one in candidates:
        between = f"{order.get(one.identity, 3)} between"
        beside = {
            "alone": len(candidates) == 1,
            "alone of its kind": hows[one.agrees] == 1,
            "alone with sex known": known == 1 and one.agrees.endswith(_KNOWN),
            "has a peer": _has_peer(one, candidates),
            "leads": _leads(one, candidates),
        }
        also = (name for name, holds in beside.items() if holds)
        out.append(frozenset((*one.traits, one.agrees, between, f"{one.agrees}, {between}", *also)))
    return [*out, _of_nobody(candidates)]


def _of_nobody(candidates: Sequence[Candidate]) -> frozenset[str]:
    latest = candidates[-2:]
    alike = any(_has_peer(one, candidates) for one in latest)
    unnamed = any(one.agrees in _UNNAMED and one.mention.place == "subject" for one in latest)
    asked = {one.agrees.partition(",")[0] for one in candidates}
    kinds = [f"nobody, {one}" for one in sorted(asked & {"they", "it"})]
    doubts = ["nobody, two alike"] * alike + ["nobody, one unnamed"] * unnamed
    if "the" in asked:
        return frozenset(("the, nobody", f"the, nobody, of {min(len(candidates), 4)}"))
    return frozenset([*doubts, *kinds, f"nobody, of {min(len(candidates), 4)}"])


def _leads(one: Candidate, candidates: Sequence[Candidate]) -> bool:
    """True for the first of its sentence."""
    m = one.mention
    return not any(o.mention.sentence == m.sentence and o.mention.start < m.start for o in candidates)


def _has_peer(one: Candidate, candidates: Sequence[Candidate]) -> bool:
    """True where another one stands alike: "Holt and Rask", "Holt stayed and Rask left", "Holt met Rask"."""
    return any(other.identity != one.identity and _standing(other) == _standing(one) for other in candidates)


def _standing(one: Candidate) -> tuple[int, bool, str, int, bool]:
    return one.mention.sentence, one.mention.told, one.agrees, max(one.count, _FEW), one.mention.place == "aside"


def chances(candidates: Sequence[Candidate], weights: Weights) -> list[float]:
    """The chance of each mention to be the one meant, and last that it is none of them."""
    scores = [sum(weights.get(name, 0.0) for name in sorted(names)) for names in features(candidates)]
    raised = [math.exp(score - max(scores)) for score in scores]
    return [one / sum(raised) for one in raised]


def standing_out(candidates: Sequence[Candidate], weights: Weights, least: float = 0.0) -> Mention | None:
    """The latest mention of the one that stands out; None where there is none or the chance is too small.

    `least` is a chance that is asked for in any case.
    """
    if not candidates:
        return None
    *shares, _ = chances(candidates, weights)
    chance, best = max(zip(shares, candidates, strict=True), key=lambda pair: pair[0])
    either = sum(share >= EITHER for share in shares) > 1
    return best.mention if chance >= max(least, _asked(best, candidates)) and not either else None


def _asked(best: Candidate, candidates: Sequence[Candidate]) -> float:
    """The chance from which the best one is named."""
    m = best.mention
    if best.agrees == "it, signed":
        return 0.0  # the text tells whose paper it is
    unnamed = [one.mention for one in candidates if one.agrees in _UNNAMED and one.mention.place == "subject"]
    if any(one.sentence >= m.sentence for one in unnamed):
        return SURE_OF_NAMED
    opened = any(one.agrees == "open" and one.mention.start > m.end for one in candidates)
    if opened or _has_peer(best, candidates):
        return SURE_OF_TWO
    return SURE if best.agrees.startswith(("he", "fits")) else SURE_OF_OTHERS


def agreement(pronoun: str) -> Callable[[Mention], str]:
    """How a mention agrees with a pronoun in sex, number and kind; empty where it does not."""

    def agrees(m: Mention) -> str:
        if m.kind == "open":
            return _as_open(m, pronoun)
        if pronoun in SEX:
            return _as_person(m, SEX[pronoun])
        return _as_body(m) if pronoun in _OF_BODIES else _as_many(m)

    return agrees


def called(description: Mention) -> Callable[[Mention], str]:
    """How a mention agrees with a description of one person: "the senator", "the Democratic front-runner"."""
    noun = head(description.name)

    def agrees(m: Mention) -> str:
        if m.kind not in ("person", "name") or {m.gender, description.gender} == {"m", "f"}:
            return ""
        if any(role.rpartition(" ")[2] == noun for role in m.roles):
            return "the, called so"
        if not personal_name(m.name) and m.name[:1].islower():
            return "the, described"
        return "the, person" if m.kind == "person" else "the, full name" if personal_name(m.name) else "the, name"

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
    guess = likely_gender(m.name)
    return f"{how}, likely" if guess == sex else f"{how}, unlikely" if guess else f"{how}, sex unknown"


def _as_body(m: Mention) -> str:
    if m.kind == "name":
        return "it, personal name" if personal_name(m.name) and not is_company(m.name) else "it, name"
    return {"body": "it, body", "paper": "it, paper", "signed": "it, signed"}.get(m.kind, "")


def _as_many(m: Mention) -> str:
    if m.kind == "many" or m.gender == "they":
        listed = " and " in m.name or not m.name[:1].islower() or head(m.name) in lists()[1]
        return "they, many" if listed else "they, perhaps"
    if m.kind == "name" and not personal_name(m.name):
        return "they, plural name" if head(m.name) not in core(m.name)[-1:] else ""
    if m.kind != "body":
        return ""
    return "they, collective" if head(m.name) in COLLECTIVE else "they, body"
