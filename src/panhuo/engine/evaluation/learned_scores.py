"""Scores learnt from columns: a ridge on ranks, tried on rows it has not seen, and a logistic regression of an event.

Both are kept small on purpose: they stand beside a grade, to say how much the columns tell at all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from panhuo.engine.evaluation.measures import SEED
from panhuo.engine.evaluation.rank_measures import Weighed, ordered
from panhuo.engine.pair_scorers import Doubles

FOLDS = 5
RIDGE = 1.0
"""Weight of the squared coefficients of standardised columns, in rows; not tuned."""
STEPS = 50
ENOUGH = 1e-9


def cross_validated_ranks(columns: Doubles, outcome: Doubles) -> Doubles:
    """Score of each row, (n,), by a ridge that was fitted to the rows of the other folds: outcome's rank by ranks.

    columns: (n, m), NaN where not told, which counts as the middle rank. Rows are put into FOLDS by chance, seeded.
    The ranks of a column are taken over all rows; of the outcome the fitted ones see only those they are fitted to.
    """
    ranks = np.stack([_places(column) for column in columns.T], axis=1)
    fold = np.random.default_rng(SEED).permutation(len(outcome)) % FOLDS
    found = np.zeros(len(outcome))
    for one in range(FOLDS):
        known = fold != one
        if known.all() or not known.any():
            continue
        weights = _ridge(ranks[known], _places(outcome[known]))
        found[~known] = ranks[~known] @ weights
    return found


def _places(column: Doubles) -> Doubles:
    """Mean ranks from -1 to 1, 0 where not told."""
    told = np.isfinite(column)
    found = np.zeros(len(column))
    if told.any():
        ranks = Weighed(ordered(column[told]), np.ones((1, int(told.sum())))).ranks[0]
        found[told] = (2 * ranks - told.sum() - 1) / told.sum()
    return found


def _ridge(columns: Doubles, target: Doubles) -> Doubles:
    gram = columns.T @ columns + RIDGE * np.eye(columns.shape[1])
    found: Doubles = np.asarray(np.linalg.solve(gram, columns.T @ target), np.float64)
    return found


@dataclass(frozen=True, slots=True)
class Logistic:
    """A fitted logistic regression: middles and spreads of the columns, weights of the standardised ones, constant."""

    middles: Doubles
    spreads: Doubles
    weights: Doubles
    constant: float

    def probabilities(self, columns: Doubles) -> Doubles:
        """(n, m) -> (n,), 0..1; what is not told (NaN) counts as the mean of the rows that it was fitted to."""
        found: Doubles = 1 / (1 + np.exp(-(self._standard(columns) @ self.weights + self.constant)))
        return found

    def _standard(self, columns: Doubles) -> Doubles:
        found: Doubles = np.nan_to_num((columns - self.middles) / self.spreads, nan=0.0)
        return found


def fit_logistic(columns: Doubles, happened: NDArray[np.bool_]) -> Logistic | None:
    """Ridge logistic regression by Newton's steps; None where the event happened to nobody or to all.

    Without columns that differ it is the share of events. The constant is not penalised, so that the mean probability
    of the rows it was fitted to is their share of events.
    """
    if happened.all() or not happened.any():
        return None
    told = np.isfinite(columns)
    counts = np.maximum(told.sum(axis=0), 1)
    middles = np.where(told, columns, 0.0).sum(axis=0) / counts
    spreads = np.sqrt((np.where(told, columns - middles, 0.0) ** 2).sum(axis=0) / counts)
    spreads = np.where(spreads > 0, spreads, 1.0).astype(np.float64)
    plain = np.nan_to_num((columns - middles) / spreads, nan=0.0)
    rows = np.column_stack([plain, np.ones(len(plain))])
    penalty = np.diag([RIDGE] * columns.shape[1] + [0.0])
    weights = np.zeros(rows.shape[1])
    share = happened.mean()
    weights[-1] = np.log(share / (1 - share))
    for _ in range(STEPS):
        said = 1 / (1 + np.exp(-(rows @ weights)))
        slope = rows.T @ (happened - said) - penalty @ weights
        step = np.linalg.solve((rows * (said * (1 - said))[:, None]).T @ rows + penalty, slope)
        weights = weights + step
        if float(np.abs(step).max()) < ENOUGH:
            break
    return Logistic(middles, spreads, weights[:-1], float(weights[-1]))
