"""A publication survives the death of its worker: no edition or a whole one, its number used once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

SEED = int(os.environ.get("PANHUO_KILL_SEED", "20251130"))
HERE = Path(__file__).parent


def killed(folder: Path, *, kills: int, guard: str = "all") -> Any:
    asked = f"--kills {kills} --seed {SEED} --guard {guard}"
    done = subprocess.run(
        [sys.executable, str(HERE / "publication_kills.py"), *asked.split(), "--folder", str(folder)],
        capture_output=True, text=True, check=False, timeout=1_500,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout)
    print(f"\n{found}\nagain: python tests/reliability/publication_kills.py {asked} --folder NEW")
    return found


def test_a_publication_is_whole_or_not_there_after_12_killed_workers(tmp_path: Path) -> None:
    found = killed(tmp_path, kills=12)
    assert found["violations"] == []
    assert found["kills"] >= 12


def test_control_a_publication_without_its_transaction_is_found_half(tmp_path: Path) -> None:
    found = killed(tmp_path, kills=60, guard="rows_apart")
    assert any("half: " in violation for violation in found["violations"])
