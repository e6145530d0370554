"""Which college of its owner a patent belongs to, said for many at once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from panhuo.desk.inventory.access import current_inventory, stock_for
from panhuo.desk.inventory.actions import place_patents
from panhuo.desk.inventory.models import StockPatent
from panhuo.desk.people.access import organisations_for
from panhuo.desk.people.models import Organisation
from panhuo.terms.errors import DomainError
from panhuo.terms.roles import OrganisationKind, Right
from panhuo.web.access import account_of, needs, page
from panhuo.web.lists import Order, key_page
from panhuo.web.refusal_words import refusal_words
from panhuo.web.visitor import Visitor, visitor

ORDERS = {"filed": Order(gettext_lazy("入库先后"), "asset_id", "asset_id")}
MOST_AT_ONCE = 200
PLACED, OPEN = "placed", "open"
IN_FORCE = "granted_in_force"  # others are not filed


@page(policy=needs(Right.IMPORT_STOCK))
@require_http_methods(["GET", "HEAD", "POST"])
def place(request: HttpRequest) -> HttpResponse:
    """Patents in force of the owners in reach that belong to no college, or those that do; boxes and a college."""
    who = visitor(request)
    colleges = _colleges(who)
    if request.method == "POST":
        _placed(request, colleges, who)
        kept = request.GET.urlencode()
        return redirect(reverse("stock-place") + (f"?{kept}" if kept else ""))
    state, query = request.GET.get("state", OPEN), request.GET.get("q", "").strip()
    shown = key_page(_rows(who, colleges, state, query), request, ORDERS)
    return render(
        request,
        "panhuo/stock/place.html",
        {
            "page": shown,
            "colleges": colleges,
            "state": state,
            "query": query,
            "inventory": current_inventory(),
            "is_cut": bool(query) or state == PLACED,
        },
    )


def _colleges(who: Visitor) -> QuerySet[Organisation]:
    found = organisations_for(who.standing, Right.IMPORT_STOCK, book=who.book)
    return found.filter(kind=OrganisationKind.COLLEGE, open_to=None).select_related("parent").order_by("name")


def _rows(who: Visitor, colleges: QuerySet[Organisation], state: str, query: str) -> QuerySet[StockPatent]:
    rows = stock_for(who.reach(Right.IMPORT_STOCK), current_inventory()).select_related("unit")
    if state == PLACED:
        rows = rows.filter(unit__in=colleges.values("pk"))
    else:
        rows = rows.filter(unit__in=colleges.values("parent"), status=IN_FORCE)
    if query:
        rows = rows.filter(number__startswith=query) | rows.filter(title__icontains=query)
    return rows


def _placed(request: HttpRequest, colleges: QuerySet[Organisation], who: Visitor) -> None:
    ticked = request.POST.getlist("shown" if "every" in request.POST else "asset")
    chosen = [int(one) for one in ticked[:MOST_AT_ONCE] if one.isdecimal() and len(one) < 19]
    named = request.POST.get("college", "")
    college = colleges.filter(pk=int(named)).first() if named.isdecimal() and len(named) < 19 else None
    if not chosen:
        messages.warning(request, _("请先勾选专利。"))
        return
    if college is None:
        messages.warning(request, _("请选择学院。"))
        return
    told: dict[str, Any] = {"actor": account_of(request), "at": who.at, "rules": who.rules}
    try:
        placed = place_patents(chosen, college, **told)
    except DomainError as error:
        if error.code == "not_there":
            raise
        messages.error(request, refusal_words(error))
        return
    said = {"n": placed, "college": college.name}
    messages.success(request, _("已把 %(n)s 件归入“%(college)s”，该院现在可以初审这些专利的入库。") % said)
