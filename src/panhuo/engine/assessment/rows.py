"""Rows of the assessment workbooks -> statements, or all that is wrong with a row; nothing is taken in part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from panhuo.engine.assessment.conflicts import Dealing
from panhuo.engine.assessment.questionnaire import Questionnaire
from panhuo.engine.assessment.self_grade import SelfGradeScale
from panhuo.engine.records.owners import split_joint_owners
from panhuo.terms.dates import parse_date
from panhuo.terms.errors import BadValue
from panhuo.terms.half_width import half_width

Cells = Mapping[str, str]
"""Field of pack table assessment_forms, or question, -> text; missing and "" are the same."""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row is refused. code: missing, not_in_list, bad_date, later_than_today, bad_points, bad_weight,
    bad_partner."""

    column: str
    value: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class SelfGradeRow:
    """Number or case as written; graded_on: None where the row names no day. willingness: code of check_options."""

    case: str
    level: int
    willingness: str
    inventor: str
    reason: str
    graded_on: date | None


@dataclass(frozen=True, slots=True)
class FirstRow:
    """answers: question -> code. assessed_on: None where the row names no day."""

    case: str
    answers: Mapping[str, str]
    assessor: str
    remark: str
    assessed_on: date | None


@dataclass(frozen=True, slots=True)
class PrefilingRow:
    """A disclosure with its assessment."""

    disclosure: str
    title: str
    department: str
    inventors: tuple[str, ...]
    answers: Mapping[str, str]
    assessor: str
    assessed_on: date | None


@dataclass(frozen=True, slots=True)
class ExpertRow:
    """An expert with what he declared. dealings: of his organisation or himself, as he told them."""

    expert: str
    name: str
    organisation: str
    weight: Decimal
    has_declared: bool
    relations: tuple[str, ...]
    dealings: tuple[Dealing, ...]


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One score on one expert's sheet."""

    sheet: str
    indicator: str
    points: Decimal
    comment: str


class _Reading:
    """Cells of one row with the problems found so far."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells
        self.problems: list[RowProblem] = []

    def add(self, column: str, code: str, message: str) -> None:
        self.problems.append(RowProblem(column, self._cells.get(column, "")[:200], code, message))

    def text(self, column: str, *, needed: bool = False) -> str:
        found = (self._cells.get(column) or "").strip()
        if needed and not found:
            self.add(column, "missing", f"{column} must be filled in.")
        return found

    def first_of(self, *columns: str) -> str:
        """The first of several cells that is filled. A row needs one of them."""
        found = next((text for column in columns if (text := self.text(column))), "")
        if not found:
            self.add(columns[0], "missing", f"One of {', '.join(columns)} must be filled in.")
        return found

    def choice(self, column: str, choices: Mapping[str, str], *, needed: bool = False) -> str:
        found = self.text(column, needed=needed)
        if found and found not in choices:
            self.add(column, "not_in_list", f"{found!r} is not one of the choices of {column}.")
        return choices.get(found, "")

    def day(self, column: str, at: date) -> date | None:
        found = self.text(column)
        if not found:
            return None
        try:
            day = parse_date(found)
        except BadValue as error:
            self.add(column, "bad_date", error.message)
            return None
        if day > at:
            self.add(column, "later_than_today", f"{day} is later than {at}, the day of this call.")
        return day

    def number(self, column: str, *, code: str, least: Decimal, most: Decimal, needed: bool = False) -> Decimal | None:
        """A number within bounds with four decimals at most, so that it is kept as it was given."""
        found = self.text(column, needed=needed)
        if not found:
            return None
        try:
            number = Decimal(half_width(found))  # a comma is refused: 8，5 may be 8.5 or a slip for 85
            fits = number.is_finite() and least <= number <= most and number == number.quantize(Decimal("0.0001"))
        except InvalidOperation:
            fits = False
        if not fits:
            self.add(column, code, f"{found!r} is no number between {least} and {most} with four decimals at most.")
            return None
        return number

    def answers(self, form: Questionnaire) -> dict[str, str]:
        found = {}
        for question in form.questions:
            said = self.text(question.code)
            if not said:
                continue
            choice = question.choice(said)
            if choice is None:
                known = "、".join(one.zh for one in question.choices)
                self.add(question.code, "not_in_list", f"{said!r} is no answer to {question.zh}. It takes: {known}.")
            else:
                found[question.code] = choice.code
        return found


def self_grade_row(
    cells: Cells, scale: SelfGradeScale, willingness: Mapping[str, str], *, at: date
) -> SelfGradeRow | tuple[RowProblem, ...]:
    """One inventor's self-grade. willingness: accepted text -> code. at: no row may be of a later day."""
    row = _Reading(cells)
    case = row.first_of("case", "application_number", "publication_number")
    said = row.text("level", needed=True)
    level = 0
    if said:
        try:
            level = scale.level(said).level
        except BadValue as error:
            row.add("level", error.code, error.message)
    willing = row.choice("willingness", willingness, needed=True)
    inventor = row.text("inventor", needed=True)
    found = SelfGradeRow(case, level, willing, inventor, row.text("reason"), row.day("graded_on", at))
    return tuple(row.problems) or found


def first_row(cells: Cells, form: Questionnaire, *, at: date) -> FirstRow | tuple[RowProblem, ...]:
    """One internal first assessment; questions may stay open, then value or prospect stay undecided."""
    row = _Reading(cells)
    case = row.first_of("case", "application_number", "publication_number")
    answers = row.answers(form)
    assessor = row.text("assessor", needed=True)
    found = FirstRow(case, answers, assessor, row.text("remark"), row.day("assessed_on", at))
    return tuple(row.problems) or found


def prefiling_row(cells: Cells, form: Questionnaire, *, at: date) -> PrefilingRow | tuple[RowProblem, ...]:
    """One disclosure with its assessment; while questions are open there is no conclusion."""
    row = _Reading(cells)
    found = PrefilingRow(
        row.text("disclosure", needed=True),
        row.text("title", needed=True),
        row.text("department"),
        split_joint_owners(row.text("inventors")),
        row.answers(form),
        row.text("assessor", needed=True),
        row.day("assessed_on", at),
    )
    return tuple(row.problems) or found


def expert_row(cells: Cells, yes_no: Mapping[str, str], *, at: date) -> ExpertRow | tuple[RowProblem, ...]:
    """One expert to assign. yes_no: accepted text -> yes or no."""
    row = _Reading(cells)
    weight = row.number("weight", code="bad_weight", least=Decimal("0.0001"), most=Decimal(100))
    found = ExpertRow(
        row.text("expert", needed=True),
        row.text("name", needed=True),
        row.text("organisation", needed=True),
        Decimal(1) if weight is None else weight,
        row.choice("declared", yes_no, needed=True) == "yes",
        split_joint_owners(row.text("relations")),
        _partners(row, at),
    )
    return tuple(row.problems) or found


def score_row(cells: Cells) -> ScoreRow | tuple[RowProblem, ...] | None:
    """One score; None for a row in which nothing was filled in."""
    row = _Reading(cells)
    if not row.text("points") and not row.text("comment"):
        return None
    points = row.number("points", code="bad_points", least=Decimal(0), most=Decimal(100), needed=True)
    sheet, indicator = row.text("sheet", needed=True), row.text("indicator", needed=True)
    if row.problems or points is None:
        return tuple(row.problems)
    return ScoreRow(sheet, indicator, points, row.text("comment"))


def _partners(row: _Reading, at: date) -> tuple[Dealing, ...]:
    """Parties dealt with, each with the day behind its name; without a day it counts as of today."""
    found = []
    for told in split_joint_owners(row.text("partners")):
        party, _, day = told.rpartition(" ")
        try:
            found.append(Dealing(party.strip() or told, parse_date(day) if party else at))
        except BadValue:
            row.add("partners", "bad_partner", f"{told!r} has no day behind the party, such as 云湖大学 2024-05-06.")
    return tuple(found)
