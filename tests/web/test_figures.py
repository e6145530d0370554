"""High-value inventions by district: tiles, table and workbook say the same, and each number opens its rows."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.test import Client

from site_editions import make_due, offices

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(signed_in: Callable[..., Client]) -> dict[str, Any]:
    """Two living inventions in one district, four in the other, of which one is high-value and one cannot be told."""
    from panhuo.desk.inventory.models import StockPatent
    from panhuo.desk.registry.models import Asset

    found = offices(signed_in)
    make_due(found["unit"])
    model = StockPatent.objects.latest("pk")
    for region, high, status in (
        ("990102", True, "granted_in_force"), ("990102", False, "granted_in_force"),
        ("990102", None, "granted_in_force"), ("990102", False, "granted_in_force"),
        ("990102", True, "lapsed_unpaid_fee"), ("990201", True, "granted_in_force"),
    ):  # fmt: skip
        asset = Asset.objects.create(
            ip_type="invention", jurisdiction="CN", title="合成样例", rank=1, source=model.asset.source
        )
        StockPatent.objects.create(
            inventory=model.inventory, asset=asset, unit=None, title="合成样例", ip_type="invention",
            region_code=region,
            status=status, is_high_value=high,
        )  # fmt: skip
    return found


def test_each_number_opens_as_many_rows(people: dict[str, Any]) -> None:
    page = people["author"].get("/figures/regions/")
    tiles = {tile.code: tile for tile in page.context["tiles"]}
    assert set(tiles) == {"990101", "990102"}, "another city is not counted"
    tile = tiles["990102"]
    assert (tile.inventions, tile.high, tile.unknown, tile.percent) == (4, 1, 1, "33.3%")
    assert tiles["990101"].percent == "—", "nothing can be told of either"
    total = page.context["total"]
    assert (total.inventions, total.high, total.unknown) == (6, 1, 3)
    for more, number in (("", 4), ("&high_value=yes", 1), ("&high_value=no", 2), ("&high_value=unknown", 1)):
        rows = people["author"].get(f"/stock/?{tile.query}{more}").context["page"]
        assert rows.total == number, more


def test_the_workbook_is_what_is_seen(people: dict[str, Any]) -> None:
    from panhuo.desk.people.models import ExportRecord

    answer = people["author"].post("/figures/regions/export/")
    sheet = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).worksheets[0]
    rows = [row[1:5] for row in sheet.values if row[1] in ("990101", "990102")]
    assert rows == [("990101", 2, 0, 2), ("990102", 4, 1, 1)]
    assert (ExportRecord.objects.get().what, ExportRecord.objects.get().rows) == ("high_value_by_region", 2)


def test_who_counts_nothing_is_told_so(people: dict[str, Any]) -> None:
    from panhuo.desk.inventory.models import Inventory

    Inventory.objects.update(done_at=None)
    assert "还没有可统计的专利" in people["author"].get("/figures/regions/").content.decode()
    assert "没有可以导出的数字" in people["author"].post("/figures/regions/export/", follow=True).content.decode()
