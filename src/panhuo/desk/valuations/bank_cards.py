"""Banks' cards: the only place where they, their overrides and their outcomes are written, and how they are read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import blake2b
from typing import Any

from django.db import transaction
from django.db.models import Max

from panhuo.desk.history import log_action, record_run
from panhuo.desk.valuations.models import BankCard, CardOutcome, CardOverride
from panhuo.desk.valuations.records import Recorded, record_of
from panhuo.engine.flows import BacktestRow, JudgedCard, backtest, card_told
from panhuo.engine.valuation import Right
from panhuo.engine.valuation.bank_card import CARD, bank_card, read_card_request
from panhuo.engine.valuation.card_outcome import Outcome, read_outcome, read_override
from panhuo.rules import InForce
from panhuo.terms.errors import DomainError

PREFIX = "YK"


@dataclass(frozen=True, slots=True)
class Decided:
    """What stands for a card on a day: its own figures, or an officer's. Whole yuan; None where nothing is proposed.

    overrides: those of the day and before, the last one stands. beyond: the officer lends more than the card's value
    carries.
    """

    value_cny: Decimal | None
    loan_cny: Decimal | None
    overrides: tuple[CardOverride, ...]
    beyond: bool


def make_card(
    inputs: Mapping[str, Any], *, rules: InForce, actor: str, at: date, made_at: datetime
) -> tuple[BankCard, bool]:
    """Make a card and keep it; False where the same was made on that day already.

    Raises: BadInputs with every fault; DomainError unknown_record, record_not_usable, not_ownership, no_actor;
    OutOfRange no_cap, no_term.
    """
    asked = read_card_request(inputs, rules, at=at)
    found = _usable(str(inputs["record"]), rules, at)
    made = bank_card(asked, found.record, found.number, rules, at=at)
    result, content = card_told(made, asked, rules), dict(inputs)
    digest = _digest([content, at])
    with transaction.atomic():
        known = BankCard.objects.filter(digest=digest).first()
        if known is not None:
            return known, False
        run = record_run(
            "bank-card",
            at=at,
            rules=rules,
            inputs_digest=found.stored.digest,
            params={"inputs": content},
            results=result,
            made_at=made_at,
        )
        card = BankCard.objects.create(
            number=f"{PREFIX}{(BankCard.objects.aggregate(last=Max('pk'))['last'] or 0) + 1:06d}",
            record=found.stored,
            bank=asked.bank,
            content=content,
            result=result,
            digest=digest,
            run_id=run.id,
            made_on=at,
            valid_until=made.valid_until,
            actor=actor.strip(),
            made_at=made_at,
        )
        data = {"record": found.number, "level": made.level, "loan_cny": result["proposed_loan_cny"]}
        log_action(_subject(card), "made", actor=actor, at=at, made_at=made_at, data=data)
    return card, True


def _usable(number: str, rules: InForce, at: date) -> Recorded:
    found = record_of(number, rules)
    if found.stored.recorded_on > at or not found.record.is_usable(at):
        raise DomainError(
            f"Record {found.number} is not in use on {at}: it is from {found.stored.recorded_on} and ends on "
            f"{found.record.valid_until}. Value the patents anew.",
            code="record_not_usable",
        )
    if found.record.statement.right is not Right.OWNERSHIP:
        raise DomainError(
            f"Record {found.number} values {found.record.statement.right}; what is pledged is the patent itself.",
            code="not_ownership",
        )
    return found


@transaction.atomic
def override_card(
    card: BankCard,
    *,
    value_cny: str | None,
    loan_cny: str | None,
    reason: str,
    actor: str,
    at: date,
    made_at: datetime,
) -> CardOverride:
    """Put an officer's figures beside the card's; both are kept. Raises: BadInputs."""
    told = {"value_cny": value_cny, "loan_cny": loan_cny, "reason": reason, "name": actor}
    found = read_override(told, made_on=card.made_on, valid_until=card.valid_until, at=at)
    last = card.overrides.last()
    if last is not None and last.day > at:
        raise DomainError(f"{card.number} was overridden on {last.day} already, after {at}.", code="out_of_order")
    stored = CardOverride.objects.create(
        card=card,
        value_cny=found.value_cny,
        loan_cny=found.loan_cny,
        reason=found.reason,
        name=found.name,
        day=at,
        made_at=made_at,
    )
    data = {key: told[key] for key in ("value_cny", "loan_cny", "reason")}
    log_action(_subject(card), "overridden", actor=actor, at=at, made_at=made_at, reason=found.reason, data=data)
    return stored


@transaction.atomic
def tell_outcome(inputs: Mapping[str, Any], *, actor: str, at: date, made_at: datetime) -> tuple[CardOutcome, bool]:
    """Keep what became of a card's loan; False where the same was told. Raises: BadInputs; DomainError unknown_card,
    no_actor."""
    card = card_of(str(inputs.get("card") or ""))
    found = read_outcome(inputs, made_on=card.made_on, at=at)
    digest = _digest(dict(inputs))
    known = card.outcomes.filter(digest=digest).first()
    if known is not None:
        return known, False
    stored = CardOutcome.objects.create(
        card=card,
        content=dict(inputs),
        digest=digest,
        known_on=found.known_on,
        told_on=at,
        actor=actor.strip(),
        made_at=made_at,
    )
    data = {"end": found.end.value, "unpaid_cny": str(found.unpaid_cny)}
    log_action(_subject(card), "outcome", actor=actor, at=at, made_at=made_at, data=data)
    return stored, True


def card_of(number: str) -> BankCard:
    """Raises: DomainError unknown_card."""
    found = BankCard.objects.filter(number=number.strip().upper()).select_related("record").first()
    if found is None:
        raise DomainError(f"There is no card {number}. panhuo bank-card list shows them.", code="unknown_card")
    return found


def cards_on(at: date, *, bank: str = "") -> list[BankCard]:
    """Cards made by a day, of one bank where it is named."""
    found = BankCard.objects.filter(made_on__lte=at).select_related("record").prefetch_related("overrides", "outcomes")
    return list(found.filter(bank=bank) if bank else found)


def decided(card: BankCard, at: date) -> Decided:
    """What stands on a day; every override takes the figures before it as they were."""
    value, loan = (_number(card.result[key]) for key in ("proposed_value_cny", "proposed_loan_cny"))
    overrides = tuple(one for one in card.overrides.all() if one.day <= at)
    for one in overrides:
        value = value if one.value_cny is None else one.value_cny
        loan = loan if one.loan_cny is None else one.loan_cny
    beyond = bool(overrides) and loan is not None and loan > Decimal(card.result["carries_cny"])
    return Decided(value, loan, overrides, beyond)


def outcome_of(card: BankCard, at: date) -> Outcome | None:
    """The latest that was told of its loan by a day."""
    told = [one for one in card.outcomes.all() if one.told_on <= at]
    return read_outcome(told[-1].content, made_on=card.made_on, at=told[-1].told_on) if told else None


def backtest_on(cards: Sequence[BankCard], rules: InForce, at: date) -> tuple[BacktestRow, ...]:
    """Cards whose loan is known on a day, against what they said. A card that proposed nothing has no part in it."""
    levels = [row["level"] for row in rules.table("bank_card_levels") if row["card"] == CARD]
    judged = [one for one in (_judged(card, at) for card in cards) if one is not None]
    return backtest(judged, levels, rules)


def _judged(card: BankCard, at: date) -> JudgedCard | None:
    outcome, told = outcome_of(card, at), card.result
    if outcome is None or told["points"] is None or told["proposed_value_cny"] is None:
        return None
    stands = decided(card, at)
    person = None
    if stands.overrides:
        person = (stands.value_cny or Decimal(0)) * (1 - Decimal(told["liquidity_discount"]))
    return JudgedCard(told["level"], Decimal(told["points"]), Decimal(told["disposal_cny"]), person, outcome)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _digest(told: object) -> str:
    return blake2b(
        json.dumps(told, ensure_ascii=False, sort_keys=True, default=str).encode(), digest_size=16
    ).hexdigest()


def _subject(card: BankCard) -> str:
    """How the history names a card."""
    return f"card:{card.number}"
