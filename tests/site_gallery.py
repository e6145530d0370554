"""The site with pages that only tests see: all components in their states, a page that fails."""

from __future__ import annotations

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from panhuo.terms.roles import Right
from panhuo.web.access import SIGNED_IN, needs, page
from panhuo.web.urls import *  # noqa: F403
from panhuo.web.urls import urlpatterns as pages_of_the_site


class EveryField(forms.Form):
    name = forms.CharField(label="专利名称", help_text="与登记簿一致。")
    kind = forms.ChoiceField(label="类型", choices=[("a", "发明"), ("b", "实用新型")])
    note = forms.CharField(label="说明", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    filed = forms.DateField(label="申请日", widget=forms.DateInput(attrs={"type": "date"}))
    agreed = forms.BooleanField(label="已核实", required=False, help_text="由权利人核实。")


@page(policy=SIGNED_IN)
def parts(request: HttpRequest) -> HttpResponse:
    form = EveryField({} if "wrong" in request.GET else None)
    shown = Paginator(range(200), 10).page(int(request.GET.get("page", "7")))
    return render(request, "gallery.html", {"form": form, "page": shown, "wrong": EveryField({})})


@page(policy=SIGNED_IN)
def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a value that nobody may read: 13800001111")


@page(policy=needs(Right.RESTORE_BACKUP))
def nobodys(request: HttpRequest) -> HttpResponse:
    return HttpResponse("never")


urlpatterns = [
    *pages_of_the_site,
    path("parts/", parts, name="parts"),
    path("broken/", broken, name="broken"),
    path("nobodys/", nobodys, name="nobodys"),
]
