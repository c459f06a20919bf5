"""What on a page is not the article: credit lines, appeals for money, links, buttons. Marked, never removed.

The rules are data (`resources/boilerplate.yml`), each with an example and a near miss. Also: which articles are copies
of one another, and which agency a text is from.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

import numpy as np
import numpy.typing as npt
import yaml

from . import resources

_LINE = re.compile(r"[^\r\n\u2028\u2029]+")
_PLACE = r"(?=[A-Z]{3})[A-Z][A-Z.’' -]{2,30}(?:[,.]?\s[\w. ]{2,20}){0,2}\s"
_WIRE = r"(?:\([\w. /]{2,20}\)|/[\w. ]{2,20}/)\s?(?:[—–-]|--)\s"
_WIRED = re.compile(_PLACE + _WIRE)
_DATELINE = re.compile(_PLACE + rf"(?:{_WIRE}|[—–]\s(?=[A-Z“\"]))")
_TIME = re.compile(
    r"(?:[01]?\d|2[0-3])[:.h][0-5]\d(?:\s?[ap]\.?m\.?)?(?:\s(?:GMT|UTC|[A-Z]{1,4}T))?(?:\s?[:–—-])?(?:\s(?=\S)|$)"
)
_SENTENCE = re.compile(r"[.!?…:;]$|[“”\"]")
_LONGEST_GAP = 1  # long lines without one of its words: after more of them the article has gone on
_LONGEST_APPEAL = 100  # lines
_LONGEST_LIST = 6  # lines
_LONGEST_LINE = 300  # characters; a longer one is a paragraph
_TOP = 8  # lines of the article; menus above it do not count
_LEAST_TIMES = 3  # lines that begin with a time: a live blog; fewer may be sentences
_BUTTON_WORDS = 6  # a line this short in or after an appeal is a button
_A_WORD = re.compile(r"\w+")
_RUN = 5  # words; two texts that share a run of five have copied it or quote the same words
_COPY = 0.3  # of all their runs two texts share as many: of two that are equally long, 46% of each
_PERMUTATIONS, _BANDS = 255, 85  # finds .9999 of the pairs that share half of their runs, .90 at .3
_Marks = npt.NDArray[np.uint64]
_MIXED = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64)  # odd, of many bits
_MOST_COMPARED = 50  # articles that one is held against, the longest first
_CREDITS = ("dateline", "byline", "credit")
_NOT_THE_TEXT = re.compile(r"\(?(?:photo|image|picture|video|graphic|file)|.*\bcontribut", re.IGNORECASE)


@dataclass(frozen=True)
class LineRule:
    """Lines that match as a whole are not the article; `where` is top, end or empty (anywhere)."""

    reason: str
    pattern: re.Pattern[str]
    where: str = ""


@dataclass(frozen=True)
class BlockRule:
    """From a line that matches `begins` to the last line that holds one of `words`."""

    reason: str
    begins: re.Pattern[str]
    words: re.Pattern[str]
    least: int


@dataclass(frozen=True)
class ListRule:
    """A line that matches `begins`, and the short lines after it, of at most `words` words."""

    reason: str
    begins: re.Pattern[str]
    words: int


@dataclass(frozen=True)
class Rules:
    """All rules, compiled from the data file."""

    lines: tuple[LineRule, ...] = ()
    blocks: tuple[BlockRule, ...] = ()
    lists: tuple[ListRule, ...] = ()
    agencies: tuple[tuple[str, re.Pattern[str]], ...] = ()


@dataclass(frozen=True)
class _Line:
    start: int
    end: int
    text: str


@lru_cache(maxsize=1)
def rules() -> Rules:
    """The rules as compiled from the data file."""
    data = yaml.safe_load(resources.path("boilerplate.yml").read_text(encoding="utf-8"))

    def compiled(pattern: str) -> re.Pattern[str]:
        for name, part in data["parts"].items():
            pattern = pattern.replace(f"{{{name}}}", part)
        return re.compile(pattern, re.IGNORECASE)

    return Rules(
        tuple(LineRule(r["reason"], compiled(r["pattern"]), r.get("where", "")) for r in data["lines"]),
        tuple(
            BlockRule(r["reason"], compiled(r["begins"]), compiled("|".join(map(re.escape, r["words"]))), r["least"])
            for r in data["blocks"]
        ),
        tuple(ListRule(r["reason"], compiled(r["begins"]), r["words"]) for r in data["lists"]),
        tuple((name, re.compile(rf"(?<!\w)(?:{names})(?!\w)")) for name, names in data["agencies"].items()),
    )


def _lines(text: str) -> list[_Line]:
    out = []
    for match in _LINE.finditer(text):
        line = match.group().strip()
        if line:
            start = match.start() + match.group().index(line)
            out.append(_Line(start, start + len(line), line))
    return out


def _block_end(lines: list[_Line], first: int, rule: BlockRule) -> int | None:
    """One past the last line of a block that begins at line `first`; None where too few of its words follow."""
    found: set[str] = set()
    last, gap = first, 0
    for i in range(first, min(len(lines), first + _LONGEST_APPEAL)):
        words = rule.words.findall(lines[i].text)
        found.update(word.lower() for word in words)
        gap = 0 if words else gap + (not _is_button(lines[i]))
        if gap > _LONGEST_GAP:
            break
        last = i + 1 if words else last
    if len(found) < rule.least:
        return None
    while last < len(lines) and _is_button(lines[last]):
        last += 1
    return last


def _is_button(line: _Line) -> bool:
    return len(line.text.split()) <= _BUTTON_WORDS


def _list_end(lines: list[_Line], first: int, rule: ListRule) -> int:
    """One past the last line of a list of links that line `first` announces."""
    end = first + 1
    while end < min(len(lines), first + 1 + _LONGEST_LIST):
        wrapped = end + 1 < len(lines) and lines[end + 1].text[0].islower()  # a paragraph broken into lines goes on
        if wrapped or len(lines[end].text.split()) > rule.words or _SENTENCE.search(lines[end].text):
            break
        end += 1
    return end


def _run(lines: list[_Line], first: int) -> tuple[int, str] | None:
    """One past the last line, and the reason, of what begins at line `first` and takes more than one line."""
    found, text = None, lines[first].text
    for block in rules().blocks:
        if len(text) < 200 and block.begins.fullmatch(text) and (end := _block_end(lines, first, block)):
            found = end, block.reason
    for rule in rules().lists:
        if found is None and len(text) < 200 and rule.begins.fullmatch(text):
            found = _list_end(lines, first, rule), rule.reason
    return found


def _line_reason(line: _Line, *places: str) -> str:
    """Why a line is not the article; empty where it is. `places` are those whose rules hold here."""
    if len(line.text) >= _LONGEST_LINE:
        return ""
    held = (rule for rule in rules().lines if rule.where in places)
    return next((rule.reason for rule in held if rule.pattern.fullmatch(line.text)), "")


def find_skips(text: str) -> list[list[int | str]]:
    """[start, end, reason] for each stretch of a text that is not the article, in order, none overlapping."""
    lines = _lines(text)
    times = {line.start: match.end() for line in lines if (match := _TIME.match(line.text))}
    out: list[list[int | str]] = []
    i = kept = 0
    while i < len(lines):
        line, at_top = lines[i], kept < _TOP
        end, reason = _run(lines, i) or (i + 1, _line_reason(line, "", *(["top"] if at_top else [])))
        kept += not reason
        if reason:
            out.append([line.start, lines[end - 1].end, reason])
        elif dateline := (_DATELINE if at_top else _WIRED).match(line.text):  # "CAPITALS — " further down: a heading
            out.append([line.start, line.start + dateline.end(), "dateline"])
        elif len(times) >= _LEAST_TIMES and line.start in times:
            out.append([line.start, line.start + times[line.start], "time"])
        i = end
    return sorted([*out, *_closing(lines, out)], key=lambda skip: skip[0])


def _closing(lines: list[_Line], found: list[list[int | str]]) -> Iterator[list[int | str]]:
    """What stands under the article, as who wrote it: from the end upwards, past what is marked already."""
    marks = [(int(start), int(end)) for start, end, _ in found]
    for line in reversed(lines[1:]):
        while marks and marks[-1][0] > line.start:
            marks.pop()
        if marks and line.end <= marks[-1][1]:
            continue
        reason = _line_reason(line, "end")
        if not reason:
            return
        yield [line.start, line.end, reason]


def remaining(text: str, skips: list[list[int | str]]) -> str:
    """The words of a text that are the article, for counting; offsets are lost."""
    kept, place = [], 0
    for start, end, _ in skips:
        kept.append(text[place : int(start)])
        place = int(end)
    return "".join([*kept, text[place:]])


# Wire texts and copies


def wire(text: str, skips: list[list[int | str]], author: str = "") -> str | None:
    """The agency whose text an article is, as its dateline, byline or credit line says; None where none is named.

    Who took the pictures, and who "contributed", is not whose text it is.
    """
    credits = [text[int(start) : int(end)] for start, end, reason in skips if reason in _CREDITS]
    for words in (author, *(credit for credit in credits if not _NOT_THE_TEXT.match(credit))):
        for name, pattern in rules().agencies:
            if pattern.search(words):
                return name
    return None


def copies(texts: Sequence[str], ids: Sequence[str]) -> list[tuple[str, float] | None]:
    """For each text the id of the longest text it shares its words with, and the share; None where it stands alone.

    The share is that of the shorter text's runs of five words which stand in the longer one too, 0 to 1. Two texts are
    copies where the runs they share are at least .3 of all their runs (Jaccard). Candidates come from MinHash with
    bands (Broder 1997; Leskovec, Rajaraman & Ullman 2014, ch. 3), so that time grows with the number of texts and not
    with its square; each is then compared in full. The order of the texts changes nothing.
    """
    bands, sizes = np.empty((len(texts), _BANDS), dtype=np.uint64), []
    for i in range(len(texts)):
        bands[i], size = _bands(texts[i])
        sizes.append(size)
    held = _Index(bands)
    runs = lru_cache(maxsize=1_000)(lambda i: _runs(texts[i]))
    out: list[tuple[str, float] | None] = [None] * len(texts)
    for i in sorted(range(len(texts)), key=lambda i: (-sizes[i], ids[i])):
        near = islice(sorted(held.near(i), key=lambda k: (-sizes[k], ids[k])), _MOST_COMPARED)
        alike = [(share, k) for k in near if (share := _share(runs(i), runs(k)))]
        if not alike:
            held.add(i)
            continue
        share, first = max(alike, key=lambda pair: pair[0])
        out[i], out[first] = (ids[first], share), (ids[first], 1.0)
    return out


class _Index:
    """The texts that have a band of their MinHash alike. Bands that one text alone has are let go of at once."""

    def __init__(self, bands: _Marks) -> None:
        self._shared: dict[int, list[tuple[int, int]]] = {}  # of each text: a band and its content
        self._held: dict[tuple[int, int], list[int]] = {}
        for band in range(_BANDS):
            _, which, times = np.unique(bands[:, band], return_inverse=True, return_counts=True)
            for text in np.flatnonzero(times[which] > 1):
                self._shared.setdefault(int(text), []).append((band, int(which[text])))

    def near(self, text: int) -> set[int]:
        """The texts added before that have a band as this one has."""
        return {other for key in self._shared.get(text, ()) for other in self._held.get(key, ())}

    def add(self, text: int) -> None:
        """Let it be found."""
        for key in self._shared.get(text, ()):
            self._held.setdefault(key, []).append(text)


def _bands(text: str) -> tuple[_Marks, int]:
    """The bands of a text's MinHash, a checksum each, and how many runs it has."""
    from rensa import RMinHash

    runs, sketch = _runs(text), RMinHash(num_perm=_PERMUTATIONS, seed=1)
    sketch.update([run.tobytes() for run in runs])
    rows = np.array(sketch.digest(), dtype=np.uint64).reshape(_BANDS, -1)
    return (rows * _MIXED[: rows.shape[1]]).sum(axis=1, dtype=np.uint64), len(runs)


def _runs(text: str) -> npt.NDArray[np.uint32]:
    """Every run of five words once, as a checksum; a shorter text is one run."""
    words = _A_WORD.findall(text.lower())
    runs = (" ".join(words[i : i + _RUN]) for i in range(max(1, len(words) - _RUN + 1)))
    return np.unique(np.fromiter((zlib.crc32(run.encode("utf-8", "replace")) for run in runs), dtype=np.uint32))


def _share(one: npt.NDArray[np.uint32], other: npt.NDArray[np.uint32]) -> float:
    """The share of the shorter one's runs that the longer one has too; 0 where they are no copies."""
    both = len(np.intersect1d(one, other, assume_unique=True))
    return both / min(len(one), len(other)) if both >= _COPY * (len(one) + len(other) - both) else 0.0
