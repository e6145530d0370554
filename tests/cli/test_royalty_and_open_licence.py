"""panhuo royalty and panhuo open-licence: the operator's table, what rests on it, usual limits; all figures made up."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from calls import Called
from valuation_inputs import told

Panhuo = Callable[..., Called]
TABLE = """年份,行业,合同数,其中免费,提成基数,提成率下限,提成率均值,提成率上限,固定费用均值（元）
2023,合成制造业,21,11,净销售额,0.02,0.05,0.06,1200000
2023,合成养殖业,20,0,净销售额,0.01,0.02,0.03,
2023,合成教育业,30,30,净销售额,0.01,0.02,0.03,
2023,合成运输业,多,0,净销售额,0.01,0.02,0.03,
"""
WHO = ("--actor", "运营中心")


@pytest.fixture
def loaded(panhuo: Panhuo, tmp_path: Path) -> Panhuo:
    (tmp_path / "table.csv").write_text(TABLE, encoding="gb18030")
    assert panhuo("royalty", "load", tmp_path / "table.csv", *WHO, "--at", "2024-12-20").code == 0
    return panhuo


def stated(path: Path, reference: dict[str, str] | None, **changes: Any) -> Path:
    content = told(methods__royalty_relief__royalty_rate=None, **changes)
    content["methods"]["royalty_relief"]["reference"] = reference
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return path


def test_good_rows_go_in_and_bad_ones_are_kept_with_their_reasons(panhuo: Panhuo, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(TABLE, encoding="gb18030")
    done = panhuo("royalty", "load", path, *WHO)
    assert (done.answer["good"], done.answer["rejected"], done.answer["is_new"]) == (2, 2, True)
    assert [(one["row"], one["message"]) for one in done.answer["rejects"]] == [
        (4, "all contracts are free, so that no mean of prices can stand on them"),
        (5, "contracts '多' is no whole number"),
    ]
    assert panhuo("royalty", "load", path, *WHO).answer["is_new"] is False
    from panhuo.desk.history import logged_actions
    from panhuo.desk.valuations.models import RoyaltyLoad

    [load] = RoyaltyLoad.objects.all()
    assert [one["row"] for one in load.rejects] == [4, 5]
    assert [one.act for one in logged_actions(f"royalties:{load.pk}")] == ["loaded"]


def test_a_row_that_stands_twice_names_the_other_by_its_row_in_the_file(panhuo: Panhuo, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(TABLE + TABLE.splitlines()[1] + "\n", encoding="utf-8")
    [told_twice] = [one for one in panhuo("royalty", "load", path, *WHO).answer["rejects"] if one["row"] == 6]
    assert told_twice["message"] == "合成制造业 2023 stands in row 2 already"


def test_a_load_needs_its_actor_and_its_columns(panhuo: Panhuo, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(TABLE, encoding="utf-8")
    assert panhuo("royalty", "load", path).answer["error"]["code"] == "no_actor"
    path.write_text("年份,行业,合同数\n2023,甲,30\n", encoding="utf-8")
    assert panhuo("royalty", "load", path, *WHO).answer["error"]["code"] == "not_this_form"


def test_an_industry_is_shown_with_its_source_and_a_thin_one_is_not(loaded: Panhuo, tmp_path: Path) -> None:
    done = loaded("royalty", "show", "--year", "2023", "--out", tmp_path / "shown.jsonl")
    good = next(row for row in done.answer["rows"] if row["industry"] == "合成制造业")
    thin = next(row for row in done.answer["rows"] if row["industry"] == "合成养殖业")
    assert (good["royalty_mean"], good["contracts"], good["free_contracts"], good["priced"]) == ("0.05", 21, 11, 10)
    assert good["source"].startswith("table.csv sha256:")
    assert (thin["suppressed"], thin["contracts"], thin["royalty_mean"]) == ("too_few_contracts", 20, None)
    assert "0.02" not in next(line for line in done.said.splitlines() if "合成养殖业" in line)
    lines = [json.loads(line) for line in (tmp_path / "shown.jsonl").read_text("utf-8").splitlines()]
    assert {line["industry"]: line["royalty_mean"] for line in lines} == {"合成制造业": 0.05, "合成养殖业": None}
    assert loaded("royalty", "show", "--industry", "合成采矿业").answer["error"]["code"] == "not_in_table"


def test_a_row_is_known_from_the_day_it_was_loaded_and_a_later_load_stands(loaded: Panhuo, tmp_path: Path) -> None:
    before = loaded("royalty", "show", "--industry", "合成制造业", "--at", "2024-12-19")
    assert before.answer["error"]["code"] == "not_in_table"
    (tmp_path / "again.csv").write_text(TABLE.replace("0.05", "0.04"), encoding="utf-8")
    loaded("royalty", "load", tmp_path / "again.csv", *WHO, "--at", "2025-01-20")
    means = {
        day: loaded("royalty", "show", "--industry", "合成制造业", "--at", day).answer["rows"][0]["royalty_mean"]
        for day in ("2025-01-19", "2025-01-20")
    }
    assert means == {"2025-01-19": "0.05", "2025-01-20": "0.04"}


def test_a_value_may_name_an_industry_and_says_where_the_rate_comes_from(loaded: Panhuo, tmp_path: Path) -> None:
    """The mean is 0.05, the rate of the stated case: the same 164,606 yuan."""
    path = stated(tmp_path / "case.yaml", {"industry": "合成制造业", "year": "2023"})
    done = loaded("value", "--inputs", path)
    assert (done.code, done.answer["results"]["value_cny"]["base"]) == (0, "164606"), done.said
    assert "许可费参考 royalty reference 合成制造业 2023: low / mean / high 0.02 / 0.05 / 0.06" in done.said
    assert done.answer["looked_up"][0]["place"] == "methods.royalty_relief.reference"


def test_with_a_score_the_share_lies_within_the_published_range(loaded: Panhuo, tmp_path: Path) -> None:
    """0.02 + 0.04 x 75 % = 0.05: again the stated case."""
    path = stated(tmp_path / "case.yaml", {"industry": "合成制造业", "year": "2023", "score": "75"})
    assert loaded("value", "--inputs", path).answer["results"]["value_cny"]["base"] == "164606"


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ({"industry": "合成养殖业", "year": "2023"}, "has 20 contracts in 2023, too few to be told"),
        ({"industry": "合成采矿业", "year": "2023"}, "is not in the royalty reference for 2023"),
        ({"industry": "合成制造业", "year": "2023", "mean": "0.5"}, "is looked up, never typed"),
        ({"industry": "合成制造业"}, "names no industry and year"),
    ],
)
def test_what_the_table_does_not_tell_is_refused_not_filled_in(
    loaded: Panhuo, tmp_path: Path, reference: dict[str, str], said: str
) -> None:
    done = loaded("value", "--inputs", stated(tmp_path / "case.yaml", reference))
    assert (done.code, done.answer["error"]["code"]) == (2, "bad_inputs")
    assert said in done.answer["error"]["message"]
    assert "line " in done.answer["error"]["message"]


def test_a_dossier_holds_what_was_looked_up_and_verifies_without_the_table(loaded: Panhuo, tmp_path: Path) -> None:
    path = stated(tmp_path / "case.yaml", {"industry": "合成制造业", "year": "2023"})
    out = tmp_path / "case.dossier.json"
    assert loaded("dossier", "make", "--inputs", path, "--out", out).code == 0
    evidence = json.loads(out.read_text("utf-8"))["content"]["evidence"]
    assert [one["what"] for one in evidence] == ["royalty reference"]
    elsewhere = loaded("dossier", "verify", out, "--home", tmp_path / "elsewhere")
    assert (elsewhere.answer["sealed"], elsewhere.answer["reproduced"]) == (True, True)


LICENCE: dict[str, Any] = {
    "base_date": "2025-11-30",
    "of": "sales",
    "income_cny": ["1000000"],
    "growth_after": "0",
    "share": "0.03",
    "years": "2",
    "rate": "0.25",
    "licensees": "1",
    "sources": {
        "income_cny": "合成企业预测",
        "share": "合成谈判纪要",
        "years": "许可声明草案",
        "rate": "自行设定",
        "licensees": "合成意向书",
    },
}


def licence(path: Path, **changes: Any) -> Path:
    content = {key: value for key, value in {**LICENCE, **changes}.items() if value is not None}
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return path


def test_an_open_licence_fee_says_its_limits_and_sources(panhuo: Panhuo, tmp_path: Path) -> None:
    """30,000/1.25 + 30,000/1.5625 = 43,200; x 0.45 = 19,440; entry fee 10 to 30 %."""
    done = panhuo("open-licence", "fee", "--inputs", licence(tmp_path / "l.yaml"), "--out", tmp_path / "fee.xlsx")
    found = done.answer["results"]
    assert (found["stream_cny"], found["fixed_cny"]["base"], found["fixed_cny"]["within"]) == (
        "43200",
        "19440",
        "19440",
    )
    assert (found["entry_cny"], found["bound"]) == ({"low": "1944", "high": "5832"}, [])
    assert found["limits"][0]["status"] == "unconfirmed"
    assert "固定费用一般上限 Usual limit of a fixed fee: 2,000.0000 万元 未超出 not passed" in done.said
    assert "来源：提成率 Source of royalty: 合成谈判纪要" in done.said
    assert "不是资产评估报告" in done.said
    assert (tmp_path / "fee.xlsx").stat().st_size > 0


def test_a_limit_that_binds_is_named_and_the_figure_is_kept_beside_it(panhuo: Panhuo, tmp_path: Path) -> None:
    """100 m a year at 21 %: 21 m/1.25 + 21 m/1.5625 = 30.24 m, x 0.45 = 13.608 m; at 500 m a year 68.04 m."""
    beyond = panhuo(
        "open-licence", "fee", "--inputs", licence(tmp_path / "a.yaml", income_cny=["500000000"], share="0.21")
    )
    found = beyond.answer["results"]
    assert found["bound"] == ["fixed_amount", "royalty_of_sales"]
    assert (found["fixed_cny"]["base"], found["fixed_cny"]["within"]) == ("68040000", "20000000")
    assert (found["royalty"], found["royalty_within"]) == ("0.21", "0.2")
    within = panhuo(
        "open-licence", "fee", "--inputs", licence(tmp_path / "b.yaml", income_cny=["100000000"], share="0.20")
    )
    assert within.answer["results"]["bound"] == []
    of_profit = licence(tmp_path / "c.yaml", of="profit", share="0.41")
    assert panhuo("open-licence", "fee", "--inputs", of_profit).answer["results"]["bound"] == ["royalty_of_profit"]


def test_a_fact_without_a_source_is_refused_with_all_other_faults(panhuo: Panhuo, tmp_path: Path) -> None:
    path = licence(tmp_path / "l.yaml", sources={"share": "合成"}, years="3", growth_after=None, licensees="0")
    done = panhuo("open-licence", "fee", "--inputs", path)
    assert done.answer["error"]["code"] == "bad_inputs"
    for said in ("sources.rate: is missing", "income_cny: ends before the 3 years", "licensees: 0 lies outside"):
        assert said in done.said


def test_an_open_licence_takes_its_royalty_from_the_table_where_it_names_one(loaded: Panhuo, tmp_path: Path) -> None:
    sources = {key: text for key, text in LICENCE["sources"].items() if key != "share"}
    path = licence(
        tmp_path / "l.yaml", share=None, sources=sources, reference={"industry": "合成制造业", "year": "2023"}
    )
    found = loaded("open-licence", "fee", "--inputs", path).answer["results"]
    assert (found["royalty"], found["stream_cny"]) == ("0.05", "72000")
    assert found["sources"]["share"].startswith("table.csv 2024-12-20 sha256:")


def test_a_range_of_the_pack_says_its_source_and_status_too(panhuo: Panhuo, tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    content = told(methods__royalty_relief__royalty_rate=None)
    content["methods"]["royalty_relief"]["royalty_range"] = {"industry": "机械制造", "score": "60"}
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    said = panhuo("value", "--inputs", path).said
    assert "range of the pack 机械制造: 0.015 – 0.03 of sales, 来源 source" in said
    assert "unconfirmed" in said
