"""Entries of the log: list by actor, act, subject and days; one with what it changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from panhuo.desk.history.models import LoggedAction
from panhuo.engine.proof import entry_code
from panhuo.terms.roles import Right
from panhuo.web.access import needs, page
from panhuo.web.lists import Order, key_page
from panhuo.web.pages.log.act_words import ACTS, act_words
from panhuo.web.pages.people.words import role_words
from panhuo.web.visitor import visitor

NEWEST = {"newest": Order(_("最新的在前"), "number", "number", descending=True)}
READERS = needs(Right.READ_LOG)
FILTERS = {"actor": "actor", "act": "act", "subject": "subject", "since": "day__gte", "until": "day__lte"}


class LogSearch(forms.Form):
    """What the list is cut down to."""

    actor = forms.CharField(label=_("操作人账号"), required=False, max_length=60)
    act = forms.CharField(
        label=_("操作"), required=False, max_length=40, widget=forms.TextInput(attrs={"list": "acts"})
    )
    subject = forms.CharField(label=_("对象（如 account:12）"), required=False, max_length=80)
    since = forms.DateField(label=_("从"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("到"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def clean_act(self) -> str:
        """A code; what was typed may be its words."""
        told = str(self.cleaned_data["act"]).strip()
        return next((code for code, words in ACTS.items() if str(words) == told), told)


@page(policy=READERS)
@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    """The log, newest first."""
    search = LogSearch(request.GET)
    wanted = {name: value for name, value in search.cleaned_data.items() if value} if search.is_valid() else {}
    found = LoggedAction.objects.defer("before", "after", "data", "leaf")
    if wanted:
        found = found.filter(**{FILTERS[name]: value for name, value in wanted.items()})
    part = key_page(found, request, NEWEST)
    roles = role_words(visitor(request).rules)
    told = {
        "search": search,
        "is_cut": bool(wanted),
        "page": part,
        "rows": [{"row": row, "act": act_words(row.act), "role": roles.get(row.role, row.role)} for row in part.rows],
        "acts": [str(words) for words in ACTS.values()],
        "may_export": visitor(request).holds(Right.EXPORT_LOG),
    }
    return render(request, "panhuo/log/entries.html", told)


@page(policy=READERS)
@require_safe
def entry(request: HttpRequest, number: int) -> HttpResponse:
    """One entry: who, as what, when, why, before and after."""
    row = entry_of(number)
    roles = role_words(visitor(request).rules)
    told = {
        "row": row,
        "act": act_words(row.act),
        "role": roles.get(row.role, row.role),
        "code": entry_code(row.number, bytes(row.leaf)),
        "changes": changes(row.before, row.after),
        "data": [{"name": name, "value": _shown(value)} for name, value in row.data.items()],
        "previous": number - 1,
        "next": number + 1 if LoggedAction.objects.filter(pk=number + 1).exists() else 0,
    }
    return render(request, "panhuo/log/entry.html", told)


def entry_of(number: int) -> LoggedAction:
    """Raises: Http404."""
    row = LoggedAction.objects.filter(number=number).first()
    if row is None:
        raise Http404
    return row


def changes(before: Any, after: Any) -> list[dict[str, Any]]:
    """What was changed, a row for each name; values that are no objects are one row without a name."""
    if before is None and after is None:
        return []
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        if isinstance(before, Mapping) or isinstance(after, Mapping):
            return changes(before or {}, after or {}) if not (before and after) else [_change("", before, after)]
        return [_change("", before, after)]
    names = [*before, *(name for name in after if name not in before)]
    return [_change(name, before.get(name), after.get(name)) for name in names]


def _change(name: str, before: Any, after: Any) -> dict[str, Any]:
    return {"name": name, "before": _shown(before), "after": _shown(after), "is_same": before == after}


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "—"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
