"""What may turn out otherwise than assumed: the drivers of a value, each moved by a factor on its base."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum

from panhuo.engine.valuation.arithmetic import ONE


class Driver(StrEnum):
    """Something that a forecast rests on."""

    INCOME = "income"  # sales, profit or EBIT of every year
    SHARE = "share"  # royalty rate, or the technology's share of sales or profit
    DISCOUNT_RATE = "discount_rate"
    ECONOMIC_LIFE = "economic_life"
    DECAY = "decay"  # what the share loses each year
    CHARGES = "charges"  # of contributory assets
    COMPARABLES = "comparables"  # adjusted prices of comparable deals
    REPLACEMENT_COST = "replacement_cost"
    OBSOLESCENCE = "obsolescence"  # of the cost approach
    SCOPE = "scope"  # what a licence is worth of the whole right


Levers = Mapping[Driver, Decimal]
"""Factor of each driver, above 0; one that is not named stays at its base (1)."""
BASE: Levers = {}


def scoped(value: Decimal, scope_factor: Decimal, levers: Levers) -> Decimal:
    """What the valued right is worth of the whole; 1 says that the value is the valued right's own already."""
    return value if scope_factor == ONE else value * moved(scope_factor, Driver.SCOPE, levers, most=ONE)


def moved(base: Decimal, driver: Driver, levers: Levers, *, most: Decimal | None = None) -> Decimal:
    """A base times the factor of its driver, no more than most."""
    found = base * levers.get(driver, ONE)
    return found if most is None else min(found, most)
