"""Learning on judged pairs and predicting for others."""

from __future__ import annotations

import numpy as np
import pytest
from judged_sets import Remembering, judged_set

from panhuo.engine.evaluation.baselines import Baseline, random_scores
from panhuo.engine.evaluation.calibration import fit_calibration
from panhuo.engine.evaluation.trial import fold_of_pairs, judged_lists, learn, predict, reliability_of
from panhuo.engine.pair_scorers import Doubles
from panhuo.terms.errors import DomainError

DRAWN = np.random.default_rng(3)
MANY = judged_set(
    {(f"N{need:02}", f"T{need:02}{text}"): int(DRAWN.integers(1, 5)) for need in range(20) for text in range(9)}
)


def test_what_was_learnt_by_heart_is_not_believed() -> None:
    learnt = learn(Remembering(), MANY)
    assert learnt.folds == 5
    told = learnt.calibration.probabilities(np.array([4.0]))[0]
    assert told[2] < 0.6, "levels of needs it never saw are chance"
    fitted = Remembering().fit(MANY.needs, MANY.texts, MANY.pairs, MANY.levels.tolist())
    by_heart = fit_calibration(predict(fitted, MANY, learnt.calibration).scores, MANY.levels.astype(float))
    assert by_heart.probabilities(np.array([4.0]))[0, 2] > 0.9, "the negative control: fitted scores look perfect"


def test_needs_of_one_title_stay_in_one_fold() -> None:
    levels = {(f"N{need}", f"T{need}"): 2 for need in range(12)}
    judged = judged_set(levels, titles={"N3": "石灰窑 供风", "N7": "石灰窑供风"})
    fold, folds = fold_of_pairs(judged, 5)
    assert folds == 5
    owners = [judged.needs[need].need_id for need in judged.pairs[:, 0].tolist()]
    assert fold[owners.index("N3")] == fold[owners.index("N7")]
    assert set(fold.tolist()) == {0, 1, 2, 3, 4}


def test_one_need_is_enough_to_learn_something() -> None:
    judged = judged_set({("N1", "T1"): 1, ("N1", "T2"): 4})
    learnt = learn(Remembering(), judged)
    assert learnt.folds == 1


def test_a_scorer_that_learns_nothing_is_asked_once() -> None:
    asked = []

    def scores(*told: object) -> Doubles:
        asked.append(1)
        return random_scores(*told)  # type: ignore[arg-type]

    scorer = Baseline("counting", scores)
    assert learn(scorer, MANY).scorer is scorer
    assert len(asked) == 1


def test_lists_stand_by_need_and_text_whatever_the_scores() -> None:
    judged = judged_set({("N2", "T1"): 1, ("N1", "T9"): 4, ("N1", "T3"): 2})
    lists = judged_lists(judged, predict(Baseline("random", random_scores), judged, np.array([0.25] * 4)))
    assert [(one.need_id, list(one.levels)) for one in lists] == [("N1", [2, 4]), ("N2", [1])]


def test_a_scorer_that_gives_no_numbers_is_named() -> None:
    judged = judged_set({("N1", "T1"): 1})
    for answer in (np.array([np.nan]), np.zeros(2), np.zeros((1, 1))):
        with pytest.raises(DomainError, match="odd"):
            predict(Baseline("odd", lambda *_, answer=answer: answer), judged, np.array([0.25] * 4))


def test_a_probability_that_means_what_it_says_has_no_error() -> None:
    judged = judged_set(
        {(f"N{need:02}", f"T{need:02}{text}"): 4 if text < 3 else 1 for need in range(10) for text in range(10)}
    )
    same = Baseline("same", lambda needs, texts, pairs: np.zeros(len(pairs)))
    told = predict(same, judged, fit_calibration(np.zeros(100), judged.levels.astype(float)))
    found = reliability_of(judged, told)
    assert [(one.pairs, one.predicted, one.observed) for one in found.bins] == [(100, 0.3, 0.3)]
    assert found.expected_error == 0.0
    assert found.brier == pytest.approx(0.21)
    assert found.bins[0].interval == (0.3, 0.3)


def test_a_probability_that_boasts_is_found_out() -> None:
    levels = {(f"N{need:02}", f"T{need:02}{text}"): 4 if text < 1 else 1 for need in range(10) for text in range(10)}
    judged = judged_set(levels)
    same = Baseline("same", lambda needs, texts, pairs: np.zeros(len(pairs)))
    boasting = fit_calibration(np.zeros(10), np.array([4] * 9 + [1]))
    found = reliability_of(judged, predict(same, judged, boasting))
    assert found.expected_error == pytest.approx(0.8)


def test_bins_hold_about_the_same_number_and_never_part_equals() -> None:
    chance = np.random.default_rng(5)
    ranked = Baseline("ranked", lambda needs, texts, pairs: np.round(chance.random(len(pairs)), 2))
    told = predict(ranked, MANY, learn(Baseline("random", random_scores), MANY).calibration)
    bins = reliability_of(MANY, told).bins
    assert sum(one.pairs for one in bins) == 180
    assert all(left.high < right.low for left, right in zip(bins, bins[1:], strict=False))
    assert min(one.pairs for one in bins) >= 9
