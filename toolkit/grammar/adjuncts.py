"""What stands behind a preposition and is neither doer nor target: times, manners, means and amounts."""

from __future__ import annotations

from ..nlp import Word

_MONTHS = frozenset("january february march april may june july august september october november december".split())
TIMES = _MONTHS | frozenset(
    "monday tuesday wednesday thursday friday saturday sunday morning afternoon evening night nightfall midnight dawn"
    " dusk noon o'clock o’clock day week month year decade century weekend hour minute second time point moment today"
    " yesterday tomorrow".split()
)
_MANNERS = frozenset("height random range will speed distance once".split())  # "fired at head height" aims at nothing
_MEANS = frozenset(
    "accident air boat bus car chance courier decree default definition design email ferry foot force hand helicopter"
    " land law letter lorry lot mail mistake name nature now order phone plane post rail road sea ship taxi telephone"
    " then train truck van vote way".split()
)
_AMOUNTS = frozenset(
    "% percent percentage pct half third quarter fifth tenth degree dollar euro foot inch kilometer kilometre km meter"
    " metre mile pound ton tonne yard".split()
)
_NAMING = ("det", "poss", "amod", "compound", "nummod", "nmod")


def is_time(token: Word) -> bool:
    """True for "Wednesday", "2014"."""
    return token.lemma_.lower() in TIMES or (token.pos_ == "NUM" and len(token.text) == 4 and token.text.isdigit())


def is_month(token: Word) -> bool:
    """True for the "March" of "5 March", which nobody walked."""
    return token.lemma_.lower() in _MONTHS and token.pos_ == "PROPN" and token.text[:1].isupper()


def is_target(token: Word) -> bool:
    """True for what a preposition of place aims at; False for a time or a manner."""
    return not is_time(token) and token.lemma_.lower() not in _MANNERS


def is_doer(token: Word) -> bool:
    """True for who or what "by" names as acting; False in "by Friday", "by hand", "by 10 percent"."""
    lemma = token.lemma_.lower()
    bare = not any(c.dep_ in _NAMING for c in token.children)
    return not (is_time(token) or lemma in _AMOUNTS or (bare and lemma in _MEANS))
