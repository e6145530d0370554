"""One table to one file, in the shape its suffix asks for.

.xlsx is for people: Chinese headings, print set-up, a second sheet that explains each column. .csv, .jsonl
and .parquet are for programs: machine keys. CSV carries a byte-order mark, so that Excel opens it as
Chinese. In XLSX and CSV texts that a spreadsheet would run are marked (adapters.formula_guard); reading
unmarks them.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from panhuo.adapters.formula_guard import neutralise
from panhuo.adapters.writers.atomic import check_place, whole_file
from panhuo.adapters.writers.columns import LIST_SEPARATOR, Column, Plain, plain
from panhuo.adapters.writers.workbook import Sheet, write_workbook
from panhuo.terms.errors import DomainError

__all__ = ["SUFFIXES", "Column", "check_suffix", "check_target", "write_rows"]

PARQUET_ROWS = 50_000
"""Rows gathered before they are written as one row group: bounds memory."""

Rows = Iterable[Sequence[object]]


class UnknownSuffix(DomainError):
    """The name of a file to write does not end in a format that can be written."""

    code = "unknown_suffix"


def check_suffix(path: Path) -> str:
    """The suffix of path in lower case. Raises: UnknownSuffix, naming those that can be written."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise UnknownSuffix(
            f"{path} ends in {suffix or 'no suffix'}; tables are written as {', '.join(SUFFIXES)}. "
            "Name the file with one of these.",
            file=str(path),
            allowed=list(SUFFIXES),
        )
    return suffix


def check_target(path: Path) -> None:
    """Commands call it before any work, so that a wrong name or place costs no waiting and leaves nothing half-done.

    Raises: UnknownSuffix; DomainError code cannot_write.
    """
    check_suffix(path)
    check_place(path)


def write_rows(
    path: Path,
    columns: Sequence[Column],
    rows: Rows,
    *,
    sheet_title: str,
    head: Sequence[str] = (),
    notes: Sequence[str] = (),
    explain: Mapping[str, str] | None = None,
) -> int:
    """Write rows (cells in the order of columns) to path by its suffix; streams, replaces path as a whole.

    Args:
        sheet_title: name of the tab and of the printed page (XLSX only), as are head (lines above the table),
            notes (lines of the explaining sheet) and explain (column key -> meaning).
    Returns: rows written. Raises: UnknownSuffix; BadValue bad_cell; DomainError cannot_write.
    """
    suffix = check_suffix(path)
    if suffix == ".xlsx":
        sheet = Sheet(sheet_title, columns, rows, head=tuple(head), explain=explain or {})
        return write_workbook(path, [sheet], notes=notes)[0]
    with whole_file(path) as draft:
        return _WRITERS[suffix](draft, columns, _typed(columns, rows))


def _typed(columns: Sequence[Column], rows: Rows) -> Iterator[list[Plain]]:
    for row in rows:
        yield [plain(column, value) for column, value in zip(columns, row, strict=True)]


def _write_csv(path: Path, columns: Sequence[Column], rows: Iterator[list[Plain]]) -> int:
    written = 0
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        sheet = csv.writer(handle, lineterminator="\r\n")
        sheet.writerow([column.key for column in columns])
        for row in rows:
            sheet.writerow([_csv_cell(value) for value in row])
            written += 1
    return written


def _csv_cell(value: Plain) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return neutralise(value)
    if isinstance(value, list):
        return neutralise(LIST_SEPARATOR.join(value))
    return str(value)


def _write_jsonl(path: Path, columns: Sequence[Column], rows: Iterator[list[Plain]]) -> int:
    written, keys = 0, [column.key for column in columns]
    with path.open("w", encoding="utf-8", newline="\n") as handle:
        for row in rows:
            cells = dict(zip(keys, row, strict=True))
            handle.write(json.dumps(cells, ensure_ascii=False, default=_json_cell, allow_nan=False) + "\n")
            written += 1
    return written


def _json_cell(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(type(value).__name__)


def _write_parquet(path: Path, columns: Sequence[Column], rows: Iterator[list[Plain]]) -> int:
    import pyarrow as pa  # late: commands that write no Parquet start without it
    import pyarrow.parquet as pq

    types = {
        "date": pa.date32(),
        "int": pa.int64(),
        "float": pa.float64(),
        "share": pa.float64(),
        "money": pa.decimal128(20, 2),
        "list": pa.list_(pa.string()),
    }
    schema = pa.schema([(column.key, types.get(column.kind, pa.string())) for column in columns])
    written = 0
    with pq.ParquetWriter(path, schema, compression="zstd") as sheet:
        while block := list(islice(rows, PARQUET_ROWS)):
            arrays = [pa.array([row[index] for row in block], type=field.type) for index, field in enumerate(schema)]
            sheet.write_batch(pa.record_batch(arrays, schema=schema))
            written += len(block)
    return written


_WRITERS: dict[str, Callable[[Path, Sequence[Column], Iterator[list[Plain]]], int]] = {
    ".csv": _write_csv,
    ".jsonl": _write_jsonl,
    ".parquet": _write_parquet,
}
SUFFIXES = (".xlsx", ".csv", ".jsonl", ".parquet")
