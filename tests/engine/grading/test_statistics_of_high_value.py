"""Stock of high-value inventions, overlaps, districts, shares, what ripens: a register of ten worked by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from grading_register import DAY, Register, right, rules_of
from hypothesis import given
from hypothesis import strategies as st

from panhuo.engine.grading import CASES, GRADES, Population, Statistics, ripening, stock, stock_figures
from panhuo.engine.grading.statistics import STOCK
from panhuo.rules import InForce

OLD, AWARD = date(2012, 5, 1), {"awards": ["中国专利金奖"]}
RIGHTS = [
    right(1, "G06F40/30", filing_date=OLD),  # sei and long
    right(2, "G06F40/30"),  # sei alone
    right(3, filing_date=OLD, region_code="440704"),  # long alone
    right(4, "G06F40/30", filing_date=OLD, region_code="440704", **AWARD),  # three cases
    right(5, region_code="440705"),  # none
    right(6, filing_date=OLD, ip_type="utility_model"),  # no invention
    right(7, filing_date=OLD, region_code="810000"),  # abroad for the statistics
    right(8, filing_date=OLD),  # lapsed
    right(9, family_count=None, region_code="440700"),  # nobody can say; the city is all that is known
    right(10, "G06F40/30", jurisdiction="US"),
]
PEOPLE = [
    Population("440700", "示例市", 2024, 4_000_000),
    Population("440703", "甲区", 2024, 800_000),
    Population("440703", "甲区", 2025, 900_000),
    Population("440704", "乙区", 2022, 600_000),
]


class Counted:
    def __init__(self, register: Register, rules: InForce) -> None:
        graded = register.put("graded", register.graded(rules).values(), GRADES)
        assets = register.tables["assets"]
        self.rows = register.rows(stock(assets, graded, rules))
        self.ripening = {row["asset_id"]: row for row in register.rows(ripening(assets, graded, rules))}


def counted(rights: list[dict[str, Any]], rules: InForce, **status: str) -> Counted:
    told = [{"asset_id": one["asset_id"], "status": "granted_in_force"} for one in rights]
    for one in told:
        one["status"] = status.get(f"_{one['asset_id']}", "granted_in_force")
    with Register(assets=rights, status=told) as register:
        return Counted(register, rules)


@pytest.fixture(scope="module")
def found() -> Statistics:
    rules = rules_of()
    return stock_figures(counted(RIGHTS, rules, _8="lapsed_unpaid_fee").rows, PEOPLE, rules)


def test_the_base_are_living_domestic_rights(found: Statistics) -> None:
    """Rights 1 to 6 and 9: not the lapsed one, not Hong Kong's, not the American one."""
    assert (found.patents, found.inventions, found.high_value, found.cannot_say) == (7, 6, 4, 1)


def test_each_right_stands_in_one_combination_and_in_each_of_its_cases(found: Statistics) -> None:
    assert dict(found.combinations) == {
        ("sei",): 1,
        ("maintained_over_10y",): 1,
        ("sei", "maintained_over_10y"): 1,
        ("sei", "maintained_over_10y", "award"): 1,
    }
    totals = {one.case: (one.patents, one.alone) for one in found.cases}
    assert totals == {
        "sei": (3, 1),
        "overseas_family": (0, 0),
        "maintained_over_10y": (3, 1),
        "high_pledge_amount": (0, 0),
        "award": (1, 0),
    }


def test_shares_tell_both_denominators(found: Statistics) -> None:
    sei = found.cases[0]
    assert (sei.share_of_high_value, sei.share_of_inventions) == (0.75, 0.5)  # 3 of 4, 3 of 6
    assert found.share_of_inventions == 0.6667  # 4 of 6
    assert found.share_of_patents == 0.5714  # 4 of 7


def test_a_district_is_divided_by_the_population_of_the_year_before(found: Statistics) -> None:
    regions = {one.region_code: one for one in found.regions}
    first = regions["440703"]
    assert (first.high_value, first.inventions, first.patents) == (2, 2, 3)
    assert (first.persons, first.year, first.per_residents, first.reason) == (800_000, 2024, 0.03, "")  # 2 / 80
    assert (first.share_of_inventions, first.share_of_high_value) == (1.0, 0.5)


def test_an_earlier_year_divides_only_where_it_is_said(found: Statistics) -> None:
    second = {one.region_code: one for one in found.regions}["440704"]
    assert (second.year, second.per_residents, second.reason) == (2022, 0.03, "earlier_year")  # 2 / 60 = 0.033


def test_a_district_without_population_has_no_ratio_and_says_why(found: Statistics) -> None:
    third = {one.region_code: one for one in found.regions}["440705"]
    assert (third.high_value, third.persons, third.per_residents, third.reason) == (0, None, None, "no_population")


def test_a_city_holds_its_districts_and_what_only_names_the_city(found: Statistics) -> None:
    city = {one.region_code: one for one in found.regions}["440700"]
    assert (city.high_value, city.patents, city.per_residents) == (4, 7, 0.01)  # 4 / 400


def test_a_pack_may_ask_for_the_population_of_the_same_year() -> None:
    rules = rules_of(high_value__population_year="same_year_end", high_value__per_residents=100_000)
    row = {
        "residence_known": True,
        "region_code": "440703",
        "is_invention": True,
        "high_value": True,
        "cases": "sei",
        "patents": 3,
    }
    first = next(one for one in stock_figures([row], PEOPLE, rules).regions if one.region_code == "440703")
    assert (first.year, first.per_residents) == (2025, 0.33)  # 3 / 9


def test_a_district_of_which_sources_give_different_populations_is_not_divided() -> None:
    """Whichever was read first must not decide; a year that is told alike twice divides."""
    rules, row = rules_of(), dict.fromkeys(STOCK, True) | {"region_code": "440703", "cases": "sei", "patents": 3}
    told = [Population("440703", "甲区", 2024, persons) for persons in (870_000, 990_000)]
    for people in (told, told[::-1], [*told, Population("440703", "甲区", 2023, 800_000)]):
        (found,) = stock_figures([row], people, rules).regions
        assert (found.persons, found.year, found.per_residents, found.reason) == (
            None,
            2024,
            None,
            "population_contradicts",
        )
    (alike,) = stock_figures([row], [told[0], told[0]], rules).regions
    assert (alike.persons, alike.reason) == (870_000, "")


def test_living_rights_of_unknown_residence_are_counted_apart_and_nowhere_else() -> None:
    """Neither address nor code: nobody can say that the owner lives abroad. Hong Kong's stays out, lapsed ones too."""
    unknown = {"region_code": "", "filing_date": OLD}
    rights = [
        right(1, filing_date=OLD),
        right(2, **unknown),
        right(3, **unknown, ip_type="utility_model"),
        right(4, filing_date=OLD, region_code="810000"),
        right(5, **unknown),
        right(6, region_code="", filing_date=date(2015, 12, 30)),  # would ripen
    ]
    told = counted(rights, rules_of(), _5="lapsed_unpaid_fee")
    found = stock_figures(told.rows, [], rules_of())
    assert (found.patents, found.inventions, found.high_value, found.cannot_say) == (1, 1, 1, 0)
    assert (found.residence_unknown, found.inventions_residence_unknown) == (3, 2)
    assert [one.region_code for one in found.regions] == ["440703"]
    assert told.ripening == {}


def test_an_empty_register_has_no_shares_and_no_error() -> None:
    found = stock_figures([], [], rules_of())
    assert (found.high_value, found.share_of_inventions, found.regions) == (0, None, ())


def test_shenzhen_counts_other_kinds_but_not_as_inventions() -> None:
    """A utility model with an award is high value there; the share of inventions is of inventions only."""
    rules = rules_of("shenzhen")
    rows = counted([right(1, ip_type="utility_model", **AWARD), right(2), right(3, **AWARD)], rules).rows
    found = stock_figures(rows, [], rules)
    assert (found.high_value, found.high_value_inventions, found.inventions) == (2, 1, 2)
    assert (found.share_of_inventions, found.share_of_patents) == (0.5, 0.6667)


def test_what_passes_ten_years_within_the_months_is_listed_with_its_day() -> None:
    """On 2025-11-30: filed 2015-11-30 passes tomorrow, 2016-11-29 passes on the last day in, 2016-11-30 too late."""
    days = [date(2015, 11, 29), date(2015, 11, 30), date(2016, 2, 29), date(2016, 11, 29), date(2016, 11, 30)]
    rights = [right(n, filing_date=day) for n, day in enumerate(days, start=1)]
    others = [
        right(6, filing_date=days[1], ip_type="utility_model"),
        right(7, filing_date=days[1], region_code="810000"),
        right(8, filing_date=days[1]),
        right(9, "G06F40/30", filing_date=days[1]),
    ]
    ripe = counted([*rights, *others], rules_of(), _8="lapsed_unpaid_fee").ripening
    assert {n: (row["passes_on"], row["high_value"]) for n, row in ripe.items()} == {
        2: (date(2025, 12, 1), False),
        3: (date(2026, 3, 1), False),
        4: (date(2026, 11, 30), False),
        9: (date(2025, 12, 1), True),
    }


any_row = st.fixed_dictionaries(
    {
        "region_code": st.sampled_from(["440703", "440704", "440705", "440700", "510100", ""]),
        "residence_known": st.booleans(),
        "is_invention": st.booleans(),
        "high_value": st.sampled_from([True, False, None]),
        "cases": st.sets(st.sampled_from(CASES), min_size=1).map(lambda met: ";".join(c for c in CASES if c in met)),
        "patents": st.integers(1, 50),
    }
).map(lambda row: row if row["high_value"] else {**row, "cases": ""})


@given(st.lists(any_row, max_size=25))
def test_sums_agree_whatever_the_register(rows: list[dict[str, Any]]) -> None:
    found = stock_figures(rows, PEOPLE, rules_of())
    assert sum(found.combinations.values()) == found.high_value
    for one in found.cases:
        assert one.alone <= one.patents <= found.high_value
        assert one.patents == sum(n for cases, n in found.combinations.items() if one.case in cases)
    regions = {one.region_code: one for one in found.regions}
    assert regions["440700"].patents >= regions["440703"].patents + regions["440704"].patents
    assert found.high_value <= found.patents
    assert found.patents + found.residence_unknown == sum(row["patents"] for row in rows)
    assert rules_of().day == DAY
