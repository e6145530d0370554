"""Who may see a page. Every URL declares its policy; what one may not see looks like what is not there."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url

from panhuo.desk.people.models import Account

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


@dataclass(frozen=True, slots=True)
class Policy:
    """Who may see a page: anybody, or who is signed in."""

    name: str


@dataclass(frozen=True, slots=True)
class Right(Policy):
    """Who has this right; about what is decided with the object that the page shows."""


PUBLIC = Policy("public")
SIGNED_IN = Policy("signed_in")


def page(*, policy: Policy, while_obliged: bool = False) -> Callable[[View], View]:
    """Declare a view's policy and hold it.

    while_obliged: also for who must first change the password or set a second factor up.
    A stranger is sent to sign in; who is signed in and may not see it gets 404.
    """

    def wrap(view: View) -> View:
        @functools.wraps(view)
        def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if allowed(request, policy):
                return view(request, *args, **kwargs)
            if request.user.is_authenticated:
                raise Http404
            return ask_to_sign_in(request)

        shown.policy = policy  # type: ignore[attr-defined]
        shown.while_obliged = while_obliged  # type: ignore[attr-defined]
        return cast(View, shown)

    return wrap


def allowed(request: HttpRequest, policy: Policy) -> bool:
    """Whether the person asking may see a page of this policy. A Right is nobody's until memberships say otherwise."""
    if policy == PUBLIC:
        return True
    if isinstance(policy, Right):
        return False
    return policy == SIGNED_IN and request.user.is_authenticated


def ask_to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """To the sign-in page, and back here afterwards; a part of a page is told so by a header."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=401, headers={"HX-Redirect": resolve_url(settings.LOGIN_URL)})
    return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")


def needs_second_factor(account: Account) -> bool:
    """Whether the account may work only with a second factor: all may be asked to (PANHUO_SECOND_FACTOR=all).

    Which roles ask for it is for memberships to say; until they do, the setting alone decides.
    """
    return account.is_local and bool(settings.SITE.second_factor == "all")


def account_of(request: HttpRequest) -> Account:
    """The account that is signed in. Raises: TypeError on a page that strangers see."""
    if not isinstance(request.user, Account):
        raise TypeError("this page has no policy that asks for an account")
    return request.user
