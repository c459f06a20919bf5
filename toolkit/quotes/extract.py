"""Articles to the quotes table: who says what, in whose words, on which side."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from .. import nlp, schema
from ..entities import Phrases, party_table
from ..nlp import Span
from ..speakers.mentions import personal_name, without_titles
from ..speakers.resolver import Nobodies, Resolver, on_behalf_of
from ..speakers.salience import PRONOUNS
from . import layout, limits, linker, tagger
from . import words as reading
from .acts import act_in, by_finder
from .drafts import drafts_of
from .marks import all_close, placed
from .origin import remember
from .spans import Draft

_DESCRIBED = re.compile(r"the\s[a-z-]+")
_UNKNOWN_CUE = 0.86  # a cue that the table does not hold: on PolNeAR's development part .51 were right, not .60


def extract_quotes(articles: pd.DataFrame, *, parties: pd.DataFrame | str | Path | None = None) -> pd.DataFrame:
    """Who says what in each article: one row an attribution, all acts, offsets exact to the character.

    `speaker` is resolved inside the article ("It" -> "Russian military in Syria"), missing where that cannot be told;
    `party` comes from the alias table `parties` (see `load_parties`). Articles in a language other than English and
    stretches marked in `skip` yield nothing; the notes say how many. The model, its data and its measured accuracy are
    in the model card, `toolkit/resources/quote_model/README.md`.
    """
    schema.need_columns(articles, ("article_id", "text"), "The articles table")
    articles = schema.conform(articles, "articles")
    table = party_table(parties)
    aliases = Phrases(table, "alias") if table is not None else None
    rows: list[dict[str, Any]] = []
    foreign = []
    for article in nlp.progress(schema.records(articles), "quotes", len(articles)):
        if not nlp.is_english(article["language"]):
            foreign.append(str(article["article_id"]))
            continue
        rows += article_quotes(article, aliases)
    note = schema.Note("Not in English, so no quotes were looked for: {names:some}.", names=tuple(foreign))
    return remember(schema.table(rows, "quotes", [note]), articles, table)


def article_quotes(article: dict[str, Any], aliases: Phrases | None) -> list[dict[str, Any]]:
    """The rows of one article, in the order of the text."""
    text = str(article["text"] or "")
    skips = [(int(s), int(e)) for s, e, *_ in article["skip"]]
    fixed = layout.set_by_layout(text)
    named = [(d.speaker[0], d.cue[1]) for d in fixed if d.verbatim and d.speaker and d.cue]
    words = reading.read(text, [*skips, *named])  # the model reads a transcript without the names of its turns
    labels = tagger.tag(words)
    masthead = layout.Masthead(str(article["outlet"]), aliases)
    drafts = drafts_of(words, labels, linker.link(words, labels), fixed, masthead)
    turns = [span for d in fixed if d.verbatim for span in d.spans]
    sources = [d.speaker for d in drafts if d.speaker and not _is_open(words, d.speaker, turns)]
    nobodies = Nobodies(str(article["outlet"] or ""), skips)
    contents = [span for d in drafts for span in d.spans]
    resolver = Resolver(text, sources, contents, nobodies)
    known = {span: resolver.resolve(*span) for span in sources}
    said = [draft for draft in drafts if not limits.is_deed(words, draft)]  # who did something may still be "he"
    rows = [_row(article, words, draft, known) for draft in said]
    bodies = _described_bodies(text, sources)
    names = Resolver(text, [bodies.get(span, span) for span in sources], contents, nobodies) if bodies else resolver
    for row in rows:
        if body := bodies.get((row["speaker_start"], row["speaker_end"])):
            name = names.resolve(*body) or ""
            is_body = name[:1].isupper() and " and " not in name and not personal_name(name)
            row["on_behalf_of"] = name if is_body else row["on_behalf_of"]
        name_party(row, aliases)
    return finish(rows)


def _described_bodies(text: str, speakers: Iterable[Span]) -> dict[Span, Span]:
    """By speaker, the place of whom they speak for, where it is described and not named: a spokesman for [the bank]."""
    described = {span: on_behalf_of(text[slice(*span)]) or "" for span in speakers}
    found = {span: text.rindex(body, *span) for span, body in described.items() if _DESCRIBED.fullmatch(body)}
    return {span: (start, start + len(described[span])) for span, start in found.items()}


def _is_spoken(act: str, kind: str, content: str) -> bool:
    """True where the words themselves were said, whatever the cue: “Who gains by it?” the farmer believes."""
    return kind == "direct" and (act in ("thought", "finding") or (act == "intention" and content[0].isupper()))


def _is_open(words: reading.Words, mention: Span, turns: Iterable[Span]) -> bool:
    """True for a pronoun that somebody quoted uses: “He rang. He said, ‘Stop.’” does not tell who that is."""
    spoken = [*turns, *((q.start, q.end) for q in words.quotations_in(*mention))]
    inside = any(start <= mention[0] < end for start, end in spoken)
    return inside and words.text[slice(*mention)].lower() in PRONOUNS


def _remark(closed: bool, mention: str | None, speaker: str | None) -> str | None:
    """What a reader should know before using the row."""
    said = [
        "" if closed else "A quotation mark here never closes; the quotation is taken to end with its paragraph.",
        f"The article does not tell for certain who “{mention}” is." if mention and not speaker else "",
        "" if mention else "The article names no speaker here.",
    ]
    return " ".join(filter(None, said)) or None


def _row(
    article: dict[str, Any], words: reading.Words, draft: Draft, speakers: dict[Span, str | None]
) -> dict[str, Any]:
    text = words.text
    mention = text[slice(*draft.speaker)] if draft.speaker else None
    cue = text[slice(*draft.cue)] if draft.cue else None
    around = list(dict.fromkeys(q for span in draft.spans for q in words.quotations_in(*span)))
    place = placed(text, draft.spans, around, verbatim=draft.verbatim)
    act, known = act_in(text, draft)
    act = "speech" if mention and _is_spoken(act, place["kind"], place["content"]) and not by_finder(mention) else act
    speaker = speakers.get(draft.speaker) if draft.speaker else None
    return {
        "article_id": article["article_id"],
        "outlet": article["outlet"],
        "speaker_text": mention,
        "speaker": speaker,
        "on_behalf_of": on_behalf_of(mention) if mention else None,
        "cue": cue,
        "act": act,
        **place,
        "speaker_start": draft.speaker[0] if draft.speaker else None,
        "speaker_end": draft.speaker[1] if draft.speaker else None,
        "cue_start": draft.cue[0] if draft.cue else None,
        "cue_end": draft.cue[1] if draft.cue else None,
        "confidence": round(draft.sure * (1.0 if known else _UNKNOWN_CUE), 3),
        "edited": False,
        "remark": _remark(all_close(text, around), " ".join(mention.split()) if mention else None, speaker),
    }


def name_party(row: dict[str, Any], aliases: Phrases | None) -> None:
    """Fill in the party, and the speaker's name as the alias table has it.

    Tried in order: the mention as it stands, whom it was resolved to, the personal name in either, with its title and
    without, whom it speaks for.
    """
    if not aliases:
        return
    mention = row["speaker_text"]
    names = [personal_name(phrase or "") for phrase in (mention, row["speaker"])]
    bare = [without_titles(name) for name in names if name]
    for phrase in (mention, row["speaker"], *names, *bare, row["on_behalf_of"]):
        found = aliases.exact(phrase, row["outlet"], row["article_id"]) if phrase else None
        if found:
            row["party"] = found["party"] or None
            if phrase != row["on_behalf_of"]:
                row["speaker"] = found["speaker"]
            return


def quote_key(row: dict[str, Any]) -> str:
    """What a quote is recognised by: its article and its first and last words, not its place or the model."""
    said = re.findall(r"\w+", str(row["content"]).casefold())
    return json.dumps([row["article_id"], said[:4], said[-4:]], ensure_ascii=False)


def finish(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows in the order of the text, each with its quote_id and the quote it is nested in."""
    rows = sorted(rows, key=lambda row: (row["start"] is None, row["start"] or 0, -(row["end"] or 0)))
    seen: Counter[str] = Counter()
    for row in rows:
        key = quote_key(row)
        seen[key] += 1
        told = hashlib.sha256(f"{key}#{seen[key]}".encode()).hexdigest()
        row["quote_id"] = f"q{told[:11]}"  # digits alone, or 12e34, would be a number to a spreadsheet
    open_quotes: list[dict[str, Any]] = []
    for row in rows:
        if row["start"] is None:
            continue
        open_quotes = [outer for outer in open_quotes if outer["end"] > row["start"]]
        inside = [
            q for q in open_quotes if row["end"] <= q["end"] and (row["start"], row["end"]) != (q["start"], q["end"])
        ]
        row["nested_in"] = inside[-1]["quote_id"] if inside else None
        open_quotes.append(row)
    return rows
