"""Texts that were asked of one need, and how alike they are: each is heard through its neighbours, too.

A score is spread over the graph of likeness by (I - share * D^-1/2 A D^-1/2)^-1 (score - mean), A the likeness and D
its row sums (manifold ranking, Zhou et al. 2004): texts that are alike lend one another what they were found worth.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from panhuo.engine.pair_scorers import Doubles
from panhuo.engine.ports import Floats

GRAMS_AT_ONCE = 4096
"""Columns of characters multiplied at once: bounds memory to some tens of megabytes for 2,000 texts."""
NEAREST = 5
_NOTHING = 1e-9


def weighted_likeness(cosines: Sequence[tuple[float, Doubles | Floats]]) -> Doubles:
    """Mean of (weight, cosines (n, n)), negative ones as nothing; no text is its own neighbour. Values 0..1."""
    total = sum(weight for weight, _ in cosines)
    mean = sum(weight * cosine.astype(np.float64) for weight, cosine in cosines) / total
    found: Doubles = np.clip(mean, 0.0, 1.0)
    np.fill_diagonal(found, 0.0)
    return found


def sparse_products(rows: Sequence[Mapping[str, float]]) -> Doubles:
    """Inner products of sparse rows with one another, (n, n)."""
    index: dict[str, int] = {}
    owner, column, value = [], [], []
    for row, weights in enumerate(rows):
        for name, weight in weights.items():
            owner.append(row)
            column.append(index.setdefault(name, len(index)))
            value.append(weight)
    owners, columns, values = np.array(owner, np.int64), np.array(column, np.int64), np.array(value, np.float32)
    found = np.zeros((len(rows), len(rows)))
    order = np.argsort(columns, kind="stable")
    owners, columns, values = owners[order], columns[order], values[order]
    for start in range(0, len(index), GRAMS_AT_ONCE):
        low, high = np.searchsorted(columns, (start, start + GRAMS_AT_ONCE))
        block = np.zeros((len(rows), min(GRAMS_AT_ONCE, len(index) - start)), np.float32)
        block[owners[low:high], columns[low:high] - start] = values[low:high]
        found += block @ block.T
    return found


def product(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Inner product of two sparse rows."""
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    return sum(weight * long[name] for name, weight in short.items() if name in long)


def diffuse(scores: Doubles, likeness: Doubles, share: float) -> Doubles:
    """Scores (n,) less their mean, each with what its neighbours lend it; share: 0 (nothing) to below 1.

    >>> diffuse(np.array([1.0, 0.0]), np.array([[0.0, 1.0], [1.0, 0.0]]), 0.5).round(4).tolist()
    [0.3333, -0.3333]
    """
    root = np.sqrt(likeness.sum(axis=1) + _NOTHING)
    found: Doubles = np.linalg.solve(
        np.eye(len(scores)) - share * likeness / np.outer(root, root), scores - scores.mean()
    )
    return found


def crowds(likeness: Doubles) -> tuple[Doubles, Doubles]:
    """Mean likeness of each text to all, and to the NEAREST of them; 0 where there are no others."""
    nearest = np.sort(likeness, axis=1)[:, -NEAREST:]
    return likeness.mean(axis=1), nearest.mean(axis=1)


def standardised(values: Doubles) -> Doubles:
    """Distance from the mean in standard deviations; zeros where all are equal."""
    spread = float(values.std())
    found: Doubles = (values - values.mean()) / spread if spread > _NOTHING else np.zeros(len(values))
    return found
