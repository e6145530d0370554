"""Checks each cell of a table against what its sidecar says of the column."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from panhuo.rules.problems import Problem
from panhuo.rules.regions import words
from panhuo.rules.sidecars import Column
from panhuo.rules.tables import Row, Table
from panhuo.rules.values import Status, read_day
from panhuo.terms.codes import parse_region_code
from panhuo.terms.errors import BadValue
from panhuo.terms.ipc import ipc_range
from panhuo.terms.kinds import EventType, IpType, LegalStatus, OwnerType
from panhuo.terms.roles import OrganisationKind, Reach, Right, Role

MAX_TOLD = 20
"""Problems told of one table: a wrong column would fill the screen otherwise."""


def check_table(table: Table, tables: Mapping[str, Table], *, own_from: int = 0) -> list[Problem]:
    """Problems of a table's rows, from row own_from on (the rows before are the parent's).

    tables: all tables of the pack and its parents, for columns that refer to another table.
    """
    return [
        Problem(table.file, f"line {line}", message, fatal=False, line=line)
        for line, message in _first(_faults(table, tables, own_from))
    ]


def _first(faults: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    for number, fault in enumerate(faults):
        if number == MAX_TOLD:
            yield fault[0], f"more than {MAX_TOLD} faults in this table, the rest is not shown"
            return
        yield fault


def _faults(table: Table, tables: Mapping[str, Table], own_from: int) -> Iterator[tuple[int, str]]:
    known = {column.name: _known_values(column, tables) for column in table.columns if column.refers_to}
    seen: dict[tuple[str, ...], int] = {}
    for row, line in list(zip(table.rows, table.lines, strict=True))[own_from:]:
        for column in table.columns:
            for message in _cell_faults(column, row, known.get(column.name)):
                yield line, f"{column.name}: {message}"
        yield from _doubled(table, row, line, seen)


def _doubled(table: Table, row: Row, line: int, seen: dict[tuple[str, ...], int]) -> Iterator[tuple[int, str]]:
    if not table.key:
        return
    key = (*table.key_of(row), row.get("since", ""))
    if key in seen:
        yield line, f"{', '.join(table.key)} = {' | '.join(table.key_of(row))} stands in line {seen[key]} already"
    else:
        seen[key] = line


def _known_values(column: Column, tables: Mapping[str, Table]) -> frozenset[str] | None:
    table, name = column.refers_to
    if table not in tables:
        return None
    return frozenset(row.get(name, "") for row in tables[table].rows)


def _cell_faults(column: Column, row: Row, known: frozenset[str] | None) -> Iterator[str]:
    text = row[column.name]
    if not text:
        if column.required and "" not in column.one_of:
            yield "is empty"
        return
    if column.any and text == "*":
        return
    if column.one_of and text not in column.one_of:
        yield f"{text!r} is not one of {', '.join(one or '(empty)' for one in column.one_of)}"
    if known is not None:
        for part in words(text) if column.type == "words" else (text,):
            if part not in known:
                yield f"{part!r} does not stand in {'.'.join(column.refers_to)}"
    elif column.refers_to:
        yield f"refers to {'.'.join(column.refers_to)}, which no pack has"
    message = _TYPES[column.type](text, row, column)
    if message:
        yield message


_Check = Callable[[str, Row, Column], str]


def _anything(_text: str, _row: Row, _column: Column) -> str:
    return ""


def _code(text: str, _row: Row, _column: Column) -> str:
    return f"{text!r} is a code and may hold no blank" if text.split() != [text] else ""


def _date(text: str, _row: Row, _column: Column) -> str:
    return "" if len(text) == 10 and read_day(text) else f"{text!r} is no date (YYYY-MM-DD)"


def _number(text: str, _row: Row, _column: Column) -> str:
    return "" if _decimal(text) is not None else f"{text!r} is no number"


def _integer(text: str, _row: Row, _column: Column) -> str:
    number = _decimal(text)
    return "" if number is not None and number == number.to_integral_value() else f"{text!r} is no whole number"


def _share(text: str, _row: Row, _column: Column) -> str:
    number = _decimal(text)
    return "" if number is not None and 0 <= number <= 1 else f"{text!r} is no share between 0 and 1"


def _decimal(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _flag(text: str, _row: Row, _column: Column) -> str:
    return "" if text in ("true", "false", "yes", "no", "1", "0") else f"{text!r} is no flag (true, false)"


def _ipc(text: str, _row: Row, _column: Column) -> str:
    try:
        ipc_range(text)
    except BadValue as error:
        return error.message
    return ""


def _ipc_end(place: int) -> _Check:
    def check(text: str, row: Row, column: Column) -> str:
        try:
            expected = ipc_range(row.get(column.of, ""))[place]
        except BadValue:
            return ""  # told at the pattern itself
        return "" if text == expected else f"{text!r} is not the key of {row[column.of]}, which is {expected}"

    return check


def _region(text: str, _row: Row, _column: Column) -> str:
    try:
        parsed = parse_region_code(text)
    except BadValue as error:
        return error.message
    return "" if parsed == text else f"{text!r} is written {parsed}"


def _of(kind: type[StrEnum], what: str) -> _Check:
    values = frozenset(member.value for member in kind)

    def check(text: str, _row: Row, _column: Column) -> str:
        return "" if text in values else f"{text!r} is no {what}"

    return check


def _meaning(text: str, row: Row, column: Column) -> str:
    if row.get(column.of) == "status":
        return _LEGAL_STATUS(text, row, column)
    return _EVENT(text, row, column)


_EVENT = _of(EventType, "event")
_LEGAL_STATUS = _of(LegalStatus, "legal status")
_TYPES: Mapping[str, _Check] = {
    "text": _anything,
    "words": _anything,
    "code": _code,
    "date": _date,
    "number": _number,
    "cny": _number,
    "integer": _integer,
    "share": _share,
    "flag": _flag,
    "ipc": _ipc,
    "ipc_low": _ipc_end(0),
    "ipc_high": _ipc_end(1),
    "event": _EVENT,
    "legal_status": _LEGAL_STATUS,
    "meaning": _meaning,
    "ip_type": _of(IpType, "type of IP"),
    "owner_type": _of(OwnerType, "type of owner"),
    "region": _region,
    "status": _of(Status, "status of a source"),
    "organisation_kind": _of(OrganisationKind, "kind of organisation"),
    "role": _of(Role, "role"),
    "right": _of(Right, "right"),
    "reach": _of(Reach, "reach of a right"),
}
