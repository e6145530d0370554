"""What lies on a right on a day: the active findings of records.encumbrances, by two groupings and no joins.

The same definition, for all rights at once: the full one joins fifteen tables and costs more to plan than grading
takes. A test holds the two together over made-up histories.
"""

from __future__ import annotations

from datetime import date

import ibis
from ibis import Table, _

from panhuo.engine.records.encumbrances import SPELLS

BURDENS = (*(f"{kind}_active" for kind in SPELLS), "exclusive_active", "sole_active")


def burdens(events: Table, at: date) -> Table:
    """One row per asset that ever had such an event: asset_id and the flags BURDENS."""
    started = {start: kind for kind, (start, _end) in SPELLS.items()}
    ended = {end: kind for kind, (_start, end) in SPELLS.items()}
    told = events.filter(events.event.isin([*started, *ended]))
    told = told.mutate(
        kind=ibis.cases(*((told.event == event, kind) for event, kind in (started | ended).items())),
        is_start=told.event.isin([*started]),
        dated=(told.event_date <= at).ifelse(told.event_date, None),
    )
    runs_on = told.is_start & (told.ends_on.isnull() | (told.ends_on >= at))
    exclusive = runs_on & (told.terms == "exclusive")
    by_number = told.group_by("asset_id", "kind", "number").agg(
        start=told.dated.max(where=runs_on),
        exclusive_start=told.dated.max(where=exclusive),
        sole_start=told.dated.max(where=runs_on & (told.terms == "sole")),
        end=told.dated.max(where=~told.is_start),
        word=told.known_on.min(where=told.is_start & told.event_date.isnull()),
        is_dated=(told.is_start & told.event_date.notnull()).any(),
    )
    by_number = by_number.mutate(open=by_number.end.isnull() | (by_number.number == ""))
    by_kind = by_number.group_by("asset_id", "kind").agg(
        start=_.start.max(where=_.open),
        exclusive_start=_.exclusive_start.max(where=_.open),
        sole_start=_.sole_start.max(where=_.open),
        end=_.end.max(where=_.number == ""),  # an unnumbered end closes what began before it
        is_word=_.word.min() <= at,
        is_dated=_.is_dated.any(),
    )
    by_kind = by_kind.mutate(
        active=_outlasts(by_kind.start, by_kind.end) | (by_kind.is_word & ~by_kind.is_dated),
        exclusive=_outlasts(by_kind.exclusive_start, by_kind.end),
        sole=_outlasts(by_kind.sole_start, by_kind.end),
    )
    return by_kind.group_by("asset_id").agg(
        **{f"{kind}_active": (_.active & (_.kind == kind)).any() for kind in SPELLS},
        exclusive_active=_.exclusive.any(),
        sole_active=_.sole.any(),
    )


def _outlasts(start: ibis.expr.types.DateValue, end: ibis.expr.types.DateValue) -> ibis.expr.types.BooleanValue:
    return start.notnull() & (end.isnull() | (start > end))
