"""From files to the list: whose consent it was, what was sold since, what the owner said lies on the right.

Each test lays all of its cases, a patent each, into one register, whose files come in in the given order.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from calls import Called
from panhuo.terms.numbers import cn_application_check_digit

Panhuo = Callable[..., Called]
Row = dict[str, Any]
DAY = ("--at", "2025-11-30")
OWNER = "云湖大学"
STRANGER = "完全无关示例有限公司"
PLEDGED = "【据登记簿】质押中，须经质权人同意"


class Files:
    """Files of one row each, written into a folder in the order in which they are to come in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.written: list[Path] = []

    def export(self, case: int) -> None:
        head = "申请号,公开（公告）号,名称,申请（专利权）人,申请日,公开（公告）日,授权公告日,法律状态"
        days = "2020-01-15,2021-05-28,2021-05-28"
        self._write(head, f"{number(case)},CN1100000{case:02d}B,一种合成电池{case},{OWNER},{days},授权")

    def sheet(
        self,
        case: int,
        owner: str = OWNER,
        *,
        consent: str = "同意",
        contact: str = "成果处",
        limits: str = "",
        on: str = "",
    ) -> None:
        head = "专利号,专利权人,是否同意推介,联系人,权利限制,填报日期"
        self._write(head, f"{number(case)},{owner},{consent},{contact},{limits},{on}")

    def transfer(self, case: int, day: str) -> None:
        head = "登记号,专利号,专利名称,转让方,受让方,登记日期"
        self._write(head, f"T20250000{case:02d},{number(case)},一种合成电池{case},{OWNER},{STRANGER},{day}")

    def pledge(self, case: int) -> None:
        head = "质押登记号,专利号,专利名称,出质人,质权人,登记日期"
        self._write(head, f"Y20250000{case:02d},{number(case)},一种合成电池{case},{OWNER},云湖示例银行,2025-03-01")

    def _write(self, head: str, row: str) -> None:
        self.folder.mkdir(exist_ok=True)
        path = self.folder / f"{len(self.written):03d}.csv"
        path.write_text(f"{head}\n{row}\n", encoding="utf-8")
        self.written.append(path)


def number(case: int) -> str:
    body = f"20201{case:07d}"
    return f"{body}.{cn_application_check_digit(body)}"


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path / "files")


@pytest.fixture
def published(panhuo: Panhuo, tmp_path: Path) -> Callable[..., tuple[Mapping[int, Row], Mapping[int, Row]]]:
    """Rows of list and annex by case, after the files came in one after the other."""

    def publish(files: Iterable[Path]) -> tuple[Mapping[int, Row], Mapping[int, Row]]:
        for file in files:
            called = panhuo("import", file)
            assert (called.code, called.answer["rejected"]) == (0, 0), called.said
        assert panhuo("grade", *DAY, "--out", tmp_path / "grade.csv").code == 0
        out = tmp_path / "out"
        called = panhuo("supply-list", *DAY, "--out", out)
        assert called.code == 0, called.said
        listed, annex = rows(out, "专利技术供给清单"), rows(out, "待确认专利")
        for path in out.iterdir():
            path.unlink()
        return listed, annex

    return publish


def rows(folder: Path, stem: str) -> dict[int, Row]:
    (path,) = folder.glob(f"{stem}*.xlsx")
    return {int(row["专利名称"].removeprefix("一种合成电池")): row for row in table(path, "专利名称")}


def table(path: Path, heading: str) -> list[Row]:
    lines = list(openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True))
    place = next(place for place, line in enumerate(lines) if heading in line)
    return [dict(zip(lines[place], line, strict=True)) for line in lines[place + 1 :] if line[0] is not None]


def test_the_owners_own_sheet_publishes_and_a_silent_price_stays_empty(files: Files, published) -> None:
    files.export(1)
    files.sheet(1)
    listed, annex = published(files.written)
    assert annex == {}
    assert [(row["权利人"], row["联系人"], row["意向价格"]) for row in listed.values()] == [(OWNER, "成果处", "")]


def test_a_strangers_sheet_neither_takes_the_right_nor_consents_in_any_order(files: Files, published) -> None:
    for case, order in enumerate(itertools.permutations(range(2)), start=1):
        steps = [lambda case: files.export(case), lambda case: files.sheet(case, STRANGER, contact="无关联系人")]
        for place in order:
            steps[place](case)
    listed, annex = published(files.written)
    assert listed == {}
    assert {case: (row["权利人"], row["待确认事项"], row["联系人"]) for case, row in annex.items()} == {
        case: (OWNER, "填报人不是权利人", "") for case in (1, 2)
    }


def test_a_stranger_does_not_speak_over_the_owner_in_any_order(files: Files, published) -> None:
    steps = [
        lambda case: files.export(case),
        lambda case: files.sheet(case),
        lambda case: files.sheet(
            case, STRANGER, consent="不同意", contact="无关联系人", limits="涉诉", on="2025-11-01"
        ),
    ]
    for case, order in enumerate(itertools.permutations(range(3)), start=1):
        for place in order:
            steps[place](case)
    listed, annex = published(files.written)
    assert annex == {}
    assert {case: row["联系人"] for case, row in listed.items()} == dict.fromkeys(range(1, 7), "成果处")


def test_what_was_sold_after_the_consent_is_asked_of_the_present_owner(files: Files, published) -> None:
    asked = {1: ("2025-06-01", "2025-07-01"), 2: ("", "2025-07-01"), 3: ("2025-08-01", "2025-07-01")}
    for case, (stated, sold) in asked.items():
        files.export(case)
        files.sheet(case, on=stated)
        files.transfer(case, sold)
    listed, annex = published(files.written)
    assert set(listed) == {3}
    assert {case: row["待确认事项"] for case, row in annex.items()} == dict.fromkeys(
        (1, 2), "同意后已转让，须向现权利人确认"
    )


def test_a_right_that_its_owner_calls_restricted_waits_in_the_annex(files: Files, published) -> None:
    for case, limits in enumerate(["已质押", "涉诉", "无", "无限制", "否", ""], start=1):
        files.export(case)
        files.sheet(case, limits=limits)
    listed, annex = published(files.written)
    assert set(listed) == {3, 4, 5, 6}
    assert {case: row["待确认事项"] for case, row in annex.items()} == dict.fromkeys((1, 2), "权利人申报存在限制")


def test_a_later_word_lifts_or_lays_a_restriction_whatever_came_in_first(files: Files, published) -> None:
    for case, (first, second) in enumerate([("无", "已质押"), ("已质押", "无")], start=1):
        files.sheet(case, limits=second, on="2025-06-01")
        files.export(case)
        files.sheet(case, limits=first, on="2024-06-01")
    listed, annex = published(files.written)
    assert (set(listed), set(annex)) == ({2}, {1})


def test_of_a_consent_and_a_refusal_of_one_day_the_refusal_holds_in_any_order(files: Files, published) -> None:
    """Nobody can say which came later. A consent of a later day than the refusal holds."""
    told = [("2025-05-20", "2025-05-20"), ("", ""), ("2025-05-21", "2025-05-20")]
    cases = [(days, order) for days in told for order in (1, -1)]
    for case, ((agreed, refused), order) in enumerate(cases, start=1):
        files.export(case)
        for consent, on in (("同意", agreed), ("不同意", refused))[::order]:
            files.sheet(case, consent=consent, on=on)
    listed, annex = published(files.written)
    assert (set(listed), set(annex)) == ({5, 6}, {1, 2, 3, 4})
    assert {row["待确认事项"] for row in annex.values()} == {"权利人不同意列入"}


def test_the_stock_export_comes_back_unchanged_with_the_registers_pledge_in_it(
    files: Files, published, panhuo: Panhuo, tmp_path: Path
) -> None:
    said = {1: (OWNER, "涉诉"), 2: (OWNER, "无"), 3: ("", ""), 4: (STRANGER, "涉诉")}
    for case, (owner, limits) in said.items():
        files.export(case)
        files.sheet(case, owner, limits=limits, on="2025-06-01")
        files.pledge(case)
    _, before = published(files.written)
    assert set(before) == set(said)
    for suffix in (".xlsx", ".csv"):
        out = tmp_path / f"stock{suffix}"
        assert panhuo("stock-export", "--owner", OWNER, *DAY, "--out", out).code == 0
        if suffix == ".xlsx":
            told = {row["申请号"]: row["权利限制"] for row in table(out, "权利限制")}
            assert told == {
                number(1): f"涉诉；{PLEDGED}",
                number(2): f"无；{PLEDGED}",
                number(3): PLEDGED,
                number(4): PLEDGED,
            }
        called = panhuo("import", out)
        assert (called.answer["new"], called.answer["changed"], called.answer["rejected"]) == (0, 0, 0)
        assert published([])[1] == before
