"""What falls due, by kind and unit: alerts by 90, 30 and 7 days, grace, restoration; unknown stays unknown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone

from site_editions import offices

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)
ROWS = {
    "七天": ("due", 7), "三十天": ("due", 30), "九十天": ("due", 90), "再晚": ("due", 91), "宽限": ("grace", -40),
    "恢复": ("restoration_window", -250), "不明": ("unknown", 5),
}  # fmt: skip


@pytest.fixture
def people(signed_in: Callable[..., Client]) -> dict[str, Any]:
    found = offices(signed_in)
    make_stock()
    return found


def make_stock() -> None:
    """An inventory with a patent of each kind, those of a lapsed right too, and one of another city."""
    from panhuo.desk.inventory.models import Inventory, StockPatent
    from panhuo.desk.people.models import Organisation
    from panhuo.desk.registry.models import Asset, SourceFile

    at = timezone.now()
    source = SourceFile.objects.create(digest="0" * 64, format="t", fingerprint="t", rank=1, name="t.csv")
    inventory = Inventory.objects.create(
        day=DAY, pack="national", pack_version="1", register_version="1-t", taken_by="t", made_at=at, done_at=at
    )
    unit = Organisation.objects.get(name="云湖示例大学")

    def patent(title: str, region: str = "990101", **told: Any) -> None:
        asset = Asset.objects.create(ip_type="invention", jurisdiction="CN", title=title, rank=1, source=source)
        fresh = {"status": "granted_in_force", "number": f"20161000{asset.pk:05d}", "term_end": date(2036, 1, 1)}
        StockPatent.objects.create(
            inventory=inventory, asset=asset, unit=unit if region == "990101" else None, title=title,
            ip_type="invention",
            region_code=region, **{**fresh, **told},
        )  # fmt: skip

    for title, (state, days) in ROWS.items():
        patent(
            title, fee_state=state, fee_due_on=DAY + timedelta(days=days), fee_year=12, fee_full_cny=Decimal(4000),
            fee_payable_cny=Decimal(600), fee_is_assumed=True, fee_late_cny=Decimal(200) if state == "grace" else None,
            status="lapsed_unpaid_fee" if state == "restoration_window" else "granted_in_force",
        )  # fmt: skip
    patent("期满", term_end=DAY + timedelta(days=200))
    patent("已失效", status="lapsed_unpaid_fee", fee_state="", term_end=DAY + timedelta(days=200))
    patent("外市", region="990201", fee_state="due", fee_due_on=DAY)


@pytest.mark.parametrize(
    ("kind", "titles"),
    [
        ("fee7", {"七天"}),
        ("fee30", {"七天", "三十天"}),
        ("fee90", {"七天", "三十天", "九十天"}),
        ("grace", {"宽限"}),
        ("restoration", {"恢复"}),
        ("unknown", {"不明"}),
        ("term", {"期满"}),
        ("nonsense", {"七天", "三十天", "九十天"}),
    ],
)
def test_each_kind_shows_its_rows_and_its_number(people: dict[str, Any], kind: str, titles: set[str]) -> None:
    page = people["author"].get("/deadlines/", {"kind": kind})
    assert {one["row"].title for one in page.context["rows"]} == titles
    counts = {alert.code: number for alert, number in page.context["alerts"]}
    assert counts.get(kind, 3) == len(titles)
    body = page.content.decode()
    assert "外市" not in body
    if kind == "grace":
        assert "200.00" in body
    if kind == "unknown":
        assert "没有缴费记录，不能判断是否欠费" in body


def test_a_unit_cuts_the_list_and_the_export_is_exactly_what_is_seen(people: dict[str, Any]) -> None:
    from panhuo.desk.people.models import ExportRecord, Organisation

    unit = Organisation.objects.get(name="云湖示例大学")
    page = people["author"].get("/deadlines/", {"kind": "fee30", "unit": unit.pk})
    assert [one["row"].title for one in page.context["rows"]] == ["七天", "三十天"]
    assert not people["author"].get("/deadlines/", {"unit": people["unit"].pk}).context["rows"]
    answer = people["author"].post(f"/deadlines/export/?kind=fee30&unit={unit.pk}")
    sheet = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).worksheets[0]
    told = [[str(cell) for cell in row] for row in sheet.values]
    assert [row[1] for row in told if row[1] in ROWS] == ["七天", "三十天"]
    assert ExportRecord.objects.get().filter == {"kind": "fee30", "unit": unit.pk}


def test_nothing_to_export_is_told_and_nobody_else_sees_it(people: dict[str, Any]) -> None:
    answer = people["elsewhere"].post("/deadlines/export/?kind=grace", follow=True)
    assert "没有可以导出的专利" in answer.content.decode()
    assert [one["row"].title for one in people["elsewhere"].get("/deadlines/").context["rows"]] == ["外市"]


CONSENTS = {"consent7": {"三天"}, "consent30": {"三天", "二十天"}, "consent90": {"三天", "二十天", "八十天"}}


@pytest.fixture
def consents(people: dict[str, Any]) -> dict[str, int]:
    """Rights of the university whose owner's consent runs out or ran out; their assets."""
    from panhuo.desk.inventory.models import StockPatent
    from panhuo.desk.registry.models import AssetKey

    found = {}
    rows = StockPatent.objects.filter(region_code="990101", status="granted_in_force").order_by("pk")
    for row, (title, days) in zip(rows, (("三天", 3), ("二十天", 20), ("八十天", 80), ("已过", -1)), strict=False):
        day = DAY + timedelta(days=days)
        StockPatent.objects.filter(pk=row.pk).update(title=title, consent_until=day, owner_name="云湖示例大学")
        AssetKey.objects.create(key=f"a:CN2016{row.asset_id:08d}", asset_id=row.asset_id)
        found[title] = row.asset_id
    return found


@pytest.mark.parametrize(("kind", "titles"), [*CONSENTS.items(), ("consent-over", {"已过"})])
def test_consents_that_run_out_are_shown_and_only_their_owner_is_offered_to_confirm(
    people: dict[str, Any], consents: dict[str, int], kind: str, titles: set[str]
) -> None:
    for login, may_confirm in (("reader", True), ("author", False)):
        page = people[login].get("/deadlines/", {"kind": kind})
        assert {one["row"].title for one in page.context["rows"]} == titles
        assert {alert.code: number for alert, number in page.context["alerts"]}[kind] == len(titles)
        assert page.context["may_confirm"] is may_confirm
        assert ("确认继续在册" in page.content.decode()) is may_confirm


def test_what_is_ticked_is_asked_once_more_and_then_confirmed(people: dict[str, Any], consents: dict[str, int]) -> None:
    from panhuo.desk.inventory.models import StockPatent
    from panhuo.desk.registry.models import Offer

    chosen = [consents["三天"], consents["已过"]]
    asked = people["reader"].get("/deadlines/confirm/", {"asset": chosen})
    assert {one.title for one in asked.context["chosen"]} == {"三天", "已过"}
    assert not Offer.objects.exists(), "looking confirms nothing"
    far = people["reader"].post("/deadlines/confirm/", {"asset": chosen, "until": "2999-01-01"})
    assert "同意期须从明天起" in far.content.decode()
    until = (timezone.localdate() + timedelta(days=200)).isoformat()
    done = people["reader"].post("/deadlines/confirm/", {"asset": chosen, "until": until}, follow=True)
    assert "已确认 2 件" in done.content.decode()
    assert {f"{one}" for one in Offer.objects.values_list("valid_to", flat=True)} == {until}
    told = dict(StockPatent.objects.filter(asset__in=chosen).values_list("title", "consent_until"))
    assert {f"{one}" for one in told.values()} == {until}


def test_what_is_another_s_is_not_confirmed(people: dict[str, Any], consents: dict[str, int]) -> None:
    """Negative control: a number that was never offered is not heard."""
    from panhuo.desk.inventory.models import StockPatent

    foreign = StockPatent.objects.get(title="外市")
    answer = people["reader"].post(
        "/deadlines/confirm/", {"asset": foreign.asset_id, "until": "2027-01-01"}, follow=True
    )
    assert "请先勾选要确认的专利" in answer.content.decode()
    assert people["author"].get("/deadlines/confirm/").status_code == 404
