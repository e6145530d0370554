"""The search table after kill -9, in an update or a compaction: nothing acknowledged is lost, what lacks is named."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from table_days import assets_of, builder, versions_of
from test_search_table import SCORE, answers

from panhuo.adapters.search.compaction import compact, last_compaction
from panhuo.adapters.search.lance import connect

HERE = Path(__file__).parent


@contextmanager
def at_work(folder: Path, *what: str) -> Iterator[subprocess.Popen[str]]:
    """table_days.py as a process that has finished one piece of work and goes on; killed in the end."""
    path = os.pathsep.join([str(HERE), *filter(None, sys.path)])
    called = [sys.executable, str(HERE / "table_days.py"), what[0], str(folder), *what[1:]]
    with subprocess.Popen(called, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": path}) as job:
        assert job.stdout is not None
        yield job
        job.send_signal(signal.SIGKILL)


def acknowledged(job: subprocess.Popen[str]) -> list[str]:
    """What the killed process had said before it died."""
    assert job.stdout is not None
    job.send_signal(signal.SIGKILL)
    return job.stdout.read().split()


def stored(folder: Path) -> list[tuple[int, str]]:
    (table,) = (folder / "search").glob("*/texts.lance")
    rows = connect(table.parent).open_table("texts").search().select(["asset_id", "version"]).limit(None).to_arrow()
    return list(zip(rows["asset_id"].to_pylist(), rows["version"].to_pylist(), strict=True))


def read(index: Any, ids: list[int]) -> Any:
    shard = index.in_memory(np.array(ids, np.int64), SCORE)
    return shard.ids.tolist(), shard.vectors.matrix.tolist(), index.said(np.array(ids[:3]))


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.full) for seed in range(2, 8))])
def test_a_killed_update_loses_nothing_that_was_acknowledged(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    reader = builder(tmp_path).refresh(assets_of(tmp_path, 0), "day0")
    ids = sorted(versions_of(tmp_path, 0))
    before = read(reader.index, ids)
    with at_work(tmp_path, "write", "1") as job:
        assert job.stdout is not None
        first = job.stdout.readline().split()
        time.sleep(chance.uniform(0, 0.5))
        days = [int(day) for day in (*first, *acknowledged(job))]
    done = days[-1]
    assert days == list(range(1, done + 1))
    old, new = versions_of(tmp_path, done), versions_of(tmp_path, done + 1)
    rows = stored(tmp_path)
    held = dict(rows)
    assert len(held) == len(rows), "no row twice"
    for asset_id, version in old.items():  # what the next day leaves as it is stands; what it changes is old or new
        if asset_id in held:
            assert held[asset_id] in {version, new.get(asset_id)}
        else:
            assert asset_id not in new, "only what the next day takes away may be gone"
    assert all(asset_id in old or new[asset_id] == version for asset_id, version in rows)
    assert read(reader.index, ids) == before, "a reader that had opened the table goes on"

    assets, version = assets_of(tmp_path, done + 1), f"day{done + 1}"
    gap = builder(tmp_path).gap(assets, version)
    assert (gap.lacking, gap.surplus) == (len(new.keys() - held.keys()), len(held.keys() - new.keys()))
    assert gap.stale == sum(held.get(one, told) != told for one, told in new.items())
    mended = builder(tmp_path).repair(assets, version)
    assert builder(tmp_path).gap(assets, version).whole
    assert dict(stored(tmp_path)) == new
    increment = answers(mended, sorted(new))
    assert answers(builder(tmp_path).repair(assets, version, rewrite=True), sorted(new)) == increment


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.full) for seed in range(2, 6))])
def test_compactions_beside_a_writer_harm_nobody_nor_does_killing_them(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    reader = builder(tmp_path).refresh(assets_of(tmp_path, 0), "day0")
    ids = sorted(versions_of(tmp_path, 0))
    before = read(reader.index, ids)
    with at_work(tmp_path, "compact") as job:
        assert job.stdout is not None
        assert job.stdout.readline() == "True\n"
        for day in range(1, 13):  # the writer never fails, whatever the other process is about
            builder(tmp_path).refresh(assets_of(tmp_path, day), f"day{day}")
        time.sleep(chance.uniform(0, 0.1))
        acknowledged(job)
    assert sorted(stored(tmp_path)) == sorted(versions_of(tmp_path, 12).items())
    assert builder(tmp_path).gap(assets_of(tmp_path, 12), "day12").whole
    assert read(reader.index, ids) == before
    builder(tmp_path).refresh(assets_of(tmp_path, 13), "day13")
    waiting = builder(tmp_path).gap(assets_of(tmp_path, 13), "day13").unindexed
    done = compact(tmp_path / "search", "after")
    assert done is not None, "the lock of the killed one is free"
    assert done.taken_in == waiting > 0
    assert last_compaction(tmp_path / "search") == done
    after = builder(tmp_path).gap(assets_of(tmp_path, 13), "day13")
    assert (after.whole, after.unindexed) == (True, 0)
    assert sorted(stored(tmp_path)) == sorted(versions_of(tmp_path, 13).items())


@pytest.mark.parametrize("step", ["first", "rows", "settle", "end"])
def test_a_killed_rewrite_leaves_every_row_in_place(tmp_path: Path, step: str) -> None:
    assets, versions = assets_of(tmp_path, 0), versions_of(tmp_path, 0)
    before = answers(builder(tmp_path).refresh(assets, "day0"), sorted(versions))
    with at_work(tmp_path, "rewrite", step) as job:
        assert job.wait(60) == -signal.SIGKILL
    assert dict(stored(tmp_path)) == versions
    assert builder(tmp_path).standing("day0") is None, "it is marked: a search brings it up to date first"
    gap = builder(tmp_path).gap(assets, "day0")
    assert (gap.whole, gap.rows) == (True, len(versions))
    after = builder(tmp_path).refresh(assets, "day0")
    assert not after.fitted, "nothing has changed since the fit"
    assert answers(after, sorted(versions)) == before
