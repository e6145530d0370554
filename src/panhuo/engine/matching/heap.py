"""The best of many by score, equal ones by row: a heap with the worst on top, compiled."""

from __future__ import annotations

from typing import Any

from numba import njit


@njit(nogil=True, cache=True)
def best_of(score: Any, touched: Any, found: int, best_rows: Any, best_scores: Any) -> int:
    """The best of rows[place] by score[row], best first, equal ones by row: how many. touched: `found` rows."""
    size = 0
    for place in range(found):
        told = score[touched[place]]
        if size < len(best_rows) or told >= best_scores[0]:
            size = offer(best_rows, best_scores, size, told, touched[place])
    settle(best_rows, best_scores, size)
    return size


@njit(nogil=True, cache=True)
def offer(best_rows: Any, best_scores: Any, size: int, told: float, row: int) -> int:
    """Take (told, row) into the heap of `size` entries if it is among the best; its size then."""
    if size == len(best_rows):
        if _worse(best_scores[0], best_rows[0], told, row):
            _sink(best_rows, best_scores, size, told, row)
        return size
    at = size
    while at > 0:
        up = (at - 1) // 2
        if _worse(told, row, best_scores[up], best_rows[up]):
            best_scores[at], best_rows[at] = best_scores[up], best_rows[up]
            at = up
        else:
            break
    best_scores[at], best_rows[at] = told, row
    return size + 1


@njit(nogil=True, cache=True)
def settle(best_rows: Any, best_scores: Any, size: int) -> None:
    """The heap in order, best first."""
    for last in range(size - 1, 0, -1):  # the worst goes to the end
        told, row = best_scores[last], best_rows[last]
        best_scores[last], best_rows[last] = best_scores[0], best_rows[0]
        _sink(best_rows, best_scores, last, told, row)


@njit(nogil=True, cache=True)
def _worse(one: float, row: int, other: float, other_row: int) -> bool:
    return one < other or (one == other and row > other_row)


@njit(nogil=True, cache=True)
def _sink(best_rows: Any, best_scores: Any, size: int, told: float, row: int) -> None:
    """Put (told, row) on top and let it sink among `size` entries."""
    at = 0
    while True:
        down = 2 * at + 1
        if down >= size:
            break
        if down + 1 < size and _worse(best_scores[down + 1], best_rows[down + 1], best_scores[down], best_rows[down]):
            down += 1
        if not _worse(best_scores[down], best_rows[down], told, row):
            break
        best_scores[at], best_rows[at] = best_scores[down], best_rows[down]
        at = down
    best_scores[at], best_rows[at] = told, row
