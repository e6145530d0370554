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
from contextlib import closing
from pathlib import Path

from panhuo.demo_city.bulk import write_bulk_csv

TABLES = ("registry_asset", "registry_assetkey", "registry_event")
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "cache_size=-65536", "temp_store=MEMORY")
BATCH = 5_000


def run(patents: int, *, rounds: int, seed: int = 2025) -> dict[str, object]:
    """Time both, `rounds` times in turn."""
    folder = Path(tempfile.mkdtemp(prefix="panhuo-bench-"))
    try:
        export = write_bulk_csv(folder / f"bulk-{patents}.csv", patents, seed)
        pairs = []
        for number in range(rounds):
            home = folder / f"home{number}"
            ours, memory, counts = _ours(export, home)
            bare = _bare(home / "register.sqlite3", folder / f"bare{number}.sqlite3")
            pairs.append((ours, bare, memory))
            if number + 1 < rounds:
                shutil.rmtree(home)
        ratios = [ours / bare for ours, bare, _ in pairs]
        return {
            "patents": patents,
            "rows_rejected": counts["rejected"],
            "csv_mb": round(export.stat().st_size / 1e6, 1),
            "ours_s": round(statistics.median(ours for ours, _, _ in pairs), 2),
            "bare_s": round(statistics.median(bare for _, bare, _ in pairs), 2),
            "ratio": round(statistics.median(ratios), 2),
            "ratio_range": (round(min(ratios), 2), round(max(ratios), 2)),
            "peak_mb": max(memory for _, _, memory in pairs),
        }
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _ours(export: Path, home: Path) -> tuple[float, int, dict[str, int]]:
    command = [sys.executable, "-m", "panhuo.cli", "import", str(export), "--home", str(home), "--json"]
    began = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    took = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    return took, peak, json.loads(done.stdout)


def _bare(register: Path, target: Path) -> float:
    """Insert the finished rows into empty tables; reading them out of the register is not counted."""
    took = 0.0
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
            began = time.perf_counter()
            bare.execute("BEGIN IMMEDIATE")
            for table, rows in batches.items():
                if rows:
                    bare.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(rows[0]))})", rows)
            bare.execute("COMMIT")
            took += time.perf_counter() - began
    target.unlink()
    return took


def _chunks(source: sqlite3.Connection, table: str, size: int) -> Iterator[list[tuple[object, ...]]]:
    cursor = source.execute(f"SELECT * FROM {table} ORDER BY rowid")
    while rows := cursor.fetchmany(size):
        yield rows


def main() -> None:
    """Print the table of docs/performance.md."""
    print("| patents | CSV MB | import s | bare insert s | ratio (range) | peak MB |")
    print("|---|---|---|---|---|---|")
    for patents, rounds in ((100_000, 5), (1_000_000, 3)):
        found = run(patents, rounds=rounds)
        low, high = found["ratio_range"]  # type: ignore[misc]
        print(
            f"| {found['patents']:,} | {found['csv_mb']} | {found['ours_s']} | {found['bare_s']} | "
            f"{found['ratio']} ({low}–{high}) | {found['peak_mb']} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
