"""From scores to probabilities of levels, and to the level that is said."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.engine.evaluation.calibration import (
    fit_calibration,
    from_numbers,
    level_prior,
    levels_told,
    pack_calibration,
    pool_adjacent_violators,
    prior_levels,
)
from panhuo.rules import load_pack
from panhuo.terms.errors import BadValue

NUMBERS = st.lists(st.integers(-20, 20), min_size=1, max_size=25).map(lambda told: np.array(told, float))
PAIRS = st.lists(st.tuples(st.integers(0, 12), st.integers(1, 4)), min_size=1, max_size=60)


def test_pooling_by_hand_with_weights() -> None:
    # 3 (weight 1) and 1 (weight 3) fall: they become (3 + 3) / 4 = 1.5
    found = pool_adjacent_violators(np.array([0.0, 3.0, 1.0, 2.0]), np.array([1.0, 1.0, 3.0, 1.0]))
    assert found.tolist() == [0.0, 1.5, 1.5, 2.0]


@given(NUMBERS, st.randoms(use_true_random=False))
def test_pooling_gives_the_nearest_rising_sequence(values: np.ndarray, chance: object) -> None:
    weights = np.array([chance.randrange(1, 5) for _ in values], float)  # type: ignore[attr-defined]
    found = pool_adjacent_violators(values, weights)
    assert (np.diff(found) >= 0).all()
    assert weights @ found == pytest.approx(weights @ values, abs=1e-6)
    off = weights @ (found - values) ** 2
    for _ in range(5):
        other = np.sort(np.array([chance.uniform(-20, 20) for _ in values]))  # type: ignore[attr-defined]
        assert off <= weights @ (other - values) ** 2 + 1e-6


@given(NUMBERS)
def test_what_rises_already_is_left_alone(values: np.ndarray) -> None:
    rising = np.sort(values)
    assert pool_adjacent_violators(rising, np.ones(len(rising))) == pytest.approx(rising)


@given(PAIRS)
def test_probabilities_rise_with_the_score_and_fall_with_the_level(pairs: list[tuple[int, int]]) -> None:
    scores, levels = np.array(pairs, float).T
    learnt = fit_calibration(scores, levels)
    told = learnt.probabilities(np.linspace(-3, 15, 40))
    assert ((told >= 0) & (told <= 1)).all()
    assert (np.diff(told, axis=0) >= -1e-12).all()
    assert (np.diff(told, axis=1) <= 1e-12).all()
    again = from_numbers(json.loads(json.dumps(learnt.as_numbers())))
    assert (again.probabilities(scores) == learnt.probabilities(scores)).all()


def test_a_few_pairs_that_agree_make_nothing_certain() -> None:
    scores = np.array([0.1] * 20 + [0.9] * 5)
    levels = np.array([1] * 20 + [4] * 5)
    told = fit_calibration(scores, levels).probabilities(np.array([0.0, 1.0]))
    # one more observation of the overall share 0.2 at either end: 0.2 / 21 and 5.2 / 6
    assert told[:, 1] == pytest.approx([0.2 / 21, 5.2 / 6])


def test_scores_that_say_nothing_get_the_overall_shares() -> None:
    levels = np.array([1, 2, 3, 4] * 50)
    told = fit_calibration(np.zeros(200), levels).probabilities(np.array([0.0, 5.0]))
    assert told == pytest.approx(np.array([[0.75, 0.5, 0.25]] * 2))


@given(st.lists(st.integers(0, 20), min_size=4, max_size=4).filter(sum))
def test_the_median_makes_the_expected_error_smallest(counts: list[int]) -> None:
    shares = np.array(counts) / sum(counts)
    at_least = 1 - np.cumsum(shares)[None, :3]

    def expected(level: float) -> float:
        return float(shares @ np.abs(np.arange(1, 5) - level))

    told = float(levels_told(at_least, band=1e-6)[0])
    assert expected(told) <= min(expected(level) for level in np.linspace(1, 4, 61)) + 1e-6
    assert 1.0 <= float(levels_told(at_least)[0]) <= 4.0


def test_a_level_is_whole_where_it_is_clear_and_between_where_it_is_open() -> None:
    told = levels_told(np.array([[0.95, 0.3, 0.1], [0.51, 0.0, 0.0], [0.49, 0.0, 0.0], [1.0, 1.0, 1.0]]), band=0.02)
    assert told.tolist() == pytest.approx([2.0, 1.75, 1.25, 4.0])


def test_levels_by_prior_follow_the_places_of_scores() -> None:
    told = prior_levels(np.arange(10.0), np.array([0.5, 0.3, 0.1, 0.1]))
    assert (1 + told.sum(axis=1)).tolist() == [1, 1, 1, 1, 1, 2, 2, 2, 3, 4]
    assert (prior_levels(np.zeros(4), np.array([0.44, 0.43, 0.09, 0.04])).sum(axis=1) == 1).all()  # all in the middle


@pytest.mark.parametrize(
    ("scores", "at_least", "why"),
    [
        ([], [], "shape"),
        ([0.0], [[0.5, 0.4]], "shape"),
        ([0.0, 0.0], [[0.5, 0.4, 0.1]] * 2, "rise"),
        ([float("nan")], [[0.5, 0.4, 0.1]], "rise"),
        ([0.0], [[0.4, 0.5, 0.1]], "probabilities"),
        ([0.0, 1.0], [[0.5, 0.4, 0.1], [0.4, 0.4, 0.1]], "probabilities"),
        ([0.0], [[1.5, 0.4, 0.1]], "probabilities"),
        (["x"], [[0.5, 0.4, 0.1]], "no numbers"),
    ],
)
def test_numbers_that_are_no_calibration_are_refused(scores: list[object], at_least: list[object], why: str) -> None:
    with pytest.raises(BadValue, match=why):
        from_numbers({"scores": scores, "at_least": at_least})


def test_the_pack_says_what_holds_where_nothing_was_learnt() -> None:
    rules = load_pack("national").at(date(2026, 11, 22))
    told = pack_calibration(rules, "matching.learned.levels")
    low, high = levels_told(told.probabilities(np.array([-1e3, 1e3])))
    assert low < high
    assert level_prior(rules).sum() == pytest.approx(1.0)
    assert str(rules.status_of("matching.learned.levels.scores")) == "assumption"


def test_a_pack_whose_numbers_do_not_fit_together_is_named() -> None:
    rules = load_pack("national").at(date(2026, 11, 22))
    with pytest.raises(BadValue, match="different length"):
        pack_calibration(rules.supposing({"matching.learned.levels.scores": ("0", "1")}), "matching.learned.levels")
    with pytest.raises(BadValue, match="four shares"):
        level_prior(rules.supposing({"matching.levels.prior": ("0.5", "0.4")}))
