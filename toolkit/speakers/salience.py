"""Which of several mentions a pronoun takes up: the one most in the reader's mind, if it stands out.

Each mention weighs by how it stands (a speaker and a subject more than an object, an object more than an owner or what
hangs on a preposition) and half as much with each sentence in between; a person's weight is that of the best mention
and half of the next. After Lappin & Leass (1994), Computational Linguistics 20(4), without a parse.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from .mentions import Mention

_WEIGHTS = {"subject": 3.0, "object": 2.5, "aside": 1.5}
_SPOKEN = 4.0
_TOLD = 0.5  # named only in what somebody else says
_UNNAMED = 0.7  # described in passing
_FADES = 0.5  # with each sentence
_MARGIN = 1.25  # how many times the next one's weight makes sure


@dataclass(frozen=True)
class Candidate:
    """A mention that may be meant: who that is, how many sentences back, and how well it agrees, 0 to 1."""

    mention: Mention
    identity: str
    back: int
    agrees: float

    def weight(self) -> float:
        """How much it is in mind."""
        m = self.mention
        weight = _SPOKEN if m.spoken else _WEIGHTS[m.place]
        unnamed = not m.spoken and m.kind != "open" and (m.name[:1].islower() or m.name.partition(" ")[2].islower())
        passing = unnamed and (m.place != "subject" or m.name.lower().startswith(("a ", "an ")))
        return weight * (_TOLD if m.told else 1) * (_UNNAMED if passing else 1) * _FADES**self.back * self.agrees


def standing_out(candidates: Iterable[Candidate]) -> Mention | None:
    """The last mention of the one that stands out; None where there is none or two are about as good."""
    weights: dict[str, list[tuple[float, int, Mention]]] = defaultdict(list)
    for one in candidates:
        weights[one.identity].append((one.weight(), one.mention.start, one.mention))
    ranked = sorted(((_total(each), each) for each in weights.values()), key=lambda pair: pair[0])
    if not ranked or (len(ranked) > 1 and ranked[-1][0] < _MARGIN * ranked[-2][0]):
        return None
    return max(ranked[-1][1], key=lambda one: one[:2])[2]


def _total(each: list[tuple[float, int, Mention]]) -> float:
    best, second, *_ = *sorted((weight for weight, *_ in each), reverse=True), 0.0
    return best + second / 2
