"""Workbooks: cells as a person reads them, sheets by what they hold, and what a workbook may cost."""

from __future__ import annotations

import io
import resource
import subprocess
import sys
import time
import zipfile
from datetime import date, datetime

import pytest

from panhuo.adapters.readers.protocol import RefusedFile
from panhuo.adapters.readers.tables_xlsx import open_workbook
from panhuo.adapters.readers.tables_xlsx_guard import check_workbook
from table_files import application, csv_bytes, publication, read, source_of, workbook

HEADING = ["专利号", "专利名称", "申请日", "被引用次数", "年费"]
PART = "xl/worksheets/sheet1.xml"


def table(*rows: list[object]) -> bytes:
    return workbook({"表一": [HEADING, *rows]})


def with_sheet(body: str, *, attributes: str = "", strings: str = "") -> bytes:
    """A workbook whose one sheet has this XML as its rows."""
    made = workbook({"表": [["x"]]})
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    parts = {
        PART: f'<?xml version="1.0" encoding="UTF-8"?><worksheet {space}{attributes}><sheetData>{body}</sheetData></worksheet>'
    }
    if strings:
        parts["xl/sharedStrings.xml"] = f'<?xml version="1.0" encoding="UTF-8"?><sst {space}>{strings}</sst>'
    data = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, parts.get(name, old.read(name)))
    return data.getvalue()


def with_part(data: bytes, old: str, new: str) -> bytes:
    """The workbook with a piece of its sheet's XML replaced."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            part = before.read(name)
            after.writestr(name, part.replace(old.encode(), new.encode()) if name == PART else part)
    return made.getvalue()


def cell(place: str, text: str, *, more: str = "") -> str:
    return f'<c r="{place}"{more} t="inlineStr"><is><t>{text}</t></is></c>'


def heading(row: int = 1) -> str:
    return f'<row r="{row}">{cell(f"A{row}", "专利号")}{cell(f"B{row}", "专利名称")}</row>'


def test_days_and_numbers_become_what_a_person_reads() -> None:
    found = read(
        table(
            [application(1), "一种散热片", date(2021, 5, 28), 12, 0.3],
            [application(2), "轴承", datetime.fromisoformat("2021-05-28 09:30"), 7.0, 1e16],
        ),
        name="a.xlsx",
    )
    assert found.column("filing_date") == ["2021-05-28", "2021-05-28 09:30:00"]
    assert found.column("cited_by_count") == ["12", "7"]


@pytest.mark.parametrize(
    ("typed", "read_as"),
    [
        (202110123456.7, "202110123456.7"),
        (202110123456, "202110123456"),
        (2021101234567, "2021101234567"),
        (200710012345.9, "200710012345.9"),
        ("20211012345X", "20211012345X"),
        ("202110123456.X", "202110123456.X"),
    ],
)
def test_application_numbers_typed_as_numbers_keep_every_digit(typed: object, read_as: str) -> None:
    found = read(table([typed, "一种散热片", None, None, None]), name="a.xlsx")
    assert found.column("application_number") == [read_as]


def test_numbers_never_come_with_an_exponent_or_more_digits_than_shown() -> None:
    sheet = [
        ["专利号", "专利名称", "申请人"],
        [application(1), 0.1 + 0.2, 123456789012345678.0],
        [application(2), -2.5, 1e300],
    ]
    found = read(workbook({"表": sheet}), name="a.xlsx")
    assert found.column("title") == ["0.3", "-2.5"]
    assert all("e" not in str(value) for value in found.column("applicants"))


def test_rows_are_numbered_as_excel_does_also_where_the_table_begins_further_down_and_right() -> None:
    body = f'<row r="4">{cell("C4", "专利号")}{cell("D4", "专利名称")}</row><row r="9">{cell("C9", application(1))}{cell("D9", "散热片")}</row>'
    [row] = read(with_sheet(body), name="a.xlsx").rows
    assert row == {"row": 9, "member": "表", "application_number": application(1), "title": "散热片"}


def test_the_error_of_a_formula_costs_its_row_and_is_told_with_its_cell() -> None:
    body = (
        heading()
        + f'<row r="2">{cell("A2", application(1))}<c r="B2" t="e"><f>VLOOKUP(1,Z:Z,2)</f><v>#N/A</v></c></row>'
    )
    found = read(with_sheet(body), name="a.xlsx")
    assert found.rows == []
    [reject] = found.rejects
    assert (reject.row, reject.column, reject.value, reject.code, reject.member) == (
        2,
        "专利名称",
        "#N/A",
        "formula_error",
        "表",
    )


@pytest.mark.parametrize("stored", ["", "<v/>", "<v></v>", "<v />"])
def test_a_formula_that_was_never_calculated_is_told_and_a_calculated_one_read(stored: str) -> None:
    first = f'<row r="2">{cell("A2", application(1))}<c r="B2"><f>A1&amp;"x"</f>{stored}</c></row>'
    second = f'<row r="3">{cell("A3", application(2))}<c r="B3" t="str"><f>A1&amp;"x"</f><v>散热片</v></c></row>'
    found = read(with_sheet(heading() + first + second), name="a.xlsx")
    assert found.column("title") == ["散热片"]
    assert [(reject.row, reject.column, reject.value) for reject in found.rejects] == [
        (2, "专利名称", "not calculated")
    ]
    assert "Open the file in Excel" in found.rejects[0].message


def test_a_formula_never_calculated_in_a_column_that_is_not_read_costs_nothing() -> None:
    first = (
        f'<row r="1">{cell("A1", "专利号")}{cell("B1", "专利名称")}{cell("C1", "我们的备忘")}{cell("D1", "链接")}</row>'
    )
    formula = '<c r="{}"><f>A1&amp;"x"</f></c>'
    body = f'<row r="2">{cell("A2", application(1))}{cell("B2", "散热片")}{formula.format("C2")}{formula.format("D2")}</row>'
    found = read(with_sheet(first + body), name="a.xlsx")
    assert (found.column("title"), found.codes) == (["散热片"], [])


def test_a_row_with_several_troubles_is_one_reject() -> None:
    formula = '<c r="{}"><f>A1&amp;"x"</f></c>'
    no_number = f'<row r="2">{formula.format("A2")}{formula.format("B2")}</row>'
    total = f'<row r="3">{cell("A3", "合计")}{formula.format("B3")}</row>'
    found = read(with_sheet(heading() + no_number + total), name="a.xlsx")
    assert found.rows == []
    assert [(reject.row, reject.code) for reject in found.rejects] == [(2, "formula_error"), (3, "total_row")]


def test_rows_under_a_merged_cell_count_once() -> None:
    rows = "".join(
        f'<row r="{row}">{number}{cell(f"B{row}", title)}</row>'
        for row, number, title in ((2, cell("A2", application(1)), "甲"), (3, '<c r="A3"/>', "乙"), (4, "", "丙"))
    )
    body = with_sheet(heading() + rows)
    merged = with_part(body, "</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="A2:A4"/></mergeCells>')
    found = read(merged, name="a.xlsx")
    assert found.column("title") == ["甲"]
    assert [(reject.row, reject.code) for reject in found.rejects] == [(3, "no_number"), (4, "no_number")]


def test_what_stands_in_a_merged_cell_holds_for_each_row_under_it_that_has_a_number_of_its_own() -> None:
    def row(place: int, number: str, owner: str) -> str:
        owned = cell(f"B{place}", owner) if owner else f'<c r="B{place}"/>'
        return f'<row r="{place}">{cell(f"A{place}", number) if number else ""}{owned}</row>'

    heads = f'<row r="1">{cell("A1", "专利号")}{cell("B1", "专利权人")}</row>'
    rows = [row(2, application(1), "云湖大学"), row(3, application(2), ""), row(4, "", ""), row(5, application(3), "")]
    body = with_sheet(heads + "".join(rows))
    spans = '<mergeCells><mergeCell ref="B2:B4"/><mergeCell ref="B1:B1"/></mergeCells>'
    found = read(with_part(body, "</sheetData>", f"</sheetData>{spans}"), name="a.xlsx")
    assert found.column("owners") == ["云湖大学", "云湖大学", None]
    assert [row["row"] for row in found.rows] == [2, 3, 5]
    assert found.rejects == []


def test_a_merged_cell_is_carried_through_the_batches_and_costs_nothing_where_ranges_lie_over_each_other() -> None:
    many = 12_000
    heads = f'<row r="1">{cell("A1", "专利号")}{cell("B1", "专利权人")}</row>'
    rows = [
        f'<row r="{place}">{cell(f"A{place}", application(place))}{cell("B2", "甲") if place == 2 else ""}</row>'
        for place in range(2, many)
    ]
    spans = "".join(f'<mergeCell ref="B{place}:B1048576"/>' for place in range(2, many))
    body = with_part(with_sheet(heads + "".join(rows)), "</sheetData>", f"</sheetData><mergeCells>{spans}</mergeCells>")
    before = time.monotonic()
    assert set(read(body, name="a.xlsx").column("owners")) == {"甲"}
    assert time.monotonic() - before < 10


def test_numbers_in_columns_of_days_are_the_days_excel_counts_by_them() -> None:
    # 43600 is 2019-05-15 (day 1 is 1900-01-01 and 1900 counts as a leap year)
    sheet = table(
        *([application(serial), "轴承", day, 43600, None] for serial, day in enumerate((43600, 2021, 20210528)))
    )
    found = read(sheet, name="a.xlsx")
    assert found.column("filing_date") == ["2019-05-15", "2021", "20210528"]
    assert found.column("cited_by_count") == ["43600"] * 3
    plain = read(csv_bytes([HEADING, [application(1), "轴承", "43600", "1", ""]]))
    assert plain.column("filing_date") == ["43600"]


def test_all_sheets_of_a_kind_are_read_and_the_others_named() -> None:
    sheets = {
        "2023": [HEADING, [application(1), "甲", None, None, None]],
        "说明": [["本表每季更新"]],
        "2024": [HEADING, [application(2), "乙", None, None, None]],
    }
    found = read(workbook(sheets), name="a.xlsx")
    assert [(row["member"], row["title"]) for row in found.rows] == [("2023", "甲"), ("2024", "乙")]
    assert "sheets left out, no known heading: 说明" in found.detection.because


def test_a_workbook_of_several_ledgers_gives_each_sheet_as_what_it_is() -> None:
    sheets = {
        "许可": [
            ["专利号", "许可方", "被许可方", "备案号", "备案日期"],
            [application(1), "云湖大学", "甲公司", "X1", "2023-05-06"],
        ],
        "质押": [
            ["专利号", "出质人", "质权人", "登记日", "质押金额（万元）"],
            [application(2), "乙公司", "云湖银行", "2023-06-01", 500],
        ],
        "名录": [["企业名称", "标签", "有效期起"], ["甲公司", "高新技术企业", "2022-01-01"]],
    }
    found = read(workbook(sheets), name="a.xlsx")
    assert found.format == "mixed_workbook"
    assert [(batch.kind.value, batch.member) for batch in found.batches] == [
        ("event", "许可"),
        ("event", "质押"),
        ("roster", "名录"),
    ]
    assert found.column("ledger") == ["licence", "pledge", None]


def test_the_format_is_told_from_the_bytes_and_not_from_the_name() -> None:
    found = read(table([application(1), "一种散热片", None, None, None]), name="list.csv")
    assert found.format == "patent_table"


def test_a_workbook_with_a_stray_cell_far_away_is_read_without_laying_it_out() -> None:
    body = (
        heading()
        + f'<row r="2">{cell("A2", application(1))}{cell("B2", "散热片")}</row><row r="1048576">{cell("XFD1048576", "x")}</row>'
    )
    data = with_sheet(body)
    assert not check_workbook(source_of(data)).is_safe
    begun = time.process_time()
    found = read(data, name="a.xlsx")
    assert found.column("title") == ["散热片"]
    assert time.process_time() - begun < 10


@pytest.mark.parametrize(
    "far",
    [
        '<c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c>',
        "<c t='inlineStr' r = 'XFD1048576'><is><t>x</t></is></c>",
        '<c r="xfd1048576" t="inlineStr"><is><t>x</t></is></c>',
        '<y:c xmlns:y="http://schemas.openxmlformats.org/spreadsheetml/2006/main" r="XFD1048576" t="inlineStr"><y:is><y:t>x</y:t></y:is></y:c>',
        '<c\nr="XFD1048576" t="inlineStr"><is><t>x</t></is></c>',
    ],
)
def test_no_spelling_of_a_far_cell_gets_past_the_guard(far: str) -> None:
    assert not check_workbook(source_of(with_sheet(heading() + f"<row>{far}</row>"))).is_safe


def test_calamine_alone_dies_of_a_stray_cell() -> None:
    data = with_sheet(heading() + f'<row r="1048576">{cell("XFD1048576", "x")}</row>')
    script = "import sys,io,python_calamine as c; c.CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read())).get_sheet_by_index(0)"
    control = subprocess.run(
        [sys.executable, "-c", script],
        input=data,
        capture_output=True,
        check=False,
        timeout=60,
        preexec_fn=_two_gigabytes,
    )
    assert control.returncode != 0  # the control: what the guard is there for


def _two_gigabytes() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))


def shared_by_many(text: str, cells: int) -> bytes:
    rows = "".join(f'<row r="{number}"><c r="A{number}" t="s"><v>0</v></c></row>' for number in range(2, cells + 2))
    return with_sheet(heading() + rows, strings=f"<si><t>{text}</t></si>")


def test_one_text_shared_by_many_cells_is_not_copied_for_each() -> None:
    data = shared_by_many("散热" * 15_000, 20_000)
    assert len(data) < 1 << 20
    assert not check_workbook(source_of(data)).is_safe


def test_a_text_longer_than_a_cell_may_hold_is_refused() -> None:
    with pytest.raises(RefusedFile) as caught:
        read(shared_by_many("散热" * 400_000, 20_000), name="a.xlsx")
    assert caught.value.code == "endless_text"


def test_ordinary_shared_texts_are_no_reason_for_the_slow_way() -> None:
    rows = [["专利号", "专利名称"], *([application(number % 90), "一种散热片" * 20] for number in range(500))]
    assert check_workbook(source_of(workbook({"表": rows}))).is_safe


def test_a_workbook_that_calamine_cannot_open_is_read_by_the_other_way() -> None:
    # a reference that calamine refuses and openpyxl forgives
    body = heading() + f'<row r="2">{cell("A2", application(1))}{cell("B2", "散热片")}</row>'
    assert [grid.name for grid in open_workbook(source_of(with_sheet(body)))] == ["表"]


def test_an_old_workbook_is_refused_with_what_to_do() -> None:
    with pytest.raises(RefusedFile, match=r"save it as \.xlsx"):
        read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096), name="a.xls")


def test_a_word_document_is_refused_as_what_it_is() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as book:
        book.writestr("[Content_Types].xml", "<Types/>")
        book.writestr("word/document.xml", "<document/>")
    with pytest.raises(RefusedFile, match="no XLSX workbook"):
        read(data.getvalue(), name="a.docx")


def test_a_workbook_cut_off_is_refused() -> None:
    data = table([application(1), "一种散热片", None, None, None])
    with pytest.raises(RefusedFile):
        read(data[: len(data) // 2], name="a.xlsx")


def test_a_bomb_is_refused_before_it_is_inflated() -> None:
    data = with_sheet(f'<row r="1">{cell("A1", "0" * 40_000_000)}</row>')
    assert len(data) < 200_000
    with pytest.raises(RefusedFile) as caught:
        read(data, name="a.xlsx")
    assert caught.value.code == "archive_bomb"


def test_an_entity_in_a_sheet_is_refused() -> None:
    made = with_sheet(heading())
    data = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(data, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == PART:
                text = text.replace(
                    b"<worksheet", b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><worksheet'
                )
            new.writestr(name, text)
    with pytest.raises(RefusedFile) as caught:
        read(data.getvalue(), name="a.xlsx")
    assert caught.value.code == "office_dtd"


def test_a_total_below_the_table_is_no_row() -> None:
    found = read(table([application(1), "甲", None, 3, None], ["合计", None, None, 3, None]), name="a.xlsx")
    assert found.column("title") == ["甲"]
    assert [(reject.row, reject.code) for reject in found.rejects] == [(3, "total_row")]


def test_publication_numbers_under_a_heading_of_patent_numbers_go_where_they_belong() -> None:
    found = read(
        table([application(1), "甲", None, None, None], [publication(2), "乙", None, None, None]), name="a.xlsx"
    )
    assert found.column("application_number") == [application(1), None]
    assert found.column("publication_number") == [None, publication(2)]
