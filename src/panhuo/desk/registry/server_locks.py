"""The locks of a register on PostgreSQL, in the database that Django's connection goes to; SQLite needs none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections

from panhuo.adapters.files.home import ServerLocks

ADDRESS = ("dbname", "user", "password", "host", "port", "sslmode", "sslrootcert", "sslcert", "sslkey", "service")


def server_address() -> dict[str, Any] | None:
    """How a further connection reaches the register's server; None where the register is a file."""
    connection = connections["default"]
    if connection.vendor != "postgresql":
        return None
    told = connection.get_connection_params()
    return {name: told[name] for name in ADDRESS if told.get(name)}


@contextmanager
def _held(name: str) -> Iterator[bool]:
    address = server_address()
    if address is None:
        yield True
        return
    from panhuo.adapters.postgres.locks import held

    with held(address, name) as is_ours:
        yield is_ours


def _is_held(name: str) -> bool:
    if connections["default"].vendor != "postgresql":
        return False
    from panhuo.adapters.postgres.locks import IS_HELD, NAMES, SPACE

    with connections["default"].cursor() as cursor:
        cursor.execute(IS_HELD, [SPACE, NAMES[name]])
        return bool(cursor.fetchone()[0])


SERVER_LOCKS = ServerLocks(_held, _is_held)
