"""Codebooks: the user's frames, each a few patterns, counted per thousand words of each voice."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from .. import resources, schema, whose_words
from .patterns import Hit, Pattern, compile_pattern, find, overlap

MEASURE = "frames per 1,000 words"
_LARGEST_FILE = 1_000_000


class _Loader(yaml.SafeLoader):
    """Safe YAML in which every scalar is text ("no" is a word, not False), with no aliases and no key twice."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem="an alias (*name) is not allowed", problem_mark=self.get_mark())
        node: yaml.Node | None = super().compose_node(parent, index)
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[object] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.MarkedYAMLError(problem=f"the key {key.value!r} stands twice", problem_mark=key.start_mark)
            seen.add(key.value if isinstance(key, yaml.ScalarNode) else id(key))
        return super().construct_mapping(node, deep=deep)


_Loader.yaml_implicit_resolvers = {}


def read_yaml(path: str | Path) -> dict[str, Any]:
    """A YAML file as text, lists and mappings; `version: 1` is checked. Errors are one sentence with the line."""
    try:
        raw = Path(path).read_bytes()
        if len(raw) > _LARGEST_FILE:
            raise schema.InputError(
                f"{path} is larger than 1 MB; a codebook or claims file is a few pages, shorten it."
            )
        content = yaml.load(raw.decode("utf-8-sig"), Loader=_Loader)
    except OSError as error:
        raise schema.InputError(f"{path} cannot be opened ({error.strerror}); check the name.") from error
    except UnicodeDecodeError as error:
        raise schema.InputError(f"{path} is not UTF-8 text; save it as UTF-8.") from error
    except RecursionError as error:
        raise schema.InputError(f"{path} is nested too deeply; write it as the example codebook is written.") from error
    except yaml.YAMLError as error:
        raise schema.InputError(f"{path}{_place(error)}; correct that line.") from error
    if not isinstance(content, dict) or content.get("version") != "1":
        raise schema.InputError(f"{path} does not begin with `version: 1`; add that line.")
    return content


def _place(error: yaml.YAMLError) -> str:
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        return f"{f', line {mark.line + 1}' if mark else ''}: {error.problem or error.context}"
    return ": it holds a character that YAML does not allow"


def entries(content: dict[str, Any], key: str, allowed: tuple[str, ...], where: str) -> list[dict[str, Any]]:
    """The list of mappings under `key`, each with a first key that names it and no key that is not `allowed`."""
    found = content.get(key)
    if not isinstance(found, list) or not found or not all(isinstance(entry, dict) for entry in found):
        raise schema.InputError(f"{where}: `{key}` is not a list of entries; write each as `- {allowed[0]}: ...`.")
    names = [str(entry.get(allowed[0]) or "").strip() for entry in found]
    if "" in names:
        raise schema.InputError(f"{where}: entry {names.index('') + 1} of `{key}` has no `{allowed[0]}`; give it one.")
    for name, entry in zip(names, found, strict=True):
        if names.count(name) > 1:
            raise schema.InputError(f"{where}: {name!r} stands twice under `{key}`; rename or merge them.")
        if unknown := [other for other in entry if other not in allowed]:
            raise schema.InputError(
                f"{where}: {name!r} has `{unknown[0]}`; the keys it may have are {', '.join(allowed)}."
            )
    return found


def texts(entry: dict[str, Any], key: str, where: str) -> list[str]:
    """The list of texts under `key`; a single text counts as a list of one, a missing one as empty."""
    found = entry.get(key) or []
    found = [found] if isinstance(found, str) else found
    if not isinstance(found, list) or not all(isinstance(text, str) for text in found):
        raise schema.InputError(
            f"{where}: `{key}` is not a list of texts; write each on a line of its own after a dash."
        )
    return found


def compiled(entry: dict[str, Any], key: str, where: str) -> tuple[Pattern, ...]:
    """The patterns under `key`, ready for use."""
    return tuple(compile_pattern(text, where) for text in texts(entry, key, where))


@dataclass(frozen=True)
class Frame:
    """One way of telling an event: its name, what it means, and the patterns that show it."""

    name: str
    meaning: str
    patterns: tuple[Pattern, ...]
    exceptions: tuple[Pattern, ...]

    def find(self, text: str) -> tuple[list[Hit], int]:
        """The places where the frame stands, and how many matches an exception set aside."""
        hits = find(self.patterns, text)
        barred = find(self.exceptions, text) if hits and self.exceptions else []
        kept = [hit for hit in hits if not any(overlap(hit, other) for other in barred)]
        return kept, len(hits) - len(kept)


@dataclass(frozen=True)
class Codebook:
    """Frames to look for, and the file they came from."""

    path: str
    frames: tuple[Frame, ...]


_KEYS = ("name", "meaning", "patterns", "except", "example")


def _frame(entry: dict[str, Any], path: str | Path) -> Frame:
    name = str(entry["name"]).strip()
    where = f"{path}, frame {name!r}"
    frame = Frame(
        name, str(entry.get("meaning") or ""), compiled(entry, "patterns", where), compiled(entry, "except", where)
    )
    if not frame.patterns:
        raise schema.InputError(f"{where}: it has no patterns, so it would never be found; add at least one.")
    for example in texts(entry, "example", where):
        if not frame.find(example)[0]:
            raise schema.InputError(
                f"{where}: no pattern of its own finds its example {example!r}; correct one of them."
            )
    return frame


def load_codebook(path: str | Path) -> Codebook:
    """The frames to look for, from a YAML file: `version: 1`, then a list `frames:`.

    Each frame has name, meaning, patterns (see `patterns.py`), except and example. Where a pattern of `except` overlaps
    a match, the match does not count; each `example` must be found by the frame's own patterns. Any mistake is an
    InputError that names the file, the frame and what to do.
    """
    found = entries(read_yaml(path), "frames", _KEYS, str(path))
    return Codebook(str(path), tuple(_frame(entry, path) for entry in found))


@lru_cache(maxsize=1)
def default_codebook() -> Codebook:
    """The frames of conflict reporting that the package ships."""
    return load_codebook(resources.path("codebook_conflict.yml"))


def measure_frames(articles: pd.DataFrame, quotes: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """How often each voice uses each frame, per thousand of its own words.

    Measures rows of the family "framing": one a match (item is the frame, value 1, n 0, start and end its words), and
    one a voice of an article (item missing, value 0, n its words in thousands), the denominator that all frames share.
    """
    rows: list[dict[str, Any]] = []
    aside = 0
    for voices in whose_words.voices(articles, quotes):
        rows.extend(_denominators(voices))
        for frame in codebook.frames:
            hits, barred = frame.find(voices.text)
            aside += barred
            rows.extend(_hit(voices, frame, hit) for hit in hits if not voices.skipped(hit.start))
    note = schema.Note("Matches that the codebook's exceptions set aside: {aside}.", aside=aside)
    return schema.table(rows, "measures", [*whose_words.left_out(articles, quotes), note])


def _hit(voices: whose_words.Voices, frame: Frame, hit: Hit) -> dict[str, Any]:
    origin = whose_words.origin(voices.article, *voices.at(hit.start, hit.end))
    shared = {"family": "framing", "measure": MEASURE, "item": frame.name, "value": 1.0, "n": 0.0}
    return {**origin, **shared, "start": hit.start, "end": hit.end}


def _denominators(voices: whose_words.Voices) -> Iterator[dict[str, Any]]:
    """A row a voice of the article, with its words in thousands."""
    totals: dict[tuple[str, str | None], tuple[dict[str, Any], int]] = {}
    for stretch in voices.stretches():
        origin = whose_words.origin(voices.article, stretch.whose, stretch.quote)
        key = (stretch.whose, origin["quote_id"])
        totals[key] = (origin, totals.get(key, (origin, 0))[1] + stretch.words)
    for origin, words in totals.values():
        yield {**origin, "family": "framing", "measure": MEASURE, "value": 0.0, "n": words / 1000}
