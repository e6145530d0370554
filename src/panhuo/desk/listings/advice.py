"""Advice on the rights of a register as at a day, with the fees at stake and what must be done first."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from panhuo.adapters.tables.protocol import Tables
from panhuo.desk.registry.export import Projection
from panhuo.desk.registry.fee_facts import FeeDays, fee_days, fee_facts
from panhuo.desk.registry.parties import roster
from panhuo.desk.registry.standing_facts import Standing, any_of, standings
from panhuo.desk.registry.statements import latest_offers
from panhuo.engine.advice import (
    Action,
    Advice,
    Duty,
    DutyFacts,
    DutyRules,
    RightFacts,
    advice_rules,
    advise,
    duties_before,
    duty_rules,
)
from panhuo.engine.indicators.supply_list import SupplyOffer, SupplyRules, supply_rules
from panhuo.engine.matching.willingness import Willingness, WillingnessWords, willingness, willingness_words
from panhuo.engine.records.fees_ahead import FeesAhead, fees_ahead
from panhuo.engine.records.terms_and_fees import FeeRules, fee_rules
from panhuo.rules import InForce
from panhuo.terms.errors import OutOfRange
from panhuo.terms.kinds import OwnerType

ORDER = (Action.ABANDON, Action.SELL, Action.LICENSE, Action.CANNOT_SAY, Action.MAINTAIN, Action.NONE)
"""In which advice is listed: what asks for a decision first."""
SELLING = frozenset({"transfer", "capital_contribution"})
LICENSING = frozenset({"exclusive_licence", "sole_licence", "ordinary_licence", "open_licence"})
NOT_TOLD = "not_told"


@dataclass(frozen=True, slots=True)
class AdviceRow:
    """One right with its advice. fees: None where none falls due or its dates are not told."""

    standing: Standing
    advice: Advice
    fees: FeesAhead | None
    duties: tuple[Duty, ...]


@dataclass(frozen=True, slots=True)
class AdviceTotal:
    """Rights of one action; yuan payable for the next fee and to the end of the terms. assumed: rights whose reduction
    rests on an assumption; untold: rights of which no fee can be told."""

    action: Action
    patents: int
    next_cny: Decimal
    to_end_cny: Decimal
    assumed: int
    untold: int


def advise_rights(
    projection: Projection, tables: Tables, rules: InForce, *, ids: Sequence[int] | None = None
) -> list[AdviceRow]:
    """Rows by action and asset_id. Without ids: the patents of CNIPA on which there is something to decide."""
    desk = _Desk(tables, rules)
    rows = [desk.row(one) for one in standings(projection, tables, rules, ids=ids)]
    kept = [row for row in rows if ids is not None or row.advice.action is not Action.NONE]
    return sorted(kept, key=lambda row: ORDER.index(row.advice.action))


def advice_totals(rows: Iterable[AdviceRow]) -> list[AdviceTotal]:
    """One line for each action that was given, in the order of ORDER."""
    told: dict[Action, list[AdviceRow]] = {}
    for row in rows:
        told.setdefault(row.advice.action, []).append(row)
    found = []
    for action in ORDER:
        mine = told.get(action, [])
        fees = [row.fees for row in mine if row.fees is not None]
        if mine:
            found.append(
                AdviceTotal(
                    action,
                    len(mine),
                    sum((one.next_cny for one in fees), Decimal(0)),
                    sum((one.to_end_cny for one in fees), Decimal(0)),
                    sum(one.assumed for one in fees),
                    len(mine) - len(fees),
                )
            )
    return found


class _Desk:
    """What all rights of one answer share."""

    def __init__(self, tables: Tables, rules: InForce) -> None:
        self._at, self._days = rules.day, rules.integer("advice.data_days")
        self._rules = advice_rules(rules)
        self._duties: DutyRules = duty_rules(rules)
        self._supply: SupplyRules = supply_rules(rules, roster=roster())
        self._words: WillingnessWords = willingness_words(rules)
        self._modes = _modes(rules)
        self._fee_rules: FeeRules = fee_rules(rules)
        self._fee_days: FeeDays = fee_days(tables, rules.day)
        offers = tables["offers"]
        spoken = offers.filter(offers.asset_id.notnull()).select("asset_id").distinct()
        self._offers = latest_offers(tables, spoken, self._supply)

    def row(self, standing: Standing) -> AdviceRow:
        offer = self._offers.get(standing.cells["asset_id"])
        advice = advise(self._facts(standing, offer), self._rules)
        duties = duties_before(advice.action, self._duty_facts(standing, offer), self._duties)
        return AdviceRow(standing, advice, self._fees(standing), duties)

    def _facts(self, standing: Standing, offer: SupplyOffer | None) -> RightFacts:
        cells, burdens, marks = standing.cells, standing.burdens, standing.marks
        months = standing.months_left(self._at)
        return RightFacts(
            living=standing.living,
            held=any_of(burdens["preservation"], burdens["suspension"]),
            pledged=burdens["pledge"],
            licensed=burdens["licence"],
            open_licence=burdens["open_licence"],
            disputed=marks["invalidation_started"] or marks["sued_over"],
            in_use=marks["exploited"],
            events_known=standing.events_known(self._at, self._days),
            high_value=cells["high_value"],
            good_market=cells["criterion_good_market"],
            ready_to_use=cells["criterion_ready_to_use"],
            dormancy=standing.dormancy,
            wish=self._wish(offer),
            grade=cells["grade"],
            score=standing.score,
            months_left=None if months is None else Decimal(months),
        )

    def _wish(self, offer: SupplyOffer | None) -> str:
        """What the owner last said he wants, NOT_TOLD where nothing that still holds is on record."""
        if offer is None or (offer.valid_to is not None and offer.valid_to < self._at):
            return NOT_TOLD
        said = willingness(offer.willingness, self._words)
        if said is Willingness.UNWILLING:
            return "unwilling"
        mode = self._modes.get(offer.intended_mode.strip(), "")
        if not mode:
            return NOT_TOLD
        is_clear = said in (Willingness.WILLING, Willingness.SILENT)
        return (
            "transfer"
            if is_clear and mode in SELLING
            else "licence"
            if is_clear and mode in LICENSING
            else "negotiable"
        )

    def _duty_facts(self, standing: Standing, offer: SupplyOffer | None) -> DutyFacts:
        cells = standing.cells
        types = [OwnerType(cells["owner_type"]), *map(OwnerType, cells["co_owner_types"] or ())]
        owners = cells["owners"] or ()
        beside = json.loads(offer.other_cells or "{}") if offer is not None else {}
        return DutyFacts(
            public_owner=self._duties.is_public(types),
            state_firm=self._state_firm(cells, types),
            co_owned=len(owners) > 1 if owners else None,
            pledged=standing.burdens["pledge"],
            licensed=any_of(standing.burdens["licence"], standing.burdens["open_licence"]),
            funded=True if beside.get("project", "").strip() else None,
        )

    def _state_firm(self, cells: Mapping[str, Any], types: Sequence[OwnerType]) -> bool | None:
        """By a roster valid on the day; a firm that no roster names may be one."""
        party = self._supply.roster.party(cells["first_owner"], cells["owner_code"])
        if self._supply.roster.tagged(party, self._supply.state_owned, on=self._at):
            return True
        return None if OwnerType.ENTERPRISE in types else False

    def _fees(self, standing: Standing) -> FeesAhead | None:
        facts = fee_facts({**standing.cells, "open_licence": standing.burdens["open_licence"]}, self._fee_days)
        if facts is None or facts.grant_date > self._at or standing.living is False:
            return None
        try:
            return fees_ahead(facts, at=self._at, rules=self._fee_rules)
        except OutOfRange:
            return None  # no term or no fee is known for it


def _modes(rules: InForce) -> dict[str, str]:
    """Word or code of an intended mode -> its code."""
    rows = [row for row in rules.table("labels") if row["kind"] == "intended_mode"]
    return {row["zh"]: row["code"] for row in rows} | {row["code"]: row["code"] for row in rows}
