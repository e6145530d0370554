"""The only place where accounts are written: made, closed, reopened, their passwords, local sign-in."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import CommonPasswordValidator, UserAttributeSimilarityValidator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from panhuo.desk.people.access import Actor, Operator, require
from panhuo.desk.people.actions import (
    LOGIN,
    asked_reason,
    invitation_of,
    join,
    require_account,
    take_invitation,
    write_log,
)
from panhuo.desk.people.models import Account, FormerPassword, Invitation, LocalSignInRule, Membership, ServiceEnd
from panhuo.rules.rights import INSTALLATION
from panhuo.rules.sign_in_rules import PasswordFault, password_faults, password_is_old, password_rule
from panhuo.terms.errors import DomainError
from panhuo.terms.roles import Right, Role

if TYPE_CHECKING:
    from panhuo.rules import InForce

ADMINISTRATORS = (Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDIT_ADMINISTRATOR)
_MARKS = ("ABCDEFGHJKMNPQRSTUVWXYZ", "abcdefghijkmnpqrstuvwxyz", "23456789", "-_+=")
_ONE_TIME_LENGTH = 16


def faults_of(account: Account | None, proposed: str, *, login: str, rules: InForce) -> tuple[PasswordFault, ...]:
    """What is wrong with a proposed password, as codes: by the rules, by Django's list of common ones, by what the
    account says of its person, by its former passwords (the one in use among them). An account need not be saved."""
    rule = password_rule(rules)
    found = list(password_faults(proposed, login=login, rule=rule))
    try:
        CommonPasswordValidator().validate(proposed)
    except ValidationError:
        found.append(PasswordFault.COMMON)
    if account is not None and _is_like(account, proposed):
        found.append(PasswordFault.LIKE_PERSON)
    if account is not None and account.pk is not None and rule.former > 0:
        former = account.former_passwords.all()[: rule.former - 1].values_list("password", flat=True)
        if any(check_password(proposed, one) for one in (account.password, *former) if one):
            found.append(PasswordFault.FORMER)
    return tuple(found)


def _is_like(account: Account, proposed: str) -> bool:
    try:
        UserAttributeSimilarityValidator(("name", "email", "phone")).validate(proposed, account)
    except ValidationError:
        return True
    return False


def must_set_password(account: Account, *, at: datetime, rules: InForce) -> bool:
    """Whether somebody has to choose a new password before anything else: told to, or the old one is too old."""
    if not account.is_local:
        return False
    return account.must_change_password or password_is_old(account.password_set_at, at=at, rule=password_rule(rules))


@transaction.atomic
def make_account(
    *, login: str, name: str, email: str = "", phone: str = "", password: str | None, is_local: bool = True,
    must_change: bool = False, actor: Actor, at: datetime, rules: InForce,
) -> Account:  # fmt: skip
    """A new account without any role. password: None for who signs in with the unified login only.

    Raises: DomainError bad_login, login_taken, no_name, bad_password (fields faults), not_allowed.
    """
    require(actor, Right.MANAGE_ACCOUNTS, INSTALLATION, at=at, rules=rules)
    made = _made(login, name, email, phone, password, is_local=is_local, must_change=must_change, at=at, rules=rules)
    write_log(f"account:{made.pk}", "account.made", actor=actor, at=at, data={"login": made.login, "local": is_local})
    return made


def _made(
    login: str, name: str, email: str, phone: str, password: str | None, *, is_local: bool, must_change: bool,
    at: datetime, rules: InForce,
) -> Account:  # fmt: skip
    wanted = login.strip()
    if not LOGIN.fullmatch(wanted):
        raise DomainError(
            f"{login!r} is no login: 2 to 60 letters, digits, dots, dashes, _ or @ of ASCII, the first a letter or "
            "digit. Choose another.",
            code="bad_login",
        )
    if Account.objects.filter(login__iexact=wanted).exists():
        raise DomainError(f"The login {wanted} is or was somebody's. Choose another.", code="login_taken")
    if not name.strip():
        raise DomainError("An account needs the person's name. Give it.", code="no_name")
    made = Account(
        login=wanted, name=name.strip(), email=email.strip(), phone=phone.strip(), is_local=is_local,
        must_change_password=must_change, password_set_at=at if password else None, made_at=at,
    )  # fmt: skip
    if password is not None:
        _check(made, password, login=wanted, rules=rules)
    made.password = make_password(password)
    made.save(force_insert=True)
    return made


def _check(account: Account, proposed: str, *, login: str, rules: InForce) -> None:
    faults = faults_of(account, proposed, login=login, rules=rules)
    if faults:
        raise DomainError(
            f"This password cannot be taken: {', '.join(faults)}. Choose another.",
            code="bad_password",
            faults=[fault.value for fault in faults],
        )


@transaction.atomic
def take_as_newcomer(
    token: str, *, login: str, password: str, phone: str = "", at: datetime, rules: InForce
) -> Membership:
    """Make the account of somebody invited, with the invitation's name and mail address, and take up the role.

    Raises: as take_invitation and make_account.
    """
    found = invitation_of(token, at=at)
    account = _made(
        login, found.name, found.email, phone, password, is_local=True, must_change=False, at=at, rules=rules
    )
    told = {"login": account.login, "invitation": found.pk}
    write_log(f"account:{account.pk}", "account.made", actor=account, at=at, data=told)
    return take_invitation(token, account=account, at=at, rules=rules)


@transaction.atomic
def set_password(account: Account, proposed: str, *, at: datetime, rules: InForce) -> None:
    """Somebody's own new password; who is signed in elsewhere is signed out by the changed hash.

    Raises: DomainError bad_password, not_local.
    """
    if not account.is_local:
        raise DomainError(f"{account} signs in with the unified login and has no password here.", code="not_local")
    account = Account.objects.select_for_update().get(pk=account.pk)
    _check(account, proposed, login=account.login, rules=rules)
    _put_password(account, proposed, must_change=False, at=at, keep=password_rule(rules).former)
    write_log(f"account:{account.pk}", "password.set", actor=account, at=at)


@transaction.atomic
def force_new_password(account: Account, *, reason: str, actor: Actor, at: datetime, rules: InForce) -> str:
    """Put a one-time password in place of an account's; told this once. He has to choose his own with it.

    Raises: DomainError no_reason, not_local, not_allowed.
    """
    require_account(actor, account, at=at, rules=rules)
    why = asked_reason(reason)
    if not account.is_local:
        raise DomainError(f"{account} signs in with the unified login and has no password here.", code="not_local")
    account = Account.objects.select_for_update().get(pk=account.pk)
    given = one_time_password()
    _put_password(account, given, must_change=True, at=at, keep=password_rule(rules).former)
    write_log(f"account:{account.pk}", "password.forced", actor=actor, at=at, data={"reason": why})
    return given


@transaction.atomic
def open_demo_accounts(logins: Iterable[str], password: str, *, home_kind: str, at: datetime) -> None:
    """Give these accounts of a demo home one password, hashed once; it is printed, so no rule is asked of it.

    Raises: DomainError not_demo for a home with real data.
    """
    if home_kind != "demo":
        raise DomainError(
            "Accounts with a password on the screen are for demo homes only. Leave --demo out, or name a demo home.",
            code="not_demo",
        )
    found = Account.objects.filter(login__in=list(logins))
    found.update(password=make_password(password), must_change_password=False, password_set_at=at)
    told = {"count": found.count()}
    write_log("installation:", "demo_accounts.opened", actor=Operator("demo"), at=at, data=told)


def _put_password(account: Account, proposed: str, *, must_change: bool, at: datetime, keep: int) -> None:
    if account.has_usable_password():
        FormerPassword.objects.create(account=account, password=account.password, made_at=at)
    stale = list(account.former_passwords.all()[keep:].values_list("pk", flat=True))
    FormerPassword.objects.filter(pk__in=stale).delete()
    account.password, account.must_change_password = make_password(proposed), must_change
    account.password_set_at = at
    account.save(update_fields=["password", "must_change_password", "password_set_at"])


def one_time_password() -> str:
    """Sixteen random characters of all four kinds, without those that look alike (about 94 bits)."""
    found = [secrets.choice(marks) for marks in _MARKS]
    found += [secrets.choice("".join(_MARKS)) for _ in range(_ONE_TIME_LENGTH - len(found))]
    secrets.SystemRandom().shuffle(found)
    return "".join(found)


@transaction.atomic
def close_account(account: Account, *, reason: str, actor: Actor, at: datetime, rules: InForce) -> ServiceEnd:
    """Close an account: it signs in no more, its rights end, invitations that it made are withdrawn; its memberships
    and what it did stay on record.

    Raises: DomainError no_reason, account_closed, last_administrator, not_allowed.
    """
    require_account(actor, account, at=at, rules=rules)
    why = asked_reason(reason)
    _keep_an_administrator(account, at=at)
    if not Account.objects.filter(pk=account.pk, is_active=True).update(is_active=False):
        raise DomainError(f"{account} is closed already.", code="account_closed")
    account.is_active = False
    withdrawn = Invitation.objects.filter(invited_by=account.login, taken_at=None, withdrawn_at=None)
    count = withdrawn.update(withdrawn_at=at)
    told = {"reason": why, "invitations_withdrawn": count}
    write_log(f"account:{account.pk}", "account.closed", actor=actor, at=at, data=told)
    return ServiceEnd.objects.create(account=account, closed_at=at, closed_by=actor.login, reason=why)


def _keep_an_administrator(account: Account, *, at: datetime) -> None:
    """An installation keeps one open administrator of each kind that it has."""
    now = Membership.objects.select_for_update().filter(
        Q(valid_to=None) | Q(valid_to__gt=at), valid_from__lte=at, account__is_active=True
    )
    for role in now.filter(account=account, role__in=[one.value for one in ADMINISTRATORS]).values_list(
        "role", flat=True
    ):
        if not now.filter(role=role).exclude(account=account).exists():
            raise DomainError(
                f"{account} is the last {role}. Make another first: panhuo people invite.", code="last_administrator"
            )


@transaction.atomic
def reopen_account(account: Account, *, reason: str, actor: Actor, at: datetime, rules: InForce) -> ServiceEnd:
    """Open a closed account again; it has to choose a new password. Memberships that have not ended count again.

    Raises: DomainError no_reason, account_open, not_allowed.
    """
    require_account(actor, account, at=at, rules=rules)
    why = asked_reason(reason)
    end = ServiceEnd.objects.filter(account=account, reopened_at=None).first()
    if end is None or not Account.objects.filter(pk=account.pk, is_active=False).update(
        is_active=True, must_change_password=account.is_local
    ):
        raise DomainError(f"{account} is open already.", code="account_open")
    end.reopened_at, end.reopened_by, end.reopen_reason = at, actor.login, why
    end.save(update_fields=["reopened_at", "reopened_by", "reopen_reason"])
    account.refresh_from_db()
    write_log(f"account:{account.pk}", "account.reopened", actor=actor, at=at, data={"reason": why})
    return end


@transaction.atomic
def set_local_sign_in(*, is_allowed: bool, reason: str, actor: Actor, at: datetime, rules: InForce) -> LocalSignInRule:
    """Open or close signing in with passwords of ours for all but administrators.

    Raises: DomainError no_reason, not_allowed.
    """
    require(actor, Right.SET_SECURITY_POLICY, INSTALLATION, at=at, rules=rules)
    why = asked_reason(reason)
    made = LocalSignInRule.objects.create(since=at, is_allowed=is_allowed, set_by=actor.login, reason=why)
    told = {"allowed": is_allowed, "reason": why}
    write_log("installation:", "local_sign_in.set", actor=actor, at=at, data=told)
    return made


@dataclass(frozen=True, slots=True)
class FirstAdministrator:
    """An administrator with the one-time password that is told this once."""

    account: Account
    role: Role
    password: str


@transaction.atomic
def make_first_administrators(
    logins: Mapping[Role, str], *, actor: Operator, at: datetime, rules: InForce
) -> list[FirstAdministrator]:
    """The three administrators of a new installation, kept apart: one account per role, each with a one-time password.

    Raises: DomainError have_administrators where any administrator was ever made; bad_login, login_taken.
    """
    if Membership.objects.filter(role__in=[role.value for role in ADMINISTRATORS]).exists():
        raise DomainError(
            "This installation has had administrators. Use panhuo people invite for a further one.",
            code="have_administrators",
        )
    made = []
    for role in ADMINISTRATORS:
        given = one_time_password()
        account = make_account(
            login=logins[role], name=logins[role], password=given, must_change=True, actor=actor, at=at, rules=rules
        )
        join(account, role, organisation=None, actor=actor, at=at, rules=rules)
        made.append(FirstAdministrator(account, role, given))
    return made
