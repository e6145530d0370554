"""疑似沉睡专利核实表: one workbook per owner, our columns locked, the owner's with drop-downs and checks.

The sheet is protected without a password: that keeps slips out, not people. Who answers is checked on the way
back, by the booklet's number and the owner that stand in the head and in locked columns of each row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.utility import xl_col_to_name

from panhuo.adapters.formula_guard import neutralise
from panhuo.adapters.own_workbook import AUTHOR, EXPLAINING_SHEET
from panhuo.adapters.writers.atomic import whole_file
from panhuo.adapters.writers.workbook import GUARD_NOTE
from panhuo.rules import InForce

_FIXED = datetime(2000, 1, 1)  # noqa: DTZ001 - a property of the file format; the same bytes each time
LINE_POINTS = 14.0


@dataclass(frozen=True, slots=True)
class BookletField:
    """One column. part: locked (ours), choice, date, amount, score (0 to 100), free; options: of the drop-down."""

    field: str
    heading: str
    part: str
    width: int
    note: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BookletTexts:
    """What stands around the table; error texts are shown when a cell is filled with what it may not hold."""

    sheet: str
    options_sheet: str
    head: Sequence[str]
    notes: Sequence[str]
    choice_error: str
    date_error: str
    amount_error: str
    score_error: str = ""


def booklet_fields(rules: InForce) -> tuple[BookletField, ...]:
    """Columns of the pack (check_booklet) with the lists of check_options and proper_reasons."""
    lists: dict[str, list[str]] = {}
    for row in rules.table("check_options"):
        lists.setdefault(row["list"], []).append(row["label"])
    lists["reason"] = [row["zh"] for row in rules.table("proper_reasons")]
    return tuple(
        BookletField(
            row["field"],
            row["heading"],
            row["part"],
            int(row["width"]),
            row["note"],
            tuple(lists[row["list"]]) if row["list"] else (),
        )
        for row in rules.table("check_booklet")
    )


def write_booklet(
    path: Path, fields: Sequence[BookletField], rows: Sequence[Mapping[str, Any]], texts: BookletTexts
) -> None:
    """Write one owner's workbook.

    rows: per right the values of the locked fields by name (text, int or date); the owner's fields stay empty.
    Raises: DomainError cannot_write.
    """
    with whole_file(path) as draft:
        book = xlsxwriter.Workbook(draft)
        book.set_properties({"created": _FIXED, "author": AUTHOR, "title": texts.head[0]})
        styles = _styles(book)
        table = book.add_worksheet(texts.sheet)
        first_row = len(texts.head) + 1
        _head(table, fields, texts, styles)
        for place, row in enumerate(rows):
            _row(table, first_row + place, fields, row, styles)
        options = _options(book, texts.options_sheet, fields, styles)
        if rows:
            _checks(table, fields, options, first_row, first_row + len(rows) - 1, texts)
            _marks(table, fields, first_row, first_row + len(rows) - 1, styles)
        _notes(book, fields, texts, styles)
        try:
            book.close()
        except FileCreateError as error:
            raise OSError(str(error)) from error


def _styles(book: Any) -> dict[str, Any]:
    base = {"font_name": "宋体", "font_size": 10, "valign": "vcenter", "text_wrap": True}
    cell = {**base, "border": 1, "border_color": "#A6A6A6"}
    ours = {**cell, "bg_color": "#F2F2F2", "locked": True}
    theirs = {**cell, "bg_color": "#FFF9E5", "locked": False}
    day = {"num_format": "yyyy-mm-dd", "align": "center"}
    return {
        name: book.add_format(form)
        for name, form in {
            "title": {**base, "font_name": "黑体", "font_size": 16, "align": "center"},
            "line": {**base, "align": "left"},
            "head_locked": {**cell, "bold": True, "align": "center", "bg_color": "#D9D9D9"},
            "head_open": {**cell, "bold": True, "align": "center", "bg_color": "#FFE699"},
            "locked": ours,
            "locked_date": {**ours, **day},
            "locked_centre": {**ours, "align": "center"},
            "choice": {**theirs, "align": "center"},
            "date": {**theirs, **day},
            "amount": {**theirs, "num_format": "#,##0.00"},
            "score": {**theirs, "num_format": "0.####", "align": "center"},
            "free": theirs,
            "missing": {"bg_color": "#F8CBAD"},
            "note": {**base, "align": "left"},
        }.items()
    }


def _head(table: Any, fields: Sequence[BookletField], texts: BookletTexts, styles: Mapping[str, Any]) -> None:
    shown = min(len(fields), 12) - 1
    for row, line in enumerate(texts.head):
        table.merge_range(row, 0, row, shown, neutralise(line), styles["title" if row == 0 else "line"])
        table.set_row(row, 30 if row == 0 else 18)
    top = len(texts.head)
    table.set_row(top, 34)
    for column, field in enumerate(fields):
        style = styles["head_locked" if field.part == "locked" else "head_open"]
        table.write_string(top, column, field.heading, style)
        table.set_column(column, column, field.width)
    table.freeze_panes(top + 1, 4)
    table.autofilter(top, 0, top, len(fields) - 1)
    table.set_landscape()
    table.set_paper(8)  # A3, two pages wide: two and a half dozen columns are not read on less
    table.fit_to_pages(2, 0)
    table.repeat_rows(top)
    table.repeat_columns(0, 3)
    table.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    table.set_footer("&C&9第 &P 页 共 &N 页")
    table.protect("", {"format_columns": True, "format_rows": True, "autofilter": True, "sort": True})


def _row(
    table: Any, at: int, fields: Sequence[BookletField], row: Mapping[str, Any], styles: Mapping[str, Any]
) -> None:
    lines = 1
    for column, field in enumerate(fields):
        value = row.get(field.field) if field.part == "locked" else None
        if value is None or value == "":
            table.write_blank(at, column, None, styles[field.part])
        elif isinstance(value, date):
            table.write_datetime(at, column, value, styles["locked_date"])
        elif isinstance(value, int):
            table.write_number(at, column, value, styles["locked_centre"])
        else:
            text = neutralise(str(value))
            table.write_string(at, column, text, styles["locked"])
            lines = max(lines, -(-2 * len(text) // field.width))
    table.set_row(at, min(200.0, LINE_POINTS * max(2, lines) + 4))


def _options(book: Any, name: str, fields: Sequence[BookletField], styles: Mapping[str, Any]) -> dict[str, str]:
    """A sheet with the lists, and per field the range its drop-down reads."""
    sheet = book.add_worksheet(name)
    ranges: dict[str, str] = {}
    chosen = [field for field in fields if field.options]
    for column, field in enumerate(chosen):
        sheet.write_string(0, column, field.heading, styles["head_locked"])
        sheet.set_column(column, column, max(12, *(2 * len(option) + 2 for option in field.options)))
        for row, option in enumerate(field.options, start=1):
            sheet.write_string(row, column, option, styles["locked"])
        letter = xl_col_to_name(column)
        ranges[field.field] = f"='{name}'!${letter}$2:${letter}${len(field.options) + 1}"
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.protect()
    return ranges


def _checks(
    table: Any,
    fields: Sequence[BookletField],
    options: Mapping[str, str],
    first: int,
    last: int,
    texts: BookletTexts,
) -> None:
    for column, field in enumerate(fields):
        if field.part == "choice":
            rule: dict[str, Any] = {
                "validate": "list",
                "source": options[field.field],
                "error_message": texts.choice_error,
            }
        elif field.part == "date":
            rule = {
                "validate": "date",
                "criteria": "between",
                "minimum": date(1985, 4, 1),
                "maximum": date(2099, 12, 31),
                "error_message": texts.date_error,
            }
        elif field.part in ("amount", "score"):
            is_score = field.part == "score"
            rule = {
                "validate": "decimal",
                "criteria": "between",
                "minimum": 0,
                "maximum": 100 if is_score else 9_999_999,
                "error_message": texts.score_error if is_score else texts.amount_error,
            }
        else:
            continue
        if field.note:
            rule |= {"input_title": field.heading[:32], "input_message": field.note[:255]}
        table.data_validation(first, column, last, column, {**rule, "ignore_blank": True})


def _marks(table: Any, fields: Sequence[BookletField], first: int, last: int, styles: Mapping[str, Any]) -> None:
    """Colour what must still be filled: proof of an exploitation, proof of a reason."""
    places = {field.field: column for column, field in enumerate(fields)}
    yes = next((field.options[0] for field in fields if field.field == "implemented"), "")
    if not {"implemented", "reason"} <= places.keys() or not yes:
        return
    exploited = f'${xl_col_to_name(places["implemented"])}{first + 1}="{yes}"'
    reason = f'${xl_col_to_name(places["reason"])}{first + 1}<>""'
    needed = {
        "implementation_mode": exploited,
        "since": exploited,
        "evidence": f"OR({exploited},{reason})",
        "valid_to": reason,
        "approver": reason,
    }
    for name, condition in needed.items():
        column = places.get(name)
        if column is not None:
            blank = f"ISBLANK({xl_col_to_name(column)}{first + 1})"
            table.conditional_format(
                first,
                column,
                last,
                column,
                {"type": "formula", "criteria": f"=AND({condition},{blank})", "format": styles["missing"]},
            )


def _notes(book: Any, fields: Sequence[BookletField], texts: BookletTexts, styles: Mapping[str, Any]) -> None:
    sheet = book.add_worksheet(EXPLAINING_SHEET)
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 80)
    row = 0
    for number, line in enumerate(texts.notes, start=1):
        sheet.merge_range(row, 0, row, 1, f"{number}. {line}", styles["note"])
        sheet.set_row(row, LINE_POINTS * (1 + len(line) // 48) + 4)
        row += 1
    row += 1
    for field in fields:
        style = styles["head_locked" if field.part == "locked" else "head_open"]
        sheet.write_string(row, 0, field.heading, style)
        sheet.write_string(row, 1, field.note, styles["note"])
        row += 1
    sheet.merge_range(row + 1, 0, row + 1, 1, GUARD_NOTE, styles["line"])
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.protect()
