"""ZIP archives: their members unpacked into a folder of our own, within limits on number, size, ratio and names."""

from __future__ import annotations

import io
import re
import stat
import zipfile
from pathlib import Path, PurePosixPath

from ..rawfile import UnreadableError, check_sum, file_bytes, parsing, too_large
from .records import Finding, left_out

ENDINGS = (".zip",)
_LONGEST_NAME = 200  # characters of a member's name
_OTHER_ARCHIVES = (".zip", ".7z", ".rar", ".gz", ".tar", ".tgz", ".bz2", ".xz")
_DRIVE = re.compile(r"[A-Za-z]:")
_UNSAFE = "take it out of the archive"


def unpack(path: Path, folder: Path) -> list[Finding]:
    """Write the members that may be articles into `folder`, and say of each other one why it was left out.

    Nothing is written outside the folder, no link is made and no archive inside the archive is opened.
    """
    data = file_bytes(path)
    findings, seen = [], set()
    with parsing("ZIP file"):
        archive = zipfile.ZipFile(io.BytesIO(data))
    members = [member for member in archive.infolist() if not member.is_dir()]
    check_sum(members)
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
    return too_large(member)


def _write(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    with parsing("ZIP member"):
        content = archive.read(member)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def _short(name: str) -> str:
    shown = "".join(char if char.isprintable() else "?" for char in name)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."
