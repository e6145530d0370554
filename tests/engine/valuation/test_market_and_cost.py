"""Market and cost approach against figures worked by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.engine.valuation.cost import CostBasis, cost_value
from panhuo.engine.valuation.levers import Driver
from panhuo.engine.valuation.market import Comparable, MarketTerms, market_value
from panhuo.terms.errors import OutOfRange

D = Decimal
TERMS = MarketTerms(3, D("0.5"), D(2))


def deal(name: str, price: str, *, weight: str = "1", **factors: str) -> Comparable:
    return Comparable(name, D(price), {key: D(value) for key, value in factors.items()}, D(weight))


def test_prices_are_adjusted_and_weighed() -> None:
    """100 x 0.9 x 1.1 = 99; 120 x 0.8 = 96; 90 x 1.2 = 108; (99 + 96 + 2 x 108) / 4 = 102.75."""
    found = market_value(
        (
            deal("A", "100", field="0.9", remaining_term="1.1"),
            deal("B", "120", scope="0.8"),
            deal("C", "90", day="1.2", weight="2"),
        ),
        TERMS,
    )
    assert found.adjusted == (("A", D("99")), ("B", D("96")), ("C", D("108")))
    assert (found.value_cny, found.low_cny, found.high_cny) == (D("102.75"), D("96"), D("108"))


def test_free_licences_are_counted_and_kept_out_of_prices() -> None:
    deals = (deal("A", "100"), deal("B", "110"), deal("C", "120"), deal("free", "0", weight="100"))
    found = market_value(deals, TERMS)
    assert (found.value_cny, found.free, len(found.adjusted)) == (D("110"), 1, 3)
    with pytest.raises(OutOfRange, match="here are 2 .and 2 free") as caught:
        market_value((*deals[:2], deals[3], deal("free too", "0")), TERMS)
    assert caught.value.code == "too_few_comparables"


@pytest.mark.parametrize(("factor", "is_refused"), [("0.5", False), ("0.49", True), ("2", False), ("2.01", True)])
def test_a_deal_that_needs_too_much_adjusting_is_not_comparable(factor: str, is_refused: bool) -> None:
    deals = (deal("A", "100", field=factor), deal("B", "100"), deal("C", "100"))
    if is_refused:
        with pytest.raises(OutOfRange, match="Factor field of A"):
            market_value(deals, TERMS)
    else:
        assert market_value(deals, TERMS).value_cny > 0


@given(st.lists(st.tuples(st.integers(1, 10**9), st.integers(0, 9)), min_size=3, max_size=9))
def test_the_mean_lies_between_the_least_and_the_greatest_price(deals: list[tuple[int, int]]) -> None:
    told = tuple(deal(str(at), str(price), weight=str(weight)) for at, (price, weight) in enumerate(deals))
    if not any(weight for _, weight in deals):
        with pytest.raises(OutOfRange, match="weight 0"):
            market_value(told, TERMS)
        return
    found = market_value(told, TERMS)
    spare = found.high_cny * D("1e-30")
    assert found.low_cny - spare <= found.value_cny <= found.high_cny + spare


def test_replacement_cost_less_what_is_lost() -> None:
    """640,000 over 2 years at 5 % tie up 32,000, profit of 10 % is 64,000: 736,000, of which 5 of 13 years are used.

    736,000 x 8/13 = 452,923.08; a tenth dearer 498,215.38.
    """
    basis = CostBasis(
        {"labour": D(600_000), "filing_and_fees": D(40_000)},
        used_years=D(5),
        total_years=D(13),
        development_years=D(2),
        capital_rate=D("0.05"),
        profit_share=D("0.1"),
    )
    found = cost_value(basis)
    assert (found.spent_cny, found.capital_cny, found.profit_cny) == (D(640_000), D(32_000), D(64_000))
    assert round(found.value_cny, 2) == D("452923.08")
    assert round(cost_value(basis, {Driver.REPLACEMENT_COST: D("1.1")}).value_cny, 2) == D("498215.38")


@given(*[st.decimals(min_value=0, max_value=1, places=3)] * 3)
def test_more_than_the_whole_is_never_lost(used: Decimal, functional: Decimal, economic: Decimal) -> None:
    basis = CostBasis({"labour": D(1000)}, used, D(1), functional=functional, economic=economic)
    found = cost_value(basis)
    assert found.depreciation == min(D(1), used + functional + economic)
    assert found.value_cny == 1000 * (1 - found.depreciation) >= 0
