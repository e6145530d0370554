"""Regions as a map of tiles, shaded by share, with the same as a table and as a workbook; the measure can be chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from panhuo.adapters.writers.columns import Column
from panhuo.desk.inventory.access import current_inventory
from panhuo.desk.inventory.models import Inventory
from panhuo.rules import InForce
from panhuo.terms.kinds import DormancyState
from panhuo.terms.roles import Right
from panhuo.web.access import needs, page
from panhuo.web.pages.figures.counting import INVENTIONS, LIVING, Place, address_of, grouped, may_open_rows, places_of
from panhuo.web.pages.figures.workbooks import hand_out
from panhuo.web.visitor import Visitor, visitor
from panhuo.web.words import region_names

STEPS = 5
WIDEST, HIGHEST = 12, 16
"""Columns and rows of the map that styles know; a larger one is laid out in the order of codes."""
CELLS = ("region_code", "ip_type", "status", "dormancy", "is_high_value")
Cells = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Measure:
    """What a tile counts. words: of the page; number, of: headings; query: the rows that are counted.

    counts, base: whether a patent is one, and is of what the share is taken; unsure: nobody can say. base None: the
    share is of all regions together.
    """

    code: str
    words: str | Promise
    number: str | Promise
    of: str | Promise
    how: str | Promise
    query: Mapping[str, str]
    counts: Callable[[Cells], bool]
    base: Callable[[Cells], bool] | None = None
    unsure: Callable[[Cells], bool] | None = None

    @property
    def has_unsure(self) -> bool:
        return self.unsure is not None


def _is_invention(cells: Cells) -> bool:
    return all(cells[name] == value for name, value in INVENTIONS.items())


def _is_living(cells: Cells) -> bool:
    return bool(cells["status"] == LIVING)


MEASURES = (
    Measure(
        "high",
        gettext_lazy("高价值发明专利"),
        gettext_lazy("高价值发明专利"),
        gettext_lazy("可判断的有效发明专利"),
        gettext_lazy("只算有效发明专利。高价值：符合五类情形之一。数据不足、不能判断的单独列出，不算进占比。"),
        {**INVENTIONS, "high_value": "yes"},
        lambda cells: _is_invention(cells) and cells["is_high_value"] is True,
        lambda cells: _is_invention(cells) and cells["is_high_value"] is not None,
        lambda cells: _is_invention(cells) and cells["is_high_value"] is None,
    ),
    Measure(
        "stock",
        gettext_lazy("存量专利"),
        gettext_lazy("存量专利"),
        gettext_lazy("各地区合计"),
        gettext_lazy("登记库中的全部专利和申请，不论是否有效；占比是占各地区合计的比例。"),
        {},
        lambda cells: True,
    ),
    Measure(
        "dormant",
        gettext_lazy("疑似沉睡专利"),
        gettext_lazy("疑似沉睡"),
        gettext_lazy("有效专利"),
        gettext_lazy("疑似沉睡：授权满三年、有效、没有查到实施，也没有认可的理由；占比是占有效专利的比例。"),
        {"status": LIVING, "dormancy": DormancyState.CANDIDATE.value},
        lambda cells: _is_living(cells) and cells["dormancy"] == DormancyState.CANDIDATE,
        _is_living,
    ),
    Measure(
        "exploited",
        gettext_lazy("已实施专利"),
        gettext_lazy("已实施"),
        gettext_lazy("有效专利"),
        gettext_lazy("已实施：登记的转化事实或权利人的答复说明已实施；占比是占有效专利的比例。"),
        {"status": LIVING, "dormancy": DormancyState.EXPLOITED.value},
        lambda cells: _is_living(cells) and cells["dormancy"] == DormancyState.EXPLOITED,
        _is_living,
    ),
)


@dataclass(frozen=True, slots=True)
class Tile:
    """A region with its number. of: what the share is of; unknown: of which nobody can say; step: 1 (lowest share) to
    STEPS, 0 without a share. row, column: on the map, 0 where it has no place. query, unknown_query, base_query: of the
    stock list, "" where it does not hold just these rows; deeper: query of this page, for its districts."""

    place: Place
    number: int
    of: int
    unknown: int
    query: str = ""
    unknown_query: str = ""
    deeper: str = ""
    step: int = 0
    row: int = 0
    column: int = 0

    @property
    def share(self) -> Decimal | None:
        return Decimal(self.number) / self.of if self.of else None

    @property
    def percent(self) -> str:
        return _percent(self.share)


@dataclass(frozen=True, slots=True)
class TileMap:
    """Tiles in reading order, columns of their grid (0: no places are known), the limits of the steps in words."""

    tiles: list[Tile]
    total: Tile
    columns: int
    limits: list[tuple[int, str]]


def tile_map(who: Visitor, inventory: Inventory, measure: Measure, told: str) -> TileMap:
    """Regions of what somebody may count; patents without a region last. told: region asked for, "" for all."""
    groups = grouped(who.reach(Right.READ_STATISTICS), inventory, CELLS)
    places = places_of({values[0] for values, _n in groups}, region_names(who.rules), told)
    sums: dict[Place, list[int]] = {}
    for values, number in groups:
        cells = dict(zip(CELLS, values, strict=True))
        if not cells["region_code"].startswith(places.within):
            continue
        found = sums.setdefault(places.of(cells["region_code"]), [0, 0, 0])
        for at, asked in enumerate((measure.counts, measure.base, measure.unsure)):
            found[at] += number if asked is not None and asked(cells) else 0
    everything = sum(one[0] for one in sums.values())
    found_tiles = [
        _tile(place, counted, everything, measure)
        for place, counted in sums.items()
        if any(counted) or measure.base is None
    ]
    shaded, limits = _shaded(found_tiles)
    placed, columns = _placed(shaded, who.rules)
    parts = [[getattr(one, name) for one in placed] for name in ("number", "of", "unknown")]
    of = everything if measure.base is None else sum(parts[1])
    return TileMap(placed, Tile(Place("", _("合计")), sum(parts[0]), of, sum(parts[2])), columns, limits)


def _tile(place: Place, counted: list[int], everything: int, measure: Measure) -> Tile:
    number, of, unknown = counted
    query = address_of(place.query, measure.query)
    unsure = address_of(place.query, measure.query, {"high_value": "unknown"}) if measure.unsure else ""
    deeper = urlencode({"measure": measure.code, "within": place.code}) if place.is_whole else ""
    return Tile(place, number, everything if measure.base is None else of, unknown, query, unsure, deeper)


def _shaded(tiles: list[Tile]) -> tuple[list[Tile], list[tuple[int, str]]]:
    """Tiles with their steps: five equal parts from nothing to the largest share."""
    largest = max((tile.share for tile in tiles if tile.share is not None), default=Decimal(0))
    limits = [
        (step, f"{_percent(largest * (step - 1) / STEPS)} – {_percent(largest * step / STEPS)}")
        for step in range(1, STEPS + 1)
    ]
    shaded = [_with(tile, step=_step(tile.share, largest)) for tile in tiles]
    return shaded, limits if largest else []


def _step(share: Decimal | None, largest: Decimal) -> int:
    if share is None:
        return 0
    return min(STEPS, 1 + int(share * STEPS / largest)) if largest else 1


def _placed(tiles: list[Tile], rules: InForce) -> tuple[list[Tile], int]:
    """Tiles in reading order with their places, those without one after the others, and how many columns there are."""
    known = {row["region"]: (int(row["row"]), int(row["column"])) for row in rules.table("region_tiles")}
    by_code = sorted(tiles, key=lambda tile: (not tile.place.code, tile.place.code))
    on_map = {tile.place.code: known[tile.place.code] for tile in by_code if tile.place.code in known}
    if not on_map:
        return by_code, 0
    top, left = (min(place[at] for place in on_map.values()) for at in (0, 1))
    rows, columns = (1 + max(place[at] for place in on_map.values()) - first for at, first in ((0, top), (1, left)))
    others = [tile for tile in by_code if tile.place.code not in on_map]
    columns = max(columns, 3)
    if columns > WIDEST or rows + len(others) // columns + 1 > HIGHEST:
        return by_code, 0
    placed = [
        _with(tile, row=on_map[tile.place.code][0] - top + 1, column=on_map[tile.place.code][1] - left + 1)
        for tile in by_code
        if tile.place.code in on_map
    ]
    placed += [_with(tile, row=rows + 1 + at // columns, column=1 + at % columns) for at, tile in enumerate(others)]
    return sorted(placed, key=lambda tile: (tile.row, tile.column)), columns


def _with(tile: Tile, **changed: Any) -> Tile:
    from dataclasses import replace

    return replace(tile, **changed)


def _percent(share: Decimal | None) -> str:
    return "—" if share is None else f"{share * 100:.1f}%"


def _asked(request: HttpRequest) -> tuple[Measure, str]:
    told = request.GET.get("measure", "")
    return next((one for one in MEASURES if one.code == told), MEASURES[0]), request.GET.get("within", "")


@page(policy=needs(Right.READ_STATISTICS))
@require_safe
def shown(request: HttpRequest) -> HttpResponse:
    """The map and its table."""
    who = visitor(request)
    inventory = current_inventory()
    measure, within = _asked(request)
    made = tile_map(who, inventory, measure, within) if inventory else None
    may_open = may_open_rows(who)
    return render(
        request,
        "panhuo/figures/regions.html",
        {
            "inventory": inventory,
            "made": made,
            "measure": measure,
            "measures": [(one, _keep(one, within), one == measure) for one in MEASURES],
            "within": region_names(who.rules).get(within, "") if within else "",
            "may_open": may_open,
            "may_export": who.holds(Right.EXPORT_ROWS) and made is not None and bool(made.tiles),
            "filter_query": _keep(measure, within),
        },
    )


def _keep(measure: Measure, within: str) -> str:
    return urlencode({"measure": measure.code, **({"within": within} if within else {})})


@page(policy=needs(Right.EXPORT_ROWS))
@require_POST
def export(request: HttpRequest) -> HttpResponseBase:
    """The table as a workbook; kept who took it."""
    who = visitor(request)
    inventory = current_inventory()
    measure, within = _asked(request)
    may_see = who.holds(Right.READ_STATISTICS)
    made = tile_map(who, inventory, measure, within) if inventory and may_see else None
    if inventory is None or made is None or not made.tiles:
        messages.error(request, _("没有可以导出的数字。"))
        return redirect("figures-regions" if may_see else "home")
    unsure = [Column("unknown", "无从判断（件）", "int", 12)] if measure.unsure else []
    columns = (
        Column("name", "地区", "text", 16),
        Column("code", "地区代码", "text", 10),
        Column("of", f"{measure.of}（件）", "int", 16),
        Column("number", f"{measure.number}（件）", "int", 16),
        *unsure,
        Column("share", "占比", "share", 10),
    )
    return hand_out(
        request, columns, _cells([*made.tiles, made.total], with_unknown=bool(unsure)), what="figures_by_region",
        chosen={"measure": measure.code, "within": within}, title=f"各地区{measure.words}-{inventory.day}",
        notes=(str(measure.how), f"盘点日 {inventory.day}，规则包 {inventory.pack} {inventory.pack_version}"),
    )  # fmt: skip


def _cells(tiles: Iterable[Tile], *, with_unknown: bool) -> list[list[object]]:
    return [
        [
            tile.place.name, tile.place.code, tile.of, tile.number, *([tile.unknown] if with_unknown else []),
            tile.share,
        ]
        for tile in tiles
    ]  # fmt: skip
