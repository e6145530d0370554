"""Undo each of our migrations on a filled register and do it again, and say what does not come back.

`python tests/reliability/migrations_back.py --folder NEW [--first]` prints one JSON object. Every migration is tried on
a copy of its own, with those that stand on it. What a table or column that goes had in it goes with it; every other
value must be the same afterwards, and the log must have the same root. --first: also those that make an app's tables.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from approvals import approve_all, tree_faults, waiting_home

LIBRARIES = {"account", "mfa", "socialaccount", "usersessions", "sessions", "django_tasks_database"}
OF_DJANGO = {"django_migrations", "sqlite_sequence"}


def content(register: Path) -> dict[str, tuple[list[str], list[Any]]]:
    """Columns and rows of each table."""
    with closing(sqlite3.connect(register)) as opened:
        names = [name for (name,) in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = {}
        for name in sorted({*names} - OF_DJANGO):
            rows = opened.execute(f'SELECT * FROM "{name}" ORDER BY 1')
            found[name] = ([column for column, *_ in rows.description], rows.fetchall())
        return found


def root_of_log(register: Path) -> Any:
    with closing(sqlite3.connect(register)) as opened:
        faults = tree_faults(lambda sql: opened.execute(sql).fetchall())
        return faults or opened.execute("SELECT size, tops FROM history_logtree").fetchall()


def step(home: Path, targets: Any) -> None:
    from panhuo.adapters.files.home import open_home
    from panhuo.desk.registry.opening import point_to, whole_steps

    point_to(open_home(home))
    whole_steps().migrate(targets)


def tried(made: Path, home: Path, key: tuple[str, str], before: tuple[str, str | None]) -> list[str]:
    """Undo one, look, do it again, look."""
    from django.db import connections

    shutil.copytree(made, home)
    register = home / "register.sqlite3"
    old = content(register)
    step(home, [before])
    connections.close_all()
    between = content(register)
    from panhuo.desk.registry.opening import whole_steps

    step(home, whole_steps().loader.graph.leaf_nodes())
    connections.close_all()
    new, found = content(register), []
    if sorted(new) != sorted(old):
        found.append(f"other tables: {sorted({*new} ^ {*old})}")
    for table, (columns, rows) in old.items():
        kept = between.get(table)
        if kept is None or table not in new or table in {"history_loghead", "history_lognode", "history_logreceipt"}:
            continue
        stay = [column for column in columns if column in kept[0]]
        cut = [columns.index(column) for column in stay]
        again = [new[table][0].index(column) for column in stay]
        if [[row[at] for at in cut] for row in rows] != [[row[at] for at in again] for row in new[table][1]]:
            found.append(f"{table} is not as it was")
    if "history_loggedaction" in between and root_of_log(register) != root_of_log(made / "register.sqlite3"):
        found.append("the log has another root")
    shutil.rmtree(home)
    return [f"{'.'.join(key)}: {one}" for one in found]


def run(folder: Path, *, first: bool) -> dict[str, Any]:
    from django.db import connections

    from panhuo.desk.registry.opening import whole_steps

    made, began = folder / "made", time.monotonic()
    waiting_home(made, 3)
    approve_all(lambda _line: None)
    connections.close_all()
    with closing(sqlite3.connect(made / "register.sqlite3")) as opened:
        opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    graph = whole_steps().loader.graph
    outcome: dict[str, Any] = {
        "tried": [],
        "violations": [],
        "rows": sum(len(r) for _, r in content(made / "register.sqlite3").values()),
    }
    for key in sorted(graph.nodes):
        parents = [parent.key for parent in graph.node_map[key].parents if parent.key[0] == key[0]]
        if key[0] in LIBRARIES or not (parents or first):
            continue
        before = parents[0] if parents else (key[0], None)
        outcome["tried"].append(".".join(key))
        try:
            outcome["violations"] += tried(made, folder / "copy", key, before)
        except Exception as error:  # what a migration raises is what is looked for
            outcome["violations"].append(f"{'.'.join(key)}: {type(error).__name__}: {error}")
            connections.close_all()
            shutil.rmtree(folder / "copy")
    outcome["seconds"] = round(time.monotonic() - began, 1)
    return outcome


def main() -> None:
    """Print the outcome as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", action="store_true")
    parser.add_argument("--folder", type=Path, required=True)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from job_kills import make_ready

    make_ready(asked.folder, 400)
    json.dump(run(asked.folder, first=asked.first), sys.stdout)


if __name__ == "__main__":
    main()
