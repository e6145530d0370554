"""质押登记预审单: twelve grounds, each caught; unknown is never pass; two may be waived."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any

import pytest
from grading_register import DAY, rules_of
from hypothesis import given
from hypothesis import strategies as st

from panhuo.engine.grading.pledge_case import Burden, Consent, NotWaivable, Outcome, PledgeCase, PledgeFacts
from panhuo.engine.grading.pledge_check import GROUNDS, is_clear, pledge_check
from panhuo.engine.records.terms_and_fees import FeeState
from panhuo.terms.errors import DomainError
from panhuo.terms.kinds import IpType, LegalStatus

RULES = rules_of()
FACTS = PledgeFacts(
    ip_type=IpType.INVENTION,
    owners=("云湖科技（江城）有限公司",),
    status=LegalStatus.GRANTED_IN_FORCE,
    status_basis="event",
    status_since=date(2020, 3, 1),
    contradiction=False,
    grant_date=date(2020, 3, 1),
    term_end=date(2038, 3, 1),
    told_on=date(2025, 11, 15),
    has_history=True,
    fee_state=FeeState.DUE,
    fee_due=date(2026, 3, 1),
)
CASE = PledgeCase(
    told_on=date(2025, 11, 20),
    pledgor="云湖科技(江城) 有限公司",
    debt_ends_on=date(2028, 11, 30),
    contract=frozenset({"parties", "claim", "performance_period", "patents", "security_scope"}),
    same_day_invention=False,
    other="",
)
MODEL = replace(FACTS, ip_type=IpType.UTILITY_MODEL)
EARLIER = date(2025, 6, 1)


def outcomes(facts: PledgeFacts = FACTS, case: PledgeCase = CASE) -> dict[str, Outcome]:
    return {row.ground: row.outcome for row in pledge_check(facts, case, RULES)}


def test_a_sound_case_passes_all_twelve_grounds_in_the_order_of_the_rules() -> None:
    """The negative control of every fixture below."""
    rows = pledge_check(FACTS, CASE, RULES)
    assert [row.no for row in rows] == list(range(1, 13))
    assert {row.ground: row.outcome for row in rows} == dict.fromkeys(GROUNDS, Outcome.PASS)
    assert is_clear(rows)
    assert all(row.fact and row.source for row in rows)
    assert all(row.day is not None for row in rows)


CAUGHT: list[tuple[str, PledgeFacts, PledgeCase, str]] = [
    ("pledgor_mismatch", FACTS, replace(CASE, pledgor="江城新材料有限公司"), "pledgor_not_owner"),
    ("not_in_force", replace(FACTS, status=LegalStatus.INVALIDATED_ALL), CASE, "status"),
    ("not_granted", replace(FACTS, grant_date=None, status=LegalStatus.EXAMINATION), CASE, "status"),
    ("fee_unpaid", replace(FACTS, fee_state=FeeState.GRACE), CASE, "fee_grace"),
    ("suspended_or_preserved", replace(FACTS, preserved=Burden(lies=True, day=EARLIER)), CASE, "preserved"),
    ("term_exceeds_patent", FACTS, replace(CASE, debt_ends_on=date(2038, 3, 1)), "debt_against_term"),
    ("contract_incomplete", FACTS, replace(CASE, contract=frozenset({"parties", "claim"})), "contract_lacks"),
    (
        "co_owner_consent",
        replace(FACTS, owners=(*FACTS.owners, "云湖大学")),
        replace(CASE, co_owner_consent=False),
        "consent_missing",
    ),
    ("already_pledged", replace(FACTS, pledged=Burden(lies=True, number="Y2025980000001")), CASE, "pledged"),
    ("same_day_invention", replace(MODEL, is_paired=True), CASE, "same_day_pair"),
    ("invalidation_pending", replace(FACTS, invalidation=Burden(lies=True, day=EARLIER)), CASE, "invalidation_started"),
    ("other", FACTS, replace(CASE, other="专利权人主体资格存疑"), "other_found"),
]


@pytest.mark.parametrize(("ground", "facts", "case", "fact"), CAUGHT, ids=[one[0] for one in CAUGHT])
def test_each_ground_is_caught_and_no_other(ground: str, facts: PledgeFacts, case: PledgeCase, fact: str) -> None:
    rows = {row.ground: row for row in pledge_check(facts, case, RULES)}
    assert [name for name, row in rows.items() if row.outcome is Outcome.FAIL] == [ground]
    assert rows[ground].fact == fact
    assert not is_clear(tuple(rows.values()))


def test_the_fixtures_are_the_twelve_grounds() -> None:
    assert [one[0] for one in CAUGHT] == [row["ground"] for row in RULES.table("pledge_grounds")]


@pytest.mark.parametrize("ground", [one[0] for one in CAUGHT])
def test_consent_waives_two_grounds_and_is_refused_for_the_others(ground: str) -> None:
    _ground, facts, case, _fact = next(one for one in CAUGHT if one[0] == ground)
    agreed = replace(case, consents={ground: Consent("知情同意书 2025-03号", date(2025, 11, 21))})
    if ground in ("same_day_invention", "invalidation_pending"):
        row = next(row for row in pledge_check(facts, agreed, RULES) if row.ground == ground)
        assert (row.outcome, row.day) == (Outcome.WAIVED, date(2025, 11, 21))
        assert "知情同意书" in row.detail
    else:
        with pytest.raises(NotWaivable) as caught:
            pledge_check(facts, agreed, RULES)
        assert caught.value.fields["ground"] == ground


def test_a_consent_of_a_later_day_and_one_that_is_not_needed() -> None:
    consent = {"invalidation_pending": Consent("同意书", DAY)}
    assert outcomes(case=replace(CASE, consents=consent))["invalidation_pending"] is Outcome.PASS
    with pytest.raises(DomainError) as caught:
        outcomes(case=replace(CASE, consents={"invalidation_pending": Consent("同意书", DAY + timedelta(days=1))}))
    assert caught.value.code == "late_consent"


def test_statements_of_a_later_day_are_refused_and_those_of_no_day_pass_nothing() -> None:
    with pytest.raises(DomainError) as caught:
        outcomes(case=replace(CASE, told_on=DAY + timedelta(days=1)))
    assert caught.value.code == "late_statement"
    assert outcomes(case=replace(CASE, told_on=DAY)) == outcomes()
    found = outcomes(case=replace(CASE, told_on=None))
    unsaid = {ground for ground, outcome in found.items() if outcome is Outcome.UNKNOWN}
    assert unsaid == {"fee_unpaid", "term_exceeds_patent", "contract_incomplete", "other"}


UNKNOWN: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("pledgor_mismatch", {}, {"pledgor": ""}),
    ("pledgor_mismatch", {"owners": ()}, {}),
    ("not_in_force", {"status": LegalStatus.CANNOT_SAY, "status_basis": "none"}, {}),
    ("not_in_force", {"contradiction": True}, {}),
    ("not_granted", {"grant_date": None, "status": LegalStatus.CANNOT_SAY}, {}),
    ("fee_unpaid", {"fee_state": FeeState.UNKNOWN}, {}),
    ("fee_unpaid", {"fee_state": None}, {}),
    ("suspended_or_preserved", {"suspended": Burden(lies=None)}, {}),
    ("suspended_or_preserved", {"has_history": False}, {}),
    ("term_exceeds_patent", {}, {"debt_ends_on": None}),
    ("term_exceeds_patent", {"term_end": None}, {}),
    ("contract_incomplete", {}, {"contract": None}),
    ("co_owner_consent", {"owners": (*FACTS.owners, "云湖大学")}, {"co_owner_consent": None}),
    ("already_pledged", {"pledged": Burden(lies=None)}, {}),
    ("already_pledged", {"has_history": False}, {}),
    ("same_day_invention", {"ip_type": IpType.UTILITY_MODEL}, {"same_day_invention": None}),
    ("invalidation_pending", {"has_history": False}, {}),
    ("other", {}, {"other": None}),
]


@pytest.mark.parametrize(("ground", "facts", "case"), UNKNOWN)
def test_what_nobody_can_say_is_unknown_and_never_pass(
    ground: str, facts: dict[str, Any], case: dict[str, Any]
) -> None:
    assert outcomes(replace(FACTS, **facts), replace(CASE, **case))[ground] is Outcome.UNKNOWN


def test_data_of_thirty_one_days_ago_speak_and_older_ones_prove_no_absence() -> None:
    """pledge.data_days 31: 2025-10-30 still speaks for 2025-11-30, 2025-10-29 does not; a failure stands at any age."""
    fresh = outcomes(replace(FACTS, told_on=date(2025, 10, 30)))
    stale = outcomes(replace(FACTS, told_on=date(2025, 10, 29)))
    assert set(fresh.values()) == {Outcome.PASS}
    assert {ground for ground, outcome in stale.items() if outcome is Outcome.UNKNOWN} == {
        "pledgor_mismatch",
        "not_in_force",
        "suspended_or_preserved",
        "co_owner_consent",
        "already_pledged",
        "invalidation_pending",
    }
    pledged = replace(FACTS, told_on=date(2024, 1, 1), pledged=Burden(lies=True))
    assert outcomes(pledged)["already_pledged"] is Outcome.FAIL


def test_a_debt_may_end_on_the_last_day_of_the_right_and_not_on_the_next() -> None:
    """Filed 2018-03-01, twenty years: the term has run out on 2038-03-01, 2038-02-28 is its last day."""
    ends = [outcomes(case=replace(CASE, debt_ends_on=day)) for day in (date(2038, 2, 28), date(2038, 3, 1))]
    assert [one["term_exceeds_patent"] for one in ends] == [Outcome.PASS, Outcome.FAIL]


def test_a_right_whose_term_is_over_is_not_in_force_whatever_a_word_says() -> None:
    assert outcomes(replace(FACTS, term_end=DAY))["not_in_force"] is Outcome.FAIL
    assert outcomes(replace(FACTS, term_end=DAY + timedelta(days=1)))["not_in_force"] is Outcome.PASS


def test_an_empty_case_over_an_empty_register_passes_nothing_but_what_its_kind_rules_out() -> None:
    nothing = PledgeFacts(
        IpType.INVENTION,
        (),
        LegalStatus.CANNOT_SAY,
        "none",
        None,
        False,
        None,
        None,
        None,
        False,
        None,
        None,  # noqa: FBT003
    )
    found = outcomes(nothing, PledgeCase())
    assert {ground for ground, outcome in found.items() if outcome is Outcome.PASS} == {"same_day_invention"}
    assert set(found.values()) == {Outcome.PASS, Outcome.UNKNOWN}


@given(st.sets(st.sampled_from([one.name for one in fields(PledgeCase) if one.name not in ("told_on", "consents")])))
def test_telling_less_never_turns_a_ground_into_pass(left_out: set[str]) -> None:
    full = PledgeCase()
    less = replace(CASE, **{name: getattr(full, name) for name in left_out})
    before, after = outcomes(MODEL), outcomes(MODEL, less)
    assert all(before[ground] is Outcome.PASS for ground, outcome in after.items() if outcome is Outcome.PASS)
    assert len([one for one in after.values() if one is Outcome.UNKNOWN]) >= len(left_out - {"co_owner_consent"})
