"""How right the quotes and agency tables are against what a person marked; counts first, so that n/N can be shown.

Attributions are matched one to one by the words of their content (Jaccard of .5 or more, the best pair first). A match
is attributed right where a word of the speaker's mention is shared, or where neither has one; its speaker is right
where the name holds a gold name's words of substance, or the other way round. Gold that is marked optional is neither
hit nor miss.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WORD = re.compile(r"\w+")
STOP = frozenset("the a an of s in their its his her and u".split())
ENOUGH = 0.5
VOICES = {
    "active with patient subject": "patient_subject",
    "passive with by-phrase": "passive",
    "active intransitive": "intransitive",
}
Span = Sequence[int]
Words = frozenset[int]


@dataclass(frozen=True)
class Attribution:
    """One attribution as sets of word places. `names` are those that are right for its speaker; empty: not asked."""

    content: Words
    source: Words = frozenset()
    names: tuple[str, ...] = ()
    act: str | None = None
    kind: str | None = None
    pronoun: bool = False
    optional: bool = False


def words_in(text: str, spans: Iterable[Span]) -> Words:
    """The places of the words that spans [start, end) touch."""
    spans = list(spans)
    return frozenset(m.start() for m in WORD.finditer(text) for s, e in spans if m.start() < e and m.end() > s)


def content_of(text: str, spans: Sequence[Span]) -> Words:
    """The words of a content without a "that" in front: the model's corpus takes it in, our gold does not."""
    words = words_in(text, spans)
    first = min(words, default=0)
    return words - {first} if text[first : first + 5] == "that " else words


def substance(phrase: object) -> set[str]:
    """The words of a phrase without those that say nothing."""
    return {word.lower() for word in WORD.findall(str(phrase or ""))} - STOP


def same_name(got: object, names: Iterable[str]) -> bool:
    """True where a name has all words of substance of a right one, or the other way round."""
    mine = substance(got)
    return bool(mine) and any(mine >= substance(name) or mine <= substance(name) for name in names)


def predicted(text: str, row: Mapping[str, Any]) -> Attribution:
    """A row of the quotes table as an attribution; its one name is the resolved speaker."""
    mention = [[row["speaker_start"], row["speaker_end"]]] if row["speaker_start"] is not None else []
    names = (str(row["speaker"]),) if row["speaker"] else ()
    return Attribution(content_of(text, row["spans"]), words_in(text, mention), names, row["act"], row["kind"])


def matches(gold: Sequence[Attribution], rows: Sequence[Attribution]) -> list[tuple[int, int]]:
    """Pairs of gold and row, one to one, the most alike first."""
    alike = [
        (len(g.content & p.content) / len(g.content | p.content), i, j)
        for i, g in enumerate(gold)
        for j, p in enumerate(rows)
        if g.content & p.content
    ]
    taken: tuple[set[int], set[int]] = (set(), set())
    out = []
    for jaccard, i, j in sorted(alike, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if jaccard >= ENOUGH and i not in taken[0] and j not in taken[1]:
            taken[0].add(i)
            taken[1].add(j)
            out.append((i, j))
    return out


def tally(gold: Sequence[Attribution], rows: Sequence[Attribution]) -> Counter[str]:
    """Counts for one text: gold, predicted, content, exact, attribution, and of the matched ones what else is right."""
    pairs = matches(gold, rows)
    n = Counter[str](gold=sum(not g.optional for g in gold), predicted=len(rows))
    for i, j in pairs:
        want, got = gold[i], rows[j]
        if want.optional:
            n["predicted"] -= 1
            continue
        n["content"] += 1
        n["exact"] += want.content == got.content
        n["attribution"] += bool(want.source & got.source) or not (want.source or got.source)
        if want.names:
            group = "pronoun" if want.pronoun else "named"
            n[group] += 1
            n[f"{group}_right"] += bool(got.names) and same_name(got.names[0], want.names)
            n[f"{group}_guessed"] += bool(got.names) and not same_name(got.names[0], want.names)
        n["act"] += want.act == got.act
        n["kind"] += want.kind == got.kind
    return n


def f1(n: Mapping[str, int], hit: str) -> float:
    """Twice the hits over gold and predicted together; NaN where there is neither."""
    total = n["gold"] + n["predicted"]
    return 2 * n[hit] / total if total else float("nan")


def voice(marked: str) -> str:
    """A gold file's wording of a voice as the agency table's word."""
    marked = marked.split(" (")[0]
    if "agentless passive" in marked or "without by-phrase" in marked:
        return "passive_agentless"
    return VOICES.get(marked, "active" if marked.startswith("active") else marked)


def tally_agency(rows: Iterable[Mapping[str, Any]], events: Iterable[Mapping[str, Any]]) -> Counter[str]:
    """Gold events found, in order, and of those the voices, agents and patients that are right."""
    left, n = list(rows), Counter[str]()
    for event in events:
        lemma = event["verb"].split()[0].lower()
        hit = next((r for r in left if lemma in r["verb"].split() or lemma.rstrip("s") == r["verb"]), None)
        n["events"] += 1
        if hit is None:
            continue
        left.remove(hit)
        n["found"] += 1
        n["voice"] += hit["voice"] == voice(event["voice"])
        for role in ("agent", "patient"):
            want, got = substance(event.get(role)) - {"none"}, substance(hit[role])
            n[role] += bool(want & got) or not (want or got)
    return n
