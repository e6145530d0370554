"""From scores to what they mean: the probability of each level, and the level to say.

Isotonic regression by pooling adjacent violators (Ayer et al. 1955), one for each of "level 2 at least", "level 3 at
least" and "level 4". All three are fitted on the same pairs, so the more demanding is never the more probable.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from panhuo.engine.evaluation.measures import HIGHEST, LOWEST
from panhuo.engine.pair_scorers import Doubles
from panhuo.rules import InForce
from panhuo.terms.errors import BadValue

THRESHOLDS = tuple(range(LOWEST + 1, HIGHEST + 1))
"""Levels that a pair may reach at least: 2, 3, 4; the columns of every array named at_least."""
BAND = 0.02
"""Half the band of quantiles around the median that a told level averages; wider ones measured worse."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """A rising map from scores to probabilities. scores: (n,), rising strictly; at_least: (n, 3), rising downwards.

    Between two scores it is a straight line, beyond the ends it is flat.
    """

    scores: Doubles
    at_least: Doubles

    def probabilities(self, scores: Doubles) -> Doubles:
        """(len(scores), 3): that the level is at least 2, 3, 4; each 0..1, falling from left to right."""
        columns = [np.interp(scores, self.scores, self.at_least[:, place]) for place in range(len(THRESHOLDS))]
        found: Doubles = np.stack(columns, axis=1)
        return found

    def as_numbers(self) -> dict[str, list[Any]]:
        """For JSON; from_numbers reads it back."""
        return {"scores": self.scores.tolist(), "at_least": self.at_least.tolist()}


def from_numbers(told: Mapping[str, Any]) -> Calibration:
    """A calibration from its numbers. Raises: BadValue code bad_calibration where they are none."""
    try:
        scores, at_least = np.array(told["scores"], float), np.array(told["at_least"], float)
    except (KeyError, TypeError, ValueError):
        raise _bad("it lacks scores or at_least, or they are no numbers") from None
    if scores.ndim != 1 or not len(scores) or at_least.shape != (len(scores), len(THRESHOLDS)):
        raise _bad(f"scores has the shape {scores.shape}, at_least {at_least.shape}")
    if not (np.isfinite(scores).all() and (np.diff(scores) > 0).all()):
        raise _bad("its scores do not rise")
    within = (at_least >= 0).all() and (at_least <= 1).all()
    if not (within and (np.diff(at_least, axis=0) >= 0).all() and (np.diff(at_least, axis=1) <= 0).all()):
        raise _bad("its probabilities leave 0..1, fall with the score, or rise with the level")
    return Calibration(scores, at_least)


def pack_calibration(rules: InForce, prefix: str) -> Calibration:
    """The map that holds where nothing was learnt: prefix.* of the pack, an assumption.

    prefix: matching.learned.levels, for the scores of the unlabelled ranking (engine.matching.learned).
    """
    columns = [_numbers(rules.words(f"{prefix}.at_least_{level}")) for level in THRESHOLDS]
    scores = _numbers(rules.words(f"{prefix}.scores"))
    if len({len(scores), *map(len, columns)}) > 1:
        raise _bad(f"{prefix}.* are of different length")
    return from_numbers({"scores": scores, "at_least": np.array(columns).T})


def level_prior(rules: InForce) -> Doubles:
    """Shares of the levels 1 to 4 among judged pairs, matching.levels.prior of the pack; they sum to 1."""
    shares = np.array(_numbers(rules.words("matching.levels.prior")))
    if len(shares) != HIGHEST or (shares < 0).any() or not np.isclose(shares.sum(), 1.0):
        raise _bad("matching.levels.prior are not four shares that sum to 1")
    return shares


def fit_calibration(scores: Doubles, levels: Sequence[int] | Doubles) -> Calibration:
    """Learn the map from judged pairs. scores: (n,), n at least 1, finite; levels: 1..4.

    One more observation of the overall share stands at either end of the scores, so that no probability is 0 or 1
    because a few pairs happened to agree.
    """
    points, group = np.unique(scores, return_inverse=True)
    counts = np.bincount(group).astype(float)
    counts[0] += 1.0
    counts[-1] += 1.0
    columns = []
    for level in THRESHOLDS:
        reached = (np.asarray(levels) >= level).astype(float)
        sums = np.bincount(group, weights=reached)
        sums[0] += reached.mean()
        sums[-1] += reached.mean()
        columns.append(pool_adjacent_violators(sums / counts, counts))
    at_least = np.minimum.accumulate(np.stack(columns, axis=1), axis=1)  # equal by theory, to the last bit by this
    return Calibration(points, at_least)


def pool_adjacent_violators(values: Doubles, weights: Doubles) -> Doubles:
    """The rising sequence nearest to values by weighted squares; weights > 0.

    >>> pool_adjacent_violators(np.array([1.0, 3.0, 2.0, 4.0]), np.ones(4)).tolist()
    [1.0, 2.5, 2.5, 4.0]
    """
    means: list[float] = []
    masses: list[float] = []
    sizes: list[int] = []
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        mean, mass, size = value, weight, 1
        while means and means[-1] >= mean:
            before, held = means.pop(), masses.pop()
            mean = (mean * mass + before * held) / (mass + held)
            mass += held
            size += sizes.pop()
        means.append(mean)
        masses.append(mass)
        sizes.append(size)
    found: Doubles = np.maximum.accumulate(np.repeat(np.array(means), sizes))  # rounding must not make it fall
    return found


def levels_told(at_least: Doubles, *, band: float = BAND) -> Doubles:
    """The level to say for each row, 1.0..4.0: the mean of its quantiles from 0.5 - band to 0.5 + band.

    The median makes the expected absolute error smallest. It is a whole number unless the probabilities split evenly
    between two levels; then all between them is as good. A narrow band is the median wherever it is clear, and goes
    from one level to the next gradually where the probabilities, which are themselves estimates, leave it open.

    >>> levels_told(np.array([[0.9, 0.2, 0.1], [0.5, 0.0, 0.0]])).round(6).tolist()
    [2.0, 1.5]
    """
    reached = np.clip((at_least - (0.5 - band)) / (2 * band), 0.0, 1.0)
    found: Doubles = LOWEST + reached.sum(axis=1)
    return found


def prior_levels(scores: Doubles, prior: Doubles) -> Doubles:
    """Probabilities 0 or 1 by the place of each score among all: the lowest share prior[0] is level 1, and so on.

    Equal scores get the same level, that of their mean place. For rankings that nothing is known of.
    """
    _, group, counts = np.unique(scores, return_inverse=True, return_counts=True)
    places = (np.cumsum(counts) - counts / 2) / len(scores)
    reached: Doubles = (places[group][:, None] > np.cumsum(prior)[:-1][None, :]).astype(float)
    return reached


def _numbers(told: Sequence[str]) -> list[float]:
    return [float(one) for one in told]


def _bad(why: str) -> BadValue:
    return BadValue(
        f"The calibration of scores cannot be used: {why}. Learn it anew or restore its file or pack.",
        code="bad_calibration",
    )
