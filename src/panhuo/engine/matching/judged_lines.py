"""Judged pairs as lines of panhuo match: the score of their texts and its parts, by the loops that score candidates."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from panhuo.engine.matching.bulk import NeedColumns
from panhuo.engine.matching.columns import TextColumns, WordTable
from panhuo.engine.matching.kernel import PARTS, fill_totals
from panhuo.engine.matching.scoring import ScoreRules, score_numbers
from panhuo.engine.ports import Floats, Ids, Vectors, same_space


def scored_pairs(
    needs: NeedColumns,
    pairs: Ids,
    ids: Ids,
    texts: TextColumns,
    vectors: Vectors,
    table: WordTable,
    rules: ScoreRules,
) -> tuple[NDArray[np.float64], Floats]:
    """Scores (n,) and parts (n, PARTS) of pairs (n, 2): place of a need, id of a text; in the order of the pairs.

    ids: of the texts, ascending. A text that is not among them has no words: 0. Raises: MixedSpaces.
    """
    same_space(needs.vectors.space, vectors.space)
    totals, parts = np.zeros(len(pairs)), np.zeros((len(pairs), PARTS), np.float32)
    if not len(ids):
        return totals, parts
    rows = np.minimum(np.searchsorted(ids, pairs[:, 1]), len(ids) - 1)
    there = ids[rows] == pairs[:, 1]
    marks, numbers = np.zeros(len(table), np.int32), score_numbers(rules, table)
    weights = np.array(rules.weights, np.float64)
    for need in np.unique(pairs[:, 0]).tolist():
        own = np.flatnonzero((pairs[:, 0] == need) & there)
        some = rows[own].astype(np.int64)
        told, sums = np.zeros((len(own), PARTS), np.float32), np.zeros(len(own))
        products = vectors.matrix[some] @ needs.vectors.matrix[need]
        fill_totals(
            need,
            needs.block.slots,
            needs.block.heard,
            texts.arrays,
            table.worths,
            some,
            products,
            numbers,
            weights,
            marks,
            told,
            sums,
        )
        totals[own], parts[own] = sums, told
    return totals, parts
