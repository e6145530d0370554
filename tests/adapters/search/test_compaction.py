"""Compaction by itself: one at a time, it gives way to writers, it says when it last ran."""

from __future__ import annotations

import fcntl
import threading
import time
from datetime import date
from pathlib import Path

import click
import pytest
from test_search_table import Bench, patent, patents

from panhuo.adapters.files.home import open_home
from panhuo.adapters.search import compaction
from panhuo.adapters.search.compaction import compact, giving_way, last_compaction
from panhuo.cli import compact_command
from panhuo.cli.compact_command import SWITCH, compact_later, start_compaction
from panhuo.rules import load_pack

RULES = load_pack("national").at(date(2026, 11, 22))


@pytest.fixture
def late(tmp_path: Path) -> Path:
    """A home with a search table of which one row waits."""
    open_home(tmp_path)
    bench = Bench(tmp_path)
    bench.refresh(patents(), "one")
    bench.refresh([*patents(), patent(30, "新到的石灰窑")], "two")
    return tmp_path


def test_one_at_a_time_and_the_lock_of_another_is_respected(late: Path) -> None:
    with (late / "search" / compaction.LOCK).open("a+") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert compact(late / "search", "now") is None
        assert last_compaction(late / "search") is None
    done = compact(late / "search", "now")
    assert done is not None
    assert (done.at, done.taken_in) == ("now", 1)
    assert last_compaction(late / "search") == done


def test_no_table_or_a_spoilt_mark_is_no_error(tmp_path: Path) -> None:
    assert compact(tmp_path / "none", "now") is None
    assert compact(tmp_path, "now") is None
    (tmp_path / compaction.MARK).write_text("{spoilt", encoding="utf-8")
    assert last_compaction(tmp_path) is None


def test_it_gives_way_as_soon_as_a_writer_begins_and_not_before(late: Path) -> None:
    ended = threading.Event()
    with giving_way(late / "search", ended.set):
        assert not ended.wait(0.25), "the negative control: nobody writes"
        Bench(late).refresh(patents(), "three")
        assert ended.wait(2)
    ended.clear()
    Bench(late).refresh(patents(), "four")
    assert not ended.wait(0.25), "nothing is ended that is over"


def test_a_repair_asks_a_compaction_in_the_background_to_give_way(late: Path) -> None:
    other = (late / "search" / compaction.LOCK).open("a+")
    fcntl.flock(other, fcntl.LOCK_EX)
    with giving_way(late / "search", other.close):
        done = Bench(late).builder().compact("now")
    assert done is not None
    assert done.taken_in == 1


def test_a_command_starts_one_in_the_background_that_outlives_it(late: Path) -> None:
    start_compaction(late)
    until = time.monotonic() + 30
    while last_compaction(late / "search") is None and time.monotonic() < until:
        time.sleep(0.1)
    done = last_compaction(late / "search")
    assert done is not None
    assert done.taken_in == 1


@pytest.mark.parametrize(
    ("waiting", "rows", "switch", "started"),
    [(2_000, 10_000, "", 1), (1_999, 10_000, "", 0), (4_999, 1_000_000, "", 0), (5_000, 1_000_000, "", 1),
     (5_000, 10_000, "off", 0)],
)  # fmt: skip
def test_it_starts_when_the_command_has_ended_and_enough_rows_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, waiting: int, rows: int, switch: str, started: int
) -> None:
    calls: list[Path] = []
    monkeypatch.setattr(compact_command, "start_compaction", calls.append)
    monkeypatch.setenv(SWITCH, switch)
    home = open_home(tmp_path)
    with click.Context(click.Command("panhuo")) as outer, click.Context(click.Command("match"), parent=outer):
        compact_later(home, RULES, waiting, rows)
        assert calls == []
    assert len(calls) == started
    compact_later(home, RULES, waiting, rows)  # outside of a command nothing is started
    assert len(calls) == started
