"""How often a firm may be contacted: so many times within so many days, whoever sends.

A contact on day D counts from D up to, and not including, D + days. The limit holds for every stretch of that length
in which the new contact would lie, so that a contact entered late does not overfill the days after it either.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from panhuo.rules import InForce


@dataclass(frozen=True, slots=True)
class ContactLimit:
    """most: contacts of one firm within `days` days, both at least 1."""

    most: int
    days: int


@dataclass(frozen=True, slots=True)
class ContactRoom:
    """Whether one more contact fits. held: contacts in the fullest stretch with the day; free_from: the first later day
    on which one fits, the day itself where it does."""

    fits: bool
    held: int
    free_from: date


def contact_limit(rules: InForce) -> ContactLimit:
    """Read matching.contacts.most and matching.contacts.days."""
    return ContactLimit(rules.integer("matching.contacts.most"), rules.integer("matching.contacts.days"))


def contact_room(past: Iterable[date], day: date, limit: ContactLimit) -> ContactRoom:
    """Whether a firm with contacts on these days may have one more on `day`.

    >>> contact_room([date(2025, 11, 1)] * 3, date(2025, 11, 30), ContactLimit(3, 30)).free_from
    datetime.date(2025, 12, 1)
    """
    days = sorted(past)
    held = _fullest(days, day, limit.days)
    free = day
    while _fullest(days, free, limit.days) >= limit.most:
        free += timedelta(days=1)
    return ContactRoom(held < limit.most, held, free)


def _fullest(days: list[date], day: date, length: int) -> int:
    """Most contacts in a stretch of `length` days that holds the day."""
    reach = timedelta(days=length)
    starts = {day, *(one for one in days if day - reach < one <= day)}
    return max(bisect_left(days, start + reach) - bisect_left(days, start) for start in starts)
