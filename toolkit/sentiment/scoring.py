"""One sentence's score: VADER's rules, run once, with the weight they give each word."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from vaderSentiment.vaderSentiment import BOOSTER_DICT, N_SCALAR, SentimentIntensityAnalyzer, SentiText
from vaderSentiment.vaderSentiment import negated as vader_negates

from .. import schema
from .denials import denied
from .lexicon import lexicon, overlay, rule, vader
from .preparing import straight, unhyphened

WORKAROUNDS: Mapping[str, str] = {
    "typography": "curly apostrophes and quotation marks, long dashes and ellipses hide words and negations from VADER",
    "negation": "VADER adds up “no one” and “hurt”, and reads “never backed this attack” as stressed, not as denied",
    "hyphens": "VADER's list has few hyphened words: “war-torn” is read in its parts",
    "names": "names are no feelings: the Security Council, Mr Grant, the Justice Party",
    "overlay": "VADER's list lacks words of conflict (shelled, hostages) and takes “party” for a celebration",
}
_HYPHEN = re.compile(r"\w[-‐‑]\w")
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Options:
    """How sentences are read: the workarounds in use, and the words that are held out of the scoring."""

    use: frozenset[str] = frozenset(WORKAROUNDS)
    held_out: frozenset[str] = frozenset()

    def but(self, workaround: str) -> Options:
        """The same without one of the workarounds."""
        return replace(self, use=self.use - {workaround})


NEWS = Options()
PUBLISHED = Options(use=frozenset())  # VADER 3.3.2 as it is


def options(without: str | Collection[str] = (), hold_out: Collection[str] = ()) -> Options:
    """The options that a user asks for; `without` names workarounds, or is "all"."""
    names = {without} if isinstance(without, str) else set(without)
    names = set(WORKAROUNDS) if names == {"all"} else names
    if unknown := sorted(names - set(WORKAROUNDS)):
        raise schema.InputError(f"without names {unknown[0]!r}; leave out any of {', '.join(WORKAROUNDS)}, or 'all'.")
    if isinstance(hold_out, str):
        raise schema.InputError(f"hold_out is one text, {hold_out!r}; give a list of words, as in [{hold_out!r}].")
    return Options(frozenset(WORKAROUNDS) - names, frozenset(word.lower() for word in hold_out))


class Hit(NamedTuple):
    """A word that counts: its weight after VADER's rules, and by how much the compound score falls without it."""

    word: str
    weight: float
    effect: float


@dataclass(frozen=True)
class Score:
    """One sentence as VADER reads it; `compound` is NaN where it has no word of the sentence."""

    compound: float
    hits: tuple[Hit, ...] = ()

    @property
    def covered(self) -> bool:
        """True where a word of the sentence stands in the lexicon."""
        return not math.isnan(self.compound)


class Reader(SentimentIntensityAnalyzer):  # type: ignore[misc]  # the package has no types
    """VADER's rules over a lexicon of ours, which also tell the weight of each word."""

    def __init__(self, words: Mapping[str, float], *, denials: bool) -> None:
        self.lexicon, self.emojis = words, vader().emojis
        self._denials = denials

    def weigh(self, text: str) -> tuple[str, list[str], list[float]]:
        """The text as it is scored, its words, and the weight of each after VADER's rules; none where none is known."""
        text = self._spelt(text)
        sentence = SentiText(text)
        turned: frozenset[int] = frozenset()
        if self._denials:
            sentence.words_and_emoticons, turned = denied(text.split(), sentence.words_and_emoticons)
        words: list[str] = sentence.words_and_emoticons
        low = [word.lower() for word in words]
        if self.lexicon.keys().isdisjoint(low):
            return text, words, []
        weights: list[float] = []
        for place, word in enumerate(words):
            if low[place] in BOOSTER_DICT or low[place] not in self.lexicon or low[place : place + 2] == ["kind", "of"]:
                weights.append(0.0)
            else:
                self.sentiment_valence(0, sentence, word, place, weights)
                weights[place] *= N_SCALAR if place in turned else 1.0
        return text, words, self._but_check(words, weights)

    def _spelt(self, text: str) -> str:
        """Emojis as the words that VADER has for them, with its spaces."""
        if self.emojis.keys().isdisjoint(text):
            return text.strip()
        out = ""
        for char in text:
            apart = " " if char in self.emojis and out and not out.endswith(" ") else ""
            out += apart + self.emojis.get(char, char)
        return out.strip()

    def compound(self, weights: Sequence[float], text: str) -> float:
        """VADER's compound score of these weights."""
        return float(self.score_valence(weights, text)["compound"])

    def _negation_check(self, valence: float, words: Sequence[str], start_i: int, i: int) -> float:
        """VADER's, but "never" before "this" or "so" denies unless it is "never so good", "never this good"."""
        if not self._denials:
            return float(super()._negation_check(valence, words, start_i, i))
        word, *between = (word.lower() for word in words[i - start_i - 1 : i])
        if word == "never" and (between == ["this"] or between[:1] == ["so"]):
            return valence * 1.25
        doubted = word == "without" and "doubt" in between
        return valence * N_SCALAR if _negates(word) and not doubted else valence


@lru_cache(maxsize=16_384)
def _negates(word: str) -> bool:
    return bool(vader_negates([word]))


@lru_cache(maxsize=16)
def _reader(*, laid_over: bool, denials: bool, held_out: frozenset[str]) -> Reader:
    return Reader(lexicon(with_overlay=laid_over, held_out=held_out), denials=denials)


def _read(sentence: str, how: Options) -> tuple[Reader, str, list[str], list[float]]:
    reader = _reader(laid_over="overlay" in how.use, denials="negation" in how.use, held_out=how.held_out)
    sentence = straight(sentence) if "typography" in how.use else sentence
    sentence = unhyphened(sentence, reader.lexicon) if "hyphens" in how.use else sentence
    return reader, *reader.weigh(sentence)


def score(sentence: str, how: Options = NEWS) -> Score:
    """What VADER makes of one sentence: its compound score from -1 to +1, and the words behind it.

    The score is NaN where no word of the sentence stands in the lexicon: that is no evidence, and not "neutral". Names
    are masked in articles only, where more than one sentence tells what is a name.
    Reference: Hutto & Gilbert (2014), ICWSM 8, 216-225; with `PUBLISHED` the score is that of vaderSentiment 3.3.2.
    """
    reader, text, words, weights = _read(sentence, how)
    if not weights:
        return Score(math.nan)
    whole = reader.compound(weights, text)
    hits = []
    for place, weight in enumerate(weights):
        if weight:
            rest = reader.compound([*weights[:place], 0.0, *weights[place + 1 :]], text)
            hits.append(Hit(words[place].lower(), round(float(weight), 4), round(whole - rest, 4)))
    return Score(whole, tuple(hits))


def compound(sentence: str, how: Options) -> float:
    """The score alone, for telling what a workaround changes."""
    reader, text, _, weights = _read(sentence, how)
    return reader.compound(weights, text) if weights else math.nan


def may_change(sentence: str) -> set[str]:
    """The workarounds that can touch a sentence, names apart; the others are not worth scoring it once more."""
    words = set(_WORD.findall(sentence.lower()))
    joined = bool(_HYPHEN.search(sentence))  # what is joined may stand in the overlay: "cease-fire"
    told = {
        "typography": not sentence.isascii(),
        "hyphens": joined,
        "overlay": joined or not words.isdisjoint(_laid_over()),
        "negation": not words.isdisjoint(_denials()),
    }
    return {name for name, may in told.items() if may}


@lru_cache(maxsize=1)
def _denials() -> frozenset[str]:
    return rule("denies") | {"never", "so", "this"}


@lru_cache(maxsize=1)
def _laid_over() -> frozenset[str]:
    return frozenset(entry.word for entry in overlay())


def is_turned(word: str, weight: float) -> bool:
    """True where a word's weight has the other sign than the lexicon gives it: it was negated where it stood."""
    plain = vader().lexicon.get(word, weight)
    return float(lexicon(with_overlay=True).get(word, plain)) * weight < 0
