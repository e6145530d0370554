"""Before filing: the record, the Run behind it, and no approval without a finished assessment that allows it."""

from __future__ import annotations

import pytest

from desk.assessments.made_cases import AT, RULES, WHO
from panhuo.desk.assessments.filing_actions import NoApproval, approve_filing, assess_disclosure
from panhuo.desk.assessments.models import Disclosure, FilingApproval, PrefilingAssessment
from panhuo.desk.history import logged_actions
from panhuo.desk.history.models import Run
from panhuo.engine.assessment import prefiling_rules
from panhuo.engine.assessment.rows import PrefilingRow
from panhuo.terms.errors import DomainError

pytestmark = pytest.mark.django_db
FORM = prefiling_rules(RULES)
GOOD = {
    "ownership": "clear",
    "disclosed": "no",
    "novelty": "nothing_close",
    "inventive_step": "moderate",
    "evidence": "complete",
    "protection": "patent",
    "purpose": "exclusive",
    "market": "foreseeable",
    "conversion": "likely",
}


def assess(title: str = "石灰窑供风装置", **answers: str) -> tuple[PrefilingAssessment, bool]:
    told = {key: value for key, value in {**GOOD, **answers}.items() if value}
    row = PrefilingRow("JD-1", title, "材料学院", ("方甲",), told, "直丙", None)
    return assess_disclosure(row, form=FORM, rules=RULES, **WHO)


def approve() -> tuple[FilingApproval, bool]:
    return approve_filing("JD-1", form=FORM, **WHO)


def refusal() -> tuple[str, list[str]]:
    with pytest.raises(NoApproval) as caught:
        approve()
    assert not FilingApproval.objects.exists()
    return caught.value.fields["why_not"], caught.value.fields["missing"]


def test_no_filing_is_approved_without_record_and_grade() -> None:
    with pytest.raises(DomainError) as caught:
        approve()
    assert caught.value.code == "unknown_disclosure"
    Disclosure.objects.create(number="JD-1", title="石灰窑供风装置", inventors=[], made_at=WHO["made_at"])
    assert refusal() == ("no_assessment", [])
    assess(market="", novelty="")
    assert refusal() == ("unfinished", ["novelty", "market"])
    assess(disclosed="yes")
    assert refusal() == ("grade_forbids", [])
    good, _ = assess()
    approval, is_new = approve()
    assert (approval.assessment, approval.approved_on, is_new) == (good, AT, True)
    assert approve()[1] is False
    assert [one.act for one in logged_actions("disclosure:JD-1")] == ["assessed"] * 3 + ["approved"]


def test_an_assessment_keeps_grade_points_reasons_and_its_run() -> None:
    made, _ = assess()
    assert (made.grade, made.points, made.by_answer) == ("file", 80, False)
    assert made.reasons[0] == {"question": "inventive_step", "answer": "moderate", "lost": "8.00"}
    assert Run.objects.get(pk=made.run_id).results["grade"] == "file"


def test_the_same_again_is_one_record_and_a_number_is_used_once() -> None:
    assert [assess()[1], assess()[1], PrefilingAssessment.objects.count()] == [True, False, 1]
    with pytest.raises(DomainError) as caught:
        assess("别的发明")
    assert caught.value.code == "other_disclosure"


def test_after_the_approval_the_assessment_stays_as_it_is() -> None:
    assess()
    approve()
    with pytest.raises(DomainError) as caught:
        assess(disclosed="yes")
    assert caught.value.code == "approved_already"
    assert assess()[1] is False, "the same file again is no change"
