"""Days as numbers (proleptic ordinals), because a million patents have many of them."""

from __future__ import annotations

from datetime import date

_FIRST = date(2005, 1, 1).toordinal()
_LAST = date(2050, 12, 31).toordinal()
_DAYS = tuple(date.fromordinal(number) for number in range(_FIRST, _LAST + 1))
_ISO = tuple(day.isoformat() for day in _DAYS)
GAZETTE_WEEKDAYS = (1, 4)
"""Tuesday and Friday, on which the gazette comes out."""
_TO_GAZETTE = tuple(min((weekday - day) % 7 for weekday in GAZETTE_WEEKDAYS) for day in range(7))


def number(year: int, month: int, day: int) -> int:
    """Number of a day."""
    return date(year, month, day).toordinal()


def iso(day: int) -> str:
    """Day as 2025-11-30; "" for 0, which stands for never. Days from 2005 to 2050."""
    return _ISO[day - _FIRST] if day else ""


def year_of(day: int) -> int:
    return _DAYS[day - _FIRST].year


def calendar_day(day: int) -> date:
    return _DAYS[day - _FIRST]


def gazette_day(day: int) -> int:
    """The first gazette day on or after a day."""
    return day + _TO_GAZETTE[(day + 6) % 7]


def anniversary(day: int, years: int) -> int:
    """The same day so many years later; 28 February for 29 February."""
    first = _DAYS[day - _FIRST]
    try:
        return first.replace(year=first.year + years).toordinal()
    except ValueError:
        return first.replace(year=first.year + years, day=28).toordinal()
