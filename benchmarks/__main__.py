"""`make bench`: every measurement in turn, each beside its reference; prints the tables of docs/performance.md.

`python -m benchmarks --small` measures at 100,000 patents only.
"""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import sqlite3
from importlib.metadata import version

SMALL, LARGE = 100_000, 1_000_000
PARTS = (("Import", "benchmarks.importing"), ("Grading", "benchmarks.grading"), ("Log", "benchmarks.action_log"))
NAMED = ("duckdb", "ibis-framework", "Django", "pyarrow")


def machine() -> str:
    """What the figures were made on: they are ratios first, but a reader wants to know."""
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    versions = ", ".join(f"{name} {version(name)}" for name in NAMED)
    return (
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, {versions}; load before: {load}"
    )


def main() -> None:
    """Run the parts one after the other, never two at once."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--small", action="store_true", help="100,000 patents only")
    parser.add_argument("--only", choices=[title.lower() for title, _ in PARTS], help="one part")
    asked = parser.parse_args()
    print(machine(), flush=True)
    for title, name in PARTS:
        if asked.only in (None, title.lower()):
            print(f"\n## {title}\n", flush=True)
            part = importlib.import_module(name)
            part.SIZES = (SMALL,) if asked.small else (SMALL, LARGE)
            part.main()


if __name__ == "__main__":
    main()
