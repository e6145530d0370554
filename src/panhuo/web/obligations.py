"""What an account must do before it may work: change a password that others know, set a second factor up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from panhuo.desk.people.account_actions import must_set_password
from panhuo.desk.people.models import Account
from panhuo.web import access
from panhuo.web.visitor import visitor


class Obligations:
    """Middleware; last, when it is known which view would answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        account = request.user
        if not isinstance(account, Account) or getattr(view, "while_obliged", False):
            return None
        who = visitor(request)
        if must_set_password(account, at=who.at, rules=who.rules):
            messages.warning(request, _("请先设置新密码：现在的密码是别人给您的，或已到期。"))
            return redirect("account_change_password")
        if access.needs_second_factor(request, account) and not has_second_factor(account):
            messages.warning(request, _("您的账号须启用两步验证后才能使用，请先完成设置。"))
            return redirect("mfa_index")
        return None


def has_second_factor(account: Account) -> bool:
    """Whether an authenticator app or a passkey is set up; recovery codes alone are none."""
    types = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return Authenticator.objects.filter(user_id=account.pk, type__in=types).exists()
