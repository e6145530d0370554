"""Legal status as at a day: events, status words, contradictions. Hand-made cases after the rules in the module."""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis
import pytest

from panhuo.engine.records.fields import ASSETS, EVENTS
from panhuo.engine.records.status import legal_status
from panhuo.terms.kinds import EventType as E
from panhuo.terms.kinds import LegalStatus as S

EARLY, MIDDLE, LATE = date(2015, 1, 1), date(2018, 1, 1), date(2024, 4, 1)


def dated(event: E, day: date, **more: Any) -> dict[str, Any]:
    return {"asset_id": 1, "event": event.value, "event_date": day, "status": "", **more}


def word(status: S, known_on: date) -> dict[str, Any]:
    return {"asset_id": 1, "event": "status_word", "known_on": known_on, "status": status.value}


def status_on(day: date, *events: dict[str, Any]) -> dict[str, Any]:
    assets = ibis.memtable([{"asset_id": 1}], schema={"asset_id": ASSETS["asset_id"]})
    rows = [{name: event.get(name) for name in EVENTS} for event in events]
    table = ibis.memtable(rows or [dict.fromkeys(EVENTS)], schema=EVENTS)
    found = ibis.duckdb.connect().to_pyarrow(legal_status(assets, table, day)).to_pylist()
    assert len(found) == 1
    return dict(found[0])


@pytest.mark.parametrize(
    ("case", "day", "events", "status", "contradiction"),
    [
        ("nothing is known", LATE, [], S.CANNOT_SAY, False),
        ("a word holds from its day", LATE, [word(S.GRANTED_IN_FORCE, LATE)], S.GRANTED_IN_FORCE, False),
        ("before the word nobody can say", MIDDLE, [word(S.GRANTED_IN_FORCE, LATE)], S.CANNOT_SAY, False),
        (
            "before the word the grant event speaks",
            MIDDLE,
            [dated(E.GRANTED, EARLY), word(S.GRANTED_IN_FORCE, LATE)],
            S.GRANTED_IN_FORCE,
            False,
        ),
        (
            "it ended at an untold time before the word",
            MIDDLE,
            [dated(E.GRANTED, EARLY), word(S.LAPSED_UNPAID_FEE, LATE)],
            S.CANNOT_SAY,
            False,
        ),
        (
            "a dated end wins over a word of a later day, and the contradiction shows",
            LATE,
            [dated(E.GRANTED, EARLY), dated(E.LAPSED_UNPAID_FEE, MIDDLE), word(S.GRANTED_IN_FORCE, LATE)],
            S.LAPSED_UNPAID_FEE,
            True,
        ),
        (
            "a word before the end contradicts nothing",
            LATE,
            [dated(E.GRANTED, EARLY), word(S.GRANTED_IN_FORCE, EARLY), dated(E.LAPSED_UNPAID_FEE, MIDDLE)],
            S.LAPSED_UNPAID_FEE,
            False,
        ),
        (
            "restoration reopens the right",
            LATE,
            [dated(E.GRANTED, EARLY), dated(E.LAPSED_UNPAID_FEE, MIDDLE), dated(E.RESTORED, date(2018, 6, 1))],
            S.GRANTED_IN_FORCE,
            False,
        ),
        (
            "a restoration of the same day as the lapse follows it",
            LATE,
            [dated(E.GRANTED, EARLY), dated(E.LAPSED_UNPAID_FEE, MIDDLE), dated(E.RESTORED, MIDDLE)],
            S.GRANTED_IN_FORCE,
            False,
        ),
        (
            "a later end is not yet",
            EARLY,
            [dated(E.GRANTED, EARLY), dated(E.EXPIRED_TERM, LATE)],
            S.GRANTED_IN_FORCE,
            False,
        ),
        ("only published", LATE, [dated(E.PUBLISHED, EARLY)], S.PUBLISHED, False),
        ("in examination", LATE, [dated(E.PUBLISHED, EARLY), dated(E.EXAMINATION, MIDDLE)], S.EXAMINATION, False),
        (
            "granted after the export that called it pending",
            LATE,
            [word(S.EXAMINATION, EARLY), dated(E.GRANTED, MIDDLE)],
            S.GRANTED_IN_FORCE,
            False,
        ),
        (
            "two exports of one day differ: the end is believed and shown",
            LATE,
            [word(S.GRANTED_IN_FORCE, LATE), word(S.EXPIRED_TERM, LATE)],
            S.EXPIRED_TERM,
            True,
        ),
        (
            "full invalidation stands above the rest of its day",
            LATE,
            [dated(E.GRANTED, EARLY), dated(E.INVALIDATED_ALL, MIDDLE), dated(E.RESTORED, MIDDLE)],
            S.INVALIDATED_ALL,
            False,
        ),
        ("rejected", LATE, [dated(E.PUBLISHED, EARLY), dated(E.REJECTED, MIDDLE)], S.REJECTED, False),
    ],
)
def test_status(case: str, day: date, events: list[dict[str, Any]], status: S, contradiction: bool) -> None:
    found = status_on(day, *events)
    assert (found["status"], found["contradiction"]) == (status.value, contradiction), case


def test_a_lapse_counts_from_its_effect_not_from_its_announcement() -> None:
    """Implementing Rules 2023 art. 115: the right ends on the day the fee was due."""
    lapse = dated(E.LAPSED_UNPAID_FEE, date(2018, 9, 1), effective_on=date(2018, 1, 1))
    assert status_on(date(2018, 3, 1), dated(E.GRANTED, EARLY), lapse)["status"] == S.LAPSED_UNPAID_FEE
    control = dated(E.LAPSED_UNPAID_FEE, date(2018, 9, 1))
    assert status_on(date(2018, 3, 1), dated(E.GRANTED, EARLY), control)["status"] == S.GRANTED_IN_FORCE


def test_the_outcome_names_its_basis_and_day() -> None:
    found = status_on(LATE, dated(E.GRANTED, EARLY), dated(E.LAPSED_UNPAID_FEE, MIDDLE))
    assert (found["basis"], found["since"]) == ("event", MIDDLE)
    assert status_on(LATE, word(S.GRANTED_IN_FORCE, LATE))["basis"] == "word"
