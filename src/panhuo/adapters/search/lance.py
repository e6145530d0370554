"""The search table in LanceDB: pre-tokenised words, vectors of one space, filter columns; read side."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from panhuo.adapters.search.shard import COLUMNS, ROWS_AT_ONCE, Shard, load_shard
from panhuo.engine.matching.columns import WordTable, text_columns
from panhuo.engine.matching.scoring import ScoreRules
from panhuo.engine.ports import Floats, Found, Ids, IndexedText, SpaceId, Vectors, same_space

TABLE = "texts"
IDS_AT_ONCE = 1_000
"""asset_ids named in one filter expression."""
FETCHED_MORE = 4
"""Full text returns ties in no stable order: so many times more are fetched, then sorted by score and id."""


def connect(folder: Path) -> Any:
    """A LanceDB connection; imported late, because it costs most of a second."""
    os.environ.setdefault("LANCE_LOG", "error")
    import lancedb

    return lancedb.connect(folder)


@dataclass(slots=True)
class LanceIndex:
    """A TextIndex over one generation of the table. Do not fork after opening."""

    table: Any
    space: SpaceId
    words: WordTable

    def within(self, allowed: Ids) -> LanceSelection:
        """The rows whose asset_id is in allowed, looked up in the table as questions come."""
        return LanceSelection(self.table, self.space, self.words, allowed)

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

    def versions(self, allowed: Ids) -> tuple[Ids, Any]:
        """asset_ids of the rows that are in allowed, ascending, and the version of each as bytes."""
        rows = self.table.search().select(["asset_id", "version"]).limit(None).to_arrow()
        ids = rows["asset_id"].to_numpy()
        kept = np.isin(ids, allowed)
        order = np.argsort(ids[kept], kind="stable")
        return ids[kept][order], rows["version"].to_numpy().astype("S16")[kept][order]


class LanceSelection:
    """Rows that a question may find: their vectors in memory, their words read when needed."""

    def __init__(self, table: Any, space: SpaceId, words: WordTable, allowed: Ids) -> None:
        self._table = table
        self._space = space
        self._words = words
        rows = table.search().with_row_id(True).select(["asset_id"]).limit(None).to_arrow()
        ids = rows["asset_id"].to_numpy()
        kept = np.isin(ids, allowed)
        order = np.argsort(ids[kept], kind="stable")
        self._all_rows = len(ids)
        self._ids: Ids = ids[kept][order]
        self._row_ids = rows["_rowid"].to_numpy()[kept][order]
        self._matrix: Floats | None = None

    def __len__(self) -> int:
        return len(self._ids)

    def nearest(self, queries: Vectors, count: int) -> list[Ids]:
        """Exact inner products; see Selection."""
        same_space(queries.space, self._space)
        if not len(self) or not len(queries):
            return [np.zeros(0, np.int64) for _ in range(len(queries))]
        import faiss

        _, places = faiss.knn(queries.matrix, self._vectors(), min(count, len(self)), metric=faiss.METRIC_INNER_PRODUCT)
        return [self._ids[row[row >= 0]] for row in places]

    def containing(self, asked: Sequence[Sequence[tuple[str, float]]], count: int) -> list[Ids]:
        """BM25 over all rows of the table, those of the selection kept; asks for more until enough are found."""
        return [self._containing([word for word, _ in words], count) for words in asked]

    def _containing(self, words: Sequence[str], count: int) -> Ids:
        if not len(self) or not words:
            return np.zeros(0, np.int64)
        from lancedb.query import MatchQuery

        question = MatchQuery(" ".join(words), "words")
        limit = int(count * FETCHED_MORE * min(16.0, self._all_rows / len(self)))
        while True:
            limit = min(limit, self._all_rows)
            rows = self._table.search(question, query_type="fts").limit(limit).select(["asset_id", "_score"]).to_arrow()
            ids, scores = rows["asset_id"].to_numpy(), rows["_score"].to_numpy()
            kept = self._places(ids) >= 0
            if kept.sum() >= count or len(ids) < limit or limit == self._all_rows:
                order = np.lexsort((ids[kept], -scores[kept]))[:count]
                found: Ids = ids[kept][order]
                return found
            limit *= 8

    def read(self, ids: Ids) -> Found:
        """The texts of those ids that are in the selection."""
        places = self._places(np.unique(ids))
        places = places[places >= 0]
        rows = self._take(places, ["asset_id", "words", "title_words", "body_words"])
        cells = (rows[name].to_pylist() for name in ("asset_id", "words", "title_words", "body_words"))
        texts = {asset_id: unpacked(*text) for asset_id, *text in zip(*cells, strict=True)}
        kept = self._ids[places]
        columns = text_columns((texts[asset_id] for asset_id in kept.tolist()), self._words)
        return Found(kept, columns, np.arange(len(kept)), Vectors(self._space, self._vectors()), places)

    def said(self, ids: Ids) -> dict[int, str]:
        """Title and body as written."""
        places = self._places(ids)
        rows = self._take(places[places >= 0], ["asset_id", "said"])
        return dict(zip(rows["asset_id"].to_pylist(), rows["said"].to_pylist(), strict=True))

    def _take(self, places: Ids, columns: list[str]) -> Any:
        return self._table.take_row_ids(self._row_ids[places].tolist()).select(columns).to_arrow()

    def _places(self, ids: Ids) -> Ids:
        """Row of each asset_id in the selection, -1 where it is not in it."""
        if not len(self._ids):
            return np.full(len(ids), -1, np.int64)
        places = np.clip(np.searchsorted(self._ids, ids), 0, len(self._ids) - 1)
        return np.where(self._ids[places] == ids, places, -1)

    def _vectors(self) -> Floats:
        if self._matrix is None:
            dimensions = self._table.schema.field("vector").type.list_size
            matrix = np.zeros((len(self._ids), dimensions), np.float32)
            for batch in self._table.search().select(["asset_id", "vector"]).limit(None).to_batches():
                places = self._places(batch["asset_id"].to_numpy())
                vectors = batch["vector"].flatten().to_numpy().reshape(-1, dimensions)
                matrix[places[places >= 0]] = vectors[places >= 0]
            self._matrix = matrix
        return self._matrix


def packed(text: IndexedText) -> str:
    """Words joined by blanks: title, body, words inside longer ones. Words never hold blanks."""
    return " ".join((*text.title, *text.body, *text.parts))


def unpacked(words: str, title: int, body: int) -> IndexedText:
    """Inverse of packed; title and body: how many words they have."""
    parts = tuple(words.split(" ")) if words else ()
    return IndexedText(parts[:title], parts[title : title + body], parts[title + body :])
