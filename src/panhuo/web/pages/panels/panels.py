"""An expert panel as its organiser runs it: started, experts put on it, progress, result, export."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from panhuo.adapters.writers.columns import Column
from panhuo.adapters.writers.tables import write_rows
from panhuo.desk.assessments.access import case_for, case_subject, cases_for, experts_at, panel_for
from panhuo.desk.assessments.models import AssessmentCase, Panel, PanelExpert
from panhuo.desk.assessments.organiser_actions import close_panel, seat_expert, start_panel, unseat_expert
from panhuo.desk.assessments.panel_actions import outcome, result_of
from panhuo.desk.people.access import not_there
from panhuo.desk.people.disclosure_actions import new_watermark, record_export
from panhuo.rules.labels import Labels
from panhuo.rules.rights import Subject
from panhuo.terms.roles import Right
from panhuo.web.access import account_of, needs, page
from panhuo.web.pages.panels import forms
from panhuo.web.pages.panels.act_words import act_words
from panhuo.web.pages.panels.cases import ORGANISERS, acts_of, searched
from panhuo.web.pages.panels.forms import done, is_english, names_in
from panhuo.web.pages.people.forms import ReasonForm
from panhuo.web.pages.people.organisations import acting
from panhuo.web.visitor import visitor
from panhuo.web.words import labels_of

MOST_EXPORTED = 20_000
MOST_EXPERTS = 500
CASES = (
    Column("number", "项目编号", "text", 12),
    Column("title", "专利名称", "long", 30),
    Column("patent", "专利号", "text", 18),
    Column("unit", "单位", "long", 20),
    Column("stage", "进度", "text", 16),
    Column("opened_on", "立项日", "date"),
    Column("panel", "专家组", "text", 12),
    Column("points", "专家组得分", "text", 10),
    Column("decided_on", "结果确定日", "date"),
)
RESULT = (
    Column("indicator", "指标", "text", 18),
    Column("weight", "权重", "text", 8),
    Column("points", "合成分", "text", 9),
    Column("lowest", "最低", "text", 8),
    Column("highest", "最高", "text", 8),
    Column("spread", "极差", "text", 8),
    Column("deviation", "标准差", "text", 8),
    Column("to_discuss", "是否需讨论", "text", 10),
    Column("apart", "偏离较大的专家", "text", 16),
)


@page(policy=ORGANISERS)
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, number: int) -> HttpResponse:
    """A new panel on a case."""
    who = visitor(request)
    one = case_for(who.standing, number, Right.RUN_PANEL, book=who.book)
    form = forms.PanelForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = done(form, lambda: start_panel(one, **given, **acting(request)), rules=who.rules)
        if made is not None:
            messages.success(request, _("已组建专家组 %(number)s。下一步：逐位加入专家。") % {"number": made.number})
            return redirect("panels-panel", made.pk)
    told = {
        "title": _("组建专家组"),
        "said": _("评分指标和规则按今天的规则包固定，以后不变。"),
        "button": _("组建"),
    }
    return render(request, "panels/act_on_case.html", {"one": one, "form": form, **told})


@page(policy=ORGANISERS)
@require_safe
def panel(request: HttpRequest, number: int) -> HttpResponse:
    """Who is on a panel and has scored; the result once it is decided, or as it grows where the panel is open."""
    who = visitor(request)
    one = panel_for(who.standing, number, Right.RUN_PANEL, book=who.book)
    seats = list(one.experts.select_related("account").prefetch_related("scores"))
    sits = [seat for seat in seats if seat.withdrawn_on is None]
    is_shown = one.decided_on is not None or not one.is_blind
    result = one.result or (outcome(result_of(one)) if is_shown and sits else None)
    return render(
        request,
        "panels/panel.html",
        {
            "one": one,
            "rows": [{"seat": seat, "state": _state(seat, one), "mark": _mark(seat)} for seat in seats],
            "scored": sum(1 for seat in sits if _has_scored(seat)),
            "asked": len(sits),
            "least": int(one.rules["min_experts"]),
            "is_late": who.rules.day > one.due,
            "result": result,
            "indicators": _indicators(one, result),
            "names": {seat.expert: seat.name for seat in seats},
            "scores": _scores(one, seats) if is_shown else [],
            "average": {"mean": _("均值"), "median": _("中位数")}.get(one.rules["average"], _("截尾均值")),
            "may_export": one.decided_on is not None and who.may(Right.EXPORT_ROWS, case_subject(one.case)),
            "acts": [{"row": row, "act": act_words(f"panel.{row.act}")} for row in acts_of(f"panel:{one.number}")],
        },
    )


def _has_scored(seat: PanelExpert) -> bool:
    return seat.handed_in_on is not None or (seat.account_id is None and bool(seat.scores.all()))


def _state(seat: PanelExpert, one: Panel) -> str:
    if seat.conflict_reason:
        return _("已回避")
    if seat.withdrawn_on is not None:
        return _("已退出")
    if _has_scored(seat):
        return _("已提交")
    return _("未提交") if not seat.draft else _("有草稿，未提交")


def _mark(seat: PanelExpert) -> str:
    if seat.withdrawn_on is not None:
        return "bad"
    return "good" if _has_scored(seat) else "warn"


def _indicators(one: Panel, result: Any) -> list[dict[str, Any]]:
    english = is_english()
    names = {item["code"]: item["en"] if english else item["zh"] for item in one.indicators}
    return [{**told, "name": names[told["indicator"]]} for told in (result or {}).get("indicators", [])]


def _scores(one: Panel, seats: list[PanelExpert]) -> list[dict[str, Any]]:
    """Comments and points expert by expert, in the order of the indicators; who left is not among them."""
    english = is_english()
    found = []
    for seat in seats:
        given = {score.indicator: score for score in seat.scores.all()}
        if seat.withdrawn_on is None and given:
            rows = [
                {"name": item["en"] if english else item["zh"], "score": given.get(item["code"])}
                for item in one.indicators
            ]
            found.append({"seat": seat, "rows": rows})
    return found


@page(policy=ORGANISERS)
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest, number: int) -> HttpResponse:
    """An expert is put on a panel; one in conflict is refused in words."""
    who = visitor(request)
    one = panel_for(who.standing, number, Right.RUN_PANEL, book=who.book)
    among = experts_at(who.at).exclude(pk__in=one.experts.exclude(account=None).values("account"))
    form = forms.ExpertForm(request.POST if request.method == "POST" else None, among=among)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        given["relations"] = names_in(given["relations"])
        made = done(form, lambda: seat_expert(one, **given, **acting(request)), rules=who.rules)
        if made is not None:
            messages.success(request, _("已加入专家 %(name)s，对方登录后即可评分。") % {"name": made.name})
            return redirect("panels-panel", one.pk)
    told = {
        "title": _("加入专家"),
        "said": _("系统会核对工作单位、发明关系和近年交易；须回避的不能加入。"),
        "button": _("加入"),
    }
    return render(request, "panels/act_on_panel.html", {"one": one, "form": form, **told})


@page(policy=ORGANISERS)
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, seat: int) -> HttpResponse:
    """An expert is taken off an open panel."""
    who = visitor(request)
    found = PanelExpert.objects.filter(pk=seat).first()
    if found is None:
        raise not_there(f"sheet:{seat}")
    one = panel_for(who.standing, found.panel_id, Right.RUN_PANEL, book=who.book)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if done(form, lambda: unseat_expert(one, found, reason=reason, **acting(request)), rules=who.rules) is not None:
            messages.success(request, _("专家 %(name)s 已退出专家组。") % {"name": found.name})
            return redirect("panels-panel", one.pk)
    told = {
        "title": _("请专家 %(name)s 退出") % {"name": found.name},
        "said": _("退出后不能再加入这个专家组，已给的分数不计入结果。"),
        "button": _("确认退出"),
        "dangerous": True,
    }
    return render(request, "panels/act_on_panel.html", {"one": one, "form": form, **told})


@page(policy=ORGANISERS)
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, number: int) -> HttpResponse:
    """The result is fixed."""
    who = visitor(request)
    one = panel_for(who.standing, number, Right.RUN_PANEL, book=who.book)
    form = forms.EmptyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        found = done(form, lambda: close_panel(one, **acting(request)), rules=who.rules)
        if found is not None:
            messages.success(request, _("评审结果已确定：%(points)s 分。") % {"points": found.points})
            return redirect("panels-panel", one.pk)
    told = {
        "title": _("确定评审结果"),
        "said": _("确定后任何人不能再评分，结果连同当时的规则一并存档。"),
        "button": _("确定结果"),
    }
    return render(request, "panels/act_on_panel.html", {"one": one, "form": form, **told})


@page(policy=needs(Right.EXPORT_ROWS))
@require_POST
def result_file(request: HttpRequest, number: int) -> HttpResponseBase:
    """The result of a decided panel as a workbook; experts by their codes; kept who took it."""
    who = visitor(request)
    one = panel_for(who.standing, number, Right.EXPORT_ROWS, book=who.book)
    panel_for(who.standing, number, Right.RUN_PANEL, book=who.book)
    if one.result is None:
        messages.error(request, _("评审结果还没有确定，不能下载。"))
        return redirect("panels-panel", one.pk)
    weights = {item["code"]: item["weight"] for item in one.indicators}
    rows = [
        [
            told["name"], weights[told["indicator"]], told["points"], told["lowest"], told["highest"], told["spread"],
            told["deviation"], _("是") if told["to_discuss"] else _("否"), "、".join(told["apart"]),
        ]
        for told in _indicators(one, one.result)
    ]  # fmt: skip
    head = (f"专家评审结果 {one.number} 项目 {one.case.number} 得分 {one.result['points']}",)
    notes = (f"规则包 {one.pack} {one.pack_version}，确定日 {one.decided_on}，计入 {len(one.result['counted'])} 人。",)
    of = case_subject(one.case)
    return _handed_out(request, "panel_result", f"专家评审结果-{one.number}", RESULT, rows, head, notes, of=of)


@page(policy=needs(Right.EXPORT_ROWS))
@require_POST
def export(request: HttpRequest) -> HttpResponseBase:
    """The list of cases with their results as a workbook, exactly those that its search shows; kept who took what."""
    who = visitor(request)
    search = forms.CaseSearch(request.GET, rules=who.rules)
    may = cases_for(who.reach(Right.RUN_PANEL)) & cases_for(who.reach(Right.EXPORT_ROWS))
    found = searched(may.select_related("unit"), search)
    count = found.order_by()[: MOST_EXPORTED + 1].count()
    if not 0 < count <= MOST_EXPORTED:
        messages.error(request, _("没有可以导出的项目，或项目太多。请换一个查找条件。"))
        return redirect("panels-cases" if who.holds(Right.RUN_PANEL) else "home")
    words = labels_of(who.rules)
    chosen = {name: value for name, value in search.cleaned_data.items() if value} if search.is_valid() else {}
    head = (f"价值评估项目 共 {count} 件",)
    return _handed_out(request, "assessment_cases", "价值评估项目", CASES, _case_rows(found, words), head, (), chosen)


def _case_rows(found: Iterable[AssessmentCase], words: Labels) -> Iterator[list[object]]:
    rows = list(found)
    decided = {one.case_id: one for one in Panel.objects.exclude(decided_on=None).order_by("id")}
    for one in rows:
        panel = decided.get(one.pk)
        yield [
            one.number, one.title, one.application_number or one.publication_number, one.unit.name if one.unit else "",
            words.word("assessment_stage", one.stage), one.opened_on, panel.number if panel else "",
            panel.result["points"] if panel and panel.result else "", panel.decided_on if panel else None,
        ]  # fmt: skip


def _handed_out(
    request: HttpRequest,
    what: str,
    name: str,
    columns: tuple[Column, ...],
    rows: Iterable[list[object]],
    head: tuple[str, ...],
    notes: tuple[str, ...],
    chosen: dict[str, Any] | None = None,
    *,
    of: Subject | None = None,
) -> HttpResponseBase:
    """A workbook with a code in it, after it was written down who takes it."""
    who = visitor(request)
    mark = new_watermark()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "out.xlsx"
        said = (*head, f"导出编号 {mark}")
        written = write_rows(path, columns, rows, sheet_title="结果", head=said, notes=(*notes, f"导出编号 {mark}"))
        body = path.read_bytes()
    record_export(
        what, of=of, chosen=chosen or {}, rows=written, digest=hashlib.sha256(body).hexdigest(), watermark=mark,
        actor=account_of(request), at=who.at, rules=who.rules,
    )  # fmt: skip
    return FileResponse(BytesIO(body), as_attachment=True, filename=f"{name}-{mark}.xlsx")
