"""panhuo work and the worker beside panhuo serve: real processes, started again when they die, gone with the server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from panhuo.adapters.files.home import Home, open_home


def _until(holds: Callable[[], bool], *, within: float = 60) -> bool:
    until = time.monotonic() + within
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.05)
    return False


def _call(home: Home, *arguments: str) -> subprocess.Popen[bytes]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PANHUO_", "DJANGO_"))}
    command = [sys.executable, "-m", "panhuo.cli", *arguments, "--home", str(home.root)]
    return subprocess.Popen(command, env=kept, stderr=subprocess.PIPE)


def _worker_of(home: Home) -> int:
    """The process that holds the lock of the home's worker, 0 where none does; as the kernel tells it."""
    place = home.root / "worker.lock"
    if not place.exists():
        return 0
    inode = place.stat().st_ino
    for line in Path("/proc/locks").read_text(encoding="ascii").splitlines():
        told = line.split()
        if "WRITE" in told and any(part.endswith(f":{inode}") for part in told):
            return int(told[told.index("WRITE") + 1])
    return 0


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return open_home(tmp_path / "office")


def test_a_worker_beside_the_server_is_started_again_when_killed_and_ends_with_it(home: Home) -> None:
    server = _call(home, "serve", "--port", "0")
    try:
        assert _until(lambda: _worker_of(home) > 0), "no worker beside the server"
        first = _worker_of(home)
        os.kill(first, signal.SIGKILL)
        assert _until(lambda: _worker_of(home) not in {0, first}), "it was not started again"
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=60) == 0
        assert not home.has_worker
    finally:
        server.kill()
        server.communicate()


def test_a_worker_ends_when_its_server_is_killed(home: Home) -> None:
    server = _call(home, "serve", "--port", "0")
    try:
        assert _until(lambda: _worker_of(home) > 0)
    finally:
        server.kill()
        server.communicate()
    assert _until(lambda: not home.has_worker), "it outlived its server"


def test_sigterm_ends_a_worker_of_its_own_and_a_second_one_takes_its_place(home: Home) -> None:
    first, second = _call(home, "work"), None
    try:
        assert _until(lambda: _worker_of(home) == first.pid)
        second = _call(home, "work")
        time.sleep(1)
        assert second.poll() is None, "the second one waits"
        first.send_signal(signal.SIGTERM)
        assert first.wait(timeout=60) == 0
        pid = second.pid
        assert _until(lambda: _worker_of(home) == pid)
        second.send_signal(signal.SIGTERM)
        assert second.wait(timeout=60) == 0
    finally:
        for one in filter(None, (first, second)):
            one.kill()
            one.communicate()


def test_control_without_a_worker_nobody_holds_the_lock(home: Home) -> None:
    server = _call(home, "serve", "--port", "0", "--no-worker")
    try:
        assert _until(lambda: (home.root / "secret.key").exists())
        time.sleep(3)
        assert not home.has_worker
    finally:
        server.kill()
        server.communicate()
