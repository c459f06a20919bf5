"""Articles to the quotes table: who says what, in whose words, on which side."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from .. import nlp, schema
from ..entities import Phrases
from . import linker, tagger
from . import words as reading
from .acts import act_of
from .mentions import personal_name
from .speakers import Resolver, on_behalf_of

Span = tuple[int, int]

_EDGE = " \t\r\n\u2028\u2029,;:.\"“”„«»'‘’`–—-()[]"
_BEGIN_EDGE = _EDGE.replace("(", "").replace("[", "")
_PAIRS = {"“": "”", "«": "»", "„": "“", "‘": "’"}
_HANGING = re.compile(r"[\s,;:]+(?:who|which|that)?$")
_WHAT_HE_CALLED = re.compile(
    r"(?:\bin\s+|,\s*)?\bwhat\s+(?P<speaker>he|she|it|they)\s+"
    r"(?P<cue>(?:has\s+|have\s+|had\s+)?(?:called|described|characteri[sz]ed|termed|dubbed|labell?ed)(?:\s+as)?)\s"
)
_HEADLINE = re.compile(
    r"(?P<content>[^\n]{15,250}?)\s(?P<cue>[–—])\s(?P<speaker>[A-Z][\w.’']*(?:\s[A-Z][\w.’']*){0,3})"
)
_SURE_OF_HEADLINE = 0.6
_SAYS_NOTHING = re.compile(
    r"(?:\bnot|n[’']t|never|(?:declin|refus)\w+\s+to)\s+"
    r"(?:say|mention|comment|specify|elaborate|disclose|identify|name|reveal|provide|give|respond|answer|address|discuss)\b"
)
_UNKNOWN_CUE = 0.7  # how much an expression that the cue table does not hold lowers the confidence


@dataclass(frozen=True)
class _Draft:
    """One attribution in characters."""

    spans: list[Span]
    cue: Span | None
    speaker: Span | None
    sure: float


def extract_quotes(articles: pd.DataFrame, *, parties: pd.DataFrame | None = None) -> pd.DataFrame:
    """Who says what in each article: one row an attribution, all acts, offsets exact to the character.

    `speaker` is resolved inside the article ("It" -> "Russian military in Syria"), missing where that cannot be told;
    `party` comes from the alias table `parties` (see `load_parties`). Articles in a language other than English and
    stretches marked in `skip` yield nothing; the notes say how many. The model, its data and its measured accuracy are
    in the model card, `toolkit/resources/quote_model/README.md`.
    """
    schema.need_columns(articles, ("article_id", "text"), "The articles table")
    articles = schema.conform(articles, "articles")
    aliases = Phrases(parties, "alias") if parties is not None else None
    rows: list[dict[str, Any]] = []
    foreign = []
    for article in nlp.progress(schema.records(articles), "quotes", len(articles)):
        if not str(article["language"] or "en").lower().startswith("en"):
            foreign.append(str(article["article_id"]))
            continue
        rows += article_quotes(article, aliases)
    notes = [f"Not in English, so no quotes were looked for: {', '.join(foreign)}."] if foreign else []
    return schema.table(rows, "quotes", notes)


def article_quotes(article: dict[str, Any], aliases: Phrases | None) -> list[dict[str, Any]]:
    """The rows of one article, in the order of the text."""
    text = str(article["text"])
    skips = [(int(s), int(e)) for s, e, *_ in article["skip"]]
    words = reading.read(text, skips)
    labels = tagger.tag(words)
    drafts = list(_drafts(words, labels, linker.link(words, labels)))
    drafts += _headline(text, str(article["outlet"]), drafts)
    sources = [d.speaker for d in drafts if d.speaker]
    resolver = Resolver(text, sources, [span for d in drafts for span in d.spans])
    rows = [_row(article, words, draft, resolver) for draft in drafts]
    for row in rows:
        name_party(row, aliases)
    return finish(rows)


def _characters(words: reading.Words, label: tagger.Label) -> Span:
    return words.start[label.first], words.end[label.last - 1]


def _drafts(
    words: reading.Words, labels: Sequence[tagger.Label], attributions: Sequence[linker.Attribution]
) -> Iterator[_Draft]:
    for found in attributions:
        whole = [_characters(words, labels[i]) for i in found.contents]
        spans = _joined(words.text, [span for a, b in whole if (span := trimmed(words.text, a, b))])
        cue = _bare(words.text, _characters(words, labels[found.cue])) if found.cue is not None else None
        speaker = _bare(words.text, _characters(words, labels[found.speaker])) if found.speaker is not None else None
        if spans and not (cue and _SAYS_NOTHING.search(words.text[slice(*cue)])):
            yield from _split_at_comment(words, _Draft(spans, cue, speaker, found.sure))


def _headline(text: str, outlet: str, drafts: Sequence[_Draft]) -> list[_Draft]:
    """The attribution of a headline that ends "– Moscow", if the model has missed it; "– BBC News" names the site."""
    first = next(iter(nlp.paragraphs(text)), (0, 0))
    match = _HEADLINE.fullmatch(text, *first)
    if not match or set(match["speaker"].lower().split()) & set(outlet.lower().split()):
        return []
    if any(draft.spans[0][0] < first[1] for draft in drafts):
        return []
    return [_Draft([match.span("content")], match.span("cue"), match.span("speaker"), _SURE_OF_HEADLINE)]


def _split_at_comment(words: reading.Words, draft: _Draft) -> Iterator[_Draft]:
    """The attribution, and a second one where the outlet wove one in: "... in what he called an attempt to ..."."""
    start, end = draft.spans[-1]
    match = _WHAT_HE_CALLED.search(words.text, start, end)
    before = trimmed(words.text, start, match.start()) if match else None
    after = trimmed(words.text, match.end(), end) if match else None
    if not (match and before and after) or any(q.start <= match.start() < q.end for q in words.quotations):
        yield draft
        return
    yield replace(draft, spans=[*draft.spans[:-1], before])
    yield replace(draft, spans=[after], cue=match.span("cue"), speaker=match.span("speaker"))


def _bare(text: str, span: Span) -> Span:
    """A speaker or cue without a comma, colon or relative pronoun left hanging at its end."""
    start, end = span
    kept = _HANGING.sub("", text[start:end])
    return (start, start + len(kept)) if kept else span


def trimmed(text: str, start: int, end: int) -> Span | None:
    """A span without punctuation and marks at its edges, except a mark whose partner stands inside."""
    while start < end and text[start] in _BEGIN_EDGE:
        start += 1
    while end > start and text[end - 1] in _EDGE:
        end -= 1
    if start >= end:
        return None
    inside = text[start:end]
    for opening, closing in _PAIRS.items():
        if inside.count(opening) == inside.count(closing) + 1:
            nearby = text[end : end + 2].find(closing)
            end += nearby + 1 if nearby >= 0 else 0
        elif inside.count(closing) == inside.count(opening) + 1 and text[start - 1 : start] == opening:
            start -= 1
    if inside.count('"') % 2 and '"' in text[end : end + 2]:
        end += text[end : end + 2].index('"') + 1
    elif inside.count('"') % 2 and text[start - 1 : start] == '"':
        start -= 1
    return start, end


def _joined(text: str, spans: list[Span]) -> list[Span]:
    """Spans in order; those with nothing but marks and space between them become one."""
    out: list[Span] = []
    for start, end in sorted(spans):
        if out and not re.search(r"\w", text[out[-1][1] : start]):
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def _fragments(words: reading.Words, spans: Sequence[Span]) -> list[list[int | str]]:
    """[start, end, words] of what stands in quotation marks inside the spans."""
    out: list[list[int | str]] = []
    for quotation in words.quotations:
        for start, end in spans:
            a, b = max(start, quotation.start), min(end, quotation.end)
            span = trimmed(words.text, a, b) if a < b else None
            if span:
                out.append([*span, words.text[slice(*span)]])
    return sorted(out, key=lambda fragment: fragment[0])


def _kind(words: reading.Words, spans: Sequence[Span]) -> str:
    inside = [
        words.quoted[i]
        for i in range(len(words))
        if words.string[i][0].isalnum() and any(s <= words.start[i] < e for s, e in spans)
    ]
    return "direct" if inside and all(inside) else "mixed" if any(inside) else "indirect"


def _row(article: dict[str, Any], words: reading.Words, draft: _Draft, resolver: Resolver) -> dict[str, Any]:
    text = words.text
    mention = text[slice(*draft.speaker)] if draft.speaker else None
    cue = text[slice(*draft.cue)] if draft.cue else None
    act, known = act_of(cue, mention)
    start = draft.spans[0][0]
    return {
        "article_id": article["article_id"],
        "outlet": article["outlet"],
        "speaker_text": mention,
        "speaker": resolver.resolve(*draft.speaker) if draft.speaker else None,
        "on_behalf_of": on_behalf_of(mention) if mention else None,
        "cue": cue,
        "act": act,
        "content": " … ".join(text[s:e] for s, e in draft.spans),
        "kind": _kind(words, draft.spans),
        "fragments": _fragments(words, draft.spans),
        "start": start,
        "end": draft.spans[-1][1],
        "spans": [list(span) for span in draft.spans],
        "speaker_start": draft.speaker[0] if draft.speaker else None,
        "speaker_end": draft.speaker[1] if draft.speaker else None,
        "cue_start": draft.cue[0] if draft.cue else None,
        "cue_end": draft.cue[1] if draft.cue else None,
        "sentence": nlp.sentence_at(text, start),
        "confidence": round(draft.sure * (1.0 if known else _UNKNOWN_CUE), 3),
        "edited": False,
    }


def name_party(row: dict[str, Any], aliases: Phrases | None) -> None:
    """Fill in the party, and the speaker's name as the alias table has it.

    Tried in order: the mention as it stands, whom it was resolved to, the personal name in it, whom it speaks for.
    """
    if not aliases:
        return
    mention = row["speaker_text"]
    for phrase in (mention, row["speaker"], personal_name(mention or ""), row["on_behalf_of"]):
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
        row["quote_id"] = hashlib.sha256(f"{key}#{seen[key]}".encode()).hexdigest()[:12]
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
