"""Works that a power cut may meet: how each is prepared, done by a process that is traced, and looked into afterwards.

`python tests/reliability/power_works.py WORK HOME GUARD` does one to its end; what is acknowledged goes to stdout.
"""

from __future__ import annotations

import functools
import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

REGISTER = "register.sqlite3"
BATCH = 100
"""Rows of a file that stand in one transaction."""


@dataclass(frozen=True)
class Work:
    """prepare: makes the home (folder, size, home). do: works to the end (home, guard). look: what does not hold in a
    home after a cut (home, lines that were acknowledged). go_on: what does not hold once the work was taken up again
    in it, None where nobody takes it up."""

    prepare: Callable[[int, Path], None]
    do: Callable[[Path, str], None]
    look: Callable[[Path, set[str], int], list[str]]
    go_on: Callable[[Path, Path], list[str]] | None
    guards: tuple[str, ...]


def _prepare_approvals(size: int, home: Path) -> None:
    from approvals import waiting_home

    waiting_home(home, size)


def _approve(home: Path, guard: str) -> None:
    from approvals import approve_all

    _open(home, guard)
    approve_all(lambda line: print(line, end="", flush=True), guard=guard)


def _look_at_approvals(home: Path, said: set[str], _size: int) -> list[str]:
    from approvals import disagreements

    with closing(sqlite3.connect(home / REGISTER)) as register:
        return disagreements(lambda sql: register.execute(sql).fetchall(), said)


def _prepare_publication(size: int, home: Path) -> None:
    from publication_kills import approved_draft

    approved_draft(home, size)


def _publish(home: Path, guard: str) -> None:
    from publication_kills import rows_apart

    from panhuo.adapters.files.home import open_home
    from panhuo.desk.jobs.worker import work_through
    from panhuo.web.clock import now

    if guard == "rows_apart":
        rows_apart()
    _open(home, guard)
    work_through(open_home(home), clock=now)
    print("published", flush=True)


def _look_at_publication(home: Path, said: set[str], size: int) -> list[str]:
    from publication_kills import look

    return look(home, size, is_over="published" in said)


def _prepare_import(size: int, home: Path) -> None:
    """The home is made by the import itself: its tables meet the cuts, too."""
    from stopped_import import write_files

    home.mkdir()
    write_files(home, size)


def _import(home: Path, guard: str) -> None:
    from stopped_import import GUARDS

    from panhuo.cli import run
    from panhuo.desk.registry import intake

    GUARDS[guard]()
    intake.LARGE_BYTES = 1 << 40  # type: ignore[attr-defined] - no process of its own reads ahead
    sys.stderr = sys.stdout
    if run(["import", str(home / "patents.csv"), str(home / "licences.csv"), "--home", str(home), "--json"]):
        raise SystemExit("the import failed")


def _look_at_import(home: Path, said: set[str], _size: int) -> list[str]:
    from kills import ACKNOWLEDGED, _look

    acknowledged: dict[str, int] = {}
    for through, name in ACKNOWLEDGED.findall("".join(f"{line}\n" for line in said)):
        acknowledged[name] = max(acknowledged.get(name, 0), int(through))
    return _look(home, acknowledged)


def _import_on(home: Path, finished: Path) -> list[str]:
    """The same call again in a home after a cut; then its register must be that of the undisturbed import."""
    for path in finished.iterdir():
        if path.is_file() and not path.name.startswith(REGISTER):
            shutil.copy(path, home / path.name)
    again = subprocess.run(
        [sys.executable, __file__, "import", str(home), "all"], capture_output=True, text=True, check=False
    )
    if again.returncode:
        return [f"not taken up again: {again.stderr[-600:]}{again.stdout[-600:]}"]
    same = _digest(home) == _finished_digest(finished)
    return [] if same else ["the import that was taken up again differs from an undisturbed one"]


@functools.cache
def _finished_digest(home: Path) -> str:
    return _digest(home)


def _digest(home: Path) -> str:
    call = [sys.executable, "-m", "panhuo.cli", "status", "--home", str(home), "--json"]
    return str(json.loads(subprocess.run(call, capture_output=True, text=True, check=True).stdout)["digest"])


def _open(home: Path, guard: str) -> None:
    from panhuo.adapters.files.home import open_home
    from panhuo.desk.registry.opening import open_register

    open_register(open_home(home), write=False)
    if guard == "synchronous_off":
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")


WORKS = {
    "approvals": Work(
        _prepare_approvals, _approve, _look_at_approvals, None, ("all", "no_transaction", "synchronous_off")
    ),
    "publication": Work(
        _prepare_publication, _publish, _look_at_publication, None, ("all", "rows_apart", "synchronous_off")
    ),
    "import": Work(
        _prepare_import, _import, _look_at_import, _import_on, ("all", "no_transaction", "acknowledge_before_commit")
    ),
}


def main() -> None:
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from job_kills import make_ready

    name, home, guard = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    make_ready(home, BATCH)
    WORKS[name].do(home, guard)


if __name__ == "__main__":
    main()
