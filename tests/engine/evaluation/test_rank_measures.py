"""Measures of one score over many rights, worked by hand in docs/algorithms/grade-evaluation.md."""

from __future__ import annotations

import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.engine.evaluation import class_spread, rank_measures
from panhuo.engine.evaluation.grade_card import (
    COUNT_MEASURES,
    FEWEST_EVENTS,
    Beside,
    event_card,
    not_beaten,
    probability_card,
    random_values,
    score_card,
)
from panhuo.engine.evaluation.measures import spearman
from panhuo.engine.evaluation.rank_measures import (
    Measure,
    Weighed,
    auc_of,
    ordered,
    sampled,
    spearman_of,
    top_events,
    top_overlap,
)

VALUES = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=2, max_size=40)


def figure(measure: Measure, outcome: list[float], score: list[float]) -> float:
    once = np.ones((1, len(outcome)))
    return float(
        measure(Weighed(ordered(np.array(outcome, float)), once), Weighed(ordered(np.array(score, float)), once))[0]
    )


@pytest.mark.parametrize("module", [rank_measures, class_spread])
def test_the_examples_in_the_sources_are_right(module: object) -> None:
    found = doctest.testmod(module)  # type: ignore[arg-type]
    assert found.attempted > 0
    assert found.failed == 0


def test_rank_correlation_with_ties_as_worked_by_hand() -> None:
    """Citations 0, 0, 1, 5 rank 1.5, 1.5, 3, 4; scores 40, 60, 60, 70 rank 1, 2.5, 2.5, 4: 3.75 / 4.5."""
    assert figure(spearman_of, [0, 0, 1, 5], [40, 60, 60, 70]) == pytest.approx(3.75 / 4.5)


def test_a_perfect_score_gives_one_and_a_reversed_one_minus_one() -> None:
    outcome = [float(n) for n in range(40)]
    assert figure(spearman_of, outcome, outcome) == pytest.approx(1.0)
    assert figure(spearman_of, outcome, outcome[::-1]) == pytest.approx(-1.0)
    assert figure(top_overlap, outcome, outcome) == pytest.approx(10.0)
    assert figure(top_overlap, outcome, outcome[::-1]) == 0.0
    assert figure(auc_of, [0, 0, 1, 1], [1, 2, 3, 4]) == 1.0
    assert figure(auc_of, [0, 0, 1, 1], [4, 3, 2, 1]) == 0.0


def test_a_score_that_never_differs_is_worth_as_much_as_chance() -> None:
    outcome, flat = [0.0, 0.0, 1.0, 1.0, 1.0], [7.0] * 5
    assert figure(spearman_of, outcome, flat) == 0.0
    assert figure(auc_of, outcome, flat) == 0.5
    assert figure(top_overlap, [1.0, 2.0, 3.0, 4.0, 5.0], flat) == pytest.approx(1.0)
    assert figure(top_events, outcome, flat) == pytest.approx(1.0)


def test_an_outcome_that_never_differs_says_nothing() -> None:
    assert np.isnan(figure(spearman_of, [1, 1, 1], [1, 2, 3]))
    assert np.isnan(figure(auc_of, [0, 0, 0], [1, 2, 3]))


def test_ties_at_the_edge_of_the_top_tenth_share_its_places() -> None:
    """Of twenty, two places: the best one holds one, three that tie share the other, a third each."""
    score = [9.0, 8.0, 8.0, 8.0, *([1.0] * 16)]
    shares = Weighed(ordered(np.array(score)), np.ones((1, 20))).top[0]
    assert shares.tolist() == pytest.approx([1.0, 1 / 3, 1 / 3, 1 / 3, *([0.0] * 16)])
    happened = [0.0, 1.0, *([0.0] * 17), 1.0]  # one of the three and one at the bottom: 1/3 of an event in a tenth
    assert figure(top_events, happened, score) == pytest.approx((1 / 3) / 2 / 0.1)


@given(VALUES)
def test_without_resampling_it_is_the_rank_correlation_of_the_matcher(pairs: list[tuple[int, int]]) -> None:
    outcome, score = [float(one) for one, _ in pairs], [float(other) for _, other in pairs]
    if len(set(outcome)) > 1:
        assert figure(spearman_of, outcome, score) == pytest.approx(
            spearman([int(o) for o in outcome], score), abs=1e-9
        )


@given(VALUES)
def test_the_area_is_the_share_of_pairs_in_the_right_order(pairs: list[tuple[int, int]]) -> None:
    outcome, score = [float(one > 3) for one, _ in pairs], [float(other) for _, other in pairs]
    both = [
        (s, t) for s, o in zip(score, outcome, strict=True) if o for t, p in zip(score, outcome, strict=True) if not p
    ]
    if both:
        right = sum(1.0 if s > t else 0.5 if s == t else 0.0 for s, t in both) / len(both)
        assert figure(auc_of, outcome, score) == pytest.approx(right)


@given(VALUES, st.integers(1, 3))
def test_a_row_drawn_twice_counts_as_two_rows(pairs: list[tuple[int, int]], times: int) -> None:
    outcome, score = (np.array(column, float) for column in zip(*pairs, strict=True))
    weights = np.ones((1, len(pairs)))
    weights[0, 0] = times
    again = np.repeat(np.arange(len(pairs)), weights[0].astype(int))
    for measure in (spearman_of, top_overlap):
        drawn = measure(Weighed(ordered(outcome), weights), Weighed(ordered(score), weights))[0]
        whole = figure(measure, outcome[again].tolist(), score[again].tolist())
        assert drawn == pytest.approx(whole, nan_ok=True, abs=1e-9)


def test_intervals_are_the_same_each_time_and_hold_nought_for_chance() -> None:
    outcome = np.arange(300.0)
    first, second = (
        sampled(COUNT_MEASURES, ordered(outcome), {"random": ordered(random_values(300))})["random"]["spearman"]
        for _ in range(2)
    )
    assert first.interval == second.interval
    assert first.interval is not None
    assert first.interval[0] < 0 < first.interval[1]


def test_a_baseline_is_compared_on_the_rows_for_which_it_has_a_value() -> None:
    outcome = np.arange(50.0)
    part = np.where(outcome < 25, np.nan, outcome)
    card = score_card(
        outcome, outcome, {"part": Beside(part), "none": Beside(None, why_not="no_such_column")}, COUNT_MEASURES
    )
    assert card["baselines"]["part"]["rows"] == 25
    assert card["baselines"]["part"]["difference"]["spearman"]["value"] == 0.0
    assert card["baselines"]["none"] == {"rows": 0, "cannot_say": "no_such_column"}
    assert not_beaten(card, "spearman", ["part", "none"], turned=False) == ["part"]
    assert not_beaten(card, "spearman", ["part", "none"], turned=True) == []


def test_too_few_events_give_no_figure() -> None:
    happened = np.arange(100) < FEWEST_EVENTS - 1
    card = event_card(happened, np.arange(100.0), {})
    assert card == {"rows": 100, "events": FEWEST_EVENTS - 1, "cannot_say": "too_few_events"}
    assert "auc" in event_card(np.arange(100) < FEWEST_EVENTS, np.arange(100.0), {})


def test_a_probability_that_means_what_it_says_has_no_calibration_error() -> None:
    said = np.array([0.2] * 50 + [0.6] * 50)
    happened = np.array([True] * 10 + [False] * 40 + [True] * 30 + [False] * 20)
    assert probability_card(happened, said)["expected_calibration_error"] == pytest.approx(0.0)
    assert probability_card(happened, said + 0.1)["expected_calibration_error"] == pytest.approx(0.1)
