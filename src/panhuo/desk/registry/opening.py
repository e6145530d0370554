"""Open the register of a home: point Django at it, bring it up to date, hand out the connection."""

from __future__ import annotations

import os
import time
from typing import Any

import django
from django.conf import settings

from panhuo.adapters.files.home import Home, HomeBusy
from panhuo.terms.errors import DomainError

LOOKS, PAUSE_SECONDS = 150, 0.2  # half a minute


def setup_django() -> None:
    """Make Django ready once per process; a home is opened afterwards."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "panhuo.settings")
    if not settings.configured or not django.apps.apps.ready:
        django.setup()


def open_register(home: Home, *, write: bool) -> None:
    """Use the register of this home from here on; a writer, who holds the home's lock, brings the tables up to date.

    A reader of a home that nobody has written to yet gets empty tables too, so that it can answer "nothing"; while
    another process makes the tables, it waits for them. Raises: HomeBusy when they do not come.
    """
    point_to(home)
    if write:
        _bring_up_to_date()
    else:
        _await_tables(home)


def point_to(home: Home) -> None:
    """Let Django's connection go to the register of this home, without making or changing anything.

    Raises: DomainError wrong_order.
    """
    setup_django()
    from django.db import connections

    connection = connections["default"]
    if connection.vendor == "postgresql":
        check_order()
    elif connection.settings_dict["NAME"] != str(home.register):
        connection.close()
        connection.settings_dict["NAME"] = str(home.register)


def _bring_up_to_date() -> None:
    """Every change of tables with the note that it was made, in one transaction: Django notes some of them after it.

    A process killed in between would leave tables that the next call tries to make again.
    """
    executor = whole_steps()
    executor.migrate(executor.loader.graph.leaf_nodes())


def whole_steps() -> Any:
    """Django's executor of migrations, each in one transaction with the note that it was made."""
    from django.db import connection, transaction
    from django.db.migrations.executor import MigrationExecutor

    class WholeSteps(MigrationExecutor):
        def apply_migration(self, state: Any, migration: Any, *how: Any, **named: Any) -> Any:
            with connection.constraint_checks_disabled(), transaction.atomic():
                return super().apply_migration(state, migration, *how, **named)

    executor = WholeSteps(connection)
    executor.loader.check_consistent_history(connection)
    return executor


def check_order() -> None:
    """Raises: DomainError wrong_order where the database sorts texts otherwise than by their characters' codes."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT datcollate, pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()"
        )
        order, encoding = cursor.fetchone()
    if order not in ("C", "POSIX", "C.UTF-8", "C.utf8") or encoding != "UTF8":
        raise DomainError(
            f"The database sorts by {order} in {encoding}; keys of the register are compared character by character. "
            "Make it anew: CREATE DATABASE name TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'.",
            code="wrong_order",
        )


def _await_tables(home: Home) -> None:
    from django.db import OperationalError, connections

    for tried in range(LOOKS):
        try:
            if (connections["default"].vendor != "sqlite" or home.register.exists()) and not _behind():
                return
            with home.writing():
                _bring_up_to_date()
            return
        except (HomeBusy, OperationalError):  # another process makes the tables at this moment
            connections["default"].close()
            if tried == LOOKS - 1:
                raise
            time.sleep(PAUSE_SECONDS)


def _behind() -> bool:
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections["default"])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
