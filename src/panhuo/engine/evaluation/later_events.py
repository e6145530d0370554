"""What happened to rights in the time after a day, from dated events only: what a grade of that day is held against."""

from __future__ import annotations

from datetime import date

import ibis
from ibis import Table, _

from panhuo.engine.records.status import legal_status
from panhuo.terms.kinds import ENDED, IpType, LegalStatus
from panhuo.terms.kinds import EventType as E

DEALS = {
    "transfer": (E.TRANSFERRED,),
    "licence": (E.LICENCE_RECORDED, E.OPEN_LICENCE_TAKEN),
    "pledge": (E.PLEDGE_REGISTERED,),
}
OUTCOMES = ("survival", *DEALS, "any_deal")


def later_events(assets: Table, events: Table, split: date, until: date) -> Table:
    """One row per Chinese invention or utility model in force on the day split: asset_id, ip_type and OUTCOMES.

    Each outcome is true or false for the days after split up to until, null where nobody can say. survival: in force
    on the day until. transfer, licence, pledge: recorded in between; null where a source only states without a day
    that there was one, and no dated one explains it. any_deal: one of the three; null where none is and one is null.
    """
    here = assets.filter(assets.jurisdiction == "CN", assets.ip_type.isin([IpType.INVENTION, IpType.UTILITY_MODEL]))
    then = _standing(legal_status(assets, events, split), "at_split")
    after = _standing(legal_status(assets, events, until), "at_end")
    joined = (
        here.select("asset_id", "ip_type")
        .join(then, "asset_id")
        .join(after, "asset_id")
        .left_join(_deals(events, split, until), "asset_id")
        .drop("asset_id_right")
    )
    joined = joined.filter(joined.at_split == LegalStatus.GRANTED_IN_FORCE)
    found = {name: _happened(joined, name) for name in DEALS}
    told = joined.select(
        "asset_id",
        "ip_type",
        survival=ibis.cases(
            (joined.at_end == LegalStatus.GRANTED_IN_FORCE, True), (joined.at_end.isin([*ENDED]), False)
        ),
        **found,
    )
    return told.mutate(any_deal=told.transfer | told.licence | told.pledge)


def last_event_day(assets: Table, events: Table) -> Table:
    """One row: day, the last on which a dated event of a Chinese right is told; null where there is none."""
    here = assets.filter(assets.jurisdiction == "CN").select("asset_id")
    return events.semi_join(here, "asset_id").agg(day=_.event_date.max())


def _standing(status: Table, name: str) -> Table:
    return status.select("asset_id", **{name: status.status})


def _deals(events: Table, split: date, until: date) -> Table:
    """Per asset and kind of deal: how many lie between the days, on any day, and without one."""
    kinds = [one for several in DEALS.values() for one in several]
    told = events.filter(events.asset_id.notnull(), events.event.isin(kinds))
    between = (told.event_date > split) & (told.event_date <= until)
    figures = {}
    for name, several in DEALS.items():
        mine = told.event.isin([*several])
        figures[f"{name}_between"] = (mine & between).any()
        figures[f"{name}_dated"] = (mine & told.event_date.notnull()).any()
        figures[f"{name}_undated"] = (mine & told.event_date.isnull()).any()
    return told.group_by("asset_id").agg(**figures)


def _happened(joined: Table, name: str) -> ibis.Value:
    between, dated, undated = (
        ibis.coalesce(joined[f"{name}_{part}"], ibis.literal(False))  # noqa: FBT003 - an asset without such events
        for part in ("between", "dated", "undated")
    )
    return ibis.cases((between, True), (undated & ~dated, ibis.null("boolean")), else_=False)
