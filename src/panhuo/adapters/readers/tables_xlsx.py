"""XLSX workbooks as grids: calamine for speed, openpyxl's stream for what calamine must not or cannot open."""

from __future__ import annotations

import warnings
from bisect import bisect_left
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

import python_calamine

from panhuo.adapters.own_workbook import EXPLAINING_SHEET
from panhuo.adapters.readers.protocol import BATCH_ROWS, RefusedFile, Source
from panhuo.adapters.readers.tables_cells import EXCEL_ERRORS, as_text
from panhuo.adapters.readers.tables_grid import HEAD_ROWS, Chunk, HeadRow
from panhuo.adapters.readers.tables_xlsx_guard import NOT_CALCULATED, BookFacts, SheetFacts, check_workbook
from panhuo.engine.records.raw import Reject

WIDEST = 2_000
"""Columns; a wider sheet holds a stray cell, and what lies beyond is not looked at."""

Rows = Callable[[], Iterator[Sequence[Any]]]


@dataclass(slots=True)
class XlsxGrid:
    """One sheet. rows: its rows from the first that holds anything, each time anew; first_row: its place, from 0."""

    name: str
    head: Sequence[HeadRow]
    rows: Rows
    first_row: int
    first_column: int
    facts: SheetFacts
    own_mark: bool
    file: str
    container: str = "xlsx"

    @property
    def marks(self) -> frozenset[str]:
        """See Grid."""
        return frozenset("'")

    def chunks(self, *, skip: int, header: Sequence[str]) -> Iterator[Chunk]:
        """See Grid. A cell in which Excel shows an error is empty here and spoils its row."""
        rows = islice(self.rows(), skip, None)
        number, width = self.first_row + skip + 1, len(header)
        merges = _Merges(self.facts, number, self.first_column, width)
        while block := list(islice(rows, BATCH_ROWS)):
            numbers = range(number, number + len(block))
            if not any(block):  # rows that a streaming reader fills in
                number += len(block)
                continue
            if set(map(len, block)) != {width}:
                block = [(*row[:width], *[""] * (width - len(row))) for row in block]
            merged = merges.under(numbers, block)
            yield Chunk(list(zip(*block, strict=True)), numbers, spoiled=self._errors(numbers, header), merged=merged)
            number += len(block)

    def _errors(self, numbers: range, header: Sequence[str]) -> list[tuple[int, Reject]]:
        found = []
        for (row, column), shown in sorted(self.facts.errors.items()):
            place = column - self.first_column
            if row + 1 in numbers and 0 <= place < len(header):
                why = f"The formula of this cell shows {shown}; mend it, or empty the cell, and import again."
                if shown == NOT_CALCULATED:
                    why = (
                        "The formula of this cell has no stored result. Open the file in Excel, save it, import again."
                    )
                reject = Reject(row + 1, header[place], shown, "formula_error", why, self.name, self.file)
                found.append((place, reject))
        return found


class _Merges:
    """Cells merged downwards in the data rows of one sheet; what stands in one holds for each row that it spans."""

    def __init__(self, facts: SheetFacts, first: int, first_column: int, width: int) -> None:
        self._spans: dict[int, list[tuple[int, int]]] = {}  # place -> (first, last row number), none over another
        self._said: dict[int, tuple[int, Any]] = {}  # place -> first row number of the span looked at last, its cell
        for top, bottom, column in sorted(facts.merges):
            place = column - first_column
            if top + 1 < first or not 0 <= place < width:
                continue  # merged in the heading, or beside the table
            spans = self._spans.setdefault(place, [])
            if not spans or spans[-1][1] < top + 1:
                spans.append((top + 1, bottom + 1))

    def under(self, numbers: range, block: Sequence[Sequence[Any]]) -> dict[int, dict[int, Any]]:
        """See Chunk.merged; to be asked of consecutive blocks."""
        found: dict[int, dict[int, Any]] = {}
        for place, spans in self._spans.items():
            start = bisect_left(spans, numbers.start, key=lambda span: span[1])
            for top, bottom in islice(spans, start, None):
                if top >= numbers.stop:
                    break
                if top in numbers:
                    self._said[place] = top, block[top - numbers.start][place]
                begun, cell = self._said.get(place, (0, ""))
                if begun == top and cell not in ("", None):
                    below = range(max(top + 1, numbers.start), min(bottom + 1, numbers.stop))
                    found.setdefault(place, {}).update(dict.fromkeys(below, cell))
        return found


def open_workbook(source: Source) -> list[XlsxGrid]:
    """The sheets of a workbook that hold anything, in their order.

    Raises: RefusedFile for bombs, damage, passwords, and office documents that are no workbooks.
    """
    facts = check_workbook(source)
    if facts.is_safe:
        try:
            return _by_calamine(source, facts)
        except python_calamine.PasswordError:
            raise _damaged(source, "is protected with a password. Save it without one and import that.") from None
        except (python_calamine.CalamineError, OSError, ValueError):
            pass  # openpyxl forgives other things
        except BaseException as error:  # a Rust panic is no Exception; everything else goes on its way
            if type(error).__name__ != "PanicException":
                raise
    return _by_openpyxl(source, facts)


def _by_calamine(source: Source, facts: BookFacts) -> list[XlsxGrid]:
    with source.open() as handle, python_calamine.CalamineWorkbook.from_filelike(handle) as book:
        kinds = {sheet.name: sheet.typ for sheet in book.sheets_metadata}
        grids = []
        for name in book.sheet_names:
            if kinds.get(name) != python_calamine.SheetTypeEnum.WorkSheet or _explains(name, facts):
                continue
            sheet = book.get_sheet_by_name(name)
            if sheet.start is None or not sheet.height:
                continue
            row, column = sheet.start
            head = _head(sheet.to_python(nrows=HEAD_ROWS), row)
            found = facts.sheets.get(name) or SheetFacts()
            rows = _rows_from(sheet, row)
            grids.append(XlsxGrid(name, head, rows, row, column, found, facts.own, source.name))
    return grids


def _explains(sheet: str, facts: BookFacts) -> bool:
    """Whether a sheet of our own workbooks tells what their columns mean and holds no rows."""
    return facts.own and sheet == EXPLAINING_SHEET


def _rows_from(sheet: python_calamine.CalamineSheet, first: int) -> Rows:
    # iter_rows gives the blank rows above the first cell, but not the blank columns before it
    return lambda: islice(sheet.iter_rows(), first, None)


def _by_openpyxl(source: Source, facts: BookFacts) -> list[XlsxGrid]:
    grids = []
    with _streaming(source) as book:
        names = [sheet.title for sheet in book.worksheets if not _explains(sheet.title, facts)]
    for name in names:
        rows = _streamed_rows(source, name)
        with closing(rows()) as first:
            head = _head(list(islice(first, HEAD_ROWS)), 0)
        if head:
            found = facts.sheets.get(name) or SheetFacts()
            grids.append(XlsxGrid(name, head, rows, 0, 0, found, facts.own, source.name))
    return grids


@contextmanager
def _streaming(source: Source) -> Iterator[Any]:
    """The workbook as openpyxl streams it: slow, in little memory. It names no errors of its own: any is damage."""
    import openpyxl

    with source.open() as handle:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of styles and validations that it leaves out
                book = openpyxl.load_workbook(handle, read_only=True, data_only=True)
            try:
                yield book
            finally:
                book.close()
        except RefusedFile:
            raise
        except Exception as error:
            raise _damaged(source, "is damaged. Open it in Excel, save it anew and import that.") from error


def _streamed_rows(source: Source, name: str) -> Callable[[], Generator[Sequence[Any], None, None]]:
    def rows() -> Generator[Sequence[Any], None, None]:
        with _streaming(source) as book:
            sheet = book[name]
            sheet.reset_dimensions()
            for row in sheet.iter_rows(values_only=True):  # without a width, so that blank rows cost nothing
                cells = row[:WIDEST]
                yield tuple("" if cell is None or cell in EXCEL_ERRORS else cell for cell in cells) if cells else ()

    return rows


def _head(rows: Sequence[Sequence[Any]], first_row: int) -> tuple[HeadRow, ...]:
    cells = (tuple(as_text(cell).strip() for cell in row) for row in rows)
    return tuple(HeadRow(first_row + index + 1, index, texts) for index, texts in enumerate(cells) if any(texts))


def _damaged(source: Source, why: str) -> RefusedFile:
    return RefusedFile(f"{source.name} {why}", code="damaged_workbook", file=source.name)
