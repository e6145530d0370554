"""Terms and fees of a day as one frozen value, read from a pack once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from panhuo.rules import InForce, Status
from panhuo.terms.kinds import IpType, OwnerType

_ASKED = (
    "fees.late_fee_share_per_month",
    "fees.restoration_fee",
    "fees.reduction_single_owner",
    "fees.reduction_joint_owners",
    "fees.reduction_years",
    "fees.reduction_open_licence",
    "fees.reduction_assumed_owner_types",
    "fees.compensation_year_fee",
)


@dataclass(frozen=True, slots=True)
class TermBand:
    """Years of protection for rights of a kind filed from a day to a day (None: still)."""

    ip_type: IpType
    filed_from: date
    filed_to: date | None
    years: int


@dataclass(frozen=True, slots=True)
class FeeRules:
    """What pack parameters fees.* and the tables annual_fees and protection_terms say on a day.

    annual_fees: (kind, patent year) -> full fee in yuan. Reductions are shares off, None where none is in force.
    statuses: name of the rule -> how sure it is, for those in force.
    """

    day: date
    terms: tuple[TermBand, ...]
    annual_fees: Mapping[tuple[IpType, int], Decimal]
    grace_months: int
    late_fee_share_per_month: Decimal
    late_fee_free_months: int
    restoration_months: int
    restoration_fee_cny: Decimal
    reduction_single_owner: Decimal | None
    reduction_joint_owners: Decimal | None
    reduction_years: int | None
    reduction_open_licence: Decimal | None
    reduction_assumed_owner_types: frozenset[OwnerType]
    compensation_year_fee_cny: Decimal | None
    statuses: Mapping[str, Status]


def fee_rules(in_force: InForce) -> FeeRules:
    """Fee rules of a day. Raises: NotInForce for days before the schedule, UnknownRule for a pack without it."""
    return FeeRules(
        day=in_force.day,
        terms=_terms(in_force),
        annual_fees=_annual_fees(in_force),
        grace_months=in_force.integer("fees.grace_months"),
        late_fee_share_per_month=in_force.decimal("fees.late_fee_share_per_month"),
        late_fee_free_months=in_force.integer("fees.late_fee_free_months"),
        restoration_months=in_force.integer("fees.restoration_months"),
        restoration_fee_cny=in_force.decimal("fees.restoration_fee"),
        reduction_single_owner=_decimal_or_none(in_force, "fees.reduction_single_owner"),
        reduction_joint_owners=_decimal_or_none(in_force, "fees.reduction_joint_owners"),
        reduction_years=_years_or_none(in_force, "fees.reduction_years"),
        reduction_open_licence=_decimal_or_none(in_force, "fees.reduction_open_licence"),
        reduction_assumed_owner_types=_assumed_types(in_force),
        compensation_year_fee_cny=_decimal_or_none(in_force, "fees.compensation_year_fee"),
        statuses=MappingProxyType(
            {name: in_force.status_of(name) for name in _ASKED if in_force.value_or_none(name) is not None}
        ),
    )


def _terms(in_force: InForce) -> tuple[TermBand, ...]:
    return tuple(
        TermBand(
            IpType(row["ip_type"]),
            date.fromisoformat(row["filed_from"]),
            date.fromisoformat(row["filed_to"]) if row["filed_to"] else None,
            int(row["years"]),
        )
        for row in in_force.table("protection_terms")
    )


def _annual_fees(in_force: InForce) -> Mapping[tuple[IpType, int], Decimal]:
    return MappingProxyType(
        {
            (IpType(row["ip_type"]), year): Decimal(row["fee_cny"])
            for row in in_force.table("annual_fees")
            for year in range(int(row["from_year"]), int(row["to_year"]) + 1)
        }
    )


def _decimal_or_none(in_force: InForce, name: str) -> Decimal | None:
    return None if in_force.value_or_none(name) is None else in_force.decimal(name)


def _years_or_none(in_force: InForce, name: str) -> int | None:
    return None if in_force.value_or_none(name) is None else in_force.integer(name)


def _assumed_types(in_force: InForce) -> frozenset[OwnerType]:
    name = "fees.reduction_assumed_owner_types"
    words = () if in_force.value_or_none(name) is None else in_force.words(name)
    return frozenset(OwnerType(word) for word in words)
