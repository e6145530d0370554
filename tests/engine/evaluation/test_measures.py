"""Measures of rankings, worked by hand in docs/algorithms/evaluation.md."""

from __future__ import annotations

import doctest
from math import log2

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.engine.evaluation import baselines, calibration, measures
from panhuo.engine.evaluation.measures import Judged, evaluate, ndcg, paired_difference, spearman
from panhuo.terms.errors import DomainError

LEVELS = st.lists(st.integers(1, 4), min_size=1, max_size=15)


def need(name: str, levels: list[int], scores: list[float], told: list[float] | None = None) -> Judged:
    return Judged(name, levels, scores, told or [2.0] * len(levels))


def random_needs(count: int, seed: int = 1) -> list[Judged]:
    drawn = np.random.default_rng(seed)
    return [
        need(
            f"N{one:03}",
            drawn.integers(1, 5, 12).tolist(),
            drawn.random(12).tolist(),
            (1 + 3 * drawn.random(12)).tolist(),
        )
        for one in range(count)
    ]


@pytest.mark.parametrize("module", [measures, calibration, baselines])
def test_the_examples_in_the_sources_are_right(module: object) -> None:
    found = doctest.testmod(module)  # type: ignore[arg-type]
    assert found.failed == 0


def test_ndcg_of_the_worked_example() -> None:
    # gains 0, 7, 1 in the order given; ideal 7, 1, 0
    given_gain = 0 / log2(2) + 7 / log2(3) + 1 / log2(4)
    ideal = 7 / log2(2) + 1 / log2(3) + 0 / log2(4)
    assert ndcg([1, 4, 2], [0.9, 0.8, 0.1]) == pytest.approx(given_gain / ideal)
    assert given_gain / ideal == pytest.approx(0.6443, abs=5e-5)


def test_only_the_first_ten_places_count() -> None:
    levels = [1] * 10 + [4]
    assert ndcg(levels, [float(-place) for place in range(11)]) == 0.0
    assert ndcg(levels, [float(place) for place in range(11)]) == 1.0


def test_equal_scores_stand_in_the_order_given() -> None:
    assert ndcg([4, 1], [0.5, 0.5]) == 1.0
    assert ndcg([1, 4], [0.5, 0.5]) == pytest.approx(1 / log2(3))


@given(LEVELS, st.randoms(use_true_random=False))
def test_ndcg_lies_between_0_and_1_and_is_1_for_the_right_order(levels: list[int], chance: object) -> None:
    scores = [chance.random() for _ in levels]  # type: ignore[attr-defined]
    assert 0.0 <= ndcg(levels, scores) <= 1.0 + 1e-12
    right = ndcg(levels, [float(level) for level in levels])
    assert right == pytest.approx(1.0 if max(levels) > 1 else 0.0)


@given(LEVELS, st.randoms(use_true_random=False))
def test_a_rising_change_of_scale_changes_no_ranking(levels: list[int], chance: object) -> None:
    scores = [chance.randrange(-50, 50) / 8 for _ in levels]  # type: ignore[attr-defined]
    scaled = [3.0 * score + 7.0 for score in scores]
    assert ndcg(levels, scores) == ndcg(levels, scaled)
    assert spearman(levels, scores) == pytest.approx(spearman(levels, scaled))


def test_spearman_by_hand_with_ties() -> None:
    # ranks of levels 1.5 1.5 3 4, of scores 1 2 3 4: covariance 4.5, spreads 4.5 and 5
    assert spearman([1, 1, 2, 4], [0.1, 0.2, 0.3, 0.4]) == pytest.approx(4.5 / (4.5 * 5) ** 0.5)
    assert spearman([1, 2, 3], [3.0, 2.0, 1.0]) == -1.0
    assert spearman([1, 2, 3], [0.5, 0.5, 0.5]) == 0.0


def test_all_figures_of_a_small_set_by_hand() -> None:
    first = need("A", [1, 4, 2], [0.9, 0.8, 0.1], [1.5, 3.5, 2.0])
    nothing = need("B", [1, 1], [0.3, 0.2], [1.0, 2.4])
    found = evaluate([first, nothing]).figures
    assert found["ndcg_at_10"] == pytest.approx(0.644287, abs=1e-6)  # B has no pair above level 1
    assert found["spearman"] == -0.5  # B has one level only
    assert found["mae"] == pytest.approx((0.5 + 0.5 + 0 + 0 + 1.4) / 5)
    assert found["contest_score"] == pytest.approx(1 / 1.48, abs=1e-6)
    # 1.5 and 3.5 become 2 and 4, 2.4 becomes 2: off by 1, 0, 0, 0, 1
    assert found["contest_score_rounded"] == pytest.approx(1 / 1.4, abs=1e-6)
    assert found["precision_at_5_level3"] == pytest.approx(1 / 5)


def test_the_order_of_needs_changes_nothing() -> None:
    needs = random_needs(30)
    assert evaluate(needs) == evaluate(needs[::-1])
    others = random_needs(30, seed=2)
    assert paired_difference(needs, others) == paired_difference(needs[::-1], others)


def test_intervals_hold_the_figure_and_grow_narrower_with_needs() -> None:
    few, many = evaluate(random_needs(10)), evaluate(random_needs(160))
    for name, figure in many.figures.items():
        low, high = many.intervals[name] or (2.0, 2.0)
        assert low <= (figure or 0.0) <= high
    width = [one.intervals["ndcg_at_10"][1] - one.intervals["ndcg_at_10"][0] for one in (few, many)]  # type: ignore[index]
    assert width[1] < width[0] / 2


def test_what_nobody_can_say_is_none_and_not_zero() -> None:
    found = evaluate([need("A", [1, 1], [0.2, 0.1])])
    assert found.figures["ndcg_at_10"] is None
    assert found.intervals["ndcg_at_10"] is None
    assert found.figures["spearman"] is None
    assert found.figures["mae"] == 1.0
    assert paired_difference([need("A", [1], [0.2])], [need("A", [1], [0.1])]) is None


def test_nothing_judged_is_an_error() -> None:
    with pytest.raises(DomainError, match="No pair is judged"):
        evaluate([])
    with pytest.raises(DomainError, match="No pair is judged"):
        evaluate([need("A", [], [])])


def test_a_difference_is_that_of_the_means_and_is_sure_only_where_it_is() -> None:
    good = [need(f"N{one}", [4, 1, 1], [0.9, 0.5, 0.1]) for one in range(20)]
    bad = [need(f"N{one}", [4, 1, 1], [0.1, 0.5, 0.9]) for one in range(20)]
    found = paired_difference(good, bad)
    assert found is not None
    assert found.mean == pytest.approx(0.5)
    assert found.interval[0] > 0
    same = paired_difference(good, good)
    assert same is not None
    assert same.interval == (0.0, 0.0)


def test_rankings_of_different_needs_are_not_compared() -> None:
    with pytest.raises(DomainError, match="different needs"):
        paired_difference([need("A", [2], [1.0])], [need("B", [2], [1.0])])
