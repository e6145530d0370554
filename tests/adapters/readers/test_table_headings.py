"""Headings are data: matched whatever their width and brackets, each with one meaning in one kind of table."""

from __future__ import annotations

import csv
from collections import defaultdict

import pytest

from panhuo.adapters.readers.headings import EVENTS, aliases, normal_heading, own_headings
from panhuo.adapters.readers.protocol import RefusedFile
from panhuo.adapters.readers.tables_schemas import LEDGERS, NUMBERS, SCHEMAS
from panhuo.rules import packs_folder
from table_files import application, csv_bytes, publication, read, workbook

TABLES = packs_folder() / "national" / "tables"
PSEUDO = (NUMBERS | {"amount", "people", "inpadoc_events", ""}) - {"application_number"}


def rows_of(name: str) -> list[dict[str, str]]:
    with (TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.mark.parametrize(
    "written",
    [
        "公开(公告)号",
        "公开（公告）号",
        " 公开 (公告) 号 ",
        "公开﹙公告﹚号",
        "公开公告号",
        "[标]公开(公告)号",
        "*公开(公告)号",
        "公开(公告)号\n（必填）",
    ],
)
def test_variants_of_a_heading_are_one(written: str) -> None:
    assert normal_heading(written) == normal_heading("公开(公告)号")


def test_english_headings_forget_case_blanks_and_underscores() -> None:
    assert {normal_heading(text) for text in ("Publication Number", "publication_number", "PUBLICATION-NUMBER")} == {
        "publicationnumber"
    }


def test_a_heading_means_one_thing_in_a_schema() -> None:
    meanings: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows_of("headings"):
        for schema in LEDGERS if row["schema"] == EVENTS else {row["schema"]}:
            meanings[schema, normal_heading(row["heading"])].add(row["field"])
    several = {key: fields for key, fields in meanings.items() if len(fields) > 1}
    # a ledger's own list may be finer than what all ledgers share: the ledger's stands later and adds nothing
    assert several == {}


def test_every_field_named_in_the_table_exists() -> None:
    for row in rows_of("headings"):
        known = {
            field
            for name in (LEDGERS if row["schema"] == EVENTS else {row["schema"]})
            for field in SCHEMAS[name].fields
        }
        assert row["field"] in known | PSEUDO, row


def test_no_two_fields_of_a_schema_share_their_own_heading_and_each_reads_back() -> None:
    for schema in SCHEMAS:
        own = own_headings(schema)
        assert len(set(own.values())) == len(own)
        for field, heading in own.items():
            assert aliases(schema)[normal_heading(heading)].field == field


def test_each_schema_but_the_mixed_ledger_has_a_chinese_heading_for_what_it_must_have() -> None:
    for schema in SCHEMAS.values():
        own = own_headings(schema.name)
        for wanted in schema.must:
            assert wanted & own.keys(), (schema.name, wanted)


def test_the_check_booklet_is_read_under_the_headings_that_its_pack_table_gives() -> None:
    for row in rows_of("check_booklet"):
        alias = aliases("check_booklet")[normal_heading(row["heading"])]
        expected = row["field"] if row["field"] in SCHEMAS["check_booklet"].fields else ""
        assert alias.field == expected, row


def test_the_glossary_names_of_fields_are_headings_too() -> None:
    data = csv_bytes([("publication_number", "owners", "filing_date"), (publication(1), "云湖大学", "2020-05-28")])
    [row] = read(data).rows
    assert row["owners"] == "云湖大学"
    assert row["filing_date"] == "2020-05-28"


def test_the_heading_may_stand_below_titles_and_blank_rows() -> None:
    sheet = [
        ["云湖市专利清单"],
        [],
        ["填报单位：云湖大学"],
        ["序号", "专利号", "专利名称"],
        [1, application(3), "一种散热片"],
    ]
    found = read(workbook({"表": sheet}), name="a.xlsx")
    assert found.rows == [{"row": 5, "member": "表", "application_number": application(3), "title": "一种散热片"}]


def test_a_heading_below_the_tenth_row_is_not_looked_for() -> None:
    sheet = [[f"说明{line}"] for line in range(12)] + [["专利号", "专利名称"], [application(3), "一种散热片"]]
    with pytest.raises(RefusedFile, match="within the first ten rows"):
        read(workbook({"表": sheet}), name="a.xlsx")


def test_a_heading_of_two_rows_is_joined_where_that_makes_a_known_one() -> None:
    sheet = [
        ["专利实施许可合同备案明细表"],
        ["专利号", "许可方", "", "被许可方", "", "备案号", "许可种类", "备案日期"],
        ["", "名称", "统一社会信用代码", "名称", "统一社会信用代码", "", "", ""],
        [application(3), "云湖大学", "", "云湖轴承有限公司", "", "X2023980040001", "普通许可", "2023-05-06"],
    ]
    found = read(workbook({"明细": sheet}), name="a.xlsx")
    assert found.format == "licence_ledger"
    [row] = found.rows
    assert (row["from_party"], row["to_party"], row["number"]) == ("云湖大学", "云湖轴承有限公司", "X2023980040001")


def test_unknown_columns_are_told_and_not_guessed() -> None:
    data = csv_bytes([("公开(公告)号", "标题", "院内编号"), (publication(1), "一种散热片", "YH-1")])
    found = read(data)
    assert "not taken: 院内编号" in found.detection.because
    assert "YH-1" not in found.rows[0].values()


def test_columns_known_and_not_wanted_are_not_told_as_unknown() -> None:
    data = csv_bytes([("序号", "公开(公告)号", "合享价值度"), (1, publication(1), 9)])
    assert "not taken" not in read(data).detection.because


def test_of_two_columns_for_a_field_the_preferred_one_counts_and_gaps_are_filled() -> None:
    heading = ("公开(公告)号", "标题(译)(简体中文)", "标题")
    data = csv_bytes([heading, (publication(1), "译名", "Title"), (publication(2), "", "原名")])
    assert read(data).column("title") == ["Title", "原名"]
