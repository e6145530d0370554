"""What a table promises as a whole: without it no pack is loaded, because every figure would rest on it.

strict: each cell is what its column says, and what it refers to stands in the other table. sums_to_one: weights of
sisters make one on every day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from panhuo.rules.problems import Problem
from panhuo.rules.sidecars import SumsToOne
from panhuo.rules.table_check import check_table
from panhuo.rules.tables import Row, Table

_ANY_DAY = date(1, 1, 1)


def promises_broken(tables: Mapping[str, Table]) -> Iterator[Problem]:
    """Faults that keep a pack, laid over its parents, from being loaded; table by table, by name."""
    for _name, table in sorted(tables.items()):
        if table.strict:
            for fault in check_table(table, tables):
                yield Problem(fault.file, fault.where, fault.message, fatal=True, line=fault.line)
        if table.sums is not None:
            yield from _sums_broken(table, table.sums, tables)


def _sums_broken(table: Table, sums: SumsToOne, tables: Mapping[str, Table]) -> Iterator[Problem]:
    told: set[tuple[str, ...]] = set()
    for day in _turns(table):
        groups: dict[tuple[str, ...], list[tuple[Row, int]]] = {}
        for row, line in zip(table.rows, table.lines, strict=True):
            if _holds(row, day):
                groups.setdefault(_group(row, table, sums, tables), []).append((row, line))
        for group, members in groups.items():
            total = sum((_number(row[sums.column]) for row, _line in members), Decimal(0))
            if total == 1 or group in told:
                continue
            told.add(group)
            named = ", ".join(f"{name} = {value or '(none)'}" for name, value in zip(sums.within, group, strict=True))
            lines = ", ".join(str(line) for _row, line in members)
            since = "" if day == _ANY_DAY else f" from {day}"
            message = f"{sums.column} of {named or 'all rows'} sums to {total}{since}, not to 1 (lines {lines})"
            yield Problem(table.file, f"line {members[-1][1]}", message, fatal=True, line=members[-1][1])


def _turns(table: Table) -> list[date]:
    """Days on which the rows that hold may change; the first stands for all time before any."""
    starts = {row.get("since", "") for row in table.rows}
    ends = {row.get("until", "") for row in table.rows}
    turns = {date.fromisoformat(day) for day in starts if day}
    turns |= {date.fromisoformat(day) + timedelta(days=1) for day in ends if day and day < "9999-12-31"}
    return sorted({_ANY_DAY, *turns})


def _holds(row: Row, day: date) -> bool:
    said = day.isoformat()
    return (row.get("since") or "") <= said <= (row.get("until") or "9999-12-31")


def _group(row: Row, table: Table, sums: SumsToOne, tables: Mapping[str, Table]) -> tuple[str, ...]:
    return tuple(_value(row, name, table, tables) for name in sums.within)


def _value(row: Row, name: str, table: Table, tables: Mapping[str, Table]) -> str:
    first, dot, second = name.partition(".")
    if not dot:
        return row[first]
    other, column = next(one.refers_to for one in table.columns if one.name == first)
    found = (there for there in tables[other].rows if there.get(column) == row[first]) if other in tables else iter(())
    return next((there.get(second, "") for there in found), "")


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return Decimal(0)
    return number if number.is_finite() else Decimal(0)
