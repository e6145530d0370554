"""Rights that a supply list considers, gathered from the projection and the Runs it stands on.

Considered is what an owner has spoken of (inventory, booklet, open licence) and what the dormant Run asks about.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import ibis
from ibis import Table

from panhuo.adapters.tables.protocol import Tables
from panhuo.desk.listings.grades import GradeInfo
from panhuo.desk.registry.statements import latest_offers, offering
from panhuo.engine.indicators.supply_list import Encumbered, SupplyAsset, SupplyOffer, SupplyRules
from panhuo.engine.records.encumbrances import encumbrances
from panhuo.engine.records.status import legal_status
from panhuo.engine.records.terms_and_fees import expiry_date, fee_rules
from panhuo.rules import InForce
from panhuo.terms.errors import OutOfRange
from panhuo.terms.kinds import PATENT_TYPES, DormancyState, EventType, IpType

ASKED = (DormancyState.CANDIDATE, DormancyState.TO_VERIFY, DormancyState.DORMANT)
COLUMNS = (
    "asset_id",
    "asset_key",
    "application_number",
    "publication_number",
    "title",
    "ip_type",
    "owners",
    "owner_code",
    "owner_type",
    "filing_date",
    "expiry_date",
    "same_day_pair",
    "abstract",
    "ipc_main",
    "industry_code",
)
LATER_WORDS = ("pledge_later_word", "licence_later_word", "preservation_later_word")


def considered_assets(
    tables: Tables,
    rules: InForce,
    supply: SupplyRules,
    *,
    at: date,
    grades: Mapping[str, GradeInfo],
    dormant: Path | None,
    offered: Mapping[int, SupplyOffer] | None = None,
) -> list[SupplyAsset]:
    """All considered rights with what the register says of them on the day; in the order of asset_id.

    grades: by asset_key. dormant: rows of a dormant Run, None where none was made for the day. offered: asset_id ->
    what stands in place of the owners' statements; these rights alone are considered then; a later refusal holds.
    """
    ids = _considered(tables, dormant) if offered is None else _named(tables, offered)
    assets = tables["assets"].semi_join(ids, "asset_id")
    events = tables["events"].semi_join(ids, "asset_id")
    states = {row[0]: row[1] for row in tables.rows(legal_status(assets, events, at).select("asset_id", "status"))}
    lies = _encumbered(tables, assets, events, at)
    offers = latest_offers(tables, ids, supply)
    if offered is not None:
        offers = {**offered, **{key: one for key, one in offers.items() if _refuses_since(one, offered[key])}}
    transfers = _last_transfers(tables, events, at)
    fees = fee_rules(rules)
    found = []
    for cells in tables.rows(assets.select(*COLUMNS).order_by("asset_id")):
        row = dict(zip(COLUMNS, cells, strict=True))
        info = grades.get(row["asset_key"], GradeInfo())
        transferred_on, buyers = transfers.get(row["asset_id"], (None, ()))
        found.append(
            SupplyAsset(
                asset_id=row["asset_id"],
                asset_key=row["asset_key"],
                application_number=row["application_number"],
                publication_number=row["publication_number"],
                title=row["title"],
                ip_type=row["ip_type"],
                owners=tuple(row["owners"] or ()),
                owner_code=row["owner_code"],
                owner_type=row["owner_type"],
                status=states[row["asset_id"]],
                expires_on=_expires(row, fees),
                encumbered=lies[row["asset_id"]],
                offer=offers.get(row["asset_id"]),
                transferred_on=transferred_on,
                transferred_to=buyers,
                pair=row["same_day_pair"],
                grade=info.grade,
                industry=info.branch or _industry(row),
                abstract=row["abstract"],
            )
        )
    return found


def _considered(tables: Tables, dormant: Path | None) -> Table:
    patents = tables["assets"].filter(tables["assets"].ip_type.isin([*PATENT_TYPES]))
    spoken = offering(tables["offers"]).select("asset_id")
    declared = tables["events"].filter(tables["events"].event == EventType.OPEN_LICENCE_DECLARED).select("asset_id")
    ids = spoken.union(declared)
    if dormant is not None:
        asked = tables.add("dormant_run", dormant)
        keys = asked.filter(asked.state.isin([*ASKED])).select("asset_key")
        ids = ids.union(patents.semi_join(keys, "asset_key").select("asset_id"))
    return patents.semi_join(ids.filter(ids.asset_id.notnull()).distinct(), "asset_id").select("asset_id")


def _named(tables: Tables, offered: Mapping[int, SupplyOffer]) -> Table:
    patents = tables["assets"].filter(tables["assets"].ip_type.isin([*PATENT_TYPES]))
    return patents.filter(patents.asset_id.isin([*offered] or [-1])).select("asset_id")


def _refuses_since(stated: SupplyOffer, offered: SupplyOffer) -> bool:
    """Whether the owner's own statement takes back what was offered: of the same day or later, or of no day."""
    if stated.consent != "no":
        return False
    return stated.stated_on is None or offered.stated_on is None or stated.stated_on >= offered.stated_on


def _encumbered(tables: Tables, assets: Table, events: Table, at: date) -> dict[int, Encumbered]:
    table = encumbrances(assets, events, at)
    unnamed = _ids(tables, events.filter(events.event == EventType.LICENCE_RECORDED, events.terms == ""), at)
    disputed = _pending_dispute(tables, events, at)
    found = {}
    for cells in tables.rows(table):
        row: dict[str, Any] = dict(zip(table.columns, cells, strict=True))
        asset_id = row["asset_id"]
        found[asset_id] = Encumbered(
            pledge=row["pledge_active"],
            licence=row["licence_active"],
            exclusive=row["exclusive_active"] or row["sole_active"],
            licence_kind_known=asset_id not in unnamed,
            preservation=row["preservation_active"],
            dispute=row["suspension_active"] or asset_id in disputed,
            open_licence=row["open_licence_active"],
            unknown=any(row[name] for name in LATER_WORDS),
        )
    return found


def _pending_dispute(tables: Tables, events: Table, at: date) -> set[int]:
    """Litigation, and invalidation proceedings that no decision has answered by the day."""
    started = _last_day(tables, events, EventType.INVALIDATION_STARTED, at)
    decided = _last_day(tables, events, EventType.INVALIDATED_PART, at)
    pending = {key for key, day in started.items() if decided.get(key, date.min) < day}
    return pending | _ids(tables, events.filter(events.event == EventType.LITIGATION), at)


def _ids(tables: Tables, events: Table, at: date) -> set[int]:
    known = events.filter(ibis.coalesce(events.event_date, events.known_on) <= at)
    return {row[0] for row in tables.rows(known.select("asset_id").distinct())}


def _last_day(tables: Tables, events: Table, event: EventType, at: date) -> dict[int, date]:
    dated = events.filter(events.event == event, events.event_date <= at)
    return dict(tables.rows(dated.group_by("asset_id").agg(day=dated.event_date.max())))


def _last_transfers(tables: Tables, events: Table, at: date) -> dict[int, tuple[date, tuple[str, ...]]]:
    """Per right the day of its last transfer and who bought, as far as sources name them."""
    dated = events.filter(events.event == EventType.TRANSFERRED, events.event_date <= at)
    found: dict[int, tuple[date, tuple[str, ...]]] = {}
    for asset_id, day, buyer in tables.rows(
        dated.select("asset_id", "event_date", "to_party").order_by(["asset_id", "event_date", "to_party"])
    ):
        known = found.get(asset_id)
        earlier = known[1] if known is not None and known[0] == day else ()
        found[asset_id] = (day, (*earlier, buyer) if buyer else earlier)
    return found


def _expires(row: Mapping[str, Any], fees: Any) -> date | None:
    if row["filing_date"] is None:
        found: date | None = row["expiry_date"]
        return found
    try:
        return expiry_date(IpType(row["ip_type"]), row["filing_date"], rules=fees)
    except OutOfRange:
        return None


def _industry(row: Mapping[str, Any]) -> str:
    """GB/T 4754 where a source gives it, else the IPC subclass."""
    if row["industry_code"]:
        return "、".join(row["industry_code"][:2])
    return f"IPC {row['ipc_main'][:4]}" if row["ipc_main"] else ""
