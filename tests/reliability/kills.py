"""Stop imports at random moments by a signal, and say what does not hold afterwards.

Run as a program of its own, so that the process that forks has one thread: `python tests/reliability/kills.py
--kills 40 --seed 1 --folder /tmp/x` prints one JSON object. The parent forks an importer, reads its
acknowledgements from a pipe, sends the signal, and looks into the register with plain sqlite3. Half of the moments
are drawn over the time of an import, half lie just behind a boundary (a transaction begun or done). The same home is
stopped again and again until its import comes to its end; then its digest must be that of an undisturbed import.
Every second home reads ahead in a process of its own, as large files do. All is drawn from one seed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import select
import shutil
import signal
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from stopped_import import GUARDS, Marks, make_ready, run_import, run_status, write_files

ACKNOWLEDGED = re.compile(r"acknowledged batch \d+ rows \d+ through (\d+) of .*?([^/\n]+)\n")
DRAIN = 65_536


@dataclass
class Outcome:
    """What was tried and what did not hold. phases: where the signals landed; inside: within a transaction."""

    seed: int
    kills: int = 0
    phases: Counter[str] = field(default_factory=Counter)
    finished_homes: int = 0
    batches: int = 0
    violations: list[str] = field(default_factory=list)
    seconds: float = 0.0


@dataclass(frozen=True)
class _Attempt:
    stopped: bool
    phase: str
    code: int
    said: str
    seconds: float
    marks: int

    def acknowledged(self) -> dict[str, int]:
        """File name -> rows acknowledged so far."""
        found: dict[str, int] = {}
        for through, name in ACKNOWLEDGED.findall(self.said):
            found[name] = max(found.get(name, 0), int(through))
        return found


class Harness:
    """Imports of the same files into one home after the other."""

    def __init__(self, folder: Path, *, seed: int, rows: int, sent: signal.Signals, guard: str) -> None:
        self._folder, self._sent, self._guard = folder, sent, guard
        self._rng = random.Random(seed)
        self._files = write_files(folder, rows)
        self.outcome = Outcome(seed)
        self._clean = self._import(folder / "clean", ahead=False, moment=None)
        if self._clean.code != 0:
            raise SystemExit(f"the undisturbed import failed: {self._clean.said}")
        print(f"undisturbed: {self._clean.seconds:.2f} s, {self._clean.marks} marks", file=sys.stderr)
        self.outcome.batches = len(ACKNOWLEDGED.findall(self._clean.said))
        self._rows = sum(self._clean.acknowledged().values())
        self._digest = run_status(folder / "clean")["digest"]

    def run(self, kills: int, *, until_found: bool) -> Outcome:
        """until_found: end at the first home in which something does not hold."""
        began = time.monotonic()
        while self.outcome.kills < kills and not (until_found and self.outcome.violations):
            home = self._folder / f"home{self.outcome.finished_homes}"
            self._until_it_ends(home, kills)
            self.outcome.finished_homes += 1
            if run_status(home)["digest"] != self._digest:
                self._violation("the resumed import differs from an undisturbed one")
            shutil.rmtree(home)
        self.outcome.seconds = round(time.monotonic() - began, 1)
        return self.outcome

    def _until_it_ends(self, home: Path, kills: int) -> None:
        acknowledged: dict[str, int] = {}
        ahead = self.outcome.finished_homes % 2 == 1
        while True:
            share = 1 - sum(acknowledged.values()) / self._rows
            moment = self._moment(share) if self.outcome.kills < kills else None
            attempt = self._import(home, ahead=ahead, moment=moment)
            for name, through in attempt.acknowledged().items():
                acknowledged[name] = max(acknowledged.get(name, 0), through)
            self.outcome.kills += attempt.stopped
            self.outcome.phases += Counter([attempt.phase] * attempt.stopped)
            for said in (*_said_well(attempt, self._sent), *_look(home, acknowledged)):
                self._violation(said)
            if not attempt.stopped or attempt.code == 0 or (self._guard != "all" and self.outcome.violations):
                return

    def _moment(self, share: float) -> Callable[[float, Marks], bool]:
        """share: of the rows that are not acknowledged yet; early moments are likelier, so that a home meets many."""
        if self._rng.random() < 0.5:
            after = self._rng.uniform(0.0, self._clean.seconds * share)
            return lambda elapsed, _marks: elapsed >= after
        last = max(2, round(self._clean.marks * share))
        mark, more = self._rng.randint(1, min(last, 6)), self._rng.uniform(0.0, 0.01)
        return lambda elapsed, marks: marks.count >= mark and elapsed >= marks.at + more

    def _violation(self, said: str) -> None:
        where = f"seed {self.outcome.seed}, home {self.outcome.finished_homes}, kill {self.outcome.kills}"
        self.outcome.violations.append(f"{where}: {said}")

    def _import(self, home: Path, *, ahead: bool, moment: Callable[[float, Marks], bool] | None) -> _Attempt:
        marks = Marks()
        reading, writing = os.pipe()
        began = time.monotonic()
        child = os.fork()
        if child == 0:
            run_import(self._files, home, writing, marks, ahead=ahead, guard=self._guard)
        os.close(writing)
        said, stopped, phase, status = b"", False, "", None
        while status is None:
            if select.select([reading], [], [], 0.0004)[0]:
                said += os.read(reading, DRAIN)
            if moment is not None and not stopped and moment(time.monotonic() - began, marks):
                phase = marks.phase
                os.kill(child, self._sent)
                stopped = True
            found, status_word = os.waitpid(child, os.WNOHANG)
            status = status_word if found else None
        while select.select([reading], [], [], 0)[0] and (block := os.read(reading, DRAIN)):
            said += block  # a reader that outlives its parent may hold the pipe: its end is not waited for
        os.close(reading)
        code = os.waitstatus_to_exitcode(status)
        return _Attempt(stopped, phase, code, said.decode(), time.monotonic() - began, marks.count)


def _said_well(attempt: _Attempt, sent: signal.Signals) -> list[str]:
    """An importer that was not stopped ends with 0; one that was asked to stop says so in one sentence."""
    allowed = {0} if not attempt.stopped else {0, -sent} if sent == signal.SIGKILL else {0, 130}
    if attempt.code not in allowed or "Traceback" in attempt.said:
        return [f"ended with {attempt.code}: {attempt.said[-600:]}"]
    if attempt.code == 130 and "panhuo: Stopped. What was acknowledged stands" not in attempt.said:
        return [f"stopped without a sentence: {attempt.said[-200:]}"]
    return []


def _look(home: Path, acknowledged: Mapping[str, int]) -> list[str]:
    """What must hold after any stop: nothing acknowledged lost, nothing doubled, no batch half there."""
    register = home / "register.sqlite3"
    if not register.exists():
        return [f"acknowledged {dict(acknowledged)}, and there is no register"] if acknowledged else []
    with closing(sqlite3.connect(register)) as connection:
        try:
            done = dict(connection.execute("SELECT name, rows_done FROM registry_sourcefile").fetchall())
        except sqlite3.OperationalError:  # stopped before the tables were made
            done = {}
        if not done:
            return [f"acknowledged {dict(acknowledged)}, and the register is empty"] if acknowledged else []
        return _lost(acknowledged, done) + _torn(connection, done)


def _lost(acknowledged: Mapping[str, int], done: Mapping[str, int]) -> list[str]:
    stands = {Path(name).name: rows for name, rows in done.items()}
    return [
        f"lost: {rows} rows of {name} were acknowledged, the register has {stands.get(name, 0)}"
        for name, rows in acknowledged.items()
        if stands.get(name, 0) < rows
    ]


def _torn(connection: sqlite3.Connection, done: Mapping[str, int]) -> list[str]:
    patents, recordals = (
        sum(rows for name, rows in done.items() if Path(name).name == file) for file in ("patents.csv", "licences.csv")
    )
    found = []
    if connection.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
        found.append("integrity check failed")
    for what, sql, expected in (
        ("assets", "SELECT count(*) FROM registry_asset", patents),
        ("distinct titles", "SELECT count(DISTINCT title) FROM registry_asset", patents),
        ("keys", "SELECT count(*) FROM registry_assetkey", 2 * patents),
        ("status words", "SELECT count(*) FROM registry_event WHERE ledger = ''", patents),
        ("recordals", "SELECT count(*) FROM registry_event WHERE ledger != ''", recordals),
        ("distinct recordals", "SELECT count(DISTINCT number) FROM registry_event WHERE ledger != ''", recordals),
    ):
        (count,) = connection.execute(sql).fetchone()
        if count != expected:
            found.append(f"{'doubled' if count > expected else 'half there'}: {count} {what} for {expected} rows done")
    return found


def main() -> None:
    """Print the outcome as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--rows", type=int, default=6_000)
    parser.add_argument("--batch", type=int, default=1_000, help="rows of a transaction")
    parser.add_argument("--signal", choices=("SIGKILL", "SIGINT"), default="SIGKILL")
    parser.add_argument("--guard", choices=sorted(GUARDS), default="all")
    parser.add_argument("--folder", type=Path, required=True)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    make_ready(asked.batch)
    sent = signal.Signals[asked.signal]
    harness = Harness(asked.folder, seed=asked.seed, rows=asked.rows, sent=sent, guard=asked.guard)
    json.dump(vars(harness.run(asked.kills, until_found=asked.guard != "all")), sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
