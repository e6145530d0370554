"""Technology contracts against recordals: joined by right, parties and days, never silently."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from panhuo.engine.indicators.ledger_facts import (
    CONTRACT,
    COUNTED_KINDS,
    LedgerFact,
    LedgerRules,
    Reconciled,
)


@dataclass(frozen=True, slots=True)
class Join:
    """What a row was joined with: counterpart is the other's number, candidates how many could be it."""

    state: Reconciled
    counterpart: str = ""
    candidates: int = 0


def reconcile(facts: Sequence[LedgerFact], rules: LedgerRules) -> list[Join]:
    """A Join for each fact, in order; facts of all months whose days may fall into a window.

    A contract and a recordal of the same right can be one deal when their days lie at most `match_window_days`
    apart and the parties on both sides are the same by code or spelling. One candidate on each side makes a match;
    more than one, or parties that a ledger does not tell, make it ambiguous.
    """
    by_patent: dict[str, list[int]] = defaultdict(list)
    for index, fact in enumerate(facts):
        if fact.patent and fact.ledger in (CONTRACT, *COUNTED_KINDS):
            by_patent[fact.patent].append(index)
    sure: dict[int, list[int]] = defaultdict(list)
    unsure: dict[int, list[int]] = defaultdict(list)
    window = timedelta(days=rules.match_window_days)
    for indexes in by_patent.values():
        contracts = [index for index in indexes if facts[index].ledger == CONTRACT]
        recordals = [index for index in indexes if facts[index].ledger in COUNTED_KINDS]
        for contract in contracts:
            for recordal in recordals:
                if abs(facts[contract].day - facts[recordal].day) > window:
                    continue
                same = _same_parties(facts[contract], facts[recordal], rules)
                if same is not False:
                    kind = sure if same else unsure
                    kind[contract].append(recordal)
                    kind[recordal].append(contract)
    return [_join(index, facts, rules, sure, unsure) for index in range(len(facts))]


def _same_parties(contract: LedgerFact, recordal: LedgerFact, rules: LedgerRules) -> bool | None:
    """None when a side is not told by one of the two and the other side does not contradict."""
    verdict: bool | None = True
    for side in (rules.sellers, rules.buyers):
        one, other = set(side(contract)), set(side(recordal))
        if not one or not other:
            verdict = None
        elif one != other:
            return False
    return verdict


def _join(
    index: int,
    facts: Sequence[LedgerFact],
    rules: LedgerRules,
    sure: dict[int, list[int]],
    unsure: dict[int, list[int]],
) -> Join:
    fact = facts[index]
    found = sure.get(index, [])
    if len(found) == 1 and len(sure[found[0]]) == 1:
        return Join(Reconciled.MATCHED, facts[found[0]].number, 1)
    maybe = len(found) + len(unsure.get(index, []))
    if maybe:
        return Join(Reconciled.AMBIGUOUS, "", maybe)
    if fact.ledger == CONTRACT and fact.text and fact.text not in rules.recordal_contract_kinds:
        return Join(Reconciled.NOT_EXPECTED)
    return Join(Reconciled.MISSING)
