"""Who is meant: the user's alias tables, and where their phrases stand in a text."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from . import schema

PARTY_COLUMNS = ("alias", "speaker", "party", "outlet", "article_id")
REFERENT_COLUMNS = ("phrase", "referent", "party")

_ARTICLE = re.compile(r"^(?:the|a|an|its|their|his|her|our|this|that|these|those)\s+", re.IGNORECASE)
_LONG_ABBREVIATION = 4  # letters
_DOTTED = re.compile(r"\b(?:[A-Za-z]\.){2,}")


def normal(phrase: str) -> str:
    """A phrase for comparing: lower case, dots of initials and a leading article gone, apostrophes and spaces alike."""
    phrase = _DOTTED.sub(lambda m: m.group().replace(".", ""), phrase.replace("’", "'"))
    phrase = _ARTICLE.sub("", re.sub(r"\s+", " ", phrase).strip(" ,.;:\"'“”"))
    return phrase.casefold()


def _initials(phrase: str) -> list[str]:
    """The abbreviations in a phrase, without dots: "U.S.-led" -> ["US"]."""
    return [m.group().replace(".", "") for m in re.finditer(r"\b(?:[A-Za-z]\.){2,}|\b[A-Z]{2,4}\b", phrase)]


def _read(path: str | Path, columns: tuple[str, ...], needed: tuple[str, ...]) -> pd.DataFrame:
    """The columns of a CSV table, a row an entry; every cell is text without white space at its ends."""
    header, *rows = _csv_rows(Path(path)) or [[]]
    header = [name.strip() for name in header]
    schema.need_columns(pd.DataFrame(columns=header), needed, str(path))
    for number, cells in enumerate(rows, start=2):
        if len(cells) > len(header):
            raise schema.InputError(
                f"{path}, row {number} has {len(cells)} cells where the header has {len(header)}; put quotation marks "
                "around words that hold a comma."
            )
    padded = [dict(zip(header, [cell.strip() for cell in cells], strict=False)) for cells in rows]
    return pd.DataFrame([[row.get(name, "") for name in columns] for row in padded], columns=list(columns), dtype=str)


def _csv_rows(path: Path) -> list[list[str]]:
    """The rows that hold anything; cells are parted by what parts the header: comma, semicolon or tab."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        head = text.split("\n", 1)[0]
        separator = max(",;\t", key=lambda mark: (head.count(mark), mark == ","))
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except (OSError, ValueError, csv.Error) as error:
        raise schema.InputError(f"{path} cannot be read as a CSV table ({error}); save it as CSV in UTF-8.") from error
    return [cells for cells in rows if any(cell.strip() for cell in cells)]


def load_parties(path: str | Path) -> pd.DataFrame:
    """The alias table: which names belong to which speaker and party.

    Columns alias, speaker, party, and optionally outlet and article_id, which narrow an alias to one outlet or article;
    the most specific row wins. Two rows that disagree about one alias in the same place are an error that names them.
    """
    frame = _read(path, PARTY_COLUMNS, ("alias", "party"))
    frame.loc[frame["speaker"] == "", "speaker"] = frame["alias"]
    seen: dict[tuple[str, str, str], tuple[int, str, str]] = {}
    for number, row in enumerate(schema.records(frame), start=2):
        key = (normal(row["alias"]), row["outlet"], row["article_id"])
        says = (number, row["speaker"], row["party"])
        first = seen.setdefault(key, says)
        if first[1:] != says[1:]:
            raise schema.InputError(
                f"{path}: rows {first[0]} and {number} give the alias {row['alias']!r} to two speakers or parties; "
                "keep one, or narrow them by outlet or article_id."
            )
    return frame


def load_referents(path: str | Path) -> pd.DataFrame:
    """The referent table: phrase, referent, party; which phrases name the same people or thing."""
    return _read(path, REFERENT_COLUMNS, ("phrase", "referent"))


def party_table(given: pd.DataFrame | str | Path | None) -> pd.DataFrame | None:
    """An alias table, from a path or as it is."""
    return load_parties(given) if isinstance(given, str | Path) else given


def referent_table(given: pd.DataFrame | str | Path | None) -> pd.DataFrame | None:
    """A referent table, from a path or as it is."""
    return load_referents(given) if isinstance(given, str | Path) else given


def suggest_parties(quotes: pd.DataFrame) -> pd.DataFrame:
    """A first alias table for a person to edit: every speaker found, under each name the texts give, most quoted first.

    `party` is empty unless known: which side somebody stands for is yours to say. `times` counts the quotations. What
    names nobody by itself ("he", "the statement") is left out: it follows the speaker it was resolved to.
    """
    named = quotes[quotes["speaker"].notna()]
    times = named.groupby("speaker").size()
    rows = []
    for row in schema.records(named.drop_duplicates(["speaker", "speaker_text"])):
        whole = normal(row["speaker_text"] or "")
        shares_a_word = bool(set(whole.split()) & set(normal(row["speaker"]).split()))
        alias = row["speaker_text"] if shares_a_word else row["speaker"]
        rows.append(
            {"alias": alias, "speaker": row["speaker"], "party": row["party"] or "", "times": times[row["speaker"]]}
        )
    table = pd.DataFrame(rows, columns=["alias", "speaker", "party", "times"]).assign(outlet="", article_id="")
    table = table.sort_values(["times", "speaker", "alias"], ascending=[False, True, True], ignore_index=True)
    first = ~table["alias"].map(normal).duplicated()  # "SANA" and "Sana" are one alias to load_parties
    return table.loc[first, [*PARTY_COLUMNS, "times"]].reset_index(drop=True)


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
        phrases = []
        for given in schema.records(frame) if frame is not None else []:
            row = {name: "" if cell is None else cell for name, cell in given.items()}
            if key := normal(row[column]):
                self._rows.setdefault(key, []).append(row)
                phrases.append(str(row[column]))
        longest_first = sorted(self._rows, key=lambda key: (-len(key), key))
        initials = {piece.casefold() for phrase in phrases for piece in _initials(phrase)}
        patterns = [_loose(key, initials) for key in longest_first]
        self._pattern = re.compile("|".join(patterns), re.IGNORECASE) if patterns else None

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
    return r"(?<!\w)" + r"\s+".join(parts) + r"(?!\w)"


def _dotted(letters: str) -> str:
    return r"\.?".join(letters) + r"\.?"
