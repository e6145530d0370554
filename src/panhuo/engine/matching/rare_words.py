"""The best texts of a need by BM25 over postings, compiled."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from panhuo.engine.matching.heap import offer, settle

BLOCK_ROWS = 1 << 16
"""Texts whose sums are made at once: they stay in the processor's own memory, which is three times as fast as sums
over a million."""


@njit(nogil=True, cache=True)
def pick_rare(
    starts: Any,  # (needs + 1,) of words, the weightiest of a need first
    scored: Any,  # whether a word is scored
    held: Any,  # texts that held it when the statistics were made
    most_words: int,
    most_entries: int,
    out_starts: Any,  # (needs + 1,) out
    out: Any,  # out: places of the words by which each need is sought
) -> int:
    """The words worth most whose entries are most_entries together at most; the first is always taken."""
    size = 0
    for need in range(len(starts) - 1):
        out_starts[need] = size
        read = 0
        for place in range(starts[need], starts[need + 1]):
            if size - out_starts[need] == most_words:
                break
            if scored[place] and (size == out_starts[need] or read + held[place] <= most_entries):
                read += held[place]
                out[size] = place
                size += 1
    out_starts[len(starts) - 1] = size
    return size


@njit(nogil=True, cache=True)
def rare_rows(
    asked: Any,  # words of the need
    weights: Any,  # what each is worth
    starts: Any,
    rows: Any,
    impacts: Any,
    score: Any,  # (BLOCK_ROWS,) float32 zeros, left as found
    touched: Any,  # (BLOCK_ROWS + 1,) int32 scratch
    best_rows: Any,  # (count,) out
    best_scores: Any,  # (count,) out
) -> int:
    """The best texts by BM25 that hold one of the asked words, best first, equal ones by row; how many.

    Words are added in the order given, so that a score does not hang on which other texts there are.
    """
    ahead = np.empty(len(asked), np.int64)
    end = 0
    for place in range(len(asked)):
        ahead[place] = starts[asked[place]]
        if ahead[place] < starts[asked[place] + 1]:
            end = max(end, rows[starts[asked[place] + 1] - 1] + 1)
    size = 0
    least = np.float32(-np.inf)
    for first in range(0, end, BLOCK_ROWS):
        found = 0
        for place in range(len(asked)):
            weight = np.float32(weights[place] / 65535.0)
            begin, stop = ahead[place], starts[asked[place] + 1]
            until = begin
            while until < stop:  # the first entry behind the block
                middle = (until + stop) // 2
                if rows[middle] < first + BLOCK_ROWS:
                    until = middle + 1
                else:
                    stop = middle
            for entry in range(begin, until):
                row = rows[entry] - first
                before = score[row]
                touched[found] = row
                found += int(before == np.float32(0.0))  # without a branch, which would be guessed wrong
                score[row] = before + weight * np.float32(impacts[entry])
            ahead[place] = until
        for place in range(found):
            row = touched[place]
            told = score[row]
            score[row] = np.float32(0.0)
            if told >= least:  # asked here: to call offer for each costs ten times as much
                size = offer(best_rows, best_scores, size, told, row + first)
                if size == len(best_rows):
                    least = best_scores[0]
    settle(best_rows, best_scores, size)
    return size
