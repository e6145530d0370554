"""What happened to a right up to a day, and what lies on it on that day: one row per asset, from its events."""

from __future__ import annotations

from datetime import date

import ibis
from ibis import Table, _
from ibis.expr.types import BooleanValue, DateValue

from panhuo.engine.records.encumbrances import SPELLS
from panhuo.terms.kinds import EventType as E

BURDENS = (*(f"{kind}_active" for kind in SPELLS), "exclusive_active", "sole_active")
"""What lies on a right on the day: the findings of records.encumbrances under the same names."""
DEEDS = {
    "licensed": ("licence", E.OPEN_LICENCE_TAKEN),
    "pledged": ("pledge",),
    "transferred": (E.TRANSFERRED,),
    "exploited": (E.OWN_EXPLOITATION, E.PRODUCT_FILED, E.CAPITAL_CONTRIBUTION),
    "partly_invalidated": (E.INVALIDATED_PART,),
    "invalidation_started": (E.INVALIDATION_STARTED,),
}
"""What ever happened up to the day: column -> kinds of spell, or events, that say so."""
_STARTS = {start: kind for kind, (start, _end) in SPELLS.items()}
_ENDS = {end: kind for kind, (_start, end) in SPELLS.items()}
TOLD_BY = (*_STARTS, *_ENDS, *(one for kinds in DEEDS.values() for one in kinds if isinstance(one, E)))
"""Events that histories reads."""
_POINTS = tuple(one for kinds in DEEDS.values() for one in kinds if isinstance(one, E))


def histories(events: Table, at: date) -> Table:
    """One row per asset with an event of these kinds: asset_id, BURDENS and DEEDS; a flag is true, false or null.

    BURDENS follow the definition of records.encumbrances by two groupings instead of its joins, because planning
    those for the whole register costs more than grading does; a test holds the two together.
    """
    points = _points(events, at)
    spells = _spells(events, at).union(points)
    return spells.group_by("asset_id").agg(
        **{f"{name}_active": (spells.active & (spells.kind == name)).any() for name in SPELLS},
        exclusive_active=spells.exclusive.any(),
        sole_active=spells.sole.any(),
        **{name: (spells.happened & spells.kind.isin([*kinds])).any() for name, kinds in DEEDS.items()},
    )


def _points(events: Table, at: date) -> Table:
    """Rows of _spells for events that last no time."""
    told = events.filter(
        events.asset_id.notnull(), events.event.isin([*_POINTS]), events.event_date.coalesce(events.known_on) <= at
    )
    no, yes = ibis.literal(False), ibis.literal(True)  # noqa: FBT003 - values of columns
    return told.select("asset_id", kind="event", active=no, exclusive=no, sole=no, happened=yes)


def _spells(events: Table, at: date) -> Table:
    """One row per asset and kind of spell: active, exclusive, sole on the day; happened: begun by it."""
    told = events.filter(events.asset_id.notnull(), events.event.isin([*_STARTS, *_ENDS]))
    is_start = told.event.isin([*_STARTS])
    dated = (told.event_date <= at).ifelse(told.event_date, None)
    runs_on = is_start & (told.ends_on.isnull() | (told.ends_on >= at))
    kind = ibis.cases(*((told.event == event, kind) for event, kind in (_STARTS | _ENDS).items()))
    by_number = told.group_by("asset_id", "number", kind=kind).agg(
        start=dated.max(where=runs_on),
        exclusive_start=dated.max(where=runs_on & (told.terms == "exclusive")),
        sole_start=dated.max(where=runs_on & (told.terms == "sole")),
        end=dated.max(where=~is_start),
        word=told.known_on.min(where=is_start & told.event_date.isnull()),
        is_dated=(is_start & told.event_date.notnull()).any(),
        happened=(is_start & (told.event_date.coalesce(told.known_on) <= at)).any(),
    )
    is_open = by_number.end.isnull() | (by_number.number == "")  # a numbered end closes its own number
    by_kind = by_number.group_by("asset_id", "kind").agg(
        start=_.start.max(where=is_open),
        exclusive_start=_.exclusive_start.max(where=is_open),
        sole_start=_.sole_start.max(where=is_open),
        end=_.end.max(where=_.number == ""),  # an unnumbered end closes what began before it
        word=_.word.min(),
        is_dated=_.is_dated.any(),
        happened=_.happened.any(),
    )
    active = _outlasts(by_kind.start, by_kind.end) | ((by_kind.word <= at) & ~by_kind.is_dated)
    return by_kind.select(
        "asset_id",
        "kind",
        active=active,
        exclusive=_outlasts(by_kind.exclusive_start, by_kind.end),
        sole=_outlasts(by_kind.sole_start, by_kind.end),
        happened="happened",
    )


def _outlasts(start: DateValue, end: DateValue) -> BooleanValue:
    return start.notnull() & (end.isnull() | (start > end))
