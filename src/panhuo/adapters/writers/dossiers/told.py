"""What a dossier tells, read so that no content can stop a print-out: what is not of its kind is not there.

Figures are printed digit by digit as they were sealed; only separators, units and percent signs are added.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

MOST_CELL = 400
"""Signs of one entry; what is longer is cut and says so, else a row would not fit on a page."""
MOST_JOINED = 2000
"""Signs of several entries in one cell."""
MOST_ROWS = 1000
"""Rows of a table, facts or sentences in one place."""
MOST_DRAWN = 1e15
NONE = "—"
_FIGURE = re.compile(r"(-?)(\d+)(\.\d+)?")
_MOST_DIGITS = 25
"""Signs up to which a share becomes a percentage: decimals hold 28 digits."""


class Told:
    """One part of a dossier: groups, lists and texts by name."""

    def __init__(self, value: object) -> None:
        self.value = value

    def __bool__(self) -> bool:
        return bool(self.value)

    @property
    def pairs(self) -> Mapping[str, Any]:
        return self.value if isinstance(self.value, Mapping) else {}

    def part(self, name: str) -> Told:
        return Told(self.pairs.get(name))

    def parts(self, name: str) -> list[Told]:
        found = self.pairs.get(name)
        return [Told(one) for one in found] if isinstance(found, list) else []

    def has(self, name: str) -> bool:
        return self.pairs.get(name) is not None

    def text(self, name: str) -> str:
        """An entry as a text, NONE where there is none."""
        return as_text(self.pairs.get(name))

    def code(self, name: str) -> str:
        """An entry as a code, "" where there is none."""
        found = self.pairs.get(name)
        return found if isinstance(found, str) else ""


def as_text(value: object) -> str:
    """A text or whole number as it stands, yes and no as words of JSON; cut where it is longer than MOST_CELL."""
    if value is None or value == "":
        return NONE
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (Mapping, list)):
        return NONE
    text = str(value) if not isinstance(value, int) or abs(value) < 10**MOST_CELL else NONE
    return text if len(text) <= MOST_CELL else f"{text[:MOST_CELL]}……"


def joined(texts: Iterable[str]) -> str:
    """Entries in one cell, NONE where there are none; those beyond MOST_JOINED are left out, which is seen."""
    kept, room = [], MOST_JOINED
    for text in texts:
        room -= len(text) + 1
        if room < 0:
            kept.append("……")
            break
        kept.append(text)
    return "；".join(kept) or NONE


def grouped(text: str) -> str:
    """A figure with separators; what is no figure as it stands.

    >>> grouped("-1234567.50"), grouped("about 1234")
    ('-1,234,567.50', 'about 1234')
    """
    found = _FIGURE.fullmatch(text) if text.isascii() else None
    if not found:
        return text
    sign, whole, rest = found[1], found[2], found[3] or ""
    first = len(whole) % 3 or 3
    return sign + ",".join([whole[:first], *(whole[at : at + 3] for at in range(first, len(whole), 3))]) + rest


def yuan(text: str) -> str:
    """A figure of money with separators and unit.

    >>> yuan("871664"), yuan(NONE)
    ('871,664 元', '—')
    """
    return f"{grouped(text)} 元" if text.isascii() and _FIGURE.fullmatch(text) else text


def percent(text: str) -> str:
    """A share in percent, all its digits.

    >>> percent("0.135"), percent("1"), percent("high")
    ('13.5%', '100%', 'high')
    """
    if len(text) > _MOST_DIGITS or not text.isascii() or not _FIGURE.fullmatch(text):
        return text
    told = f"{Decimal(text) * 100:f}"
    return f"{told.rstrip('0').rstrip('.') if '.' in told else told}%"


def drawn(value: object) -> float | None:
    """A figure as a chart draws it; None for what is none, or beyond what an axis can say."""
    text = str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    if len(text) > MOST_CELL or not text.isascii() or not _FIGURE.fullmatch(text):
        return None
    found = float(text)
    return found if math.isfinite(found) and abs(found) <= MOST_DRAWN else None
