"""What was acknowledged stands whole after a power cut: approvals, imports and publications."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from harness import tried

pytestmark = pytest.mark.skipif(
    shutil.which("strace") is None, reason="strace is not installed: apt-get install strace"
)


@pytest.mark.parametrize("cuts", [60, pytest.param(400, marks=pytest.mark.full)])
def test_what_was_acknowledged_stands_whole_after_a_power_cut(tmp_path: Path, cuts: int) -> None:
    found = tried("power_loss.py", tmp_path, f"--cuts {cuts} --size {cuts // 12}")
    assert found["violations"] == []
    assert (found["acknowledged"], found["syncs"] >= found["acknowledged"]) == (2 * (cuts // 12), True)


@pytest.mark.parametrize(("work", "size"), [("import", 600), ("publication", 60)])
@pytest.mark.parametrize("cuts", [40, pytest.param(400, marks=pytest.mark.full)])
def test_an_import_and_a_publication_too(tmp_path: Path, work: str, size: int, cuts: int) -> None:
    taken_up = cuts // 20
    found = tried("power_loss.py", tmp_path, f"--work {work} --cuts {cuts} --size {size} --taken-up {taken_up}")
    assert found["violations"] == []
    assert (found["cuts"], found["acknowledged"] > 0) == (3 * cuts, True)
    assert found["taken_up"] == (taken_up if work == "import" else 0)


@pytest.mark.parametrize(
    ("work", "guard", "said"),
    [
        ("approvals", "synchronous_off", "lost: "),
        ("approvals", "no_transaction", "half: "),
        ("publication", "synchronous_off", "lost: "),
        ("publication", "rows_apart", "half: "),
        ("import", "acknowledge_before_commit", "lost: "),
        ("import", "no_transaction", "doubled: "),
    ],
)
def test_control_without_its_guards_power_cuts_lose_and_halve(tmp_path: Path, work: str, guard: str, said: str) -> None:
    size = {"approvals": 3, "publication": 40, "import": 300}[work]
    found = tried("power_loss.py", tmp_path, f"--work {work} --cuts 40 --size {size} --guard {guard}")
    assert any(said in one for one in found["violations"])
