"""Texts by where their vectors lie: of very many, those near a need are multiplied with it and the others are not.

Centres are found once for a space (spherical k-means: Dhillon and Modha 2001) and stay. A text belongs to the nearest
centre, a need looks into the clusters of the centres nearest to it. Whether a need sees a text hangs on the two
vectors alone, so that the answers are the same however the texts are cut into shards and whenever a text came.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit

from panhuo.engine.matching.columns import Places
from panhuo.engine.matching.heap import offer, settle
from panhuo.engine.ports import Floats, Ids, SpaceId, Vectors, same_space
from panhuo.rules import InForce

STEPS = 8
SAMPLE_EACH = 64
"""Texts by which a centre is found."""
ROWS_AT_ONCE = 16_384
CLOSE = 1e-4
"""Products of single precision closer than this are made again in double precision: no machine may settle it by
rounding."""


@dataclass(frozen=True, slots=True)
class ClusterRules:
    """texts: from so many on there are clusters; count: how many; share: of them a need looks into."""

    texts: int
    count: int
    share: float


NO_CLUSTERS = ClusterRules(2**62, 1, 1.0)


def cluster_rules(rules: InForce) -> ClusterRules:
    """Read matching.clusters.* of the pack."""
    return ClusterRules(
        rules.integer("matching.clusters.texts"),
        rules.integer("matching.clusters.count"),
        float(rules.decimal("matching.clusters.share")),
    )


@dataclass(frozen=True, slots=True)
class Clusters:
    """Centres of a space. centres: (c, dimensions), unit rows; probes: clusters that a need looks into, 1..c."""

    space: SpaceId
    centres: Floats
    probes: int

    def labels(self, vectors: Vectors, *, threads: int = 1) -> Places:
        """(n,) the cluster of each row. Raises: MixedSpaces."""
        same_space(self.space, vectors.space)
        found = np.zeros(len(vectors), np.int32)
        exact = self.centres.astype(np.float64)

        def label(start: int) -> None:
            block = vectors.matrix[start : start + ROWS_AT_ONCE]
            best, close = _best(block @ self.centres.T)
            best[close] = (block[close].astype(np.float64) @ exact.T).argmax(axis=1)
            found[start : start + len(block)] = best

        with ThreadPoolExecutor(threads) as pool:
            for _ in pool.map(label, range(0, len(vectors), ROWS_AT_ONCE)):
                pass
        return found

    def probed(self, needs: Floats) -> Places:
        """(n, probes) clusters nearest to each need, ascending by number."""
        products = needs.astype(np.float64) @ self.centres.T.astype(np.float64)
        nearest = np.argsort(-products, axis=1, kind="stable")[:, : self.probes]
        return np.sort(nearest, axis=1).astype(np.int32)


def fit_clusters(sample: Vectors, texts: int, rules: ClusterRules, seed: int = 0) -> Clusters | None:
    """Centres for so many texts by a sample of them, rows of which may be zeros; None where there are too few texts."""
    held = sample.matrix[sample.matrix.any(axis=1)]
    count = min(rules.count, len(held))
    if texts < rules.texts or count < 1:
        return None
    order = np.random.default_rng(seed).permutation(len(held))
    held = held[np.sort(order[: SAMPLE_EACH * count])]
    centres = held[np.sort(np.random.default_rng(seed + 1).permutation(len(held))[:count])].copy()
    for _ in range(STEPS):
        labels = (held @ centres.T).argmax(axis=1)
        sums = np.zeros_like(centres)
        np.add.at(sums, labels, held)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        centres = np.where(lengths > 0, sums / np.maximum(lengths, 1e-12), centres)
    return Clusters(sample.space, centres.astype(np.float32), max(1, min(count, round(rules.share * count))))


@dataclass(frozen=True, slots=True)
class ClusterRows:
    """Rows of n texts by cluster: those of cluster c stand from starts[c] to starts[c + 1], ascending."""

    clusters: Clusters
    vectors: Vectors
    starts: Ids
    rows: Places

    def nearest(self, needs: Floats, count: int, *, threads: int = 1) -> Ids:
        """(needs, count) rows of the greatest inner products in the clusters that each need looks into, -1 where there
        are no more; best first, equal ones by row.

        Each thread multiplies for its own needs, best with one thread of the matrix library for each.
        """
        best_rows = np.full((len(needs), count), -1, np.int64)
        cuts = [len(needs) * at // threads for at in range(threads + 1)]
        if threads == 1:
            self._fill(needs, best_rows)
        else:
            with ThreadPoolExecutor(threads) as pool:
                pieces = zip(cuts, cuts[1:], strict=False)
                done = [pool.submit(self._fill, needs[first:last], best_rows[first:last]) for first, last in pieces]
                for one in done:
                    one.result()
        return best_rows

    def _fill(self, needs: Floats, best_rows: Ids) -> None:
        """(needs, count) rows, best first."""
        best_scores, sizes = np.zeros(best_rows.shape, np.float32), np.zeros(len(needs), np.int64)
        asking, starts = _asking(self.clusters.probed(needs), len(self.clusters.centres))
        for cluster in range(len(self.clusters.centres)):
            rows = self.rows[self.starts[cluster] : self.starts[cluster + 1]]
            who = asking[starts[cluster] : starts[cluster + 1]]
            if len(rows) and len(who):
                products = needs[who] @ self.vectors.matrix[rows].T
                _offer(products, who, rows, best_rows, best_scores, sizes)
        _settle(best_rows, best_scores, sizes)


def cluster_rows(clusters: Clusters, vectors: Vectors, *, threads: int = 1) -> ClusterRows:
    """Lay texts out by cluster. Raises: MixedSpaces."""
    labels = clusters.labels(vectors, threads=threads)
    rows = np.argsort(labels, kind="stable").astype(np.int32)
    starts = np.concatenate([[0], np.cumsum(np.bincount(labels, minlength=len(clusters.centres)))])
    return ClusterRows(clusters, vectors, starts.astype(np.int64), rows)


def _asking(probed: Places, clusters: int) -> tuple[Places, Ids]:
    """Needs by the clusters that they look into, and where those of each cluster begin."""
    needs = np.repeat(np.arange(len(probed), dtype=np.int32), probed.shape[1])
    order = np.argsort(probed.ravel(), kind="stable")
    counts = np.bincount(probed.ravel(), minlength=clusters)
    return needs[order], np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


@njit(nogil=True, cache=True)
def _best(products: Any) -> tuple[Any, Any]:
    """The column with the greatest number of each row, the first of equal ones; rows in which another is near it."""
    best, close = np.zeros(len(products), np.int32), np.zeros(len(products), np.bool_)
    for row in range(len(products)):
        first = second = np.float32(-np.inf)
        for column in range(products.shape[1]):
            told = products[row, column]
            if told > first:
                first, second = told, first
                best[row] = column
            elif told > second:
                second = told
        close[row] = first - second < CLOSE
    return best, np.flatnonzero(close)


@njit(nogil=True, cache=True)
def _offer(products: Any, needs: Any, rows: Any, best_rows: Any, best_scores: Any, sizes: Any) -> None:
    """Take products, (needs, rows), into the heap of each need."""
    count = best_rows.shape[1]
    for place in range(len(needs)):
        need = needs[place]
        size, told = sizes[need], products[place]
        heap_rows, heap = best_rows[need], best_scores[need]
        least = heap[0] if size == count else np.float32(-np.inf)
        for at in range(len(told)):
            if told[at] >= least:
                size = offer(heap_rows, heap, size, told[at], rows[at])
                if size == count:
                    least = heap[0]
        sizes[need] = size


@njit(nogil=True, cache=True)
def _settle(best_rows: Any, best_scores: Any, sizes: Any) -> None:
    for need in range(len(sizes)):
        settle(best_rows[need], best_scores[need], sizes[need])
