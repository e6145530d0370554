"""Kill the worker of background jobs at random moments of an import, and say what does not hold afterwards.

Run as a program of its own: `python tests/reliability/job_kills.py --kills 20 --seed 1 --folder NEW` prints one JSON
object. A home in which a file was sent in and its import asked for is copied for each try; a forked worker is killed
with SIGKILL at moments drawn over the time of an undisturbed one, up to four times, and then left to its end. After
each kill the register is looked into with plain sqlite3; at the end the job must be done, with every row there once.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

MOST_KILLS_PER_HOME = 4
"""One fewer than the tries after which a job that gets no further is quarantined."""


PAUSE = 0.2
"""Seconds between what the control sets apart, so that kills land there however slow a machine is."""


def progress_apart() -> None:
    """The control: how far an import is stands in a transaction of its own, before its rows."""
    from panhuo.desk.registry import intake

    honest = intake._Writer.commit

    def early(self: intake._Writer, unit: Any) -> Any:
        self.row.rows_done += unit.items
        self.row.save(update_fields=["rows_done"])
        self.row.rows_done -= unit.items
        time.sleep(PAUSE)
        return honest(self, unit)

    intake._Writer.commit = early  # type: ignore[method-assign]


GUARDS = {"all": lambda: None, "progress_apart": progress_apart}


def make_ready(folder: Path, batch: int) -> None:
    """Settings of the site, on a home that is changed later; loaded once, so that children spend their time working."""
    os.environ["PANHUO_HOME"] = str(folder / "nowhere")
    os.environ["DJANGO_SETTINGS_MODULE"] = "panhuo.web.settings"
    from panhuo.adapters.readers import protocol

    protocol.BATCH_ROWS = batch  # before the readers take it
    from panhuo.desk.registry.opening import setup_django

    setup_django()
    import logging

    logging.disable(logging.CRITICAL)
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def ask_for_import(root: Path, rows: int) -> int:
    """A home in which the import of a file of so many rows waits. Returns the job's number."""
    from django.db import connections

    from desk.imports.made_files import as_csv, stock
    from desk.people.made_people import RULES, organisation, person
    from panhuo.adapters.files.home import open_home
    from panhuo.desk.imports.actions import send_in, start_import
    from panhuo.desk.registry.opening import open_register
    from panhuo.terms.roles import OrganisationKind, Role
    from panhuo.web.clock import now

    home = open_home(root)
    with home.writing():
        open_register(home, write=True)
    officer = person(
        "keji", Role.UNIVERSITY_OFFICER, organisation("云湖大学", OrganisationKind.UNIVERSITY, 4711, region="990101")
    )
    told = {"actor": officer, "at": now(), "rules": RULES}
    data = as_csv(stock("云湖大学", rows, bad=(3, rows // 2)))
    upload = send_in(home, "存量.csv", [data], most_bytes=1 << 30, as_of=None, fills_own=False, **told)
    job = start_import(upload, **told)
    connections.close_all()
    return job.pk


def work(root: Path, after: float | None, guard: str) -> tuple[bool, float]:
    """A worker in a forked child, killed after so many seconds unless it ended before. (was killed, its seconds)"""
    began = time.monotonic()
    child = os.fork()
    if child == 0:
        code = 70
        try:
            from panhuo.adapters.files.home import open_home
            from panhuo.desk.jobs.worker import work_through
            from panhuo.desk.registry.opening import open_register
            from panhuo.web.clock import now

            GUARDS[guard]()
            home = open_home(root)
            open_register(home, write=False)
            work_through(home, clock=now)
            code = 0
        except BaseException:
            import traceback

            traceback.print_exc()
        finally:
            os._exit(code)
    killed = False
    while True:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            code = os.waitstatus_to_exitcode(status)
            if code not in {0, -signal.SIGKILL}:
                raise SystemExit(f"the worker ended with {code}")
            return killed and code != 0, time.monotonic() - began
        if after is not None and not killed and time.monotonic() - began >= after:
            os.kill(child, signal.SIGKILL)
            killed = True
        time.sleep(0.0005)


def look(root: Path, job: int, rows: int, *, is_over: bool) -> list[str]:
    """What does not hold: rows half there or doubled at any time; rows lost, or a job that is not done, at the end."""
    with closing(sqlite3.connect(root / "register.sqlite3")) as register:

        def one(sql: str, *given: Any) -> Any:
            return register.execute(sql, given).fetchone()[0]

        done, rejected = register.execute(
            "SELECT coalesce(sum(rows_done), 0), coalesce(sum(rejected), 0) FROM registry_sourcefile"
        ).fetchone()
        found = []
        assets = one("SELECT count(*) FROM registry_asset")
        if one("SELECT count(DISTINCT title) FROM registry_asset") != assets:
            found.append("doubled: two rows of one patent")
        if one("SELECT count(*) FROM registry_rejectedrow") != rejected:
            found.append(f"rejects: {rejected} counted, others kept")
        if assets != done - rejected:
            found.append(f"{'doubled' if assets > done - rejected else 'lost'}: {assets} patents for {done} rows done")
        if is_over:
            state = one("SELECT state FROM jobs_job WHERE id = ?", job)
            if state != "done":
                found.append(f"the job is {state}")
            if assets != rows - 2:
                found.append(f"lost: {assets} patents of {rows - 2}")
            counts = register.execute("SELECT new, changed, unchanged, rejected FROM imports_upload").fetchone()
            if state == "done" and counts != (rows - 2, 0, 0, 2):
                found.append(f"told {counts}")
            if one("SELECT count(*) FROM django_tasks_database_dbtaskresult"):
                found.append("something is left in the queue")
        return found


def run(folder: Path, *, kills: int, seed: int, rows: int, guard: str) -> dict[str, Any]:
    """Kill until so many workers were killed; with a guard off until something is found."""
    rng = random.Random(seed)
    outcome: dict[str, Any] = {"kills": 0, "homes": 0, "violations": [], "seed": seed}
    began = time.monotonic()
    made, clean = folder / "made", folder / "clean"
    job = ask_for_import(made, rows)
    shutil.copytree(made, clean)
    _, seconds = work(clean, None, guard)
    outcome["undisturbed_seconds"] = round(seconds, 2)
    while outcome["kills"] < kills and not (guard != "all" and outcome["violations"]):
        root = folder / f"home{outcome['homes']}"
        shutil.copytree(made, root)
        for turn in range(MOST_KILLS_PER_HOME + 1):
            after = rng.uniform(0.0, seconds) if turn < MOST_KILLS_PER_HOME and outcome["kills"] < kills else None
            killed, _ = work(root, after, guard)
            outcome["kills"] += killed
            where = f"home {outcome['homes']}, turn {turn}: "
            outcome["violations"] += [where + said for said in look(root, job, rows, is_over=not killed)]
            if not killed:
                break
        outcome["homes"] += 1
        shutil.rmtree(root)
    outcome["seconds"] = round(time.monotonic() - began, 1)
    return outcome


def main() -> None:
    """Print the outcome as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--rows", type=int, default=4_000)
    parser.add_argument("--batch", type=int, default=400)
    parser.add_argument("--guard", choices=sorted(GUARDS), default="all")
    parser.add_argument("--folder", type=Path, required=True)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    sys.path.insert(0, str(Path(__file__).parents[1]))
    make_ready(asked.folder, asked.batch)
    json.dump(run(asked.folder, kills=asked.kills, seed=asked.seed, rows=asked.rows, guard=asked.guard), sys.stdout)


if __name__ == "__main__":
    main()
