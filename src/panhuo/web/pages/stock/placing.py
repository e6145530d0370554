"""Saying which college a patent belongs to, many at once."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from panhuo.desk.inventory.access import current_inventory, stock_for
from panhuo.desk.inventory.actions import place_patents
from panhuo.desk.people.models import Organisation
from panhuo.terms.errors import DomainError
from panhuo.terms.roles import Right
from panhuo.web.access import account_of, needs, page
from panhuo.web.lists import SIZE, Order, key_page
from panhuo.web.refusal_words import refusal_words
from panhuo.web.visitor import Visitor, visitor

ORDERS = {"filed": Order(gettext_lazy("入库先后"), "asset_id", "asset_id")}


@page(policy=needs(Right.IMPORT_STOCK))
@require_http_methods(["GET", "HEAD", "POST"])
def place(request: HttpRequest) -> HttpResponse:
    """Patents of one's organisation without a college, or those found by a word; boxes, and the college they go to."""
    who = visitor(request)
    colleges = _colleges(who)
    query, shows_all = request.GET.get("q", "").strip(), request.GET.get("all") == "1"
    if request.method == "POST":
        chosen = next((one for one in colleges if str(one.pk) == request.POST.get("unit")), None)
        numbers = [int(said) for said in request.POST.getlist("asset")[:SIZE] if said.isdecimal() and len(said) < 19]
        if chosen is None or not numbers:
            messages.error(request, _("请勾选专利，并选择学院。"))
        else:
            _placed(request, who, numbers, chosen)
            return redirect(f"{request.path}?{request.GET.urlencode()}" if request.GET else request.path)
    rows = stock_for(who.reach(Right.IMPORT_STOCK), current_inventory()).select_related("unit")
    if query:
        rows = rows.filter(Q(number__startswith=query) | Q(title__icontains=query))
    if not shows_all:
        rows = rows.filter(unit__in=who.standing.organisations)
    context = {"page": key_page(rows, request, ORDERS), "colleges": colleges, "query": query, "shows_all": shows_all}
    return render(request, "panhuo/stock/place.html", context)


def _colleges(who: Visitor) -> QuerySet[Organisation]:
    """Open parts of the organisations that somebody works for."""
    mine, day = who.standing.organisations, who.rules.day
    parts = Organisation.objects.filter(Q(parent__in=mine) | Q(parent__parent__in=mine), open_from__lte=day)
    return parts.filter(Q(open_to=None) | Q(open_to__gte=day)).order_by("name", "pk")


def _placed(request: HttpRequest, who: Visitor, assets: list[int], unit: Organisation) -> None:
    try:
        n = place_patents(assets, unit, actor=account_of(request), at=who.at, rules=who.rules)
    except DomainError as error:
        messages.error(request, refusal_words(error))
    else:
        messages.success(request, _("已将 %(n)s 件专利分到%(unit)s。") % {"n": n, "unit": unit.name})
