"""The market approach: prices of comparable deals, each brought to the valued right by factors.

docs/algorithms/valuation.md, section 3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from panhuo.engine.valuation.arithmetic import ONE, ZERO, counted
from panhuo.engine.valuation.levers import BASE, Driver, Levers, moved
from panhuo.terms.errors import OutOfRange

FACTORS = ("ip_type", "field", "remaining_term", "scope", "territory", "payment", "day")
"""What a comparable deal is adjusted for; domain practice V = P x product of k."""


@dataclass(frozen=True, slots=True)
class Comparable:
    """A deal. price_cny: of one right as the valued one, 0 or more; 0 is a free licence, counted and kept out.

    factors: of FACTORS, each above 0, 1 where alike. weight: 0 or more, how much it says.
    """

    name: str
    price_cny: Decimal
    factors: Mapping[str, Decimal]
    weight: Decimal = ONE

    @property
    def is_free(self) -> bool:
        return self.price_cny == ZERO


@dataclass(frozen=True, slots=True)
class MarketTerms:
    """min_comparables: priced deals asked for. factor_low, factor_high: what one factor may be without a reason."""

    min_comparables: int
    factor_low: Decimal
    factor_high: Decimal


@dataclass(frozen=True, slots=True)
class MarketValue:
    """value_cny: weighted mean of the adjusted prices; low and high: the least and the greatest of them.

    adjusted: price of each comparable that has one, in order. free: how many were free of charge.
    """

    value_cny: Decimal
    low_cny: Decimal
    high_cny: Decimal
    adjusted: tuple[tuple[str, Decimal], ...]
    free: int


@counted
def market_value(comparables: tuple[Comparable, ...], terms: MarketTerms, levers: Levers = BASE) -> MarketValue:
    """Weighted mean of P x product of factors over the comparables that have a price.

    Raises: OutOfRange code too_few_comparables, factor_out_of_range, no_weight.
    """
    priced = [one for one in comparables if not one.is_free]
    if len(priced) < terms.min_comparables:
        raise OutOfRange(
            f"The market approach asks for {terms.min_comparables} comparable deals with a price, here are "
            f"{len(priced)} (and {len(comparables) - len(priced)} free of charge, which say nothing of a price). "
            "Add deals, or leave the market approach out.",
            code="too_few_comparables",
        )
    adjusted = tuple((one.name, moved(_adjusted(one, terms), Driver.COMPARABLES, levers)) for one in priced)
    whole = sum((one.weight for one in priced), ZERO)
    if whole <= ZERO:
        raise OutOfRange("All comparable deals have the weight 0.", code="no_weight")
    mean = sum((price * one.weight for (_, price), one in zip(adjusted, priced, strict=True)), ZERO) / whole
    prices = [price for _, price in adjusted]
    return MarketValue(mean, min(prices), max(prices), adjusted, len(comparables) - len(priced))


def _adjusted(one: Comparable, terms: MarketTerms) -> Decimal:
    price = one.price_cny
    for name, factor in one.factors.items():
        if not terms.factor_low <= factor <= terms.factor_high:
            raise OutOfRange(
                f"Factor {name} of {one.name} is {factor}; a deal that needs more than {terms.factor_low} to "
                f"{terms.factor_high} is not comparable. Choose another deal.",
                code="factor_out_of_range",
            )
        price *= factor
    return price
