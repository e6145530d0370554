"""An import survives kill -9 and Ctrl-C at any moment. The full run's figures stand in docs/reliability.md."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SEED = int(os.environ.get("PANHUO_KILL_SEED", "20251130"))
HERE = Path(__file__).parent


def stopped(
    folder: Path, *, kills: int, rows: int = 6_000, batch: int = 1_000, signal: str = "SIGKILL", guard: str = "all"
) -> Any:
    """Run the harness in a process of its own and print what it found with the command that repeats it."""
    asked = f"--kills {kills} --seed {SEED} --rows {rows} --batch {batch} --signal {signal} --guard {guard}"
    done = subprocess.run(
        [sys.executable, str(HERE / "kills.py"), *asked.split(), "--folder", str(folder)],
        capture_output=True,
        text=True,
        check=False,
        timeout=1_500,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout)
    print(
        f"\nseed {SEED}: {found['kills']} times {signal} ({guard}), {found['phases']}, {found['finished_homes']}"
        f" imports of {found['batches']} batches, {len(found['violations'])} violations, {found['seconds']} s\n"
        f"again: python tests/reliability/kills.py {asked} --folder NEW"
    )
    return found


def all_phases_met(found: Any, each: int) -> None:
    phases = ("reading", "transaction", "between batches", "closing", "after the last commit")
    met = {phase: found["phases"].get(phase, 0) for phase in phases}
    assert min(met["reading"], met["transaction"], met["between batches"]) >= each, met
    assert met["closing"] + met["after the last commit"] >= 1, met


def test_nothing_acknowledged_is_lost_doubled_or_half_there_under_40_kills(tmp_path: Path) -> None:
    found = stopped(tmp_path, kills=40)
    assert found["violations"] == []
    assert found["kills"] == 40
    all_phases_met(found, 4)


@pytest.mark.full
def test_nothing_acknowledged_is_lost_doubled_or_half_there_under_200_kills(tmp_path: Path) -> None:
    found = stopped(tmp_path, kills=200, rows=30_000, batch=5_000)
    assert found["violations"] == []
    assert found["kills"] == 200
    all_phases_met(found, 20)


def test_control_an_acknowledgement_before_its_commit_is_found_out(tmp_path: Path) -> None:
    found = stopped(tmp_path, kills=40, guard="acknowledge_before_commit")
    assert any("lost: " in violation or "register is empty" in violation for violation in found["violations"])


def test_control_a_batch_without_a_transaction_is_found_out(tmp_path: Path) -> None:
    found = stopped(tmp_path, kills=40, guard="no_transaction")
    assert any("half there: " in violation or "doubled: " in violation for violation in found["violations"])


def test_ctrl_c_leaves_nothing_half_done_and_says_one_sentence(tmp_path: Path) -> None:
    found = stopped(tmp_path, kills=15, signal="SIGINT")
    assert found["violations"] == []
    assert found["phases"].get("transaction", 0) >= 2
