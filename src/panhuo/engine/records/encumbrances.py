"""What lies on a right as at a day: licences, pledges, court preservation, suspension, open licence.

A dated start holds until its end: the end with the same number, else an unnumbered end of the same right on or
after it, else its own last day. Starts of one right with the same number are one spell told more than once: its
last day is the latest that any of them states. A word without a date (质押 in an export) counts from the day the
export speaks for, and only where no dated event of the same kind up to that day explains it: what was recorded
later is not what the word told of.
"""

from __future__ import annotations

from datetime import date

import ibis
from ibis import Table

from panhuo.terms.kinds import EventType as E

SPELLS = {
    "licence": (E.LICENCE_RECORDED, E.LICENCE_ENDED),
    "pledge": (E.PLEDGE_REGISTERED, E.PLEDGE_CANCELLED),
    "preservation": (E.PRESERVED, E.PRESERVATION_DISCHARGED),
    "suspension": (E.SUSPENDED, E.SUSPENSION_ENDED),
    "open_licence": (E.OPEN_LICENCE_DECLARED, E.OPEN_LICENCE_WITHDRAWN),
}


def encumbrances(assets: Table, events: Table, at: date) -> Table:
    """One row per asset with, for each kind of SPELLS:

    <kind>_active: bool, in force on the day (by a dated event or an unexplained word);
    <kind>_ended: date of the last one that ended by the day, null where none;
    <kind>_later_word: bool, only a word of a later day speaks of it: on the day nobody can say.
    exclusive_active, sole_active: bool, an exclusive or sole licence is in force.
    """
    found = assets.select("asset_id")
    for kind, (start, end) in SPELLS.items():
        found = found.left_join(_spells(events, kind, start, end, at), "asset_id").drop("asset_id_right")
        found = found.left_join(undated(events, start, at, kind), "asset_id").drop("asset_id_right")
        found = found.mutate(
            **{
                f"{kind}_active": found[f"{kind}_open"].fill_null(False) | found[f"{kind}_word"].fill_null(False),
                f"{kind}_later_word": found[f"{kind}_later_word"].fill_null(False),
            }
        ).drop(f"{kind}_open", f"{kind}_word")
    found = found.mutate(
        exclusive_active=found.licence_exclusive.fill_null(False),
        sole_active=found.licence_sole.fill_null(False),
    )
    return found.drop(*[name for name in found.columns if name.endswith(("_exclusive", "_sole"))])


def _spells(events: Table, kind: str, start: E, end: E, at: date) -> Table:
    known = events.filter(events.asset_id.notnull(), events.event_date <= at)
    starts = _once(known.filter(known.event == start))
    ends = known.filter(known.event == end).select("asset_id", "number", "event_date")
    numbered = (
        ends.filter(ends.number != "").group_by(["asset_id", "number"]).agg(numbered_end=lambda t: t.event_date.max())
    )
    plain = ends.filter(ends.number == "").group_by("asset_id").agg(plain_end=lambda t: t.event_date.max())
    joined = starts.left_join(numbered, ["asset_id", "number"]).drop("asset_id_right", "number_right")
    joined = joined.left_join(plain, "asset_id").drop("asset_id_right")
    own_end = ibis.ifelse(joined.ends_on < at, joined.ends_on, ibis.null("date"))
    plain_end = ibis.ifelse(joined.plain_end >= joined.event_date, joined.plain_end, ibis.null("date"))
    joined = joined.mutate(ended_on=ibis.coalesce(joined.numbered_end, plain_end, own_end))
    is_open = joined.ended_on.isnull()
    return joined.group_by("asset_id").agg(
        **{
            f"{kind}_open": is_open.any(),
            f"{kind}_ended": joined.ended_on.max(),
            f"{kind}_exclusive": (is_open & joined.exclusive).any(),
            f"{kind}_sole": (is_open & joined.sole).any(),
        }
    )


def _once(starts: Table) -> Table:
    """Starts of one number as one row, unnumbered ones each on its own: what any source says of an end or terms."""
    alone = (starts.number == "").ifelse(starts.event_id, -1)
    return starts.group_by("asset_id", "number", alone=alone).agg(
        event_date=starts.event_date.max(),
        ends_on=starts.ends_on.max(),
        exclusive=(starts.terms == "exclusive").any(),
        sole=(starts.terms == "sole").any(),
    )


def undated(events: Table, event: str, at: date, kind: str) -> Table:
    """Per asset: <kind>_word, a word up to the day that no dated event explains; <kind>_later_word, one after it.

    A dated event explains words of its own day and later ones, so that the earliest word decides.
    """
    of_kind = events.filter(events.asset_id.notnull(), events.event == event)
    told = of_kind.group_by("asset_id").agg(
        first=of_kind.known_on.min(where=of_kind.event_date.isnull()), dated=of_kind.event_date.min()
    )
    words = told.filter(told["first"].notnull(), told.dated.isnull() | (told["first"] < told.dated))
    return words.select("asset_id", **{f"{kind}_word": words["first"] <= at, f"{kind}_later_word": words["first"] > at})
