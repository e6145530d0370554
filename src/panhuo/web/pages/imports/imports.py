"""Importing files: send in, see what was recognised, map headings, import in the background, mend what was left."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from panhuo.adapters.files.home import Home, open_home
from panhuo.adapters.files.uploads import too_large
from panhuo.adapters.readers.headings import field_words, own_headings
from panhuo.adapters.readers.previews import MAPPED
from panhuo.adapters.readers.tables_schemas import SCHEMAS
from panhuo.desk.imports.actions import say_headings, send_in, start_import, upload_source
from panhuo.desk.imports.errors_out import column_names, write_errors
from panhuo.desk.imports.models import Upload
from panhuo.desk.imports.reading import may_open_rows, organisation_of, told_rows, upload_for, uploads_for
from panhuo.rules.rights import INSTALLATION
from panhuo.terms.errors import DomainError
from panhuo.terms.job_states import OPEN_STATES
from panhuo.terms.roles import Right
from panhuo.web.access import account_of, needs, page
from panhuo.web.pages.imports.forms import HeadingsForm, SendForm
from panhuo.web.pages.jobs.jobs import job_part
from panhuo.web.pages.jobs.words import told
from panhuo.web.refusal_words import refusal_words
from panhuo.web.upload_limit import most_bytes, was_too_large
from panhuo.web.visitor import visitor
from panhuo.web.workbench import RECENT

SHOWN, SHOWN_ERRORS = 50, 20
STATES = {"to-start": Q(job=None), "rejected": Q(is_read=True, rejected__gt=0)}
STATUS_FIELDS = {"status_words", "inpadoc_events"}
IMPORTERS = needs(Right.IMPORT_STOCK)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page(policy=IMPORTERS)
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Imports, newest first; older ones by ?before=NUMBER."""
    who = visitor(request)
    rows = uploads_for(account_of(request), who.standing, book=who.book).defer("seen")
    state = request.GET.get("state", "")
    if state in STATES:  # one's own of late, as the workbench counts them
        rows = rows.filter(STATES[state], sent_by=account_of(request), sent_at__gte=who.at - RECENT)
    before = request.GET.get("before", "")
    if before.isascii() and before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: SHOWN + 1])
    shown = [
        {"upload": one, "told": told(one.job, manages=False) if one.job is not None else None} for one in found[:SHOWN]
    ]
    older = found[SHOWN - 1].pk if len(found) > SHOWN else None
    return render(request, "panhuo/imports/list.html", {"uploads": shown, "older": older, "state": state in STATES})


@page(policy=IMPORTERS, takes_files=True)
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest) -> HttpResponse:
    """The form for a file; what was recognised is the next page."""
    who = visitor(request)
    form = SendForm(request.POST, request.FILES) if request.method == "POST" else SendForm()
    if request.method == "POST" and was_too_large(request):
        form.errors.clear()
        form.add_error("file", refusal_words(too_large(most_bytes())))
    elif form.is_valid():
        file = form.cleaned_data["file"]
        try:
            upload = send_in(
                _home(), file.name, file.chunks(), most_bytes=most_bytes(), as_of=form.cleaned_data["as_of"],
                fills_own=form.cleaned_data["fills_own"], actor=account_of(request), at=who.at, rules=who.rules,
            )  # fmt: skip
            return redirect("imports-one", number=upload.pk)
        except DomainError as error:
            form.add_error("file", refusal_words(error))
    unit = organisation_of(who.standing, book=who.book)
    return render(request, "panhuo/imports/send.html", {"form": form, "unit": unit, "most_mb": settings.SITE.upload_mb})


@page(policy=IMPORTERS)
@require_safe
def one(request: HttpRequest, number: int) -> HttpResponse:
    """What was recognised; how far the import is; what became of it."""
    return _shown(request, _upload(request, number))


@page(policy=IMPORTERS)
@require_POST
def headings(request: HttpRequest, number: int) -> HttpResponse:
    """Say what headings mean."""
    who = visitor(request)
    upload = _upload(request, number)
    form = HeadingsForm(upload, request.POST)
    if form.is_valid():
        try:
            say_headings(_home(), upload, form.told(), actor=account_of(request), at=who.at, rules=who.rules)
            messages.success(request, _("已按您的选择重新识别，下次遇到同样的表头会自动套用。"))
            return redirect("imports-one", number=number)
        except DomainError as error:
            if error.code not in {"field_twice", "unknown_field"}:
                raise
            form.add_error(None, refusal_words(error))
    return _shown(request, upload, form)


@page(policy=IMPORTERS)
@require_POST
def start(request: HttpRequest, number: int) -> HttpResponse:
    """Ask for the import."""
    who = visitor(request)
    start_import(_upload(request, number), actor=account_of(request), at=who.at, rules=who.rules)
    return redirect("imports-one", number=number)


@page(policy=IMPORTERS)
@require_safe
def part(request: HttpRequest, number: int) -> HttpResponse:
    """How far the import is."""
    upload = _upload(request, number)
    if upload.job is None:
        raise Http404
    return job_part(request, upload.job, request.path)


@page(policy=IMPORTERS)
@require_safe
def errors(request: HttpRequest, number: int) -> HttpResponseBase:
    """The error workbook, for who sent the file in and colleagues."""
    who = visitor(request)
    upload = _upload(request, number)
    if not upload.is_read or not upload.rejected or not may_open_rows(account_of(request), who.standing, upload):
        raise Http404
    with TemporaryDirectory() as folder:
        path = Path(folder) / "errors.xlsx"
        write_errors(upload, upload_source(_home(), upload), path, rules=who.rules)
        handle = path.open("rb")
    name = f"{upload.name.rpartition('.')[0] or upload.name}-未入库行.xlsx"
    return FileResponse(handle, as_attachment=True, filename=name, content_type=XLSX)


def _shown(request: HttpRequest, upload: Upload, form: HeadingsForm | None = None) -> HttpResponse:
    who = visitor(request)
    account = account_of(request)
    context: dict[str, Any] = {"upload": upload, "seen": upload.seen, "label": _label(upload.seen.get("label", ""))}
    if upload.job is None:
        code = upload.seen.get("refusal_code", "")
        asked = form or HeadingsForm(upload)
        context |= {
            "form": asked if asked.asked and upload.seen.get("sheets") else None,
            "why": refusal_words(DomainError(upload.seen.get("refusal", ""), code=code)) if code else "",
            "sheets": [_sheet(sheet) for sheet in upload.seen.get("sheets", [])],
        }
        return render(request, "panhuo/imports/check.html", context, status=200 if form is None else 422)
    manages = who.may(Right.RUN_JOBS, INSTALLATION)
    context["one"] = told(upload.job, manages=manages)
    context["may_read_stock"] = who.holds(Right.READ_STOCK)
    context["is_open"] = upload.job.state in OPEN_STATES
    context["poll"] = f"/imports/{upload.pk}/part/"
    if upload.is_read and upload.rejected:
        context["may_open"] = may_open_rows(account, who.standing, upload)
        if context["may_open"]:
            names = column_names(upload)
            context["errors"] = [
                {"row": row, "column": names.get(row.column, row.column), "why": why, "to_do": to_do}
                for row, why, to_do in told_rows(upload, who.rules, most=SHOWN_ERRORS, language=_language())
            ]
    return render(request, "panhuo/imports/result.html", context)


def _sheet(sheet: dict[str, Any]) -> dict[str, Any]:
    own = own_headings(sheet["schema"]) if sheet["schema"] in SCHEMAS else {}
    own = {**field_words(), **own_headings("stock_inventory"), **own_headings("patents"), **own}
    unknown = [one["text"] for one in sheet["headings"] if not one["is_known"]]
    columns = [
        {"text": one["text"], "fills": own.get(one["field"], one["field"]), "is_known": one["is_known"]}
        for one in sheet["headings"]
    ]
    filled = {one["field"] for one in sheet["headings"]}
    lacks_status = sheet["schema"] in MAPPED and not filled & STATUS_FIELDS
    return {
        **sheet,
        "label": _label(sheet["label"]),
        "columns": columns,
        "unknown": len(unknown),
        "lacks_status": lacks_status,
    }


def _label(label: str) -> str:
    """Labels of formats stand in Chinese and English beside each other."""
    zh, _slash, en = label.partition(" / ")
    return en if en and _language() == "en" else zh


def _language() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh"


def _upload(request: HttpRequest, number: int) -> Upload:
    who = visitor(request)
    return upload_for(account_of(request), who.standing, number, book=who.book)


def _home() -> Home:
    return open_home(settings.SITE.home)
