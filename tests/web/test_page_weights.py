"""A page of fifty rows is light, and a list asks the register for the same few things whatever its rows."""

from __future__ import annotations

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
LISTS = ("/stock/", "/stock/place/", "/pool/", "/pool/new/", "/deadlines/", "/booklets/")


@pytest.fixture
def city(db: None, monkeypatch: Any) -> SimpleNamespace:
    """Sixty patents of a university and sixty entries, with titles as long as they usually are."""
    from panhuo.web import visitor

    monkeypatch.setattr(visitor, "now", lambda: NOW)
    made = pool_city()
    title = "一种适用于复杂工况的高效换热装置及其控制方法"
    made_patents(made.university, list(range(100, 160)), title=title, fee_state="due", fee_due_on=NOW.date())
    for asset in made_patents(made.college, list(range(200, 260)), title=title):
        inventor_of(asset, made.faming)
        filled_entry(asset, made.faming)
    return made


def test_a_list_of_fifty_rows_stays_below_thirty_kilobytes_and_a_dozen_questions(city: SimpleNamespace) -> None:
    client = Client()
    client.force_login(city.daxue)
    heavy = []
    for path in LISTS:
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(path)
        own = [one["sql"] for one in asked.captured_queries if "session" not in one["sql"]]
        said = f"{path}: {len(answer.content)} bytes, {len(own)} questions, {answer.content.count(b'<tr>')} rows"
        print(said)
        if len(answer.content) > MOST_BYTES or len(own) > MOST_QUERIES:
            heavy.append(said)
    assert heavy == []
