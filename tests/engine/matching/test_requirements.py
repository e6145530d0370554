"""A need is split into what it asks: each thing with its kind, its figures and its place in the text as written."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching_fakes import lexicon
from panhuo.engine.matching.needs import Part, need_rules, understand
from panhuo.engine.matching.query import part_weights
from panhuo.engine.matching.requirements import (
    NOT_OF_TEXTS,
    RequirementKind,
    Requirements,
    requirement_rules,
    requirements,
)
from panhuo.rules import load_pack

RULES = load_pack("national").at(date(2026, 11, 22))
NEED_RULES = need_rules(RULES)
SPLIT = requirement_rules(RULES, NEED_RULES, part_weights(RULES))
WORDS = ["石灰窑", "供风", "均匀", "温度", "耐温", "除尘", "粉尘", "寿命", "阀门", "密封", "现有设备", "改造", "噪声"]
LEXICON = lexicon(WORDS)


def split(text: str, *, title: str = "") -> tuple[Requirements, list[tuple[str, str]]]:
    need = understand(text, NEED_RULES, title=title)
    found = requirements(need, SPLIT, LEXICON, value=lambda word: float(len(word) > 1))
    return found, [(one.kind.value, need.part(one.part)[one.start : one.end]) for one in found.kept]


def test_a_form_is_split_into_problem_target_constraint_budget_and_date() -> None:
    text = (
        "需求内容：1.石灰窑供风不均匀；2、除尘效果差。\n预期目标：耐温不低于200℃，噪声小；不得更换现有设备\n"
        "研发周期：三年内完成阀门密封改造\n拟投入资金50万元"
    )
    found, shown = split(text)
    assert shown == [
        ("problem", "石灰窑供风不均匀"),
        ("problem", "除尘效果差"),
        ("target", "耐温不低于200℃"),
        ("problem", "噪声小"),
        ("constraint", "不得更换现有设备"),
        ("date", "研发周期：三年内完成阀门密封改造"),
        ("budget", "拟投入资金50万元"),
    ]
    assert found.left_out == 0
    assert not found.vague


def test_a_sum_of_money_without_a_word_of_spending_asks_nothing() -> None:
    _, shown = split("石灰窑供风不均匀。年销售收入5000万元，除尘设备价值80万元。")
    assert shown == [("problem", "石灰窑供风不均匀")]


def test_where_a_change_sets_out_is_no_figure_to_reach() -> None:
    found, _ = split("温度由75℃降至40℃以下。")
    assert [(figure.figure.shown, figure.is_start) for figure in found.kept[0].figures] == [
        ("75℃", True),
        ("40℃以下", False),
    ]


def test_what_the_firm_has_is_no_request_unless_it_binds() -> None:
    _, shown = split("需求内容：石灰窑供风\n现有工作基础：已有除尘试验，温度200℃。必须适配现有设备")
    assert shown == [("problem", "石灰窑供风"), ("constraint", "必须适配现有设备")]


def test_a_budget_told_in_a_column_of_its_own_is_a_requirement_without_a_place() -> None:
    from dataclasses import replace
    from decimal import Decimal

    need = replace(
        understand("石灰窑供风", NEED_RULES), budget_low_cny=Decimal(500_000), budget_high_cny=Decimal(500_000)
    )
    found = requirements(need, SPLIT, LEXICON, value=lambda _: 1.0)
    assert [(one.kind, one.start, one.end) for one in found.kept][-1] == (RequirementKind.BUDGET, 0, 0)


def test_a_need_without_a_figure_is_vague_and_says_which_quantity_it_names() -> None:
    found, _ = split("延长阀门寿命，降低噪声，窑内高温。")
    assert found.vague
    assert found.quantities == ("lifetime", "noise", "temperature")
    told, _ = split("阀门寿命不少于500小时，降低噪声。")
    assert not told.vague
    assert told.quantities == ("noise",)


def test_a_long_text_is_cut_to_what_tells_most_and_a_repeated_one_to_its_first_words() -> None:
    words = [f"部件{chr(0x4E00 + place)}密封" for place in range(60)]
    many = lexicon([*WORDS, *words])
    need = understand("。".join(words), NEED_RULES)
    found = requirements(need, SPLIT, many, value=lambda _: 1.0)
    assert len(found.kept) == 12
    assert found.left_out == 48
    again, shown = split("石灰窑供风均匀。" * 200)
    assert len(shown) == 1
    assert again.left_out == 199


@pytest.mark.parametrize("text", ["", "※※※→→", "。；，", "供风" * 400_000, "<script>x</script>", "1.2.3.4.", "①②③"])
def test_hostile_texts_give_requirements_inside_the_text_or_none(text: str) -> None:
    need = understand(text, NEED_RULES)
    for one in requirements(need, SPLIT, LEXICON, value=lambda _: 1.0).kept:
        assert 0 <= one.start <= one.end <= len(need.part(one.part))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["石灰窑供风", "，", "。", "；", "\n", "（1）", "2、", "耐温≥200℃", "不得", "50万元", "拟投入", "　", "３m"]
        ),
        max_size=25,
    )
)
def test_requirements_never_overlap_and_begin_and_end_with_what_they_say(pieces: list[str]) -> None:
    need = understand("".join(pieces), NEED_RULES)
    found = requirements(need, SPLIT, LEXICON, value=lambda _: 1.0)
    last: dict[Part, int] = {}
    for one in found.kept:
        said = need.part(one.part)[one.start : one.end]
        assert one.start >= last.get(one.part, 0)
        last[one.part] = one.end
        assert said == said.strip(" \n　，。；") or one.kind in NOT_OF_TEXTS
        for figure in one.figures:
            assert one.start <= figure.start < figure.end <= one.end
