"""Which rows of official ledgers are no conversion: doubles, inside moves, circles, same-day chains."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from panhuo.engine.indicators.ledger_facts import HISTORY, TRANSFER, LedgerFact, LedgerRules, Strike
from panhuo.engine.records.roster import PartyId
from panhuo.terms.dates import add_months


def strikes(facts: Sequence[LedgerFact], rules: LedgerRules, *, until: date) -> dict[int, Strike]:
    """Index of each struck row -> why; the first reason in the order of Strike.

    facts: licences, transfers and history of all months known, so that circles are seen; rows after `until` are
    unknown.
    """
    found: dict[int, Strike] = {}
    seen: set[tuple[object, ...]] = set()
    transfers: dict[str, list[int]] = defaultdict(list)
    for index, fact in enumerate(facts):
        if fact.day > until:
            continue
        if fact.ledger == HISTORY:
            transfers[fact.patent].append(index)
            continue
        identity = _identity(fact, rules)
        if identity in seen:
            found[index] = Strike.DUPLICATE
            continue
        seen.add(identity)
        if reason := _inside(fact, rules):
            found[index] = reason
        if fact.ledger == TRANSFER and fact.patent:
            transfers[fact.patent].append(index)
    for indexes in transfers.values():
        if len(indexes) > 1:
            for index, reason in _moved_on(facts, indexes, rules):
                found.setdefault(index, reason)
    return found


def _identity(fact: LedgerFact, rules: LedgerRules) -> tuple[object, ...]:
    """A number names a recordal; without one the same right, day and parties do."""
    if fact.number:
        return (fact.ledger, fact.patent, fact.number)
    return (fact.ledger, fact.patent, fact.day, rules.sellers(fact), rules.buyers(fact))


def _inside(fact: LedgerFact, rules: LedgerRules) -> Strike | None:
    sellers, buyers = rules.sellers(fact), rules.buyers(fact)
    if not sellers or not buyers:
        return None
    if set(buyers) & set(sellers):
        return Strike.SHARED_PARTY
    if _circle(sellers, rules, fact.day) & _circle(buyers, rules, fact.day):
        return Strike.INSIDE_GROUP
    return None


def _circle(parties: Iterable[PartyId], rules: LedgerRules, day: date) -> set[PartyId]:
    """The parties and whoever rosters say controls them on the day."""
    found = set(parties)
    for party in tuple(found):
        found |= rules.roster.controllers(party, on=day)
    return found


def _moved_on(facts: Sequence[LedgerFact], indexes: Sequence[int], rules: LedgerRules) -> Iterator[tuple[int, Strike]]:
    """Transfers of one right that belong to a circle, or that are a step of one day's chain but not its last."""
    for index in indexes:
        if facts[index].ledger == HISTORY:
            continue
        others = [facts[other] for other in indexes if other != index]
        if any(_is_circle(facts[index], other, rules) for other in others):
            yield index, Strike.CIRCULAR
        elif any(_passed_on(facts[index], other, rules) for other in others):
            yield index, Strike.SAME_DAY


def _is_circle(fact: LedgerFact, other: LedgerFact, rules: LedgerRules) -> bool:
    """Whether one of the two gives the right back to whom the other took it from, within the months."""
    first, second = sorted((fact, other), key=lambda transfer: transfer.day)
    if second.day > add_months(first.day, rules.circular_months):
        return False
    back = set(rules.buyers(second)) & set(rules.sellers(first))
    if first.day < second.day:
        return bool(back)
    return bool(back) and bool(set(rules.buyers(first)) & set(rules.sellers(second)))


def _passed_on(fact: LedgerFact, other: LedgerFact, rules: LedgerRules) -> bool:
    return other.day == fact.day and bool(set(rules.sellers(other)) & set(rules.buyers(fact)))
