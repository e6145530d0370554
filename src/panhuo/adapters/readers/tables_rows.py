"""A table under a known layout, as batches of raw rows and rejects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import compress
from typing import Any

from panhuo.adapters.readers.headings import normal_heading
from panhuo.adapters.readers.protocol import Source
from panhuo.adapters.readers.tables_cells import EXCEL_ERRORS, as_text, cells, listed, with_semicolons
from panhuo.adapters.readers.tables_grid import Chunk, Grid
from panhuo.adapters.readers.tables_layout import Layout
from panhuo.adapters.readers.tables_shapes import ADAPT, counted_citations, inpadoc_events, split_patent_numbers
from panhuo.engine.records.fields import MANY
from panhuo.engine.records.raw import Cell, RawBatch, RawEvent, Reject
from panhuo.terms.kinds import RecordKind

TOTALS = frozenset(
    ("合计", "总计", "小计", "共计", "总数", "合计:", "合计：", "总计:", "总计：", "Total", "total", "TOTAL")
)
_LEDGER_WORDS = {
    "许可": "licence",
    "许可备案": "licence",
    "转让": "transfer",
    "质押": "pledge",
    "质押登记": "pledge",
    "产品备案": "product_filing",
    "专利产品备案": "product_filing",
    "技术合同": "technology_contract",
}
_SEPARATORS = {"patsnap": " | ", "lens": ";;"}
_PLAIN = ("patsnap", "lens", "google")
"""Vendors whose cells are cut at their own mark, or by their own rule, and at nothing else."""
_WHY = {
    "no_number": "The row has no patent number.",
    "no_party": "The row names no organisation.",
    "no_value": "The row has no number of residents.",
    "no_text": "The row says no need.",
}


def read_rows(source: Source, grid: Grid, layout: Layout) -> Iterator[RawBatch | Reject]:
    """Batches of a table, each after its rejects; blank rows and repeated headings are left out.

    Raises: RefusedFile where the file breaks off.
    """
    for chunk in grid.chunks(skip=layout.skip, width=len(layout.header)):
        yield from chunk.problems
        if chunk.rows:
            yield from _batch(source, grid, layout, chunk)


def _batch(source: Source, grid: Grid, layout: Layout, chunk: Chunk) -> Iterator[RawBatch | Reject]:
    schema, rows = layout.schema, chunk.rows
    rejects: list[Reject] = []
    columns: dict[str, list[Cell]] = {}
    for name, places in layout.columns.items():
        columns[name] = _column(name, places, grid, layout, chunk)
    for name, said in layout.constants.items():
        columns.setdefault(name, [said] * len(rows))
    events = _events(columns)
    split_patent_numbers(columns, len(rows))
    if schema.kind is RecordKind.PATENT:
        counted_citations(columns)
    if layout.vendor in ADAPT:
        ADAPT[layout.vendor](columns)
    if "ledger" in columns:
        columns["ledger"] = [_LEDGER_WORDS.get(str(cell), cell) for cell in columns["ledger"]]
    if grid.container == "csv":
        rejects += _errors(source, grid, layout, chunk)
    keep = _kept(source, grid, layout, chunk, columns, rejects)
    yield from sorted(rejects, key=lambda reject: reject.row)
    if not all(keep):
        columns = {name: list(compress(column, keep)) for name, column in columns.items()}
        rows = list(compress(rows, keep))
        events = list(compress(events, keep)) if events is not None else None
    if rows:
        separator = _SEPARATORS.get(layout.vendor, ";")
        yield RawBatch(schema.kind, dict(columns), rows, grid.name, separator, events)


def _column(name: str, places: Sequence[int], grid: Grid, layout: Layout, chunk: Chunk) -> list[Cell]:
    """The cells of a field: the preferred column's, gaps filled from the others; status words of all of them."""
    found = _cells(name, places[0], grid, layout, chunk)
    for place in places[1:]:
        other = _cells(name, place, grid, layout, chunk)
        if name == "status_words":
            found = [_joined(one, two, layout) for one, two in zip(found, other, strict=True)]
        else:
            found = [two if one is None else one for one, two in zip(found, other, strict=True)]
    return found


def _joined(one: Cell, two: Cell, layout: Layout) -> Cell:
    if not isinstance(one, str) or not isinstance(two, str) or one == two:
        return two if one is None else one
    return f"{one}{_SEPARATORS.get(layout.vendor, ';')}{two}"


def _cells(name: str, place: int, grid: Grid, layout: Layout, chunk: Chunk) -> list[Cell]:
    column = chunk.columns[place]
    if grid.container in ("jsonl", "parquet") and any(isinstance(cell, (list, tuple)) for cell in column):
        return listed(column) if name in MANY or name == "labels" else list(cells(column, marked=False))
    found = cells(column, marked=grid.container in ("csv", "xlsx"))
    pattern = next((content.pattern for content in layout.by_content if content.field == name), None)
    if pattern is not None:
        matches = (pattern.search(cell) if cell else None for cell in found)
        found = [match[1] if match else None for match in matches]
    if name in MANY and layout.vendor not in _PLAIN:
        found = with_semicolons(name, found)
    return list(found)


def _events(columns: dict[str, list[Cell]]) -> list[list[RawEvent]] | None:
    told = columns.pop("inpadoc_events", None)
    return None if told is None else [inpadoc_events(cell) for cell in told]


def _kept(
    source: Source,
    grid: Grid,
    layout: Layout,
    chunk: Chunk,
    columns: dict[str, list[Cell]],
    rejects: list[Reject],
) -> list[bool]:
    """Which rows of the chunk are rows; for each other one that says anything a reject is added."""
    needed = [columns[name] for name in layout.schema.row_needs if name in columns]
    keep = [any(found) for found in zip(*needed, strict=True)] if needed else [False] * len(chunk.rows)
    for index in sorted(_headings_and_totals(layout, chunk)):
        keep[index] = False
    if grid.container != "csv":
        _drop_zero_characters(columns, keep)
    if all(keep):
        return keep
    heading = [normal_heading(cell) for cell in layout.header]
    for index, kept in enumerate(keep):
        if kept:
            continue
        raw = [as_text(column[index]).strip() for column in chunk.columns]
        if not any(raw) or [normal_heading(cell) for cell in raw] == heading:
            continue
        code, why = _why(layout, raw)
        value = " | ".join(cell for cell in raw if cell)[:120]
        rejects.append(Reject(chunk.rows[index], "", value, code, why, grid.name, source.name))
    return keep


def _why(layout: Layout, raw: Sequence[str]) -> tuple[str, str]:
    if any(cell.replace(" ", "") in TOTALS for cell in raw[:3]):
        return "total_row", "The row sums up others and is no record of its own."
    if any("\x00" in cell for cell in raw):
        return "nul_character", "The row holds a zero character, as damaged files do."
    return layout.schema.without, _WHY[layout.schema.without]


def _headings_and_totals(layout: Layout, chunk: Chunk) -> set[int]:
    """Rows that repeat the heading, or whose first cells say that they sum up."""
    found: set[int] = set()
    first = next(iter(layout.columns.values()))[0]
    said = layout.header[first]
    column = chunk.columns[first]
    if said in column:
        found.update(index for index, cell in enumerate(column) if cell == said)
    for column in chunk.columns[:3]:
        texts = [cell for cell in column if isinstance(cell, str) and len(cell) < 8]
        if not TOTALS.isdisjoint(text.replace(" ", "") for text in texts):
            found.update(
                index for index, cell in enumerate(column) if isinstance(cell, str) and cell.replace(" ", "") in TOTALS
            )
    return found


def _drop_zero_characters(columns: dict[str, list[Cell]], keep: list[bool]) -> None:
    for column in columns.values():
        for index, cell in enumerate(column):
            if isinstance(cell, str) and "\x00" in cell:
                keep[index] = False


def _errors(source: Source, grid: Grid, layout: Layout, chunk: Chunk) -> list[Reject]:
    """Cells of a CSV in which a spreadsheet wrote an error; they were read as missing."""
    found = []
    for places in layout.columns.values():
        for place in places:
            column: Sequence[Any] = chunk.columns[place]
            if EXCEL_ERRORS.isdisjoint([cell for cell in column if cell[:1] == "#"]):
                continue
            found += [
                Reject(
                    number,
                    layout.header[place],
                    cell,
                    "formula_error",
                    f"The cell holds {cell}, the error of a formula; it was read as empty.",
                    grid.name,
                    source.name,
                )
                for number, cell in zip(chunk.rows, column, strict=True)
                if cell in EXCEL_ERRORS
            ]
    return found
