"""How the sign-in library behaves here: who may come in by which way, what is kept of it, what one is told."""

from __future__ import annotations

import logging
import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from panhuo.desk.people.access import may_sign_in_locally
from panhuo.desk.people.account_actions import faults_of, set_password
from panhuo.desk.people.models import Account
from panhuo.desk.signins import actions
from panhuo.desk.signins.agents import agent_words
from panhuo.rules.sign_in_rules import password_rule
from panhuo.terms.errors import DomainError
from panhuo.web.clock import now
from panhuo.web.password_words import fault_words
from panhuo.web.secret_key import key_for
from panhuo.web.session_rules import BEGAN, SEEN
from panhuo.web.visitor import visitor

DEVICE_COOKIE, DEVICE_DAYS = "panhuo-device", 730
LOG = logging.getLogger("panhuo.sign_in")


class LoginBackend(AuthenticationBackend):
    """Accounts by login and password; an account that is closed has no session from its next request on."""


class Accounts(DefaultAccountAdapter):
    """Signing in with an account of our own."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": gettext_lazy("账号或密码不正确，请重新输入。"),
        "too_many_login_attempts": gettext_lazy(
            "密码错误次数过多，这个账号在您的网络暂停登录。请等 15 分钟后再试，或联系账号管理员。"
        ),
        "enter_current_password": gettext_lazy("现在的密码不正确。"),
        "incorrect_password": gettext_lazy("密码不正确。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Wrong passwords are counted for an account from an address: nobody locks anybody else out."""
        login = str(credentials.get("username", "")).strip().casefold()
        return f"{login}|{self.get_client_ip(request)}"

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Account | None:
        """The account, or None in the same words for unknown, wrong, closed and not local."""
        try:
            found = super().authenticate(request, **credentials)
        except ValidationError:
            LOG.warning("locked", extra={"event": "locked"})
            raise
        if isinstance(found, Account) and may_sign_in_here(request, found):
            return found
        LOG.info("refused", extra={"event": "refused"})
        return None

    def pre_login(self, request: HttpRequest, user: Account, **hints: Any) -> HttpResponse | None:
        """A passkey opens no account that is closed, nor one that signs in elsewhere."""
        is_unified = "sociallogin" in (hints.get("signal_kwargs") or {})
        if not user.is_active or (not is_unified and not may_sign_in_here(request, user)):
            messages.error(request, _("这个账号不能登录。如有疑问，请联系本单位的账号管理员。"))
            return redirect("account_login")
        answer: HttpResponse | None = super().pre_login(request, user, **hints)
        return answer

    def post_login(self, request: HttpRequest, user: Account, **hints: Any) -> HttpResponse:
        """Keep the sign-in, tell its owner of the last one and of devices they may not know."""
        at = now()
        mark = request.COOKIES.get(DEVICE_COOKIE, "")
        if not 20 <= len(mark) <= 60:
            mark = secrets.token_urlsafe(24)
        notice = actions.record_sign_in(
            user,
            way=_way(request, hints),
            address=self.get_client_ip(request),
            agent=agent_words(request.headers.get("User-Agent", "")),
            device_mark=mark,
            at=at,
        )
        request.session[BEGAN] = request.session[SEEN] = at.timestamp()
        response: HttpResponse = super().post_login(request, user, **hints)
        _tell(request, notice)
        response.set_cookie(
            DEVICE_COOKIE, mark, max_age=DEVICE_DAYS * 86400, secure=settings.SITE.https, httponly=True, samesite="Lax"
        )
        return response

    def clean_password(self, password: str, user: Account | None = None) -> str:
        """The password where the rules take it. Raises: ValidationError with all its faults in words."""
        who = visitor(self.request)
        faults = faults_of(user, password, login=user.login if user else "", rules=who.rules)
        if faults:
            raise ValidationError(fault_words(faults, rule=password_rule(who.rules)))
        return password

    def set_password(self, user: Account, password: str) -> None:
        who = visitor(self.request)
        set_password(user, password, at=who.at, rules=who.rules)
        user.refresh_from_db()  # the session stays with the new hash

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account")


def may_sign_in_here(request: HttpRequest, account: Account) -> bool:
    """Whether an account comes in with a password or passkey of this site: neither the installation's settings nor the
    security administrator closed that way."""
    who = visitor(request)
    return bool(settings.SITE.local_sign_in) and may_sign_in_locally(account, at=who.at, rules=who.rules)


def _way(request: HttpRequest, hints: dict[str, Any]) -> str:
    if "sociallogin" in (hints.get("signal_kwargs") or {}):
        return "unified"
    methods = request.session.get("account_authentication_methods") or []
    return "passkey" if any(step.get("passwordless") for step in methods) else "password"


def _tell(request: HttpRequest, notice: actions.Notice) -> None:
    if notice.last is not None:
        messages.info(request, _("上次登录：%(when)s，%(where)s。") % _when_where(notice.last))
    if notice.is_new_device:
        messages.warning(request, _("这是您的账号第一次在这台设备上登录。下次您在常用设备上登录时也会收到提示。"))
    for row in notice.unknown:
        messages.warning(
            request,
            _("%(when)s 有一台新设备登录了您的账号（%(where)s）。如果不是您本人，请立即修改密码，并退出其他登录。")
            % _when_where(row),
        )


def _when_where(row: Any) -> dict[str, str]:
    return {"when": f"{localtime(row.at):%Y-%m-%d %H:%M}", "where": " ".join(filter(None, (row.address, row.agent)))}


class SecondFactors(DefaultMFAAdapter):
    """Second factors; their secrets are stored under a key of the home."""

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return _box().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            raise DomainError(
                "A second factor cannot be read: it was stored under another secret.key. Restore that file, "
                "or take the second factor away so that it is set up anew.",
                code="second_factor_unreadable",
            ) from None


def _box() -> Fernet:
    return Fernet(key_for("second factors", settings.SECRET_KEY))


class UnifiedAccounts(DefaultSocialAccountAdapter):
    """Signing in with a province's unified login: for accounts that were made for it, and never making one."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Connect the person to their account at the first time. Raises: ImmediateHttpResponse for who has none."""
        if sociallogin.state.get("process") not in {None, "login"}:
            raise ImmediateHttpResponse(redirect("account"))
        if not sociallogin.is_existing:
            told = sociallogin.account.extra_data or {}
            unified = settings.SITE.unified_login
            claim = unified.claim if unified else ""
            login = (told.get("userinfo") or {}).get(claim) or (told.get("id_token") or {}).get(claim) or ""
            # Only an account made for the unified login: a name over there opens nothing that has a password here.
            account = (
                Account.objects.filter(login__iexact=login, is_local=False, is_active=True).first() if login else None
            )
            if account is None:
                LOG.info("refused", extra={"event": "unified_unknown"})
                messages.error(request, _("统一身份认证已通过，但本系统没有为您开通账号。请联系本单位的账号管理员。"))
                raise ImmediateHttpResponse(redirect("account_login"))
            sociallogin.connect(request, account)

    def on_authentication_error(self, request: HttpRequest, provider: Any, **hints: Any) -> None:
        LOG.warning("unified login failed", extra={"event": "unified_failed"})
        messages.error(request, _("统一身份认证没有完成。请重试；如果仍不成功，请联系管理员。"))
        raise ImmediateHttpResponse(redirect("account_login"))
