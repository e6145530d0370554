"""Official lists, rosters, population, needs, the stock inventory, the booklet, open licences, other rights."""

from __future__ import annotations

import csv
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panhuo.adapters.readers.headings import own_headings
from panhuo.adapters.readers.protocol import RefusedFile
from panhuo.adapters.readers.tables_schemas import SCHEMAS
from panhuo.rules import packs_folder
from panhuo.terms.kinds import RecordKind
from table_files import application, csv_bytes, publication, read, workbook

LISTS: dict[str, tuple[list[str], list[Any], dict[str, str]]] = {
    "licence_ledger": (
        ["序号", "专利号", "专利名称", "让与人", "受让人", "许可种类", "合同备案号", "备案日期", "合同终止日期", "许可费（万元）"],
        [1, application(1), "一种散热片", "云湖大学", "云湖轴承有限公司", "普通许可", "X2023980040001", date(2023, 5, 6), "2026-05-05", 12.5],
        {"ledger": "licence", "from_party": "云湖大学", "to_party": "云湖轴承有限公司", "terms": "普通许可", "number": "X2023980040001", "event_date": "2023-05-06", "ends_on": "2026-05-05", "amount_wan": "12.5"},
    ),
    "transfer_ledger": (
        ["序号", "专利号", "专利名称", "变更前权利人", "变更后权利人", "登记生效日"],
        [1, application(1), "一种散热片", "云湖大学", "云湖轴承有限公司", "2023年5月6日"],
        {"ledger": "transfer", "from_party": "云湖大学", "to_party": "云湖轴承有限公司", "event_date": "2023年5月6日"},
    ),
    "pledge_ledger": (
        ["质押登记号", "专利号", "专利名称", "出质人", "质权人", "质押登记日", "质押金额（万元）", "注销日期"],
        ["Y2023980040001", application(1), "一种散热片", "云湖轴承有限公司", "云湖银行", "2023-05-06", 500, "-"],
        {"ledger": "pledge", "from_party": "云湖轴承有限公司", "to_party": "云湖银行", "amount_wan": "500", "number": "Y2023980040001"},
    ),
    "product_filing": (
        ["企业名称", "统一社会信用代码", "产品名称", "专利号", "备案日期"],
        ["云湖轴承有限公司", "91440300708461136T", "静音轴承", application(1) + "；" + application(2), "2024-03-01"],
        {"ledger": "product_filing", "to_party": "云湖轴承有限公司", "to_code": "91440300708461136T", "product": "静音轴承", "application_number": application(1) + "；" + application(2)},
    ),
    "technology_contract": (
        ["合同登记号", "合同名称", "合同类别", "卖方", "买方", "合同成交额（元）", "认定登记日期", "专利号"],
        ["2024440700000001", "散热片技术转让合同", "技术转让", "云湖大学", "云湖轴承有限公司", 120000, "2024-03-01", application(1)],
        {"ledger": "technology_contract", "number": "2024440700000001", "contract_kind": "技术转让", "amount_cny": "120000", "from_party": "云湖大学"},
    ),
    "roster": (
        ["企业名称", "统一社会信用代码", "标签", "有效期起", "有效期止", "来源"],
        ["云湖轴承有限公司", "91440300708461136T", "高新技术企业", "2022-12-01", "2025-11-30", "2022年第一批"],
        {"party_name": "云湖轴承有限公司", "party_code": "91440300708461136T", "tag": "高新技术企业", "valid_to": "2025-11-30"},
    ),
    "population": (
        ["地区", "行政区划代码", "年份", "常住人口（万人）"],
        ["云湖市东区", "990101", 2024, 86.52],
        {"region_name": "云湖市东区", "region": "990101", "year": "2024", "persons_wan": "86.52"},
    ),
    "needs": (
        ["需求编号", "企业名称", "需求名称", "需求内容", "预期目标", "现有工作基础", "希望解决的技术难题", "意向金额（万元）", "紧迫程度"],
        ["YH-001", "云湖轴承有限公司", "静音轴承", "降低噪声", "低于35分贝", "已有样机", "保持架磨损", 50, "紧急"],
        {"need_id": "YH-001", "firm": "云湖轴承有限公司", "problem": "降低噪声", "goal": "低于35分贝", "difficulty": "保持架磨损", "budget_wan": "50"},
    ),
    "stock_inventory": (
        ["申请号", "专利名称", "所属部门", "转化意愿", "是否实施", "自评等级", "技术成熟度", "意向价格（万元）"],
        [application(1), "一种散热片", "机电学院", "愿意", "否", "4", 6, 30],
        {"application_number": application(1), "department": "机电学院", "willing": "愿意", "implemented": "否", "self_grade": "4", "maturity": "6", "price_wan": "30"},
    ),
    "check_booklet": (
        ["序号", "专利号", "授权公告号", "专利名称", "是否实施", "实施方式", "正当理由", "转化意愿", "核实表编号", "权利人"],
        [1, application(1), publication(1), "一种散热片", "否", "", "技术尚不成熟", "愿意转化", "B-1", "云湖大学"],
        {"application_number": application(1), "publication_number": publication(1), "implemented": "否", "reason": "技术尚不成熟", "willingness": "愿意转化", "booklet": "B-1", "owner": "云湖大学"},
    ),
    "open_licence": (
        ["专利号", "专利名称", "专利类型", "专利权人", "专利权人类型", "许可使用费", "许可使用费支付方式", "许可期限届满日", "许可范围", "公告时间"],
        [application(1), "一种散热片", "发明", "云湖大学", "高校", "每年1万元", "签约后支付", "2027-12-31", "全国", "2024-06-01"],
        {"application_number": application(1), "fee_text": "每年1万元", "payment_text": "签约后支付", "ends_on": "2027-12-31", "scope_text": "全国", "announced_on": "2024-06-01"},
    ),
    "other_ip": (
        ["商标名称", "注册号", "注册人", "注册日期", "有效期至"],
        ["云湖", "99000001", "云湖轴承有限公司", "2020-01-07", "2030-01-06"],
        {"title": "云湖", "publication_number": "99000001", "owners": "云湖轴承有限公司", "ip_type": "商标", "expiry_date": "2030-01-06"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("container", ["xlsx", "csv"])
def test_each_official_list_is_known_and_fills_its_fields(name: str, container: str) -> None:
    heading, cells, expected = LISTS[name]
    data = (
        workbook({"明细": [heading, cells]}) if container == "xlsx" else csv_bytes([heading, cells], encoding="gb18030")
    )
    found = read(data)
    assert found.format == name
    assert found.batches[0].kind is SCHEMAS[name].kind
    [row] = found.rows
    assert {field: row.get(field) for field in expected} == expected
    assert "not taken" not in found.detection.because


@pytest.mark.parametrize("name", [name for name in SCHEMAS if name != "patents"])
def test_a_table_under_our_own_headings_reads_back_as_what_it_is(name: str) -> None:
    own = {field: heading for field, heading in own_headings(name).items() if field not in ("amount_cny", "persons")}
    cells = {field: f"值{place}" for place, field in enumerate(own)}
    cells |= {"application_number": application(1), "publication_number": publication(1), "ledger": "转让"}
    data = workbook({"表": [list(own.values()), [cells[field] for field in own]]})
    found = read(data)
    assert found.format == name
    [row] = found.rows
    skipped = {"publication_number"} if name == "other_ip" else set()
    for field in own.keys() - skipped:
        assert row[field] == ("transfer" if field == "ledger" else cells[field]), field


def test_the_same_parties_make_a_transfer_where_the_title_says_so_and_nothing_says_licence() -> None:
    rows = [
        ["2024年专利转让情况"],
        ["专利号", "专利名称", "让与人", "受让人", "登记日期"],
        [application(1), "甲", "云湖大学", "乙公司", "2024-01-02"],
    ]
    assert read(workbook({"Sheet1": rows})).format == "transfer_ledger"


def test_a_pledge_of_goods_is_no_pledge_of_patents() -> None:
    with pytest.raises(RefusedFile):
        read(csv_bytes([("质押编号", "仓单编码", "出质人", "质权人", "质押物"), ("1", "C1", "甲", "乙", "钢材")]))


@pytest.mark.parametrize(
    ("line", "expected"),
    [("单位：万元", {"amount_wan": "500"}), ("（单位: 元）", {"amount_cny": "500"}), ("2024年", {})],
)
def test_a_sum_without_unit_takes_it_from_the_line_above_or_is_left(line: str, expected: dict[str, str]) -> None:
    rows = [
        ["质押登记明细", line],
        ["专利号", "出质人", "质权人", "登记日", "质押金额"],
        [application(1), "甲公司", "云湖银行", "2024-01-02", 500],
    ]
    found = read(workbook({"明细": rows}))
    [row] = found.rows
    assert {name: value for name, value in row.items() if name.startswith("amount")} == expected
    assert ("质押金额 names no unit" in found.detection.because) == (not expected)


def test_the_year_of_a_population_table_may_stand_in_its_title() -> None:
    rows = [["2024年末各区常住人口", "单位：万人"], ["地区", "常住人口"], ["东区", 86.5], ["西区", 40], ["合计", 126.5]]
    found = read(workbook({"人口": rows}))
    assert found.format == "population"
    assert [(row["region_name"], row["year"], row["persons_wan"]) for row in found.rows] == [
        ("东区", "2024", "86.5"),
        ("西区", "2024", "40"),
    ]
    assert [(reject.row, reject.code) for reject in found.rejects] == [(5, "total_row")]


def test_two_years_in_a_title_are_not_chosen_between() -> None:
    with pytest.raises(RefusedFile):
        read(workbook({"表": [["2023年与2024年比较"], ["地区", "常住人口（万人）"], ["东区", 86.5]]}))


def test_contracts_without_a_patent_are_passed_on_and_notes_below_the_table_are_not() -> None:
    heading, cells, _ = LISTS["technology_contract"]
    rows = [heading, cells, [*cells[:-1], ""], ["", "注：金额以登记为准", "", "", "", "", "", ""]]
    found = read(csv_bytes(rows))
    assert [row["number"] for row in found.rows] == [cells[0]] * 2
    assert [(reject.row, reject.code) for reject in found.rejects] == [(4, "no_number")]


def test_rows_name_the_ledger_where_one_table_holds_several() -> None:
    heading = ["台账类别", "申请号", "from_party", "to_party", "event_date"]
    rows = [["许可", application(1), "甲", "乙", "2024-01-02"], ["质押登记", application(2), "丙", "丁", "2024-01-03"]]
    found = read(csv_bytes([heading, *rows]))
    assert found.format == "event_ledger"
    assert found.column("ledger") == ["licence", "pledge"]


def test_kinds_of_other_rights_are_told_from_a_heading_or_a_column() -> None:
    rows = [["软件名称", "登记号", "著作权人", "登记日期"], ["云湖散热软件", "2024SR0000001", "云湖大学", "2024-01-02"]]
    assert read(workbook({"软件著作权": rows})).column("ip_type") == ["著作权"]
    both = [["知识产权类型", "名称", "登记号", "权利人"], ["植物新品种", "云湖1号", "CNA2024000001", "云湖大学"]]
    assert read(csv_bytes(both)).column("ip_type") == ["植物新品种"]


def test_a_format_can_be_forced_where_the_heading_says_too_little() -> None:
    data = csv_bytes(
        [("专利号", "专利权人", "受让人", "备案日期"), (application(1), "云湖大学", "乙公司", "2024-01-02")]
    )
    assert read(data).format == "patent_table"
    with pytest.raises(RefusedFile, match="cannot be read as pledge_ledger"):
        read(data, forced="pledge_ledger")


def test_readers_say_what_kind_of_record_they_give() -> None:
    from panhuo.adapters.readers.detect import all_readers

    kinds = {reader.name: reader.kinds for reader in all_readers()}
    assert kinds["roster"] == (RecordKind.ROSTER,)
    assert kinds["pledge_ledger"] == (RecordKind.EVENT,)
    assert set(kinds["mixed_workbook"]) >= {RecordKind.EVENT, RecordKind.ROSTER, RecordKind.PATENT}
    assert len(kinds) == len(all_readers())


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(LISTS)), st.randoms(use_true_random=False))
def test_shuffled_columns_read_alike(name: str, dice: Any) -> None:
    heading, cells, expected = LISTS[name]
    order = list(range(len(heading)))
    dice.shuffle(order)
    found = read(csv_bytes([[heading[place] for place in order], [cells[place] for place in order]]))
    assert found.format == name
    assert {field: found.rows[0].get(field) for field in expected} == expected


def test_the_tag_of_a_roster_may_stand_in_its_title() -> None:
    rows = [
        ["云湖市2023年高新技术企业名单"],
        ["序号", "企业名称", "统一社会信用代码", "发证日期"],
        [1, "云湖轴承有限公司", "91440300708461136T", "2023-12-12"],
    ]
    found = read(workbook({"Sheet1": rows}))
    assert found.format == "roster"
    assert found.column("tag") == ["高新技术企业"]


def test_two_tags_in_a_title_are_not_chosen_between() -> None:
    rows = [
        ["高新技术企业和新型研发机构名单"],
        ["企业名称", "统一社会信用代码"],
        ["云湖轴承有限公司", "91440300708461136T"],
    ]
    with pytest.raises(RefusedFile):
        read(workbook({"Sheet1": rows}))


def test_pairs_of_needs_and_patents_are_patents_and_change_no_need() -> None:
    heading = ["需求编号", "对应企业", "需求名称", "名次", "专利名称", "公开(公告)号"]
    found = read(csv_bytes([heading, ["YH-001", "甲公司", "静音轴承", 1, "一种轴承", publication(1)]]))
    assert found.format == "patent_table"
    assert found.rows[0]["title"] == "一种轴承"


def test_every_list_of_ours_that_names_patents_reads_back_as_patents_or_events() -> None:
    outputs: dict[str, list[tuple[str, str]]] = {}
    with (packs_folder() / "national" / "tables" / "output_columns.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            outputs.setdefault(row["output"], []).append((row["key"], row["heading"]))
    values = {
        "application_number": application(1),
        "publication_number": publication(1),
        "patent_number": "ZL" + application(1),
        "ledger": "转让登记",
    }
    seen = {}
    for name, columns in outputs.items():
        if not {"application_number", "publication_number", "patent_number"} & {key for key, _ in columns}:
            continue
        for heading in (0, 1):  # by keys, as in CSV, and by Chinese headings, as in workbooks
            cells = [values.get(key, f"值{place}") for place, (key, _) in enumerate(columns)]
            found = read(csv_bytes([[column[heading] for column in columns], cells]))
            [batch] = found.batches
            seen[name] = batch.kind
            assert found.rows[0].get("ledger", "transfer") in ("transfer", "technology_contract"), name
    ledgers = {"ledger_rows": RecordKind.EVENT, "ledger_contracts": RecordKind.EVENT}
    assert seen == {name: ledgers.get(name, RecordKind.PATENT) for name in seen}
    assert len(seen) >= 6
