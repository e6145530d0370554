"""Check booklets: whom to ask, what was sent, what came back."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from panhuo.adapters.files.home import open_home
from panhuo.desk.inventory.access import current_inventory, stock_for
from panhuo.desk.listings.access import booklet_for, booklets_for, overdue, still_open
from panhuo.desk.listings.booklets import ASKED, booklet_files
from panhuo.desk.listings.models import Booklet
from panhuo.desk.listings.returns import asked_rights, returns_of
from panhuo.desk.listings.work import ask_for_booklets
from panhuo.desk.people.models import Organisation
from panhuo.engine.dormancy import dormancy_rules
from panhuo.terms.roles import Right
from panhuo.web.access import account_of, needs, page
from panhuo.web.lists import Order, key_page
from panhuo.web.visitor import Visitor, visitor
from panhuo.web.words import labels_of

EITHER = (Right.SEND_BOOKLET, Right.RETURN_BOOKLET)
ORDERS = {"newest": Order(gettext_lazy("新发出者在前"), "id", "id", descending=True)}
SHOWN = 100
STATES = {"open": still_open, "overdue": overdue}
STATE_WORDS = {"open": gettext_lazy("等待回填"), "overdue": gettext_lazy("已逾期")}


@page(policy=needs(*EITHER))
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Booklets with how much came back."""
    who = visitor(request)
    rows = booklets_for(who.reach(Right.SEND_BOOKLET)) | booklets_for(who.reach(Right.RETURN_BOOKLET))
    rows = Booklet.objects.filter(pk__in=rows.values("pk"))
    state = request.GET.get("state", "")
    if state in STATES:
        rows = STATES[state](rows, who.rules.day)
    shown = key_page(rows, request, ORDERS)
    rates = returns_of(shown.rows)
    return render(
        request,
        "panhuo/booklets/list.html",
        {
            "page": shown,
            "rows": [_told(one, rates[one.pk], today=who.rules.day) for one in shown.rows],
            "may_send": who.holds(Right.SEND_BOOKLET),
            "is_owner": who.holds(Right.RECORD_EXPLOITATION),  # what is sent to the unit itself comes here, too
            "state": STATE_WORDS.get(state, ""),
        },
    )


def _told(booklet: Booklet, rate: Any, *, today: date) -> dict[str, Any]:
    is_open = rate.still_open > 0
    late = is_open and booklet.answer_by is not None and booklet.answer_by < today
    mark, said = ("bad", _("已逾期")) if late else ("busy", _("等待回填")) if is_open else ("good", _("已全部回填"))
    return {"booklet": booklet, "rate": rate, "percent": round(100 * rate.share), "mark": mark, "said": said}


@page(policy=needs(*EITHER))
@require_safe
def one(request: HttpRequest, number: int) -> HttpResponse:
    """A booklet: its files, what it asks, what was answered."""
    who = visitor(request)
    found = booklet_for(who.standing, number, EITHER, book=who.book)
    rate = returns_of([found])[found.pk]
    home = open_home(settings.SITE.home)
    asked = Paginator(asked_rights(home, found), SHOWN)
    words = labels_of(who.rules)
    place = asked.get_page(request.GET.get("page", "1"))
    rows = [
        {
            "right": right,
            "state": words.word("dormancy_state", right.state),
            "why": "；".join(words.word("dormancy_reason", code) for code in right.reason.split("; ") if code),
            "answer": _answer(right.answer, words),
        }
        for right in place.object_list
    ]
    return render(
        request,
        "panhuo/booklets/one.html",
        {
            "booklet": found,
            "told": _told(found, rate, today=who.rules.day),
            "rows": rows,
            "place": place,
            "has_files": len(booklet_files(home, found)) == 2,
            "may_import": who.holds(Right.IMPORT_STOCK),
        },
    )


def _answer(answer: Any, words: Any) -> str:
    if answer is None:
        return ""
    if answer.exploited == "yes":
        return _("已实施") + (f"（{words.word('exploitation_mode', answer.mode)}）" if answer.mode else "")
    if answer.reason:
        return _("有正当理由：%(reason)s") % {"reason": words.word("proper_reason", answer.reason)}
    return _("未实施") if answer.exploited == "no" else _("已答复")


@page(policy=needs(*EITHER))
@require_safe
def workbook(request: HttpRequest, number: int) -> HttpResponseBase:
    """The workbook to fill in."""
    return _file(request, number, 0)


@page(policy=needs(*EITHER))
@require_safe
def letter(request: HttpRequest, number: int) -> HttpResponseBase:
    """The covering letter."""
    return _file(request, number, 1)


def _file(request: HttpRequest, number: int, which: int) -> FileResponse:
    who = visitor(request)
    found = booklet_for(who.standing, number, EITHER, book=who.book)
    files: list[Path] = booklet_files(open_home(settings.SITE.home), found)
    if len(files) != 2:
        raise Http404
    return FileResponse(files[which].open("rb"), as_attachment=True, filename=files[which].name)


class SendForm(forms.Form):
    """Whom to ask, standing on which day."""

    day = forms.DateField(
        label=gettext_lazy("查询日"),
        help_text=gettext_lazy("按这一天的登记情况找出疑似沉睡和待核的专利。"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    unit = forms.ChoiceField(label=gettext_lazy("发给"), required=False)
    owners = forms.ChoiceField(
        label=gettext_lazy("权利人范围"),
        choices=[("institutions", gettext_lazy("高校、科研院所等")), ("any", gettext_lazy("全部权利人"))],
    )

    def __init__(self, *args: Any, units: list[tuple[int, str]], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        choices = [("", _("我范围内的全部权利人")), *((str(number), said) for number, said in units)]
        self.fields["unit"].choices = choices  # type: ignore[attr-defined]

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day > self.today:
            raise forms.ValidationError(_("查询日不能晚于今天（%(today)s）。") % {"today": self.today})
        return day


@page(policy=needs(Right.SEND_BOOKLET))
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest) -> HttpResponse:
    """Ask owners about their candidates."""
    who = visitor(request)
    asked = _to_ask(who)
    units = [(number, _("%(name)s（%(n)s 件）") % {"name": name, "n": count}) for number, name, count in asked]
    inventory = current_inventory()
    day = inventory.day if inventory else who.rules.day
    form = SendForm(
        request.POST or None, units=units, today=who.rules.day, initial={"day": day, "owners": "institutions"}
    )
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        job = ask_for_booklets(
            told["day"], unit=int(told["unit"]) if told["unit"] else None, any_owner=told["owners"] == "any",
            actor=account_of(request), at=who.at, rules=who.rules,
        )  # fmt: skip
        messages.success(request, _("正在生成核实表和核实函。完成后可在“核实表”里下载、发出。"))
        return redirect("jobs-one", number=job.pk)
    return render(
        request,
        "panhuo/booklets/send.html",
        {"form": form, "asked": asked[:20], "inventory": inventory, "n": len(asked)},
    )


def _to_ask(who: Visitor) -> list[tuple[int, str, int]]:
    """Organisations with rights to be asked about, most first: number, name, how many by the current inventory."""
    types = dormancy_rules(who.rules, profile=who.rules.text("dormancy.default_profile"), any_owner=False).owner_types
    rows = stock_for(who.reach(Right.SEND_BOOKLET), current_inventory())
    rows = rows.filter(Q(owner_type__in=types), dormancy__in=[*ASKED], unit__isnull=False)
    counted = rows.order_by().values_list("unit").annotate(n=Count("pk"))
    names = dict(Organisation.objects.filter(pk__in=[unit for unit, _n in counted]).values_list("pk", "name"))
    return sorted(((unit, names[unit], n) for unit, n in counted), key=lambda one: (-one[2], one[1]))
