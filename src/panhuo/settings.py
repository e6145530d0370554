"""Django settings from the environment. The register's place is set when a home is opened."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from panhuo.terms.errors import DomainError

SECRET_KEY = os.environ.get("PANHUO_SECRET_KEY", "no pages, no sessions: nothing is signed yet")
INSTALLED_APPS = [
    "panhuo.desk.history",
    "panhuo.desk.people",
    "panhuo.desk.registry",
    "panhuo.desk.inventory",
    "panhuo.desk.pool",
    "panhuo.desk.listings",
    "panhuo.desk.editions",
    "panhuo.desk.contacts",
    "panhuo.desk.assessments",
    "panhuo.desk.valuations",
    "panhuo.desk.portfolios",
]


def _sqlite() -> dict[str, Any]:
    return {
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


def _postgresql(url: str) -> dict[str, Any]:
    """postgresql://user:password@host:port/name; what is left out is the driver's choice. Needs the extra postgres."""
    told = urlsplit(url)
    if told.scheme not in {"postgresql", "postgres"} or not told.path.strip("/"):
        raise DomainError(
            "PANHUO_DATABASE_URL is no address of a PostgreSQL database. "
            "Write postgresql://user:password@host:5432/name, or leave it out for SQLite in the home.",
            code="bad_setting",
            name="PANHUO_DATABASE_URL",
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(told.path.strip("/")),
        "USER": unquote(told.username or ""),
        "PASSWORD": unquote(told.password or ""),
        "HOST": unquote(told.hostname or ""),
        "PORT": str(told.port or ""),
        "OPTIONS": dict(parse_qsl(told.query)),
    }


_url = os.environ.get("PANHUO_DATABASE_URL", "").strip()
DATABASES: dict[str, dict[str, Any]] = {"default": _postgresql(_url) if _url else _sqlite()}
# sha256 or sm3; empty: the log's own, sha256 for a new one. It is chosen once, before the first entry.
LOG_HASH = os.environ.get("PANHUO_LOG_HASH", "")
AUTH_USER_MODEL = "people.Account"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
LANGUAGE_CODE = "zh-hans"
