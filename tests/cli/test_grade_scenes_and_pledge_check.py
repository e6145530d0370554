"""panhuo grade --scene and --pledge-check: what people and programs get."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from calls import Called
from table_files import application

Panhuo = Callable[..., Called]
HEAD = "申请号,公开（公告）号,名称,申请（专利权）人,国省代码,申请日,授权公告日,IPC,法律状态\n"
NUMBER = application(1, year=2018)
ROW = f"{NUMBER},CN100000001B,装置,云湖大学,北京;11,2018-05-04,2020-03-02,G06F40/30,授权\n"
INPUTS = """told_on: 2025-11-20
pledgor: 云湖大学
debt_ends_on: 2028-11-30
contract: [parties, claim, performance_period, patents, security_scope]
other: none
paid_through_year: 8
"""


@pytest.fixture
def imported(panhuo: Panhuo, tmp_path: Path) -> Panhuo:
    (tmp_path / "patents.csv").write_text(HEAD + ROW, "utf-8-sig")
    done = panhuo("import", tmp_path / "patents.csv", "--as-of", "2025-11-15")
    assert done.code == 0, done
    return panhuo


def test_a_grade_names_scene_scheme_and_notice_and_carries_its_indicators(imported: Panhuo, tmp_path: Path) -> None:
    out = tmp_path / "g.jsonl"
    done = imported("grade", "--at", "2025-11-30", "--scene", "finance", "--out", out)
    assert done.code == 0, done
    assert (done.answer["scene"], done.answer["scheme"]) == ("finance", "panhuo-default")
    assert done.answer["notice"] == "非GB/T 42748附录权重"
    assert "非GB/T 42748附录权重" in done.said
    row = json.loads(out.read_text("utf-8"))
    assert (row["scene"], row["vetoes"], row["score_legal_term"]) == ("finance", "", 90)
    assert row["strongest"].startswith("legal_term:90.0:1:+")
    assert row["weakest"].split(";")[0].rpartition(":")[2].startswith("-")


def test_a_workbook_says_it_in_words_and_prints_the_notice(imported: Panhuo, tmp_path: Path) -> None:
    out = tmp_path / "g.xlsx"
    imported("grade", "--at", "2025-11-30", "--out", out)
    book = openpyxl.load_workbook(out)
    cells = [[cell.value for cell in row] for sheet in book for row in sheet.iter_rows()]
    told = {str(value) for row in cells for value in row if value is not None}
    assert any("评估方案 panhuo-default：非GB/T 42748附录权重" in value for value in told)
    assert {"价值等级", "价值得分", "管理类", "三级指标：剩余法定期限"} <= told
    assert any("剩余法定期限 90.0（优）+" in value for value in told)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--scene", "pledge"), "unknown_scene"),
        (("--infringed-on", "2024-01-01"), "wrong_call"),
        (("--scene", "remedy", "--infringed-on", "2025-12-01"), "wrong_call"),
        (("--inputs", "patents.csv"), "wrong_call"),
        (("--pledge-check", NUMBER, "--scene", "remedy"), "wrong_call"),
        (("--pledge-check", application(9, year=2018)), "unknown_patent"),
    ],
)
def test_options_that_mean_nothing_together_are_refused(
    imported: Panhuo, tmp_path: Path, options: tuple[str, ...], code: str
) -> None:
    named = [tmp_path / one if one == "patents.csv" else one for one in options]
    done = imported("grade", "--at", "2025-11-30", "--out", tmp_path / "x.xlsx", *named)
    assert done.code != 0
    assert done.answer["error"]["code"] == code, done
    assert not (tmp_path / "x.xlsx").exists()


def test_the_sheet_has_twelve_rows_and_unknown_is_not_passed(imported: Panhuo, tmp_path: Path) -> None:
    """The export has a grant day and a status word, and no legal events: absence of a pledge cannot be said."""
    (tmp_path / "inputs.yaml").write_text(INPUTS, "utf-8")
    out = tmp_path / "check.jsonl"
    asked = ("grade", "--at", "2025-11-30", "--pledge-check", NUMBER, "--inputs", tmp_path / "inputs.yaml")
    done = imported(*asked, "--out", out)
    assert done.code == 0, done
    rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [row["no"] for row in rows] == list(range(1, 13))
    passed = {row["ground"] for row in rows if row["outcome"] == "pass"}
    assert passed >= {"pledgor_mismatch", "not_in_force", "not_granted", "fee_unpaid", "term_exceeds_patent", "other"}
    assert done.answer["clear"] is False
    assert "already_pledged" in done.answer["unknown"]
    assert done.answer["fails"] == []
    for suffix in (".xlsx", ".html"):
        written = imported(*asked, "--out", tmp_path / f"check{suffix}")
        assert written.code == 0, written
    page = (tmp_path / "check.html").read_text("utf-8")
    assert "质押登记预审单" in page
    assert "无法判断" in page
    assert "不是资产评估报告" in page or "也不是资产评估报告" in page


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("pledgor:", "pledger:", 2),
        ("2028-11-30", "2028-11-31", 3),
        ("[parties,", "[partys,", 4),
        ("paid_through_year: 8", "paid_through_year: eight", 6),
    ],
)
def test_a_slip_in_the_inputs_is_named_with_its_line(
    imported: Panhuo, tmp_path: Path, old: str, new: str, line: int
) -> None:
    (tmp_path / "inputs.yaml").write_text(INPUTS.replace(old, new), "utf-8")
    done = imported(
        "grade", "--at", "2025-11-30", "--pledge-check", NUMBER, "--inputs", tmp_path / "inputs.yaml", "--out",
        tmp_path / "check.xlsx",
    )  # fmt: skip
    assert done.answer["error"]["code"] == "bad_inputs", done
    assert f"line {line}" in done.answer["error"]["message"]
