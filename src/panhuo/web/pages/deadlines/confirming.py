"""Confirming for the owner that rights stay listed: chosen in the list of what runs out, asked once more with a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from panhuo.desk.inventory.access import current_inventory, stock_for
from panhuo.desk.inventory.models import StockPatent
from panhuo.desk.listings.consent_actions import MOST_AT_ONCE, confirm_listings, latest_end
from panhuo.terms.dates import add_months
from panhuo.terms.errors import DomainError
from panhuo.terms.kinds import LegalStatus
from panhuo.terms.roles import Right
from panhuo.web.access import account_of, needs, page
from panhuo.web.refusal_words import refusal_words
from panhuo.web.visitor import Visitor, visitor

USUAL_MONTHS = 12


class UntilForm(forms.Form):
    """Until when the owner consents."""

    until = forms.DateField(
        label=gettext_lazy("同意公布至"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, latest: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].help_text = _("最晚到 %(latest)s；到期前 90 天会再次提醒。") % {"latest": latest}


@page(policy=needs(Right.CONFIRM_LISTING))
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Show what was chosen and ask for the day; POST confirms."""
    who = visitor(request)
    today = who.rules.day
    chosen = _chosen(who, (request.POST if request.method == "POST" else request.GET).getlist("asset"))
    if not chosen:
        messages.error(request, _("请先勾选要确认的专利。只能确认本单位有效、同意期将到或已过的专利。"))
        return redirect(f"{reverse('deadlines-list')}?kind=consent90" if who.holds(Right.READ_STOCK) else "home")
    latest = latest_end(today, who.rules)
    form = UntilForm(
        request.POST or None, latest=latest, initial={"until": min(latest, add_months(today, USUAL_MONTHS))}
    )
    if request.method == "POST" and form.is_valid():
        try:
            done = confirm_listings(
                [one.asset_id for one in chosen], form.cleaned_data["until"], actor=account_of(request), at=who.at,
                rules=who.rules,
            )  # fmt: skip
        except DomainError as error:
            form.add_error("until" if error.code == "consent_day" else None, refusal_words(error))
        else:
            messages.success(
                request,
                _("已确认 %(n)s 件，同意公布至 %(until)s。下一期清单按这个日期判读。")
                % {"n": len(done), "until": form.cleaned_data["until"]},
            )
            return redirect(f"{reverse('deadlines-list')}?kind=consent90" if who.holds(Right.READ_STOCK) else "home")
    return render(request, "panhuo/deadlines/confirm.html", {"form": form, "chosen": chosen})


def _chosen(who: Visitor, told: list[str]) -> list[StockPatent]:
    """The rights that were ticked and may be confirmed by who asks; whatever else was sent is not heard."""
    numbers = [int(one) for one in told if one.isascii() and one.isdecimal() and len(one) < 19][:MOST_AT_ONCE]
    rows = stock_for(who.reach(Right.CONFIRM_LISTING), current_inventory())
    rows = rows.filter(asset__in=numbers, status=LegalStatus.GRANTED_IN_FORCE, consent_until__isnull=False)
    return list(rows.order_by("consent_until", "asset_id"))
