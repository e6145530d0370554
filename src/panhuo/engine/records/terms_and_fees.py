"""Terms of patents, annual fees, what is payable of them, and what a fee calendar may say of a right.

A calendar never says that a right has lapsed: only an event or a status word of a source does. Worked table:
docs/algorithms/fees.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from panhuo.engine.records._fee_rules import FeeRules, TermBand, fee_rules
from panhuo.engine.records._patent_terms import (
    annual_fee_due_date,
    expiry_date,
    last_fee_year,
    late_month,
    missed_year,
    passes_ten_years_on,
    patent_year,
    term_years,
)
from panhuo.terms.dates import add_months
from panhuo.terms.errors import OutOfRange
from panhuo.terms.kinds import IpType, OwnerType
from panhuo.terms.money import round_cny

__all__ = [
    "FeeFacts",
    "FeeReduction",
    "FeeRow",
    "FeeRules",
    "FeeState",
    "TermBand",
    "annual_fee_cny",
    "annual_fee_due_date",
    "annual_fee_row",
    "expiry_date",
    "fee_reduction",
    "fee_rules",
    "lapse_effective_on",
    "late_fee_cny",
    "late_month",
    "passes_ten_years_on",
    "patent_year",
    "term_years",
]

ConfirmedReduction = Literal["single", "joint", "none"]
_ZERO = Decimal(0)


class FeeState(StrEnum):
    """What may be said of a right's fees on a day."""

    DUE = "due"  # up to the due date
    GRACE = "grace"  # after it: the right is in force, a late fee runs
    RESTORATION_WINDOW = "restoration_window"  # after a notice of termination
    LAPSED = "lapsed"  # by an event or status word only
    UNKNOWN = "unknown"  # no payment facts, or none that explains the day


@dataclass(frozen=True, slots=True)
class FeeFacts:
    """What is known of one granted right.

    owner_types: first patentee first. paid_through_year: last patent year known to be paid, None where unknown.
    lapsed_on: day of the lapse event, or the day from which a source's status word says so. confirmed_reduction:
    the owner's fee-reduction filing as he states it, None while nobody asked. open_licence: in force on the day.
    """

    ip_type: IpType
    filing_date: date
    grant_date: date
    owner_types: tuple[OwnerType, ...] = ()
    paid_through_year: int | None = None
    termination_notice_on: date | None = None
    lapsed_on: date | None = None
    restored_on: date | None = None
    confirmed_reduction: ConfirmedReduction | None = None
    open_licence: bool = False
    compensation_days: int = 0


@dataclass(frozen=True, slots=True)
class FeeReduction:
    """Share off the full fee, the rule that gave it, and whether that rests on an assumption.

    rule: confirmed_single, confirmed_joint, confirmed_none, assumed_single, assumed_joint, open_licence,
    owner_not_shown, co_owner_not_shown (full fee until entitlement is shown), past_reduction_years, no_rule.
    """

    share: Decimal
    rule: str
    assumed: bool


@dataclass(frozen=True, slots=True)
class FeeRow:
    """One line of the list of fees payable; amounts in yuan.

    late_month: 0 up to the due date, then 1 to 6. unconfirmed_due_date: an earlier fee that nobody knows to be
    paid and whose grace period still runs. derived: name of each field -> what it comes from.
    """

    state: FeeState
    year: int
    due_date: date
    grace_until: date
    late_month: int
    full_fee_cny: Decimal
    reduction: FeeReduction
    payable_fee_cny: Decimal
    late_fee_cny: Decimal
    restoration_fee_cny: Decimal
    restoration_until: date | None
    total_cny: Decimal
    expiry_date: date
    unconfirmed_due_date: date | None
    derived: Mapping[str, str] = field(default_factory=dict)


def annual_fee_cny(
    ip_type: IpType, filing_date: date, year: int, *, rules: FeeRules, compensation_days: int = 0
) -> Decimal:
    """Full annual fee of a patent year, yuan, before any reduction.

    Years after the regular term cost the fee of the compensation term, part-years nothing.

    Raises: OutOfRange code no_such_year for a year in which the right has run out, code no_fee where the pack
    has no fee for it.
    """
    term = term_years(ip_type, filing_date, rules=rules)
    last = last_fee_year(ip_type, filing_date, compensation_days, rules)
    if not 1 <= year <= last:
        raise OutOfRange(
            f"{ip_type} filed on {filing_date} has annual fees for the years 1 to {last}, not for {year}.",
            code="no_such_year",
            year=year,
        )
    fee = rules.compensation_year_fee_cny if year > term else rules.annual_fees.get((ip_type, year))
    if fee is None:
        raise OutOfRange(
            f"The pack has no annual fee for year {year} of {ip_type}; add it with its source.",
            code="no_fee",
            year=year,
        )
    return fee


def late_fee_cny(full_fee_cny: Decimal, month: int, *, rules: FeeRules) -> Decimal:
    """Late fee (滞纳金) in a month of the grace period, yuan: a share of the full fee, none at first.

    Raises: OutOfRange code past_grace for months after the grace period.
    """
    if month > rules.grace_months:
        raise OutOfRange(
            f"The grace period has {rules.grace_months} months; month {month} has no late fee.",
            code="past_grace",
            month=month,
        )
    counted = max(0, month - rules.late_fee_free_months)
    return round_cny(full_fee_cny * rules.late_fee_share_per_month * counted)


def fee_reduction(facts: FeeFacts, year: int, *, rules: FeeRules) -> FeeReduction:
    """Reduction of the annual fee of a year: the largest that applies, never two together."""
    owner = _owner_reduction(facts, year, rules)
    licence = rules.reduction_open_licence
    if facts.open_licence and licence is not None and licence > owner.share:
        return FeeReduction(licence, "open_licence", assumed=False)
    return owner


def lapse_effective_on(filing_date: date, recorded_on: date, *, rules: FeeRules, first_year: int = 2) -> date:
    """Due date to which a lapse for an unpaid fee goes back: the last one whose grace period was over by then.

    Args: recorded_on: day of the lapse event or notice. first_year: the earliest year that can be unpaid.
    Raises: OutOfRange code before_filing. Source: Implementing Rules art. 115.
    """
    return annual_fee_due_date(filing_date, missed_year(filing_date, recorded_on, first_year, rules))


def annual_fee_row(facts: FeeFacts, *, at: date, rules: FeeRules) -> FeeRow | None:
    """The next fee of a granted right on a day with its state, or None where no fee falls due any more.

    The fee of the grant's own patent year was paid for the grant to be registered (Implementing Rules art. 114).
    Without payment facts the state is unknown, and the row tells the next due date and amounts only.

    Raises: OutOfRange code not_granted for a day before the grant.
    """
    if at < facts.grant_date:
        raise OutOfRange(
            f"The right was granted on {facts.grant_date}, after {at}; annual fees begin with the grant.",
            code="not_granted",
            at=at,
        )
    expires = expiry_date(facts.ip_type, facts.filing_date, rules=rules, compensation_days=facts.compensation_days)
    state, year, because = _state(facts, at, rules)
    if at >= expires or year > last_fee_year(facts.ip_type, facts.filing_date, facts.compensation_days, rules):
        return None
    return _row(facts, state, year, because, at=at, expires=expires, rules=rules)


def _row(
    facts: FeeFacts, state: FeeState, year: int, because: str, *, at: date, expires: date, rules: FeeRules
) -> FeeRow:
    due = annual_fee_due_date(facts.filing_date, year)
    full = annual_fee_cny(
        facts.ip_type, facts.filing_date, year, rules=rules, compensation_days=facts.compensation_days
    )
    reduction = fee_reduction(facts, year, rules=rules)
    month = {
        FeeState.GRACE: late_month(due, at),
        FeeState.RESTORATION_WINDOW: rules.grace_months,
    }.get(state, 0)
    late = late_fee_cny(full, month, rules=rules)
    payable = round_cny(full * (1 - reduction.share)) if state is not FeeState.LAPSED else _ZERO
    restoration, until = _ZERO, None
    if state is FeeState.RESTORATION_WINDOW and facts.termination_notice_on is not None:
        restoration = rules.restoration_fee_cny
        until = add_months(facts.termination_notice_on, rules.restoration_months)
    counted = max(0, month - rules.late_fee_free_months)
    derived = {
        "state": because,
        "due_date": f"filing_date {facts.filing_date} + {year - 1} years",
        "grace_until": f"due_date + {rules.grace_months} months",
        "full_fee_cny": f"annual_fees {facts.ip_type} year {year}",
        "payable_fee_cny": f"{full} * (1 - {reduction.share}), {reduction.rule}" if payable else because,
        "late_fee_cny": f"{full} * {rules.late_fee_share_per_month} * {counted}, month {month}",
    }
    return FeeRow(
        state=state,
        year=year,
        due_date=due,
        grace_until=add_months(due, rules.grace_months),
        late_month=month,
        full_fee_cny=full,
        reduction=reduction,
        payable_fee_cny=payable,
        late_fee_cny=late,
        restoration_fee_cny=restoration,
        restoration_until=until,
        total_cny=payable + late + restoration,
        expiry_date=expires,
        unconfirmed_due_date=_unconfirmed(facts, state, year, at, rules),
        derived=MappingProxyType(derived),
    )


def _state(facts: FeeFacts, at: date, rules: FeeRules) -> tuple[FeeState, int, str]:
    """State, the patent year it speaks of, and the fact it rests on."""
    first_open = max(patent_year(facts.filing_date, facts.grant_date), facts.paid_through_year or 0) + 1
    notice, lapse = _standing(facts.termination_notice_on, facts, at), _standing(facts.lapsed_on, facts, at)
    if notice or lapse:
        missed = first_open
        if facts.paid_through_year is None:
            first_word = min(day for day in (notice, lapse) if day)
            missed = missed_year(facts.filing_date, first_word, first_open, rules)
        if notice and at <= add_months(notice, rules.restoration_months):
            return FeeState.RESTORATION_WINDOW, missed, f"termination_notice {notice}"
        if lapse:
            return FeeState.LAPSED, missed, f"lapse {lapse}"
        return FeeState.UNKNOWN, missed, f"termination_notice {notice}, window over without a lapse event"
    if facts.paid_through_year is None:
        year = patent_year(facts.filing_date, at)
        if annual_fee_due_date(facts.filing_date, year) < at:
            year += 1
        return FeeState.UNKNOWN, max(year, first_open), "no payment facts"
    paid = f"paid through year {facts.paid_through_year}"
    due = annual_fee_due_date(facts.filing_date, first_open)
    if at <= due:
        return FeeState.DUE, first_open, paid
    if at <= add_months(due, rules.grace_months):
        return FeeState.GRACE, first_open, paid
    return FeeState.UNKNOWN, first_open, f"{paid}, grace period over without an event"


def _unconfirmed(facts: FeeFacts, state: FeeState, year: int, at: date, rules: FeeRules) -> date | None:
    """Due date before the one shown, where nothing is known of payments and its grace period still runs."""
    silent = state is FeeState.UNKNOWN and facts.paid_through_year is None
    if not silent or year - 1 <= patent_year(facts.filing_date, facts.grant_date):
        return None
    due = annual_fee_due_date(facts.filing_date, year - 1)
    return due if due < at <= add_months(due, rules.grace_months) else None


def _standing(day: date | None, facts: FeeFacts, at: date) -> date | None:
    """Day of an ending that is known at a day and that no restoration has undone."""
    if day is None or day > at:
        return None
    restored = facts.restored_on
    return None if restored is not None and day <= restored <= at else day


def _owner_reduction(facts: FeeFacts, year: int, rules: FeeRules) -> FeeReduction:
    """Reduction by who the owners are: as they confirmed it, else as their types let assume."""
    single, joint, years = rules.reduction_single_owner, rules.reduction_joint_owners, rules.reduction_years
    if single is None or joint is None or years is None:
        return FeeReduction(_ZERO, "no_rule", assumed=False)
    granted_year = patent_year(facts.filing_date, facts.grant_date)
    if not granted_year <= year < granted_year + years:
        return FeeReduction(_ZERO, "past_reduction_years", assumed=False)
    if facts.confirmed_reduction is not None:
        share = {"single": single, "joint": joint, "none": _ZERO}[facts.confirmed_reduction]
        return FeeReduction(share, f"confirmed_{facts.confirmed_reduction}", assumed=False)
    qualifying = [owner in rules.reduction_assumed_owner_types for owner in facts.owner_types]
    if not qualifying or not qualifying[0]:
        return FeeReduction(_ZERO, "owner_not_shown", assumed=True)
    if not all(qualifying):
        return FeeReduction(_ZERO, "co_owner_not_shown", assumed=True)
    if len(qualifying) == 1:
        return FeeReduction(single, "assumed_single", assumed=True)
    return FeeReduction(joint, "assumed_joint", assumed=True)
