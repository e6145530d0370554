"""Chances of the levels from columns: three logistic regressions with a ridge, one for each level that may be reached.

P(level > k) = sigmoid(w_k . (x - mean) / scale + c_k) for k = 1, 2, 3, made non-rising in k; found by Newton's method
on the log-loss plus penalty / 2 |w|^2 (le Cessie and van Houwelingen 1992). The constant is not shrunk.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from panhuo.engine.pair_scorers import Doubles
from panhuo.terms.errors import BadValue, DomainError

ABOVE = (1, 2, 3)
GAINS = np.array([1.0, 2.0, 4.0])
"""What the gain 2^(level-1) - 1 grows by when level 2, 3, 4 is reached."""
STEPS = 25
CLOSE = 1e-9
_CONSTANT_RIDGE = 1e-3
"""Keeps the constant finite where all pairs are of one level."""
_LEAST_SPREAD = 1e-9


@dataclass(frozen=True, slots=True)
class LevelWeights:
    """names: columns; mean, scale: (k,), scale above 0; weights: (k + 1, 3), the last row the constants.

    needs, pairs: how many it was learnt from.
    """

    names: tuple[str, ...]
    mean: Doubles
    scale: Doubles
    weights: Doubles
    needs: int
    pairs: int

    def at_least(self, columns: Doubles) -> Doubles:
        """(n, 3): chances that level 2, 3, 4 is reached, 0..1, falling from left to right."""
        found: Doubles = np.minimum.accumulate(sigmoid(self.log_odds(columns)), axis=1)
        return found

    def log_odds(self, columns: Doubles) -> Doubles:
        """(n, 3): of level 2, 3, 4; what is added to a base where they were learnt beside one."""
        found: Doubles = np.column_stack([(columns - self.mean) / self.scale, np.ones(len(columns))]) @ self.weights
        return found

    def by_name(self) -> dict[str, list[float]]:
        """Weights of the standardised columns for level 2, 3, 4 at least; "constant" last. For the card."""
        return {
            name: [round(float(one), 4) for one in row]
            for name, row in zip((*self.names, "constant"), self.weights, strict=True)
        }

    def as_numbers(self) -> dict[str, Any]:
        """For JSON; weights_from_numbers reads it back."""
        return {
            "names": list(self.names),
            "mean": self.mean.tolist(),
            "scale": self.scale.tolist(),
            "weights": self.weights.tolist(),
            "needs": self.needs,
            "pairs": self.pairs,
        }


def weights_from_numbers(told: Mapping[str, Any]) -> LevelWeights:
    """Weights from their numbers. Raises: BadValue code bad_weights where they are none."""
    try:
        found = LevelWeights(
            tuple(str(name) for name in told["names"]),
            np.array(told["mean"], float),
            np.array(told["scale"], float),
            np.array(told["weights"], float),
            int(told["needs"]),
            int(told["pairs"]),
        )
    except (KeyError, TypeError, ValueError):
        raise _bad("something is missing or no number") from None
    size = len(found.names)
    if found.mean.shape != (size,) or found.scale.shape != (size,) or found.weights.shape != (size + 1, len(ABOVE)):
        raise _bad(f"{size} columns do not agree with the numbers")
    if not all(np.isfinite(one).all() for one in (found.mean, found.scale, found.weights)) or (found.scale <= 0).any():
        raise _bad("a number is not finite, or a scale not above 0")
    return found


def fit_weights(
    names: Sequence[str],
    columns: Doubles,
    levels: Sequence[int] | Doubles,
    *,
    penalty: float,
    needs: int,
    base: Doubles | None = None,
) -> LevelWeights:
    """Learn from columns (n, k) of judged pairs and their levels 1..4. penalty: above 0.

    base: (n, 3) log-odds that stand already; what is learnt is added to them, and its constant is held back too.
    A column that is the same in all rows gets no weight.

    Raises: DomainError code nothing_to_learn where there are no pairs.
    """
    if not len(columns):
        raise DomainError(
            "There is no judged pair whose text has words, so nothing can be learnt.", code="nothing_to_learn"
        )
    mean, scale = columns.mean(axis=0), columns.std(axis=0)
    scale = np.where(scale > _LEAST_SPREAD, scale, 1.0)
    told = np.column_stack([(columns - mean) / scale, np.ones(len(columns))])
    ridge = np.full(told.shape[1], penalty)
    if base is None:
        ridge[-1] = _CONSTANT_RIDGE
    stands = np.zeros((len(columns), len(ABOVE))) if base is None else base
    reached = [(np.asarray(levels, float) > level).astype(float) for level in ABOVE]
    weights = np.stack(
        [_logistic(told, one, ridge, stands[:, place], from_share=base is None) for place, one in enumerate(reached)],
        axis=1,
    )
    weights[:-1][columns.std(axis=0) <= _LEAST_SPREAD] = 0.0
    return LevelWeights(tuple(names), mean, scale, weights, needs, len(columns))


def _logistic(told: Doubles, happened: Doubles, ridge: Doubles, base: Doubles, *, from_share: bool) -> Doubles:
    """Weights (k,) by Newton's method; the loss is convex, and a step that does not lower it is halved."""
    found = np.zeros(told.shape[1])
    if from_share:
        share = float(np.clip(happened.mean(), 1e-3, 1 - 1e-3))
        found[-1] = np.log(share / (1 - share))
    loss = _loss(told, happened, ridge, base, found)
    for _ in range(STEPS):
        chance = sigmoid(base + told @ found)
        slope = told.T @ (happened - chance) - ridge * found
        bend = (told * (chance * (1 - chance))[:, None]).T @ told + np.diag(ridge)
        step = np.linalg.solve(bend, slope)
        while (after := _loss(told, happened, ridge, base, found + step)) > loss and np.abs(step).max() > CLOSE:
            step = step / 2
        if np.abs(step).max() <= CLOSE:
            break
        found, loss = found + step, after
    return found


def _loss(told: Doubles, happened: Doubles, ridge: Doubles, base: Doubles, weights: Doubles) -> float:
    said = base + told @ weights
    return float(np.sum(np.logaddexp(0.0, said) - happened * said) + ridge @ weights**2 / 2)


def sigmoid(values: Doubles) -> Doubles:
    """1 / (1 + e^-x), without overflow."""
    found: Doubles = np.exp(-np.logaddexp(0.0, -values))
    return found


def _bad(why: str) -> BadValue:
    return BadValue(
        f"The weights of the learned model cannot be used: {why}. Choose another version, or learn anew.",
        code="bad_weights",
    )
