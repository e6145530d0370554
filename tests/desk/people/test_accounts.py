"""Accounts: logins, passwords, closing and opening again, local sign-in, the first administrators."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import IntegrityError, transaction

from desk.people.made_people import FIRST_SECRET, MACHINE, NOW, RULES, WHO, account, hours, member, person
from desk.people.test_organisations_and_roles import refused
from panhuo.desk.history.models import LoggedAction
from panhuo.desk.people.access import may_sign_in_locally, needs_second_factor, standing_of
from panhuo.desk.people.account_actions import (
    ADMINISTRATORS,
    close_account,
    faults_of,
    force_new_password,
    make_account,
    make_first_administrators,
    must_set_password,
    one_time_password,
    reopen_account,
    set_local_sign_in,
    set_password,
)
from panhuo.desk.people.models import Account
from panhuo.rules.rights import STRANGER
from panhuo.terms.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PBKDF2PasswordHasher, "iterations", 1)


def test_a_login_is_one_whatever_the_letters_case() -> None:
    made = account("Zhang.San")
    refused("login_taken", account, "zhang.SAN")
    assert Account.objects.get_by_natural_key("ZHANG.san") == made
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.create(login="zhang.san", name="x", made_at=NOW)
    for bad in ("张三", "a", "-ab", "a b", "x" * 61):
        refused("bad_login", account, bad)


def test_a_closed_login_is_never_given_again() -> None:
    close_account(account("gone"), reason="离职", **WHO)
    refused("login_taken", account, "Gone")


def test_a_password_must_be_new_and_uncommon() -> None:
    made = account("zhao")
    assert faults_of(None, "Password1", login="zhao", rules=RULES) == ("too_short", "common")
    former = [FIRST_SECRET, *(f"Ke-ji-Chu-20{number}" for number in range(20, 26))]
    for number, one in enumerate(former[1:], start=1):
        set_password(made, one, at=hours(number), rules=RULES)
        made.refresh_from_db()
    told = [faults_of(made, one, login="zhao", rules=RULES) for one in former]
    assert told == [(), ()] + [("former",)] * 5, "five back, the one in use among them"
    error = refused("bad_password", set_password, made, former[-1], at=hours(9), rules=RULES)
    assert error.fields["faults"] == ["former"]
    assert former[-1] not in error.message


def test_a_forced_password_works_once_and_asks_for_a_new_one(cities: SimpleNamespace) -> None:
    made = person("zhao", Role.UNIVERSITY_OFFICER, cities.one.university)
    admin = person("ua", Role.UNIT_ADMINISTRATOR, cities.one.university)
    other = person("ub", Role.UNIT_ADMINISTRATOR, cities.one.sister)
    assert not must_set_password(made, at=NOW, rules=RULES)
    refused("not_allowed", force_new_password, made, reason="忘记", actor=other, at=NOW, rules=RULES)
    given = force_new_password(made, reason="忘记", actor=admin, at=NOW, rules=RULES)
    made.refresh_from_db()
    assert made.check_password(given)
    assert not made.check_password(FIRST_SECRET)
    assert must_set_password(made, at=NOW, rules=RULES)
    assert given not in str(LoggedAction.objects.values())
    set_password(made, "Ke-ji-Chu-2026", at=hours(1), rules=RULES)
    made.refresh_from_db()
    assert not must_set_password(made, at=hours(1), rules=RULES)
    assert must_set_password(made, at=hours(1 + 24 * 91), rules=RULES), "and it ages"


def test_a_unit_s_administrator_does_not_get_at_who_works_elsewhere_too(cities: SimpleNamespace) -> None:
    admin = person("ua", Role.UNIT_ADMINISTRATOR, cities.one.university)
    made = person("zhao", Role.COLLEGE_OFFICER, cities.one.college)
    who = {"reason": "x", "actor": admin, "at": NOW, "rules": RULES}
    force_new_password(made, **who)
    member(made, Role.EXPERT)
    refused("not_allowed", force_new_password, made, **who)
    refused("not_allowed", force_new_password, admin, **who)
    refused("not_allowed", force_new_password, account("nobody"), **who)


def test_closing_ends_rights_and_opening_again_gives_them_back(cities: SimpleNamespace) -> None:
    made = person("zhao", Role.UNIVERSITY_OFFICER, cities.one.university)
    before = standing_of(made, at=NOW, rules=RULES)
    assert before.held
    close_account(made, reason="离职", **WHO)
    assert standing_of(made, at=hours(1), rules=RULES) == STRANGER
    assert not may_sign_in_locally(made, at=hours(1), rules=RULES)
    refused("account_closed", close_account, made, reason="离职", **WHO)
    refused("account_closed", member, made, Role.INVENTOR)
    end = reopen_account(made, reason="返聘", actor=MACHINE, at=hours(2), rules=RULES)
    assert (end.closed_at, end.reopened_at) == (NOW, hours(2))
    assert standing_of(made, at=hours(2), rules=RULES) == before
    assert must_set_password(made, at=hours(2), rules=RULES)
    refused("account_open", reopen_account, made, reason="返聘", **WHO)


def test_the_system_administrator_closes_others_and_not_himself_nor_the_last_of_a_kind(cities: SimpleNamespace) -> None:
    system, audit = person("sys", Role.SYSTEM_ADMINISTRATOR), person("aud", Role.AUDIT_ADMINISTRATOR)
    who = {"reason": "x", "at": NOW, "rules": RULES}
    refused("not_allowed", close_account, system, actor=system, **who)
    refused("not_allowed", close_account, account("li"), actor=audit, **who)
    refused("last_administrator", close_account, audit, actor=system, **who)
    person("aud2", Role.AUDIT_ADMINISTRATOR)
    close_account(audit, actor=system, **who)


def test_local_sign_in_can_be_closed_and_administrators_keep_theirs(cities: SimpleNamespace) -> None:
    officer = person("zhao", Role.UNIVERSITY_OFFICER, cities.one.university)
    security, system = person("sec", Role.SECURITY_ADMINISTRATOR), person("sys", Role.SYSTEM_ADMINISTRATOR)
    unified = make_account(login="uni", name="统一", password=None, is_local=False, **WHO)
    refused("not_allowed", set_local_sign_in, is_allowed=False, reason="x", actor=system, at=NOW, rules=RULES)
    set_local_sign_in(is_allowed=False, reason="统一认证上线", actor=security, at=hours(1), rules=RULES)
    told = [
        [may_sign_in_locally(one, at=at, rules=RULES) for one in (officer, system, unified)] for at in (NOW, hours(1))
    ]
    assert told == [[True, True, False], [False, True, False]]
    refused("not_local", set_password, unified, FIRST_SECRET, at=NOW, rules=RULES)


def test_approvers_and_administrators_need_a_second_factor(cities: SimpleNamespace) -> None:
    roles = {
        "ga": (Role.UNIVERSITY_OFFICER, cities.one.university),
        "fa": (Role.INVENTOR, None),
        "sys": (Role.SYSTEM_ADMINISTRATOR, None),
    }
    told = {name: needs_second_factor(person(name, *what), at=NOW, rules=RULES) for name, what in roles.items()}
    assert told == {"ga": True, "fa": False, "sys": True}


def test_the_first_administrators_are_three_and_made_once() -> None:
    logins = dict(zip(ADMINISTRATORS, ("s1", "s2", "s3"), strict=True))
    made = make_first_administrators(logins, **WHO)
    assert len({one.password for one in made}) == 3
    assert all(one.account.must_change_password and one.account.check_password(one.password) for one in made)
    assert [one.account.memberships.get().role for one in made] == [role.value for role in ADMINISTRATORS]
    assert not any(one.password in str(LoggedAction.objects.values()) for one in made)
    refused("have_administrators", make_first_administrators, logins, **WHO)


def test_one_time_passwords_are_sound_and_unlike() -> None:
    made = {one_time_password() for _ in range(200)}
    assert len(made) == 200
    assert all(faults_of(None, one, login="sysadmin", rules=RULES) == () for one in made)
