"""What a value carries as security, what an open licence may cost, and which royalty statistics are told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.engine.valuation import OpenLicence, open_licence_fee, royalty_of, royalty_rows, security
from panhuo.engine.valuation.case import Debt, ValuedPatent
from panhuo.engine.valuation.income import Forecast, ShareOf
from panhuo.terms.errors import OutOfRange
from panhuo.terms.kinds import IpType
from valuation_inputs import RULES

D = Decimal
END = date(2038, 1, 5)
INVENTION = ValuedPatent("A", IpType.INVENTION, END)
MODEL = ValuedPatent("B", IpType.UTILITY_MODEL, date(2029, 6, 1))


def test_a_loan_is_capped_by_type_and_by_what_a_sale_in_a_hurry_brings() -> None:
    """1,000,000 of an invention: cap 30 % (assumption of the pack) 300,000, disposal value 70 % 700,000."""
    found = security(D(1_000_000), (INVENTION,), Debt(date(2028, 11, 30), D(500_000)), RULES)
    assert (found.disposal_cny, found.carries_cny, found.short_cny) == (D(700_000), D(300_000), D(200_000))
    assert found.outlives_debt
    hurried = security(
        D(1_000_000),
        (INVENTION,),
        Debt(date(2028, 11, 30), None),
        RULES.supposing({"valuation.liquidity_discount": D("0.8")}),
    )
    assert (hurried.carries_cny, hurried.short_cny) == (D(200_000), None)


def test_of_several_patents_the_lowest_cap_and_the_first_end_count() -> None:
    found = security(D(100), (INVENTION, MODEL), Debt(date(2029, 5, 31), None), RULES)
    assert (found.cap, found.spare_days) == (D("0.20"), 0)


@pytest.mark.parametrize(("until", "outlives"), [(date(2038, 1, 4), True), (date(2038, 1, 5), False)])
def test_the_debt_must_fall_due_while_the_right_still_stands(until: date, outlives: bool) -> None:
    """2038-01-05 is the first day without the right (refusal ground 6 of pledge registration)."""
    assert security(D(1), (INVENTION,), Debt(until, None), RULES).outlives_debt is outlives


def test_a_type_without_a_cap_is_refused_not_lent_on() -> None:
    with pytest.raises(OutOfRange, match="no pledge cap for plant_variety"):
        security(D(1), (ValuedPatent("C", IpType.PLANT_VARIETY, END),), Debt(END, None), RULES)


def licence(**changes: object) -> OpenLicence:
    stated: dict[str, object] = {
        "sales": Forecast((D(1_000_000),), D(0)),
        "share": D("0.03"),
        "of": ShareOf.SALES,
        "years": D(2),
        "rate": D("0.25"),
        "licensees": 1,
    }
    return OpenLicence(**{**stated, **changes})  # type: ignore[arg-type]


def test_an_open_licence_costs_a_share_of_its_discounted_royalties() -> None:
    """30,000/1.25 + 30,000/1.5625 = 43,200; x 0.45 = 19,440 (0.3: 12,960, 0.6: 25,920); at once 10 to 30 % of it."""
    found = open_licence_fee(licence(), RULES)
    assert (found.stream_cny, found.fixed_low_cny, found.fixed_cny, found.fixed_high_cny) == (
        D(43_200),
        D(12_960),
        D(19_440),
        D(25_920),
    )
    assert (found.entry_low_cny, found.entry_high_cny, found.beyond) == (D(1_944), D(5_832), ())


def test_each_further_licensee_lowers_the_fee() -> None:
    """Six licensees: 19,440 / (1 + 5 x 0.1) = 12,960."""
    assert open_licence_fee(licence(licensees=6), RULES).fixed_cny == D(12_960)
    with pytest.raises(OutOfRange):
        open_licence_fee(licence(licensees=0), RULES)


@pytest.mark.parametrize(
    ("of", "share", "beyond"),
    [
        (ShareOf.SALES, "0.20", ()),
        (ShareOf.SALES, "0.2001", ("royalty_of_sales",)),
        (ShareOf.PROFIT, "0.40", ()),
        (ShareOf.PROFIT, "0.4001", ("royalty_of_profit",)),
    ],
)
def test_the_usual_limits_of_royalties_are_told(of: ShareOf, share: str, beyond: tuple[str, ...]) -> None:
    assert open_licence_fee(licence(of=of, share=D(share)), RULES).beyond == beyond


def test_the_usual_limit_of_a_fixed_fee_is_told_above_it_only() -> None:
    """The fee is 19,440: at a limit of just that it is within, at a fen less beyond."""
    assert RULES.decimal("valuation.open_licence.most_fixed_cny") == 20_000_000
    for limit, beyond in (("19440", ()), ("19439.99", ("fixed_amount",))):
        rules = RULES.supposing({"valuation.open_licence.most_fixed_cny": D(limit)})
        assert open_licence_fee(licence(), rules).beyond == beyond


ROWS = [
    {
        "year": "2023",
        "industry": "合成行业甲",
        "contracts": "21",
        "free_contracts": "11",
        "royalty_mean": "0.04",
        "royalty_of": "sales",
    },
    {
        "year": "2023",
        "industry": "合成行业乙",
        "contracts": "20",
        "royalty_mean": "0.05",
        "free_contracts": "0",
        "royalty_of": "sales",
    },
]


def test_industries_with_twenty_contracts_or_fewer_are_suppressed() -> None:
    rows, bad = royalty_rows(enumerate(ROWS, 1))
    assert bad == ()
    told = royalty_of(rows, "合成行业甲", 2023, RULES)
    assert told.found is not None
    assert (told.found.royalty_mean, told.found.priced) == (D("0.04"), 10), "free ones are counted, not priced"
    few = royalty_of(rows, "合成行业乙", 2023, RULES)
    assert (few.found, few.reason, few.contracts) == (None, "too_few_contracts", 20)
    assert royalty_of(rows, "合成行业甲", 2022, RULES).reason == "not_in_table"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"contracts": "many"}, "contracts 'many' is no whole number"),
        ({"free_contracts": "22"}, "free_contracts 22 exceed contracts 21"),
        ({"royalty_mean": "4"}, "shares are written 0.05, not 5"),
        ({"royalty_low": "0.05"}, "do not rise"),
        ({"royalty_of": "turnover"}, "is not sales or profit"),
        ({"royalty_of": ""}, "is not sales or profit"),
        ({"free_contracts": "21"}, "all contracts are free"),
        ({"industry": " "}, "industry is empty"),
        ({"fixed_mean_cny": "1e99x"}, "is no number"),
    ],
)
def test_a_bad_row_is_named_and_the_good_ones_stay(change: dict[str, str], said: str) -> None:
    rows, [(number, why)] = royalty_rows([(2, ROWS[1]), (3, ROWS[0] | change)])
    assert (len(rows), number) == (1, 3)
    assert said in why


def test_one_industry_and_year_stands_once() -> None:
    rows, [(number, why)] = royalty_rows([(2, ROWS[0]), (5, ROWS[0])])
    assert (len(rows), number, why) == (1, 5, "合成行业甲 2023 stands in row 2 already")


@given(st.integers(1, 500), st.integers(1, 500), st.decimals("0", "1", places=4), st.decimals("0", "1e9", places=2))
def test_more_licensees_never_raise_a_fee_and_no_limit_is_passed_unnamed(
    one: int, other: int, share: Decimal, sales: Decimal
) -> None:
    few, many = sorted((one, other))
    asked = {"share": share, "sales": Forecast((sales,), D(0))}
    found = [open_licence_fee(licence(licensees=count, **asked), RULES) for count in (few, many)]
    assert found[1].fixed_cny <= found[0].fixed_cny
    for fee in found:
        for limit in fee.limits:
            assert limit.within <= limit.limit
            assert (limit.within < limit.found) is (limit.name in fee.beyond)
