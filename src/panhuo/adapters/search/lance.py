"""The search table in LanceDB: pre-tokenised words, vectors of one space, filter columns; read side."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from panhuo.adapters.search.shard import COLUMNS, ROWS_AT_ONCE, Shard, load_shard
from panhuo.adapters.search.spoilt_table import readable
from panhuo.engine.matching.clusters import Clusters
from panhuo.engine.matching.columns import WordTable
from panhuo.engine.matching.scoring import ScoreRules
from panhuo.engine.ports import Ids, IndexedText, SpaceId

TABLE = "texts"
IDS_AT_ONCE = 1_000
"""asset_ids named in one filter expression."""


def connect(folder: Path) -> Any:
    """A LanceDB connection; imported late, because it costs most of a second."""
    os.environ.setdefault("LANCE_LOG", "error")
    import lancedb

    return lancedb.connect(folder)


def open_table(folder: Path) -> Any:
    """The table of a generation. Raises: SpoiltTable."""
    with readable(folder / f"{TABLE}.lance"):
        return connect(folder).open_table(TABLE)


def table_batches(table: Any, columns: list[str], where: str = "", size: int | None = None) -> Iterator[pa.RecordBatch]:
    """Rows of a table in batches of `size` [the table's] at most, those that meet `where`. Raises: SpoiltTable."""
    with readable(_place(table)):
        asked = table.search()
        asked = (asked.where(where) if where else asked).select(columns).limit(None)
        batches = iter(asked.to_batches(batch_size=size) if size else asked.to_batches())
    while True:
        with readable(_place(table)):
            batch = next(batches, None)
        if batch is None:
            return
        yield batch


def named_rows(ids: Ids) -> Iterator[str]:
    """Filter expressions that name all these asset_ids."""
    for start in range(0, len(ids), IDS_AT_ONCE):
        yield f"asset_id IN ({', '.join(map(str, ids[start : start + IDS_AT_ONCE].tolist()))})"


def row_versions(table: Any) -> tuple[Ids, Any]:
    """asset_id of each row, and its version as bytes. Raises: SpoiltTable."""
    ids, versions = [np.zeros(0, np.int64)], [np.zeros(0, "S16")]
    for rows in table_batches(table, ["asset_id", "version"]):
        with readable(_place(table)):
            ids.append(rows["asset_id"].to_numpy())
            versions.append(rows["version"].to_numpy(zero_copy_only=False).astype("S16"))
    return np.concatenate(ids), np.concatenate(versions)


def vector_size(table: Any) -> int:
    """Numbers of a row's vector."""
    with readable(_place(table)):
        return int(table.schema.field("vector").type.list_size)


def _place(table: Any) -> Path:
    return Path(str(getattr(table, "uri", TABLE)))


@dataclass(slots=True)
class LanceIndex:
    """The rows of one generation of the table. Do not fork after opening."""

    table: Any
    space: SpaceId
    words: WordTable
    clusters: Clusters | None = None

    def in_memory(self, allowed: Ids, rules: ScoreRules, *, postings: bool = True) -> Shard:
        """The rows of allowed (ascending, unique) read into memory, for many questions at once."""
        within = f"asset_id >= {allowed[0]} AND asset_id <= {allowed[-1]}" if len(allowed) else ""
        batches = table_batches(self.table, COLUMNS, within, ROWS_AT_ONCE) if len(allowed) else iter([])
        return load_shard(
            batches,
            self.dimensions,
            self.space,
            self.words,
            rules,
            allowed=allowed,
            written=self.said,
            with_postings=postings,
            clusters=self.clusters,
        )

    @property
    def dimensions(self) -> int:
        """Numbers of a row's vector."""
        return vector_size(self.table)

    def said(self, ids: Ids) -> dict[int, str]:
        """Title and body as written. Raises: SpoiltTable."""
        found: dict[int, str] = {}
        for named in named_rows(ids):
            for rows in table_batches(self.table, ["asset_id", "said"], named):
                found |= dict(zip(rows["asset_id"].to_pylist(), rows["said"].to_pylist(), strict=True))
        return found

    def versions(self, allowed: Ids | None = None) -> tuple[Ids, Any]:
        """asset_ids of the rows that are in allowed [all], ascending, and the version of each as bytes."""
        ids, versions = row_versions(self.table)
        if allowed is not None:
            kept = np.isin(ids, allowed)
            ids, versions = ids[kept], versions[kept]
        order = np.argsort(ids, kind="stable")
        return ids[order], versions[order]


class TableWhenAsked:
    """A table that is opened when something is first asked of it: who only reads columns need not wait for it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._table: Any = None

    def __getattr__(self, name: str) -> Any:
        if self._table is None:
            self._table = open_table(self._folder)
        return getattr(self._table, name)


def unpacked(words: str, title: int, body: int) -> IndexedText:
    """Words of a row: title, body, words inside longer ones. title, body: how many words they have."""
    parts = tuple(words.split(" ")) if words else ()
    return IndexedText(parts[:title], parts[title : title + body], parts[title + body :])
