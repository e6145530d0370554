"""The dormant register of an installation as at a day: facts gathered by table work, each right read by the rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import ibis

from panhuo.adapters.tables.protocol import Tables
from panhuo.desk.registry.parties import roster
from panhuo.engine.dormancy import (
    DormancyRules,
    OwnerAnswer,
    Relation,
    Relations,
    Situation,
    Transfer,
    Verdict,
    read,
    situations,
)
from panhuo.engine.dormancy.situations import (
    SITUATION_COLUMNS,
    answers_told,
    latest_answer,
    registered_transfers,
    sellers_of_later_days,
)
from panhuo.engine.records.encumbrances import encumbrances
from panhuo.engine.records.owners import owner_type
from panhuo.engine.records.status import legal_status
from panhuo.rules import InForce
from panhuo.terms.kinds import DormancyState

SAME_DAY_TWIN = "listed_with_same_day_invention"
ORDER = (Relation.UNRELATED_ENTERPRISE, Relation.UNKNOWN, Relation.RELATED)
"""Of several transfers the one that says most about exploitation is shown."""
FACTS = (
    "publication_number",
    "application_number",
    "title",
    "first_owner",
    "owners",
    "owner_code",
    "owner_type_rule",
    "region_code",
    "ipc_main",
    "industry_code",
    "asset_key",
)
QUIET = ("published", "examination", "bibliography_changed", "address_changed", "name_changed", "other")
"""Events that say nothing about exploitation or standing."""
LISTED = (DormancyState.CANDIDATE, DormancyState.TO_VERIFY, DormancyState.DORMANT)


@dataclass(frozen=True, slots=True)
class StockRow:
    """One right with its verdict and what the verdict stands on; state: as listed, a same-day pair once."""

    situation: Situation
    verdict: Verdict
    state: DormancyState


@dataclass(frozen=True, slots=True)
class OwnerThatDay:
    """Who held a right on a day before a transfer. code: USCC or "". rule: see engine.records.owners."""

    name: str
    code: str
    owner_type: str
    rule: str


def dormant_register(tables: Tables, rules: InForce, dormancy: DormancyRules, at: date) -> list[StockRow]:
    """Every right that is considered or cannot be said of, with its verdict; a same-day pair is listed once."""
    transfers = _transfers(tables, rules, at)
    answers = _answers(tables, at)
    rows: list[StockRow] = []
    held = owners_that_day(tables, rules, at)
    for situation in _situations(tables, rules):
        if situation.asset_id in held:
            situation = replace(situation, owner_type=held[situation.asset_id].owner_type)
        full = _with(situation, transfers.get(situation.asset_id), answers.get(situation.asset_id))
        verdict = read(full, at, dormancy)
        if verdict.state is not None:
            rows.append(StockRow(full, verdict, verdict.state))
    return _pairs_once(rows)


@dataclass(frozen=True)
class DormantListing:
    """The rows with what a person wants to see of each right, by asset_id.

    events: when (2021-05-28, or ≤2025-11-30 for a word known by that day), kind of word (event or legal_status), code.
    """

    rows: list[StockRow]
    facts: dict[int, dict[str, Any]]
    events: dict[int, list[tuple[str, str, str]]]

    def twin_of(self, row: StockRow) -> str:
        """Publication number of the other half of a same-day pair, "" where there is none in the listing."""
        pair = row.situation.same_day_pair
        if pair is None:
            return ""
        twins = [
            other.situation.asset_id
            for other in self._by_pair.get(pair, ())
            if other.situation.asset_id != row.situation.asset_id
        ]
        return str(self.facts[twins[0]]["publication_number"]) if twins else ""

    @cached_property
    def _by_pair(self) -> dict[int, list[StockRow]]:
        found: dict[int, list[StockRow]] = {}
        for row in self.rows:
            if row.situation.same_day_pair is not None:
                found.setdefault(row.situation.same_day_pair, []).append(row)
        return found


def dormant_listing(tables: Tables, rules: InForce, dormancy: DormancyRules, at: date) -> DormantListing:
    """The dormant register with titles, owners and events of its rights."""
    rows = dormant_register(tables, rules, dormancy, at)
    ids = ibis.memtable({"asset_id": [row.situation.asset_id for row in rows]}, schema={"asset_id": "int64"})
    assets = tables["assets"].semi_join(ids, "asset_id").select("asset_id", *FACTS)
    facts = {row[0]: dict(zip(FACTS, row[1:], strict=True)) for row in tables.rows(assets)}
    for asset_id, held in owners_that_day(tables, rules, at).items():
        if asset_id in facts:
            facts[asset_id] |= {
                "first_owner": held.name,
                "owners": [held.name],
                "owner_code": held.code,
                "owner_type_rule": held.rule,
            }
    shown = tables["events"].semi_join(ids, "asset_id")
    shown = shown.filter(~shown.event.isin([*QUIET]), ibis.coalesce(shown.event_date, shown.known_on) <= at)
    events: dict[int, list[tuple[str, str, str]]] = {}
    for asset_id, event, day, known_on, status in tables.rows(
        shown.select("asset_id", "event", "event_date", "known_on", "status").order_by(
            ["asset_id", ibis.coalesce(shown.event_date, shown.known_on), "event"]
        )
    ):
        when = day.isoformat() if day else f"≤{known_on.isoformat()}"
        told = (when, "legal_status", status) if status else (when, "event", event)
        events.setdefault(asset_id, []).append(told)
    return DormantListing(rows, facts, {key: list(dict.fromkeys(told)) for key, told in events.items()})


def owners_that_day(tables: Tables, rules: InForce, at: date) -> dict[int, OwnerThatDay]:
    """Owners of an earlier day than the register's: asset_id -> who sold the right after the day."""
    suffixes, known = rules.table("owner_suffixes"), roster()
    found = {}
    for asset_id, name in tables.rows(sellers_of_later_days(tables["events"], at)):
        judged = owner_type(name, suffixes)
        found[asset_id] = OwnerThatDay(name, known.party(name).partition("u:")[2], judged.owner_type.value, judged.rule)
    return found


def _situations(tables: Tables, rules: InForce) -> Iterator[Situation]:
    assets, events = tables["assets"], tables["events"]
    status = legal_status(assets, events, rules.day)
    burdens = encumbrances(assets, events, rules.day)
    gathered = situations(assets, events, status, burdens, rules).order_by("asset_id")
    marks = SITUATION_COLUMNS.index("marks")
    for row in tables.rows(gathered):
        yield Situation(*(*row[:marks], tuple(row[marks] or ()), *row[marks + 1 :]))


def _transfers(tables: Tables, rules: InForce, at: date) -> dict[int, tuple[Relation, Transfer]]:
    suffixes = rules.table("owner_suffixes")
    relations = Relations(
        roster(),
        owner_type=lambda name: owner_type(name, suffixes).owner_type.value,
        enterprise_types=rules.words("dormancy.enterprise_owner_types"),
        alike_characters=rules.integer("dormancy.alike_characters"),
    )
    told: dict[int, list[Transfer]] = {}
    for asset_id, seller, buyer, day in tables.rows(registered_transfers(tables["assets"], tables["events"], at)):
        told.setdefault(asset_id, []).append(Transfer(asset_id, day, seller or "", buyer or ""))
    window = timedelta(days=rules.integer("ledger.match_window_days"))
    return {asset_id: _weightiest(relations, _named(transfers, window)) for asset_id, transfers in told.items()}


def _named(transfers: list[Transfer], window: timedelta) -> list[Transfer]:
    """Without the bare gazette notes of transfers that a ledger tells with their parties within the window."""
    named = [transfer for transfer in transfers if transfer.from_party and transfer.to_party]
    return named + [
        bare
        for bare in transfers
        if not (bare.from_party and bare.to_party) and all(abs(bare.day - known.day) > window for known in named)
    ]


def _weightiest(relations: Relations, transfers: list[Transfer]) -> tuple[Relation, Transfer]:
    judged = [(relations.of(transfer), transfer) for transfer in transfers]
    return min(judged, key=lambda one: (ORDER.index(one[0]), -one[1].day.toordinal()))


def _answers(tables: Tables, at: date) -> dict[int, OwnerAnswer]:
    columns = ("asset_id", "answered_on", "exploited", "mode", "reason", "reason_valid_to", "approver")
    told: dict[int, list[OwnerAnswer]] = {}
    for asset_id, *answer in tables.rows(answers_told(tables["answers"], at).select(*columns)):
        told.setdefault(asset_id, []).append(OwnerAnswer(*answer))
    return {asset_id: latest_answer(answers) for asset_id, answers in told.items()}


def _with(situation: Situation, moved: tuple[Relation, Transfer] | None, answer: OwnerAnswer | None) -> Situation:
    if moved is None and answer is None:
        return situation
    if moved is None:
        return replace(situation, answer=answer)
    relation, transfer = moved
    return replace(
        situation,
        answer=answer,
        transfer=relation,
        transfer_day=transfer.day,
        transfer_parties=f"{transfer.from_party} → {transfer.to_party}" if transfer.to_party else "",
    )


def _pairs_once(rows: list[StockRow]) -> list[StockRow]:
    """Of a same-day pair in the list only the invention stays; the utility model points to it."""
    inventions = {
        row.situation.same_day_pair
        for row in rows
        if row.situation.same_day_pair is not None and row.situation.ip_type == "invention" and row.state in LISTED
    }
    return [
        StockRow(row.situation, replace(row.verdict, reasons=(SAME_DAY_TWIN,)), DormancyState.OUT)
        if row.situation.same_day_pair in inventions
        and row.situation.ip_type == "utility_model"
        and row.state in LISTED
        else row
        for row in rows
    ]
