"""Validated import of N synthetic patents beside a bare SQLite insert of the same rows, at the same durability.

Ours: the command `panhuo import` on a CSV in a process of its own (reading, check digits, dates, symbols, owners,
merge by key, events, resume point). Reference: the finished rows of asset, key and event tables put into empty
tables of the same shape, same indexes, same pragmas, batches of the same size. Interleaved, medians of ratios.
"""

from __future__ import annotations

import json
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from panhuo.demo_city.bulk import write_bulk_csv

TABLES = ("registry_asset", "registry_assetkey", "registry_event")
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "cache_size=-65536", "temp_store=MEMORY")
BATCH = 5_000
SIZES = (100_000, 1_000_000)
ROUNDS = {100_000: 5, 1_000_000: 3}


def run(patents: int, *, rounds: int, seed: int = 2025) -> dict[str, Any]:
    """Time both, `rounds` times in turn."""
    folder = Path(tempfile.mkdtemp(prefix="panhuo-bench-"))
    try:
        export = write_bulk_csv(folder / f"bulk-{patents}.csv", patents, seed)
        pairs: list[tuple[_Taken, _Taken]] = []
        for number in range(rounds):
            home = folder / f"home{number}"
            ours = _ours(export, home, patents)
            pairs.append((ours, _bare(home / "register.sqlite3", folder / f"bare{number}.sqlite3")))
            shutil.rmtree(home)
        return {
            "patents": patents,
            "csv_mb": round(export.stat().st_size / 1e6, 1),
            "ours_s": statistics.median(ours.wall for ours, _ in pairs),
            "ours_cpu_s": statistics.median(ours.cpu for ours, _ in pairs),
            "bare_s": statistics.median(bare.wall for _, bare in pairs),
            "bare_cpu_s": statistics.median(bare.cpu for _, bare in pairs),
            "ratio": _ratio([ours.wall / bare.wall for ours, bare in pairs]),
            "cpu_ratio": _ratio([ours.cpu / bare.cpu for ours, bare in pairs]),
            "peak_mb": max(ours.peak_mb for ours, _ in pairs),
        }
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True)
class _Taken:
    """Wall and CPU seconds; peak_mb: of all processes together, pages that they share counted for each."""

    wall: float
    cpu: float
    peak_mb: int = 0


def _ratio(ratios: list[float]) -> str:
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})"


def _ours(export: Path, home: Path, patents: int) -> _Taken:
    command = [sys.executable, "-m", "panhuo.cli", "import", str(export), "--home", str(home), "--json"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began, peak = time.perf_counter(), 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as job:
        while job.poll() is None:
            peak = max(peak, _held_mb(job.pid))
            time.sleep(0.1)
        took = time.perf_counter() - began
        assert job.stdout is not None
        answer = json.loads(job.stdout.read())
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert (job.returncode, answer["new"]) == (0, patents), answer
    return _Taken(took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, peak)


def _held_mb(pid: int) -> int:
    """Resident memory of a process and its children."""
    held = 0
    for one in (str(pid), *_children(pid)):
        with suppress(OSError):
            pages = int(Path(f"/proc/{one}/statm").read_text().split()[1])
            held += pages * resource.getpagesize()
    return held >> 20


def _children(pid: int) -> list[str]:
    with suppress(OSError):
        return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return []


def _bare(register: Path, target: Path) -> _Taken:
    """Insert the finished rows into empty tables; reading them out of the register is not counted."""
    took = cpu = 0.0
    with closing(sqlite3.connect(register)) as source, closing(sqlite3.connect(target, isolation_level=None)) as bare:
        for pragma in PRAGMAS:
            bare.execute(f"PRAGMA {pragma}")
        streams = {}
        for table in TABLES:
            for (sql,) in source.execute(
                "SELECT sql FROM sqlite_master WHERE tbl_name=? AND sql IS NOT NULL", (table,)
            ):
                bare.execute(sql)
            rows = source.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            assets = source.execute("SELECT count(*) FROM registry_asset").fetchone()[0]
            streams[table] = _chunks(source, table, max(1, round(BATCH * rows / assets)))
        while True:
            batches = {table: next(stream, []) for table, stream in streams.items()}
            if not any(batches.values()):
                break
            began, at_work = time.perf_counter(), time.process_time()
            bare.execute("BEGIN IMMEDIATE")
            for table, rows in batches.items():
                if rows:
                    bare.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(rows[0]))})", rows)
            bare.execute("COMMIT")
            took += time.perf_counter() - began
            cpu += time.process_time() - at_work
    target.unlink()
    return _Taken(took, cpu)


def _chunks(source: sqlite3.Connection, table: str, size: int) -> Iterator[list[tuple[object, ...]]]:
    cursor = source.execute(f"SELECT * FROM {table} ORDER BY rowid")
    while rows := cursor.fetchmany(size):
        yield rows


def main() -> None:
    """Print the table of docs/performance.md."""
    headings = ("patents", "CSV MB", "import s (CPU)", "bare insert s (CPU)", "ratio (range)", "CPU ratio (range)")
    print(f"| {' | '.join((*headings, 'peak MB'))} |")
    print("|---|---|---|---|---|---|---|")
    for patents in SIZES:
        found = run(patents, rounds=ROUNDS.get(patents, 3))
        print(
            f"| {patents:,} | {found['csv_mb']} | {found['ours_s']:.1f} ({found['ours_cpu_s']:.1f}) |"
            f" {found['bare_s']:.1f} ({found['bare_cpu_s']:.1f}) | {found['ratio']} | {found['cpu_ratio']} |"
            f" {found['peak_mb']} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
