"""From files to the list: whose consent it was, what was sold since, what the owner said lies on the right."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from calls import Called
from panhuo.terms.numbers import cn_application_check_digit

Panhuo = Callable[..., Called]
DAY = ("--at", "2025-11-30")
NUMBER = f"202010000001.{cn_application_check_digit('202010000001')}"
STRANGER = "完全无关示例有限公司"
HEAD = "专利号,专利权人,是否同意推介,联系人,权利限制,填报日期\n"


def export(path: Path) -> Path:
    head = "申请号,公开（公告）号,名称,申请（专利权）人,申请日,公开（公告）日,授权公告日,法律状态\n"
    row = f"{NUMBER},CN110000001B,一种合成电池,云湖大学,2020-01-15,2021-05-28,2021-05-28,授权\n"
    path.write_text(head + row, encoding="utf-8")
    return path


def sheet(
    path: Path,
    owner: str = "云湖大学",
    *,
    consent: str = "同意",
    contact: str = "成果处",
    limits: str = "",
    on: str = "",
) -> Path:
    path.write_text(f"{HEAD}{NUMBER},{owner},{consent},{contact},{limits},{on}\n", encoding="utf-8")
    return path


def transfer(path: Path, day: str) -> Path:
    head = "登记号,专利号,专利名称,转让方,受让方,登记日期\n"
    path.write_text(f"{head}T2025000001,{NUMBER},一种合成电池,云湖大学,{STRANGER},{day}\n", encoding="utf-8")
    return path


def published(panhuo: Panhuo, home: Path, files: Sequence[Path]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Rows of list and annex after the files were imported in this order."""
    for file in files:
        called = panhuo("import", file, "--home", home)
        assert (called.code, called.answer["rejected"]) == (0, 0), called.said
    assert panhuo("grade", *DAY, "--out", home / "grade.csv", "--home", home).code == 0
    called = panhuo("supply-list", *DAY, "--out", home / "out", "--home", home)
    assert called.code == 0, called.said
    return rows(home / "out", "专利技术供给清单"), rows(home / "out", "待确认专利")


def rows(folder: Path, stem: str) -> list[dict[str, Any]]:
    (path,) = folder.glob(f"{stem}*.xlsx")
    lines = list(openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True))
    place = next(place for place, line in enumerate(lines) if "专利名称" in line)
    return [dict(zip(lines[place], line, strict=True)) for line in lines[place + 1 :] if line[0] is not None]


def test_the_owners_own_sheet_publishes_and_a_silent_price_stays_empty(panhuo: Panhuo, tmp_path: Path) -> None:
    listed, annex = published(panhuo, tmp_path / "h", [export(tmp_path / "e.csv"), sheet(tmp_path / "s.csv")])
    assert annex == []
    assert [(row["权利人"], row["联系人"], row["意向价格"]) for row in listed] == [("云湖大学", "成果处", "")]


@pytest.mark.parametrize("order", list(itertools.permutations(range(2))))
def test_a_strangers_sheet_neither_takes_the_right_nor_consents(
    panhuo: Panhuo, tmp_path: Path, order: tuple[int, ...]
) -> None:
    files = [export(tmp_path / "e.csv"), sheet(tmp_path / "s.csv", STRANGER, contact="无关联系人")]
    listed, annex = published(panhuo, tmp_path / "h", [files[place] for place in order])
    assert listed == []
    assert [(row["权利人"], row["待确认事项"], row["联系人"]) for row in annex] == [
        ("云湖大学", "填报人不是权利人", "")
    ]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_a_stranger_does_not_speak_over_the_owner(panhuo: Panhuo, tmp_path: Path, order: tuple[int, ...]) -> None:
    other = sheet(tmp_path / "o.csv", STRANGER, consent="不同意", contact="无关联系人", limits="涉诉", on="2025-11-01")
    files = [export(tmp_path / "e.csv"), sheet(tmp_path / "s.csv"), other]
    listed, annex = published(panhuo, tmp_path / "h", [files[place] for place in order])
    assert ([row["联系人"] for row in listed], annex) == (["成果处"], [])


@pytest.mark.parametrize(
    ("stated", "sold", "part"),
    [("2025-06-01", "2025-07-01", "annex"), ("", "2025-07-01", "annex"), ("2025-08-01", "2025-07-01", "list")],
)
def test_what_was_sold_after_the_consent_is_asked_of_the_present_owner(
    panhuo: Panhuo, tmp_path: Path, stated: str, sold: str, part: str
) -> None:
    files = [export(tmp_path / "e.csv"), sheet(tmp_path / "s.csv", on=stated), transfer(tmp_path / "t.csv", sold)]
    listed, annex = published(panhuo, tmp_path / "h", files)
    if part == "list":
        assert (len(listed), annex) == (1, [])
    else:
        assert listed == []
        assert [row["待确认事项"] for row in annex] == ["同意后已转让，须向现权利人确认"]


@pytest.mark.parametrize("limits", ["已质押", "涉诉", "无", "无限制", "否", ""])
def test_a_right_that_its_owner_calls_restricted_waits_in_the_annex(
    panhuo: Panhuo, tmp_path: Path, limits: str
) -> None:
    files = [export(tmp_path / "e.csv"), sheet(tmp_path / "s.csv", limits=limits)]
    listed, annex = published(panhuo, tmp_path / "h", files)
    if limits in {"已质押", "涉诉"}:
        assert listed == []
        assert [row["待确认事项"] for row in annex] == ["权利人申报存在限制"]
    else:
        assert (len(listed), annex) == (1, [])


@pytest.mark.parametrize("limits", ["已质押", "无"])
def test_a_later_word_lifts_or_lays_a_restriction_whatever_came_in_first(
    panhuo: Panhuo, tmp_path: Path, limits: str
) -> None:
    first, second = ("无", "已质押") if limits == "已质押" else ("已质押", "无")
    files = [
        sheet(tmp_path / "later.csv", limits=second, on="2025-06-01"),
        export(tmp_path / "e.csv"),
        sheet(tmp_path / "earlier.csv", limits=first, on="2024-06-01"),
    ]
    listed, _ = published(panhuo, tmp_path / "h", files)
    assert len(listed) == (limits == "无")


@pytest.mark.parametrize(
    ("owner", "limits", "suffix"),
    [("云湖大学", "涉诉", ".xlsx"), ("云湖大学", "无", ".csv"), ("", "", ".xlsx"), (STRANGER, "涉诉", ".csv")],
)
def test_the_stock_export_comes_back_unchanged_with_the_registers_pledge_in_it(
    panhuo: Panhuo, tmp_path: Path, owner: str, limits: str, suffix: str
) -> None:
    pledge = tmp_path / "p.csv"
    head = "质押登记号,专利号,专利名称,出质人,质权人,登记日期\n"
    pledge.write_text(f"{head}Y2025000001,{NUMBER},一种合成电池,云湖大学,云湖示例银行,2025-03-01\n", encoding="utf-8")
    home, out = tmp_path / "h", tmp_path / f"out{suffix}"
    said = sheet(tmp_path / "s.csv", owner, limits=limits, on="2025-06-01")
    _, before = published(panhuo, home, [export(tmp_path / "e.csv"), said, pledge])
    assert panhuo("stock-export", "--owner", "云湖大学", *DAY, "--out", out, "--home", home).code == 0
    if suffix == ".xlsx":
        told = rows_of_stock(out)["权利限制"]
        own = limits if owner != STRANGER else ""
        assert told == "；".join(filter(None, (own, "【据登记簿】质押中，须经质权人同意")))
    called = panhuo("import", out, "--home", home)
    assert {name: called.answer[name] for name in ("new", "changed", "rejected")} == {
        "new": 0,
        "changed": 0,
        "rejected": 0,
    }
    assert published(panhuo, home, [])[1] == before


def rows_of_stock(path: Path) -> dict[str, Any]:
    lines = list(openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True))
    place = next(place for place, line in enumerate(lines) if "权利限制" in line)
    return dict(zip(lines[place], lines[place + 1], strict=True))
