"""What is said where there is no cluster; no Spark is started here."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from calls import Called
from panhuo.adapters.tables import loopback_cluster, spark
from panhuo.adapters.tables.spark import check_cluster
from panhuo.cli.engine_choice import check_engine, shard_runner
from panhuo.terms.errors import DomainError


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark, "find_spec", lambda _name: object())
    monkeypatch.setattr(spark.shutil, "which", lambda _name: "/usr/bin/java")


@pytest.fixture
def listening() -> Iterator[int]:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        line.listen()
        yield line.getsockname()[1]


def refused(call: Callable[[], Any]) -> DomainError:
    with pytest.raises(DomainError) as told:
        call()
    return told.value


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark, "find_spec", lambda _name: None)
    error = refused(lambda: check_cluster("spark://127.0.0.1:1"))
    assert error.code == "no_spark"
    assert "panhuo[spark]" in error.message


@pytest.mark.usefixtures("installed")
def test_without_java_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark.shutil, "which", lambda _name: None)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    assert refused(lambda: check_cluster("spark://127.0.0.1:1")).code == "no_java"


@pytest.mark.usefixtures("installed")
def test_java_of_java_home_will_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, listening: int) -> None:
    monkeypatch.setattr(spark.shutil, "which", lambda _name: None)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "java").touch()
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert check_cluster(f"spark://127.0.0.1:{listening}") == "127.0.0.1"


@pytest.mark.usefixtures("installed")
def test_a_master_that_does_not_answer_is_named(listening: int) -> None:
    closed = loopback_cluster.free_port()
    error = refused(lambda: check_cluster(f"spark://127.0.0.1:{closed}", within=2))
    assert error.code == "no_master"
    assert f"spark://127.0.0.1:{closed}" in error.message
    assert "make cluster" in error.message
    assert check_cluster(f"spark://127.0.0.1:{listening}") == "127.0.0.1"
    of_two = f"spark://127.0.0.1:{closed},127.0.0.1:{listening}"
    assert check_cluster(of_two) == "127.0.0.1", "one of several masters is enough"


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("master", ["spark://127.0.0.1:99999", "spark://127.0.0.1:0", "spark://"])
def test_a_port_that_is_none_is_no_master(master: str) -> None:
    assert refused(lambda: check_cluster(master, within=1)).code == "no_master"


@pytest.mark.parametrize(
    "engine", ["", "spark", "yarn", "spark://host", "spark://host:port", "spark://a b:1", "x" * 99]
)
def test_an_engine_that_is_none_is_refused(engine: str, panhuo: Callable[..., Called], tmp_path: Path) -> None:
    needs = tmp_path / "needs.csv"
    needs.write_text("需求编号,需求内容\nN1,锅炉余热回收\n", encoding="utf-8")
    called = panhuo("match", "--needs", needs, "--out", tmp_path / "out.csv", "--engine", engine)
    assert called.code == 2
    assert "is no engine" in called.said
    assert not (tmp_path / "home").exists(), "nothing was begun"


def test_a_cluster_that_is_not_there_stops_a_match_at_once(
    panhuo: Callable[..., Called], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, installed: None
) -> None:
    needs = tmp_path / "needs.csv"
    needs.write_text("需求编号,需求内容\nN1,锅炉余热回收\n", encoding="utf-8")
    engine = f"spark://127.0.0.1:{loopback_cluster.free_port()}"
    called = panhuo("match", "--needs", needs, "--out", tmp_path / "out.csv", "--engine", engine)
    assert called.code == 2
    assert called.answer["error"]["code"] == "no_master"
    assert not (tmp_path / "home").exists()


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("said", ["0", "-1", "many", "5000001", "１００"])
def test_a_size_of_tasks_that_is_none_is_refused(said: str, monkeypatch: pytest.MonkeyPatch, listening: int) -> None:
    monkeypatch.setenv("PANHUO_CLUSTER_TEXTS", said)
    assert refused(lambda: check_engine(f"spark://127.0.0.1:{listening}")).code == "wrong_call"
    monkeypatch.setenv("PANHUO_CLUSTER_TEXTS", "1000")
    check_engine(f"spark://127.0.0.1:{listening}")


def test_this_process_needs_no_cluster(tmp_path: Path) -> None:
    check_engine("embedded")
    with shard_runner("embedded", None, None, tmp_path, tmp_path) as runner:  # type: ignore[arg-type]
        assert runner is None


def test_a_foreign_process_is_never_ended(tmp_path: Path) -> None:
    """A process number may have gone to another program since the cluster was started."""
    import json
    import subprocess

    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        state = {"url": "spark://127.0.0.1:7077", "master": other.pid, "workers": [other.pid]}
        (tmp_path / loopback_cluster.STATE).write_text(json.dumps(state))
        assert not loopback_cluster.stop(tmp_path)
        assert other.poll() is None
        assert loopback_cluster.read(tmp_path) is None
    finally:
        other.communicate(b"\n")


@pytest.mark.parametrize("left", ["", "{}", "[]", '{"url": 1}'])
def test_a_damaged_note_of_a_cluster_is_none(tmp_path: Path, left: str) -> None:
    (tmp_path / loopback_cluster.STATE).write_text(left)
    assert loopback_cluster.read(tmp_path) is None
