"""Amounts of money: exact, in yuan, rounded by one function and split without a lost fen."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from panhuo.terms.errors import BadValue, OutOfRange
from panhuo.terms.half_width import half_width

AmountUnit = Literal["yuan", "wan"]
"""What a bare number means where its column says 元 or 万元."""

FEN = Decimal("0.01")
_YUAN_OF = {"": None, "元": Decimal(1), "万": Decimal(10_000), "万元": Decimal(10_000)}
_YUAN_OF |= {"亿": Decimal(100_000_000), "亿元": Decimal(100_000_000), "圆": Decimal(1)}
_BARE = {"yuan": Decimal(1), "wan": Decimal(10_000)}
_AMOUNT = re.compile(
    r"(?:人民币|RMB|CNY|[¥￥])?\s*(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?\s*(亿元|万元|亿|万|元|圆)?整?(?:人民币)?",
    re.ASCII,
)


def wan_to_cny(amount_wan: Decimal) -> Decimal:
    """Yuan of an amount in 万元, exact.

    >>> wan_to_cny(Decimal("12.5"))
    Decimal('125000')
    """
    return _plain(amount_wan * 10_000)


def parse_amount_cny(text: str, *, unit: AmountUnit) -> Decimal:
    """One amount as people write it, in yuan, exact and unrounded.

    Args:
        text: digits with or without thousand commas, sign of the yuan and a unit (元, 万元, 亿元).
        unit: what a number without a unit means; a unit in the text goes before it.
    Raises: BadValue code bad_amount for words, ranges, negative and other currencies' amounts.

    >>> parse_amount_cny("1,200.5 万元", unit="yuan")
    Decimal('12005000')
    """
    cleaned = half_width(text).strip()
    match = _AMOUNT.fullmatch(cleaned)
    if match is None:
        raise BadValue(
            f"{text!r} is not one amount in yuan such as 1200, 1,200.50 or 12.5万元.",
            code="bad_amount",
            found=text,
        )
    whole, fraction, written = match.groups()
    factor = _YUAN_OF[written or ""] or _BARE[unit]
    return _plain(Decimal(whole.replace(",", "") + (fraction or "")) * factor)


def round_cny(amount: Decimal, *, step: Decimal = FEN) -> Decimal:
    """Amount rounded half up to whole steps (fen by default): the one rounding of this program.

    >>> round_cny(Decimal("0.125"))
    Decimal('0.13')
    """
    return (amount / step).quantize(Decimal(1), rounding=ROUND_HALF_UP) * step


def split_largest_remainder(
    total: Decimal, weights: Sequence[Decimal | int], *, step: Decimal = FEN
) -> tuple[Decimal, ...]:
    """Parts of a total in proportion to weights, in whole steps, whose sum is the total exactly.

    Every part is its exact share rounded down; the steps left over go to the largest remainders, the earlier
    of equal ones first. A negative total is split like its opposite.

    Raises: OutOfRange code bad_split for no weights, negative weights, weights of sum 0, or a total that is
    not a whole number of steps.

    >>> split_largest_remainder(Decimal("100"), [1, 1, 1])
    (Decimal('33.34'), Decimal('33.33'), Decimal('33.33'))
    """
    if total < 0:
        return tuple(-part for part in split_largest_remainder(-total, weights, step=step))
    exact = [Decimal(weight) for weight in weights]
    whole = sum(exact, Decimal(0))
    if whole <= 0 or min(exact) < 0:
        raise OutOfRange(
            "A total is split by weights of 0 or more, not all 0.", code="bad_split", weights=list(weights)
        )
    steps, rest = divmod(total, step)
    if rest:
        raise OutOfRange(
            f"{total} is not a whole number of steps of {step}; round it first.",
            code="bad_split",
            total=total,
        )
    # Integers from here on: a Decimal quotient would be cut at 28 digits and could order equal remainders.
    scale = 10 ** max(0, *(-int(weight.as_tuple().exponent) for weight in exact))
    units = [int(weight * scale) for weight in exact]
    floors = [divmod(int(steps) * unit, sum(units)) for unit in units]
    left = int(steps) - sum(quotient for quotient, _ in floors)
    favoured = sorted(range(len(floors)), key=lambda i: (-floors[i][1], i))[:left]
    return tuple((quotient + (i in favoured)) * step for i, (quotient, _) in enumerate(floors))


def _plain(amount: Decimal) -> Decimal:
    """Same amount without an exponent or trailing zeros: 120000, not 1.2E+5 and not 120000.00."""
    return Decimal(f"{amount.normalize():f}")
