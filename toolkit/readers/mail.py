"""Saved e-mails: the words of the message as one article, with its subject and the day it was sent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from ..csvfile import decode
from ..rawfile import UnreadableError, file_bytes, parsing
from ..schema import count, some
from . import pages
from .records import Record

ENDINGS = (".eml",)
_REPLY = re.compile(r"(?:(?:re|fwd?|aw|wg)\s?:\s*)+", re.IGNORECASE)
_LAYOUT = re.compile(r"<(/?)(?:table|tbody|thead|tr|td|th)\b[^>]*>", re.IGNORECASE)  # in mails tables are no tables
_TO_DO = "save its words as a .txt file"


def read(path: Path, _columns: Mapping[str, str] | None) -> Iterator[Record]:
    """The message as one article: its plain words, else those of its page. Attachments are named and not read.

    The day is that of the message; of one that was passed on it is left empty, for it says nothing about the article.
    """
    with parsing("saved e-mail"):
        message = message_from_bytes(file_bytes(path), policy=policy.default)
        if not (message["from"] or message["subject"]):
            raise UnreadableError("it is no saved e-mail", _TO_DO)
        subject, text = str(message["subject"] or ""), _words(message)
        names = [part.get_filename() or "one without a name" for part in message.iter_attachments()]
        sent = getattr(message["date"], "datetime", None)
        day = sent.date().isoformat() if sent else str(message["date"] or "")
    remarks = [f"{count(len(names), 'attachment')} left out ({some(names)})"] if names else []
    passed_on = _REPLY.match(subject)
    fields = {"text": text, "title": subject[passed_on.end() if passed_on else 0 :].strip()}
    if passed_on:
        remarks.append("it was passed on: the day it was sent is not the article's, and the date was left empty")
    else:
        fields["date"] = day
    yield Record(fields, str(path), remarks)


def _words(message: EmailMessage) -> str:
    body = message.get_body(("plain", "html"))
    if body is None:
        raise UnreadableError("it holds no words", _TO_DO)
    try:
        words = str(body.get_content())
    except LookupError:  # it names an encoding that nobody knows
        words = decode(bytes(body.get_payload(decode=True)))[0]
    if body.get_content_subtype() != "html":
        return words
    return pages.extracted(_LAYOUT.sub(r"<\1div>", words)).get("text", "")
