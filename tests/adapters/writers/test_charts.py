"""Charts: nothing leaves the page, text stays text, and no character becomes a box."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panhuo.adapters.writers import charts
from panhuo.adapters.writers.charts import Chart, chart_png, chart_svg, cjk_font
from panhuo.adapters.writers.pages import Figure
from panhuo.adapters.writers.summary import OutputFile, Section, SummaryData, write_summary

CHART = Chart(
    "各类<权利人>",
    ["高等院校", "企业&个人"],
    [("发明专利", [12, 3]), ("实用新型", [4, 9])],
    "件",
    "Owners",
    ["University", "Firms"],
    ["Inventions", "Models"],
    "patents",
)


def test_an_inline_chart_asks_for_nothing_and_keeps_its_words_as_text() -> None:
    svg = str(chart_svg(CHART, number=1))
    assert svg.startswith('<svg role="img" aria-label="各类&lt;权利人&gt;"')
    for foreign in ("http", "xlink", "xmlns", "<image", "@import", "<metadata"):
        assert foreign not in svg
    assert ">高等院校</text>" in svg
    assert "企业&amp;个人" in svg


def test_ids_of_two_charts_on_one_page_are_apart_and_all_references_resolve() -> None:
    first, second = str(chart_svg(CHART, number=1)), str(chart_svg(CHART, number=2))
    ids = [set(re.findall(r'\bid="([^"]+)"', svg)) for svg in (first, second)]
    assert ids[0].isdisjoint(ids[1])
    for svg, known in zip((first, second), ids, strict=True):
        assert set(re.findall(r'(?:href="|url\()#([^")]+)', svg)) <= known


def test_the_same_chart_is_the_same_text_and_picture() -> None:
    assert chart_svg(CHART, number=1) == chart_svg(CHART, number=1)
    assert chart_png(CHART) == chart_png(CHART)


def _drawn_texts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """All texts that a picture draws."""
    from matplotlib.text import Text

    seen: list[str] = []
    draw = Text.draw

    def note(self: Text, renderer: object) -> None:
        seen.append(self.get_text())
        draw(self, renderer)  # type: ignore[arg-type]

    monkeypatch.setattr(Text, "draw", note)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # matplotlib warns of each glyph that a font lacks
        chart_png(CHART)
    return [text for text in seen if text]


def test_without_a_chinese_font_a_picture_is_drawn_in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "cjk_font", lambda: "")
    texts = _drawn_texts(monkeypatch)
    assert {"Owners", "University", "Inventions"} <= set(texts)
    assert all(text.isascii() for text in texts)


def test_with_a_chinese_font_each_character_has_a_glyph(monkeypatch: pytest.MonkeyPatch) -> None:
    if not cjk_font():
        pytest.skip("no Chinese font is installed; the test above covers what is drawn then")
    assert "高等院校" in _drawn_texts(monkeypatch)


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.tuples(st.text(alphabet="高校企业<&>\"'", min_size=1, max_size=6), st.integers(0, 10**6)), max_size=8),
    st.booleans(),
)
def test_whatever_is_drawn_is_well_formed(bars: list[tuple[str, int]], upright: bool) -> None:  # noqa: FBT001
    from defusedxml.ElementTree import fromstring

    labels = [label for label, _ in bars]
    english = [str(place) for place in range(len(bars))]
    values = [value for _, value in bars]
    chart = Chart("图", labels, [("值", values)], "件", "Chart", english, ["value"], "n", upright=upright)
    fromstring(str(chart_svg(chart, number=1)))


def test_a_summary_has_a_table_for_every_chart_and_escapes_what_it_shows(tmp_path: Path) -> None:
    section = Section("存量<1>", ["类型", "件数"], [["高校", 1234], ["<script>", 5]], CHART)
    data = SummaryData(
        "摘要", ["查询日"], [Figure("1", "件")], [section], [OutputFile("清单", "清单 1.xlsx")], synthetic=True
    )
    write_summary(tmp_path / "a.html", data)
    write_summary(tmp_path / "b.html", data)
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert page.count("<svg") == page.count("<details")
    assert "1,234" in page
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert 'href="%E6%B8%85%E5%8D%95%201.xlsx"' in page
    assert "演示数据（合成）" in page
    assert "http" not in page.replace("http-equiv", "")
    assert page == (tmp_path / "b.html").read_text(encoding="utf-8")
