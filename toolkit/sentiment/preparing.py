"""A sentence of news as VADER can read it: its typography and its hyphens. Every place in it stays where it was."""

from __future__ import annotations

import re
from collections.abc import Mapping

from vaderSentiment.vaderSentiment import BOOSTER_DICT

from .lexicon import rule

_APOSTROPHE = re.compile(r"(?<=\w)[’ʼ＇](?=\w)")
_DETACHED = str.maketrans(dict.fromkeys("“”„‟‘’‚‛«»‹›—―…", " ") | dict.fromkeys("‐‑", "-"))
_HYPHENED = re.compile(r"(?<![\w-])[^\W\d_]+(?:-[^\W\d_]+)+(?![\w-])")


def straight(text: str) -> str:
    """Curly apostrophes made straight; curly quotation marks, long dashes and ellipses replaced by spaces.

    A curly apostrophe hides a negation from VADER (“don’t support” would score +.40) and a curly quotation mark, a
    long dash or an ellipsis hides the word it touches.
    """
    return text if text.isascii() else _APOSTROPHE.sub("'", text).translate(_DETACHED)


def unhyphened(text: str, lexicon: Mapping[str, float]) -> str:
    """Hyphened words that the lexicon lacks as it can know them: joined, or in their parts.

    "cease-fire" is read as "ceasefire", "war-torn" as "war torn" and "non-violent" as "not violent"; "anti-war" stays
    whole and unscored, for it names what somebody is against. The rules and their reasons: sentiment_rules.tsv.
    """
    if "-" not in text:
        return text
    return _HYPHENED.sub(lambda match: _parts(match.group(), lexicon).ljust(len(match.group())), text)


def _parts(word: str, lexicon: Mapping[str, float]) -> str:
    low = word.lower()
    first, last = low.split("-")[0], low.split("-")[-1]
    if low in lexicon or low in BOOSTER_DICT or low in rule("denies"):
        return word
    if low.replace("-", "") in lexicon:
        return word.replace("-", "")
    if first in rule("first_apart") or last in rule("last_apart"):
        return word
    if first in rule("first_denies"):
        return "not" + word[len(first) :].replace("-", " ")
    if last in rule("last_denies"):
        return "not " + word[: -len(last) - 1].replace("-", " ")
    return word.replace("-", " ")
