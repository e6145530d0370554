"""The list of stock patents, its numbers, and its export."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet, Sum
from django.db.models.functions import Coalesce
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from panhuo.adapters.writers.columns import Column
from panhuo.adapters.writers.tables import write_rows
from panhuo.desk.inventory.access import (
    ONE_IN,
    counts_for,
    current_inventory,
    is_countable,
    stock_for,
    walked_stock_for,
    years_for,
)
from panhuo.desk.inventory.models import Inventory, StockPatent
from panhuo.desk.people.disclosure_actions import new_watermark, record_export
from panhuo.rules.labels import Labels
from panhuo.rules.reachable import Reachable
from panhuo.terms.roles import Right
from panhuo.web.access import account_of, needs, page
from panhuo.web.lists import Order, key_page
from panhuo.web.pages.stock.filters import Kept, StockFilter
from panhuo.web.visitor import Visitor, visitor
from panhuo.web.words import labels_of, region_names

MOST_EXPORTED = 200_000
ORDERS = {
    "filed": Order(gettext_lazy("入库先后"), "asset_id", "asset_id"),
    "score": Order(
        gettext_lazy("得分高者在前（仅已评分）"), "value_score", "asset_id", descending=True, may_be_empty=True
    ),
    "due": Order(gettext_lazy("年费先到期者在前（仅有年费者）"), "fee_due_on", "asset_id", may_be_empty=True),
    "granted": Order(
        gettext_lazy("新授权者在前（仅已授权）"), "grant_date", "asset_id", descending=True, may_be_empty=True
    ),
}
SHOWN = (
    "asset_id", "number", "title", "owner_name", "ip_type", "status", "dormancy", "grade", "value_score", "fee_state",
    "fee_due_on", "grant_date", "region_code", "inventory",
)  # fmt: skip
EXPORTED = (
    Column("number", "专利号", "text", 16),
    Column("title", "专利名称", "long", 30),
    Column("ip_type", "类型", "text", 9),
    Column("owner_name", "第一权利人", "long", 20),
    Column("owner_type", "权利人类型", "text", 10),
    Column("region_code", "地区代码", "text", 8),
    Column("filing_date", "申请日", "date"),
    Column("grant_date", "授权公告日", "date"),
    Column("status", "法律状态", "text", 12),
    Column("dormancy", "沉睡状态", "text", 10),
    Column("why", "判读理由", "long", 24),
    Column("grade", "价值等级", "text", 8),
    Column("value_score", "价值得分", "float", 9),
    Column("fee_state", "年费状态", "text", 12),
    Column("fee_due_on", "年费到期日", "date"),
    Column("fee_payable_cny", "应缴年费（元）", "money", 12),
    Column("fee_full_cny", "全额年费（元）", "money", 12),
)
KINDS = {
    "ip_type": "ip_type", "owner_type": "owner_type", "status": "legal_status", "dormancy": "dormancy_state",
    "why": "dormancy_reason", "fee_state": "fee_state",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figure:
    """A number over a list, and the address of the rows behind it."""

    words: str | Promise
    count: int
    query: str


@page(policy=needs(Right.READ_STOCK))
@require_safe
def stock_list(request: HttpRequest) -> HttpResponse:
    """Stock patents, 50 a page."""
    who = visitor(request)
    inventory = current_inventory()
    reach = who.reach(Right.READ_STOCK)
    words = labels_of(who.rules)
    form = StockFilter(request.GET or {}, words=words)
    rows, known, counted = _asked_rows(form, reach, inventory, who)
    first = replace(ORDERS[form.order], may_be_empty=False)  # what it cuts by is there
    shown = key_page(
        rows.only(*SHOWN), request, {form.order: first} | {key: ORDERS[key] for key in ORDERS if key != form.order},
        known=known, counted=counted,
    )  # fmt: skip
    owners = {row.owner_name for row in shown.rows}
    return render(
        request,
        "panhuo/stock/list.html",
        {
            "owner": owners.pop() if len(owners) == 1 else "",
            "inventory": inventory,
            "form": form,
            "said": form.said(),
            "page": shown,
            "rows": [in_words(row, words) for row in shown.rows],
            "figures": figures(who, inventory) if inventory else [],
            "may_take_stock": who.holds(Right.RUN_GRADING),
            "may_import": who.holds(Right.IMPORT_STOCK),
            "may_place": who.holds(Right.IMPORT_STOCK),
            "may_export": who.holds(Right.EXPORT_ROWS) and bool(shown.rows),
            "filter_query": request.GET.urlencode(),
            "most": MOST_EXPORTED,
        },
    )


def _asked_rows(
    form: StockFilter, reach: Reachable, inventory: Inventory | None, who: Visitor
) -> tuple[QuerySet[StockPatent], int | None, QuerySet[StockPatent]]:
    """What is asked for, how many they are where counts know, and what else counts them. Many out of all are gone
    through in order."""
    condition = form.condition(day=inventory.day if inventory else who.rules.day)
    asked = stock_for(reach, inventory).filter(condition)
    known = _known(form, reach, inventory) if inventory is not None else None
    if inventory is None:
        return asked, known, asked
    if known is None:
        due_on = "fee_due_on" if reach.allowed.wide_regions or reach.allowed.wide_everything else "plain_due_on"
        counted = stock_for(reach, inventory).alias(plain_due_on=Coalesce("fee_due_on", "fee_due_on"))  # by unit first
        return asked, known, counted.filter(form.condition(day=inventory.day, due_on=due_on))
    if not known:
        return asked.none(), 0, asked
    if known * ONE_IN > inventory.rows:
        return walked_stock_for(reach, inventory, form.condition(day=inventory.day, is_walked=True)), known, asked
    return asked, known, asked


def _known(form: StockFilter, reach: Reachable, inventory: Inventory) -> int | None:
    """How many are asked for, where counts say it."""
    counted = form.counted()
    if counted is None or not is_countable(reach):
        return None
    kept, condition = counted
    rows: QuerySet[Any] = {Kept.ALIKE: counts_for, Kept.YEARS: years_for}[kept](reach, inventory)
    return rows.filter(condition).aggregate(n=Sum("patents"))["n"] or 0


def figures(who: Visitor, inventory: Inventory) -> list[Figure]:
    """What one asks of a stock first; from counts where no part of what one sees hangs on persons."""
    reach = who.reach(Right.READ_STOCK)
    wanted: tuple[tuple[str | Promise, dict[str, str]], ...] = (
        (gettext_lazy("有效专利"), {"status": "granted_in_force"}),
        (gettext_lazy("疑似沉睡"), {"dormancy": "dormancy_candidate"}),
        (gettext_lazy("待核"), {"dormancy": "to_verify"}),
        (gettext_lazy("已核实沉睡"), {"dormancy": "dormant"}),
        (gettext_lazy("A 级"), {"grade": "A"}),
        (gettext_lazy("年费恢复期"), {"fee_state": "restoration_window"}),
    )
    countable = is_countable(reach)
    rows: Any = counts_for(reach, inventory) if countable else stock_for(reach, inventory)
    names = ("status", "dormancy", "grade", "fee_state")
    counted: dict[tuple[str, str], int] = {}
    if countable:
        for *codes, number in rows.order_by().values_list(*names).annotate(n=Sum("patents")):
            for name, code in zip(names, codes, strict=True):
                counted[name, code] = counted.get((name, code), 0) + number
    else:
        for codes in rows.order_by().values_list(*names):
            for name, code in zip(names, codes, strict=True):
                counted[name, code] = counted.get((name, code), 0) + 1
    found = []
    for said, told in wanted:
        ((name, code),) = told.items()
        found.append(Figure(said, counted.get((name, code), 0), urlencode(told)))
    return found


def in_words(row: StockPatent, words: Labels) -> dict[str, Any]:
    """A row as the list shows it."""
    return {
        "row": row,
        "ip_type": words.word("ip_type", row.ip_type),
        "status": words.word("legal_status", row.status),
        "status_mark": "good" if row.status == "granted_in_force" else "",
        "dormancy": words.word("dormancy_state", row.dormancy or "cannot_say"),
        "dormancy_mark": {"dormancy_candidate": "warn", "to_verify": "warn", "dormant": "bad", "exploited": "good"}.get(
            row.dormancy, ""
        ),
        "fee": words.word("fee_state", row.fee_state) if row.fee_state else "",
    }


@page(policy=needs(Right.EXPORT_ROWS))
@require_POST
def export(request: HttpRequest) -> HttpResponseBase:
    """The rows of the list as a workbook, exactly those that its filter shows; kept who took what."""
    who = visitor(request)
    inventory = current_inventory()
    words = labels_of(who.rules)
    form = StockFilter(request.GET or {}, words=words)
    rows = stock_for(who.reach(Right.READ_STOCK), inventory) & stock_for(who.reach(Right.EXPORT_ROWS), inventory)
    rows = rows.filter(form.condition(day=inventory.day if inventory else who.rules.day))
    count = rows.order_by()[: MOST_EXPORTED + 1].count()
    if inventory is None or not 0 < count <= MOST_EXPORTED:
        messages.error(
            request,
            _("没有可以导出的专利。")
            if count == 0
            else _("超过 %(most)s 件，请先缩小筛选范围再导出。") % {"most": MOST_EXPORTED},
        )
        return redirect("stock-list")
    mark = new_watermark()
    chosen = {str(name): value for name, value in form.said()}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "stock.xlsx"
        written = write_rows(
            path,
            EXPORTED,
            _exported(rows, labels_of(who.rules)),
            sheet_title="存量专利",
            head=(f"存量专利 {inventory.day} 共 {count} 件", f"导出编号 {mark}"),
            notes=(
                f"盘点日 {inventory.day}，规则包 {inventory.pack} {inventory.pack_version}，导出编号 {mark}",
                "筛选条件：" + ("；".join(f"{name} {value}" for name, value in chosen.items()) or "无"),
                "疑似沉睡由程序据登记事实判读，须经权利人核实；年费减缴在权利人确认前为推定。",
            ),
        )
        body = path.read_bytes()
    record_export(
        "stock_patents", of=None, chosen=chosen, rows=written, digest=hashlib.sha256(body).hexdigest(), watermark=mark,
        actor=account_of(request), at=who.at, rules=who.rules,
    )  # fmt: skip
    return _download(body, f"存量专利-{inventory.day}-{mark}.xlsx")


def _exported(rows: Iterable[StockPatent], words: Labels) -> Iterator[list[object]]:
    for row in rows.iterator(chunk_size=2_000):  # type: ignore[attr-defined]
        yield [_cell(getattr(row, column.key), KINDS.get(column.key), words) for column in EXPORTED]


def _cell(value: object, kind: str | None, words: Labels) -> object:
    if kind is None or not isinstance(value, str):
        return value
    return "；".join(words.word(kind, code) for code in value.split(";") if code)


def _download(body: bytes, name: str) -> FileResponse:
    from io import BytesIO

    return FileResponse(BytesIO(body), as_attachment=True, filename=name)


@page(policy=needs(Right.READ_STOCK))
@require_safe
def stock_figures(request: HttpRequest) -> HttpResponse:
    """How many there are, by status, dormancy, grade, type, region and unit, each number with its rows."""
    who = visitor(request)
    inventory = current_inventory()
    reach = who.reach(Right.READ_STOCK)
    words = labels_of(who.rules)
    regions = region_names(who.rules)
    tables = []
    if inventory is not None and is_countable(reach):
        titles = {name: (kind, title) for name, kind, title in (
            ("status", "legal_status", _("法律状态")),
            ("dormancy", "dormancy_state", _("沉睡状态")),
            ("grade", "grade", _("价值等级")),
            ("ip_type", "ip_type", _("类型")),
            ("owner_type", "owner_type", _("权利人类型")),
            ("fee_state", "fee_state", _("年费状态")),
        )}  # fmt: skip
        counted = counts_for(reach, inventory).order_by().values_list(*titles).annotate(n=Sum("patents"))
        by: dict[str, Counter[str]] = {name: Counter() for name in titles}
        for *codes, number in counted:
            for name, code in zip(titles, codes, strict=True):
                by[name][code] += number
        for name, (kind, title) in titles.items():
            rows = [
                (words.word(kind, code) if code else _("（无）"), number, urlencode({name: code}) if code else "")
                for code, number in by[name].most_common()
            ]
            tables.append({"id": f"by-{name}", "title": title, "rows": rows})
        by_region = counts_for(reach, inventory).order_by().values_list("region_code").annotate(n=Sum("patents"))
        rows = [
            (regions.get(code, code) or _("（无）"), number, urlencode({"region": code}) if code else "")
            for code, number in sorted(by_region, key=lambda one: -one[1])[:30]
        ]
        tables.append({"id": "by-region", "title": _("地区"), "rows": rows})
        by_unit = (
            counts_for(reach, inventory)
            .order_by()
            .exclude(unit=None)
            .values_list("unit", "unit__name")
            .annotate(n=Sum("patents"))
        )
        units = [
            (name, number, urlencode({"unit": unit}))
            for unit, name, number in sorted(by_unit, key=lambda one: -one[2])[:30]
        ]
        tables.append({"id": "by-unit", "title": _("单位"), "rows": units})
    return render(request, "panhuo/stock/figures.html", {"inventory": inventory, "tables": tables})
