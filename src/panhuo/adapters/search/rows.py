"""Rows of the search table as Arrow batches, and the index over their words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from panhuo.adapters.search.texts import PatentText
from panhuo.engine.matching.numbered import NumberedTexts
from panhuo.engine.ports import Floats

WORDS = pa.schema([("words", pa.string()), ("title_words", pa.int32()), ("body_words", pa.int32())])


def table_schema(dimensions: int) -> pa.Schema:
    return pa.schema(
        [
            ("asset_id", pa.int64()),
            ("version", pa.string()),
            *WORDS,
            ("said", pa.string()),
            ("owner_type", pa.string()),
            ("region_code", pa.string()),
            ("ipc_subclasses", pa.list_(pa.string())),
            ("vector", pa.list_(pa.float32(), dimensions)),
        ]
    )


def rows_without_vectors(texts: Sequence[PatentText], cut: NumberedTexts) -> pa.RecordBatch:
    """The columns of table_schema but `vector`, in their order."""
    schema = table_schema(1).remove(len(table_schema(1)) - 1)
    spelt = pa.array(cut.words, pa.string()).take(pa.array(cut.numbers))
    columns: dict[str, Any] = {
        "asset_id": [text.asset_id for text in texts],
        "version": [text.version for text in texts],
        "words": pc.binary_join(pa.ListArray.from_arrays(pa.array(cut.starts.astype(np.int32)), spelt), " "),
        "title_words": cut.title_words,
        "body_words": cut.body_words,
        "said": [text.said for text in texts],
        **{name: [text.filters[name] for text in texts] for name in schema.names if name in texts[0].filters},
    }
    return pa.record_batch([pa.array(columns[field.name], field.type) for field in schema], schema=schema)


def row_batch(rows: pa.RecordBatch, vectors: Floats) -> pa.RecordBatch:
    """Rows of the table: rows_without_vectors with the vector of each."""
    flat = pa.array(np.ascontiguousarray(vectors).ravel(), pa.float32())
    arrays = [*rows.columns, pa.FixedSizeListArray.from_arrays(flat, vectors.shape[1])]
    return pa.record_batch(arrays, schema=table_schema(vectors.shape[1]))


def index_words(table: Any) -> None:
    """Words as they are: the cutter has done all that a tokeniser would; long words are kept, ties sorted by us."""
    from lancedb.index import FTS

    plain = FTS(
        base_tokenizer="whitespace", stem=False, remove_stop_words=False, ascii_folding=False, max_token_length=None
    )
    table.create_index("words", config=plain)
