"""A page of fifty rows is light, and a page asks the register for the same few things whatever its rows."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from desk.people.made_people import NOW
from made_pool import filled_entry, inventor_of, made_patents, pool_city

pytestmark = pytest.mark.django_db
MOST_BYTES = 30_000
MOST_QUERIES = 12
TITLE = "一种适用于复杂工况的高效换热装置及其控制方法"
LONG_TITLE = "一种基于多传感器融合的城市供水管网泄漏定位方法、装置和存储介质"
"""Titles of 22 and of 32 characters: nine in ten of a city's are no longer than the second."""
LISTS = (
    "/stock/",
    "/stock/?dormancy=dormancy_candidate&status=granted_in_force&sort=fee",
    "/stock/place/",
    "/dormant/",
    "/pool/",
    "/pool/new/",
    "/deadlines/?kind=fee30",
    "/deadlines/?kind=grace",
    "/deadlines/?kind=unknown",
    "/deadlines/?kind=consent30",
    "/booklets/",
)
OTHERS = (
    "/",
    "/stock/figures/",
    "/figures/regions/",
    "/figures/high-value/",
    "/figures/ledger/",
    "/values/",
    "/editions/",
)


@pytest.fixture
def city(db: None, monkeypatch: Any) -> SimpleNamespace:
    """Patents of a university in every kind of what falls due and sixty entries, titles as long as they usually are."""
    from panhuo.desk.inventory.actions import recount
    from panhuo.web import visitor

    monkeypatch.setattr(visitor, "now", lambda: NOW)
    made = pool_city()
    today = NOW.date()
    soon = {"fee_full_cny": 1200, "fee_payable_cny": 360, "fee_is_assumed": True}
    kinds: tuple[dict[str, Any], ...] = (
        {"fee_state": "due", "fee_due_on": today + timedelta(days=20), **soon},
        {"fee_state": "grace", "fee_due_on": today - timedelta(days=40), "fee_late_cny": 60, **soon},
        {"fee_state": "unknown", "fee_due_on": today, **soon},
        {"consent_until": today + timedelta(days=9)},
    )
    long = {"grade": "B", "value_score": 63}
    for n, told in enumerate(kinds):
        serials = list(range(100 + 60 * n, 160 + 60 * n))
        made_patents(made.university, serials[:36:2], title=TITLE, **told, **long)
        made_patents(made.college, serials[1:36:2], title=TITLE, **told, **long)
        made_patents(made.university, serials[36:], title=LONG_TITLE, **told, **long)
    entered = made_patents(made.college, list(range(500, 536)), title=TITLE)
    entered += made_patents(made.college, list(range(536, 560)), title=LONG_TITLE)
    for asset in entered:
        inventor_of(asset, made.faming)
        filled_entry(asset, made.faming)
    recount()
    made.assets = entered
    return made


def looked_at(client: Client, path: str) -> tuple[int, int, int]:
    """Bytes, questions and rows of a page that was opened once before."""
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(path)
    assert answer.status_code in (200, 403, 404), path
    return len(answer.content), len(asked.captured_queries), answer.content.count(b"<tr>")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("who", ["daxue", "shiju"])
def test_a_list_of_fifty_rows_stays_below_thirty_kilobytes_and_a_dozen_questions(
    city: SimpleNamespace, who: str, language: str
) -> None:
    client = Client(headers={"accept-language": language})
    client.force_login(getattr(city, who))
    found = {path: looked_at(client, path) for path in LISTS}
    print(found)
    assert {path: told for path, told in found.items() if told[0] > MOST_BYTES or told[1] > MOST_QUERIES} == {}
    assert sum(rows > 50 for _bytes, _asked, rows in found.values()) >= 6


@pytest.mark.parametrize("who", ["daxue", "shiju"])
def test_other_pages_ask_no_more_than_a_dozen_questions(city: SimpleNamespace, who: str) -> None:
    client = Client()
    client.force_login(getattr(city, who))
    paths = (*OTHERS, f"/stock/{city.assets[0]}/")
    found = {path: looked_at(client, path) for path in paths}
    print(found)
    assert {path: told for path, told in found.items() if told[1] > MOST_QUERIES} == {}
