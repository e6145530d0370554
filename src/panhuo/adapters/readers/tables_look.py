"""One look at a file, shared by all readers of tables and texts: container, encoding, sheets, layouts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

from panhuo.adapters.readers.archives import is_archive
from panhuo.adapters.readers.encodings import TextShape, implausible, open_text, text_shape
from panhuo.adapters.readers.headings import normal_heading, schemas_knowing
from panhuo.adapters.readers.protocol import RefusedFile, Source
from panhuo.adapters.readers.tables_csv import csv_grids
from panhuo.adapters.readers.tables_grid import Grid
from panhuo.adapters.readers.tables_json import json_grid
from panhuo.adapters.readers.tables_layout import Layout, find_layout, is_tabular, well_shaped
from panhuo.adapters.readers.tables_parquet import MAGIC, parquet_grid
from panhuo.adapters.readers.tables_xlsx import open_workbook

_BINARY = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (
        b"\xd0\xcf\x11\xe0",
        "an Excel or Word file of the old kind (.xls, .doc) or with a password; save it as .xlsx without one",
    ),
    (b"SQLite format 3", "a database"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"{\\rtf", "a text of a word processor"),
)
_FIRST_LINES = 400


@dataclass(slots=True)
class SheetLook:
    """One table of a file, with its layout or None where it was not recognised."""

    grid: Grid
    layout: Layout | None


@dataclass(slots=True)
class Look:
    """What one look at a file gave.

    kind: workbook, parquet, jsonl, csv, xml, text, archive, binary, empty. refusal: why no table came of it.
    """

    kind: str
    sheets: list[SheetLook] = field(default_factory=list)
    shape: TextShape | None = None
    first_lines: Sequence[str] = ()
    refusal: RefusedFile | None = None
    what: str = ""

    @property
    def encoding(self) -> str:
        return self.shape.evidence if self.shape else ""

    @property
    def found(self) -> list[SheetLook]:
        return [sheet for sheet in self.sheets if sheet.layout is not None]


@lru_cache(maxsize=2)
def look(source: Source) -> Look:
    """Look at a file once; what is held in memory for it goes with `forget`. Never raises on hostile bytes."""
    try:
        return _look(source)
    except RefusedFile as refusal:
        return Look("binary", refusal=refusal)
    except OSError as error:
        why = error.strerror or "the file cannot be read"
        return Look("binary", refusal=RefusedFile(f"{source.name} cannot be read: {why}.", file=source.name))


def forget() -> None:
    """Let go of workbooks held in memory since they were looked at."""
    look.cache_clear()


def _look(source: Source) -> Look:
    with source.open() as handle:
        head = handle.read(1 << 16)
    if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        return Look("empty", what="empty")
    if is_archive(source):
        return Look("archive", what="an archive")
    if head.startswith(MAGIC):
        grid = parquet_grid(source)
        return Look("parquet", [SheetLook(grid, find_layout(grid, told=source.headings))])
    if head.startswith(b"PK"):
        grids = open_workbook(source)
        return Look("workbook", [SheetLook(sheet, find_layout(sheet, told=source.headings)) for sheet in grids])
    what = next((name for mark, name in _BINARY if head.startswith(mark)), "")
    if what:
        return Look("binary", what=what)
    return _look_at_text(source)


def _look_at_text(source: Source) -> Look:
    shape = text_shape(source)
    with open_text(source, shape) as handle:
        first = [line[:20_000] for line in islice(handle, _FIRST_LINES)]
    begins = next((line.strip().lstrip("\ufeff") for line in first if line.strip()), "")
    if begins.startswith("<"):
        return Look("xml", shape=shape, first_lines=first, what="XML or HTML")
    found = Look("text", shape=shape, first_lines=first, what="text")
    if begins.startswith("{"):
        grid = json_grid(source, shape)
        if grid is not None:
            found.kind, found.sheets = "jsonl", [SheetLook(grid, find_layout(grid))]
        return found if shape.sure else _doubted(source, found)
    found.sheets = _best_cut(source, shape)
    found.kind = "csv" if found.sheets else "text"
    return found if shape.sure else _doubted(source, found)


def _best_cut(source: Source, shape: TextShape) -> list[SheetLook]:
    """The text cut at the delimiter that gives the best heading and the most whole rows; [] where it is no table."""
    best: SheetLook | None = None
    value = (0, 0)
    for table in csv_grids(source, shape):
        layout, top = find_layout(table, told=source.headings), table.head[0]
        if layout is not None:
            shaped = (layout.score, well_shaped(table, layout.skip, len(layout.header)))
            if best is None or shaped > value:
                best, value = SheetLook(table, layout), shaped
        elif best is None and len(top.cells) > 1 and is_tabular(table, top.index + 1, len(top.cells)):
            best = SheetLook(table, None)
    return [best] if best is not None else []


def _doubted(source: Source, found: Look) -> Look:
    """GB18030 that is not plain Chinese stands only where a heading in Hanzi was recognised."""
    for sheet in found.found:
        layout = sheet.layout
        if layout and any(not cell.isascii() and schemas_knowing(normal_heading(cell)) for cell in layout.header):
            return found
    if found.shape is None:
        return found
    return Look("text", shape=None, refusal=implausible(source, found.shape), what=found.what)
