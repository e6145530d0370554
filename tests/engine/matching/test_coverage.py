"""What a patent covers of a need: states, figures, questions; and that the share follows its evidence."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matching_fakes import lexicon
from panhuo.engine.matching.claim_features import Field
from panhuo.engine.matching.coverage import Asked, ask, cover, coverage_rules
from panhuo.engine.matching.findings import Coverage, State
from panhuo.engine.matching.needs import NeedParts, need_rules, understand
from panhuo.engine.matching.query import part_weights
from panhuo.engine.matching.requirements import requirement_rules, requirements
from panhuo.engine.ports import Floats
from panhuo.rules import load_pack

RULES = load_pack("national").at(date(2026, 11, 22))
NEED_RULES = need_rules(RULES)
SPLIT = requirement_rules(RULES, NEED_RULES, part_weights(RULES))
COVER = coverage_rules(RULES, NEED_RULES.units)
WORDS = (
    "石灰窑、供风、均匀、阀门、密封、涂层、耐磨、耐温、温度、干燥、效率、管道、粉尘、除尘、滤袋、更换、设备、强度、压力、泵体、"
    "余热回收、余热、回收、猕猴桃、果汁、发酵、酵母、颗粒物、布袋、收尘"
)
LEXICON = lexicon(re.split("、", WORDS))
NEAR = {("除尘", "收尘"): 0.8, ("粉尘", "颗粒物"): 0.7, ("滤袋", "布袋"): 0.75, ("除尘", "布袋"): 0.55}
UNRELATED = "猕猴桃果汁发酵。酵母"


def near(ours: Sequence[str], theirs: Sequence[str]) -> Floats:
    return np.array([[NEAR.get((left, right), float(left == right)) for right in theirs] for left in ours], np.float32)


def value(word: str) -> float:
    return 1.0 if len(word) > 1 else 0.0


def asked(text: str, *, title: str = "") -> tuple[NeedParts, Asked]:
    need = understand(text, NEED_RULES, title=title)
    return need, ask(requirements(need, SPLIT, LEXICON, value=value), LEXICON, value=value, rules=COVER)


def covered(text: str, abstract: str, **more: str) -> Coverage:
    texts = {Field.ABSTRACT: abstract} | {Field(name): said for name, said in more.items()}
    return cover(asked(text)[1], texts, LEXICON, COVER, near=near)


def test_the_worked_example_of_the_document() -> None:
    """docs/algorithms/coverage.md: all words are worth 1, one mention counts 1/1.05, two 2/2.05."""
    found = covered(
        "石灰窑供风均匀。阀门耐温不低于200℃。滤袋除尘。不得更换设备。拟投入50万元。",
        "一种石灰窑供风装置。阀门耐温最高不超过150℃。布袋收尘。",
    )
    states = [finding.state.value for finding in found.findings]
    assert states == ["covered", "conflict", "covered", "missing", "not_of_the_text"]
    shares = [round(finding.share, 3) for finding in found.findings[:4]]
    near_once = 0.75 / (0.75 + 0.05) * 0.75, 0.8 / (0.8 + 0.05) * 0.8
    assert shares == [0.635, 0.952, round(sum(near_once) / 2, 3), 0.0]
    assert found.conflicts == 1
    assert [(one.code, one.requirement, one.figures) for one in found.makes_match] == [
        ("figure_excluded", 1, ("不低于200℃", "不超过150℃")),
        ("constraint_open", 3, ()),
        ("budget_open", 4, ()),
    ]


def test_words_are_highlighted_on_both_sides_also_in_full_width() -> None:
    text, abstract = "滤袋　除尘，耐温≥２００℃。", "布袋 收尘；耐温 2０0℃"
    need, ready = asked(text)
    found = cover(ready, {Field.ABSTRACT: abstract}, LEXICON, COVER, near=near)
    shown = [
        need.part(one.part)[mark.start : mark.end]
        for one, finding in zip(ready.need.kept, found.findings, strict=True)
        for mark in finding.marks
    ]
    assert shown == ["滤袋", "除尘", "耐温", "≥２００℃"]
    theirs = [
        (abstract[mark.start : mark.end], mark.kind)
        for finding in found.findings
        for piece in finding.evidence
        for mark in piece.marks
    ]
    assert theirs == [("布袋", "near"), ("收尘", "near"), ("耐温", "same"), ("2０0℃", "agrees")]


@pytest.mark.parametrize(
    ("need", "patent", "code"),
    [
        ("阀门耐温不低于200℃", "阀门耐温150℃", "conflict"),
        ("阀门耐温不低于200℃", "阀门耐温最高不超过150℃", "conflict"),
        ("阀门耐温不低于200℃", "阀门耐温达250℃", "agrees"),
        ("阀门耐温不低于200℃", "阀门耐温250℃", "agrees"),
        ("阀门耐温不低于200℃", "阀门在干燥温度150℃下制成", "other"),  # a step of the process is another quantity
        ("阀门耐温200℃", "阀门耐温150℃", "other"),  # nobody said that 200 is a bound
        ("泵体压力不低于20MPa", "泵体强度10MPa", "other"),  # one unit, two quantities
        ("除尘效率≥99%", "除尘效率为95%", "conflict"),
        ("除尘效率≥99%", "除尘，余热回收80%", ""),
        ("温度由500℃降至200℃以下，阀门密封", "阀门密封，温度180℃", "agrees"),
        ("阀门温度不得超过150℃", "阀门温度为160℃", "conflict"),
        ("阀门温度不得超过150℃", "阀门温度为140℃", "agrees"),
        ("阀门温度不得低于200℃", "阀门温度为160℃", "conflict"),
        ("阀门温度不低于80℃", "阀门温度为100±5℃", "agrees"),
        ("泵体压力不低于50MPa", "泵体压力下粘度为50mPa·s", ""),
        ("设备效率10t/h以上", "设备效率10吨/年", ""),  # nobody knows for how many hours it runs
        ("设备能耗不超过20kWh", "设备能耗20kWh/t", ""),
        ("粉尘由80%降至40%以下", "除尘前粉尘为80%", "other"),  # where both set out
    ],
)
def test_a_conflict_is_claimed_for_one_quantity_only(need: str, patent: str, code: str) -> None:
    pairs = [pair.code for finding in covered(need, patent).findings for pair in finding.figures]
    assert pairs == ([code] if code else [])


def test_a_figure_that_nobody_meets_keeps_a_requirement_from_being_covered() -> None:
    said = covered("阀门耐温不低于200℃", "阀门耐温性好")
    assert said.findings[0].state is State.PARTLY
    assert said.makes_match[0].code == "figure_open"
    assert covered("阀门耐温不低于200℃", "阀门耐温220℃").findings[0].state is State.COVERED


def test_a_number_without_a_unit_that_is_known_keeps_a_requirement_from_being_covered() -> None:
    said = covered("管道涂层8层", "管道涂层10层")
    assert said.findings[0].state is State.PARTLY
    assert said.findings[0].open_figures == ("8",)
    assert covered("管道涂层8层", "管道涂层8层").findings[0].state is State.COVERED
    assert covered("管道涂层防PM10", "管道涂层").findings[0].open_figures == ()


def test_a_vague_need_asks_the_firm_and_a_need_with_a_figure_does_not() -> None:
    found = covered("阀门耐温要好", "阀门")
    assert [(one.to, one.code, one.words) for one in found.questions if one.to == "firm"] == [
        ("firm", "vague", ("temperature",))
    ]
    assert not [one for one in covered("阀门耐温200℃", "阀门").questions if one.to == "firm"]


def test_a_long_word_is_covered_by_its_parts() -> None:
    found = covered("余热回收", "余热的利用与回收")
    assert found.findings[0].share == pytest.approx(1 / 1.05, abs=1e-6)
    assert covered("余热回收", "余热的利用").findings[0].share == pytest.approx(0.5 / 1.05, abs=1e-6)


def test_all_of_it_can_be_kept_as_json() -> None:
    found = covered("阀门耐温不低于200℃。滤袋除尘", "阀门耐温150℃以下，布袋", title="阀门")
    assert json.loads(json.dumps(asdict(found), ensure_ascii=False, allow_nan=False))["conflicts"] == 1


SAID = [
    "石灰窑供风均匀",
    "阀门密封",
    "耐温250℃",
    "布袋收尘",
    "颗粒物",
    "管道涂层耐磨",
    "余热利用",
    "回收",
    "除尘除尘",
    "猕猴桃果汁",
]
ASKS = "石灰窑供风均匀。阀门密封耐温≥200℃。滤袋除尘，粉尘少。管道耐磨涂层。余热回收。"


def _without(texts: Mapping[Field, str], field: Field, start: int, end: int) -> dict[Field, str]:
    return {**texts, field: texts[field][:start] + texts[field][end:]}


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from(SAID), min_size=1, max_size=8), st.lists(st.sampled_from(SAID), max_size=4))
def test_taking_out_a_highlighted_piece_lowers_the_share(abstract: list[str], claim: list[str]) -> None:
    texts = {Field.ABSTRACT: "。".join(abstract) + "。", Field.FIRST_CLAIM: "；".join(claim)}
    _, ready = asked(ASKS)
    found = cover(ready, texts, LEXICON, COVER, near=near)
    shown = {(one.field, one.start, one.end) for finding in found.findings for one in finding.evidence}
    assume(shown)
    for piece in shown:
        less = cover(ready, _without(texts, *piece), LEXICON, COVER, near=near)
        assert less.coverage_share < found.coverage_share


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(SAID), max_size=6), st.text(st.sampled_from(UNRELATED), max_size=30))
def test_adding_a_text_that_says_none_of_it_changes_nothing(abstract: list[str], more: str) -> None:
    _, ready = asked(ASKS)
    said = "。".join(abstract)
    first = cover(ready, {Field.ABSTRACT: said}, LEXICON, COVER, near=near).coverage_share
    added = cover(ready, {Field.ABSTRACT: f"{said}。{more}"}, LEXICON, COVER, near=near).coverage_share
    assert added == first


def test_the_share_is_between_nothing_and_all_of_it() -> None:
    assert covered(ASKS, "").coverage_share == 0.0
    assert covered(ASKS, UNRELATED).coverage_share == 0.0
    all_of_it = ASKS.replace("≥200", "250") * 3
    assert 0.95 < covered(ASKS, all_of_it).coverage_share <= 1.0


@pytest.mark.parametrize("need", ["", "※※※→→", "供风" * 400_000, "<script>alert(1)</script>", "石灰窑 kiln печь 窯"])
@pytest.mark.parametrize("patent", ["", "※※※", "石灰窑" * 100_000, "<b>供风</b>"])
def test_hostile_texts_are_held_against_each_other(need: str, patent: str) -> None:
    found = covered(need, patent)
    assert 0.0 <= found.coverage_share <= 1.0


@pytest.mark.parametrize(
    ("need", "patent", "denied"),
    [
        ("石灰窑密封，不使用涂层", "石灰窑密封采用涂层", ["涂层"]),
        ("石灰窑密封，不得采用涂层", "石灰窑密封使用涂层", ["涂层"]),
        ("滤袋更换", "滤袋除尘，不能更换滤袋", ["更换"]),
        ("管道涂层耐磨", "管道涂层不耐磨", ["耐磨"]),
        ("管道涂层，使用密封阀门", "管道涂层，不使用密封阀门", ["密封", "阀门"]),
        ("石灰窑密封，不使用涂层", "石灰窑密封，不含涂层", []),
        ("石灰窑密封，不使用涂层", "石灰窑密封", []),  # nothing is said of it
        ("滤袋更换", "解决了现有滤袋不能更换的问题，滤袋", []),  # the trouble of others
        ("现有设备不能除尘。滤袋除尘", "滤袋除尘", []),  # the trouble of the firm
        ("防止粉尘", "粉尘不能扩散", []),  # both keep it off
        ("滤袋更换", "滤袋更换；停机时不能更换", []),  # said as well as denied
        ("滤袋更换", "滤袋不使用时更换", []),  # a condition
        ("滤袋更换", "不能不更换滤袋", []),
        ("涂层密封", "不使用阀门而采用涂层密封", []),
        ("不能泄漏，阀门密封", "阀门密封", []),  # a bound of the need without a verb of use
    ],
)
def test_what_one_side_denies_and_the_other_says_is_not_covered(need: str, patent: str, denied: list[str]) -> None:
    found = covered(need, patent)
    assert sorted({word for finding in found.findings for word in finding.denied}) == sorted(denied)
    assert any(lack.code == "words_denied" for lack in found.makes_match) is bool(denied)
    for finding in found.findings:
        assert finding.state is State.PARTLY or not finding.denied
        if finding.denied:
            assert any(mark.kind == "conflict" for piece in finding.evidence for mark in piece.marks)
    assert any(question.code == "words_denied" for question in found.questions) is bool(denied)


def test_a_denial_lowers_the_share_and_the_same_on_both_sides_does_not() -> None:
    said, denied = (covered("管道涂层耐磨", text).coverage_share for text in ("管道涂层耐磨", "管道涂层不耐磨"))
    assert denied < said
    both, one = (covered("石灰窑不使用涂层", text).coverage_share for text in ("石灰窑不使用涂层", "石灰窑使用涂层"))
    assert one < both
