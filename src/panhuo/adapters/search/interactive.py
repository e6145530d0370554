"""Single questions to a big search table: opened at once, answered in tens of milliseconds, scored as a match is."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from panhuo.adapters.search.search_columns import Part, Truths
from panhuo.engine.matching.bulk import Kept, Ranked
from panhuo.engine.matching.coarse import merged_best, nearest_rows, rows_with_words
from panhuo.engine.matching.column_filter import ColumnFilter
from panhuo.engine.matching.columns import Places, WordTable, in_order, joined
from panhuo.engine.ports import Floats, Found, Ids, SpaceId, Vectors, same_space

ROWS_A_THREAD = 50_000
"""Fewer rows are not worth another thread."""
Said = Callable[[Ids], dict[int, str]]


@dataclass(frozen=True, slots=True)
class SearchColumns:
    """A TextIndex over the columns of a generation. words: as the columns number them; said: texts as written.

    Threads may ask it side by side, but for `words`, which grows with the questions.
    """

    parts: tuple[Part, ...]
    space: SpaceId
    words: WordTable
    said: Said
    threads: int

    def within(self, allowed: Ids) -> KeptSelection:
        """The rows whose asset_id is in allowed (ascending, unique)."""
        return KeptSelection(self, tuple(part.live & _held(part.ids, allowed) for part in self.parts))

    @property
    def everything(self) -> KeptSelection:
        """All rows."""
        return KeptSelection(self, tuple(part.live for part in self.parts))


def search_columns(parts: tuple[Part, ...], space: SpaceId, words: WordTable, said: Said) -> SearchColumns:
    """Opened parts (search_columns.open_columns) as an index that uses all processors it may."""
    return SearchColumns(parts, space, words, said, len(os.sched_getaffinity(0)))


class KeptSelection:
    """A Selection: the rows of `masks`, one mask for each part."""

    def __init__(self, index: SearchColumns, masks: tuple[Truths, ...]) -> None:
        self._index = index
        self._masks = masks
        self._rows: tuple[Places, ...] | None = None

    def __len__(self) -> int:
        return sum(len(rows) for rows in self.rows)

    @property
    def rows(self) -> tuple[Places, ...]:
        """Of each part, ascending."""
        if self._rows is None:
            self._rows = tuple(np.flatnonzero(mask).astype(np.int32) for mask in self._masks)
        return self._rows

    def where(self, wanted: ColumnFilter) -> KeptSelection:
        """Those of them that meet the filter."""
        if not wanted:
            return self
        masks = (mask & _meets(part, wanted) for part, mask in zip(self._index.parts, self._masks, strict=True))
        return KeptSelection(self._index, tuple(masks))

    def nearest(self, queries: Vectors, count: int) -> list[Ids]:
        """Exact inner products, equal ones by id; see Selection."""
        same_space(queries.space, self._index.space)
        return [self._nearest(query, count) for query in queries.matrix]

    def _nearest(self, query: Floats, count: int) -> Ids:
        found: list[tuple[Ids, Floats]] = []
        for part, rows in zip(self._index.parts, self.rows, strict=True):
            near, products = nearest_rows(query, rows, part.near, part.vectors, part.ids, count, self._in_pieces)
            found.append((part.ids[near], products))
        return merged_best(found, count)

    def _in_pieces(self, work: Callable[[int, int], None], size: int) -> None:
        threads = max(1, min(self._index.threads, size // ROWS_A_THREAD))
        if threads == 1:
            work(0, size)
            return
        cuts = [size * at // threads for at in range(threads + 1)]
        with ThreadPoolExecutor(threads) as pool:
            for done in [pool.submit(work, cuts[at], cuts[at + 1]) for at in range(threads)]:
                done.result()

    def containing(self, asked: Sequence[Sequence[tuple[str, float]]], count: int) -> list[Ids]:
        """BM25 over the postings of each need's words; see Selection."""
        return [self._containing(words, count) for words in asked]

    def _containing(self, words: Sequence[tuple[str, float]], count: int) -> Ids:
        numbers = self._index.words.ids
        found = []
        for part, mask in zip(self._index.parts, self._masks, strict=True):
            known = len(part.turned.starts) - 1
            told = [(numbers[word], worth) for word, worth in words if numbers.get(word, known) < known]
            best, scores = np.zeros(count, np.int64), np.zeros(count, np.float32)
            kept = rows_with_words(
                np.array([word for word, _ in told], np.int64),
                np.array([worth for _, worth in told], np.float32),
                part.turned.starts,
                part.turned.rows,
                part.turned.impacts,
                mask,
                np.zeros(len(part), np.float32),
                np.zeros(len(part), np.int32),
                best,
                scores,
            )
            found.append((part.ids[best[:kept]], scores[:kept]))
        return merged_best(found, count)

    def read(self, ids: Ids) -> Found:
        """The texts of those ids that are in the selection, copied side by side."""
        wanted = np.unique(ids)
        held, texts, matrices = [], [], []
        for part, mask in zip(self._index.parts, self._masks, strict=True):
            rows = _places(part.ids, wanted)
            rows = rows[rows >= 0]
            rows = rows[mask[rows]]
            held.append(part.ids[rows])
            texts.append(in_order(part.texts, rows))
            matrices.append(part.vectors[rows])
            part.let_go()
        every, columns, matrix = np.concatenate(held), joined(texts), np.concatenate(matrices)
        if len(held) > 1:
            order = np.argsort(every, kind="stable")
            every, columns, matrix = every[order], in_order(columns, order), matrix[order]
        places = np.arange(len(every))
        return Found(every, columns, places, Vectors(self._index.space, matrix), places)

    def said(self, ids: Ids) -> dict[int, str]:
        """Title and abstract as written, of those that are in the selection."""
        inside = np.zeros(len(ids), np.bool_)
        for part, mask in zip(self._index.parts, self._masks, strict=True):
            places = _places(part.ids, ids)
            inside |= (places >= 0) & mask[np.maximum(places, 0)] if len(part) else False
        return self._index.said(ids[inside])


def lines_of(kept: Kept, shown: Ranked, places: Ids) -> Kept:
    """Lines of lists with what brought them. shown: the lines; places: (n, top), where each stands in `kept`."""
    there = np.maximum(places, 0)

    def lines(told: Any) -> Any:
        return np.take_along_axis(told, there.reshape(*there.shape, *(1,) * (told.ndim - 2)), axis=1)

    return Kept(shown.counts, shown.ids, shown.totals, lines(kept.parts), *(lines(told) for told in kept.told))


def _held(ids: Ids, allowed: Ids) -> Truths:
    found: Truths = _places(allowed, ids) >= 0
    return found


def _places(ids: Ids, wanted: Ids) -> Ids:
    """Where each wanted id stands among ids (ascending), -1 where it does not."""
    if not len(ids):
        return np.full(len(wanted), -1, np.int64)
    places = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
    return np.where(ids[places] == wanted, places, -1)


def _meets(part: Part, wanted: ColumnFilter) -> Truths:
    """Rows of a part that meet the filter: each distinct value is judged once."""
    met = np.ones(len(part), np.bool_)
    singles: tuple[tuple[str, Any, Callable[[str], bool]], ...] = (
        ("owner_type", wanted.owner_types, lambda code: code in wanted.owner_types),
        ("region_code", wanted.places, wanted.holds_place),
    )
    for name, asked, holds in singles:
        if asked:
            met &= _judged(part.values[name], holds)[part.codes[name]]
    if wanted.ipc:
        starts, listed = part.subclasses
        hits = _judged(part.values["ipc_subclasses"], wanted.holds_subclass)[listed]
        held = np.concatenate([[0], np.cumsum(hits)])
        met &= held[starts[1:]] > held[starts[:-1]]
    return met


def _judged(values: Sequence[str], holds: Callable[[str], bool]) -> Truths:
    return np.array([holds(value) for value in values] or [False], np.bool_)
