"""panhuo grade --statistics: sheets that people open, one long table for programs, the short form in JSON."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from calls import Called
from table_files import application

Panhuo = Callable[..., Called]
HEAD = "申请号,公开（公告）号,名称,申请（专利权）人,国省代码,申请日,授权公告日,IPC,法律状态\n"
PEOPLE = "地区代码,地区,年份,常住人口（人）,来源\n110000,北京市,2024,20000,统计公报\n"


def patent(serial: int, year: int, ipc: str, title: str = "装置") -> str:
    number = application(serial, year=year)
    return f"{number},CN1{serial:08d}B,{title},云湖大学,北京;11,{year}-05-04,{year + 2}-03-02,{ipc},授权\n"


@pytest.fixture
def graded(panhuo: Panhuo, tmp_path: Path) -> Callable[[str], Called]:
    rows = [
        patent(1, 2012, "G06F40/30"),
        patent(2, 2018, "G06F40/30"),
        patent(3, 2018, "A47G19/22"),
        patent(4, 2016, "A47G19/22"),
    ]
    (tmp_path / "patents.csv").write_text(HEAD + "".join(rows), "utf-8-sig")
    (tmp_path / "people.csv").write_text(PEOPLE, "utf-8-sig")
    done = panhuo("import", tmp_path / "patents.csv", tmp_path / "people.csv", "--as-of", "2025-11-01")
    assert done.code == 0, done

    def run(name: str) -> Called:
        return panhuo("grade", "--at", "2025-11-30", "--out", tmp_path / "g.csv", "--statistics", tmp_path / name)

    return run


def test_the_answer_carries_the_figures_in_short(graded: Callable[[str], Called]) -> None:
    told = graded("s.xlsx").answer["statistics"]
    assert (told["inventions"], told["high_value"]) == (4, 2)
    assert told["combinations"] == {"sei": 1, "sei;maintained_over_10y": 1}
    assert (told["share_of_inventions"], told["ripening"]) == (0.5, 1)
    assert told["per_residents"] == {"110000": 1.0}  # 2 of 2 times 10,000
    assert told["population_years"] == {"110000": 2024}


def test_the_workbook_has_a_sheet_for_each_question(graded: Callable[[str], Called], tmp_path: Path) -> None:
    graded("s.xlsx")
    book = openpyxl.load_workbook(tmp_path / "s.xlsx", read_only=True)
    assert book.sheetnames[:5] == ["总体", "五种情形", "情形组合", "地区", "即将满年限"]
    cells = {name: [row for row in book[name].iter_rows(values_only=True) if any(row)] for name in book.sheetnames}
    assert ("战略性新兴产业", 2, 1, 1, 0.5) in cells["五种情形"]
    assert ("110000", "北京市", 2, 4, 4, 20000, 2024, 1, 0.5, 1) in [row[:10] for row in cells["地区"]]
    assert len(cells["即将满年限"]) == 4  # two head lines, the headings, one right
    book.close()


def test_the_long_table_says_the_same(graded: Callable[[str], Called], tmp_path: Path) -> None:
    graded("s.csv")
    with (tmp_path / "s.csv").open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    told = {(row["section"], row["key"], row["figure"]): row for row in rows}
    assert float(told["total", "high_value", "high_value"]["value"]) == 2
    assert float(told["region", "110000", "per_residents"]["value"]) == 1
    assert [row["reason"] for row in rows if row["section"] == "ripening"] == ["2026-05-05"]


def test_contradicting_populations_and_unknown_residence_are_said_in_the_answer_and_the_sheets(
    graded: Callable[[str], Called], panhuo: Panhuo, tmp_path: Path
) -> None:
    nowhere = patent(5, 2012, "G06F40/30").replace("北京;11", "")
    (tmp_path / "more.csv").write_text(HEAD + nowhere, "utf-8-sig")
    (tmp_path / "other.csv").write_text(PEOPLE.replace("20000", "30000"), "utf-8-sig")
    assert panhuo("import", tmp_path / "more.csv", tmp_path / "other.csv", "--as-of", "2025-11-01").code == 0
    told = graded("s.xlsx").answer
    figures = told["statistics"]
    assert (figures["per_residents"], figures["population_contradicts"]) == ({}, {"110000": 2024})
    assert (figures["patents"], figures["residence_unknown"], figures["inventions_residence_unknown"]) == (4, 1, 1)
    assert told["high_value_cannot_say"] == figures["cannot_say"] + 1
    book = openpyxl.load_workbook(tmp_path / "s.xlsx", read_only=True)
    assert ("住所不明的有效专利（不计入）", 1) in [row[:2] for row in book["总体"].iter_rows(values_only=True)]
    (region,) = [row for row in book["地区"].iter_rows(values_only=True) if row[0] == "110000"]
    assert (region[5], region[6], region[7], region[10]) == (None, 2024, None, "各来源人口数不一致，未计算")
    book.close()


def test_a_name_that_cannot_be_written_is_refused_before_any_work(
    graded: Callable[[str], Called], tmp_path: Path
) -> None:
    refused = graded("s.docx")
    assert (refused.code, refused.answer["error"]["code"]) == (2, "unknown_suffix")
    assert not (tmp_path / "g.csv").exists()
