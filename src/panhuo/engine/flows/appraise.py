"""One appraisal from stated inputs to told figures: texts and whole numbers that every machine writes alike."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from panhuo.engine.flows.stated_grades import read_grades, told_grade, with_scores
from panhuo.engine.valuation import (
    Case,
    conclude,
    in_yuan,
    needed_for,
    read_case,
    security,
    simulate,
    tornado,
)
from panhuo.engine.valuation.conclusion import Concluded
from panhuo.engine.valuation.cost import CostValue
from panhuo.engine.valuation.income import IncomeValue
from panhuo.engine.valuation.market import MarketValue
from panhuo.rules import InForce
from panhuo.terms.dates import add_months

Told = dict[str, Any]


def appraise(inputs: Mapping[str, Any], rules: InForce) -> Told:
    """All figures of a valuation as texts and whole numbers, by the names that docs/outputs.md lists.

    Args:
        inputs: what is stated (valuation.inputs.read_case). rules: those of the base date.
    Raises: BadInputs with every fault.
    """
    grades = read_grades(inputs, rules)
    case = read_case(with_scores(inputs, grades), rules)
    found = conclude(case)
    drawn = simulate(case)
    told: Told = {
        "value_cny": {
            "low": yuan(min(drawn.low_cny, found.value_cny)),
            "base": yuan(found.value_cny),
            "high": yuan(max(drawn.high_cny, found.value_cny)),
        },
        "simulation": {
            "seed": case.uncertainty.seed,
            "draws": case.uncertainty.draws,
            "mean_cny": yuan(drawn.mean_cny),
            "middle_cny": yuan(drawn.middle_cny),
            "low_end_cny": yuan(drawn.low_end_cny),
            "high_end_cny": yuan(drawn.high_end_cny),
            "bars": list(drawn.bars),
        },
        "methods": {name: _method(case, found, name) for name in found.methods},
        "drivers": [
            {
                "driver": span.driver,
                "low_factor": share(span.low_factor),
                "high_factor": share(span.high_factor),
                "at_low_cny": yuan(span.at_low_cny),
                "at_high_cny": yuan(span.at_high_cny),
            }
            for span in tornado(case)
        ],
        "needed": [
            {
                "target_cny": yuan(target),
                "drivers": {
                    one.driver: None if one.factor is None else share(one.factor) for one in needed_for(case, target)
                },
            }
            for target in case.targets_cny
        ],
        "security": _security(case, found, rules),
        "grades": [told_grade(one, rules) for one in grades],
        "valid_until": add_months(case.statement.base_date, rules.integer("valuation.valid_months")).isoformat(),
        "notice": rules.text("valuation.notice"),
    }
    return told


def yuan(amount: Decimal) -> str:
    """Whole yuan as a text."""
    return f"{in_yuan(amount):f}"


def share(value: Decimal, digits: int = 6) -> str:
    """A share, factor or number of years, rounded half even to so many decimals, without trailing zeros."""
    text = f"{round(value, digits):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _method(case: Case, found: Concluded, name: Any) -> Told:
    told: Told = {"value_cny": yuan(found.methods[name]), "weight": share(case.weighing.weights[name])}
    one = found.found[name]
    if isinstance(one, IncomeValue):
        _, terms = case.income[name]
        told |= {
            "rate": share(terms.rate),
            "scope_factor": share(terms.scope_factor),
            "life_years": share(one.life.years),
            "life_bound": one.life.bound,
            "kept_years": one.kept,
            "years": [
                {
                    "year": row.number,
                    "length": share(row.length),
                    "flow_cny": yuan(row.flow_cny),
                    "factor": share(row.factor),
                    "present_cny": yuan(row.present_cny),
                }
                for row in one.rows
            ],
        }
    elif isinstance(one, MarketValue):
        told |= {
            "adjusted": [{"name": label, "price_cny": yuan(price)} for label, price in one.adjusted],
            "free": one.free,
        }
    elif isinstance(one, CostValue):
        told |= {
            "spent_cny": yuan(one.spent_cny),
            "capital_cny": yuan(one.capital_cny),
            "profit_cny": yuan(one.profit_cny),
            "depreciation": share(one.depreciation),
        }
    return told


def _security(case: Case, found: Concluded, rules: InForce) -> Told | None:
    if case.debt is None:
        return None
    held = security(found.value_cny, case.statement.patents, case.debt, rules)
    return {
        "disposal_cny": yuan(held.disposal_cny),
        "liquidity_discount": share(held.liquidity_discount),
        "cap": share(held.cap),
        "carries_cny": yuan(held.carries_cny),
        "spare_days": held.spare_days,
        "short_cny": None if held.short_cny is None else yuan(held.short_cny),
        "outlives_debt": held.outlives_debt,
    }
