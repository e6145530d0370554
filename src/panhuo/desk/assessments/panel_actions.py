"""The only place where panels are written: experts assigned, scores taken, the result decided."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import blake2b
from typing import Any

from django.db import transaction

from panhuo.desk.assessments.case_actions import serial
from panhuo.desk.assessments.models import AssessmentCase, Panel, PanelExpert, PanelScore
from panhuo.desk.assessments.reading import co_inventors_of, dealings_of, indicators_of, parties_of, shown_of, sitting
from panhuo.desk.history import log_action, record_run
from panhuo.desk.people.models import Account
from panhuo.engine.assessment import (
    ENDED,
    Average,
    Conflict,
    Dealing,
    Expert,
    PanelResult,
    PanelRules,
    Score,
    Scorer,
    conflicts,
    dealing_years,
    panel_indicators,
    panel_result,
    panel_rules,
)
from panhuo.engine.assessment.rows import ExpertRow, ScoreRow
from panhuo.rules import InForce
from panhuo.terms.errors import DomainError


class InConflict(DomainError):
    """An expert who may not assess the case."""

    code = "conflict_of_interest"


@transaction.atomic
def open_panel(
    case: AssessmentCase,
    *,
    due: date | None,
    is_blind: bool = True,
    rules: InForce,
    actor: str,
    at: date,
    made_at: datetime,
) -> tuple[Panel, bool]:
    """Open a panel with the indicators and rules of the day, or give the one that is open.

    due: None for assessment.panel.answer_days after `at`. Raises: DomainError case_ended, due_too_early, no_actor.
    """
    known = case.panels.filter(decided_on__isnull=True).first()
    if known is not None:
        return known, False
    if case.stage in ENDED:
        raise DomainError(f"Case {case.number} has ended; it gets no panel any more.", code="case_ended")
    last = due or at + timedelta(days=rules.integer("assessment.panel.answer_days"))
    if last < at:
        raise DomainError(f"The due day {last} lies before {at}. Name a later one.", code="due_too_early")
    panel = Panel.objects.create(
        number=serial(Panel, "ZP"),
        case=case,
        indicators=[{**asdict(one), "weight": str(one.weight)} for one in panel_indicators(rules)],
        rules={key: str(value) for key, value in asdict(panel_rules(rules)).items()},
        pack=rules.pack,
        pack_version=rules.version,
        is_blind=is_blind,
        shown=shown_of(case, is_blind=is_blind, at=at),
        opened_on=at,
        due=last,
        made_at=made_at,
    )
    said = {"due": last.isoformat(), "case": case.number, "is_blind": is_blind}
    log_action(f"panel:{panel.number}", "opened", actor=actor, at=at, made_at=made_at, data=said)
    return panel, True


def conflicts_of(case: AssessmentCase, row: ExpertRow, *, rules: InForce, at: date) -> tuple[Conflict, ...]:
    """All that keeps an expert off a case: what he declared, and what register and rosters know."""
    sides = parties_of(case, at=at)
    organisation = sides.organisation(row.organisation)
    expert = Expert(
        row.expert,
        row.name,
        organisation,
        row.has_declared,
        row.relations,
        (*row.dealings, *dealings_of(organisation, row.name, at=at)),
        co_inventors_of(row.name),
    )
    return conflicts(expert, sides.parties, at=at, years=dealing_years(rules))


@transaction.atomic
def assign_expert(
    panel: Panel,
    row: ExpertRow,
    *,
    account: Account | None = None,
    rules: InForce,
    actor: str,
    at: date,
    made_at: datetime,
) -> tuple[PanelExpert, bool]:
    """Put an expert on a panel; the second value is False where he is on it already.

    Who is on it already and declares a tie now is told like anybody else: the row is no repetition.
    Raises: InConflict with the field conflicts; DomainError panel_decided, expert_code_taken,
    expert_withdrawn, no_actor.
    """
    _check_open(panel)
    known = panel.experts.filter(name=row.name, organisation=row.organisation).first()
    if known is not None and known.withdrawn_on is not None:
        raise DomainError(
            f"{known.expert} left panel {panel.number} on {known.withdrawn_on} and does not come back. Name another.",
            code="expert_withdrawn",
            expert=known.expert,
        )
    if known is not None and known.expert == row.expert:
        _refuse_tied(panel.case, row, rules=rules, at=at, on_it=panel.number)
        return known, False
    if known is not None or panel.experts.filter(expert=row.expert).exists():
        raise DomainError(
            f"Panel {panel.number} has {row.expert} or this person already, under another name or code. One code a "
            "person.",
            code="expert_code_taken",
            expert=row.expert,
        )
    _refuse_tied(panel.case, row, rules=rules, at=at)
    expert = PanelExpert.objects.create(
        panel=panel,
        expert=row.expert,
        name=row.name,
        organisation=row.organisation,
        weight=row.weight,
        relations=list(row.relations),
        dealings=[{"party": one.party, "day": one.day.isoformat()} for one in row.dealings],
        account=account,
        sheet=sheet_number(panel.number, row.expert),
        assigned_on=at,
        made_at=made_at,
    )
    log_action(f"sheet:{expert.sheet}", "assigned", actor=actor, at=at, made_at=made_at, data={"expert": row.expert})
    return expert, True


@transaction.atomic
def withdraw_expert(panel: Panel, code: str, *, reason: str, actor: str, at: date, made_at: datetime) -> None:
    """Take an expert off an open panel. Raises: DomainError no_such_expert, no_reason, panel_decided, no_actor."""
    _check_open(panel)
    one = panel.experts.filter(expert=code, withdrawn_on__isnull=True).first()
    if one is None:
        known = ", ".join(expert.expert for expert in sitting(panel)) or "nobody"
        raise DomainError(
            f"Panel {panel.number} has no expert {code}. On it are: {known}.", code="no_such_expert", expert=code
        )
    if not reason.strip():
        raise DomainError(f"{code} leaves the panel for a reason. Give it.", code="no_reason")
    one.withdrawn_on = at
    one.save(update_fields=["withdrawn_on"])
    said = {"expert": code, "reason": reason.strip()}
    log_action(
        f"panel:{panel.number}", "withdrawn", actor=actor, at=at, made_at=made_at, reason=reason.strip(), data=said
    )


def _refuse_tied(case: AssessmentCase, row: ExpertRow, *, rules: InForce, at: date, on_it: str = "") -> None:
    """on_it: panel on which he is already."""
    found = conflicts_of(case, row, rules=rules, at=at)
    if found:
        told = "; ".join(f"{one.kind}: {one.party}" for one in found)
        leaves = f"Take him off panel {on_it} (assess panel withdraw). " if on_it else ""
        raise InConflict(
            f"{row.expert} may not assess case {case.number}: {told}. {leaves}Another expert must.",
            expert=row.expert,
            conflicts=[{"kind": one.kind.value, "party": one.party} for one in found],
        )


def expert_row_of(expert: PanelExpert) -> ExpertRow:
    """An assigned expert with what he declared; who declared nothing was not assigned."""
    dealings = tuple(Dealing(one["party"], date.fromisoformat(one["day"])) for one in expert.dealings)
    return ExpertRow(
        expert.expert,
        expert.name,
        expert.organisation,
        expert.weight,
        has_declared=True,
        relations=tuple(expert.relations),
        dealings=dealings,
    )


def sheet_number(panel: str, expert: str) -> str:
    """Number of one expert's sheet of a panel; it says neither the case nor who he is.

    >>> sheet_number("ZP000001", "E1")
    'PF-37494DADE407'
    """
    return f"PF-{blake2b(f'{panel}|{expert}'.encode(), digest_size=6).hexdigest().upper()}"


@transaction.atomic
def give_score(row: ScoreRow, *, actor: str, at: date, made_at: datetime) -> str:
    """Take one score: new, changed (the day on which it came in is that of the change) or unchanged.

    Raises: DomainError unknown_sheet, unknown_indicator, panel_decided, handed_in, expert_withdrawn, no_actor.
    """
    expert = PanelExpert.objects.filter(sheet=row.sheet).select_related("panel").first()
    if expert is None:
        raise DomainError(
            f"No expert was given the sheet {row.sheet}. Fill in the workbook that panhuo assess panel sheet wrote.",
            code="unknown_sheet",
            sheet=row.sheet,
        )
    if row.indicator not in {one.code for one in indicators_of(expert.panel)}:
        raise DomainError(
            f"{row.indicator} is no indicator of sheet {row.sheet}.", code="unknown_indicator", sheet=row.sheet
        )
    known = expert.scores.filter(indicator=row.indicator).first()
    if known is not None and (known.points, known.comment) == (row.points, row.comment):
        return "unchanged"
    _check_open(expert.panel)
    if expert.handed_in_on is not None:
        raise DomainError(
            f"Sheet {row.sheet} was handed in at the site on {expert.handed_in_on} and stays as it is.",
            code="handed_in",
            sheet=row.sheet,
        )
    if expert.withdrawn_on is not None:
        raise DomainError(
            f"The expert of sheet {row.sheet} left the panel on {expert.withdrawn_on}; he scores no more.",
            code="expert_withdrawn",
            sheet=row.sheet,
        )
    said: dict[str, Any] = {"indicator": row.indicator, "points": str(row.points)}
    if known is not None:
        said["before"] = str(known.points)
    log_action(
        f"sheet:{expert.sheet}",
        "scored",
        actor=actor,
        at=at,
        made_at=made_at,
        before=None if known is None else {"points": str(known.points)},
        after={"points": str(row.points)},
        data=said,
    )
    values = {"points": row.points, "comment": row.comment, "given_on": at, "made_at": made_at}
    PanelScore.objects.update_or_create(expert=expert, indicator=row.indicator, defaults=values)
    return "new" if known is None else "changed"


def result_of(panel: Panel) -> PanelResult:
    """What the scores that are in give by the rules with which the panel was opened; nothing is written."""
    experts = sitting(panel)
    scores = [
        Score(one.expert, score.indicator, score.points, score.given_on)
        for one in experts
        for score in one.scores.all()
    ]
    scorers = [Scorer(one.expert, one.weight) for one in experts]
    return panel_result(indicators_of(panel), scorers, scores, due=panel.due, rules=_rules_of(panel))


@transaction.atomic
def decide_panel(panel: Panel, *, rules: InForce, actor: str, at: date, made_at: datetime) -> PanelResult:
    """Fix the result with its Run; nobody scores any more. A decided panel gives the result that was fixed.

    Conflicts are looked for once more: the register may know by now what it did not when the expert was assigned.
    Raises: InConflict; DomainError not_due while experts may still score, no_result with what it lacks, no_actor.
    """
    found = result_of(panel)
    if panel.decided_on is not None:
        return found
    for one in sitting(panel):
        _refuse_tied(panel.case, expert_row_of(one), rules=rules, at=at)
    if at <= panel.due and len(found.counted) < len(sitting(panel)):
        raise DomainError(
            f"Panel {panel.number} may score until {panel.due}, and scores are missing. Wait, or ask for them.",
            code="not_due",
            panel=panel.number,
        )
    if found.points is None:
        raise DomainError(
            f"Panel {panel.number} has no result: {', '.join(found.lacks)}. Assign further experts or ask for scores.",
            code="no_result",
            panel=panel.number,
            lacks=list(found.lacks),
        )
    results = outcome(found)
    given = PanelScore.objects.filter(expert__panel=panel).order_by("expert__expert", "indicator")
    inputs = [[*cells[:2], str(cells[2])] for cells in given.values_list("expert__expert", "indicator", "points")]
    run = record_run(
        "assess.panel",
        at=at,
        rules=rules,
        inputs_digest=blake2b(repr(inputs).encode(), digest_size=16).hexdigest(),
        params={"panel": panel.number, "rules": panel.rules, "indicators": panel.indicators},
        results=results,
        made_at=made_at,
    )
    panel.result, panel.run_id, panel.decided_on = results, run.id, at
    panel.save(update_fields=["result", "run_id", "decided_on"])
    said = {"points": str(found.points)}
    log_action(f"panel:{panel.number}", "decided", actor=actor, at=at, made_at=made_at, data=said)
    return found


def outcome(found: PanelResult) -> dict[str, Any]:
    """A result as JSON values; experts by their codes."""
    return {
        "points": None if found.points is None else str(found.points),
        "lacks": list(found.lacks),
        "counted": list(found.counted),
        "missing": {expert: list(codes) for expert, codes in found.missing.items()},
        "late": list(found.late),
        "indicators": [
            {key: str(value) if isinstance(value, Decimal) else value for key, value in asdict(one).items()}
            for one in found.indicators
        ],
    }


def _check_open(panel: Panel) -> None:
    if panel.decided_on is not None:
        raise DomainError(
            f"Panel {panel.number} was decided on {panel.decided_on}; it stays as it is. Open another panel.",
            code="panel_decided",
            panel=panel.number,
        )


def _rules_of(panel: Panel) -> PanelRules:
    kept = panel.rules
    return PanelRules(
        Average(kept["average"]),
        Decimal(kept["trim_share"]),
        int(kept["min_experts"]),
        Decimal(kept["quorum"]),
        Decimal(kept["discuss_range"]),
        Decimal(kept["discuss_deviation"]),
        Decimal(kept["apart"]),
        int(kept["decimals"]),
    )
