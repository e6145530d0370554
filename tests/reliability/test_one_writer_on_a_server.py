"""One writer, also when two machines work on one register: two homes, one database, real processes."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from stopped_import import write_files

HOLDS = """
import os, sys, time
from pathlib import Path
from panhuo.desk.registry.opening import setup_django
setup_django()
from panhuo.adapters.files import home
from panhuo.adapters.postgres import locks
guard, lock = sys.argv[2:]
if guard == "folder_only":
    home._servers.clear()
if guard == "kept":
    locks._let_go.__code__ = (lambda: None).__code__
with getattr(home.open_home(Path(sys.argv[1])), lock)():
    if guard in ("forks", "kept") and os.fork():
        time.sleep(60)
    print("locked", flush=True)
    time.sleep(60)
"""
PANHUO = [sys.executable, "-m", "panhuo.cli"]


@pytest.fixture
def address(new_database: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> str:
    """A register of its own for the processes of a test."""
    made = new_database()
    monkeypatch.setenv("PANHUO_DATABASE_URL", made)
    return made


@contextlib.contextmanager
def holding(home: Path, guard: str = "all", lock: str = "writing") -> Iterator[subprocess.Popen[str]]:
    """A process that holds a lock of a home; what is left of its group ends with the block."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(home), guard, lock], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "locked\n"
        yield holder
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(holder.pid, signal.SIGKILL)
        holder.wait()
        holder.stdout.close()


def call(*arguments: object) -> tuple[int, dict[str, Any], str]:
    done = subprocess.run(
        [*PANHUO, *map(str, arguments), "--json"], capture_output=True, text=True, check=False, timeout=120
    )
    return done.returncode, json.loads(done.stdout), done.stderr


def until_it_writes(*arguments: object) -> tuple[int, dict[str, Any], str]:
    """The server sees a moment after the kernel that a client is gone."""
    until = time.monotonic() + 10
    while True:
        found = call(*arguments)
        if found[0] == 0 or time.monotonic() > until:
            return found


def test_a_writer_on_another_machine_is_refused_alike_until_the_first_is_killed(address: str, tmp_path: Path) -> None:
    patents, _ = write_files(tmp_path, 60)
    here, there = tmp_path / "here", tmp_path / "there"
    assert call("status", "--home", here)[0] == 0
    with holding(here) as holder:
        code, answer, said = call("import", patents, "--home", there)
        assert (code, answer["error"]["code"]) == (2, "home_busy")
        assert said.count("\n") == 1
        assert "Another panhuo process is writing to" in said
        assert call("status", "--home", there)[1]["patents"] == 0, "readers go on"
        holder.kill()
        holder.wait()
        code, _, said = until_it_writes("import", patents, "--home", there)
        assert code == 0, said
    assert call("status", "--home", here)[1]["patents"] == 60


def test_control_with_the_folders_lock_alone_the_other_machine_writes_into_it(address: str, tmp_path: Path) -> None:
    patents, _ = write_files(tmp_path, 60)
    assert call("status", "--home", tmp_path / "here")[0] == 0
    with holding(tmp_path / "here", "folder_only"):
        assert call("import", patents, "--home", tmp_path / "there")[0] == 0


@pytest.mark.parametrize("guard", ["forks", "kept"])
def test_a_child_that_outlives_its_killed_parent_keeps_no_lock_of_the_server(
    address: str, tmp_path: Path, guard: str
) -> None:
    """guard "kept" is the control: with the parent's socket in its hands the child would keep everybody out."""
    patents, _ = write_files(tmp_path, 60)
    assert call("status", "--home", tmp_path / "here")[0] == 0
    with holding(tmp_path / "here", guard) as holder:
        holder.kill()
        holder.wait()
        if guard == "forks":
            assert until_it_writes("import", patents, "--home", tmp_path / "there")[0] == 0
        else:
            time.sleep(1)
            assert call("import", patents, "--home", tmp_path / "there")[1]["error"]["code"] == "home_busy"


def test_one_worker_works_on_a_register_from_whatever_machine(address: str, tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    prepared = subprocess.run([*PANHUO, "serve", "--prepare", "--home", str(there)], capture_output=True, check=False)
    assert prepared.returncode == 0, prepared.stderr
    once = [*PANHUO, "work", "--once", "--home", str(there)]
    with holding(here, lock="working"):
        done = subprocess.run(once, capture_output=True, text=True, check=False, timeout=120)
        assert (done.returncode, "Another worker does the jobs" in done.stderr) == (2, True)
        assert asked_for_worker(there) == "True"
    assert asked_for_worker(there) == "False"
    assert subprocess.run(once, capture_output=True, check=False, timeout=120).returncode == 0


def asked_for_worker(home: Path) -> str:
    """What /health asks, on another machine than the worker's."""
    asks = (
        "import sys; from pathlib import Path; from panhuo.desk.registry.opening import setup_django; setup_django()\n"
        "from panhuo.adapters.files.home import open_home; print(open_home(Path(sys.argv[1])).has_worker)"
    )
    done = subprocess.run([sys.executable, "-c", asks, str(home)], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_a_server_that_does_not_answer_is_one_sentence(
    server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PANHUO_DATABASE_URL", f"postgresql://panhuo@/none?host={tmp_path}&port=1")
    patents, _ = write_files(tmp_path, 60)
    code, answer, said = call("import", patents, "--home", tmp_path / "home")
    assert (code, answer["error"]["code"]) == (2, "no_server")
    assert "Traceback" not in said
