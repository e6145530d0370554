"""A scorer tried on judged pairs: learn on one set, predict levels on another, judge what came out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

import numpy as np

from panhuo.engine.evaluation.calibration import THRESHOLDS, Calibration, fit_calibration, levels_told, prior_levels
from panhuo.engine.evaluation.measures import GOOD_LEVEL, Judged
from panhuo.engine.evaluation.reliability import Reliability, reliability
from panhuo.engine.pair_scorers import Doubles, LevelScorer, NeedText, Pairs, PairScorer, Places, SupplyText
from panhuo.terms.errors import DomainError

FOLDS = 5
DECIMALS = 9
"""Scores are compared and written with so many: what a reader of the file computes agrees with what is said here."""
_GOOD = GOOD_LEVEL - 2
"""Column of at_least that says level 3 or 4."""


@dataclass(frozen=True, slots=True)
class JudgedSet:
    """Needs, texts, and the pairs of them that people judged.

    pairs: (n, 2), places in needs and texts, sorted by need_id, then text_id, each once; levels: (n,), 1..4.
    """

    needs: Sequence[NeedText]
    texts: Sequence[SupplyText]
    pairs: Pairs
    levels: Places

    def of(self, rows: Places) -> JudgedSet:
        """The same needs and texts with some of the pairs only."""
        return replace(self, pairs=self.pairs[rows], levels=self.levels[rows])

    def named(self) -> JudgedSet:
        """The same pairs with only the needs and texts that they name."""
        needs, texts = np.unique(self.pairs[:, 0]), np.unique(self.pairs[:, 1])
        places = (np.searchsorted(needs, self.pairs[:, 0]), np.searchsorted(texts, self.pairs[:, 1]))
        return JudgedSet(
            tuple(self.needs[need] for need in needs.tolist()),
            tuple(self.texts[text] for text in texts.tolist()),
            np.stack(places, axis=1),
            self.levels,
        )


@dataclass(frozen=True, slots=True)
class Predictions:
    """For the pairs of a set, in their order. scores: (n,); at_least: (n, 3) probabilities; told: levels 1.0..4.0."""

    scores: Doubles
    at_least: Doubles
    told: Doubles

    @property
    def good(self) -> Doubles:
        """Probability of level 3 or 4."""
        found: Doubles = self.at_least[:, _GOOD]
        return found


@dataclass(frozen=True, slots=True)
class Learned:
    """A scorer fitted to a set and the calibration of its scores; folds: how many the calibration rests on.

    calibration: None where the scorer says the chances of levels itself.
    """

    scorer: PairScorer
    calibration: Calibration | None
    folds: int


def learn(scorer: PairScorer, judged: JudgedSet) -> Learned:
    """Fit a scorer to a judged set, and learn what its scores mean from scores it gave to needs it was not fitted to.

    The needs are parted into FOLDS by their titles, so that the same need under two ids stays together; fewer where
    there are fewer titles. With one title only the calibration rests on the fitted scores themselves (folds 1). A
    LevelScorer needs none of this (folds 0).
    """
    last = scorer.fit(judged.needs, judged.texts, judged.pairs, judged.levels.tolist())
    if isinstance(last, LevelScorer):
        return Learned(last, None, 0)
    fold, folds = fold_of_pairs(judged, FOLDS)
    scores = np.zeros(len(judged.pairs))
    for one in range(folds):
        held = np.flatnonzero(fold == one)
        rest = judged.of(np.flatnonzero(fold != one)) if folds > 1 else judged
        fitted = scorer.fit(rest.needs, rest.texts, rest.pairs, rest.levels.tolist())
        if fitted is scorer:  # it learns nothing: its scores are the same for every fold
            scores = _scores(scorer, judged)
            break
        scores[held] = _scores(fitted, judged.of(held))
    return Learned(last, fit_calibration(scores, judged.levels.astype(float)), folds)


def fold_of_pairs(judged: JudgedSet, folds: int) -> tuple[Places, int]:
    """Fold of each pair from 0, and how many there are: distinct titles of needs in the order of their digests."""
    titles = {need: title_key(judged.needs[need]) for need in np.unique(judged.pairs[:, 0]).tolist()}
    ordered = sorted(set(titles.values()), key=lambda title: blake2b(title.encode(), digest_size=8).digest())
    count = max(1, min(folds, len(ordered)))
    place = {title: row % count for row, title in enumerate(ordered)}
    return np.array([place[titles[need]] for need in judged.pairs[:, 0].tolist()], np.int64), count


def title_key(need: NeedText) -> str:
    """Needs of one title are one need; without a title its text stands for it."""
    return "".join((need.title or need.content).split()).lower()


def predict(scorer: PairScorer, judged: JudgedSet, meaning: Calibration | Doubles | None) -> Predictions:
    """Score the pairs of a set and say their levels.

    meaning: a calibration, shares of the four levels where nothing is known of the scores (prior_levels), None for a
    LevelScorer, which says them itself.
    """
    scores = _scores(scorer, judged)
    if meaning is None:
        at_least = _chances(scorer, judged)
    elif isinstance(meaning, Calibration):
        at_least = meaning.probabilities(scores)
    else:
        at_least = prior_levels(scores, meaning)
    return Predictions(scores, np.round(at_least, DECIMALS), np.round(levels_told(at_least), 6))


def judged_lists(judged: JudgedSet, told: Predictions) -> list[Judged]:
    """One list per judged need, by need_id; its pairs by text_id."""
    owner = judged.pairs[:, 0]
    starts = np.flatnonzero(np.diff(owner, prepend=-1))
    ends = np.append(starts[1:], len(owner))
    return [
        Judged(
            judged.needs[int(owner[start])].need_id,
            judged.levels[start:end].tolist(),
            told.scores[start:end].tolist(),
            told.told[start:end].tolist(),
        )
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
    ]


def reliability_of(judged: JudgedSet, told: Predictions) -> Reliability:
    """How far the probability of level 3 or 4 means what it says."""
    _, owner = np.unique(judged.pairs[:, 0], return_inverse=True)
    return reliability(told.good, judged.levels >= GOOD_LEVEL, owner)


def _scores(scorer: PairScorer, judged: JudgedSet) -> Doubles:
    """Rounded scores of the pairs. Raises: DomainError code bad_scores where the scorer answers anything else."""
    scores = np.asarray(scorer.score(judged.needs, judged.texts, judged.pairs), float)
    if scores.shape != (len(judged.pairs),) or not np.isfinite(scores).all():
        raise DomainError(
            f"The scorer {scorer.name} gave {scores.shape} scores for {len(judged.pairs)} pairs, or one that is no "
            "number. This is a fault of the scorer, not of the files.",
            code="bad_scores",
        )
    return np.round(scores, DECIMALS)


def _chances(scorer: PairScorer, judged: JudgedSet) -> Doubles:
    """Raises: DomainError code bad_scores where the scorer says none, or others than 0..1 that never rise."""
    told = np.zeros((0, 0))
    if isinstance(scorer, LevelScorer):
        told = np.asarray(scorer.chances(judged.needs, judged.texts, judged.pairs), float)
    whole = told.shape == (len(judged.pairs), len(THRESHOLDS))
    if not (whole and ((told >= 0) & (told <= 1)).all() and (np.diff(told, axis=1) <= 0).all()):
        raise DomainError(
            f"The scorer {scorer.name} says no chances of levels, or such as cannot be. This is a fault of the scorer, "
            "not of the files.",
            code="bad_scores",
        )
    return told
