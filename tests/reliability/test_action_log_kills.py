"""kill -9 of writing processes at random instants: the change and its entry stand together or not at all."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

HERE = Path(__file__).parent


def writer(home: Path, guard: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(HERE / "logging_writer.py"), str(home), guard],
        stdout=subprocess.PIPE, text=True, env={**os.environ, "DJANGO_SETTINGS_MODULE": "panhuo.settings"},
    )  # fmt: skip


def killed(home: Path, *, kills: int, seed: int, guard: str = "all", writers: int = 1) -> list[str]:
    """Kill writers again and again; gives what does not agree in the register."""
    chance, found = Random(seed), []
    for number in range(kills):
        jobs = []
        for one in range(writers):
            job = writer(home, "second" if one else guard)
            assert job.stdout is not None
            assert job.stdout.readline() == "ready\n"
            jobs.append(job)
        time.sleep(chance.uniform(0.0, 0.25))
        for job in jobs:
            job.send_signal(signal.SIGKILL)
        for job in jobs:
            job.wait()
            assert job.stdout is not None
            job.stdout.close()
        found += [f"kill {number}: {one}" for one in disagreements(home / "register.sqlite3")]
    return found


def disagreements(register: Path) -> list[str]:
    from panhuo.engine.proof import Frontier, root_of, tree_hash

    with closing(sqlite3.connect(register)) as opened:
        made = [f"portfolio:{one}" for (one,) in opened.execute("SELECT number FROM portfolios_portfolio ORDER BY id")]
        rows = opened.execute("SELECT number, subject, leaf FROM history_loggedaction ORDER BY number").fetchall()
        tree = opened.execute("SELECT size, tops FROM history_logtree").fetchone() or (0, b"")
    sha, found = tree_hash("sha256"), []
    if [subject for _, subject, _ in rows] != made:
        found.append(f"{len(made)} changes, {len(rows)} entries")
    if [number for number, _, _ in rows] != list(range(1, len(rows) + 1)):
        found.append("a gap in the numbers")
    if Frontier.read(sha, *tree).root() != root_of(sha, [leaf for _, _, leaf in rows]):
        found.append("the tree is not that of the entries")
    return found


def test_change_and_entry_agree_under_6_kills(tmp_path: Path) -> None:
    assert killed(tmp_path / "home", kills=6, seed=1) == []


def test_two_writers_at_once_do_not_fork_the_tree(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert killed(home, kills=2, seed=2, writers=2) == []
    with closing(sqlite3.connect(home / "register.sqlite3")) as opened:
        assert opened.execute("SELECT count(*) FROM history_loggedaction").fetchone()[0] > 2


@pytest.mark.full
def test_change_and_entry_agree_under_100_kills_of_two_writers(tmp_path: Path) -> None:
    assert killed(tmp_path / "home", kills=100, seed=3, writers=2) == []


def test_control_an_entry_after_its_change_is_found_out(tmp_path: Path) -> None:
    assert any("changes" in one for one in killed(tmp_path / "home", kills=12, seed=4, guard="no_transaction"))
