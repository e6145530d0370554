"""What every store of tables can do. The engine sees Ibis tables only, never the connection behind them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

from ibis import Table

from panhuo.engine.records.packing import Packing


class Tables(Protocol):
    """Tables of one projection by name, and the ways their expressions leave the store.

    A mapping by intent: `tables["assets"]` is an Ibis table over the Parquet file of that name.
    """

    def __getitem__(self, name: str) -> Table: ...

    def __iter__(self) -> Iterator[str]: ...

    def __len__(self) -> int: ...

    def add(self, name: str, path: Path) -> Table:
        """Show one more Parquet file as a table; a table of that name is replaced."""

    def write_parquet(self, expression: Table, path: Path, *, packing: Packing | None = None) -> None:
        """Write the rows of an expression to one Parquet file, whole or not at all.

        packing: how the columns of a packed expression are read; add() shows such a file unpacked.
        """

    def rows(self, expression: Table) -> Iterator[tuple[Any, ...]]:
        """Stream the rows of an expression as plain Python values, in the order of its columns."""

    def one(self, expression: Table) -> Mapping[str, Any]:
        """The only row of an expression, by column name."""

    def close(self) -> None:
        """Let go of the connection and of what it spilled to disk."""
