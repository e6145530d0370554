"""转化月度台账: months by kind or region, each number with its rows, both as workbooks; counting months anew."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from panhuo.adapters.writers.columns import Column
from panhuo.adapters.writers.layout import notes_of
from panhuo.desk.inventory.access import current_inventory, stock_for
from panhuo.desk.listings.access import ledger_entries_for
from panhuo.desk.listings.ledger_work import ask_for_ledger
from panhuo.desk.listings.models import LedgerEntry, LedgerMonth
from panhuo.desk.registry.export import register_version
from panhuo.rules import InForce
from panhuo.rules.labels import Labels
from panhuo.terms.errors import DomainError
from panhuo.terms.roles import Right
from panhuo.web.access import account_of, needs, page
from panhuo.web.lists import Order, key_page
from panhuo.web.pages.figures.counting import places_of
from panhuo.web.pages.figures.ledger_counts import (
    COLUMNS,
    Line,
    MonthsForm,
    RowsFilter,
    Span,
    by_month,
    by_region,
    groups_of,
    regions_in,
    span_of,
)
from panhuo.web.pages.figures.workbooks import hand_out
from panhuo.web.refusal_words import refusal_words
from panhuo.web.visitor import Visitor, visitor
from panhuo.web.words import labels_of, region_names

MOST_EXPORTED = 100_000
KIND, REGION = "kind", "region"
ORDERS = {
    "newest": Order(gettext_lazy("新登记者在前"), "day", "id", descending=True),
    "oldest": Order(gettext_lazy("早登记者在前"), "day", "id"),
}
ROWS = (
    Column("kind", "台账类别", "text", 10),
    Column("day", "登记日", "date"),
    Column("number", "备案登记号或合同号", "text", 18),
    Column("patent_number", "专利号", "text", 16),
    Column("title", "专利名称", "long", 28),
    Column("from_party", "让与人", "long", 20),
    Column("to_party", "受让人", "long", 20),
    Column("terms", "许可方式", "text", 8),
    Column("counts", "计入", "text", 6),
    Column("strike", "剔除原因", "text", 16),
    Column("is_from_university", "高校院所让与", "text", 8),
    Column("size", "受让人规模", "text", 9),
    Column("reconciled", "合同与备案核对", "text", 12),
    Column("counterpart", "对应号", "text", 16),
    Column("amount_cny", "合同金额（元）", "money", 14),
    Column("region_code", "地区代码", "text", 8),
)
KINDS = {
    "kind": "ledger", "terms": "licence_terms", "strike": "strike", "size": "size", "reconciled": "reconciled",
}  # fmt: skip


def _table(who: Visitor, span: Span, by: str, rows: QuerySet[LedgerEntry]) -> tuple[list[tuple[str, bool]], list[Line]]:
    """Headings, each with whether it stands apart from the chart; lines, the last of all together."""
    groups = groups_of(rows, span)
    if by == REGION:
        months = [(f"{month:%Y-%m}", True) for month in span.months]
        places = places_of(regions_in(groups), region_names(who.rules), "")
        return [*months, (_("合计"), False)], by_region(groups, span, places)
    return [(str(one.words), one.is_apart) for one in COLUMNS], by_month(groups, span, who.rules.day)


def _asked(request: HttpRequest) -> str:
    return REGION if request.GET.get("by") == REGION else KIND


@page(policy=needs(Right.READ_LEDGER))
@require_safe
def shown(request: HttpRequest) -> HttpResponse:
    """Months by kind, or regions by month."""
    who = visitor(request)
    by = _asked(request)
    form = MonthsForm(request.GET if request.GET.keys() & {"since", "until"} else {})
    span = span_of(form, who.rules.day)
    headings, lines = _table(who, span, by, ledger_entries_for(who.reach(Right.READ_LEDGER)))
    return render(
        request,
        "panhuo/figures/ledger.html",
        {
            "form": form,
            "by": by,
            "span": span,
            "has_any": bool(span.kept),
            "headings": headings,
            "lines": lines,
            "is_stale": _is_stale(span),
            "months_query": urlencode(span.query),
            "may_count": who.holds(Right.KEEP_LEDGER),
            "may_export": who.holds(Right.EXPORT_ROWS) and bool(span.kept),
            "notes": _notes(who.rules, span),
        },
    )


def _is_stale(span: Span) -> bool:
    """Whether the register was changed after a month was counted."""
    version = str(register_version())
    return any(one.register_version.partition("-")[0] != version for one in span.kept.values())


def _notes(rules: InForce, span: Span) -> list[str]:
    covered = max((one.covered_until for one in span.kept.values()), default=rules.day)
    return notes_of(
        rules, "ledger", months=rules.integer("ledger.circular_months"),
        days=rules.integer("ledger.match_window_days"), covered=covered,
    )  # fmt: skip


@page(policy=needs(Right.EXPORT_ROWS))
@require_POST
def export(request: HttpRequest) -> HttpResponseBase:
    """The table that the page shows; kept who took it."""
    who = visitor(request)
    by, form = _asked(request), MonthsForm(request.GET)
    span = span_of(form, who.rules.day)
    if not span.kept or not who.holds(Right.READ_LEDGER):
        messages.error(request, _("没有可以导出的数字。"))
        return redirect("figures-ledger" if who.holds(Right.READ_LEDGER) else "home")
    headings, lines = _table(who, span, by, ledger_entries_for(who.reach(Right.READ_LEDGER)))
    first = Column("name", "地区" if by == REGION else "月份", "text", 16)
    columns = (first, *(Column(f"n{at}", words, "int", 11) for at, (words, _apart) in enumerate(headings)))
    cells = [[line.name, *(number if line.is_kept else None for number, _query in line.cells)] for line in lines]
    return hand_out(
        request, columns, cells, what="conversion_ledger", chosen={"by": by, **span.query},
        title=f"转化月度台账-{span.since:%Y-%m}至{span.until:%Y-%m}", notes=_notes(who.rules, span),
    )  # fmt: skip


@page(policy=needs(Right.READ_LEDGER))
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The rows behind a number, 50 a page."""
    who = visitor(request)
    words = labels_of(who.rules)
    form = RowsFilter(request.GET or {}, words=words)
    rows = ledger_entries_for(who.reach(Right.READ_LEDGER)).filter(form.condition())
    found = key_page(rows, request, ORDERS)
    return render(
        request,
        "panhuo/figures/ledger_rows.html",
        {
            "form": form,
            "page": found,
            "rows": [_in_words(row, words) for row in found.rows],
            "opens": _opening(who, found.rows),
            "may_export": who.holds(Right.EXPORT_ROWS) and bool(found.rows),
            "filter_query": request.GET.urlencode(),
        },
    )


def _opening(who: Visitor, rows: list[LedgerEntry]) -> set[int]:
    """Which of the rights have a page that the visitor may open."""
    if not who.holds(Right.READ_STOCK):
        return set()
    wanted = {row.asset_id for row in rows if row.asset_id}
    seen = stock_for(who.reach(Right.READ_STOCK), current_inventory()).filter(asset__in=wanted).order_by()
    return set(seen.values_list("asset", flat=True))


def _in_words(row: LedgerEntry, words: Labels) -> dict[str, Any]:
    told = {name: words.word(kind, getattr(row, name)) if getattr(row, name) else "" for name, kind in KINDS.items()}
    return {"row": row, **told}


@page(policy=needs(Right.EXPORT_ROWS))
@require_POST
def export_rows(request: HttpRequest) -> HttpResponseBase:
    """The rows that the page shows, all of them, as a workbook; kept who took what."""
    who = visitor(request)
    words = Labels(who.rules)
    form = RowsFilter(request.GET or {}, words=words)
    both = ledger_entries_for(who.reach(Right.READ_LEDGER)) & ledger_entries_for(who.reach(Right.EXPORT_ROWS))
    rows = both.filter(form.condition())
    count = rows.order_by()[: MOST_EXPORTED + 1].count()
    if not 0 < count <= MOST_EXPORTED:
        messages.error(request, _("没有可以导出的台账行。") if count == 0 else _("行数过多，请先缩小月份再导出。"))
        return redirect("figures-ledger-rows" if who.holds(Right.READ_LEDGER) else "home")
    return hand_out(
        request, ROWS, _exported(rows.order_by("day", "id"), words), what="conversion_ledger_rows",
        chosen=request.GET.dict(), title=f"转化台账明细-{who.rules.day}",
        notes=(f"共 {count} 行；金额为整份合同金额，一份合同涉及多件专利的每行重复列示。",),
    )  # fmt: skip


def _exported(rows: QuerySet[LedgerEntry], words: Labels) -> Iterator[list[object]]:
    for row in rows.iterator(chunk_size=2_000):
        cells: dict[str, object] = {column.key: getattr(row, column.key) for column in ROWS}
        for name, kind in KINDS.items():
            cells[name] = words.word(kind, str(cells[name])) if cells[name] else ""
        for name in ("counts", "is_from_university"):
            cells[name] = words.word("yes_no", "yes" if cells[name] else "no")
        yield list(cells.values())


class CountForm(MonthsForm):
    """Which months to count; both ends are named."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in self.fields.values():
            one.required = True


@page(policy=needs(Right.KEEP_LEDGER))
@require_http_methods(["GET", "HEAD", "POST"])
def count(request: HttpRequest) -> HttpResponse:
    """Ask for months to be counted in the background."""
    who = visitor(request)
    begin = {"since": f"{who.rules.day:%Y}-01", "until": f"{who.rules.day:%Y-%m}"}
    form = CountForm(request.POST or None, initial=begin)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            job = ask_for_ledger(told["since"], told["until"], actor=account_of(request), at=who.at, rules=who.rules)
        except DomainError as error:
            form.add_error(None, refusal_words(error))
        else:
            messages.success(request, _("正在统计。完成后台账页显示新的数字。"))
            return redirect("jobs-one", number=job.pk)
    kept = LedgerMonth.objects.filter(stands=True).order_by("-month")[:24]
    return render(request, "panhuo/figures/ledger_count.html", {"form": form, "kept": kept})
