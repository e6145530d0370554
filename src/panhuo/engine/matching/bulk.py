"""Many needs against the texts of one shard: candidates, scores, the best of each need with the words they rest on.

A shard is any part of the index; what a text scores does not hang on the shard it is in, so that the best of all
shards, put together, are the best of the whole. The same function runs in one process and in the tasks of a cluster.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from panhuo.engine.matching.asked import AskedBlock
from panhuo.engine.matching.columns import Places, Postings, TextColumns, WordTable
from panhuo.engine.matching.kernel import PARTS, match_needs, rank_rows
from panhuo.engine.matching.query import Query
from panhuo.engine.matching.scoring import Scorer, ScoreRules
from panhuo.engine.ports import Encoder, Floats, Found, Ids, Vectors, same_space

SHARED = 6
NEAR_PAIRS = 3
NEEDS_AT_ONCE = 1_024
"""Needs that share one pass over the vectors."""
Nearest = Callable[[Floats, int], Ids]
"""(needs, dimensions), count -> (needs, count) rows of greatest inner products, -1 where there are no more."""


@dataclass(frozen=True, slots=True)
class NeedColumns:
    """n needs ready to be asked. asked_*: the words by which candidates are sought and what each is worth."""

    block: AskedBlock
    vectors: Vectors
    asked_starts: Ids
    asked_words: Ids
    asked_worths: Floats

    def __len__(self) -> int:
        return len(self.block.starts) - 1

    @property
    def asked(self) -> tuple[Any, ...]:
        return self.asked_starts, self.asked_words, self.asked_worths


@dataclass(frozen=True, slots=True)
class Kept:
    """The best `keep` texts of n needs. counts: (n, 2), how many were kept and how many were scored.

    ids, totals: (n, keep); parts: (n, keep, PARTS); shared: (n, keep, SHARED) slots of shared words, -1 for none;
    in_title: the same shape; near_slots, near_words, near_likes: (n, keep, NEAR_PAIRS).
    """

    counts: NDArray[np.int32]
    ids: Ids
    totals: NDArray[np.float64]
    parts: Floats
    shared: NDArray[np.int16]
    in_title: NDArray[np.bool_]
    near_slots: NDArray[np.int16]
    near_words: Places
    near_likes: Floats

    @property
    def told(self) -> tuple[Any, ...]:
        return self.shared, self.in_title, self.near_slots, self.near_words, self.near_likes


def need_columns(queries: Sequence[Query], scorer: Scorer, encoder: Encoder, table: WordTable) -> NeedColumns:
    """Queries as columns."""
    block = scorer.ask(queries)
    starts = [0]
    words: list[int] = []
    worths: list[float] = []
    for need in range(len(queries)):
        for word, worth in scorer.asked(block, need):
            words.append(table.id(word))
            worths.append(worth)
        starts.append(len(words))
    return NeedColumns(
        block,
        encoder.encode([query.bag for query in queries]),
        np.array(starts, np.int64),
        np.array(words, np.int64),
        np.array(worths, np.float32),
    )


def match_shard(
    needs: NeedColumns,
    ids: Ids,
    texts: TextColumns,
    vectors: Vectors,
    turned: Postings,
    nearest: Nearest,
    table: WordTable,
    rules: ScoreRules,
    *,
    keep: int,
    threads: int = 1,
) -> Kept:
    """The best of one shard for each need. ids: of the texts, ascending. nearest: exact, over `vectors`.

    Raises: MixedSpaces.
    """
    same_space(needs.vectors.space, vectors.space)
    kept = nothing(len(needs), keep)
    if not len(ids):
        return kept
    worths = table.worths
    postings = _wide(turned, len(table))
    numbers = score_numbers(rules, table)
    weights = np.array(rules.weights, np.float64)
    scratch = [
        (np.zeros(len(table), np.int32), np.zeros(len(ids), np.float32), np.zeros(len(ids), np.int32))
        for _ in range(threads)
    ]

    def work(thread: int, first: int, last: int, by_sense: Ids) -> None:
        match_needs(
            first,
            last,
            needs.block.slots,
            needs.block.heard,
            needs.asked,
            needs.vectors.matrix,
            by_sense,
            texts.arrays,
            vectors.matrix,
            postings,
            worths,
            numbers,
            weights,
            rules.least,
            rules.candidates,
            rules.postings,
            scratch[thread],
            kept.counts,
            kept.ids,
            kept.totals,
            kept.parts,
            kept.told,
        )

    with ThreadPoolExecutor(threads) as pool:
        for start in range(0, len(needs), NEEDS_AT_ONCE):
            stop = min(start + NEEDS_AT_ONCE, len(needs))
            asked = needs.vectors.matrix[start:stop]
            rows = nearest(asked, min(rules.candidates, len(ids)))
            rows[~asked.any(axis=1)] = -1  # a need that says nothing in the space has no nearest
            cuts = np.linspace(start, stop, threads + 1).astype(int)
            done = [
                pool.submit(work, thread, int(first), int(last), rows[first - start : last - start])
                for thread, (first, last) in enumerate(zip(cuts[:-1], cuts[1:], strict=True))
            ]
            for one in done:
                one.result()
    found = np.arange(keep) < kept.counts[:, :1]
    kept.ids[found] = ids[kept.ids[found]]
    kept.ids[~found] = -1
    return kept


def match_found(needs: NeedColumns, need: int, found: Found, table: WordTable, rules: ScoreRules, *, keep: int) -> Kept:
    """The best of texts that were looked up, for one need; row 0 of what is kept."""
    same_space(needs.vectors.space, found.vectors.space)
    kept = nothing(1, keep)
    kept.counts[0, 1] = len(found.ids)
    if len(found.ids):
        kept.counts[0, 0] = rank_rows(
            need,
            needs.block.slots,
            needs.block.heard,
            needs.vectors.matrix[need],
            found.texts.arrays,
            found.vectors.matrix,
            table.worths,
            found.rows,
            found.vector_rows,
            score_numbers(rules, table),
            np.array(rules.weights, np.float64),
            rules.least,
            np.zeros(len(table), np.int32),
            kept.ids[0],
            kept.totals[0],
            kept.parts[0],
            tuple(one[0] for one in kept.told),
        )
    count = kept.counts[0, 0]
    kept.ids[0, :count] = found.ids[kept.ids[0, :count]]
    kept.ids[0, count:] = -1
    return kept


def merged(parts: Sequence[Kept], *, keep: int) -> Kept:
    """The best `keep` of what shards kept; equal totals stand by id."""
    if len(parts) == 1:
        return parts[0]
    every = {one.name: np.concatenate([getattr(part, one.name) for part in parts], axis=1) for one in fields(Kept)[1:]}
    counts = np.sum([part.counts for part in parts], axis=0).astype(np.int32)
    counts[:, 0] = np.minimum(counts[:, 0], keep)
    lacking = every["ids"] < 0
    order = np.lexsort((every["ids"], -every["totals"], lacking), axis=1)[:, :keep]
    needs = np.arange(len(counts))[:, None]
    return Kept(counts, **{name: values[needs, order] for name, values in every.items()})


def score_numbers(rules: ScoreRules, table: WordTable) -> Floats:
    """What the loops need of the rules: title_factor, saturation, length_share, words of a text on average."""
    return np.array([rules.title_factor, rules.saturation, rules.length_share, table.mean_words or 1.0], np.float32)


def _wide(turned: Postings, words: int) -> tuple[Any, ...]:
    """Postings over more words than there were when they were made; later words stand in no text."""
    lacking = max(0, words + 1 - len(turned.starts))
    starts = np.concatenate([turned.starts, np.full(lacking, turned.starts[-1])]) if lacking else turned.starts
    return starts, turned.rows, turned.counts


def stacked(parts: Sequence[Kept]) -> Kept:
    """Needs one after the other."""
    return Kept(*(np.concatenate([getattr(part, one.name) for part in parts]) for one in fields(Kept)))


def nothing(needs: int, keep: int) -> Kept:
    """Needs for which nothing was found."""
    return Kept(
        np.zeros((needs, 2), np.int32),
        np.full((needs, keep), -1, np.int64),
        np.zeros((needs, keep), np.float64),
        np.zeros((needs, keep, PARTS), np.float32),
        np.full((needs, keep, SHARED), -1, np.int16),
        np.zeros((needs, keep, SHARED), np.bool_),
        np.full((needs, keep, NEAR_PAIRS), -1, np.int16),
        np.full((needs, keep, NEAR_PAIRS), -1, np.int32),
        np.zeros((needs, keep, NEAR_PAIRS), np.float32),
    )
