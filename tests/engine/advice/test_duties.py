"""What must be done first: known duties are to be done, unknown ones to be checked, none is left out by ignorance."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.engine.advice import Action, Duty, DutyFacts, DutyState, duties_before, duty_rules
from panhuo.rules import load_pack
from panhuo.terms.kinds import OwnerType

RULES = duty_rules(load_pack("national").at(date(2025, 11, 30)))
PRIVATE = DutyFacts(public_owner=False, state_firm=False, co_owned=False, pledged=False, licensed=False, funded=False)
UNIVERSITY = DutyFacts(public_owner=True, state_firm=False, co_owned=False, pledged=False, licensed=False, funded=None)
flag = st.none() | st.booleans()
facts = st.builds(
    DutyFacts, public_owner=flag, state_firm=flag, co_owned=flag, pledged=flag, licensed=flag, funded=flag
)


def codes(found: tuple[Duty, ...], state: DutyState) -> list[str]:
    return [one.code for one in found if one.state is state]


def test_a_university_that_gives_a_right_up_asks_the_inventors_first_and_checks_its_projects() -> None:
    found = duties_before(Action.ABANDON, UNIVERSITY, RULES)
    assert codes(found, DutyState.TO_DO) == ["inventors_first_public", "own_procedure"]
    assert codes(found, DutyState.TO_CHECK) == ["funded_project"]


def test_a_state_firm_sells_by_appraisal_and_a_private_one_does_not() -> None:
    firm = DutyFacts(public_owner=False, state_firm=True, co_owned=False, pledged=False, licensed=False, funded=False)
    assert codes(duties_before(Action.SELL, firm, RULES), DutyState.TO_DO) == [
        "inventors_first", "state_appraisal", "state_filing", "abroad",
    ]  # fmt: skip
    assert codes(duties_before(Action.SELL, PRIVATE, RULES), DutyState.TO_DO) == ["inventors_first", "abroad"]


def test_to_keep_a_right_nothing_must_be_done() -> None:
    assert duties_before(Action.MAINTAIN, UNIVERSITY, RULES) == ()


@given(facts, st.sampled_from([Action.SELL, Action.LICENSE, Action.ABANDON]))
def test_what_nobody_can_say_is_checked_and_never_left_out(told: DutyFacts, action: Action) -> None:
    found = {one.code: one.state for one in duties_before(action, told, RULES)}
    for code, fact, actions in RULES.duties:
        wanted = {True: DutyState.TO_DO, None: DutyState.TO_CHECK, False: None}[getattr(told, fact)]
        assert found.get(code) == (wanted if action in actions else None)


@pytest.mark.parametrize(
    ("types", "is_public"),
    [
        ([OwnerType.UNIVERSITY], True),
        ([OwnerType.ENTERPRISE, OwnerType.HOSPITAL], True),
        ([OwnerType.ENTERPRISE], False),
        ([OwnerType.NEW_RD_INSTITUTION], None),
        ([OwnerType.UNKNOWN, OwnerType.ENTERPRISE], None),
    ],
)
def test_owners_are_public_by_type_and_unclear_types_leave_it_open(
    types: list[OwnerType], is_public: bool | None
) -> None:
    assert RULES.is_public(types) is is_public
