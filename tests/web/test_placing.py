"""Patents go to the colleges of their own university, many at once, and nowhere else."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from desk.people.made_people import NOW
from made_pool import made_patents, pool_city


@pytest.fixture
def city(db: None, monkeypatch: Any) -> SimpleNamespace:
    from panhuo.web import visitor

    monkeypatch.setattr(visitor, "now", lambda: NOW)
    made = pool_city()
    made.loose = made_patents(made.university, [1, 2, 3])
    (made.placed,) = made_patents(made.college, [4])
    return made


def client_of(account: Any) -> Client:
    client = Client()
    client.force_login(account)
    return client


def units() -> dict[int, int | None]:
    from panhuo.desk.inventory.models import StockPatent

    return dict(StockPatent.objects.values_list("asset", "unit"))


def test_chosen_patents_go_to_the_college_and_leave_the_list(city: SimpleNamespace) -> None:
    client = client_of(city.daxue)
    assert {row.asset_id for row in client.get("/stock/place/").context["page"].rows} == set(city.loose)
    told = client.post("/stock/place/", {"asset": city.loose[:2], "unit": city.college.pk}, follow=True)
    assert f"已将 2 件专利分到{city.college.name}" in told.content.decode()
    assert [row.asset_id for row in told.context["page"].rows] == city.loose[2:]
    assert {asset: units()[asset] for asset in city.loose[:2]} == dict.fromkeys(city.loose[:2], city.college.pk)
    shown = client.get("/stock/place/?all=1").context["page"]
    assert shown.total == 4


def test_an_organisation_that_is_no_part_of_ones_own_is_no_choice(city: SimpleNamespace) -> None:
    client, before = client_of(city.daxue), units()
    told = client.post("/stock/place/", {"asset": city.loose, "unit": city.office.pk}, follow=True)
    assert "请勾选专利，并选择学院" in told.content.decode()
    assert units() == before


def test_nothing_ticked_and_hostile_numbers_change_nothing(city: SimpleNamespace) -> None:
    client, before = client_of(city.daxue), units()
    for assets in ([], ["x"], ["9" * 30], ["-1"]):
        told = client.post("/stock/place/", {"asset": assets, "unit": city.college.pk}, follow=True)
        assert told.status_code == 200
        assert "请勾选专利，并选择学院" in told.content.decode()
    assert client.post("/stock/place/", {"asset": ["999999"], "unit": city.college.pk}).status_code in (302, 404)
    assert units() == before


def test_who_may_not_import_finds_no_page(city: SimpleNamespace) -> None:
    assert client_of(city.daxue).get("/stock/place/").status_code == 200, "the control"
    assert client_of(city.faming).get("/stock/place/").status_code == 404
