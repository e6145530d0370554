"""Days as sources write them, and the counting of years and months that patent terms use."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from panhuo.terms.errors import BadValue
from panhuo.terms.half_width import half_width

FIRST_YEAR = 1800
LAST_YEAR = 2199
"""Years outside these are slips of a source (0001-01-01, 9999-12-31), never days of a patent."""

_SHAPE = re.compile(
    r"""(?: (\d{4}) ([-./]) (\d{1,2}) \2 (\d{1,2})            # 2021-05-28  2021.5.28  2021/5/8
          | (\d{4}) \s*年\s* (\d{1,2}) \s*月\s* (\d{1,2}) \s*日  # 2021年5月28日
          | (\d{4}) (\d{2}) (\d{2}) )                          # 20210528
        (?: [T\s]* (\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?) \s* (Z|[+-]\d{2}:?\d{2})? )?""",
    re.VERBOSE | re.ASCII,
)
_CHINA_OFFSETS = (None, "+08:00", "+0800")


def parse_date(text: str) -> date:
    """Day written in one of the shapes that offices and exports use; a local time of day is ignored.

    Shapes: 2021-05-28, 2021.5.28, 2021/5/8, 20210528, 2021年5月28日, each with or without a time, also in
    full-width characters. An instant in another time zone is refused unless it is midnight: its day in China
    may be the next one (2021-05-27T16:00:00Z is the 28th there).

    Raises: BadValue code bad_date, also for "", "-" and 0000-00-00: missing is the caller's to know.

    >>> parse_date("2021年5月28日")
    datetime.date(2021, 5, 28)
    """
    # The common shape first; the fixed dashes keep ISO week dates (2021-W21-5) out.
    if len(text) == 10 and text[4] == "-" and text[7] == "-" and text.isascii():
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise _impossible(text) from None
        return _in_years(day, text)
    cleaned = half_width(text).strip()
    match = _SHAPE.fullmatch(cleaned)
    if match is None:
        raise _bad(text, "it is not a day like 2021-05-28, 2021/5/28, 20210528 or 2021年5月28日")
    y1, _, m1, d1, y2, m2, d2, y3, m3, d3, clock, offset = match.groups()
    if offset not in _CHINA_OFFSETS and clock.strip("0:.") != "":
        raise _bad(text, "it is an instant of another time zone; its day in China may differ")
    try:
        day = date(int(y1 or y2 or y3), int(m1 or m2 or m3), int(d1 or d2 or d3))
    except ValueError:
        raise _impossible(text) from None
    return _in_years(day, text)


def add_months(day: date, months: int) -> date:
    """Corresponding day that many months on (or back, where negative), else the last day of that month.

    Source: Implementing Rules of the Patent Law, art. 5.

    >>> add_months(date(2021, 8, 31), 6)
    datetime.date(2022, 2, 28)
    """
    years, month0 = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month0 + 1
    if day.day <= 28:
        return date(year, month, day.day)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def add_years(day: date, years: int) -> date:
    """Corresponding day that many years on (or back, where negative); 29 February falls on the 28th.

    Source: Implementing Rules of the Patent Law, art. 5.

    >>> add_years(date(2004, 2, 29), 10)
    datetime.date(2014, 2, 28)
    """
    if day.month == 2 and day.day == 29:
        return add_months(day, 12 * years)
    return day.replace(year=day.year + years)


def _in_years(day: date, text: str) -> date:
    if FIRST_YEAR <= day.year <= LAST_YEAR:
        return day
    raise _bad(text, f"its year lies outside {FIRST_YEAR} to {LAST_YEAR}")


def _impossible(text: str) -> BadValue:
    return _bad(text, "no calendar has that day")


def _bad(text: str, why: str) -> BadValue:
    return BadValue(f"{text!r} is not taken as a date: {why}.", code="bad_date", found=text)
