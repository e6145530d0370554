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
            column = names.get(row.column, row.column)
            yield Problem(upload.name, row.member, row.row, column, row.value, why, to_do)

    return write_error_workbook(path, problems(), _to_mend(upload, source))


def column_names(upload: Upload) -> dict[str, str]:
    """Field -> the heading under which it stood in the file, else our own."""
    found = {**own_headings("patents"), **own_headings("stock_inventory")}
    for sheet in upload.seen.get("sheets", []):
        for heading in sheet["headings"]:
            if heading["field"]:
                found[heading["field"]] = heading["text"]
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
