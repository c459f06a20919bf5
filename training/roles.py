"""Figures on who is meant and what act it is: our own gold of speakers and acts.

`speakers_untouched`, both `speakers_news_unseen*` and `acts_unseen` are kept apart: no rule was made or changed with
them.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from unicodedata import combining, normalize

from toolkit.quotes.extract import extract_quotes
from toolkit.schema import REPORTED_ACTS
from toolkit.speakers.mentions import core, lists

from . import scoring
from .figures import GOLD, Figure, rows_by_article, share, texts_table

_SUFFIXES = frozenset("jr sr ii iii".split())
_FORMS = {"pronoun": "pronoun", "short form": "named", "description": "described", "name": "named"}
_WORDS = {"pronoun": "pronouns", "named": "names and short forms", "described": "descriptions"}


def speaker_cases(path: Path) -> Iterator[tuple[str, list[tuple[int, int, list[str]]]]]:
    """Passages of speakers_*.txt: the text without its marks, and [start, end, right names] for each mention."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield marked_mentions(line.replace(" ¶ ", "\n\n"))


def marked_mentions(line: str) -> tuple[str, list[tuple[int, int, list[str]]]]:
    """One passage: "[She=Ana Sool] said" -> "She said", [(0, 3, ["Ana Sool"])]."""
    text, found = "", []
    for i, piece in enumerate(line.replace("]", "[").split("[")):
        mention, _, names = piece.partition("=") if i % 2 else (piece, "", "")
        if i % 2:
            found.append((len(text), len(text) + len(mention), (names or mention).split("/")))
        text += mention
    return text, found


def speaker_figures() -> Iterator[Figure]:
    """Short forms and pronouns, right or left open as marked; `untouched` is the honest set."""
    for which in ("mended", "untouched"):
        cases = list(speaker_cases(GOLD / f"speakers_{which}.txt"))
        rows = rows_by_article(extract_quotes(texts_table({str(i): text for i, (text, _) in enumerate(cases)})))
        n = Counter[str]()
        for i, (text, found) in enumerate(cases):
            for mention in found:
                n += speaker_case(text, mention, rows.get(str(i), []))
        for group in ("pronoun", "named"):
            yield share(f"speakers, {which}", f"{group}, right", n[f"{group}_right"], n[group])
        wrong = n["pronoun_wrong"] + n["named_wrong"]
        total = n["pronoun"] + n["named"]
        yield share(f"speakers, {which}", "no wrong name given", total - wrong, total)


def speaker_case(text: str, case: tuple[int, int, list[str]], rows: Iterable[dict[str, Any]]) -> Counter[str]:
    """Whether one mention was found as a speaker and means whom it should; "?" is right where nobody is named."""
    start, end, names = case
    group = "pronoun" if text[start:end].lower() in ("he", "she", "it", "they") else "named"
    found = [
        r for r in rows if r["speaker_start"] is not None and r["speaker_start"] < end and start < r["speaker_end"]
    ]
    got = found[0]["speaker"] if found else None
    right = bool(found) and (scoring.same_name(got, names) or (got is None and "?" in names))
    return Counter({group: 1, f"{group}_right": right, f"{group}_wrong": got is not None and not right})


def lines_of(name: str) -> list[dict[str, Any]]:
    """The cases of a file of tests/gold, one JSON a line."""
    lines = (GOLD / name).read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line.strip()]


def row_with(text: str, content: str, rows: Iterable[dict[str, Any]]) -> dict[str, Any] | None:
    """The row that has most of a content's words, and at least half of them and of its own."""
    start = text.index(content)
    wanted = scoring.words_in(text, [(start, start + len(content))])
    best, most = None, 0.5
    for row in rows:
        mine = scoring.words_in(text, [tuple(span) for span in row["spans"]])
        overlap = len(mine & wanted) / max(len(mine), len(wanted), 1)
        if overlap >= most:
            best, most = row, overlap
    return best


def same_one(got: str | None, names: Iterable[str]) -> bool:
    """True where a name means one of `names`, titles and accents aside, and is neither a part nor an owner of it.

    "Mr. Trump" is "Donald Trump"; "Clinton" is not "Clinton campaign", and "Holt and Rask" is not "Peter Holt".
    """
    return bool(got) and any(_alike(str(got), name) for name in names)


def _alike(got: str, name: str) -> bool:
    mine, want = _telling(got), _telling(name)
    if name[:1].isupper() and " " in name and " and " not in got and re.search(rf"{re.escape(name)}(?=$|,|\s\()", got):
        return True  # "master of ceremonies Ana Sool, 40"
    if mine == want or (" and " in got) != (" and " in name) or not (mine <= want or want <= mine):
        return bool(mine) and mine == want
    less, more = (name, got) if want <= mine else (got, name)
    head = [word for word in core(more) if word not in _SUFFIXES][-1:]
    return bool(mine and want) and (less[:1].islower() or bool(set(head) & scoring.substance(less)))


def _telling(name: str) -> set[str]:
    """The words of a name that tell who it is, plain letters only."""
    words = scoring.substance("".join(c for c in normalize("NFKD", name) if not combining(c)))
    return {word for word in words if len(word) > 1 and word not in lists()[0] | _SUFFIXES} or words


def news_case(text: str, case: dict[str, Any], rows: Iterable[dict[str, Any]]) -> Counter[str]:
    """Whether one quote of speakers_news_*.jsonl was found, and whether its speaker is right, wrong or left open."""
    group = _FORMS.get(case["form"], "none") if case["speaker"] else "open"
    row = row_with(text, case["content"], rows)
    if row is None:
        return Counter({group: 1, f"{group}_not_found": 1})
    right = scoring.same_name(row["speaker"], [case["speaker"]]) if case["speaker"] else row["speaker"] is None
    return Counter(
        {group: 1, f"{group}_found": 1, f"{group}_right": right, "given_wrong": bool(row["speaker"]) and not right}
    )


def news_figures() -> Iterator[Figure]:
    """Speakers of quotes in short news passages, by the form of the mention; of those quotes that were found."""
    for which in ("mend", "unseen", "mend2", "unseen2"):
        cases = lines_of(f"speakers_news_{which}.jsonl")
        rows = rows_by_article(extract_quotes(texts_table({str(i): case["text"] for i, case in enumerate(cases)})))
        n = Counter[str]()
        for i, case in enumerate(cases):
            for quote in case["quotes"]:
                n += news_case(case["text"], quote, rows.get(str(i), []))
        of_set = f"speakers in news, {which}"
        found = sum(n[f"{group}_found"] for group in (*_WORDS, "none", "open"))
        yield share(of_set, "quotes found", found, sum(len(case["quotes"]) for case in cases))
        for group, words in (
            ("pronoun", "pronouns"),
            ("named", "names and short forms"),
            ("described", "descriptions"),
        ):
            yield share(of_set, f"{words}, right", n[f"{group}_right"], n[f"{group}_found"])
        yield share(of_set, "who cannot be told, left open", n["open_right"], n["open_found"])
        yield share(of_set, "no wrong name given", found - n["given_wrong"], found)


def act_figures() -> Iterator[Figure]:
    """The act of each content of acts_unseen.jsonl, of all and of those found."""
    cases = lines_of("acts_unseen.jsonl")
    rows = rows_by_article(extract_quotes(texts_table({str(i): case["text"] for i, case in enumerate(cases)})))
    found = [(case, row_with(case["text"], case["content"], rows.get(str(i), []))) for i, case in enumerate(cases)]
    there = [(case, row) for case, row in found if row is not None]
    right = [case for case, row in there if case["act"] == row["act"]]
    yield share("acts, unseen", "content found", len(there), len(cases))
    yield share("acts, unseen", "act right, of those found", len(right), len(there))
    both = [(case["act"] in REPORTED_ACTS) == (row["act"] in REPORTED_ACTS) for case, row in there]
    yield share("acts, unseen", "said or not said right, of those found", sum(both), len(there))
