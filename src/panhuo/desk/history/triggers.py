"""Triggers by which the database itself refuses to change or delete what is in the log. PostgreSQL and SQLite.

Used by the migration that makes them; a later migration that makes a table of the log anew (as SQLite does for most
changes of columns) must drop them before and make them again after.
"""

from __future__ import annotations

ENTRIES = "history_loggedaction"
TREE = "history_logtree"
TABLES = {
    ENTRIES: "number = NEW.number",
    "history_lognode": "id = NEW.id OR (level = NEW.level AND number = NEW.number)",
    "history_loghead": "size = NEW.size",
    "history_logreceipt": "id = NEW.id",
}
"""Tables of rows that are written once -> whether a row is there already."""
WORD = "append_only: the log is only ever added to"


def made(vendor: str) -> list[str]:
    """Statements that make all triggers."""
    return _made_in_postgres() if vendor == "postgresql" else _made_in_sqlite()


def dropped(vendor: str) -> list[str]:
    """Statements that take all triggers away; they may be there or not."""
    if vendor == "postgresql":
        names = [(f"{table}_{suffix}", table) for table in (*TABLES, TREE) for suffix in ("kept", "stays", "whole")]
        drops = [f"DROP TRIGGER IF EXISTS {name} ON {table}" for name, table in names]
        return [*drops, "DROP FUNCTION IF EXISTS history_append_only()", "DROP FUNCTION IF EXISTS history_tree_grows()"]
    suffixes = ("no_update", "no_delete", "no_replace")
    return [f"DROP TRIGGER IF EXISTS {table}_{suffix}" for table in (*TABLES, TREE) for suffix in suffixes]


def _made_in_sqlite() -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{WORD}'); END"
    found = []
    for table, is_there in TABLES.items():
        found += [
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
            # INSERT OR REPLACE deletes without asking the trigger above
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {is_there}) {refuse}",
        ]
    shrinks = "NEW.id <> OLD.id OR NEW.size <= OLD.size OR (OLD.size > 0 AND NEW.hash <> OLD.hash)"
    return [
        *found,
        f"CREATE TRIGGER {TREE}_no_update BEFORE UPDATE ON {TREE} WHEN {shrinks} {refuse}",
        f"CREATE TRIGGER {TREE}_no_delete BEFORE DELETE ON {TREE} {refuse}",
        f"CREATE TRIGGER {TREE}_no_replace BEFORE INSERT ON {TREE} "
        f"WHEN EXISTS (SELECT 1 FROM {TREE} WHERE id = NEW.id) {refuse}",
    ]


def _made_in_postgres() -> list[str]:
    refuse = f"RAISE EXCEPTION '{WORD}'"
    found = [
        f"CREATE OR REPLACE FUNCTION history_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {refuse}; END $$",
        "CREATE OR REPLACE FUNCTION history_tree_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF NEW.id <> OLD.id OR NEW.size <= OLD.size OR (OLD.size > 0 AND NEW.hash <> OLD.hash) THEN "
        f"{refuse}; END IF; RETURN NEW; END $$",
        f"CREATE TRIGGER {TREE}_kept BEFORE UPDATE ON {TREE} FOR EACH ROW EXECUTE FUNCTION history_tree_grows()",
    ]
    found.append(
        f"CREATE TRIGGER {TREE}_stays BEFORE DELETE ON {TREE} FOR EACH ROW EXECUTE FUNCTION history_append_only()"
    )
    for table in TABLES:
        found.append(
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION history_append_only()"
        )
    for table in (*TABLES, TREE):
        found.append(
            f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION history_append_only()"
        )
    return found
