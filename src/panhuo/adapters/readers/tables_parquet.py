"""Parquet files as grids, batch by batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from panhuo.adapters.readers.protocol import BATCH_ROWS, RefusedFile, Source
from panhuo.adapters.readers.tables_cells import as_text
from panhuo.adapters.readers.tables_grid import HEAD_ROWS, Chunk, HeadRow

MAGIC = b"PAR1"
MOST_BYTES = 8 << 30
"""Of a file's columns once unpacked, as its footer says."""
LARGEST_GROUP = 1 << 30


@dataclass(slots=True)
class ParquetGrid:
    """Columns by name; rows are numbered from 1."""

    source: Source
    names: tuple[str, ...]
    head: Sequence[HeadRow]
    name: str = ""
    container: str = "parquet"
    own_mark: bool = False

    @property
    def marks(self) -> frozenset[str]:
        """See Grid."""
        return frozenset()

    def chunks(self, *, skip: int, header: Sequence[str]) -> Iterator[Chunk]:
        """See Grid; the heading is no row of the file, so the first record to skip is it."""
        drop, number = max(0, skip - 1), 1
        with _open(self.source) as file:
            for batch in file.iter_batches(batch_size=BATCH_ROWS, columns=list(self.names[: len(header)])):
                cut = min(drop, batch.num_rows)
                drop -= cut
                taken = batch.slice(cut)
                columns = [taken.column(place).to_pylist() for place in range(taken.num_columns)]
                yield Chunk(columns, range(number + cut, number + batch.num_rows))
                number += batch.num_rows


def parquet_grid(source: Source) -> ParquetGrid:
    """The file as a table of its flat columns and lists of texts.

    Raises: RefusedFile when it is damaged or would unpack to more than MOST_BYTES.
    """
    import pyarrow as pa  # late: other files are read without it

    with _open(source) as file:
        fields = [field for field in file.schema_arrow if not pa.types.is_struct(field.type)]
        names = tuple(field.name for field in fields if not pa.types.is_map(field.type))
        first = next(file.iter_batches(batch_size=HEAD_ROWS, columns=list(names)), None) if names else None
        rows = list(zip(*(first.column(i).to_pylist() for i in range(first.num_columns)), strict=True)) if first else []
    head = [HeadRow(0, 0, names)]
    head += [
        HeadRow(number, number, tuple(as_text(cell).strip() for cell in row))
        for number, row in enumerate(rows, start=1)
    ]
    return ParquetGrid(source, names, tuple(head))


@contextmanager
def _open(source: Source) -> Iterator[Any]:
    """The file; every error of the library becomes a refusal."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with source.open() as handle:
        try:
            file = pq.ParquetFile(handle)
            meta = file.metadata
            groups = [meta.row_group(place).total_byte_size for place in range(meta.num_row_groups)]
            if sum(groups) > MOST_BYTES or max(groups, default=0) > LARGEST_GROUP:
                raise _refused(source, "would unpack to more than it may. Write it anew in smaller row groups.")
            yield file
        except (pa.ArrowException, OSError, ValueError, OverflowError, MemoryError, KeyError) as error:
            raise _refused(source, "is a damaged Parquet file. Write it anew.") from error


def _refused(source: Source, why: str) -> RefusedFile:
    return RefusedFile(f"{source.name} {why}", code="damaged_table", file=source.name)
