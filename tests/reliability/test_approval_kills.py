"""An approval is whole or not there: state, step, log and what follows, whatever ends the process or the server."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from on_postgresql import programs

SEED = int(os.environ.get("PANHUO_KILL_SEED", "20251130"))
HERE = Path(__file__).parent
ON_A_SERVER = pytest.mark.skipif(programs() is None, reason="PostgreSQL is not installed: apt-get install postgresql")
TRACED = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed: apt-get install strace")


def tried(program: str, folder: Path, asked: str) -> Any:
    asked = f"{asked} --seed {SEED}"
    env = {name: value for name, value in os.environ.items() if name != "PANHUO_DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, str(HERE / program), *asked.split(), "--folder", str(folder)],
        capture_output=True, text=True, check=False, timeout=3_000, env=env,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout)
    print(f"\n{found}\nagain: python tests/reliability/{program} {asked} --folder NEW")
    return found


def test_approvals_stand_whole_or_not_at_all_after_6_killed_processes(tmp_path: Path) -> None:
    found = tried("approval_kills.py", tmp_path, "--faults 6 --patents 6")
    assert (found["violations"], found["landed"]) == ([], 6)


@pytest.mark.full
def test_approvals_stand_whole_or_not_at_all_after_300_killed_processes(tmp_path: Path) -> None:
    found = tried("approval_kills.py", tmp_path, "--faults 300")
    assert (found["violations"], found["landed"]) == ([], 300)


def test_control_approvals_without_their_transaction_are_found_half(tmp_path: Path) -> None:
    found = tried("approval_kills.py", tmp_path, "--faults 60 --patents 6 --guard no_transaction")
    assert any("half: " in one for one in found["violations"])


@ON_A_SERVER
@pytest.mark.parametrize("kind", ["process", "backend", "stop", "cut"])
@pytest.mark.parametrize("faults", [3, pytest.param(75, marks=pytest.mark.full)])
def test_on_a_server_too_and_after_its_own_end_and_cut_connections(tmp_path: Path, kind: str, faults: int) -> None:
    found = tried("approval_kills.py", tmp_path, f"--faults {faults} --patents 6 --kind {kind} --server")
    assert (found["violations"], found["amcheck"], found["landed"]) == ([], "", faults)


@TRACED
@pytest.mark.parametrize("cuts", [60, pytest.param(400, marks=pytest.mark.full)])
def test_what_was_acknowledged_stands_whole_after_a_power_cut(tmp_path: Path, cuts: int) -> None:
    found = tried("power_loss.py", tmp_path, f"--cuts {cuts} --patents {cuts // 12}")
    assert found["violations"] == []
    assert (found["acknowledged"], found["syncs"] >= found["acknowledged"]) == (2 * (cuts // 12), True)


@TRACED
@pytest.mark.parametrize(("guard", "said"), [("synchronous_off", "synced at event"), ("no_transaction", "half: ")])
def test_control_without_fsync_power_cuts_lose_and_without_a_transaction_they_halve(
    tmp_path: Path, guard: str, said: str
) -> None:
    found = tried("power_loss.py", tmp_path, f"--cuts 40 --patents 3 --guard {guard}")
    assert any(said in one for one in found["violations"])
    assert any("lost: " in one for one in found["violations"]) == (guard == "synchronous_off")
