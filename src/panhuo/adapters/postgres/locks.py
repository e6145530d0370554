"""Locks of a register on PostgreSQL: whoever works on it from another machine is seen, too.

Advisory locks of the database, each held by a connection of its own: they are no part of a transaction, and the server
frees them when the connection ends, however its process did.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from panhuo.terms.errors import DomainError

if TYPE_CHECKING:
    import psycopg

SPACE = 0x70616E68
"""First half of the key of every lock of ours; the second names the lock."""
NAMES = {"writer.lock": 1, "worker.lock": 2}
KEPT_ALIVE = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
"""A machine that is gone without a word loses its locks after a minute."""


@contextmanager
def held(address: Mapping[str, Any], name: str) -> Iterator[bool]:
    """Hold a lock of the database for as long as the block lasts; gives False at once where another holds it.

    address: parameters of psycopg.connect; name: one of NAMES. Raises: DomainError no_server.
    """
    import psycopg

    with connected({**KEPT_ALIVE, **address}) as connection:
        found = connection.execute("SELECT pg_try_advisory_lock(%s, %s)", (SPACE, NAMES[name])).fetchone()
        if found is None or not found[0]:
            yield False
            return
        _open.append(connection)
        try:
            yield True
        finally:
            if connection in _open:  # a forked child has let go of it
                _open.remove(connection)
                # Said aloud: the server sees the end of a connection only after its own while.
                with suppress(psycopg.Error):  # a server that is gone has freed it
                    connection.execute("SELECT pg_advisory_unlock(%s, %s)", (SPACE, NAMES[name]))


def connected(address: Mapping[str, Any]) -> psycopg.Connection[Any]:
    """A connection that commits each statement, unless told otherwise. Raises: DomainError no_server."""
    import psycopg

    try:
        return psycopg.connect(**address, autocommit=True)
    except psycopg.OperationalError as error:
        raise DomainError(
            f"The register's server does not answer: {str(error).strip()}. See that it runs and that "
            "PANHUO_DATABASE_URL names it.",
            code="no_server",
        ) from None


IS_HELD = (
    "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = %s AND objid = %s "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
)
"""Whether anybody holds a lock of this database: SPACE and one of NAMES."""

_open: list[Any] = []
"""Connections that hold a lock of this process."""


def _let_go() -> None:
    """In a forked child: its copy of a socket would keep the parent's lock alive after the parent's death.

    The descriptor is turned to nothing in place of being closed, so that its number is not given to another file, into
    which the driver would write its goodbye.
    """
    for connection in _open:
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, connection.fileno())
        os.close(nothing)
    _gone.extend(_open)
    _open.clear()


_gone: list[Any] = []
"""Of a parent: kept, so that nothing is said to the server in its name."""
os.register_at_fork(after_in_child=_let_go)
