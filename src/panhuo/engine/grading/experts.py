"""Scores that people give to indicators: kept apart from what rules find, each with scorer and day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import ibis
from ibis import Table, _

from panhuo.engine.grading.verdicts import share_of

EXPERT_SCORES = {
    "asset_id": "int64",
    "indicator": "string",  # code of a leaf of the scheme
    "points": "float64",  # 0..100, read to two decimals
    "scorer": "string",
    "day": "date",  # on which it was given
}
"""Table of scores by people."""
_EPOCH = ibis.date("1900-01-01")
_HIGHEST = 10_000  # hundredths of points


def expert_points(experts: Table, leaves: Sequence[str], at: date) -> Table:
    """One row per asset that a person scored: asset_id, expert_<code> of each leaf, null where not scored.

    Of one scorer the latest score by the day counts, of one day the lower; several scorers count alike (mean, rounded
    half up to hundredths). Rows that expert_faults tells are left out.
    """
    told = experts.mutate(fault=_fault(experts, leaves)).filter(_.fault == "", _.day <= at)
    told = told.mutate(points_e2=(told.points * 100).round().cast("int32"))
    order = told.day.delta(_EPOCH, unit="day").cast("int64") * (_HIGHEST + 1) + _HIGHEST - told.points_e2
    latest = (
        told.mutate(order=order).group_by("asset_id", "indicator", "scorer").agg(points_e2=_.points_e2.argmax(_.order))
    )
    sums = latest.group_by("asset_id").agg(
        **{f"{code}_sum": latest.points_e2.sum(where=latest.indicator == code) for code in leaves},
        **{f"{code}_count": latest.points_e2.count(where=latest.indicator == code) for code in leaves},
    )
    return sums.select(
        "asset_id",
        **{f"expert_{code}": share_of(sums[f"{code}_sum"], sums[f"{code}_count"], scale=1) for code in leaves},
    )


def expert_faults(experts: Table, leaves: Sequence[str]) -> Table:
    """Rows that count for nothing, with the column fault.

    fault: no_asset, unknown_indicator, out_of_range, no_scorer, no_day.
    """
    return experts.mutate(fault=_fault(experts, leaves)).filter(_.fault != "")


def _fault(experts: Table, leaves: Sequence[str]) -> ibis.Value:
    return ibis.cases(
        (experts.asset_id.isnull(), "no_asset"),
        (~experts.indicator.isin([*leaves]).fill_null(False), "unknown_indicator"),  # noqa: FBT003 - null is unknown
        (~experts.points.between(0, 100).fill_null(False), "out_of_range"),  # noqa: FBT003 - null is no score
        (experts.scorer.fill_null("") == "", "no_scorer"),
        (experts.day.isnull(), "no_day"),
        else_="",
    )
