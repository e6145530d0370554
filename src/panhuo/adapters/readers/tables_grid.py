"""A table as every container hands it over: its first rows for a look, then columns in chunks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from panhuo.engine.records.raw import Reject

HEAD_ROWS = 120
"""Rows that are looked at to find the heading and to tell columns by what stands in them."""


@dataclass(frozen=True, slots=True)
class HeadRow:
    """One of the first rows. number: as a person finds it. index: records before it, blank ones included."""

    number: int
    index: int
    cells: tuple[str, ...]


@dataclass(slots=True)
class Chunk:
    """Consecutive rows, column-wise: columns[i][k] is the cell of row rows[k] in column i, as the container has it.

    problems: rejects of rows that are not in the columns. spoiled: rejects of rows that are, each with the place of
    the cell that cannot be read (-1 for a cell beyond the columns): whether it costs the row depends on the layout.
    merged: place of a column -> number of a row that lies under a merged cell -> what stands in that cell.
    """

    columns: list[Sequence[Any]]
    rows: Sequence[int]
    problems: list[Reject] = field(default_factory=list)
    spoiled: list[tuple[int, Reject]] = field(default_factory=list)
    merged: dict[int, dict[int, Any]] = field(default_factory=dict)


class Grid(Protocol):
    """One sheet of a workbook, or the one table of another file."""

    name: str
    """Sheet name, "" where the file has no sheets."""
    container: str
    """xlsx, csv, jsonl or parquet."""
    head: Sequence[HeadRow]
    own_mark: bool
    """The file says that this program wrote it."""

    @property
    def marks(self) -> frozenset[str]:
        """Which of encodings.MARKS cells may begin with: ' guards texts, # begins errors, =" dresses up numbers."""

    def chunks(self, *, skip: int, header: Sequence[str]) -> Iterator[Chunk]:
        """Rows after the first `skip` records, at most BATCH_ROWS at a time, cut or filled to the heading's width.

        Blank rows may be left out. Raises RefusedFile where the file breaks off.
        """
