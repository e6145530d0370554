"""Accounts: list, one with its roles and sign-ins, made, closed, opened again, a one-time password, masked data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from panhuo.desk.people.access import ACCOUNT_RIGHTS, account_subject, accounts_seen, memberships_seen, not_there
from panhuo.desk.people.account_actions import (
    close_account,
    force_new_password,
    make_account,
    one_time_password,
    reopen_account,
)
from panhuo.desk.people.disclosure_actions import reveal_field
from panhuo.desk.people.models import Account, ServiceEnd
from panhuo.desk.signins.models import SignIn
from panhuo.terms.masking import masked_email, masked_phone
from panhuo.terms.roles import Right
from panhuo.web.access import needs, page
from panhuo.web.lists import Order, key_page
from panhuo.web.pages.people.forms import AccountForm, AccountSearch, ReasonForm, done
from panhuo.web.pages.people.organisations import acting, may_give, sections
from panhuo.web.pages.people.words import offered, role_words
from panhuo.web.told_once import tell_once, told_once
from panhuo.web.visitor import Visitor, visitor

SHOWN = 10
BY_LOGIN = {"login": Order(gettext_lazy("按账号"), "login", "login")}
MASKED = {"email": masked_email, "phone": masked_phone}
MANAGERS = needs(Right.MANAGE_ACCOUNTS, Right.MANAGE_UNIT_ACCOUNTS)


@page(policy=needs(*ACCOUNT_RIGHTS))
@require_safe
def accounts(request: HttpRequest) -> HttpResponse:
    """The accounts that this person administers, by name, login and state."""
    who = visitor(request)
    search = AccountSearch(request.GET)
    wanted = search.cleaned_data if search.is_valid() else {}
    found = accounts_seen(who.standing, at=who.at, book=who.book)
    if wanted.get("q"):
        found = found.filter(Q(name__icontains=wanted["q"].strip()) | Q(login__icontains=wanted["q"].strip()))
    if wanted.get("state"):
        found = found.filter(is_active=wanted["state"] == "open")
    now = Q(valid_to=None) | Q(valid_to__gt=who.at)
    held = memberships_seen(who.standing, book=who.book).filter(now).select_related("organisation")
    part = key_page(found.prefetch_related(Prefetch("memberships", held, to_attr="held")), request, BY_LOGIN)
    roles = role_words(who.rules)
    shown: list[Any] = part.rows  # each with what it holds
    rows = [{"one": one, "held": [offered(row, roles) for row in one.held]} for one in shown]
    told = {"search": search, "is_cut": any(wanted.values()), "page": part, "rows": rows}
    told |= {"may_make": who.holds(Right.MANAGE_ACCOUNTS), "may_invite": may_give(who), "sections": sections(request)}
    return render(request, "panhuo/people/accounts.html", told)


@page(policy=needs(*ACCOUNT_RIGHTS))
@require_safe
@never_cache
def account(request: HttpRequest, number: int) -> HttpResponse:
    """One account: what it is now and was, its last sign-ins, what may be done to it."""
    who = visitor(request)
    one = account_seen(who, number)
    of = account_subject(one, at=who.at)
    roles = role_words(who.rules)
    rows = memberships_seen(who.standing, book=who.book).filter(account=one).select_related("organisation")
    is_self = who.account is not None and one.pk == who.account.pk
    acts = may_administer(who, one)
    told = {
        "one": one,
        "is_self": is_self,
        "held": [offered(row, roles) for row in rows if row.valid_to is None or row.valid_to > who.at],
        "ended": [offered(row, roles) for row in rows if row.valid_to is not None and row.valid_to <= who.at][-SHOWN:],
        "ends": ServiceEnd.objects.filter(account=one).order_by("-closed_at")[:SHOWN],
        "sign_ins": SignIn.objects.filter(account=one).order_by("-at", "-id")[:SHOWN],
        "personal": [
            {"name": name, "masked": mask(getattr(one, name)), "once": told_once(request, f"{name}:{one.pk}")}
            for name, mask in MASKED.items()
        ],
        "password": told_once(request, f"password:{one.pk}"),
        "may_act": acts,
        "may_reveal": who.may(Right.REVEAL_PERSONAL_DATA, of),
        "may_give": may_give(who) and not is_self,
    }
    return render(request, "panhuo/people/account.html", told)


@page(policy=needs(Right.MANAGE_ACCOUNTS))
@require_http_methods(["GET", "HEAD", "POST"])
def make(request: HttpRequest) -> HttpResponse:
    """A new account, without any role yet."""
    who = visitor(request)
    form = AccountForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        told = dict(form.cleaned_data)
        is_local = not told.pop("is_unified")
        password = one_time_password() if is_local else None
        more: dict[str, Any] = {"password": password, "is_local": is_local, "must_change": is_local}
        made = done(form, lambda: make_account(**told, **more, **acting(request)), rules=who.rules)
        if made is not None:
            if password:
                tell_once(request, f"password:{made.pk}", password)
            messages.success(
                request, _("已建立账号 %(login)s。它还没有角色，须由安全管理员授予。") % {"login": made.login}
            )
            return redirect("people-account", made.pk)
    return render(request, "panhuo/people/make_account.html", {"form": form})


@page(policy=MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, number: int) -> HttpResponse:
    """No sign-in and no rights any more."""
    words = {
        "title": _("停用账号"),
        "said": _("停用后立即不能登录，权限全部中止，它发出的邀请作废；历史记录保留，以后可以重新启用。"),
        "button": _("确认停用"),
        "dangerous": True,
    }
    return _act(request, number, close_account, words, _("账号 %(login)s 已停用。"))


@page(policy=MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: HttpRequest, number: int) -> HttpResponse:
    """Open a closed account again."""
    words = {
        "title": _("重新启用账号"),
        "said": _("启用后，没有结束的角色重新有效；本人下次登录须设置新密码。忘记密码的，请再生成一次性密码。"),
        "button": _("确认启用"),
        "dangerous": False,
    }
    return _act(request, number, reopen_account, words, _("账号 %(login)s 已重新启用。"))


@page(policy=MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
def new_password(request: HttpRequest, number: int) -> HttpResponse:
    """A one-time password in place of the account's; shown once on the account's page."""
    words = {
        "title": _("生成一次性密码"),
        "said": _("原密码立即作废，正在登录的设备会退出。新密码只显示一次，请告诉本人，由本人登录后马上更换。"),
        "button": _("生成"),
        "dangerous": True,
    }  # fmt: skip

    def act(one: Account, **told: Any) -> str:
        given = force_new_password(one, **told)
        tell_once(request, f"password:{one.pk}", given)
        return given

    return _act(request, number, act, words, _("账号 %(login)s 的一次性密码已生成。"))


@page(policy=needs(Right.REVEAL_PERSONAL_DATA))
@require_http_methods(["GET", "HEAD", "POST"])
def reveal(request: HttpRequest, number: int, field: str) -> HttpResponse:
    """A masked field in full, once, after the reason was kept."""
    who = visitor(request)
    one = account_seen(who, number)
    of = account_subject(one, at=who.at)
    if field not in MASKED or not who.may(Right.REVEAL_PERSONAL_DATA, of):
        raise Http404
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        value = done(
            form, lambda: reveal_field(one, field, of=of, **form.cleaned_data, **acting(request)), rules=who.rules
        )
        if value is not None:
            tell_once(request, f"{field}:{one.pk}", value or "—")
            return redirect("people-account", one.pk)
    words = {
        "title": _("查看未脱敏的个人信息"),
        "said": _("谁在什么时候因为什么看了，会写入操作日志。内容只显示一次。"),
        "button": _("查看"),
        "dangerous": False,
    }
    return render(request, "panhuo/people/act_on_account.html", {"form": form, "one": one, **words})


def account_seen(who: Visitor, number: int) -> Account:
    """Raises: DomainError not_there, alike for one that is not and one that may not be seen."""
    one = accounts_seen(who.standing, at=who.at, book=who.book).filter(pk=number).first()
    if one is None:
        raise not_there(f"account:{number}")
    return one


def may_administer(who: Visitor, one: Account) -> bool:
    """Whether this person closes, opens and resets this account; the act asks again."""
    of = account_subject(one, at=who.at)
    return who.may(Right.MANAGE_ACCOUNTS, of) or who.may(Right.MANAGE_UNIT_ACCOUNTS, of)


def _act(
    request: HttpRequest, number: int, act: Callable[..., Any], words: dict[str, Any], success: str
) -> HttpResponse:
    who = visitor(request)
    one = account_seen(who, number)
    if not may_administer(who, one):
        raise Http404
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        if done(form, lambda: act(one, **told, **acting(request)), rules=who.rules) is not None:
            messages.success(request, success % {"login": one.login})
            return redirect("people-account", one.pk)
    return render(request, "panhuo/people/act_on_account.html", {"form": form, "one": one, **words})
