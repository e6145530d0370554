"""Long lists: pages by key, so that the thousandth costs what the first costs; counts that never count a million."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise

Row = TypeVar("Row", bound=Model)
SIZE = 50
MOST_COUNTED = 1_000
"""Rows that are counted for a page at most; where counts were kept it tells the number itself."""
LONGEST = 18
"""Digits of a number that both stores can hold."""
AFTER, BEFORE, SORT = "after", "before", "sort"


@dataclass(frozen=True, slots=True)
class Order:
    """An order of a list: by a field and then by `key`, which no two rows share.

    A field that may be empty shows in this order only rows that have it: say so in words.
    """

    words: str | Promise
    field: str
    key: str = "pk"
    descending: bool = False
    may_be_empty: bool = False


@dataclass(frozen=True, slots=True)
class KeyPage(Generic[Row]):
    """Up to SIZE rows. after, before: query strings of the next and the page before, "" where there is none."""

    rows: list[Row]
    after: str
    before: str
    first: str
    total: int
    is_more: bool
    order: str
    orders: list[tuple[str, str | Promise]]


def key_page(
    rows: QuerySet[Row], request: HttpRequest, orders: Mapping[str, Order], *, size: int = 0, known: int | None = None,
    counted: QuerySet[Row] | None = None,
) -> KeyPage[Row]:  # fmt: skip
    """The page that the address asks for; what makes no sense in it is the first page in the first order.

    size: rows of a page; 0 for SIZE. known: how many rows there are, where that was counted before. counted: the same
    rows as a question that is quicker to count, where `rows` is one that is quicker to go through.
    """
    size = size or SIZE
    name = request.GET.get(SORT, "")
    name = name if name in orders else next(iter(orders))
    order = orders[name]
    told = {f"{order.field}__isnull": False} if order.may_be_empty else {}
    shown = rows.filter(**told)
    is_known = known is not None and not order.may_be_empty
    total = known if known is not None and is_known else _counted((rows if counted is None else counted).filter(**told))
    after, before = _place(request.GET.get(AFTER, "")), _place(request.GET.get(BEFORE, ""))
    backwards = before is not None and after is None
    place = before if backwards else after
    try:
        cut = shown if place is None else shown.filter(_beyond(order, place, forwards=not backwards))
    except (ValueError, TypeError, ValidationError):  # a key that is none of this order
        cut, place, backwards = shown, None, False
    sign = "-" if order.descending != backwards else ""
    ordered = cut.order_by(*dict.fromkeys((f"{sign}{order.field}", f"{sign}{order.key}")))
    found = list(ordered[: size + 1])
    has_more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_after = has_more if not backwards else bool(found)
    has_before = place is not None if not backwards else has_more
    return KeyPage(
        found,
        _query(request.GET, {AFTER: _key(found[-1], order)}) if found and has_after else "",
        _query(request.GET, {BEFORE: _key(found[0], order)}) if found and has_before else "",
        _query(request.GET, {}),
        total if is_known else min(total, MOST_COUNTED),
        not is_known and total > MOST_COUNTED,
        name,
        [(key, one.words) for key, one in orders.items()],
    )


def _counted(rows: QuerySet[Any]) -> int:
    """How many there are, one more than MOST_COUNTED at most."""
    return rows.order_by()[: MOST_COUNTED + 1].count()


def _beyond(order: Order, place: tuple[str, str], *, forwards: bool) -> Q:
    step = "gt" if forwards != order.descending else "lt"
    if order.field == order.key:
        return Q(**{f"{order.key}__{step}": _typed(place[1])})
    value = _typed(place[0])
    later = Q(**{f"{order.field}__{step}": value}) | Q(**{order.field: value, f"{order.key}__{step}": _typed(place[1])})
    return Q(**{f"{order.field}__{step}e": value}) & later  # which an index can begin at


def _typed(text: str) -> Any:
    """A key as it was written by _key. Raises: ValueError."""
    kind, _, told = text.partition(":")
    if kind not in _READ:
        raise ValueError(text)
    try:
        return _READ[kind](told)
    except InvalidOperation as error:
        raise ValueError(text) from error


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > LONGEST:
        raise ValueError(text)
    return int(text)


_READ: dict[str, Callable[[str], Any]] = {"i": _whole, "d": date.fromisoformat, "n": Decimal, "t": str}


def _key(row: Any, order: Order) -> str:
    return "~".join(_written(_field(row, name)) for name in (order.field, order.key))


def _field(row: Any, name: str) -> Any:
    for step in name.split("__"):
        row = getattr(row, step)
    return row


def _written(value: Any) -> str:
    kind = {int: "i", date: "d", Decimal: "n"}.get(type(value), "t")
    return f"{kind}:{value}"


def _place(text: str) -> tuple[str, str] | None:
    first, tilde, second = text.rpartition("~")
    return (first, second) if tilde else None


def _query(told: QueryDict, changed: Mapping[str, str]) -> str:
    query = told.copy()
    for name in (AFTER, BEFORE):
        query.pop(name, None)
    query.update(changed)
    return query.urlencode()
