"""A portfolio is valued as one object: never the sum of its patents, its life bound by what covers the flows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from panhuo.engine.flows import ValuedMember, appraise, value_portfolio
from panhuo.engine.portfolios import Member
from panhuo.engine.valuation import BadInputs
from panhuo.terms.errors import DomainError
from valuation_inputs import RULES, told


def member(key: str, end: date, *features: str) -> ValuedMember:
    return ValuedMember(Member(key, Decimal(1), frozenset(features), living=True), f"CN{key}", "invention", "装置", end)


EARLY = member("1", date(2027, 11, 30), "seal")  # two years after the base date
LATE = member("2", date(2038, 1, 5), "drive")
BOTH = member("3", date(2038, 1, 5), "seal", "drive")
INPUTS = told(patents=None)


def base(results: dict[str, dict[str, str]]) -> int:
    return int(results["value_cny"]["base"])


def alone(one: ValuedMember) -> int:
    return base(appraise({**INPUTS, "patents": [{"number": one.number, "ip_type": "invention",
                                                 "legal_end": str(one.end)}]}, RULES))  # fmt: skip


def test_the_whole_is_not_the_sum_of_its_patents() -> None:
    """Three years of the same flows are earned once, whoever shares in covering them."""
    found = value_portfolio(INPUTS, [LATE, BOTH], ["drive"], RULES)
    assert base(found["results"]) == alone(BOTH) == alone(LATE)
    assert base(found["results"]) < alone(BOTH) + alone(LATE)


def test_flows_end_with_the_first_feature_that_loses_its_cover() -> None:
    found = value_portfolio(INPUTS, [EARLY, LATE], ["seal", "drive"], RULES)
    assert found["life"] == {"patent": "CN1", "feature": "seal", "end": "2027-11-30", "chosen_by_inputs": False}
    method = found["results"]["methods"]["royalty_relief"]
    assert (method["life_years"], method["life_bound"]) == ("2", "legal")
    assert base(found["results"]) == alone(EARLY) < alone(LATE)


def test_flows_that_rest_on_one_feature_last_as_long_as_its_last_patent() -> None:
    found = value_portfolio(INPUTS, [EARLY, LATE, BOTH], ["seal"], RULES)
    assert found["life"]["patent"] == "CN3"
    assert found["results"]["methods"]["royalty_relief"]["life_bound"] == "economic"


def test_a_life_that_the_inputs_choose_stands_and_is_said() -> None:
    chosen = told(patents=None, life__legal="latest")
    found = value_portfolio(chosen, [EARLY, LATE], ["seal"], RULES)
    assert found["life"]["chosen_by_inputs"] is True
    assert found["results"]["methods"]["royalty_relief"]["life_bound"] == "economic"


def test_the_order_of_patents_changes_no_figure() -> None:
    first = value_portfolio(INPUTS, [EARLY, LATE, BOTH], ["seal", "drive"], RULES)
    second = value_portfolio(INPUTS, [BOTH, LATE, EARLY], ["drive", "seal"], RULES)
    assert first["results"] == second["results"]


def test_patents_are_named_by_the_portfolio_or_by_the_inputs_and_not_by_both() -> None:
    with pytest.raises(DomainError) as caught:
        value_portfolio(told(), [BOTH], ["seal"], RULES)
    assert caught.value.code == "patents_twice"


def test_a_life_that_is_no_group_is_told_as_any_other_fault() -> None:
    with pytest.raises(BadInputs) as caught:
        value_portfolio(told(patents=None, life="8"), [BOTH], ["seal"], RULES)
    assert "life" in dict(caught.value.fields["problems"])
