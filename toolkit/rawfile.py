"""The bytes of a file that somebody gives, and what is refused before a library takes them apart."""

from __future__ import annotations

import io
import stat
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .schema import InputError

_LARGEST_FILE = 500_000_000  # bytes
_MOST_MEMBERS = 20_000
_LARGEST = 1_000_000_000  # bytes, unpacked and together
_MOST_TIMES = 200  # times the packed size; text packs to a fifth, and only a bomb to a thousandth
_SMALL = 1_000_000  # bytes; below it no ratio matters


class UnreadableError(InputError):
    """A file that cannot be read at all; `reason` and `action` become its finding."""

    def __init__(self, reason: str, action: str) -> None:
        super().__init__(f"{reason}; {action}.")
        self.reason = reason
        self.action = action


def file_bytes(path: Path) -> bytes:
    """The bytes of a file; one that cannot be opened, or is none, is refused with the reason."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):  # a pipe would be waited for, a device has no end
            raise UnreadableError("it is no regular file", "name a file or a folder")
        if found.st_size > _LARGEST_FILE:
            raise UnreadableError(
                f"it is larger than {_LARGEST_FILE // 1_000_000} MB", "split it, or save it as .parquet"
            )
        return path.read_bytes()
    except OSError as error:
        raise UnreadableError(
            f"it cannot be opened ({error.strerror})", "check that the file exists and may be read"
        ) from error


@contextmanager
def parsing(kind: str) -> Iterator[None]:
    """Around a library that takes a file apart: whatever a damaged one makes it raise is an UnreadableError."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except InputError:
            raise
        except Exception as error:  # these libraries raise nearly anything: KeyError, RecursionError, their own
            raise UnreadableError(f"it is damaged, or no {kind}", "open it, and save it again") from error


def check_packed(data: bytes, kind: str) -> None:
    """Refuse a file of packed parts (Word, Excel) that is damaged or unpacks to something far too large."""
    with parsing(f"{kind} or ZIP"):
        members = zipfile.ZipFile(io.BytesIO(data)).infolist()
    for member in members:
        if reason := too_large(member):
            raise UnreadableError(reason, "open it, and save it again")
    check_sum(members)


def check_sum(members: list[zipfile.ZipInfo]) -> None:
    """Refuse an archive of too many parts, or too large ones."""
    if len(members) > _MOST_MEMBERS or sum(member.file_size for member in members) > _LARGEST:
        raise UnreadableError(f"it holds more than {_MOST_MEMBERS} parts, or more than 1 GB", "split it")


def too_large(member: zipfile.ZipInfo) -> str:
    """Why a packed part is refused; empty where it is not."""
    if member.file_size > max(_SMALL, _MOST_TIMES * member.compress_size):
        return f"a part of it unpacks to more than {_MOST_TIMES} times its packed size"
    return ""
