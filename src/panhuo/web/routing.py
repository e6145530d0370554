"""Which tables the register gets."""

from __future__ import annotations

from typing import Any

WITHOUT_TABLES = frozenset({"auth", "contenttypes"})


class WithoutGroups:
    """Keeps the tables of Django's groups, permissions and content types out: nothing of ours reads them."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return False if app_label in WITHOUT_TABLES else None
