"""The rule of dormancy, case by case, as domain rules and the pack's readings have it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.engine.dormancy import DormancyRules, OwnerAnswer, Relation, Situation, dormancy_rules, read
from panhuo.engine.dormancy.reading import UnknownProfile
from panhuo.engine.dormancy.situations import latest_answer
from panhuo.rules import load_pack
from panhuo.terms.kinds import DormancyState as D
from panhuo.terms.kinds import EventType, LegalStatus

AT = date(2025, 11, 30)
PLAIN = Situation(
    asset_id=1,
    ip_type="invention",
    jurisdiction="CN",
    owner_type="university",
    co_owner_enterprise=False,
    filing_date=date(2015, 1, 1),
    grant_date=date(2018, 1, 1),
    status="granted_in_force",
    status_basis="word",
    contradiction=False,
    licence_active=False,
    licence_ended=None,
    licence_later_word=False,
    pledge_active=False,
    pledge_ended=None,
    pledge_later_word=False,
    preservation_active=False,
    preservation_ended=None,
    open_licence_active=False,
    transfer_word=False,
    transfer_later_word=False,
    suspension_active=False,
    marks=(),
    same_day_pair=None,
)


@cache
def rules(profile: str = "default", *, any_owner: bool = False) -> DormancyRules:
    return dormancy_rules(load_pack("national").at(AT), profile=profile, any_owner=any_owner)


def states(situation: Situation) -> tuple[D | None, D | None]:
    """Under simple and default."""
    return read(situation, AT, rules("simple")).state, read(situation, AT, rules("default")).state


@pytest.mark.parametrize(
    ("case", "changes", "simple", "default"),
    [
        ("nothing happened", {}, D.CANDIDATE, D.CANDIDATE),
        ("licence in force", {"licence_active": True}, D.OUT, D.OUT),
        ("licence ended last year", {"licence_ended": date(2024, 12, 1)}, D.OUT, D.OUT),
        ("licence ended long ago", {"licence_ended": date(2019, 1, 1)}, D.OUT, D.CANDIDATE),
        ("pledged", {"pledge_active": True}, D.OUT, D.CANDIDATE),
        ("pledge cancelled", {"pledge_ended": date(2023, 1, 1)}, D.CANDIDATE, D.CANDIDATE),
        ("preserved", {"preservation_active": True}, D.CANDIDATE, D.CANDIDATE),
        ("sold to a stranger's firm", {"transfer": Relation.UNRELATED_ENTERPRISE}, D.OUT, D.OUT),
        ("moved inside the group", {"transfer": Relation.RELATED}, D.OUT, D.TO_VERIFY),
        ("moved, relation unknown", {"transfer": Relation.UNKNOWN}, D.OUT, D.TO_VERIFY),
        ("a bare word 权利转移", {"transfer_word": True}, D.OUT, D.TO_VERIFY),
        ("a product filing names it", {"marks": (EventType.PRODUCT_FILED,)}, D.OUT, D.OUT),
        ("open licence, nobody took it", {"open_licence_active": True}, D.CANDIDATE, D.CANDIDATE),
        ("only the application moved", {"marks": (EventType.APPLICATION_TRANSFERRED,)}, D.CANDIDATE, D.CANDIDATE),
        ("status unknown", {"status": LegalStatus.CANNOT_SAY}, D.CANNOT_SAY, D.CANNOT_SAY),
        ("granted, nobody says when", {"grant_date": None}, D.CANNOT_SAY, D.CANNOT_SAY),
        ("a licence at an untold later time", {"licence_later_word": True}, D.CANNOT_SAY, D.CANNOT_SAY),
        ("a pledge at an untold later time", {"pledge_later_word": True}, D.CANNOT_SAY, D.CANDIDATE),
        ("lapsed", {"status": LegalStatus.LAPSED_UNPAID_FEE}, None, None),
        ("a firm's patent", {"owner_type": "enterprise"}, None, None),
        ("a foreign right", {"jurisdiction": "US"}, None, None),
    ],
)
def test_reading(case: str, changes: dict[str, object], simple: D | None, default: D | None) -> None:
    assert states(replace(PLAIN, **changes)) == (simple, default), case


def test_three_full_years_include_the_day_itself() -> None:
    assert read(replace(PLAIN, grant_date=date(2022, 11, 30)), AT, rules()).considered
    assert not read(replace(PLAIN, grant_date=date(2022, 12, 1)), AT, rules()).considered


def test_any_owner_takes_in_firms() -> None:
    assert read(replace(PLAIN, owner_type="enterprise"), AT, rules(any_owner=True)).state is D.CANDIDATE


@pytest.mark.parametrize(
    ("case", "answer", "state"),
    [
        ("not exploited", OwnerAnswer(date(2025, 10, 1), "no", "", "", None, ""), D.DORMANT),
        ("exploited", OwnerAnswer(date(2025, 10, 1), "yes", "own_use", "", None, ""), D.EXPLOITED),
        (
            "accepted reason",
            OwnerAnswer(date(2025, 10, 1), "no", "", "technology_not_mature", date(2026, 9, 1), "甲"),
            D.PROPER_REASON,
        ),
        (
            "the reason has run out",
            OwnerAnswer(date(2025, 10, 1), "no", "", "technology_not_mature", date(2025, 11, 1), "甲"),
            D.DORMANT,
        ),
        (
            "nobody approved the reason",
            OwnerAnswer(date(2025, 10, 1), "no", "", "technology_not_mature", date(2026, 9, 1), ""),
            D.DORMANT,
        ),
        ("the answer has aged", OwnerAnswer(date(2024, 11, 29), "no", "", "", None, ""), D.CANDIDATE),
    ],
)
def test_the_owners_answer_decides(case: str, answer: OwnerAnswer, state: D) -> None:
    assert read(replace(PLAIN, answer=answer), AT, rules()).state is state, case


NO = OwnerAnswer(date(2025, 7, 1), "no", "", "", None, "")
YES = OwnerAnswer(date(2025, 7, 1), "yes", "own_use", "", None, "")
REASON = OwnerAnswer(date(2025, 7, 1), "", "", "technology_not_mature", date(2026, 6, 1), "甲")


@pytest.mark.parametrize(
    ("case", "told", "state", "reasons"),
    [
        ("yes and no on one day", [NO, YES], D.TO_VERIFY, ("owner_answers_contradict",)),
        ("a reason does not settle it", [NO, YES, REASON], D.TO_VERIFY, ("owner_answers_contradict",)),
        ("a later answer does", [NO, replace(YES, answered_on=date(2025, 7, 2))], D.EXPLOITED, ("owner_says_own_use",)),
        ("the same told twice", [NO, NO], D.DORMANT, ("owner_says_not_exploited",)),
        ("a reason beside a no", [NO, REASON], D.PROPER_REASON, ("technology_not_mature",)),
        (
            "aged like any answer",
            [replace(one, answered_on=date(2024, 11, 29)) for one in (NO, YES)],
            D.CANDIDATE,
            ("answer_aged",),
        ),
    ],
)
def test_answers_are_read_alike_in_whatever_order_they_came(
    case: str, told: list[OwnerAnswer], state: D, reasons: tuple[str, ...]
) -> None:
    for order in permutations(told):
        verdict = read(replace(PLAIN, answer=latest_answer(order)), AT, rules())
        assert (verdict.state, verdict.reasons) == (state, reasons), case


def test_an_answer_does_not_bring_back_what_a_licence_took_out() -> None:
    answered = replace(PLAIN, licence_active=True, answer=OwnerAnswer(date(2025, 10, 1), "no", "", "", None, ""))
    assert read(answered, AT, rules()).state is D.OUT


def test_an_unknown_profile_is_refused_by_name() -> None:
    with pytest.raises(UnknownProfile, match="simple"):
        rules("strict")


@given(st.dates(date(1990, 1, 1), date(2030, 1, 1)), st.sampled_from(["simple", "default"]))
def test_only_living_rights_are_ever_listed(granted: date, profile: str) -> None:
    for status in LegalStatus:
        verdict = read(replace(PLAIN, grant_date=granted, status=status), AT, rules(profile))
        if verdict.state in {D.CANDIDATE, D.TO_VERIFY}:
            assert status is LegalStatus.GRANTED_IN_FORCE
            assert granted <= AT - timedelta(days=3 * 365)
