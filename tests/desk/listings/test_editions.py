"""Editions: numbered, frozen, and the same content is the same number."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from panhuo.desk.history import record_run
from panhuo.desk.listings.actions import FrozenRow, publish_supply_list, send_booklet
from panhuo.desk.listings.models import Booklet, Edition, EditionRow

pytestmark = pytest.mark.django_db

DAY = date(2025, 11, 30)
NOW = datetime(2025, 11, 30, 9, tzinfo=UTC)
COLUMNS = ["title", "legal_status"]


def publish(*cells: str, day: date = DAY, audience: str = "", annex: tuple[str, ...] = ()) -> tuple[Edition, bool]:
    run = record_run("grade", at=day, rules=None, inputs_digest="1-x", params={}, results={}, made_at=NOW)
    return publish_supply_list(
        [FrozenRow(f"k{cell}", [cell, "有效"]) for cell in cells],
        [FrozenRow(f"k{cell}", [cell, "有效"]) for cell in annex],
        columns=COLUMNS,
        day=day,
        audience=audience,
        run=run,
        notes={},
        made_at=NOW,
    )


def test_the_same_content_day_and_audience_is_the_same_number() -> None:
    first, new = publish("甲", "乙")
    again, new_again = publish("甲", "乙")
    assert (first.number, new, again.number, new_again) == (1, True, 1, False)
    assert (Edition.objects.count(), EditionRow.objects.count()) == (1, 2)


@pytest.mark.parametrize(
    "changed", [{"day": date(2025, 12, 1)}, {"audience": "电子信息企业"}, {"annex": ("丙",)}, {"cells": ("甲", "丙")}]
)
def test_other_content_day_audience_or_annex_is_the_next_number(changed: dict[str, object]) -> None:
    publish("甲", "乙")
    cells = changed.pop("cells", ("甲", "乙"))
    edition, new = publish(*cells, **changed)  # type: ignore[misc,arg-type]
    assert (edition.number, new) == (2, True)


def test_order_is_content_too() -> None:
    publish("甲", "乙")
    assert publish("乙", "甲")[0].number == 2


def test_an_earlier_edition_keeps_its_rows_when_a_later_one_is_published() -> None:
    first, _ = publish("甲", "乙")
    publish("甲")
    cells = [row.cells for row in first.rows.order_by("part", "position")]
    assert cells == [["甲", "有效"], ["乙", "有效"]]


def test_a_booklet_sent_again_the_same_day_keeps_its_number() -> None:
    run = record_run("dormant", at=DAY, rules=None, inputs_digest="1-x", params={}, results={}, made_at=NOW)
    for asked in (3, 4):
        send_booklet(owner="云湖大学", owner_code="", day=DAY, run=run, asked=asked, made_at=NOW)
    [booklet] = Booklet.objects.all()
    assert booklet.asked == 4
    assert booklet.number.startswith("HS20251130-")
