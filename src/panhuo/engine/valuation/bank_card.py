"""The bank's internal-evaluation card (银行内部评估卡): five drivers with data days, points by bands, what is proposed.

Drivers, bands, levels and limits are tables and values of the pack (bank_card_*), assumptions of our own until a bank
sets its own. docs/algorithms/bank-card.md has a worked card.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from panhuo.engine.valuation.arithmetic import ZERO, counted
from panhuo.engine.valuation.case import Debt
from panhuo.engine.valuation.pledge import Security, security
from panhuo.engine.valuation.record import ValuationRecord
from panhuo.engine.valuation.told import Told
from panhuo.rules import InForce
from panhuo.terms.dates import add_months
from panhuo.terms.errors import OutOfRange

CARD = "pledge"
SPARE_TERM, DISPOSAL_COVER = "spare_term_months", "disposal_cover"
COUNTED = (SPARE_TERM, DISPOSAL_COVER)
"""Drivers that the card counts itself, from the record and the debt."""
MOST_MONTHS = 1_200
MOST_POINTS = 100


class Precheck(StrEnum):
    """What the pledge pre-check sheet (质押登记预审单) says as a whole."""

    CLEAR = "clear"
    FAILS = "fails"
    UNKNOWN = "unknown"


class State(StrEnum):
    """What became of a driver."""

    COUNTED = "counted"
    STALE = "stale"  # older than its most_age_days
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Fact:
    """value: in the driver's unit. day: for which it speaks. source: where it was read."""

    value: Decimal
    day: date
    source: str


@dataclass(frozen=True, slots=True)
class CardRequest:
    """What a card is asked for. facts: driver -> stated fact; a driver that nobody told is left out."""

    bank: str
    debt: Debt
    precheck: Precheck
    precheck_fact: tuple[date, str]
    facts: Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class DriverPoints:
    """One driver. points: 0..100 of its band, None where it does not count. brought: points of the total from it."""

    driver: str
    fact: Fact | None
    age_days: int | None
    state: State
    weight: Decimal
    points: Decimal | None
    brought: Decimal


@dataclass(frozen=True, slots=True)
class BankCard:
    """The card of one request. Amounts in yuan, unrounded.

    drivers: the one that brings most first. points: 0..100, over the drivers that count; None where none does.
    confidence: share of the weight that counts. value_cny: of the record. proposed_value_cny, proposed_loan_cny: None
    where too little is known to propose anything. held: the security of the proposed value, of the record's where
    none is proposed. refusals: codes why no loan is proposed.
    """

    made_on: date
    drivers: tuple[DriverPoints, ...]
    points: Decimal | None
    confidence: Decimal
    level: str
    value_cny: Decimal
    proposed_value_cny: Decimal | None
    held: Security
    proposed_loan_cny: Decimal | None
    refusals: tuple[str, ...]
    valid_until: date


def read_card_request(inputs: Mapping[str, Any], rules: InForce, *, at: date) -> CardRequest:
    """The request that a mapping states on a day. Raises: BadInputs with every fault and its place."""
    root = Told(inputs)
    root.text("record", "number of the valuation record that the value comes from")
    bank = root.text("bank", "whose card it is")
    debt = root.part("debt")
    until = debt.day("until", "last day of the debtor's performance")
    asked = debt.number_or_none("asked_cny", "yuan asked for", low="0.01")
    debt.only()
    if until <= at and until != date.min:
        debt.fault("until", f"{until} is not after the day of the card {at}")
    sheet = root.part("precheck")
    outcome = sheet.choice("outcome", Precheck, "what the pledge pre-check sheet says")
    looked = (_past_day(sheet, at), sheet.text("source", "where the sheet lies"))
    sheet.only()
    facts = _facts(root.part("facts"), rules, at)
    root.only()
    root.check()
    return CardRequest(bank, Debt(until, asked), outcome, looked, facts)


def _facts(told: Told, rules: InForce, at: date) -> dict[str, Fact]:
    found = {}
    for row in _rows(rules, "bank_card_drivers"):
        name = row["driver"]
        if row["by"] == "card" or not told.has(name):
            continue
        one = told.part(name)
        value = one.number("value", row["en"], low=row["low"] or "0", high=row["high"] or None)
        found[name] = Fact(value, _past_day(one, at), one.text("source", "where it was read"))
        one.only()
    for name in COUNTED:
        if told.has(name):
            told.fault(name, "is counted from the record and the debt, never typed; leave it out")
    told.only(COUNTED)
    return found


def _past_day(told: Told, at: date) -> date:
    day = told.day("day", "day for which it speaks")
    if day > at:
        told.fault("day", f"{day} lies after the day of the card {at}")
    return day


@counted
def bank_card(asked: CardRequest, record: ValuationRecord, source: str, rules: InForce, *, at: date) -> BankCard:
    """The card of a request on a day.

    Args:
        record: usable on the day (check it first). source: how the record is called.
    Raises: OutOfRange code no_cap, no_term, bad_band.
    """
    patents = record.statement.patents
    base = security(record.value_cny, patents, asked.debt, rules)
    facts = {**asked.facts, **_counted_facts(base, asked.debt, record, source)}
    drivers = tuple(
        sorted(
            (_points(row, facts.get(row["driver"]), rules, at) for row in _rows(rules, "bank_card_drivers")),
            key=lambda one: (-one.brought, one.driver),
        )
    )
    confidence = sum((one.weight for one in drivers if one.points is not None), ZERO)
    brought = sum((one.brought for one in drivers), ZERO)
    points = brought / confidence if confidence else None
    level, share = _level(points, rules)
    enough = confidence >= rules.decimal("bank_card.least_confidence")
    proposed = record.value_cny * share if enough else None
    held = base if proposed is None else security(proposed, patents, asked.debt, rules)
    is_fresh = (at - asked.precheck_fact[0]).days <= rules.integer("bank_card.precheck_most_age_days")
    refusals = _refusals(asked, base, is_fresh=is_fresh, enough=enough, share=share)
    months = add_months(at, rules.integer("bank_card.valid_months"))
    return BankCard(
        at,
        drivers,
        points,
        confidence,
        level,
        record.value_cny,
        proposed,
        held,
        _loan(held, asked.debt, refusals, enough=enough),
        refusals,
        min(months, record.valid_until),
    )


def _counted_facts(base: Security, debt: Debt, record: ValuationRecord, source: str) -> dict[str, Fact]:
    day = record.statement.base_date
    months = max(-MOST_MONTHS, min(MOST_MONTHS, base.spare_days * 12 // 365))
    found = {SPARE_TERM: Fact(Decimal(months), day, source)}
    if debt.asked_cny is not None:
        found[DISPOSAL_COVER] = Fact(base.disposal_cny / debt.asked_cny, day, source)
    return found


def _points(row: Mapping[str, str], fact: Fact | None, rules: InForce, at: date) -> DriverPoints:
    weight = Decimal(row["weight"])
    if fact is None:
        return DriverPoints(row["driver"], None, None, State.MISSING, weight, None, ZERO)
    age = (at - fact.day).days
    if age > int(row["most_age_days"]):
        return DriverPoints(row["driver"], fact, age, State.STALE, weight, None, ZERO)
    points = band_points(row["driver"], fact.value, rules)
    return DriverPoints(row["driver"], fact, age, State.COUNTED, weight, points, points * weight)


def band_points(driver: str, value: Decimal, rules: InForce) -> Decimal:
    """Points of the highest band that a value reaches, 0..100; 0 below all of them.

    Raises: OutOfRange code bad_band where the pack gives a band other points.
    """
    reached = [
        (Decimal(row["from"]), Decimal(row["points"]))
        for row in _rows(rules, "bank_card_bands")
        if row["driver"] == driver and Decimal(row["from"]) <= value
    ]
    points = max(reached)[1] if reached else ZERO
    if not ZERO <= points <= MOST_POINTS:
        raise OutOfRange(
            f"bank_card_bands of pack {rules.pack} gives {driver} {points} points; a band has 0 to {MOST_POINTS}. Mend "
            "the table.",
            code="bad_band",
        )
    return points


def _level(points: Decimal | None, rules: InForce) -> tuple[str, Decimal]:
    """Level and the share of the value that it proposes; none and nothing without points."""
    reached = [
        (Decimal(row["from_points"]), row["level"], Decimal(row["value_share"]))
        for row in _rows(rules, "bank_card_levels")
        if points is not None and Decimal(row["from_points"]) <= points
    ]
    return max(reached)[1:] if reached else ("", ZERO)


def _refusals(asked: CardRequest, base: Security, *, is_fresh: bool, enough: bool, share: Decimal) -> tuple[str, ...]:
    stands = {
        "term_exceeds_patent": not base.outlives_debt,
        "precheck_fails": asked.precheck is Precheck.FAILS,
        "precheck_unknown": asked.precheck is Precheck.UNKNOWN,
        "precheck_stale": asked.precheck is Precheck.CLEAR and not is_fresh,
        "too_little_known": not enough,
        "level_lends_nothing": enough and not share,
    }
    return tuple(code for code, is_so in stands.items() if is_so)


def _loan(held: Security, debt: Debt, refusals: tuple[str, ...], *, enough: bool) -> Decimal | None:
    if not enough:
        return None
    if refusals:
        return ZERO
    return held.carries_cny if debt.asked_cny is None else min(held.carries_cny, debt.asked_cny)


def _rows(rules: InForce, table: str) -> list[Mapping[str, str]]:
    return [row for row in rules.table(table) if row["card"] == CARD]
