"""Assessment before filing (专利申请前评估): what to do with a disclosure, why, and whether filing may be approved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from panhuo.engine.assessment.questionnaire import Part, Questionnaire, judge, questionnaire
from panhuo.rules import InForce
from panhuo.terms.errors import DomainError

PREFILING = "prefiling"
PART = "filing"
LOST_TOLD = 3
"""Answers that are told as reasons where points decide: those that cost most."""


class FilingGrade(StrEnum):
    """What the assessment advises."""

    FILE = "file"
    IMPROVE = "improve"
    PUBLISH = "publish"  # so that nobody else may own it
    KEEP_SECRET = "keep_secret"  # noqa: S105 - a conclusion, no password
    DO_NOT_FILE = "do_not_file"


@dataclass(frozen=True, slots=True)
class PrefilingRules:
    """limits: least points to file, to improve, to publish, falling. precedence: which conclusion stands when answers
    call for several. approvable: conclusions with which a filing may be approved."""

    form: Questionnaire
    limits: tuple[Decimal, Decimal, Decimal]
    precedence: tuple[FilingGrade, ...]
    approvable: tuple[FilingGrade, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """One answer behind a conclusion. lost: points that it cost, 0 where it decided by itself."""

    question: str
    answer: str
    lost: Decimal


@dataclass(frozen=True, slots=True)
class FilingAdvice:
    """grade: None while a question is open, then missing names it. points: 0..100, exact.

    by_answer: an answer decided whatever the points were.
    """

    grade: FilingGrade | None
    points: Decimal | None
    by_answer: bool
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...]


def prefiling_rules(rules: InForce) -> PrefilingRules:
    """Read the questionnaire prefiling and assessment.prefiling.*. Raises: DomainError bad_limits, bad_precedence and
    those of questionnaire."""
    limits = tuple(Decimal(one) for one in rules.words("assessment.prefiling.limits"))
    if len(limits) != 3 or not 100 >= limits[0] > limits[1] > limits[2] >= 0:
        raise DomainError(
            f"assessment.prefiling.limits in pack {rules.pack} must be three falling numbers between 100 and 0: to "
            "file, to improve, to publish.",
            code="bad_limits",
        )
    form = questionnaire(rules, PREFILING)
    precedence = tuple(FilingGrade(one) for one in rules.words("assessment.prefiling.precedence"))
    unranked = {choice.verdict for question in form.questions for choice in question.choices} - {"", *precedence}
    if unranked:
        raise DomainError(
            f"assessment.prefiling.precedence in pack {rules.pack} does not rank {', '.join(sorted(unranked))}, for "
            "which an answer calls. Add it.",
            code="bad_precedence",
        )
    approvable = tuple(FilingGrade(one) for one in rules.words("assessment.prefiling.approvable"))
    return PrefilingRules(form, (limits[0], limits[1], limits[2]), precedence, approvable)


def assess_filing(answers: Mapping[str, str], rules: PrefilingRules) -> FilingAdvice:
    """What the answers advise. answers: question -> code of the answer (questionnaire.check_answers).

    An answer with a verdict decides before any points; of several verdicts the first by precedence stands.
    """
    part = judge(rules.form, answers, PART)
    if part.points is None:
        return FilingAdvice(None, None, by_answer=False, reasons=(), missing=part.missing)
    called = {one.verdict for one in part.called}
    ranked = next((grade for grade in rules.precedence if grade in called), None)
    if ranked is not None:
        reasons = tuple(Reason(one.question, one.answer, Decimal(0)) for one in part.called if one.verdict == ranked)
        return FilingAdvice(ranked, part.points, by_answer=True, reasons=reasons, missing=())
    grade = _by_points(part.points, rules.limits)
    return FilingAdvice(grade, part.points, by_answer=False, reasons=_costliest(part, answers), missing=())


def _by_points(points: Decimal, limits: tuple[Decimal, Decimal, Decimal]) -> FilingGrade:
    bands = zip((FilingGrade.FILE, FilingGrade.IMPROVE, FilingGrade.PUBLISH), limits, strict=True)
    return next((grade for grade, least in bands if points >= least), FilingGrade.DO_NOT_FILE)


def _costliest(part: Part, answers: Mapping[str, str]) -> tuple[Reason, ...]:
    return tuple(Reason(question, answers[question], lost) for question, lost in part.lost[:LOST_TOLD])


@dataclass(frozen=True, slots=True)
class Approval:
    """Whether a filing may be approved. why_not: no_assessment, unfinished, grade_forbids; "" where it may."""

    may: bool
    why_not: str
    grade: FilingGrade | None
    missing: tuple[str, ...]


def filing_approval(advice: FilingAdvice | None, rules: PrefilingRules) -> Approval:
    """Whether the latest assessment of a disclosure carries an approval. advice: None where there is no record.

    No assessment record and no grade, no approval, whoever asks.
    """
    if advice is None:
        return Approval(may=False, why_not="no_assessment", grade=None, missing=())
    if advice.grade is None:
        return Approval(may=False, why_not="unfinished", grade=None, missing=advice.missing)
    if advice.grade not in rules.approvable:
        return Approval(may=False, why_not="grade_forbids", grade=advice.grade, missing=())
    return Approval(may=True, why_not="", grade=advice.grade, missing=())
