"""kill -9 at random moments of an import, and what must hold afterwards.

A parent process that never opens the register forks an importer, reads its acknowledgements from a pipe, kills it
after a random delay, and looks into the register. The same home is killed again and again until its import comes to
its end; then its digest must equal that of an undisturbed import. Everything is drawn from one seed.
"""

from __future__ import annotations

import os
import random
import re
import select
import signal
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from panhuo.terms.numbers import cn_application_check_digit

ACKNOWLEDGED = re.compile(rb"acknowledged batch \d+ rows \d+ through (\d+) of")


@dataclass
class Outcome:
    """Four numbers and what went wrong."""

    kills: int = 0
    landed: int = 0  # while the importer was between its first batch and its end
    finished_homes: int = 0
    violations: list[str] = field(default_factory=list)
    seconds: float = 0.0


def write_patents(path: Path, rows: int) -> None:
    """A made-up export: one asset and two events per row."""
    lines = ["申请号,公开（公告）号,名称,申请（专利权）人,申请日,公开（公告）日,法律状态\n"]
    for number in range(rows):
        body = f"2016{1 + number % 2}{number:07d}"
        kind = "B" if number % 2 == 0 else "U"
        month = 1 + number % 9
        lines.append(
            f"CN{body}.{cn_application_check_digit(body)},CN{1 + number % 2}{number:08d}{kind},"
            f"合成样例装置{number},云湖示例{number % 50}有限公司,2016-0{month}-11,2018-0{month}-21,授权\n"
        )
    path.write_text("".join(lines), encoding="utf-8-sig")


def harness(folder: Path, *, kills: int, seed: int, rows: int, guard_off: Callable[[], None] | None = None) -> Outcome:
    """Kill imports until so many kills were given. guard_off: run in the child to switch a guard off (control)."""
    rng = random.Random(seed)
    outcome, began = Outcome(), time.monotonic()
    export = folder / "export.csv"
    write_patents(export, rows)
    clean = folder / "clean"
    took = _import(clean, export, kill_after=None, guard_off=None).seconds
    digest = _digest(clean)
    home_number = 0
    while outcome.kills < kills:
        home = folder / f"home{home_number}"
        home_number += 1
        acknowledged = 0
        while True:
            budget = None if outcome.kills >= kills else rng.uniform(0.0, took * 1.05)
            attempt = _import(home, export, kill_after=budget, guard_off=guard_off)
            acknowledged = max(acknowledged, attempt.acknowledged)
            outcome.kills += attempt.killed
            outcome.landed += attempt.killed and _stands(home) < rows
            outcome.violations += _look(home, acknowledged, f"seed {seed} home {home_number} kill {outcome.kills}")
            if not attempt.killed:
                break
        outcome.finished_homes += 1
        if _digest(home) != digest:
            outcome.violations.append(f"home {home_number}: the resumed import differs from a clean one")
    outcome.seconds = time.monotonic() - began
    return outcome


@dataclass(frozen=True)
class _Attempt:
    killed: bool
    acknowledged: int
    seconds: float


def _import(home: Path, export: Path, *, kill_after: float | None, guard_off: Callable[[], None] | None) -> _Attempt:
    reading, writing = os.pipe()
    began = time.monotonic()
    child = os.fork()
    if child == 0:
        _run_child(writing, ["import", str(export), "--home", str(home), "--json"], guard_off)
    os.close(writing)
    said, killed = b"", False
    while True:
        left = None if kill_after is None or killed else max(0.0, began + kill_after - time.monotonic())
        ready, _, _ = select.select([reading], [], [], left)
        if not ready:
            os.kill(child, signal.SIGKILL)
            killed = True
            continue
        block = os.read(reading, 65536)
        if not block:
            break
        said += block
    os.close(reading)
    os.waitpid(child, 0)
    through = [int(found) for found in ACKNOWLEDGED.findall(said)]
    return _Attempt(killed, max(through, default=0), time.monotonic() - began)


def _run_child(writing: int, arguments: list[str], guard_off: Callable[[], None] | None) -> None:
    code = 70
    try:
        os.dup2(writing, 2)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.stderr = os.fdopen(2, "w", buffering=1)
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - the process ends with it
        from panhuo.cli import run

        if guard_off is not None:
            from panhuo.desk.registry.opening import setup_django

            setup_django()
            guard_off()
        code = run(arguments)
    finally:
        os._exit(code)


def _stands(home: Path) -> int:
    """Rows of the file that the register says are done."""
    register = home / "register.sqlite3"
    if not register.exists():
        return 0
    with closing(sqlite3.connect(register)) as connection:
        try:
            return int(connection.execute("SELECT coalesce(sum(rows_done), 0) FROM registry_sourcefile").fetchone()[0])
        except sqlite3.OperationalError:  # killed before the tables were made
            return 0


def _look(home: Path, acknowledged: int, where: str) -> list[str]:
    """What must hold after any kill: nothing acknowledged lost, nothing doubled, no batch half there."""
    done = _stands(home)
    if done < acknowledged:
        return [f"{where}: acknowledged {acknowledged} rows, the register has {done}"]
    if done == 0:
        return []
    found = []
    with closing(sqlite3.connect(home / "register.sqlite3")) as connection:

        def count(sql: str) -> int:
            return int(connection.execute(sql).fetchone()[0])

        if connection.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            found.append(f"{where}: integrity check failed")
        for table, sql, expected in (
            ("assets", "SELECT count(*) FROM registry_asset", done),
            ("distinct titles", "SELECT count(DISTINCT title) FROM registry_asset", done),
            ("keys", "SELECT count(*) FROM registry_assetkey", 2 * done),
            ("status words", "SELECT count(*) FROM registry_event", done),
        ):
            if count(sql) != expected:
                found.append(f"{where}: {count(sql)} {table} for {expected} rows done")
    return found


def _digest(home: Path) -> str:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            from panhuo.adapters.files.home import open_home
            from panhuo.desk.registry.opening import open_register

            open_register(open_home(home), write=False)
            from panhuo.desk.registry.digest import register_digest

            os.write(writing, register_digest().encode())
        finally:
            os._exit(0)
    os.close(writing)
    digest = os.read(reading, 100).decode()
    os.close(reading)
    os.waitpid(child, 0)
    return digest
