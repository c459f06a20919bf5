"""One article's quotes and the corrections to them: which row each one means, and what becomes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from .. import schema
from ..entities import Phrases
from ..nlp import Span
from ..quotes.acts import act_of
from ..quotes.extract import name_party
from ..quotes.gathered import MOST, overlap, same_speaker
from ..quotes.marks import placed
from ..quotes.places import Folded, folded
from ..quotes.spans import trimmed
from ..speakers.resolver import on_behalf_of
from .sheet import Line

_ENOUGH = 20  # characters beside a quote that must be as they were, for its place to be trusted


class MisfitError(Exception):
    """A correction that cannot be made; the message says why."""


def check(line: Line) -> None:
    """Refuse a line that contradicts itself or says what cannot be."""
    for name in ("checked", "delete"):
        if line.marked(name) is None:
            raise MisfitError(f"its column {name} says {line[name]!r} (write x, or leave it empty)")
    if line.marked("delete") and line.is_edited:
        raise MisfitError("it is both deleted and edited (do one of the two)")
    if not line.marked("delete") and not folded(line["content"]):
        raise MisfitError("its content is empty (to delete the quote, write x in the column delete)")
    if line.changes("act") and line["act"].strip() not in schema.ACTS:
        raise MisfitError(f"there is no act {line['act']!r} (use one of {', '.join(schema.ACTS)})")


class Desk:
    """The rows of one article, being corrected. `done` counts what was asked for and done."""

    def __init__(self, article: dict[str, Any], rows: list[dict[str, Any]], aliases: Phrases | None) -> None:
        self.rows = rows
        self.done: Counter[str] = Counter()
        self._article = article
        self._text = Folded(article["text"]) if article["text"] else None
        self._aliases = aliases
        self._taken: dict[int, Line] = {}

    def correct(self, lines: Sequence[Line]) -> dict[Line, str]:
        """Do what the lines ask for; returns those that could not be followed, each with the reason.

        All lines find their rows before any is changed, so that what one of them makes is not taken for another's.
        """
        misfits: dict[Line, str] = {}
        found = []
        for line in sorted(lines, key=lambda line: not line.wants):
            try:
                found.append((line, *self._find(line)))
            except MisfitError as error:
                misfits |= {line: str(error)} if line.wants else {}
        for line, row, place in found:
            try:
                self._follow(line, row, place)
            except MisfitError as error:
                misfits[line] = str(error)
        return misfits

    # Which row a line means

    def _find(self, line: Line) -> tuple[dict[str, Any] | None, list[Span]]:
        """The row a line was written for, where it still is or is already corrected; and the place of its old words."""
        if line.wants:
            check(line)
        if line.is_new:
            return None, []
        place = self._old_place(line)
        row = self._at(place, line) if place else self._by_words(line)
        if row is None and line.changes("content") and not line.marked("delete"):
            row = self._at(self._new_place(line, place), line) or self._corrected(line, place)
        if row is not None:
            self._taken[id(row)] = line
        return row, place

    def _corrected(self, line: Line, place: Sequence[Span]) -> dict[str, Any] | None:
        """The row that the sheet was written for, where an earlier correction has already moved its edges."""
        given = {"start": place[0][0], "end": place[-1][1]} if place else {"start": None}
        mine = [row for row in self._free() if row["edited"] and row["quote_id"] == line["quote_id"]]
        return next((row for row in mine if overlap(given, row) > 0), None)

    def _old_place(self, line: Line) -> list[Span]:
        """Where the old words stand now; nowhere, if they were never found in the article."""
        if self._text is None:
            return []
        places = self._places(line["old_content"])
        if not places:
            if any(row["start"] is None for row in self._same_words(line["old_content"])):
                return []
            raise MisfitError("its words no longer stand in the article")
        shared = {hull: self._text.shared(hull, line["before"], line["after"]) for hull in places}
        most = max(shared.values())
        if most < min(_ENOUGH, len(folded(line["before"])) + len(folded(line["after"]))):
            raise MisfitError("the words around it have changed, so that it may be another quote")
        best = [hull for hull, n in shared.items() if n == most]
        return places[best[0] if len(best) == 1 else _counted(sorted(best), line)]

    def _places(self, content: str) -> dict[Span, list[Span]]:
        """Where a content stands, by first and last character: as the rows have it, else as it is found in the text."""
        out = {}
        for row in self._same_words(content):
            if row["start"] is not None:
                out[row["start"], row["end"]] = [(start, end) for start, end in row["spans"]]
        rows = list(out)
        for pieces in self._text.find_pieces(content) if self._text else ():
            start, end = pieces[0][0], pieces[-1][1]
            if not any(first <= start and end <= last for first, last in rows):
                out[start, end] = pieces
        return out

    def _same_words(self, content: str) -> list[dict[str, Any]]:
        return [row for row in self.rows if folded(row["content"]) == folded(content)]

    def _at(self, place: Sequence[Span], line: Line) -> dict[str, Any] | None:
        """The row at exactly this place that no other line means; of several, the one of the same speaker."""
        there = [row for row in self._free() if (row["start"], row["end"]) == (place[0][0], place[-1][1])]
        speakers = {folded(line["old_speaker"]), folded(line["speaker"])}
        own = line["quote_id"]
        return max(there, key=lambda row: (row["quote_id"] == own, folded(row["speaker"]) in speakers), default=None)

    def _free(self) -> list[dict[str, Any]]:
        return [row for row in self.rows if id(row) not in self._taken]

    def _by_words(self, line: Line) -> dict[str, Any]:
        """The row with the same words, where they have no place in the article or the article is not at hand."""
        there = [row for row in self._same_words(line["old_content"]) if id(row) not in self._taken]
        if len(there) > 1:
            there = [row for row in there if row["quote_id"] == line["quote_id"]]
        if not there:
            raise MisfitError("its words are no longer among the quotes, or are there more than once")
        return there[0]

    def _near(self, place: Sequence[Span]) -> dict[str, Any] | None:
        """The row that no other line means and that shares most of its words with this place."""
        if not place:
            return None
        given = {"start": place[0][0], "end": place[-1][1]}
        alike = [row for row in self._free() if overlap(given, row) > MOST]
        return max(alike, key=lambda row: overlap(given, row), default=None)

    def _new_place(self, line: Line, near: Sequence[Span]) -> list[Span]:
        """Where the content stands as the person wrote it: of several places, the one where the old words were."""
        if self._text is None:
            raise MisfitError("its article is not at hand (give the articles table as well)")
        found = self._text.find_pieces(line["content"])
        if not found:
            raise MisfitError("its new words do not stand in the article (copy them from there)")
        pieces = min(found, key=lambda p: _distance(p, near)) if near else self._told_apart(found, line)
        spans = [span for piece in pieces if (span := trimmed(self._text.text, *piece))]
        if not spans:
            raise MisfitError("its content holds no words")
        return spans

    def _told_apart(self, found: list[list[Span]], line: Line) -> list[Span]:
        """Of several places of an added quote the one with the words around it that the person gave."""
        places = {(pieces[0][0], pieces[-1][1]): pieces for pieces in found}
        shared = {hull: self._text.shared(hull, line["before"], line["after"]) for hull in places if self._text}
        best = [hull for hull, n in shared.items() if n == max(shared.values())]
        if len(best) > 1:
            raise MisfitError(f"its words stand there {len(best)} times (fill in the columns before and after)")
        return places[best[0]]

    # What becomes of it

    def _follow(self, line: Line, row: dict[str, Any] | None, place: list[Span]) -> None:
        if not line.wants:
            return
        if line.marked("delete"):
            self._delete(line, row, place)
            return
        rewritten = line.is_new or line.changes("content")
        spans = self._new_place(line, place) if rewritten else place
        if row is None:
            row = self._already(spans) or self._near(spans) or self._near(place)
        added = row is None
        row = self._blank(line) if row is None else row
        self._taken[id(row)] = line
        holds = added or line.is_new or bool(line.marked("checked"))
        before = [row["speaker"], row["party"], row["act"], row["spans"]]
        if spans and (holds or rewritten):
            self._put(row, spans)
        if holds or line.changes("speaker"):
            self._say(row, " ".join(line["speaker"].split()))
        if line["act"].strip() and (holds or line.changes("act")):
            row["act"] = line["act"].strip()
        if before != [row["speaker"], row["party"], row["act"], row["spans"]]:
            row["confidence"] = None
        row["edited"] = True
        self.done["added" if line.is_new else "changed" if line.is_edited else "checked"] += 1

    def _delete(self, line: Line, row: dict[str, Any] | None, place: list[Span]) -> None:
        """Take the row out, also where the model has moved its edges since; one that is gone already needs nothing."""
        near = self._near(place) if row is None else row
        if near is not None and (near is row or folded(near["speaker"]) == folded(line["old_speaker"])):
            self.rows[:] = [other for other in self.rows if other is not near]
        self.done["deleted"] += 1

    def _already(self, spans: list[Span]) -> dict[str, Any] | None:
        """A row at this place that another line means; two that ask for something cannot both have it."""
        for row in self.rows:
            if id(row) in self._taken and row["spans"] == list(map(list, spans)):
                if self._taken[id(row)].wants:
                    raise MisfitError(f"row {self._taken[id(row)].number} is about the same words")
                return row
        return None

    def _blank(self, line: Line) -> dict[str, Any]:
        """A row of its own for a quote that a person added, or checked and the model no longer finds."""
        row: dict[str, Any] = dict.fromkeys(schema.names("quotes"))
        cue = line["cue"].strip() or None
        row |= {"article_id": self._article["article_id"], "outlet": self._article["outlet"], "cue": cue}
        row |= {"act": act_of(cue, line["speaker"] or None)[0], "fragments": [], "spans": [], "edited": True}
        self.rows.append(row)
        return row

    def _put(self, row: dict[str, Any], spans: list[Span]) -> None:
        """Give the row these words of the article. What was said word for word stays so where it is cut."""
        if self._text is None or row["spans"] == list(map(list, spans)):
            return
        text = self._text.text
        verbatim = row["kind"] == "direct" and all(
            any(first <= start and end <= last for first, last, *_ in row["fragments"]) for start, end in spans
        )
        row |= placed(text, spans, verbatim=verbatim) | {"remark": None}

    def _say(self, row: dict[str, Any], speaker: str) -> None:
        """Give the row this speaker, with the party the alias table has for them; no name: it cannot be told who."""
        if folded(speaker) == folded(row["speaker"]):
            return
        named = row | {"speaker_text": speaker or None, "speaker": speaker or None, "party": None}
        named["on_behalf_of"] = on_behalf_of(speaker) if speaker else None
        if speaker:
            name_party(named, self._aliases)
        if speaker and folded(named["speaker"]) == folded(row["speaker"]):
            return
        mention, old = row["speaker_text"], row["speaker"]
        if not mention or (same_speaker(mention, old) and not same_speaker(mention, speaker)):
            row |= {"speaker_text": speaker or None, "speaker_start": None, "speaker_end": None}
        row |= {name: named[name] for name in ("speaker", "party", "on_behalf_of")} | {"remark": None}


def _counted(hulls: list[Span], line: Line) -> Span:
    """The place of which the sheet says "2 of 3", where there are still three."""
    number, _, of = line["occurrence"].partition(" of ")
    if of != str(len(hulls)) or number not in map(str, range(1, len(hulls) + 1)):
        raise MisfitError(f"its words stand there {len(hulls)} times, with the same words around them")
    return hulls[int(number) - 1]


def _distance(pieces: Sequence[Span], near: Sequence[Span]) -> tuple[int, int]:
    """How far two places are apart: characters of the one outside the other, then from beginning to beginning."""
    start, end = pieces[0][0], pieces[-1][1]
    shared = min(end, near[-1][1]) - max(start, near[0][0])
    return -shared, abs(start - near[0][0])
