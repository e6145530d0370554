"""Cases: the way to the second assessment, each refusal by its gate, each act in the history, nothing twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from desk.assessments.made_cases import AT, RULES, UNIVERSITY, WHO, Register, assessed, graded, kiln, opened, reported
from panhuo.desk.assessments.case_actions import close_case, open_case, order_second, stop_case
from panhuo.desk.assessments.models import AssessmentCase, CaseReport, FirstAssessment, SecondOrder, SelfGrade
from panhuo.desk.assessments.reading import case_of
from panhuo.desk.history import logged_actions
from panhuo.desk.history.models import LoggedAction, Run
from panhuo.engine.assessment import GateShut, WrongStage
from panhuo.terms.errors import DomainError
from table_files import application

pytestmark = pytest.mark.django_db
AGENCY = "望岭资产评估示例有限公司"


def order(case: AssessmentCase, agency: str = AGENCY) -> SecondOrder:
    return order_second(case, agency=agency, rules=RULES, **WHO)


def lacking(call: Callable[[], object]) -> list[str]:
    with pytest.raises(GateShut) as caught:
        call()
    return [one["code"] for one in caught.value.fields["lacks"]]


def test_the_whole_way_leaves_both_reports_and_every_act_in_the_history(register: Register) -> None:
    case = opened(register)
    assert graded(case)
    first, _ = assessed(case)
    assert (first.value_is_high, first.prospect_is_good) == (True, True)
    reported(case, "first", digest="a")
    order(case)
    reported(case, "second", digest="b")
    close_case(case, rules=RULES, **WHO)
    case.refresh_from_db()
    assert case.stage == "closed"
    assert [(one.which, one.issuer) for one in case.reports.all()] == [("first", "直丙"), ("second", AGENCY)]
    acts = logged_actions(f"case:{case.number}")
    told = ["opened", "self_grade", "assess_first", "attach_first", "order_second", "attach_second", "close"]
    assert [one.act for one in acts] == told
    assert {(one.actor, one.day) for one in acts} == {("评议中心", AT)}
    run = Run.objects.get(pk=first.run_id)
    assert run.results["value_points"] == "76.00"
    assert "assessment.first.value_from" in run.reads


def test_the_second_assessment_is_refused_until_both_gates_are_met(register: Register) -> None:
    case = opened(register)
    assert lacking(lambda: order(case)) == ["self_grade_missing", "willingness_missing", "first_missing"]
    graded(case, willingness="unwilling")
    assert lacking(lambda: assessed(case)) == ["not_willing"]
    graded(case, willingness="negotiable")
    assessed(case, takers="none")
    assert lacking(lambda: order(case)) == ["prospect_not_good"]
    assessed(case, right_state="disputed")
    assert lacking(lambda: order(case)) == ["value_not_high"]
    assessed(case)
    graded(case, willingness="unwilling", inventor="圆乙")
    assert lacking(lambda: order(case)) == ["not_willing"], "the will may be withdrawn until the order"
    assert not SecondOrder.objects.exists()
    case.refresh_from_db()
    assert case.stage == "first_assessed"
    graded(case, inventor="圆乙")
    assert order(case).agency == AGENCY


def test_unanswered_questions_leave_the_gate_undecided(register: Register) -> None:
    case = opened(register)
    graded(case)
    assessed(case, advancement="", takers="")
    told = FirstAssessment.objects.get()
    assert told.missing == ["advancement", "takers"]
    assert lacking(lambda: order(case)) == ["value_undecided", "prospect_undecided"]


def test_a_case_closes_with_both_reports_only_and_the_first_must_be_of_the_latest_assessment(
    register: Register,
) -> None:
    case = opened(register)
    graded(case)
    assessed(case, conditions="pilot")
    reported(case, "first")
    assessed(case)
    order(case)
    assert lacking(lambda: close_case(case, rules=RULES, **WHO)) == ["first_report_missing", "second_report_missing"]
    reported(case, "second")
    assert lacking(lambda: close_case(case, rules=RULES, **WHO)) == ["first_report_missing"]
    reported(case, "first")
    close_case(case, rules=RULES, **WHO)


def test_an_owner_does_not_assess_its_own_patent_as_third_party(register: Register) -> None:
    register.tag(UNIVERSITY, alias="云湖工学院")
    case = opened(register)
    graded(case)
    assessed(case)
    for name in (UNIVERSITY, "云湖 大学", "云湖工学院"):
        with pytest.raises(DomainError) as caught:
            order(case, name)
        assert caught.value.code == "own_agency"
    order(case)
    with pytest.raises(DomainError) as other:
        reported(case, "second", issuer="别的评估所")
    assert other.value.code == "other_agency"
    case.refresh_from_db()
    assert case.stage == "second_ordered", "what was refused moved nothing"
    assert not CaseReport.objects.exists()


def test_the_same_told_twice_is_one_statement(register: Register) -> None:
    number = kiln(register)
    first = open_case(number, **WHO)
    again = open_case(number, **WHO)
    assert (first.is_new, again.is_new, AssessmentCase.objects.count()) == (True, False, 1)
    case = first.case
    assert [graded(case), graded(case), graded(case, level=5)] == [True, False, True]
    assert [assessed(case)[1], assessed(case)[1]] == [True, False]
    assert [reported(case, "first")[1], reported(case, "first")[1]] == [True, False]
    assert (SelfGrade.objects.count(), FirstAssessment.objects.count(), CaseReport.objects.count()) == (2, 1, 1)
    assert LoggedAction.objects.count() == 5


def test_the_latest_day_of_a_self_grade_stands_whatever_the_order_of_files(register: Register) -> None:
    case = opened(register)
    graded(case, willingness="unwilling", on=date(2025, 11, 20))
    graded(case, willingness="willing", on=date(2025, 11, 1))
    assert lacking(lambda: assessed(case)) == ["not_willing"]


def test_only_an_inventor_grades_and_only_known_patents_are_opened(register: Register) -> None:
    case = opened(register)
    with pytest.raises(DomainError) as caught:
        graded(case, inventor="曲丁")
    assert caught.value.code == "not_an_inventor"
    for number, code in ((application(7), "unknown_patent"), ("无", "bad_number")):
        with pytest.raises(DomainError) as wrong:
            open_case(number, **WHO)
        assert wrong.value.code == code
    mark = register.right("某商标", ip_type="trademark").application_number
    with pytest.raises(DomainError) as other:
        open_case(mark, **WHO)
    assert other.value.code == "not_a_patent"


def test_an_unverified_inventor_is_marked_in_the_history(register: Register) -> None:
    case = opened(register, inventors=[])
    assert graded(case, inventor="曲丁")
    assert logged_actions(f"case:{case.number}")[-1].data["is_verified"] is False


def test_an_act_without_actor_is_refused_and_leaves_nothing(register: Register) -> None:
    with pytest.raises(DomainError) as caught:
        open_case(kiln(register), **{**WHO, "actor": " "})
    assert caught.value.code == "no_actor"
    assert not AssessmentCase.objects.exists()
    assert not LoggedAction.objects.exists()


def test_a_stopped_case_has_its_reason_and_the_patent_may_be_opened_anew(register: Register) -> None:
    case = opened(register)
    with pytest.raises(DomainError) as caught:
        stop_case(case, reason=" ", rules=RULES, **WHO)
    assert caught.value.code == "no_reason"
    stop_case(case, reason="发明人撤回", rules=RULES, **WHO)
    with pytest.raises(WrongStage):
        graded(case)
    anew = open_case(case.application_number, **WHO)
    assert (anew.is_new, anew.case.number) == (True, "PG000002")
    assert case_of(case.application_number) == anew.case
    assert case_of("pg000001") == case
