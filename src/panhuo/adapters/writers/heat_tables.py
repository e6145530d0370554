"""Heat tables: a workbook with tinted cells, a page with real tables, one long table for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from panhuo.adapters.writers.columns import Column, Kind
from panhuo.adapters.writers.pages import shown, write_page
from panhuo.adapters.writers.workbook import Sheet, write_workbook
from panhuo.engine.indicators.heat import FIGURES, TOTAL, Figure, HeatTable

KINDS: Mapping[Figure, Kind] = {
    "patents": "int",
    "mean_score": "float",
    "good_share": "share",
    "dormant_share": "share",
}
STEPS = 8
"""Tints of a page, from none to the deepest."""
HIDDEN = "＊"


@dataclass(frozen=True, slots=True)
class HeatText:
    """Words of a heat table. figures: name of each figure. row_heading: what rows are. words: group -> name, for rows
    and for columns."""

    title: str
    subtitle: Sequence[str]
    figures: Mapping[Figure, str]
    row_heading: str
    row_words: Mapping[str, str]
    column_words: Mapping[str, str]
    notes: Sequence[str]
    footer: str
    synthetic: str = ""


LONG = (
    Column("row", "行", "text", 24),
    Column("column", "列", "text", 24),
    *(Column(figure, figure, KINDS[figure], 14) for figure in FIGURES),
    Column("hidden", "不公布", "text", 8),
)


def long_rows(table: HeatTable) -> Iterator[list[object]]:
    """Rows of LONG: each place that holds a patent; figures that are hidden are empty."""
    for row, column in sorted(
        table.cells, key=lambda place: (place[0] == TOTAL, place[0], place[1] == TOTAL, place[1])
    ):
        figures = [table.figure(row, column, figure) for figure in FIGURES]
        yield [row, column, *map(_rounded, figures), "yes" if (row, column) in table.hidden else ""]


def write_heat_workbook(path: Path, table: HeatTable, text: HeatText) -> None:
    """One sheet a figure, cells tinted, the totals outside of the tints. Raises: DomainError cannot_write."""
    sheets = []
    for figure in FIGURES:
        kind = KINDS[figure]
        columns = (
            Column("row", text.row_heading, "text", 26),
            *(Column(f"c{place}", text.column_words[one], kind, 12) for place, one in enumerate(table.columns)),
            Column(TOTAL, text.column_words[TOTAL], kind, 10),
        )
        rows = [
            [text.row_words[row], *(_rounded(table.figure(row, one, figure)) for one in (*table.columns, TOTAL))]
            for row in (*table.rows, TOTAL)
        ]
        head = (f"{text.title}：{text.figures[figure]}", *text.subtitle, *filter(None, [text.synthetic]))
        scaled = [column.key for column in columns[1:-1]]
        sheets.append(Sheet(text.figures[figure], columns, rows, head=head, scaled=scaled, sum_rows=1))
    write_workbook(path, sheets, notes=text.notes)


def write_heat_page(path: Path, table: HeatTable, text: HeatText) -> None:
    """All figures on one page. Raises: DomainError cannot_write."""
    tables = [
        {
            "title": text.figures[figure],
            "headings": [text.row_heading, *(text.column_words[one] for one in (*table.columns, TOTAL))],
            "rows": _page_rows(table, text, figure),
        }
        for figure in FIGURES
    ]
    write_page(path, "heat_page.html.j2", page=text, tables=tables, steps=STEPS)


def _page_rows(table: HeatTable, text: HeatText, figure: Figure) -> list[dict[str, object]]:
    column = Column(figure, figure, KINDS[figure])
    inner = [table.figure(row, one, figure) for row in table.rows for one in table.columns]
    most = max((value for value in inner if value is not None), default=0.0)
    found = []
    for row in (*table.rows, TOTAL):
        cells = []
        for one in (*table.columns, TOTAL):
            value = table.figure(row, one, figure)
            said = HIDDEN if (row, one) in table.hidden else shown(column, _rounded(value))
            is_inner = row != TOTAL and one != TOTAL
            tint = round(STEPS * value / most) if is_inner and value and most else 0
            cells.append({"text": said, "tint": tint})
        found.append({"name": text.row_words[row], "cells": cells, "is_total": row == TOTAL})
    return found


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4) if value <= 1 else round(value, 1)
