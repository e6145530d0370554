"""Facts of a case: what each value says, and that together they never outdo the texts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.engine.matching.case_facts import CaseFacts
from panhuo.engine.matching.circumstances import (
    CIRCUMSTANCES,
    FIGURES,
    INDUSTRY,
    LIFE,
    MATURITY,
    NEUTRAL,
    PRICE,
    REGION,
    SUITED,
    CircumstanceRules,
    NeedFacts,
    PatentColumns,
    circumstance_rules,
    circumstances,
    days_of,
    figure_agreement,
    industries,
    moved,
    need_fact_columns,
    no_patents,
    with_circumstances,
)
from panhuo.engine.matching.figure_units import units
from panhuo.engine.matching.maturity_wish import maturity_wished, maturity_words
from panhuo.engine.matching.needs import need_rules, understand
from panhuo.engine.matching.placed_figures import clause_figures
from panhuo.rules import load_pack

DAY = date(2026, 11, 22)
PACK = load_pack("national").at(DAY)
RULES = circumstance_rules(PACK)
FLAT = replace(RULES, maturity_step=0.0, price_over=1e9)
INDUSTRIES = industries(PACK)
shares = st.floats(0.0, 1.0, allow_nan=False, width=32)


def patent(**facts: object) -> PatentColumns:
    """One right, asset_id 5; what is not named is unknown."""
    known = {
        "expires": days_of(None),
        "region": 0,
        "suits": 0,
        "price": np.nan,
        "maturity": 0,
        "stated": 0,
        "classes": 0,
    }
    columns = {name: np.array([value]) for name, value in (known | facts).items()}
    return PatentColumns(np.array([5]), **columns)


def values(need: NeedFacts, one: PatentColumns, rules: CircumstanceRules = RULES) -> list[float]:
    found = circumstances(need_fact_columns([need]), one, np.array([[5]]), rules, DAY)
    return [round(float(value), 4) for value in found[0, 0]]


def test_what_nobody_knows_is_neutral_and_moves_nothing() -> None:
    full = NeedFacts(region=440305, suits=1, budget=1e6, maturity=7, industries=1)
    rich = patent(expires=days_of(date(2040, 1, 1)), region=440305, suits=1, price=1.0, maturity=9, stated=1, classes=1)
    for found in (values(NeedFacts(), patent()), values(full, patent())):
        assert found == [NEUTRAL] * len(CIRCUMSTANCES)
    assert values(NeedFacts(), rich)[1:] == [NEUTRAL] * (len(CIRCUMSTANCES) - 1), "a life is known without a need"
    assert values(full, no_patents()) == [NEUTRAL] * len(CIRCUMSTANCES)
    assert moved(np.full((1, len(CIRCUMSTANCES)), NEUTRAL), RULES).tolist() == [0.0]
    assert values(full, rich) != [NEUTRAL] * len(CIRCUMSTANCES), "the negative control"


@pytest.mark.parametrize(
    ("expires", "value"),
    [(date(2032, 11, 22), 0.5), (date(2038, 11, 23), 1.0), (date(2045, 1, 1), 1.0), (date(2028, 11, 22), 0.1667)],
)
def test_six_years_of_life_are_neutral_and_twelve_are_all(expires: date, value: float) -> None:
    assert values(NeedFacts(), patent(expires=days_of(expires)))[LIFE] == pytest.approx(value, abs=2e-4)


@pytest.mark.parametrize(
    ("ours", "theirs", "value"),
    [
        (440305, 440305, 1.0),  # one county
        (440305, 440306, 0.85),  # one city
        (440300, 440305, 0.85),
        (440300, 440300, 0.85),  # no county is named
        (440305, 440106, 0.65),  # one province
        (440000, 440305, 0.65),
        (429004, 429005, 0.65),  # counties of a province that belong to no city
        (110108, 110105, 0.85),
        (440305, 510104, 0.5),  # elsewhere is not against
        (100000, 100000, 0.5),  # the whole country says nothing
        (0, 440305, 0.5),
    ],
)
def test_nearer_regions_are_worth_more(ours: int, theirs: int, value: float) -> None:
    assert values(NeedFacts(region=ours), patent(region=theirs))[REGION] == value


@pytest.mark.parametrize(
    ("budget", "price", "value"),
    [(1e6, 5e5, 1.0), (1e6, 1e6, 1.0), (1e6, 1e6 + 4, 0.4999), (1e6, 1.4e6, 0.3), (1e6, 1.5e6, 0.25), (1e6, 2e6, 0.0),
     (1e6, 9e6, 0.0), (0.0, 1.0, 0.5), (None, 1e6, 0.5), (1e6, np.nan, 0.5)],
)  # fmt: skip
def test_a_price_within_the_budget_is_for_above_it_against_and_twice_the_budget_wholly(
    budget: float | None, price: float, value: float
) -> None:
    assert values(NeedFacts(budget=budget), patent(price=price))[PRICE] == value


@pytest.mark.parametrize(
    ("wished", "stated", "value"),
    [(7, 8, 1.0), (7, 7, 1.0), (7, 6, 0.375), (7, 5, 0.25), (9, 1, 0.0), (0, 5, 0.5), (7, 0, 0.5)],
)
def test_each_grade_of_maturity_short_of_the_wish_takes_an_eighth(wished: int, stated: int, value: float) -> None:
    assert values(NeedFacts(maturity=wished), patent(maturity=stated))[MATURITY] == value


@given(st.floats(1, 1e12), st.floats(0, 1e12), st.integers(1, 9), st.integers(1, 9), st.sampled_from([RULES, FLAT]))
def test_a_known_price_and_level_are_always_told_and_never_lift_what_they_speak_against(
    budget: float, price: float, wished: int, stated: int, rules: CircumstanceRules
) -> None:
    need, right = NeedFacts(budget=budget, maturity=wished), patent(price=price, maturity=stated)
    told = values(need, right, rules)
    case = CaseFacts([need], lambda _: right, (), rules, DAY)
    codes = {reason.code for reason in case.reasons(0, 5, told, right)}
    assert codes == {
        "price_fits" if price <= budget else "price_over",
        "mature_enough" if stated >= wished else "less_mature",
    }
    assert (told[PRICE] > NEUTRAL) is (price <= budget)
    assert (told[MATURITY] > NEUTRAL) is (stated >= wished)
    for place, is_for in ((PRICE, price <= budget), (MATURITY, stated >= wished)):
        alone = np.full((1, len(CIRCUMSTANCES)), NEUTRAL, np.float32)
        alone[0, place] = told[place]
        score = with_circumstances(np.array([0.4]), alone, rules)[0]
        assert score >= 0.4 if is_for else score <= 0.4


def test_a_price_that_only_one_side_told_is_not_told() -> None:
    right = patent(price=1e6, maturity=5)
    case = CaseFacts([NeedFacts()], lambda _: right, (), RULES, DAY)
    assert list(case.reasons(0, 5, values(NeedFacts(), right), right)) == []
    assert list(case.reasons(0, 6, [1.0] * len(CIRCUMSTANCES), right)) == [], "of another right nothing is known"


def test_boosts_and_industries_are_bits_that_both_sides_have() -> None:
    assert values(NeedFacts(suits=0b110), patent(suits=0b010))[SUITED] == 1.0
    assert values(NeedFacts(suits=0b100), patent(suits=0b010))[SUITED] == 0.5
    assert values(NeedFacts(industries=2), patent(stated=2, classes=2))[INDUSTRY] == 1.0
    assert values(NeedFacts(industries=2), patent(classes=3))[INDUSTRY] == 0.8
    assert values(NeedFacts(industries=4), patent(classes=3, stated=8))[INDUSTRY] == 0.5


def test_industries_are_read_as_codes_and_as_words() -> None:
    known = INDUSTRIES
    machines = known.of_code("C3670")
    assert machines == known.of_code("36") != 0
    assert machines & known.of_classes(["B62D0025000000"])
    assert not machines & known.of_classes(["A61K0031000000"])
    materials = known.of_code("新材料")
    assert materials == known.of_code("新材料产业") != 0
    for nothing in ("", "无", "产业", "C", "99", "①②", "新"):
        assert known.of_code(nothing) == 0, nothing


@given(st.text(max_size=40))
def test_no_industry_text_breaks_anything(told: str) -> None:
    assert INDUSTRIES.of_code(told) >= 0


def test_figures_agree_or_contradict() -> None:
    known = units(PACK)

    def held(ours: str, theirs: str) -> float:
        return figure_agreement(clause_figures(ours, known), clause_figures(theirs, known)).value

    assert held("温度达到200℃以上", "升至210℃") == 0.75  # one of the two that are enough
    assert held("温度达到200℃以上", "加热至210℃") == NEUTRAL, "a step of a process is another quantity"
    assert held("温度200℃，压力0.5MPa", "200℃、0.5MPa") == 1.0
    assert held("温度≥200℃", "温度为150℃") == 0.0
    assert held("温度≥200℃", "压力为1MPa") == NEUTRAL
    assert held("温度200℃", "温度150℃") == NEUTRAL, "nobody said that 200 must not be passed"
    assert held("温度≥200℃", "150℃预热，再升到180℃") == NEUTRAL, "two temperatures may be of different things"
    assert held("", "温度为150℃") == NEUTRAL
    assert held("不低于200℃", "150℃") == NEUTRAL, "nobody says of what"


def test_a_line_holds_no_figure_against_another_that_coverage_would_not() -> None:
    known = units(PACK)

    def held(ours: str, theirs: str) -> tuple[float, int, int]:
        found = figure_agreement(clause_figures(ours, known), clause_figures(theirs, known))
        return found.value, len(found.met), len(found.against)

    assert held("排烟温度不得超过150℃", "排烟温度为160℃") == (0.0, 0, 1)
    assert held("排烟温度低于150℃", "炉内煅烧温度达到850℃") == (NEUTRAL, 0, 0), "煅烧 is a step of a process"
    assert held("含水率由80%降至40%以下", "干化前含水率为80%") == (NEUTRAL, 0, 0), "where both set out is no aim"
    assert held("含水率由80%降至40%以下", "含水率降至40%以下") == (0.75, 1, 0)
    assert held("出厂前温度不超过50℃", "温度为80℃") == (0.0, 0, 1), "a bound is no start"
    assert held("含水率低于40%", "前端含水率为50%") == (0.0, 0, 1), "前端 is a place"
    assert held("处理能力不低于10t/h", "处理能力为10吨/年") == (NEUTRAL, 0, 0), "by unknown hours"


def test_a_wish_for_maturity_is_read_where_the_need_seeks_and_not_where_it_lacks() -> None:
    words, known = maturity_words(PACK), need_rules(PACK)

    def wished(text: str) -> int:
        return maturity_wished(understand(text, known), words)

    assert wished("需求内容：引进成熟技术") == 7
    assert wished("需求内容：技术成熟度不低于8级") == 8
    assert wished("需求内容：TRL≥6，成熟技术") == 6, "a level that is stated stands before words"
    assert wished("需求内容：目前没有成熟技术") == 0
    assert wished("需求内容：尚无成熟工艺") == 0
    assert wished("需求内容：技术成熟度不低于5级") == 5
    assert wished("需求内容：技术成熟度4级以上即可") == 4
    assert wished("需求内容：请说明技术成熟度") == 0
    assert wished("需求内容：技术成熟度（1-9级）：6级") == 6
    assert wished("需求内容：成熟度由3级提高到7级") == 7
    assert wished("需求内容：成熟度从3级到7级") == 7
    assert wished("需求内容：成熟度5至7级") == 5
    assert wished("需求内容：成熟度不超过4级的早期技术") == 0
    assert wished("需求内容：现有成熟技术无法满足要求") == 0
    assert wished("需求内容：成熟技术成本过高，希望突破") == 0
    assert wished("需求内容：非成熟技术亦可") == 0
    assert wished("需求内容：要求技术成熟，已量产") == 9
    assert wished("现有工作基础：已产业化\n需求内容：供风装置") == 0
    assert wished("") == wished("★" * 1000) == 0


@given(st.lists(shares, min_size=len(CIRCUMSTANCES), max_size=len(CIRCUMSTANCES)), shares, shares)
def test_facts_alone_never_lift_a_text_above_one_that_shares_much_more(
    told: list[float], poor: float, rich: float
) -> None:
    best = np.array([told], np.float32)
    worst = np.zeros_like(best)
    limit = (1 + RULES.bound) / (1 - RULES.bound)
    low = with_circumstances(np.array([poor]), best, RULES)[0]
    high = with_circumstances(np.array([rich]), worst, RULES)[0]
    if rich > poor * limit + 2e-6:
        assert low <= high
    assert with_circumstances(np.zeros(1), best, RULES)[0] == 0.0, "what shares nothing gains nothing"
    assert abs(low - poor) <= RULES.bound * poor + 1e-6


@given(st.integers(0, len(CIRCUMSTANCES) - 1), shares, shares, shares)
def test_a_better_fact_never_lowers_a_score(place: int, one: float, other: float, total: float) -> None:
    both = np.full((2, len(CIRCUMSTANCES)), NEUTRAL, np.float32)
    both[:, place] = sorted([one, other])
    low, high = with_circumstances(np.array([total, total]), both, RULES)
    assert low <= high


def test_weights_at_the_bound_and_beyond_do_not_pass_it() -> None:
    strong = replace(RULES, weights=(1.0,) * len(CIRCUMSTANCES))
    every = np.ones((1, len(CIRCUMSTANCES)), np.float32)
    assert moved(every, strong).tolist() == [RULES.bound]
    assert moved(every * 0, strong).tolist() == [-RULES.bound]
    assert with_circumstances(np.array([0.4]), every, strong).tolist() == [0.46]


def test_a_figure_value_moves_a_score_by_its_weight() -> None:
    told = np.full((1, len(CIRCUMSTANCES)), NEUTRAL, np.float32)
    told[0, FIGURES] = 1.0
    assert with_circumstances(np.array([0.5]), told, RULES).tolist() == [0.53]  # 0.5 x (1 + 0.06)
    told[0, FIGURES] = 0.0
    assert with_circumstances(np.array([0.5]), told, RULES).tolist() == [0.47]
