"""Whether a probability means what it says: predicted against observed shares, by bins, with intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from panhuo.engine.evaluation.measures import RESAMPLES, Interval, drawn, interval
from panhuo.engine.pair_scorers import Doubles, Places

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Pairs whose predicted probability lies within low..high. predicted: their mean; observed: share that was so.

    interval: 95 % of the resamples over needs; None where no resample holds a pair of the bin.
    """

    low: float
    high: float
    pairs: int
    predicted: float
    observed: float
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class Reliability:
    """bins: of about equally many pairs, the least probable first.

    expected_error: mean over pairs of |predicted - observed| of their bin, 0..1. brier: mean squared error, 0..1.
    """

    bins: tuple[Bin, ...]
    expected_error: float
    brier: float


def reliability(
    predicted: Doubles, happened: NDArray[np.bool_], needs: NDArray[np.integer], *, bins: int = BINS
) -> Reliability:
    """Compare probabilities (n,) with what happened (n,); needs: number of the need of each pair, from 0.

    Equal probabilities are never parted, so there may be fewer bins than asked for.
    """
    share, owner = happened.astype(float), needs.astype(np.int64)
    of_bin = _bins(predicted, bins)
    count = int(of_bin.max()) + 1
    cells = np.zeros((int(owner.max()) + 1, 2 * count))
    np.add.at(cells, (owner, of_bin), 1.0)
    np.add.at(cells, (owner, count + of_bin), share)
    drawings = np.concatenate([block @ cells for block in drawn(len(cells), RESAMPLES)])
    with np.errstate(invalid="ignore", divide="ignore"):
        sampled = drawings[:, count:] / drawings[:, :count]
    found = []
    for place in range(count):
        inside = of_bin == place
        found.append(
            Bin(
                round(float(predicted[inside].min()), 6),
                round(float(predicted[inside].max()), 6),
                int(inside.sum()),
                round(float(predicted[inside].mean()), 6),
                round(float(share[inside].mean()), 6),
                interval(sampled[:, place]),
            )
        )
    error = sum(one.pairs * abs(one.predicted - one.observed) for one in found) / len(predicted)
    return Reliability(tuple(found), round(error, 6), round(float(np.mean((predicted - share) ** 2)), 6))


def _bins(predicted: Doubles, bins: int) -> Places:
    """Number of the bin of each value, from 0: a bin is closed as soon as it holds its part of the values.

    A last one that holds less than half of its part is joined to the one before.
    """
    _, group, counts = np.unique(predicted, return_inverse=True, return_counts=True)
    part = len(predicted) / bins
    numbers, number, held = [], 0, 0
    for count in counts.tolist():
        if held >= part:
            number, held = number + 1, 0
        numbers.append(number)
        held += count
    last = np.array(numbers, np.int64)
    if number and held < part / 2:
        last[last == number] = number - 1
    found: Places = last[group]
    return found
