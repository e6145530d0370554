"""What runs out: terms that end, rights that pass ten years, fees to pay. Living rights of CNIPA only.

A fee calendar ends no right: where nobody tells what was paid, a fee whose months of grace still run is shown as
open beside the next one, and the right is in force. See docs/algorithms/fees.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from panhuo.engine.records.terms_and_fees import (
    FeeFacts,
    FeeReduction,
    FeeRules,
    FeeState,
    annual_fee_cny,
    annual_fee_due_date,
    annual_fee_row,
    expiry_date,
    fee_reduction,
    late_fee_cny,
    late_month,
    passes_ten_years_on,
    patent_year,
)
from panhuo.terms.dates import add_months
from panhuo.terms.errors import OutOfRange
from panhuo.terms.kinds import IpType
from panhuo.terms.money import round_cny


class Ending(StrEnum):
    """What happens to a right on its day."""

    EXPIRES = "expires"
    TEN_YEARS = "ten_years"


class FeeLine(StrEnum):
    """Why a fee stands on the list."""

    DUE = "due"  # falls due within the months asked for
    GRACE = "grace"  # known to be unpaid, months of grace run
    GRACE_UNTOLD = "grace_untold"  # months of grace run, nobody tells whether it was paid
    RESTORATION_WINDOW = "restoration_window"  # ended, may still be restored


@dataclass(frozen=True, slots=True)
class LivingRight:
    """A right in force on the day. facts: what is known of its fees; None where its dates are not told."""

    key: str
    ip_type: IpType
    filing_date: date
    facts: FeeFacts | None = None


@dataclass(frozen=True, slots=True)
class EndingRight:
    """A right and the day on which its term has run out, or on which it is older than ten years."""

    right: LivingRight
    ending: Ending
    day: date


@dataclass(frozen=True, slots=True)
class FeePayable:
    """One fee; amounts in yuan, as on the day. late_month: 0 up to the due date."""

    right: LivingRight
    line: FeeLine
    year: int
    due_date: date
    grace_until: date
    late_month: int
    full_fee_cny: Decimal
    reduction: FeeReduction
    payable_fee_cny: Decimal
    late_fee_cny: Decimal
    restoration_fee_cny: Decimal

    @property
    def total_cny(self) -> Decimal:
        return self.payable_fee_cny + self.late_fee_cny + self.restoration_fee_cny


def endings(rights: Iterable[LivingRight], *, at: date, months: int, rules: FeeRules) -> list[EndingRight]:
    """Terms that run out, and inventions that pass ten years, after `at` and within the months; by day and key."""
    until = add_months(at, months)
    found = []
    for right in rights:
        try:
            ends = expiry_date(right.ip_type, right.filing_date, rules=rules)
        except OutOfRange:
            continue  # no term is known for it
        if at < ends <= until:
            found.append(EndingRight(right, Ending.EXPIRES, ends))
        ripe = passes_ten_years_on(right.filing_date)
        if right.ip_type is IpType.INVENTION and at < ripe <= until:
            found.append(EndingRight(right, Ending.TEN_YEARS, ripe))
    return sorted(found, key=lambda one: (one.ending, one.day, one.right.key))


def fees_payable(rights: Iterable[LivingRight], *, at: date, months: int, rules: FeeRules) -> list[FeePayable]:
    """Fees in grace and fees that fall due within the months; by due date and key."""
    until = add_months(at, months)
    found: list[FeePayable] = []
    for right in rights:
        if right.facts is None or right.facts.grant_date > at:
            continue
        row = annual_fee_row(right.facts, at=at, rules=rules)
        due = row.unconfirmed_due_date if row else _last_due_in_grace(right.facts, at, rules)
        if due is not None:
            found.append(_untold(right, right.facts, due, at, rules))
        if row is None:
            continue
        line = {
            FeeState.GRACE: FeeLine.GRACE,
            FeeState.RESTORATION_WINDOW: FeeLine.RESTORATION_WINDOW,
        }.get(row.state, FeeLine.DUE)
        if line is FeeLine.DUE and not at <= row.due_date <= until:
            continue
        found.append(
            FeePayable(
                right,
                line,
                row.year,
                row.due_date,
                row.grace_until,
                row.late_month,
                row.full_fee_cny,
                row.reduction,
                row.payable_fee_cny,
                row.late_fee_cny,
                row.restoration_fee_cny,
            )
        )
    return sorted(found, key=lambda fee: (fee.due_date, fee.right.key, fee.year))


def _last_due_in_grace(facts: FeeFacts, at: date, rules: FeeRules) -> date | None:
    """Due date of the last fee of a term, when nobody tells whether it was paid and its grace still runs."""
    if facts.paid_through_year is not None or at >= expiry_date(facts.ip_type, facts.filing_date, rules=rules):
        return None
    year = patent_year(facts.filing_date, at)
    due = annual_fee_due_date(facts.filing_date, year)
    if year <= patent_year(facts.filing_date, facts.grant_date):
        return None
    return due if due < at <= add_months(due, rules.grace_months) else None


def _untold(right: LivingRight, facts: FeeFacts, due: date, at: date, rules: FeeRules) -> FeePayable:
    """The fee before the next one, as it stands if nobody has paid it."""
    year = patent_year(right.filing_date, due)
    full = annual_fee_cny(right.ip_type, right.filing_date, year, rules=rules)
    reduction, month = fee_reduction(facts, year, rules=rules), late_month(due, at)
    return FeePayable(
        right,
        FeeLine.GRACE_UNTOLD,
        year,
        due,
        add_months(due, rules.grace_months),
        month,
        full,
        reduction,
        round_cny(full * (1 - reduction.share)),
        late_fee_cny(full, month, rules=rules),
        Decimal(0),
    )
