"""panhuo bank-card: from a record to a card, an override, an outcome and the back-test; all figures are made up."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import yaml

from calls import Called
from engine.valuation.test_bank_card import OUTCOME, request
from engine.valuation.test_record import stated

Panhuo = Callable[..., Called]
DAY = ("--at", "2026-01-20")
WHO = ("--actor", "信贷部", *DAY)


def written(path: Path, content: object) -> Path:
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return path


@pytest.fixture
def recorded(panhuo: Panhuo, tmp_path: Path) -> Panhuo:
    """A home with record GZ000001 of one million yuan."""
    report = tmp_path / "report.pdf"
    report.write_bytes(b"%PDF made up")
    done = panhuo("value-record", "add", "--inputs", written(tmp_path / "r.yaml", stated()), "--report", report, *WHO)
    assert done.code == 0, done.said
    return panhuo


@pytest.fixture
def carded(recorded: Panhuo, tmp_path: Path) -> Panhuo:
    done = recorded("bank-card", "make", written(tmp_path / "card.yaml", request()), *WHO)
    assert done.code == 0, done.said
    return recorded


def test_a_card_is_made_from_a_record(recorded: Panhuo, tmp_path: Path) -> None:
    path = written(tmp_path / "card.yaml", request())
    done = recorded("bank-card", "make", path, *WHO, "--out", tmp_path / "cards.xlsx")
    [card] = done.answer["cards"]
    assert (card["number"], card["record"], card["level"], card["points"]) == ("YK000001", "GZ000001", "B", "69.5")
    assert (card["proposed_value_cny"], card["proposed_loan_cny"]) == ("900000", "270000")
    assert card["drivers"][0]["source"] == "GZ000001"
    assert (
        "保护期超出债务期限（月） Months by which the term outlives the debt: 109, 2025-11-30, 100, GZ000001"
        in done.said
    )
    assert "不是资产评估报告" in done.said
    again = recorded("bank-card", "make", path, *WHO).answer["cards"][0]
    assert (again["number"], again["is_new"]) == ("YK000001", False)
    sheet = openpyxl.load_workbook(tmp_path / "cards.xlsx").worksheets[0]
    assert [cell.value for cell in sheet[1]][:3] == ["编号", "银行", "估值记录"]


def test_a_value_that_is_on_no_usable_record_makes_no_card(recorded: Panhuo, tmp_path: Path) -> None:
    unknown = written(tmp_path / "a.yaml", request(record="GZ000009"))
    assert recorded("bank-card", "make", unknown, *WHO).answer["error"]["code"] == "unknown_record"
    late = written(tmp_path / "b.yaml", request(facts=None))
    for day in ("2026-11-30", "2026-01-19"):
        done = recorded("bank-card", "make", late, "--actor", "信贷部", "--at", day)
        assert done.answer["error"]["code"] in ("record_not_usable", "bad_inputs")
    over = recorded("bank-card", "make", late, "--actor", "信贷部", "--at", "2026-11-30")
    assert over.answer["error"]["code"] == "record_not_usable"
    assert recorded("bank-card", "make", late, *DAY).answer["error"]["code"] == "no_actor"
    assert recorded("bank-card", "list", *DAY).answer["cards"] == []


def test_faults_are_told_with_their_lines(recorded: Panhuo, tmp_path: Path) -> None:
    path = written(tmp_path / "card.yaml", request(bank=None, facts__dealings__source=None))
    done = recorded("bank-card", "make", path, *WHO)
    assert done.answer["error"]["code"] == "bad_inputs"
    assert "bank: is missing" in done.said
    assert "line " in done.said
    assert "facts.dealings.source: is missing" in done.said


def test_of_a_table_good_rows_become_cards_and_bad_ones_keep_their_reasons(recorded: Panhuo, tmp_path: Path) -> None:
    head = "估值记录,银行,债务到期日,申请金额（元）,预审结论,预审日,预审来源,"
    head += "金融类场景价值得分,金融类场景价值得分数据日,grade_score_source"
    good = "GZ000001,合成银行,2028-11-30,500000,通过,2026-01-15,预审单,72,2026-01-10,分级"
    path = tmp_path / "cards.csv"
    rows = [
        head,
        good.replace("2028-11-30", "2028/11/30").replace("2026-01-10", "2026/1/10"),  # as a spreadsheet saves them
        good.replace("500000", "many"),
        good.replace("GZ000001", "GZ000007"),
        good.replace("通过", "好"),
    ]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    done = recorded("bank-card", "make", path, *WHO)
    assert [card["number"] for card in done.answer["cards"]] == ["YK000001"]
    assert [(one["row"], one["code"]) for one in done.answer["rejects"]] == [
        (3, "bad_inputs"),
        (4, "unknown_record"),
        (5, "bad_inputs"),
    ]
    assert "debt.asked_cny 'many' is no number" in done.answer["rejects"][0]["message"]


def test_an_override_stands_beside_the_card_with_reason_name_and_day(carded: Panhuo, tmp_path: Path) -> None:
    call = ("bank-card", "override", "YK000001", "--loan-cny", "300000", "--at", "2026-02-01")
    assert carded(*call, "--actor", "审批人").answer["error"]["code"] == "bad_inputs", "no reason"
    assert carded(*call, "--reason", "有新订单").answer["error"]["code"] == "bad_inputs", "no name"
    done = carded(*call, "--reason", "有新订单", "--actor", "审批人").answer
    assert (done["proposed_loan_cny"], done["stands_loan_cny"], done["stands_value_cny"]) == (
        "270000",
        "300000",
        "900000",
    )
    assert done["beyond_carries"] is True
    assert done["overrides"] == [
        {"value_cny": None, "loan_cny": "300000", "reason": "有新订单", "name": "审批人", "day": "2026-02-01"}
    ]
    before = carded("bank-card", "show", "YK000001", "--at", "2026-01-31").answer
    assert (before["stands_loan_cny"], before["overrides"]) == ("270000", [])
    shown = carded("bank-card", "show", "YK000001", "--at", "2026-02-01", "--out", tmp_path / "card.xlsx")
    assert [one["act"] for one in shown.answer["history"]] == ["made", "overridden"]
    assert "审批人: 有新订单" in shown.said
    late = carded(*call[:-1], "2026-07-21", "--reason", "晚", "--actor", "审批人")
    assert late.answer["error"]["code"] == "bad_inputs"
    early = carded(*call[:-1], "2026-01-25", "--reason", "早", "--actor", "审批人")
    assert early.answer["error"]["code"] == "out_of_order"


def test_outcomes_make_a_back_test_and_few_are_not_told(carded: Panhuo, tmp_path: Path) -> None:
    path = written(tmp_path / "outcome.yaml", OUTCOME)
    done = carded("bank-card", "outcome", path, "--actor", "信贷部", "--at", "2027-03-01")
    assert done.answer["outcomes"] == [{"card": "YK000001", "known_on": "2027-02-01", "is_new": True}]
    assert carded("bank-card", "outcome", path, "--actor", "信贷部", "--at", "2027-03-01").answer["outcomes"][0][
        "is_new"
    ] is False  # fmt: skip
    found = {row["group"]: row for row in carded("bank-card", "backtest", "--at", "2027-03-01").answer["rows"]}
    assert (found["all"]["cards"], found["all"]["suppressed"], found["all"]["loss_share"]) == (1, "too_few_loans", None)
    before = {
        row["group"]: row["cards"] for row in carded("bank-card", "backtest", "--at", "2027-02-28").answer["rows"]
    }
    assert before["all"] == 0, "not yet told"
    shown = carded("bank-card", "show", "YK000001", "--at", "2027-03-01").answer
    assert (shown["end"], shown["loss_cny"]) == ("overdue", "40000")


def test_ten_loans_are_enough_to_tell(recorded: Panhuo, tmp_path: Path) -> None:
    """Ten cards of disposal value 630,000 that brought 315,000 each: half of it, 185,000 of 500,000 lent are lost."""
    for place in range(10):
        content = request(bank=f"合成银行{place}")
        assert recorded("bank-card", "make", written(tmp_path / "card.yaml", content), *WHO).code == 0
    head = "评估卡,放款金额（元）,放款日,贷款结果,未还本金（元）,处置所得（元）,获知日,来源"
    lines = [f"YK{place:06d},500000,2026-02-01,已核销,500000,315000,2027-02-01,合成台账" for place in range(1, 11)]
    path = tmp_path / "outcomes.csv"
    path.write_text("\n".join([head, *lines, lines[0].replace("已核销", "已还清")]) + "\n", encoding="utf-8")
    told = recorded("bank-card", "outcome", path, "--actor", "信贷部", "--at", "2027-03-01").answer
    assert (len(told["outcomes"]), told["rejected"]) == (10, 1)
    out = tmp_path / "backtest.jsonl"
    done = recorded("bank-card", "backtest", "--at", "2027-03-01", "--out", out)
    found = {row["group"]: row for row in done.answer["rows"]}
    for group in ("all", "B"):
        row = found[group]
        assert (row["cards"], row["unpaid"], row["loss_share"]) == (10, 10, "0.37")
        assert (row["recovery_share"], row["mean_error"], row["rank_agreement"]) == ("0.5", "-0.5", None)
    assert [json.loads(line)["group"] for line in out.read_text("utf-8").splitlines()] == list(found)
    one_bank = recorded("bank-card", "backtest", "--bank", "合成银行3", "--at", "2027-03-01").answer
    assert (one_bank["made"], one_bank["rows"][0]["cards"]) == (1, 1)


def test_no_text_of_a_request_becomes_a_formula(recorded: Panhuo, tmp_path: Path) -> None:
    content = request(bank="=1+1", facts__dealings__source='=HYPERLINK("x")')
    assert recorded("bank-card", "make", written(tmp_path / "card.yaml", content), *WHO).code == 0
    recorded("bank-card", "list", *DAY, "--out", tmp_path / "list.xlsx")
    recorded("bank-card", "show", "YK000001", *DAY, "--out", tmp_path / "card.xlsx")
    for name in ("list.xlsx", "card.xlsx"):
        book = openpyxl.load_workbook(tmp_path / name)
        cells = [cell for sheet in book for row in sheet for cell in row]
        assert all(cell.data_type != "f" for cell in cells), name
        assert any(cell.value == "'=1+1" for cell in cells), "the text is there, marked"
