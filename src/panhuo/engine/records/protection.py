"""The end of a right's term, as an expression over assets."""

from __future__ import annotations

from datetime import date

import ibis
from ibis import Table
from ibis.expr.types import BooleanValue, DateValue

from panhuo.rules import InForce


def term_end(assets: Table, rules: InForce) -> DateValue:
    """First day on which the term has run out: as a source states it, else for Chinese rights by law; else null.

    Days of compensation (Patent Law art. 42) are in it only where a source states the end. assets: jurisdiction,
    ip_type, filing_date, expiry_date.
    """
    filed = assets.filing_date
    by_law = [
        (
            (assets.jurisdiction == "CN") & _is_in_band(assets, row["ip_type"], row["filed_from"], row["filed_to"]),
            (filed.cast("timestamp") + ibis.interval(years=int(row["years"]))).date(),
        )
        for row in rules.table("protection_terms")
    ]
    return assets.expiry_date.coalesce(ibis.cases(*by_law))


def _is_in_band(assets: Table, ip_type: str, first: str, last: str) -> BooleanValue:
    filed = assets.filing_date
    found = (assets.ip_type == ip_type) & (filed >= date.fromisoformat(first))
    return found & (filed <= date.fromisoformat(last)) if last else found
