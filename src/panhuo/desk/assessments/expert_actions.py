"""What an expert does at the site: keeps a draft, hands it in, declares a conflict. Each asks who he is again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from panhuo.desk.assessments.access import scoring_subject
from panhuo.desk.assessments.models import Panel, PanelExpert
from panhuo.desk.assessments.organiser_actions import hide_from_experts
from panhuo.desk.assessments.panel_actions import give_score
from panhuo.desk.history import log_action
from panhuo.desk.people.access import not_there, require
from panhuo.desk.people.actions import asked_reason
from panhuo.desk.people.models import Account
from panhuo.engine.assessment.rows import ScoreRow
from panhuo.rules import InForce
from panhuo.terms.errors import DomainError
from panhuo.terms.roles import Right

Entries = Mapping[str, tuple[str, str]]
"""Indicator -> points and comment as typed."""


@transaction.atomic
def keep_draft(seat: PanelExpert, entries: Entries, *, actor: Account, at: datetime, rules: InForce) -> None:
    """Keep what an expert has typed so far; nothing of it counts. Raises: as _check."""
    _check(seat, actor, at, rules)
    seat.draft = {indicator: list(told) for indicator, told in entries.items() if any(told)}
    seat.save(update_fields=["draft"])


@transaction.atomic
def hand_in(seat: PanelExpert, rows: Sequence[ScoreRow], *, actor: Account, at: datetime, rules: InForce) -> None:
    """Take a whole sheet; from then on it is read only. rows: one for each indicator of the panel.

    Raises: DomainError unfinished where an indicator lacks its points; as _check.
    """
    _check(seat, actor, at, rules)
    lacking = {one["code"] for one in seat.panel.indicators} - {row.indicator for row in rows}
    if lacking:
        raise DomainError(
            f"Sheet {seat.sheet} lacks points for {len(lacking)} indicators. Score them, then hand it in.",
            code="unfinished",
            count=len(lacking),
        )
    day = localdate(at)
    for row in rows:
        give_score(row, actor=actor.login, at=day, made_at=at)
    seat.handed_in_on, seat.draft = day, {}
    seat.save(update_fields=["handed_in_on", "draft"])
    log_action(f"sheet:{seat.sheet}", "handed_in", actor=actor.login, at=day, made_at=at)


@transaction.atomic
def declare_conflict(seat: PanelExpert, *, reason: str, actor: Account, at: datetime, rules: InForce) -> None:
    """Step back from a panel for a conflict; from then on he scores this patent no more and his scores do not count.

    Raises: DomainError no_reason, not_there, panel_decided, expert_withdrawn.
    """
    why = asked_reason(reason)
    if seat.account_id != actor.pk:
        raise not_there(f"sheet:{seat.pk}")
    _check_open(seat)
    seat.withdrawn_on, seat.conflict_reason, seat.draft = localdate(at), why, {}
    seat.save(update_fields=["withdrawn_on", "conflict_reason", "draft"])
    log_action(f"sheet:{seat.sheet}", "conflict_declared", actor=actor.login, at=localdate(at), made_at=at, reason=why)
    hide_from_experts(seat.panel.case)


def _check(seat: PanelExpert, actor: Account, at: datetime, rules: InForce) -> None:
    """Raises: DomainError not_there for another's sheet; not_allowed for one in conflict, or without the role any more;
    panel_decided, expert_withdrawn, handed_in."""
    if seat.account_id != actor.pk:
        raise not_there(f"sheet:{seat.pk}")
    _check_open(seat)
    if seat.handed_in_on is not None:
        raise DomainError(
            f"Sheet {seat.sheet} was handed in on {seat.handed_in_on} and stays as it is.", code="handed_in"
        )
    case = seat.panel.case
    require(actor, Right.SCORE_PANEL, scoring_subject(case, actor, at=localdate(at)), at=at, rules=rules)


def _check_open(seat: PanelExpert) -> None:
    """Against what is stored now: the page may be old."""
    now = PanelExpert.objects.values_list("withdrawn_on", "handed_in_on").get(pk=seat.pk)
    seat.withdrawn_on, seat.handed_in_on = now
    decided = Panel.objects.values_list("decided_on", flat=True).get(pk=seat.panel_id)
    if decided is not None:
        raise DomainError(f"Panel of sheet {seat.sheet} was decided on {decided}; it stays.", code="panel_decided")
    if seat.withdrawn_on is not None:
        raise DomainError(
            f"The expert of sheet {seat.sheet} left the panel; he scores no more.", code="expert_withdrawn"
        )
