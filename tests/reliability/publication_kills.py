"""Kill the worker at random moments of the publication of a list, and say what does not hold afterwards.

Run as a program of its own: `python tests/reliability/publication_kills.py --kills 20 --seed 1 --folder NEW` prints one
JSON object. In each home an approved draft waits for publication; a forked worker is killed with SIGKILL at moments
drawn over the time of an undisturbed one, and then left to its end. After each kill the register is looked into with
plain sqlite3: there is no edition or a whole one, each number once, and the draft says the same.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sqlite3
import sys
import time
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

MOST_KILLS_PER_HOME = 4
PAUSE = 2.0
"""Seconds between the statements that the control sets apart, so that kills land there however slow a machine is."""


def rows_apart() -> None:
    """The control: each statement of a publication stands at once, as without its transaction."""
    from contextlib import nullcontext

    from panhuo.desk.editions import draft_actions, work
    from panhuo.desk.listings import actions
    from panhuo.desk.listings.models import EditionRow

    class Apart:
        @staticmethod
        def atomic() -> Any:
            return nullcontext()

    written = EditionRow.objects.bulk_create

    def late(rows: Any, **told: Any) -> Any:
        time.sleep(PAUSE)
        return written(rows, **told)

    EditionRow.objects.bulk_create = late  # type: ignore[method-assign]
    actions.transaction = Apart  # type: ignore[assignment]
    draft_actions.publish = draft_actions.publish.__wrapped__  # type: ignore[attr-defined]
    assert work.publish_draft  # reads the name when it is called


GUARDS = {"all": lambda: None, "rows_apart": rows_apart}


def approved_draft(root: Path, rows: int) -> None:
    """A home with so many offered rights and an approved draft of them whose publication was asked for."""
    from django.db import connections

    from desk.listings.made_register import Register
    from desk.people.made_people import RULES, organisation, person
    from panhuo.adapters.files.home import open_home
    from panhuo.desk.editions.draft_actions import ask_to_publish, make_draft, pass_review, submit
    from panhuo.desk.editions.models import Draft
    from panhuo.desk.jobs.worker import work_through
    from panhuo.desk.registry.opening import open_register
    from panhuo.terms.roles import OrganisationKind, Role
    from panhuo.web.clock import now

    home = open_home(root)
    with home.writing():
        open_register(home, write=True)
        register = Register()
        for number in range(rows):
            register.offer(register.right(f"合成样例{number}"))
        register.commit()
    unit = organisation("云湖市局", OrganisationKind.CITY_OFFICE, 901, region="990100")
    author, reviewer, publisher = (
        person(login, Role.CITY_OFFICER, unit) for login in ("author", "reviewer", "publisher")
    )
    draft = make_draft(
        kind="supply_list", title="清单", day=date(2026, 11, 23), audience="firms", unit=unit, actor=author, at=now(),
        rules=RULES,
    )  # fmt: skip
    work_through(home, clock=now)
    draft = Draft.objects.get()
    submit(draft, actor=author, at=now(), rules=RULES)
    pass_review(draft, actor=reviewer, at=now(), rules=RULES)
    ask_to_publish(draft, actor=publisher, at=now(), rules=RULES)
    connections.close_all()


def look(root: Path, rows: int, *, is_over: bool) -> list[str]:
    """What does not hold: a half edition, a number used twice, a draft or a log that says otherwise."""
    with closing(sqlite3.connect(root / "register.sqlite3")) as register:

        def all_of(sql: str) -> list[Any]:
            return register.execute(sql).fetchall()

        found = []
        editions = all_of("SELECT id, number FROM listings_edition")
        if len(editions) > 1 or any(number != 1 for _, number in editions):
            found.append(f"editions {editions}")
        for edition, _ in editions:
            ((count,),) = all_of(f"SELECT count(*) FROM listings_editionrow WHERE edition_id = {edition}")
            if count != rows:
                found.append(f"half: {count} of {rows} rows")
        ((state, edition),) = all_of("SELECT state, edition_id FROM editions_draft")
        if (state == "published") != bool(editions) or (edition is None) != (not editions):
            found.append(f"half: the draft is {state} with edition {edition}, editions {editions}")
        ((logged,),) = all_of("SELECT count(*) FROM history_loggedaction WHERE act = 'edition.published'")
        if logged != len(editions):
            found.append(f"half: {logged} entries of the log for {len(editions)} editions")
        if is_over and len(editions) != 1:
            found.append("lost: nothing was published at the end")
        return found


def run(folder: Path, *, kills: int, seed: int, rows: int, guard: str) -> dict[str, Any]:
    """Kill until so many workers were killed; with a guard off until something is found."""
    from job_kills import GUARDS as JOB_GUARDS
    from job_kills import work

    JOB_GUARDS.update(GUARDS)
    rng = random.Random(seed)
    outcome: dict[str, Any] = {"kills": 0, "homes": 0, "violations": [], "seed": seed}
    began = time.monotonic()
    made = folder / "made"
    approved_draft(made, rows)
    clean = folder / "clean"
    shutil.copytree(made, clean)
    _, seconds = work(clean, None, guard)
    outcome["undisturbed_seconds"] = round(seconds, 2)
    while outcome["kills"] < kills and not (guard != "all" and outcome["violations"]):
        root = folder / f"home{outcome['homes']}"
        shutil.copytree(made, root)
        for turn in range(MOST_KILLS_PER_HOME + 1):
            last = turn == MOST_KILLS_PER_HOME or outcome["kills"] >= kills
            # The write lies at the end: most kills are aimed there.
            after = (
                None if last else rng.choice((rng.uniform(0.0, seconds), rng.uniform(seconds * 0.7, seconds * 1.05)))
            )
            killed, _ = work(root, after, guard)
            outcome["kills"] += killed
            where = f"home {outcome['homes']}, turn {turn}: "
            outcome["violations"] += [where + said for said in look(root, rows, is_over=not killed)]
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
    parser.add_argument("--rows", type=int, default=300)
    parser.add_argument("--guard", choices=sorted(GUARDS), default="all")
    parser.add_argument("--folder", type=Path, required=True)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from job_kills import make_ready

    make_ready(asked.folder, 400)
    json.dump(run(asked.folder, kills=asked.kills, seed=asked.seed, rows=asked.rows, guard=asked.guard), sys.stdout)


if __name__ == "__main__":
    main()
