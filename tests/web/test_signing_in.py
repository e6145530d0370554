"""Signing in: what lets somebody in, what keeps them out, what they are told, what ends a session."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from site_visits import CHROME, PASSWORD, add_app, code_of

pytestmark = pytest.mark.django_db

WRONG = "不是这个密码-wrong"
PHONE = "Mozilla/5.0 (Linux; Android 14) Chrome/130.0"


def _try(client: Client, login: str = "lilei", password: str = PASSWORD, **told: Any) -> Any:
    return client.post("/sign-in/", {"login": login, "password": password}, **told)


def _words(answer: Any) -> str:
    """What a page says, without what differs each time: tokens and the number of the request."""
    text = re.sub(r'value="[A-Za-z0-9]{64}"', "", answer.content.decode())
    return re.sub(r'value="(lilei|nobody|closed|unified)"', "", text)


def _in(client: Client) -> bool:
    return client.get("/").status_code == 200


def test_the_right_password_opens_the_workbench_whatever_the_letters_case(make_account: Any) -> None:
    make_account("LiLei")
    visitor = Client()
    assert _try(visitor, "lilei").headers["Location"] == "/"
    assert _in(visitor)


def test_one_comes_back_to_the_page_one_asked_for_and_never_to_another_site(make_account: Any) -> None:
    make_account()
    visitor = Client()
    asked = visitor.get("/account/sessions/")
    assert asked.headers["Location"] == "/sign-in/?next=/account/sessions/"
    assert (
        visitor.post(
            asked.headers["Location"], {"login": "lilei", "password": PASSWORD, "next": "/account/sessions/"}
        ).headers["Location"]
        == "/account/sessions/"
    )
    assert _try(Client(), "lilei").headers["Location"] == "/"
    away = Client().post("/sign-in/", {"login": "lilei", "password": PASSWORD, "next": "https://evil.example/"})
    assert away.headers["Location"] == "/"


def test_unknown_wrong_closed_and_not_local_are_told_in_the_same_words(make_account: Any) -> None:
    make_account("lilei")
    make_account("closed", is_active=False)
    make_account("unified", is_local=False)
    answers = [
        _try(Client(), "lilei", WRONG),
        _try(Client(), "nobody"),
        _try(Client(), "closed"),
        _try(Client(), "unified"),
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert len({_words(answer) for answer in answers}) == 1
    assert "账号或密码不正确" in _words(answers[0])


def test_an_unknown_account_costs_as_much_hashing_as_a_wrong_password(make_account: Any, monkeypatch: Any) -> None:
    from django.contrib.auth.hashers import MD5PasswordHasher

    hashed: list[str] = []
    plain = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda self, password, salt: (hashed.append(salt), plain(self, password, salt))[1]
    )
    make_account()
    counts = []
    for login in ("lilei", "nobody"):
        hashed.clear()
        _try(Client(), login, WRONG)
        counts.append(len(hashed))
    assert counts[0] == counts[1] > 0


def test_five_wrong_passwords_lock_the_account_from_that_address_only(make_account: Any) -> None:
    make_account()
    for _ in range(5):
        assert "账号或密码不正确" in _words(_try(Client(), password=WRONG))
    locked = _try(Client())
    assert "密码错误次数过多" in _words(locked), "the right password must not open it now"
    assert _try(Client(), REMOTE_ADDR="198.51.100.7").status_code == 302, "its owner elsewhere was locked out"


def test_without_the_limit_a_hundredth_guess_would_still_be_heard(make_account: Any, settings: Any) -> None:
    """Negative control of the lock."""
    settings.ACCOUNT_RATE_LIMITS = False
    make_account()
    for _ in range(30):
        assert "账号或密码不正确" in _words(_try(Client(), password=WRONG))
    assert _try(Client()).status_code == 302


def test_guessing_one_password_for_many_accounts_is_stopped_by_address(make_account: Any) -> None:
    said = [_words(_try(Client(), f"person{number}", WRONG)) for number in range(62)]
    assert "密码错误次数过多" not in said[59]
    assert "密码错误次数过多" in said[61]


def test_a_forged_forwarding_header_gives_no_new_tries(make_account: Any) -> None:
    make_account()
    for number in range(5):
        _try(Client(), password=WRONG, headers={"x-forwarded-for": f"203.0.113.{number}"})
    assert "密码错误次数过多" in _words(_try(Client(), headers={"x-forwarded-for": "203.0.113.99"}))


def test_the_session_number_changes_at_signing_in_and_the_old_one_is_dead(make_account: Any) -> None:
    make_account()
    victim = Client()
    victim.get("/sign-in/")
    session = victim.session
    session["planted"] = True
    session.save()
    planted = victim.cookies["panhuo"] = session.session_key  # type: ignore[assignment]
    _try(victim)
    assert victim.cookies["panhuo"].value != planted
    thief = Client()
    thief.cookies["panhuo"] = planted  # type: ignore[assignment]
    assert not _in(thief)
    assert _in(victim)


def test_after_signing_out_the_cookie_is_worth_nothing(signed_in: Callable[..., Client]) -> None:
    visitor = signed_in()
    kept = visitor.cookies["panhuo"].value
    assert _in(visitor)
    visitor.post("/sign-out/")
    again = Client()
    again.cookies["panhuo"] = kept  # type: ignore[assignment]
    assert not _in(again)


def test_signing_out_needs_a_form_and_not_a_link(signed_in: Callable[..., Client]) -> None:
    visitor = signed_in()
    visitor.get("/sign-out/")
    assert _in(visitor)


def test_a_changed_password_ends_all_other_sessions_and_keeps_this_one(signed_in: Callable[..., Client]) -> None:
    here, elsewhere = signed_in(), signed_in()
    assert _in(elsewhere)
    done = here.post(
        "/account/password/",
        {"oldpassword": PASSWORD, "password1": "新的口令-river-77", "password2": "新的口令-river-77"},
    )
    assert done.headers["Location"] == "/account/"
    assert _in(here)
    assert not _in(elsewhere)


@pytest.mark.parametrize("new", ["short1", "1234567890123", "password1234", PASSWORD, "zhangweiming1"])
def test_a_weak_or_the_same_password_is_refused_at_the_field(signed_in: Callable[..., Client], new: str) -> None:
    answer = signed_in("zhangweiming").post(
        "/account/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert answer.status_code == 200
    assert answer.context["form"].errors["password1"]


def test_a_given_password_must_be_changed_before_anything_else(signed_in: Callable[..., Client]) -> None:
    from panhuo.desk.people.models import Account

    visitor = signed_in(must_change_password=True)
    assert visitor.get("/account/").headers["Location"] == "/account/password/"
    visitor.post(
        "/account/password/",
        {"oldpassword": PASSWORD, "password1": "新的口令-river-77", "password2": "新的口令-river-77"},
    )
    assert not Account.objects.get().must_change_password
    assert visitor.get("/account/").status_code == 200


def test_an_account_that_is_closed_is_out_at_its_next_request(signed_in: Callable[..., Client]) -> None:
    from panhuo.desk.people.models import Account

    visitor = signed_in()
    Account.objects.update(is_active=False)
    assert not _in(visitor)


def test_a_session_ends_after_idle_minutes_and_after_its_hours(
    signed_in: Callable[..., Client], monkeypatch: Any
) -> None:
    from panhuo.web import clock, session_rules

    begin = clock.now()

    def later(minutes: int) -> None:
        monkeypatch.setattr(session_rules, "now", lambda: begin + timedelta(minutes=minutes))

    visitor = signed_in()
    later(29)
    assert _in(visitor)
    later(29 + 31)
    assert not _in(visitor)
    busy = signed_in()
    for minutes in range(20, 12 * 60, 20):
        later(minutes)
        assert _in(busy), minutes
    later(12 * 60 + 1)
    assert not _in(busy)
    assert "自动退出" in busy.get("/sign-in/").content.decode()


def test_a_session_without_end_would_still_be_open(signed_in: Callable[..., Client], monkeypatch: Any) -> None:
    """Negative control of the two ends."""
    from panhuo.web import clock, session_rules

    visitor = signed_in()
    begin = clock.now()
    monkeypatch.setattr(session_rules, "is_over", lambda **_: False)
    monkeypatch.setattr(session_rules, "now", lambda: begin + timedelta(days=3))
    assert _in(visitor)


def test_the_last_sign_in_is_told_and_a_new_device_to_its_owner_on_a_known_one(
    signed_in: Callable[..., Client],
) -> None:
    known = Client(headers={"user-agent": CHROME})
    signed_in(client=known)
    assert "上次登录" not in known.get("/").content.decode()
    known.post("/sign-out/")
    signed_in(client=known)
    assert re.search(
        r"上次登录：2\d{3}-\d\d-\d\d \d\d:\d\d，127\.0\.0\.1 Chrome · Windows", known.get("/").content.decode()
    )
    stranger = Client(headers={"user-agent": PHONE})
    signed_in(client=stranger)
    seen = stranger.get("/").content.decode()
    assert "第一次在这台设备上登录" in seen
    assert "有一台新设备" not in seen, "whoever comes in on a new device must not be the one who is warned"
    known.post("/sign-out/")
    signed_in(client=known)
    told = known.get("/").content.decode()
    assert "有一台新设备登录了您的账号（127.0.0.1 Chrome · Android）" in told
    known.post("/sign-out/")
    signed_in(client=known)
    assert "有一台新设备" not in known.get("/").content.decode(), "told once"


def test_each_sign_in_stands_in_the_log(signed_in: Callable[..., Client]) -> None:
    from panhuo.desk.history.actions import logged_actions
    from panhuo.desk.people.models import Account

    signed_in()
    assert [(one.act, one.actor) for one in logged_actions(f"account:{Account.objects.get().pk}")] == [
        ("signed_in", "lilei")
    ]


def test_other_sessions_can_be_ended_from_the_list(signed_in: Callable[..., Client]) -> None:
    here, elsewhere = signed_in(), signed_in()
    assert "共 2 处" in here.get("/account/sessions/").content.decode()
    here.post("/account/sessions/")
    assert _in(here)
    assert not _in(elsewhere)


def test_an_app_is_asked_for_at_the_next_sign_in_and_its_code_works_once(signed_in: Callable[..., Client]) -> None:
    secret = add_app(signed_in())
    cache.clear()
    visitor = Client()
    assert _try(visitor).headers["Location"] == "/sign-in/code/"
    assert not _in(visitor), "the password alone opened the door"
    assert visitor.post("/sign-in/code/", {"code": "000000"}).status_code == 200
    code = code_of(secret)
    assert visitor.post("/sign-in/code/", {"code": code}).headers["Location"] == "/"
    assert _in(visitor)
    replay = Client()
    _try(replay)
    assert replay.post("/sign-in/code/", {"code": code}).status_code == 200
    assert not _in(replay)


def test_a_recovery_code_opens_once(signed_in: Callable[..., Client]) -> None:
    owner = signed_in()
    add_app(owner)
    code = owner.get("/account/second-factor/codes/").context["unused_codes"][0]
    for opens in (True, False):
        visitor = Client()
        _try(visitor)
        visitor.post("/sign-in/code/", {"code": code})
        assert _in(visitor) is opens


def test_guessing_codes_is_stopped(signed_in: Callable[..., Client]) -> None:
    secret = add_app(signed_in())
    cache.clear()
    visitor = Client()
    _try(visitor)
    for _ in range(6):
        answer = visitor.post("/sign-in/code/", {"code": "123456"})
    assert answer.context["form"].errors
    assert visitor.post("/sign-in/code/", {"code": code_of(secret)}).status_code == 200
    assert not _in(visitor)


def test_secrets_of_apps_are_not_readable_in_the_register(signed_in: Callable[..., Client]) -> None:
    from allauth.mfa.models import Authenticator

    secret = add_app(signed_in())
    stored = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in stored
    assert stored.startswith("gAAAA")


def test_who_needs_a_second_factor_sets_one_up_before_anything_else(
    signed_in: Callable[..., Client], settings: Any
) -> None:
    visitor = signed_in()
    assert visitor.get("/account/").status_code == 200
    settings.SITE = replace(settings.SITE, second_factor="all")
    assert visitor.get("/account/").headers["Location"] == "/account/second-factor/"
    add_app(visitor)
    assert visitor.get("/account/").status_code == 200


def test_a_role_can_ask_for_the_second_factor(signed_in: Callable[..., Client], monkeypatch: Any) -> None:
    from panhuo.web import access

    monkeypatch.setattr(access, "needs_second_factor", lambda request, account: account.login == "approver")
    assert signed_in("approver").get("/account/").status_code == 302
    assert signed_in("reader").get("/account/").status_code == 200


def test_what_matters_asks_for_the_password_again_after_a_while(
    signed_in: Callable[..., Client], settings: Any
) -> None:
    visitor = signed_in()
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = -1
    assert visitor.get("/account/second-factor/app/").headers["Location"].startswith("/account/again/")


def test_accounts_of_the_unified_login_keep_no_second_factor_here(signed_in: Callable[..., Client]) -> None:
    from panhuo.desk.people.models import Account

    visitor = signed_in()
    Account.objects.update(is_local=False)
    for path in ("/account/password/", "/account/second-factor/", "/account/second-factor/app/"):
        assert visitor.get(path).headers["Location"] == "/account/"


def test_local_accounts_can_be_closed_as_a_whole(make_account: Any, settings: Any) -> None:
    make_account()
    settings.SITE = replace(settings.SITE, local_sign_in=False)
    assert _try(Client()).status_code == 200
    assert 'type="password"' not in Client().get("/sign-in/").content.decode()
    assert Client().get("/sign-in/passkey/").status_code == 404


def test_nobody_can_sign_up() -> None:
    for path in ("/sign-up/", "/signup/", "/accounts/signup/", "/account/email/"):
        assert Client().get(path).status_code == 404
