"""Cases and panels as an officer's account runs them: the right is asked over the case, then the act is done.

What the acts themselves check and keep is in case_actions and panel_actions, which the command line uses as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from panhuo.adapters.files.home import Home
from panhuo.desk.assessments import case_actions, panel_actions
from panhuo.desk.assessments.access import asset_number, case_subject, ties_of
from panhuo.desk.assessments.case_actions import Opened
from panhuo.desk.assessments.models import AssessmentCase, CaseReport, FirstAssessment, Panel, PanelExpert, SecondOrder
from panhuo.desk.assessments.panel_actions import InConflict, expert_row_of
from panhuo.desk.assessments.reading import asset_of, shown_of, sitting
from panhuo.desk.inventory.access import stock_patent_for
from panhuo.desk.inventory.actions import withhold_patent
from panhuo.desk.people.access import require, standing_of
from panhuo.desk.people.models import Account
from panhuo.engine.assessment import PanelResult, first_rules, self_grade_scale
from panhuo.engine.assessment.rows import ExpertRow, FirstRow, SelfGradeRow
from panhuo.rules import InForce
from panhuo.rules.rights import read_rights
from panhuo.terms.errors import DomainError
from panhuo.terms.roles import Right


@transaction.atomic
def open_case_for(
    number: str,
    *,
    departments: Sequence[str] = (),
    inventor_organisations: Sequence[str] = (),
    actor: Account,
    at: datetime,
    rules: InForce,
) -> Opened:
    """Open a case on a stock patent that the actor may have judged, by one of its numbers.

    Raises: DomainError not_there for a patent that is not in stock or not in reach; what case_actions.open_case raises.
    """
    asset, _ = asset_of(number)
    standing, book = standing_of(actor, at=at, rules=rules), read_rights(rules)
    stock_patent_for(standing, asset.pk, Right.RUN_PANEL, book=book)
    return case_actions.open_case(
        number,
        departments=departments,
        inventor_organisations=inventor_organisations,
        actor=actor.login,
        at=localdate(at),
        made_at=at,
    )


def record_self_grade(
    case: AssessmentCase, told: Mapping[str, Any], *, actor: Account, at: datetime, rules: InForce
) -> bool:
    """Write down an inventor's self-grade and willingness. told: level, willingness, inventor, reason, graded_on.

    Raises: DomainError not_allowed and what case_actions.self_grade raises.
    """
    row = SelfGradeRow(
        case.number, told["level"], told["willingness"], told["inventor"].strip(), told["reason"], told["graded_on"]
    )
    return case_actions.self_grade(
        case, row, scale=self_grade_scale(rules), rules=rules, **_acting(case, actor, at, rules)
    )


def record_first(
    case: AssessmentCase,
    answers: Mapping[str, str],
    *,
    assessor: str,
    remark: str,
    actor: Account,
    at: datetime,
    rules: InForce,
) -> FirstAssessment:
    """Keep the internal first assessment. Raises: DomainError not_allowed and what assess_case_first raises."""
    row = FirstRow(case.number, answers, assessor.strip(), remark, None)
    made, _ = case_actions.assess_case_first(
        case, row, form=first_rules(rules), rules=rules, **_acting(case, actor, at, rules)
    )
    return made


def start_panel(
    case: AssessmentCase, *, due: date | None, is_blind: bool, actor: Account, at: datetime, rules: InForce
) -> Panel:
    """Open a panel on a case, or give the open one. Raises: DomainError not_allowed and what open_panel raises."""
    made, _ = panel_actions.open_panel(
        case, due=due, is_blind=is_blind, rules=rules, **_acting(case, actor, at, rules)
    )  # fmt: skip
    return made


@transaction.atomic
def seat_expert(
    panel: Panel,
    account: Account,
    *,
    workplace: str,
    weight: Decimal = Decimal(1),
    relations: Sequence[str] = (),
    has_declared: bool,
    actor: Account,
    at: datetime,
    rules: InForce,
) -> PanelExpert:
    """Put an account on a panel. workplace: where the expert works, as he says; relations: parties he named.

    Raises: InConflict with the field conflicts; DomainError not_allowed, not_an_expert, no_workplace, expert_withdrawn,
    expert_seated, panel_decided.
    """
    who = _acting(panel.case, actor, at, rules)
    if not workplace.strip():
        raise DomainError("An expert is put on a panel with where he works. Give it.", code="no_workplace")
    _check_new(panel, account)
    row = ExpertRow(
        f"E{panel.experts.count() + 1}",
        account.name,
        workplace.strip(),
        weight,
        has_declared,
        tuple(one.strip() for one in relations if one.strip()),
        (),
    )
    _refuse_tied(panel.case, account, row, rules=rules, at=at)
    made, _ = panel_actions.assign_expert(panel, row, account=account, rules=rules, **who)
    panel.shown = shown_of(panel.case, is_blind=panel.is_blind, at=localdate(at))
    panel.save(update_fields=["shown"])
    hide_from_experts(panel.case)
    return made


def _check_new(panel: Panel, account: Account) -> None:
    known = panel.experts.filter(account=account).first()
    if known is None:
        return
    if known.withdrawn_on is not None:
        raise DomainError(
            f"{account.login} left panel {panel.number} on {known.withdrawn_on} and does not come back. Name another.",
            code="expert_withdrawn",
            expert=known.expert,
        )
    raise DomainError(
        f"{account.login} is on panel {panel.number} already, as {known.expert}.", code="expert_seated"
    )  # fmt: skip


@transaction.atomic
def unseat_expert(
    panel: Panel, seat: PanelExpert, *, reason: str, actor: Account, at: datetime, rules: InForce
) -> None:
    """Take an expert off an open panel. Raises: DomainError not_allowed and what withdraw_expert raises."""
    who = _acting(panel.case, actor, at, rules)
    panel_actions.withdraw_expert(panel, seat.expert, reason=reason, **who)
    hide_from_experts(panel.case)


@transaction.atomic
def close_panel(panel: Panel, *, actor: Account, at: datetime, rules: InForce) -> PanelResult:
    """Fix the result; nobody scores any more. Ties of accounts are looked for once more.

    Raises: InConflict; DomainError not_allowed and what decide_panel raises.
    """
    who = _acting(panel.case, actor, at, rules)
    if panel.decided_on is None:
        for seat in sitting(panel):
            if seat.account is not None:
                _refuse_tied(panel.case, seat.account, expert_row_of(seat), rules=rules, at=at)
    found = panel_actions.decide_panel(panel, rules=rules, **who)
    hide_from_experts(panel.case)
    return found


def order_assessment(
    case: AssessmentCase,
    *,
    agency: str,
    actor: Account,
    at: datetime,
    rules: InForce,
) -> SecondOrder:
    """Order the third-party assessment. Raises: DomainError not_allowed and what order_second raises."""
    return case_actions.order_second(case, agency=agency, rules=rules, **_acting(case, actor, at, rules))


def attach(
    home: Home,
    case: AssessmentCase,
    which: str,
    path: Path,
    *,
    report_number: str,
    actor: Account,
    at: datetime,
    rules: InForce,
) -> CaseReport:
    """Put a report into the file of a case. Raises: DomainError not_allowed and what attach_file raises."""
    made, _ = case_actions.attach_file(
        home, case, which, path, report_number=report_number, rules=rules, **_acting(case, actor, at, rules)
    )
    return made


def end_case(case: AssessmentCase, *, actor: Account, at: datetime, rules: InForce) -> None:
    """Close a case whose both reports are attached. Raises: DomainError not_allowed; WrongStage, GateShut."""
    case_actions.close_case(case, rules=rules, **_acting(case, actor, at, rules))


def break_off(case: AssessmentCase, *, reason: str, actor: Account, at: datetime, rules: InForce) -> None:
    """End a case before its end. Raises: DomainError not_allowed, no_reason; WrongStage."""
    case_actions.stop_case(case, reason=reason, rules=rules, **_acting(case, actor, at, rules))


def hide_from_experts(case: AssessmentCase) -> None:
    """Hide the patent from who scores it blindly now, and from nobody else for that reason."""
    asset = asset_number(case)
    if asset is None:
        return
    seats = PanelExpert.objects.filter(
        panel__case__asset_key=case.asset_key,
        panel__is_blind=True,
        panel__decided_on=None,
        withdrawn_on=None,
        account__isnull=False,
    )
    withhold_patent(asset, [number for number in seats.values_list("account", flat=True) if number is not None])


def _refuse_tied(case: AssessmentCase, account: Account, row: ExpertRow, *, rules: InForce, at: datetime) -> None:
    ties = ties_of(case, account, replace(row, name=account.name), rules=rules, at=at)
    if ties:
        told = "; ".join(f"{one.kind}: {one.party}" for one in ties.found)
        raise InConflict(
            f"{account.login} may not assess case {case.number}: {told}. Another expert must.",
            expert=row.expert,
            conflicts=[{"kind": one.kind.value, "party": one.party} for one in ties.found],
        )


def _acting(case: AssessmentCase, actor: Account, at: datetime, rules: InForce) -> dict[str, Any]:
    require(actor, Right.RUN_PANEL, case_subject(case), at=at, rules=rules)
    return {"actor": actor.login, "at": localdate(at), "made_at": at}
