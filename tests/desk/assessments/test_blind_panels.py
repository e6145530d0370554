"""Panels: who is tied is not assigned, a blind expert finds no owner, the result stands on scores that are in."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from desk.assessments.made_cases import (
    AT,
    NOW,
    RULES,
    UNIVERSITY,
    WHO,
    Register,
    expert,
    opened,
    panel,
    scored,
)
from panhuo.desk.assessments.models import AssessmentCase, Panel, PanelExpert, PanelScore
from panhuo.desk.assessments.panel_actions import (
    InConflict,
    assign_expert,
    decide_panel,
    give_score,
    open_panel,
    result_of,
    withdraw_expert,
)
from panhuo.desk.assessments.reading import blind_history, blind_list, blind_search, identity_of, names_of
from panhuo.desk.history import log_action
from panhuo.desk.history.models import Run
from panhuo.desk.registry.models import AssetKey
from panhuo.engine.assessment import leaks
from panhuo.engine.assessment.rows import ExpertRow, ScoreRow
from panhuo.terms.errors import DomainError

pytestmark = pytest.mark.django_db


def tie(case: AssessmentCase, row: ExpertRow) -> list[str]:
    made, _ = open_panel(case, due=None, rules=RULES, **WHO)
    try:
        assign_expert(made, row, rules=RULES, **WHO)
    except InConflict as error:
        return [one["kind"] for one in error.fields["conflicts"]]
    return []


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"organisation": "云湖 大学"}, "owner_organisation"),
        ({"organisation": "云湖工学院"}, "owner_organisation"),
        ({"organisation": "云湖附属医院"}, "inventor_organisation"),
        ({"organisation": "云湖资产公司"}, "same_controller"),
        ({"organisation": "望岭窑业有限公司"}, "recent_dealing"),
        ({"organisation": "青渡水务有限公司"}, ""),
        ({"name": "方甲"}, "inventor,co_inventor"),
        ({"name": "点己"}, "co_inventor"),
        ({"relations": ("方甲",)}, "declared_relation"),
        ({"has_declared": False}, "not_declared"),
        ({}, ""),
    ],
)
def test_register_and_rosters_tell_the_ties_of_an_expert(register: Register, change: dict[str, Any], kind: str) -> None:
    register.tag(UNIVERSITY, alias="云湖工学院")
    register.tag("云湖资产公司", controller=UNIVERSITY)
    case = opened(register)
    case.inventor_organisations = ["云湖附属医院"]
    case.save()
    other = register.right("别的装置", inventors=["点己", "圆乙"])
    register.event(other, "licence_recorded", date(2024, 5, 6), from_party=UNIVERSITY, to_party="望岭窑业有限公司")
    register.event(other, "licence_recorded", date(2020, 5, 6), from_party=UNIVERSITY, to_party="青渡水务有限公司")
    assert tie(case, expert(**change)) == kind.split(",") * bool(kind)
    assert PanelExpert.objects.exists() is not bool(kind)


def everything_shown(one: PanelExpert) -> str:
    sheets = blind_list(one.name, one.organisation, at=AT)
    entries = blind_history(one, at=AT)
    return json.dumps([[asdict(sheet) for sheet in sheets], [asdict(entry) for entry in entries]],
                      ensure_ascii=False, default=str)  # fmt: skip


def test_a_blind_expert_finds_no_owner_in_list_search_or_history(register: Register) -> None:
    register.tag(UNIVERSITY, alias="云湖工学院")
    case = opened(
        register, abstract="云湖工学院（原望岭学院）与云 湖 大 学材料学院方甲提出，见CN100000001B与望岭代理所。"
    )
    key = case.asset_key
    asset_events = {"from_party": "望岭学院", "to_party": UNIVERSITY}
    register.event(AssetKey.objects.get(key=key).asset, "transferred", date(2021, 6, 1), **asset_events)
    made = panel(case)
    one = made.experts.get(expert="E1")
    scored(one, "80")
    give_score(ScoreRow(one.sheet, "maturity", Decimal(70), "云湖大学方甲的成果"), actor=UNIVERSITY, at=AT, made_at=NOW)
    shown = everything_shown(one).replace("云湖大学方甲的成果", "")  # his own comment stays his own
    hidden = [*names_of(case), "云湖工学院", "望岭学院", "望岭代理所", "专家2"]
    assert leaks(shown, hidden) == ()
    assert leaks(shown, ["石灰窑供风装置"]), "the negative control: the technology is shown"
    numbers = (case.application_number, case.application_number.split(".")[0], case.publication_number, key)
    assert not any(number in shown for number in numbers)
    assert "评议中心" not in shown, "nor who acts for the office"
    for word in ("云湖", "方甲", "材料学院", "CN1"):
        assert blind_search(one.name, one.organisation, word, at=AT) == [], word
    assert len(blind_search(one.name, one.organisation, "供风", at=AT)) == 1
    assert [entry.act for entry in blind_history(one, at=AT)][:2] == ["assigned", "scored"]
    assert blind_list("专家9", "江城学院", at=AT) == [], "what is not his is not there"
    assert {"望岭学院", "望岭代理所", "云湖工学院"} <= set(identity_of(case, at=AT).names)


def test_a_name_that_somebody_wrote_into_the_history_is_withheld_too(register: Register) -> None:
    one = panel(opened(register)).experts.get(expert="E1")
    data = {"note": "催云湖大学方甲补材料", "beside": [{"who": "圆乙"}], "days": 3}
    log_action(f"sheet:{one.sheet}", "noted", actor="评议中心", at=AT, made_at=NOW, data=data)
    assert blind_history(one, at=AT)[-1].data == {"note": "催******补材料", "beside": [{"who": "***"}], "days": 3}


def test_five_scores_give_a_result_that_stays_and_names_its_run(register: Register) -> None:
    made = panel(opened(register))
    for one, points in zip(made.experts.all(), ("90", "80", "70", "75", "20"), strict=True):
        assert scored(one, points) == {"new"}
    found = decide_panel(made, rules=RULES, **WHO)
    # without the highest and the lowest: (80 + 70 + 75) / 3
    assert found.points == Decimal("75.00")
    assert found.indicators[0].apart == ("E5",)
    made.refresh_from_db()
    assert made.result["points"] == "75.00"
    assert Run.objects.get(pk=made.run_id).results == made.result
    with pytest.raises(DomainError) as caught:
        scored(made.experts.get(expert="E5"), "60")
    assert caught.value.code == "panel_decided"
    with pytest.raises(DomainError) as late:
        assign_expert(made, expert("E9", "专家九"), rules=RULES, **WHO)
    assert late.value.code == "panel_decided"
    assert decide_panel(made, rules=RULES, **WHO).points == found.points


def refused(made: Panel, *, at: date) -> tuple[str, Any]:
    with pytest.raises(DomainError) as caught:
        decide_panel(made, rules=RULES, actor="评议中心", at=at, made_at=NOW)
    return caught.value.code, caught.value.fields.get("lacks")


def test_without_quorum_or_experts_nothing_is_decided(register: Register) -> None:
    made = panel(opened(register))
    experts = list(made.experts.all())
    for one in experts[:3]:
        scored(one, "80")
    assert refused(made, at=AT) == ("not_due", None)
    after = made.due + timedelta(days=1)
    assert refused(made, at=after) == ("no_result", ["no_quorum"])
    scored(experts[3], "80", at=after)
    assert result_of(made).late == ("E4",)
    assert refused(made, at=after) == ("no_result", ["no_quorum"]), "a late score does not count"
    few = panel(opened(register), experts=4)
    for one in few.experts.all():
        scored(one, "80")
    assert refused(few, at=AT) == ("no_result", ["too_few_experts"])


def test_the_same_sheet_twice_changes_nothing_and_a_change_is_logged(register: Register) -> None:
    made = panel(opened(register))
    one = made.experts.get(expert="E1")
    assert [scored(one, "80"), scored(one, "80")] == [{"new"}, {"unchanged"}]
    assert PanelScore.objects.count() == len(made.indicators)
    assert scored(one, "80.5") == {"changed"}
    assert blind_history(one, at=AT)[-1].data == {"indicator": "market_application", "points": "80.5",
                                                   "before": "80.0000"}  # fmt: skip


def test_a_score_needs_a_sheet_and_an_indicator_that_were_given_out(register: Register) -> None:
    one = panel(opened(register)).experts.get(expert="E1")
    for sheet, indicator, code in (
        ("PF-000000000000", "maturity", "unknown_sheet"),
        (one.sheet, "colour", "unknown_indicator"),
    ):
        with pytest.raises(DomainError) as caught:
            give_score(ScoreRow(sheet, indicator, Decimal(1), ""), actor="甲", at=AT, made_at=NOW)
        assert caught.value.code == code


def test_one_person_is_one_expert_of_a_panel(register: Register) -> None:
    case = opened(register)
    made = panel(case, experts=1)
    again, is_new = assign_expert(made, expert("E1", "专家1"), rules=RULES, **WHO)
    assert (again.expert, is_new) == ("E1", False)
    for row in (expert("E2", "专家1"), expert("E1", "专家2")):
        with pytest.raises(DomainError) as caught:
            assign_expert(made, row, rules=RULES, **WHO)
        assert caught.value.code == "expert_code_taken"
    same, is_new = open_panel(case, due=None, rules=RULES, **WHO)
    assert (same, is_new) == (made, False)
    with pytest.raises(DomainError) as early:
        open_panel(opened(register), due=AT - timedelta(days=1), rules=RULES, **WHO)
    assert early.value.code == "due_too_early"


def test_a_tie_that_is_declared_after_the_assignment_is_no_repetition(register: Register) -> None:
    made = panel(opened(register), experts=1)
    for changed in ({"relations": ("方甲",)}, {"has_declared": False}):
        with pytest.raises(InConflict, match=rf"Take him off panel {made.number}"):
            assign_expert(made, expert("E1", "专家1", **changed), rules=RULES, **WHO)


def test_a_tie_that_comes_to_light_later_holds_the_result_until_the_expert_leaves(register: Register) -> None:
    made = panel(opened(register), experts=6)
    for one in made.experts.all():
        scored(one, "80" if one.expert != "E6" else "0")
    register.right("别的装置", inventors=["专家6", "圆乙"])
    with pytest.raises(InConflict) as caught:
        decide_panel(made, rules=RULES, **WHO)
    assert caught.value.fields["conflicts"] == [{"kind": "co_inventor", "party": "圆乙"}]
    for code, reason, wrong in (("E9", "回避", "no_such_expert"), ("E6", " ", "no_reason")):
        with pytest.raises(DomainError) as refusal:
            withdraw_expert(made, code, reason=reason, **WHO)
        assert refusal.value.code == wrong
    withdraw_expert(made, "E6", reason="回避", **WHO)
    assert decide_panel(made, rules=RULES, **WHO).points == Decimal("80.00")
    with pytest.raises(DomainError) as gone:
        withdraw_expert(made, "E5", reason="回避", **WHO)
    assert gone.value.code == "panel_decided"


def test_who_left_a_panel_scores_no_more(register: Register) -> None:
    made = panel(opened(register))
    one = made.experts.get(expert="E1")
    withdraw_expert(made, "E1", reason="回避", **WHO)
    with pytest.raises(DomainError) as caught:
        scored(one, "80")
    assert caught.value.code == "expert_withdrawn"
    with pytest.raises(DomainError) as back:
        assign_expert(made, expert("E1", "专家1"), rules=RULES, **WHO)
    assert back.value.code == "expert_withdrawn"
    assert result_of(made).lacks == ("too_few_experts", "no_quorum")


def test_a_panels_rules_stay_as_they_were_when_it_was_opened(register: Register) -> None:
    made = panel(opened(register))
    assert made.rules["average"] == "trimmed_mean"
    Panel.objects.filter(pk=made.pk).update(rules={**made.rules, "average": "median"})
    made.refresh_from_db()
    for one, points in zip(made.experts.all(), ("90", "80", "70", "76", "20"), strict=True):
        scored(one, points)
    assert result_of(made).points == Decimal("76.00"), "the kept rules count, not the pack's"
