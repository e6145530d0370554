"""The search table in LanceDB: pre-tokenised words, vectors of one space, filter columns; read side."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from panhuo.adapters.search.shard import COLUMNS, ROWS_AT_ONCE, Shard, load_shard
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


@dataclass(slots=True)
class LanceIndex:
    """The rows of one generation of the table. Do not fork after opening."""

    table: Any
    space: SpaceId
    words: WordTable
    clusters: Clusters | None = None

    def in_memory(self, allowed: Ids, rules: ScoreRules, *, postings: bool = True) -> Shard:
        """The rows of allowed (ascending, unique) read into memory, for many questions at once."""
        question = self.table.search()
        if len(allowed):
            question = question.where(f"asset_id >= {allowed[0]} AND asset_id <= {allowed[-1]}")
        batches = question.select(COLUMNS).limit(None).to_batches(batch_size=ROWS_AT_ONCE) if len(allowed) else []
        dimensions = self.table.schema.field("vector").type.list_size
        return load_shard(
            iter(batches),
            dimensions,
            self.space,
            self.words,
            rules,
            allowed=allowed,
            written=self.said,
            with_postings=postings,
            clusters=self.clusters,
        )

    def said(self, ids: Ids) -> dict[int, str]:
        """Title and body as written."""
        found: dict[int, str] = {}
        for start in range(0, len(ids), IDS_AT_ONCE):
            wanted = ", ".join(map(str, ids[start : start + IDS_AT_ONCE].tolist()))
            rows = self.table.search().where(f"asset_id IN ({wanted})").select(["asset_id", "said"]).limit(None)
            told = rows.to_arrow()
            found |= dict(zip(told["asset_id"].to_pylist(), told["said"].to_pylist(), strict=True))
        return found

    def versions(self, allowed: Ids | None = None) -> tuple[Ids, Any]:
        """asset_ids of the rows that are in allowed [all], ascending, and the version of each as bytes."""
        rows = self.table.search().select(["asset_id", "version"]).limit(None).to_arrow()
        ids, versions = rows["asset_id"].to_numpy(), rows["version"].to_numpy().astype("S16")
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
            self._table = connect(self._folder).open_table(TABLE)
        return getattr(self._table, name)


def packed(text: IndexedText) -> str:
    """Words joined by blanks: title, body, words inside longer ones. Words never hold blanks."""
    return " ".join((*text.title, *text.body, *text.parts))


def unpacked(words: str, title: int, body: int) -> IndexedText:
    """Inverse of packed; title and body: how many words they have."""
    parts = tuple(words.split(" ")) if words else ()
    return IndexedText(parts[:title], parts[title : title + body], parts[title + body :])
