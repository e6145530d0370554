"""Publicly funded projects: list by project number, what lacks per unit, one with its yearly reports. Internal."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from panhuo.desk.inventory.access import stock_patent_for
from panhuo.desk.pool.access import owned_subject
from panhuo.desk.pool.declaration_actions import (
    CHANNELS,
    LEVELS,
    Project,
    YearsUse,
    record_declaration,
    report_use,
    say_funding,
)
from panhuo.desk.pool.declarations import (
    declaration_for,
    declarations_for,
    missing_patents,
    missing_words,
    tracked,
)
from panhuo.rules import InForce
from panhuo.rules.labels import Labels
from panhuo.terms.errors import DomainError
from panhuo.terms.roles import Right
from panhuo.web.access import account_of, needs, page
from panhuo.web.lists import Order, key_page
from panhuo.web.pages.pool.words import choices
from panhuo.web.refusal_words import refusal_words
from panhuo.web.visitor import visitor
from panhuo.web.words import labels_of

BY_NUMBER = {"project": Order(gettext_lazy("按项目编号"), "project_no", "id")}
BY_ASSET = {"filed": Order(gettext_lazy("入库先后"), "asset_id", "asset_id")}


class ProjectForm(forms.Form):
    """What is declared."""

    project_type = forms.ChoiceField(label=gettext_lazy("项目类型"))
    project_name = forms.CharField(label=gettext_lazy("项目名称"), max_length=200)
    project_no = forms.CharField(label=gettext_lazy("项目编号"), max_length=60)
    funding_level = forms.ChoiceField(label=gettext_lazy("资助级别"))
    undertaker = forms.CharField(label=gettext_lazy("承担单位"), max_length=200)
    declared_on = forms.DateField(
        label=gettext_lazy("声明日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    channel = forms.ChoiceField(label=gettext_lazy("办理方式"))

    def __init__(self, *args: Any, rules: InForce, words: Labels, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [row["code"] for row in rules.table("project_types")]
        sets = {
            "project_type": ("project_type", kinds),
            "funding_level": ("funding_level", LEVELS),
            "channel": ("declaration_channel", CHANNELS),
        }
        for name, (kind, codes) in sets.items():
            told = [(code, words.word(kind, code)) for code in codes]
            self.fields[name].choices = [("", _("请选择")), *told]  # type: ignore[attr-defined]


class UseForm(forms.Form):
    """What became of it in a year."""

    year = forms.IntegerField(label=gettext_lazy("年度"), min_value=1985, max_value=2100)
    is_exploited = forms.TypedChoiceField(
        label=gettext_lazy("当年是否实施"),
        choices=[("yes", gettext_lazy("是")), ("no", gettext_lazy("否"))],
        coerce=lambda said: said == "yes",
    )
    mode = forms.ChoiceField(label=gettext_lazy("实施方式"), required=False)
    income_cny = forms.DecimalField(
        label=gettext_lazy("当年收入（元）"), required=False, min_value=0, max_digits=16, decimal_places=2
    )
    reason = forms.CharField(
        label=gettext_lazy("未实施的原因"), required=False, max_length=1_000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, rules: InForce, words: Labels, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = choices(rules, words, "mode", "exploitation_mode")
        self.fields["mode"].choices = [("", _("请选择")), *told]  # type: ignore[attr-defined]


@page(policy=needs(Right.READ_DECLARATIONS))
@require_safe
def declaration_list(request: HttpRequest) -> HttpResponse:
    """Declarations by project number, each with how its use stands; below, what lacks per unit."""
    who = visitor(request)
    words = labels_of(who.rules)
    query = request.GET.get("q", "")
    shown = key_page(declarations_for(who.reach, project=query), request, BY_NUMBER)
    rows = [
        {
            "row": one.row,
            "kind": words.word("project_type", one.row.project_type),
            "alert": one.alert,
            "is_due": one.is_due,
            "last": one.last,
            "used": bool(one.last and one.last.is_exploited),
        }
        for one in tracked(shown.rows, who.rules)
    ]
    context = {"page": shown, "rows": rows, "query": query, "missing": missing_words(who.reach)}
    return render(request, "panhuo/pool/declarations.html", context)


@page(policy=needs(Right.READ_DECLARATIONS))
@require_safe
def missing(request: HttpRequest) -> HttpResponse:
    """The patents behind a number of what lacks."""
    who = visitor(request)
    unit = request.GET.get("unit", "")
    kind = "undeclared" if request.GET.get("kind") == "undeclared" else "silent"
    rows = missing_patents(who.reach, unit=int(unit) if unit.isdecimal() else None, kind=kind)
    shown = key_page(rows, request, BY_ASSET)
    context = {"page": shown, "rows": shown.rows, "kind": kind, "may_record": who.holds(Right.RECORD_DECLARATION)}
    return render(request, "panhuo/pool/missing.html", context)


@page(policy=needs(Right.RECORD_DECLARATION))
def declare(request: HttpRequest, asset: int) -> HttpResponse:
    """Say which project a patent came from, or that there was none. What was said before is not shown here: who
    records need not be who may read."""
    who = visitor(request)
    patent = stock_patent_for(who.standing, asset, Right.RECORD_DECLARATION, book=who.book)
    words = labels_of(who.rules)
    none = request.POST.get("funded") == "no"
    form = ProjectForm(
        request.POST if request.method == "POST" and not none else None, rules=who.rules, words=words,
        initial={"declared_on": who.rules.day, "undertaker": patent.owner_name},
    )  # fmt: skip
    back = "pool-declarations" if who.holds(Right.READ_DECLARATIONS) else "pool-mine"
    if request.method == "POST" and (none or form.is_valid()):
        actor = account_of(request)
        try:
            if none:
                say_funding(asset, is_funded=False, actor=actor, at=who.at, rules=who.rules)
            else:
                record_declaration(asset, Project(**form.cleaned_data), actor=actor, at=who.at, rules=who.rules)
        except DomainError as error:
            if error.code in ("not_there", "not_allowed"):
                raise
            if none:
                messages.error(request, refusal_words(error))
                return redirect("pool-declare", asset)
            form.add_error(None, refusal_words(error))
        else:
            messages.success(
                request, _("已记录：没有财政资助。") if none else _("声明已填报，仅主管部门和本单位可查。")
            )
            return redirect(back)
    return render(request, "panhuo/pool/declare.html", {"patent": patent, "form": form})


@page(policy=needs(Right.READ_DECLARATIONS))
def declaration(request: HttpRequest, number: int) -> HttpResponse:
    """One declaration with its yearly reports; who records adds this year's."""
    who = visitor(request)
    found = declaration_for(who.reach, number)
    words = labels_of(who.rules)
    may_report = who.may(Right.RECORD_DECLARATION, owned_subject(found.asset_id, found.unit, found.region_code))
    form = UseForm(
        request.POST or None, rules=who.rules, words=words, initial={"year": who.rules.day.year, "is_exploited": "no"}
    )
    if request.method == "POST" and form.is_valid():
        try:
            report_use(number, YearsUse(**form.cleaned_data), actor=account_of(request), at=who.at, rules=who.rules)
        except DomainError as error:
            if error.code in ("not_there", "not_allowed"):
                raise
            form.add_error(str(error.fields["name"]) if "name" in error.fields else None, refusal_words(error))
        else:
            messages.success(request, _("年度实施情况已填报。"))
            return redirect("pool-declaration", number)
    (stands,) = tracked([found], who.rules)
    reports = [
        {"row": one, "mode": words.word("exploitation_mode", one.mode) if one.mode else ""}
        for one in found.reports.order_by("-year", "-id")
    ]
    context = {
        "row": found,
        "kind": words.word("project_type", found.project_type),
        "level": words.word("funding_level", found.funding_level),
        "channel": words.word("declaration_channel", found.channel),
        "alert": stands.alert,
        "reports": reports,
        "form": form if may_report else None,
    }
    return render(request, "panhuo/pool/declaration.html", context)
