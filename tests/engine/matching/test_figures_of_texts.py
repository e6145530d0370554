"""Figures with units: how they are read, and when two agree."""

from __future__ import annotations

from datetime import date
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.engine.matching.figures import figures, in_common, units
from panhuo.rules import load_pack

UNITS = units(load_pack("national").at(date(2026, 11, 22)))


@pytest.mark.parametrize(
    ("text", "dimension", "low", "high"),
    [
        ("水淬时温度为1200℃", "temperature", 1200, 1200),
        ("产出0.5MPa以上蒸汽", "pressure", 0.5, inf),
        ("压力 500kPa", "pressure", 0.5, 0.5),
        ("硫含量降到300ppm以下", "percent", -inf, 0.03),
        ("-40℃到40℃", "temperature", -40, 40),
        ("粒径5-8mm", "length", 5, 8),
        ("精度≥98.5%", "percent", 98.5, inf),
        ("功率不大于90kW", "power", -inf, 90),
        ("厚度３.２毫米", "length", 3.2, 3.2),
    ],
)
def test_a_figure_is_read_in_its_base_unit(text: str, dimension: str, low: float, high: float) -> None:
    (found,) = figures(text, UNITS)
    assert found.dimension == dimension
    assert found.low == pytest.approx(low)
    assert found.high == pytest.approx(high)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("转速1,200r/min", 1200, 1200),
        ("压力１０兆帕", 10, 10),
        ("面积50,000㎡", 50_000, 50_000),
        ("一百二十摄氏度以上", 120, inf),
        ("寿命三千五百小时", 12_600_000, 12_600_000),
        ("厚度十至二十微米", 0.01, 0.02),
        ("温度1,200.5℃", 1200.5, 1200.5),
        ("十二万次", 120_000, 120_000),
        ("为50，100，150℃", 150, 150),
        ("为5,100,200℃", 200, 200),
    ],
)
def test_numbers_are_read_however_they_are_written(text: str, low: float, high: float) -> None:
    (found,) = figures(text, UNITS)
    assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))


@pytest.mark.parametrize("text", ["数十微米", "几百小时", "第十二小时", "二百五克", "三元米", "十分方便", "百千瓦"])
def test_words_that_only_look_like_numbers_are_no_figures(text: str) -> None:
    assert figures(text, UNITS) == ()


def test_numbers_without_a_unit_are_no_figures() -> None:
    assert figures("共3座，编号12-34，第5条，型号CN123456A", UNITS) == ()


def test_figures_agree_across_units() -> None:
    ours, theirs = figures("压力0.5MPa以上", UNITS), figures("压力为800kPa，温度200℃", UNITS)
    assert [(mine.shown, other.shown) for mine, other in in_common(ours, theirs)] == [("0.5mpa以上", "800kpa")]


def test_figures_that_miss_the_range_do_not_agree() -> None:
    assert in_common(figures("温度≥200℃", UNITS), figures("温度150℃", UNITS)) == []
    assert in_common(figures("精度≥95%", UNITS), figures("填充量50%", UNITS)) == []


@given(st.floats(0.001, 9999, allow_nan=False).map(lambda value: round(value, 3)), st.sampled_from(["mm", "kw", "mpa"]))
def test_a_figure_agrees_with_itself(value: float, unit: str) -> None:
    found = figures(f"为{value:.3f}{unit}", UNITS)
    assert len(in_common(found, found)) == 1
