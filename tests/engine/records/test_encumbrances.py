"""What lies on a right as at a day."""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis
import pytest

from panhuo.engine.records.encumbrances import encumbrances
from panhuo.engine.records.fields import EVENTS

DAY = date(2024, 4, 1)


def burdens(*events: dict[str, Any], day: date = DAY) -> dict[str, Any]:
    assets = ibis.memtable([{"asset_id": 1}], schema={"asset_id": "int64"})
    filled = [
        {name: event.get(name, "" if kind == "string" else None) for name, kind in EVENTS.items()} | {"asset_id": 1}
        for event in events
    ]
    table = ibis.memtable(filled, schema=EVENTS)
    return dict(ibis.duckdb.connect().to_pyarrow(encumbrances(assets, table, day)).to_pylist()[0])


def started(event: str, day: date, number: str = "", **more: Any) -> dict[str, Any]:
    return {"event": event, "event_date": day, "number": number, **more}


def test_a_pledge_ends_with_the_cancellation_of_its_own_number() -> None:
    two = (
        started("pledge_registered", date(2020, 1, 1), "Y1"),
        started("pledge_registered", date(2021, 1, 1), "Y2"),
        started("pledge_cancelled", date(2022, 1, 1), "Y1"),
    )
    assert burdens(*two)["pledge_active"] is True
    both = (*two, started("pledge_cancelled", date(2023, 1, 1), "Y2"))
    assert burdens(*both)["pledge_active"] is False
    assert burdens(*both)["pledge_ended"] == date(2023, 1, 1)
    assert burdens(*both, day=date(2021, 6, 1))["pledge_active"] is True


def test_an_unnumbered_cancellation_ends_what_began_before_it_and_nothing_later() -> None:
    events = (
        started("pledge_registered", date(2020, 1, 1)),
        started("pledge_cancelled", date(2021, 1, 1)),
    )
    assert burdens(*events)["pledge_active"] is False
    assert burdens(*events, started("pledge_registered", date(2022, 1, 1)))["pledge_active"] is True


def test_a_licence_ends_on_its_own_last_day() -> None:
    licence = started("licence_recorded", date(2018, 1, 1), "X1", ends_on=date(2023, 1, 1), terms="exclusive")
    assert burdens(licence)["licence_active"] is False
    assert burdens(licence, day=date(2023, 1, 1))["licence_active"] is True  # the last day is still in
    assert burdens(licence, day=date(2022, 1, 1))["exclusive_active"] is True
    assert burdens(licence)["exclusive_active"] is False


@pytest.mark.parametrize("kind", ["pledge", "licence", "preservation"])
def test_a_word_counts_only_where_no_dated_event_explains_it(kind: str) -> None:
    start, end = {
        "pledge": ("pledge_registered", "pledge_cancelled"),
        "licence": ("licence_recorded", "licence_ended"),
        "preservation": ("preserved", "preservation_discharged"),
    }[kind]
    word = {"event": start, "known_on": DAY}
    assert burdens(word)[f"{kind}_active"] is True
    assert burdens(word, day=date(2024, 3, 31))[f"{kind}_later_word"] is True
    explained = (word, started(start, date(2020, 1, 1)), started(end, date(2021, 1, 1)))
    assert burdens(*explained)[f"{kind}_active"] is False
