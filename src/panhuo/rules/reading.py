"""A rule's value back from the text that a Run or a dossier keeps of it (pack.as_text)."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from panhuo.rules.values import LISTS, WHOLE, Unit, Value
from panhuo.terms.errors import BadValue


def from_text(unit: Unit, text: str) -> Value | None:
    """The value that as_text wrote; "" is none. Raises: BadValue where the text is no value in the unit.

    >>> from_text(Unit.NUMBERS, "0.5;2")
    ('0.5', '2')
    """
    if text == "":
        return None
    if unit in LISTS:
        return tuple(text.split(";"))
    if unit is Unit.TEXT:
        return text
    if unit is Unit.FLAG:
        return text == "true"
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise BadValue(f"{text!r} is no value in {unit}.", code="bad_rule_value")
    return int(number) if unit in WHOLE else number
