"""Years and days that a filing date gives: term, expiry, patent years, due dates."""

from __future__ import annotations

from datetime import date, timedelta

from panhuo.engine.records._fee_rules import FeeRules
from panhuo.terms.dates import add_months, add_years
from panhuo.terms.errors import OutOfRange
from panhuo.terms.kinds import IpType


def term_years(ip_type: IpType, filing_date: date, *, rules: FeeRules) -> int:
    """Years of protection by kind and filing date. Raises: OutOfRange code no_term."""
    for band in rules.terms:
        begun = band.ip_type == ip_type and band.filed_from <= filing_date
        if begun and (band.filed_to is None or filing_date <= band.filed_to):
            return band.years
    raise OutOfRange(
        f"No term of protection is known for {ip_type} filed on {filing_date}.",
        code="no_term",
        ip_type=ip_type,
        filing_date=filing_date,
    )


def expiry_date(ip_type: IpType, filing_date: date, *, rules: FeeRules, compensation_days: int = 0) -> date:
    """Day on which the term has run out (期满终止日); the day before is the last in force. No holiday shifts it.

    Args: filing_date: the Chinese (or international) filing date, not the priority date. compensation_days: days
    of term compensation on record, 0 for none. Raises: OutOfRange code no_term.
    Source: Patent Law art. 42; guidelines for examination, part V chapter 9.
    """
    years = term_years(ip_type, filing_date, rules=rules)
    return add_years(filing_date, years) + timedelta(days=compensation_days)


def passes_ten_years_on(filing_date: date) -> date:
    """First day on which a right kept since its filing is older than ten years.

    >>> passes_ten_years_on(date(2015, 11, 29))
    datetime.date(2025, 11, 30)
    """
    return add_years(filing_date, 10) + timedelta(days=1)


def patent_year(filing_date: date, day: date) -> int:
    """Patent year (专利年度) in which a day falls; year 1 begins on the filing date.

    Raises: OutOfRange code before_filing.

    >>> patent_year(date(1999, 6, 3), date(2000, 6, 2)), patent_year(date(1999, 6, 3), date(2000, 6, 3))
    (1, 2)
    """
    if day < filing_date:
        raise OutOfRange(f"{day} lies before the filing date {filing_date}.", code="before_filing", day=day)
    years = day.year - filing_date.year
    return years + 1 if add_years(filing_date, years) <= day else years


def annual_fee_due_date(filing_date: date, year: int) -> date:
    """Last day to pay the fee of a patent year without delay: the anniversary on which that year begins.

    Raises: OutOfRange code no_such_year for years below 1. Source: Implementing Rules art. 115.

    >>> annual_fee_due_date(date(1999, 6, 3), 2)
    datetime.date(2000, 6, 3)
    """
    if year < 1:
        raise OutOfRange(f"Patent years count from 1; there is no year {year}.", code="no_such_year", year=year)
    return add_years(filing_date, year - 1)


def late_month(due_date: date, day: date) -> int:
    """Months begun since the due date: 0 up to it, 1 up to the corresponding day of the next month, and so on.

    >>> late_month(date(2024, 3, 31), date(2024, 4, 30)), late_month(date(2024, 3, 31), date(2024, 5, 1))
    (1, 2)
    """
    if day <= due_date:
        return 0
    months = (day.year - due_date.year) * 12 + day.month - due_date.month
    return months + 1 if add_months(due_date, months) < day else months


def last_fee_year(ip_type: IpType, filing_date: date, compensation_days: int, rules: FeeRules) -> int:
    """Last patent year with an annual fee: the term, and each full year of compensation after it."""
    years = term_years(ip_type, filing_date, rules=rules)
    end = add_years(filing_date, years)
    compensated = end + timedelta(days=compensation_days)
    return years + patent_year(end, compensated) - 1


def missed_year(filing_date: date, recorded_on: date, first_year: int, rules: FeeRules) -> int:
    """Latest patent year whose grace period was over on a day, not before the first that can be unpaid."""
    year = patent_year(filing_date, recorded_on)
    if add_months(annual_fee_due_date(filing_date, year), rules.grace_months) >= recorded_on:
        year -= 1
    return max(year, first_year)
