"""A register of its own for each home of a test: a file in the home, or a database copied from an empty one."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections

_COUNT = itertools.count()
_EMPTY: list[str] = []


@contextmanager
def fresh_register(first: str = "") -> Iterator[Callable[[str], None]]:
    """Let the default connection go to a register that nobody has written to; the former one comes back afterwards.

    Gives what lets it go to the register of another home; first: the home that it begins with.
    """
    kept = connections["default"]
    own = connections["default"] = kept.copy()
    names: dict[str, str] = {}

    def go_to(home: str) -> None:
        """Each home has a register of its own: with SQLite by its file, here by a database."""
        if own.vendor != "postgresql":
            return
        name = names.setdefault(home, "") or _copied(kept)
        names[home] = name
        if own.settings_dict["NAME"] != name:
            own.close()
            own.settings_dict = {**own.settings_dict, "NAME": name}

    try:
        go_to(first)
        yield go_to
    finally:
        own.close()
        connections["default"] = kept
        for name in names.values():
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
