"""Figures with units: how they are read, and when two agree."""

from __future__ import annotations

from datetime import date
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.engine.matching.figure_units import units
from panhuo.engine.matching.figures import Figure, agree, figures, figures_at
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


def test_figures_agree_across_units_and_are_shown_as_written() -> None:
    (ours,), (theirs, _) = figures("压力0.5MPa以上", UNITS), figures("压力为800kPa，温度200℃", UNITS)
    assert agree(ours, theirs)
    assert (ours.shown, theirs.shown) == ("0.5MPa以上", "800kPa")
    assert [figure.shown for figure in figures("为３ ｋＷ·ｈ、２0\u3000㎡、≤ 5×10⁵Pa", UNITS)] == [
        "３ ｋＷ·ｈ",
        "２0 ㎡",
        "≤ 5×10⁵Pa",
    ]


def test_figures_that_miss_the_range_do_not_agree() -> None:
    assert not agree(only("温度≥200℃"), only("温度150℃"))
    assert not agree(only("精度≥95%"), only("填充量50%"))


@given(st.floats(0.001, 9999, allow_nan=False).map(lambda value: round(value, 3)), st.sampled_from(["mm", "kw", "mpa"]))
def test_a_figure_agrees_with_itself(value: float, unit: str) -> None:
    found = only(f"为{value:.3f}{unit}")
    assert agree(found, found)


AT_LEAST = (
    "超过",
    "高于",
    "大于",
    "达到",
    "多于",
    "至少",
    "≥",
    "≧",
    "⩾",
    ">=",
    "大于等于",
    "高于或等于",
    "超過",
    "最低",
)
AT_MOST = (
    "低于",
    "小于",
    "少于",
    "至多",
    "≤",
    "≦",
    "⩽",
    "<=",
    "小于等于",
    "低于或等于",
    "最高",
    "不到",
    "不足",
    "达不到",
)
NOT = ("不", "不得", "不能", "不应", "不可", "不允许", "不宜", "无法", "未", "未能", "严禁", "避免", "不會")


@pytest.mark.parametrize("word", AT_LEAST)
def test_a_word_of_a_lower_bound_leaves_the_upper_end_open(word: str) -> None:
    found = only(f"排烟温度{word}150℃")
    assert (found.low, found.high, found.shown) == (150, inf, f"{word}150℃")


@pytest.mark.parametrize("word", AT_MOST)
def test_a_word_of_an_upper_bound_leaves_the_lower_end_open(word: str) -> None:
    found = only(f"排烟温度{word}150℃")
    assert (found.low, found.high, found.shown) == (-inf, 150, f"{word}150℃")


@given(
    st.sampled_from(NOT),
    st.sampled_from(("超过", "高于", "大于", "达到", "低于", "小于", "少于", "大于或等于")),
    st.sampled_from(("", "约", "：", " ")),
    st.floats(0.5, 5000).map(lambda value: round(value, 2)),
    st.sampled_from(("℃", "MPa", "t/h", "kWh/t", "%")),
)
def test_negating_a_bound_swaps_its_ends(no: str, word: str, fill: str, value: float, unit: str) -> None:
    plain, turned = (only(f"其中{said}{fill}{value}{unit}，如此") for said in (word, no + word))
    closed = plain.low if plain.high == inf else plain.high
    assert (turned.low, turned.high) == ((-inf, closed) if plain.high == inf else (closed, inf))


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("不得使炉膛温度超过150℃", -inf, 150),
        ("不能在150℃以上", -inf, 150),
        ("不得达到150℃以上", -inf, 150),
        ("达到150℃以下", -inf, 150),
        ("200℃及以上", 200, inf),
        ("200℃或以上", 200, inf),
        ("200℃（含）以上", 200, inf),
        ("200℃以下", -inf, 200),
        ("不影响强度，温度超过150℃", 150, inf),  # the negation stands in another clause
        ("不仅节能且温度高于150℃", 150, inf),
    ],
)
def test_a_bound_is_read_with_what_stands_around_it(text: str, low: float, high: float) -> None:
    assert (only(text).low, only(text).high) == (low, high)


@pytest.mark.parametrize(
    ("text", "dimension", "value"),
    [
        ("处理能力10t/h", "mass/time", 10e6 / 3600),
        ("10吨/小时", "mass/time", 10e6 / 3600),
        ("每小时处理10吨", "mass/time", 10e6 / 3600),
        ("10吨/年", "mass/year", 10e6),
        ("年产10吨", "mass/year", 10e6),
        ("电耗20kWh/t", "energy/mass", 20 / 1e6),
        ("风量20000m3/h", "volume/time", 2e7 / 3600),
        ("风量20000m 3 /h", "volume/time", 2e7 / 3600),
        ("30mg/Nm3", "concentration", 30),
        ("粘度为50mPa·s", "viscosity", 50),
        ("粘度为50 mPa.s", "viscosity", 50),
        ("5mW", "power", 5e-6),
        ("5MW", "power", 5000),
        ("0.5Mpa", "pressure", 0.5),
        ("2×10⁵Pa", "pressure", 0.2),
        ("2×10^5Pa", "pressure", 0.2),
        ("10⁻³Pa", "pressure", 1e-9),
        ("1e5Pa", "pressure", 0.1),
        ("3.5万m3", "volume", 3.5e7),
        ("80万次", "cycles", 8e5),
        ("扭矩50Nm", "torque", 50),
        ("零下20℃", "temperature", -20),
        ("‑20℃", "temperature", -20),
    ],
)
def test_a_unit_is_read_whole(text: str, dimension: str, value: float) -> None:
    found = only(text)
    assert found.dimension == dimension
    assert (found.low, found.high) == (pytest.approx(value), pytest.approx(value))


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("100±5℃", 95, 105),
        ("100℃±5℃", 95, 105),
        ("100℃±5%", 95, 105),
        ("零下20℃至零下10℃", -20, -10),
        ("-20℃～+50℃", -20, 50),
        ("850‑950℃", 850, 950),
        ("0.5MPa~1200kPa", 0.5, 1.2),
    ],
)
def test_both_ends_of_a_range_are_read_each_in_its_own_unit(text: str, low: float, high: float) -> None:
    assert (only(text).low, only(text).high) == (pytest.approx(low), pytest.approx(high))


def test_a_tolerance_is_no_value_of_the_thing() -> None:
    found = only("控温精度±2℃")
    assert (found.dimension, found.high) == ("temperature_tolerance", 2)
    assert not agree(found, only("温度2℃"))


def test_figures_of_two_kinds_with_a_stroke_between_are_two() -> None:
    assert [figure.shown for figure in figures("10℃-20min", UNITS)] == ["10℃", "20min"]
    assert [figure.shown for figure in figures("主蒸汽9.2MPa/540℃", UNITS)] == ["9.2MPa", "540℃"]


@pytest.mark.parametrize(
    "text",
    [
        "5G通信", "1.5T磁场", "5mw", "铅笔硬度3H", "50t/釜", "5×105Pa", "1,5MPa", "型号GB-200℃", "30g/24h", "10t·h-1",
    ],
)  # fmt: skip
def test_what_is_not_understood_is_no_figure(text: str) -> None:
    assert figures(text, UNITS) == ()


@given(st.text(alphabet="不得超过低于℃MPa/hm3·×10^±-~至5%万，。 （含）以上每年²⁵ＡＢ０", max_size=40))
def test_a_figure_stands_where_it_is_said_to_stand(text: str) -> None:
    for figure, start, end in figures_at(text, UNITS):
        assert 0 <= start < end <= len(text)
        assert figure.shown.replace(" ", "") == "".join(text[start:end].split())
        assert figure.low <= figure.high


def only(text: str) -> Figure:
    (found,) = figures(text, UNITS)
    return found
