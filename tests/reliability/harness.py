"""The programs of this folder, each run in a process of its own and answering with one JSON object."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

SEED = int(os.environ.get("PANHUO_KILL_SEED", "20251130"))
HERE = Path(__file__).parent


def tried(program: str, folder: Path, asked: str) -> Any:
    """What a program found; how to run it again is printed."""
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
