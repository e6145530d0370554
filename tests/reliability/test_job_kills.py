"""A background import survives the death of its worker at any moment: nothing lost, nothing doubled, and it ends."""

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


def killed(folder: Path, *, kills: int, rows: int = 4_000, batch: int = 400, guard: str = "all") -> Any:
    asked = f"--kills {kills} --seed {SEED} --rows {rows} --batch {batch} --guard {guard}"
    done = subprocess.run(
        [sys.executable, str(HERE / "job_kills.py"), *asked.split(), "--folder", str(folder)],
        capture_output=True,
        text=True,
        check=False,
        timeout=1_500,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout)
    print(f"\n{found}\nagain: python tests/reliability/job_kills.py {asked} --folder NEW")
    return found


def test_an_import_in_the_background_ends_whole_after_15_killed_workers(tmp_path: Path) -> None:
    found = killed(tmp_path, kills=15)
    assert found["violations"] == []
    assert found["kills"] >= 15


@pytest.mark.full
def test_an_import_in_the_background_ends_whole_after_200_killed_workers(tmp_path: Path) -> None:
    found = killed(tmp_path, kills=200, rows=10_000, batch=1_000)
    assert found["violations"] == []
    assert found["kills"] >= 200


def test_control_progress_that_is_committed_apart_from_its_rows_is_found_out(tmp_path: Path) -> None:
    found = killed(tmp_path, kills=60, guard="progress_apart")
    assert any("lost: " in violation for violation in found["violations"])
