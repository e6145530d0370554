"""Commands that care for the whole register, the site's tables included, need the settings that know them."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

SITE_SETTINGS = "panhuo.web.settings"
SITE_TABLE = "jobs_job"
"""A table that only a home has that was served once."""


def setup_for(home: Path, *, with_site: bool) -> None:
    """Make Django ready with the settings of the site, or with those of the command line; once per process."""
    from django.conf import settings

    from panhuo.desk.registry.opening import setup_django

    if with_site and not settings.configured:
        os.environ["PANHUO_HOME"] = str(home)
        os.environ["DJANGO_SETTINGS_MODULE"] = SITE_SETTINGS
    setup_django()


def has_site(home: Path) -> bool:
    """Whether a home was served: its register has the site's tables. One on a server is there to be served."""
    if os.environ.get("PANHUO_DATABASE_URL", "").strip():
        return True
    register = home / "register.sqlite3"
    if not register.is_file():
        return False
    try:
        with closing(sqlite3.connect(f"{register.absolute().as_uri()}?mode=ro", uri=True, timeout=30)) as opened:
            found = opened.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (SITE_TABLE,)).fetchone()
    except sqlite3.Error:
        return False
    return found is not None


def names_site(migrations: Iterable[str]) -> bool:
    """Whether these migrations (app.name) made the site's tables."""
    return any(one.startswith("jobs.") for one in migrations)
