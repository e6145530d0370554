"""Why a right is a high-value invention, or why not, or why nobody can say (the pack cases hold the plain ones)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from grading_register import event, graded, right, rules_of
from hypothesis import given
from hypothesis import strategies as st

from panhuo.engine.grading import CASES
from panhuo.engine.grading.high_value import last_day_filed
from panhuo.engine.records.terms_and_fees import passes_ten_years_on

THRESHOLD = {"high_value__pledge_threshold_cny": 10_000_000}
LATER = date(2025, 12, 31)
BEFORE = date(2024, 5, 6)


@pytest.fixture(scope="module")
def judged() -> dict[str, dict[str, Any]]:
    """One register with a right for each reason; by the reason's name."""
    rights: dict[str, dict[str, Any]] = {
        "plain": {},
        "granted_later": {"family_count": 2, "family_members": ["US11123456B2"], "data_day": LATER},
        "kind_unclear": {"family_count": 2, "family_members": ["NZ700001A"]},
        "pending_abroad": {"family_count": 2, "family_members": ["EP3123456A1"]},
        "pending_later": {"family_count": 2, "family_members": ["EP3123456A1"], "data_day": LATER},
        "application_of_the_treaty": {"family_count": 2, "family_members": ["WO2019123456A1"]},
        "members_not_listed": {"family_count": 3},
        "family_not_told": {"family_count": None},
        "relative_granted": {"family_key": "f1"},
        "relative_granted_later": {"family_key": "f2"},
        "no_ipc": {"ipc_main": "", "ipc_keys": []},
        "no_filing_date": {"filing_date": None},
        "amount_not_told": {},
        "below_threshold": {},
        "known_later": {"awards": ["中国专利金奖"], "data_day": LATER},
        "known_by_its_year": {"awards": ["2019年中国专利金奖"], "data_day": LATER},
        "other_award": {"awards": ["广东专利金奖"]},
        "residence_unknown": {"region_code": "", "filing_date": date(2010, 1, 1)},
        "residence_by_its_code": {
            "region_code": "",
            "owner_code": "91440300MA5EXAMPL0",
            "filing_date": date(2010, 1, 1),
        },
        "status_unknown": {"filing_date": date(2010, 1, 1)},
        "not_granted_by_cnipa": {"jurisdiction": "US", "filing_date": date(2010, 1, 1)},
        "case_unknown": {"family_count": None},
    }
    numbers = {name: n for n, name in enumerate(rights, start=1)}
    assets = [right(numbers[name], **columns) for name, columns in rights.items()]
    relative = {"jurisdiction": "US", "ip_type": "invention", "publication_date": date(2019, 1, 1)}
    assets += [
        right(101, family_key="f1", **relative, grant_date=date(2021, 1, 1)) | {"publication_number": "US11000001B2"},
        right(102, family_key="f2", **relative, grant_date=LATER) | {"publication_number": "US11000002B2"},
    ]
    events = [
        event(numbers["amount_not_told"], "pledge_registered", BEFORE, number="Y1"),
        event(numbers["below_threshold"], "pledge_registered", BEFORE, number="Y2", amount_cny=9_999_999.99),
    ]
    status = {numbers["status_unknown"]: "cannot_say"}
    found = graded(assets, events, status=status, rules=rules_of(**THRESHOLD))
    return {name: found[n] for name, n in numbers.items()}


@pytest.mark.parametrize(
    ("name", "case", "verdict", "reason"),
    [
        ("granted_later", "overseas_family", None, "granted_later"),
        ("kind_unclear", "overseas_family", None, "kind_unclear"),
        ("pending_abroad", "overseas_family", False, "pending_abroad"),
        ("pending_later", "overseas_family", False, "pending_later"),
        ("application_of_the_treaty", "overseas_family", False, "pending_abroad"),
        ("members_not_listed", "overseas_family", None, "members_not_listed"),
        ("family_not_told", "overseas_family", None, "family_not_told"),
        ("relative_granted", "overseas_family", True, "granted_abroad"),
        ("relative_granted_later", "overseas_family", False, "pending_abroad"),
        ("plain", "overseas_family", False, "home_only"),
        ("no_ipc", "sei", None, "no_ipc"),
        ("plain", "sei", False, "not_sei"),
        ("no_filing_date", "maintained_over_10y", None, "no_filing_date"),
        ("plain", "maintained_over_10y", False, "not_longer"),
        ("amount_not_told", "high_pledge_amount", None, "amount_not_told"),
        ("below_threshold", "high_pledge_amount", False, "below_threshold"),
        ("plain", "high_pledge_amount", False, "no_pledge"),
        ("known_later", "award", None, "known_later"),
        ("known_by_its_year", "award", True, "award_won"),
        ("other_award", "award", False, "other_award"),
        ("plain", "award", False, "no_award_known"),
    ],
)
def test_each_case_says_why(
    judged: dict[str, dict[str, Any]], name: str, case: str, verdict: bool | None, reason: str
) -> None:
    assert (judged[name][case], judged[name][f"{case}_reason"]) == (verdict, reason)


@pytest.mark.parametrize(
    ("name", "verdict", "reason"),
    [
        ("plain", False, "no_case"),
        ("residence_unknown", None, "residence_unknown"),
        ("residence_by_its_code", True, ""),
        ("status_unknown", None, "status_unknown"),
        ("not_granted_by_cnipa", False, "not_granted_by_cnipa"),
        ("case_unknown", None, "case_unknown"),
    ],
)
def test_the_verdict_says_which_precondition_fails_or_cannot_be_told(
    judged: dict[str, dict[str, Any]], name: str, verdict: bool | None, reason: str
) -> None:
    assert (judged[name]["high_value"], judged[name]["high_value_reason"]) == (verdict, reason)


def test_the_evidence_names_the_member_the_day_and_the_award(judged: dict[str, dict[str, Any]]) -> None:
    assert judged["relative_granted"]["overseas_family_evidence"] == "US11000001B2"
    assert judged["kind_unclear"]["overseas_family_evidence"] == "NZ700001A"
    assert judged["residence_by_its_code"]["maintained_over_10y_evidence"] == "2010-01-01"
    assert judged["other_award"]["award_evidence"] == "广东专利金奖"
    assert judged["plain"]["maintained_over_10y_evidence"] is None


def test_a_case_that_the_pack_leaves_off_takes_no_part() -> None:
    rules = rules_of(high_value__dimensions=("sei", "award"))
    row = graded([right(1, filing_date=date(2005, 12, 5))], rules=rules)[1]
    assert [row[f"{case}_reason"] for case in CASES] == [
        "not_sei",
        "case_off",
        "case_off",
        "case_off",
        "no_award_known",
    ]
    assert (row["high_value"], row["high_value_reason"]) == (False, "no_case")


def test_shenzhen_counts_a_utility_model_with_an_award_and_never_a_trademark() -> None:
    award = {"awards": ["中国专利金奖"]}
    found = graded(
        [right(1, ip_type="utility_model", **award), right(2, ip_type="trademark", **award)], rules=rules_of("shenzhen")
    )
    assert (found[1]["high_value"], found[1]["award_reason"]) == (True, "award_won")
    assert (found[2]["award"], found[2]["award_reason"]) == (False, "not_patent")


@given(st.dates(date(2000, 1, 1), date(2040, 12, 31)))
def test_the_last_day_filed_is_where_ten_years_are_passed(at: date) -> None:
    """Two ways to one edge: filed on the last day a right has passed its years on the day, one day later it has not."""
    last = last_day_filed(at, years=10)
    assert passes_ten_years_on(last) <= at
    assert passes_ten_years_on(date.fromordinal(last.toordinal() + 1)) > at


def test_the_leap_day_reaches_its_years_on_the_last_of_february() -> None:
    assert last_day_filed(date(2026, 3, 1), years=10) == date(2016, 2, 29)
    assert last_day_filed(date(2026, 2, 28), years=10) == date(2016, 2, 27)
