"""Figures by region and by case of high value: map, table and workbook say the same, and each number opens its rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from panhuo.web.pages.figures.counting import Place
from panhuo.web.pages.figures.regions import MEASURES, STEPS, Tile, _placed, _shaded
from site_editions import make_due, offices

pytestmark = pytest.mark.django_db
REGIONS, HIGH = "/figures/regions/", "/figures/high-value/"


@pytest.fixture
def people(signed_in: Callable[..., Client]) -> dict[str, Any]:
    """Two living inventions in one district, four in the other, of which one is high-value and one cannot be told."""
    from panhuo.desk.inventory.actions import recount
    from panhuo.desk.inventory.models import StockPatent
    from panhuo.desk.registry.models import Asset

    found = offices(signed_in)
    make_due(found["unit"])
    model = StockPatent.objects.latest("pk")
    for region, high, cases, status, dormancy in (
        ("990102", True, "sei;award", "granted_in_force", "exploited"),
        ("990102", False, "", "granted_in_force", "dormancy_candidate"),
        ("990102", None, "", "granted_in_force", "dormancy_candidate"),
        ("990102", False, "", "granted_in_force", "not_considered"),
        ("990102", False, "", "lapsed_unpaid_fee", "not_considered"),
        ("990100", True, "sei", "granted_in_force", "exploited"),
        ("", False, "", "granted_in_force", "not_considered"),
        ("990201", True, "sei", "granted_in_force", "exploited"),
    ):
        asset = Asset.objects.create(
            ip_type="invention", jurisdiction="CN", title="合成样例", rank=1, source=model.asset.source
        )
        StockPatent.objects.create(
            inventory=model.inventory, asset=asset, unit=None, title="合成样例", ip_type="invention",
            region_code=region, status=status, is_high_value=high, high_value_cases=cases, dormancy=dormancy,
        )  # fmt: skip
    recount()
    return found


def rows_of(people: dict[str, Any], query: str) -> int:
    return int(people["author"].get(f"/stock/?{query}").context["page"].total)


def test_each_number_of_the_map_opens_as_many_rows(people: dict[str, Any]) -> None:
    for measure in MEASURES:
        made = people["author"].get(REGIONS, {"measure": measure.code}).context["made"]
        assert "990201" not in {tile.place.code for tile in made.tiles}, "another city is not counted"
        for tile in made.tiles:
            assert rows_of(people, tile.query) == tile.number, (measure.code, tile)
            if tile.unknown_query:
                assert rows_of(people, tile.unknown_query) == tile.unknown
        assert made.total.number == sum(tile.number for tile in made.tiles)


def test_shares_and_what_nobody_can_say_are_told_apart(people: dict[str, Any]) -> None:
    page = people["author"].get(REGIONS)
    assert "无从判断</th>" in page.content.decode()
    assert "无从判断</th>" not in people["author"].get(REGIONS, {"measure": "stock"}).content.decode()
    made = page.context["made"]
    tiles = {tile.place.code: tile for tile in made.tiles}
    tile = tiles["990102"]
    assert (tile.number, tile.of, tile.unknown, tile.percent) == (1, 3, 1, "33.3%")
    assert (tiles["990101"].of, tiles["990101"].percent, tiles["990101"].step) == (0, "—", 0)
    assert tiles["990100"].place.name.endswith("（未分区）"), "a city's own code is not the whole city"
    assert (tiles["990100"].step, tile.step) == (STEPS, 2)


def test_a_city_code_counts_its_own_rows_and_not_those_of_its_districts(people: dict[str, Any]) -> None:
    """Negative control: the filter by region would open all districts."""
    made = people["author"].get(REGIONS, {"measure": "stock"}).context["made"]
    tile = next(one for one in made.tiles if one.place.code == "990100")
    assert (tile.number, rows_of(people, "at_region=990100"), rows_of(people, "region=990100")) == (1, 1, 8)


def test_a_province_sees_cities_and_opens_a_city_to_see_its_districts(people: dict[str, Any]) -> None:
    from panhuo.desk.people.models import Membership, Organisation

    Organisation.objects.filter(pk=people["unit"].pk).update(kind="province_office", region_code="990000")
    Membership.objects.filter(account__login="author").update(role="province_officer")
    made = people["author"].get(REGIONS, {"measure": "stock"}).context["made"]
    assert [(tile.place.code, tile.number) for tile in made.tiles] == [("990100", 8), ("990200", 1)]
    assert all(rows_of(people, tile.query) == tile.number for tile in made.tiles)
    deeper = people["author"].get(f"{REGIONS}?{made.tiles[0].deeper}").context["made"]
    assert {tile.place.code for tile in deeper.tiles} == {"990100", "990101", "990102"}


def test_the_workbook_is_what_is_seen(people: dict[str, Any]) -> None:
    from panhuo.desk.people.models import ExportRecord

    answer = people["author"].post(f"{REGIONS}export/?measure=high")
    sheet = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).worksheets[0]
    rows = {row[1]: row[2:5] for row in sheet.values if row[1] in ("990101", "990102")}
    assert rows == {"990101": (0, 0, 2), "990102": (3, 1, 1)}
    kept = ExportRecord.objects.get()
    assert (kept.what, kept.filter["measure"], kept.rows) == ("figures_by_region", "high", 4)


def test_high_value_cases_open_their_rows_and_stand_beside_the_last_inventory(people: dict[str, Any]) -> None:
    for by in ("region", "unit"):
        page = people["author"].get(HIGH, {"by": by})
        total = page.context["total"]
        assert (total.inventions, total.high, total.unknown) == (7, 2, 3)
        assert (total.cases["sei"], total.cases["award"]) == (2, 1), "an invention may be of several cases"
        for row in (*page.context["rows"], total):
            for name, number, query in row.numbers:
                assert not query or rows_of(people, query) == number, (by, row.name, name)
        for words, number, query in page.context["cases"]:
            assert rows_of(people, query) == number, words
        assert (total.former, total.change_said) == (3, "-1")
    former = {row.name: row.former for row in people["author"].get(HIGH).context["rows"]}
    assert sorted(former.values()) == [0, 0, 3]


def test_without_a_former_inventory_nothing_is_compared(people: dict[str, Any]) -> None:
    """Negative control: counts of before that knew no cases are no zero."""
    from panhuo.desk.inventory.access import former_inventory
    from panhuo.desk.inventory.models import StockCount

    StockCount.objects.filter(inventory=former_inventory()).update(is_high_value=None)
    page = people["author"].get(HIGH)
    assert (page.context["total"].former, page.context["total"].change_said) == (None, "—")
    assert "还没有可以比较的上次盘点" in page.content.decode()


def test_the_workbook_of_cases_is_what_is_seen(people: dict[str, Any]) -> None:
    answer = people["author"].post(f"{HIGH}export/?by=unit")
    sheet = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).worksheets[0]
    told = next(row for row in sheet.values if row[0] == "合计")
    assert told[1:4] == (7, 2, 2)


def test_who_reaches_other_rows_in_the_stock_gets_no_links(people: dict[str, Any]) -> None:
    assert people["author"].get(HIGH).context["may_open"]
    from panhuo.desk.people.models import Membership

    Membership.objects.filter(account__login="author").update(role="commissioner")
    assert not people["author"].get(HIGH).context["may_open"]


def test_who_counts_nothing_is_told_so(people: dict[str, Any]) -> None:
    from panhuo.desk.inventory.models import Inventory

    Inventory.objects.update(done_at=None)
    for address in (REGIONS, HIGH):
        assert "还没有可统计的专利" in people["author"].get(address).content.decode()
        assert "没有可以导出的数字" in people["author"].post(f"{address}export/", follow=True).content.decode()


def test_pages_of_figures_ask_no_more_than_twelve_questions(people: dict[str, Any]) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for address in (REGIONS, HIGH, f"{HIGH}?by=unit", "/dormant/"):
        with CaptureQueriesContext(connection) as asked:
            assert people["author"].get(address).status_code == 200
        assert len(asked) <= 12, address


counted = st.tuples(st.integers(0, 50), st.integers(0, 50)).map(lambda two: (min(two), max(two)))


@given(st.lists(counted, min_size=1, max_size=21))
def test_a_larger_share_is_never_shaded_lighter(numbers: list[tuple[int, int]]) -> None:
    tiles, _ = _shaded([Tile(Place(str(at), ""), one, of, 0) for at, (one, of) in enumerate(numbers)])
    shaded = sorted((tile.share, tile.step) for tile in tiles if tile.share is not None)
    assert [step for _, step in shaded] == sorted(step for _, step in shaded)
    assert all(1 <= step <= STEPS for _, step in shaded)
    assert all(tile.step == 0 for tile in tiles if tile.share is None)
    assert max((share for share, _ in shaded), default=Decimal(0)) == 0 or shaded[-1][1] == STEPS


@given(st.sets(st.sampled_from([f"44{n:02d}00" for n in range(1, 54)] + ["990101", "990107", ""]), max_size=40))
def test_every_region_has_a_place_of_its_own(codes: set[str]) -> None:
    from panhuo.rules import load_pack

    rules = load_pack("guangdong").at(date(2026, 11, 23))
    tiles, columns = _placed([Tile(Place(code, code), 1, 1, 0) for code in sorted(codes)], rules)
    assert {tile.place.code for tile in tiles} == codes
    if columns:
        places = [(tile.row, tile.column) for tile in tiles]
        assert len(set(places)) == len(places) == len(codes)
        assert all(1 <= column <= columns for _, column in places)
