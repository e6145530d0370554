"""An approval is whole or not there: state, step, log and what follows, whatever ends the process or the server."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness import tried

from on_postgresql import programs

ON_A_SERVER = pytest.mark.skipif(programs() is None, reason="PostgreSQL is not installed: apt-get install postgresql")


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
