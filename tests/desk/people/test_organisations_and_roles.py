"""Organisations and memberships: who may give what, what fits, when it ends; what nobody may do to himself."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction

from desk.people.made_people import (
    MACHINE,
    NEW_SECRET,
    NOW,
    RULES,
    WHO,
    account,
    hours,
    member,
    organisation,
    person,
    uscc,
)
from panhuo.desk.history.models import LoggedAction
from panhuo.desk.people.access import standing_of, subject_of
from panhuo.desk.people.account_actions import take_as_newcomer
from panhuo.desk.people.actions import (
    change_scope,
    close_organisation,
    found_organisation,
    invitation_of,
    invite,
    join,
    leave,
    take_invitation,
    withdraw_invitation,
)
from panhuo.desk.people.models import Account, Invitation, Membership, Organisation
from panhuo.desk.people.scopes import EVERYTHING, checked_scope, regions_scope, units_scope
from panhuo.rules.rights import may, read_rights
from panhuo.terms.errors import BadValue, DomainError
from panhuo.terms.roles import OrganisationKind as Kind
from panhuo.terms.roles import Right, Role

pytestmark = pytest.mark.django_db
BOOK = read_rights(RULES)


def refused(code: str, act: object, *arguments: object, **named: object) -> DomainError:
    with pytest.raises(DomainError) as caught:
        act(*arguments, **named)  # type: ignore[operator]
    assert caught.value.code == code, caught.value.message
    return caught.value


def test_a_code_is_checked_and_given_once(cities: SimpleNamespace) -> None:
    wrong = uscc(500)[:-1] + ("A" if uscc(500)[-1] != "A" else "B")
    with pytest.raises(BadValue):
        found_organisation(name="甲公司", kind=Kind.FIRM, uscc=wrong, **WHO)
    refused("no_uscc", found_organisation, name="甲公司", kind=Kind.FIRM, **WHO)
    refused("uscc_taken", found_organisation, name="甲公司", kind=Kind.FIRM, uscc=cities.one.university.uscc, **WHO)
    refused("no_region", found_organisation, name="某园区", kind=Kind.PARK_OFFICE, **WHO)
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.create(
            name="x", uscc=cities.one.university.uscc, kind="firm", open_from=NOW.date(), made_at=NOW
        )


def test_a_college_takes_the_region_of_its_university_and_three_levels_are_the_most(cities: SimpleNamespace) -> None:
    assert cities.one.college.region_code == "990101"
    below = organisation("实验室", Kind.COLLEGE, parent=cities.one.college)
    refused("too_deep", organisation, "小组", Kind.COLLEGE, parent=below)


def test_only_the_system_administrator_founds_organisations(cities: SimpleNamespace) -> None:
    system, security = person("sys", Role.SYSTEM_ADMINISTRATOR), person("sec", Role.SECURITY_ADMINISTRATOR)
    firm = {"name": "乙公司", "kind": Kind.FIRM, "uscc": uscc(77), "at": NOW, "rules": RULES}
    refused("not_allowed", found_organisation, **firm, actor=security)
    made = found_organisation(**firm, actor=system)
    entry = LoggedAction.objects.get(subject=f"organisation:{made.pk}")
    assert (entry.act, entry.actor) == ("organisation.founded", "sys")


def test_rights_end_the_moment_a_membership_ends(cities: SimpleNamespace) -> None:
    officer = person("gao", Role.UNIVERSITY_OFFICER, cities.one.university)
    of = subject_of(cities.one.college)

    def reads(at: object) -> bool:
        return bool(may(standing_of(officer, at=at, rules=RULES), Right.READ_STOCK, of, book=BOOK))  # type: ignore[arg-type]

    assert not reads(hours(-0.001)), "not before it begins"
    assert reads(NOW)
    leave(officer.memberships.get(), reason="离职", actor=MACHINE, at=hours(5), rules=RULES)
    assert reads(hours(4.999))
    assert not reads(hours(5))
    assert standing_of(officer, at=hours(6), rules=RULES).former == {cities.one.university.pk}
    assert standing_of(officer, at=hours(24 * 365 * 4), rules=RULES).former == frozenset()


def test_a_membership_until_a_moment_ends_by_itself(cities: SimpleNamespace) -> None:
    made = account("lin")
    member(made, Role.UNIVERSITY_OFFICER, cities.one.university, until=hours(2))
    assert standing_of(made, at=hours(1.99), rules=RULES).held
    assert not standing_of(made, at=hours(2), rules=RULES).held
    refused("bad_day", member, made, Role.INVENTOR, until=NOW)


def test_members_of_a_closed_organisation_have_no_rights_from_the_day_after(cities: SimpleNamespace) -> None:
    officer = person("gao", Role.COLLEGE_OFFICER, cities.one.college)
    last_day = NOW.date()
    close_organisation(cities.one.university, last_day=last_day, reason="合并", **WHO)
    assert standing_of(officer, at=hours(14.9), rules=RULES).held, "until midnight of the installation's time zone"
    assert not standing_of(officer, at=hours(15), rules=RULES).held, "a college ends with its university"
    refused("closed_already", close_organisation, cities.one.university, last_day=last_day, reason="合并", **WHO)
    refused("closed_organisation", member, officer, Role.INVENTOR, cities.one.university, at=hours(15))


def test_a_role_fits_its_kind_of_organisation(cities: SimpleNamespace) -> None:
    made = account("lin")
    refused("bad_role", member, made, Role.BANK_OFFICER, cities.one.university)
    refused("bad_role", member, made, Role.CITY_OFFICER)
    refused("bad_role", member, made, Role.PUBLIC)
    refused("bad_role", member, made, Role.SYSTEM_ADMINISTRATOR, cities.one.office)
    assert member(made, Role.INVENTOR).organisation is None, "an inventor also without an employer"
    refused("held_already", member, made, Role.INVENTOR)


@pytest.mark.parametrize("second", [Role.SECURITY_ADMINISTRATOR, Role.AUDIT_ADMINISTRATOR, Role.INVENTOR])
def test_an_administrator_gets_no_second_side(second: Role, db: None) -> None:
    made = person("sys", Role.SYSTEM_ADMINISTRATOR)
    refused("sides_mixed", member, made, second)
    held = made.memberships.get()
    leave(held, reason="轮岗", actor=MACHINE, at=hours(1), rules=RULES)
    assert member(made, second, at=hours(1)).pk, "one after the other is no mixture"


def test_rows_mixed_by_hand_give_no_right_at_all(cities: SimpleNamespace) -> None:
    made = person("sys", Role.SYSTEM_ADMINISTRATOR)
    Membership.objects.create(
        account=made, organisation=cities.one.office, role="city_officer", valid_from=NOW, granted_by="x", made_at=NOW
    )
    standing = standing_of(made, at=NOW, rules=RULES)
    of = subject_of(cities.one.university)
    assert [right for right in Right if may(standing, right, of, book=BOOK)] == []


def test_the_security_administrator_gives_roles_and_not_to_himself_nor_administrators(cities: SimpleNamespace) -> None:
    security = person("sec", Role.SECURITY_ADMINISTRATOR)
    who = {"actor": security, "at": NOW, "rules": RULES}
    officer = account("wang")
    join(officer, Role.CITY_OFFICER, organisation=cities.one.office, **who)
    refused("not_allowed", join, security, Role.LEADER, organisation=cities.one.office, **who)
    refused("not_allowed", join, account("neu"), Role.SYSTEM_ADMINISTRATOR, organisation=None, **who)
    refused(
        "not_allowed", join, account("li"), Role.LEADER, organisation=cities.one.office, **{**who, "actor": officer}
    )


def test_a_unit_s_administrator_gives_the_unit_s_roles_within_the_unit(cities: SimpleNamespace) -> None:
    admin = person("ua", Role.UNIT_ADMINISTRATOR, cities.one.university)
    who = {"actor": admin, "at": NOW, "rules": RULES}
    new = account("neu")
    join(new, Role.COLLEGE_OFFICER, organisation=cities.one.college, **who)
    for role, unit in (
        (Role.UNIVERSITY_OFFICER, cities.one.sister),
        (Role.COLLEGE_OFFICER, cities.two.college),
        (Role.UNIT_ADMINISTRATOR, cities.one.university),
        (Role.EXPERT, None),
    ):
        refused("not_allowed", join, new, role, organisation=unit, **who)
    refused("not_allowed", join, admin, Role.INVENTOR, organisation=cities.one.university, **who)
    for scope in (EVERYTHING, regions_scope(["99"]), units_scope([cities.one.sister.pk], with_children=True)):
        refused("bad_scope", join, new, Role.INVENTOR, organisation=cities.one.university, scope=scope, **who)
    inside = units_scope([cities.one.college.pk], with_children=False)
    assert join(new, Role.INVENTOR, organisation=cities.one.university, scope=inside, **who).scope == inside


def test_a_changed_scope_leaves_the_old_one_on_record(cities: SimpleNamespace) -> None:
    officer = person("wang", Role.PROVINCE_OFFICER, cities.province)
    first = officer.memberships.get()
    scope = regions_scope(["99"], ["9902"])
    change_scope(first, scope=scope, reason="分工", actor=MACHINE, at=hours(1), rules=RULES)
    for at, expected in ((NOW, {1, 2}), (hours(1), {1})):
        standing = standing_of(officer, at=at, rules=RULES)
        seen = {
            number for number, city in ((1, cities.one), (2, cities.two))
            if may(standing, Right.READ_STOCK, subject_of(city.college), book=BOOK)
        }  # fmt: skip
        assert seen == expected
    assert [row.scope for row in officer.memberships.all()] == [{}, scope]


@pytest.mark.parametrize(
    "scope",
    [
        {"regions": {"include": []}},
        {"regions": {"include": ["98"]}},
        {"regions": {"include": ["99"], "exclude": ["4403"]}},
        {"regions": {"include": ["99"]}, "everything": True},
        {"everything": False},
        {"units": ["1"], "with_children": True},
        {"units": [], "with_children": True},
        {"objects": ["case"]},
        {"unknown": 1},
    ],
)
def test_a_scope_of_another_shape_is_refused(scope: dict[str, object]) -> None:
    refused("bad_scope", checked_scope, scope)


def test_an_invitation_is_taken_once_by_its_token_alone(cities: SimpleNamespace) -> None:
    made = invite(
        name="赵某", email="z@example.cn", role=Role.UNIVERSITY_OFFICER, organisation=cities.one.university, **WHO
    )
    assert made.token not in str(Invitation.objects.values())
    assert made.token not in str(LoggedAction.objects.values())
    joined = take_as_newcomer(made.token, login="zhao", password=NEW_SECRET, at=hours(1), rules=RULES)
    assert (joined.account.name, joined.account.email, joined.granted_by) == ("赵某", "z@example.cn", MACHINE.login)
    refused("no_invitation", take_invitation, made.token, account=account("li"), at=hours(2), rules=RULES)
    refused("no_invitation", invitation_of, "another", at=hours(1))


@pytest.mark.parametrize("way", ["ended", "withdrawn", "closed inviter"])
def test_an_invitation_that_is_over_cannot_be_taken(way: str, cities: SimpleNamespace) -> None:
    from panhuo.desk.people.account_actions import close_account

    security = person("sec", Role.SECURITY_ADMINISTRATOR)
    person("sec2", Role.SECURITY_ADMINISTRATOR)
    role = {"name": "赵某", "role": Role.UNIVERSITY_OFFICER, "organisation": cities.one.university}
    made = invite(**role, actor=security, at=NOW, rules=RULES)
    assert invitation_of(made.token, at=hours(7 * 24 - 0.01)), "the negative control"
    if way == "withdrawn":
        withdraw_invitation(made.invitation, **WHO)
    elif way == "closed inviter":
        close_account(security, reason="离职", **WHO)
    at = hours(7 * 24) if way == "ended" else hours(1)
    refused("no_invitation", take_as_newcomer, made.token, login="zhao", password=NEW_SECRET, at=at, rules=RULES)
    assert not Account.objects.filter(login="zhao").exists()


def test_one_gives_up_one_s_own_role_and_no_other_s(cities: SimpleNamespace) -> None:
    one, other = (person(name, Role.UNIVERSITY_OFFICER, cities.one.university) for name in ("aa", "bb"))
    refused("not_allowed", leave, other.memberships.get(), reason="x", actor=one, at=NOW, rules=RULES)
    refused("no_reason", leave, one.memberships.get(), reason=" ", actor=one, at=NOW, rules=RULES)
    assert leave(one.memberships.get(), reason="调离", actor=one, at=hours(1), rules=RULES).ended_by == "aa"
    refused("ended_already", leave, one.memberships.get(), reason="调离", actor=MACHINE, at=hours(2), rules=RULES)
