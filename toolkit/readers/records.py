"""What every reader yields: the fields of an article with where it was found, or a finding about why there is none."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Record:
    """One article as read: `fields` by column name, `where` names the place for messages."""

    fields: dict[str, str]
    where: str
    remarks: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Finding:
    """What became of one input: status is loaded, loaded with remarks, left out or set aside."""

    input: str
    status: str
    reason: str = ""
    action: str = ""
