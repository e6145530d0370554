"""A table in many small Parquet files, by ranges of a number, so that one row is read in a few milliseconds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

if TYPE_CHECKING:
    from ibis import Table

    from panhuo.adapters.tables.duck import DuckTables

ROWS_A_PART = 2_000


def write_parts(tables: DuckTables, expression: Table, folder: Path, *, key: str) -> None:
    """Write the rows into folder, one sub-folder for each ROWS_A_PART values of the whole number `key`.

    folder must not exist; it is made. Not settled on disk: the caller does that (adapters.files.settled).
    """
    folder.mkdir(parents=True)
    query = tables.compiled(expression.mutate(part=expression[key] // ROWS_A_PART))
    place = str(folder).replace("'", "''")
    tables.execute(f"COPY ({query}) TO '{place}' (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (part), OVERWRITE)")


def row_of_parts(folder: Path, key: str, number: int) -> dict[str, Any] | None:
    """The row whose `key` is this number; None where there is none."""
    for path in sorted((folder / f"part={number // ROWS_A_PART}").glob("*.parquet")):
        with pq.ParquetFile(path) as file:
            place = file.read(columns=[key]).column(key).to_pylist()
            if number in place:
                return dict(file.read().slice(place.index(number), 1).to_pylist()[0])
    return None
