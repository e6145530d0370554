"""A process killed while it makes the tables of a home leaves one that the next call can open."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

APPS = ("history", "people", "registry", "listings", "assessments", "valuations")
KILLED = """
import os, sys
from panhuo.cli import run
from django.db.migrations.recorder import MigrationRecorder

noted = MigrationRecorder.record_applied

def killed(self, label, name):
    if label == sys.argv[2]:
        os.kill(os.getpid(), 9)
    noted(self, label, name)

MigrationRecorder.record_applied = killed
run(["status", "--home", sys.argv[1], "--json"])
"""
"""Dies when the tables of the app's first migration are made, before it is noted that they are."""


@pytest.mark.parametrize("app", APPS)
def test_tables_and_the_note_that_they_were_made_stand_together_or_not_at_all(tmp_path: Path, app: str) -> None:
    home = str(tmp_path / "home")
    env = {name: value for name, value in os.environ.items() if name != "PANHUO_DATABASE_URL"}
    killed = [sys.executable, "-c", KILLED, home, app]
    dead = subprocess.run(killed, env=env, capture_output=True, text=True, check=False)
    assert dead.returncode == -9, dead.stderr
    status = [sys.executable, "-m", "panhuo.cli", "status", "--home", home, "--json"]
    answer = subprocess.run(status, env=env, capture_output=True, text=True, check=False)
    assert json.loads(answer.stdout).get("patents") == 0, answer.stdout + answer.stderr
