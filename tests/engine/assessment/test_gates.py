"""The gates of a case: no second assessment before willingness, high value and good prospect are on record."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import product

import pytest

from panhuo.engine.assessment import (
    MOVES,
    Act,
    CaseRecord,
    GateShut,
    Stage,
    WrongStage,
    assess_first,
    first_rules,
    lacks,
    next_stage,
    self_grade_scale,
    willing_answers,
)
from panhuo.rules import load_pack
from panhuo.terms.errors import BadValue

RULES = load_pack("national").at(date(2025, 11, 30))
WILLING = willing_answers(RULES)
READY = CaseRecord(self_level=4, willingness="willing", has_first=True, value_is_high=True, prospect_is_good=True)
CHECKED = {
    "right_state": "clear",
    "right_quality": "usable",
    "advancement": "above",
    "market_outlook": "clear",
    "conditions": "laboratory",
    "takers": "none",
}


def shut(act: Act, record: CaseRecord) -> list[str]:
    return [f"{lack.gate}:{lack.code}" for lack in lacks(act, record, WILLING)]


def test_the_second_assessment_waits_for_each_of_both_gates() -> None:
    one, two = "gate_1_willingness", "gate_2_first_assessment"
    told = {
        CaseRecord(): [f"{one}:self_grade_missing", f"{one}:willingness_missing", f"{two}:first_missing"],
        CaseRecord(self_level=5, willingness="unwilling"): [f"{one}:not_willing", f"{two}:first_missing"],
        CaseRecord(5, "willing", True, True, False): [f"{two}:prospect_not_good"],
        CaseRecord(5, "willing", True, False, True): [f"{two}:value_not_high"],
        CaseRecord(5, "willing", True, None, None): [f"{two}:value_undecided", f"{two}:prospect_undecided"],
        CaseRecord(5, "unwilling", True, True, True): [f"{one}:not_willing"],
        READY: [],
        CaseRecord(1, "negotiable", True, True, True): [],
    }
    assert {record: shut(Act.ORDER_SECOND, record) for record in told} == told


def test_the_whole_way_and_what_shuts_it() -> None:
    stage = Stage.OPENED
    with pytest.raises(WrongStage):
        next_stage(stage, Act.ORDER_SECOND, READY, WILLING, case="PG1")
    done = CaseRecord(4, "willing", True, True, True, has_first_report=True, has_second_report=True)
    for act in (Act.SELF_GRADE, Act.ASSESS_FIRST, Act.ATTACH_FIRST, Act.ORDER_SECOND, Act.ATTACH_SECOND):
        stage = next_stage(stage, act, READY, WILLING, case="PG1")
    assert stage is Stage.REPORT_ATTACHED
    with pytest.raises(GateShut) as caught:
        next_stage(stage, Act.CLOSE, READY, WILLING, case="PG1")
    assert [one["code"] for one in caught.value.fields["lacks"]] == ["first_report_missing", "second_report_missing"]
    assert "gate_3_reports: first_report_missing" in caught.value.message
    assert next_stage(stage, Act.CLOSE, done, WILLING, case="PG1") is Stage.CLOSED


def test_an_act_too_early_says_what_its_gates_lack_and_one_too_late_that_the_case_has_ended() -> None:
    with pytest.raises(GateShut) as early:
        next_stage(Stage.OPENED, Act.ORDER_SECOND, CaseRecord(), WILLING, case="PG1")
    assert [one["gate"] for one in early.value.fields["lacks"]] == ["gate_1_willingness"] * 2 + [
        "gate_2_first_assessment"
    ]
    with pytest.raises(WrongStage, match="the case has ended"):
        next_stage(Stage.STOPPED, Act.ORDER_SECOND, CaseRecord(), WILLING, case="PG1")


def test_a_first_assessment_waits_for_the_inventors_willingness() -> None:
    unwilling = CaseRecord(self_level=5, willingness="unwilling")
    with pytest.raises(GateShut, match="gate_1_willingness: not_willing"):
        next_stage(Stage.SELF_GRADED, Act.ASSESS_FIRST, unwilling, WILLING, case="PG1")


def test_every_move_that_is_not_in_the_table_is_refused() -> None:
    full = CaseRecord(5, "willing", True, True, True, has_first_report=True, has_second_report=True)
    for stage, act in product(Stage, Act):
        if (stage, act) in MOVES:
            assert next_stage(stage, act, full, WILLING, case="x") is MOVES[stage, act]
        else:
            with pytest.raises(WrongStage):
                next_stage(stage, act, full, WILLING, case="x")
    assert not any(stage in (Stage.CLOSED, Stage.STOPPED) for stage, _ in MOVES), "what has ended has ended"


def test_value_and_prospect_come_from_the_checklist() -> None:
    found = assess_first(CHECKED, first_rules(RULES))
    # value 0.3*100 + 0.3*60 + 0.4*70 = 76; prospect 0.4*70 + 0.3*60 + 0.3*20 = 52
    assert (found.value_points, found.value_is_high) == (Decimal(76), True)
    assert (found.prospect_points, found.prospect_is_good) == (Decimal(52), False)
    # with a known taker 28 + 18 + 21 = 67
    better = assess_first({**CHECKED, "takers": "known"}, first_rules(RULES))
    assert (better.prospect_points, better.prospect_is_good) == (Decimal(67), True)


def test_a_disputed_right_is_of_no_high_value_whatever_else_is_said_and_a_gap_is_undecided() -> None:
    disputed = {"right_state": "disputed", "right_quality": "broad", "advancement": "leading"}
    found = assess_first(disputed, first_rules(RULES))
    assert (found.value_points, found.value_is_high, found.prospect_is_good) == (Decimal(70), False, None)
    assert found.missing == ("market_outlook", "conditions", "takers")
    gap = assess_first({"right_quality": "broad"}, first_rules(RULES))
    assert (gap.value_points, gap.value_is_high) == (None, None)


def test_a_level_is_read_by_number_or_words_of_the_scheme() -> None:
    scale = self_grade_scale(RULES)
    assert [one.level for one in scale.levels] == [5, 4, 3, 2, 1]
    assert {scale.level(text).level for text in ("4", "4级", scale.levels[1].zh, scale.levels[1].en)} == {4}
    assert [one.tier for one in scale.levels] == ["A", "A", "B", "C", "D"]
    for wrong in ("6", "0", "", "高"):
        with pytest.raises(BadValue):
            scale.level(wrong)
