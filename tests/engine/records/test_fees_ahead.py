"""Fees that keeping a right still costs: reduced, to the end of its term, as on a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from panhuo.engine.records.fees_ahead import fees_ahead
from panhuo.engine.records.terms_and_fees import FeeFacts, fee_rules
from panhuo.rules import load_pack
from panhuo.terms.kinds import IpType, OwnerType

AT = date(2025, 3, 1)
RULES = fee_rules(load_pack("national").at(AT))
UNIVERSITY = FeeFacts(IpType.INVENTION, date(2021, 3, 15), date(2023, 5, 5), owner_types=(OwnerType.UNIVERSITY,))
"""Granted in patent year 3: reduced in the years 3 to 12. The next open fee on AT is that of year 5."""


def test_a_university_pays_its_share_for_ten_years_and_the_whole_after_them() -> None:
    """Years 5, 6: 2 x 180; 7 to 9: 3 x 300; 10 to 12: 3 x 600; 13 to 15: 3 x 6000; 16 to 20: 5 x 8000 = 61060."""
    found = fees_ahead(UNIVERSITY, at=AT, rules=RULES)
    assert found is not None
    assert (found.year, found.due_date, found.next_cny) == (5, date(2025, 3, 15), Decimal("180.00"))
    assert (found.fees, found.to_end_cny, found.rule) == (16, Decimal("61060.00"), "assumed_single")
    assert found.assumed


def test_a_firm_pays_the_full_schedule() -> None:
    """2 x 1200 + 3 x 2000 + 3 x 4000 + 3 x 6000 + 5 x 8000 = 78400."""
    firm = replace(UNIVERSITY, owner_types=(OwnerType.ENTERPRISE,), confirmed_reduction="none")
    found = fees_ahead(firm, at=AT, rules=RULES)
    assert found is not None
    assert (found.to_end_cny, found.assumed) == (Decimal("78400.00"), False)


def test_what_is_paid_is_not_saved_any_more() -> None:
    found = fees_ahead(replace(UNIVERSITY, paid_through_year=19), at=date(2040, 4, 1), rules=RULES)
    assert found is not None
    assert (found.fees, found.to_end_cny) == (1, Decimal("8000.00"))


@pytest.mark.parametrize(
    ("facts", "at"),
    [
        (UNIVERSITY, date(2041, 3, 15)),
        (replace(UNIVERSITY, paid_through_year=20), date(2040, 4, 1)),
        (replace(UNIVERSITY, paid_through_year=4, lapsed_on=date(2025, 10, 1)), date(2025, 12, 1)),
    ],
)
def test_nothing_is_ahead_of_a_right_that_has_run_out_is_paid_to_the_end_or_has_lapsed(
    facts: FeeFacts, at: date
) -> None:
    assert fees_ahead(facts, at=at, rules=RULES) is None
