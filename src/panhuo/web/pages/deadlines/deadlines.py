"""What falls due: fees by 7, 30 and 90 days, grace, restoration, ends of terms; by unit, with export."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet, Sum
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from panhuo.adapters.writers.columns import Column
from panhuo.adapters.writers.tables import write_rows
from panhuo.desk.inventory.access import ONE_IN, current_inventory, dues_for, stock_for, walked_stock_for
from panhuo.desk.inventory.falling_due import due_condition
from panhuo.desk.inventory.models import Inventory, StockPatent
from panhuo.desk.people.disclosure_actions import new_watermark, record_export
from panhuo.desk.people.models import Organisation
from panhuo.engine.records.terms_and_fees import FeeState
from panhuo.rules.labels import Labels
from panhuo.rules.reachable import Reachable
from panhuo.terms.roles import Right
from panhuo.web.access import account_of, needs, page
from panhuo.web.lists import Order, key_page
from panhuo.web.visitor import visitor
from panhuo.web.words import labels_of

MOST_EXPORTED, MOST_UNITS = 100_000, 30
MOST_CONSENT_DAYS = 90
"""No alert tells of a consent that runs longer."""
BY_FEE = {"due": Order(gettext_lazy("先到期的在前"), "fee_due_on", "asset_id")}
BY_TERM = {"due": Order(gettext_lazy("先到期的在前"), "term_end", "asset_id")}
BY_CONSENT = {"due": Order(gettext_lazy("先到期的在前"), "consent_until", "asset_id")}
COLUMNS = (
    Column("number", "专利号", "text", 16),
    Column("title", "专利名称", "long", 30),
    Column("owner_name", "第一权利人", "long", 20),
    Column("fee_state", "年费状态", "text", 12),
    Column("fee_due_on", "年费到期日", "date"),
    Column("fee_year", "缴费年度", "int", 8),
    Column("fee_full_cny", "全额年费（元）", "money", 12),
    Column("fee_payable_cny", "应缴年费（元）", "money", 12),
    Column("fee_late_cny", "滞纳金（元）", "money", 10),
    Column("fee_is_assumed", "减缴是否为推定", "text", 10),
    Column("term_end", "期满终止日", "date"),
    Column("consent_until", "同意公布至", "date"),
)


@dataclass(frozen=True, slots=True)
class Alert:
    """One kind of what falls due. rows: those of an inventory of a day; next: what to do."""

    code: str
    words: str | Promise
    next: str | Promise

    def condition(self, day: date) -> Q:
        return due_condition(self.code, day)

    @property
    def is_consent(self) -> bool:
        return self.code.startswith("consent")

    @property
    def is_late(self) -> bool:
        return self.code in ("grace", "restoration")

    @property
    def orders(self) -> dict[str, Order]:
        return BY_CONSENT if self.is_consent else BY_TERM if self.code == "term" else BY_FEE


ALERTS = (
    Alert("fee7", gettext_lazy("7 天内应缴"), gettext_lazy("请马上缴费，或确认放弃。")),
    Alert("fee30", gettext_lazy("30 天内应缴"), gettext_lazy("请安排缴费；准备放弃的，先看有没有转化机会。")),
    Alert("fee90", gettext_lazy("90 天内应缴"), gettext_lazy("请列入缴费计划。")),
    Alert("grace", gettext_lazy("宽限期（有滞纳金）"), gettext_lazy("权利仍有效，滞纳金逐月增加，请尽快补缴。")),
    Alert("restoration", gettext_lazy("恢复期"), gettext_lazy("已收到终止通知，可在期限内请求恢复权利。")),
    Alert("term", gettext_lazy("一年内期满"), gettext_lazy("保护期将满，期满后不能续展。")),
    Alert(
        "unknown",
        gettext_lazy("缴费情况不明"),
        gettext_lazy("没有缴费记录，不能判断是否欠费。请导入缴费记录，或查专利登记簿副本。"),
    ),
    Alert("consent7", gettext_lazy("在册同意 7 天内到期"), gettext_lazy("请权利人马上确认，否则下一期清单不再列入。")),
    Alert(
        "consent30",
        gettext_lazy("在册同意 30 天内到期"),
        gettext_lazy("请权利人确认是否继续在册；到期不确认，下一期清单不再列入。"),
    ),
    Alert("consent90", gettext_lazy("在册同意 90 天内到期"), gettext_lazy("可以提前确认，避免中断。")),
    Alert("consent-over", gettext_lazy("在册同意已过期"), gettext_lazy("已不能列入新的清单。愿意继续公布的，请确认。")),
)


def alert_of(code: str) -> Alert:
    """The kind of this code; fees due within 90 days for one that is none."""
    return next((one for one in ALERTS if one.code == code), ALERTS[2])


@page(policy=needs(Right.READ_STOCK))
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """One kind of what falls due, 50 a page, with its units."""
    who = visitor(request)
    inventory = current_inventory()
    alert = _alert(request)
    context: dict[str, Any] = {"inventory": inventory, "chosen": alert}
    if inventory is not None:
        reach, unit = who.reach(Right.READ_STOCK), _unit(request)
        counted = _counted(reach, inventory)
        shown_alerts = [(one, counted.get(one.code, 0)) for one in ALERTS]
        units, rows, known = _chosen(alert, reach, inventory, unit)
        shown = key_page(rows, request, alert.orders, known=known)
        context |= {
            "alerts": shown_alerts,
            "groups": [
                (_("年费和期限"), [one for one in shown_alerts if not one[0].is_consent]),
                (_("在册同意"), [one for one in shown_alerts if one[0].is_consent]),
            ],
            "units": [row for row in units if row[0]],
            "unit": Organisation.objects.filter(pk=unit).first() if unit else None,
            "page": shown,
            "rows": [_in_words(row, inventory.day) for row in shown.rows],
            "may_export": who.holds(Right.EXPORT_ROWS) and bool(shown.rows),
            "may_confirm": alert.is_consent and who.holds(Right.CONFIRM_LISTING) and bool(shown.rows),
        }
    return render(request, "panhuo/deadlines/list.html", context)


def _counted(reach: Reachable, inventory: Inventory) -> dict[str, int]:
    """How many fall due in each way."""
    kept = dues_for(reach, inventory)
    if kept is None:
        asked, rows = list(ALERTS), stock_for(reach, inventory).order_by()
    else:
        asked = [one for one in ALERTS if one.is_consent]
        until = inventory.day + timedelta(days=MOST_CONSENT_DAYS)
        rows = walked_stock_for(reach, inventory, Q(consent_until__lte=until)).order_by()
    counted = rows.aggregate(
        **{one.code: Count("pk", filter=one.condition(inventory.day)) for one in asked}
    )  # fmt: skip
    if kept is not None:
        counted |= dict(kept.order_by().values_list("code").annotate(n=Sum("patents")))
    return counted


def _chosen(
    alert: Alert, reach: Reachable, inventory: Inventory, unit: int
) -> tuple[list[tuple[Any, ...]], QuerySet[StockPatent], int | None]:
    """Of one kind: organisations with how many, rows, and how many those are where that was counted before."""
    named = ("unit", "unit__name")
    kept = None if alert.is_consent else dues_for(reach, inventory)
    if kept is None:
        rows = stock_for(reach, inventory).filter(alert.condition(inventory.day))
        units = rows.order_by().values_list(*named).annotate(n=Count("pk")).order_by("-n", "unit")
        return list(units[:MOST_UNITS]), rows.filter(unit=unit) if unit else rows, None
    kept = kept.filter(code=alert.code)
    counted = kept.order_by().values_list(*named).annotate(n=Sum("patents")).order_by("-n", "unit")
    told: list[tuple[Any, ...]] = list(counted[:MOST_UNITS])
    mine = kept.filter(unit=unit) if unit else kept
    known = mine.aggregate(n=Sum("patents"))["n"] or 0
    if not known:
        return told, StockPatent.objects.none(), 0
    if known * ONE_IN < inventory.rows or unit:
        rows = stock_for(reach, inventory).filter(alert.condition(inventory.day))
    else:
        rows = walked_stock_for(reach, inventory, due_condition(alert.code, inventory.day, is_walked=True))
    return told, rows.filter(unit=unit) if unit else rows, known


@page(policy=needs(Right.EXPORT_ROWS))
@require_POST
def export(request: HttpRequest) -> HttpResponseBase:
    """The rows that the page shows, all of them, as a workbook; kept who took what."""
    who = visitor(request)
    inventory = current_inventory()
    alert, unit = _alert(request), _unit(request)
    rows: QuerySet[StockPatent] = StockPatent.objects.none()
    if inventory is not None:
        both = stock_for(who.reach(Right.READ_STOCK), inventory) & stock_for(who.reach(Right.EXPORT_ROWS), inventory)
        rows = both.filter(alert.condition(inventory.day), **({"unit": unit} if unit else {}))
    count = rows.order_by()[: MOST_EXPORTED + 1].count()
    if inventory is None or not 0 < count <= MOST_EXPORTED:
        said = _("没有可以导出的专利。") if count == 0 else _("件数过多，请先选择单位再导出。")
        messages.error(request, said)
        return redirect("deadlines-list")
    mark, words = new_watermark(), labels_of(who.rules)
    (order,) = alert.orders.values()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "deadlines.xlsx"
        write_rows(
            path, COLUMNS, _exported(rows.order_by(order.field, order.key), words), sheet_title=str(alert.words),
            head=(f"{alert.words} {inventory.day} 共 {count} 件", f"导出编号 {mark}"),
            notes=(f"盘点日 {inventory.day}，规则包 {inventory.pack} {inventory.pack_version}，导出编号 {mark}",),
        )  # fmt: skip
        body = path.read_bytes()
    record_export(
        "deadlines", of=None, chosen={"kind": alert.code, "unit": unit or ""}, rows=count,
        digest=hashlib.sha256(body).hexdigest(), watermark=mark, actor=account_of(request), at=who.at, rules=who.rules,
    )  # fmt: skip
    return FileResponse(BytesIO(body), as_attachment=True, filename=f"{alert.words}-{inventory.day}-{mark}.xlsx")


def _alert(request: HttpRequest) -> Alert:
    return alert_of(request.GET.get("kind", ""))


def _unit(request: HttpRequest) -> int:
    told = request.GET.get("unit", "")
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 19 else 0


def _in_words(row: StockPatent, day: date) -> dict[str, Any]:
    due = row.fee_due_on
    ends = row.consent_until
    return {
        "row": row,
        "consent_days": (ends - day).days if ends and ends >= day else None,
        "days": (due - day).days if due and row.fee_state == FeeState.DUE else None,
    }


def _exported(rows: QuerySet[StockPatent], words: Labels) -> Iterator[list[object]]:
    for row in rows.iterator(chunk_size=2_000):
        cells = {column.key: getattr(row, column.key) for column in COLUMNS}
        cells["fee_state"] = words.word("fee_state", row.fee_state) if row.fee_state else ""
        cells["fee_is_assumed"] = words.word("yes_no", "yes" if row.fee_is_assumed else "no")
        yield list(cells.values())
