"""panhuo backup, panhuo restore: an installation in one file, and back."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from panhuo import __version__
from panhuo.cli.frame import Answer, command, now, say
from panhuo.terms.errors import DomainError

if TYPE_CHECKING:
    from panhuo.adapters.files.backups import Backup, Copying
    from panhuo.adapters.files.home import Home

PAUSE_SECONDS = 0.5


@command("backup")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), metavar="FILE", help="new file, such as city.panhuo"
)
@click.option(
    "--wait",
    default=60,
    show_default=True,
    type=click.IntRange(0),
    help="seconds to wait for another process that writes",
)
def backup(*, home: Path, out: Path, wait: int) -> Answer:
    """Put everything of an installation that cannot be made anew into one file, while the site goes on.

    The register may be the home's own file or a database on PostgreSQL; a backup goes back to the same kind.

    Register (as it stands at one moment), results of Runs, attachments, learned models and keys; the tables for
    computing and searching are made anew after a restore. The file is sealed: a changed bit is found. It holds
    personal data and keys and is not encrypted: keep it where only those may read it who may read the register.

    \b
    Example: panhuo backup --home city --out /backups/city-2025-11-30.panhuo
    """
    from panhuo.adapters.files.backups import write_backup
    from panhuo.adapters.files.home import existing_home
    from panhuo.cli.backup_progress import Bars
    from panhuo.desk.registry.opening import open_register

    place = existing_home(home)
    if place is None:
        raise DomainError(f"{home} is no installation. Name its folder as --home.", code="no_home", home=str(home))
    started = time.monotonic()
    with _waited_for(place, wait):
        open_register(place, write=True)  # an older register is brought up to date before it is put away
        with Bars() as bars:
            made = write_backup(
                place, out, engine=__version__, made_at=now(), tell=bars.tell, server=_server_copy(place.root)
            )
    say(f"{out}: {len(made.members)} files, {made.size >> 20} MB, sealed {made.digest[:16]}")
    return _answer(made, out, time.monotonic() - started)


@command("restore", needs_register=False)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="look the backup through and restore nothing")
@click.option("--replace", is_flag=True, help="move the home that stands there aside (it is kept) and take its place")
def restore(*, home: Path, file: Path, check: bool, replace: bool) -> Answer:
    """Make an installation from a backup; a damaged one is refused before anything is written.

    --home names a new or empty folder; a backup of a register on PostgreSQL needs an empty database besides, in
    PANHUO_DATABASE_URL. Everything is written beside it and checked file by file and row by row
    before it takes its place, so that a restore that is cut off leaves what was there.

    \b
    Example: panhuo restore /backups/city-2025-11-30.panhuo --home city-again
    """
    from panhuo.adapters.files.backups import home_not_empty, put_in_place, read_backup, unpack
    from panhuo.adapters.files.home import existing_home, open_home
    from panhuo.cli.backup_progress import Bars
    from panhuo.cli.site_tables import names_site, setup_for

    started = time.monotonic()
    is_taken = home.exists() and (not home.is_dir() or any(home.iterdir()))
    if is_taken and not replace and not check:
        raise home_not_empty(home)
    with Bars() as bars:
        found = read_backup(file, tell=bars.tell)
        setup_for(home, with_site=names_site(found.migrations))
        from panhuo.desk.registry.opening import open_register

        _check_known(file, found)
        if check:
            say(f"{file} is whole: made {found.made_at} by Panhuo {found.engine}, {len(found.members)} files.")
            return _answer(found, file, time.monotonic() - started)
        from panhuo.desk.registry.restoring import check_target

        check_target(found)
        made = home.with_name(f".{home.name}.restoring")
        shutil.rmtree(made, ignore_errors=True)  # of a restore that was cut off
        try:
            made.parent.mkdir(parents=True, exist_ok=True)
            unpack(file, found, made, tell=bars.tell)
            standing = existing_home(home) if is_taken else None
            with _waited_for(standing, 0):
                aside = _aside(home, now()) if is_taken else None
                _take_place(found, made, lambda: put_in_place(made, home, aside=aside))
        finally:
            shutil.rmtree(made, ignore_errors=True)
    place = open_home(home)
    with place.writing():
        open_register(place, write=True)
    if aside:
        say(f"What stood there is kept as {aside}.")
    say(f"{home} is restored as of {found.made_at}. The next match builds its search table.")
    answer = _answer(found, file, time.monotonic() - started)
    answer["home"], answer["aside"] = str(home), str(aside) if aside else None
    return answer


def _server_copy(home: Path) -> Copying | None:
    """What copies a register on a server; None where it is a file of the home."""
    from panhuo.desk.registry.server_locks import server_address

    address = server_address()
    if address is None:
        return None
    from panhuo.adapters.files.backups import check_room
    from panhuo.adapters.postgres.register_copy import copy_server, server_size

    check_room(home, server_size(address))
    return lambda folder, tell: copy_server(address, folder, tell=tell)


def _take_place(found: Backup, made: Path, put: Callable[[], None]) -> None:
    """The home in its place, and the register of a server with it: both, or neither."""
    from panhuo.adapters.files.backups import TABLES
    from panhuo.adapters.files.register_copy import SQLITE

    if found.store == SQLITE:
        put()
        return
    from panhuo.desk.registry.restoring import load_register

    tables = made.with_name(f"{made.name}-tables")
    shutil.rmtree(tables, ignore_errors=True)
    try:
        (made / TABLES).rename(tables)
        load_register(found, tables, then=put)
    finally:
        shutil.rmtree(tables, ignore_errors=True)


@contextmanager
def _waited_for(place: Home | None, seconds: int) -> Iterator[None]:
    """Hold the writer's lock of a home, or of none. Raises: HomeBusy when it is not free within so many seconds."""
    from panhuo.adapters.files.home import HomeBusy

    if place is None:
        yield
        return
    until = time.monotonic() + seconds
    while True:
        lock = place.writing()
        try:
            lock.__enter__()
            break
        except HomeBusy:
            if time.monotonic() >= until:
                raise
            time.sleep(PAUSE_SECONDS)
    try:
        yield
    finally:
        lock.__exit__(None, None, None)


def _aside(home: Path, at: datetime) -> Path:
    """A name beside the home that nothing has yet: two restores may fall into one second."""
    first = home.with_name(f"{home.name}.before-{at:%Y%m%dT%H%M%S}")
    names = (first, *(first.with_name(f"{first.name}-{again}") for again in range(2, 1_000)))
    return next(name for name in names if not name.exists())


def _check_known(file: Path, found: Backup) -> None:
    """Raises: DomainError newer_backup where this version lacks migrations that made the register."""
    from django.db.migrations.loader import MigrationLoader

    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if unknown := sorted(set(found.migrations) - known):
        raise DomainError(
            f"{file} was made by Panhuo {found.engine}, whose register this version ({__version__}) does not know "
            f"({', '.join(unknown[:3])}). Update Panhuo, then restore.",
            code="newer_backup",
            file=str(file),
        )


def _answer(found: Backup, file: Path, seconds: float) -> Answer:
    return Answer(
        file=str(file),
        made_at=found.made_at,
        engine=found.engine,
        kind=found.kind,
        pack=found.pack,
        files=len(found.members),
        bytes=found.size,
        digest=found.digest,
        rows=sum(found.rows.values()),
        tables={name: count for name, count in found.rows.items() if count},
        seconds=round(seconds, 1),
    )
