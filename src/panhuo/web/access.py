"""Who may see a page. Every URL declares its policy; what one may not see looks like what is not there."""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url

from panhuo.desk.people import access as people_access
from panhuo.desk.people.models import Account
from panhuo.terms.roles import Right
from panhuo.web.visitor import visitor

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


@dataclass(frozen=True, slots=True)
class Policy:
    """Who may see a page: anybody, or who is signed in."""

    name: str


@dataclass(frozen=True, slots=True)
class Needs(Policy):
    """Who has one of these rights over anything; over what is decided with the object that the page shows."""

    rights: tuple[Right, ...] = ()


READING = ("GET", "HEAD")
PUBLIC = Policy("public")
SIGNED_IN = Policy("signed_in")


def needs(*rights: Right) -> Needs:
    """The policy of pages for who holds one of these rights."""
    return Needs("needs", rights)


def page(*, policy: Policy, while_obliged: bool = False, takes_files: bool = False) -> Callable[[View], View]:
    """Declare a view's policy and hold it.

    while_obliged: also for who must first change the password or set a second factor up.
    takes_files: files may be sent in here (web/upload_limit.py); elsewhere they are thrown away unread.
    A stranger is sent to sign in; who is signed in and may not see it gets 404.
    """

    def wrap(view: View) -> View:
        @functools.wraps(view)
        def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if allowed(request, policy):
                with people_access.units_remembered() if request.method in READING else nullcontext():
                    return view(request, *args, **kwargs)
            if request.user.is_authenticated:
                raise Http404
            return ask_to_sign_in(request)

        shown.policy = policy  # type: ignore[attr-defined]
        shown.while_obliged = while_obliged  # type: ignore[attr-defined]
        shown.takes_files = takes_files  # type: ignore[attr-defined]
        return cast(View, shown)

    return wrap


def allowed(request: HttpRequest, policy: Policy) -> bool:
    """Whether the person asking may see a page of this policy; what Needs asks is asked of signed-in people only."""
    if policy == PUBLIC:
        return True
    if not request.user.is_authenticated:
        return False
    if isinstance(policy, Needs):
        return any(visitor(request).holds(right) for right in policy.rights)
    return policy == SIGNED_IN


def ask_to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """To the sign-in page, and back here afterwards; a part of a page is told so by a header."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=401, headers={"HX-Redirect": resolve_url(settings.LOGIN_URL)})
    return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")


def needs_second_factor(request: HttpRequest, account: Account) -> bool:
    """Whether the account may work only with a second factor: a role asks for it (table roles), or all are asked to
    (PANHUO_SECOND_FACTOR=all). In a demo home no role asks, so that its accounts can be tried."""
    if not account.is_local:
        return False
    if settings.SITE.second_factor == "all":
        return True
    who = visitor(request)
    return not who.is_demo and people_access.needs_second_factor(account, at=who.at, rules=who.rules)


def account_of(request: HttpRequest) -> Account:
    """The account that is signed in. Raises: TypeError on a page that strangers see."""
    if not isinstance(request.user, Account):
        raise TypeError("this page has no policy that asks for an account")
    return request.user
