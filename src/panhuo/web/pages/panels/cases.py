"""Cases of assessment: list, one with its gates, opened, self-graded, assessed, ordered, reports, ended."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from panhuo.adapters.files.attachments import KeptFile, place_of
from panhuo.adapters.files.home import open_home
from panhuo.desk.assessments.access import asset_number, case_for, cases_for, report_for
from panhuo.desk.assessments.models import AssessmentCase, Panel
from panhuo.desk.assessments.organiser_actions import (
    attach,
    break_off,
    end_case,
    open_case_for,
    order_assessment,
    record_first,
    record_self_grade,
)
from panhuo.desk.assessments.reading import case_record, case_records
from panhuo.desk.history.models import LoggedAction
from panhuo.desk.inventory.access import current_inventory, stock_for
from panhuo.engine.assessment import ENDED, MOVES, Act, CaseRecord, Stage, lacks, willing_answers
from panhuo.rules.labels import Labels
from panhuo.terms.errors import DomainError
from panhuo.terms.masking import masked_name
from panhuo.terms.roles import Right
from panhuo.web.access import needs, page
from panhuo.web.lists import Order, key_page
from panhuo.web.pages.panels import forms
from panhuo.web.pages.panels.act_words import act_words
from panhuo.web.pages.panels.forms import done, names_in, told
from panhuo.web.pages.people.forms import ReasonForm
from panhuo.web.pages.people.organisations import acting
from panhuo.web.pages.stock.filters import number_keys
from panhuo.web.upload_limit import told_too_large
from panhuo.web.visitor import Visitor, visitor
from panhuo.web.words import labels_of

ORGANISERS = needs(Right.RUN_PANEL)
ORDERS = {"newest": Order(gettext_lazy("新立项者在前"), "id", "id", descending=True)}
MOST_ACTS = 30
GATES = (
    (Act.ASSESS_FIRST, gettext_lazy("门槛一：发明人自评和转化意愿"), ("gate_1_willingness",)),
    (Act.ORDER_SECOND, gettext_lazy("门槛二：价值高且转化前景好"), ("gate_2_first_assessment",)),
    (Act.CLOSE, gettext_lazy("门槛三：两次评估的报告"), ("gate_3_reports",)),
)
MARKS = {Stage.CLOSED: "good", Stage.STOPPED: "bad", Stage.OPENED: ""}
STEPS = {Act.SELF_GRADE: "panels-self-grade", Act.ASSESS_FIRST: "panels-first", Act.ORDER_SECOND: "panels-order"}


@page(policy=ORGANISERS)
@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """The cases that this person organises, newest first."""
    who = visitor(request)
    words = labels_of(who.rules)
    search = forms.CaseSearch(request.GET, rules=who.rules)
    found = searched(cases_for(who.reach(Right.RUN_PANEL)).select_related("unit"), search)
    shown = key_page(found, request, ORDERS)
    records = case_records(shown.rows)
    willing = willing_answers(who.rules)
    newest = {one.case_id: one for one in Panel.objects.filter(case__in=shown.rows).order_by("id")}
    return render(
        request,
        "panels/cases.html",
        {
            "search": search,
            "is_cut": any(search.cleaned_data.values()) if search.is_valid() else False,
            "page": shown,
            "rows": [
                {
                    "case": one,
                    "stage": words.word("assessment_stage", one.stage),
                    "mark": MARKS.get(Stage(one.stage), "busy"),
                    "lacks": _lacking(one, records[one.pk], willing, words),
                    "panel": newest.get(one.pk),
                }
                for one in shown.rows
            ],
            "may_export": who.holds(Right.EXPORT_ROWS) and bool(shown.rows),
            "filter_query": request.GET.urlencode(),
        },
    )


def searched(found: Any, search: forms.CaseSearch) -> Any:
    """The cases that a search asks for: by number of case or patent, or words of the title; by stage."""
    wanted = search.cleaned_data if search.is_valid() else {}
    if wanted.get("stage"):
        found = found.filter(stage=wanted["stage"])
    if words := (wanted.get("q") or "").strip():
        found = found.filter(
            Q(title__icontains=words)
            | Q(number=words.upper())
            | Q(asset_key__in=number_keys(words))
            | Q(publication_number__iexact=words)
        )
    return found


def _lacking(case: AssessmentCase, record: CaseRecord, willing: frozenset[str], words: Labels) -> list[str]:
    if case.stage in ENDED:
        return []
    act = Act.ORDER_SECOND if case.stage in (Stage.OPENED, Stage.SELF_GRADED, Stage.FIRST_ASSESSED) else Act.CLOSE
    return [words.word("assessment_lack", one.code) for one in lacks(act, record, willing)]


@page(policy=ORGANISERS)
@require_http_methods(["GET", "HEAD", "POST"])
def open_cases(request: HttpRequest) -> HttpResponse:
    """Cases on patents of the stock list, by their numbers."""
    who = visitor(request)
    form = forms.OpenForm(request.POST if request.method == "POST" else None, initial={"numbers": _asked(request, who)})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        opened, refused = [], []
        for number in given["numbers"]:
            try:
                opened.append(
                    open_case_for(
                        number,
                        departments=names_in(given["departments"]),
                        inventor_organisations=names_in(given["organisations"]),
                        **acting(request),
                    ).case
                )
            except DomainError as error:
                said = _("不在您可评审的存量专利中") if error.code == "not_there" else told(error, labels_of(who.rules))
                refused.append(f"{number}：{said}")
        if opened:
            messages.success(request, _("已立项 %(n)s 件。下一步：登记发明人自评和转化意愿。") % {"n": len(opened)})
        for one in refused:
            messages.error(request, one)
        if opened and not refused:
            return redirect("panels-case", opened[0].pk) if len(opened) == 1 else redirect("panels-cases")
        if opened:
            return redirect("panels-cases")
        form.add_error("numbers", _("没有一件可以立项，请看上面的原因。"))
    return render(request, "panels/open.html", {"form": form})


def _asked(request: HttpRequest, who: Visitor) -> str:
    """Numbers of the patents that the address names by ?asset=."""
    asked = [int(one) for one in request.GET.getlist("asset") if one.isascii() and one.isdecimal() and len(one) < 19]
    rows = stock_for(who.reach(Right.RUN_PANEL), current_inventory()).filter(asset__in=asked[: forms.MOST_NUMBERS])
    return "\n".join(rows.values_list("number", flat=True)) if asked else ""


@page(policy=ORGANISERS)
@require_safe
def case(request: HttpRequest, number: int) -> HttpResponse:
    """One case: where it stands, what each gate lacks, what may be done now."""
    who = visitor(request)
    one = case_for(who.standing, number, Right.RUN_PANEL, book=who.book)
    words = labels_of(who.rules)
    record = case_record(one)
    graded, first = one.self_grades.last(), one.first_assessments.last()
    stage = Stage(one.stage)
    order = _order_of(one)
    return render(
        request,
        "panels/case.html",
        {
            "one": one,
            "stage": words.word("assessment_stage", stage),
            "mark": MARKS.get(stage, "busy"),
            "is_over": stage in ENDED,
            "inventors": [masked_name(name) for name in one.inventors],
            "gates": _gates(record, who, words),
            "may": {act.value for at, act in MOVES if at is stage},
            "graded": graded,
            "willingness": _willingness(graded.willingness, who) if graded else "",
            "first": first,
            "order": order,
            "reports": list(one.reports.all()),
            "panels": list(one.panels.order_by("-id")),
            "has_open_panel": one.panels.filter(decided_on=None).exists(),
            "asset": asset_number(one) if who.holds(Right.READ_STOCK) else None,
            "acts": [{"row": row, "act": act_words(f"case.{row.act}")} for row in acts_of(f"case:{one.number}")],
        },
    )


def _order_of(one: AssessmentCase) -> Any:
    from panhuo.desk.assessments.models import SecondOrder

    return SecondOrder.objects.filter(case=one).first()


def _willingness(code: str, who: Visitor) -> str:
    from panhuo.desk.assessments.forms import choices_of

    return next((said for said, one in choices_of(who.rules, "willingness").items() if one == code), code)


def _gates(record: CaseRecord, who: Visitor, words: Labels) -> list[dict[str, Any]]:
    willing = willing_answers(who.rules)
    found = []
    for act, title, names in GATES:
        lacking = [one for one in lacks(act, record, willing) if one.gate.value in names]
        said = [words.word("assessment_lack", one.code).partition("：")[2] or one.code for one in lacking]
        found.append({"title": title, "lacks": said})
    return found


def acts_of(subject: str) -> list[LoggedAction]:
    """What was done to a thing, newest first."""
    return list(LoggedAction.objects.filter(subject=subject).order_by("-number")[:MOST_ACTS])


@page(policy=ORGANISERS)
@require_http_methods(["GET", "HEAD", "POST"])
def self_grade(request: HttpRequest, number: int) -> HttpResponse:
    """An inventor's self-grade and willingness."""
    who = visitor(request)
    one = case_for(who.standing, number, Right.RUN_PANEL, book=who.book)
    form = forms.SelfGradeForm(
        request.POST if request.method == "POST" else None, rules=who.rules, initial={"graded_on": who.rules.day}
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        if done(form, lambda: record_self_grade(one, given, **acting(request)), rules=who.rules) is not None:
            messages.success(request, _("已登记发明人自评。下一步：内部初评。"))
            return redirect("panels-case", one.pk)
    return _act(request, one, form, _("登记发明人自评"), _("发明人本人的判断和意愿，由经办人代为录入。"), _("登记"))


@page(policy=ORGANISERS)
@require_http_methods(["GET", "HEAD", "POST"])
def first(request: HttpRequest, number: int) -> HttpResponse:
    """The internal first assessment."""
    who = visitor(request)
    one = case_for(who.standing, number, Right.RUN_PANEL, book=who.book)
    form = forms.FirstForm(request.POST if request.method == "POST" else None, rules=who.rules)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = done(
            form,
            lambda: record_first(
                one, form.answers(), assessor=given["assessor"], remark=given["remark"], **acting(request)
            ),
            rules=who.rules,
        )
        if made is not None:
            messages.success(request, _("初评已保存。价值和前景的结论见下方“门槛二”。"))
            return redirect("panels-case", one.pk)
    said = _("逐项选择。留着“未定”的，价值或前景就没有结论，过不了门槛二。")
    return _act(request, one, form, _("内部初评"), said, _("保存初评"))


@page(policy=ORGANISERS)
@require_http_methods(["GET", "HEAD", "POST"])
def order(request: HttpRequest, number: int) -> HttpResponse:
    """The third-party assessment is ordered."""
    who = visitor(request)
    one = case_for(who.standing, number, Right.RUN_PANEL, book=who.book)
    form = forms.OrderForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        if done(form, lambda: order_assessment(one, **given, **acting(request)), rules=who.rules) is not None:
            messages.success(request, _("已委托二次评估。收到报告后，请上传报告。"))
            return redirect("panels-case", one.pk)
    said = _("通过门槛一和门槛二后才能委托。委托后，自评和初评不能再改。")
    return _act(request, one, form, _("委托二次评估"), said, _("确认委托"))


@page(policy=ORGANISERS, takes_files=True)
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, number: int) -> HttpResponse:
    """A report of the first or second assessment."""
    who = visitor(request)
    one = case_for(who.standing, number, Right.RUN_PANEL, book=who.book)
    form = forms.ReportForm(
        request.POST if request.method == "POST" else None, request.FILES if request.method == "POST" else None
    )
    if not told_too_large(request, form, "paper") and form.is_valid():
        given = form.cleaned_data
        with TemporaryDirectory() as folder:
            path = Path(folder) / Path(given["paper"].name).name
            path.write_bytes(given["paper"].read())
            home = open_home(settings.SITE.home)
            made = done(
                form,
                lambda: attach(
                    home, one, given["which"], path, report_number=given["report_number"], **acting(request)
                ),
                rules=who.rules,
            )
        if made is not None:
            messages.success(request, _("报告已归档。"))
            return redirect("panels-case", one.pk)
    return _act(
        request, one, form, _("上传评估报告"), _("文件按内容留存校验码，归档后不能更换。"), _("上传"), has_file=True
    )  # fmt: skip


@page(policy=ORGANISERS)
@require_safe
def report_file(request: HttpRequest, number: int) -> HttpResponseBase:
    """A report as it was attached."""
    who = visitor(request)
    one = report_for(who.standing, number, Right.RUN_PANEL, book=who.book)
    place = place_of(open_home(settings.SITE.home), KeptFile(one.name, one.digest, one.size))
    if not place.is_file():
        messages.error(request, _("找不到登记的文件。请系统管理员从备份恢复。"))
        return redirect("panels-case", one.case_id)
    return FileResponse(place.open("rb"), as_attachment=True, filename=f"{one.case.number}-{one.which}{place.suffix}")


@page(policy=ORGANISERS)
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, number: int) -> HttpResponse:
    """A case ends as it should."""
    who = visitor(request)
    one = case_for(who.standing, number, Right.RUN_PANEL, book=who.book)
    form = forms.EmptyForm(request.POST if request.method == "POST" else None)
    asked = request.method == "POST" and form.is_valid()
    if asked and done(form, lambda: end_case(one, **acting(request)), rules=who.rules) is not None:
        messages.success(request, _("项目已结案。"))
        return redirect("panels-case", one.pk)
    said = _("两次评估的报告都归档后才能结案。结案后不能再改。")
    return _act(request, one, form, _("结案"), said, _("确认结案"))


@page(policy=ORGANISERS)
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, number: int) -> HttpResponse:
    """A case ends before its end."""
    who = visitor(request)
    one = case_for(who.standing, number, Right.RUN_PANEL, book=who.book)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if done(form, lambda: break_off(one, reason=reason, **acting(request)), rules=who.rules) is not None:
            messages.success(request, _("项目已终止。"))
            return redirect("panels-case", one.pk)
    said = _("终止后不能恢复；以后还要评估的，须重新立项。")
    return _act(request, one, form, _("终止项目"), said, _("确认终止"), dangerous=True)


def _act(
    request: HttpRequest,
    one: AssessmentCase,
    form: Any,
    title: str,
    said: str,
    button: str,
    *,
    dangerous: bool = False,
    has_file: bool = False,
) -> HttpResponse:
    words = {"title": title, "said": said, "button": button, "dangerous": dangerous, "has_file": has_file}
    return render(request, "panels/act_on_case.html", {"one": one, "form": form, **words})
