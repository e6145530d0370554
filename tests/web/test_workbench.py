"""The workbench counts what its addresses list: for who works in the pool, on lists, on panels, with imports."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from site_editions import make_due, make_edition_pages
from site_imports import make_imports
from site_panels import add_panels
from site_people import add_people
from site_pool import make_pool

pytestmark = pytest.mark.django_db
WHO = (
    "faming", "xueyuan", "daxue", "shiju", "author", "reviewer", "publisher", "reader", "organiser", "e1", "e2",
    "importer", "keeper",
)  # fmt: skip


@pytest.fixture
def people(signed_in: Callable[..., Client], tmp_path: Path) -> dict[str, Client]:
    from panhuo.desk.people.models import Membership, Organisation

    for login in ("lilei", "a" * 60):
        signed_in(login)
    importers, _ = make_imports(signed_in)
    filers, _ = make_pool(signed_in)
    made = add_people(signed_in)
    panels = add_panels(signed_in, Organisation.objects.get(pk=made["things"]["organisation"]), tmp_path)
    offices, _ = make_edition_pages(signed_in)
    make_due(Membership.objects.get(account__login="keji").organisation)
    found = {**made, **importers, **filers, **panels, **offices}
    return {name: client for name, client in found.items() if name in WHO}


def listed(client: Client, address: str) -> int:
    """Rows that a page shows under an address of the workbench."""
    context = client.get(address).context
    for name in ("drafts", "uploads", "jobs"):
        if name in context and (name != "drafts" or "turn=mine" in address):
            return len(context[name])
    return int(context["page"].total)


def tasks_of(client: Client) -> list[Any]:
    return [task for _heap, _title, tasks in client.get("/").context["heaps"] for task in tasks]


def test_each_number_is_that_of_the_list_behind_it(people: dict[str, Client]) -> None:
    assert set(people) == set(WHO)
    met = set()
    for name, client in people.items():
        for task in tasks_of(client):
            if task.count is not None:
                assert listed(client, task.address) == task.count > 0, (name, task.words, task.address)
                met.add(re.sub(r"^/|/?\?.*$", "", task.address))
    assert met >= {"pool", "editions", "reviews", "imports", "jobs", "deadlines"}, met


def test_an_area_is_told_to_who_works_in_it(people: dict[str, Client]) -> None:
    def areas(name: str) -> set[str]:
        return {task.address.split("/")[1] for task in tasks_of(people[name])}

    assert "reviews" in areas("e1")
    assert "editions" in areas("author")
    assert "editions" in areas("reviewer")
    assert "editions" not in areas("reader")
    assert "pool" not in areas("reader")
    assert "pool" in areas("xueyuan")
    assert "pool" not in areas("e1")


def test_what_is_done_is_gone_from_the_workbench(people: dict[str, Client]) -> None:
    from panhuo.desk.editions.models import Draft

    assert any("editions" in task.address for task in tasks_of(people["reviewer"]))
    Draft.objects.filter(state="review_1").update(state="dropped")
    assert not any("editions" in task.address for task in tasks_of(people["reviewer"]))


def test_an_inventory_of_long_ago_asks_for_a_new_one(people: dict[str, Client]) -> None:
    from datetime import timedelta

    from panhuo.desk.inventory.models import Inventory
    from panhuo.desk.registry.export import register_version

    Inventory.objects.update(register_version=f"{register_version()}-t")

    def asked() -> list[str]:
        return [str(task.why) for name in ("keeper", "importer", "shiju", "author", "daxue")
                for task in tasks_of(people[name]) if task.address == "/stock/take/"]  # fmt: skip

    assert not any("超过 30 天" in why for why in asked())
    for one in Inventory.objects.all():
        Inventory.objects.filter(pk=one.pk).update(day=one.day - timedelta(days=31))
    assert any("超过 30 天" in why for why in asked())


def test_a_workbench_asks_the_register_a_dozen_times_at_most(people: dict[str, Client]) -> None:
    for name, client in people.items():
        client.get("/")
        with CaptureQueriesContext(connection) as told:
            assert client.get("/").status_code == 200
        assert len(told) <= 12, (name, [one["sql"][:160] for one in told.captured_queries])
