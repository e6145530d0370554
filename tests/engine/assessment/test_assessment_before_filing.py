"""Before filing: answers give points and a conclusion; without record and grade nothing is approved."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.engine.assessment import (
    FilingGrade,
    PrefilingRules,
    assess_filing,
    check_answers,
    filing_approval,
    prefiling_rules,
    questionnaire,
)
from panhuo.rules import load_pack
from panhuo.rules.pack import InForce
from panhuo.terms.errors import DomainError

AT = date(2025, 11, 30)
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


def rules() -> PrefilingRules:
    return prefiling_rules(load_pack("national").at(AT))


def test_points_are_weight_times_points_and_those_that_cost_most_are_the_reasons() -> None:
    advice = assess_filing(GOOD, rules())
    # by hand: 0.25*100 + 0.20*60 + 0.15*100 + 0.10*100 + 0.15*60 + 0.15*60 = 80
    assert (advice.grade, advice.points, advice.by_answer) == (FilingGrade.FILE, Decimal(80), False)
    assert [(reason.question, reason.lost) for reason in advice.reasons] == [
        ("inventive_step", Decimal(8)),
        ("market", Decimal(6)),
        ("conversion", Decimal(6)),
    ]


@pytest.mark.parametrize(
    ("changed", "points", "grade"),
    [
        # 25 + 2 + 15 + 10 + 9 + 9 = 70, the limit itself
        ({"inventive_step": "obvious"}, "70", FilingGrade.FILE),
        # 25 + 2 + 15 + 10 + 3 + 9 = 64
        ({"inventive_step": "obvious", "market": "unclear"}, "64", FilingGrade.IMPROVE),
        # 12.5 + 2 + 15 + 6 + 3 + 1.5 = 40
        (
            {"novelty": "close", "inventive_step": "obvious", "protection": "either", "market": "unclear",
             "conversion": "none"},
            "40",
            FilingGrade.PUBLISH,
        ),
    ],
)  # fmt: skip
def test_points_fall_into_bands(changed: dict[str, str], points: str, grade: FilingGrade) -> None:
    advice = assess_filing({**GOOD, **changed}, rules())
    assert (advice.points, advice.grade) == (Decimal(points), grade)


@pytest.mark.parametrize(
    ("changed", "grade"),
    [
        ({"disclosed": "yes"}, FilingGrade.DO_NOT_FILE),
        ({"disclosed": "grace"}, FilingGrade.FILE),
        ({"protection": "secret"}, FilingGrade.KEEP_SECRET),
        ({"purpose": "free_use"}, FilingGrade.PUBLISH),
        ({"ownership": "to_settle"}, FilingGrade.IMPROVE),
        ({"purpose": "free_use", "evidence": "partly"}, FilingGrade.PUBLISH),
        ({"protection": "secret", "ownership": "not_ours"}, FilingGrade.DO_NOT_FILE),
    ],
)
def test_an_answer_that_decides_stands_before_points_and_the_graver_before_the_lighter(
    changed: dict[str, str], grade: FilingGrade
) -> None:
    advice = assess_filing({**GOOD, **changed}, rules())
    assert advice.grade is grade
    if advice.by_answer:
        assert {reason.question for reason in advice.reasons} <= set(changed)
        assert all(reason.lost == 0 for reason in advice.reasons)


def test_nothing_is_approved_without_a_finished_record_and_a_grade_that_allows_it() -> None:
    asked = rules()
    assert filing_approval(None, asked).why_not == "no_assessment"
    half = assess_filing({key: GOOD[key] for key in list(GOOD)[:-2]}, asked)
    refused = filing_approval(half, asked)
    assert (refused.may, refused.why_not, refused.missing) == (False, "unfinished", ("market", "conversion"))
    bad = filing_approval(assess_filing({**GOOD, "disclosed": "yes"}, asked), asked)
    assert (bad.may, bad.why_not, bad.grade) == (False, "grade_forbids", FilingGrade.DO_NOT_FILE)
    assert filing_approval(assess_filing(GOOD, asked), asked).may, "the negative control"


def test_an_answer_is_taken_by_code_or_words_and_nothing_else() -> None:
    form = rules().form
    assert check_answers(form, {"disclosed": "未公开", "market": "Unclear", "novelty": ""}) == {
        "disclosed": "no",
        "market": "unclear",
    }
    for answers, code in (({"disclosed": "也许"}, "unknown_answer"), ({"colour": "red"}, "unknown_question")):
        with pytest.raises(DomainError) as caught:
            check_answers(form, answers)
        assert caught.value.code == code


class _Changed:
    """Rules of the pack with one table's rows changed."""

    def __init__(self, table: str, question: str, column: str, value: str) -> None:
        self._rules = load_pack("national").at(AT)
        self._change = (table, question, column, value)
        self.pack = "changed"

    def table(self, name: str) -> list[dict[str, str]]:
        table, question, column, value = self._change
        return [
            {**row, column: value} if name == table and row["question"] == question else dict(row)
            for row in self._rules.table(name)
        ]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("assessment_questions", "novelty", "weight", "0.24"), "bad_weights"),
        (("assessment_answers", "novelty", "points", "101"), "bad_points"),
        (("assessment_answers", "novelty", "question", "elsewhere"), "no_answers"),
    ],
)
def test_a_questionnaire_that_cannot_be_used_is_refused(change: tuple[str, str, str, str], code: str) -> None:
    changed: InForce = _Changed(*change)  # type: ignore[assignment]
    with pytest.raises(DomainError) as caught:
        questionnaire(changed, "prefiling")
    assert caught.value.code == code
    with pytest.raises(DomainError) as missing:
        questionnaire(changed, "none_such")
    assert missing.value.code == "no_questionnaire"


def test_limits_out_of_order_are_refused() -> None:
    asked = load_pack("national").at(AT)
    with pytest.raises(DomainError) as caught:
        prefiling_rules(asked.supposing({"assessment.prefiling.limits": ("50", "70", "30")}))
    assert caught.value.code == "bad_limits"
    with pytest.raises(DomainError) as unranked:
        prefiling_rules(asked.supposing({"assessment.prefiling.precedence": ("do_not_file", "publish")}))
    assert unranked.value.code == "bad_precedence"


_FORM = rules().form
_ANSWERS = st.fixed_dictionaries(
    {question.code: st.sampled_from([one.code for one in question.choices]) for question in _FORM.questions}
)


@given(answers=_ANSWERS, question=st.sampled_from([one.code for one in _FORM.questions if one.weight]))
def test_a_better_answer_never_lowers_the_points(answers: dict[str, str], question: str) -> None:
    asked = rules()
    asked_question = asked.form.question(question)
    assert asked_question is not None
    best = max(asked_question.choices, key=lambda one: one.points).code
    before, after = assess_filing(answers, asked), assess_filing({**answers, question: best}, asked)
    assert before.points is not None
    assert after.points is not None
    assert 0 <= before.points <= after.points <= 100
    assert before.grade is not None, "all questions are answered"
