"""ZIP archives: their members unpacked into a folder of our own, within limits on number, size, ratio and names."""

from __future__ import annotations

import io
import re
import stat
import zipfile
from pathlib import Path, PurePosixPath

from ..csvfile import UnreadableError, file_bytes
from .records import Finding, left_out, parsing

ENDINGS = (".zip",)
_MOST_MEMBERS = 20_000
_LARGEST = 1_000_000_000  # bytes, unpacked and together
_MOST_TIMES = 200  # times the packed size; text packs to a fifth, and only a bomb to a thousandth
_SMALL = 1_000_000  # bytes; below it no ratio matters
_LONGEST_NAME = 200  # characters of a member's name
_OTHER_ARCHIVES = (".zip", ".7z", ".rar", ".gz", ".tar", ".tgz", ".bz2", ".xz")
_DRIVE = re.compile(r"[A-Za-z]:")
_UNSAFE = "take it out of the archive"


def check_packed(data: bytes, kind: str) -> None:
    """Refuse a file of packed parts (Word, Excel) that is damaged or unpacks to something far too large."""
    with parsing(f"{kind} or ZIP"):
        members = zipfile.ZipFile(io.BytesIO(data)).infolist()
    for member in members:
        if reason := _too_large(member):
            raise UnreadableError(reason, "open it, and save it again")
    _check_sum(members)


def _check_sum(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > _MOST_MEMBERS or sum(member.file_size for member in members) > _LARGEST:
        raise UnreadableError(f"it holds more than {_MOST_MEMBERS} parts, or more than 1 GB", "split it")


def _too_large(member: zipfile.ZipInfo) -> str:
    if member.file_size > max(_SMALL, _MOST_TIMES * member.compress_size):
        return f"a part of it unpacks to more than {_MOST_TIMES} times its packed size"
    return ""


def unpack(path: Path, folder: Path) -> list[Finding]:
    """Write the members that may be articles into `folder`, and say of each other one why it was left out.

    Nothing is written outside the folder, no link is made and no archive inside the archive is opened.
    """
    data = file_bytes(path)
    findings, seen = [], set()
    with parsing("ZIP file"):
        archive = zipfile.ZipFile(io.BytesIO(data))
    members = [member for member in archive.infolist() if not member.is_dir()]
    _check_sum(members)
    for member in sorted(members, key=lambda member: member.filename):
        name = member.filename.replace("\\", "/")
        problem = _problem(member, name) or ("it stands twice in the archive" if name.lower() in seen else "")
        seen.add(name.lower())
        try:
            if problem:
                raise UnreadableError(problem, _UNSAFE)
            _write(archive, member, folder / PurePosixPath(name))
        except UnreadableError as error:
            findings.append(left_out(path, f"member {_short(name)}", error.reason, error.action))
    return findings


def _problem(member: zipfile.ZipInfo, name: str) -> str:
    """Why a member is not unpacked; empty where it may be."""
    parts = PurePosixPath(name).parts
    if name.startswith("/") or ".." in parts or _DRIVE.match(name) or not name.isprintable():
        return "its name leads out of the archive or cannot be used"
    if len(name) > _LONGEST_NAME:
        return f"its name is longer than {_LONGEST_NAME} characters"
    if stat.S_ISLNK(member.external_attr >> 16):
        return "it is a link"
    if member.flag_bits & 1:
        return "it is locked with a password"
    if PurePosixPath(name).suffix.lower() in _OTHER_ARCHIVES:
        return "it is an archive inside another"
    return _too_large(member)


def _write(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    with parsing("ZIP member"):
        content = archive.read(member)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def _short(name: str) -> str:
    shown = "".join(char if char.isprintable() else "?" for char in name)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."
