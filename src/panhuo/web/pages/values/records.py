"""Valuation records of the patents that a person sees: list, one record, its file, its seal computed anew."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from panhuo.adapters.files.attachments import KeptFile, place_of
from panhuo.adapters.files.home import open_home
from panhuo.desk.inventory.access import current_inventory
from panhuo.desk.inventory.models import StockPatent
from panhuo.desk.registry.models import AssetKey
from panhuo.desk.valuations.access import record_for, records_for, records_of
from panhuo.desk.valuations.models import ValuationRecord
from panhuo.desk.valuations.records import Recorded, record_of, seal_of
from panhuo.rules.labels import Labels
from panhuo.terms.masking import masked_name
from panhuo.terms.roles import Right
from panhuo.web.access import needs, page
from panhuo.web.lists import Order, key_page
from panhuo.web.pages.stock.filters import number_keys
from panhuo.web.visitor import Visitor, visitor
from panhuo.web.words import labels_of

READERS = needs(Right.READ_STOCK)
ORDERS = {"newest": Order(gettext_lazy("新登记者在前"), "id", "id", descending=True)}
MOST_ON_A_PATENT = 20


@page(policy=READERS)
@require_safe
def values(request: HttpRequest) -> HttpResponse:
    """Records, newest first; by a patent's number where one is asked for."""
    who = visitor(request)
    words = labels_of(who.rules)
    asked = request.GET.get("q", "").strip()[:100]
    found = records_for(who.reach(Right.READ_STOCK), current_inventory())
    if asked:
        found = found.filter(valued__key__in=number_keys(asked)) | found.filter(number=asked.upper())
    shown = key_page(found.distinct(), request, ORDERS)
    rows = [in_words(one, words, who.rules.day) for one in shown.rows]
    return render(request, "values/list.html", {"page": shown, "rows": rows, "asked": asked})


def in_words(stored: ValuationRecord, words: Labels, day: date) -> dict[str, Any]:
    """A record as lists show it, out of what is stored."""
    told = stored.content.get("value_cny", {})
    return {
        "stored": stored,
        "title": words.word("record_title", stored.source),
        "value_type": words.word("value_type", str(stored.content.get("value_type", ""))),
        "low": told.get("low"),
        "high": told.get("high"),
        "methods": [words.word("valuation_method", str(one)) for one in stored.content.get("methods", [])],
        "is_usable": stored.base_date <= day <= stored.valid_until,
    }


def values_of(who: Visitor, patent: StockPatent) -> list[dict[str, Any]]:
    """The records of one patent for its page."""
    words = labels_of(who.rules)
    rows = records_of(who.reach(Right.READ_STOCK), patent)[:MOST_ON_A_PATENT]
    return [in_words(one, words, who.rules.day) for one in rows]


@page(policy=READERS)
@require_safe
def value(request: HttpRequest, number: int) -> HttpResponse:
    """One record in full; who signed is masked."""
    who = visitor(request)
    stored = record_for(who.reach(Right.READ_STOCK), number)
    words = labels_of(who.rules)
    found: Recorded = record_of(stored.number, who.rules)
    record = found.record
    assets = dict(AssetKey.objects.filter(key__in=stored.valued.values("key")).values_list("key", "asset"))
    return render(
        request,
        "values/record.html",
        {
            **in_words(stored, words, who.rules.day),
            "record": record,
            "days_left": record.days_left(who.rules.day),
            "patents": [(row.key.partition(":")[2] or row.key, assets.get(row.key)) for row in stored.valued.all()],
            "signers": [masked_name(one.name) for one in record.signers],
        },
    )


@page(policy=READERS)
@require_POST
def verify(request: HttpRequest, number: int) -> HttpResponse:
    """The seal computed anew from the file that is kept."""
    who = visitor(request)
    stored = record_for(who.reach(Right.READ_STOCK), number)
    found = seal_of(open_home(settings.SITE.home), stored)
    if found.is_good and found.is_sealed:
        messages.success(request, _("校验通过：卷宗与登记时一致，封存码重新计算后相同。"))
    elif found.is_good:
        messages.success(request, _("校验通过：报告文件与登记时一致。"))
    elif found.is_missing:
        messages.error(request, _("找不到登记的文件。请系统管理员从备份恢复。"))
    elif not found.has_file:
        messages.info(request, _("这条记录没有附文件，无可校验。"))
    else:
        messages.error(request, _("校验不通过：文件与登记时不一致。请不要使用，并立即报告。"))
    return redirect("values-record", stored.pk)


@page(policy=READERS)
@require_safe
def value_file(request: HttpRequest, number: int) -> HttpResponseBase:
    """The report or dossier as it was put on record."""
    who = visitor(request)
    stored = record_for(who.reach(Right.READ_STOCK), number)
    place = place_of(
        open_home(settings.SITE.home), KeptFile(stored.file_name, stored.file, stored.file_size)
    )  # fmt: skip
    if not stored.file or not place.is_file():
        messages.error(request, _("找不到登记的文件。请系统管理员从备份恢复。"))
        return redirect("values-record", stored.pk)
    name = f"{stored.number}{Path(stored.file_name).suffix.lower()}"
    return FileResponse(place.open("rb"), as_attachment=True, filename=name)
