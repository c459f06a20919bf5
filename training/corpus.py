"""PolNeAR as the quote model learns it: words, labels, and which spans belong to one attribution."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from pathlib import Path

from toolkit.quotes import words as reading
from toolkit.quotes.words import Words

LABELS = ["O", "B-S", "I-S", "B-C", "I-C", "B-K", "I-K"]
_ROLES = {"content": "K", "source": "S", "cue": "C"}

Spans = list[tuple[int, int]]
Group = dict[str, Spans]  # spans of one attribution by role (K, S, C)


@dataclass
class Example:
    """One text with what each of its annotators marked."""

    doc: str
    words: Words
    labels: list[list[int]]  # one list an annotator
    groups: list[list[Group]]  # likewise; spans in words


def read_annotations(path: Path) -> list[Group]:
    """The attributions of one standoff file, in characters."""
    spans: dict[str, Spans] = {}
    events = []
    for line in path.read_bytes().decode("utf-8").split("\n"):
        cell = line.rstrip("\r").split("\t")
        if len(cell) < 2:
            continue
        if cell[0].startswith("T"):
            where = cell[1].partition(" ")[2]
            spans[cell[0]] = [(int(s), int(e)) for s, e in (part.split() for part in where.split(";"))]
        elif cell[0].startswith("E"):
            events.append([part.split(":") for part in cell[1].split()])
    out = []
    for event in events:
        group: Group = {"K": [], "S": [], "C": []}
        for name, reference in event:
            role = _ROLES.get(re.sub(r"\d+$", "", name).lower())
            if role and reference in spans:
                group[role] += spans[reference]
        if group["K"]:
            out.append(group)
    return out


def _in_words(words: Words, start: int, end: int, trim: bool) -> tuple[int, int]:
    """A span of characters as [first, last) in words; `trim` drops punctuation, but no quotation mark, at its edges."""
    i = bisect_left(words.start, start)
    if i and words.end[i - 1] > start:
        i -= 1
    j = bisect_left(words.start, end)
    if trim:
        loose = [not w[0].isalnum() and not m for w, m in zip(words.string[i:j], words.mark[i:j], strict=True)]
        while loose and loose[0]:
            i, loose = i + 1, loose[1:]
        while loose and loose[-1]:
            j, loose = j - 1, loose[:-1]
    return i, j


def group_in_words(words: Words, group: Group) -> Group:
    """The spans of an attribution, counted in words."""
    out: Group = {}
    for role, spans in group.items():
        found = [_in_words(words, s, e, role == "K") for s, e in sorted(set(spans))]
        out[role] = [(i, j) for i, j in found if i < j]
    return out


def labels_of(size: int, groups: list[Group]) -> list[int]:
    """One label a word. Where spans meet, content goes before cue, and cue before speaker."""
    roles, begins = [""] * size, [False] * size
    for role in "SCK":
        for group in groups:
            for i, j in group[role]:
                roles[i:j] = [role] * (j - i)
                begins[i:j] = [k == i for k in range(i, j)]
    out = []
    for i, role in enumerate(roles):
        fresh = begins[i] or not i or roles[i - 1] != role
        out.append(LABELS.index(f"{'B' if fresh else 'I'}-{role}") if role else 0)
    return out


def example(doc: str, text: str, files: list[Path]) -> Example:
    """One text, read as the toolkit reads it, with the labels of each annotator's file."""
    words = reading.read(text)
    groups = [[group_in_words(words, g) for g in read_annotations(path)] for path in files]
    return Example(doc, words, [labels_of(len(words), g) for g in groups], groups)


def load(folder: Path) -> list[Example]:
    """All annotated texts of a split (text/*.txt, attributions/*.ann); the first file by name comes first."""
    files: dict[str, list[Path]] = {}
    for path in sorted((folder / "attributions").glob("*.ann")):
        files.setdefault(path.stem.rsplit("_", 1)[0], []).append(path)
    texts = sorted((folder / "text").glob("*.txt"))
    return [example(p.stem, p.read_bytes().decode("utf-8"), files[p.stem]) for p in texts if p.stem in files]
