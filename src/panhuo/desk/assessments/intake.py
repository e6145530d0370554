"""Filled forms -> acts, row by row: a row that is refused is kept with its reason and changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from panhuo.desk.assessments.case_actions import assess_case_first, self_grade
from panhuo.desk.assessments.filing_actions import assess_disclosure
from panhuo.desk.assessments.forms import choices_of, form_fields, read_filled
from panhuo.desk.assessments.models import FormFile, Panel
from panhuo.desk.assessments.panel_actions import assign_expert, give_score
from panhuo.desk.assessments.reading import case_of
from panhuo.engine.assessment import first_rules, prefiling_rules, self_grade_scale
from panhuo.engine.assessment.rows import (
    RowProblem,
    expert_row,
    first_row,
    prefiling_row,
    score_row,
    self_grade_row,
)
from panhuo.engine.records.raw import Reject
from panhuo.rules import InForce
from panhuo.terms.errors import DomainError

Problems = tuple[RowProblem, ...]


@dataclass(frozen=True, slots=True)
class RowDone:
    """What became of a row (new, changed, unchanged, blank) and what is told of it."""

    state: str
    said: Mapping[str, Any]


Take = Callable[[Mapping[str, str]], RowDone | Problems]


@dataclass(frozen=True, slots=True)
class Office:
    """Who takes the form in, by which rules, when."""

    rules: InForce
    actor: str
    at: date
    made_at: datetime

    @property
    def who(self) -> dict[str, Any]:
        return {"actor": self.actor, "at": self.at, "made_at": self.made_at}


@dataclass(slots=True)
class Taken:
    """What a file gave. counts: new, changed, unchanged, blank; rows = their sum and the rejects.

    told: of each row that is not blank; left_out: headings that the form does not know.
    """

    counts: Counter[str] = field(default_factory=Counter)
    told: list[dict[str, Any]] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return sum(self.counts.values()) + len(self.rejects)


def take_self_grades(path: Path, office: Office) -> Taken:
    """Inventors' self-grades. Raises: RefusedFile; DomainError no_actor."""
    scale, willing = self_grade_scale(office.rules), choices_of(office.rules, "willingness")

    def take(cells: Mapping[str, str]) -> RowDone | Problems:
        row = self_grade_row(cells, scale, willing, at=office.at)
        if isinstance(row, tuple):
            return row
        case = case_of(row.case)
        is_new = self_grade(case, row, scale=scale, rules=office.rules, **office.who)
        said = {"case": case.number, "level": row.level, "willingness": row.willingness, "stage": case.stage}
        return RowDone("new" if is_new else "unchanged", said)

    return _take(path, "self_grade", office, take)


def take_first(path: Path, office: Office) -> Taken:
    """Internal first assessments. Raises: RefusedFile; DomainError no_actor."""
    form = first_rules(office.rules)

    def take(cells: Mapping[str, str]) -> RowDone | Problems:
        row = first_row(cells, form.form, at=office.at)
        if isinstance(row, tuple):
            return row
        case = case_of(row.case)
        made, is_new = assess_case_first(case, row, form=form, rules=office.rules, **office.who)
        said = {
            "case": case.number,
            "value_points": made.value_points,
            "prospect_points": made.prospect_points,
            "value_is_high": made.value_is_high,
            "prospect_is_good": made.prospect_is_good,
            "missing": made.missing,
            "run": made.run_id,
        }
        return RowDone("new" if is_new else "unchanged", said)

    return _take(path, "first", office, take)


def take_prefiling(path: Path, office: Office) -> Taken:
    """Disclosures with their assessments before filing. Raises: RefusedFile; DomainError no_actor."""
    form = prefiling_rules(office.rules)

    def take(cells: Mapping[str, str]) -> RowDone | Problems:
        row = prefiling_row(cells, form.form, at=office.at)
        if isinstance(row, tuple):
            return row
        made, is_new = assess_disclosure(row, form=form, rules=office.rules, **office.who)
        said = {
            "disclosure": row.disclosure,
            "grade": made.grade or None,
            "points": made.points,
            "reasons": made.reasons,
            "missing": made.missing,
            "run": made.run_id,
        }
        return RowDone("new" if is_new else "unchanged", said)

    return _take(path, "prefiling", office, take)


def take_experts(path: Path, panel: Panel, office: Office) -> Taken:
    """Experts to assign; one in conflict is a refused row. Raises: RefusedFile; DomainError no_actor."""
    yes_no = choices_of(office.rules, "yes_no")

    def take(cells: Mapping[str, str]) -> RowDone | Problems:
        row = expert_row(cells, yes_no, at=office.at)
        if isinstance(row, tuple):
            return row
        made, is_new = assign_expert(panel, row, rules=office.rules, **office.who)
        return RowDone("new" if is_new else "unchanged", {"expert": made.expert, "sheet": made.sheet})

    return _take(path, "experts", office, take)


def take_scores(path: Path, office: Office) -> Taken:
    """One expert's filled sheet. Raises: RefusedFile; DomainError no_actor."""

    def take(cells: Mapping[str, str]) -> RowDone | Problems:
        row = score_row(cells)
        if row is None:
            return RowDone("blank", {})
        if isinstance(row, tuple):
            return row
        state = give_score(row, **office.who)
        return RowDone(state, {"sheet": row.sheet, "indicator": row.indicator, "points": row.points})

    return _take(path, "scores", office, take)


def _take(path: Path, form: str, office: Office, take: Take) -> Taken:
    """Each row by itself; the file with its refused rows is kept at the end, in the same transaction."""
    if not office.actor.strip():
        raise DomainError("An act needs its actor. Name who does it: --actor NAME.", code="no_actor")
    read = read_filled(path, office.rules, form)
    ours = {one.field for one in form_fields(office.rules, form) if one.part == "locked"}
    found = Taken(rejects=list(read.rejects), left_out=read.left_out)
    with transaction.atomic():
        for row in read.rows:
            if not any(text for name, text in row.cells.items() if name not in ours):
                found.counts["blank"] += 1
                continue
            outcome = _attempt(take, row.cells)
            if isinstance(outcome, Reject):
                reject = outcome
                found.rejects.append(
                    Reject(row.row, reject.column, reject.value, reject.code, reject.message, row.member, str(path))
                )
                continue
            found.counts[outcome.state] += 1
            if outcome.said:
                found.told.append({"row": row.row, "state": outcome.state, **outcome.said})
        found.rejects.sort(key=lambda one: (one.member, one.row))
        _keep(path, form, read.digest, found, office)
    return found


def _attempt(take: Take, cells: Mapping[str, str]) -> RowDone | Reject:
    try:
        outcome = take(cells)
    except DomainError as error:
        return Reject(0, "", "", error.code, error.message)
    if isinstance(outcome, RowDone):
        return outcome
    first = outcome[0]
    return Reject(0, first.column, first.value, first.code, " ".join(one.message for one in outcome))


def _keep(path: Path, form: str, digest: str, found: Taken, office: Office) -> None:
    FormFile.objects.update_or_create(
        form=form,
        digest=digest,
        defaults={
            "name": path.name[-400:],
            "read_on": office.at,
            "rows": found.rows,
            "rejects": [{**asdict(one), "file": path.name} for one in found.rejects],
            "made_at": office.made_at,
        },
    )
