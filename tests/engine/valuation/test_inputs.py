"""What is not stated, or stated wrong, is refused before any figure, each fault with its place."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.engine.valuation import BadInputs, MethodName, conclude, read_case
from panhuo.engine.valuation.levers import Driver
from panhuo.engine.valuation.lives import Bound
from valuation_inputs import RULES, told

D = Decimal


def faults(**changes: Any) -> dict[str, str]:
    with pytest.raises(BadInputs) as caught:
        read_case(told(**changes), RULES)
    return dict(caught.value.fields["problems"])


def test_the_stated_case_gives_a_figure() -> None:
    """The negative control of all refusals below: (37,500 x 2.486852) x 0.8 + 450,000 x 0.2 = 164,605.56."""
    assert round(conclude(read_case(told(), RULES)).value_cny, 2) == D("164605.56")


@pytest.mark.parametrize(
    "name",
    [
        "purpose",
        "scene",
        "value_type",
        "base_date",
        "patents",
        "right__kind",
        "right__territory",
        "assumptions",
        "price_basis",
        "discount__basis",
        "discount__price_basis",
        "mid_year",
        "life__economic_years",
        "seed",
        "methods__royalty_relief__tax_rate",
        "methods__royalty_relief__sales_cny",
        "methods__cost__total_years",
        "weighing__reason",
        "weighing__weights__cost",
    ],
)
def test_nothing_that_must_be_stated_is_filled_in_silently(name: str) -> None:
    assert name.replace("__", ".") in faults(**{name: None})


def test_all_faults_are_told_at_once_with_their_places() -> None:
    found = faults(purpose=None, right__kind="rental", life__economic_years="eight", seed="1.5")
    assert {"purpose", "right.kind", "life.economic_years", "seed"} <= set(found)
    assert "'rental' is not one of ownership, exclusive" in found["right.kind"]
    assert "is no number" in found["life.economic_years"]


@pytest.mark.parametrize(
    ("change", "place", "said"),
    [
        ({"discount__basis": "pre_tax"}, "methods.royalty_relief.", "state both on one basis"),
        ({"discount__price_basis": "real"}, "discount.price_basis", "with or without inflation"),
        ({"discount__risk_free": "0.02"}, "discount.risk_free", "not both"),
        ({"discount__rate": "1.2"}, "discount.rate", "lies outside 0 to 1"),
        ({"discount__rate": "12%"}, "discount.rate", "no commas, no %"),
        ({"weighing__weights": {"royalty_relief": "0.8", "cost": "0.3"}}, "weighing.weights.", "sum to 1.1"),
        ({"weighing__weights__market": "0"}, "weighing.weights.market", "read by nobody"),
        ({"metods": {}}, "metods", "read by nobody"),
        ({"methods__royalty_relief__growth": "0.1"}, "methods.royalty_relief.growth", "growth_after"),
        ({"methods__royalty_relief__growth_after": None}, "methods.royalty_relief", "Add the later years"),
        ({"methods__royalty_relief__royalty_range": {"low": "0.1", "high": "0.2", "score": "50"}},
         "methods.royalty_relief.royalty_range", "state one of them"),
        ({"methods": {}}, "methods", "names no method"),
        ({"ranges": {"income": ["1.1", "1.2"]}}, "ranges.income", "around 1"),
        ({"ranges": {"scope": ["0.9", "1.2"]}}, "ranges.scope", "read by nobody"),
        ({"right__until": "2027-01-01"}, "right.until", "ownership has no last day"),
        ({"right__until": "2025-11-29", "right__kind": "open"}, "right.until", "the licence ended on 2025-11-29"),
        ({"right__kind": "sole", "debt": {"until": "2028-11-30"}}, "debt", "what is pledged is the patent itself"),
        ({"base_date": "0001-01-01"}, "base_date", "lies outside the years 1800 to 2199"),
        ({"right__until": "9999-12-31", "right__kind": "sole"}, "right.until", "lies outside the years"),
        ({"base_date": "2025-W48-7"}, "base_date", "write it as YYYY-MM-DD"),
        ({"base_date": "20251130"}, "base_date", "write it as YYYY-MM-DD"),
        ({"debt": {"until": "2025-11-30"}}, "debt.until", "not after the base date"),
        ({"base_date": "2038-01-05"}, "life.legal", "nothing is left to earn"),
        ({"what_for_cny": ["0"]}, "what_for_cny[1]", "lies outside"),
        ({"draws": "100001"}, "draws", "lies outside 1 to 100000"),
        ({"seed": "9" * 40}, "seed", "is no number"),
        ({"purpose": ["a", "b"]}, "purpose", "is a list or a group"),
        ({"methods__cost": "600000"}, "methods.cost", "is no group"),
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_refused(change: dict[str, Any], place: str, said: str) -> None:
    found = faults(**change)
    assert place in found, found
    assert said in found[place]


def test_one_method_is_enough_with_a_reason_only() -> None:
    alone = {"methods__cost": None, "weighing": {}}
    assert "art. 26" in faults(**alone)["one_method_reason"]
    case = read_case(told(**alone, one_method_reason="尚未实施,无可比交易"), RULES)
    assert dict(case.weighing.weights) == {MethodName.ROYALTY_RELIEF: D(1)}


def test_market_and_cost_need_no_rate_and_no_economic_life() -> None:
    deals = [{"name": f"合成交易{n}", "price_cny": "100000"} for n in (1, 2, 3)]
    apart = {"discount": None, "life": None, "mid_year": None, "methods__royalty_relief": None}
    weights = {"weighing__weights": {"market": "0.5", "cost": "0.5"}, "methods__market": {"comparables": deals}}
    assert conclude(read_case(told(**apart, **weights), RULES)).value_cny == (D(100000) + D(450000)) / 2
    assert list(faults(**apart, **weights, base_date="2038-01-05")) == ["life.legal"], (
        "the term is looked at all the same"
    )
    asked = {"discount.basis", "life.economic_years", "mid_year"}
    assert asked <= {*faults(discount=None, life=None, mid_year=None)}, "an income method asks for all of them"


def patent(number: str, end: str | None) -> dict[str, Any]:
    return {"number": number, "ip_type": "invention", **({"legal_end": end} if end else {})}


def test_of_several_patents_it_must_be_said_whose_term_counts() -> None:
    both = [patent("A", "2026-11-30"), patent("B", "2038-01-05")]
    assert "earliest, latest or a patent number" in faults(patents=both)["life.legal"]
    for legal, bound, years in (("earliest", Bound.LEGAL, "1"), ("B", Bound.ECONOMIC, "3")):
        case = read_case(told(patents=both, life__legal=legal), RULES)
        _, terms = case.income[MethodName.ROYALTY_RELIEF]
        assert min(terms.ends.items(), key=lambda one: one[1]) == (bound, D(years))
    assert "needs the end of the term of C" in faults(patents=[*both, patent("C", None)])["life.legal"]
    assert "names a patent twice" in faults(patents=[both[0], both[0]])["patents"]
    assert "'D' is not" in faults(patents=both, life__legal="D")["life.legal"]


def test_a_licence_ends_the_earnings_and_says_whose_flows_they_are() -> None:
    licence = {"right": {"kind": "ordinary", "territory": "广东", "until": "2026-11-29"}}
    assert "methods.royalty_relief.flows_of" in faults(**licence)
    whole = told(**licence, methods__royalty_relief__flows_of="whole", methods__cost__flows_of="whole")
    own = told(**licence, methods__royalty_relief__flows_of="own", methods__cost__flows_of="own")
    one, other = read_case(whole, RULES), read_case(own, RULES)
    part = conclude(one).value_cny / conclude(other).value_cny
    assert round(part, 20) == D("0.45"), "the pack's factor of an ordinary licence"
    assert Driver.SCOPE in one.uncertainty.ranges
    assert Driver.SCOPE not in other.uncertainty.ranges
    _, terms = one.income[MethodName.ROYALTY_RELIEF]
    assert terms.ends[Bound.CONTRACT] == 1, "the last day of the licence is a day of it"


def test_a_share_comes_from_the_range_of_an_industry_that_the_pack_has() -> None:
    """机械制造 1.5 to 3 %, 60 points: 2.4 %."""
    wanted = {"industry": "机械制造", "score": "60"}
    change = {"methods__royalty_relief__royalty_rate": None, "methods__royalty_relief__royalty_range": wanted}
    method, _ = read_case(told(**change), RULES).income[MethodName.ROYALTY_RELIEF]
    assert getattr(method, "royalty_rate", None) == D("0.024")
    wanted["industry"] = "养蜂"
    assert "机械制造" in faults(**change)["methods.royalty_relief.royalty_range.industry"]


def test_comparables_are_judged_while_reading() -> None:
    deals = [{"name": f"合成交易{n}", "price_cny": str(n * 100), "factors": {"field": "0.9"}} for n in (1, 2, 3)]
    market = {"methods__market": {"comparables": deals}}
    weights = {"weighing__weights": {"royalty_relief": "0.5", "cost": "0.2", "market": "0.3"}}
    case = read_case(told(**market, **weights), RULES)
    assert case.uncertainty.ranges[Driver.COMPARABLES] == (D("0.5"), D("1.5")), "90 to 270 around 180"
    deals[0]["price_cny"] = "0"
    assert "holds 2 deals with a price" in faults(**market, **weights)["methods.market.comparables"]
    deals[0] |= {"price_cny": "100", "factors": {"field": "0.4", "colour": "1"}}
    found = faults(**market, **weights)
    assert "not comparable" in found["methods.market.comparables[1].factors.field"]
    assert "read by nobody" in found["methods.market.comparables[1].factors.colour"]


REFERENCE = {
    "industry": "合成制造业",
    "year": "2023",
    "table": "0" * 64,
    "name": "table.csv",
    "loaded_on": "2024-12-20",
    "contracts": "21",
    "free_contracts": "11",
    "of": "sales",
    "low": "0.02",
    "mean": "0.05",
    "high": "0.06",
}


def with_reference(**changes: str | None) -> dict[str, Any]:
    stated = told(methods__royalty_relief__royalty_rate=None)
    found = {key: value for key, value in {**REFERENCE, **changes}.items() if value is not None}
    stated["methods"]["royalty_relief"]["reference"] = found
    return stated


def test_a_looked_up_mean_is_the_rate() -> None:
    assert conclude(read_case(with_reference(), RULES)) == conclude(read_case(told(), RULES))


@pytest.mark.parametrize(
    ("change", "place", "said"),
    [
        ({"table": None}, "table", "was not looked up"),
        ({"contracts": "20"}, "contracts", "too few to be told"),
        ({"year": "2026"}, "year", "after the base date"),
        ({"of": "profit"}, "of", "is profit, the share is asked of sales"),
        ({"mean": None}, "mean", "the reference has none"),
        ({"mean": "1.5"}, "mean", "outside 0 to 1"),
        ({"typo": "1"}, "typo", "is read by nobody"),
        ({"score": "50", "low": "0.07"}, "low", "above high"),
    ],
)
def test_a_reference_that_cannot_stand_is_refused(change: dict[str, str | None], place: str, said: str) -> None:
    with pytest.raises(BadInputs) as caught:
        read_case(with_reference(**change), RULES)
    problems = dict(caught.value.fields["problems"])
    assert said in problems[f"methods.royalty_relief.reference.{place}"]


def test_a_rate_beside_a_reference_is_refused() -> None:
    stated = with_reference()
    stated["methods"]["royalty_relief"]["royalty_rate"] = "0.05"
    with pytest.raises(BadInputs, match="stands beside royalty_rate"):
        read_case(stated, RULES)


@given(st.decimals("0", "100", places=2), st.decimals("0", "100", places=2))
def test_a_better_score_never_lowers_the_share_of_the_published_range(one: Decimal, other: Decimal) -> None:
    values = [conclude(read_case(with_reference(score=str(score)), RULES)).value_cny for score in sorted((one, other))]
    assert values[0] <= values[1]
