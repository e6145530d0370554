"""How long a right can still earn: the shortest of its legal, economic, contractual and forecast lives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from panhuo.engine.valuation.arithmetic import ONE, ZERO, counted
from panhuo.terms.dates import add_years
from panhuo.terms.errors import OutOfRange


class Bound(StrEnum):
    """What ends the earnings first."""

    LEGAL = "legal"  # the term of the patent
    ECONOMIC = "economic"  # the technology is overtaken
    CONTRACT = "contract"  # the licence that is valued ends


@dataclass(frozen=True, slots=True)
class Life:
    """years: from the base date, 0 or more; bound: what ends it, the earlier named first where several end together."""

    years: Decimal
    bound: Bound


@dataclass(frozen=True, slots=True)
class Period:
    """One year from the base date, or the part of the last one that lies within a life.

    number: 1 is the year that begins on the base date. length: years, above 0 up to 1. end: years from the base date.
    """

    number: int
    length: Decimal
    end: Decimal


@counted
def years_between(first: date, last: date) -> Decimal:
    """Years from one day to another: whole ones by anniversary, the rest as a share of the year it lies in.

    Returns: 0 where last is not after first. Source: Implementing Rules of the Patent Law, art. 5 (corresponding day).

    >>> years_between(date(2025, 11, 30), date(2033, 11, 30))
    Decimal('8')
    >>> years_between(date(2025, 1, 1), date(2026, 7, 2))  # 182 of 365 days
    Decimal('1.498630136986301369863013698630137')
    """
    if last <= first:
        return ZERO
    whole = last.year - first.year
    if add_years(first, whole) > last:
        whole -= 1
    begun, ended = add_years(first, whole), add_years(first, whole + 1)
    return whole + Decimal((last - begun).days) / Decimal((ended - begun).days)


def remaining_life(ends: Mapping[Bound, Decimal]) -> Life:
    """The shortest of the lives named, in years from the base date. Raises: OutOfRange where none is named."""
    if not ends:
        raise OutOfRange("No life is named: state the legal end or the economic life.", code="no_life")
    bound = min(ends, key=lambda one: (ends[one], list(Bound).index(one)))
    return Life(max(ZERO, ends[bound]), bound)


@counted
def periods(years: Decimal) -> tuple[Period, ...]:
    """The years of a life in order; the last may be a part of one. Empty for 0.

    >>> [str(period.length) for period in periods(Decimal("2.5"))]
    ['1', '1', '0.5']
    """
    whole, rest = divmod(years, ONE)
    full = [Period(number, ONE, Decimal(number)) for number in range(1, int(whole) + 1)]
    last = [Period(int(whole) + 1, rest, years)] if rest else []
    return (*full, *last)
