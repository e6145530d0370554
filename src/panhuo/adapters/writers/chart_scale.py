"""Round ticks and short numbers for axes that a machine draws; what is exact stands in the table beside a chart."""

from __future__ import annotations

import math
from collections.abc import Sequence

STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_APART, _LEAST = 1e-9, 1e-3


def ticks(low: float, high: float, *, most: int = 5) -> tuple[float, ...]:
    """Round numbers from at most `low` to at least `high`, in about `most` steps; what lies closer together than an
    axis can tell is widened.

    >>> ticks(0, 227430)
    (0.0, 50000.0, 100000.0, 150000.0, 200000.0, 250000.0)
    """
    if high - low <= _APART * max(abs(low), abs(high), _LEAST):
        high = max(low, high) + max(abs(low), 1.0)
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next((one * power for one in STEPS if one * power >= rough * (1 - 1e-9)), 10 * power)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return tuple(number * step for number in range(first, last + 1))


def yuan_unit(values: Sequence[float]) -> tuple[float, str]:
    """What to divide yuan by so that axes stay short, and the name of that unit."""
    greatest = max((abs(value) for value in values), default=0.0)
    if greatest >= 1e9:
        return 1e8, "亿元"
    return (1e4, "万元") if greatest >= 1e5 else (1.0, "元")


def short(value: float) -> str:
    """A tick in few signs: separators up to a thousand million, powers of ten beyond.

    >>> short(1250.0), short(0.25), short(-3e12)
    ('1,250', '0.25', '-3e+12')
    """
    if abs(value) >= 1e9:
        return f"{value:.4g}"
    text = f"{value:,.4f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
