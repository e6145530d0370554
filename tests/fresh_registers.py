"""A register of its own for each home of a test: a file in the home, or a database copied from an empty one."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections

_COUNT = itertools.count()
_EMPTY: list[str] = []


@contextmanager
def fresh_register() -> Iterator[Any]:
    """Let the default connection go to a register that nobody has written to; the former one comes back afterwards."""
    kept = connections["default"]
    own = connections["default"] = kept.copy()
    name = ""
    try:
        if own.vendor == "postgresql":
            name = _copied(kept)
            own.settings_dict = {**own.settings_dict, "NAME": name}
        yield own
    finally:
        own.close()
        connections["default"] = kept
        if name:
            _administer(kept, f"DROP DATABASE {name} WITH (FORCE)")


def _copied(kept: Any) -> str:
    """A database with empty tables, copied from one that is made once a process."""
    if not _EMPTY:
        from django.core.management import call_command

        name = f"empty_{os.getpid()}"
        _administer(kept, f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'")
        made = connections["default"]
        made.settings_dict = {**made.settings_dict, "NAME": name}
        call_command("migrate", verbosity=0, interactive=False)
        made.close()
        _EMPTY.append(name)
    name = f"home_{os.getpid()}_{next(_COUNT)}"
    _administer(kept, f"CREATE DATABASE {name} TEMPLATE {_EMPTY[0]}")
    return name


def _administer(kept: Any, sql: str) -> None:
    """Outside a transaction, on a connection of its own to the cluster's own database."""
    import psycopg

    told = kept.get_connection_params() | {"dbname": "postgres"}
    wanted = {name: told[name] for name in ("dbname", "user", "host", "port", "password") if told.get(name)}
    with psycopg.connect(**wanted, autocommit=True) as connection:
        connection.execute(sql)
