"""Columns of a written table, and cells brought to the type of their column."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Literal

from panhuo.terms.errors import BadValue

Kind = Literal["text", "date", "int", "float", "money", "share", "long", "list"]
Plain = str | int | float | Decimal | date | list[str] | None
"""A cell after `plain`: exactly one type per kind, or None for nothing."""

LIST_SEPARATOR = "; "
"""Joins the values of a `list` cell in CSV and XLSX; readers split on it."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    key: machine name (docs/glossary.md), heads CSV, JSON lines and Parquet. heading: Chinese, heads XLSX.
    kind: text; long (wrapped text); list (several texts); date; int; float; money (yuan, two decimals);
    share (0..1, shown as per cent). width: in characters of the workbook, None takes the kind's own. folded: in a
    workbook the column is folded away and not printed; such columns stand last.
    """

    key: str
    heading: str
    kind: Kind = "text"
    width: int | None = None
    folded: bool = False


def plain(column: Column, value: object) -> Plain:
    """The value as its column's kind; NaN, NaT and "" in number and date columns are None.

    Raises: BadValue code bad_cell when the value cannot be of that kind.
    """
    if value is None or value != value:  # noqa: PLR0124 - NaN and NaT are the values unequal to themselves
        return None
    try:
        return _MAKE[column.kind](value)
    except (ValueError, TypeError, InvalidOperation):
        raise BadValue(
            f"Column {column.key} holds {column.kind} values; {value!r} is none.",
            code="bad_cell",
            column=column.key,
            value=str(value),
        ) from None


def _text(value: Any) -> str:
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    if isinstance(value, Sequence) or hasattr(value, "tolist"):
        items = value.tolist() if hasattr(value, "tolist") else value
        return LIST_SEPARATOR.join(map(str, items)) if isinstance(items, (list, tuple)) else str(items)
    return str(value)


def _list(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value] if value else []
    return [str(item) for item in value]


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if value == "":
        return None
    return date.fromisoformat(value)


def _int(value: Any) -> int | None:
    if value == "":
        return None
    whole = int(value)
    if whole != value and str(whole) != value:
        raise ValueError
    return whole


def _float(value: Any) -> float | None:
    return None if value == "" else float(value)


def _money(value: Any) -> Decimal | None:
    if value == "":
        return None
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    return exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


_MAKE: dict[str, Callable[[Any], Plain]] = {
    "text": _text,
    "long": _text,
    "list": _list,
    "date": _day,
    "int": _int,
    "float": _float,
    "share": _float,
    "money": _money,
}
