"""Tables on DuckDB, embedded: Parquet files read in place, results streamed or written to Parquet."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, Self

import ibis
from ibis import Table
from ibis.backends.duckdb import Backend

from panhuo.adapters.tables.packed_files import KEY, packing_of, packing_text
from panhuo.engine.records.packing import Packing, unpacked

ROWS_A_BATCH = 20_000
WRITTEN: Mapping[str, Any] = {
    "compression": "zstd",
    "compression_level": 1,
    "parquet_version": "v2",
    "write_bloom_filter": False,
}
"""How Parquet is written: columns of codes and scores come out as small as at higher levels, sooner; nobody looks
single rows of them up."""
REMEMBERED = 64
"""So many expressions keep their SQL: a command asks for some twenty, a site asks for the same again and again."""


class _RememberingBackend(Backend):  # type: ignore[misc]  # Ibis ships no types
    """DuckDB through Ibis; an expression that this process put into SQL before is not put into it again.

    Expressions are compared by their structure. Two connections share what they learnt where their tables have the
    same names and columns, whatever the files hold.
    """

    _learnt: OrderedDict[tuple[Any, bool], str] = OrderedDict()
    _lock = Lock()

    def compile(self, expr: Any, /, **options: Any) -> str:
        if any(value for value in options.values()):
            whole: str = super().compile(expr, **options)
            return whole
        asked = (expr.op(), ibis.options.sql.fuse_selects)
        with self._lock:
            known = self._learnt.get(asked)
            if known is not None:
                self._learnt.move_to_end(asked)
                return known
        sql: str = super().compile(expr)
        with self._lock:
            self._learnt[asked] = sql
            while len(self._learnt) > REMEMBERED:
                self._learnt.popitem(last=False)
        return sql


class DuckTables(Mapping[str, Table]):
    """Tables over Parquet files in one private DuckDB connection; use it as a context manager.

    Nothing is copied in: a table is a view on its file. What does not fit into memory_limit is spilled to a
    folder of the system's temporary directory that close() removes.
    """

    def __init__(
        self, paths: Mapping[str, Path], *, threads: int | None = None, memory_limit: str | None = None
    ) -> None:
        self._spill = Path(tempfile.mkdtemp(prefix="panhuo-duck-"))
        settings: dict[str, Any] = {
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        if threads is not None:
            settings["threads"] = threads
        if memory_limit is not None:
            settings["memory_limit"] = memory_limit
        self._con = _RememberingBackend().connect(":memory:", **settings)
        self._con.raw_sql(
            f"SET temp_directory = {_quoted(str(self._spill))}"
        )  # no part of what tells connections apart
        self._con.raw_sql("SET enable_progress_bar = false")  # it would write among the answers on stdout
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

    def compiled(self, expression: Table) -> str:
        """The SQL of an expression; the small tables inside it are registered, so that execute() can run it."""
        self._con._run_pre_execute_hooks(expression)
        with _nested_selects():
            return str(self._con.compile(expression))

    def execute(self, sql: str) -> list[tuple[Any, ...]]:
        """Run SQL of this store as it stands; for benchmarks and compiled expressions."""
        found: list[tuple[Any, ...]] = self._con.con.execute(sql).fetchall()
        return found

    def write_parquet(self, expression: Table, path: Path, *, packing: Packing | None = None) -> None:
        draft = path.with_name(f".{path.name}.{os.getpid()}.new")
        try:
            self.execute(copy_statement(self.compiled(expression), draft, packing=packing))
            with draft.open("rb") as handle:
                os.fsync(handle.fileno())
            os.replace(draft, path)
        finally:
            draft.unlink(missing_ok=True)

    def rows(self, expression: Table) -> Iterator[tuple[Any, ...]]:
        # whole as Arrow, because Ibis 12's streaming asks DuckDB 2 for a method that it no longer has
        with _nested_selects():
            found = self._con.to_pyarrow(expression)
        for batch in found.to_batches(max_chunksize=ROWS_A_BATCH):
            columns = [column.to_pylist() for column in batch.columns]
            yield from zip(*columns, strict=True)

    def one(self, expression: Table) -> Mapping[str, Any]:
        with _nested_selects():
            found = self._con.to_pyarrow(expression).to_pylist()
        if len(found) != 1:
            raise ValueError(f"asked for one row, found {len(found)}")
        row: dict[str, Any] = found[0]
        return row

    def close(self) -> None:
        self._con.disconnect()
        shutil.rmtree(self._spill, ignore_errors=True)


def copy_statement(query: str, path: Path, *, packing: Packing | None = None) -> str:
    """The SQL that writes the rows of a query to a Parquet file as this store writes them."""
    told = {"FORMAT": "parquet", **WRITTEN}
    if packing is not None:
        told["KV_METADATA"] = f"{{{KEY}: {_quoted(packing_text(packing))}}}"
    return f"COPY ({query}) TO {_quoted(str(path))} ({', '.join(f'{name} {value}' for name, value in told.items())})"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@contextmanager
def _nested_selects() -> Iterator[None]:
    """Compile without merging nested SELECTs: DuckDB merges them anyway, and Ibis takes three times as long to."""
    before = ibis.options.sql.fuse_selects
    ibis.options.sql.fuse_selects = False
    try:
        yield
    finally:
        ibis.options.sql.fuse_selects = before


def open_tables(
    paths: Mapping[str, Path], *, threads: int | None = None, memory_limit: str | None = None
) -> DuckTables:
    """Ibis tables over the Parquet files of a projection, by table name.

    Args:
        threads: at most so many, default all cores. memory_limit: such as "2GB", default 80 % of the machine.

    with open_tables(projection.paths) as tables:
        tables.write_parquet(grade(tables["assets"], ...), path)
    """
    return DuckTables(paths, threads=threads, memory_limit=memory_limit)
