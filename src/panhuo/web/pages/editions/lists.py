"""Published editions: the list of them, one with its notices, its files, its difference to the one before."""

from __future__ import annotations

import hashlib
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from panhuo.adapters.files.home import open_home
from panhuo.adapters.writers.layout import layout_of
from panhuo.desk.editions.access import (
    EDITION_RIGHTS,
    READERS,
    draft_of,
    draft_subject,
    drafts_for,
    drafts_in_turn,
    edition_for,
    published,
    sees_annex,
)
from panhuo.desk.editions.difference import edition_difference
from panhuo.desk.editions.models import Draft
from panhuo.desk.editions.notice_actions import withdraw_row
from panhuo.desk.listings.actions import LIST
from panhuo.desk.listings.models import Edition, EditionRow
from panhuo.desk.listings.supply import write_edition
from panhuo.desk.people.disclosure_actions import new_watermark, record_export
from panhuo.terms.edition_states import DraftState
from panhuo.terms.roles import Right
from panhuo.web.access import account_of, needs, page
from panhuo.web.lists import Order, key_page
from panhuo.web.pages.editions.forms import ReasonForm
from panhuo.web.pages.editions.words import (
    PARTS,
    STATES,
    audience_words,
    difference_words,
    frozen_step_words,
    row_words,
    why_words,
)
from panhuo.web.visitor import Visitor, visitor
from panhuo.web.words import labels_of

ORDERS = {"place": Order(gettext_lazy("清单顺序"), "position", "position")}
EDITIONS = {"new": Order(gettext_lazy("最新的在前"), "pk", "pk", descending=True)}
MOST_DRAFTS, MOST_DIFFERENT = 50, 200
READING = needs(*READERS)


@page(policy=READING)
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Drafts that somebody works on, and what was published."""
    who = visitor(request)
    words = labels_of(who.rules)
    drafts, is_turn = [], False
    if any(who.holds(right) for right in EDITION_RIGHTS):
        is_turn = request.GET.get("turn") == "mine"
        found = drafts_for(who.standing, book=who.book).exclude(state=DraftState.PUBLISHED)
        if is_turn:
            found = drafts_in_turn(who.standing, book=who.book)
        drafts = [
            {
                "draft": one,
                "kind": words.word("output", one.kind),
                "audience": audience_words(one, words),
                "state": STATES[one.state][0],
                "words": STATES[one.state][1],
            }
            for one in found[:MOST_DRAFTS]
        ]
    shown = key_page(published(), request, EDITIONS)
    return render(
        request,
        "panhuo/editions/list.html",
        {
            "drafts": drafts,
            "is_turn": is_turn,
            "page": shown,
            "editions": [{"edition": one, "kind": words.word("output", one.kind)} for one in shown.rows],
            "may_draft": who.holds(Right.DRAFT_EDITION),
            "is_editor": any(who.holds(right) for right in EDITION_RIGHTS),
        },
    )


@page(policy=READING)
@require_safe
def edition(request: HttpRequest, number: int) -> HttpResponse:
    """An edition as it was published, and what became of its rows later."""
    who = visitor(request)
    found = edition_for(number)
    words = labels_of(who.rules)
    draft = draft_of(found)
    shows_annex = sees_annex(draft, who.standing, book=who.book)
    chosen = "annex" if shows_annex and request.GET.get("part") == "annex" else LIST
    shown = key_page(EditionRow.objects.filter(edition=found, part=chosen), request, ORDERS)
    notices: dict[str, list[dict[str, Any]]] = {}
    keys = [row.asset_key for row in shown.rows]
    for key, why, said, day in found.notices.filter(asset_key__in=keys).values_list("asset_key", "why", "words", "day"):
        notices.setdefault(key, []).append({"day": day, "why": why_words([why], words), "words": said})
    rows = [
        row_words(row.cells, found.columns, "", "", words) | {"notices": notices.get(row.asset_key, []), "pk": row.pk}
        for row in shown.rows
    ]
    return render(
        request,
        "panhuo/editions/edition.html",
        {
            "edition": found,
            "kind": words.word("output", found.kind),
            "steps": [frozen_step_words(one) for one in found.notes.get("steps", [])],
            "apart": found.notes.get("apart", 0),
            "draft": draft if shows_annex else None,
            "noted": found.notices.count(),
            "page": shown,
            "rows": rows,
            "chosen": chosen,
            "parts": [("list", PARTS["list"]), ("annex", PARTS["annex"])] if shows_annex else [],
            "may_withdraw": chosen == LIST and _may_withdraw(who, draft),
            "may_take_annex": shows_annex and who.holds(Right.EXPORT_ROWS),
        },
    )


@page(policy=READING)
@require_safe
def difference(request: HttpRequest, number: int) -> HttpResponse:
    """An edition against the one before it; reasons only for who sees the annex."""
    who = visitor(request)
    found = edition_for(number)
    if not sees_annex(draft_of(found), who.standing, book=who.book):
        raise Http404
    words = labels_of(who.rules)
    headings = {column.key: column.heading for column in layout_of(who.rules, "supply_annex").columns}
    told = difference_words(edition_difference(found), headings, words, most=MOST_DIFFERENT)
    title = _("%(kind)s 第 %(n)s 期") % {"kind": words.word("output", found.kind), "n": found.number}
    return render(request, "panhuo/editions/difference.html", {**told, "edition": found, "title": title})


@page(policy=READING)
@require_safe
def workbook(request: HttpRequest, number: int) -> HttpResponseBase:
    """The list as a workbook, without its annex."""
    name, body = _file(visitor(request), edition_for(number), 0)
    return FileResponse(BytesIO(body), as_attachment=True, filename=name)


@page(policy=READING)
@require_safe
def printable(request: HttpRequest, number: int) -> HttpResponseBase:
    """The list as a page of its own, to print or to send."""
    name, body = _file(visitor(request), edition_for(number), 1)
    return FileResponse(BytesIO(body), as_attachment=True, filename=name)


@page(policy=needs(Right.EXPORT_ROWS))
@require_POST
def annex(request: HttpRequest, number: int) -> HttpResponseBase:
    """The internal annex as a workbook; kept who took it."""
    who = visitor(request)
    found = edition_for(number)
    if not sees_annex(draft_of(found), who.standing, book=who.book):
        raise Http404
    mark = new_watermark()
    name, body = _file(who, found, 2, mark=mark)
    record_export(
        "edition_annex", of=None, chosen={"edition": found.pk}, rows=found.rows.exclude(part=LIST).count(),
        digest=hashlib.sha256(body).hexdigest(), watermark=mark, actor=account_of(request), at=who.at,
        rules=who.rules,
    )  # fmt: skip
    return FileResponse(BytesIO(body), as_attachment=True, filename=name)


@page(policy=needs(Right.PUBLISH_EDITION))
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, number: int, row: int) -> HttpResponse:
    """Asks for the reason, then notes that a published row was taken back."""
    who = visitor(request)
    found = edition_for(number)
    line = found.rows.filter(pk=row, part=LIST).first()
    if line is None or not _may_withdraw(who, draft_of(found)):
        raise Http404
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        withdraw_row(
            found, line.asset_key, words=form.cleaned_data["reason"], actor=account_of(request), at=who.at,
            rules=who.rules,
        )  # fmt: skip
        messages.success(request, _("已登记撤回说明。已发布的清单内容不变，说明显示在该行旁边。"))
        return redirect("editions-one", number=number)
    cells = row_words(line.cells, found.columns, "", "", labels_of(who.rules))
    words = _(
        "已发布的清单不会改动；撤回说明另外登记，并显示在该行旁边。该专利不会自动列入下一期，请同时更新权利人意见。"
    )
    context = {
        "edition": found, "form": form, "title": _("登记撤回：%(title)s") % {"title": cells["title"]}, "words": words,
        "button": _("登记撤回"),
    }  # fmt: skip
    return render(request, "panhuo/editions/ask.html", context)


def _may_withdraw(who: Visitor, draft: Draft | None) -> bool:
    if draft is None:
        return who.holds(Right.PUBLISH_EDITION)
    return who.may(Right.PUBLISH_EDITION, draft_subject(draft, with_steps=False))


def _file(who: Visitor, found: Edition, place: int, *, mark: str = "") -> tuple[str, bytes]:
    home = open_home(settings.SITE.home)
    rules = who.rules.source_pack.at(found.day)
    with TemporaryDirectory() as folder:
        files = write_edition(found, Path(folder), rules, synthetic=home.kind == "demo", mark=mark)
        return files[place].name, files[place].read_bytes()
