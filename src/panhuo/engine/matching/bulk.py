"""Many needs against texts in shards: candidates with their scores, the best of each need, the words they rest on.

A shard is any part of the index. What a text scores does not hang on the shard it is in, and of the candidates of all
shards those of the whole are kept: the answers are the same however the index is cut, in one process, in the tasks of
a cluster, or when a day's new texts are added to yesterday's candidates.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from panhuo.engine.matching.asked import AskedBlock, picked
from panhuo.engine.matching.columns import Places, Postings, TextColumns, WordNumbers, WordTable
from panhuo.engine.matching.kernel import PARTS, fill_totals, match_needs, rank_needs, tell_needs
from panhuo.engine.matching.query import Query
from panhuo.engine.matching.rare_words import BLOCK_ROWS
from panhuo.engine.matching.scoring import Scorer, ScoreRules, score_numbers
from panhuo.engine.ports import Encoder, Floats, Found, Ids, Vectors, same_space

SHARED = 6
NEAR_PAIRS = 3
NEEDS_AT_ONCE = 4_096
"""Needs that share one pass over the vectors: so many that the products of a cluster are worth their trouble."""
SPARE = 16
"""Texts asked for beyond the candidates by sense: equal products come in no stable order, ours is by id."""
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

    def some(self, needs: Ids) -> NeedColumns:
        """Some of them, in the order given."""
        starts, asked = picked(self.asked_starts, needs)
        return NeedColumns(
            self.block.some(needs),
            Vectors(self.vectors.space, self.vectors.matrix[needs]),
            starts,
            self.asked_words[asked],
            self.asked_worths[asked],
        )


@dataclass(frozen=True, slots=True)
class Candidates:
    """What of the texts comes into question for n needs: the best `most` by sense and by words, best first, ties by id.

    counts: (n, 2), how many by sense and by words; ids -1 behind them. totals: their scores, whole.
    """

    counts: NDArray[np.int32]
    sense_ids: Ids
    sense_scores: Floats
    sense_totals: NDArray[np.float64]
    word_ids: Ids
    word_scores: Floats
    word_totals: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.counts)


@dataclass(frozen=True, slots=True)
class Ranked:
    """The best `keep` texts of n needs, best first, ties by id. counts: (n, 2), how many are kept and were scored.

    ids, totals: (n, keep); -1 and 0 behind them.
    """

    counts: NDArray[np.int32]
    ids: Ids
    totals: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.counts)


@dataclass(frozen=True, slots=True)
class Kept(Ranked):
    """The same with what brought it. parts: (n, keep, PARTS); shared: (n, keep, SHARED) slots of shared words, -1 for
    none; in_title: the same shape; near_slots, near_words, near_likes: (n, keep, NEAR_PAIRS).
    """

    parts: Floats
    shared: NDArray[np.int16]
    in_title: NDArray[np.bool_]
    near_slots: NDArray[np.int16]
    near_words: Places
    near_likes: Floats

    @property
    def told(self) -> tuple[Any, ...]:
        return self.shared, self.in_title, self.near_slots, self.near_words, self.near_likes


@dataclass(frozen=True, slots=True)
class ShardColumns:
    """Texts to match against. ids: ascending; row i of texts and of vectors is the text ids[i].

    turned: postings of the texts; nearest: exact, over the vectors.
    """

    ids: Ids
    texts: TextColumns
    vectors: Vectors
    turned: Postings
    nearest: Nearest


def need_columns(queries: Sequence[Query], scorer: Scorer, encoder: Encoder) -> NeedColumns:
    """Queries as columns."""
    block = scorer.ask(queries)
    return NeedColumns(block, encoder.encode([query.bag for query in queries]), *scorer.rare(block))


def candidates_of(
    needs: NeedColumns,
    shard: ShardColumns,
    table: WordNumbers,
    rules: ScoreRules,
    *,
    most: int,
    threads: int = 1,
    told: Callable[[int], None] | None = None,
) -> Candidates:
    """The candidates of one shard for each need, with their scores. told: hears how many needs are done.

    Raises: MixedSpaces.
    """
    same_space(needs.vectors.space, shard.vectors.space)
    found = no_candidates(len(needs), most)
    if not len(shard.ids):
        return found
    worths, numbers = table.worths, score_numbers(rules, table)
    weights = np.array(rules.weights, np.float64)
    postings = _wide(shard.turned, len(table))
    sense_counts, word_counts = found.counts[:, 0].copy(), found.counts[:, 1].copy()
    sense = found.sense_ids, found.sense_scores, found.sense_totals, sense_counts
    words = found.word_ids, found.word_scores, found.word_totals, word_counts
    size = len(shard.ids)
    scratch = [(np.zeros(len(table), np.int32), *sums()) for _ in range(threads)]

    for start in range(0, len(needs), NEEDS_AT_ONCE):
        stop = min(start + NEEDS_AT_ONCE, len(needs))
        asked = needs.vectors.matrix[start:stop]
        by_sense = shard.nearest(asked, min(most + SPARE, size))
        by_sense[~asked.any(axis=1)] = -1  # a need that says nothing in the space has no nearest

        def work(thread: int, first: int, last: int, since: int = start, rows: Ids = by_sense) -> None:
            match_needs(
                first,
                last,
                needs.block.slots,
                needs.block.heard,
                needs.asked,
                needs.vectors.matrix,
                rows[first - since : last - since],
                shard.texts.arrays,
                shard.vectors.matrix,
                postings,
                worths,
                numbers,
                weights,
                scratch[thread],
                sense,
                words,
            )

        _on_threads(threads, start, stop, work)
        if told:
            told(stop)
    found.counts[:, 0], found.counts[:, 1] = sense_counts, word_counts
    for ids, counts in ((found.sense_ids, sense_counts), (found.word_ids, word_counts)):
        there = np.arange(most) < counts[:, None]
        ids[there] = shard.ids[ids[there]]
        ids[~there] = -1
    return found


def merged(parts: Sequence[Candidates]) -> Candidates:
    """The candidates of shards put together: those of the whole, whatever the shards were."""
    if len(parts) == 1:
        return parts[0]
    most = parts[0].sense_ids.shape[1]
    counts = np.minimum(np.sum([part.counts for part in parts], axis=0), most).astype(np.int32)
    lists = []
    for kind in ("sense", "word"):
        ids, scores, totals = (
            np.concatenate([getattr(part, f"{kind}_{name}") for part in parts], axis=1)
            for name in ("ids", "scores", "totals")
        )
        order = np.lexsort((ids, -scores, ids < 0), axis=1)[:, :most]
        lists += [np.take_along_axis(one, order, axis=1) for one in (ids, scores, totals)]
    return Candidates(counts, *lists)


def ranked(candidates: Candidates, rules: ScoreRules, *, keep: int, threads: int = 1) -> Ranked:
    """The best `keep` of each need by their whole score."""
    kept = Ranked(
        np.zeros((len(candidates), 2), np.int32),
        np.full((len(candidates), keep), -1, np.int64),
        np.zeros((len(candidates), keep), np.float64),
    )

    def work(_: int, first: int, last: int) -> None:
        rank_needs(
            first,
            last,
            candidates.sense_ids,
            candidates.sense_totals,
            candidates.word_ids,
            candidates.word_totals,
            candidates.counts,
            rules.least,
            kept.counts,
            kept.ids,
            kept.totals,
        )

    _on_threads(threads, 0, len(candidates), work)
    kept.ids[np.arange(keep) >= kept.counts[:, :1]] = -1
    return kept


def tell(
    needs: NeedColumns,
    kept: Kept,
    ids: Ids,
    texts: TextColumns,
    vectors: Vectors,
    table: WordTable,
    rules: ScoreRules,
    *,
    threads: int = 1,
    text_rows: Ids | None = None,
    vector_rows: Ids | None = None,
) -> None:
    """Fill in the parts of the lines that are texts of `ids` (ascending), and the words they rest on.

    text_rows, vector_rows: the row of each of ids in texts and in vectors; its place among ids where not given.
    """
    if not len(ids):
        return
    places = np.minimum(np.searchsorted(ids, kept.ids), len(ids) - 1)
    held = (ids[places] == kept.ids) & (kept.ids >= 0)
    rows = np.where(held, places if text_rows is None else text_rows[places], -1)
    of_vectors = np.where(held, places if vector_rows is None else vector_rows[places], -1)
    worths, numbers = table.worths, score_numbers(rules, table)
    weights = np.array(rules.weights, np.float64)
    marks = [np.zeros(len(table), np.int32) for _ in range(threads)]

    def work(thread: int, first: int, last: int) -> None:
        tell_needs(
            first,
            last,
            needs.block.slots,
            needs.block.heard,
            needs.vectors.matrix,
            texts.arrays,
            vectors.matrix,
            worths,
            rows,
            of_vectors,
            numbers,
            weights,
            marks[thread],
            kept.parts,
            kept.told,
        )

    _on_threads(threads, 0, len(needs), work)


def match_found(needs: NeedColumns, need: int, found: Found, table: WordTable, rules: ScoreRules, *, keep: int) -> Kept:
    """The best of texts that were looked up, for one need; row 0 of what is kept."""
    same_space(needs.vectors.space, found.vectors.space)
    one = needs.some(np.array([need], np.int64))
    size = len(found.ids)
    every = no_candidates(1, max(size, 1))
    every.counts[0, 0] = size
    every.sense_ids[0, :size] = found.ids
    parts = np.zeros((size, PARTS), np.float32)
    fill_totals(
        0,
        one.block.slots,
        one.block.heard,
        found.texts.arrays,
        table.worths,
        found.rows,
        found.vectors.matrix[found.vector_rows] @ one.vectors.matrix[0],
        score_numbers(rules, table),
        np.array(rules.weights, np.float64),
        np.zeros(len(table), np.int32),
        parts,
        every.sense_totals[0, :size],
    )
    kept = untold(ranked(every, rules, keep=keep))
    tell(
        one,
        kept,
        found.ids,
        found.texts,
        found.vectors,
        table,
        rules,
        text_rows=found.rows,
        vector_rows=found.vector_rows,
    )
    return kept


def rows_of(found: Candidates, rows: Ids) -> Candidates:
    """Candidates of some needs, in the order given."""
    return Candidates(*(getattr(found, one.name)[rows] for one in fields(Candidates)))


def stacked_candidates(parts: Sequence[Candidates]) -> Candidates:
    """Needs one after the other."""
    return Candidates(*(np.concatenate([getattr(part, one.name) for part in parts]) for one in fields(Candidates)))


def stacked(parts: Sequence[Kept]) -> Kept:
    """Needs one after the other."""
    return Kept(*(np.concatenate([getattr(part, one.name) for part in parts]) for one in fields(Kept)))


def untold(kept: Ranked) -> Kept:
    """The same with room for what tell() finds."""
    needs, keep = kept.ids.shape
    return Kept(
        kept.counts,
        kept.ids,
        kept.totals,
        np.zeros((needs, keep, PARTS), np.float32),
        np.full((needs, keep, SHARED), -1, np.int16),
        np.zeros((needs, keep, SHARED), np.bool_),
        np.full((needs, keep, NEAR_PAIRS), -1, np.int16),
        np.full((needs, keep, NEAR_PAIRS), -1, np.int32),
        np.zeros((needs, keep, NEAR_PAIRS), np.float32),
    )


def no_candidates(needs: int, most: int) -> Candidates:
    """Needs for which nothing comes into question."""
    shape = (needs, most)
    return Candidates(
        np.zeros((needs, 2), np.int32),
        np.full(shape, -1, np.int64),
        np.zeros(shape, np.float32),
        np.zeros(shape, np.float64),
        np.full(shape, -1, np.int64),
        np.zeros(shape, np.float32),
        np.zeros(shape, np.float64),
    )


def sums() -> tuple[Floats, Places]:
    """Scratch of rare_rows."""
    return np.zeros(BLOCK_ROWS, np.float32), np.zeros(BLOCK_ROWS + 1, np.int32)


def _on_threads(threads: int, start: int, stop: int, work: Callable[[int, int, int], None]) -> None:
    """Work on [start, stop) cut into equal pieces, one for each thread."""
    cuts = [start + (stop - start) * at // threads for at in range(threads + 1)]
    if threads == 1:
        work(0, start, stop)
        return
    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(work, at, cuts[at], cuts[at + 1]) for at in range(threads)]:
            done.result()


def _wide(turned: Postings, words: int) -> tuple[Any, ...]:
    """Postings over more words than there were when they were made; later words stand in no text."""
    lacking = max(0, words + 1 - len(turned.starts))
    starts = np.concatenate([turned.starts, np.full(lacking, turned.starts[-1])]) if lacking else turned.starts
    return starts, turned.rows, turned.impacts
