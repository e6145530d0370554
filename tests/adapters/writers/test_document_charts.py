"""Parts of a document: texts that can be printed, round ticks, charts that draw what is known and nothing else."""

from __future__ import annotations

import re
import unicodedata
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.adapters.writers.chart_scale import short, ticks, yuan_unit
from panhuo.adapters.writers.document import (
    REPLACEMENT,
    Chart,
    Columns,
    Document,
    Paragraph,
    Radar,
    Role,
    Spans,
    cleaned,
)
from panhuo.adapters.writers.document_charts import chart_svg
from panhuo.adapters.writers.document_pages import css_text
from panhuo.adapters.writers.word_charts import chart_xml

FINITE = st.floats(-1e15, 1e15, allow_nan=False)
RADAR = Radar("雷达", "未知", ("法律", "技术", "经济", "其他"), (80.0, 50.0, None, 0.0))
COLUMNS = Columns("收益", "单位：元", ("1", "2", "3"), (10.0, -5.0, 0.0))
SPANS = Spans("影响", "单位：元", "评估值 100 元", 100.0, ("收入", "折现率"), ((80.0, 130.0), (110.0, 95.0)))
HOSTILE = "</svg><script>alert(1)</script>\"'&"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


@given(st.text())
def test_a_cleaned_text_holds_nothing_that_cannot_be_printed(text: str) -> None:
    [found] = cleaned((text,))
    assert all(unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co", "Cn") for sign in found)
    assert len(found) == len(text)


def test_what_was_taken_out_is_seen_and_roles_stay_what_they_are() -> None:
    dirty = Document("a\x00", ("1\u202e2",), "头", False, "x", ("", "", ""), (Paragraph("行\n行", Role.NOTE),))
    found = cleaned(dirty)
    assert (found.title, found.subtitle) == (f"a{REPLACEMENT}", (f"1{REPLACEMENT}2",))
    assert found.blocks == (Paragraph("行 行", Role.NOTE),)


@given(FINITE, FINITE)
def test_ticks_hold_the_figures_between_them_and_stay_few(one: float, other: float) -> None:
    low, high = min(one, other), max(one, other)
    found = ticks(low, high)
    room = (found[-1] - found[0]) * 1e-6
    assert found[0] <= low + room
    assert found[-1] >= high - room
    assert 2 <= len(found) <= 7


@pytest.mark.parametrize(
    ("values", "told"),
    [([99_999], (1.0, "元")), ([-100_000], (1e4, "万元")), ([2e9, 1], (1e8, "亿元")), ([], (1.0, "元"))],
)
def test_the_unit_of_an_axis_fits_its_greatest_figure(values: list[float], told: tuple[float, str]) -> None:
    assert yuan_unit(values) == told


def test_a_tick_is_short_however_large_it_is() -> None:
    assert [short(value) for value in (0.0, -0.0, 12_500.0, 1e12)] == ["0", "0", "12,500", "1e+12"]


def test_an_unknown_point_is_named_and_not_drawn_while_a_zero_is() -> None:
    svg = str(chart_svg(RADAR))
    assert svg.count("<circle") == 3
    assert svg.count("未知") == 1
    assert 'cx="210" cy="158"' in svg, "the zero of the fourth axis lies in the middle"
    assert svg.count('fill-opacity="0.25"') == 0, "no area is shaded where a point is unknown"
    whole = str(chart_svg(Radar("雷达", "未知", RADAR.labels, (80.0, 50.0, 20.0, 0.0))))
    assert whole.count('fill-opacity="0.25"') == 1


def test_word_is_given_a_gap_for_an_unknown_point() -> None:
    chart = ElementTree.fromstring(chart_xml(RADAR))
    values = chart.find(f".//{C}val//{C}numCache")
    assert values is not None
    assert [point.get("idx") for point in values.iter(f"{C}pt")] == ["0", "1", "3"]
    blanks = chart.find(f".//{C}dispBlanksAs")
    assert blanks is not None
    assert blanks.get("val") == "gap"
    assert "经济 未知" in [one.text for one in chart.iter(f"{C}v")]


def test_spans_lie_about_their_base_whichever_end_is_the_greater() -> None:
    series = ElementTree.fromstring(chart_xml(SPANS)).findall(f".//{C}ser")
    told = [[float(one.text or "") for one in single.findall(f"{C}val//{C}v")] for single in series]
    assert told == [[80.0, 95.0], [20.0, 5.0], [30.0, 10.0]], "up to the span, below the base, above it"
    boxes = re.findall(r'<rect x="([\d.]+)" [^>]*width="([\d.]+)"', str(chart_svg(SPANS)))
    base = float(boxes[0][0]) + float(boxes[0][1])
    assert base == pytest.approx(float(boxes[1][0]), abs=0.02)
    assert base == pytest.approx(float(boxes[3][0]), abs=0.02)


def test_a_column_below_zero_hangs_from_the_line() -> None:
    boxes = re.findall(r'y="([\d.]+)" width="[\d.]+" height="([\d.]+)"', str(chart_svg(COLUMNS)))
    first, second = [(float(y), float(height)) for y, height in boxes[:2]]
    assert sum(first) == pytest.approx(second[0], abs=0.02)


@pytest.mark.parametrize(
    "chart",
    [
        Radar(HOSTILE, HOSTILE, (HOSTILE,) * 3, (1.0, None, 3.0)),
        Columns(HOSTILE, HOSTILE, (HOSTILE,), (1.0,)),
        Columns(HOSTILE, HOSTILE, (HOSTILE, ""), (1.0, 2.0), dense=True),
        Spans(HOSTILE, HOSTILE, HOSTILE, 1.0, (HOSTILE,), ((0.0, 2.0),)),
    ],
)
def test_hostile_words_stay_words_in_both_kinds_of_chart(chart: Chart) -> None:
    svg = ElementTree.fromstring(str(chart_svg(chart)))
    assert {one.tag for one in svg.iter()} <= {"svg", "text", "line", "rect", "circle", "polygon"}
    assert svg.get("aria-label") == HOSTILE
    ElementTree.fromstring(chart_xml(chart))


@given(st.lists(FINITE, min_size=1, max_size=60))
def test_any_figures_make_a_chart_whose_places_are_finite(values: list[float]) -> None:
    labels = tuple("一" for _ in values)
    spans = Spans("图", "元", "基", values[0], labels, tuple((value, 0.0) for value in values))
    for chart in (Columns("图", "元", labels, tuple(values)), spans):
        assert "nan" not in str(chart_svg(chart))
        assert "inf" not in str(chart_svg(chart))
        ElementTree.fromstring(chart_xml(chart))


@given(st.text())
def test_a_text_in_a_style_sheet_cannot_end_its_string(text: str) -> None:
    found = css_text(text)
    assert not set(found[1:-1]) & set("\"'<>{};\n")


def test_what_is_no_chart_is_refused() -> None:
    for draw in (chart_svg, chart_xml):
        with pytest.raises(TypeError, match="no chart"):
            draw("chart")
