"""The error workbook of an import."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from panhuo.adapters.readers.archives import is_archive
from panhuo.adapters.readers.headings import own_headings
from panhuo.adapters.readers.previews import rows_of
from panhuo.adapters.readers.protocol import Source
from panhuo.adapters.writers.error_workbook import MendSheet, Problem, write_error_workbook
from panhuo.desk.imports.models import Upload
from panhuo.desk.imports.reading import rejected_rows, told_rows

if TYPE_CHECKING:
    from panhuo.rules import InForce

MOST_MENDED = 100_000


def write_errors(upload: Upload, source: Source, path: Path, *, rules: InForce) -> int:
    """Write each rejected row with its cell, reason and what to do; behind it the rows themselves under their own
    headings, which can be mended and sent in again (not for archives and XML). Returns the rejected rows.

    Raises: DomainError cannot_write, upload_gone.
    """
    names = column_names(upload)

    def problems() -> Iterator[Problem]:
        for row, why, to_do in told_rows(upload, rules):
            column = names.get(row.column, f"列：{row.column}" if row.column else "")
            yield Problem(upload.name, row.member, row.row, column, row.value, why, to_do)

    return write_error_workbook(path, problems(), _to_mend(upload, source))


def column_names(upload: Upload) -> dict[str, str]:
    """Field -> where it stood in the file: letter and heading of its column; without a column our own heading.

    Never a bare heading: the sheet of reasons would be taken for a table when the workbook comes back.
    """
    own = {**own_headings("patents"), **own_headings("stock_inventory")}
    found = {field: f"列：{heading}" for field, heading in own.items()}
    for sheet in upload.seen.get("sheets", []):
        for place, heading in enumerate(sheet["headings"]):
            if heading["field"]:
                found[heading["field"]] = f"{_letters(place)} 列：{heading['text']}"
    return found


def _letters(place: int) -> str:
    """Name of a column as spreadsheets have it, place from 0."""
    found = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


def _to_mend(upload: Upload, source: Source) -> list[MendSheet]:
    if not upload.seen.get("sheets") or is_archive(source):
        return []
    wanted: dict[str, set[int]] = {}
    for member, row in rejected_rows(upload).values_list("member", "row")[:MOST_MENDED]:
        wanted.setdefault(member, set()).add(row)
    sheets: dict[str, tuple[tuple[str, ...], list[list[str]]]] = {}
    for name, headings, _, cells in rows_of(source, wanted):
        sheets.setdefault(name, (tuple(headings), []))[1].append(list(cells))
    return [MendSheet(name or upload.name, headings, rows) for name, (headings, rows) in sheets.items()]
