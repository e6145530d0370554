"""Fields of patents: in how many one lies, and whether more or fewer patents are filed in one than before."""

from __future__ import annotations

from functools import reduce
from operator import and_

import ibis
from ibis import Table, _
from ibis.expr.types import ArrayValue, IntegerValue

from panhuo.rules import InForce
from panhuo.terms.dates import add_years

TREND_SCALE = 100
_COMPARED = 4  # most patents have no more symbols, and comparing is quicker than listing and counting


def filing_trends(assets: Table, rules: InForce) -> Table:
    """One row per main IPC subclass with enough filings: field, filing_trend.

    filing_trend: filings of the later span over those of the earlier in units of 1/TREND_SCALE, null where there were
    none before; cut and not rounded, so that 299 after 200 do not reach 1.5. The later span ends
    scheme.trend_lag_years before the day, so that all its filings are published.
    """
    end = add_years(rules.day, -rules.integer("scheme.trend_lag_years"))
    years = rules.integer("scheme.trend_years")
    middle, start = add_years(end, -years), add_years(end, -2 * years)
    filed = assets.filter(assets.filing_date > start, assets.filing_date <= end, assets.ipc_main.length() >= 4)
    is_later = filed.filing_date > middle
    counted = filed.group_by(field=filed.ipc_main.substr(0, 4)).agg(later=is_later.sum().cast("int64"), both=_.count())
    enough = counted.filter(_.both >= rules.integer("scheme.trend_filings"))
    earlier = (enough.both - enough.later).cast("int64").nullif(0)
    return enough.select("field", filing_trend=(enough.later * TREND_SCALE // earlier).cast("int32"))


def breadth_of_few(keys: ArrayValue) -> IntegerValue:
    """In how many subclasses up to _COMPARED symbols of the IPC lie; null for more of them and for none."""
    found = [
        (keys.length() > n).ifelse(keys[n].substr(0, 4), None) for n in range(_COMPARED)
    ]  # Spark minds a place beyond
    count = keys.length().between(1, _COMPARED).ifelse(1, None)
    for n in range(1, _COMPARED):
        is_other = reduce(and_, (found[n] != before for before in found[:n]))
        count = count + ibis.ifelse(is_other, 1, 0)  # null where there is no such symbol
    return count


def breadths_of_many(assets: Table) -> Table:
    """One row per asset with more symbols than breadth_of_few compares: asset_id, breadth."""
    several = assets.filter(assets.ipc_keys.length() > _COMPARED)
    symbols = several.select("asset_id", key=several.ipc_keys.unnest())
    fields = symbols.select("asset_id", field=symbols.key.substr(0, 4)).distinct()
    return fields.group_by("asset_id").agg(breadth=_.count().cast("int32"))
