"""Measures of ranked lists against judged levels, and their intervals by bootstrap over needs.

Levels: 4 强相关, 3 较强相关, 2 弱相关, 1 无相关. Only judged pairs are ranked. Definitions with a worked example:
docs/algorithms/evaluation.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from panhuo.engine.pair_scorers import Doubles
from panhuo.terms.errors import DomainError

AT = 10
GOOD_AT, GOOD_LEVEL = 5, 3
HIGHEST, LOWEST = 4, 1
MEASURES = (
    "ndcg_at_10",
    "spearman",
    "mae",
    "contest_score",
    "contest_score_rounded",
    "precision_at_5_level3",
)
RESAMPLES = 1000
SEED = 20251130
CELLS_AT_ONCE = 2_000_000
"""Resamples times needs drawn at once: bounds memory to some ten megabytes."""

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Judged:
    """One need's judged pairs, in the order of achievement_id.

    levels: 1..4. scores: the higher, the more related, any scale. told: the level as predicted, 1.0..4.0.
    """

    need_id: str
    levels: Sequence[int]
    scores: Sequence[float]
    told: Sequence[float]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Figures by the names of MEASURES and the intervals that hold 95 % of the resamples.

    None stands where nobody can say: no need with a pair above level 1, or none with two levels.
    """

    figures: Mapping[str, float | None]
    intervals: Mapping[str, Interval | None]


@dataclass(frozen=True, slots=True)
class Difference:
    """Mean difference of ndcg_at_10 over the same needs, and its 95 % interval by bootstrap over needs."""

    mean: float
    interval: Interval
    needs: int


def evaluate(judged: Sequence[Judged], *, resamples: int = RESAMPLES) -> Evaluation:
    """All measures of judged needs.

    ndcg_at_10 is the mean over needs with a pair above level 1; precision_at_5_level3 over the same; spearman over
    needs whose pairs have two levels at least; mae and the two contest scores are over pairs.

    Raises: DomainError code no_judged_pair where no need has pairs.
    """
    if not any(len(need.levels) for need in judged):
        raise DomainError("No pair is judged, so nothing can be measured.", code="no_judged_pair")
    sums = np.array([_sums(need) for need in sorted(judged, key=lambda need: need.need_id)])
    sampled = np.concatenate([_means(block @ sums) for block in drawn(len(sums), resamples)])
    figures = _means(sums.sum(axis=0, keepdims=True))[0]
    return Evaluation(
        {name: _figure(value) for name, value in zip(MEASURES, figures, strict=True)},
        {name: interval(sampled[:, column]) for column, name in enumerate(MEASURES)},
    )


def paired_difference(
    ours: Sequence[Judged], theirs: Sequence[Judged], *, resamples: int = RESAMPLES
) -> Difference | None:
    """How much greater ndcg_at_10 is on the same needs; None where no need has a pair above level 1.

    Raises: DomainError code different_needs where the two do not judge the same needs.
    """
    one, other = ({need.need_id: need for need in side} for side in (ours, theirs))
    if one.keys() != other.keys():
        raise DomainError("Two rankings of different needs cannot be compared.", code="different_needs")
    gaps = np.array(
        [
            ndcg(one[name].levels, one[name].scores) - ndcg(other[name].levels, other[name].scores)
            for name in sorted(one)
            if max(one[name].levels, default=LOWEST) > LOWEST
        ]
    )
    if not len(gaps):
        return None
    sampled = np.concatenate([block @ gaps / len(gaps) for block in drawn(len(gaps), resamples)])
    low, high = np.percentile(sampled, [2.5, 97.5])
    return Difference(round(float(gaps.mean()), 6), (round(float(low), 6), round(float(high), 6)), len(gaps))


def ndcg(levels: Sequence[int], scores: Sequence[float]) -> float:
    """Normalised discounted gain of the first ten: gain 2^(level-1)-1, discount log2(rank+1), ties as they stand.

    >>> round(ndcg([1, 4, 2], [0.9, 0.8, 0.1]), 4)
    0.6443
    """
    gains = np.array([2.0 ** (level - 1) - 1 for level in levels])
    best = np.sort(gains)[::-1][:AT]
    given = gains[np.argsort(-np.asarray(scores, float), kind="stable")][:AT]
    discounts = 1 / np.log2(np.arange(2, AT + 2))
    ideal = float(best @ discounts[: len(best)])
    return float(given @ discounts[: len(given)]) / ideal if ideal else 0.0


def spearman(levels: Sequence[float], scores: Sequence[float]) -> float:
    """Rank correlation, ties with their mean rank; 0 where either side is constant.

    >>> spearman([1, 2, 3], [0.1, 0.4, 0.2])
    0.5
    """
    one, other = _ranks(np.asarray(levels, float)), _ranks(np.asarray(scores, float))
    one, other = one - one.mean(), other - other.mean()
    spread = float(np.sqrt((one @ one) * (other @ other)))
    return float(one @ other) / spread if spread else 0.0


def drawn(needs: int, resamples: int) -> Iterator[Doubles]:
    """Blocks of (resamples, needs): how often each need was drawn, with replacement; always the same draws."""
    generator = np.random.default_rng(SEED)
    shares = np.full(needs, 1 / needs)
    at_once = max(1, CELLS_AT_ONCE // needs)
    for start in range(0, resamples, at_once):
        yield generator.multinomial(needs, shares, min(at_once, resamples - start)).astype(float)


def interval(sampled: Doubles) -> Interval | None:
    """What holds 95 % of the resamples that have a value; None where none has."""
    known = sampled[~np.isnan(sampled)]
    if not len(known):
        return None
    low, high = np.percentile(known, [2.5, 97.5])
    return round(float(low), 6), round(float(high), 6)


def _ranks(values: Doubles) -> Doubles:
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    means: Doubles = np.cumsum(counts) - (counts - 1) / 2
    return means[place]


def _sums(need: Judged) -> tuple[float, ...]:
    """What one need adds to each sum, and to its count."""
    levels, told = np.asarray(need.levels, float), np.asarray(need.told, float)
    has_good = float(len(levels) > 0 and levels.max() > LOWEST)
    first = np.argsort(-np.asarray(need.scores, float), kind="stable")[:GOOD_AT]
    has_order = float(len(set(need.levels)) > 1)
    return (
        has_good * ndcg(need.levels, need.scores),
        spearman(need.levels, need.scores) if has_order else 0.0,
        float(np.abs(told - levels).sum()),
        float(np.abs(np.rint(told) - levels).sum()),
        has_good * float((levels[first] >= GOOD_LEVEL).sum()) / GOOD_AT,
        has_good,
        has_order,
        float(len(levels)),
    )


def _means(sums: Doubles) -> Doubles:
    """Rows of MEASURES from rows of summed _sums; NaN where nothing was counted."""
    gain, order, off, off_rounded, good, with_good, with_order, pairs = sums.T
    with np.errstate(invalid="ignore", divide="ignore"):
        mae, mae_rounded = off / pairs, off_rounded / pairs
        found: Doubles = np.stack(
            [gain / with_good, order / with_order, mae, 1 / (1 + mae), 1 / (1 + mae_rounded), good / with_good], axis=1
        )
    return found


def _figure(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 6)
