"""Django settings from the environment. The register's place is set when a home is opened."""

from __future__ import annotations

import os

import dj_database_url

SECRET_KEY = os.environ.get("PANHUO_SECRET_KEY", "no pages, no sessions: nothing is signed yet")
INSTALLED_APPS = [
    "panhuo.desk.history",
    "panhuo.desk.people",
    "panhuo.desk.registry",
    "panhuo.desk.listings",
    "panhuo.desk.contacts",
    "panhuo.desk.assessments",
    "panhuo.desk.valuations",
    "panhuo.desk.portfolios",
]
DATABASE_URL = os.environ.get("PANHUO_DATABASE_URL", "")
"""postgresql://user@host/name for a register on PostgreSQL; else it is a file in the home folder."""
DATABASES = {
    "default": dj_database_url.parse(DATABASE_URL, conn_max_age=60, conn_health_checks=True)
    if DATABASE_URL
    else {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("PANHUO_REGISTER", ":memory:"),
        "OPTIONS": {
            # FULL: what was acknowledged survives power loss, not only a killed process.
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;"
            ),
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
        },
    }
}
# sha256 or sm3; empty: the log's own, sha256 for a new one. It is chosen once, before the first entry.
LOG_HASH = os.environ.get("PANHUO_LOG_HASH", "")
AUTH_USER_MODEL = "people.Account"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
LANGUAGE_CODE = "zh-hans"
