"""Filing into the pool as a table: from which stage to which, by which right, as which step of the case.

draft -> submitted -> college_approved -> university_approved, which is: in the pool. Owners without colleges go from
submitted to the pool at once. What was returned is filled in and submitted again.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from panhuo.terms.errors import DomainError
from panhuo.terms.roles import Right, Step


class Stage(StrEnum):
    """Where an entry is. university_approved: in the pool."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    COLLEGE_APPROVED = "college_approved"
    UNIVERSITY_APPROVED = "university_approved"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class Act(StrEnum):
    """What is done to an entry."""

    SUBMIT = "submit"
    REVIEW = "review"
    APPROVE = "approve"
    RETURN = "return"
    RETURN_TO_COLLEGE = "return_to_college"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"


FILLABLE = (Stage.DRAFT, Stage.RETURNED)
"""Stages in which card and filing may be changed: what was submitted stays as the approvers see it."""


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the table. step: what the actor has then been in the case; colleges: only for entries that a college
    reviews (True), only for others (False), for all (None)."""

    act: Act
    of: Stage
    to: Stage
    right: Right
    step: Step | None = None
    colleges: bool | None = None
    needs_reason: bool = False


_SUBMIT, _REVIEW = Right.SUBMIT_POOL_ENTRY, Right.REVIEW_POOL_ENTRY
_APPROVE, _RETURN = Right.APPROVE_POOL_ENTRY, Right.RETURN_POOL_ENTRY
S = Stage
MOVES: tuple[Move, ...] = (
    Move(Act.SUBMIT, S.DRAFT, S.SUBMITTED, _SUBMIT, Step.APPLY),
    Move(Act.SUBMIT, S.RETURNED, S.SUBMITTED, _SUBMIT, Step.APPLY),
    Move(Act.REVIEW, S.SUBMITTED, S.COLLEGE_APPROVED, _REVIEW, Step.REVIEW, colleges=True),
    Move(Act.APPROVE, S.COLLEGE_APPROVED, S.UNIVERSITY_APPROVED, _APPROVE, Step.APPROVE, colleges=True),
    Move(Act.APPROVE, S.SUBMITTED, S.UNIVERSITY_APPROVED, _APPROVE, Step.APPROVE, colleges=False),
    Move(Act.RETURN, S.SUBMITTED, S.RETURNED, _RETURN, needs_reason=True),
    Move(Act.RETURN, S.COLLEGE_APPROVED, S.RETURNED, _RETURN, needs_reason=True),
    Move(Act.RETURN, S.UNIVERSITY_APPROVED, S.RETURNED, _RETURN, needs_reason=True),
    Move(Act.RETURN_TO_COLLEGE, S.COLLEGE_APPROVED, S.SUBMITTED, _APPROVE, colleges=True, needs_reason=True),
    Move(Act.WITHDRAW, S.DRAFT, S.WITHDRAWN, _SUBMIT),
    Move(Act.WITHDRAW, S.SUBMITTED, S.WITHDRAWN, _SUBMIT, needs_reason=True),
    Move(Act.WITHDRAW, S.COLLEGE_APPROVED, S.WITHDRAWN, _SUBMIT, needs_reason=True),
    Move(Act.WITHDRAW, S.RETURNED, S.WITHDRAWN, _SUBMIT, needs_reason=True),
    Move(Act.WITHDRAW, S.UNIVERSITY_APPROVED, S.WITHDRAWN, _SUBMIT, needs_reason=True),
    Move(Act.REOPEN, S.WITHDRAWN, S.DRAFT, _SUBMIT),
)


class WrongStage(DomainError):
    """The entry is not where this can be done."""

    code = "wrong_stage"


def moves_from(stage: Stage, *, colleges: bool) -> tuple[Move, ...]:
    """What can be done to an entry, whoever does it. colleges: whether a college reviews it.

    >>> [one.act.value for one in moves_from(Stage.WITHDRAWN, colleges=True)]
    ['reopen']
    """
    return tuple(one for one in MOVES if one.of is stage and one.colleges in (None, colleges))


def move_of(act: Act, stage: Stage, *, colleges: bool) -> Move:
    """The row for an act. Raises: WrongStage with the stage and what can be done there as fields."""
    found = moves_from(stage, colleges=colleges)
    for one in found:
        if one.act is act:
            return one
    known = ", ".join(one.act for one in found) or "nothing"
    raise WrongStage(
        f"An entry that is {stage.value} cannot be taken through {act.value}; what can be done is {known}. "
        "Open it again to see where it is now.",
        stage=stage.value,
        act=act.value,
    )
