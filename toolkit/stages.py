"""What is found in a chunk of articles, and the chunks' tables put together again.

Nothing in a chunk looks from one article to another, so the tables are the same bytes however the articles are cut
into chunks and wherever a chunk is worked on. What looks across articles is done before (ids and copies in
`articles.py`; gathered quotes; corrections) or after: rare terms, spellings of labels, shares of quotes, comparisons.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from . import framing, schema, sentiment, wording
from .entities import load_parties, load_referents
from .files import Files
from .framing.balance import NO_SHARES, counted_quotes, has_parties
from .framing.claims import Claims, unknown
from .framing.codebook import Codebook, default_codebook, load_codebook, measure_frames
from .framing.labels import counted_labels, in_one_spelling
from .quotes.extract import extract_quotes
from .quotes.origin import travelling
from .resources import sha256
from .schema import Parts
from .store import to_bytes

Tables = dict[str, Parts]

# All of an article that its figures can rest on. The cache goes by these, so nothing else is handed on.
COLUMNS = ["article_id", "outlet", "language", "text", "skip"]
_RESTS_ON = {
    "quotes": ("parties",),
    "agency": ("parties", "referents"),
    "claims": ("parties", "claims"),
    "all": ("parties", "referents", "codebook", "claims"),
}


@dataclass(frozen=True)
class Given:
    """The user's own files, read, as they travel to another process; `digest` stands for their content."""

    parties: pd.DataFrame | None
    referents: pd.DataFrame | None
    codebook: Codebook
    claims: Claims | None
    digest: str

    @classmethod
    def of(cls, files: Files, wanted: str = "all") -> Given:
        """What those of the files hold that `wanted` rests on. A mistake in one of them is an InputError."""
        paths = {kind: path for kind, path in files.given().items() if kind in _RESTS_ON[wanted]}
        codebook = load_codebook(paths["codebook"]) if "codebook" in paths else default_codebook()
        return cls(
            parties=load_parties(paths["parties"]) if "parties" in paths else None,
            referents=load_referents(paths["referents"]) if "referents" in paths else None,
            codebook=codebook,
            claims=framing.load_claims(paths["claims"]) if "claims" in paths else None,
            digest=json.dumps({kind: sha256(path) for kind, path in paths.items()}),
        )

    def claims_about(self, article_ids: Iterable[str]) -> Claims | None:
        """The points, their articles marked as silent only as far as they are among these."""
        known = set(article_ids)
        if self.claims is None:
            return None
        points = (replace(point, silent=tuple(known & {*point.silent})) for point in self.claims.points)
        return replace(self.claims, points=tuple(points))


@dataclass(frozen=True)
class Chunk:
    """Some articles, and their quotes where these are settled already, as after a person's corrections."""

    articles: pd.DataFrame
    quotes: pd.DataFrame | None = None

    def parts(self, rows: Iterable[Sequence[int]]) -> Iterator[Chunk]:
        """Chunks of these rows of the articles, without what travels with the tables of all."""
        places = {} if self.quotes is None else self.quotes.groupby("article_id", sort=False).indices
        for some in rows:
            first = min(some, default=0)  # taken out of a slice, as Arrow copies a whole column to take rows of it
            near = self.articles.iloc[first : max(some, default=0) + 1]
            articles = near.iloc[[row - first for row in some]][COLUMNS]
            mine = [place for name in articles["article_id"] for place in places.get(name, ())]
            quotes = None if self.quotes is None else self.quotes.iloc[mine]
            for frame in (articles, quotes):
                if frame is not None:
                    frame.attrs = {}
            yield Chunk(articles, quotes)


def read(chunk: Chunk, given: Given, wanted: str) -> dict[str, pd.DataFrame]:
    """All that one chunk tells. `wanted` is "quotes", "agency", "claims" or "all"; the quotes are always among it."""
    articles = chunk.articles
    quotes = extract_quotes(articles, parties=given.parties) if chunk.quotes is None else chunk.quotes
    out = {"quotes": quotes}
    if wanted in ("agency", "all"):
        out["agency"] = framing.find_agency(articles, quotes, referents=given.referents)
    if wanted in ("claims", "all") and (claims := given.claims_about(articles["article_id"])):
        out["claims"] = framing.find_claims(articles, quotes, claims)
    if wanted == "all":
        out |= {name: _by_article(frame, articles) for name, frame in _measured(articles, out, given).items()}
    return out


def _by_article(frame: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """The rows one article after the other, as they stand where each article is a chunk."""
    order = {name: place for place, name in enumerate(articles["article_id"])}
    return frame.sort_values("article_id", key=lambda names: names.map(order), kind="stable", ignore_index=True)


def _measured(articles: pd.DataFrame, found: Mapping[str, pd.DataFrame], given: Given) -> dict[str, pd.DataFrame]:
    """What the measures rest on that look at single articles."""
    quotes, agency = found["quotes"], found["agency"]
    tone = sentiment.read_sentences(articles, quotes, parties=given.parties)
    stances = framing.find_stance(articles, quotes)
    labels = framing.find_labels(articles, quotes, referents=given.referents)
    return {
        "labels": labels,
        "measures.labels": counted_labels(labels),
        "stances": stances,
        "drivers": tone.drivers,
        "measures.frames": measure_frames(articles, quotes, given.codebook),
        "measures.voices": framing.measure_voices(agency),
        "measures.violence": framing.measure_violence(agency),
        "measures.stance": framing.measure_stance(stances),
        "measures.scare_quotes": framing.measure_scare_quotes(articles, quotes),
        "measures.sentiment": tone.measures,
        "measures.wording": wording.measure_wording(articles, quotes, min_count=1),
        "measures.balance": counted_quotes(articles, quotes),
    }


def finish(found: Mapping[str, Parts], articles: pd.DataFrame, given: Given) -> Tables:
    """The tables with what can be told of all articles together only."""
    quotes = found["quotes"]
    out = {**found, "quotes": Parts(quotes.__iter__, quotes.notes, travelling(articles, given.parties))}
    if "claims" in found and given.claims:
        order = {point.name: place for place, point in enumerate(given.claims.points)}
        rows = found["claims"].joined().sort_values("point", key=lambda c: c.map(order), kind="stable")
        about = unknown(given.claims, articles["article_id"])
        out["claims"] = Parts.of(schema.with_notes(rows.reset_index(drop=True), [about]))
    if "labels" in found:
        out["measures.labels"] = in_one_spelling(found["measures.labels"])
        out["measures.wording"] = wording.without_rare(found["measures.wording"])
        if not has_parties(found["measures.balance"]):
            out["measures.balance"] = Parts.of(schema.table([], "measures", [NO_SHARES]))
    return out


def contents(chunk: Chunk, given: Given, wanted: str, *, each: bool) -> list[bytes]:
    """What `read` finds, as bytes: for each article of the chunk by itself, or for all of them together."""
    parts = chunk.parts([row] for row in range(len(chunk.articles))) if each else [chunk]
    return [to_bytes(read(part, given, wanted)) for part in parts]
