"""Cells as text, whole columns at a time: numbers and days as a person reads them, missing ones as None."""

from __future__ import annotations

import datetime
import math
import operator
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, cast

from panhuo.adapters.formula_guard import MARK, restore
from panhuo.engine.records.fields import (
    ANSWER_FIELDS,
    EVENT_FIELDS,
    MANY,
    NEED_FIELDS,
    OPEN_LICENCE_FIELDS,
    PATENT_FIELDS,
    ROSTER_FIELDS,
    STOCK_ITEM_FIELDS,
)
from panhuo.engine.records.raw import Cell

EXCEL_ERRORS = frozenset(("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"))
MISSING = (
    EXCEL_ERRORS
    | {"", "-", "--", "—", "——", "－", "/", "\\"}
    | frozenset(("null", "NULL", "Null", "None", "none", "nan", "NaN", "N/A", "n/a"))
)
_NONE: dict[str, None] = dict.fromkeys(MISSING)

_FIRST = operator.itemgetter(slice(1))

PEOPLE = frozenset(("owners", "applicants", "inventors", "agents"))
_DAY_WORDS = frozenset(("valid_from", "valid_to", "since", "implemented_since", "next_review"))
DAYS = frozenset(
    name
    for fields in (
        PATENT_FIELDS,
        EVENT_FIELDS,
        ROSTER_FIELDS,
        NEED_FIELDS,
        STOCK_ITEM_FIELDS,
        OPEN_LICENCE_FIELDS,
        ANSWER_FIELDS,
    )
    for name in fields
    if name.endswith(("_date", "_on")) or name in _DAY_WORDS
)
"""Fields that hold a day."""
_EXCEL_ZERO = datetime.date(1899, 12, 30)
_FIRST_SERIAL = (datetime.date(1950, 1, 1) - _EXCEL_ZERO).days
_LAST_SERIAL = (datetime.date(2100, 12, 31) - _EXCEL_ZERO).days
SYMBOLS = MANY - PEOPLE - {"awards"}
_HANZI = "\u3400-\u9fff\uf900-\ufaff"
_COMMA_IN_HANZI = re.compile(f"(?<=[{_HANZI}]),(?=[{_HANZI}])")


def as_text(value: Any) -> str:
    """One cell of a typed container as a person reads it.

    >>> as_text(34.0), as_text(202110123456.7), as_text(0.1 + 0.2), as_text(datetime.date(2021, 5, 28)), as_text(None)
    ('34', '202110123456.7', '0.3', '2021-05-28', '')
    """
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, datetime.datetime):
        day = value.date().isoformat()
        return day if value.time() == datetime.time(0) else f"{day} {value.time().isoformat('seconds')}"
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return _number(float(value)) if value.is_finite() and value == int(value) else str(value)
    if isinstance(value, (list, tuple)):
        return "; ".join(text for text in map(as_text, value) if text)
    return str(value) if isinstance(value, (int, datetime.timedelta)) else ""


def _number(value: float) -> str:
    """As a spreadsheet shows it in a wide enough cell: 15 digits, no exponent, no .0."""
    if not math.isfinite(value):
        return ""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return format(Decimal(format(value, ".15g")), "f")


def cells(column: Sequence[Any], *, marked: bool, typed: bool = True) -> list[str | None]:
    """A column as stripped texts, None where missing.

    typed: cells may be something else than texts.
    marked: the container guards texts against running as formulas (CSV, XLSX); the mark is taken away first.
    """
    texts: Iterable[str] = map(as_text, column) if typed and set(map(type, column)) != {str} else column
    stripped = list(map(str.strip, texts)) if not marked else _unmarked(list(texts))
    if MISSING.isdisjoint(stripped):  # one pass without a list of its own; most columns have no gaps
        return cast(list[str | None], stripped)
    none = _NONE
    return [none.get(text, text) for text in stripped]


def excel_days(column: Sequence[Any]) -> Sequence[Any]:
    """A column of days of a workbook; numbers that nobody formatted as days are the days Excel counts by them.

    Only whole numbers from 1950 to 2100 are: 2021 and 20210528 stay what they say.

    >>> excel_days([43600.0, 20210528.0, "43600"])
    [datetime.date(2019, 5, 15), 20210528.0, '43600']
    """
    if not any(isinstance(cell, (int, float)) for cell in column):
        return column
    return [_excel_day(cell) for cell in column]


def _excel_day(cell: Any) -> Any:
    if isinstance(cell, bool) or not isinstance(cell, (int, float)) or cell != cell // 1:
        return cell
    return _EXCEL_ZERO + datetime.timedelta(days=int(cell)) if _FIRST_SERIAL <= cell <= _LAST_SERIAL else cell


def first_characters(texts: Iterable[str]) -> set[str]:
    """What the texts of a column begin with: tells in one quick pass whether any needs a second look."""
    return set(map(_FIRST, texts))


def _unmarked(texts: list[str]) -> list[str]:
    if MARK in first_characters(texts):
        return [restore(text) if text[:1] == MARK else text.strip() for text in texts]
    return list(map(str.strip, texts))


def listed(column: Sequence[Any]) -> list[Cell]:
    """A column of a structured container in which cells may be lists: lists of texts stay lists."""
    found: list[Cell] = []
    for value in column:
        if isinstance(value, (list, tuple)):
            texts = [text.strip() for text in map(as_text, value)]
            found.append([text for text in texts if text not in MISSING] or None)
        else:
            text = as_text(value).strip()
            found.append(None if text in MISSING else text)
    return found


def with_semicolons(field: str, column: list[str | None]) -> list[str | None]:
    """The values inside each cell joined by ";", whatever joined them: ；  |  ;;  、 and, where no name has it, comma.

    One pass over the column as one text.
    """
    whole = "\x00".join([text or "" for text in column])
    if whole.count("\x00") != len(column) - 1:  # a cell holds one itself; its row is rejected later
        return [text if text is None or "\x00" in text else with_semicolons(field, [text])[0] for text in column]
    before = whole
    for mark in ("；", "|", "\r\n", "\n", "\r"):
        if mark in whole:
            whole = whole.replace(mark, ";")
    if field in PEOPLE:
        whole = whole.replace("、", ";").replace("，", ";")
        if "," in whole:
            whole = _COMMA_IN_HANZI.sub(";", whole)
    elif field in SYMBOLS:
        whole = whole.replace("、", ";").replace("，", ";").replace(",", ";")
    while ";;" in whole:
        whole = whole.replace(";;", ";")
    return column if whole == before else [text or None for text in whole.split("\x00")]
