"""Sheets of a workbook or CSV with a standard's indicators and weights, as texts with their places."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path

from panhuo.adapters.readers.encodings import implausible, text_shape
from panhuo.adapters.readers.protocol import RefusedFile, Source
from panhuo.adapters.readers.tables_cells import cells
from panhuo.adapters.readers.tables_csv import csv_grids
from panhuo.adapters.readers.tables_grid import Chunk, Grid, HeadRow
from panhuo.adapters.readers.tables_xlsx import XlsxGrid, open_workbook
from panhuo.rules.standard_scheme import Fault, Sheet, SheetRow, Words

FILLED_DOWN = ("parent", "scene")
"""Columns in which a merged cell holds for each row under it."""
MOST_ROWS = 20_000
LEAST_HEADINGS = 2
"""Headings by which the first row of a table is known."""


def read_standard_sheets(path: Path, words: Words) -> tuple[list[Sheet], list[Fault]]:
    """Sheets that have a row of known headings, and cells that cannot be read.

    Raises: RefusedFile missing_file, too_many_rows, or what the readers of workbooks and texts refuse.
    """
    if not path.is_file():
        raise RefusedFile(f"{path} does not exist or is no file.", code="missing_file", file=str(path))
    source = Source(str(path), path.stat().st_size, lambda: path.open("rb"), str(path))
    sheets: list[Sheet] = []
    faults: list[Fault] = []
    for grid in _grids(source, path):
        head = _head(grid, words)
        if head:
            sheets.append(_sheet(grid, head, words, faults))
            if grid.container == "csv":
                break
    return sheets, faults


def _grids(source: Source, path: Path) -> Iterator[Grid]:
    if zipfile.is_zipfile(path):
        yield from open_workbook(source)
        return
    shape = text_shape(source)
    if not shape.sure:
        raise implausible(source, shape)
    yield from csv_grids(source, shape)


def _head(grid: Grid, words: Words) -> HeadRow | None:
    for row in grid.head:
        if sum(bool(words.field_of(text)) for text in row.cells) >= LEAST_HEADINGS:
            return row
    return None


def _sheet(grid: Grid, head: HeadRow, words: Words, faults: list[Fault]) -> Sheet:
    first = grid.first_column if isinstance(grid, XlsxGrid) else 0
    header = {first + place: text for place, text in enumerate(head.cells) if text}
    rows: list[SheetRow] = []
    for chunk in grid.chunks(skip=head.index + 1, header=head.cells):
        for reject in chain(chunk.problems, (spoiled for _, spoiled in chunk.spoiled)):
            faults.append(Fault(grid.name, f"row {reject.row}", reject.column, reject.message))
        rows += _rows(grid, chunk, first, header, words)
        if len(rows) > MOST_ROWS:
            raise RefusedFile(
                f"{grid.name or 'The file'} has more than {MOST_ROWS} rows; a scheme of indicators has fewer. "
                "Name the sheet or file that holds the indicators.",
                code="too_many_rows",
            )
    return Sheet(grid.name, head.number, header, rows)


def _rows(grid: Grid, chunk: Chunk, first: int, header: Mapping[int, str], words: Words) -> Iterator[SheetRow]:
    columns = [cells(column, marked=bool(grid.marks)) for column in chunk.columns]
    for place, spans in chunk.merged.items():
        if words.field_of(header.get(first + place, "")) in FILLED_DOWN:
            for index, number in enumerate(chunk.rows):
                if number in spans:
                    columns[place][index] = cells([spans[number]], marked=False)[0]
    for index, number in enumerate(chunk.rows):
        told = {first + place: text for place, column in enumerate(columns) if (text := column[index])}
        if told:
            yield SheetRow(number, told)
