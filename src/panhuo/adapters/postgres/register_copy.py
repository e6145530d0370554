"""A register on PostgreSQL written table by table as it stands at one moment, and read into tables that are empty.

One file a table in COPY's text form: a line a row. Sequences, which are no part of a moment, may run ahead of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from panhuo.adapters.files.register_copy import CopiedRegister, no_whole_copy
from panhuo.adapters.postgres.locks import connected

STORE = "postgresql"
MADE_ANEW = ("site_cache",)
"""Tables that are no part of an installation: the site makes them when it begins."""
FORMS = (
    "SET LOCAL datestyle TO 'ISO, YMD'",
    "SET LOCAL intervalstyle TO 'postgres'",
    "SET LOCAL bytea_output TO 'hex'",
    "SET LOCAL extra_float_digits TO 1",
)
"""How values are written, whatever a server or user is set to."""
_BLOCK = 1 << 20
_COLUMNS = """
    SELECT t.relname, a.attname, pg_get_serial_sequence(quote_ident(t.relname), a.attname)
    FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid
    WHERE t.relnamespace = current_schema()::regnamespace AND t.relkind = 'r'
      AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    ORDER BY t.relname, a.attnum
"""


def copy_server(address: Mapping[str, Any], folder: Path, *, tell: Callable[[int, int], None]) -> CopiedRegister:
    """Write every table into a new folder, all of one snapshot, while others go on writing.

    Raises: DomainError no_server; psycopg.Error where a table cannot be read; OSError where the folder cannot be.
    """
    folder.mkdir(mode=0o700)
    rows: dict[str, int] = {}
    with connected(address) as connection, connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for form in FORMS:
            connection.execute(form)
        columns, sequences = _columns(connection)
        for done, (table, names) in enumerate(columns.items(), 1):
            rows[table] = _write(connection, table, names, folder / f"{table}.copy")
            tell(done, len(columns))
        migrations = connection.execute("SELECT app, name FROM django_migrations ORDER BY 1, 2").fetchall()
    return CopiedRegister(
        store=STORE,
        files=tuple((f"register/{path.name}", path) for path in sorted(folder.iterdir())),
        rows=rows,
        migrations=tuple(f"{app}.{name}" for app, name in migrations),
        columns={table: list(names) for table, names in columns.items()},
        sequences=sequences,
    )


def server_size(address: Mapping[str, Any]) -> int:
    """Bytes of the database. Raises: DomainError no_server."""
    with connected(address) as connection:
        found = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    return int(found[0]) if found else 0


def is_empty(cursor: Any) -> bool:
    """Whether a database has no table of ours or of anybody."""
    cursor.execute("SELECT 1 FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'")
    return cursor.fetchone() is None


def load_server(cursor: Any, folder: Path, copied: CopiedRegister) -> None:
    """Fill the tables that are there with what was written; whoever calls has a transaction open and ends it.

    cursor: of psycopg or Django. Rows that migrations left go. Triggers that refuse that are for the caller to lift.
    Raises: BadBackup where tables, columns or rows are not those that were written.
    """
    for form in FORMS:
        cursor.execute(form)
    cursor.execute(_COLUMNS)
    standing: dict[str, set[str]] = {}
    for table, column, _ in cursor.fetchall():
        standing.setdefault(str(table), set()).add(str(column))
    written = {table: set(names) for table, names in copied.columns.items()}
    if different := [table for table in sorted({*standing, *written}) if standing.get(table) != written.get(table)]:
        raise no_whole_copy(f"its tables are not those of this version ({', '.join(different[:5])})")
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")  # tables come in the order of their names
    for table in written:
        cursor.execute(f"DELETE FROM {_quoted(table)}")
    for table, names in copied.columns.items():
        fill = f"COPY {_quoted(table)} ({_list(names)}) FROM STDIN"
        with (folder / f"{table}.copy").open("rb") as source, cursor.copy(fill) as into:
            while block := source.read(_BLOCK):
                into.write(block)
        if cursor.rowcount != copied.rows[table]:
            raise no_whole_copy(f"{table} has {cursor.rowcount} rows in place of {copied.rows[table]}")
    for table, last in copied.sequences.items():
        for column, value in last.items():
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s)", (_quoted(table), column, value))
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _columns(connection: Any) -> tuple[dict[str, list[str]], dict[str, dict[str, int]]]:
    """Columns of each table in their order; of those that count up, the last number that was given."""
    columns: dict[str, list[str]] = {}
    sequences: dict[str, dict[str, int]] = {}
    for table, column, sequence in connection.execute(_COLUMNS).fetchall():
        if table in MADE_ANEW:
            continue
        columns.setdefault(table, []).append(column)
        if sequence:
            last, is_called = connection.execute(f"SELECT last_value, is_called FROM {sequence}").fetchone()
            if is_called:
                sequences.setdefault(table, {})[column] = int(last)
    return columns, sequences


def _write(connection: Any, table: str, columns: list[str], path: Path) -> int:
    with path.open("xb") as target, connection.cursor() as cursor:
        with cursor.copy(f"COPY {_quoted(table)} ({_list(columns)}) TO STDOUT") as out:
            for block in out:
                target.write(block)
        return int(cursor.rowcount)


def _list(columns: list[str]) -> str:
    return ", ".join(map(_quoted, columns))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
