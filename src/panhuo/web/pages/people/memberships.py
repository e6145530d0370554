"""Roles of accounts: given, ended."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from panhuo.desk.people.access import (
    GRANTING_RIGHTS,
    accounts_seen,
    memberships_seen,
    not_there,
    organisations_seen,
)
from panhuo.desk.people.actions import join, leave
from panhuo.terms.roles import Right, Role
from panhuo.web.access import needs, page
from panhuo.web.pages.people.accounts import account_seen
from panhuo.web.pages.people.forms import GiveForm, ReasonForm, done, roles_given
from panhuo.web.pages.people.organisations import acting, names_of
from panhuo.web.pages.people.words import offered, role_words
from panhuo.web.visitor import visitor

GIVERS = needs(*GRANTING_RIGHTS)


@page(policy=GIVERS)
@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest, number: int) -> HttpResponse:
    """Another role for an account."""
    who = visitor(request)
    one = account_seen(who, number)
    wide = who.holds(Right.GRANT_ROLES)
    among = organisations_seen(who.standing, GRANTING_RIGHTS, book=who.book).filter(open_to=None)
    form = GiveForm(
        request.POST if request.method == "POST" else None, who=who, among=among, roles=roles_given(who, wide=wide),
        wide=wide,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        more = {"organisation": told["organisation"], "scope": told["scope"], "until": form.until_moment()}
        made = done(form, lambda: join(one, Role(told["role"]), **more, **acting(request)), rules=who.rules)
        if made is not None:
            words = {"role": role_words(who.rules)[made.role], "login": one.login}
            messages.success(request, _("已授予 %(login)s 角色“%(role)s”，立即有效。") % words)
            return redirect("people-account", one.pk)
    return render(request, "panhuo/people/give.html", {"form": form, "one": one, "names": names_of(among)})


@page(policy=GIVERS)
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, number: int) -> HttpResponse:
    """End a role now."""
    who = visitor(request)
    rows = memberships_seen(who.standing, book=who.book).select_related("account", "organisation__parent__parent")
    row = rows.filter(pk=number).first()
    if row is None:
        raise not_there(f"membership:{number}")
    form = ReasonForm(request.POST if request.method == "POST" else None)
    shown = offered(row, role_words(who.rules))
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        if done(form, lambda: leave(row, **told, **acting(request)), rules=who.rules) is not None:
            words = {"role": shown.role, "login": row.account.login}
            messages.success(request, _("%(login)s 的角色“%(role)s”已结束。") % words)
            still = account_is_seen(request, row.account_id)
            return redirect("people-account", row.account_id) if still else redirect("people-accounts")
    return render(request, "panhuo/people/end.html", {"form": form, "shown": shown})


def account_is_seen(request: HttpRequest, number: int) -> bool:
    """Whether the account's page is still there for this person, once the role that showed it has ended."""
    who = visitor(request)
    return accounts_seen(who.standing, at=who.at, book=who.book).filter(pk=number).exists()
