"""High-value inventions by district: a tile each with count and share, the same as a table, and as a workbook."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Count, Q
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from panhuo.adapters.writers.columns import Column
from panhuo.adapters.writers.tables import write_rows
from panhuo.desk.inventory.access import current_inventory, stock_for
from panhuo.desk.inventory.models import Inventory
from panhuo.desk.people.disclosure_actions import new_watermark, record_export
from panhuo.terms.kinds import IpType, LegalStatus
from panhuo.terms.roles import Right
from panhuo.web.access import account_of, needs, page
from panhuo.web.visitor import Visitor, visitor
from panhuo.web.words import region_names

COUNTED = {"ip_type": IpType.INVENTION.value, "status": LegalStatus.GRANTED_IN_FORCE.value}
COLUMNS = (
    Column("name", "地区", "text", 16),
    Column("code", "地区代码", "text", 10),
    Column("inventions", "有效发明专利（件）", "int", 12),
    Column("high", "高价值发明专利（件）", "int", 12),
    Column("unknown", "无从判断（件）", "int", 12),
    Column("share", "占比（不含无从判断）", "share", 12),
)


@dataclass(frozen=True, slots=True)
class Tile:
    """A region. inventions: in force; high, unknown: of these; share: of those that can be judged, None for none."""

    name: str
    code: str
    inventions: int
    high: int
    unknown: int

    @property
    def share(self) -> float | None:
        judged = self.inventions - self.unknown
        return self.high / judged if judged else None

    @property
    def percent(self) -> str:
        return "—" if self.share is None else f"{self.share * 100:.1f}%"

    @property
    def query(self) -> str:
        return urlencode({**COUNTED, "region": self.code}) if self.code else ""


def tiles_of(who: Visitor, inventory: Inventory) -> list[Tile]:
    """Regions of what somebody may count, in the order of their codes; patents without a region last."""
    rows = stock_for(who.reach(Right.READ_STATISTICS), inventory).filter(**COUNTED).order_by()
    counted = rows.values_list("region_code").annotate(
        n=Count("pk"), high=Count("pk", filter=Q(is_high_value=True)), none=Count("pk", filter=Q(is_high_value=None))
    )
    names = region_names(who.rules)
    found = [Tile(names.get(code, code) or _("（无）"), code, *numbers) for code, *numbers in counted]
    return sorted(found, key=lambda tile: (not tile.code, tile.code))


@page(policy=needs(Right.READ_STATISTICS))
@require_safe
def shown(request: HttpRequest) -> HttpResponse:
    """Tiles and their table."""
    who = visitor(request)
    inventory = current_inventory()
    tiles = tiles_of(who, inventory) if inventory else []
    total = Tile(
        _("合计"), "", *(sum(getattr(one, name) for one in tiles) for name in ("inventions", "high", "unknown"))
    )
    return render(
        request,
        "panhuo/figures/regions.html",
        {
            "inventory": inventory,
            "tiles": tiles,
            "total": total,
            "may_open": who.holds(Right.READ_STOCK),
            "may_export": who.holds(Right.EXPORT_ROWS) and bool(tiles),
        },
    )


@page(policy=needs(Right.EXPORT_ROWS))
@require_POST
def export(request: HttpRequest) -> HttpResponseBase:
    """The table as a workbook; kept who took it."""
    who = visitor(request)
    inventory = current_inventory()
    tiles = tiles_of(who, inventory) if inventory else []
    if inventory is None or not tiles:
        messages.error(request, _("没有可以导出的数字。"))
        return redirect("figures-regions" if who.holds(Right.READ_STATISTICS) else "home")
    mark = new_watermark()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "regions.xlsx"
        write_rows(
            path, COLUMNS, [[getattr(tile, column.key) for column in COLUMNS] for tile in tiles],
            sheet_title="高价值发明专利",
            head=(f"各地区高价值发明专利 {inventory.day}", f"导出编号 {mark}"),
            notes=(f"盘点日 {inventory.day}，规则包 {inventory.pack} {inventory.pack_version}，导出编号 {mark}",),
        )  # fmt: skip
        body = path.read_bytes()
    record_export(
        "high_value_by_region", of=None, chosen={}, rows=len(tiles), digest=hashlib.sha256(body).hexdigest(),
        watermark=mark, actor=account_of(request), at=who.at, rules=who.rules,
    )  # fmt: skip
    return FileResponse(BytesIO(body), as_attachment=True, filename=f"高价值发明专利-{inventory.day}-{mark}.xlsx")
