"""The planted traps in the files that people open: lists, ledgers, grades by two wordings."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from demo_process import DemoRun
from opened import table

from calls import Called

Panhuo = Callable[..., Called]
PACK = """\
name: demo_shenzhen
title: {zh: 深圳口径（示例限额）, en: The Shenzhen wording with the demo's limit}
jurisdiction: "440300"
version: "1"
parent: shenzhen
"""
LIMIT = """\
high_value.pledge_threshold_cny:
  label: {zh: "较高质押融资金额下限", en: "Pledge amount from which it is high, yuan"}
  unit: cny
  values:
    - since: 2021-03-13
      value: "10000000"
      source: {title: "Limit of this test", checked: 2026-11-22, status: example}
"""


def trap(run: DemoRun, name: str) -> dict[str, Any]:
    return next(one for one in run.truth["traps"] if one["trap"] == name)


def row_of(rows: list[dict[str, Any]], heading: str, value: str) -> dict[str, Any]:
    (found,) = [row for row in rows if row[heading] == value]
    return found


def test_a_fee_in_grace_is_listed_with_its_late_fee(demo_run: DemoRun) -> None:
    told = trap(demo_run, "fee_in_grace")
    expect, path = told["expect"], demo_run.results / "清单" / "应缴年费清单.xlsx"
    row = row_of(table(path, "应缴年费清单", key="专利号"), "专利号", told["application_number"])
    assert row["缴费期限"] == datetime.fromisoformat(expect["due_date"])
    assert (row["年度"], row["逾期月数"]) == (expect["patent_year"], expect["late_month"])
    assert (str(row["年费全额(元)"]), str(row["滞纳金(元)"])) == (expect["full_fee_cny"], expect["late_fee_cny"])
    assert row["减缴后年费(元)"] + row["滞纳金(元)"] == row["合计应缴(元)"]


def test_a_contract_without_recordal_and_the_reverse_stand_on_their_sheets(demo_run: DemoRun) -> None:
    path = demo_run.results / "转化台账2025-11.xlsx"
    contracts = {row["合同登记号"] for row in table(path, "合同未见备案登记", key="合同登记号")}
    recordals = {row["备案登记号"] for row in table(path, "备案登记未见合同", key="备案登记号")}
    assert contracts == {trap(demo_run, "contract_without_recordal")["expect"]["number"]}
    assert trap(demo_run, "recordal_without_contract")["expect"]["number"] in recordals
    for name in ("contract_and_recordal", "university_to_unrelated_firm"):
        assert trap(demo_run, name)["expect"]["number"] not in recordals


def test_transfers_inside_a_group_are_struck_out_with_their_reason(demo_run: DemoRun) -> None:
    path = demo_run.results / "转化台账2025-11.xlsx"
    struck = {row["申请号"]: row["剔除原因"] for row in table(path, "剔除", key="申请号")}
    counted = {row["申请号"] for row in table(path, "许可与转让明细", key="申请号")}
    inside = ("inside_group_transfer", "university_to_asset_company", "person_to_own_firm")
    for name in inside:
        number = trap(demo_run, name)["application_number"]
        assert "集团内部" in struck[number], name
        assert number not in counted, name
    assert trap(demo_run, "flipped_to_media_company")["application_number"] in counted


def test_a_roster_tag_that_has_ended_makes_nobody_small(demo_run: DemoRun) -> None:
    rows = table(demo_run.results / "转化台账2025-11.xlsx", "许可与转让明细", key="申请号")
    by_number = {row["备案登记号"]: row for row in rows}
    ended = by_number[trap(demo_run, "expired_roster_tag")["expect"]["number"]]
    small = by_number[trap(demo_run, "contract_and_recordal")["expect"]["number"]]
    assert (small["受让人规模"], small["高校→中小微"]) == ("中小微", "是")
    assert ended["受让人规模"] != "中小微"
    assert ended["高校→中小微"] != "是"


def test_a_pledged_dormant_right_is_listed_with_its_flag(demo_run: DemoRun) -> None:
    rows = table(demo_run.results / "疑似沉睡专利.xlsx", key="专利号")
    pledged = row_of(rows, "专利号", trap(demo_run, "pledged_candidate")["application_number"])
    discharged = row_of(rows, "专利号", trap(demo_run, "pledge_discharged")["application_number"])
    assert pledged["沉睡状态"] == discharged["沉睡状态"] == "疑似沉睡"
    assert "质押" in pledged["提示"]
    assert "质押" not in (discharged["提示"] or "")


def test_of_a_same_day_pair_no_more_than_one_half_is_offered(demo_run: DemoRun, numbers: Callable[[str], str]) -> None:
    (path,) = (demo_run.results / "供给清单").glob("专利技术供给清单*.xlsx")
    listed = {str(row["专利号"]).removeprefix("ZL") for row in table(path, key="专利号")}
    for name in ("same_day_pair_given_up", "same_day_pair_both_in_force"):
        told = trap(demo_run, name)
        assert len(listed & {told["application_number"], numbers(told["expect"]["pair"])}) <= 1, name
    assert numbers(trap(demo_run, "same_day_pair_given_up")["expect"]["pair"]) not in listed


def test_designs_end_by_the_law_of_the_day_on_which_they_were_filed(demo_run: DemoRun) -> None:
    rows = table(demo_run.results / "分级.xlsx", key="专利号")
    for told in demo_run.truth["traps"]:
        if "expires_on" in told["expect"]:
            row = row_of(rows, "专利号", told["application_number"])
            assert row["期满终止日"] == datetime.fromisoformat(told["expect"]["expires_on"]), told["trap"]


def test_a_need_without_figures_is_told_so(demo_run: DemoRun) -> None:
    need_id = trap(demo_run, "need_without_figures")["expect"]["need_id"]
    asked = table(demo_run.results / "专利转化清单.xlsx", key="需求编号")
    assert not row_of(asked, "需求编号", need_id)["指标"]
    remarks = {
        row["需求文本提示"]
        for row in table(demo_run.results / "供需匹配.xlsx", key="需求编号")
        if row["需求编号"] == need_id
    }
    assert remarks
    assert all("没有指标数字" in remark for remark in remarks)


def high_value(run: DemoRun) -> list[dict[str, Any]]:
    return [one for one in run.truth["traps"] if one["trap"].startswith("high_value:")]


def test_near_misses_of_high_value_are_told_by_the_national_wording(demo_run: DemoRun) -> None:
    rows = table(demo_run.results / "分级.xlsx", key="专利号")
    shown = {
        one["trap"]: row_of(rows, "专利号", one["application_number"])["高价值发明专利"] for one in high_value(demo_run)
    }
    assert shown == {one["trap"]: "是" if one["expect"]["cnipa_2021"] else "否" for one in high_value(demo_run)}
    assert sorted(set(shown.values())) == ["否", "是"]


def test_near_misses_of_high_value_are_told_by_the_shenzhen_wording(
    demo_run: DemoRun, panhuo: Panhuo, tmp_path: Path
) -> None:
    pack, home = tmp_path / "demo_shenzhen", demo_run.copied(tmp_path / "copy")
    (pack / "parameters").mkdir(parents=True)
    (pack / "pack.yaml").write_text(PACK, encoding="utf-8")
    (pack / "parameters" / "high_value.yaml").write_text(LIMIT, encoding="utf-8")
    marker = home / "panhuo-home.json"
    said = json.loads(marker.read_text(encoding="utf-8"))
    marker.write_text(json.dumps({**said, "pack": str(pack)}), encoding="utf-8")
    out = tmp_path / "grade.csv"
    called = panhuo("grade", "--at", "2025-11-30", "--out", out, "--home", home)
    assert called.code == 0, called.said[-1000:]
    with out.open(encoding="utf-8-sig", newline="") as stream:
        rows = {row["application_number"]: row["high_value"] for row in csv.DictReader(stream)}
    shown = {one["trap"]: rows[one["application_number"]] for one in high_value(demo_run)}
    assert shown == {one["trap"]: str(one["expect"]["sz_2021"]).lower() for one in high_value(demo_run)}
