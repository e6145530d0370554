"""Taking stock from the site."""

from __future__ import annotations

from datetime import date

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from panhuo.desk.inventory.access import current_inventory
from panhuo.desk.inventory.work import ask_for_inventory
from panhuo.terms.roles import Right
from panhuo.web.access import account_of, needs, page
from panhuo.web.visitor import visitor


class TakeForm(forms.Form):
    """The day to stand on."""

    day = forms.DateField(
        label=gettext_lazy("盘点日"),
        help_text=gettext_lazy("法律状态、沉睡判读、分级和年费都按这一天计算。"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: object, today: date, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.today = today

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day > self.today:
            raise forms.ValidationError(_("盘点日不能晚于今天（%(today)s）。") % {"today": self.today})
        return day


@page(policy=needs(Right.RUN_GRADING))
def take(request: HttpRequest) -> HttpResponse:
    """Work every patent out for a day."""
    who = visitor(request)
    form = TakeForm(request.POST or None, today=who.rules.day, initial={"day": who.rules.day})
    if request.method == "POST" and form.is_valid():
        job = ask_for_inventory(form.cleaned_data["day"], actor=account_of(request), at=who.at, rules=who.rules)
        messages.success(request, _("盘点已开始。完成后，所有页面按新的盘点显示。"))
        return redirect("jobs-one", number=job.pk)
    return render(request, "panhuo/stock/take.html", {"form": form, "inventory": current_inventory()})
