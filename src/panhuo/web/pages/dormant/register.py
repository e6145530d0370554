"""The dormant register: candidates, to verify, dormant; by type, unit and years since grant; as at another day."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Sum
from django.db.models.functions import ExtractYear
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from panhuo.adapters.files.home import open_home
from panhuo.desk.inventory.access import counts_for, current_inventory, is_countable, stock_for, years_for
from panhuo.desk.inventory.models import Inventory
from panhuo.desk.jobs.reading import job_for
from panhuo.desk.listings.work import DORMANT, ask_for_dormant_register, dormant_file
from panhuo.desk.people.disclosure_actions import new_watermark, record_export
from panhuo.rules.labels import Labels
from panhuo.rules.reachable import Reachable
from panhuo.terms.job_states import JobState
from panhuo.terms.kinds import DormancyState
from panhuo.terms.roles import Right
from panhuo.web.access import account_of, needs, page
from panhuo.web.visitor import visitor
from panhuo.web.words import labels_of

STATES = (
    DormancyState.CANDIDATE,
    DormancyState.TO_VERIFY,
    DormancyState.DORMANT,
    DormancyState.PROPER_REASON,
    DormancyState.EXPLOITED,
)
OPEN = (DormancyState.CANDIDATE, DormancyState.TO_VERIFY, DormancyState.DORMANT)


@page(policy=needs(Right.READ_STOCK))
@require_safe
def dormant(request: HttpRequest) -> HttpResponse:
    """The states by the current inventory, each number with its rows."""
    who = visitor(request)
    inventory = current_inventory()
    reach = who.reach(Right.READ_STOCK)
    words = labels_of(who.rules)
    tables: list[dict[str, Any]] = []
    counted: dict[str, int] = {}
    holders: list[dict[str, Any]] = []
    if inventory is not None:
        by_holder = states_by_holder(reach, inventory)
        for _code, one, n in by_holder:
            counted[one] = counted.get(one, 0) + n
        holders = _holders(by_holder, words)
        by_unit, by_year = _candidates(reach, inventory)
        state = {"dormancy": DormancyState.CANDIDATE.value}
        tables = [
            {
                "id": "by-unit",
                "title": _("疑似沉睡：单位"),
                "rows": [
                    (name, n, urlencode({**state, "unit": unit}))
                    for unit, name, n in sorted(by_unit, key=lambda one: -one[2])[:20]
                ],
            },
            {
                "id": "by-year",
                "title": _("疑似沉睡：授权年份"),
                "rows": [
                    (year or "—", n, urlencode({**state, "granted": year or "none"}))
                    for year, n in sorted(by_year, key=lambda one: one[0] or 0)
                ],
            },
        ]
    return render(
        request,
        "panhuo/dormant/register.html",
        {
            "inventory": inventory,
            "figures": [(words.word("dormancy_state", one), counted.get(one, 0), one.value) for one in STATES],
            "holders": holders,
            "states": [words.word("dormancy_state", one) for one in STATES],
            "tables": [one for one in tables if one["rows"]],
            "may_export": who.holds(Right.EXPORT_ROWS),
            "may_send": who.holds(Right.SEND_BOOKLET) and bool(sum(counted.get(one, 0) for one in OPEN[:2])),
        },
    )


Sums = list[tuple[Any, ...]]


def _candidates(reach: Reachable, inventory: Inventory) -> tuple[Sums, Sums]:
    """Candidates by organisation (number, name, how many) and by year of grant."""
    named, only = ("unit", "unit__name"), {"dormancy": DormancyState.CANDIDATE}
    if is_countable(reach):
        units = counts_for(reach, inventory).filter(**only).exclude(unit=None).order_by().values_list(*named)
        years = years_for(reach, inventory).filter(**only).order_by().values_list("year")
        return list(units.annotate(n=Sum("patents"))), list(years.annotate(n=Sum("patents")))
    rows = stock_for(reach, inventory).filter(**only).order_by()
    by_year = rows.annotate(year=ExtractYear("grant_date")).values_list("year")
    return (
        list(rows.exclude(unit=None).values_list(*named).annotate(n=Count("pk"))),
        list(by_year.annotate(n=Count("pk"))),
    )


def states_by_holder(reach: Reachable, inventory: Inventory) -> list[tuple[str, str, int]]:
    """Kind of owner, state and how many of what somebody reaches, for the states of the register."""
    if is_countable(reach):
        sums: Any = counts_for(reach, inventory).order_by().values_list("owner_type", "dormancy")
        sums = sums.filter(dormancy__in=STATES).annotate(n=Sum("patents"))
    else:
        rows = stock_for(reach, inventory).filter(dormancy__in=STATES).order_by()
        sums = rows.values_list("owner_type", "dormancy").annotate(n=Count("pk"))
    return list(sums)


def _holders(counted: list[tuple[str, str, int]], words: Labels) -> list[dict[str, Any]]:
    """Rows of the table of kinds of owners, those with most first: a cell a state, with the rows behind it."""
    by_kind: dict[str, dict[str, int]] = {}
    for code, state, n in counted:
        by_kind.setdefault(code, {})[state] = n
    return [
        {
            "name": words.word("owner_type", code or "unknown"),
            "cells": [
                (states.get(one, 0), urlencode({"dormancy": one.value, "owner_type": code}) if code else "")
                for one in STATES
            ],
        }
        for code, states in sorted(by_kind.items(), key=lambda one: -sum(one[1].values()))
    ]


class AskForm(forms.Form):
    """The register as at a day."""

    day = forms.DateField(
        label=gettext_lazy("查询日"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    owners = forms.ChoiceField(
        label=gettext_lazy("权利人范围"),
        choices=[("institutions", gettext_lazy("高校、科研院所等")), ("any", gettext_lazy("全部权利人"))],
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day > self.today:
            raise forms.ValidationError(_("查询日不能晚于今天（%(today)s）。") % {"today": self.today})
        return day


@page(policy=needs(Right.EXPORT_ROWS))
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for the register as at a day."""
    who = visitor(request)
    form = AskForm(request.POST or None, today=who.rules.day, initial={"day": who.rules.day, "owners": "institutions"})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        job = ask_for_dormant_register(
            told["day"], any_owner=told["owners"] == "any", actor=account_of(request), at=who.at, rules=who.rules
        )
        messages.success(request, _("正在计算这一天的名册，完成后在这里下载。"))
        return redirect("jobs-one", number=job.pk)
    return render(request, "panhuo/dormant/export.html", {"form": form})


@page(policy=needs(Right.EXPORT_ROWS))
@require_safe
def file(request: HttpRequest, job: int) -> HttpResponseBase:
    """The workbook of a register that one asked for oneself; each download is on record."""
    who = visitor(request)
    account = account_of(request)
    found = job_for(account, who.standing, job, book=who.book)
    path = dormant_file(open_home(settings.SITE.home).runs, found)
    if found.kind != DORMANT or found.asked_by_id != account.pk or found.state != JobState.DONE or not path.is_file():
        raise Http404
    body = path.read_bytes()
    mark = new_watermark()
    record_export(
        "dormant_register", of=None, chosen=found.what, rows=found.result["rows"],
        digest=hashlib.sha256(body).hexdigest(), watermark=mark, actor=account, at=who.at, rules=who.rules,
    )  # fmt: skip
    name = f"疑似沉睡专利-{found.what['day']}-{mark}.xlsx"
    return FileResponse(path.open("rb"), as_attachment=True, filename=name)
