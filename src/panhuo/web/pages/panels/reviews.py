"""An expert's own pages: the sheets given to him, one sheet, a conflict. Of a blind panel nothing that names the owner
or leads to it is read here: texts come from reading.blind_* and Panel.shown only."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from panhuo.desk.assessments.access import seat_for, seats_of, to_score
from panhuo.desk.assessments.expert_actions import declare_conflict, hand_in, keep_draft
from panhuo.desk.assessments.models import PanelExpert
from panhuo.desk.assessments.reading import BlindSheet, blind_history, blind_sheet
from panhuo.terms.roles import Right
from panhuo.web.access import account_of, needs, page
from panhuo.web.lists import Order, key_page
from panhuo.web.pages.panels import forms
from panhuo.web.pages.panels.act_words import act_words
from panhuo.web.pages.panels.forms import done, is_english
from panhuo.web.pages.people.organisations import acting
from panhuo.web.visitor import visitor
from panhuo.web.words import labels_of

EXPERTS = needs(Right.SCORE_PANEL)
ORDERS = {"newest": Order(gettext_lazy("新收到者在前"), "id", "id", descending=True)}


@page(policy=EXPERTS)
@require_safe
def reviews(request: HttpRequest) -> HttpResponse:
    """The sheets given to this person, newest first, found by words that the sheets show."""
    search = forms.ReviewSearch(request.GET)
    words = search.cleaned_data["q"].strip() if search.is_valid() else ""
    found = seats_of(account_of(request))
    if words:
        found = found.filter(
            Q(panel__shown__title__icontains=words)
            | Q(panel__shown__abstract__icontains=words)
            | Q(panel__shown__first_claim__icontains=words),
            withdrawn_on=None,
        )
    is_open = request.GET.get("state") == "open"
    if is_open:
        found = to_score(found)
    shown = key_page(found, request, ORDERS)
    day = visitor(request).rules.day
    told = {
        "search": search,
        "is_cut": bool(words) or is_open,
        "is_open": is_open,
        "page": shown,
        "rows": [
            {
                "seat": one,
                "title": one.panel.shown.get("title", "") if one.withdrawn_on is None else "",
                **_state(one, day),
            }
            for one in shown.rows
        ],
    }
    return render(request, "panels/reviews.html", told)


def _state(seat: PanelExpert, day: Any) -> dict[str, str]:
    if seat.withdrawn_on is not None:
        return {"mark": "bad", "state": _("已回避") if seat.conflict_reason else _("已退出")}
    if seat.handed_in_on is not None:
        return {"mark": "good", "state": _("已提交")}
    if seat.panel.decided_on is not None:
        return {"mark": "", "state": _("评审已结束")}
    if day > seat.panel.due:
        return {"mark": "bad", "state": _("已逾期")}
    return {"mark": "warn", "state": _("待评分")}


@page(policy=EXPERTS)
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: HttpRequest, number: int) -> HttpResponse:
    """One sheet: the technology, points and comments; kept as a draft or handed in, then read only."""
    who = visitor(request)
    seat = seat_for(account_of(request), number)
    state = _state(seat, who.rules.day)
    if seat.withdrawn_on is not None:
        return render(request, "panels/withdrawn.html", {"seat": seat, **state})
    told = blind_sheet(seat, at=localdate(who.at))
    is_writable = seat.handed_in_on is None and seat.panel.decided_on is None
    handing_in = "hand_in" in request.POST
    form = forms.SheetForm(
        request.POST if request.method == "POST" and is_writable else None,
        indicators=told.indicators,
        draft=seat.draft,
        handing_in=handing_in,
    )
    if form.is_bound and form.is_valid():
        if handing_in:
            rows = form.rows(seat.sheet)
            if done(form, lambda: hand_in(seat, rows, **acting(request)), rules=who.rules) is not None:
                messages.success(request, _("评分表已提交，谢谢。提交后只能查看。"))
                return redirect("reviews-sheet", seat.pk)
        elif done(form, lambda: keep_draft(seat, form.entries(), **acting(request)), rules=who.rules) is not None:
            messages.success(request, _("草稿已保存，尚未提交。请在 %(day)s 前提交。") % {"day": seat.panel.due})
            return redirect("reviews-sheet", seat.pk)
    case = seat.panel.case
    words = labels_of(who.rules)
    return render(
        request,
        "panels/sheet.html",
        {
            "seat": seat,
            "sheet": told,
            "texts": texts_of(seat, told),
            "identity": _identity(seat),
            "ip_type": words.word("ip_type", case.ip_type),
            "form": form,
            "pairs": [(form[forms.POINTS + one.code], form[forms.COMMENT + one.code]) for one in told.indicators],
            "scores": _own(told),
            "is_writable": is_writable,
            "acts": [
                {"row": row, "act": act_words(f"sheet.{row.act}")} for row in blind_history(seat, at=localdate(who.at))
            ],
            **state,
        },
    )


def texts_of(seat: PanelExpert, told: BlindSheet) -> dict[str, str]:
    """Title, abstract and first claim: as they are for an open panel, withheld for a blind one."""
    case: Any = told.case if seat.panel.is_blind else seat.panel.case
    return {"title": case.title, "abstract": case.abstract, "first_claim": case.first_claim}


def _identity(seat: PanelExpert) -> dict[str, Any] | None:
    """Whose it is, for experts of an open panel only."""
    if seat.panel.is_blind:
        return None
    case = seat.panel.case
    return {"owners": case.owners, "number": case.application_number or case.publication_number}


def _own(told: BlindSheet) -> list[dict[str, Any]]:
    english = is_english()
    found = []
    for one in told.indicators:
        points, comment = told.scores.get(one.code, (None, ""))
        found.append({"name": one.en if english else one.zh, "points": points, "comment": comment})
    return found


@page(policy=EXPERTS)
@require_http_methods(["GET", "HEAD", "POST"])
def conflict(request: HttpRequest, number: int) -> HttpResponse:
    """An expert steps back."""
    who = visitor(request)
    seat = seat_for(account_of(request), number)
    form = forms.ConflictForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if done(form, lambda: declare_conflict(seat, reason=reason, **acting(request)), rules=who.rules) is not None:
            messages.success(request, _("已声明回避，您不再参加这项评审。组织者会另请专家。"))
            return redirect("reviews-mine")
    return render(request, "panels/conflict.html", {"seat": seat, "form": form})
