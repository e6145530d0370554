"""Rows of the search table as Arrow batches, and the index over their words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from panhuo.adapters.search.lance import packed
from panhuo.adapters.search.texts import PatentText
from panhuo.engine.ports import Floats, IndexedText

IDS_AT_ONCE = 1_000
"""asset_ids named in one filter expression."""
WORDS = pa.schema([("words", pa.string()), ("title_words", pa.int32()), ("body_words", pa.int32())])


def table_schema(dimensions: int) -> pa.Schema:
    return pa.schema(
        [
            ("asset_id", pa.int64()),
            ("version", pa.string()),
            *WORDS,
            ("said", pa.string()),
            ("ip_type", pa.string()),
            ("owner_type", pa.string()),
            ("region_code", pa.string()),
            ("ipc_sections", pa.list_(pa.string())),
            ("ipc_subclasses", pa.list_(pa.string())),
            ("vector", pa.list_(pa.float32(), dimensions)),
        ]
    )


def words_batch(words: list[IndexedText]) -> pa.RecordBatch:
    return pa.record_batch(
        [
            pa.array([packed(text) for text in words], pa.string()),
            pa.array([len(text.title) for text in words], pa.int32()),
            pa.array([len(text.body) for text in words], pa.int32()),
        ],
        schema=WORDS,
    )


def row_batch(texts: list[PatentText], words: list[IndexedText], vectors: Floats) -> pa.RecordBatch:
    schema = table_schema(vectors.shape[1])
    cut = words_batch(words)
    columns: dict[str, Any] = {
        "asset_id": [text.asset_id for text in texts],
        "version": [text.version for text in texts],
        "said": [text.said for text in texts],
        **{name: [text.filters[name] for text in texts] for name in schema.names if name in texts[0].filters},
    }
    flat = pa.array(np.ascontiguousarray(vectors).ravel(), pa.float32())
    arrays = [
        cut.column(field.name)
        if field.name in WORDS.names
        else pa.FixedSizeListArray.from_arrays(flat, vectors.shape[1])
        if field.name == "vector"
        else pa.array(columns[field.name], field.type)
        for field in schema
    ]
    return pa.record_batch(arrays, schema=schema)


def index_words(table: Any) -> None:
    """Words as they are: the cutter has done all that a tokeniser would; long words are kept, ties sorted by us."""
    from lancedb.index import FTS

    plain = FTS(
        base_tokenizer="whitespace", stem=False, remove_stop_words=False, ascii_folding=False, max_token_length=None
    )
    table.create_index("words", config=plain)


def stored_versions(table: Any) -> dict[int, str]:
    rows = table.search().select(["asset_id", "version"]).limit(None).to_arrow()
    return dict(zip(rows["asset_id"].to_pylist(), rows["version"].to_pylist(), strict=True))
