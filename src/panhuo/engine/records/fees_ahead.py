"""Annual fees that a right will still cost if it is kept: what giving it up would save. See docs/algorithms/fees.md."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from panhuo.engine.records._patent_terms import last_fee_year
from panhuo.engine.records.terms_and_fees import (
    FeeFacts,
    FeeRules,
    FeeState,
    annual_fee_cny,
    annual_fee_row,
    fee_reduction,
)
from panhuo.terms.money import round_cny


@dataclass(frozen=True, slots=True)
class FeesAhead:
    """Payable (reduced) fees from the next open one to the end of the term; amounts in yuan.

    year, due_date, next_cny: the next open fee. fees, to_end_cny: all of them, the next one included. rule: of the
    reduction of the next one. assumed: a reduction in the sum rests on an assumption.
    """

    year: int
    due_date: date
    next_cny: Decimal
    fees: int
    to_end_cny: Decimal
    rule: str
    assumed: bool


def fees_ahead(facts: FeeFacts, *, at: date, rules: FeeRules) -> FeesAhead | None:
    """What keeping a granted right costs from a day on, by the schedule and the reductions of rules.day.

    Late fees, fees of restoration and a fee that is overdue without anyone knowing whether it was paid are left out,
    so that a saving is never told too large. An open licence that is in force is taken to stay so.
    Returns: None where no fee falls due any more or the right has lapsed.
    Raises: OutOfRange code not_granted, no_term, no_fee.
    """
    row = annual_fee_row(facts, at=at, rules=rules)
    if row is None or row.state is FeeState.LAPSED:
        return None
    last = last_fee_year(facts.ip_type, facts.filing_date, facts.compensation_days, rules)
    reductions = {year: fee_reduction(facts, year, rules=rules) for year in range(row.year, last + 1)}
    payable = {year: _payable(facts, year, reduction.share, rules) for year, reduction in reductions.items()}
    return FeesAhead(
        row.year,
        row.due_date,
        payable[row.year],
        len(payable),
        sum(payable.values(), Decimal(0)),
        row.reduction.rule,
        any(one.assumed for one in reductions.values()),
    )


def _payable(facts: FeeFacts, year: int, off: Decimal, rules: FeeRules) -> Decimal:
    full = annual_fee_cny(
        facts.ip_type, facts.filing_date, year, rules=rules, compensation_days=facts.compensation_days
    )
    return round_cny(full * (1 - off))
