"""Workbooks that people open and print: Chinese headings, fixed header, filter, A4 landscape, explained.

Rows are streamed (xlsxwriter's constant memory), so a workbook of a million rows costs little memory.
The same content gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from panhuo.adapters.formula_guard import neutralise
from panhuo.adapters.own_workbook import AUTHOR, EXPLAINING_SHEET
from panhuo.adapters.writers.atomic import whole_file
from panhuo.adapters.writers.columns import LIST_SEPARATOR, Column, Plain, plain

MAX_CELL = 32_767
MAX_ROWS = 1_048_576
LINE_POINTS = 13.0
A4_CHARACTERS = 205
"""Characters side by side that can still be read when they are fitted to the width of A4; wider goes to A3."""
_A3, _A4 = 8, 9
_FIRST_DAY = date(1900, 3, 1)  # before it Excel counts a day that never was
_FIXED = datetime(2000, 1, 1)  # noqa: DTZ001 - a property of the file format, not a moment; the same bytes each time
_WIDTHS = {"text": 18, "long": 48, "list": 24, "date": 12, "int": 8, "float": 10, "money": 15, "share": 9}
_NUMBER_FORMATS = {"date": "yyyy-mm-dd", "int": "0", "money": "#,##0.00", "share": "0.0%"}
_FONT = "宋体"
_TINTS = {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": "#E8A33D"}
GUARD_NOTE = "以 = + - @ 等符号开头的文字前加了一个英文单引号 ',防止被当作公式运行;导入本系统时自动去掉。"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: a table under an optional title.

    title: name of the tab (cut to Excel's 31 characters). head: lines above the table, the first as its
    title. explain: column key -> what the column means; stands on the explaining sheet. upright: printed on
    upright paper. bars: keys of the columns of labels and of values that a chart below the table shows. scaled: keys
    of neighbouring columns of numbers that are tinted together, from the least (white) to the greatest. sum_rows: last
    rows that hold sums and are not tinted.
    """

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[object]]
    head: Sequence[str] = ()
    explain: Mapping[str, str] = field(default_factory=dict)
    upright: bool = False
    bars: tuple[str, str] | None = None
    scaled: Sequence[str] = ()
    sum_rows: int = 0


def write_workbook(path: Path, sheets: Sequence[Sheet], *, notes: Sequence[str] = ()) -> list[int]:
    """Write the sheets and the explaining sheet behind them. Returns the rows written per sheet.

    A sheet of more rows than Excel takes goes on in "名称(2)" and so on; a text longer than a cell takes is
    cut and the explaining sheet says so.
    Raises: BadValue bad_cell; DomainError cannot_write.
    """
    counts, cut = [], 0
    with whole_file(path) as draft, _new_book(draft) as book:
        styles = _Styles(book)
        for sheet in sheets:
            pages = _Pages(book, styles, sheet)
            for row in sheet.rows:
                pages.write(row)
            pages.close()
            counts.append(pages.written)
            cut += pages.cut
        _explain(book, styles, sheets, notes, cut)
    return counts


@contextmanager
def _new_book(draft: Path) -> Iterator[Any]:
    book = xlsxwriter.Workbook(draft, {"constant_memory": True, "tmpdir": str(draft.parent)})
    book.set_properties({"created": _FIXED, "author": AUTHOR})
    try:
        yield book
    finally:  # closing frees its scratch files also when a row failed; the draft is thrown away then
        try:
            book.close()
        except FileCreateError as error:
            raise OSError(f"the workbook could not be put together: {error}") from error


class _Styles:
    """Cell formats of one workbook, made once."""

    def __init__(self, book: Any) -> None:
        base = {"font_name": _FONT, "font_size": 10, "valign": "vcenter"}
        cell = {**base, "border": 1, "border_color": "#B7B7B7"}
        self.head = book.add_format({**cell, "bold": True, "bg_color": "#DCE6F1", "align": "center", "text_wrap": True})
        self.title = book.add_format({**base, "font_name": "黑体", "font_size": 16, "align": "center"})
        self.subtitle = book.add_format({**base, "font_color": "#595959", "align": "center", "text_wrap": True})
        self.note = book.add_format({**base, "text_wrap": True})
        self.kinds = {kind: book.add_format({**cell, **_kind_style(kind)}) for kind in _WIDTHS}
        self.place = book.add_format({**cell, "align": "center", "font_color": "#595959"})
        self.wrapped = book.add_format({**cell, "text_wrap": True})


def _kind_style(kind: str) -> dict[str, Any]:
    style: dict[str, Any] = {}
    if kind in _NUMBER_FORMATS:
        style["num_format"] = _NUMBER_FORMATS[kind]
    if kind in ("text", "long", "list"):
        style["text_wrap"] = True
    if kind == "date":
        style["align"] = "center"
    return style


class _Pages:
    """The tab, or tabs, that one Sheet needs."""

    def __init__(self, book: Any, styles: _Styles, sheet: Sheet) -> None:
        self.book, self.styles, self.sheet = book, styles, sheet
        self.formats = [
            styles.place if column.key == "position" else styles.kinds[column.kind] for column in sheet.columns
        ]
        self.widths = [column.width or _WIDTHS[column.kind] for column in sheet.columns]
        shown = [width for column, width in zip(sheet.columns, self.widths, strict=True) if not column.folded]
        self.narrow = [max(1, int(width * 0.93)) for width in shown]  # wrapped texts do not fill their lines
        self.written = self.cut = self.tabs = 0
        self._open()

    def _open(self) -> None:
        self.tabs += 1
        suffix = f"({self.tabs})" if self.tabs > 1 else ""
        self.tab = self.book.add_worksheet(_tab_name(self.sheet.title, suffix))
        head = len(self.sheet.head)
        shown = sum(width for column, width in zip(self.sheet.columns, self.widths, strict=True) if not column.folded)
        _print_setup(self.tab, self.sheet.title, header_row=head, width=shown, upright=self.sheet.upright)
        for index, (column, width) in enumerate(zip(self.sheet.columns, self.widths, strict=True)):
            self.tab.set_column(index, index, width, None, {"level": 1, "hidden": True} if column.folded else {})
        self._head_lines()
        self.tab.set_row(head, 30)
        self.tab.set_default_row(LINE_POINTS + 4)
        for index, column in enumerate(self.sheet.columns):
            self.tab.write_string(head, index, column.heading, self.styles.head)
        self.tab.freeze_panes(head + 1, 0)
        self.head_row, self.next_row = head, head + 1

    def _head_lines(self) -> None:
        last = sum(not column.folded for column in self.sheet.columns) - 1
        for row, line in enumerate(self.sheet.head):
            style = self.styles.title if row == 0 else self.styles.subtitle
            self.tab.set_row(row, 30 if row == 0 else 18)
            if last > 0:
                self.tab.merge_range(row, 0, row, last, neutralise(line), style)
            else:
                self.tab.write_string(row, 0, neutralise(line), style)

    def write(self, row: Sequence[object]) -> None:
        """Add one row, on a further tab when this one is full."""
        if self.next_row >= MAX_ROWS:
            self.close()
            self._open()
        cells = [plain(column, value) for column, value in zip(self.sheet.columns, row, strict=True)]
        lines = _lines_of(cells, self.narrow)
        if lines > 1:  # set, because not every program works out the height of wrapped texts on opening
            self.tab.set_row(self.next_row, min(409.0, LINE_POINTS * lines + 4))
        for index, cell in enumerate(cells):
            self._cell(index, cell, self.formats[index])
        self.next_row += 1
        self.written += 1

    def close(self) -> None:
        """Set filter, chart and tints over what was written on the present tab."""
        self.tab.autofilter(self.head_row, 0, max(self.head_row, self.next_row - 1), len(self.formats) - 1)
        if self.next_row == self.head_row + 1:
            return
        places = {column.key: place for place, column in enumerate(self.sheet.columns)}
        if self.sheet.bars is not None:
            self._chart(*(places[key] for key in self.sheet.bars))
        if self.sheet.scaled:
            tinted, last = [places[key] for key in self.sheet.scaled], self.next_row - 1 - self.sheet.sum_rows
            self.tab.conditional_format(self.head_row + 1, tinted[0], last, tinted[-1], dict(_TINTS))

    def _chart(self, labels: int, values: int) -> None:
        """Native bars, which follow the cells when these are edited."""
        first, last, name = self.head_row + 1, self.next_row - 1, self.tab.get_name()
        chart = self.book.add_chart({"type": "bar"})
        chart.add_series(
            {
                "name": self.sheet.columns[values].heading,
                "categories": [name, first, labels, last, labels],
                "values": [name, first, values, last, values],
                "fill": {"color": "#1F5A92"},
                "data_labels": {"value": True},
            }
        )
        chart.set_legend({"none": True})
        chart.set_y_axis({"reverse": True})
        chart.set_title({"name": self.sheet.columns[values].heading, "name_font": {"size": 11}})
        self.tab.insert_chart(self.next_row + 1, 0, chart)

    def _cell(self, index: int, value: Plain, style: Any) -> None:
        tab, row = self.tab, self.next_row
        if isinstance(value, list):
            value = LIST_SEPARATOR.join(value)
        if value is None:
            tab.write_blank(row, index, None, style)
        elif isinstance(value, str):
            text = neutralise(value)
            if len(text) > MAX_CELL:
                text, self.cut = text[:MAX_CELL], self.cut + 1
            tab.write_string(row, index, text, style)
        elif isinstance(value, date):
            if value < _FIRST_DAY:
                tab.write_string(row, index, value.isoformat(), style)
            else:
                tab.write_datetime(row, index, value, style)
        elif isinstance(value, Decimal) or value - value == 0:
            tab.write_number(row, index, float(value), style)
        else:
            tab.write_string(row, index, str(value), style)  # infinities are no numbers to Excel


def _lines_of(cells: Sequence[Plain], widths: Sequence[int]) -> int:
    """Lines of the highest cell of a row; widths in characters, of the columns that are shown."""
    lines = 1
    for cell, width in zip(cells, widths, strict=False):
        if isinstance(cell, list):
            cell = LIST_SEPARATOR.join(cell)  # noqa: PLW2901 - as it will stand there
        if isinstance(cell, str) and len(cell) * 2 > width and (wide := _wide(cell)) > width:
            lines = max(lines, -(-wide // width))
        if isinstance(cell, str) and "\n" in cell:
            lines = max(lines, sum(max(1, -(-_wide(part) // width)) for part in cell.split("\n")))
    return lines


def _wide(text: str) -> int:
    """Characters side by side, a Hanzi counting as two: in UTF-8 it takes three bytes, and a letter one."""
    return len(text) if text.isascii() else (len(text) + len(text.encode("utf-8", "replace"))) // 2


def _print_setup(tab: Any, title: str, *, header_row: int, width: int = 0, upright: bool = False) -> None:
    if not upright:
        tab.set_landscape()
    tab.set_paper(_A3 if width > A4_CHARACTERS else _A4)
    tab.fit_to_pages(1, 0)
    tab.set_margins(left=0.4, right=0.4, top=0.65, bottom=0.6)
    tab.repeat_rows(header_row)
    tab.set_header(f"&R&9{_header_text(title)}")
    tab.set_footer("&C&9第 &P 页 共 &N 页")


def _header_text(text: str) -> str:
    return text.replace("&", "&&")[:80]


def _tab_name(title: str, suffix: str) -> str:
    allowed = "".join("_" if character in "[]:*?/\\" else character for character in title).strip("'") or "表"
    return allowed[: 31 - len(suffix)] + suffix


def _explain(book: Any, styles: _Styles, sheets: Sequence[Sheet], notes: Sequence[str], cut: int) -> None:
    tab = book.add_worksheet(EXPLAINING_SHEET)
    _print_setup(tab, EXPLAINING_SHEET, header_row=0)
    for index, width in enumerate((16, 22, 26, 70)):
        tab.set_column(index, index, width)
    for index, heading in enumerate(("工作表", "列名", "机器字段", "含义")):
        tab.write_string(0, index, heading, styles.head)
    row = 0
    for row, cells in enumerate(_explained(sheets), start=1):
        for index, text in enumerate(cells):
            tab.write_string(row, index, neutralise(text), styles.wrapped)
    more = [f"{cut} 个单元格的文字超过 {MAX_CELL} 字,已截断;全文见 CSV 或 Parquet。"] if cut else []
    for line in (*notes, *more, GUARD_NOTE):
        row += 1
        tab.merge_range(row + 1, 0, row + 1, 3, neutralise(line), styles.note)
        tab.set_row(row + 1, 15 * (1 + len(line) // 62))
    tab.freeze_panes(1, 0)


def _explained(sheets: Sequence[Sheet]) -> Iterator[tuple[str, str, str, str]]:
    for sheet in sheets:
        for column in sheet.columns:
            yield sheet.title, column.heading, column.key, sheet.explain.get(column.key, "")
