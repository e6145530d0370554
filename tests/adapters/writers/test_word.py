"""Word: official margins and fonts with free ones beside them, headers that repeat, the same bytes each time."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn

from panhuo.adapters.writers.charts import Chart, chart_png
from panhuo.adapters.writers.word import WordDocument, letter_fonts
from panhuo.rules import load_pack

FONTS = letter_fonts(load_pack("national").at(date(2025, 11, 30)))
CHART = Chart("存量", ["甲"], [("有效", [3])], "件", "Stock", ["No. 1"], ["Living"], "patents")


def written(path: Path) -> Path:
    letter = WordDocument(FONTS, title="函", synthetic="演示数据（合成）")
    letter.issuer("云湖市示例局", "〔2025〕1号")
    letter.title("关于核实的函", subtitle="（2025年）")
    letter.addressee("云湖大学：")
    letter.heading("一、存量")
    letter.text("正文<b>不是标记</b>& =1+1")
    letter.caption("表1　存量")
    letter.table(["单位", "件数"], [["云湖大学", "12"], ["=甲", "3.5"]], widths_mm=[60, 30])
    letter.picture(chart_png(CHART), width_mm=80, alternative="存量")
    letter.signature(["云湖市示例局", "2025年11月30日"])
    letter.save(path)
    return path


def test_the_page_has_the_margins_of_an_official_letter(tmp_path: Path) -> None:
    section = docx.Document(str(written(tmp_path / "a.docx"))).sections[0]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(margin.mm) for margin in margins if margin is not None] == [37, 35, 28, 26]
    assert [round(side.mm) for side in (section.page_width, section.page_height) if side is not None] == [210, 297]
    assert section.header.paragraphs[0].text == "演示数据（合成）"


def test_every_named_font_has_a_free_one_beside_it(tmp_path: Path) -> None:
    with zipfile.ZipFile(written(tmp_path / "a.docx")) as made:
        table = made.read("word/fontTable.xml").decode()
        body = made.read("word/document.xml").decode()
    for font in FONTS.values():
        assert f'w:name="{font.name}"' in table
        assert font.free_name in table
    assert 'w:eastAsia="仿宋"' in body


def test_texts_stand_as_they_are_and_numbers_to_the_right(tmp_path: Path) -> None:
    document = docx.Document(str(written(tmp_path / "a.docx")))
    assert "正文<b>不是标记</b>& =1+1" in [paragraph.text for paragraph in document.paragraphs]
    [table] = document.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["单位", "件数"],
        ["云湖大学", "12"],
        ["=甲", "3.5"],
    ]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    alignments = [cell.paragraphs[0].alignment for cell in table.rows[1].cells]
    assert alignments[0] != alignments[1]


def test_the_same_letter_is_the_same_bytes(tmp_path: Path) -> None:
    assert written(tmp_path / "a.docx").read_bytes() == written(tmp_path / "b.docx").read_bytes()


def test_a_picture_has_words_for_who_cannot_see_it(tmp_path: Path) -> None:
    with zipfile.ZipFile(written(tmp_path / "a.docx")) as made:
        assert 'descr="存量"' in made.read("word/document.xml").decode()


def test_nothing_stays_when_the_place_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "a.docx").mkdir()
    with pytest.raises(Exception, match="cannot be written"):
        written(tmp_path / "a.docx")
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.docx"]
