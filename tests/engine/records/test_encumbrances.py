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
        {name: event.get(name, "" if kind == "string" else None) for name, kind in EVENTS.items()}
        | {"asset_id": 1, "event_id": place}
        for place, event in enumerate(events)
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


@pytest.mark.parametrize("kind", ["pledge", "licence", "preservation"])
def test_what_was_recorded_after_a_word_does_not_explain_it(kind: str) -> None:
    """Else a later event would change what is said of an earlier day. An event of the word's own day explains it."""
    start = {"pledge": "pledge_registered", "licence": "licence_recorded", "preservation": "preserved"}[kind]
    word, told = {"event": start, "known_on": DAY}, date(2024, 6, 1)
    for later in (date(2024, 4, 2), date(2025, 3, 1)):
        assert burdens(word, started(start, later), day=told)[f"{kind}_active"] is True
        assert burdens(word, started(start, later), day=date(2024, 3, 1))[f"{kind}_later_word"] is True
    same_day = started(start, DAY, ends_on=DAY)
    assert burdens(word, same_day, day=told)[f"{kind}_active"] is False


def test_one_licence_told_by_two_sources_ends_on_the_last_day_that_one_of_them_states() -> None:
    ledger = started("licence_recorded", date(2021, 8, 20), "X1", ends_on=date(2022, 8, 20), terms="exclusive")
    gazette = started("licence_recorded", date(2021, 9, 1), "X1")
    for told in ([ledger, gazette], [gazette, ledger]):
        found = burdens(*told)
        assert (found["licence_active"], found["licence_ended"]) == (False, date(2022, 8, 20))
        assert burdens(*told, day=date(2022, 8, 20))["exclusive_active"] is True
    other = started("licence_recorded", date(2021, 9, 1), "X2")
    assert burdens(ledger, other)["licence_active"] is True
    assert burdens(ledger, other)["exclusive_active"] is False
    later = started("licence_recorded", date(2022, 9, 1), "X1", ends_on=date(2030, 1, 1))
    assert burdens(ledger, later)["licence_active"] is True  # prolonged under its number


def test_a_pledge_told_by_two_sources_ends_as_one() -> None:
    pledge = started("pledge_registered", date(2020, 1, 1), "Y1", ends_on=date(2022, 1, 1))
    assert burdens(pledge, started("pledge_registered", date(2020, 2, 1), "Y1"))["pledge_active"] is False


def test_unnumbered_starts_each_stand_on_their_own() -> None:
    one = started("licence_recorded", date(2020, 1, 1), ends_on=date(2021, 1, 1))
    assert burdens(one, started("licence_recorded", date(2020, 1, 1)))["licence_active"] is True
