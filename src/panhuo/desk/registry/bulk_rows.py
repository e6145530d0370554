"""Bulk statements of the register, written once for SQLite and PostgreSQL.

They are written with ? for values and ON CONFLICT for rows that are there already; only placeholders differ. Dates come
back as dates and lists as JSON text from both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Protocol

from django.db import connection


class Rows(Protocol):
    """What a statement gives back."""

    @property
    def rowcount(self) -> int: ...

    def fetchone(self) -> Any: ...

    def fetchall(self) -> list[Any]: ...

    def __iter__(self) -> Iterator[Any]: ...


class Statements(Protocol):
    """One connection of a store."""

    def execute(self, sql: str, values: Sequence[Any] = (), /) -> Rows: ...

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> object: ...


def statements_of_store() -> Statements:
    """The connection that the transaction of the caller runs on."""
    connection.ensure_connection()
    return _Postgres(connection.connection) if is_postgresql() else connection.connection


def is_postgresql() -> bool:
    return connection.vendor == "postgresql"


def insert(table: str, columns: Sequence[str], *, once: bool = False) -> str:
    """INSERT of one row; once: a row that a unique constraint forbids is left out."""
    values = ", ".join("?" * len(columns))
    told = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({values})"
    return f"{told} ON CONFLICT DO NOTHING" if once else told


def elements(column: str, name: str) -> str:
    """A table expression of the texts in a JSON list: its column is name.value."""
    if is_postgresql():
        return f"jsonb_array_elements_text({column}) AS {name}(value)"
    return f"json_each({column}) AS {name}"


def texts_given(name: str) -> str:
    """A table expression of the texts in a JSON list that is the value given: its column is name.value."""
    if is_postgresql():
        return f"jsonb_array_elements_text(?::jsonb) AS {name}(value)"
    return f"json_each(?) AS {name}"


def place_of_blank(column: str) -> str:
    """Where the first blank of a text stands, counted from 1; 0 without one."""
    return f"strpos({column}, ' ')" if is_postgresql() else f"instr({column}, ' ')"


class _Postgres:
    """A psycopg connection that takes ? for values."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    def execute(self, sql: str, values: Sequence[Any] = (), /) -> Rows:
        found: Rows = self._raw.execute(_numbered(sql), values)
        return found

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> object:
        with self._raw.cursor() as cursor:
            cursor.executemany(_numbered(sql), rows)
        return None


@lru_cache(maxsize=256)
def _numbered(sql: str) -> str:
    return sql.replace("%", "%%").replace("?", "%s")
