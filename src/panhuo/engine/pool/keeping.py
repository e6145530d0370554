"""Keeping the pool true: confirmed again in time, looked at by samples; funded patents that lie unexploited."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from hashlib import sha256

from panhuo.rules import InForce
from panhuo.terms.dates import add_months, add_years


class Showing(StrEnum):
    """Whether others see an entry of the pool: to_confirm is still shown, hidden is not."""

    SHOWN = "shown"
    TO_CONFIRM = "to_confirm"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class ConfirmRules:
    """Months after which an entry is confirmed again, and days for which it is shown without."""

    months: int
    grace_days: int


def confirm_rules(rules: InForce) -> ConfirmRules:
    """Parameters pool.confirm_months and pool.grace_days of the day. Raises: UnknownRule, NotInForce."""
    return ConfirmRules(rules.integer("pool.confirm_months"), rules.integer("pool.grace_days"))


def showing(confirmed_on: date, *, at: date, rules: ConfirmRules) -> Showing:
    """How an entry of the pool is shown on a day. On its due day it is to be confirmed, after the grace it is hidden.

    >>> [showing(date(2025, 1, 31), at=day, rules=ConfirmRules(12, 30)).value
    ...  for day in (date(2026, 1, 30), date(2026, 1, 31), date(2026, 3, 2), date(2026, 3, 3))]
    ['shown', 'to_confirm', 'to_confirm', 'hidden']
    """
    due = add_months(confirmed_on, rules.months)
    if at < due:
        return Showing.SHOWN
    return Showing.TO_CONFIRM if at <= due + timedelta(days=rules.grace_days) else Showing.HIDDEN


def last_confirmed(state: Showing, *, at: date, rules: ConfirmRules) -> date:
    """The latest day of confirmation with which an entry is in this state or further on: what lists are cut by.

    SHOWN has none before `at` itself.
    """
    if state is Showing.SHOWN:
        return at
    on = at if state is Showing.TO_CONFIRM else at - timedelta(days=rules.grace_days + 1)
    found = add_months(on, -rules.months) - timedelta(days=4)  # months end on different days
    while add_months(found + timedelta(days=1), rules.months) <= on:
        found += timedelta(days=1)
    return found


def draw_sample(keys: Iterable[str], *, seed: str, size: int) -> list[str]:
    """A random sample that everybody can draw again: the same keys and seed give the same ones, in the same order.

    A key that is drawn stays drawn when others come or go behind it. size above the number of keys gives all.

    >>> draw_sample(["a", "b", "c"], seed="2026", size=2) == draw_sample(["c", "b", "a"], seed="2026", size=2)
    True
    """
    return sorted(set(keys), key=lambda key: (sha256(f"{seed}|{key}".encode()).digest(), key))[:size]


def agreement_share(pairs: Sequence[tuple[int, int]]) -> float | None:
    """Share of looked-at entries whose stated level is the one that was found, 0..1; None for none.

    >>> agreement_share([(5, 5), (4, 3)])
    0.5
    """
    return sum(stated == found for stated, found in pairs) / len(pairs) if pairs else None


def alert_year(granted: date | None, *, exploited: bool, at: date, years: Sequence[int]) -> int:
    """The greatest number of years from grant that have passed without exploitation; 0 for none.

    >>> alert_year(date(2021, 5, 1), exploited=False, at=date(2026, 5, 1), years=(3, 5))
    5
    """
    if granted is None or exploited:
        return 0
    return max((one for one in years if add_years(granted, one) <= at), default=0)
