"""Pages of the sign-in library under our addresses and policies."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from allauth.account import views as account_views
from allauth.mfa.base import views as mfa_views
from allauth.mfa.recovery_codes import views as recovery_views
from allauth.mfa.totp import views as totp_views
from allauth.mfa.webauthn import views as passkey_views
from allauth.socialaccount.providers.openid_connect import views as unified_views
from allauth.usersessions import views as session_views
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from panhuo.web.access import PUBLIC, SIGNED_IN, account_of, page
from panhuo.web.session_rules import tell_if_ended

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def _local_only(view: View) -> View:
    """For accounts with a password here; others are told where their security is kept."""

    @functools.wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        account = account_of(request)
        if account.is_local and account.has_usable_password():
            return view(request, *args, **kwargs)
        messages.info(request, _("您通过统一身份认证登录，密码和验证方式请在统一身份认证系统中管理。"))
        return redirect("account")

    return shown  # type: ignore[return-value]


def _secured(view: View) -> View:
    """A page of one's own security: signed in, local, also while something must be done first, never kept."""
    return page(policy=SIGNED_IN, while_obliged=True)(_local_only(never_cache(view)))


@page(policy=PUBLIC, while_obliged=True)
@never_cache
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """The sign-in page."""
    tell_if_ended(request)
    return account_views.login(request)


@page(policy=PUBLIC, while_obliged=True)
@never_cache
def sign_in_by_passkey(request: HttpRequest) -> HttpResponseBase:
    """Options for a passkey as JSON, and signing in with it."""
    if not settings.SITE.local_sign_in:
        raise Http404
    return passkey_views.login_webauthn(request)


@page(policy=PUBLIC, while_obliged=True)
def unified_sign_in(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """To the unified login, where one is set up."""
    return unified_views.login(request, provider_id)


@page(policy=PUBLIC, while_obliged=True)
def unified_back(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Back from the unified login."""
    return unified_views.callback(request, provider_id)


sign_out = page(policy=PUBLIC, while_obliged=True)(never_cache(account_views.logout))
closed = page(policy=PUBLIC, while_obliged=True)(account_views.account_inactive)
second_step = page(policy=PUBLIC, while_obliged=True)(never_cache(mfa_views.authenticate))

change_password = _secured(account_views.password_change)
password_again = _secured(account_views.reauthenticate)
code_again = _secured(mfa_views.reauthenticate)
passkey_again = _secured(passkey_views.reauthenticate_webauthn)
second_factor = _secured(mfa_views.index)
add_app = _secured(totp_views.activate_totp)
remove_app = _secured(totp_views.deactivate_totp)
recovery_codes = _secured(recovery_views.view_recovery_codes)
new_recovery_codes = _secured(recovery_views.generate_recovery_codes)
recovery_codes_as_text = _secured(recovery_views.download_recovery_codes)
passkeys = _secured(passkey_views.list_webauthn)
add_passkey = _secured(passkey_views.add_webauthn)
rename_passkey = _secured(passkey_views.edit_webauthn)
remove_passkey = _secured(passkey_views.remove_webauthn)
sessions = page(policy=SIGNED_IN, while_obliged=True)(never_cache(session_views.list_usersessions))
