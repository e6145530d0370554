"""Organisations: list, one with its people and parts, founded, renamed, closed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from panhuo.desk.people.access import (
    ACCOUNT_RIGHTS,
    GRANTING_RIGHTS,
    PEOPLE_RIGHTS,
    is_open,
    memberships_seen,
    not_there,
    organisations_seen,
)
from panhuo.desk.people.actions import close_organisation, found_organisation, rename_organisation
from panhuo.desk.people.models import Organisation
from panhuo.terms.roles import OrganisationKind, Right
from panhuo.web.access import account_of, needs, page
from panhuo.web.lists import Order, key_page
from panhuo.web.pages.people.forms import CloseOrganisationForm, FoundForm, OrganisationSearch, RenameForm, done
from panhuo.web.pages.people.words import kind_words, offered, role_words
from panhuo.web.visitor import Visitor, visitor

MOST_SHOWN = 200
AS_FOUNDED = {"founded": Order(gettext_lazy("登记先后"), "id", "id")}
MANAGERS = needs(Right.MANAGE_ORGANISATIONS)


@page(policy=needs(*PEOPLE_RIGHTS))
@require_safe
def organisations(request: HttpRequest) -> HttpResponse:
    """The organisations that this person reaches, by name, code and kind."""
    who = visitor(request)
    search = OrganisationSearch(request.GET, rules=who.rules)
    wanted = search.cleaned_data if search.is_valid() else {}
    found = organisations_seen(who.standing, book=who.book)
    if wanted.get("q"):
        found = found.filter(Q(name__icontains=wanted["q"].strip()) | Q(uscc__startswith=wanted["q"].strip().upper()))
    if wanted.get("kind"):
        found = found.filter(kind=wanted["kind"])
    part = key_page(found.select_related("parent"), request, AS_FOUNDED)
    kinds = kind_words(who.rules)
    told = {
        "search": search,
        "is_cut": any(wanted.values()),
        "page": part,
        "rows": [{"one": one, "kind": kinds.get(one.kind, one.kind), "open": _is_open(one, who)} for one in part.rows],
        "may_found": who.holds(Right.MANAGE_ORGANISATIONS),
        "sections": sections(request),
    }
    return render(request, "panhuo/people/organisations.html", told)


@page(policy=needs(*PEOPLE_RIGHTS))
@require_safe
def organisation(request: HttpRequest, number: int) -> HttpResponse:
    """One organisation with the roles held in it now and what lies below it."""
    who = visitor(request)
    one = organisation_seen(who, number)
    roles = role_words(who.rules)
    now = Q(valid_to=None) | Q(valid_to__gt=who.at)
    held = memberships_seen(who.standing, book=who.book).filter(now, organisation=one)
    shown = held.select_related("account", "organisation").order_by("account__login", "pk")[:MOST_SHOWN]
    below = one.children.annotate(members=Count("memberships", filter=Q(memberships__valid_to=None)))
    kinds = kind_words(who.rules)
    return render(
        request,
        "panhuo/people/organisation.html",
        {
            "one": one,
            "kind": kinds.get(one.kind, one.kind),
            "is_open": _is_open(one, who),
            "members": [offered(row, roles) for row in shown],
            "below": [{"one": part, "kind": kinds.get(part.kind, part.kind)} for part in below.order_by("pk")],
            "parent_seen": one.parent_id is not None
            and organisations_seen(who.standing, book=who.book).filter(pk=one.parent_id).exists(),
            "sees_members": who.holds(Right.MANAGE_ACCOUNTS) or may_give(who),
            "may_manage": who.holds(Right.MANAGE_ORGANISATIONS),
            "may_invite": may_give(who),
        },
    )


@page(policy=MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
def found(request: HttpRequest) -> HttpResponse:
    """A new organisation."""
    who = visitor(request)
    among = organisations_seen(who.standing, book=who.book).filter(open_to=None)
    first = among.filter(pk=number_of(request.GET.get("parent", ""))).first()
    form = FoundForm(
        request.POST or None, who=who, among=among, initial={"parent": first.name if first else ""}
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        told = {**form.cleaned_data, "kind": OrganisationKind(form.cleaned_data["kind"])}
        made = done(form, lambda: found_organisation(**told, **acting(request)), rules=who.rules)
        if made is not None:
            messages.success(request, _("已建立机构“%(name)s”。接下来可以邀请它的人员。") % {"name": made.name})
            return redirect("people-organisation", made.pk)
    return render(request, "panhuo/people/found.html", {"form": form, "names": names_of(among)})


@page(policy=MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
def rename(request: HttpRequest, number: int) -> HttpResponse:
    """Another name."""
    who = visitor(request)
    one = organisation_seen(who, number)
    form = RenameForm(request.POST if request.method == "POST" else None, initial={"name": one.name})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        if done(form, lambda: rename_organisation(one, **told, **acting(request)), rules=who.rules):
            messages.success(request, _("机构名称已改为“%(name)s”。") % {"name": one.name})
            return redirect("people-organisation", one.pk)
    words = {"title": _("更改机构名称"), "said": "", "button": _("更改名称"), "dangerous": False}
    return render(request, "panhuo/people/act_on_organisation.html", {"form": form, "one": one, **words})


@page(policy=MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, number: int) -> HttpResponse:
    """The last day of an organisation."""
    who = visitor(request)
    one = organisation_seen(who, number)
    form = CloseOrganisationForm(
        request.POST if request.method == "POST" else None, initial={"last_day": localdate(who.at).isoformat()}
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        if done(form, lambda: close_organisation(one, **told, **acting(request)), rules=who.rules):
            messages.success(
                request, _("机构“%(name)s”将在 %(day)s 之后关闭。") % {"name": one.name, "day": one.open_to}
            )
            return redirect("people-organisation", one.pk)
    words = {
        "title": _("关闭机构"),
        "said": _("关闭后不能再开放，机构内人员的权限随之结束。如果只是个别人员离开，请结束他们的角色。"),
        "button": _("确认关闭"),
        "dangerous": True,
    }
    return render(request, "panhuo/people/act_on_organisation.html", {"form": form, "one": one, **words})


def organisation_seen(who: Visitor, number: int) -> Organisation:
    """Raises: DomainError not_there, alike for one that is not and one that may not be seen."""
    seen = organisations_seen(who.standing, book=who.book).select_related("parent__parent")
    one = seen.filter(pk=number).first()
    if one is None:
        raise not_there(f"organisation:{number}")
    return one


def sections(request: HttpRequest) -> list[dict[str, str]]:
    """The lists of people that this person sees, as links above each of them."""
    who = visitor(request)
    found = [("people-accounts", _("账号"), ACCOUNT_RIGHTS), ("people-organisations", _("机构"), PEOPLE_RIGHTS)]
    found.append(("people-invitations", _("邀请"), GRANTING_RIGHTS))
    return [{"url": url, "words": words} for url, words, rights in found if any(who.holds(one) for one in rights)]


def acting(request: HttpRequest) -> dict[str, Any]:
    """Who acts, when, by which rules: what each action asks for."""
    who = visitor(request)
    return {"actor": account_of(request), "at": who.at, "rules": who.rules}


def may_give(who: Visitor) -> bool:
    """Whether this person gives roles anywhere."""
    return who.holds(Right.GRANT_ROLES) or who.holds(Right.MANAGE_UNIT_ACCOUNTS)


def names_of(among: Any) -> list[str]:
    """Names that a field proposes while one types."""
    return list(among.order_by("pk").values_list("name", flat=True)[:MOST_SHOWN])


def _is_open(one: Organisation, who: Visitor) -> bool:
    return is_open(one, at=who.at)


def number_of(text: str) -> int:
    """A number out of an address, 0 for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
