"""Terms that end, ten years, fees payable: hand-worked rows with their source in docs/algorithms/fees.md."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from panhuo.engine.indicators.deadlines import Ending, FeeLine, LivingRight, endings, fees_payable
from panhuo.engine.records.terms_and_fees import FeeFacts, fee_rules
from panhuo.rules import load_pack
from panhuo.terms.kinds import IpType, OwnerType

AT = date(2025, 11, 30)
RULES = fee_rules(load_pack("national").at(AT))


def right(filed: date, granted: date, ip_type: IpType = IpType.INVENTION, **facts: object) -> LivingRight:
    owners = facts.pop("owner_types", (OwnerType.UNIVERSITY,))
    known = FeeFacts(ip_type, filed, granted, owner_types=owners, **facts)  # type: ignore[arg-type]
    return LivingRight(f"{filed}", ip_type, filed, known)


def test_a_model_that_ends_within_the_year_and_an_invention_that_turns_ten_are_listed() -> None:
    model = right(date(2016, 9, 6), date(2017, 4, 4), IpType.UTILITY_MODEL)
    ripe = right(date(2015, 12, 1), date(2018, 6, 5))
    found = endings([ripe, model], at=AT, months=12, rules=RULES)
    assert [(one.ending, one.day) for one in found] == [
        (Ending.EXPIRES, date(2026, 9, 6)),
        (Ending.TEN_YEARS, date(2025, 12, 2)),
    ]


@pytest.mark.parametrize(
    ("filed", "listed"),
    [(date(2015, 11, 29), 0), (date(2015, 11, 30), 1), (date(2016, 11, 29), 1), (date(2016, 11, 30), 0)],
)
def test_ten_years_are_listed_from_the_day_before_they_pass_to_a_year_ahead(filed: date, listed: int) -> None:
    # filed 2015-11-30: exactly ten years on the day, older on the next; filed 2016-11-29: passes on 2026-11-30
    assert len(endings([right(filed, date(2019, 1, 1))], at=AT, months=12, rules=RULES)) == listed


def test_a_model_never_turns_ten_as_high_value() -> None:
    model = right(date(2015, 12, 1), date(2016, 6, 5), IpType.UTILITY_MODEL)
    assert [one.ending for one in endings([model], at=AT, months=12, rules=RULES)] == [Ending.EXPIRES]


def test_a_fee_in_grace_that_nobody_tells_of_shows_what_it_costs_today_and_the_right_stays() -> None:
    # patent year 9: full 2,000; university alone 85 % off: 300; fourth month: 15 % of the full fee: 300
    [fee] = fees_payable([right(date(2017, 8, 20), date(2019, 9, 10))], at=AT, months=3, rules=RULES)
    assert (fee.line, fee.year, fee.due_date, fee.late_month) == (FeeLine.GRACE_UNTOLD, 9, date(2025, 8, 20), 4)
    assert (fee.full_fee_cny, fee.payable_fee_cny, fee.late_fee_cny) == (2000, 300, 300)
    assert fee.total_cny == Decimal(600)
    assert fee.grace_until == date(2026, 2, 20)
    assert fee.reduction.assumed


def test_the_last_fee_of_a_term_is_shown_in_its_grace_too() -> None:
    # a model's tenth and last year: full 2,000, due on its anniversary, third month: 10 %
    [fee] = fees_payable(
        [right(date(2016, 9, 6), date(2017, 4, 4), IpType.UTILITY_MODEL)], at=AT, months=3, rules=RULES
    )
    assert (fee.year, fee.due_date, fee.full_fee_cny, fee.late_fee_cny) == (10, date(2025, 9, 6), 2000, 200)


def test_once_the_year_is_known_to_be_paid_nothing_is_open() -> None:
    paid = right(date(2017, 8, 20), date(2019, 9, 10), paid_through_year=9)
    assert fees_payable([paid], at=AT, months=3, rules=RULES) == []


def test_the_next_fee_is_listed_within_its_months_and_not_earlier() -> None:
    soon = right(date(2019, 2, 28), date(2021, 6, 1), paid_through_year=7)
    [fee] = fees_payable([soon], at=AT, months=3, rules=RULES)
    assert (fee.line, fee.year, fee.due_date, fee.payable_fee_cny) == (FeeLine.DUE, 8, date(2026, 2, 28), 300)
    assert fees_payable([soon], at=AT, months=2, rules=RULES) == []


def test_a_firm_pays_in_full_until_its_reduction_is_shown() -> None:
    firm = right(date(2019, 1, 15), date(2021, 6, 1), paid_through_year=7, owner_types=(OwnerType.ENTERPRISE,))
    [fee] = fees_payable([firm], at=AT, months=3, rules=RULES)
    assert (fee.payable_fee_cny, fee.full_fee_cny) == (2000, 2000)


def test_a_right_without_dates_or_not_granted_by_the_day_is_left_out() -> None:
    rights = [LivingRight("x", IpType.INVENTION, date(2020, 1, 1)), right(date(2024, 1, 1), date(2025, 12, 1))]
    assert fees_payable(rights, at=AT, months=12, rules=RULES) == []
