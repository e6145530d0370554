"""A bank's card in texts and whole numbers, as it is stored and shown."""

from __future__ import annotations

from typing import Any

from panhuo.engine.flows.appraise import share, yuan
from panhuo.engine.valuation.bank_card import BankCard, CardRequest, DriverPoints
from panhuo.rules import InForce


def card_told(card: BankCard, asked: CardRequest, rules: InForce) -> dict[str, Any]:
    """All figures of a card by the names that docs/algorithms/bank-card.md lists."""
    held, debt = card.held, asked.debt
    day, where = asked.precheck_fact
    return {
        "bank": asked.bank,
        "made_on": card.made_on.isoformat(),
        "valid_until": card.valid_until.isoformat(),
        "debt_until": debt.until.isoformat(),
        "asked_cny": None if debt.asked_cny is None else yuan(debt.asked_cny),
        "drivers": [_driver(one) for one in card.drivers],
        "points": None if card.points is None else share(card.points, 2),
        "confidence": share(card.confidence),
        "level": card.level,
        "value_cny": yuan(card.value_cny),
        "proposed_value_cny": None if card.proposed_value_cny is None else yuan(card.proposed_value_cny),
        "disposal_cny": yuan(held.disposal_cny),
        "liquidity_discount": share(held.liquidity_discount),
        "cap": share(held.cap),
        "carries_cny": yuan(held.carries_cny),
        "spare_days": held.spare_days,
        "proposed_loan_cny": None if card.proposed_loan_cny is None else yuan(card.proposed_loan_cny),
        "refusals": list(card.refusals),
        "precheck": {"outcome": asked.precheck.value, "day": day.isoformat(), "source": where},
        "notice": rules.text("valuation.notice"),
    }


def _driver(one: DriverPoints) -> dict[str, Any]:
    fact = one.fact
    return {
        "driver": one.driver,
        "value": None if fact is None else share(fact.value),
        "day": None if fact is None else fact.day.isoformat(),
        "source": "" if fact is None else fact.source,
        "age_days": one.age_days,
        "state": one.state.value,
        "weight": share(one.weight),
        "points": None if one.points is None else share(one.points, 2),
        "brought": share(one.brought, 4),
    }
