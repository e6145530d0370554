"""panhuo demo as a process of its own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DEMO = ("--patents", "1500", "--seed", "2025")


@dataclass(frozen=True)
class DemoRun:
    """One call of panhuo demo as a process of its own. truth: truth.json of its city."""

    code: int
    out: str
    said: str
    home: Path
    truth: dict[str, Any]

    @property
    def answer(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found

    @property
    def results(self) -> Path:
        return self.home / "results"

    def again(self) -> DemoRun:
        """The same call once more on the same home."""
        return run_demo(self.home)

    def copied(self, to: Path) -> Path:
        """The installation without the city and the written files, for calls that must not disturb other tests."""
        shutil.copytree(self.home, to, ignore=shutil.ignore_patterns("city", "results"))
        return to


def run_demo(home: Path) -> DemoRun:
    """panhuo demo on a home."""
    call = [sys.executable, "-m", "panhuo.cli", "demo", *DEMO, "--home", str(home), "--json"]
    done = subprocess.run(call, capture_output=True, text=True, encoding="utf-8", check=False)
    path = home / "city" / "1500-2025" / "truth" / "truth.json"
    truth = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return DemoRun(done.returncode, done.stdout, done.stderr, home, truth)
