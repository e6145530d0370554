"""The only place where disclosures are written: assessed before filing, approved."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from panhuo.desk.assessments.case_actions import digest_of
from panhuo.desk.assessments.models import Disclosure, FilingApproval, PrefilingAssessment
from panhuo.desk.history import log_action, record_run
from panhuo.engine.assessment import (
    FilingAdvice,
    FilingGrade,
    PrefilingRules,
    assess_filing,
    filing_approval,
)
from panhuo.engine.assessment.rows import PrefilingRow
from panhuo.rules import InForce
from panhuo.terms.errors import DomainError


class NoApproval(DomainError):
    """A filing that may not be approved."""

    code = "no_filing_approval"


@transaction.atomic
def assess_disclosure(
    row: PrefilingRow, *, form: PrefilingRules, rules: InForce, actor: str, at: date, made_at: datetime
) -> tuple[PrefilingAssessment, bool]:
    """Record a disclosure, if it is new, and its assessment with the Run; False where the same was told before.

    Raises: DomainError other_disclosure where the number stands for another title, approved_already, no_actor.
    """
    disclosure, _ = Disclosure.objects.get_or_create(
        number=row.disclosure,
        defaults={
            "title": row.title,
            "department": row.department,
            "inventors": list(row.inventors),
            "made_at": made_at,
        },
    )
    if disclosure.title != row.title:
        raise DomainError(
            f"Disclosure {row.disclosure} is {disclosure.title!r}, not {row.title!r}. Use a number once.",
            code="other_disclosure",
            disclosure=row.disclosure,
        )
    digest = digest_of([rules.digest, dict(row.answers), row.assessor, row.assessed_on])
    known = disclosure.assessments.filter(digest=digest).first()
    if known is not None:
        return known, False
    if FilingApproval.objects.filter(disclosure=disclosure).exists():
        raise DomainError(
            f"Filing of {row.disclosure} is approved; its assessment stays as it is.",
            code="approved_already",
            disclosure=row.disclosure,
        )
    advice = assess_filing(row.answers, form)
    grade = advice.grade.value if advice.grade else ""
    reasons = [{"question": one.question, "answer": one.answer, "lost": str(one.lost)} for one in advice.reasons]
    results = {"grade": grade, "points": str(advice.points), "reasons": reasons, "missing": list(advice.missing)}
    log_action(f"disclosure:{row.disclosure}", "assessed", actor=actor, at=at, made_at=made_at, data={"grade": grade})
    run = record_run(
        "assess.prefiling",
        at=at,
        rules=rules,
        inputs_digest=digest,
        params={"disclosure": row.disclosure, "answers": dict(row.answers)},
        results=results,
        made_at=made_at,
    )
    made = PrefilingAssessment.objects.create(
        disclosure=disclosure,
        answers=dict(row.answers),
        grade=grade,
        points=advice.points,
        by_answer=advice.by_answer,
        reasons=reasons,
        missing=list(advice.missing),
        assessor=row.assessor,
        assessed_on=row.assessed_on or at,
        digest=digest,
        run_id=run.id,
        made_at=made_at,
    )
    return made, True


@transaction.atomic
def approve_filing(
    number: str, *, form: PrefilingRules, actor: str, at: date, made_at: datetime
) -> tuple[FilingApproval, bool]:
    """Approve a filing on its latest assessment; False where it was approved before.

    Raises: NoApproval with fields why_not, grade, missing; DomainError unknown_disclosure, no_actor.
    """
    disclosure = Disclosure.objects.filter(number=number.strip()).first()
    if disclosure is None:
        raise DomainError(
            f"There is no disclosure {number}. Record its assessment first: panhuo assess pre-filing FILE",
            code="unknown_disclosure",
            disclosure=number,
        )
    known = FilingApproval.objects.filter(disclosure=disclosure).first()
    if known is not None:
        return known, False
    latest = disclosure.assessments.last()
    approval = filing_approval(_advice(latest) if latest else None, form)
    if latest is None or not approval.may:
        grade = approval.grade.value if approval.grade else ""
        told = {
            "no_assessment": "it has no assessment",
            "unfinished": f"its assessment is unfinished, open are {', '.join(approval.missing)}",
            "grade_forbids": f"its assessment says {grade}",
        }[approval.why_not]
        raise NoApproval(
            f"Filing of {number} cannot be approved: {told}. Assess it (anew), then call again.",
            why_not=approval.why_not,
            grade=grade,
            missing=list(approval.missing),
        )
    said = {"grade": latest.grade, "run": latest.run_id}
    log_action(f"disclosure:{number}", "approved", actor=actor, at=at, made_at=made_at, data=said)
    made = FilingApproval.objects.create(
        disclosure=disclosure, assessment=latest, approved_on=at, actor=actor.strip(), made_at=made_at
    )
    return made, True


def _advice(record: PrefilingAssessment) -> FilingAdvice:
    """The record as the engine knows it; its reasons play no part in an approval."""
    return FilingAdvice(
        FilingGrade(record.grade) if record.grade else None,
        None if record.points is None else Decimal(record.points),
        by_answer=record.by_answer,
        reasons=(),
        missing=tuple(record.missing),
    )
