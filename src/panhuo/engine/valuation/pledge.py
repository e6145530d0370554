"""What a value carries as security: disposal value, cap of the loan, and whether the right outlives the debt.

Practice of pledge lending (domain/08 section 1): no law sets a rate; the caps are the pack's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from panhuo.engine.valuation.arithmetic import ONE, counted
from panhuo.engine.valuation.case import Debt, ValuedPatent
from panhuo.rules import InForce
from panhuo.terms.errors import OutOfRange


@dataclass(frozen=True, slots=True)
class Security:
    """What a bank sees; amounts in yuan, unrounded.

    disposal_cny: value less the discount for a hurried sale. cap: share of the value that may be lent on the type.
    carries_cny: the loan that the value carries, the lesser of value x cap and the disposal value.
    spare_days: days from the last day of the debt to the first end of a term; negative is a ground of refusal.
    short_cny: what is asked for beyond that, 0 where it suffices, None where nothing was asked.
    """

    value_cny: Decimal
    liquidity_discount: Decimal
    disposal_cny: Decimal
    cap: Decimal
    carries_cny: Decimal
    spare_days: int
    short_cny: Decimal | None

    @property
    def outlives_debt(self) -> bool:
        return self.spare_days >= 0


@counted
def security(value_cny: Decimal, patents: tuple[ValuedPatent, ...], debt: Debt, rules: InForce) -> Security:
    """Security of a value for a debt; of patents of several types the lowest cap counts, of several ends the first.

    The term's end is the first day without a right: a debt that falls due on the day before just fits.
    Raises: OutOfRange code no_cap where the pack has no cap for a type, no_term where an end is not known.
    """
    caps = {row["ip_type"]: Decimal(row["cap"]) for row in rules.table("pledge_caps")}
    lacking = [one.ip_type for one in patents if one.ip_type not in caps]
    if lacking:
        raise OutOfRange(
            f"Pack {rules.pack} has no pledge cap for {lacking[0]}; add it to pledge_caps with its source.",
            code="no_cap",
        )
    cap = min(caps[one.ip_type] for one in patents)
    discount = rules.decimal("valuation.liquidity_discount")
    disposal = value_cny * (ONE - discount)
    carries = min(value_cny * cap, disposal)
    ends = [one.legal_end for one in patents if one.legal_end is not None]
    if len(ends) < len(patents):
        raise OutOfRange(
            "The end of the term of a patent is not known; add legal_end (first day after the term) to it.",
            code="no_term",
        )
    asked = debt.asked_cny
    return Security(
        value_cny=value_cny,
        liquidity_discount=discount,
        disposal_cny=disposal,
        cap=cap,
        carries_cny=carries,
        spare_days=_spare_days(min(ends), debt.until),
        short_cny=None if asked is None else max(Decimal(0), asked - carries),
    )


def _spare_days(term_end: date, debt_until: date) -> int:
    return (term_end - debt_until).days - 1
