"""The income approach against figures worked by hand, and what must hold for all figures."""

from __future__ import annotations

from decimal import Decimal, getcontext, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.engine.valuation.discounting import built_up_rate, discount_factors, risk_premium, share_rate
from panhuo.engine.valuation.income import (
    Basis,
    ExcessEarnings,
    Forecast,
    IncomeMethod,
    IncomeTerms,
    IncomeValue,
    RoyaltyRelief,
    ShareOf,
    TechnologyShare,
    income_value,
)
from panhuo.engine.valuation.levers import Driver
from panhuo.engine.valuation.lives import Bound, periods
from panhuo.terms.errors import OutOfRange

D = Decimal
CNY = st.decimals(min_value=0, max_value=10**9, places=2, allow_nan=False)
SIGNED = st.decimals(min_value=-(10**9), max_value=10**9, places=2, allow_nan=False)
SHARE = st.decimals(min_value=0, max_value=1, places=4)
LIFE = st.decimals(min_value=0, max_value=25, places=3)


def terms(rate: str = "0.10", years: str = "3", *, mid_year: bool = False, scope: str = "1") -> IncomeTerms:
    return IncomeTerms(D(rate), Basis.AFTER_TAX, {Bound.ECONOMIC: D(years)}, mid_year, D(scope))


def royalty(sales: list[str], rate: str, *, tax: str = "0", decay: str = "0", fees: str = "0") -> RoyaltyRelief:
    flat = Forecast((D(fees),), D(0))
    return RoyaltyRelief(Forecast(tuple(map(D, sales)), D(0)), D(rate), D(tax), D(decay), flat)


def fen(found: IncomeValue) -> Decimal:
    return round(found.value_cny, 2)


def test_three_years_of_100000_at_5_percent_and_a_rate_of_10_percent_are_12434_26() -> None:
    """5,000/1.1 + 5,000/1.21 + 5,000/1.331 = 4,545.45 + 4,132.23 + 3,756.57; annuity factor 2.486852 x 5,000."""
    assert fen(income_value(royalty(["100000"], "0.05"), terms())) == D("12434.26")


def test_money_in_mid_year_is_worth_half_a_year_more() -> None:
    """12,434.26 x 1.1^0.5 (1.0488088) = 13,041.16."""
    assert fen(income_value(royalty(["100000"], "0.05"), terms(mid_year=True))) == D("13041.16")


def test_tax_decay_and_fees_are_taken_off_year_by_year() -> None:
    """Year 1: 1,000,000 x 4 % x 0.75 - 1,200 = 28,800; year 2: x 0.9 = 27,000 - 1,200 = 25,800.

    28,800/1.2 + 25,800/1.44 = 24,000 + 17,916.67.
    """
    found = income_value(royalty(["1000000"], "0.04", tax="0.25", decay="0.1", fees="1200"), terms("0.20", "2"))
    assert [row.flow_cny for row in found.rows] == [D("28800"), D("25800")]
    assert fen(found) == D("41916.67")


def test_a_part_of_the_last_year_earns_its_part_and_is_due_at_its_end() -> None:
    """2.5 years, 1,000 a year, 21 %: 1000/1.21 + 1000/1.4641 + 500/(1.4641 x 1.1) = 826.45 + 683.01 + 310.46."""
    whole = TechnologyShare(Forecast((D(1000),), D(0)), ShareOf.PROFIT, D(1), Basis.AFTER_TAX)
    found = income_value(whole, terms("0.21", "2.5"))
    assert [round(row.present_cny, 2) for row in found.rows] == [D("826.45"), D("683.01"), D("310.46")]


def test_excess_earnings_are_ebit_after_tax_less_charges() -> None:
    """(400,000 x 0.75 - 120,000) / 1.25 = 144,000; second year (500,000 x 0.75 - 125,000) / 1.5625 = 160,000."""
    method = ExcessEarnings(Forecast((D(400_000), D(500_000))), D("0.25"), Forecast((D(120_000), D(125_000))))
    assert fen(income_value(method, terms("0.25", "2"))) == D("304000.00")


def test_sales_share_is_profit_margin_times_profit_share() -> None:
    """A margin of 20 % and a quarter of the profit are 5 % of the sales: both ways give one value."""
    sales = TechnologyShare(Forecast((D(1_000_000),), D(0)), ShareOf.SALES, D("0.05"), Basis.PRE_TAX)
    profit = TechnologyShare(Forecast((D(200_000),), D(0)), ShareOf.PROFIT, D("0.25"), Basis.PRE_TAX)
    asked = IncomeTerms(D("0.15"), Basis.PRE_TAX, {Bound.LEGAL: D(4)}, mid_year=False)
    assert income_value(sales, asked).value_cny == income_value(profit, asked).value_cny > 0


def test_a_right_that_costs_more_than_it_earns_is_given_up() -> None:
    """The share halves each year: 6,000, 3,000, 1,500 and 750 before fees of 2,000; after two years it no longer pays.

    4,000/1.1 + 1,000/1.21 = 3,636.36 + 826.45.
    """
    found = income_value(royalty(["100000"], "0.06", decay="0.5", fees="2000"), terms(years="4"))
    assert (found.kept, fen(found)) == (2, D("4462.81"))


def test_early_losses_are_borne_for_later_gains() -> None:
    method = ExcessEarnings(Forecast((D(-100), D(400))), D(0), Forecast((D(0),), D(0)))
    found = income_value(method, terms("0.25", "2"))
    assert (found.kept, found.value_cny) == (2, D(-80) + D(256))


def test_pre_tax_flows_with_an_after_tax_rate_are_refused() -> None:
    method = TechnologyShare(Forecast((D(1),), D(0)), ShareOf.PROFIT, D(1), Basis.PRE_TAX)
    with pytest.raises(OutOfRange, match="on one basis") as caught:
        income_value(method, terms())
    assert caught.value.code == "basis_mixed"
    same = IncomeTerms(D("0.1"), Basis.PRE_TAX, {Bound.ECONOMIC: D(1)}, mid_year=False)
    assert income_value(method, same).value_cny > 0, "the negative control"


def test_a_forecast_that_ends_before_the_life_is_refused_unless_growth_is_stated() -> None:
    short = RoyaltyRelief(Forecast((D(100),)), D("0.05"), D(0))
    with pytest.raises(OutOfRange, match="covers 1 years, the life reaches into year 3") as caught:
        income_value(short, terms())
    assert caught.value.code == "forecast_too_short"
    grown = RoyaltyRelief(Forecast((D(100),), D("0.1")), D("0.05"), D(0))
    assert [round(row.flow_cny, 3) for row in income_value(grown, terms()).rows] == [D("5"), D("5.5"), D("6.05")]


def test_the_rate_is_built_up_of_risk_free_rate_and_scored_premiums() -> None:
    """Scores 60, 50, 40, 30 within 0 to 5 %: 2.0, 2.5, 3.0, 3.5 %; with 2.5 % risk-free 13.5 %."""
    scores = {"technology": 60, "market": 50, "funding": 40, "management": 30}
    premiums = {name: risk_premium(D(score), low=D(0), high=D("0.05")) for name, score in scores.items()}
    assert built_up_rate(D("0.025"), premiums) == D("0.135")


def test_the_share_lies_where_the_score_places_it_in_the_range() -> None:
    """K = 1.5 % + 1.5 % x 0.6 = 2.4 %."""
    assert share_rate(D("0.015"), D("0.03"), D(60)) == D("0.024")
    assert (share_rate(D("0.015"), D("0.03"), D(0)), share_rate(D("0.015"), D("0.03"), D(100))) == (
        D("0.015"),
        D("0.03"),
    )
    with pytest.raises(OutOfRange):
        share_rate(D("0.03"), D("0.015"), D(50))


# -- what must hold for all figures ------------------------------------------------------------------------------


@st.composite
def methods(draw: st.DrawFn) -> IncomeMethod:
    kind = draw(st.sampled_from(["royalty", "excess", "share"]))
    flat = st.builds(Forecast, st.tuples(CNY), st.just(D(0)))
    if kind == "royalty":
        sales = st.builds(Forecast, st.lists(CNY, min_size=1, max_size=4).map(tuple), SHARE)
        return draw(st.builds(RoyaltyRelief, sales, SHARE, SHARE, SHARE, flat))
    if kind == "excess":
        ebit = st.builds(Forecast, st.lists(SIGNED, min_size=1, max_size=6).map(tuple), st.just(D(0)))
        return draw(st.builds(ExcessEarnings, ebit, SHARE, flat))
    income = st.builds(Forecast, st.lists(CNY, min_size=1, max_size=4).map(tuple), SHARE)
    return draw(st.builds(TechnologyShare, income, st.sampled_from(ShareOf), SHARE, st.just(Basis.AFTER_TAX), SHARE))


@given(methods(), LIFE, SHARE, SHARE, st.booleans())
def test_a_dearer_rate_never_raises_a_value(
    method: IncomeMethod, life: Decimal, one: Decimal, other: Decimal, mid_year: bool
) -> None:
    cheap, dear = sorted((one, other))
    low = income_value(method, terms(str(dear), str(life), mid_year=mid_year)).value_cny
    high = income_value(method, terms(str(cheap), str(life), mid_year=mid_year)).value_cny
    assert low <= high + abs(high) * D("1e-25")


@given(methods(), LIFE, LIFE, SHARE, st.booleans())
def test_a_longer_life_never_lowers_a_value(
    method: IncomeMethod, one: Decimal, other: Decimal, rate: Decimal, mid_year: bool
) -> None:
    short, long = sorted((one, other))
    less = income_value(method, terms(str(rate), str(short), mid_year=mid_year)).value_cny
    more = income_value(method, terms(str(rate), str(long), mid_year=mid_year)).value_cny
    assert less <= more + abs(more) * D("1e-25")


@given(methods(), LIFE, SHARE)
def test_a_value_is_never_negative_and_its_rows_add_up(method: IncomeMethod, life: Decimal, rate: Decimal) -> None:
    found = income_value(method, terms(str(rate), str(life)))
    with localcontext(prec=60):
        added = sum((row.present_cny for row in found.rows[: found.kept]), D(0))
        assert found.value_cny >= 0
        assert abs(found.value_cny - added) <= abs(added) * D("1e-25")


@given(st.lists(CNY, min_size=1, max_size=12), SHARE, st.decimals("0.01", "0.5", places=3), st.booleans())
def test_the_decimals_agree_with_a_plain_sum_in_floats(
    sales: list[Decimal], share: Decimal, rate: Decimal, mid_year: bool
) -> None:
    method = TechnologyShare(Forecast(tuple(sales)), ShareOf.SALES, share, Basis.AFTER_TAX)
    found = income_value(method, terms(str(rate), str(len(sales)), mid_year=mid_year))
    plain = sum(
        float(sold) * float(share) / (1 + float(rate)) ** (year - (0.5 if mid_year else 0))
        for year, sold in enumerate(sales, start=1)
    )
    assert float(found.value_cny) == pytest.approx(plain, rel=1e-12, abs=1e-9)


@given(LIFE)
def test_the_years_of_a_life_add_up_to_it(life: Decimal) -> None:
    found = periods(life)
    assert sum((one.length for one in found), D(0)) == life
    assert all(0 < one.length <= 1 for one in found)


def test_the_callers_precision_changes_nothing() -> None:
    asked = royalty(["123456.78"], "0.0333", tax="0.25", decay="0.03"), terms("0.137", "7.3")
    wide = income_value(*asked).value_cny
    with localcontext() as context:
        context.prec = 6
        assert income_value(*asked).value_cny == wide
    assert getcontext().prec == 28, "the negative control: the usual context is narrower"


def test_levers_move_their_driver_and_a_share_never_passes_the_whole() -> None:
    """Half of 100,000 in three years at 10 % is 124,342.60; at 15 % it is 50,000 x 2.283225 = 114,161.26."""
    method = royalty(["100000"], "0.5")
    assert fen(income_value(method, terms())) == D("124342.60")
    assert fen(income_value(method, terms(), {Driver.INCOME: D("1.1")})) == D("136776.86")
    assert fen(income_value(method, terms(), {Driver.SHARE: D(3)})) == D("248685.20"), "the whole, not 150 %"
    assert fen(income_value(method, terms(), {Driver.DISCOUNT_RATE: D("1.5")})) == D("114161.26")
    assert fen(income_value(method, terms(scope="0.45"))) == D("55954.17")
    assert fen(income_value(method, terms(scope="0.45"), {Driver.SCOPE: D(2)})) == D("111908.34")


def test_a_rate_outside_nought_to_one_is_refused() -> None:
    with pytest.raises(OutOfRange, match="between 0 and 1"):
        discount_factors(D("-0.01"), periods(D(1)), mid_year=False)
