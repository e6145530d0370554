"""Rows of a workbook, CSV or JSON lines under headings that the caller names: forms that people fill in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from panhuo.adapters.formula_guard import restore
from panhuo.adapters.readers.archives import is_archive
from panhuo.adapters.readers.detect import open_sources
from panhuo.adapters.readers.encodings import implausible, text_shape
from panhuo.adapters.readers.headings import normal_heading
from panhuo.adapters.readers.protocol import RefusedFile, Source
from panhuo.adapters.readers.tables_cells import EXCEL_ERRORS, as_text
from panhuo.adapters.readers.tables_csv import csv_grids
from panhuo.adapters.readers.tables_grid import Chunk, Grid
from panhuo.adapters.readers.tables_json import json_grid
from panhuo.adapters.readers.tables_xlsx import open_workbook
from panhuo.engine.records.raw import Reject

MOST_BYTES = 64 << 20
"""Of one form; people fill in no more."""


@dataclass(frozen=True, slots=True)
class FormRow:
    """One row. row: as a person finds it; cells: field -> text, only columns that the form knows."""

    row: int
    cells: Mapping[str, str]
    member: str


@dataclass(slots=True)
class FormRows:
    """What a file gave. digest: SHA-256 of its bytes; left_out: headings that the form does not know."""

    digest: str
    rows: list[FormRow]
    rejects: list[Reject]
    left_out: list[str]


def read_form(path: Path, headings: Mapping[str, str], *, needed: Sequence[str]) -> FormRows:
    """Read the sheets whose heading names all needed fields.

    headings: heading, or name of a field -> field. Rows that hold nothing are left out.
    Raises: RefusedFile missing_file, not_this_form, heading_twice, too_large; those of damaged files.
    """
    source = _source(path)
    known = {normal_heading(text): field for text, field in headings.items()}
    found = FormRows(_digest(source), [], [], [])
    is_form = False
    for grid in _grids(source):
        place = _heading(grid, known, needed)
        if place is None:
            continue
        is_form = True
        _read_sheet(source, grid, place, known, found)
        if grid.container == "csv":
            break  # further cuts of the same text
    if not is_form:
        raise RefusedFile(
            f"{path} is not this form: no sheet has a heading with {', '.join(needed)}. Fill in the template.",
            code="not_this_form",
            file=str(path),
        )
    return found


def _source(path: Path) -> Source:
    if not path.is_file():
        raise RefusedFile(f"{path} does not exist or is no file.", code="missing_file", file=str(path))
    source = next(iter(open_sources(path)))
    if is_archive(source):
        raise RefusedFile(f"{path} is an archive. Unpack it and name the form.", code="not_this_form", file=str(path))
    if source.size > MOST_BYTES:
        raise RefusedFile(
            f"{path} has {source.size:,} bytes; a form has {MOST_BYTES:,} at most. Divide it.",
            code="too_large",
            file=str(path),
        )
    return source


def _digest(source: Source) -> str:
    with source.open() as stream:
        return hashlib.sha256(stream.read()).hexdigest()


def _grids(source: Source) -> Iterable[Grid]:
    with source.open() as handle:
        head = handle.read(4096)
    if head.startswith(b"PK"):
        return open_workbook(source)
    shape = text_shape(source)
    if not shape.sure:
        raise implausible(source, shape)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        grid = json_grid(source, shape)
        return [grid] if grid is not None else []
    return csv_grids(source, shape)


def _heading(grid: Grid, known: Mapping[str, str], needed: Sequence[str]) -> int | None:
    """Place among the first rows of the one that names all needed fields."""
    for place, row in enumerate(grid.head):
        fields = [known.get(normal_heading(cell), "") for cell in row.cells]
        if set(needed) <= set(fields):
            return place
    return None


def _read_sheet(source: Source, grid: Grid, place: int, known: Mapping[str, str], found: FormRows) -> None:
    head = grid.head[place]
    fields = [known.get(normal_heading(cell), "") for cell in head.cells]
    twice = sorted({field for field in fields if field and fields.count(field) > 1})
    if twice:
        raise RefusedFile(
            f"{source.name} names {', '.join(twice)} in two columns of its heading. Leave one.",
            code="heading_twice",
            file=source.name,
        )
    found.left_out += [cell for cell, field in zip(head.cells, fields, strict=True) if cell and not field]
    for chunk in grid.chunks(skip=head.index + 1, header=head.cells):
        found.rejects += chunk.problems
        spoiled = _spoiled(chunk, fields)
        found.rejects += spoiled.values()
        found.rows += [one for one in _rows(chunk, fields, grid) if one.row not in spoiled]


def _spoiled(chunk: Chunk, fields: Sequence[str]) -> dict[int, Reject]:
    """Rows of which a cell of the form cannot be read: their first such cell."""
    found: dict[int, Reject] = {}
    for place, reject in chunk.spoiled:
        if place < 0 or (place < len(fields) and fields[place]):
            found.setdefault(reject.row, reject)
    return found


def _rows(chunk: Chunk, fields: Sequence[str], grid: Grid) -> Iterator[FormRow]:
    is_marked = "'" in grid.marks
    for number, cells in zip(chunk.rows, zip(*chunk.columns, strict=True), strict=True):
        told = {field: _text(cell, marked=is_marked) for field, cell in zip(fields, cells, strict=True) if field}
        if any(told.values()):
            yield FormRow(number, told, grid.name)


def _text(cell: object, *, marked: bool) -> str:
    text = as_text(cell)
    text = (restore(text) if marked else text).strip()
    return "" if text in EXCEL_ERRORS else text
