"""High-value inventions by their five cases, for regions or units, each number with its rows, beside the last
inventory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from panhuo.adapters.writers.columns import Column
from panhuo.desk.inventory.access import current_inventory, former_inventory, is_countable
from panhuo.desk.inventory.models import Inventory, StockCount
from panhuo.desk.people.models import Organisation
from panhuo.engine.grading.high_value import CASES
from panhuo.rules.labels import Labels
from panhuo.terms.roles import Right
from panhuo.web.access import needs, page
from panhuo.web.pages.figures.counting import INVENTIONS, address_of, grouped, may_open_rows, places_of
from panhuo.web.pages.figures.workbooks import hand_out
from panhuo.web.visitor import Visitor, visitor
from panhuo.web.words import labels_of, region_names

REGION, UNIT = "region", "unit"
MOST_SHOWN = 200
HIGH = {**INVENTIONS, "high_value": "yes"}


@dataclass(slots=True)
class Row:
    """A region or unit. inventions: living ones; high, unknown: of these; cases: of the high ones, which may be several
    at once; former: high in the last inventory, None where it cannot be told. where: filter of the stock list, None
    where no filter holds just these rows."""

    name: str
    where: dict[str, str] | None = None
    inventions: int = 0
    high: int = 0
    unknown: int = 0
    cases: dict[str, int] = field(default_factory=lambda: dict.fromkeys(CASES, 0))
    former: int | None = None

    @property
    def share(self) -> Decimal | None:
        judged = self.inventions - self.unknown
        return Decimal(self.high) / judged if judged else None

    @property
    def percent(self) -> str:
        return "—" if self.share is None else f"{self.share * 100:.1f}%"

    @property
    def change(self) -> int | None:
        return None if self.former is None else self.high - self.former

    @property
    def change_said(self) -> str:
        return "—" if self.change is None else f"{self.change:+d}" if self.change else "0"

    @property
    def numbers(self) -> list[tuple[str, int, str]]:
        """Column, number and the query of its rows, "" for none."""
        asked = [
            ("inventions", self.inventions, INVENTIONS),
            ("high", self.high, HIGH),
            *((case, self.cases[case], {**HIGH, "high_value_case": case}) for case in CASES),
            ("unknown", self.unknown, {**INVENTIONS, "high_value": "unknown"}),
        ]
        return [
            (name, number, "" if self.where is None else address_of(self.where, told)) for name, number, told in asked
        ]


def rows_of(who: Visitor, inventory: Inventory, by: str) -> tuple[list[Row], Row]:
    """Rows with at least one invention, those with most high-value ones first, and all together.

    More than MOST_SHOWN are put together in a last row without an address of its own.
    """
    found: dict[str, Row] = {}
    reach = who.reach(Right.READ_STATISTICS)
    key = "region_code" if by == REGION else "unit"
    groups = grouped(reach, inventory, (key, "is_high_value", "high_value_cases"), **INVENTIONS)
    name_of = _names(who, by, {values[0] for values, _n in groups})
    total = Row(_("合计"), {})
    for (group, high, cases), number in groups:
        slot, name, where = name_of(group)
        for row in (found.setdefault(slot, Row(name, where)), total):
            row.inventions += number
            row.high += number if high else 0
            row.unknown += number if high is None else 0
            for case in filter(None, cases.split(";")):
                row.cases[case] += number
    former = _former(who, key)
    if former is not None:
        for row in (*found.values(), total):
            row.former = 0
        for group, number in former.items():
            slot, name, where = name_of(group)
            for row in (found.setdefault(slot, Row(name, where, former=0)), total):
                row.former = (row.former or 0) + number
    rows = sorted(found.values(), key=lambda row: (-row.high, -row.inventions, row.name))
    return [*rows[:MOST_SHOWN], *_together(rows[MOST_SHOWN:])], total


def _former(who: Visitor, key: str) -> dict[Any, int] | None:
    """High-value inventions of each group in the inventory before, as it was counted; None where nothing is kept."""
    reach, before = who.reach(Right.READ_STATISTICS), former_inventory()
    if before is None or not is_countable(reach):
        return None
    if not StockCount.objects.filter(inventory=before, is_high_value__isnull=False).exists():
        return None
    return {values[0]: number for values, number in grouped(reach, before, (key,), is_high_value=True, **INVENTIONS)}


def _names(who: Visitor, by: str, keys: Iterable[Any]) -> Any:
    """A function: a group -> under what it stands, its name, its filter."""
    if by == REGION:
        places = places_of(keys, region_names(who.rules), "")

        def region(code: str) -> tuple[str, str, dict[str, str] | None]:
            place = places.of(code)
            return place.code, place.name, place.query

        return region
    known = dict(Organisation.objects.values_list("pk", "name"))

    def unit(number: int | None) -> tuple[str, str, dict[str, str] | None]:
        if number is None:
            return "", _("（未建立机构的权利人）"), None
        return str(number), known.get(number, str(number)), {"unit": str(number)}

    return unit


def _together(rows: list[Row]) -> list[Row]:
    if not rows:
        return []
    one = Row(_("其余 %(n)s 行") % {"n": len(rows)})
    for row in rows:
        one.inventions, one.high, one.unknown = (
            one.inventions + row.inventions, one.high + row.high, one.unknown + row.unknown,
        )  # fmt: skip
        one.cases = {case: one.cases[case] + row.cases[case] for case in CASES}
        one.former = None if row.former is None else (one.former or 0) + row.former
    return [one]


def _asked(request: HttpRequest) -> str:
    return UNIT if request.GET.get("by") == UNIT else REGION


@page(policy=needs(Right.READ_STATISTICS))
@require_safe
def shown(request: HttpRequest) -> HttpResponse:
    """The table and the chart of the cases."""
    who = visitor(request)
    inventory = current_inventory()
    by, words = _asked(request), labels_of(who.rules)
    rows, total = rows_of(who, inventory, by) if inventory else ([], None)
    return render(
        request,
        "panhuo/figures/high_value.html",
        {
            "inventory": inventory,
            "before": former_inventory() if total and total.former is not None else None,
            "by": by,
            "rows": rows,
            "total": total,
            "headings": _headings(words),
            "cases": _cases(total, words) if total else [],
            "may_open": may_open_rows(who),
            "may_export": who.holds(Right.EXPORT_ROWS) and bool(rows),
        },
    )


def _headings(words: Labels) -> list[str]:
    return [
        _("有效发明专利"), _("高价值发明专利"), *(words.word("high_value", case) for case in CASES), _("无从判断"),
    ]  # fmt: skip


def _cases(total: Row, words: Labels) -> list[tuple[str, int, str]]:
    return [
        (words.word("high_value", case), total.cases[case], urlencode({**HIGH, "high_value_case": case}))
        for case in CASES
    ]


@page(policy=needs(Right.EXPORT_ROWS))
@require_POST
def export(request: HttpRequest) -> HttpResponseBase:
    """The table as a workbook; kept who took it."""
    who = visitor(request)
    inventory, by = current_inventory(), _asked(request)
    may_see = who.holds(Right.READ_STATISTICS)
    rows, total = rows_of(who, inventory, by) if inventory and may_see else ([], None)
    if inventory is None or total is None or not rows:
        messages.error(request, _("没有可以导出的数字。"))
        return redirect("figures-high-value" if may_see else "home")
    words = Labels(who.rules)
    columns = (
        Column("name", "地区" if by == REGION else "单位", "long", 24),
        Column("inventions", "有效发明专利（件）", "int", 12),
        Column("high", "高价值发明专利（件）", "int", 12),
        *(Column(case, f"{words.word('high_value', case)}（件）", "int", 12) for case in CASES),
        Column("unknown", "无从判断（件）", "int", 12),
        Column("share", "占比（不含无从判断）", "share", 12),
        Column("former", "上次盘点（件）", "int", 12),
        Column("change", "增减（件）", "int", 10),
    )
    cells = (
        [row.name, *(number for _name, number, _query in row.numbers), row.share, row.former, row.change]
        for row in (*rows, total)
    )
    return hand_out(
        request, columns, cells, what="high_value_cases", chosen={"by": by},
        title=f"高价值发明专利情形-{inventory.day}",
        notes=(
            "五类情形可以重叠，一件专利可同时计入几类；合计每件只算一次。",
            f"盘点日 {inventory.day}，规则包 {inventory.pack} {inventory.pack_version}",
        ),
    )  # fmt: skip
