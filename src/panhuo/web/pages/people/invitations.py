"""Invitations: list, made with a link shown once, withdrawn; and the page by which who was invited takes one."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from panhuo.desk.people.access import GRANTING_RIGHTS, invitations_seen, not_there, organisations_seen
from panhuo.desk.people.account_actions import take_as_newcomer
from panhuo.desk.people.actions import invitation_of, invite, take_invitation, withdraw_invitation
from panhuo.desk.people.models import Account, Invitation
from panhuo.rules.sign_in_rules import password_rule
from panhuo.terms.errors import DomainError
from panhuo.terms.masking import masked_email
from panhuo.terms.roles import Right, Role
from panhuo.web.access import PUBLIC, needs, page
from panhuo.web.lists import Order, key_page
from panhuo.web.pages.people.forms import InviteForm, TakeForm, done, roles_given
from panhuo.web.pages.people.organisations import acting, names_of, number_of, sections
from panhuo.web.pages.people.words import offered, role_words
from panhuo.web.password_words import password_help
from panhuo.web.told_once import tell_once, told_once
from panhuo.web.visitor import Visitor, visitor

NEWEST = {"newest": Order(gettext_lazy("最新的在前"), "id", "id", descending=True)}
GIVERS = needs(*GRANTING_RIGHTS)


@page(policy=GIVERS)
@require_safe
def invitations(request: HttpRequest) -> HttpResponse:
    """Invitations that this person may withdraw, newest first: open, taken, ended."""
    who = visitor(request)
    found = invitations_seen(who.standing, book=who.book).select_related("organisation", "taken_by")
    is_open = request.GET.get("state") == "open"
    if is_open:
        found = found.filter(Q(taken_at=None, withdrawn_at=None, ends_at__gt=who.at))
    part = key_page(found, request, NEWEST)
    roles = role_words(who.rules)
    rows = [{"offered": offered(one, roles), "state": state_of(one, who)} for one in part.rows]
    told = {"page": part, "rows": rows, "is_open": is_open, "sections": sections(request)}
    return render(request, "panhuo/people/invitations.html", told)


@page(policy=GIVERS)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Invite somebody."""
    who = visitor(request)
    wide = who.holds(Right.GRANT_ROLES)
    among = organisations_seen(who.standing, GRANTING_RIGHTS, book=who.book).filter(open_to=None)
    first = among.filter(pk=number_of(request.GET.get("organisation", ""))).first()
    form = InviteForm(
        request.POST if request.method == "POST" else None, who=who, among=among, roles=roles_given(who, wide=wide),
        wide=wide, initial={"organisation": first.name if first else ""},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        more = {key: told[key] for key in ("name", "email", "organisation", "scope")}
        made = done(form, lambda: invite(role=Role(told["role"]), **more, **acting(request)), rules=who.rules)
        if made is not None:
            tell_once(request, f"invitation:{made.invitation.pk}", made.token)
            return redirect("people-invitation", made.invitation.pk)
    return render(request, "panhuo/people/invite.html", {"form": form, "names": names_of(among)})


@page(policy=GIVERS)
@require_safe
@never_cache
def invitation(request: HttpRequest, number: int) -> HttpResponse:
    """One invitation; its link is shown the first time only."""
    who = visitor(request)
    one = _seen(who, number)
    token = told_once(request, f"invitation:{one.pk}")
    told = {
        "offered": offered(one, role_words(who.rules)),
        "email": masked_email(one.email) if one.email else "",
        "state": state_of(one, who),
        "link": request.build_absolute_uri(reverse("people-take-invitation", args=[token])) if token else "",
    }
    return render(request, "panhuo/people/invitation.html", told)


@page(policy=GIVERS)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """Take an invitation back."""
    who = visitor(request)
    one = _seen(who, number)
    if request.method == "POST":
        withdraw_invitation(one, **acting(request))
        messages.success(request, _("给“%(name)s”的邀请已撤回，链接作废。") % {"name": one.name})
        return redirect("people-invitations")
    return render(request, "panhuo/people/withdraw.html", {"offered": offered(one, role_words(who.rules))})


@page(policy=PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def take(request: HttpRequest, token: str) -> HttpResponse:
    """Take an invitation: a newcomer chooses login and password; who is signed in takes the role on his account."""
    who = visitor(request)
    try:
        found = invitation_of(token, at=who.at)
    except DomainError as error:
        if error.code != "no_invitation":
            raise
        return render(request, "panhuo/people/no_invitation.html", status=404)
    form = TakeForm(request.POST if request.method == "POST" and who.account is None else None)
    form.fields["password"].help_text = password_help(password_rule(who.rules))
    told = {"form": form, "offered": offered(found, role_words(who.rules)), "account": who.account}
    if request.method == "POST":
        if who.account is not None:
            take_invitation(token, account=who.account, at=who.at, rules=who.rules)
            messages.success(request, _("已接受邀请，新角色立即有效。"))
            return redirect("home")
        if form.is_valid() and _took(form, token, who):
            messages.success(request, _("账号已开通。请用刚才设的账号和密码登录。"))
            return redirect("account_login")
    return render(request, "panhuo/people/take.html", told)


def state_of(one: Invitation, who: Visitor) -> str:
    """taken, withdrawn, ended or open."""
    if one.taken_at:
        return "taken"
    if one.withdrawn_at:
        return "withdrawn"
    return "open" if one.ends_at > who.at else "ended"


def _took(form: TakeForm, token: str, who: Visitor) -> Account | None:
    told = {key: form.cleaned_data[key] for key in ("login", "password", "phone")}
    made = done(form, lambda: take_as_newcomer(token, **told, at=who.at, rules=who.rules), rules=who.rules)
    return made.account if made is not None else None


def _seen(who: Visitor, number: int) -> Invitation:
    one = invitations_seen(who.standing, book=who.book).select_related("organisation__parent__parent")
    found = one.filter(pk=number).first()
    if found is None:
        raise not_there(f"invitation:{number}")
    return found
