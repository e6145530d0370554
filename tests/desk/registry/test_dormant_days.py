"""What the register says of rights on days around their transfers and their end."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from calls import Called
from panhuo.terms.numbers import cn_application_check_digit

Panhuo = Callable[..., Called]
HEAD = "申请号,公开（公告）号,名称,申请（专利权）人,申请日,公开（公告）日,法律状态\n"
LEDGER = "登记号,专利号,专利名称,转让人,受让人,登记日\n"


def number(kind: int = 1, year: int = 2016, serial: int = 1) -> str:
    body = f"{year}{kind}{serial:07d}"
    return f"{body}.{cn_application_check_digit(body)}"


@pytest.fixture
def asked(panhuo: Panhuo, tmp_path: Path) -> Callable[..., tuple[Called, list[dict[str, str]]]]:
    """Import texts, then ask for the dormant register of a day."""

    def ask(
        day: str, *texts: str, owner: str = "any", as_of: str = "2025-03-01"
    ) -> tuple[Called, list[dict[str, str]]]:
        files = []
        for place, text in enumerate(texts):
            files.append(tmp_path / f"{place}.csv")
            files[-1].write_text(text, encoding="utf-8")
        panhuo("import", *files, "--as-of", as_of)
        out = tmp_path / "d.csv"
        called = panhuo("dormant", "--at", day, "--owner", owner, "--out", out)
        with out.open(encoding="utf-8-sig", newline="") as stream:
            return called, list(csv.DictReader(stream))

    return ask


@pytest.mark.parametrize(("day", "state"), [("2024-05-04", "dormancy_candidate"), ("2024-05-05", "cannot_say")])
def test_a_right_past_its_term_by_law_is_no_candidate_whatever_a_word_says(asked, day: str, state: str) -> None:
    """A utility model filed on 2014-05-05 has ten years (Patent Law art. 42)."""
    text = f"{HEAD}{number(2, 2014)},CN203000001U,合成样例,云湖大学,2014-05-05,2014-12-10,有效\n"
    called, (row,) = asked(day, text, as_of="2024-01-01")
    assert (row["state"], called.answer["candidates"]) == (state, int(state == "dormancy_candidate"))
    assert (row["reason"] == "term_over") == (state == "cannot_say")


@pytest.mark.parametrize(("moved", "state"), [("2017-06-01", "dormancy_candidate"), ("2019-06-01", "out")])
def test_what_moved_before_the_grant_was_the_application(asked, moved: str, state: str) -> None:
    patents = f"{HEAD}{number()},CN106000001B,合成样例,云湖大学,2016-01-11,2018-01-21,授权\n"
    ledger = f"{LEDGER}T1,{number()},合成样例,云湖大学,云湖示例有限公司,{moved}\n"
    _, (row,) = asked("2025-03-02", patents, ledger)
    assert row["state"] == state


@pytest.mark.parametrize(("day", "owner"), [("2024-01-01", "云湖大学"), ("2024-07-01", "云湖示例有限公司")])
def test_on_a_day_before_a_transfer_the_seller_owns_the_right(asked, day: str, owner: str) -> None:
    patents = f"{HEAD}{number()},CN106000001B,合成样例,云湖示例有限公司,2016-01-11,2018-01-21,授权\n"
    ledger = f"{LEDGER}T1,{number()},合成样例,云湖大学,云湖示例有限公司,2024-06-01\n"
    called, rows = asked(day, patents, ledger, as_of="2023-12-31")
    assert [row["first_owner"] for row in rows] == [owner]
    _, institutions = asked(day, patents, ledger, owner="institutions", as_of="2023-12-31")
    assert len(institutions) == (owner == "云湖大学")


def test_the_same_register_of_a_day_is_one_edition_and_another_reading_the_next(
    asked, panhuo: Panhuo, tmp_path: Path
) -> None:
    text = f"{HEAD}{number()},CN106000001B,合成样例,云湖大学,2016-01-11,2018-01-21,授权\n"
    numbers = [asked("2025-03-02", text)[0].answer["edition"] for _ in range(2)]
    numbers.append(asked("2025-03-02", text, owner="institutions")[0].answer["edition"])
    assert numbers == [1, 1, 2]
    assert panhuo("status").answer["editions"] == 2
