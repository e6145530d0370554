"""What the register knows of the annual fees of rights: the facts that the fee calendar asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from panhuo.adapters.tables.protocol import Tables
from panhuo.engine.records.terms_and_fees import FeeFacts
from panhuo.terms.kinds import EventType, IpType, OwnerType

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FeeDays:
    """By asset_id: the last notice of termination and the last restoration up to a day."""

    noticed: Mapping[int, date]
    restored: Mapping[int, date]


def fee_days(tables: Tables, at: date) -> FeeDays:
    """Of all rights that have such events."""
    return FeeDays(_last_days(tables, EventType.TERMINATION_NOTICE, at), _last_days(tables, EventType.RESTORED, at))


def fee_facts(row: Row, days: FeeDays) -> FeeFacts | None:
    """Facts of a granted right; None where its dates are not told, or contradict each other.

    row: asset_id, ip_type, filing_date, grant_date, owner_type, co_owner_types of the projection, and open_licence
    (in force on the day).
    """
    filed, granted = row["filing_date"], row["grant_date"]
    if filed is None or granted is None or granted < filed:
        return None
    return FeeFacts(
        IpType(row["ip_type"]),
        filed,
        granted,
        owner_types=(OwnerType(row["owner_type"]), *map(OwnerType, row["co_owner_types"] or ())),
        termination_notice_on=days.noticed.get(row["asset_id"]),
        restored_on=days.restored.get(row["asset_id"]),
        open_licence=bool(row["open_licence"]),
    )


def _last_days(tables: Tables, event: EventType, at: date) -> dict[int, date]:
    events = tables["events"]
    dated = events.filter(events.event == event, events.event_date <= at, events.asset_id.notnull())
    return dict(tables.rows(dated.group_by("asset_id").agg(day=dated.event_date.max())))
