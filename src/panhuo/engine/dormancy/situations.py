"""What facts say about a right as at a day, gathered for the reading of dormancy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import ibis
from ibis import Table

from panhuo.engine.records.encumbrances import undated
from panhuo.engine.records.protection import term_end
from panhuo.rules import InForce
from panhuo.terms.kinds import EventType as E
from panhuo.terms.kinds import OwnerType

MARKS = (
    E.OWN_EXPLOITATION,
    E.CAPITAL_CONTRIBUTION,
    E.PRODUCT_FILED,
    E.OPEN_LICENCE_TAKEN,
    E.OPEN_LICENCE_WITHDRAWN,
    E.TECHNOLOGY_CONTRACT,
    E.INVALIDATION_STARTED,
    E.INVALIDATED_PART,
    E.LITIGATION,
    E.APPLICATION_TRANSFERRED,
)
"""Events that count by having happened, dated or as a word."""


@dataclass(frozen=True, slots=True)
class Situation:
    """One right on the day. Dates are null where nothing says them; parties "" where unknown.

    transfer: relation of the transfer that weighs most (engine.dormancy.transfers.Relation), "" where none.
    *_later_word: only an undated word of a later day speaks of it, so that nobody can say on this day.
    """

    asset_id: int
    ip_type: str
    jurisdiction: str
    owner_type: str
    co_owner_enterprise: bool
    filing_date: date | None
    grant_date: date | None
    status: str
    status_basis: str
    contradiction: bool
    licence_active: bool
    licence_ended: date | None
    licence_later_word: bool
    pledge_active: bool
    pledge_ended: date | None
    pledge_later_word: bool
    preservation_active: bool
    preservation_ended: date | None
    open_licence_active: bool
    transfer_word: bool
    transfer_later_word: bool
    suspension_active: bool
    marks: tuple[str, ...]
    same_day_pair: int | None
    term_end: date | None = None
    transfer: str = ""
    transfer_day: date | None = None
    transfer_parties: str = ""
    answer: OwnerAnswer | None = None


@dataclass(frozen=True, slots=True)
class OwnerAnswer:
    """The owner's latest word up to the day. exploited: yes | no | "" (only a reason was given).

    contradicts: he answered yes and no on that day, and nobody can say which came later.
    """

    answered_on: date
    exploited: str
    mode: str
    reason: str
    reason_valid_to: date | None
    approver: str
    contradicts: bool = False


SITUATION_COLUMNS = tuple(Situation.__dataclass_fields__)[:25]


def situations(assets: Table, events: Table, status: Table, burdens: Table, rules: InForce) -> Table:
    """One row per patent with the columns of SITUATION_COLUMNS (transfers and answers are added row by row)."""
    at = rules.day
    told = ibis.coalesce(events.event_date, events.known_on)
    seen = events.filter(events.asset_id.notnull(), events.event.isin([*MARKS]), told <= at)
    seen = seen.group_by("asset_id").agg(marks=seen.event.collect(distinct=True))
    words = undated(events, E.TRANSFERRED, at, "transfer")
    joined = assets.filter(assets.ip_type.isin(["invention", "utility_model", "design"]))
    for other in (status, burdens, seen, words):
        joined = joined.left_join(other, "asset_id").drop("asset_id_right")
    return joined.mutate(
        status_basis=joined.basis,
        term_end=term_end(joined, rules),
        co_owner_enterprise=joined.co_owner_types.contains(OwnerType.ENTERPRISE.value),
        transfer_word=joined.transfer_word.fill_null(False),
        transfer_later_word=joined.transfer_later_word.fill_null(False),
    ).select(*SITUATION_COLUMNS)


def registered_transfers(assets: Table, events: Table, at: date) -> Table:
    """Dated transfers of granted rights up to the day: asset_id, day, from_party, to_party.

    What moved before the grant was the application, which says nothing of the patent's use.
    """
    granted = assets.select("asset_id", "grant_date")
    moved = events.filter(events.asset_id.notnull(), events.event == E.TRANSFERRED, events.event_date <= at)
    moved = moved.join(granted, "asset_id").filter(lambda t: t.grant_date.isnull() | (t.event_date >= t.grant_date))
    return moved.select("asset_id", "from_party", "to_party", day=moved.event_date).order_by(["asset_id", "day"])


def sellers_of_later_days(events: Table, at: date) -> Table:
    """Who held a right on the day, where a later transfer names its seller: asset_id, owner; the earliest tells."""
    later = events.filter(
        events.asset_id.notnull(), events.event == E.TRANSFERRED, events.event_date > at, events.from_party != ""
    )
    return later.group_by("asset_id").agg(owner=later.from_party.argmin(later.event_date))


def answers_told(answers: Table, at: date) -> Table:
    """Answers given up to the day."""
    return answers.filter(answers.answered_on <= at)


def latest_answer(told: Sequence[OwnerAnswer]) -> OwnerAnswer:
    """The answer of the last day, the same in whatever order they were read.

    Answers of that day complete each other, an accepted reason before one that nobody approved; where they say both
    yes and no, the answer contradicts.
    Args: told: one right's answers, at least one.
    """
    day = max(one.answered_on for one in told)
    last = sorted((one for one in told if one.answered_on == day), key=_place)
    says = {one.exploited for one in last} - {""}
    reasoned = max(last, key=lambda one: (one.reason != "", one.approver != "", one.reason_valid_to or date.min))
    return replace(
        reasoned,
        exploited=max(says, default=""),
        mode=max(one.mode for one in last),
        contradicts=len(says) > 1,
    )


def _place(answer: OwnerAnswer) -> tuple[str, ...]:
    return (answer.exploited, answer.mode, answer.reason, str(answer.reason_valid_to or ""), answer.approver)


def named_transfer_parties(assets: Table, asset_ids: Sequence[int]) -> Table:
    """Original applicants and current owners, shown where a transfer names no parties."""
    wanted = ibis.memtable({"asset_id": list(asset_ids)}, schema={"asset_id": "int64"})
    return assets.semi_join(wanted, "asset_id").select(
        "asset_id", from_party=assets.applicants.join("；"), to_party=assets.owners.join("；")
    )
