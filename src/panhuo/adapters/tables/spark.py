"""The same tables on Spark (extra `spark`): one session, local or of a cluster."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self

import ibis
from ibis import Table

from panhuo.terms.errors import DomainError


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
        self._tables[name] = self._con.read_parquet(str(path), table_name=name)
        return self._tables[name]

    def write_parquet(self, expression: Table, path: Path) -> None:
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
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise DomainError(
            "Spark is not installed. Install the extra: pip install 'panhuo[spark]' (it needs Java 17).",
            code="no_spark",
        ) from None
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
