"""The monthly ledger end to end: from register rows to a workbook and to machine rows."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from made_register import NOW, UNIVERSITY, Register

from panhuo.adapters.files.home import Home
from panhuo.desk.history.models import Run
from panhuo.desk.listings.monthly import make_ledger
from panhuo.engine.indicators.ledger import Ledger
from panhuo.rules import InForce

pytestmark = pytest.mark.django_db(transaction=True)
SMALL, ASSETS_FIRM = "甲示例有限公司", "云湖大学资产经营有限公司"
DAY = date(2025, 11, 12)


@pytest.fixture
def ledgers(register: Register) -> Register:
    register.tag(SMALL, "小型企业", valid_from=date(2025, 1, 1), valid_to=date(2025, 12, 31))
    register.tag(ASSETS_FIRM, controller=UNIVERSITY)
    known = register.right("一种固态电池")

    def row(event: str, ledger: str, asset: object = known, **fields: object) -> None:
        base = {"from_party": UNIVERSITY, "to_party": SMALL, "ledger": ledger}
        register.event(asset, event, DAY, **{**base, **fields})  # type: ignore[arg-type]

    row("licence_recorded", "licence", number="X1", terms="ordinary")
    row("licence_recorded", "licence", None, waiting_key="a:CN202099000001", number="X2", terms="exclusive")
    row("licence_ended", "licence", number="X1")
    row("transferred", "transfer", number="T1", to_party=ASSETS_FIRM)
    row("technology_contract", "technology_contract", number="H1", text="专利实施许可", amount_cny="100000.00")
    row(
        "technology_contract",
        "technology_contract",
        None,
        waiting_key="c:technology_contract:H2",
        number="H2",
        amount_cny="123456.00",
    )
    row("pledge_registered", "pledge", number="P1", amount_cny="5000000.00")
    register.event(known, "transferred", DAY, from_party=UNIVERSITY, to_party=SMALL)
    register.commit()
    return register


def november(home: Home, rules: InForce, out: Path) -> Ledger:
    return make_ledger(home, rules, first=date(2025, 11, 1), last=date(2025, 11, 30), out=out, made_at=NOW)[0]


def test_official_rows_count_whether_or_not_the_patent_is_known(
    ledgers: Register, home: Home, rules: InForce, tmp_path: Path
) -> None:
    ledger = november(home, rules, tmp_path / "out.jsonl")
    assert (ledger.value("licence.counted"), ledger.value("licence.university_to_msme")) == (2, 2)
    assert ledger.value("licence.patents") == 2
    assert ledger.value("transfer.struck.inside_group") == 1
    assert (ledger.value("pledge.registrations"), ledger.value("pledge.amount")) == (1, 5_000_000)
    assert (ledger.value("contract.matched"), ledger.value("contract.missing")) == (1, 1)
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["strike"] for row in rows] == ["", "", "inside_group"]
    unknown = next(row for row in rows if row["number"] == "X2")
    assert unknown["application_number"].startswith("202099000001.")
    assert unknown["terms"] == "exclusive"


def test_the_workbook_shows_counted_and_struck_rows_apart(
    ledgers: Register, home: Home, rules: InForce, tmp_path: Path
) -> None:
    november(home, rules, tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    assert book.sheetnames == [
        "汇总", "许可与转让明细", "剔除", "合同未见备案登记", "备案登记未见合同", "勾稽待核", "技术合同", "说明",
    ]  # fmt: skip
    figures = {row[0]: row[1:] for row in book["汇总"].iter_rows(values_only=True)}
    assert figures["计入"] == (2, 0, 2, "件次")
    assert figures["剔除：集团内部(控制关系)"] == (0, 1, 1, "件次")
    assert figures["技术合同：金额"] == (None, None, 22.3456, "万元")
    struck = list(book["剔除"].iter_rows(min_row=5, values_only=True))
    assert [(row[1], row[11]) for row in struck] == [("转让", "集团内部(控制关系)")]


def test_the_run_keeps_the_figures(ledgers: Register, home: Home, rules: InForce, tmp_path: Path) -> None:
    november(home, rules, tmp_path / "out.csv")
    run = Run.objects.get(command="ledger")
    assert run.results["licence.counted"] == "2"
    assert run.params == {"month": "2025-11"}
    assert "ledger.match_window_days" in run.reads


def test_an_empty_month_gives_zeroes_and_a_readable_workbook(
    register: Register, home: Home, rules: InForce, tmp_path: Path
) -> None:
    assert november(home, rules, tmp_path / "out.xlsx").value("all.counted") == 0
    assert openpyxl.load_workbook(tmp_path / "out.xlsx")["汇总"].max_row > 5
