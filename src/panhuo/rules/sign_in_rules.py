"""Rules of signing in: what is wrong with a proposed password, and when an account waits after failed tries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from panhuo.rules.pack import InForce


class PasswordFault(StrEnum):
    """What is wrong with a password, for a page to say in words."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    TOO_FEW_KINDS = "too_few_kinds"
    HOLDS_LOGIN = "holds_login"
    REPEATS = "repeats"  # fewer than five different characters
    COMMON = "common"  # told by who knows a list of common ones
    FORMER = "former"  # told by who keeps the former ones
    LIKE_PERSON = "like_person"  # close to the name, mail address or number; told by who knows them


@dataclass(frozen=True, slots=True)
class PasswordRule:
    """Limits on passwords: characters, kinds of them, former ones that may not come back, days of use."""

    least_length: int
    most_length: int
    least_kinds: int
    former: int
    days: int


LEAST_DIFFERENT = 5
_LEAST_LOGIN = 3
"""Logins of fewer characters stand in any word."""


def password_rule(rules: InForce) -> PasswordRule:
    """Limits of a day. Raises: UnknownRule, NotInForce."""
    return PasswordRule(
        rules.integer("password.least_length"),
        rules.integer("password.most_length"),
        rules.integer("password.least_kinds"),
        rules.integer("password.former"),
        rules.integer("password.days"),
    )


def password_faults(proposed: str, *, login: str, rule: PasswordRule) -> tuple[PasswordFault, ...]:
    """What is wrong with a password by itself; () where nothing is. Kinds: capitals, small letters, digits, others.

    >>> rule = PasswordRule(least_length=10, most_length=128, least_kinds=3, former=5, days=90)
    >>> [fault.value for fault in password_faults("zhangsan1", login="ZhangSan", rule=rule)]
    ['too_short', 'too_few_kinds', 'holds_login']
    """
    kinds = {_kind(mark) for mark in proposed}
    told = {
        PasswordFault.TOO_SHORT: len(proposed) < rule.least_length,
        PasswordFault.TOO_LONG: len(proposed) > rule.most_length,
        PasswordFault.TOO_FEW_KINDS: len(kinds) < rule.least_kinds,
        PasswordFault.HOLDS_LOGIN: len(login) >= _LEAST_LOGIN and login.casefold() in proposed.casefold(),
        PasswordFault.REPEATS: len(set(proposed)) < LEAST_DIFFERENT,
    }
    return tuple(fault for fault, is_so in told.items() if is_so)


def password_is_old(set_at: datetime | None, *, at: datetime, rule: PasswordRule) -> bool:
    """Whether a password has been in use for more days than allowed; one that nobody knows the age of has."""
    return set_at is None or at - set_at > timedelta(days=rule.days)


def _kind(mark: str) -> str:
    if mark.isdigit():
        return "digit"
    return "capital" if mark.isupper() else "small" if mark.islower() else "other"


@dataclass(frozen=True, slots=True)
class SignInTry:
    """A try to sign in. login: in one spelling, also of accounts that do not exist; address: as the caller groups them
    (an IPv6 network is one)."""

    login: str
    address: str
    at: datetime
    succeeded: bool


@dataclass(frozen=True, slots=True)
class LockRule:
    """Failed tries within `window` after which a sign-in waits for `lock` from the last of them.

    most: of one account from one address. most_new_place: of one account from all addresses; then only addresses wait
    from which it has not signed in before. most_address: of all accounts from one address; then only accounts wait that
    have not signed in from there before.
    """

    most: int
    most_new_place: int
    most_address: int
    window: timedelta
    lock: timedelta


def lock_rule(rules: InForce) -> LockRule:
    """Limits of a day. Raises: UnknownRule, NotInForce."""
    return LockRule(
        rules.integer("sign_in.most_tries"),
        rules.integer("sign_in.most_tries_new_place"),
        rules.integer("sign_in.most_tries_address"),
        timedelta(minutes=rules.integer("sign_in.window_minutes")),
        timedelta(minutes=rules.integer("sign_in.lock_minutes")),
    )


def locked_until(
    tries: Iterable[SignInTry], *, login: str, address: str, at: datetime, rule: LockRule
) -> datetime | None:
    """Until when a login from an address has to wait; None where it may try at once.

    tries: any, in any order; those after `at` do not count. Nobody else's tries from other addresses make a person wait
    who has signed in from his address before, so that the lock cannot be used to keep others out.
    """
    past = sorted((one for one in tries if one.at <= at), key=lambda one: one.at)
    own = [one for one in past if one.login == login and one.address == address]
    good = [place for place, one in enumerate(own) if one.succeeded]
    failures = [own[good[-1] + 1 :] if good else own]
    limits = [rule.most]
    if not good:
        failures += [[one for one in past if one.login == login], [one for one in past if one.address == address]]
        limits += [rule.most_new_place, rule.most_address]
    ends = [
        _end([one.at for one in found if not one.succeeded], most, rule)
        for found, most in zip(failures, limits, strict=True)
    ]
    last = max((end for end in ends if end is not None), default=None)
    return last if last is not None and at < last else None


def _end(failed: Sequence[datetime], most: int, rule: LockRule) -> datetime | None:
    """End of the latest lock that failures, in order, bring about."""
    full = [last for first, last in zip(failed, failed[most - 1 :], strict=False) if last - first <= rule.window]
    return full[-1] + rule.lock if full else None
