"""How valuation counts: decimals of 34 digits, so that another machine finds the same last digit.

Float libraries differ in the last bits of powers between processors; a sealed figure may not. Amounts are rounded
once, where a result is told.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow, localcontext
from functools import wraps
from typing import ParamSpec, TypeVar

from panhuo.terms.money import round_cny

ARITHMETIC = Context(prec=34, rounding=ROUND_HALF_EVEN, traps=[DivisionByZero, InvalidOperation, Overflow])
"""As wide as IEEE 754 decimal128."""
YUAN = Decimal(1)
"""Results are told in whole yuan: more would pretend a precision that no forecast has."""
ZERO, ONE = Decimal(0), Decimal(1)

P = ParamSpec("P")
R = TypeVar("R")


def counted(function: Callable[P, R]) -> Callable[P, R]:
    """Run a function in ARITHMETIC, whatever the caller's context is."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with localcontext(ARITHMETIC):
            return function(*args, **kwargs)

    return run


def in_yuan(amount: Decimal) -> Decimal:
    """An amount as it is told: whole yuan, half up."""
    with localcontext(ARITHMETIC):
        return round_cny(amount, step=YUAN)
