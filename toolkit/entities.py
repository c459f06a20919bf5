"""Who is meant: the user's alias tables, and where their phrases stand in a text."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile
from pathlib import Path
from typing import Any

import pandas as pd

from . import resources, schema
from .csvfile import own_table

PARTY_COLUMNS = ("alias", "speaker", "party", "outlet", "article_id")
REFERENT_COLUMNS = ("phrase", "referent", "party")

_ARTICLE = re.compile(r"^(?:the|a|an|its|their|his|her|our|this|that|these|those)\s+", re.IGNORECASE)
_LONG_ABBREVIATION = 4  # letters
_AFTER_NAME = re.compile(r"\s+(?:of|for|in|at|from|who|which|\()\b|\s+\(")
_OF_NAME = re.compile(r"[^\W\d_a-z]\S*(?<!['’]s)(?<!s['’])")  # a capitalised word that owns nothing
_OWNER = re.compile(r"['’]s?\s")
_COURTESY = {"mr": "m", "sir": "m", "lord": "m", "mrs": "f", "ms": "f", "miss": "f", "dame": "f", "lady": "f"}
_COURTESY |= {"dr": "", "prof": "", "professor": "", "rev": "", "reverend": ""}
_DOTTED = re.compile(r"\b(?:[A-Za-z]\.){2,}")


@lru_cache(maxsize=65_536)
def normal(phrase: str) -> str:
    """A phrase for comparing: lower case, dots of initials and a leading article gone, apostrophes and spaces alike."""
    phrase = _DOTTED.sub(lambda m: m.group().replace(".", ""), phrase.replace("’", "'"))
    phrase = _ARTICLE.sub("", re.sub(r"\s+", " ", phrase).strip(" ,.;:\"'“”"))
    return phrase.casefold()


def _initials(phrase: str) -> list[str]:
    """The abbreviations in a phrase, in small letters without dots: "U.S.-led" -> ["us"]."""
    return [m[0].replace(".", "").casefold() for m in re.finditer(r"\b(?:[A-Za-z]\.){2,}|\b[A-Z]{2,4}\b", phrase)]


def load_parties(path: str | Path) -> pd.DataFrame:
    """The alias table: which names belong to which speaker and party.

    Columns alias, speaker, party, and optionally outlet and article_id, which narrow an alias to one outlet or article;
    the most specific row wins. A speaker's name is an alias too, unless a row has it as one or its rows name several
    parties. Two rows that disagree about one alias in the same place are an error that names them.
    """
    frame = own_table(path, PARTY_COLUMNS, ("alias", "party"))
    frame.loc[frame["speaker"] == "", "speaker"] = frame["alias"]
    seen: dict[tuple[str, str, str], tuple[int, str, str]] = {}
    for number, row in zip(frame.index, schema.records(frame), strict=True):
        key = (normal(row["alias"]), row["outlet"], row["article_id"])
        says = (number, row["speaker"], row["party"])
        first = seen.setdefault(key, says)
        if first[1:] != says[1:]:
            raise schema.InputError(
                f"{path}: rows {first[0]} and {number} give the alias {row['alias']!r} to two speakers or parties; "
                "keep one, or narrow them by outlet or article_id."
            )
    return _with_speakers(frame)


def _with_speakers(frame: pd.DataFrame) -> pd.DataFrame:
    """The same table with each speaker's own name as an alias that holds everywhere."""
    own = frame.assign(alias=frame["speaker"], outlet="", article_id="", key=frame["speaker"].map(normal))
    several = own.groupby("key")["party"].nunique() > 1
    own = own[~own["key"].isin({*frame["alias"].map(normal), *several.index[several]})].drop_duplicates("key")
    out = pd.concat([frame, own[list(PARTY_COLUMNS)]], ignore_index=True)
    return schema.with_notes(out, schema.notes_of(frame))


def load_referents(path: str | Path) -> pd.DataFrame:
    """The referent table: phrase, referent, party; which phrases name the same people or thing."""
    return own_table(path, REFERENT_COLUMNS, ("phrase", "referent")).reset_index(drop=True)


def party_table(given: pd.DataFrame | str | Path | None) -> pd.DataFrame | None:
    """An alias table, from a path or as it is."""
    return load_parties(given) if isinstance(given, str | Path) else given


def referent_table(given: pd.DataFrame | str | Path | None) -> pd.DataFrame | None:
    """A referent table, from a path or as it is."""
    return load_referents(given) if isinstance(given, str | Path) else given


def suggest_parties(quotes: pd.DataFrame) -> pd.DataFrame:
    """A first alias table for a person to edit: every speaker found, under each name the texts give, most quoted first.

    `party` is empty unless known: which side somebody stands for is yours to say. `times` is how often the speaker of
    the row is quoted, under all names together: those with a high number matter most. Names that can only be one
    person's across articles ("Rita Moll", "Moll") stand under the fullest of them; people of different first names, or
    of titles that disagree, are kept apart. A name that means several people ("the minister") is narrowed to the
    article. What names nobody by itself ("he", "the statement") is left out: it follows the speaker it stands for.
    """
    named = [row | {"name": _folded(row["speaker"])} for row in schema.records(quotes[quotes["speaker"].notna()])]
    fullest = _fullest(Counter(row["name"] for row in named))
    times = Counter(fullest[row["name"]] for row in named)
    sides: dict[str, set[str]] = {}
    for row in named:
        sides.setdefault(fullest[row["name"]], set()).update([row["party"]] if row["party"] else [])
    rows = []
    for row in named:
        speaker = fullest[row["name"]]
        party = row["party"] or (min(sides[speaker]) if len(sides[speaker]) == 1 else "")
        rows += [(alias, speaker, party, "", row["article_id"], times[speaker]) for alias in _aliases(row)]
    return _one_meaning(pd.DataFrame(rows, columns=[*PARTY_COLUMNS, "times"]))


def _one_meaning(table: pd.DataFrame) -> pd.DataFrame:
    """Each alias once ("SANA" and "Sana" are one); one that several speakers share, once an article."""
    key = table["alias"].map(normal)
    meanings = (table["speaker"] + "\n" + table["party"]).groupby(key).transform("nunique")
    table = table.assign(key=key, other=key != table["speaker"].map(normal))
    table["article_id"] = table["article_id"].where(meanings > 1, "")
    order, falling = ["times", "speaker", "alias"], [False, True, True]
    table = table.sort_values(["other", *order], ascending=[True, *falling]).drop_duplicates(["key", "article_id"])
    return table.sort_values(order, ascending=falling, ignore_index=True)[[*PARTY_COLUMNS, "times"]]


def _aliases(row: dict[str, Any]) -> list[str]:
    """The speaker's name and, where it shares a word with it, the mention, without what is only said about them."""
    text, name = _folded(row["speaker_text"] or ""), set(normal(row["name"]).split())
    head = text.split(", ", 1)[0]
    mention = head if name <= set(normal(head).split()) else text
    return [row["name"], *([mention] if name & set(normal(mention).split()) else [])]


def _folded(phrase: str) -> str:
    return " ".join(phrase.split())


@dataclass(frozen=True)
class _Person:
    """A name taken apart, in small letters; `gender` is m, f or empty; `told`: a word tells that it is a person's."""

    given: tuple[str, ...]
    last: str
    ranks: frozenset[str]
    gender: str
    told: bool


@lru_cache(maxsize=1)
def _lists() -> tuple[frozenset[str], frozenset[str], frozenset[str], dict[str, str]]:
    """Titles, nouns for a person, nouns for a body, and the gender of first names."""
    titles, persons, bodies = (
        frozenset(resources.lines(name)) for name in ("titles.txt", "person_nouns.txt", "body_nouns.txt")
    )
    return titles, persons, bodies, {name: g for g, row in resources.table("first_names.tsv") for name in row.split()}


def _person(phrase: str) -> _Person | None:
    """What may be the personal name that a phrase ends in; None where it names a body or begins in small letters."""
    for part in phrase.split(", "):
        if found := _person_in(_AFTER_NAME.split(part, maxsplit=1)[0]):
            return found
    return None


def _person_in(part: str) -> _Person | None:
    titles, persons, bodies, first_names = _lists()
    words = [word.lower().strip(".") for word in part.split()]
    capitals = [*takewhile(_OF_NAME.fullmatch, reversed(part.split()))]
    untitled = takewhile(lambda word: word not in titles | persons, reversed(words[len(words) - len(capitals) :]))
    own = [*untitled][::-1]
    before = words[: len(words) - len(own)]
    if not own or set(own) & bodies or (len(own) == 1 and _ARTICLE.match(part)):
        return None
    told = bool(before and before[-1] in titles | persons) or own[0] in first_names
    courtesy = next((_COURTESY[word] for word in before if word in _COURTESY), "")
    gender = courtesy or (first_names.get(own[0], "") if len(own) > 1 else "")
    ranks = frozenset(word for word in before if word in titles and word not in _COURTESY)
    return _Person(tuple(own[:-1]), own[-1], ranks, gender, told)


def _may_be_one(a: _Person, b: _Person) -> bool:
    """True where two names can be one person's: no first name, gender or rank of the one contradicts the other's."""
    if {a.gender, b.gender} == {"m", "f"}:
        return False
    if not all(x == y or (1 in (len(x), len(y)) and x[0] == y[0]) for x, y in zip(a.given, b.given, strict=False)):
        return False
    both_told = (a.given and b.given) or not (a.ranks and b.ranks)
    return bool(both_told) or any(x.startswith(y) or y.startswith(x) for x in a.ranks for y in b.ranks)


def _fullest(times: Counter[str]) -> dict[str, str]:
    """For each name the fullest that can only mean the same person or body; itself where it could mean several."""
    alike: dict[str, list[str]] = {}
    for name in times:
        alike.setdefault(normal(name), []).append(name)
    people = {key: who for key, names in alike.items() if (who := next(filter(None, map(_person, names)), None))}
    out: dict[str, str] = {}
    for group in (*_same_people(people), *([key] for key in alike if key not in people)):
        names = [name for key in group for name in alike[key]]
        out |= dict.fromkeys(names, max(names, key=lambda n: _rank(n, people.get(normal(n)), times[n])))
    return out


def _rank(name: str, person: _Person | None, times: int) -> tuple[Any, ...]:
    """How fit a name is to stand for all: the fullest, then the plainest, then the most quoted."""
    plain = (not name.isupper(), not _OWNER.search(name), name[:1].isupper())
    return *(_length(person) if person else (0, 0)), *plain, times, len(name), name


def _length(person: _Person) -> tuple[int, int]:
    return len(person.given), sum(map(len, person.given))


def _same_people(people: dict[str, _Person]) -> list[list[str]]:
    """The names in groups that can only be one person's each, the fullest first."""
    groups: dict[str, list[list[str]]] = {}
    for key in sorted(people, key=lambda k: (*(-part for part in _length(people[k])), not people[k].told, k)):
        same_last = groups.setdefault(people[key].last, [])
        fitting = [group for group in same_last if all(_may_be_one(people[key], people[other]) for other in group)]
        if len(fitting) == 1 and _sure([people[other] for other in (key, *fitting[0])]):
            fitting[0].append(key)
        else:
            same_last.append([key])
    return [group for same_last in groups.values() for group in same_last]


def _sure(people: list[_Person]) -> bool:
    """True where a word tells that the names are a person's, or they are alike; "Jordan" alone is no sign."""
    return any(person.told for person in people) or len({person.given for person in people}) == 1


@dataclass(frozen=True)
class Found:
    """A phrase of a table found in a text at [start, end)."""

    start: int
    end: int
    row: dict[str, Any]


class Phrases:
    """The phrases of an alias or referent table, ready to be looked for in texts."""

    def __init__(self, frame: pd.DataFrame | None, column: str) -> None:
        self._column = column
        self._rows: dict[str, list[dict[str, Any]]] = {}
        initials = set()
        for given in schema.records(frame) if frame is not None else []:
            row = {name: "" if cell is None else cell for name, cell in given.items()}
            if key := normal(row[column]):
                self._rows.setdefault(key, []).append(row)
                initials.update(_initials(str(row[column])))
        patterns = [_loose(key, initials) for key in sorted(self._rows, key=lambda key: (-len(key), key))]
        whole = r"(?<!\w)(?:" + "|".join(patterns) + r")(?!\w)"
        self._pattern = re.compile(whole, re.IGNORECASE) if patterns else None

    def __bool__(self) -> bool:
        return bool(self._rows)

    def exact(self, phrase: str, outlet: object = None, article_id: object = None) -> dict[str, Any] | None:
        """The row for exactly this phrase; the one for this article before the one for this outlet before any other."""
        if normal(phrase) in self._rows and not self._same_case(phrase.strip()):
            return None
        fitting = [
            (row.get("article_id", "") != "", row.get("outlet", "") != "", row)
            for row in self._rows.get(normal(phrase), [])
            if row.get("outlet", "") in ("", outlet) and row.get("article_id", "") in ("", article_id)
        ]
        return max(fitting, key=lambda t: t[:2])[2] if fitting else None

    def _same_case(self, match: str) -> bool:
        """An abbreviation ("US") is found in capitals only: "us" is a pronoun. A long one may be a name ("Nato")."""
        spelt = [str(row[self._column]) for row in self._rows[normal(match)]]
        as_name = match[:1].isupper() and len(match) >= _LONG_ABBREVIATION
        return match.isupper() or as_name or match in spelt or not all(phrase.isupper() for phrase in spelt)

    def find(self, text: str, outlet: object = None, article_id: object = None) -> list[Found]:
        """Every place where a phrase stands, as whole words, the longest first where two would overlap."""
        found = []
        for match in self._pattern.finditer(text) if self._pattern else ():
            row = self.exact(match.group(), outlet, article_id)
            if row is not None:
                found.append(Found(match.start(), match.end(), row))
        return found


def _loose(key: str, initials: set[str]) -> str:
    """A pattern for a normalised phrase that forgives dots in initials, kinds of apostrophe and white space."""
    parts = []
    for word in key.split(" "):
        pieces = [_dotted(piece) if piece in initials else re.escape(piece) for piece in word.split("-")]
        parts.append("-".join(pieces).replace("'", "['’]"))
    return r"\s+".join(parts)


def _dotted(letters: str) -> str:
    return r"\.?".join(letters) + r"\.?"
