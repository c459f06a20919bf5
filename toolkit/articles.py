"""A file, a folder, a table or a pasted page -> the articles table, and a plain list of what was left out."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path

import pandas as pd

from . import cleaning, csvfile, schema
from .csvfile import UnreadableError
from .readers import tables, text
from .readers.records import Finding, Record
from .schema import InputError

FORMATS = (*text.ENDINGS, *tables.ENDINGS)
MANIFEST = "articles.csv"
_NOT_ARTICLES = re.compile(
    r"(?:readme.*|licen[cs]e.*|parties\.csv|referents\.csv|quotes\.csv|claims\..*|codebook\..*|corrections\..*"
    r"|report\.html)",
    re.IGNORECASE,
)
_NOT_FOLDERS = ("out", "notebooks")
_OUTPUT_FOLDERS = ("charts", "tables")  # where a report stands beside them
_ROW = re.compile(r", row (\d+)$")
_MONTHS = "january february march april may june july august september october november december".split()
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})(?:[T\s].*)?")
_BY_NAME = re.compile(
    r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?"
    r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?\s+(?P<month>[a-z]{3,})|(?P<month_2>[a-z]{3,})\.?\s+(?P<day_2>\d{1,2})(?:st|nd|rd|th)?)"
    r"[.,]*\s+(?P<year>\d{4})(?:[\s,|-]+(?:at\s+)?\d{1,2}[:.]\d\d.*)?",
    re.IGNORECASE,
)
_TODO_TEXT = "give it a text, or remove it"


@dataclass(frozen=True)
class Loaded:
    """The articles table with what became of each input; a file that is no article by its name is "set aside"."""

    articles: pd.DataFrame
    findings: tuple[Finding, ...]

    def left_out(self) -> list[Finding]:
        """The inputs that gave no article."""
        return [finding for finding in self.findings if finding.status == "left out"]

    def remarks(self) -> list[Finding]:
        """The inputs that were loaded, with something worth knowing."""
        return [finding for finding in self.findings if finding.status == "loaded with remarks"]

    def worth_knowing(self) -> list[Finding]:
        """What concerns a whole folder and takes nothing away: no outlets are given."""
        return [finding for finding in self.findings if finding.status == "worth knowing"]


@dataclass
class _Draft:
    """An article on its way: what was read, from which file, and what is to be said about it."""

    fields: dict[str, str]
    where: str
    file: Path | None
    root: Path | None
    remarks: list[str]
    stand_in: str = ""  # what is called its outlet, where none is given


def load_articles(
    path_or_frame: str | Path | pd.DataFrame, *, columns: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """The articles in a file, a folder, or a DataFrame, one row each, texts as they are to the character.

    A folder is read by its manifest `articles.csv` (a table with a column `file`) where it has one, else file by file.
    Where no outlet is given, the folder that a file lies in stands in for it, else the article's own id.
    `columns` renames columns of a table: `{"body": "text"}`. Stretches that are not the article (credit lines, appeals
    for money) are marked in `skip` as [start, end, reason]. What was left out, and why, stands in `.attrs["notes"]`.
    Raises InputError where there is no article at all.
    """
    return read([path_or_frame], columns=columns).articles


def article_from_text(
    text: str, outlet: str | None = None, title: str | None = None, date: str | None = None, url: str | None = None
) -> pd.DataFrame:
    """A pasted page as an articles table of one row. Nothing is guessed: what is not given stays missing.

    Only the outlet, which everything is compared by, is called "pasted" where it is not given.
    """
    given = {"text": text, "outlet": outlet, "title": title, "date": date, "url": url, "article_id": "pasted"}
    fields = {name: value for name, value in given.items() if value is not None}
    return _finish([_Draft(fields, "the pasted text", None, None, [])], []).articles


def read(inputs: Iterable[str | Path | pd.DataFrame], *, columns: Mapping[str, str] | None = None) -> Loaded:
    """All articles of several inputs, and a finding for each input. Raises InputError where there is no article."""
    drafts: list[_Draft] = []
    findings: list[Finding] = []
    for given in inputs:
        if isinstance(given, pd.DataFrame):
            drafts += _from_frame(given, columns)
        else:
            _from_path(Path(given), columns, drafts, findings)
    return _finish(drafts, findings)


def _from_frame(frame: pd.DataFrame, columns: Mapping[str, str] | None) -> Iterator[_Draft]:
    header = [str(name) for name in frame.columns]
    try:
        renamed = tables.rename(header, columns)
    except UnreadableError as error:
        raise InputError(f"The DataFrame of articles: {error}") from error
    frame = frame.set_axis(header, axis=1).rename(columns=renamed)
    schema.need_columns(frame, ["text"], "The DataFrame of articles")
    for number, row in enumerate(schema.records(frame)):
        fields = {name: str(cell) for name, cell in row.items() if cell is not None and name != "skip"}
        yield _Draft(fields, f"the DataFrame, row {number}", None, None, [])


def _from_path(path: Path, columns: Mapping[str, str] | None, drafts: list[_Draft], findings: list[Finding]) -> None:
    if not path.exists():
        raise InputError(f"There is no file or folder {path}; check the name.")
    if path.is_file():
        _read_file(path, path.parent, columns, drafts, findings)
        return
    manifest = path / MANIFEST
    try:
        table = csvfile.read(manifest) if manifest.is_file() else None
    except UnreadableError as error:
        raise InputError(f"{manifest}: {error}") from error
    if table and "file" in map(str.lower, table.header):
        if table.remarks:
            findings.append(Finding(str(manifest), "loaded with remarks", "; ".join(table.remarks)))
        _read_manifest(manifest, table, drafts, findings)
        return
    for file in _walk(path, findings):
        _read_file(file, path, columns, drafts, findings)


def _walk(folder: Path, findings: list[Finding]) -> Iterator[Path]:
    """The files of a folder that may be articles, in order. Output, notebooks and hidden files are passed over.

    What the name tells to be no article is set aside. A folder inside that has a manifest of its own is another
    collection: it is left out, as is a link to a folder. Findings say so.
    """
    has_report = (folder / "report.html").is_file()
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "__")) or path.name in _NOT_FOLDERS or path.suffix == ".ipynb":
            continue
        if has_report and path.name in _OUTPUT_FOLDERS:
            continue
        if path.is_dir() and path.is_symlink():
            reason, action = "it is a link to another folder", "name that folder as an input to read it"
            findings.append(Finding(str(path), "left out", reason, action))
        elif path.is_dir():
            if (path / MANIFEST).is_file():
                reason, action = f"it has an {MANIFEST} of its own", "name it as an input to read it"
                findings.append(Finding(str(path), "left out", reason, action))
            else:
                yield from _walk(path, findings)
        elif _NOT_ARTICLES.fullmatch(path.name):
            findings.append(Finding(str(path), "set aside", "its name says that it is no article"))
        else:
            yield path


def _unlisted(manifest: Path, listed: set[Path], findings: list[Finding]) -> None:
    """A finding for each article beside the manifest that it does not name."""
    for file in _walk(manifest.parent, []):
        if file.suffix.lower() in text.ENDINGS and file.resolve() not in listed:
            reason, action = f"{MANIFEST} does not name it", f"add a row for it to {MANIFEST}"
            findings.append(Finding(str(file), "left out", reason, action))


def _read_manifest(manifest: Path, table: csvfile.Table, drafts: list[_Draft], findings: list[Finding]) -> None:
    folder = manifest.parent
    ours = {name: "file" for name in table.header if name.lower() == "file"} | tables.rename(table.header, None)
    listed: set[Path] = set()
    for number, row in table.rows:
        cells = {ours.get(name, name): cell for name, cell in row.items()}
        name = cells.pop("file").strip()
        file = folder / name
        if not name or not file.resolve().is_relative_to(folder.resolve()):
            reason, action = f"file {name!r} is not in this folder", "name a file beside the manifest"
            findings.append(Finding(f"{manifest}, row {number}", "left out", reason, action))
            continue
        listed.add(file.resolve())
        found: list[_Draft] = []
        _read_file(file, folder, None, found, findings)
        for draft in found:
            draft.fields |= {column: cell for column, cell in cells.items() if column != "text" and cell.strip()}
            drafts.append(draft)
    _unlisted(manifest, listed, findings)


def _read_file(
    file: Path, root: Path, columns: Mapping[str, str] | None, drafts: list[_Draft], findings: list[Finding]
) -> None:
    ending = file.suffix.lower()
    try:
        if ending in text.ENDINGS:
            records: Iterator[Record] = text.read(file)
        elif ending in tables.ENDINGS:
            records = tables.read(file, columns)
        else:
            raise UnreadableError(
                f"{ending or 'a file without ending'} is not a format that is read", f"use {', '.join(FORMATS)}"
            )
        drafts += [_Draft(r.fields, r.where, file, root, list(r.remarks)) for r in records]
    except UnreadableError as error:
        findings.append(Finding(str(file), "left out", error.reason, error.action))


def _finish(drafts: list[_Draft], findings: list[Finding]) -> Loaded:
    rows, said, loaded = [], list(findings), []
    first: dict[bytes, str] = {}
    for draft, article_id in zip(drafts, _identify(drafts), strict=True):
        row = _row(draft, article_id)
        reason = _no_article(row)
        if reason:
            said.append(Finding(draft.where, "left out", reason, _TODO_TEXT))
            continue
        rows.append(row)
        loaded.append(draft)
        twin = first.setdefault(_words_of(row), article_id)
        if twin != article_id:
            draft.remarks.append(f"it has the same words as {twin}; it is counted twice")
        status = "loaded with remarks" if draft.remarks else "loaded"
        said.append(Finding(draft.where, status, "; ".join(draft.remarks)))
    out = Loaded(schema.table(rows, "articles"), (*said, *_stand_ins(loaded)))
    if not rows:
        raise InputError(_nothing(out.left_out()))
    notes = [f"Left out: {f.input}: {f.reason}." for f in out.left_out()]
    schema.with_notes(out.articles, notes)
    return out


def _words_of(row: dict[str, object]) -> bytes:
    """What two copies of one article have in common: their words, white space folded."""
    return hashlib.sha256(" ".join(str(row["text"]).split()).encode("utf-8", "surrogatepass")).digest()


def _stand_ins(loaded: list[_Draft]) -> Iterator[Finding]:
    """One finding for each folder with articles that have no outlet, however many they are."""
    places: dict[str, list[_Draft]] = {}
    for draft in loaded:
        places.setdefault(str(draft.root or "the table"), []).append(draft)
    for place, drafts in places.items():
        names = [draft.stand_in for draft in drafts if draft.stand_in]
        told = (
            f"no outlet is given for {len(names)} of {schema.count(len(drafts), 'article')}; names of files or folders"
        )
        if names:
            reason = f"{told} stand in ({schema.some(list(dict.fromkeys(names)))})"
            yield Finding(place, "worth knowing", reason, f"name outlets in a column outlet of {MANIFEST} or the table")


def _nothing(left_out: list[Finding]) -> str:
    if not left_out:
        return f"There is no article here, no file that ends in {', '.join(FORMATS)}; add one, or name another folder."
    first = left_out[0]
    others = schema.count(len(left_out) - 1, "more was left out", "more were left out")
    more = f" (and {others})" if len(left_out) > 1 else ""
    return f"There is no article to compare: {first.input}: {first.reason}{more}; {first.action or _TODO_TEXT}."


def _row(draft: _Draft, article_id: str) -> dict[str, object]:
    row: dict[str, object] = {name: cell for name, cell in draft.fields.items() if name == "text" or cell.strip()}
    body = draft.fields.get("text", "")
    row |= {"article_id": article_id, "text": body, "skip": cleaning.find_skips(body)}
    if not row.get("outlet"):
        row["outlet"] = draft.stand_in = _stand_in(draft, article_id)
    if row.get("date"):
        row["date"] = _day(str(row["date"]))
        if row["date"] is None:
            draft.remarks.append(
                f"the date {draft.fields['date']!r} is not clear and was left empty; write it YYYY-MM-DD"
            )
    return row


def _stand_in(draft: _Draft, article_id: str) -> str:
    """Where no outlet is given: the folder the file lies in, else the article's own name."""
    if draft.file and draft.root and draft.file.parent != draft.root:
        return draft.file.parent.name
    return article_id


def _no_article(row: dict[str, object]) -> str:
    body, skip = str(row["text"]), row["skip"]
    assert isinstance(skip, list)
    if not body.strip():
        return "it has no text"
    if not re.search(r"\w", body):
        return "it holds no word"
    if not re.search(r"\w", cleaning.remaining(body, skip)):
        return f"it holds nothing but what is not an article ({', '.join(sorted({s[2] for s in skip}))})"
    return ""


def _day(given: str) -> str | None:
    """YYYY-MM-DD; None where the day cannot be told for certain (03/04/2020)."""
    found = _YEAR_FIRST.fullmatch(given.strip()) or _BY_NAME.fullmatch(given.strip())
    if not found:
        return None
    parts = {name.removesuffix("_2"): part for name, part in found.groupdict().items() if part}
    name = parts["month"].lower()
    named = next((number for number, month in enumerate(_MONTHS, start=1) if month.startswith(name)), 0)
    try:
        return date(int(parts["year"]), int(name) if name.isdigit() else named, int(parts["day"])).isoformat()
    except ValueError:  # no such month or day
        return None


def _identify(drafts: list[_Draft]) -> list[str]:
    """An id for each article: its own, else its file's name; the relative path where two would be alike."""
    first = [_short_id(draft) for draft in drafts]
    times = Counter(first)
    names = [name if times[name] == 1 else _long_id(draft, name) for draft, name in zip(drafts, first, strict=True)]
    asked, used = set(names), set[str]()
    out = []
    for draft, name in zip(drafts, names, strict=True):
        if name in used:
            free = next(new for i in count(2) if (new := f"{name}#{i}") not in used and new not in asked)
            draft.remarks.append(f"the id {name!r} is taken; it became {free}")
            name = free
        used.add(name)
        out.append(name)
    return out


def _short_id(draft: _Draft) -> str:
    given = draft.fields.get("article_id", "").strip()
    if given:
        return given
    row = _ROW.search(draft.where)
    stem = draft.file.stem if draft.file else "article"
    return f"{stem}-{row[1]}" if row else stem


def _long_id(draft: _Draft, name: str) -> str:
    if draft.fields.get("article_id", "").strip() or not draft.file or not draft.root:
        return name
    path = "__".join(draft.file.relative_to(draft.root).parts)
    row = _ROW.search(draft.where)
    return f"{path}-{row[1]}" if row else path
