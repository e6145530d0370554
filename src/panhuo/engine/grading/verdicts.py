"""Codes and rounding that every store works out alike."""

from __future__ import annotations

import ibis
from ibis.expr.types import BooleanValue, FloatingValue, NumericValue, StringValue


def codes_where(*pieces: tuple[BooleanValue, str]) -> StringValue:
    """Codes whose condition holds, joined by ; in the order given, "" where none does."""
    return ibis.literal(";").join([ibis.ifelse(when, code, ibis.null("string")) for when, code in pieces])


def rounded(value: NumericValue, digits: int) -> FloatingValue:
    """A float64 rounded half up by arithmetic that every store does alike; null stays null.

    ROUND itself differs: some stores round the binary fraction, some its decimal text.
    """
    scale = float(10**digits)
    return (value.cast("float64") * scale + 0.5).floor().cast("float64") / scale
