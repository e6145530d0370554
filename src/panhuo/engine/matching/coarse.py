"""The nearest of a million vectors, exactly, by reading a quarter of their bytes.

Each vector is kept beside itself in whole numbers of one byte, with its scale and how far that is from the vector.
A product of the small numbers is wrong by at most that distance times the length of what is asked (Cauchy and
Schwarz): whoever cannot be among the nearest by that bound is passed over, the others are multiplied in full.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from panhuo.engine.matching.columns import Places
from panhuo.engine.matching.heap import best_of
from panhuo.engine.matching.kernel import inner_product
from panhuo.engine.ports import Floats, Ids

MOST = 127
ROUNDING = 1e-5
"""More than sums of single precision over a few thousand products of unit rows can be off."""
Pieces = Callable[[Callable[[int, int], None], int], None]
"""Does work(first, last) for all of 0 to size, in pieces that may run side by side."""


@dataclass(frozen=True, slots=True)
class Coarse:
    """n vectors in small. small: (n, dimensions) int8; scales: (n,), small × scale is about the vector.

    slips: (n,), the length of what that lacks, rounded up.
    """

    small: NDArray[np.int8]
    scales: Floats
    slips: Floats


def coarse(matrix: Floats) -> Coarse:
    """Rows of any length in small; a row of zeros stays."""
    size, dimensions = matrix.shape
    told = Coarse(np.zeros((size, dimensions), np.int8), np.zeros(size, np.float32), np.zeros(size, np.float32))
    _narrow(np.ascontiguousarray(matrix), told.small, told.scales, told.slips)
    return told


def nearest_rows(
    asked: Floats, rows: Places, near: Coarse, vectors: Floats, ids: Ids, count: int, pieces: Pieces
) -> tuple[Ids, Floats]:
    """The `count` of `rows` whose vectors have the greatest inner products with asked (dimensions,): rows and products,
    best first, equal ones by id. rows: ascending by id."""
    size = len(rows)
    count = min(count, size)
    if not count:
        return np.zeros(0, np.int64), np.zeros(0, np.float32)
    length = float(np.linalg.norm(asked))
    if not length:  # all are alike: no need to read them
        return rows[:count].astype(np.int64), np.zeros(count, np.float32)
    told, lows = np.empty(size, np.float32), np.empty(size, np.float32)
    kept: list[Floats] = []

    def look(first: int, last: int) -> None:
        best, least = np.empty(count, np.int64), np.empty(count, np.float32)
        found = coarse_products(
            rows[first:last], near.small, near.scales, near.slips, asked, length, told[first:last], lows[first:last],
            best, least,
        )  # fmt: skip
        kept.append(least[:found])

    pieces(look, size)
    bounds = np.sort(np.concatenate(kept))[-count:]
    spare = 2 * ROUNDING * max(1.0, length)
    places = np.flatnonzero(told >= bounds[0] - spare)
    chosen = rows[places].astype(np.int64)
    products = np.empty(len(chosen), np.float32)
    exact_products(chosen, vectors, asked, products)
    order = np.lexsort((ids[chosen], -products))[:count]
    return chosen[order], products[order]


@njit(nogil=True, cache=True)
def _narrow(matrix: Any, small: Any, scales: Any, slips: Any) -> None:
    for row in range(matrix.shape[0]):
        most = np.float32(0.0)
        for axis in range(matrix.shape[1]):
            most = max(most, abs(matrix[row, axis]))
        if most == 0.0:
            continue
        scale = np.float32(most / MOST)
        scales[row] = scale
        lacking = 0.0
        for axis in range(matrix.shape[1]):
            number = np.rint(matrix[row, axis] / scale)
            small[row, axis] = np.int8(number)
            lacking += (np.float64(matrix[row, axis]) - number * np.float64(scale)) ** 2
        slips[row] = np.float32(np.sqrt(lacking) * 1.0001)


@njit(nogil=True, cache=True)
def coarse_products(
    rows: Any,
    small: Any,
    scales: Any,
    slips: Any,
    asked: Any,  # (dimensions,)
    length: float,  # of what is asked
    highs: Any,  # (len(rows),) out: the product is at most this
    lows: Any,  # (len(rows),) out: and at least this
    best: Any,  # (count,) scratch
    least: Any,  # (count,) out: the greatest lows, in falling order
) -> int:
    """Bounds of the products but for rounding; how many of `least` are filled."""
    for place in range(len(rows)):
        row = rows[place]
        product = _small_product(small[row], asked) * scales[row]
        off = slips[row] * np.float32(length)
        highs[place] = product + off
        lows[place] = product - off
    return best_of(lows, np.arange(len(rows)).astype(np.int32), len(rows), best, least)


@njit(nogil=True, cache=True, fastmath={"reassoc", "nsz", "contract"})
def _small_product(small: Any, asked: Any) -> Any:
    """In whatever order the machine is quickest: a bound stands on it, no score."""
    total = np.float32(0.0)
    for axis in range(len(asked)):
        total += np.float32(small[axis]) * asked[axis]
    return total


@njit(nogil=True, cache=True)
def exact_products(rows: Any, vectors: Any, asked: Any, out: Any) -> None:
    """Inner products as a score has them."""
    for place in range(len(rows)):
        out[place] = inner_product(asked, vectors[rows[place]])


@njit(nogil=True, cache=True)
def rows_with_words(
    asked: Any,  # numbers of words, the most telling first
    weights: Any,  # what each is worth
    starts: Any,
    rows: Any,
    impacts: Any,
    inside: Any,  # (texts,) bool: may be found
    score: Any,  # (texts,) float32 zeros, left as found
    touched: Any,  # (texts,) int32 scratch
    best_rows: Any,  # (count,) out
    best_scores: Any,  # (count,) out
) -> int:
    """rare_words.rare_rows over some of the texts."""
    found = 0
    for place in range(len(asked)):
        weight = np.float32(weights[place] / 65535.0)
        for entry in range(starts[asked[place]], starts[asked[place] + 1]):
            row = rows[entry]
            if not inside[row]:
                continue
            before = score[row]
            if before == 0.0:
                touched[found] = row
                found += 1
            score[row] = before + weight * np.float32(impacts[entry])
    kept = best_of(score, touched, found, best_rows, best_scores)
    for place in range(found):
        score[touched[place]] = 0.0
    return kept


def merged_best(parts: Sequence[tuple[Ids, Floats]], count: int) -> Ids:
    """The best ids of several lists of (ids, scores), equal ones by id."""
    ids, scores = (np.concatenate([part[place] for part in parts]) for place in (0, 1))
    found: Ids = ids[np.lexsort((ids, -scores))[:count]]
    return found
