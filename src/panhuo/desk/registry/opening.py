"""Open the register of a home: point Django at it, bring it up to date, hand out the connection."""

from __future__ import annotations

import os

import django
from django.conf import settings

from panhuo.adapters.files.home import Home


def setup_django() -> None:
    """Make Django ready once per process; a home is opened afterwards."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "panhuo.settings")
    if not settings.configured or not django.apps.apps.ready:
        django.setup()


def open_register(home: Home, *, write: bool) -> None:
    """Use the register of this home from here on; a writer brings the tables up to date first.

    A reader of a home that nobody has written to yet gets empty tables too, so that it can answer "nothing".
    """
    setup_django()
    from django.core.management import call_command
    from django.db import connections

    connection = connections["default"]
    if connection.settings_dict["NAME"] != str(home.register):
        connection.close()
        connection.settings_dict["NAME"] = str(home.register)
    if write or not home.register.exists() or _behind():
        call_command("migrate", verbosity=0, interactive=False)


def _behind() -> bool:
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections["default"])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
