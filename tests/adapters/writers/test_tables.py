"""Tables by suffix: same rows in every shape, whole files only, workbooks set up for print."""

from __future__ import annotations

import json
import math
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panhuo.adapters.writers.tables import SUFFIXES, Column, UnknownSuffix, check_suffix, write_rows
from panhuo.adapters.writers.workbook import Sheet, write_workbook
from panhuo.terms.errors import BadValue, DomainError

COLUMNS = [
    Column("publication_number", "公开(公告)号"),
    Column("title", "专利名称", "long"),
    Column("grant_date", "授权公告日", "date"),
    Column("claims_count", "权利要求数", "int"),
    Column("index", "指数", "float"),
    Column("payable_fee_cny", "应缴年费(元)", "money"),
    Column("share", "占比", "share"),
    Column("owners", "权利人", "list"),
]
ROW = [
    "CN900000001B",
    "一种电池",
    date(2020, 2, 29),
    10,
    0.5,
    Decimal("180.005"),
    0.125,
    ["云湖大学", "示例公司"],
]
EMPTY = [None, "", None, None, math.nan, None, None, []]


def test_a_workbook_has_chinese_headings_and_is_set_up_for_print(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    assert write_rows(path, COLUMNS, [ROW, EMPTY], sheet_title="清单", explain={"title": "发明名称"}) == 2
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["清单", "说明"]
    sheet = book["清单"]
    assert [cell.value for cell in sheet[1]] == [column.heading for column in COLUMNS]
    assert [cell.value for cell in sheet[2]] == [
        "CN900000001B",
        "一种电池",
        datetime(2020, 2, 29),  # noqa: DTZ001 - what openpyxl gives for a date cell
        10,
        0.5,
        180.01,
        0.125,
        "云湖大学; 示例公司",
    ]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:H3"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight) == (True, 0)
    assert sheet.print_title_rows == "$1:$1"
    assert "&P" in sheet.oddFooter.center.text
    assert ("清单", "专利名称", "title", "发明名称") in list(book["说明"].values)


def test_head_lines_stand_above_the_table_and_the_header_still_repeats(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    sheet = Sheet("清单", COLUMNS, [ROW], head=("专利技术供给清单 第1期", "查询日 2025-11-30"))
    assert write_workbook(path, [sheet, Sheet("附件", COLUMNS[:1], [["x"]], head=("附件",))]) == [1, 1]
    found = openpyxl.load_workbook(path)["清单"]
    assert found["A1"].value == "专利技术供给清单 第1期"
    assert found["A3"].value == "公开(公告)号"
    assert found.print_title_rows == "$3:$3"
    assert found.freeze_panes == "A4"


def test_csv_is_utf8_with_a_mark_and_machine_keys(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    write_rows(path, COLUMNS, [ROW, EMPTY], sheet_title="清单")
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfpublication_number,")
    lines = raw.decode("utf-8-sig").split("\r\n")
    assert lines[1] == "CN900000001B,一种电池,2020-02-29,10,0.5,180.01,0.125,云湖大学; 示例公司"
    assert lines[2] == ",,,,,,,"


def test_json_lines_and_parquet_keep_types(tmp_path: Path) -> None:
    write_rows(tmp_path / "out.jsonl", COLUMNS, [ROW, EMPTY], sheet_title="清单")
    first, second = map(json.loads, (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines())
    assert first["owners"] == ["云湖大学", "示例公司"]
    assert first["payable_fee_cny"] == 180.01
    assert second["index"] is None
    write_rows(tmp_path / "out.parquet", COLUMNS, [ROW, EMPTY], sheet_title="清单")
    table = pq.read_table(tmp_path / "out.parquet").to_pylist()
    assert table[0]["grant_date"] == date(2020, 2, 29)
    assert table[0]["payable_fee_cny"] == Decimal("180.01")
    assert table[1]["grant_date"] is None


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_no_rows_still_give_a_readable_file_with_its_columns(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"out{suffix}"
    assert write_rows(path, COLUMNS, [], sheet_title="清单") == 0
    assert path.exists()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_same_content_gives_the_same_bytes(tmp_path: Path, suffix: str) -> None:
    for name in ("a", "b"):
        write_rows(tmp_path / f"{name}{suffix}", COLUMNS, [ROW] * 50, sheet_title="清单", notes=["注"])
    assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()


def test_an_unknown_suffix_is_refused_and_the_allowed_ones_named() -> None:
    with pytest.raises(UnknownSuffix) as caught:
        check_suffix(Path("out.ods"))
    assert caught.value.fields["allowed"] == [".xlsx", ".csv", ".jsonl", ".parquet"]
    assert ".xlsx" in caught.value.message


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_when_a_row_fails_the_older_file_stays_and_nothing_else_lies_there(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"out{suffix}"
    write_rows(path, COLUMNS, [ROW], sheet_title="清单")
    before = path.read_bytes()
    bad = [*ROW[:2], "soon", *ROW[3:]]
    with pytest.raises(BadValue) as caught:
        write_rows(path, COLUMNS, [ROW, bad], sheet_title="清单")
    assert caught.value.fields["column"] == "grant_date"
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_a_folder_in_the_place_of_the_file_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "out.csv").mkdir()
    with pytest.raises(DomainError) as caught:
        write_rows(tmp_path / "out.csv", COLUMNS, [], sheet_title="清单")
    assert caught.value.code == "cannot_write"


def test_a_text_longer_than_a_cell_is_cut_and_the_workbook_says_so(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    write_rows(path, [Column("abstract", "摘要", "long")], [["长" * 40_000]], sheet_title="清单")
    book = openpyxl.load_workbook(path)
    assert len(str(book["清单"]["A2"].value)) == 32_767
    assert any("已截断" in str(cell) for row in book["说明"].values for cell in row)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20),
            st.none() | st.dates(),
            st.none() | st.integers(-(2**53), 2**53),
        ),
        max_size=5,
    )
)
def test_parquet_gives_back_whatever_was_written(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, date | None, int | None]]
) -> None:
    path = tmp_path_factory.mktemp("parquet") / "out.parquet"
    columns = [Column("t", "文"), Column("d", "日", "date"), Column("n", "数", "int")]
    write_rows(path, columns, rows, sheet_title="清单")
    assert [(row["t"], row["d"], row["n"]) for row in pq.read_table(path).to_pylist()] == rows
