"""A process killed while it makes the tables of a home leaves one that the next call can open."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

APPS = ("history", "people", "registry", "listings", "assessments", "valuations")
KILLED = """
import os, sys
from panhuo.cli import run
from panhuo.desk.registry import opening
from django.core.management import call_command
from django.db.migrations.recorder import MigrationRecorder

if sys.argv[3] == "noted apart":
    opening._bring_up_to_date = lambda: call_command("migrate", verbosity=0, interactive=False)

noted = MigrationRecorder.record_applied

def killed(self, label, name):
    if label == sys.argv[2]:
        os.kill(os.getpid(), 9)
    noted(self, label, name)

MigrationRecorder.record_applied = killed
run(["status", "--home", sys.argv[1], "--json"])
"""
"""Dies when the tables of the app's first migration are made, before it is noted that they are. "noted apart": as
Django's own command makes them."""


def opened_after_a_kill(home: Path, app: str, how: str) -> dict[str, Any]:
    """What `panhuo status --json` says of a home whose making was killed."""
    env = {name: value for name, value in os.environ.items() if name != "PANHUO_DATABASE_URL"}
    killed = [sys.executable, "-c", KILLED, str(home), app, how]
    dead = subprocess.run(killed, env=env, capture_output=True, text=True, check=False)
    assert dead.returncode == -9, dead.stderr
    status = [sys.executable, "-m", "panhuo.cli", "status", "--home", str(home), "--json"]
    answer = subprocess.run(status, env=env, capture_output=True, text=True, check=False)
    told: dict[str, Any] = json.loads(answer.stdout)
    return told


@pytest.mark.parametrize("app", APPS)
def test_tables_and_the_note_that_they_were_made_stand_together_or_not_at_all(tmp_path: Path, app: str) -> None:
    told = opened_after_a_kill(tmp_path / "home", app, "whole")
    assert told.get("patents") == 0, told


def test_control_tables_that_are_noted_apart_close_the_home_for_good(tmp_path: Path) -> None:
    told = opened_after_a_kill(tmp_path / "home", "history", "noted apart")
    assert told["error"]["code"] == "register_problem"
    assert "already exists" in told["error"]["message"]
