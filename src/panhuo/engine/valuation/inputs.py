"""Stated inputs become a case; what is stated wrong, missing or on mixed bases is refused before any figure.

The shape of the inputs, with an example: docs/algorithms/valuation.md, section 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from panhuo.engine.valuation.arithmetic import ONE, ZERO, counted
from panhuo.engine.valuation.case import (
    INCOME_METHODS,
    Case,
    Debt,
    MethodName,
    PriceBasis,
    Right,
    Scene,
    Statement,
    ValuedPatent,
    ValueType,
    Weighing,
)
from panhuo.engine.valuation.income import Basis
from panhuo.engine.valuation.lives import Bound, years_between
from panhuo.engine.valuation.methods import SharedTerms, read_methods
from panhuo.engine.valuation.ranges import read_uncertainty
from panhuo.engine.valuation.rates import discount_rate
from panhuo.engine.valuation.told import Told
from panhuo.rules import InForce
from panhuo.terms.kinds import PATENT_TYPES, IpType

EARLIEST, LATEST = "earliest", "latest"
ONE_DAY = timedelta(days=1)


@counted
def read_case(told: Mapping[str, Any], rules: InForce) -> Case:
    """The case that a mapping of texts, lists and mappings states, under the rules of its base date.

    Raises: BadInputs with every fault and its place.
    """
    root = Told(told)
    statement = read_statement(root)
    shared = _shared(root, statement, rules)
    income, market, cost = read_methods(root.part("methods"), statement, shared, rules)
    named = [*income, *([MethodName.MARKET] if market else []), *([MethodName.COST] if cost else [])]
    weighing = _weighing(root, named)
    uncertainty = read_uncertainty(root, income=income, market=market, cost=cost, rules=rules)
    targets = root.numbers("what_for_cny", "yuan to be reached", low="0.01") if root.has("what_for_cny") else ()
    debt = _debt(root, statement)
    root.only()
    root.check()
    return Case(statement, income, market, cost, weighing, uncertainty, targets, debt)


def read_statement(root: Told) -> Statement:
    """What must be stated before any figure; faults go to the problems of root."""
    right = root.part("right")
    found = Statement(
        purpose=root.text("purpose", "what the value is for (评估目的)"),
        scene=root.choice("scene", Scene, "scene (场景)"),
        value_type=root.choice("value_type", ValueType, "type of value (价值类型)"),
        base_date=root.day("base_date", "base date (评估基准日)"),
        patents=tuple(_patent(one) for one in root.parts("patents")),
        right=right.choice("kind", Right, "right that is valued (权利范围)"),
        territory=right.text("territory", "territory (地域)"),
        right_until=right.day_or_none("until", "last day of the licence"),
        assumptions=root.texts("assumptions", "special assumptions (特别假设), at least one"),
        price_basis=root.choice("price_basis", PriceBasis, "price basis of the forecast"),
    )
    right.only()
    if not found.patents:
        root.fault("patents", "names no patent")
    if len({one.number for one in found.patents}) < len(found.patents):
        root.fault("patents", "names a patent twice")
    if found.right is Right.OWNERSHIP and found.right_until is not None:
        root.fault("right.until", "ownership has no last day; leave it out or name the licence")
    elif found.right_until is not None and date.min < found.right_until < found.base_date:
        root.fault("right.until", f"the licence ended on {found.right_until}, before the base date {found.base_date}")
    return found


def _patent(told: Told) -> ValuedPatent:
    number = told.text("number", "patent number")
    kind = told.choice("ip_type", IpType, "type of right")
    if kind not in PATENT_TYPES:
        told.fault("ip_type", f"{kind} is no patent; valued are {', '.join(PATENT_TYPES)}")
    end = told.day_or_none("legal_end", "first day after the term")
    told.only(("title", "legal_end_from"))
    return ValuedPatent(number, kind, end)


def _shared(root: Told, statement: Statement, rules: InForce) -> SharedTerms:
    """Rate, lives and mid-year; market and cost approach discount nothing, so that none of them need be stated."""
    methods = root.part("methods")
    earns = any(methods.has(name) for name in INCOME_METHODS)
    rate, basis = _rate(root, statement, rules) if earns or root.has("discount") else (ZERO, Basis.AFTER_TAX)
    life = root.part("life")
    ends = _ends(life, statement, earns=earns)
    life.only()
    mid_year = root.flag("mid_year", "whether money arrives in mid-year", default=None if earns else False)
    return SharedTerms(rate, basis, ends, mid_year)


def _rate(root: Told, statement: Statement, rules: InForce) -> tuple[Decimal, Basis]:
    discount = root.part("discount")
    basis = discount.choice("basis", Basis, "basis of the rate")
    prices = discount.choice("price_basis", PriceBasis, "price basis of the rate")
    if prices is not statement.price_basis:
        discount.fault(
            "price_basis", f"is {prices}, the forecast is {statement.price_basis}: state both with or without inflation"
        )
    rate = discount_rate(discount, rules)
    discount.only()
    return rate, basis


def _ends(life: Told, statement: Statement, *, earns: bool) -> dict[Bound, Decimal]:
    ends = {}
    if earns or life.has("economic_years"):
        years = life.number("economic_years", "remaining economic life in years", low="0.01", high="50")
        ends[Bound.ECONOMIC] = years
    legal_end = _legal_end(life, statement)
    if life.problems or legal_end is None:
        return ends
    ends[Bound.LEGAL] = years_between(statement.base_date, legal_end)
    if statement.right_until is not None:
        ends[Bound.CONTRACT] = years_between(statement.base_date, statement.right_until + ONE_DAY)
    return ends


def _legal_end(life: Told, statement: Statement) -> date | None:
    """The end of the term that bounds the earnings; of several patents the one that the inputs choose."""
    known = {one.number: one.legal_end for one in statement.patents}
    dated = [day for day in known.values() if day is not None]
    chosen = life.text("legal", "whose term counts: earliest, latest or a patent number", default=EARLIEST)
    if len(dated) < len(known):
        lacking = next(number for number, day in known.items() if day is None)
        life.fault("legal", f"needs the end of the term of {lacking}; add legal_end to it (first day after the term)")
        return None
    if len(set(dated)) > 1 and not life.has("legal"):
        life.fault("legal", "is missing: the patents end on different days; write earliest, latest or a patent number")
    if not dated or chosen not in (EARLIEST, LATEST, *known):
        life.fault("legal", f"{chosen!r} is not earliest, latest or one of the patents")
        return None
    end = known[chosen] if chosen in known else (min(dated) if chosen == EARLIEST else max(dated))
    if end is None or end <= statement.base_date:
        life.fault(
            "legal",
            f"the term ended on {end}, the base date is {statement.base_date}: nothing is left to earn. For past "
            "infringement (scene remedy) take a base date within the term",
        )
        return None
    return end


def _weighing(root: Told, named: list[MethodName]) -> Weighing:
    weighing = root.part("weighing")
    weights = weighing.part("weights")
    found = {name: weights.share(name, "weight of the method") for name in named} if len(named) > 1 else {}
    weights.only(named)
    reason = weighing.text("reason", "why the methods weigh so (综合方法)", default=None if len(named) > 1 else "")
    weighing.only()
    why = root.text(
        "one_method_reason",
        "why one method is enough; 资产评估法 art. 26 asks for two or more",
        default=None if len(named) == 1 else "",
    )
    if not named:
        root.fault("methods", "names no method")
    if len(named) > 1 and sum(found.values(), ZERO) != ONE:
        weights.fault("", f"sum to {sum(found.values(), ZERO)}, not to 1")
    return Weighing(found or dict.fromkeys(named, ONE), reason, why)


def _debt(root: Told, statement: Statement) -> Debt | None:
    if not root.has("debt"):
        return None
    debt = root.part("debt")
    until = debt.day("until", "last day of the debtor's performance")
    asked = debt.number_or_none("asked_cny", "yuan asked for", low="0.01")
    debt.only()
    if until <= statement.base_date:
        debt.fault("until", f"{until} is not after the base date {statement.base_date}")
    if statement.right is not Right.OWNERSHIP:
        root.fault("debt", f"stands beside a value of {statement.right}; what is pledged is the patent itself")
    return Debt(until, asked)
