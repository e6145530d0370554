"""Long lists in parts: each begins after the last row of the one before, so that the thousandth costs what the first
does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

ROWS = 50
AFTER = "after"


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of a list. next: query string of the next part, "" at the end; first: of the first, "" where this is it."""

    rows: list[Any]
    next: str
    first: str


def part_of(request: HttpRequest, found: QuerySet[Any], key: str, *, newest_first: bool = False) -> Part:
    """The part that the request asks for, by a unique field (named, not pk): rows after ?after=VALUE in
    its order.

    A value that is none of the field's begins at the start.
    """
    after = request.GET.get(AFTER, "")
    known = after if not after or _fits(found, key, after) else ""
    if known:
        found = found.filter(**{f"{key}__{'lt' if newest_first else 'gt'}": known})
    rows = list(found.order_by(f"-{key}" if newest_first else key)[: ROWS + 1])
    has_more, rows = len(rows) > ROWS, rows[:ROWS]
    last = str(getattr(rows[-1], key)) if has_more else ""
    return Part(rows, _query(request, last) if has_more else "", _query(request, "") if known else "")


def _fits(found: QuerySet[Any], key: str, value: str) -> bool:
    if found.model._meta.get_field(key).get_internal_type().endswith(("IntegerField", "AutoField")):
        return value.isascii() and value.isdecimal() and len(value) < 19
    return "\0" not in value


def _query(request: HttpRequest, after: str) -> str:
    query = request.GET.copy()
    query.pop(AFTER, None)
    if after:
        query[AFTER] = after
    return f"?{query.urlencode()}"
