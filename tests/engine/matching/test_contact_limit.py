"""Contact limit: stretches are half-open, late entries cannot overfill what came after, nothing else is refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.engine.matching.contact_limit import ContactLimit, contact_limit, contact_room
from panhuo.rules import load_pack

LIMIT = ContactLimit(3, 30)
DAY = date(2025, 11, 1)


def after(days: int) -> date:
    return DAY + timedelta(days=days)


def test_the_pack_allows_three_contacts_in_thirty_days() -> None:
    assert contact_limit(load_pack("national").at(date(2026, 11, 22))) == LIMIT


@pytest.mark.parametrize(
    ("past", "day", "fits", "free"),
    [
        ([], 0, True, 0),
        ([0, 0], 0, True, 0),  # the third of one day
        ([0, 0, 0], 0, False, 30),
        ([0, 0, 0], 29, False, 30),  # the thirtieth day with that of the contacts
        ([0, 0, 0], 30, True, 30),  # and the first without them
        ([0, 10, 20], 29, False, 30),
        ([0, 10, 20], 30, True, 30),
        ([10, 20, 30], 5, False, 40),  # entered late: the stretch from day 5 holds 10, 20 and 30
        ([10, 20, 36], 5, True, 5),
    ],
)
def test_a_contact_counts_from_its_day_to_the_day_before_the_end(
    past: list[int], day: int, fits: bool, free: int
) -> None:
    room = contact_room(map(after, past), after(day), LIMIT)
    assert (room.fits, room.free_from) == (fits, after(free))


@given(st.lists(st.integers(0, 80), max_size=25), st.integers(1, 4), st.integers(1, 35))
def test_whatever_order_they_are_asked_in_no_stretch_holds_more_than_allowed(
    asked: list[int], most: int, days: int
) -> None:
    limit = ContactLimit(most, days)
    sent: list[int] = []
    for day in asked:
        room = contact_room(map(after, sent), after(day), limit)
        if room.fits:
            sent.append(day)
        else:
            later = contact_room(map(after, sent), room.free_from, limit)
            assert later.fits, "the day that is named is free"
    assert all(sum(start <= day < start + days for day in sent) <= most for start in range(-35, 120))
