"""A file, a folder, a table or a pasted page -> the articles table, and a plain list of what was left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd

from . import cleaning, csvfile, schema
from .rawfile import UnreadableError
from .readers import ONE_EACH, READERS, archive, reader_of
from .readers.columns import guesses, rename
from .readers.folder import MANIFEST, inside, walk
from .readers.records import Finding, Record, left_out
from .readers.rows import TO_DO, Draft, identify, make, stand_in
from .schema import InputError

_LONGEST_SHOWN = 200  # characters of a name in a message
FORMATS = (*READERS, *archive.ENDINGS)


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


class NothingLoadedError(InputError):
    """There is no article in what was given; `findings` say what became of each input."""

    def __init__(self, message: str, findings: Sequence[Finding]) -> None:
        super().__init__(message)
        self.findings = tuple(findings)


_Items = Iterator[Draft | Finding]  # articles to be, in order, and what is said of the inputs that give none


def load_articles(
    path_or_frame: str | Path | pd.DataFrame, *, columns: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """The articles in a file, a folder, or a DataFrame, one row each, texts as they are to the character.

    Read are text, Markdown, saved web pages, Word, PDF with a text layer, CSV, Excel, JSON, JSON Lines, Parquet, and
    ZIP of any of these; of a page or document `text` is the extracted text. A folder is read by its manifest
    `articles.csv` (a table with a column `file`) where it has one, else file by file. Where no outlet is given, the
    folder that a file lies in stands in for it, else the article's own id. `columns` renames columns of a table:
    `{"body": "text"}`.
    Stretches that are not the article (credit lines, appeals for money) are marked in `skip` as [start, end, reason].
    Articles with nearly the same words share a `copy_group`; `wire` is the agency that the credit names.
    What was left out, and why, stands in `.attrs["notes"]`. Raises InputError where there is no article at all.
    """
    return read([path_or_frame], columns=columns).articles


def article_from_text(
    text: str, outlet: str | None = None, title: str | None = None, date: str | None = None, url: str | None = None
) -> pd.DataFrame:
    """A pasted page as an articles table of one row. Nothing is guessed but its language: what is not given is missing.

    Only the outlet, which everything is compared by, is called "pasted" where it is not given.
    """
    given = {"text": text, "outlet": outlet, "title": title, "date": date, "url": url, "article_id": "pasted"}
    fields = {name: value for name, value in given.items() if value is not None}
    return _finish(iter([Draft(fields, "the pasted text", None, None, [])])).articles


def read(inputs: Iterable[str | Path | pd.DataFrame], *, columns: Mapping[str, str] | None = None) -> Loaded:
    """All articles of several inputs, and a finding for each input. Raises InputError where there is no article."""
    return _finish(_once(_all(inputs, columns)))


def _all(inputs: Iterable[str | Path | pd.DataFrame], columns: Mapping[str, str] | None) -> _Items:
    seen: set[Path] = set()
    for given in inputs:
        if isinstance(given, pd.DataFrame):
            yield from _read_frame(given, columns)
        elif (place := _resolved(Path(given))) not in seen:
            seen.add(place)
            yield from _read_path(Path(given), columns)


def _resolved(path: Path) -> Path:
    """Where a path leads. A name that can be no path, or a link that loops, is its own place."""
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):
        return path


def _once(items: _Items) -> _Items:
    """The same without what was read twice because one input lies inside another."""
    seen: set[tuple[Path, str]] = set()
    file, place = None, Path()
    for item in items:
        if isinstance(item, Draft) and item.file:
            if item.file is not file:
                file, place = item.file, _resolved(item.file)
            if (place, item.place) in seen:
                continue
            seen.add((place, item.place))
        yield item


def _read_frame(frame: pd.DataFrame, columns: Mapping[str, str] | None) -> _Items:
    header = [str(name) for name in frame.columns]
    try:
        renamed = rename(header, columns)
    except UnreadableError as error:
        raise InputError(f"The DataFrame of articles: {error}") from error
    frame = frame.set_axis(header, axis=1).rename(columns=renamed)
    schema.need_columns(frame, ["text"], "The DataFrame of articles")
    frame = frame.drop(columns=frame.columns.intersection(list(_OURS)))
    for first in range(0, len(frame), _AT_ONCE):
        for number, row in enumerate(schema.records(frame.iloc[first : first + _AT_ONCE]), start=first):
            fields = {name: str(cell) for name, cell in row.items() if cell is not None}
            remarks = guesses(renamed, columns) if number == 0 else []
            place = f"row {number}"
            yield Draft(fields, f"the DataFrame, {place}", None, None, remarks, place, str(number), "the table")


def _read_path(path: Path, columns: Mapping[str, str] | None) -> _Items:
    if not _exists(path):
        shown = " ".join(str(path).split())
        shown = shown if len(shown) <= _LONGEST_SHOWN else f"{shown[:_LONGEST_SHOWN]}..."
        raise InputError(f"There is no file or folder {shown}; check the name.")
    return _read_folder(path, columns) if path.is_dir() else _read_file(path, path.parent, columns)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name that is too long, or a text where a name should be
        return False


def _read_folder(folder: Path, columns: Mapping[str, str] | None) -> _Items:
    """The files that the manifest of a folder names, else all that may be articles."""
    manifest = folder / MANIFEST
    try:
        table = csvfile.read(manifest) if manifest.is_file() else None
    except UnreadableError as error:
        raise InputError(f"{manifest}: {error}") from error
    if table and "file" in map(str.lower, table.header):
        if table.remarks:
            yield Finding(str(manifest), "loaded with remarks", "; ".join(table.remarks))
        yield from _read_manifest(manifest, table)
        return
    for found in walk(folder):
        if isinstance(found, Finding):
            yield found
        else:
            yield from _read_file(found, folder, columns)


def _read_manifest(manifest: Path, table: csvfile.Table) -> _Items:
    folder = manifest.parent
    ours = {name: "file" for name in table.header if name.lower() == "file"} | rename(table.header, None)
    listed: set[Path] = set()
    for number, row in table.rows:
        cells = {ours.get(name, name): cell for name, cell in row.items()}
        try:
            file = inside(folder, cells.pop("file").strip())
        except UnreadableError as error:
            yield left_out(manifest, f"row {number}", error.reason, error.action)
            continue
        listed.add(_resolved(file))
        if not _exists(file):
            todo = f"put it there, or take its row out of {MANIFEST}"
            yield left_out(file, "", f"{MANIFEST} names it, and it is not there", todo)
            continue
        told = {column: cell for column, cell in cells.items() if column != "text" and cell.strip()}
        for item in _read_file(file, folder, None):
            if isinstance(item, Draft):
                item.fields |= told
            yield item
    for other in walk(folder):
        if isinstance(other, Path) and other != manifest and _resolved(other) not in listed:
            yield _not_named(other)


def _not_named(other: Path) -> Finding:
    """What is said of a file beside a manifest that does not name it; a table may be anything, a text is an article."""
    reason = f"{MANIFEST} does not name it"
    if other.suffix.lower() in ONE_EACH:
        return left_out(other, "", reason, f"add a row for it to {MANIFEST}")
    return Finding(str(other), "set aside", reason)


def _read_file(file: Path, root: Path, columns: Mapping[str, str] | None) -> _Items:
    try:
        if file.suffix.lower() in archive.ENDINGS:
            yield from _read_archive(file, columns)
            return
        for found in reader_of(file)(file, columns):
            if isinstance(found, Record):
                remarks = list(found.remarks)
                yield Draft(found.fields, found.where, file, root, remarks, found.place, found.key, str(root))
            else:
                yield found
    except UnreadableError as error:
        yield left_out(file, "", error.reason, error.action)


def _read_archive(file: Path, columns: Mapping[str, str] | None) -> _Items:
    """A ZIP as the folder that was packed into it; every place in it is named by the archive."""
    with TemporaryDirectory() as name:
        folder = Path(name).resolve()
        unpacked = archive.unpack(file, folder)
        yield from unpacked
        empty = not unpacked
        try:
            for item in _read_folder(folder, columns):
                empty = False
                yield _named_by(file, folder, item)
        except InputError as error:  # the manifest inside
            raise UnreadableError(str(error).replace(str(folder), str(file)).rstrip("."), "correct it") from error
    if empty:
        raise UnreadableError("it holds no files", "put articles into it")


def _named_by(file: Path, folder: Path, item: Draft | Finding) -> Draft | Finding:
    """The same with the archive's name in place of the folder's that it was unpacked into."""
    if isinstance(item, Draft):
        item.where, item.home = item.where.replace(str(folder), str(file)), str(file)
        return item
    told = item.input.replace(str(folder), str(file))
    return replace(item, input=told, place=told.removeprefix(str(file)).lstrip("/\\, "))


# From what was read to the table

_AT_ONCE = 500  # articles whose texts are held twice
_OURS = ("skip", "copy_group", "copy_share", "wire")  # what is found here, whatever a table brings


def _finish(items: _Items) -> Loaded:
    found: list[Draft | Finding] = []
    tables: list[pd.DataFrame] = []
    while batch := list(islice(items, _AT_ONCE)):
        made = [(item, make(item)) for item in batch if isinstance(item, Draft)]
        tables.append(schema.table([row for draft, row in made if not draft.fault], "articles"))
        found += batch
    drafts = [item for item in found if isinstance(item, Draft)]
    named = [(draft, name) for draft, name in zip(drafts, identify(drafts), strict=True) if not draft.fault]
    if not named:
        said = [_told(item) for item in found]
        raise NothingLoadedError(_nothing(said), said)
    table = pd.concat([table for table in tables if len(table)], ignore_index=True)
    _name(table, named)
    _name_copies(table, [draft for draft, _ in named])
    out = Loaded(table, (*map(_told, found), *_stand_ins([draft for draft, _ in named])))
    schema.with_notes(out.articles, [f"Left out: {f.input}: {f.reason}." for f in out.left_out()])
    return out


def _told(item: Draft | Finding) -> Finding:
    """What became of one input."""
    if isinstance(item, Finding):
        return item
    if item.fault:
        return Finding(item.where, "left out", *item.fault, item.place)
    status = "loaded with remarks" if item.remarks else "loaded"
    return Finding(item.where, status, "; ".join(item.remarks), place=item.place)


def _name(table: pd.DataFrame, named: list[tuple[Draft, str]]) -> None:
    """Give articles their ids, and those without an outlet what stands in for it."""
    table["article_id"] = pd.array([name for _, name in named], dtype="str")
    for row in np.flatnonzero(table["outlet"].isna()):
        draft, name = named[row]
        draft.stand_in = stand_in(draft, name)
    given = [draft.stand_in for draft, _ in named]
    table["outlet"] = table["outlet"].fillna(pd.Series(given, dtype="str"))


class _Words(Sequence[str]):
    """What is the article in each text, for counting; made when it is asked for."""

    def __init__(self, table: pd.DataFrame) -> None:
        self._texts, self._skips = table["text"], table["skip"]

    def __len__(self) -> int:
        return len(self._texts)

    def __getitem__(self, row: Any) -> Any:
        text: Any = self._texts.iat[row]
        skips: Any = self._skips.iat[row]
        return cleaning.remaining(text, skips)


def _name_copies(table: pd.DataFrame, drafts: list[Draft]) -> None:
    """Give articles with nearly the same words one `copy_group`."""
    names = table["article_id"].tolist()
    found = cleaning.copies(_Words(table), names)
    table["copy_group"] = pd.array([copy and copy[0] for copy in found], dtype="str")
    table["copy_share"] = [copy[1] if copy else np.nan for copy in found]
    for name, draft, copy in zip(names, drafts, found, strict=True):
        if copy and copy[0] != name:
            draft.remarks.append(f"{copy[1]:.0%} of its words stand in {copy[0]} too: it is a copy")


def _stand_ins(loaded: list[Draft]) -> list[Finding]:
    """One finding for each folder with articles that have no outlet, however many they are."""
    places: dict[str, list[Draft]] = {}
    for draft in loaded:
        places.setdefault(draft.home, []).append(draft)
    out = []
    for place, drafts in places.items():
        if names := [draft.stand_in for draft in drafts if draft.stand_in]:
            told = f"no outlet is given for {len(names)} of {schema.count(len(drafts), 'article')}"
            reason = f"{told}; names of files or folders stand in ({schema.some(list(dict.fromkeys(names)))})"
            todo = f"name outlets in a column outlet of {MANIFEST} or the table, or say --column NAME=outlet"
            out.append(Finding(place, "worth knowing", reason, todo))
    return out


def _nothing(findings: Sequence[Finding]) -> str:
    out = [finding for finding in findings if finding.status == "left out"]
    if not out:
        return f"There is no article here, no file that ends in {', '.join(FORMATS)}; add one, or name another folder."
    first = out[0]
    others = schema.count(len(out) - 1, "more was left out", "more were left out")
    more = f" (and {others})" if len(out) > 1 else ""
    return f"There is no article to compare: {first.input}: {first.reason}{more}; {first.action or TO_DO}."
