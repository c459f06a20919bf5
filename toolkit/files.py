"""The user's own files beside the articles: found, loaded and checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pandas as pd

from . import resources, schema
from .corrections import load_corrections
from .entities import load_parties, load_referents
from .framing import load_claims, load_codebook
from .quotes.gathered import load_quotes
from .readers.records import Finding

NAMES = {
    "parties": ("parties.csv", "parties.xlsx"),
    "referents": ("referents.csv", "referents.xlsx"),
    "gathered": ("quotes.csv",),
    "corrections": ("corrections.xlsx", "corrections.csv"),
    "codebook": ("codebook.yml", "codebook.yaml"),
    "claims": ("claims.yml", "claims.yaml"),
}


@dataclass(frozen=True)
class Files:
    """The user's own files, each as a path or None."""

    parties: Path | None = None
    referents: Path | None = None
    gathered: Path | None = None
    corrections: Path | None = None
    codebook: Path | None = None
    claims: Path | None = None

    def found_in(self, inputs: Iterable[Path]) -> Files:
        """The same, with what lies in the input folders or beside the input files filled in.

        Where two of them have a file of one kind, none is chosen: an InputError names both.
        """
        folders = dict.fromkeys(path if path.is_dir() else path.parent for path in inputs)
        chosen = {}
        for kind, names in NAMES.items():
            there = [folder / name for folder in folders for name in names if (folder / name).is_file()]
            if len(there) > 1 and not getattr(self, kind):
                raise schema.InputError(
                    f"There are both {there[0]} and {there[1]}; delete one, or say which with --{option(kind)}."
                )
            chosen[kind] = getattr(self, kind) or (there[0] if there else None)
        return Files(**chosen)

    def given(self) -> dict[str, Path]:
        """The files there are, by kind."""
        paths = {entry.name: getattr(self, entry.name) for entry in fields(self)}
        return {kind: path for kind, path in paths.items() if path is not None}

    def used(self) -> list[str]:
        """What was used, for a reader of the report: each file with the first digits of its sha256."""
        lines = [f"{path.name} (sha256 {resources.sha256(path)[:12]})" for path in self.given().values()]
        return lines if self.codebook else [*lines, "the package's own codebook of conflict reporting"]


def option(kind: str) -> str:
    """The command line's name for a kind of file."""
    return "quotes" if kind == "gathered" else kind


def check(files: Files, articles: pd.DataFrame) -> list[Finding]:
    """A finding for each of the user's files: used, or why it cannot be."""
    loaders: dict[str, Callable[[Path], Any]] = {
        "parties": load_parties,
        "referents": load_referents,
        "gathered": lambda path: load_quotes(path, articles),
        "corrections": load_corrections,
        "codebook": load_codebook,
        "claims": load_claims,
    }
    found = []
    for kind, path in files.given().items():
        try:
            loaded = loaders[kind](path)
        except schema.InputError as error:
            found.append(Finding(str(path), "cannot be used", str(error)))
        else:
            notes = schema.notes_of(loaded) if isinstance(loaded, pd.DataFrame) else []
            found.append(Finding(str(path), "used", "; ".join(notes)))
    return found
