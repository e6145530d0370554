"""The way of an assessment case: closed moves between stages, and the gates before them.

opened -> self_graded -> first_assessed -> second_ordered -> report_attached -> closed; stopped from everywhere
before the end. Gate 1 is the inventor's willingness, gate 2 the first assessment: high value and good prospect. The
third-party assessment cannot be ordered before both are met (JM-064).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from panhuo.rules import InForce
from panhuo.terms.errors import DomainError


class Stage(StrEnum):
    """Where a case stands."""

    OPENED = "opened"
    SELF_GRADED = "self_graded"
    FIRST_ASSESSED = "first_assessed"
    SECOND_ORDERED = "second_ordered"
    REPORT_ATTACHED = "report_attached"
    CLOSED = "closed"
    STOPPED = "stopped"


ENDED = (Stage.CLOSED, Stage.STOPPED)


class Act(StrEnum):
    """What people do to a case."""

    SELF_GRADE = "self_grade"
    ASSESS_FIRST = "assess_first"
    ATTACH_FIRST = "attach_first"
    ORDER_SECOND = "order_second"
    ATTACH_SECOND = "attach_second"
    CLOSE = "close"
    STOP = "stop"


class Gate(StrEnum):
    """What must be met before an act."""

    WILLINGNESS = "gate_1_willingness"
    FIRST = "gate_2_first_assessment"
    REPORTS = "gate_3_reports"


_BEFORE_ORDER = (Stage.OPENED, Stage.SELF_GRADED, Stage.FIRST_ASSESSED)
_WITH_FIRST = (Stage.FIRST_ASSESSED, Stage.SECOND_ORDERED, Stage.REPORT_ATTACHED)

MOVES: Mapping[tuple[Stage, Act], Stage] = MappingProxyType(
    {
        (Stage.OPENED, Act.SELF_GRADE): Stage.SELF_GRADED,
        (Stage.SELF_GRADED, Act.SELF_GRADE): Stage.SELF_GRADED,
        (Stage.FIRST_ASSESSED, Act.SELF_GRADE): Stage.FIRST_ASSESSED,
        (Stage.SELF_GRADED, Act.ASSESS_FIRST): Stage.FIRST_ASSESSED,
        (Stage.FIRST_ASSESSED, Act.ASSESS_FIRST): Stage.FIRST_ASSESSED,
        **{(stage, Act.ATTACH_FIRST): stage for stage in _WITH_FIRST},
        (Stage.FIRST_ASSESSED, Act.ORDER_SECOND): Stage.SECOND_ORDERED,
        (Stage.SECOND_ORDERED, Act.ATTACH_SECOND): Stage.REPORT_ATTACHED,
        (Stage.REPORT_ATTACHED, Act.ATTACH_SECOND): Stage.REPORT_ATTACHED,
        (Stage.REPORT_ATTACHED, Act.CLOSE): Stage.CLOSED,
        **{(stage, Act.STOP): Stage.STOPPED for stage in (*_BEFORE_ORDER, *_WITH_FIRST)},
    }
)
"""(stage, act) -> stage after it; what does not stand here is not done."""

GATES: Mapping[Act, tuple[Gate, ...]] = MappingProxyType(
    {
        Act.SELF_GRADE: (),
        Act.ASSESS_FIRST: (Gate.WILLINGNESS,),
        Act.ATTACH_FIRST: (),
        Act.ORDER_SECOND: (Gate.WILLINGNESS, Gate.FIRST),
        Act.ATTACH_SECOND: (),
        Act.CLOSE: (Gate.REPORTS,),
        Act.STOP: (),
    }
)


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """What the record of a case holds. self_level: None without a self-grade; willingness: code of check_options.

    has_first, has_first_report: of the latest first assessment. value_is_high, prospect_is_good: None for undecided.
    """

    self_level: int | None = None
    willingness: str = ""
    has_first: bool = False
    value_is_high: bool | None = None
    prospect_is_good: bool | None = None
    has_first_report: bool = False
    has_second_report: bool = False


@dataclass(frozen=True, slots=True)
class Lack:
    """Which gate is shut and what it lacks: self_grade_missing, willingness_missing, not_willing, first_missing,
    value_undecided, value_not_high, prospect_undecided, prospect_not_good, first_report_missing,
    second_report_missing."""

    gate: Gate
    code: str


class GateShut(DomainError):
    """An act before a gate that is not met."""

    code = "gate_shut"


class WrongStage(DomainError):
    """An act that the stage of the case does not allow."""

    code = "wrong_stage"


def willing_answers(rules: InForce) -> frozenset[str]:
    """Answers that pass gate 1 (assessment.willing_answers)."""
    return frozenset(rules.words("assessment.willing_answers"))


def lacks(act: Act, record: CaseRecord, willing: frozenset[str]) -> tuple[Lack, ...]:
    """All that the gates before an act lack, in their order; () where they are open."""
    found: list[Lack] = []
    for gate in GATES[act]:
        found += [Lack(gate, code) for code in _CHECKS[gate](record, willing)]
    return tuple(found)


def next_stage(stage: Stage, act: Act, record: CaseRecord, willing: frozenset[str], *, case: str) -> Stage:
    """The stage after an act. An act that comes too early is refused by what its gates lack.

    Raises: GateShut with fields case, act and lacks; WrongStage where no gate is shut or the case has ended.
    """
    after = MOVES.get((stage, act))
    shut = lacks(act, record, willing)
    if after is None and (not shut or stage in ENDED):
        allowed = ", ".join(one for at, one in MOVES if at is stage) or "nothing: the case has ended"
        raise WrongStage(
            f"Case {case} is {stage}; {act} is not done there. What may be done now: {allowed}.",
            case=case,
            stage=stage.value,
            act=act.value,
        )
    if shut or after is None:
        told = "; ".join(f"{lack.gate}: {lack.code}" for lack in shut)
        raise GateShut(
            f"Case {case}: {act} must wait. {told}. Record what is lacking, then call again.",
            case=case,
            act=act.value,
            lacks=[{"gate": lack.gate.value, "code": lack.code} for lack in shut],
        )
    return after


def _willingness(record: CaseRecord, willing: frozenset[str]) -> tuple[str, ...]:
    graded = () if record.self_level is not None else ("self_grade_missing",)
    if not record.willingness:
        return (*graded, "willingness_missing")
    return graded if record.willingness in willing else (*graded, "not_willing")


def _first(record: CaseRecord, _willing: frozenset[str]) -> tuple[str, ...]:
    if not record.has_first:
        return ("first_missing",)
    found = []
    if record.value_is_high is not True:
        found.append("value_undecided" if record.value_is_high is None else "value_not_high")
    if record.prospect_is_good is not True:
        found.append("prospect_undecided" if record.prospect_is_good is None else "prospect_not_good")
    return tuple(found)


def _reports(record: CaseRecord, _willing: frozenset[str]) -> tuple[str, ...]:
    first = () if record.has_first_report else ("first_report_missing",)
    return first if record.has_second_report else (*first, "second_report_missing")


_CHECKS = {Gate.WILLINGNESS: _willingness, Gate.FIRST: _first, Gate.REPORTS: _reports}
