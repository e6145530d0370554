"""Whether a newly learnt ranking is better than the one in use: both judged on needs that they have not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from panhuo.engine.evaluation.measures import Difference, Evaluation, evaluate, paired_difference
from panhuo.engine.evaluation.trial import FOLDS, JudgedSet, Predictions, fold_of_pairs, judged_lists, predict
from panhuo.engine.pair_scorers import PairScorer, Places
from panhuo.terms.errors import DomainError


@dataclass(frozen=True, slots=True)
class Crossed:
    """fitted: a scorer per fold, learnt from the others; fold: of each pair; told: by the scorer that lacked it."""

    fitted: tuple[PairScorer, ...]
    fold: Places
    told: Predictions


@dataclass(frozen=True, slots=True)
class Compared:
    """new, old: measures on the same pairs; difference: of nDCG@10 need by need, None where nobody can say."""

    new: Evaluation
    old: Evaluation
    difference: Difference | None

    @property
    def worse(self) -> tuple[str, ...]:
        """Measures in which the new one is worse: ndcg_at_10, contest_score. Intervals are not asked."""
        pairs = ((name, self.new.figures[name], self.old.figures[name]) for name in ("ndcg_at_10", "contest_score"))
        return tuple(name for name, new, old in pairs if new is not None and old is not None and new < old)


def cross_validated(scorer: PairScorer, judged: JudgedSet) -> Crossed:
    """Learn FOLDS times, each time without a part of the needs, parted by their titles.

    Raises: DomainError code too_few_needs where fewer than FOLDS titles of needs are judged.
    """
    fold, folds = fold_of_pairs(judged, FOLDS)
    if folds < FOLDS:
        raise DomainError(
            f"Pairs of {folds} different needs are judged, but {FOLDS} are wanted at least: what was learnt must be "
            "tried on needs that it has not seen. Let more needs be judged.",
            code="too_few_needs",
        )
    fitted = []
    told: list[tuple[Places, Predictions]] = []
    for one in range(folds):
        rest, held = judged.of(np.flatnonzero(fold != one)), np.flatnonzero(fold == one)
        learnt = scorer.fit(rest.needs, rest.texts, rest.pairs, rest.levels.tolist())
        fitted.append(learnt)
        told.append((held, predict(learnt, judged.of(held), None)))
    return Crossed(tuple(fitted), fold, joined_predictions(told))


def joined_predictions(parts: Sequence[tuple[Places, Predictions]]) -> Predictions:
    """Predictions of all pairs from those of parts; places: of the pairs of each part, together 0..n-1."""
    order = np.argsort(np.concatenate([places for places, _ in parts]), kind="stable")
    return Predictions(
        np.concatenate([told.scores for _, told in parts])[order],
        np.concatenate([told.at_least for _, told in parts])[order],
        np.concatenate([told.told for _, told in parts])[order],
    )


def compared(judged: JudgedSet, new: Predictions, old: Predictions) -> Compared:
    """Measure both on the same pairs."""
    ours, theirs = judged_lists(judged, new), judged_lists(judged, old)
    return Compared(evaluate(ours), evaluate(theirs), paired_difference(ours, theirs))
