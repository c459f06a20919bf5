"""What is found in a chunk of articles, and the chunks' tables put together again.

Nothing in a chunk looks from one article to another, so the tables are the same bytes however the articles are cut
into chunks and wherever a chunk is worked on. What looks across articles is done before (ids and copies in
`articles.py`; gathered quotes; corrections) or after: rare terms, spellings of labels, shares of quotes, comparisons.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import pyarrow as pa

from . import framing, schema, sentiment, wording
from .entities import load_parties, load_referents
from .files import Files
from .framing.balance import measure_balance
from .framing.claims import Claims, unknown
from .framing.codebook import Codebook, default_codebook, load_codebook, measure_frames
from .quotes.extract import extract_quotes
from .quotes.origin import remember
from .resources import sha256

Tables = dict[str, pd.DataFrame]

# All of an article that its figures can rest on. The cache goes by these, so nothing else is handed on.
COLUMNS = ["article_id", "outlet", "language", "text", "skip"]
_RESTS_ON = {
    "quotes": ("parties",),
    "agency": ("parties", "referents"),
    "claims": ("parties", "claims"),
    "all": ("parties", "referents", "codebook", "claims"),
}
_PENDING = 256  # tables of chunks that are held before they are joined


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
            articles = self.articles.iloc[list(some)][COLUMNS]
            mine = [place for name in articles["article_id"] for place in places.get(name, ())]
            quotes = None if self.quotes is None else self.quotes.iloc[mine]
            for frame in (articles, quotes):
                if frame is not None:
                    frame.attrs = {}
            yield Chunk(articles, quotes)


def read(chunk: Chunk, given: Given, wanted: str) -> Tables:
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


def _measured(articles: pd.DataFrame, found: Tables, given: Given) -> Tables:
    """What the measures rest on that look at single articles."""
    quotes, agency = found["quotes"], found["agency"]
    tone = sentiment.read_sentences(articles, quotes, parties=given.parties)
    stances = framing.find_stance(articles, quotes)
    return {
        "labels": framing.find_labels(articles, quotes, referents=given.referents),
        "stances": stances,
        "drivers": tone.drivers,
        "measures.frames": measure_frames(articles, quotes, given.codebook),
        "measures.voices": framing.measure_voices(agency),
        "measures.violence": framing.measure_violence(agency),
        "measures.stance": framing.measure_stance(stances),
        "measures.scare_quotes": framing.measure_scare_quotes(articles, quotes),
        "measures.sentiment": tone.measures,
        "measures.wording": wording.measure_wording(articles, quotes, min_count=1),
    }


def finish(tables: Tables, articles: pd.DataFrame, given: Given) -> Tables:
    """The joined tables with what can be told of all articles together only."""
    out = {**tables, "quotes": remember(tables["quotes"], articles, given.parties)}
    if "claims" in tables and given.claims:
        order = {point.name: place for place, point in enumerate(given.claims.points)}
        rows = tables["claims"].sort_values("point", key=lambda c: c.map(order), kind="stable", ignore_index=True)
        out["claims"] = schema.with_notes(rows, [unknown(given.claims, articles["article_id"])])
    if "labels" in tables:
        out["measures.labels"] = framing.measure_labels(tables["labels"])
        out["measures.wording"] = wording.without_rare(tables["measures.wording"])
        out["measures.balance"] = measure_balance(articles, tables["quotes"])
    return out


def contents(chunk: Chunk, given: Given, wanted: str, *, each: bool) -> list[bytes]:
    """What `read` finds, as bytes: for each article of the chunk by itself, or for all of them together."""
    parts = chunk.parts([row] for row in range(len(chunk.articles))) if each else [chunk]
    return [to_bytes(read(part, given, wanted)) for part in parts]


# Tables as bytes: between processes, in the cache, on disk. Arrow holds them, so nothing that is read can run code.


def to_bytes(tables: Tables) -> bytes:
    """The tables with their notes, one Arrow stream after the other."""
    stream = io.BytesIO()
    for name, frame in tables.items():
        notes = [_packed(note) for note in schema.raw_notes(frame)]
        told = {"name": name, "notes": json.dumps(notes), "types": json.dumps([str(t) for t in frame.dtypes])}
        bare = schema.flat(frame)
        bare.attrs = {}
        columns = [pa.Array.from_pandas(bare[column], type=_ARROW[str(bare[column].dtype)]) for column in bare.columns]
        table = pa.Table.from_arrays(columns, list(bare.columns)).replace_schema_metadata(told)
        with pa.ipc.new_stream(stream, table.schema) as writer:
            writer.write_table(table)
    return stream.getvalue()


_ARROW = {"str": pa.large_string(), "object": pa.large_string(), "Int64": pa.int64(), "int64": pa.int64()}
_ARROW |= {"float64": pa.float64(), "bool": pa.bool_()}


def _packed(note: str) -> Any:
    return [note.form, note.otherwise, note.parts] if isinstance(note, schema.Note) else note


def _unpacked(note: Any) -> str:
    if isinstance(note, str):
        return note
    form, otherwise, parts = note
    return schema.Note(form, otherwise, **{k: tuple(v) if isinstance(v, list) else v for k, v in parts.items()})


class Merger:
    """Joins the tables of chunks, in the order they are added."""

    def __init__(self) -> None:
        self._tables: dict[str, list[pa.Table]] = {}
        self._notes: dict[str, list[str]] = {}

    def add(self, content: bytes) -> None:
        """Add what `to_bytes` made of one chunk."""
        buffer = pa.BufferReader(content)
        while buffer.tell() < len(content):
            table = pa.ipc.open_stream(buffer).read_all()
            name = table.schema.metadata[b"name"].decode()
            held, notes = self._tables.setdefault(name, []), self._notes.setdefault(name, [])
            held.append(table)
            notes += map(_unpacked, json.loads(table.schema.metadata[b"notes"]))
            if len(held) >= _PENDING:
                held[:] = [pa.concat_tables(held).combine_chunks()]
                notes[:] = schema.add_up(notes)

    def tables(self) -> Tables:
        """The joined tables, each with its notes added up. What was added is let go of."""
        out = {}
        while self._tables:
            name = next(iter(self._tables))
            held = self._tables.pop(name)
            out[name] = schema.with_notes(_frame(pa.concat_tables(held)), schema.add_up(self._notes[name]))
        return out


def _frame(table: pa.Table) -> pd.DataFrame:
    """The table as it was before it became bytes."""
    types = dict(zip(table.column_names, json.loads(table.schema.metadata[b"types"]), strict=True))
    frame: pd.DataFrame = table.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
    for name, dtype in types.items():
        lists = dtype == "object"
        frame[name] = frame[name].map(json.loads).astype(object) if lists else frame[name].astype(dtype)
    return frame
