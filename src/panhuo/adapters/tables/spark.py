"""The same tables on Spark (extra `spark`); sessions, local or of a cluster."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Self

import ibis
from ibis import Table

from panhuo.adapters.tables.packed_files import packing_of
from panhuo.engine.records.packing import Packing, unpacked
from panhuo.terms.errors import DomainError

REACHED_WITHIN = 30.0
"""Seconds in which a master must answer, and a worker be there."""


class SparkTables(Mapping[str, Table]):
    """Tables over Parquet files in a Spark session that the caller keeps and stops."""

    def __init__(self, paths: Mapping[str, Path], *, session: Any) -> None:
        self._con = ibis.pyspark.connect(session)
        self._tables: dict[str, Table] = {}
        for name, path in paths.items():
            self.add(name, path)

    def __getitem__(self, name: str) -> Table:
        return self._tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def add(self, name: str, path: Path) -> Table:
        shown, packing = self._con.read_parquet(str(path), table_name=name), packing_of(path)
        self._tables[name] = shown if packing is None else unpacked(shown, packing)
        return self._tables[name]

    def write_parquet(self, expression: Table, path: Path, *, packing: Packing | None = None) -> None:
        """Parts of a folder tell no packing: they are written as they are read."""
        if packing is not None:
            expression = unpacked(expression, packing)
        draft = path.with_name(f".{path.name}.parts")
        shutil.rmtree(draft, ignore_errors=True)
        try:
            self._con.to_parquet(expression, str(draft))
            shutil.rmtree(path, ignore_errors=True)
            draft.rename(path)
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def rows(self, expression: Table) -> Iterator[tuple[Any, ...]]:
        for batch in self._con.to_pyarrow_batches(expression):
            columns = [column.to_pylist() for column in batch.columns]
            yield from zip(*columns, strict=True)

    def one(self, expression: Table) -> Mapping[str, Any]:
        found = self._con.to_pyarrow(expression).to_pylist()
        if len(found) != 1:
            raise ValueError(f"asked for one row, found {len(found)}")
        row: dict[str, Any] = found[0]
        return row

    def close(self) -> None:
        """The session belongs to the caller and stays open."""
        self._tables.clear()


def open_tables(paths: Mapping[str, Path], *, session: Any = None, cores: int = 2) -> SparkTables:
    """Tables on the session given, else on a local one with so many cores.

    Raises: DomainError code no_spark where the extra is not installed.
    """
    if session is None:
        session = local_session(cores)
    return SparkTables(paths, session=session)


def local_session(cores: int = 2, *, memory: str = "2g") -> Any:
    """A quiet Spark session on this machine, loopback only; stop() it after use."""
    _check_installed()
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # else tasks run on whatever python3 is
    return (
        SparkSession.builder.master(f"local[{cores}]")
        .appName("panhuo")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.memory", memory)
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.shuffle.partitions", str(cores * 2))
        .config("spark.sql.session.timeZone", "UTC")
        .getOrCreate()
    )


def check_cluster(master: str, *, within: float = REACHED_WITHIN) -> str:
    """The address of this machine that the master's nodes can call back. master: spark://host:port.

    Raises: DomainError codes no_spark, no_java, no_master (within: seconds), each with what to do.
    """
    _check_installed()
    why = "it names no host"
    for place in master.removeprefix("spark://").split(","):
        host, _, port = place.rpartition(":")
        try:
            with socket.create_connection((host.strip("[]"), int(port)), timeout=within) as line:
                address: str = line.getsockname()[0]
                return address
        except (OSError, ValueError, OverflowError) as error:
            why = str(error)
    raise _no_master(master, why, within)


def cluster_session(master: str, *, memory: str = "4g", within: float = REACHED_WITHIN) -> Any:
    """A quiet session of a cluster with at least one worker; stop() it after use.

    Workers use the interpreter of PYSPARK_PYTHON, else that of this process. memory: of this process's JVM.

    Raises: DomainError codes no_spark, no_java, no_master, no_worker.
    """
    address = check_cluster(master, within=within)
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    if ip_address(address).is_loopback:
        os.environ.setdefault("SPARK_LOCAL_IP", address)
    try:
        session = (
            SparkSession.builder.master(master)
            .appName("panhuo")
            .config("spark.driver.host", address)
            .config("spark.driver.bindAddress", address)
            .config("spark.driver.memory", memory)
            .config("spark.driver.maxResultSize", "0")  # the caller bounds what comes back
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .config("spark.sql.session.timeZone", "UTC")
            .getOrCreate()
        )
    except Exception as error:  # py4j wraps whatever the JVM throws
        raise _no_master(master, str(error).strip().splitlines()[0][:200], within) from error
    session.sparkContext.setLogLevel("ERROR")
    until = time.monotonic() + within
    while session.sparkContext._jsc.sc().getExecutorMemoryStatus().size() < 2:  # this process is one of them
        if time.monotonic() > until:
            session.stop()
            raise DomainError(
                f"The master {master} gave no worker within {within:.0f} seconds. See that workers are registered with "
                "it and have a core and 1 GB free.",
                code="no_worker",
                master=master,
            )
        time.sleep(0.2)
    cores = session.sparkContext.defaultParallelism
    session.conf.set("spark.sql.shuffle.partitions", str(max(2, cores) * 2))
    return session


def _check_installed() -> None:
    if find_spec("pyspark") is None:
        raise DomainError(
            "Spark is not installed. Install the extra: pip install 'panhuo[spark]' (it needs Java 17).",
            code="no_spark",
        )
    at_home = Path(os.environ.get("JAVA_HOME") or "/nowhere", "bin", "java")
    if not at_home.is_file() and shutil.which("java") is None:
        raise DomainError(
            "Spark needs Java 17, and there is no java on the path. Install it (Debian: openjdk-17-jre-headless) or "
            "set JAVA_HOME.",
            code="no_java",
        )


def _no_master(master: str, why: str, within: float) -> DomainError:
    return DomainError(
        f"No Spark master answers at {master} within {within:.0f} seconds ({why}). See that it runs there and that "
        "this machine may call it; `make cluster` starts one on this machine.",
        code="no_master",
        master=master,
    )
