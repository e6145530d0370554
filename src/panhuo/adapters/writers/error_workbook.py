"""Rows that were not taken, as a workbook: what is wrong where, and the rows themselves in the shape of the file they
came in, to be mended and sent in again.

The file does not say that Panhuo wrote it: its rows are the sender's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter

from panhuo.adapters.formula_guard import neutralise
from panhuo.adapters.writers.atomic import whole_file

HEADINGS = ("来源文件", "工作表或成员", "所在行号", "问题所在列", "单元格内容", "未入库原因", "处理办法")
_WIDTHS = (28, 18, 10, 18, 30, 44, 60)
_LONGEST = 32_000


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that was not taken: where it stands, which cell, why, what to do."""

    file: str
    member: str
    row: int
    column: str
    value: str
    reason: str
    to_do: str


@dataclass(frozen=True, slots=True)
class MendSheet:
    """Rows to mend, under the headings of their own sheet."""

    name: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


def write_error_workbook(path: Path, problems: Iterable[Problem], to_mend: Sequence[MendSheet]) -> int:
    """Write the sheet 错误说明 and behind it one sheet of rows for each sheet they came from.

    Cells that a spreadsheet would run are marked as in all our workbooks. Returns the number of problems.
    Raises: DomainError cannot_write.
    """
    count = 0
    with whole_file(path) as draft:
        options = {"constant_memory": True, "tmpdir": str(draft.parent), "strings_to_formulas": False}
        options |= {"strings_to_urls": False, "strings_to_numbers": False}
        book = xlsxwriter.Workbook(draft, options)
        try:
            head = book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True})
            plain = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
            tab = book.add_worksheet("错误说明")
            for place, width in enumerate(_WIDTHS):
                tab.set_column(place, place, width)
            tab.freeze_panes(1, 0)
            tab.write_row(0, 0, HEADINGS, head)
            for one in problems:
                count += 1
                texts: list[str | int] = [one.file, one.member, one.row, one.column, one.value, one.reason, one.to_do]
                tab.write_row(count, 0, [_cell(cell) for cell in texts], plain)
            for number, sheet in enumerate(to_mend, start=1):
                mend = book.add_worksheet(_tab(sheet.name, number))
                mend.set_column(0, max(len(sheet.headings) - 1, 0), 20)
                mend.freeze_panes(1, 0)
                mend.write_row(0, 0, [_cell(cell) for cell in sheet.headings], head)
                for row, cells in enumerate(sheet.rows, start=1):
                    mend.write_row(row, 0, [_cell(cell) for cell in cells])
        finally:
            book.close()
    return count


def _cell(cell: str | int) -> str | int:
    return neutralise(cell[:_LONGEST]) if isinstance(cell, str) else cell


def _tab(name: str, number: int) -> str:
    kept = "".join(mark for mark in name if mark not in "[]:*?/\\'").strip()[:20]
    return f"待修改{number} {kept}".strip()
