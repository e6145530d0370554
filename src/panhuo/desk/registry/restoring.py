"""A register on a server, made again from a backup in one transaction: whole, or the database stays empty."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import DataError, IntegrityError, connection, transaction

from panhuo.adapters.files.register_copy import SQLITE, no_whole_copy
from panhuo.desk.history.triggers import dropped, made
from panhuo.desk.registry.opening import check_order, whole_steps
from panhuo.terms.errors import DomainError

if TYPE_CHECKING:
    from panhuo.adapters.files.backups import Backup

APPEND_ONLY = "history.0007_append_only"
"""The migration that makes the triggers of the log, which let nothing in but new entries."""


def check_target(backup: Backup) -> None:
    """Whether the register of the settings may take what was backed up.

    Raises: DomainError other_store; register_not_empty, where a database on a server holds tables; wrong_order.
    """
    here = "sqlite" if connection.vendor == SQLITE else connection.vendor
    if here != backup.store:
        where = (
            "leave PANHUO_DATABASE_URL out" if backup.store == SQLITE else "name an empty database: PANHUO_DATABASE_URL"
        )
        raise DomainError(
            f"The backup is of a register on {backup.store}, and the settings ask for {here}. To restore it, {where}.",
            code="other_store",
        )
    if here == SQLITE:
        return
    from panhuo.adapters.postgres.register_copy import is_empty

    check_order()
    with connection.cursor() as cursor:
        if not is_empty(cursor):
            raise DomainError(
                f"The database {connection.settings_dict['NAME']} holds tables, and nothing is written over. Make an "
                "empty one (CREATE DATABASE name TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8') and name it in "
                "PANHUO_DATABASE_URL; the old one stays as it is.",
                code="register_not_empty",
            )


def load_register(backup: Backup, folder: Path, *, then: Callable[[], None]) -> None:
    """Make the tables as those of the backup were and fill them, in one transaction. folder: its files of tables.

    then: called before the transaction ends, so that what it does stands only with the register.
    Raises: BadBackup where what was written does not fit; the database stays empty.
    """
    import psycopg

    from panhuo.adapters.postgres.register_copy import load_server

    recorded = set(backup.migrations)
    executor = whole_steps()
    leaves = executor.loader.graph.leaf_nodes()
    plan = [
        (one, is_back) for one, is_back in executor.migration_plan(leaves) if f"{one.app_label}.{one.name}" in recorded
    ]
    try:
        with transaction.atomic():
            executor.migrate(leaves, plan=plan)
            has_triggers = APPEND_ONLY in recorded
            with connection.cursor() as cursor:
                for statement in dropped(connection.vendor) if has_triggers else ():
                    cursor.execute(statement)
                load_server(cursor, folder, backup.register)
                for statement in made(connection.vendor) if has_triggers else ():
                    cursor.execute(statement)
            then()
    except (psycopg.DataError, psycopg.IntegrityError, DataError, IntegrityError) as error:  # COPY is not Django's
        raise no_whole_copy(str(error).partition("\n")[0]) from error
