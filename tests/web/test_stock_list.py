"""The list of stock patents: whatever it is cut and ordered by, its pages hold exactly what a plain reading of the rows
gives, for each person and whichever way the register is asked."""

from __future__ import annotations

import random
import re
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from desk.people.made_people import NOW
from made_pool import made_patents, pool_city

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
SEED = 20261123
CHOICES: dict[str, tuple[str, ...]] = {
    "ip_type": ("invention", "utility_model"),
    "status": ("granted_in_force", "lapsed_unpaid_fee"),
    "dormancy": ("dormancy_candidate", "to_verify", "out"),
    "grade": ("A", "B"),
    "region": ("99", "9901", "990201"),
    "at_region": ("990101", "none"),
    "granted": ("2019", "2021", "none"),
    "due": ("7", "30", "90"),
    "high_value": ("yes", "no", "unknown"),
}
SORTS = {"filed": None, "score": "value_score", "due": "fee_due_on", "granted": "grant_date"}


@pytest.fixture
def city(db: None, monkeypatch: Any) -> SimpleNamespace:
    """Some two hundred patents of three owners, drawn from a seed."""
    from panhuo.desk.inventory.actions import recount
    from panhuo.web import visitor

    monkeypatch.setattr(visitor, "now", lambda: NOW)
    made, rng = pool_city(), random.Random(SEED)
    owners = (made.university, made.college, made.sister)
    for serial in range(100, 310):
        made_patents(
            rng.choice(owners), [serial], ip_type=rng.choice(CHOICES["ip_type"]), status=rng.choice(CHOICES["status"]),
            dormancy=rng.choice(CHOICES["dormancy"]), grade=rng.choice(("A", "B", "C", "")),
            region_code=rng.choice(("990101", "990102", "990201", "")),
            grant_date=rng.choice((None, date(2019, 3, 1), date(2021, 5, 4), date(2021, 12, 31), date(2022, 1, 1))),
            fee_state=rng.choice(("due", "unknown", "grace")),
            fee_due_on=rng.choice((None, *(TODAY + timedelta(days=n) for n in (-3, 0, 7, 8, 30, 31, 90, 91)))),
            value_score=rng.choice((None, 50, 50, 61.25, 70)), is_high_value=rng.choice((None, True, False)),
        )  # fmt: skip
    recount()
    return made


def expected(query: dict[str, str], person: str, made: SimpleNamespace) -> list[int]:
    """Assets in the order of the list, by reading all rows."""
    from panhuo.desk.inventory.models import StockPatent

    sort = SORTS[
        query.get("sort", "due" if "due" in query else "granted" if query.get("granted", "none") != "none" else "filed")
    ]
    rows = [one for one in StockPatent.objects.all() if seen(one, person, made) and fits(one, query)]
    if sort is not None:
        rows = [one for one in rows if getattr(one, sort) is not None]
    rows.sort(
        key=lambda one: (getattr(one, sort) if sort else 0, one.asset_id), reverse=sort in ("value_score", "grant_date")
    )
    return [one.asset_id for one in rows]


def seen(row: Any, person: str, made: SimpleNamespace) -> bool:
    if person == "daxue":
        return row.unit_id in {made.university.pk, made.college.pk}
    return bool(row.region_code.startswith("9901"))


def fits(row: Any, query: dict[str, str]) -> bool:
    for name in ("ip_type", "status", "dormancy", "grade"):
        if name in query and getattr(row, name) != query[name]:
            return False
    if "region" in query and not row.region_code.startswith(query["region"].removesuffix("00")):
        return False
    if "at_region" in query and row.region_code != query["at_region"].replace("none", ""):
        return False
    if "granted" in query and str(row.grant_date.year if row.grant_date else "none") != query["granted"]:
        return False
    if (
        "high_value" in query
        and row.is_high_value is not {"yes": True, "no": False, "unknown": None}[query["high_value"]]
    ):
        return False
    if "due" in query:
        until = TODAY + timedelta(days=int(query["due"]))
        return row.fee_due_on is not None and TODAY <= row.fee_due_on <= until
    return True


def shown(client: Client, query: dict[str, str]) -> tuple[list[int], int]:
    """What the pages show, gone through to the last, and the number that the first one tells."""
    found: list[int] = []
    text = client.get("/stock/", query).content.decode()
    told = re.search(r"共 (\d+) 件", text)
    while True:
        found += [int(one) for one in re.findall(r'<th scope="row"><a href="/stock/(\d+)/"', text)]
        further = re.search(r'rel="next" href="([^"]+)"', text)
        if further is None:
            return found, int(told.group(1)) if told else 0
        text = client.get("/stock/" + further.group(1).replace("&amp;", "&")).content.decode()


def drawn(count: int) -> list[dict[str, str]]:
    """Single cuts, all of them, in each order; and combinations from a seed."""
    rng = random.Random(SEED)
    single = [{name: value} for name, values in CHOICES.items() for value in values]
    found = [{}, *single, *({**rng.choice(single), "sort": sort} for sort in SORTS for _ in range(4))]
    for _ in range(count):
        names = rng.sample(sorted(CHOICES), rng.randint(2, 3))
        found.append({name: rng.choice(CHOICES[name]) for name in names} | {"sort": rng.choice(sorted(SORTS))})
    return found


@pytest.mark.parametrize("one_in", [1, 300, 10**9], ids=["sorted", "as it is", "gone through"])
@pytest.mark.parametrize("person", ["daxue", "shiju"])
def test_pages_hold_exactly_what_a_plain_reading_gives(
    city: SimpleNamespace, person: str, one_in: int, monkeypatch: Any
) -> None:
    from panhuo.web.pages.stock import lists

    monkeypatch.setattr(lists, "ONE_IN", one_in)
    client = Client()
    client.force_login(getattr(city, person))
    wrong, full = [], 0
    for query in drawn(25):
        wanted = expected(query, person, city)
        got, told = shown(client, query)
        full += bool(wanted)
        if got != wanted or told != len(wanted):
            wrong.append((query, len(wanted), len(got), told))
    assert wrong == []
    assert full > 40
