"""Claims: on each point where accounts part, what each says, who stands behind it, and what is not found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from .. import nlp, schema, whose_words
from ..nlp import Word
from .codebook import compiled, entries, read_yaml, texts
from .patterns import Hit, Pattern, find
from .stance import cue_tokens

_DENYING = frozenset("deny dismiss refute rebut reject dispute disavow repudiate contradict".split())
_NEGATORS = frozenset(("no", "not", "never", "nor", "neither", "without", "n't", "n’t"))
_NO_ONE = frozenset("nobody none nothing neither".split())
_OPEN = frozenset("clear known certain sure confirmed verified apparent possible know say mention confirm".split())
_HEARSAY = frozenset(("reportedly", "allegedly", "purportedly", "supposedly", "apparently"))
_TOLD = frozenset("report say allege believe claim understand think rumour rumor suspect".split())
_REPORTS = frozenset("report medium media source rumour account witness footage video".split())
_MODALS = frozenset("may might could would should can must shall".split())
_UPWARD = ("dobj", "attr", "pobj", "prep", "ccomp", "xcomp", "pcomp", "acomp", "nsubj", "nsubjpass", "compound", "conj")


@dataclass(frozen=True)
class Version:
    """One answer to a point, and the patterns that show it."""

    name: str
    patterns: tuple[Pattern, ...]


@dataclass(frozen=True)
class Point:
    """A question on which accounts part, its answers, and the articles that a person found silent on it."""

    name: str
    versions: tuple[Version, ...]
    silent: tuple[str, ...]


@dataclass(frozen=True)
class Claims:
    """The points of a claims file."""

    path: str
    points: tuple[Point, ...]


def load_claims(path: str | Path) -> Claims:
    """The points to compare accounts on, from a YAML file: `version: 1`, then a list `points:`.

    Each has point (its name), versions and silent. A version has a name and patterns (see `patterns.py`); `silent`
    lists the article_ids that a person has read and found to say nothing on the point. Any mistake is an InputError
    that names the file, the point and what to do.
    """
    found = entries(read_yaml(path), "points", ("point", "versions", "silent"), str(path))
    return Claims(str(path), tuple(_point(entry, path) for entry in found))


def _point(entry: dict[str, Any], path: str | Path) -> Point:
    where = f"{path}, point {entry['point']!r}"
    versions = tuple(_version(each, where) for each in entries(entry, "versions", ("name", "patterns"), where))
    return Point(str(entry["point"]).strip(), versions, tuple(texts(entry, "silent", where)))


def _version(entry: dict[str, Any], where: str) -> Version:
    where = f"{where}, version {entry['name']!r}"
    version = Version(str(entry["name"]).strip(), compiled(entry, "patterns", where))
    if not version.patterns:
        raise schema.InputError(f"{where}: it has no patterns, so it would never be found; add at least one.")
    return version


def find_claims(articles: pd.DataFrame, quotes: pd.DataFrame, claims: Claims | str | Path) -> pd.DataFrame:
    """What each account says on each point, and who stands behind it.

    The claims table of `schema.py`: a row a point, article and version found, or one row where none was. `asserts`: in
    the outlet's own words; `reports`: inside a quote, or hedged ("reportedly"), with whose statement it is in `by`;
    `denies`: negated or denied, by whom in `by`; `silent`: a person has marked it so; `not found`: no pattern matched,
    which is no evidence that the account leaves it out. `start` and `end` are the words it rests on. What stands under
    "if", "whether", "may" or a question mark says nothing either way: it is not counted, and the notes give the number.
    Where a version is found in this way only, its row is `not found` with the version and the words, and `left_open`
    gives what leaves it open. A mistake in the claims file raises InputError with file, point and what to do.
    """
    claims = claims if isinstance(claims, Claims) else load_claims(claims)
    voices = whose_words.voices(articles, quotes)
    rows: list[dict[str, Any]] = []
    notes = [unknown(claims, articles["article_id"]), *whose_words.left_out(articles, quotes)]
    for voice in voices:
        for point in claims.points:
            found, left_open = _found(point, voice)
            cell = {"point": point.name, "article_id": voice.article["article_id"], "outlet": voice.article["outlet"]}
            marked = cell["article_id"] in point.silent
            absent = [{"status": "silent"}] if marked else _once(left_open) or [{"status": "not found"}]
            rows.extend({**cell, **row} for row in found or absent)
            place = f"{point.name}: {cell['article_id']}"
            if marked and found:
                notes.append(f"{place} is marked silent, yet a pattern matches there; check the mark.")
            if left_open:
                number = len(left_open)
                notes.append(f"{place} leaves open (if, whether, may, a question), and so not counted: {number}.")
    order = {point.name: place for place, point in enumerate(claims.points)}
    rows.sort(
        key=lambda row: order[row["point"]]
    )  # one article after the other keeps its parse at hand; shown by point
    return schema.table(rows, "claims", notes)


def unknown(claims: Claims, known: Iterable[str]) -> str:
    """The note on articles that are marked as silent and not among the known ones; empty where there are none."""
    named = {article_id for point in claims.points for article_id in point.silent} - set(known)
    told = f"{claims.path} marks articles as silent that are not loaded: {', '.join(sorted(named))}."
    return told if named else ""


def _found(point: Point, voices: whose_words.Voices) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The versions in one article, each once for the same status and speaker, and the matches that leave it open."""
    hits = [(hit, version) for version in point.versions for hit in find(version.patterns, voices.text)]
    told = [(hit, version) for hit, version in hits if not voices.skipped(hit.start)]
    found, left_open = [], []
    for hit, version in sorted(told, key=lambda pair: (pair[0].start, pair[0].end)):
        row = {"version": version.name, "start": hit.start, "end": hit.end, "words": voices.text[hit.start : hit.end]}
        if mark := _left_open(_tokens(voices, hit)):
            left_open.append({**row, "status": "not found", "left_open": mark})
        else:
            found.append({**row, **_standing(voices, hit)})
    return _once(found), left_open


def _once(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first row of each version, status and speaker."""
    first: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        first.setdefault((row["version"], row["status"], row.get("by")), row)
    return list(first.values())


def _tokens(voices: whose_words.Voices, hit: Hit) -> list[Word]:
    sentence = nlp.parse(voices.text)[hit.sentence]
    return [sentence.words[i] for i in range(hit.first, hit.last + 1)]


def _left_open(tokens: Sequence[Word]) -> str | None:
    """The "if", "whether", "may" or question that a word of the match stands under and the match does not hold."""
    matched = {token.i for token in tokens}
    for token in tokens:
        marks = [c for part in _above([token]) for c in part.children if c.i not in matched]
        for c in marks:
            conditional = c.text.lower() in ("if", "whether", "unless") and c.dep_ == "mark"
            if conditional or (c.lemma_.lower() in _MODALS and c.dep_ == "aux" and c.head.i in matched):
                return c.text.lower()
    asked = any(c.text == "?" for part in _above(tokens) for c in part.children)
    return "a question" if asked else None


def _standing(voices: whose_words.Voices, hit: Hit) -> dict[str, str | None]:
    """Whether the account asserts, reports or denies the words of a match, and who stands behind them."""
    _, quote = voices.at(hit.start, hit.end)
    tokens = _tokens(voices, hit)
    said = {token.i for token in tokens if token.text.lower() in hit.wanted or token.lemma_.lower() in hit.wanted}
    denied = any(_denied(token, said) for token in tokens)
    if quote is not None:
        denied = denied or any(t.lemma_.lower() in _DENYING for t in cue_tokens(voices, quote))
        by = quote["speaker"] or quote["speaker_text"] or _nobody(quote["cue"])
        return {"status": "denies" if denied else "reports", "by": by}
    hedge = _nobody(_hedge(tokens))
    return {"status": "denies" if denied else "reports" if hedge else "asserts", "by": hedge}


def _nobody(words: str | None) -> str | None:
    """Who stands behind words that the outlet keeps at a distance without saying whose they are."""
    return f"nobody named (“{words}”)" if words else None


def _denied(token: Word, said: set[int]) -> bool:
    """True for a word of a match that is negated, or hangs on a verb of denying.

    A word that the pattern itself names (`said`) denies nothing: "no lights" is what the version `no lights` says.
    """
    if (token.text.lower() in (*_NO_ONE, "no", "never") and token.i not in said) or _negated(token, said):
        return True
    for _ in range(4):
        if token.dep_ not in _UPWARD or token.head.i == token.i:
            return False
        outright = token.dep_ in ("dobj", "attr", "prep", "xcomp", "nsubj", "nsubjpass")
        token = token.head
        denies = token.lemma_.lower() in _DENYING or token.text.lower() == "without"
        if (denies and token.i not in said) or (outright and _negated(token, said)):
            return True
    return False


def _negated(token: Word, said: set[int]) -> bool:
    """True where a negation hangs on the word; "not clear", "did not say" leave a thing open and deny nothing."""
    below = list(token.children)
    if token.lemma_.lower() in _OPEN or any(c.lemma_.lower() in _OPEN for c in below if c.dep_ in ("acomp", "attr")):
        return False
    doers = [c for c in below if c.dep_ in ("nsubj", "nsubjpass")]
    nobody = any(c.text.lower() in _NO_ONE and c.i not in said for c in doers)
    near = (*below, *(d for c in doers for d in c.children))  # "no guard had fired"
    return nobody or any(_negates(c) and c.i not in said for c in near)


def _negates(token: Word) -> bool:
    return token.dep_ == "neg" or (token.text.lower() in _NEGATORS and token.dep_ == "det")


def _hedge(tokens: Sequence[Word]) -> str | None:
    """The words by which an outlet keeps its distance: "reportedly", "is reported to have", "reports indicated"."""
    chain = _above(tokens)
    for token in chain:
        for word in token.children:
            if word.text.lower() in _HEARSAY:
                return word.text
        if token.lemma_.lower() in _TOLD and any(c.dep_ == "auxpass" for c in token.children):
            return " ".join(c.text for c in (*(c for c in token.children if c.dep_ == "auxpass"), token))
        source = next((c for c in token.children if c.dep_ == "nsubj" and c.lemma_.lower() in _REPORTS), None)
        if source is not None and any(c.dep_ == "ccomp" and c in chain for c in token.children):
            return f"{source.text} {token.text}"
    return None


def _above(tokens: Sequence[Word]) -> list[Word]:
    """The words of a match and what they hang on, up to the sentence's main verb."""
    out = {token.i: token for token in tokens}
    for token in tokens:
        while token.head.i != token.i:
            token = token.head
            out[token.i] = token
    return [out[i] for i in sorted(out)]
