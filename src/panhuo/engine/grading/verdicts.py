"""Codes and rounding that every store works out alike."""

from __future__ import annotations

from functools import reduce
from operator import or_

import ibis
from ibis.expr.types import BooleanValue, IntegerValue, StringValue

from panhuo.engine.records.packing import LOOKED_UP, codes_of, spelled


def codes_where(*pieces: tuple[BooleanValue, str]) -> StringValue:
    """Codes whose condition holds, joined by ; in the order given, "" where none does."""
    codes = tuple(code for _, code in pieces)
    if len(codes) <= LOOKED_UP:
        return spelled(codes_of(*pieces).value, codes)
    found = reduce(or_, (when.fill_null(False) for when, _ in pieces))  # noqa: FBT003 - null is not found
    joined = ibis.literal(";").join([ibis.ifelse(when, code, ibis.null("string")) for when, code in pieces])
    return ibis.ifelse(found, joined, "")


def share_of(part: IntegerValue, whole: IntegerValue, *, scale: int) -> IntegerValue:
    """part / whole in units of 1/scale, rounded half up; whole numbers throughout, null where whole is 0 or null.

    Shares and scores stay whole numbers until they are read: stores round and add fractions each in its own
    way, and one row of millions then lies on the other side of a limit.
    """
    doubled = part.cast("int64") * (2 * scale) + whole
    return (doubled // (whole.cast("int64") * 2).nullif(0)).cast("int32")
