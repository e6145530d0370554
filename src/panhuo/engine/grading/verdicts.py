"""Codes and rounding that every store works out alike."""

from __future__ import annotations

from functools import reduce
from operator import add, or_

import ibis
from ibis.expr.types import BooleanValue, FloatingValue, IntegerValue, StringValue

_LOOKED_UP = 7


def codes_where(*pieces: tuple[BooleanValue, str]) -> StringValue:
    """Codes whose condition holds, joined by ; in the order given, "" where none does.

    Joining texts row by row is dear: up to seven codes are looked up among all their combinations.
    """
    if len(pieces) > _LOOKED_UP:
        found = reduce(or_, (when.fill_null(False) for when, _ in pieces))  # noqa: FBT003 - null is not found
        joined = ibis.literal(";").join([ibis.ifelse(when, code, ibis.null("string")) for when, code in pieces])
        return ibis.ifelse(found, joined, "")
    codes = [code for _, code in pieces]
    texts = [";".join(code for n, code in enumerate(codes) if mask >> n & 1) for mask in range(1 << len(codes))]
    mask = reduce(add, (ibis.ifelse(when, 1 << n, 0).cast("int32") for n, (when, _) in enumerate(pieces)))
    return ibis.literal(texts, type="array<string>")[mask.cast("int32")]


def share_of(part: IntegerValue, whole: IntegerValue, *, scale: int) -> IntegerValue:
    """part / whole in units of 1/scale, rounded half up; whole numbers throughout, null where whole is 0 or null.

    Shares and scores stay whole numbers until they are written: stores round and add fractions each in its own
    way, and one row of millions then lies on the other side of a limit.
    """
    doubled = part.cast("int64") * (2 * scale) + whole
    return (doubled // (whole.cast("int64") * 2).nullif(0)).cast("int32")


def in_units(value: IntegerValue, scale: int) -> FloatingValue:
    """A whole number of 1/scale units as float64."""
    return value.cast("float64") / float(scale)
