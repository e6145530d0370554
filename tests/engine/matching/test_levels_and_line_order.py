"""What lines mean as levels, and how they stand once facts and what was learnt have had their say."""

from __future__ import annotations

from datetime import date
from math import exp, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from panhuo.engine.matching.bulk import Ranked
from panhuo.engine.matching.circumstances import CIRCUMSTANCES, REGION, SUITED, circumstance_rules
from panhuo.engine.matching.level_weights import LevelWeights, fit_weights
from panhuo.engine.matching.levels import (
    GOOD,
    LINE_COLUMNS,
    LevelPrior,
    LineLevels,
    expected_gain,
    learn_lines,
    level_prior_of_lines,
    line_columns,
    neutral_values,
    told_levels,
)
from panhuo.engine.matching.line_order import line_scores, weighed
from panhuo.engine.matching.scoring import PARTS
from panhuo.rules import load_pack
from panhuo.terms.errors import BadValue

PACK = load_pack("national").at(date(2026, 11, 22))
RULES = circumstance_rules(PACK)
PRIOR = level_prior_of_lines(PACK)
WEIGHTS = np.array([float(PACK.decimal(f"matching.score.{name}")) for name in PARTS])
shares = st.floats(0.0, 1.0, allow_nan=False, width=32)


def test_chances_are_the_hand_worked_ones() -> None:
    told = LineLevels(LevelPrior(2.0, (0.0, 1.0, 2.0))).chances(np.array([0.25, 0.0]), None, neutral_values((2,)))
    # sqrt(0.25) x 2 = 1: log-odds 1, 0, -1; at 0: 0, -1, -2
    assert told[0].tolist() == pytest.approx([1 / (1 + exp(-1)), 0.5, 1 / (1 + exp(1))])
    assert told[1].tolist() == pytest.approx([0.5, 1 / (1 + exp(1)), 1 / (1 + exp(2))])


def test_the_level_is_the_median_and_the_gain_its_mean() -> None:
    chances = np.array([[1.0, 1.0, 1.0], [1.0, 0.6, 0.1], [0.4, 0.2, 0.0], [0.5, 0.5, 0.5]])
    assert told_levels(chances).tolist() == [4, 3, 1, 1]
    assert expected_gain(chances).tolist() == [1.0, 0.371429, 0.114286, 0.5]  # (1 + 2 x 0.6 + 4 x 0.1) / 7


def test_by_the_pack_levels_begin_where_their_cut_is_met() -> None:
    borders = [(float(cut) / PRIOR.slope) ** 2 for cut in PRIOR.cuts]  # slope x sqrt(score) = cut
    around = np.array([border + step for border in borders for step in (-0.001, 0.001)])
    told = LineLevels(PRIOR).chances(around, None, neutral_values((6,)))
    assert told_levels(told).tolist() == [1, 2, 2, 3, 3, 4]


@given(arrays(np.float64, (2, len(PARTS)), elements=shares), st.integers(0, len(PARTS) - 1))
def test_by_the_pack_no_part_that_grows_makes_a_level_less_likely(parts: np.ndarray, grows: int) -> None:
    parts[1] = parts[0]
    parts[1, grows] = 1.0
    low, high = LineLevels(PRIOR).chances(parts @ WEIGHTS, None, neutral_values((2,)))
    assert (low <= high).all()
    assert (np.diff(high) <= 0).all()


@pytest.mark.parametrize(("slope", "cuts"), [("0", ["1", "2", "3"]), ("5", ["2", "1", "3"]), ("5", ["1", "2"])])
def test_cuts_that_cannot_be_are_refused(monkeypatch: pytest.MonkeyPatch, slope: str, cuts: list[str]) -> None:
    monkeypatch.setattr(type(PACK), "decimal", lambda *_: slope)
    monkeypatch.setattr(type(PACK), "words", lambda *_: tuple(cuts))
    with pytest.raises(BadValue, match=r"matching\.lines"):
        level_prior_of_lines(PACK)


def lines(seed: int, needs: int, keep: int, looked_at: int) -> tuple[np.ndarray, ...]:
    """ids, totals, counts, values, parts of made-up lists, best first."""
    draw = np.random.default_rng(seed)
    ids = np.stack([draw.permutation(1000)[:keep] for _ in range(needs)]).astype(np.int64)
    totals = -np.sort(-np.round(draw.random((needs, keep)), 2), axis=1)
    counts = draw.integers(0, keep + 1, needs)
    ids[np.arange(keep) >= counts[:, None]] = -1
    totals[np.arange(keep) >= counts[:, None]] = 0.0
    values = draw.random((needs, looked_at, len(CIRCUMSTANCES))).astype(np.float32)
    return ids, totals, counts, values, draw.random((needs, keep, len(PARTS))).astype(np.float32)


def learnt(seed: int = 3) -> LevelWeights:
    """Weights from made-up answers that like what suits the firm and vary in nothing else but the texts."""
    draw = np.random.default_rng(seed)
    parts = draw.random((300, len(PARTS))).astype(np.float32)
    values = neutral_values((300,))
    values[:, SUITED] = draw.integers(0, 2, 300) / 2 + 0.5
    levels = np.where(values[:, SUITED] > 0.5, 4.0, 2.0)
    totals = parts @ WEIGHTS
    return learn_lines(PRIOR, totals, line_columns(totals, parts, values), levels, penalty=1.0, needs=30)


def ranked_lines(ids: np.ndarray, totals: np.ndarray, counts: np.ndarray) -> Ranked:
    return Ranked(np.stack([counts, counts], axis=1).astype(np.int32), ids, totals)


def by_score(ids: np.ndarray, totals: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    order = np.lexsort((ids, -totals, ids < 0), axis=1)
    return np.take_along_axis(ids, order, axis=1), np.take_along_axis(totals, order, axis=1)


def test_neutral_facts_leave_every_list_as_it_is() -> None:
    ids, totals, counts, _, _ = lines(1, 20, 30, 12)
    ids, totals = by_score(ids, totals)
    found = weighed(ranked_lines(ids, totals, counts), neutral_values((20, 12)), LineLevels(PRIOR), RULES)
    assert (found.ranked.ids == ids).all()
    assert (found.ranked.totals == totals).all()
    assert (found.text_scores == totals).all()


@pytest.mark.parametrize("with_learnt", [False, True])
def test_lines_stay_a_permutation_in_falling_order_and_none_overtakes_what_was_looked_at(*, with_learnt: bool) -> None:
    ids, totals, counts, values, parts = lines(2, 50, 40, 15)
    levels = LineLevels(PRIOR, learnt(), 1) if with_learnt else LineLevels(PRIOR)
    found = weighed(ranked_lines(ids, totals, counts), values, levels, RULES, parts=parts[:, :15])
    assert (np.sort(found.ranked.ids, axis=1) == np.sort(ids, axis=1)).all()
    for need in range(50):
        count = counts[need]
        assert (found.ranked.ids[need, count:] == -1).all()
        scores = found.ranked.totals[need, :count]
        assert (np.diff(scores) <= 0).all()
        same = np.diff(scores) == 0
        assert (np.diff(found.ranked.ids[need, :count])[same] > 0).all(), "equal scores stand by id"
        looked_at = min(count, 15)
        behind = [place for place in range(looked_at) if found.order[need, place] >= 15]
        assert all(scores[place] == scores[looked_at - 1] for place in behind)
    assert (found.ranked.ids != ids).any(), "the negative control: facts do move lines"


@pytest.mark.parametrize("with_learnt", [False, True])
def test_each_need_gets_the_same_alone_and_however_many_lines_were_kept(*, with_learnt: bool) -> None:
    ids, totals, counts, values, parts = lines(4, 12, 40, 15)
    levels = LineLevels(PRIOR, learnt(), 1) if with_learnt else LineLevels(PRIOR)
    together = weighed(ranked_lines(ids, totals, counts), values, levels, RULES, parts=parts[:, :15])
    for need in range(12):
        one = slice(need, need + 1)
        alone = weighed(
            ranked_lines(ids[one], totals[one], counts[one]), values[one], levels, RULES, parts=parts[one, :15]
        )
        assert (alone.ranked.ids[0] == together.ranked.ids[need]).all()
        assert (alone.ranked.totals[0] == together.ranked.totals[need]).all()
    some = ranked_lines(ids[:, :25], totals[:, :25], np.minimum(counts, 25))
    fewer = weighed(some, values, levels, RULES, parts=parts[:, :15])
    assert _first(fewer.ranked, 15) == _first(together.ranked, 15)


def _first(found: Ranked, count: int) -> list[list[int]]:
    """Ids of the first lines that stand above the least of those looked at."""
    return [
        [one for one, score in zip(ids[:count], scores[:count], strict=True) if score > scores[count - 1]]
        for ids, scores in zip(found.ids.tolist(), found.totals.tolist(), strict=True)
    ]


def test_facts_of_a_line_follow_it_to_its_place() -> None:
    ids, totals, counts = np.array([[7, 8, 9]]), np.array([[0.5, 0.49, 0.2]]), np.array([3])
    values = neutral_values((1, 2))
    values[0, 1, REGION] = 1.0
    found = weighed(ranked_lines(ids, totals, counts), values, LineLevels(PRIOR), RULES)
    assert found.ranked.ids.tolist() == [[8, 7, 9]]
    texts, facts = found.shown(np.array([[0, 1, 2, -1]]))
    assert texts.tolist() == [[0.49, 0.5, 0.2, 0.0]]
    assert facts[0, :, REGION].tolist() == [1.0, 0.5, 0.5, 0.5]


def test_without_a_line_nothing_breaks() -> None:
    for needs, keep, looked_at in ((1, 5, 3), (0, 5, 3), (2, 0, 0)):
        ids, totals = np.full((needs, keep), -1), np.zeros((needs, keep))
        nothing = ranked_lines(ids, totals, np.zeros(needs, np.int64))
        found = weighed(nothing, neutral_values((needs, looked_at)), LineLevels(PRIOR), RULES)
        assert (found.ranked.ids == ids).all()
        texts, facts = found.shown(np.full((needs, 2), -1))
        assert not texts.any()
        assert (facts == 0.5).all()


def test_answers_that_accept_what_suits_put_it_first_and_facts_without_answers_stay_with_the_pack() -> None:
    levels = LineLevels(PRIOR, learnt(), 7)
    assert levels.told_by == "version 7"
    assert LineLevels(PRIOR).told_by == "pack"
    stays = np.ones(len(CIRCUMSTANCES), bool)
    stays[SUITED] = False
    assert (levels.unlearnt == stays).all()
    lists = ranked_lines(np.array([[1, 2, 3]]), np.array([[0.5, 0.45, 0.1]]), np.array([3]))
    parts = np.repeat(lists.totals[..., None], len(PARTS), axis=2).astype(np.float32)
    suits = neutral_values((1, 3))
    suits[0, 1, SUITED] = 1.0
    assert weighed(lists, suits, levels, RULES, parts=parts).ranked.ids[0].tolist() == [2, 1, 3]
    chances = levels.chances(lists.totals, parts, suits)
    assert chances[0, 1, GOOD] > chances[0, 0, GOOD]
    assert weighed(lists, suits, LineLevels(PRIOR), RULES).ranked.ids[0].tolist() == [1, 2, 3]
    near, nothing = neutral_values((1, 3)), neutral_values((1, 3))
    near[0, 2, REGION] = 1.0
    at_home, before = (line_scores(lists.totals, one, levels, RULES, parts=parts) for one in (near, nothing))
    assert at_home[0, 2] == pytest.approx(before[0, 2] * 1.04, abs=2e-6)


def test_few_answers_change_little_and_none_of_a_kind_nothing() -> None:
    totals = np.array([0.04, 0.36])
    parts = np.repeat(totals[:, None], len(PARTS), axis=1).astype(np.float32)
    values = neutral_values((2,))
    told = learn_lines(PRIOR, totals, line_columns(totals, parts, values), [4, 1], penalty=30.0, needs=2)
    before = LineLevels(PRIOR).chances(totals, None, values)
    after = LineLevels(PRIOR, told, 1).chances(totals, parts, values)
    assert np.abs(after - before).max() < 0.15
    assert told_levels(after)[1] > told_levels(after)[0], "two answers against it do not turn the order round"
    assert (told.weights[[LINE_COLUMNS.index("life"), LINE_COLUMNS.index("figures")]] == 0).all()


def test_a_correction_beside_a_base_is_found_by_hand() -> None:
    # one column -1/1, base log 3 for all, half of each reach level 2: the constant alone must take log 3 away, held
    # back by penalty: 8 (1/2 - sigmoid(log 3 + c)) = penalty c; with c = -log 3 / 2 that is 8 (1/2 - 0.633975) / c
    sure = 8 * (0.5 - 1 / (1 + exp(-log(3) / 2))) / (-log(3) / 2)
    columns = np.array([[-1.0], [1.0]] * 4)
    levels = [1, 2, 2, 1] * 2
    found = fit_weights(["one"], columns, levels, penalty=sure, needs=1, base=np.full((8, 3), log(3)))
    assert found.weights[1, 0] == pytest.approx(-log(3) / 2)
    assert found.weights[0, 0] == pytest.approx(0.0)


def test_weights_of_other_columns_are_refused_with_what_to_do() -> None:
    other = fit_weights(["one"], np.array([[0.0], [1.0]]), [1, 4], penalty=1.0, needs=1)
    with pytest.raises(BadValue, match=r"--use 0"):
        LineLevels(PRIOR, other, 1)


@given(arrays(np.float32, (6, len(CIRCUMSTANCES)), elements=shares), st.permutations(range(6)))
def test_the_order_in_which_lines_come_changes_nothing(values: np.ndarray, shuffle: list[int]) -> None:
    ids, totals = np.arange(6), np.array([0.5, 0.5, 0.4, 0.3, 0.3, 0.1])
    moved = np.array(shuffle)
    one = weighed(ranked_lines(ids[None], totals[None], np.array([6])), values[None], LineLevels(PRIOR), RULES)
    turned = ranked_lines(ids[moved][None], totals[moved][None], np.array([6]))
    other = weighed(turned, values[moved][None], LineLevels(PRIOR), RULES)
    assert (one.ranked.ids == other.ranked.ids).all()
    assert (one.ranked.totals == other.ranked.totals).all()
