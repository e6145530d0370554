"""Beginning to file: which patents, who their inventors are, and what the inventor says beside the card."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from panhuo.desk.inventory.access import stock_patent_for, stock_subject
from panhuo.desk.inventory.actions import confirm_inventorship
from panhuo.desk.inventory.models import Inventorship
from panhuo.desk.people.models import Account, Membership
from panhuo.desk.pool.access import entry_for, fileable
from panhuo.desk.pool.actions import PRICE_KINDS, Filing, draft_entries, save_filing
from panhuo.engine.assessment import self_grade_scale
from panhuo.rules import InForce
from panhuo.rules.labels import Labels
from panhuo.terms.errors import DomainError
from panhuo.terms.masking import masked_name
from panhuo.terms.roles import Right
from panhuo.web.access import account_of, needs, page
from panhuo.web.lists import Order, key_page
from panhuo.web.pages.pool.words import (
    ChoiceAskedLater,
    NumberAskedLater,
    TextAskedLater,
    choices,
    in_english,
    tell_outcomes,
)
from panhuo.web.refusal_words import refusal_words
from panhuo.web.visitor import visitor
from panhuo.web.words import labels_of

ORDERS = {"filed": Order(gettext_lazy("入库先后"), "asset_id", "asset_id")}
MOST_AT_ONCE = 200


class FilingForm(forms.Form):
    """What the inventor says beside the card; it may be unfinished until it is submitted."""

    use_required_attribute = False

    self_grade = NumberAskedLater(
        label=gettext_lazy("价值自评"), required=True, coerce=int, empty_value=None,
        help_text=gettext_lazy("按您自己的判断选一级。"),
    )  # fmt: skip
    self_grade_reason = TextAskedLater(
        label=gettext_lazy("自评理由"), required=True, max_length=1_000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("一两句话，写事实：做到了哪一步，谁用过。"),
    )  # fmt: skip
    willingness = ChoiceAskedLater(label=gettext_lazy("转化意愿"), required=True)
    intended_mode = ChoiceAskedLater(label=gettext_lazy("意向方式"), required=True)
    price_kind = forms.ChoiceField(label=gettext_lazy("价格"), required=False)
    price_wan = forms.DecimalField(
        label=gettext_lazy("一口价（万元）"), required=False, min_value=0, max_digits=10, decimal_places=4
    )
    royalty_percent = forms.DecimalField(
        label=gettext_lazy("提成比例（%）"), required=False, min_value=0, max_value=100, max_digits=5, decimal_places=2
    )
    application_field = forms.CharField(
        label=gettext_lazy("应用领域"), required=False, max_length=200,
        help_text=gettext_lazy("行业或产品，如“金属表面处理”。"),
    )  # fmt: skip
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, rules: InForce, words: Labels, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levels = [(str(one.level), one.en if in_english() else one.zh) for one in self_grade_scale(rules).levels]
        sets = {
            "self_grade": levels,
            "willingness": choices(rules, words, "willingness", "willingness"),
            "intended_mode": choices(rules, words, "intended_mode", "intended_mode"),
            "price_kind": [(one, words.word("price_kind", one)) for one in PRICE_KINDS],
        }
        for name, told in sets.items():
            self.fields[name].choices = [("", _("请选择")), *told]  # type: ignore[attr-defined]

    def filing(self) -> Filing:
        told = {name: value for name, value in self.cleaned_data.items() if name not in ("seen", "price_wan")}
        wan = self.cleaned_data["price_wan"]
        return Filing(**told, price_cny=None if wan is None else wan * 10_000)


@page(policy=needs(Right.SUBMIT_POOL_ENTRY))
def filing(request: HttpRequest, entry: int) -> HttpResponse:
    """Self-grade, willingness, mode, price, field."""
    who = visitor(request)
    words = labels_of(who.rules)
    found = entry_for(who.standing, entry, book=who.book, rules=who.rules)
    names = (
        "self_grade", "self_grade_reason", "willingness", "intended_mode", "price_kind", "royalty_percent",
        "application_field",
    )  # fmt: skip
    initial = {name: getattr(found, name) for name in names} | {"seen": found.version}
    initial["price_wan"] = found.price_cny / 10_000 if found.price_cny is not None else None
    form = FilingForm(request.POST or None, rules=who.rules, words=words, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            save_filing(
                found.pk, form.filing(), seen=form.cleaned_data["seen"], actor=account_of(request), at=who.at,
                rules=who.rules,
            )  # fmt: skip
        except DomainError as error:
            if error.code in ("not_there", "not_allowed"):
                raise
            form.add_error("price_kind" if error.code == "bad_price" else None, refusal_words(error))
        else:
            messages.success(request, _("入库信息已保存。"))
            return redirect("pool-entry", found.pk)
    return render(request, "panhuo/pool/filing.html", {"entry": found, "form": form})


@page(policy=needs(Right.SUBMIT_POOL_ENTRY))
def new(request: HttpRequest) -> HttpResponse:
    """Patents in force without an entry; boxes to begin filing many."""
    who = visitor(request)
    if request.method == "POST":
        chosen = [int(one) for one in request.POST.getlist("asset")[:MOST_AT_ONCE] if one.isdecimal()]
        if not chosen:
            messages.warning(request, _("请先勾选专利。"))
            return redirect("pool-new")
        told = draft_entries(chosen, actor=account_of(request), at=who.at, rules=who.rules)
        if len(told) == 1 and told[0].entry is not None:
            return redirect("pool-entry", told[0].entry)
        tell_outcomes(request, told, _("已起草 %(n)s 件，请发明人或经办人填写后提交。"))
        return redirect("pool-list")
    words = labels_of(who.rules)
    query = request.GET.get("q", "").strip()
    rows = fileable(who.reach)
    if query:
        rows = rows.filter(number__startswith=query) | rows.filter(title__icontains=query)
    shown = key_page(rows, request, ORDERS)
    told_rows = [
        {"row": row, "dormancy": words.word("dormancy_state", row.dormancy or "cannot_say")} for row in shown.rows
    ]
    may_name = who.holds(Right.APPROVE_POOL_ENTRY) or who.holds(Right.REVIEW_POOL_ENTRY)
    return render(
        request, "panhuo/pool/new.html", {"page": shown, "rows": told_rows, "query": query, "may_name": may_name}
    )


class InventorForm(forms.Form):
    """Whom the owner names as inventor."""

    login = forms.CharField(
        label=gettext_lazy("发明人账号"), max_length=60, help_text=gettext_lazy("本单位人员的登录账号。"),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}),
    )  # fmt: skip


@page(policy=needs(Right.APPROVE_POOL_ENTRY, Right.REVIEW_POOL_ENTRY))
def inventors(request: HttpRequest, asset: int) -> HttpResponse:
    """The accounts that are a patent's inventors; name another by login."""
    who = visitor(request)
    patent = stock_patent_for(who.standing, asset, Right.READ_STOCK, book=who.book)
    form = InventorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        named = Account.objects.filter(login__iexact=form.cleaned_data["login"].strip(), is_active=True).first()
        subject = stock_subject(patent)
        units = {subject.owner, *subject.parents} - {None}
        theirs = Membership.objects.filter(account=named, valid_to=None).select_related("organisation__parent__parent")
        chains = {up for row in theirs for up in _chain(row.organisation)}
        if named is None or units.isdisjoint(chains):
            form.add_error("login", _("本单位没有这个账号。请核对，或先请单位管理员开设。"))
        else:
            confirm_inventorship(asset, named, actor=account_of(request), at=who.at, rules=who.rules)
            messages.success(request, _("已确认为发明人，本人可以填报这件专利。"))
            return redirect("pool-inventors", asset)
    rows = Inventorship.objects.filter(asset=asset).select_related("account")
    shown = [{"login": row.account.login, "name": masked_name(row.account.name), "at": row.made_at} for row in rows]
    return render(
        request,
        "panhuo/pool/inventors.html",
        {
            "patent": patent,
            "form": form,
            "rows": shown,
            "told": [masked_name(str(one)) for one in patent.asset.inventors],
        },
    )


def _chain(unit: Any) -> list[int]:
    found = []
    while unit is not None:
        found.append(unit.pk)
        unit = unit.parent
    return found
