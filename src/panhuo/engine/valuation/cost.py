"""The cost approach: what it would cost to make the patent again, less what it has lost.

Weak where value comes from a market; suited to early or unexploited patents and as a floor.
docs/algorithms/valuation.md, section 4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from panhuo.engine.valuation.arithmetic import ONE, ZERO, counted
from panhuo.engine.valuation.levers import BASE, Driver, Levers, moved
from panhuo.terms.errors import OutOfRange

COMPONENTS = ("labour", "materials", "equipment", "outside_work", "filing_and_fees")


@dataclass(frozen=True, slots=True)
class CostBasis:
    """What replacement would cost and what is lost.

    components: yuan by COMPONENTS, at the prices of the base date. development_years: over which they are spent
    evenly. capital_rate: a year, 0..1. profit_share: normal profit on the components, 0..1. used_years, total_years:
    of the useful life. functional, economic: further losses as shares, 0..1.
    """

    components: Mapping[str, Decimal]
    used_years: Decimal
    total_years: Decimal
    development_years: Decimal = ZERO
    capital_rate: Decimal = ZERO
    profit_share: Decimal = ZERO
    functional: Decimal = ZERO
    economic: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class CostValue:
    """Yuan, unrounded; depreciation: share lost, 0..1."""

    value_cny: Decimal
    spent_cny: Decimal
    capital_cny: Decimal
    profit_cny: Decimal
    depreciation: Decimal


@counted
def cost_value(basis: CostBasis, levers: Levers = BASE) -> CostValue:
    """C x (1 - depreciation); C = components + cost of capital + normal profit.

    Cost of capital: the components are spent evenly, so that they are tied up half of the development on average.
    Depreciation: used / total life + functional + economic, at most the whole.
    Raises: OutOfRange for a useful life that is not above 0.
    """
    if basis.total_years <= ZERO:
        raise OutOfRange("The useful life of the cost approach is more than 0 years.", code="no_life")
    spent = moved(sum(basis.components.values(), ZERO), Driver.REPLACEMENT_COST, levers)
    capital = spent * basis.capital_rate * basis.development_years / 2
    profit = spent * basis.profit_share
    lost = basis.used_years / basis.total_years + basis.functional + basis.economic
    depreciation = moved(lost, Driver.OBSOLESCENCE, levers, most=ONE)
    return CostValue((spent + capital + profit) * (ONE - depreciation), spent, capital, profit, depreciation)
