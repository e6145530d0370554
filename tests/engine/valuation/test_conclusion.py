"""Several methods become one figure with a range; drivers in order; what would have to be true."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panhuo.engine.valuation import MethodName, conclude, needed_for, read_case, simulate, tornado
from panhuo.engine.valuation.case import Case
from panhuo.engine.valuation.levers import Driver
from valuation_inputs import RULES, told

D = Decimal
NARROW = {name: ["1", "1"] for name in ("income", "share", "discount_rate", "economic_life", "replacement_cost")}


@pytest.fixture
def case() -> Case:
    return read_case(told(), RULES)


def test_the_methods_are_weighed_and_each_is_told(case: Case) -> None:
    """37,500 a year for three years at 10 %: 93,256.95; 600,000 x 15/20 = 450,000; 0.8 and 0.2 of them 164,605.56."""
    found = conclude(case)
    assert {name: round(value, 2) for name, value in found.methods.items()} == {
        MethodName.ROYALTY_RELIEF: D("93256.95"),
        MethodName.COST: D("450000.00"),
    }
    assert round(found.value_cny, 2) == D("164605.56")


@given(st.integers(0, 100))
@settings(max_examples=20)
def test_the_weighed_figure_lies_between_its_methods(percent: int) -> None:
    weights = {"royalty_relief": str(D(percent) / 100), "cost": str(1 - D(percent) / 100)}
    found = conclude(read_case(told(weighing__weights=weights), RULES))
    assert min(found.methods.values()) <= found.value_cny <= max(found.methods.values())


def test_the_same_seed_gives_the_same_digits_and_another_seed_others(case: Case) -> None:
    assert simulate(case) == simulate(case)
    other = replace(case, uncertainty=replace(case.uncertainty, seed=1))
    assert simulate(other) != simulate(case)


def test_a_simulation_of_a_known_seed_has_known_digits(case: Case) -> None:
    """Pins generator, triangle and arithmetic: another machine or Python must find the same digits."""
    found = simulate(replace(case, uncertainty=replace(case.uncertainty, draws=5)))
    assert str(found.mean_cny) == "162431.7829944849661536414757384187"


def test_low_middle_and_high_are_order_statistics_within_the_ends(case: Case) -> None:
    found = simulate(case)
    assert found.low_end_cny <= found.low_cny <= found.middle_cny <= found.high_cny <= found.high_end_cny
    assert sum(found.bars) == case.uncertainty.draws
    assert found.low_cny < conclude(case).value_cny < found.high_cny


def test_without_any_range_every_draw_is_the_base() -> None:
    still = read_case(told(ranges={**NARROW, "obsolescence": ["1", "1"]}), RULES)
    found = simulate(still)
    assert found.low_cny == found.high_cny == conclude(still).value_cny
    assert tornado(still) == ()


@given(st.decimals("0.2", "1", places=2), st.decimals("1", "4", places=2), st.integers(0, 2**32))
@settings(max_examples=25)
def test_draws_stay_within_the_range_and_centre_where_the_triangle_does(low: Decimal, high: Decimal, seed: int) -> None:
    """Mean of a triangle: (low + 1 + high) / 3; of 400 draws within five standard errors of it."""
    ranges = {**NARROW, "obsolescence": ["1", "1"], "income": [str(low), str(high)]}
    changed = told(ranges=ranges, seed=str(seed), draws="400", weighing={}, methods__cost=None, one_method_reason="x")
    for name in ("replacement_cost", "obsolescence"):
        changed["ranges"].pop(name)
    case = read_case(changed, RULES)
    base, found = conclude(case).value_cny, simulate(case)
    assert low * base - 1 <= found.low_end_cny
    assert found.high_end_cny <= high * base + 1
    error = (high - low) / D("4.2") / 20 * 5
    assert abs(found.mean_cny / base - (low + 1 + high) / 3) <= error


def test_drivers_stand_by_what_they_move() -> None:
    """Royalty 93,256.95 x 0.8 = 74,605.56: +-20 % of the income is 29,842, +-5 % of the share 7,461.

    +-10 % of 600,000 x 0.75 x 0.2 = 90,000 is 18,000; the rate from 8 to 12 %: (2.577097 - 2.401831) x 37,500 x 0.8
    = 5,258.
    """
    ranges = {
        "income": ["0.8", "1.2"],
        "share": ["0.95", "1.05"],
        "replacement_cost": ["0.9", "1.1"],
        "discount_rate": ["0.8", "1.2"],
        "economic_life": ["1", "1"],
        "obsolescence": ["1", "1"],
    }
    found = tornado(read_case(told(ranges=ranges), RULES))
    assert [(span.driver, round(span.span_cny)) for span in found] == [
        (Driver.INCOME, 29842),
        (Driver.REPLACEMENT_COST, 18000),
        (Driver.SHARE, 7461),
        (Driver.DISCOUNT_RATE, 5258),
    ]
    assert found[3].at_low_cny > found[3].at_high_cny, "a dearer rate lowers the value"


def test_what_would_have_to_be_true_for_a_target() -> None:
    """200,000 - 90,000 of the cost approach are 110,000 / 74,605.56 = 1.474420 of the income, or of the share."""
    case = read_case(told(), RULES)
    found = {one.driver: one.factor for one in needed_for(case, D(200_000))}
    assert found[Driver.INCOME] is not None
    assert round(found[Driver.INCOME], 6) == round(found[Driver.SHARE] or D(0), 6) == D("1.474421")
    assert found[Driver.DISCOUNT_RATE] is None, "even free money brings 37,500 x 3 x 0.8 + 90,000 = 180,000 only"
    assert found[Driver.REPLACEMENT_COST] is not None
    for driver, factor in found.items():
        if factor is not None:
            assert conclude(case, {driver: factor}).value_cny == pytest.approx(D(200_000), abs=D("0.01"))


@given(st.integers(1_000, 400_000))
@settings(max_examples=30)
def test_a_factor_that_is_found_reaches_the_target(target: int) -> None:
    case = read_case(told(), RULES)
    for one in needed_for(case, D(target)):
        if one.factor is not None:
            assert abs(conclude(case, {one.driver: one.factor}).value_cny - target) < 50 or (
                one.driver is Driver.ECONOMIC_LIFE
            )
