"""Measures of one score over many rights against what came later, and their intervals by bootstrap over the rights.

Values are ordered once; a resample only weighs them anew. Ties have their mean rank, and at the edge of a top tenth
share its places alike. Definitions with worked examples: docs/algorithms/grade-evaluation.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np

from panhuo.engine.evaluation.measures import RESAMPLES, Interval, drawn, interval
from panhuo.engine.pair_scorers import Doubles, Places

TOP = 0.1
"""Share of the rights that a top tenth holds."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """A column of finite numbers, (n,), put in order once.

    place: of each value among the distinct ones, lowest first. sorter, starts: where the values of each begin.
    """

    values: Doubles
    place: Places
    sorter: Places
    starts: Places


@dataclass(frozen=True)
class Weighed:
    """A column in resamples: weights (k, n), how often each row was drawn. What is asked for is worked out once."""

    order: Ordered
    weights: Doubles

    @cached_property
    def total(self) -> Doubles:
        """Rows of each resample, (k, 1)."""
        found: Doubles = self.weights.sum(axis=1, keepdims=True)
        return found

    @cached_property
    def ranks(self) -> Doubles:
        """Mean rank of each value, (k, n), lowest 1."""
        found: Doubles = (np.cumsum(self._sizes, axis=1) - (self._sizes - 1) / 2)[:, self.order.place]
        return found

    @cached_property
    def top(self) -> Doubles:
        """Share of each value, (k, n), that lies in the top tenth: 1, 0, or between where values tie at its edge."""
        left = TOP * self.total - (self.total - np.cumsum(self._sizes, axis=1))
        shares = np.clip(left / np.maximum(self._sizes, 1.0), 0.0, 1.0)
        found: Doubles = np.where(self._sizes > 0, shares, 0.0)[:, self.order.place]
        return found

    @cached_property
    def _sizes(self) -> Doubles:
        """Weight of each distinct value, (k, distinct)."""
        found: Doubles = np.add.reduceat(self.weights[:, self.order.sorter], self.order.starts, axis=1)
        return found


Measure = Callable[[Weighed, Weighed], Doubles]
"""(outcome, score) of the same weights (k, n) -> (k,), NaN where nobody can say."""


@dataclass(frozen=True, slots=True)
class Sampled:
    """A figure and the same of every resample; value None where nobody can say."""

    value: float | None
    resamples: Doubles

    @property
    def interval(self) -> Interval | None:
        return interval(self.resamples) if self.value is not None else None


def ordered(values: Doubles) -> Ordered:
    """values: (n,), n at least 1, finite."""
    distinct, place = np.unique(values, return_inverse=True)
    sorter = np.argsort(place, kind="stable")
    starts = np.searchsorted(place[sorter], np.arange(len(distinct)))
    return Ordered(np.asarray(values, float), place.astype(np.int64), sorter.astype(np.int64), starts.astype(np.int64))


def sampled(
    measures: Mapping[str, Measure], outcome: Ordered, scores: Mapping[str, Ordered], *, resamples: int = RESAMPLES
) -> dict[str, dict[str, Sampled]]:
    """Measures by name of each score by name, with those of its resamples: all have the same draws.

    outcome, scores: of the same rows.
    """
    found: dict[tuple[str, str], list[Doubles]] = {(one, name): [] for one in scores for name in measures}
    rows = len(outcome.values)
    for block in chain([np.ones((1, rows))], drawn(rows, resamples)):
        truth = Weighed(outcome, block)
        for one, score in scores.items():
            said = Weighed(score, block)
            for name, measure in measures.items():
                found[one, name].append(measure(truth, said))
    return {one: {name: _sampled(found[one, name]) for name in measures} for one in scores}


def difference(one: Sampled, other: Sampled) -> Interval | None:
    """Interval of how much greater one is than the other on the same draws; None where nobody can say."""
    if one.value is None or other.value is None:
        return None
    return interval(one.resamples - other.resamples)


def spearman_of(outcome: Weighed, score: Weighed) -> Doubles:
    """Rank correlation. A score that never differs orders nothing: 0; an outcome that never differs: NaN.

    >>> once = np.ones((1, 3))
    >>> one, other = (ordered(np.array(values)) for values in ([1.0, 2.0, 3.0], [0.1, 0.4, 0.2]))
    >>> spearman_of(Weighed(one, once), Weighed(other, once)).round(6).tolist()
    [0.5]
    """
    middle = (outcome.total + 1) / 2
    theirs, ours = outcome.ranks - middle, score.ranks - middle
    product = (outcome.weights * theirs * ours).sum(axis=1)
    wide, wide_too = (outcome.weights * theirs**2).sum(axis=1), (outcome.weights * ours**2).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = np.where(wide_too > 0, product / np.sqrt(wide * wide_too), 0.0)
    said: Doubles = np.where(wide > 0, found, np.nan)
    return said


def auc_of(outcome: Weighed, score: Weighed) -> Doubles:
    """Area under the ROC curve: how often one with the event (outcome 1) scores above one without (0), ties half.

    >>> once = np.ones((1, 4))
    >>> one, other = (ordered(np.array(values)) for values in ([0.0, 1.0, 1.0, 0.0], [1.0, 2.0, 1.0, 0.0]))
    >>> auc_of(Weighed(one, once), Weighed(other, once)).tolist()
    [0.875]
    """
    happened = outcome.weights * outcome.order.values
    with_event, all_of = happened.sum(axis=1), outcome.total[:, 0]
    ranks = (happened * score.ranks).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Doubles = (ranks - with_event * (with_event + 1) / 2) / (with_event * (all_of - with_event))
    return found


def top_overlap(outcome: Weighed, score: Weighed) -> Doubles:
    """Share of the true top tenth that lies in the top tenth of the score, over the tenth that chance would put there.

    10 at most, 1 by chance.
    """
    found: Doubles = (outcome.weights * outcome.top * score.top).sum(axis=1) / outcome.total[:, 0] / TOP**2
    return found


def top_events(outcome: Weighed, score: Weighed) -> Doubles:
    """Share of events (outcome 1) in the top tenth of the score over their share in all; NaN without events."""
    events = outcome.weights * outcome.order.values
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Doubles = (events * score.top).sum(axis=1) / TOP / events.sum(axis=1)
    return found


def _sampled(found: list[Doubles]) -> Sampled:
    whole = float(found[0][0])
    return Sampled(None if np.isnan(whole) else round(whole, 6), np.concatenate(found[1:]))
