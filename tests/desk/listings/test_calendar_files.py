"""Lists of what runs out: living rights only, amounts as on the day, sums by owner equal the rows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from made_register import AT, NOW, UNIVERSITY, Register

from panhuo.adapters.files.home import Home
from panhuo.desk.listings.calendars import CalendarResult, make_calendar_lists
from panhuo.rules import InForce
from panhuo.terms.errors import DomainError

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def rights(register: Register) -> Register:
    register.right("一种宽限期内的电池", filing_date=date(2017, 8, 20))
    register.right("一种临近届满的支架", ip_type="utility_model", filing_date=date(2016, 9, 6))
    register.right("一种将满十年的电池", filing_date=date(2016, 1, 15), owners=["云湖示例有限公司"])
    ended = register.right("一种已终止的电池", filing_date=date(2016, 1, 15))
    register.event(ended, "lapsed_unpaid_fee", date(2025, 1, 10))
    register.right("A foreign battery", jurisdiction="US", filing_date=date(2016, 1, 15))
    register.commit()
    return register


def make(home: Home, rules: InForce, out: Path, owner: str | None = None) -> CalendarResult:
    return make_calendar_lists(home, rules, at=AT, owner=owner, out=out, made_at=NOW)


def test_only_living_rights_of_cnipa_are_listed(rights: Register, home: Home, rules: InForce, tmp_path: Path) -> None:
    made = make(home, rules, tmp_path / "out")
    book = openpyxl.load_workbook(made.files[0])
    ends = [row[1] for row in book["一年内保护期届满"].iter_rows(min_row=5, values_only=True)]
    ripe = [row[1] for row in book["一年内满十年发明专利"].iter_rows(min_row=5, values_only=True)]
    assert (ends, ripe) == (["一种临近届满的支架"], ["一种将满十年的电池"])
    assert (made.expiring, made.ten_years) == (1, 1)


def test_the_sums_by_owner_are_the_sums_of_the_rows(
    rights: Register, home: Home, rules: InForce, tmp_path: Path
) -> None:
    made = make(home, rules, tmp_path / "out")
    book = openpyxl.load_workbook(made.files[1])
    rows = list(book["应缴年费清单"].iter_rows(min_row=5, values_only=True))
    sums = list(book["按权利人汇总"].iter_rows(min_row=5, values_only=True))
    assert sum(row[16] for row in rows) == sum(row[7] for row in sums) == made.payable_cny
    assert made.fees == len(rows) == sum(row[2] for row in sums)
    grace = next(row for row in rows if row[2] == "一种宽限期内的电池")
    assert grace[8] == "宽限期，缴费情况不明"
    assert (grace[11], grace[12], grace[13], grace[14], grace[16]) == (2000, 0.85, 300, 300, 600)


def test_one_owner_gets_his_own_rights_and_a_stranger_a_plain_refusal(
    rights: Register, home: Home, rules: InForce, tmp_path: Path
) -> None:
    made = make(home, rules, tmp_path / "out", owner=UNIVERSITY)
    assert (made.expiring, made.ten_years) == (1, 0)
    assert made.payable_cny > Decimal(600)
    with pytest.raises(DomainError, match="No living right"):
        make(home, rules, tmp_path / "none", owner="无名大学")
    assert not (tmp_path / "none").exists()
