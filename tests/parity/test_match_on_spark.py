"""A bulk match on Spark gives what one process gives, to the bit; also when a worker is killed in mid-job."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from panhuo.adapters.search.spark_run import SparkRunner
from panhuo.adapters.tables import loopback_cluster
from panhuo.adapters.tables.loopback_cluster import LoopbackCluster
from panhuo.terms.errors import DomainError

sys.path.insert(0, str(Path(__file__).parent))
from match_driver import SCORE, MadeIndex, matched

pytestmark = pytest.mark.spark
DRIVER = Path(__file__).parent / "match_driver.py"


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> str:
    return matched(tmp_path_factory.mktemp("embedded"), MadeIndex(), None)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[LoopbackCluster]:
    """A master and two workers of one core each."""
    if find_spec("pyspark") is None or shutil.which("java") is None:
        pytest.skip("needs the spark extra and Java 17")
    started = loopback_cluster.start(tmp_path / "cluster", memory="1g")
    yield started
    loopback_cluster.stop(tmp_path / "cluster")
    for one in (started.master, *started.workers):
        assert not Path(f"/proc/{one}").exists(), "a process was left behind"


def below(process: int) -> list[int]:
    """A process and all that it started, parents first."""
    found = [process]
    for one in found:
        for task in Path(f"/proc/{one}/task").glob("*/children"):
            found += [int(child) for child in task.read_text().split()]
    return found


def driven(folder: Path, url: str, range_texts: int, *, kill: int = 0) -> dict[str, Any]:
    """Run the driver; kill: a worker to end with all below it once the first range is done. Its last line and more."""
    folder.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    command = [sys.executable, str(DRIVER), str(folder), url, str(range_texts)]
    with (
        (folder / "log").open("w+") as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, env=environment, text=True) as driver,
    ):
        assert driver.stdout is not None
        said: dict[str, Any] = {}
        done_at_kill: float | None = None
        for line in driver.stdout:
            said = json.loads(line)
            if kill and done_at_kill is None and said.get("done"):
                done_at_kill = said["done"] / said["total"]
                victims = below(kill)
                assert len(victims) > 1, "the worker has no executor"
                for one in victims:
                    os.kill(one, signal.SIGKILL)
        log.seek(0)
        assert driver.wait() == 0, log.read()[-4000:]
    return {**said, "done_at_kill": done_at_kill}


def test_a_local_session_gives_the_answers_of_one_process(spark: Any, tmp_path: Path, embedded: str) -> None:
    heard: list[tuple[int, int]] = []
    index = MadeIndex()
    runner = SparkRunner(index, SCORE, tmp_path / "ranges", lambda: spark, range_texts=700)  # type: ignore[arg-type]
    found = matched(tmp_path / "home", index, runner, lambda _stage, *told: heard.append(told))
    assert found == embedded
    assert heard[-1][0] == heard[-1][1]
    assert not (tmp_path / "ranges").exists(), "the copy of the texts is gone"


def test_one_text_less_changes_the_digest(spark: Any, tmp_path: Path, embedded: str) -> None:
    """The negative control: the digest is not blind, neither here nor there."""
    index = MadeIndex(without=1 + 3 * 1_234)
    runner = SparkRunner(index, SCORE, tmp_path / "ranges", lambda: spark, range_texts=700)  # type: ignore[arg-type]
    found = matched(tmp_path / "home", index, runner)
    assert found != embedded
    assert found == matched(tmp_path / "other", MadeIndex(without=1 + 3 * 1_234), None)


def test_texts_that_a_node_does_not_see_are_one_sentence(
    spark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = SparkRunner._written

    def lost(self: SparkRunner, ids: Any) -> list[Path]:
        paths = written(self, ids)
        paths[-1].unlink()
        return paths

    monkeypatch.setattr(SparkRunner, "_written", lost)
    index = MadeIndex()
    runner = SparkRunner(index, SCORE, tmp_path / "ranges", lambda: spark, range_texts=700)  # type: ignore[arg-type]
    with pytest.raises(DomainError) as told:
        matched(tmp_path / "home", index, runner)
    assert told.value.code == "no_shared_folder"
    assert "PANHUO_CLUSTER_FOLDER" in told.value.message


@pytest.mark.full
def test_a_cluster_of_two_workers_gives_the_answers_of_one_process(
    cluster: LoopbackCluster, tmp_path: Path, embedded: str
) -> None:
    told = driven(tmp_path / "run", cluster.url, 400)
    assert told["digest"] == embedded
    assert told["executors"] == 2


@pytest.mark.full
def test_a_worker_killed_in_mid_job_changes_nothing(cluster: LoopbackCluster, tmp_path: Path, embedded: str) -> None:
    told = driven(tmp_path / "run", cluster.url, 60, kill=cluster.workers[0])
    assert 0 < told["done_at_kill"] < 0.9, "killed in mid-job, not before and not after"
    assert told["executors"] == 1, "the executor is gone for good"
    assert told["digest"] == embedded
