"""What must be done before advice is followed: duties of public owners, of co-owners, of who holds a lien.

Whether a duty applies hangs on one fact; where nobody can say, the duty is told as something to be checked, and it is
never left out for lack of knowledge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from panhuo.engine.advice.rules import Action
from panhuo.rules import InForce
from panhuo.terms.kinds import OwnerType


class DutyState(StrEnum):
    """Whether a duty is known to apply."""

    TO_DO = "to_do"  # 须办
    TO_CHECK = "to_check"  # 待核


@dataclass(frozen=True, slots=True)
class DutyFacts:
    """What duties hang on; None: nobody can say. public_owner: university, institute, hospital, public body.

    state_firm: by a roster valid on the day, never by the name. funded: a project stands behind the right.
    """

    public_owner: bool | None = None
    state_firm: bool | None = None
    co_owned: bool | None = None
    pledged: bool | None = None
    licensed: bool | None = None
    funded: bool | None = None
    always: bool = True


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty by its code in advice_duties."""

    code: str
    state: DutyState


@dataclass(frozen=True, slots=True)
class DutyRules:
    """duties: code, fact on which it hangs, actions before which it is due; in the order of the pack."""

    duties: tuple[tuple[str, str, frozenset[Action]], ...]
    public_types: frozenset[OwnerType]
    unclear_types: frozenset[OwnerType]

    def is_public(self, owner_types: Sequence[OwnerType]) -> bool | None:
        """Whether one of the owners is public by its type; None where a type leaves it open."""
        if any(one in self.public_types for one in owner_types):
            return True
        return None if any(one in self.unclear_types for one in owner_types) else False


def duty_rules(rules: InForce) -> DutyRules:
    """Table advice_duties and the types of public owners on the day of the rules."""
    return DutyRules(
        tuple(
            (row["duty"], row["applies"], frozenset(Action(word) for word in row["advice"].split(";")))
            for row in rules.table("advice_duties")
        ),
        frozenset(OwnerType(word) for word in rules.words("advice.public_owner_types")),
        frozenset(OwnerType(word) for word in rules.words("advice.unclear_owner_types")),
    )


def duties_before(action: Action, facts: DutyFacts, rules: DutyRules) -> tuple[Duty, ...]:
    """Duties before an action in the order of the pack, those that apply and those that must be looked into."""
    found = []
    for code, fact, actions in rules.duties:
        applies: bool | None = getattr(facts, fact)
        if action in actions and applies is not False:
            found.append(Duty(code, DutyState.TO_DO if applies else DutyState.TO_CHECK))
    return tuple(found)
