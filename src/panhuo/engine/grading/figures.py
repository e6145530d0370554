"""The figures of a patent that are compared with those of its peers, and the cohort that it belongs to."""

from __future__ import annotations

from datetime import date
from functools import reduce

import ibis
from ibis import Table
from ibis.expr.types import BooleanValue, DateValue, IntegerValue, StringValue

from panhuo.rules import InForce
from panhuo.terms.kinds import PATENT_TYPES, LegalStatus

FIGURES = ("citations", "claims", "family", "grant_lag", "remaining_term")
_YEAR_SPAN = 1000  # years from 1500 on; keeps the parts of a cohort's number apart


def figured(assets: Table, status: Table, rules: InForce) -> Table:
    """One narrow row per asset, as at rules.day.

    Columns: asset_id, status, term_end (date), months_left (of the term by law, not below 0), cohort (null where
    there is none) and FIGURES (whole numbers, null where not known on the day). Term and lag are whole months, so
    that days inside the one filing year of a cohort make no differences that mean nothing. Counts of a source are
    known only where it speaks for the day or an earlier one.
    """
    at = rules.day
    joined = assets.left_join(status, "asset_id", rname="status_{name}")
    joined = joined.mutate(term_end=term_end(joined, rules))
    joined = joined.mutate(months_left=ibis.greatest(_months(ibis.date(at), joined.term_end), 0))
    known = joined.data_day <= at
    return joined.select(
        "asset_id",
        "status",
        "term_end",
        "months_left",
        cohort=_cohort(joined, at),
        citations=known.ifelse(joined.cited_by_count, None),
        claims=joined.claims_count,
        family=known.ifelse(joined.family_count, None),
        grant_lag=_months(joined.filing_date, (joined.grant_date <= at).ifelse(joined.grant_date, None)),
        remaining_term=(joined.status == LegalStatus.GRANTED_IN_FORCE).ifelse(joined.months_left, None),
    )


def term_end(joined: Table, rules: InForce) -> DateValue:
    """First day on which the term by law has run out; days of compensation only where a source states the end."""
    filed = joined.filing_date
    bands = [
        (_is_in_band(joined, row["ip_type"], row["filed_from"], row["filed_to"]), int(row["years"]))
        for row in rules.table("protection_terms")
    ]
    by_law = [(when, (filed.cast("timestamp") + ibis.interval(years=years)).date()) for when, years in bands]
    return joined.expiry_date.coalesce(ibis.cases(*by_law))


def _cohort(joined: Table, at: date) -> IntegerValue:
    """Office, subclass, filing year and kind as one number; it groups and joins quicker than the four columns.

    Only patents filed by the day have peers.
    """
    office = (joined.jurisdiction == "CN").ifelse(ord("C") * 128 + ord("N"), _number(joined.jurisdiction, 2))
    name = office.cast("int64") * 128**4 + _number(joined.ipc_main, 4)
    kind = ibis.cases(*((joined.ip_type == kind, n) for n, kind in enumerate(PATENT_TYPES)))
    number = (name * _YEAR_SPAN + joined.filing_date.year() - 1500) * len(PATENT_TYPES) + kind
    return ((joined.ipc_main.length() >= 4) & (joined.filing_date <= at)).ifelse(number, None)


def _number(text: StringValue, letters: int) -> IntegerValue:
    """The first letters of an ASCII text as one number."""
    codes = [
        text.substr(n, 1).ascii_str().cast("int64") if n else text.ascii_str().cast("int64") for n in range(letters)
    ]
    return reduce(lambda so_far, code: so_far * 128 + code, codes)


def _is_in_band(joined: Table, ip_type: str, first: str, last: str) -> BooleanValue:
    filed = joined.filing_date
    found = (joined.ip_type == ip_type) & (filed >= date.fromisoformat(first))
    return found & (filed <= date.fromisoformat(last)) if last else found


def _months(first: DateValue, last: DateValue) -> IntegerValue:
    """Whole months from one day to another."""
    months = (last.year() - first.year()) * 12 + (last.month() - first.month())
    return (months - (last.day() < first.day()).cast("int32")).cast("int32")
