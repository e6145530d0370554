"""What happened to a right and what lies on it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from grading_register import DAY, Register, arrow, event
from hypothesis import given, settings
from hypothesis import strategies as st

from panhuo.engine.grading.histories import (
    BURDENS,
    DEEDS,
    FEE_UNPAID,
    INVALIDATION_PENDING,
    TOLD_BY,
    histories,
    marked,
)
from panhuo.engine.records.encumbrances import SPELLS, encumbrances
from panhuo.engine.records.fields import EVENTS
from panhuo.terms.kinds import EventType

RIGHTS = (1, 2, 3)
DAYS = st.none() | st.integers(-6, 6).map(lambda n: DAY + timedelta(days=n))  # close together: ties and edges
NAMES = [*BURDENS, *DEEDS, FEE_UNPAID, INVALIDATION_PENDING]
SPELL_EVENTS = [one for pair in SPELLS.values() for one in pair]


class Told:
    """Both definitions compiled once; each example only changes the events."""

    def __init__(self, register: Register) -> None:
        self._register = register
        assets = register.put("few", [{"asset_id": n} for n in RIGHTS], {"asset_id": "int64"})
        events = register.put("told", [], EVENTS)
        ours = histories(events, DAY)
        joined = assets.left_join(ours, "asset_id")
        self._ours = register.tables.compiled(joined.select("asset_id", **marked(joined.marks)))
        self._theirs = register.tables.compiled(encumbrances(assets, events, DAY).select("asset_id", *BURDENS))

    def tell(self, events: list[dict[str, Any]]) -> None:
        self._register.put("told", [{"event_id": n, **one} for n, one in enumerate(events)], EVENTS)

    def ours(self) -> dict[int, dict[str, bool]]:
        rows = self._register.tables.execute(self._ours)
        return {row[0]: {name: said is True for name, said in zip(NAMES, row[1:], strict=True)} for row in rows}

    def theirs(self) -> dict[int, dict[str, bool]]:
        rows = self._register.tables.execute(self._theirs)
        return {row[0]: dict(zip(BURDENS, row[1:], strict=True)) for row in rows}


@pytest.fixture(scope="module")
def told() -> Iterator[Told]:
    with Register() as register:
        yield Told(register)


def any_event(kinds: list[EventType]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "asset_id": st.sampled_from([*RIGHTS, None]),
            "event": st.sampled_from(kinds),
            "event_date": DAYS,
            "known_on": DAYS,
            "number": st.sampled_from(["", "Y1", "Y2"]),
            "ends_on": DAYS,
            "terms": st.sampled_from(["", "exclusive", "sole", "ordinary"]),
        }
    )


@settings(max_examples=100)
@given(st.lists(any_event(SPELL_EVENTS), max_size=14))
def test_what_lies_on_a_right_is_what_the_records_say(told: Told, events: list[dict[str, Any]]) -> None:
    """Two definitions of one thing: a plan of two groupings here, joins in records.encumbrances."""
    told.tell(events)
    ours = {asset: {name: said[name] for name in BURDENS} for asset, said in told.ours().items()}
    assert ours == told.theirs()


@settings(max_examples=60)
@given(st.lists(any_event([*TOLD_BY]), max_size=30))
def test_deeds_are_those_of_a_plain_search(told: Told, events: list[dict[str, Any]]) -> None:
    told.tell(events)
    starts = {start: kind for kind, (start, _end) in SPELLS.items()}
    for asset, said in told.ours().items():
        happened = {
            starts.get(one["event"], one["event"])
            for one in events
            if one["asset_id"] == asset and (one["event_date"] or one["known_on"] or date.max) <= DAY
        }
        for deed, kinds in DEEDS.items():
            assert said[deed] is bool(happened & {*kinds}), deed


@given(st.lists(any_event([EventType.TERMINATION_NOTICE, EventType.FEE_PAID, EventType.RESTORED]), max_size=8))
def test_a_fee_is_unpaid_while_nothing_settles_the_last_notice(told: Told, events: list[dict[str, Any]]) -> None:
    """Paid or restored on the day of the notice or later, and by the day."""
    told.tell(events)
    for asset, said in told.ours().items():
        known = [(one["event_date"] or one["known_on"], one["event"]) for one in events if one["asset_id"] == asset]
        notices = [day for day, kind in known if day and day <= DAY and kind == EventType.TERMINATION_NOTICE]
        settled = [day for day, kind in known if day and day <= DAY and kind != EventType.TERMINATION_NOTICE]
        is_unpaid = bool(notices) and not any(day >= max(notices) for day in settled)
        assert said[FEE_UNPAID] is is_unpaid


@given(
    st.lists(
        any_event([EventType.INVALIDATION_STARTED, EventType.INVALIDATED_PART, EventType.INVALIDATED_ALL]), max_size=8
    )
)
def test_an_invalidation_pends_until_a_decision_of_its_day_or_later(told: Told, events: list[dict[str, Any]]) -> None:
    """As the pledge pre-check reads it (desk.registry.pledge_facts)."""
    told.tell(events)
    for asset, said in told.ours().items():
        known = [(one["event_date"] or one["known_on"], one["event"]) for one in events if one["asset_id"] == asset]
        started = [day for day, kind in known if day and day <= DAY and kind == EventType.INVALIDATION_STARTED]
        ended = [day for day, kind in known if day and day <= DAY and kind != EventType.INVALIDATION_STARTED]
        assert said[INVALIDATION_PENDING] is (bool(started) and not any(day >= max(started) for day in ended))


@pytest.mark.parametrize("times", [1, 2, 3, 8, 40])
def test_a_deed_told_many_times_is_one_deed(told: Told, times: int) -> None:
    """Marks are summed: the same mark twice must not become another mark."""
    for kind, deed in (
        ("transferred", "transferred"),
        ("product_filed", "exploited"),
        ("open_licence_taken", "licensed"),
    ):
        told.tell([event(1, kind, DAY - timedelta(days=n)) for n in range(times)])
        assert [name for name, said in told.ours()[1].items() if said] == [deed]


def test_only_a_licence_binds_to_one_taker(told: Told) -> None:
    """Found by the comparison with the records: a pledge whose row says exclusive is no licence."""
    day = DAY - timedelta(days=1)
    told.tell(
        [event(1, "pledge_registered", day, terms="exclusive"), event(2, "licence_recorded", day, terms="exclusive")]
    )
    assert [told.ours()[n]["exclusive_active"] for n in (1, 2)] == [False, True]


def test_a_licence_and_a_taken_open_licence_are_both_a_licence(told: Told) -> None:
    day = DAY - timedelta(days=1)
    told.tell([event(1, "licence_recorded", day, number="X1"), event(1, "open_licence_taken", day)])
    assert [name for name, said in told.ours()[1].items() if said] == ["licence_active", "licensed"]


def test_an_event_of_an_unknown_patent_marks_nobody(told: Told) -> None:
    told.tell([event(1, "transferred", DAY) | {"asset_id": None}])
    assert not any(any(said.values()) for said in told.ours().values())


def test_an_event_of_the_next_day_has_not_happened(told: Told) -> None:
    told.tell([event(1, "transferred", DAY + timedelta(days=1)), event(2, "transferred", DAY)])
    assert [told.ours()[n]["transferred"] for n in (1, 2)] == [False, True]


def test_made_tables_have_all_columns() -> None:
    assert arrow([], EVENTS).column_names == list(EVENTS)
