"""What happened to a right up to a day, and what lies on it on that day: one row per asset, from its events."""

from __future__ import annotations

from datetime import date

import ibis
from ibis import Table, _
from ibis.expr.types import BooleanValue, DateValue, IntegerValue

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
    "sued_over": (E.LITIGATION,),
    "marked_pair": (E.SAME_DAY_FILING,),
}
"""What ever happened up to the day: column -> kinds of spell, or events, that say so."""
_STARTS = {start: kind for kind, (start, _end) in SPELLS.items()}
_ENDS = {end: kind for kind, (_start, end) in SPELLS.items()}
_FEES_SETTLED = (E.FEE_PAID, E.RESTORED)
_CONCLUDED = (E.INVALIDATED_PART, E.INVALIDATED_ALL)
TOLD_BY = (
    *_STARTS,
    *_ENDS,
    *(one for kinds in DEEDS.values() for one in kinds if isinstance(one, E)),
    E.TERMINATION_NOTICE,
    *_FEES_SETTLED,
    *_CONCLUDED,
)
"""Events that histories reads."""
_LICENCE_TAKEN = "licence_taken"  # a bit of its own: each bit is set by one step only, so that sums do not carry
FEE_UNPAID = "fee_unpaid"  # a notice of termination that no payment and no restoration followed
INVALIDATION_PENDING = "invalidation_pending"  # started, and no decision told of that day or a later one
_BITS = {name: 1 << n for n, name in enumerate((*BURDENS, *DEEDS, _LICENCE_TAKEN, FEE_UNPAID, INVALIDATION_PENDING))}
_POINTS = tuple(one for kinds in DEEDS.values() for one in kinds if isinstance(one, E))


def histories(events: Table, at: date) -> Table:
    """One row per asset with an event of these kinds: asset_id, marks (see marked).

    BURDENS follow the definition of records.encumbrances by two groupings instead of its joins, because planning
    those for the whole register costs more than grading does; a test holds the two together. All findings of a
    row are bits of one number, so that one figure is grouped and joined instead of a dozen; bits are summed, since
    Ibis has no bitwise or over groups on Spark.
    """
    found = _spells(events, at).union(_points(events, at)).union(_open_ones(events, at))
    return found.group_by("asset_id").agg(marks=found.marks.sum().cast("int32"))


def marked(marks: IntegerValue) -> dict[str, BooleanValue]:
    """BURDENS, DEEDS, FEE_UNPAID and INVALIDATION_PENDING of the marks; null where there are none."""
    bits = {name: _BITS[name] for name in (*BURDENS, *DEEDS, FEE_UNPAID, INVALIDATION_PENDING)}
    bits["licensed"] |= _BITS[_LICENCE_TAKEN]
    return {name: (marks & bit) != 0 for name, bit in bits.items()}


def _points(events: Table, at: date) -> Table:
    """Marks of events that last no time."""
    told = events.filter(
        events.asset_id.notnull(), events.event.isin([*_POINTS]), events.event_date.coalesce(events.known_on) <= at
    )
    deeds = {event: name for name, kinds in DEEDS.items() for event in kinds if event in _POINTS}
    deeds[E.OPEN_LICENCE_TAKEN] = _LICENCE_TAKEN
    marks = ibis.cases(*((told.event == event, _BITS[name]) for event, name in deeds.items()))
    return told.select("asset_id", marks=marks.cast("int32")).distinct()


def _open_ones(events: Table, at: date) -> Table:
    """Marks of what nothing has settled by the day: a notice of termination for an unpaid fee, an invalidation."""
    told = events.filter(
        events.asset_id.notnull(),
        events.event.isin([E.TERMINATION_NOTICE, *_FEES_SETTLED, E.INVALIDATION_STARTED, *_CONCLUDED]),
        events.event_date.coalesce(events.known_on) <= at,
    )
    day = told.event_date.coalesce(told.known_on)
    last = told.group_by("asset_id").agg(
        noticed=day.max(where=told.event == E.TERMINATION_NOTICE),
        settled=day.max(where=told.event.isin([*_FEES_SETTLED])),
        started=day.max(where=told.event == E.INVALIDATION_STARTED),
        concluded=day.max(where=told.event.isin([*_CONCLUDED])),
    )
    owes = last.noticed.notnull() & (last.settled.isnull() | (last.settled < last.noticed))
    pends = last.started.notnull() & (last.concluded.isnull() | (last.concluded < last.started))
    marks = owes.ifelse(_BITS[FEE_UNPAID], 0) + pends.ifelse(_BITS[INVALIDATION_PENDING], 0)
    return last.filter(owes | pends).select("asset_id", marks=marks.cast("int32"))


def _spells(events: Table, at: date) -> Table:
    """Marks of what begins and ends, one row per asset and kind of spell."""
    told = events.filter(events.asset_id.notnull(), events.event.isin([*_STARTS, *_ENDS]))
    is_start = told.event.isin([*_STARTS])
    dated = (told.event_date <= at).ifelse(told.event_date, None)
    is_numbered = told.number != ""
    runs_on = is_start & (is_numbered | told.ends_on.isnull() | (told.ends_on >= at))
    licence_runs_on = runs_on & (told.event == E.LICENCE_RECORDED)
    places = {event: n for n, pair in enumerate(SPELLS.values()) for event in pair}
    kind = ibis.cases(*((told.event == event, n) for event, n in places.items()))
    by_number = told.group_by("asset_id", "number", kind=kind).agg(
        start=dated.max(where=runs_on),
        exclusive_start=dated.max(where=licence_runs_on & (told.terms == "exclusive")),
        sole_start=dated.max(where=licence_runs_on & (told.terms == "sole")),
        end=dated.max(where=~is_start),
        last_day=told.ends_on.max(where=is_start & is_numbered & dated.notnull()),
        word=told.known_on.min(where=is_start & told.event_date.isnull()),
        first_dated=told.event_date.min(where=is_start),
        happened=(is_start & (told.event_date.coalesce(told.known_on) <= at)).any(),
    )
    # A number is one spell, told once or more: its own end closes it, else the latest last day that is stated.
    runs = by_number.end.isnull() & (by_number.last_day.isnull() | (by_number.last_day >= at))
    is_open = runs | (by_number.number == "")
    by_kind = by_number.group_by("asset_id", "kind").agg(
        start=_.start.max(where=is_open),
        exclusive_start=_of_spell(by_number, by_number.exclusive_start).max(where=is_open),
        sole_start=_of_spell(by_number, by_number.sole_start).max(where=is_open),
        end=_.end.max(where=_.number == ""),  # an unnumbered end closes what began before it
        word=_.word.min(),
        first_dated=_.first_dated.min(),
        happened=_.happened.any(),
    )
    kinds = list(SPELLS)
    active = ibis.cases(*((by_kind.kind == n, _BITS[f"{name}_active"]) for n, name in enumerate(kinds)))
    deeds = {kinds.index(one): name for name, ones in DEEDS.items() for one in ones if one in SPELLS}
    deed = ibis.cases(*((by_kind.kind == n, _BITS[name]) for n, name in deeds.items()), else_=0)
    is_unexplained = by_kind.first_dated.isnull() | (by_kind.word < by_kind.first_dated)
    is_active = _outlasts(by_kind.start, by_kind.end) | ((by_kind.word <= at) & is_unexplained)
    marks = (
        is_active.ifelse(active, 0)
        + by_kind.happened.ifelse(deed, 0)
        + _outlasts(by_kind.exclusive_start, by_kind.end).ifelse(_BITS["exclusive_active"], 0)
        + _outlasts(by_kind.sole_start, by_kind.end).ifelse(_BITS["sole_active"], 0)
    )
    return by_kind.select("asset_id", marks=marks.cast("int32"))


def _of_spell(by_number: Table, start: DateValue) -> DateValue:
    """Terms that one source states hold for the whole spell of a number."""
    return (start.notnull() & (by_number.number != "")).ifelse(by_number.start, start)


def _outlasts(start: DateValue, end: DateValue) -> BooleanValue:
    return start.notnull() & (end.isnull() | (start > end))
