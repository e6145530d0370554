"""How far each driver of a case may turn out otherwise: stated, else the pack's range."""

from __future__ import annotations

from decimal import Decimal

from panhuo.engine.valuation.arithmetic import ONE
from panhuo.engine.valuation.case import MethodName, Right, Uncertainty
from panhuo.engine.valuation.income import Forecast, IncomeMethod, RoyaltyRelief, TechnologyShare
from panhuo.engine.valuation.levers import Driver
from panhuo.engine.valuation.lives import Bound, periods
from panhuo.engine.valuation.market import market_value
from panhuo.engine.valuation.methods import Cost, Income, Market, scope_factors
from panhuo.engine.valuation.told import Told
from panhuo.rules import InForce
from panhuo.terms.errors import OutOfRange

_MOST_DRAWS = 100_000
Range = tuple[Decimal, Decimal]


def read_uncertainty(
    root: Told, *, income: Income, market: Market | None, cost: Cost | None, rules: InForce
) -> Uncertainty:
    """Ranges of the drivers that matter to the methods, seed and draws, and which quantiles are low and high."""
    stated = root.part("ranges")
    ranges = {}
    for driver in _drivers(income, market, cost):
        ranges[driver] = _stated(stated, driver) if stated.has(driver) else _usual(root, driver, market, rules)
    stated.only(ranges)
    _covered(root, income, ranges)
    usual = None if root.has("draws") else rules.integer("valuation.draws")
    return Uncertainty(
        ranges=ranges,
        seed=root.whole("seed", "seed of the simulation", low=0, high=2**32),
        draws=root.whole("draws", "draws of the simulation", low=1, high=_MOST_DRAWS, default=usual),
        low_share=rules.decimal("valuation.low_share"),
        high_share=rules.decimal("valuation.high_share"),
    )


def _drivers(income: Income, market: Market | None, cost: Cost | None) -> list[Driver]:
    found: set[Driver] = set()
    scopes = [terms.scope_factor for _, terms in income.values()]
    if income:
        found |= {Driver.INCOME, Driver.DISCOUNT_RATE, Driver.ECONOMIC_LIFE}
    for method, _ in income.values():
        found |= _of_method(method)
    if market is not None:
        found.add(Driver.COMPARABLES)
        scopes.append(market[2])
    if cost is not None:
        found |= {Driver.REPLACEMENT_COST, Driver.OBSOLESCENCE}
        scopes.append(cost[1])
    if any(scope != ONE for scope in scopes):
        found.add(Driver.SCOPE)
    return sorted(found)


def _of_method(method: IncomeMethod) -> set[Driver]:
    if isinstance(method, (RoyaltyRelief, TechnologyShare)):
        return {Driver.SHARE, Driver.DECAY} if method.decay else {Driver.SHARE}
    return {Driver.CHARGES}


def _usual(root: Told, driver: Driver, market: Market | None, rules: InForce) -> Range:
    """The pack's range; that of comparables lies in the deals themselves, that of a scope in its table."""
    if driver is Driver.COMPARABLES:
        return _spread(root, market)
    if driver is Driver.SCOPE:
        kind = Told(root.pairs).part("right").choice("kind", Right, "right")
        low, base, high = scope_factors(kind, rules)
        return low / base, high / base
    low, high = (Decimal(text) for text in rules.words(f"valuation.range.{driver}"))
    return low, high


def _spread(root: Told, market: Market | None) -> Range:
    """From the least to the greatest adjusted price, as factors of their mean."""
    if market is None or root.problems:
        return ONE, ONE
    comparables, terms, _ = market
    found = market_value(comparables, terms)
    return found.low_cny / found.value_cny, found.high_cny / found.value_cny


def _stated(stated: Told, driver: Driver) -> Range:
    found = stated.numbers(driver, "least and greatest factor", high="20")
    if len(found) != 2 or not found[0] <= ONE <= found[1]:
        stated.fault(driver, "is a list of two factors around 1, such as [0.8, 1.2]")
        return ONE, ONE
    return found[0], found[1]


def _covered(root: Told, income: Income, ranges: dict[Driver, Range]) -> None:
    """Every forecast must reach as far as the longest life that the range of the economic life allows."""
    for name, (method, terms) in income.items():
        ends = dict(terms.ends)
        ends[Bound.ECONOMIC] *= ranges[Driver.ECONOMIC_LIFE][1]
        years = periods(min(ends.values()))
        for forecast in _forecasts(method):
            try:
                forecast.over(years)
            except OutOfRange as error:
                root.fault(f"methods.{MethodName(name)}", error.message)


def _forecasts(method: IncomeMethod) -> tuple[Forecast, ...]:
    if isinstance(method, RoyaltyRelief):
        return method.sales, method.maintenance
    if isinstance(method, TechnologyShare):
        return (method.income,)
    return method.ebit, method.charges
