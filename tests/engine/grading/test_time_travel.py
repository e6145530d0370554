"""Nothing that became known after the day changes what is said of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from grading_register import DAY, Register, event, graded, right, rules_of
from hypothesis import given, settings
from hypothesis import strategies as st

from panhuo.engine.grading import GRADES, grade
from panhuo.engine.grading.histories import TOLD_BY
from panhuo.engine.records.fields import EVENTS, OFFERS
from panhuo.terms.kinds import EventType

RIGHTS = [right(n, "G06F40/30" if n % 2 else "H01M10/05", claims_count=n) for n in range(1, 13)]
EARLIER = [
    event(1, "licence_recorded", date(2021, 1, 1), number="X1", terms="exclusive"),
    event(2, "pledge_registered", date(2023, 1, 1), number="Y1", amount_cny=2e7),
    event(3, "transferred", date(2020, 6, 1)),
    event(4, "preserved", date(2025, 1, 1)),
]
LATER = st.integers(1, 3000).map(lambda n: DAY + timedelta(days=n))


class Standing:
    """The whole grade compiled once over tables whose rows change."""

    def __init__(self, register: Register) -> None:
        rules = rules_of("demo_city")
        register.add_industries(rules)
        found = register.tables
        self._register = register
        self._sql = found.compiled(
            grade(
                found["assets"], found["status"], found["events"], found["sei"], rules, offers=found["offers"]
            ).unpacked()
        )

    def grades(self, events: list[dict[str, Any]], offers: list[dict[str, Any]]) -> dict[int, tuple[Any, ...]]:
        numbered = [{"event_id": n, **one} for n, one in enumerate(events, start=1)]
        self._register.put("events", numbered, EVENTS)
        self._register.put("offers", offers, OFFERS)
        rows = self._register.tables.execute(self._sql)
        return {row[list(GRADES).index("asset_id")]: row for row in rows}


@pytest.fixture(scope="module")
def standing() -> Iterator[Standing]:
    status = [{"asset_id": one["asset_id"], "status": "granted_in_force"} for one in RIGHTS]
    with Register(assets=RIGHTS, status=status) as register:
        yield Standing(register)


later_event = st.fixed_dictionaries(
    {
        "asset_id": st.integers(1, 12),
        "event": st.sampled_from([*TOLD_BY, EventType.AWARDED, EventType.FEE_PAID]),
        "event_date": LATER,
        "number": st.sampled_from(["", "X1", "Y1", "Z9"]),
        "amount_cny": st.none() | st.just(5e7),
        "terms": st.sampled_from(["", "exclusive", "sole"]),
        "text": st.just("中国专利金奖"),
    }
)


@settings(max_examples=25)
@given(st.lists(later_event, min_size=1, max_size=12), st.lists(LATER, max_size=3))
def test_events_and_statements_of_later_days_change_no_grade(
    standing: Standing, events: list[dict[str, Any]], stated: list[date]
) -> None:
    offers = [{"asset_id": n, "stated_on": day, "maturity": 9} for n, day in enumerate(stated, start=1)]
    assert standing.grades([*EARLIER, *events], offers) == standing.grades(EARLIER, [])


@pytest.mark.parametrize(
    ("asset", "kind"),
    [(2, "licence_recorded"), (2, "pledge_cancelled"), (2, "product_filed"), (5, "transferred"), (2, "awarded")],
)
def test_the_same_event_on_the_day_does_change_a_grade(standing: Standing, asset: int, kind: str) -> None:
    told = event(asset, kind, DAY, number="Y1", text="中国专利金奖")
    before, after = standing.grades(EARLIER, []), standing.grades([*EARLIER, told], [])
    assert before[asset] != after[asset]
    assert {n: row for n, row in before.items() if n != asset} == {n: row for n, row in after.items() if n != asset}


def test_counts_of_a_source_of_a_later_day_are_not_used() -> None:
    counted = [right(n, cited_by_count=n, family_count=n, data_day=date(2025, 12, 1)) for n in range(1, 13)]
    known = [{**one, "data_day": DAY} for one in counted]
    assert graded(counted)[5]["citations_peers"] is None
    assert graded(known)[5]["citations_peers"] == 12


def test_a_grant_of_a_later_day_has_not_happened() -> None:
    rights = [right(n, grant_date=date(2020, n, 1)) for n in range(1, 12)]
    found = graded([*rights, right(12, grant_date=date(2026, 1, 1))])
    assert found[12]["grant_lag_peers"] is None
    assert found[1]["grant_lag_peers"] == 11


def test_what_is_filed_after_the_day_has_no_peers_and_is_none() -> None:
    rights = [right(n, claims_count=n, filing_date=date(2025, 11, 1)) for n in range(1, 12)]
    found = graded([*rights, right(12, claims_count=12, filing_date=date(2025, 12, 1))])
    assert found[12]["claims_peers"] is None
    assert found[1]["claims_peers"] == 11
