"""Passwords and locks: what is wrong with a password, and a lock that keeps nobody else out."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.rules import load_pack
from panhuo.rules.sign_in_rules import (
    LockRule,
    PasswordFault,
    SignInTry,
    lock_rule,
    locked_until,
    password_faults,
    password_is_old,
    password_rule,
)

RULES = load_pack("national").at(date(2026, 11, 23))
RULE = password_rule(RULES)
LOCK = lock_rule(RULES)
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("proposed", "faults"),
    [
        ("Ma-7-gui-xing", []),
        ("short-7A", ["too_short"]),
        ("a" * 70 + "B7-cd" * 12, ["too_long"]),
        ("onlysmallletters", ["too_few_kinds"]),
        ("abcdefgh1234", ["too_few_kinds"]),
        ("Xx-LiSiSi-7788", ["holds_login"]),
        ("AAAA1111----", ["repeats"]),
        ("", ["too_short", "too_few_kinds", "repeats"]),
    ],
)
def test_faults_are_told_by_code(proposed: str, faults: list[str]) -> None:
    assert [fault.value for fault in password_faults(proposed, login="lisisi", rule=RULE)] == faults


def test_the_rules_say_where_they_come_from() -> None:
    names = [name for name in RULES.source_pack.parameters if name.startswith(("password.", "sign_in."))]
    assert len(names) == 10
    assert {RULES.status_of(name).value for name in names} == {"assumption"}


@given(st.text(max_size=150), st.text(max_size=20))
def test_a_longer_password_of_more_kinds_never_has_more_faults(proposed: str, login: str) -> None:
    before = set(password_faults(proposed, login=login, rule=RULE)) - {PasswordFault.HOLDS_LOGIN}
    after = set(password_faults(f"{proposed}aB3", login=login, rule=RULE))
    assert after - before <= {PasswordFault.TOO_LONG, PasswordFault.HOLDS_LOGIN}


def test_a_password_is_old_after_its_days_and_not_before() -> None:
    assert not password_is_old(START, at=START + timedelta(days=90), rule=RULE)
    assert password_is_old(START, at=START + timedelta(days=90, seconds=1), rule=RULE)
    assert password_is_old(None, at=START, rule=RULE)


def failed(count: int, *, login: str = "li", address: str = "a", step: int = 1, after: int = 0) -> list[SignInTry]:
    times = (START + timedelta(seconds=after + step * number) for number in range(count))
    return [SignInTry(login, address, one, succeeded=False) for one in times]


def waits(tries: list[SignInTry], *, login: str = "li", address: str = "a", after: int = 100) -> bool:
    at = START + timedelta(seconds=after)
    return locked_until(tries, login=login, address=address, at=at, rule=LOCK) is not None


def test_the_fifth_failure_locks_and_the_fourth_does_not() -> None:
    assert not waits(failed(4))
    assert waits(failed(5))
    assert locked_until(failed(5), login="li", address="a", at=START + timedelta(seconds=9), rule=LOCK) == (
        START + timedelta(seconds=4) + LOCK.lock
    )
    assert not waits(failed(5), after=4 + 15 * 60), "and it ends"


def test_failures_far_apart_do_not_lock() -> None:
    assert not waits(failed(5, step=4 * 60), after=17 * 60)
    assert waits(failed(5, step=3 * 60), after=13 * 60), "the negative control"


def test_a_success_begins_the_count_anew() -> None:
    good = SignInTry("li", "a", START + timedelta(seconds=10), succeeded=True)
    assert not waits([*failed(4), good, *failed(4, after=20)])
    assert waits([*failed(4), good, *failed(5, after=20)])


def test_guessing_from_many_addresses_locks_new_addresses_and_not_the_owner_s() -> None:
    home = SignInTry("li", "home", START - timedelta(days=1), succeeded=True)
    attack = [one for number in range(20) for one in failed(1, address=f"net{number}", after=number)]
    assert waits([home, *attack], address="net99")
    assert not waits([home, *attack], address="home")
    assert not waits([home, *attack[:19]], address="net99"), "the negative control"


def test_guessing_many_accounts_from_one_address_locks_it_for_accounts_new_there() -> None:
    attack = [one for number in range(50) for one in failed(1, login=f"user{number}", after=number)]
    own = SignInTry("user60", "a", START + timedelta(seconds=60), succeeded=True)
    assert waits([*attack, own], login="li")
    assert waits([*attack, own], login="user61"), "one's own success opens nothing for others"
    assert not waits([*attack, own], login="user60")
    assert not waits(attack[:49], login="li"), "the negative control"


TRIES = st.lists(
    st.builds(
        SignInTry,
        st.sampled_from(["li", "wang"]),
        st.sampled_from(["x", "y", "home2"]),
        st.integers(0, 2000).map(lambda seconds: START + timedelta(seconds=seconds)),
        st.booleans(),
    ),
    max_size=60,
)
SMALL = LockRule(3, 6, 9, timedelta(minutes=15), timedelta(minutes=15))


@given(TRIES, st.integers(0, 4000))
def test_others_elsewhere_never_lock_out_who_signed_in_from_home(tries: list[SignInTry], after: int) -> None:
    home = SignInTry("li", "home", START - timedelta(days=1), succeeded=True)
    at = START + timedelta(seconds=after)
    assert locked_until([home, *tries], login="li", address="home", at=at, rule=SMALL) is None


@given(TRIES, st.integers(0, 2000))
def test_a_lock_ends_and_more_failures_never_shorten_it(tries: list[SignInTry], after: int) -> None:
    at = START + timedelta(seconds=after)
    until = locked_until(tries, login="li", address="x", at=at, rule=SMALL)
    assert until is None or at < until <= at + SMALL.lock
    more = [*tries, SignInTry("li", "x", at, succeeded=False)]
    later = locked_until(more, login="li", address="x", at=at, rule=SMALL)
    assert until is None or (later is not None and later >= until)
