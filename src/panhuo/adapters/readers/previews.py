"""What would be read of a file: its format, what each heading fills, the first rows. Nothing is stored."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from panhuo.adapters.readers.archives import is_archive, members
from panhuo.adapters.readers.detect import detect
from panhuo.adapters.readers.headings import aliases, normal_heading, own_headings
from panhuo.adapters.readers.protocol import RefusedFile, Source
from panhuo.adapters.readers.tables_grid import Grid, HeadRow
from panhuo.adapters.readers.tables_look import SheetLook, forget, look
from panhuo.adapters.readers.tables_schemas import SCHEMAS

SHOWN_ROWS, SHOWN_MEMBERS, SHOWN_COLUMNS = 10, 50, 200
MAPPED = ("patents", "stock_inventory")
"""Kinds of table whose fields a person may give to a heading that nobody knows."""


@dataclass(frozen=True, slots=True)
class Heading:
    """One column. field: what it fills, "" for nothing; is_known: false where the heading is not understood."""

    text: str
    field: str
    is_known: bool


@dataclass(frozen=True, slots=True)
class SheetPreview:
    """A sheet, or the one table of another file. schema: "" where it was not recognised; rows: the first ones."""

    name: str
    schema: str
    label: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class MemberPreview:
    """A file of an archive. label: its format, or why it is refused."""

    name: str
    label: str
    is_refused: bool


@dataclass(frozen=True, slots=True)
class FilePreview:
    """A file. format, label: "" where it was not recognised; refusal: why not, with its code."""

    format: str
    label: str
    because: str
    sheets: tuple[SheetPreview, ...] = ()
    members: tuple[MemberPreview, ...] = ()
    refusal: str = ""
    refusal_code: str = ""


def preview(source: Source) -> FilePreview:
    """Look at a file as an import would. Never raises on hostile bytes."""
    try:
        if is_archive(source):
            found = tuple(_members(source))
            taken = [one for one in found if not one.is_refused]
            if not taken:
                first = found[0].label if found else f"{source.name} holds no file to read."
                return FilePreview("", "", "", members=found, refusal=first, refusal_code="nothing_to_read")
            return FilePreview("archive", "压缩包 / archive", "", members=found)
        sheets = tuple(_sheets(source))
        try:
            detection = detect(source)
        except RefusedFile as error:
            return FilePreview("", "", "", sheets=sheets, refusal=error.message, refusal_code=error.code)
        reader = detection.reader
        return FilePreview(reader.name, reader.label, detection.because, sheets=sheets)
    except RefusedFile as error:
        return FilePreview("", "", "", refusal=error.message, refusal_code=error.code)
    finally:
        forget()


def headings_digest(headings: Iterable[str]) -> str:
    """By which a table with these headings is known again, whatever their order."""
    return hashlib.sha256("\n".join(sorted({normal_heading(one) for one in headings})).encode()).hexdigest()


def rows_of(source: Source, wanted: dict[str, set[int]]) -> Iterator[tuple[str, Sequence[str], int, Sequence[str]]]:
    """(sheet, headings, row, its cells as texts) of rows by their numbers, in the file's order.

    wanted: sheet name -> numbers of rows. Only of a table in a file of its own. Raises: RefusedFile.
    """
    try:
        for sheet in look(source).found:
            asked = wanted.get(sheet.grid.name, set())
            if asked and sheet.layout is not None:
                header = sheet.layout.header
                for chunk in sheet.grid.chunks(skip=sheet.layout.skip, header=header):
                    for place, number in enumerate(chunk.rows):
                        if number in asked:
                            yield sheet.grid.name, header, number, [_text(column[place]) for column in chunk.columns]
    finally:
        forget()


def count_rows(source: Source) -> int:
    """Rows below the headings of the recognised tables; 0 for what is no table. Raises: RefusedFile."""
    try:
        return sum(
            len(chunk.rows)
            for sheet in look(source).found
            if sheet.layout is not None
            for chunk in sheet.grid.chunks(skip=sheet.layout.skip, header=sheet.layout.header)
        )
    finally:
        forget()


def choices() -> list[tuple[str, str]]:
    """Fields that a heading may be given, with their Chinese headings."""
    found: dict[str, str] = {}
    for schema in MAPPED:
        for field, heading in own_headings(schema).items():
            found.setdefault(field, heading)
    return list(found.items())


def _members(source: Source) -> Iterator[MemberPreview]:
    for member in islice(members(source, skipped=lambda reject: None), SHOWN_MEMBERS):
        inner = member.name.partition("!/")[2] or member.name
        try:
            found = detect(replace(member, headings=source.headings))
            yield MemberPreview(inner, found.reader.label, is_refused=False)
        except RefusedFile as error:
            yield MemberPreview(inner, error.message, is_refused=True)


def _sheets(source: Source) -> Iterator[SheetPreview]:
    seen = look(source)
    for sheet in seen.sheets:
        found = _recognised(sheet, dict(source.headings)) if sheet.layout is not None else _unknown(sheet.grid)
        if found is not None:
            yield found


def _recognised(sheet: SheetLook, told: dict[str, str]) -> SheetPreview | None:
    layout = sheet.layout
    if layout is None:
        return None
    fills = {place: name for name, places in layout.columns.items() for place in places}
    known = aliases(layout.schema.name)
    headings = tuple(
        Heading(
            cell,
            fills.get(place, ""),
            place in fills or normal_heading(cell) in known or normal_heading(cell) in told or not cell.strip(),
        )
        for place, cell in enumerate(layout.header[:SHOWN_COLUMNS])
    )
    rows = [row for row in sheet.grid.head if row.index >= layout.skip]
    own = SCHEMAS[layout.schema.name]
    return SheetPreview(sheet.grid.name, own.name, own.label, headings, _cells(rows, len(headings)))


def _unknown(grid: Grid) -> SheetPreview | None:
    """The first row with two cells or more is what a person would take for the heading."""
    top = next((row for row in grid.head if sum(bool(cell.strip()) for cell in row.cells) > 1), None)
    if top is None:
        return None
    headings = tuple(Heading(cell, "", not cell.strip()) for cell in top.cells[:SHOWN_COLUMNS])
    rows = [row for row in grid.head if row.index > top.index]
    return SheetPreview(grid.name, "", "", headings, _cells(rows, len(headings)))


def _cells(rows: Sequence[HeadRow], width: int) -> tuple[tuple[str, ...], ...]:
    return tuple(
        tuple((row.cells[place] if place < len(row.cells) else "")[:80] for place in range(width))
        for row in rows[:SHOWN_ROWS]
    )


def _text(cell: object) -> str:
    return "" if cell is None else str(cell)
