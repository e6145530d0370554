"""panhuo portfolio: made, changed, graded and valued as a whole, with its history, as at a day."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import yaml

from calls import Called
from made_patents import AT, files
from table_files import application, pledge_of
from valuation_inputs import told

Panhuo = Callable[..., Called]
FAN, SENSOR, DRYER, LAPSED = (application(serial, year=2018) for serial in (1, 5, 7, 11))
BY = ("--actor", "培育中心")
STATED = {
    "name": "石灰窑节能组合",
    "theme": "窑炉节能",
    "product": "石灰窑供风系统",
    "centre": "云湖高价值专利培育中心",
    "features": [
        {"code": "air", "name": "均匀供风", "weight": "3"},
        {"code": "heat", "name": "窑温测量"},
        {"code": "dust", "name": "除尘"},
    ],
    "gaps": ["海外市场"],
    "patents": [
        {"number": FAN, "role": "core", "features": ["air"]},
        {"number": LAPSED, "role": "support", "features": ["dust"]},
    ],
}


def stated(path: Path, **changes: object) -> Path:
    path.write_text(yaml.safe_dump({**STATED, **changes}, allow_unicode=True), encoding="utf-8")
    return path


@pytest.fixture
def made(panhuo: Panhuo, tmp_path: Path) -> Panhuo:
    assert panhuo("import", *files(tmp_path), "--as-of", "2025-11-15").code == 0
    done = panhuo("portfolio", "make", stated(tmp_path / "kiln.yaml"), "--at", "2025-11-01", *BY)
    assert (done.code, done.answer["portfolio"]) == (0, "PF000001"), done
    return panhuo


def test_a_portfolio_is_shown_as_at_a_day_with_what_was_done_to_it(made: Panhuo) -> None:
    made("portfolio", "add", "PF000001", "--patent", SENSOR, "--feature", "heat", "--at", "2025-11-10", *BY)
    gone = ("portfolio", "remove", "PF000001", "--patent", LAPSED, "--at", "2025-11-20", *BY)
    assert made(*gone).answer["error"]["code"] == "no_reason"
    assert made(*gone, "--reason", "已终止").code == 0
    counts = {
        day: len(made("portfolio", "show", "PF000001", "--at", day).answer["patents"])
        for day in ("2025-11-01", "2025-11-10", "2025-11-19", "2025-11-20")
    }
    assert counts == {"2025-11-01": 2, "2025-11-10": 3, "2025-11-19": 3, "2025-11-20": 2}
    shown = made("portfolio", "show", "PF000001", "--at", AT).answer
    assert [one["act"] for one in shown["history"]] == ["stated", "added", "added", "added", "removed"]
    assert (shown["theme"], shown["centre"], shown["gaps"]) == ("窑炉节能", "云湖高价值专利培育中心", ["海外市场"])
    [row] = made("portfolio", "list", "--at", AT).answer["portfolios"]
    assert (row["portfolio"], row["patents"]) == ("PF000001", 2)
    assert made("portfolio", "list", "--at", "2025-10-31").answer["portfolios"] == []


def test_gaps_are_features_without_a_patent_in_force_and_what_was_stated(made: Panhuo) -> None:
    found = made("portfolio", "gaps", "PF000001", "--at", AT).answer
    assert found["gaps"] == [
        {"feature": "heat", "name": "窑温测量", "state": "gap"},
        {"feature": "dust", "name": "除尘", "state": "gap"},
    ]
    assert found["stated"] == ["海外市场"]


def test_a_grade_of_the_whole_is_told_with_what_each_patent_adds(made: Panhuo, tmp_path: Path) -> None:
    done = made("portfolio", "grade", "PF000001", "--at", AT, "--out", tmp_path / "pf.xlsx")
    assert done.code == 0, done
    assert done.answer["parts"]["coverage"] == "0.6000"  # air, 3 of 5
    adds = {one["patent"]: one for one in done.answer["adds"]}
    assert (adds[FAN]["alone"], adds[LAPSED]["points"]) == (["air"], "0.00")
    again = made(
        "portfolio", "add", "PF000001", "--patent", DRYER, "--role", "support", "--feature", "heat", "--at", AT, *BY
    )
    assert again.code == 0, again
    more = made("portfolio", "grade", "PF000001", "--at", AT, "--out", tmp_path / "pf.html")
    assert float(more.answer["score"]) > float(done.answer["score"])
    page = (tmp_path / "pf.html").read_text("utf-8")
    assert "不是单件得分之和或平均" in page
    assert "缺口（已声明）" in page
    book = openpyxl.load_workbook(tmp_path / "pf.xlsx")
    assert book.sheetnames[:3] == ["组合评级", "产品特征与缺口", "组合成员"]


def test_a_portfolio_is_valued_as_one_object_of_its_living_patents(made: Panhuo, tmp_path: Path) -> None:
    inputs = tmp_path / "case.yaml"
    inputs.write_text(yaml.safe_dump(told(patents=None), allow_unicode=True), encoding="utf-8")
    call = ("portfolio", "value", "PF000001", "--inputs", inputs)
    assert made(*call).answer["error"]["code"] == "flows_uncovered"
    assert made(*call, "--rests-on", "paint").answer["error"]["code"] == "unknown_feature"
    made("portfolio", "add", "PF000001", "--patent", SENSOR, "--feature", "air", "--at", "2025-11-10", *BY)
    done = made(*call, "--rests-on", "air")
    assert done.code == 0, done
    assert done.answer["patents"] == [FAN, SENSOR]
    single = made("value", "--inputs", inputs, "--patent", FAN)
    worth = [int(one.answer["results"]["value_cny"]["base"]) for one in (done, single)]
    assert worth[0] == worth[1] > 0, "one object: the same flows are not counted once a patent"


def test_a_patent_is_never_twice_in_a_portfolio_on_one_day(made: Panhuo) -> None:
    gone = made("portfolio", "remove", "PF000001", "--patent", FAN, "--reason", "r", "--at", "2025-11-20", *BY)
    assert gone.code == 0
    add = ("portfolio", "add", "PF000001", "--patent", FAN, "--feature", "air", *BY)
    for day in ("2025-10-31", "2025-11-10", "2025-11-19"):
        assert made(*add, "--at", day).code == 2
    assert made(*add, "--at", "2025-11-19").answer["error"]["code"] == "earlier_day"
    assert made(*add, "--at", "2025-11-20").code == 0
    for day in ("2025-11-19", "2025-11-20"):
        held = [one["asset_key"] for one in made("portfolio", "show", "PF000001", "--at", day).answer["patents"]]
        assert len(held) == len(set(held)) == 2


def test_a_veto_on_one_patent_forbids_the_value_of_the_whole(made: Panhuo, tmp_path: Path) -> None:
    pledges = tmp_path / "专利权质押登记清单.csv"
    pledges.write_text(pledge_of(FAN), encoding="utf-8")
    assert made("import", pledges, "--as-of", "2025-11-15").code == 0
    inputs = tmp_path / "case.yaml"
    inputs.write_text(yaml.safe_dump(told(patents=None), allow_unicode=True), encoding="utf-8")
    done = made("portfolio", "value", "PF000001", "--inputs", inputs, "--rests-on", "air")
    assert (done.code, done.answer["error"]["code"]) == (2, "bad_inputs")
    assert f"grades[1].vetoes: pledged of {FAN}" in done.said


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("show", "PF000009"), "unknown_portfolio"),
        (("add", "PF000001", "--patent", FAN, "--actor", "x"), "known_member"),
        (("add", "PF000001", "--patent", SENSOR), "no_actor"),
        (("add", "PF000001", "--patent", SENSOR, "--role", "star", "--actor", "x"), "bad_portfolio"),
        (("add", "PF000001", "--patent", SENSOR, "--feature", "paint", "--actor", "x"), "bad_portfolio"),
        (("add", "PF000001", "--patent", application(99, year=2018), "--actor", "x"), "unknown_patent"),
        (("remove", "PF000001", "--patent", SENSOR, "--reason", "r", "--actor", "x"), "no_member"),
        (("show", "PF000001", "--at", "2025-10-01"), "not_yet_stated"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(made: Panhuo, arguments: tuple[str, ...], code: str) -> None:
    at = () if "--at" in arguments else ("--at", AT)
    done = made("portfolio", *arguments, *at)
    assert (done.code, done.answer["error"]["code"]) == (2, code), done
    assert len(made("portfolio", "show", "PF000001", "--at", AT).answer["patents"]) == 2


def test_a_portfolio_is_stated_anew_from_a_day_on_and_keeps_what_its_patents_cover(
    made: Panhuo, tmp_path: Path
) -> None:
    anew = ("--restate", "PF000001", *BY)
    lost = stated(tmp_path / "lost.yaml", features=STATED["features"][1:], patents=[])  # type: ignore[index]
    assert made("portfolio", "make", lost, *anew, "--at", AT).answer["error"]["code"] == "feature_in_use"
    other = stated(tmp_path / "anew.yaml", theme="窑炉减排", patents=[])
    assert made("portfolio", "make", other, *anew, "--at", "2025-10-01").answer["error"]["code"] == "earlier_day"
    assert made("portfolio", "make", other, *anew, "--at", AT).code == 0
    themes = [made("portfolio", "show", "PF000001", "--at", day).answer["theme"] for day in ("2025-11-29", AT)]
    assert themes == ["窑炉节能", "窑炉减排"]


def test_a_slip_in_a_statement_is_named_with_its_line_and_nothing_is_made(made: Panhuo, tmp_path: Path) -> None:
    path = stated(tmp_path / "slip.yaml", patents=[{"number": FAN, "role": "star", "features": ["air"]}])
    number = next(at for at, line in enumerate(path.read_text("utf-8").splitlines(), 1) if "star" in line)
    done = made("portfolio", "make", path, "--at", AT, *BY)
    assert done.answer["error"]["code"] == "bad_portfolio"
    assert f"line {number}, patents[1].role" in done.said
    assert len(made("portfolio", "list", "--at", AT).answer["portfolios"]) == 1
