"""A scheme from an operator's sheets: read when all is right, else every wrong cell is named."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.rules import load_pack
from panhuo.rules.standard_scheme import Fault, Scheme, Sheet, SheetRow, read_scheme, words_of

WORDS = words_of(load_pack("national").at(date(2026, 1, 1)).table("standard_words"))
HEAD = ("指标编码", "指标名称", "上级指标", "评分方式", "自动规则", "金融类权重", "管理类")
TREE = [
    ("L", "法律价值", "", "", "", "0.4", "50%"),
    ("T", "技术价值", "", "", "", "0.6", "0.5"),
    ("L1", "权利稳定性", "L", "专家", "", "0.25", "1"),
    ("L2", "保护范围", "法律价值", "", "", "75%", "0"),
    ("T1", "先进性", "T", "", "", "1", "1"),
]


def sheet(head: Sequence[str], rows: Sequence[Sequence[str]], name: str = "指标") -> Sheet:
    body = [
        SheetRow(number, {place: text for place, text in enumerate(row) if text}) for number, row in enumerate(rows, 2)
    ]
    return Sheet(name, 1, dict(enumerate(head)), body)


def changed(row: int, place: int, text: str) -> list[tuple[str, ...]]:
    """The sound tree with one other cell; row counted from 2 as in the sheet."""
    rows = [list(one) for one in TREE]
    rows[row - 2][place] = text
    return [tuple(one) for one in rows]


def sound(scheme: Scheme | None, faults: list[Fault]) -> Scheme:
    assert faults == []
    assert scheme is not None
    return scheme


def test_a_sheet_with_a_column_for_each_scene_is_read() -> None:
    scheme = sound(*read_scheme([sheet(HEAD, TREE)], WORDS))
    assert [(one.code, one.parent, one.level, one.scorer) for one in scheme.indicators] == [
        ("L", "", 1, ""),
        ("T", "", 1, ""),
        ("L1", "L", 2, "expert"),
        ("L2", "L", 2, "expert"),
        ("T1", "T", 2, "expert"),
    ]
    assert scheme.scenes == ("finance", "management")
    assert scheme.weights["finance", "L2"] == Decimal("0.75")
    assert scheme.weights["management", "L"] == Decimal("0.5"), "50 %"


def test_two_sheets_say_the_same_as_one() -> None:
    tree = sheet(HEAD[:5], [row[:5] for row in TREE])
    told = [
        (scene, row[name], row[place])
        for place, scene in ((5, "金融类"), (6, "management"))
        for name, row in zip((0, 1, 0, 1, 0), TREE, strict=True)
    ]
    weights = sheet(("场景", "指标", "权重"), told, "权重")
    assert sound(*read_scheme([tree, weights], WORDS)) == sound(*read_scheme([sheet(HEAD, TREE)], WORDS))


def test_without_codes_indicators_are_numbered_by_the_tree() -> None:
    rows = [("", *row[1:2], {"L": "法律价值", "T": "技术价值"}.get(row[2], row[2]), *row[3:]) for row in TREE]
    scheme = sound(*read_scheme([sheet(HEAD, rows)], WORDS))
    assert [(one.code, one.parent) for one in scheme.indicators] == [
        ("1", ""), ("2", ""), ("1.1", "1"), ("1.2", "1"), ("2.1", "2"),
    ]  # fmt: skip


def test_codes_that_differ_by_their_dots_are_two() -> None:
    rows = [("1.11", "甲", "", "", "", "0.5", ""), ("11.1", "乙", "", "", "", "0.5", "")]
    scheme = sound(*read_scheme([sheet(HEAD, rows)], WORDS))
    assert [one.code for one in scheme.indicators] == ["1.11", "11.1"]


KNOWN = [
    {"code": "right_stability", "zh": "权利稳定性", "en": "Stability", "scorer": "automatic", "rule": "stability"},
    {"code": "x", "zh": "另一", "en": "Other", "scorer": "expert", "rule": ""},
]


def test_a_known_name_takes_over_rule_and_english_unless_the_sheet_says_otherwise() -> None:
    rows = changed(4, 3, "")
    (_, _, known, other, _) = sound(*read_scheme([sheet(HEAD, rows)], WORDS, KNOWN)).indicators
    assert (known.code, known.scorer, known.rule, known.en) == ("L1", "automatic", "stability", "Stability")
    assert (other.scorer, other.rule) == ("expert", "")
    by_expert = sound(*read_scheme([sheet(HEAD, TREE)], WORDS, KNOWN)).indicators[2]
    assert (by_expert.scorer, by_expert.rule) == ("expert", "")


@pytest.mark.parametrize(
    ("rows", "cell", "said"),
    [
        (
            changed(2, 5, "0.39"),
            "F2",
            "the weights on the first level for finance sum to 0.99, not to 1: 法律价值, 技术",
        ),
        (changed(5, 5, "0.74"), "F4", "the weights under 法律价值 for finance sum to 0.99"),
        (changed(5, 5, "0.7501"), "F4", "sum to 1.0001"),
        (changed(5, 5, "0.75001"), "F5", "'0.75001' is finer than 0.0001"),
        (changed(5, 5, "75.001%"), "F5", "write four decimals (33.33%)"),
        (changed(3, 5, ""), "F3", "技术价值 has no weight for finance"),
        (changed(3, 5, "60"), "F3", "'60' is no weight from 0 to 1"),
        (changed(3, 5, "-0.6"), "F3", "is no weight"),
        (changed(3, 5, "NaN"), "F3", "is no weight"),
        (changed(3, 5, "1e-999999"), "F3", "is no weight"),
        (changed(3, 5, "六成"), "F3", "is no weight"),
        (changed(4, 2, "法律"), "C4", "'法律' is no code or name of an indicator here"),
        (changed(4, 2, "L1"), "C4", "is not its own parent"),
        (changed(2, 2, "L1"), "C2", "deeper than 3 levels, or its parents make a circle"),
        (changed(4, 1, "技术价值"), "B4", "技术价值 stands in row 3 of 指标 already"),
        (changed(4, 0, "T"), "B4", "stands in row 3"),
        (changed(4, 0, "L 1"), "A4", "holds a blank"),
        (changed(4, 3, "随便"), "D4", "is no way of scoring"),
        (changed(4, 3, "自动"), "D4", "needs the name of an automatic rule"),
        (changed(4, 1, "").copy()[:2] + [("", "", "L", "", "", "1", "1")], "B4", "the indicator has no name"),
    ],
)
def test_a_wrong_cell_is_named_with_its_reason(rows: list[tuple[str, ...]], cell: str, said: str) -> None:
    scheme, faults = read_scheme([sheet(HEAD, rows)], WORDS)
    assert scheme is None
    assert any(one.cell == cell and said in one.message and one.sheet == "指标" for one in faults), faults


def test_a_rule_that_the_parent_does_not_know_is_named() -> None:
    scheme, faults = read_scheme([sheet(HEAD, changed(6, 4, "magic"))], WORDS, KNOWN)
    assert scheme is None
    assert [(one.cell, one.message) for one in faults] == [("E6", "'magic' is no automatic rule; known are stability")]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("企业类", "L", "1"), "'企业类' is no scene: licence_transfer, finance"),
        (("金融类", "X9", "1"), "'X9' is no code or name"),
        (("金融类", "L", ""), "the weight is empty"),
        (("金融类", "L", "0.4"), "法律价值 has a weight for finance in 指标 F2 already"),
    ],
)
def test_a_wrong_row_of_weights_is_named(row: tuple[str, str, str], said: str) -> None:
    weights = sheet(("场景", "指标", "权重"), [row], "权重")
    scheme, faults = read_scheme([sheet(HEAD, TREE), weights], WORDS)
    assert scheme is None
    assert any(one.sheet == "权重" and said in one.message for one in faults), faults


@pytest.mark.parametrize("sheets", [[], [sheet(("甲", "乙"), [("1", "2")])], [sheet(HEAD, [])]])
def test_a_file_without_indicators_says_what_is_asked(sheets: list[Sheet]) -> None:
    scheme, faults = read_scheme(sheets, WORDS)
    assert scheme is None
    assert "指标名称" in faults[0].message


def test_a_scheme_without_any_weight_is_refused() -> None:
    scheme, faults = read_scheme([sheet(HEAD[:3], [row[:3] for row in TREE])], WORDS)
    assert scheme is None
    assert "no weight was found" in faults[0].message


def test_four_levels_are_one_too_many() -> None:
    rows = [("a", "甲", ""), ("b", "乙", "a"), ("c", "丙", "b"), ("d", "丁", "c")]
    told = [(*row, "1") for row in rows]
    head = ("编码", "指标", "上级", "金融")
    assert sound(*read_scheme([sheet(head, told[:3])], WORDS)).indicators[2].level == 3
    scheme, faults = read_scheme([sheet(head, told)], WORDS)
    assert (scheme, [one.cell for one in faults]) == (None, ["C5"])


@given(parts=st.lists(st.integers(0, 1000), min_size=1, max_size=8), off=st.integers(-5, 5))
def test_weights_of_sisters_are_taken_exactly_when_they_sum_to_one(parts: list[int], off: int) -> None:
    shares = [Decimal(part) / 1000 for part in parts]
    rows = [(f"i{number}", str(share)) for number, share in enumerate(shares)]
    rest = 1 - sum(shares) + Decimal(off) / 1000
    rows.append(("rest", str(rest)))
    scheme, faults = read_scheme([sheet(("指标", "金融"), rows)], WORDS)
    assert (scheme is not None) == (off == 0 and 0 <= rest <= 1)
    assert (faults == []) == (scheme is not None)


@given(
    rows=st.lists(
        st.tuples(*[st.sampled_from(["", "L", "T", "L1", "法律价值", "0.5", "1", "50%", "自动", "x", "=1"])] * 7),
        max_size=6,
    )
)
def test_whatever_stands_in_the_cells_there_is_a_scheme_or_a_named_fault(rows: list[tuple[str, ...]]) -> None:
    scheme, faults = read_scheme([sheet(HEAD, rows)], WORDS)
    assert (scheme is None) == bool(faults)
    if scheme is not None:
        for scene in scheme.scenes:
            for parent in {one.parent for one in scheme.indicators}:
                codes = [one.code for one in scheme.indicators if one.parent == parent]
                assert sum(scheme.weights[scene, code] for code in codes) == 1
