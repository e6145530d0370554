"""Terms, annual fees and fee states: fixtures of the law, day by day, and a second method for every day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.engine.records.terms_and_fees import (
    FeeFacts,
    FeeRules,
    FeeState,
    annual_fee_cny,
    annual_fee_due_date,
    annual_fee_row,
    expiry_date,
    fee_reduction,
    fee_rules,
    lapse_effective_on,
    late_fee_cny,
    late_month,
    passes_ten_years_on,
    patent_year,
    term_years,
)
from panhuo.rules import NotInForce, Status, load_pack
from panhuo.terms.errors import OutOfRange
from panhuo.terms.kinds import IpType, OwnerType

INV, UM, DESIGN = IpType.INVENTION, IpType.UTILITY_MODEL, IpType.DESIGN
UNIVERSITY, ENTERPRISE, HOSPITAL = OwnerType.UNIVERSITY, OwnerType.ENTERPRISE, OwnerType.HOSPITAL
D = Decimal
FILINGS = st.dates(date(1985, 4, 1), date(2060, 12, 31))


@pytest.fixture(scope="module")
def rules() -> FeeRules:
    return fee_rules(load_pack("national").at(date(2025, 11, 30)))


def facts(**changed: object) -> FeeFacts:
    """A university's invention, filed 2021-03-15, granted in patent year 3; the next fee is that of year 4."""
    base = FeeFacts(INV, date(2021, 3, 15), date(2023, 5, 5), (UNIVERSITY,), paid_through_year=4)
    return replace(base, **changed)  # type: ignore[arg-type]


# --- terms -----------------------------------------------------------------------------------------------


def test_the_guidelines_example_of_a_last_day(rules: FeeRules) -> None:
    """Filed 1999-09-06, 10 years: in force to 2009-09-05, expiry date 2009-09-06."""
    expires = expiry_date(UM, date(1999, 9, 6), rules=rules)
    assert expires == date(2009, 9, 6)
    assert expires - timedelta(days=1) == date(2009, 9, 5)


@pytest.mark.parametrize(
    ("ip_type", "filed", "years"),
    [
        (INV, date(2001, 1, 1), 20),
        (UM, date(2001, 1, 1), 10),
        (DESIGN, date(2021, 5, 31), 10),
        (DESIGN, date(2021, 6, 1), 15),
        (DESIGN, date(2010, 1, 1), 10),
    ],
)
def test_terms_by_kind_and_filing_date(rules: FeeRules, ip_type: IpType, filed: date, years: int) -> None:
    assert term_years(ip_type, filed, rules=rules) == years


def test_a_design_filed_the_day_before_the_change_ends_five_years_earlier(rules: FeeRules) -> None:
    assert expiry_date(DESIGN, date(2021, 5, 31), rules=rules) == date(2031, 5, 31)
    assert expiry_date(DESIGN, date(2021, 6, 1), rules=rules) == date(2036, 6, 1)


def test_the_filing_date_decides_and_not_the_day_of_the_rules() -> None:
    old = fee_rules(load_pack("national").at(date(2019, 1, 1)))
    assert term_years(DESIGN, date(2021, 6, 1), rules=old) == 15


@pytest.mark.parametrize(("ip_type", "filed"), [(IpType.TRADEMARK, date(2020, 1, 1)), (INV, date(1985, 3, 31))])
def test_what_is_no_chinese_patent_has_no_term(rules: FeeRules, ip_type: IpType, filed: date) -> None:
    with pytest.raises(OutOfRange) as caught:
        term_years(ip_type, filed, rules=rules)
    assert caught.value.code == "no_term"


def test_compensation_days_lengthen_the_term(rules: FeeRules) -> None:
    filed = date(2010, 3, 15)
    assert expiry_date(INV, filed, rules=rules, compensation_days=100) == date(2030, 6, 23)


def test_terms_of_every_filing_day_agree_with_a_second_method(rules: FeeRules) -> None:
    """Month arithmetic of NumPy over 1985-04-01 to 2060-12-31, each kind of patent."""
    days = np.arange("1985-04-01", "2061-01-01", dtype="datetime64[D]")
    month = days.astype("datetime64[M]")
    place = (days - month.astype("datetime64[D]")).astype(int)
    filings = days.astype(object)
    assert len(filings) == 27_669

    def later(years: np.ndarray) -> list[date]:
        target = month + 12 * years
        length = ((target + 1).astype("datetime64[D]") - target.astype("datetime64[D]")).astype(int)
        return list((target.astype("datetime64[D]") + np.minimum(place, length - 1)).astype(object))

    same = np.ones(len(days), dtype=int)
    design = np.where(days < np.datetime64("2021-06-01"), 10, 15)
    for ip_type, years in ((INV, 20 * same), (UM, 10 * same), (DESIGN, design)):
        assert [expiry_date(ip_type, filed, rules=rules) for filed in filings] == later(years)
    assert [passes_ten_years_on(filed) - timedelta(days=1) for filed in filings] == later(10 * same)
    for year in (2, 5, 11, 20):
        assert [annual_fee_due_date(filed, year) for filed in filings] == later((year - 1) * same)


@pytest.mark.parametrize(
    ("filed", "passes"),
    [
        (date(2015, 11, 30), date(2025, 12, 1)),  # exactly ten years old on 2025-11-30: not yet
        (date(2015, 11, 29), date(2025, 11, 30)),
        (date(2004, 2, 29), date(2014, 3, 1)),
    ],
)
def test_ten_years_are_passed_the_day_after_the_anniversary(filed: date, passes: date) -> None:
    assert passes_ten_years_on(filed) == passes


# --- patent years and due dates --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filed", "day", "year"),
    [
        (date(1999, 6, 3), date(1999, 6, 3), 1),
        (date(1999, 6, 3), date(2000, 6, 2), 1),
        (date(1999, 6, 3), date(2000, 6, 3), 2),
        (date(2004, 2, 29), date(2005, 2, 27), 1),
        (date(2004, 2, 29), date(2005, 2, 28), 2),
        (date(2004, 2, 29), date(2008, 2, 28), 4),
        (date(2004, 2, 29), date(2008, 2, 29), 5),
        (date(2020, 12, 31), date(2021, 1, 1), 1),
    ],
)
def test_patent_years_begin_on_the_anniversary(filed: date, day: date, year: int) -> None:
    assert patent_year(filed, day) == year


@given(FILINGS, st.integers(0, 20 * 366))
def test_a_day_lies_in_the_year_that_its_due_dates_enclose(filed: date, later: int) -> None:
    day = filed + timedelta(days=later)
    year = patent_year(filed, day)
    assert annual_fee_due_date(filed, year) <= day < annual_fee_due_date(filed, year + 1)


def test_before_the_filing_and_before_year_one_there_is_nothing() -> None:
    with pytest.raises(OutOfRange) as caught:
        patent_year(date(2021, 3, 15), date(2021, 3, 14))
    assert caught.value.code == "before_filing"
    with pytest.raises(OutOfRange) as caught:
        annual_fee_due_date(date(2021, 3, 15), 0)
    assert caught.value.code == "no_such_year"


# --- full fees -------------------------------------------------------------------------------------------

SCHEDULE = {
    INV: [900] * 3 + [1200] * 3 + [2000] * 3 + [4000] * 3 + [6000] * 3 + [8000] * 5,
    UM: [600] * 3 + [900] * 2 + [1200] * 3 + [2000] * 2,
    DESIGN: [600] * 3 + [900] * 2 + [1200] * 3 + [2000] * 2 + [3000] * 5,
}


@pytest.mark.parametrize("ip_type", SCHEDULE)
def test_every_year_of_the_schedule(rules: FeeRules, ip_type: IpType) -> None:
    filed = date(2022, 1, 10)
    found = [annual_fee_cny(ip_type, filed, year, rules=rules) for year in range(1, len(SCHEDULE[ip_type]) + 1)]
    assert found == SCHEDULE[ip_type]
    with pytest.raises(OutOfRange) as caught:
        annual_fee_cny(ip_type, filed, len(SCHEDULE[ip_type]) + 1, rules=rules)
    assert caught.value.code == "no_such_year"


def test_an_old_design_owes_nothing_after_its_tenth_year(rules: FeeRules) -> None:
    assert annual_fee_cny(DESIGN, date(2021, 5, 31), 10, rules=rules) == 2000
    with pytest.raises(OutOfRange, match="1 to 10"):
        annual_fee_cny(DESIGN, date(2021, 5, 31), 11, rules=rules)


def test_full_years_of_compensation_cost_and_part_years_do_not(rules: FeeRules) -> None:
    filed = date(2010, 3, 15)
    assert annual_fee_cny(INV, filed, 21, rules=rules, compensation_days=365) == 8000
    with pytest.raises(OutOfRange):
        annual_fee_cny(INV, filed, 21, rules=rules, compensation_days=364)
    with pytest.raises(OutOfRange):
        annual_fee_cny(INV, filed, 22, rules=rules, compensation_days=700)
    assert rules.statuses["fees.compensation_year_fee"] is Status.ASSUMPTION


@given(st.sampled_from([INV, UM, DESIGN]), FILINGS)
def test_a_dearer_year_never_comes_before_a_cheaper_one(ip_type: IpType, filed: date) -> None:
    rules = fee_rules(load_pack("national").at(date(2025, 11, 30)))
    years = term_years(ip_type, filed, rules=rules)
    fees = [annual_fee_cny(ip_type, filed, year, rules=rules) for year in range(1, years + 1)]
    assert fees == sorted(fees)


# --- late fees -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "month", "late"),
    [
        (date(2025, 3, 15), 0, 0),  # the due date itself
        (date(2025, 3, 16), 1, 0),
        (date(2025, 4, 15), 1, 0),
        (date(2025, 4, 16), 2, 60),
        (date(2025, 5, 15), 2, 60),
        (date(2025, 5, 16), 3, 120),
        (date(2025, 6, 16), 4, 180),
        (date(2025, 7, 16), 5, 240),
        (date(2025, 8, 16), 6, 300),
        (date(2025, 9, 15), 6, 300),
    ],
)
def test_late_fees_step_by_month_on_the_full_fee(rules: FeeRules, day: date, month: int, late: int) -> None:
    assert late_month(date(2025, 3, 15), day) == month
    assert late_fee_cny(D(1200), month, rules=rules) == late


@pytest.mark.parametrize(
    ("due", "day", "month"),
    [
        (date(2025, 8, 31), date(2025, 9, 30), 1),  # September has no 31st: its last day ends month 1
        (date(2025, 8, 31), date(2025, 10, 1), 2),
        (date(2025, 8, 31), date(2026, 2, 28), 6),
        (date(2025, 8, 31), date(2026, 3, 1), 7),
        (date(2023, 8, 31), date(2024, 2, 29), 6),
    ],
)
def test_months_end_on_the_last_day_where_the_day_is_missing(due: date, day: date, month: int) -> None:
    assert late_month(due, day) == month


def test_after_the_grace_period_there_is_no_late_fee_to_tell(rules: FeeRules) -> None:
    with pytest.raises(OutOfRange) as caught:
        late_fee_cny(D(1200), 7, rules=rules)
    assert caught.value.code == "past_grace"


@given(FILINGS, st.integers(0, 400))
def test_late_months_never_go_back(due: date, days: int) -> None:
    day = due + timedelta(days=days)
    assert late_month(due, day) <= late_month(due, day + timedelta(days=1)) <= late_month(due, day) + 1


# --- reductions ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("owners", "share", "rule", "payable"),
    [
        ((UNIVERSITY,), "0.85", "assumed_single", 180),
        ((UNIVERSITY, UNIVERSITY), "0.70", "assumed_joint", 360),
        ((UNIVERSITY, HOSPITAL, OwnerType.RESEARCH_INSTITUTE), "0.70", "assumed_joint", 360),
        ((UNIVERSITY, ENTERPRISE), "0", "co_owner_not_shown", 1200),
        ((UNIVERSITY, OwnerType.INDIVIDUAL), "0", "co_owner_not_shown", 1200),
        ((ENTERPRISE,), "0", "owner_not_shown", 1200),
        ((ENTERPRISE, UNIVERSITY), "0", "owner_not_shown", 1200),
        ((OwnerType.NEW_RD_INSTITUTION,), "0", "owner_not_shown", 1200),
        ((OwnerType.UNKNOWN,), "0", "owner_not_shown", 1200),
        ((), "0", "owner_not_shown", 1200),
    ],
)
def test_who_owns_decides_what_is_assumed(
    rules: FeeRules, owners: tuple[OwnerType, ...], share: str, rule: str, payable: int
) -> None:
    """University alone, invention, year 5: full 1,200, payable 180; with another university 360."""
    row = annual_fee_row(facts(owner_types=owners), at=date(2025, 1, 1), rules=rules)
    assert row is not None
    assert (row.year, row.full_fee_cny, row.payable_fee_cny) == (5, 1200, payable)
    assert (row.reduction.share, row.reduction.rule, row.reduction.assumed) == (D(share), rule, True)


@pytest.mark.parametrize(
    ("confirmed", "owners", "payable"),
    [
        ("single", (ENTERPRISE,), 180),
        ("joint", (UNIVERSITY, ENTERPRISE), 360),
        ("none", (UNIVERSITY,), 1200),
    ],
)
def test_what_the_owner_confirms_goes_before_what_is_assumed(
    rules: FeeRules, confirmed: str, owners: tuple[OwnerType, ...], payable: int
) -> None:
    said = facts(owner_types=owners, confirmed_reduction=confirmed)
    row = annual_fee_row(said, at=date(2025, 1, 1), rules=rules)
    assert row is not None
    assert row.payable_fee_cny == payable
    assert (row.reduction.rule, row.reduction.assumed) == (f"confirmed_{confirmed}", False)


@pytest.mark.parametrize(
    ("year", "single", "joint"),
    [(1, 135, 270), (3, 135, 270), (10, 600, 1200), (12, 600, 1200)],
)
def test_reduced_fees_of_the_published_consequence(rules: FeeRules, year: int, single: int, joint: int) -> None:
    """Granted in patent year 3 the ten years run to year 12; in year 1 to year 10."""
    granted = facts(grant_date=date(2023, 5, 5)) if year > 2 else facts(grant_date=date(2021, 12, 1))
    full = annual_fee_cny(INV, granted.filing_date, year, rules=rules)
    for owners, expected in (((UNIVERSITY,), single), ((UNIVERSITY, UNIVERSITY), joint)):
        reduction = fee_reduction(replace(granted, owner_types=owners), year, rules=rules)
        assert full * (1 - reduction.share) == expected


def test_the_reduction_ends_ten_years_from_the_year_of_the_grant(rules: FeeRules) -> None:
    granted = facts()  # in year 3
    assert fee_reduction(granted, 12, rules=rules).share == D("0.85")
    assert fee_reduction(granted, 13, rules=rules) == fee_reduction(
        replace(granted, confirmed_reduction="single"), 13, rules=rules
    )
    assert fee_reduction(granted, 13, rules=rules).rule == "past_reduction_years"
    assert fee_reduction(granted, 2, rules=rules).rule == "past_reduction_years"


def test_an_open_licence_adds_nothing_within_and_helps_after_the_ten_years(rules: FeeRules) -> None:
    offered = facts(open_licence=True)
    assert fee_reduction(offered, 5, rules=rules).share == D("0.85")  # no stacking
    after = fee_reduction(offered, 13, rules=rules)
    assert (after.share, after.rule, after.assumed) == (D("0.15"), "open_licence", False)
    assert fee_reduction(replace(offered, owner_types=(ENTERPRISE,)), 5, rules=rules).rule == "open_licence"


def test_the_open_licence_reduction_begins_with_its_notice() -> None:
    before = fee_rules(load_pack("national").at(date(2024, 7, 14)))
    since = fee_rules(load_pack("national").at(date(2024, 7, 15)))
    offered = facts(open_licence=True, owner_types=(ENTERPRISE,))
    assert fee_reduction(offered, 5, rules=before).share == 0
    assert fee_reduction(offered, 5, rules=since).share == D("0.15")


def test_reduced_years_were_six_before_august_2018_and_none_are_known_before_2016() -> None:
    pack = load_pack("national")
    assert fee_rules(pack.at(date(2018, 7, 31))).reduction_years == 6
    assert fee_rules(pack.at(date(2018, 8, 1))).reduction_years == 10
    assert fee_reduction(facts(), 5, rules=fee_rules(pack.at(date(2016, 8, 31)))).rule == "no_rule"


def test_days_before_the_schedule_are_refused() -> None:
    with pytest.raises(NotInForce):
        fee_rules(load_pack("national").at(date(1999, 1, 1)))


# --- states ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "state", "late", "total"),
    [
        (date(2024, 6, 1), FeeState.DUE, "0", "180"),
        (date(2025, 3, 15), FeeState.DUE, "0", "180"),
        (date(2025, 3, 16), FeeState.GRACE, "0", "180"),
        (date(2025, 4, 16), FeeState.GRACE, "60", "240"),
        (date(2025, 9, 15), FeeState.GRACE, "300", "480"),
        (date(2025, 9, 16), FeeState.UNKNOWN, "0", "180"),  # never lapsed by the calendar
        (date(2027, 1, 1), FeeState.UNKNOWN, "0", "180"),
    ],
)
def test_states_day_by_day_with_payments_known(
    rules: FeeRules, day: date, state: FeeState, late: str, total: str
) -> None:
    row = annual_fee_row(facts(), at=day, rules=rules)
    assert row is not None
    assert (row.state, row.year) == (state, 5)
    assert (row.due_date, row.grace_until) == (date(2025, 3, 15), date(2025, 9, 15))
    assert (row.late_fee_cny, row.total_cny) == (D(late), D(total))


def test_without_payment_facts_only_due_dates_and_amounts_are_told(rules: FeeRules) -> None:
    silent = facts(paid_through_year=None)
    row = annual_fee_row(silent, at=date(2025, 6, 1), rules=rules)
    assert row is not None
    assert (row.state, row.year, row.due_date) == (FeeState.UNKNOWN, 6, date(2026, 3, 15))
    assert row.unconfirmed_due_date == date(2025, 3, 15)  # its grace period runs, and nobody knows
    later = annual_fee_row(silent, at=date(2025, 9, 16), rules=rules)
    assert later is not None
    assert later.unconfirmed_due_date is None


def test_a_fee_due_today_is_the_next_one(rules: FeeRules) -> None:
    row = annual_fee_row(facts(paid_through_year=None), at=date(2025, 3, 15), rules=rules)
    assert row is not None
    assert (row.year, row.due_date) == (5, date(2025, 3, 15))


def test_the_year_of_the_grant_was_paid_for_the_grant(rules: FeeRules) -> None:
    for paid in (None, 0, 3):
        row = annual_fee_row(facts(paid_through_year=paid), at=date(2023, 5, 5), rules=rules)
        assert row is not None
        assert row.year == 4
        assert row.unconfirmed_due_date is None


def test_after_a_notice_of_termination_two_months_remain(rules: FeeRules) -> None:
    """The right has ended and may be restored: restoration fee, last late fee and the missed annual fee."""
    noticed = facts(paid_through_year=None, termination_notice_on=date(2025, 10, 31))
    last = annual_fee_row(noticed, at=date(2025, 12, 31), rules=rules)
    assert last is not None
    assert (last.state, last.year, last.due_date) == (FeeState.RESTORATION_WINDOW, 5, date(2025, 3, 15))
    assert (last.restoration_fee_cny, last.restoration_until) == (1000, date(2025, 12, 31))
    assert (last.payable_fee_cny, last.late_fee_cny, last.total_cny) == (180, 300, 1480)
    over = annual_fee_row(noticed, at=date(2026, 1, 1), rules=rules)
    assert over is not None
    assert over.state is FeeState.UNKNOWN  # still no event that says lapsed
    before = annual_fee_row(noticed, at=date(2025, 10, 30), rules=rules)
    assert before is not None
    assert before.state is FeeState.UNKNOWN


def test_only_a_lapse_event_lapses_and_goes_back_to_the_due_date(rules: FeeRules) -> None:
    ended = facts(paid_through_year=None, lapsed_on=date(2025, 11, 1))
    row = annual_fee_row(ended, at=date(2025, 11, 30), rules=rules)
    assert row is not None
    assert (row.state, row.due_date) == (FeeState.LAPSED, date(2025, 3, 15))
    assert (row.payable_fee_cny, row.late_fee_cny, row.total_cny) == (0, 0, 0)
    assert lapse_effective_on(ended.filing_date, date(2025, 11, 1), rules=rules) == date(2025, 3, 15)
    before = annual_fee_row(ended, at=date(2025, 10, 31), rules=rules)
    assert before is not None
    assert before.state is FeeState.UNKNOWN


def test_a_lapse_inside_the_next_grace_period_belongs_to_the_year_before(rules: FeeRules) -> None:
    assert lapse_effective_on(date(2021, 3, 15), date(2025, 9, 15), rules=rules) == date(2024, 3, 15)
    assert lapse_effective_on(date(2021, 3, 15), date(2025, 9, 16), rules=rules) == date(2025, 3, 15)


def test_a_lapse_event_within_the_window_may_still_be_restored(rules: FeeRules) -> None:
    ended = facts(termination_notice_on=date(2025, 10, 31), lapsed_on=date(2025, 11, 15))
    row = annual_fee_row(ended, at=date(2025, 12, 1), rules=rules)
    assert row is not None
    assert row.state is FeeState.RESTORATION_WINDOW
    gone = annual_fee_row(ended, at=date(2026, 1, 1), rules=rules)
    assert gone is not None
    assert gone.state is FeeState.LAPSED


def test_a_restored_right_has_lapsed_no_more(rules: FeeRules) -> None:
    back = facts(
        paid_through_year=5,
        termination_notice_on=date(2025, 10, 1),
        lapsed_on=date(2025, 10, 15),
        restored_on=date(2025, 11, 20),
    )
    row = annual_fee_row(back, at=date(2025, 11, 30), rules=rules)
    assert row is not None
    assert (row.state, row.year) == (FeeState.DUE, 6)
    on_the_day = annual_fee_row(back, at=date(2025, 11, 20), rules=rules)
    assert on_the_day is not None
    assert on_the_day.state is FeeState.DUE
    early = annual_fee_row(back, at=date(2025, 11, 19), rules=rules)
    assert early is not None
    assert early.state is FeeState.RESTORATION_WINDOW


@given(
    st.sampled_from([INV, UM, DESIGN]),
    st.dates(date(1990, 1, 1), date(2024, 12, 31)),
    st.integers(30, 2000),
    st.integers(0, 8000),
    st.one_of(st.none(), st.integers(1, 20)),
    st.one_of(st.none(), st.integers(0, 7000)),
)
def test_no_calendar_says_lapsed_and_every_amount_adds_up(
    ip_type: IpType, filed: date, to_grant: int, to_day: int, paid: int | None, to_notice: int | None
) -> None:
    rules = fee_rules(load_pack("national").at(date(2025, 11, 30)))
    granted = filed + timedelta(days=to_grant)
    notice = None if to_notice is None else granted + timedelta(days=to_notice)
    said = FeeFacts(ip_type, filed, granted, (UNIVERSITY,), paid_through_year=paid, termination_notice_on=notice)
    at = granted + timedelta(days=to_day)
    row = annual_fee_row(said, at=at, rules=rules)
    if row is None:
        last = term_years(ip_type, filed, rules=rules)
        assert at >= expiry_date(ip_type, filed, rules=rules) or patent_year(filed, at) >= last or (paid or 0) >= last
        return
    assert row.state is not FeeState.LAPSED
    assert row.total_cny == row.payable_fee_cny + row.late_fee_cny + row.restoration_fee_cny
    assert 0 < row.payable_fee_cny <= row.full_fee_cny
    assert row.late_fee_cny <= row.full_fee_cny / 4
    assert all(isinstance(amount, Decimal) for amount in (row.full_fee_cny, row.payable_fee_cny, row.late_fee_cny))
    assert {"state", "due_date", "full_fee_cny", "payable_fee_cny", "late_fee_cny"} <= set(row.derived)
    if paid is None and notice is None:
        assert row.state is FeeState.UNKNOWN
        assert row.due_date >= at


def test_no_fee_falls_due_in_the_last_year_and_after_the_term(rules: FeeRules) -> None:
    old = FeeFacts(UM, date(2014, 6, 1), date(2015, 1, 10), (ENTERPRISE,))
    assert annual_fee_row(old, at=date(2023, 6, 1), rules=rules) is not None  # the tenth year is due today
    assert annual_fee_row(old, at=date(2023, 6, 2), rules=rules) is None
    assert annual_fee_row(old, at=date(2024, 6, 1), rules=rules) is None
    assert annual_fee_row(replace(old, paid_through_year=10), at=date(2020, 1, 1), rules=rules) is None


def test_before_the_grant_there_is_no_annual_fee(rules: FeeRules) -> None:
    with pytest.raises(OutOfRange) as caught:
        annual_fee_row(facts(), at=date(2023, 5, 4), rules=rules)
    assert caught.value.code == "not_granted"


def test_a_row_tells_what_its_amounts_come_from(rules: FeeRules) -> None:
    row = annual_fee_row(facts(), at=date(2025, 5, 16), rules=rules)
    assert row is not None
    assert row.derived["full_fee_cny"] == "annual_fees invention year 5"
    assert row.derived["payable_fee_cny"] == "1200 * (1 - 0.85), assumed_single"
    assert row.derived["late_fee_cny"] == "1200 * 0.05 * 2, month 3"
    assert row.derived["state"] == "paid through year 4"
    assert rules.statuses["fees.reduction_assumed_owner_types"] is Status.ASSUMPTION


def test_reading_the_rules_is_remembered() -> None:
    in_force = load_pack("national").at(date(2025, 11, 30))
    fee_rules(in_force)
    assert {"fees.grace_months", "table:annual_fees", "table:protection_terms"} <= set(in_force.reads)


def test_the_worked_table_of_the_documentation_is_what_comes_out(rules: FeeRules) -> None:
    page = Path(__file__).parents[3] / "docs" / "algorithms" / "fees.md"
    table = page.read_text(encoding="utf-8").split("## Worked table")[1].split("## ")[0]
    lines = [line for line in table.splitlines() if line.startswith("| 20")]
    assert len(lines) == 10
    for line in lines:
        day, owners, licence, state, month, full, rule, payable, late, total = (
            cell.strip() for cell in line.strip("|").split("|")
        )
        owner_types = tuple(OwnerType(owner) for owner in owners.split(", "))
        said = facts(owner_types=owner_types, open_licence=licence == "yes")
        row = annual_fee_row(said, at=date.fromisoformat(day), rules=rules)
        assert row is not None
        assert (row.state, row.late_month, row.full_fee_cny) == (state, int(month), D(full))
        assert (row.reduction.rule, row.payable_fee_cny) == (rule, D(payable))
        assert (row.late_fee_cny, row.total_cny) == (D(late), D(total))
