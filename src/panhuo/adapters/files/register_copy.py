"""A copy of a register as it stands at one moment, while others go on writing to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from panhuo.terms.errors import DomainError

PAGES_A_STEP = 4_000

Told = Callable[[int, int], None]
"""Called with pages (or tables) done and how many in all."""
SQLITE = "sqlite"


class BadBackup(DomainError):
    """The file is no backup, or no whole one."""

    code = "bad_backup"


@dataclass(frozen=True, slots=True)
class CopiedRegister:
    """A register that was written at one moment.

    store: sqlite or postgresql; files: names in a backup and where they lie; rows: of each table; migrations: app.name;
    columns, sequences: of each table of a server, as it wrote them, and the last numbers that it gave.
    """

    store: str
    files: tuple[tuple[str, Path], ...]
    rows: dict[str, int]
    migrations: tuple[str, ...]
    columns: dict[str, list[str]] = field(default_factory=dict)
    sequences: dict[str, dict[str, int]] = field(default_factory=dict)


def no_whole_copy(why: str) -> BadBackup:
    return BadBackup(f"The register in the backup cannot be restored: {why}. Nothing was kept. Take an earlier one.")


def copied_file(register: Path, to: Path, *, tell: Told) -> CopiedRegister:
    """The register of a home as one file. Raises: DomainError register_spoilt, cannot_read."""
    copy_register(register, to, tell=tell)
    return CopiedRegister(SQLITE, ((to.name, to),), rows_of(to), tuple(migrations_of(to)))


def copy_register(register: Path, to: Path, *, tell: Told = lambda _done, _of: None) -> None:
    """One file without a journal, whole by SQLite's own check. Raises: DomainError register_spoilt, cannot_read."""
    try:
        with closing(sqlite3.connect(f"{register.absolute().as_uri()}?mode=ro", uri=True, timeout=30)) as source:
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()  # from here on one moment is read
            with closing(sqlite3.connect(to)) as copy:
                source.backup(copy, pages=PAGES_A_STEP, sleep=0, progress=lambda _, left, of: tell(of - left, of))
                copy.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise DomainError(
            f"{register} cannot be copied: {error}. See that the disk has room and the file is whole (panhuo doctor).",
            code="cannot_read",
            file=str(register),
        ) from error
    check_register(to, named=register)


def check_register(register: Path, *, named: Path | None = None) -> None:
    """Every page and index read. Raises: DomainError register_spoilt, naming the file that it is a copy of."""
    shown = named or register
    try:
        with closing(sqlite3.connect(f"{register.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as open_copy:
            found = [row[0] for row in open_copy.execute("PRAGMA integrity_check(3)")]
            loose = open_copy.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.Error as error:
        found, loose = [str(error)], None
    if loose is not None:
        found.append(f"a row of {loose[0]} names a row of {loose[2]} that is not there")
    if found != ["ok"]:
        raise DomainError(
            f"{shown} is damaged: {'; '.join(one for one in found if one != 'ok')}. Restore the last backup "
            "(panhuo restore) and keep the damaged file for whoever looks into it.",
            code="register_spoilt",
            file=str(shown),
        )


def rows_of(register: Path) -> dict[str, int]:
    """How many rows each table holds, by table."""
    with closing(sqlite3.connect(f"{register.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as found:
        names = [row[0] for row in found.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        shown = [name for name in names if not name.startswith("sqlite_")]
        return {name: int(found.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]) for name in shown}


def migrations_of(register: Path) -> list[str]:
    """Names of the migrations that made its tables, app.name."""
    with closing(sqlite3.connect(f"{register.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as found:
        return [f"{app}.{name}" for app, name in found.execute("SELECT app, name FROM django_migrations ORDER BY 1, 2")]


def same_rows(register: Path, told: Mapping[str, int]) -> list[str]:
    """Tables whose rows are not as many as told, each with both numbers."""
    found = rows_of(register)
    names = sorted({*found, *told})
    return [
        f"{name}: {found.get(name, 0)} in place of {told.get(name, 0)}"
        for name in names
        if found.get(name) != told.get(name)
    ]
