"""Needs are understood as people write them: headings in any order, joined, run together, or not there at all."""

from __future__ import annotations

import json
import random
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.engine.matching.needs import NeedParts, NeedRules, Part, Remark, need_rules, understand
from panhuo.engine.matching.words import MAX_CHARACTERS
from panhuo.rules import load_pack

RULES = need_rules(load_pack("national").at(date(2026, 11, 22)))
WHAT, WANTED, HAVE, HARD = "回收炉渣的热量", "产出 0.5MPa 以上的蒸汽", "已有两座炉", "渣的结块"


@pytest.fixture
def rules() -> NeedRules:
    return RULES


def parts(text: str, title: str = "") -> dict[str, str]:
    return {part.value: piece for part, piece in understand(text, RULES, title=title).parts.items()}


FOUR = {"problem": WHAT, "goal": WANTED, "foundation": HAVE, "difficulty": HARD}


@pytest.mark.parametrize(
    "text",
    [
        f"需求内容：{WHAT}\n预期目标：{WANTED}\n现有工作基础：{HAVE}\n希望解决的技术难题：{HARD}",
        f"现有工作基础：{HAVE}\n希望解决的技术难题：{HARD}\n需求内容：{WHAT}\n预期目标：{WANTED}",
        f"需求内容：{WHAT}预期目标：{WANTED}现有工作基础：{HAVE}希望解决的技术难题：{HARD}",
        f"一、需求内容\n{WHAT}\n二、预期目标\n{WANTED}\n三、工作基础\n{HAVE}\n四、技术难点\n{HARD}",
        f"（1）需求内容: {WHAT}\n（2）预期目标: {WANTED}\n（3）现有基础（含资金）：{HAVE}\n④技术难题：{HARD}",
        f"1.需求内容\n{WHAT}\n2.预期目标\n{WANTED}\n3.现有工作基础\n{HAVE}\n希望解决的技术难题\n{HARD}",
    ],
)
def test_the_four_parts_are_found_however_they_are_written(text: str) -> None:
    assert parts(text) == FOUR


def test_what_no_heading_claims_stays_free_text() -> None:
    assert parts("回收炉渣的热量，产出蒸汽。") == {"text": "回收炉渣的热量，产出蒸汽。"}


def test_text_before_the_first_heading_stays_free_text() -> None:
    found = parts("企业年产炉渣二十万吨。\n预期目标：产出蒸汽")
    assert found == {"text": "企业年产炉渣二十万吨。", "goal": "产出蒸汽"}


def test_a_heading_inside_a_sentence_claims_that_sentence_only() -> None:
    found = parts("希望替换箱体的材料。预期目标为降低质量20%以上。齿轮也有同样的需要。")
    assert found["goal"] == "降低质量20%以上。"
    assert "齿轮" in found["text"]


def test_joined_headings_are_one() -> None:
    assert parts("需求内容及预期目标：替换材料，减重20%") == {"problem": "替换材料，减重20%"}


def test_a_word_of_a_heading_in_running_text_is_no_heading() -> None:
    text = "现有工作基础较好，预期目标明确，技术难题已经列出。"
    assert parts(text) == {"text": text}, "the negative control: no colon, no line of its own"


def test_parts_that_the_file_keeps_apart_stand_before_the_text() -> None:
    found = understand("", RULES, title="炉渣余热", given={Part.PROBLEM: WHAT, Part.GOAL: WANTED})
    assert found.part(Part.PROBLEM) == WHAT
    assert found.part(Part.GOAL) == WANTED
    assert found.part(Part.TITLE) == "炉渣余热"


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("公司拟出资60万元寻求合作。", 600_000, 600_000),
        ("拟投入1亿5000万元", 150_000_000, 150_000_000),
        ("拟投入1亿零500万", 105_000_000, 105_000_000),
        ("拟投入5千万元", 50_000_000, 50_000_000),
        ("拟投入3万5千元", 35_000, 35_000),
        ("拟投入六十万元", 600_000, 600_000),
        ("拟投入一亿五千万元", 150_000_000, 150_000_000),
        ("拟投入五十至八十万元", 500_000, 800_000),
        ("拟投入1亿-1亿5000万元", 100_000_000, 150_000_000),
        ("拟投入两百五十万元", 2_500_000, 2_500_000),
        ("预计投入研发费用30-50万。", 300_000, 500_000),
        ("本项目拟投资500 万元人民币", 5_000_000, 5_000_000),
        ("计划投资1.4亿，配套建设生产线。", 140_000_000, 140_000_000),
        ("项目总预算约2000万元。前期已投入资金约300万元。", 20_000_000, 20_000_000),
        ("预算150万，设备另预算200万。", 2_000_000, 3_500_000),
        ("研发费用：\n1、直接费用1740万\n2、间接费用260万", 17_400_000, 20_000_000),
        ("愿意出资8,000元", 8_000, 8_000),
    ],
)
def test_amounts_that_are_meant_to_be_spent_give_the_budget(text: str, low: int, high: int) -> None:
    found = understand(text, RULES)
    assert (found.budget_low_cny, found.budget_high_cny) == (Decimal(low), Decimal(high))


@pytest.mark.parametrize(
    "text",
    [
        "目前已投入资金约1500万。",
        "企业注册资金1100万元，年产值10亿元。",
        "现在焊接车间有价值400万元的机器人。",
        "建设基地6万亩，年产仔猪11万头，拟投入运行。",
        "市场值将超过127亿美元。",
        "拟投入设备3万台。",
        "预算一元化管理。",
        "拟投入数十万元。",
        "拟投入五六十万元。",
        "拟投入3亿5亿元。",
    ],
)
def test_other_sums_and_counts_are_no_budget(text: str) -> None:
    found = understand(text, RULES)
    assert found.budget_low_cny is None
    assert found.budget_high_cny is None


def test_a_need_without_a_target_figure_is_remarked() -> None:
    assert Remark.NO_GOAL_FIGURE in understand("希望提高效率", RULES).remarks
    assert Remark.NO_GOAL_FIGURE not in understand("预期目标：效率达到95%以上", RULES).remarks


HOSTILE = {
    "empty": "",
    "blanks": " \n\t\u3000\u200b",
    "symbols": "★※→！？…—～()[]{}<>|\\/\"'`" * 50,
    "one megabyte": "余热回收装置及其控制方法。" * 80_000,
    "one repeated word": "余热" * 100_000,
    "mixed scripts": "余热 recovery возврат тепла إعادة 熱回収 폐열 𠮷野家 ＬＥＤ " * 20,
    "markup": "<script>alert(1)</script>{{7*7}}=cmd|' /C calc'!A0",
    "headings only": "需求内容：预期目标：现有工作基础：希望解决的技术难题：" * 500,
    "numbers only": "123456789.12万元" * 2_000,
    "lone surrogate": "余热\ud800回收",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_are_understood_without_failing(name: str) -> None:
    found = understand(HOSTILE[name], RULES)
    assert isinstance(found, NeedParts)
    assert all(len(piece) <= MAX_CHARACTERS + 200 for piece in found.parts.values())


def test_hostile_texts_are_remarked() -> None:
    assert Remark.EMPTY in understand(HOSTILE["empty"], RULES).remarks
    assert Remark.EMPTY in understand(" \n\t", RULES).remarks
    assert Remark.SHORTENED in understand(HOSTILE["one megabyte"], RULES).remarks
    assert Remark.SHORTENED not in understand("余热回收", RULES).remarks, "the negative control"


@given(st.text(max_size=400), st.text(max_size=40))
def test_any_text_is_understood_and_nothing_is_invented(text: str, title: str) -> None:
    found = understand(text, RULES, title=title)
    for part, piece in found.parts.items():
        if part is not Part.TITLE:
            assert all(line.strip() in text for line in piece.split("\n"))


@given(st.permutations(list(FOUR)), st.sampled_from(["：", ":", "\n"]))
def test_the_order_of_the_parts_changes_nothing(order: list[str], mark: str) -> None:
    heads = {
        "problem": "需求内容",
        "goal": "预期目标",
        "foundation": "现有工作基础",
        "difficulty": "希望解决的技术难题",
    }
    text = "\n".join(f"{heads[part]}{mark}{FOUR[part]}" for part in order)
    assert parts(text) == FOUR


@pytest.mark.reference
def test_real_needs_are_split_where_they_have_headings(reference_data: Path) -> None:
    lines = (reference_data / "bdci2019_match" / "requirements.jsonl").read_text("utf-8").splitlines()
    needs = [json.loads(line) for line in lines]
    found = [understand(need["content"], RULES, title=need["title"]) for need in needs]
    seen = Counter(part for one in found for part in one.parts)
    with_words = sum("预期目标" in need["content"] for need in needs)
    assert len(needs) == 298
    assert seen[Part.GOAL] >= with_words > 50, "each text that names its goal has that part"
    assert seen[Part.FOUNDATION] >= 60
    assert sum(one.budget_low_cny is not None for one in found) >= 18
    random.Random(1).shuffle(needs)
    for need, one in zip(needs[:50], (understand(need["content"], RULES) for need in needs[:50]), strict=True):
        kept = sum(len(piece) for piece in one.parts.values())
        assert kept >= 0.8 * len(need["content"].strip()) - 60, "parts keep the text"
