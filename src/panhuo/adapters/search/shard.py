"""Rows of the search table in memory, thrown away after use: exact products, postings, columns to score."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from panhuo.engine.matching.bulk import (
    Kept,
    Nearest,
    NeedColumns,
    Ranked,
    ShardColumns,
    candidates_of,
    ranked,
    sums,
    tell,
    untold,
)
from panhuo.engine.matching.clusters import Clusters, cluster_rows
from panhuo.engine.matching.columns import (
    Postings,
    TextColumns,
    WordTable,
    in_order,
    joined,
    postings,
    token_columns,
)
from panhuo.engine.matching.rare_words import rare_rows
from panhuo.engine.matching.scoring import ScoreRules, score_numbers
from panhuo.engine.ports import Floats, Found, Ids, SpaceId, Vectors, same_space

ROWS_AT_ONCE = 50_000
BATCHES_AHEAD = 2
NO_POSTINGS = Postings(np.zeros(1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.uint16))
COLUMNS = ["asset_id", "words", "title_words", "body_words", "vector"]


@dataclass(slots=True)
class Shard:
    """A Selection over texts held in memory. ids: ascending; the row of a text in texts and vectors is its place there.

    One shard for one thread: it keeps scratch of its own.
    """

    ids: Ids
    texts: TextColumns
    vectors: Vectors
    postings: Postings
    words: WordTable
    rules: ScoreRules
    written: Any
    """Where title and abstract as written are looked up: a callable of asset_ids."""
    clusters: Clusters | None = None
    """Where given, many needs look into the clusters near to them only."""
    _near: Nearest | None = None

    def __len__(self) -> int:
        return len(self.ids)

    def nearest(self, queries: Vectors, count: int) -> list[Ids]:
        """Exact inner products; see Selection."""
        same_space(queries.space, self.vectors.space)
        if not len(self) or not len(queries):
            return [np.zeros(0, np.int64) for _ in range(len(queries))]
        rows = rows_near(self.vectors.matrix, queries.matrix, min(count, len(self)))
        return [self.ids[row[row >= 0]] for row in rows]

    @property
    def columns(self) -> ShardColumns:
        """As the bulk matcher takes it."""
        if self._near is None:
            self._near = nearest_of(self.vectors, self.clusters, threads=len(os.sched_getaffinity(0)))
        return ShardColumns(self.ids, self.texts, self.vectors, self.postings, self._near)

    def ranked(self, needs: NeedColumns, *, keep: int, threads: int = 1) -> Ranked:
        """The best texts of the shard for each need."""
        most = self.rules.candidates
        found = candidates_of(needs, self.columns, self.words, self.rules, most=most, threads=threads)
        return ranked(found, self.rules, keep=keep, threads=threads)

    def told(self, needs: NeedColumns, lines: Ranked, *, threads: int = 1) -> Kept:
        """Lines of texts of this shard with what brought them."""
        kept = untold(lines)
        tell(needs, kept, self.ids, self.texts, self.vectors, self.words, self.rules, threads=threads)
        return kept

    def containing(self, asked: Sequence[Sequence[tuple[str, float]]], count: int) -> list[Ids]:
        """BM25 over the postings of each need's words."""
        score, touched = sums()
        best, best_scores = np.zeros(count, np.int64), np.zeros(count, np.float32)
        known = len(self.postings.starts) - 1
        found = []
        for words in asked:
            told = [(self.words.ids[word], worth) for word, worth in words if self.words.ids.get(word, known) < known]
            kept = rare_rows(
                np.array([word for word, _ in told], np.int64),
                np.array([worth for _, worth in told], np.float32),
                self.postings.starts,
                self.postings.rows,
                self.postings.impacts,
                score,
                touched,
                best,
                best_scores,
            )
            found.append(self.ids[best[:kept]])
        return found

    def read(self, ids: Ids) -> Found:
        """The texts of those ids that are in the shard."""
        kept = np.unique(ids)
        rows = np.searchsorted(self.ids, kept)
        inside = (rows < len(self)) & (self.ids[np.minimum(rows, len(self) - 1)] == kept) if len(self) else rows < 0
        return Found(kept[inside], self.texts, rows[inside], self.vectors, rows[inside])

    def said(self, ids: Ids) -> dict[int, str]:
        """Title and body as written."""
        found: dict[int, str] = self.written(ids)
        return found


def rows_near(matrix: Floats, queries: Floats, count: int) -> Ids:
    """(queries, count) rows of the greatest inner products, exact, -1 where there are no more."""
    import faiss

    _, rows = faiss.knn(queries, matrix, count, metric=faiss.METRIC_INNER_PRODUCT)
    found: Ids = rows
    return found


def nearest_of(vectors: Vectors, clusters: Clusters | None, *, threads: int) -> Nearest:
    """How many needs at once find their nearest: among all, or in the clusters they look into."""
    if clusters is None:
        return partial(rows_near, vectors.matrix)
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1, "blas"):
        laid = cluster_rows(clusters, vectors, threads=threads)

    def near(queries: Floats, count: int) -> Ids:
        with threadpool_limits(1, "blas"):
            return laid.nearest(queries, count, threads=threads)

    return near


def load_shard(
    batches: Iterator[pa.RecordBatch],
    dimensions: int,
    space: SpaceId,
    words: WordTable,
    rules: ScoreRules,
    *,
    allowed: Ids | None = None,
    written: Any = None,
    with_postings: bool = True,
    clusters: Clusters | None = None,
) -> Shard:
    """A shard of the rows of `batches` (columns COLUMNS), of those in allowed (sorted, unique) where it is given.

    Without postings nothing can be sought by words in it.
    """
    ids, columns, vectors = [np.zeros(0, np.int64)], [], [np.zeros((0, dimensions), np.float32)]
    for batch, cut in cut_ahead(batches, allowed):
        ids.append(batch["asset_id"].to_numpy())
        columns.append(columns_of(batch, cut, words))
        vectors.append(np.asarray(batch["vector"].flatten()).reshape(-1, dimensions))
    all_ids, texts, matrix = np.concatenate(ids), joined(columns), np.concatenate(vectors)
    if (np.diff(all_ids) < 0).any():
        order = np.argsort(all_ids, kind="stable")
        all_ids, texts, matrix = all_ids[order], in_order(texts, order), matrix[order]
    turned = NO_POSTINGS
    if with_postings:
        turned = postings(texts, len(words), score_numbers(rules, words))
    return Shard(all_ids, texts, Vectors(space, matrix), turned, words, rules, written, clusters)


def _inside(ids: Ids, allowed: Ids) -> NDArray[np.bool_]:
    if not len(allowed):
        return np.zeros(len(ids), bool)
    places = np.minimum(np.searchsorted(allowed, ids), len(allowed) - 1)
    found: NDArray[np.bool_] = allowed[places] == ids
    return found


def cut_ahead(
    batches: Iterator[pa.RecordBatch], allowed: Ids | None
) -> Iterator[tuple[pa.RecordBatch, tuple[Any, Any]]]:
    """Batches that hold something, their words split; the next ones are split by other threads meanwhile."""

    def split(batch: pa.RecordBatch) -> tuple[pa.RecordBatch, tuple[Any, Any]]:
        if allowed is not None:
            batch = batch.filter(pa.array(_inside(batch["asset_id"].to_numpy(), allowed)))
        told = pc.split_pattern(batch["words"], " ")
        return batch, (told.offsets.to_numpy().astype(np.int64), told.flatten().dictionary_encode())

    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        waiting: deque[Any] = deque()
        for batch in batches:
            waiting.append(pool.submit(split, batch))
            if len(waiting) > BATCHES_AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def columns_of(batch: pa.RecordBatch, cut: tuple[Ids, Any], words: WordTable) -> TextColumns:
    """Words of a batch by number; each distinct word is looked up once."""
    starts, flat = cut
    numbers = np.array([words.id(word) if word else -1 for word in flat.dictionary.to_pylist()] or [-1], np.int32)
    tokens = numbers[flat.indices.to_numpy()] if len(flat) else np.zeros(0, np.int32)
    starts = starts - starts[0]
    found = token_columns(starts, tokens, batch["title_words"].to_numpy(), batch["body_words"].to_numpy(), len(words))
    empty = tokens[np.minimum(starts[:-1], max(len(tokens) - 1, 0))] < 0 if len(tokens) else np.ones(len(batch), bool)
    found.lengths[empty] = 0
    return found
