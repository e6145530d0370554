"""The workbench, one's own account."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from panhuo.desk.signins.models import SignIn
from panhuo.terms.roles import Right
from panhuo.web.access import SIGNED_IN, account_of, page
from panhuo.web.obligations import has_second_factor
from panhuo.web.pages.stock.lists import figures
from panhuo.web.visitor import visitor
from panhuo.web.workbench import Heap, inventory_of, strides, tasks

SHOWN = 10
TITLES = {Heap.OVERDUE: _("逾期"), Heap.TO_DO: _("待办"), Heap.WAITING: _("等待中")}


@page(policy=SIGNED_IN)
def home(request: HttpRequest) -> HttpResponse:
    """What waits for this person, and the numbers of what they see."""
    who = visitor(request)
    inventory = inventory_of(request) if who.holds(Right.READ_STOCK) else None
    heaps = tasks(request)
    return render(
        request,
        "panhuo/home.html",
        {
            "heaps": [(heap, TITLES[heap], heaps[heap]) for heap in Heap if heaps[heap] or heap is Heap.TO_DO],
            "strides": strides(request),
            "inventory": inventory,
            "figures": figures(who, inventory) if inventory else [],
        },
    )


@page(policy=SIGNED_IN)
def account(request: HttpRequest) -> HttpResponse:
    """One's own account: who one is here, security, the last sign-ins."""
    owner = account_of(request)
    return render(
        request,
        "panhuo/account.html",
        {
            "account": owner,
            "has_second_factor": has_second_factor(owner),
            "sign_ins": SignIn.objects.filter(account=owner).order_by("-at", "-id")[:SHOWN],
        },
    )
