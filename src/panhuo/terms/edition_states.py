"""States of a draft of an edition, and the moves between them as a table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from panhuo.terms.roles import Right


class DraftState(StrEnum):
    """judging: its rows are being worked out; drafted: with its author; review_N: waits for that review; approved:
    waits for publication; dropped: given up."""

    JUDGING = "judging"
    DRAFTED = "drafted"
    REVIEW_1 = "review_1"
    REVIEW_2 = "review_2"
    REVIEW_3 = "review_3"
    APPROVED = "approved"
    PUBLISHED = "published"
    DROPPED = "dropped"


class DraftAct(StrEnum):
    """What moves a draft. judged: by the worker; pass and give_back: by a reviewer."""

    JUDGE = "judge"
    JUDGED = "judged"
    SUBMIT = "submit"
    PASS = "pass"  # noqa: S105 - an act
    GIVE_BACK = "give_back"
    PUBLISH = "publish"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Move:
    """Who holds `right` moves a draft by `act` from `before` to `after`; None: nobody, it is the worker's.

    steps: with how many reviews; () for any number.
    """

    before: DraftState
    act: DraftAct
    after: DraftState
    right: Right | None
    steps: tuple[int, ...] = ()


S, A, R = DraftState, DraftAct, Right
MOVES: tuple[Move, ...] = (
    Move(S.DRAFTED, A.JUDGE, S.JUDGING, R.DRAFT_EDITION),
    Move(S.JUDGING, A.JUDGED, S.DRAFTED, None),
    Move(S.DRAFTED, A.SUBMIT, S.REVIEW_1, R.DRAFT_EDITION),
    Move(S.REVIEW_1, A.PASS, S.APPROVED, R.REVIEW_EDITION_1, (1,)),
    Move(S.REVIEW_1, A.PASS, S.REVIEW_2, R.REVIEW_EDITION_1, (2, 3)),
    Move(S.REVIEW_1, A.GIVE_BACK, S.DRAFTED, R.REVIEW_EDITION_1),
    Move(S.REVIEW_2, A.PASS, S.APPROVED, R.REVIEW_EDITION_2, (2,)),
    Move(S.REVIEW_2, A.PASS, S.REVIEW_3, R.REVIEW_EDITION_2, (3,)),
    Move(S.REVIEW_2, A.GIVE_BACK, S.DRAFTED, R.REVIEW_EDITION_2),
    Move(S.REVIEW_3, A.PASS, S.APPROVED, R.REVIEW_EDITION_3, (3,)),
    Move(S.REVIEW_3, A.GIVE_BACK, S.DRAFTED, R.REVIEW_EDITION_3),
    Move(S.APPROVED, A.GIVE_BACK, S.DRAFTED, R.PUBLISH_EDITION),
    Move(S.APPROVED, A.PUBLISH, S.PUBLISHED, R.PUBLISH_EDITION),
    Move(S.JUDGING, A.DROP, S.DROPPED, R.DRAFT_EDITION),
    Move(S.DRAFTED, A.DROP, S.DROPPED, R.DRAFT_EDITION),
)
"""Every move; published and dropped are the ends."""
REVIEWS = (DraftState.REVIEW_1, DraftState.REVIEW_2, DraftState.REVIEW_3)
MOST_STEPS = len(REVIEWS)


def move_of(before: str, act: DraftAct, *, steps: int) -> Move | None:
    """The move that an act makes from a state, None where it makes none.

    >>> move_of("review_1", DraftAct.PASS, steps=1).after.value
    'approved'
    """
    return next(
        (one for one in MOVES if one.before == before and one.act is act and (not one.steps or steps in one.steps)),
        None,
    )


class SharingState(StrEnum):
    """offered by a firm, confirmed or refused by an office, withdrawn by the firm."""

    OFFERED = "offered"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Consideration(StrEnum):
    """What a firm asks for a shared patent. use_first: 先使用后缴纳许可费."""

    FREE = "free"
    PAID = "paid"
    USE_FIRST = "use_first"
    NEGOTIABLE = "negotiable"
