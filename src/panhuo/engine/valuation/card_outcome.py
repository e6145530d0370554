"""What became of a loan after its card, and an officer's other figure: both beside the card, never in its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from panhuo.engine.valuation.arithmetic import ZERO
from panhuo.engine.valuation.told import Told


class LoanEnd(StrEnum):
    """How the loan stands on the day it is known."""

    REPAID = "repaid"  # 已还清
    OVERDUE = "overdue"  # 逾期
    WRITTEN_OFF = "written_off"  # 已核销


class RightEvent(StrEnum):
    """What happened to the pledged right since the card."""

    NONE = "none"
    LAPSED = "lapsed"
    INVALIDATED = "invalidated"


@dataclass(frozen=True, slots=True)
class Override:
    """An officer's figures in place of the card's; None where the card's stands. Amounts in yuan."""

    value_cny: Decimal | None
    loan_cny: Decimal | None
    reason: str
    name: str
    day: date


@dataclass(frozen=True, slots=True)
class Outcome:
    """lent_cny: paid out. unpaid_cny: principal not repaid, before any disposal. disposal_cny: what the sale of the
    right brought, None where none was sold. known_on: day of this knowledge. Amounts in yuan."""

    lent_cny: Decimal
    lent_on: date
    end: LoanEnd
    unpaid_cny: Decimal
    disposal_cny: Decimal | None
    right_event: RightEvent
    known_on: date
    source: str

    @property
    def loss_cny(self) -> Decimal:
        """Unpaid principal that the disposal did not cover, never below 0."""
        return max(ZERO, self.unpaid_cny - (self.disposal_cny or ZERO))

    @property
    def loss_share(self) -> Decimal:
        return self.loss_cny / self.lent_cny


def read_override(inputs: Mapping[str, Any], *, made_on: date, valid_until: date, at: date) -> Override:
    """An officer's override on a day. Raises: BadInputs where reason, name or every figure is missing, or the card is
    not in use on the day."""
    told = Told(inputs)
    found = Override(
        told.number_or_none("value_cny", "value in yuan"),
        told.number_or_none("loan_cny", "loan in yuan"),
        told.text("reason", "why the card's figure does not stand"),
        told.text("name", "name of the person who decides"),
        at,
    )
    if found.value_cny is None and found.loan_cny is None:
        told.fault("value_cny", "and loan_cny are both missing: name the figure that takes the card's place")
    if not made_on <= at <= valid_until:
        told.fault("day", f"{at} lies outside the card's days, {made_on} to {valid_until}")
    told.only()
    told.check()
    return found


def read_outcome(inputs: Mapping[str, Any], *, made_on: date, at: date) -> Outcome:
    """What became of a card's loan, known on a day. Raises: BadInputs with every fault."""
    told = Told(inputs)
    told.text("card", "number of the card")
    end = told.choice("end", LoanEnd, "how the loan stands")
    found = Outcome(
        lent_cny=told.number("lent_cny", "yuan paid out", low="0.01"),
        lent_on=told.day("lent_on", "day on which it was paid out"),
        end=end,
        unpaid_cny=told.number("unpaid_cny", "principal not repaid, 0 where all was", low="0"),
        disposal_cny=told.number_or_none("disposal_cny", "what the sale of the right brought"),
        right_event=told.choice("right_event", RightEvent, "what happened to the right", default=RightEvent.NONE),
        known_on=told.day("known_on", "day on which this was known"),
        source=told.text("source", "where it was read"),
    )
    if found.lent_cny and found.unpaid_cny > found.lent_cny:
        told.fault("unpaid_cny", f"{found.unpaid_cny} exceed the loan of {found.lent_cny}")
    if end is LoanEnd.REPAID and found.unpaid_cny:
        told.fault("unpaid_cny", "is not 0 for a loan that was repaid")
    if end is not LoanEnd.REPAID and not found.unpaid_cny and not told.problems:
        told.fault("unpaid_cny", f"is 0 for a loan that is {end}")
    if found.disposal_cny is not None and end is LoanEnd.REPAID:
        told.fault("disposal_cny", "stands beside a loan that was repaid; nothing was to be sold")
    if date.min not in (found.lent_on, found.known_on) and not made_on <= found.lent_on <= found.known_on <= at:
        told.fault(
            "known_on", f"days do not follow: card {made_on}, lent {found.lent_on}, known {found.known_on}, today {at}"
        )
    told.only()
    told.check()
    return found
