"""The methods of a case as they are stated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from panhuo.engine.valuation.arithmetic import ONE, ZERO
from panhuo.engine.valuation.case import MethodName, Right, Statement
from panhuo.engine.valuation.cost import COMPONENTS, CostBasis
from panhuo.engine.valuation.discounting import share_rate
from panhuo.engine.valuation.income import (
    Basis,
    ExcessEarnings,
    Forecast,
    IncomeMethod,
    IncomeTerms,
    RoyaltyRelief,
    ShareOf,
    TechnologyShare,
)
from panhuo.engine.valuation.lives import Bound
from panhuo.engine.valuation.market import FACTORS, Comparable, MarketTerms
from panhuo.engine.valuation.royalty_share import REFERENCE, reference_share
from panhuo.engine.valuation.told import Told
from panhuo.rules import InForce

Income = Mapping[MethodName, tuple[IncomeMethod, IncomeTerms]]
Market = tuple[tuple[Comparable, ...], MarketTerms, Decimal]
Cost = tuple[CostBasis, Decimal]


class FlowsOf(StrEnum):
    """Whose flows a method counts: those of the whole right, or those of the valued right already."""

    WHOLE = "whole"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class SharedTerms:
    """Rate a year with its basis, years to the end of each life, and when in a year money arrives."""

    rate: Decimal
    basis: Basis
    ends: Mapping[Bound, Decimal]
    mid_year: bool


def read_methods(
    methods: Told, statement: Statement, shared: SharedTerms, rules: InForce
) -> tuple[Income, Market | None, Cost | None]:
    """The income methods with their terms, the comparables and the cost basis that are named."""
    income: dict[MethodName, tuple[IncomeMethod, IncomeTerms]] = {}
    for name, read in _INCOME.items():
        if methods.has(name):
            told = methods.part(name)
            method = read(told, rules)
            scope = _scope(told, statement, rules)
            if method.basis is not shared.basis:
                told.fault(
                    "", f"gives flows {method.basis}, the discount rate is {shared.basis}: state both on one basis"
                )
            income[name] = (method, IncomeTerms(shared.rate, shared.basis, shared.ends, shared.mid_year, scope))
            told.only()
    market = _market(methods.part(MethodName.MARKET), statement, rules) if methods.has(MethodName.MARKET) else None
    cost = _cost(methods.part(MethodName.COST), statement, rules) if methods.has(MethodName.COST) else None
    methods.only()
    return income, market, cost


def _scope(told: Told, statement: Statement, rules: InForce) -> Decimal:
    """Factor of the valued right; asked for wherever that is not ownership."""
    if statement.right is Right.OWNERSHIP:
        return ONE
    of = told.choice("flows_of", FlowsOf, "whose flows or prices these are")
    return ONE if of is FlowsOf.OWN else scope_factors(statement.right, rules)[1]


def scope_factors(right: Right, rules: InForce) -> tuple[Decimal, Decimal, Decimal]:
    """Least, usual and greatest share of the whole right that a right is worth, from the pack's scope_factors."""
    [row] = [row for row in rules.table("scope_factors") if row["right"] == right]
    return Decimal(row["low"]), Decimal(row["base"]), Decimal(row["high"])


def _royalty_relief(told: Told, rules: InForce) -> RoyaltyRelief:
    sales = _forecast(told, "sales_cny", "growth_after", "sales of the products in yuan, year by year")
    fees = Forecast((ZERO,), ZERO)
    if told.has("maintenance_cny"):
        fees = _forecast(told, "maintenance_cny", "maintenance_growth_after", "annual fees in yuan")
    return RoyaltyRelief(
        sales=sales,
        royalty_rate=_share(told, "royalty_rate", "royalty_range", ShareOf.SALES, rules),
        tax_rate=told.share("tax_rate", "income tax rate"),
        decay=told.share("decay", "what the rate loses each year", default="0"),
        maintenance=fees,
    )


def _excess_earnings(told: Told, _rules: InForce) -> ExcessEarnings:
    return ExcessEarnings(
        ebit=_forecast(told, "ebit_cny", "growth_after", "EBIT in yuan, year by year", low="-1e15"),
        tax_rate=told.share("tax_rate", "income tax rate"),
        charges=_forecast(told, "charges_cny", "charges_growth_after", "charges of contributory assets after tax"),
    )


def _technology_share(told: Told, rules: InForce) -> TechnologyShare:
    of = told.choice("of", ShareOf, "what the share is taken of")
    return TechnologyShare(
        income=_forecast(told, "income_cny", "growth_after", f"{of} in yuan, year by year"),
        of=of,
        share=_share(told, "share", "share_range", of, rules),
        basis=told.choice("basis", Basis, "basis of the flows"),
        decay=told.share("decay", "what the share loses each year", default="0"),
    )


_INCOME: Mapping[MethodName, Callable[[Told, InForce], IncomeMethod]] = {
    MethodName.ROYALTY_RELIEF: _royalty_relief,
    MethodName.EXCESS_EARNINGS: _excess_earnings,
    MethodName.TECHNOLOGY_SHARE: _technology_share,
}


def _forecast(told: Told, key: str, growth: str, what: str, *, low: str = "0") -> Forecast:
    cny = told.numbers(key, what, low=low)
    return Forecast(cny or (ZERO,), told.number_or_none(growth, "growth of later years", low="-1", high="1"))


def _share(told: Told, stated: str, ranged: str, of: ShareOf, rules: InForce) -> Decimal:
    """A share that is stated, that a score places within the range of an industry (K = m + (n - m) q), or that the
    royalty reference has."""
    named = [key for key in (stated, ranged, REFERENCE) if told.has(key)]
    if len(named) > 1:
        told.fault(named[1], f"stands beside {named[0]}; state one of them")
    if named == [REFERENCE]:
        return reference_share(told, of, rules)
    if not told.has(ranged):
        return told.share(stated, f"share of {of}, {ranged} or {REFERENCE}")
    part = told.part(ranged)
    if part.has("industry"):
        low, high = _range_of(part, of, rules)
    else:
        low, high = part.share("low", "lower end m"), part.share("high", "upper end n")
    score = part.number("score", "score of the patent, 0 to 100", high="100")
    part.only()
    if low > high:
        part.fault("low", f"{low} lies above high {high}")
        return low
    return share_rate(low, high, score)


def _range_of(part: Told, of: ShareOf, rules: InForce) -> tuple[Decimal, Decimal]:
    wanted = part.text("industry", "industry of the pack's share_ranges")
    rows = {row["industry"]: row for row in rules.table("share_ranges") if row["of"] == of}
    if wanted not in rows:
        part.fault("industry", f"{wanted!r} has no range of {of} in pack {rules.pack}; it has {', '.join(rows)}")
        return ZERO, ZERO
    return Decimal(rows[wanted]["low"]), Decimal(rows[wanted]["high"])


def _market(told: Told, statement: Statement, rules: InForce) -> Market:
    scope = _scope(told, statement, rules)
    comparables = tuple(_comparable(one) for one in told.parts("comparables"))
    least = rules.integer("valuation.min_comparables")
    priced = sum(not one.is_free for one in comparables)
    if priced < least:
        told.fault("comparables", f"holds {priced} deals with a price, {least} are asked for (free ones do not count)")
    low, high = (Decimal(text) for text in rules.words("valuation.factor_limits"))
    for place, one in enumerate(comparables, start=1):
        for name, factor in one.factors.items():
            if not low <= factor <= high:
                told.fault(
                    f"comparables[{place}].factors.{name}",
                    f"{factor} lies outside {low} to {high}: such a deal is not comparable, choose another",
                )
    if comparables and not any(one.weight for one in comparables if not one.is_free):
        told.fault("comparables", "all have the weight 0")
    told.only()
    return comparables, MarketTerms(least, low, high), scope


def _comparable(told: Told) -> Comparable:
    factors = told.part("factors")
    found = Comparable(
        name=told.text("name", "what deal it is, with its source"),
        price_cny=told.number("price_cny", "price in yuan, 0 for a free licence"),
        factors={name: factors.number(name, "factor") for name in FACTORS if factors.has(name)},
        weight=told.number("weight", "weight", default="1"),
    )
    factors.only(FACTORS)
    told.only()
    return found


def _cost(told: Told, statement: Statement, rules: InForce) -> Cost:
    parts = told.part("components_cny")
    components = {name: parts.number(name, "yuan") for name in COMPONENTS if parts.has(name)}
    parts.only(COMPONENTS)
    if not components:
        told.fault("components_cny", f"is missing: yuan of one or more of {', '.join(COMPONENTS)}")
    found = CostBasis(
        components=components,
        used_years=told.number("used_years", "years of the useful life that are used", high="100"),
        total_years=told.number("total_years", "years of the whole useful life", low="0.01", high="100"),
        development_years=told.number("development_years", "years of development", high="50", default="0"),
        capital_rate=told.share("capital_rate", "cost of capital a year", default="0"),
        profit_share=told.share("profit_share", "normal profit on the cost", default="0"),
        functional=told.share("functional", "functional obsolescence", default="0"),
        economic=told.share("economic", "economic obsolescence", default="0"),
    )
    scope = _scope(told, statement, rules)
    told.only()
    return found, scope
