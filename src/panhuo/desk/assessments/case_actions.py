"""The only place where assessment cases are written: opened, self-graded, assessed, ordered, reports, closed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Max, Model

from panhuo.adapters.files.attachments import KeptFile, look_at, put_away
from panhuo.adapters.files.home import Home
from panhuo.desk.assessments.models import AssessmentCase, CaseReport, FirstAssessment, SecondOrder, SelfGrade
from panhuo.desk.assessments.reading import asset_of, case_record
from panhuo.desk.history import log_action, record_run
from panhuo.desk.inventory.access import current_inventory
from panhuo.desk.inventory.models import StockPatent
from panhuo.desk.people.models import Organisation
from panhuo.engine.assessment import (
    ENDED,
    Act,
    FirstRules,
    SelfGradeScale,
    Stage,
    assess_first,
    next_stage,
    willing_answers,
)
from panhuo.engine.assessment.rows import FirstRow, SelfGradeRow
from panhuo.engine.records.owners import normalise_party_name
from panhuo.rules import InForce
from panhuo.terms.errors import DomainError
from panhuo.terms.kinds import PATENT_TYPES

FIRST, SECOND = "first", "second"


@dataclass(frozen=True, slots=True)
class Opened:
    """A case; is_new: False where it was open already."""

    case: AssessmentCase
    is_new: bool


def serial(kind: type[Model], prefix: str) -> str:
    """The next number of a kind of rows, such as PG000001; ask in the transaction that uses it."""
    last = kind._default_manager.aggregate(last=Max("pk"))["last"] or 0
    return f"{prefix}{last + 1:06d}"


def digest_of(told: object) -> str:
    """By which the same statement is known when it is told again."""
    said = json.dumps(told, ensure_ascii=False, sort_keys=True, default=str)
    return blake2b(said.encode(), digest_size=16).hexdigest()


@transaction.atomic
def open_case(
    number: str,
    *,
    departments: Sequence[str] = (),
    inventor_organisations: Sequence[str] = (),
    actor: str,
    at: date,
    made_at: datetime,
) -> Opened:
    """Open a case on a patent of the register, or give the one that is open.

    number: application or publication number. Raises: DomainError unknown_patent, not_a_patent, no_title, no_actor;
    BadValue where it is no number.
    """
    asset, keys = asset_of(number)
    known = AssessmentCase.objects.filter(asset_key__in=keys).exclude(stage__in=ENDED).first()
    unit, region = _whose(asset.pk)
    if known is not None:
        if known.unit is None and unit is not None:  # opened before an inventory knew whose the patent is
            known.unit, known.region_code = unit, region
            known.save(update_fields=["unit", "region_code"])
        return Opened(known, is_new=False)
    if asset.ip_type not in PATENT_TYPES:
        raise DomainError(f"{number} is no patent but {asset.ip_type}; cases are for patents.", code="not_a_patent")
    if not asset.title:
        raise DomainError(
            f"The register knows no title of {number}. Import its data, then open the case.", code="no_title"
        )
    case = AssessmentCase.objects.create(
        number=serial(AssessmentCase, "PG"),
        asset_key=keys[0],
        application_number=asset.application_number,
        publication_number=asset.grant_publication_number or asset.first_publication_number,
        ip_type=asset.ip_type,
        title=asset.title,
        abstract=asset.abstract,
        first_claim=asset.first_claim,
        ipc_main=asset.ipc_main,
        owners=asset.owners or asset.applicants,
        owner_code=asset.owner_code,
        inventors=asset.inventors,
        departments=list(departments),
        inventor_organisations=list(inventor_organisations),
        unit=unit,
        region_code=region,
        stage=Stage.OPENED,
        opened_on=at,
        made_at=made_at,
    )
    log_action(subject_of(case), "opened", actor=actor, at=at, made_at=made_at)
    return Opened(case, is_new=True)


def _whose(asset: int) -> tuple[Organisation | None, str]:
    """Unit and region of a patent by the current inventory."""
    found = StockPatent.objects.filter(inventory=current_inventory(), asset=asset).select_related("unit").first()
    return (found.unit, found.region_code) if found else (None, "")


@transaction.atomic
def self_grade(
    case: AssessmentCase,
    row: SelfGradeRow,
    *,
    scale: SelfGradeScale,
    rules: InForce,
    actor: str,
    at: date,
    made_at: datetime,
) -> bool:
    """Record an inventor's self-grade; False where the same was told before. Inventors speak for themselves only; where
    the register knows none, the log says that the name was not verified.

    Raises: DomainError not_an_inventor; WrongStage, GateShut; no_actor.
    """
    known = {normalise_party_name(name) for name in case.inventors}
    if known and normalise_party_name(row.inventor) not in known:
        raise DomainError(
            f"{row.inventor} is no inventor of case {case.number}; the grade is the inventors' own. Write the name as "
            "the patent has it.",
            code="not_an_inventor",
            case=case.number,
        )
    digest = digest_of([scale.scheme, row.level, row.willingness, row.inventor, row.reason, row.graded_on])
    if case.self_grades.filter(digest=digest).exists():
        return False
    said = {"level": row.level, "willingness": row.willingness, "is_verified": bool(known)}
    _move(case, Act.SELF_GRADE, rules, actor=actor, at=at, made_at=made_at, data=said)
    SelfGrade.objects.create(
        case=case,
        scheme=scale.scheme,
        level=row.level,
        willingness=row.willingness,
        inventor=row.inventor,
        reason=row.reason,
        graded_on=row.graded_on or at,
        digest=digest,
        made_at=made_at,
    )
    return True


@transaction.atomic
def assess_case_first(
    case: AssessmentCase,
    row: FirstRow,
    *,
    form: FirstRules,
    rules: InForce,
    actor: str,
    at: date,
    made_at: datetime,
) -> tuple[FirstAssessment, bool]:
    """Record the internal first assessment with its Run; the second value is False where the same was told before.

    Raises: DomainError no_answers; WrongStage, GateShut; no_actor.
    """
    if not row.answers:
        raise DomainError(
            f"The first assessment of {case.number} answers nothing. Fill in its questions.", code="no_answers"
        )
    digest = digest_of([rules.digest, dict(row.answers), row.assessor, row.remark, row.assessed_on])
    known = case.first_assessments.filter(digest=digest).first()
    if known is not None:
        return known, False
    found = assess_first(row.answers, form)
    results = {
        "value_points": _text(found.value_points),
        "prospect_points": _text(found.prospect_points),
        "value_is_high": found.value_is_high,
        "prospect_is_good": found.prospect_is_good,
        "missing": list(found.missing),
    }
    _move(case, Act.ASSESS_FIRST, rules, actor=actor, at=at, made_at=made_at, data=results)
    run = record_run(
        "assess.first",
        at=at,
        rules=rules,
        inputs_digest=digest,
        params={"case": case.number, "answers": dict(row.answers)},
        results=results,
        made_at=made_at,
    )
    made = FirstAssessment.objects.create(
        case=case,
        answers=dict(row.answers),
        value_points=found.value_points,
        prospect_points=found.prospect_points,
        value_is_high=found.value_is_high,
        prospect_is_good=found.prospect_is_good,
        missing=list(found.missing),
        assessor=row.assessor,
        remark=row.remark,
        assessed_on=row.assessed_on or at,
        digest=digest,
        run_id=run.id,
        made_at=made_at,
    )
    return made, True


@transaction.atomic
def order_second(
    case: AssessmentCase,
    *,
    agency: str,
    rules: InForce,
    actor: str,
    at: date,
    made_at: datetime,
) -> SecondOrder:
    """Order the third-party assessment. Raises: DomainError no_agency, own_agency; WrongStage, GateShut; no_actor."""
    from panhuo.desk.assessments.reading import parties_of

    name = agency.strip()
    if not name:
        raise DomainError("An order needs the agency that assesses. Name it: --agency NAME.", code="no_agency")
    sides = parties_of(case, at=at)
    told = sides.organisation(name)
    if any(told.ids & one.ids for one in (*sides.parties.owners, *sides.parties.inventor_organisations)):
        raise DomainError(
            f"{name} is a party of case {case.number}; the second assessment is a third party's. Name another agency.",
            code="own_agency",
            case=case.number,
        )
    _move(case, Act.ORDER_SECOND, rules, actor=actor, at=at, made_at=made_at, data={"agency": name})
    return SecondOrder.objects.create(case=case, agency=name, ordered_on=at, actor=actor.strip(), made_at=made_at)


@transaction.atomic
def attach_report(
    case: AssessmentCase,
    which: str,
    kept: KeptFile,
    *,
    issuer: str = "",
    report_number: str = "",
    rules: InForce,
    actor: str,
    at: date,
    made_at: datetime,
) -> tuple[CaseReport, bool]:
    """Attach the report of the first or second assessment; the second value is False where it is there already.

    issuer: empty for the assessor of the first, the agency of the order. A report of the second assessment by
    somebody else is refused. Raises: DomainError other_agency; WrongStage, GateShut; no_actor.
    """
    first = case.first_assessments.last() if which == FIRST else None
    known = case.reports.filter(which=which, first=first, digest=kept.digest).first()
    if known is not None:
        return known, False
    act = Act.ATTACH_FIRST if which == FIRST else Act.ATTACH_SECOND
    said = {"which": which, "digest": kept.digest, "number": report_number}
    _move(case, act, rules, actor=actor, at=at, made_at=made_at, data=said)
    expected = case.second_order.agency if which == SECOND else first.assessor if first else ""
    if which == SECOND and issuer and issuer.strip() != expected:
        raise DomainError(
            f"The second assessment of {case.number} was ordered from {expected}; {issuer} was not asked.",
            code="other_agency",
            case=case.number,
        )
    made = CaseReport.objects.create(
        case=case,
        which=which,
        first=first,
        issuer=issuer.strip() or expected,
        report_number=report_number,
        name=kept.name[-400:],
        digest=kept.digest,
        size=kept.size,
        attached_on=at,
        actor=actor.strip(),
        made_at=made_at,
    )
    return made, True


@transaction.atomic
def attach_file(
    home: Home,
    case: AssessmentCase,
    which: str,
    path: Path,
    *,
    issuer: str = "",
    report_number: str = "",
    rules: InForce,
    actor: str,
    at: date,
    made_at: datetime,
) -> tuple[CaseReport, bool]:
    """attach_report with the file itself put into the home; a refused one is not. Raises: DomainError missing_file,
    empty_file, not_a_paper, cannot_write, too."""
    kept = look_at(path)
    report, is_new = attach_report(
        case,
        which,
        kept,
        issuer=issuer,
        report_number=report_number,
        rules=rules,
        actor=actor,
        at=at,
        made_at=made_at,
    )
    put_away(home, path, kept)
    return report, is_new


@transaction.atomic
def close_case(case: AssessmentCase, *, rules: InForce, actor: str, at: date, made_at: datetime) -> None:
    """Close a case whose both reports are attached. Raises: WrongStage, GateShut; DomainError no_actor."""
    _move(case, Act.CLOSE, rules, actor=actor, at=at, made_at=made_at, data={})


@transaction.atomic
def stop_case(case: AssessmentCase, *, reason: str, rules: InForce, actor: str, at: date, made_at: datetime) -> None:
    """End a case before its end. Raises: DomainError no_reason, no_actor; WrongStage."""
    if not reason.strip():
        raise DomainError(f"Case {case.number} is stopped with a reason. Give it: --reason TEXT.", code="no_reason")
    _move(case, Act.STOP, rules, actor=actor, at=at, made_at=made_at, data={"reason": reason.strip()})


def subject_of(case: AssessmentCase) -> str:
    """How the history names a case."""
    return f"case:{case.number}"


def _move(
    case: AssessmentCase,
    act: Act,
    rules: InForce,
    *,
    actor: str,
    at: date,
    made_at: datetime,
    data: Mapping[str, Any],
) -> None:
    """Check stage and gates against what is stored now, set the stage, log. Raises: MovedMeanwhile, WrongStage,
    GateShut, DomainError no_actor."""
    old = Stage(AssessmentCase.objects.values_list("stage", flat=True).get(pk=case.pk))
    new = next_stage(old, act, case_record(case), willing_answers(rules), case=case.number)
    if AssessmentCase.objects.filter(pk=case.pk, stage=old).update(stage=new) != 1:
        raise DomainError(
            f"Case {case.number} was moved meanwhile. Look at it again, then call again.", code="moved_meanwhile"
        )
    case.stage = new
    told = {**data, "from": old.value, "to": new.value}
    log_action(
        subject_of(case),
        act.value,
        actor=actor,
        at=at,
        made_at=made_at,
        reason=str(data.get("reason", "")),
        before={"stage": old.value},
        after={"stage": new.value},
        data=told,
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)
