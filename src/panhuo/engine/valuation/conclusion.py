"""Several methods become one figure, with a range, its drivers and what would have to be true.

docs/algorithms/valuation.md, sections 5 to 7.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from panhuo.engine.valuation.arithmetic import ONE, ZERO, counted
from panhuo.engine.valuation.case import Case, MethodName
from panhuo.engine.valuation.cost import CostValue, cost_value
from panhuo.engine.valuation.income import IncomeValue, income_value
from panhuo.engine.valuation.levers import BASE, Driver, Levers, scoped
from panhuo.engine.valuation.market import MarketValue, market_value
from panhuo.terms.errors import OutOfRange

_GREATEST_FACTOR = Decimal(20)
_HALVINGS = 60
_UNIT = Decimal(2) ** -53
Found = IncomeValue | MarketValue | CostValue


@dataclass(frozen=True, slots=True)
class Concluded:
    """value_cny: the weighed figure, unrounded. methods: what each method gives, for the right that is valued."""

    value_cny: Decimal
    methods: Mapping[MethodName, Decimal]
    found: Mapping[MethodName, Found]


@dataclass(frozen=True, slots=True)
class Simulated:
    """Unrounded yuan: quantiles low, middle (half) and high, mean. bars: counts of twenty even bands from low_end."""

    low_cny: Decimal
    middle_cny: Decimal
    high_cny: Decimal
    mean_cny: Decimal
    low_end_cny: Decimal
    high_end_cny: Decimal
    bars: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DriverSpan:
    """What the figure becomes with one driver at its least and its greatest factor, all others at their base."""

    driver: Driver
    low_factor: Decimal
    high_factor: Decimal
    at_low_cny: Decimal
    at_high_cny: Decimal

    @property
    def span_cny(self) -> Decimal:
        return abs(self.at_high_cny - self.at_low_cny)


@dataclass(frozen=True, slots=True)
class Needed:
    """Factor at which one driver alone brings the figure to the target; None where no factor from 0 to 20 does."""

    driver: Driver
    factor: Decimal | None


@counted
def conclude(case: Case, levers: Levers = BASE) -> Concluded:
    """Each method's value and their weighed sum. Raises: what the methods raise."""
    found: dict[MethodName, Found] = {}
    values: dict[MethodName, Decimal] = {}
    for name, (method, terms) in case.income.items():
        earned = income_value(method, terms, levers)
        found[name], values[name] = earned, earned.value_cny
    if case.market is not None:
        comparables, bounds, scope = case.market
        dealt = market_value(comparables, bounds, levers)
        found[MethodName.MARKET], values[MethodName.MARKET] = dealt, scoped(dealt.value_cny, scope, levers)
    if case.cost is not None:
        basis, scope = case.cost
        spent = cost_value(basis, levers)
        found[MethodName.COST], values[MethodName.COST] = spent, scoped(spent.value_cny, scope, levers)
    whole = sum((values[name] * weight for name, weight in case.weighing.weights.items()), ZERO)
    return Concluded(whole, values, found)


@counted
def simulate(case: Case) -> Simulated:
    """Monte Carlo over the ranges: every driver drawn on its own from a triangle with its peak at the base.

    The generator is Python's Mersenne Twister, whose stream is the same on every machine and version.
    """
    drawn = Random(case.uncertainty.seed)  # noqa: S311 - a stated seed, nothing secret
    drivers = sorted(case.uncertainty.ranges)
    values = []
    for _ in range(case.uncertainty.draws):
        levers = {driver: _triangular(drawn, *case.uncertainty.ranges[driver]) for driver in drivers}
        values.append(conclude(case, levers).value_cny)
    values.sort()
    count = len(values)
    low_end, high_end = values[0], values[-1]
    width = (high_end - low_end) / 20
    bars = [0] * 20
    for value in values:
        bars[min(19, int((value - low_end) / width)) if width else 0] += 1
    return Simulated(
        _quantile(values, case.uncertainty.low_share),
        _quantile(values, Decimal("0.5")),
        _quantile(values, case.uncertainty.high_share),
        sum(values, ZERO) / count,
        low_end,
        high_end,
        tuple(bars),
    )


@counted
def tornado(case: Case) -> tuple[DriverSpan, ...]:
    """One driver after the other at the ends of its range; the widest first, equal ones by name. No span: left out."""
    spans = [
        DriverSpan(
            driver,
            low,
            high,
            conclude(case, {driver: low}).value_cny,
            conclude(case, {driver: high}).value_cny,
        )
        for driver, (low, high) in case.uncertainty.ranges.items()
    ]
    return tuple(sorted((span for span in spans if span.span_cny), key=lambda span: (-span.span_cny, span.driver)))


@counted
def needed_for(case: Case, target_cny: Decimal) -> tuple[Needed, ...]:
    """What would have to be true: for each driver with a range the factor that alone brings the figure to the target.

    Found by halving between 0 and 20 (the figure only rises, or only falls, with a driver); 12 decimals.
    """
    return tuple(
        Needed(span.driver, _factor_for(case, span.driver, target_cny, rises=span.at_high_cny > span.at_low_cny))
        for span in tornado(case)
    )


def _factor_for(case: Case, driver: Driver, target: Decimal, *, rises: bool) -> Decimal | None:
    def reaches(factor: Decimal) -> bool:
        return conclude(case, {driver: factor}).value_cny >= target

    low, high = ZERO, _greatest(case, driver)
    if reaches(low) is reaches(high):
        return None
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if reaches(middle) is rises:
            high = middle
        else:
            low = middle
    return round(high, 12)


def _greatest(case: Case, driver: Driver) -> Decimal:
    """How far a driver is sought: a life that the forecasts do not cover is sought within its range only."""
    try:
        conclude(case, {driver: _GREATEST_FACTOR})
    except OutOfRange:
        return case.uncertainty.ranges[driver][1]
    return _GREATEST_FACTOR


def _triangular(drawn: Random, low: Decimal, high: Decimal) -> Decimal:
    """One draw from the triangle low, 1, high."""
    share = Decimal(drawn.getrandbits(53)) * _UNIT
    width = high - low
    if not width:
        return ONE
    rising = (ONE - low) / width
    if share < rising:
        return low + (share * width * (ONE - low)).sqrt()
    return high - ((ONE - share) * width * (high - ONE)).sqrt()


def _quantile(ordered: list[Decimal], share: Decimal) -> Decimal:
    """The smallest value that this share of the values does not exceed."""
    place = -int(-share * len(ordered) // 1) - 1
    return ordered[max(0, min(len(ordered) - 1, place))]
