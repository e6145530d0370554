"""What the register says of one patent for its pledge pre-check, as at a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from ibis import Table

from panhuo.adapters.tables.protocol import Tables
from panhuo.engine.grading.pledge_case import Burden, PledgeFacts
from panhuo.engine.records.encumbrances import encumbrances
from panhuo.engine.records.protection import term_end
from panhuo.engine.records.status import legal_status
from panhuo.engine.records.terms_and_fees import FeeFacts, FeeRow, annual_fee_row, fee_rules
from panhuo.rules import InForce
from panhuo.terms.errors import OutOfRange
from panhuo.terms.kinds import EventType, IpType, LegalStatus

Row = Mapping[str, Any]
ASKED = (
    "ip_type",
    "owners",
    "filing_date",
    "grant_date",
    "same_day_pair",
    "data_day",
)
_CONCLUDED = (EventType.INVALIDATED_PART, EventType.INVALIDATED_ALL)


def pledge_facts(tables: Tables, asset_id: int, rules: InForce, *, paid_through_year: int | None = None) -> PledgeFacts:
    """Facts of one asset of the projection, which must hold it.

    Args:
        paid_through_year: last patent year whose fee the parties show to be paid.
    """
    at = rules.day
    assets = tables["assets"].filter(tables["assets"].asset_id == asset_id)
    events = tables["events"].filter(tables["events"].asset_id == asset_id)
    asset = _one(tables, assets.select(*ASKED, term_end=term_end(assets, rules)))
    standing = _one(tables, legal_status(assets, events, at))
    burdens = _one(tables, encumbrances(assets, events, at))
    told = [row for row in _rows(tables, events.select(*TOLD)) if _day(row) is not None and _day(row) <= at]
    fee = _fee(asset, told, rules, paid_through_year)
    owners = tuple(asset["owners"] or ())
    return PledgeFacts(
        ip_type=IpType(asset["ip_type"]),
        owners=owners,
        status=LegalStatus(standing["status"]),
        status_basis=standing["basis"],
        status_since=standing["since"],
        contradiction=bool(standing["contradiction"]),
        grant_date=asset["grant_date"],
        term_end=asset["term_end"],
        told_on=asset["data_day"],
        has_history=any(row["event"] != EventType.STATUS_WORD and row["event_date"] for row in told),
        fee_state=fee.state if fee else None,
        fee_due=fee.due_date if fee else None,
        preserved=_burden(burdens, "preservation", told, EventType.PRESERVED),
        suspended=_burden(burdens, "suspension", told, EventType.SUSPENDED),
        pledged=_burden(burdens, "pledge", told, EventType.PLEDGE_REGISTERED),
        invalidation=_invalidation(told),
        is_paired=asset["same_day_pair"] is not None or _last(told, EventType.SAME_DAY_FILING) is not None,
    )


TOLD = ("event", "event_date", "known_on", "number")


def _fee(asset: Row, told: list[Row], rules: InForce, paid_through_year: int | None) -> FeeRow | None:
    """The next annual fee; None where its dates are not told or none falls due any more."""
    filed, granted = asset["filing_date"], asset["grant_date"]
    if filed is None or granted is None or not filed <= granted <= rules.day:
        return None
    lapse, notice, restored = (
        _last(told, kind) for kind in (EventType.LAPSED_UNPAID_FEE, EventType.TERMINATION_NOTICE, EventType.RESTORED)
    )
    facts = FeeFacts(
        IpType(asset["ip_type"]),
        filed,
        granted,
        paid_through_year=paid_through_year,
        termination_notice_on=_day(notice) if notice else None,
        lapsed_on=_day(lapse) if lapse else None,
        restored_on=_day(restored) if restored else None,
    )
    try:
        return annual_fee_row(facts, at=rules.day, rules=fee_rules(rules))
    except OutOfRange:
        return None  # no term is known for it


def _burden(burdens: Row, kind: str, told: list[Row], start: EventType) -> Burden:
    last = _last(told, start)
    number, day = (last["number"], _day(last)) if last else ("", None)
    if burdens[f"{kind}_active"]:
        return Burden(lies=True, number=number, day=day)
    return Burden(lies=None) if burdens[f"{kind}_later_word"] else Burden()


def _invalidation(told: list[Row]) -> Burden:
    """Started and not concluded by a later decision that the register tells."""
    started = _last(told, EventType.INVALIDATION_STARTED)
    if started is None:
        return Burden()
    ends = [_day(row) for row in told if row["event"] in _CONCLUDED]
    is_open = not any(day is not None and day >= _day(started) for day in ends)
    return Burden(lies=is_open, number=started["number"], day=_day(started))


def _last(told: Iterable[Row], kind: EventType) -> Row | None:
    return max((row for row in told if row["event"] == kind), key=_day, default=None)


def _day(row: Row) -> date | Any:
    return row["event_date"] or row["known_on"]


def _one(tables: Tables, expression: Table) -> Row:
    return next(iter(_rows(tables, expression)))


def _rows(tables: Tables, expression: Table) -> list[Row]:
    return [dict(zip(expression.columns, cells, strict=True)) for cells in tables.rows(expression)]
