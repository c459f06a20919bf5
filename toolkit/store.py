"""The tables of many chunks, as bytes on disk: what a run finds takes no memory until it is asked for.

Arrow holds them, between processes, in the cache and here, so nothing that is read can run code.
"""

from __future__ import annotations

import io
import json
import weakref
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import Any

import pandas as pd
import pyarrow as pa

from . import schema
from .schema import Parts

_ROWS = 50_000  # rows that are held before they are written, as one part of each table
_IN_MEMORY = 32_000_000  # bytes; more goes to the disk
_PACKED = pa.ipc.IpcWriteOptions(compression="zstd")
_ARROW = {"str": pa.large_string(), "object": pa.large_string(), "Int64": pa.int64(), "int64": pa.int64()}
_ARROW |= {"float64": pa.float64(), "bool": pa.bool_()}


def to_bytes(tables: Mapping[str, pd.DataFrame]) -> bytes:
    """The tables with their notes, one Arrow stream after the other."""
    stream = io.BytesIO()
    for name, frame in tables.items():
        notes = [_packed(note) for note in schema.raw_notes(frame)]
        told = {"name": name, "notes": json.dumps(notes), "types": json.dumps([str(t) for t in frame.dtypes])}
        bare = schema.flat(frame)
        bare.attrs = {}
        columns = [pa.Array.from_pandas(bare[column], type=_ARROW[str(bare[column].dtype)]) for column in bare.columns]
        stream.write(_stream(pa.Table.from_arrays(columns, list(bare.columns)).replace_schema_metadata(told)))
    return stream.getvalue()


def _stream(table: pa.Table) -> bytes:
    out = io.BytesIO()
    with pa.ipc.new_stream(out, table.schema, options=_PACKED) as writer:
        writer.write_table(table)
    return out.getvalue()


def _packed(note: str) -> Any:
    return [note.form, note.otherwise, note.parts] if isinstance(note, schema.Note) else note


def _unpacked(note: Any) -> str:
    if isinstance(note, str):
        return note
    form, otherwise, parts = note
    return schema.Note(form, otherwise, **{k: tuple(v) if isinstance(v, list) else v for k, v in parts.items()})


class Store:
    """The tables of chunks, in the order they are added."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - it lives as long as the tables
        weakref.finalize(self, self._file.close)
        self._places: dict[str, list[tuple[int, int]]] = defaultdict(
            list
        )  # of each table's parts: where, how many bytes
        self._notes: dict[str, list[str]] = defaultdict(list)
        self._held: dict[str, list[pa.Table]] = defaultdict(list)
        self._rows = 0

    def add(self, content: bytes) -> None:
        """Add what `to_bytes` made of one chunk."""
        buffer = pa.BufferReader(content)
        while buffer.tell() < len(content):
            table = pa.ipc.open_stream(buffer).read_all()
            told = table.schema.metadata
            name = told[b"name"].decode()
            self._notes[name] += map(_unpacked, json.loads(told[b"notes"]))
            self._held[name].append(table.replace_schema_metadata({"types": told[b"types"]}))
            self._rows += table.num_rows
        if self._rows >= _ROWS:
            self._write()

    def parts(self) -> dict[str, Parts]:
        """The tables by their names; they hold until the store is let go of."""
        self._write()
        return {name: Parts(partial(self._each, name), self._notes[name]) for name in self._places}

    def _write(self) -> None:
        self._file.seek(0, io.SEEK_END)
        for name, tables in self._held.items():
            content = _stream(pa.concat_tables(tables).combine_chunks())
            self._places[name].append((self._file.tell(), len(content)))
            self._file.write(content)
            self._notes[name] = schema.add_up(self._notes[name])
        self._held, self._rows = defaultdict(list), 0

    def _each(self, name: str) -> Iterator[pd.DataFrame]:
        for place, size in self._places[name]:
            self._file.seek(place)
            yield _frame(pa.ipc.open_stream(self._file.read(size)).read_all())


def _frame(table: pa.Table) -> pd.DataFrame:
    """The table as it was before it became bytes."""
    types = dict(zip(table.column_names, json.loads(table.schema.metadata[b"types"]), strict=True))
    frame: pd.DataFrame = table.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
    for name, dtype in types.items():
        lists = dtype == "object"
        frame[name] = frame[name].map(json.loads).astype(object) if lists else frame[name].astype(dtype)
    return frame
