"""The internal first assessment (初评): is the value high, is the prospect good; both by a checklist of the pack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from panhuo.engine.assessment.questionnaire import Called, Questionnaire, judge, questionnaire
from panhuo.rules import InForce

FIRST = "first"
NOT_HIGH, NOT_GOOD = "not_high", "not_good"


@dataclass(frozen=True, slots=True)
class FirstRules:
    """value_from, prospect_from: points 0..100 from which the value is high, the prospect good."""

    form: Questionnaire
    value_from: Decimal
    prospect_from: Decimal


@dataclass(frozen=True, slots=True)
class FirstFinding:
    """value_is_high, prospect_is_good: None while answers are missing. Points 0..100, exact; None likewise.

    called: answers that decided by themselves.
    """

    value_points: Decimal | None
    prospect_points: Decimal | None
    value_is_high: bool | None
    prospect_is_good: bool | None
    missing: tuple[str, ...]
    called: tuple[Called, ...]


def first_rules(rules: InForce) -> FirstRules:
    """Read the questionnaire first and assessment.first.*."""
    return FirstRules(
        questionnaire(rules, FIRST),
        rules.decimal("assessment.first.value_from"),
        rules.decimal("assessment.first.prospect_from"),
    )


def assess_first(answers: Mapping[str, str], rules: FirstRules) -> FirstFinding:
    """What the checklist says. answers: question -> code of the answer (questionnaire.check_answers).

    An answer with the verdict not_high or not_good decides whatever the points are, also while others are missing.
    """
    value, prospect = judge(rules.form, answers, "value"), judge(rules.form, answers, "prospect")
    called = (*value.called, *prospect.called)
    verdicts = {one.verdict for one in called}
    return FirstFinding(
        value.points,
        prospect.points,
        _reaches(value.points, rules.value_from, barred=NOT_HIGH in verdicts),
        _reaches(prospect.points, rules.prospect_from, barred=NOT_GOOD in verdicts),
        (*value.missing, *prospect.missing),
        called,
    )


def _reaches(points: Decimal | None, least: Decimal, *, barred: bool) -> bool | None:
    if barred:
        return False
    return None if points is None else points >= least
