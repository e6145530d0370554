"""The conversion ledger of a month (转化月度台账), from official ledgers alone.

件次: one right in one recordal or registration is one; what is no conversion is struck out and shown. A receiver
is a micro, small or medium firm only if a roster valid on the day says so. See docs/outputs.md.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from panhuo.engine.indicators.ledger_facts import (
    CONTRACT,
    COUNTED_KINDS,
    HISTORY,
    LICENCE,
    PLEDGE,
    PRODUCT,
    TRANSFER,
    LedgerFact,
    LedgerRow,
    LedgerRules,
    Reconciled,
    Size,
    Strike,
    ledger_rules,
)
from panhuo.engine.indicators.reconcile import Join, reconcile
from panhuo.engine.indicators.strikes import strikes
from panhuo.engine.records.owners import split_joint_owners
from panhuo.terms.errors import BadValue

__all__ = [
    "CONTRACT",
    "HISTORY",
    "LICENCE",
    "PLEDGE",
    "TRANSFER",
    "Figure",
    "Ledger",
    "LedgerFact",
    "LedgerRow",
    "LedgerRules",
    "Reconciled",
    "Size",
    "Strike",
    "ledger_rules",
    "month_of",
    "monthly_ledger",
]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the summary. code: stable name; unit: piece, patent, contract, firm, cny, registration."""

    code: str
    value: int | Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """The month: conversions (licences and transfers), contracts, figures; rows in the order of day and number.

    covered_until: last day any ledger speaks of, month end at least.
    """

    first: date
    last: date
    covered_until: date
    conversions: tuple[LedgerRow, ...]
    contracts: tuple[LedgerRow, ...]
    figures: tuple[Figure, ...]

    def value(self, code: str) -> int | Decimal:
        """A figure by its code. Raises: KeyError."""
        return {figure.code: figure.value for figure in self.figures}[code]


def month_of(text: str) -> tuple[date, date]:
    """First and last day of a month written YYYY-MM. Raises: BadValue bad_month.

    >>> month_of("2024-02")
    (datetime.date(2024, 2, 1), datetime.date(2024, 2, 29))
    """
    year, _, month = text.strip().partition("-")
    if len(year) == 4 and len(month) == 2 and (year + month).isdecimal() and 1 <= int(month) <= 12:
        first = date(int(year), int(month), 1)
        return first, first.replace(day=monthrange(first.year, first.month)[1])
    raise BadValue(f"{text!r} is no month. Write it as YYYY-MM, such as 2025-11.", code="bad_month", value=text)


def monthly_ledger(facts: Iterable[LedgerFact], rules: LedgerRules, *, first: date, last: date) -> Ledger:
    """The ledger of the days first..last (both included).

    facts: rows of all official ledgers, of other months too (circles reach back, counterparts lie in other months),
    and transfers that patent files tell (HISTORY).
    """
    ordered = sorted(facts, key=_order)
    covered = max([last, *(fact.day for fact in ordered if fact.ledger != HISTORY)])
    judged = [fact for fact in ordered if fact.ledger in (CONTRACT, HISTORY, *COUNTED_KINDS)]
    found = strikes(judged, rules, until=last)
    kept, struck = _without_history(judged, found)
    joined = iter(reconcile(_without_doubles(kept, struck), rules))
    rows: list[LedgerRow] = []
    for index, fact in enumerate(kept):
        double = struck.get(index) is Strike.DUPLICATE
        join = Join(Reconciled.NOT_EXPECTED) if double else next(joined)
        if first <= fact.day <= last:
            rows.append(_row(fact, struck.get(index), join, rules, covered))
    conversions = tuple(row for row in rows if row.fact.ledger in COUNTED_KINDS)
    contracts = tuple(row for row in rows if row.fact.ledger == CONTRACT)
    others = [fact for fact in ordered if fact.ledger in (PLEDGE, PRODUCT) and first <= fact.day <= last]
    figures = (*_conversion_figures(conversions), *_contract_figures(conversions, contracts), *_other_figures(others))
    return Ledger(first, last, covered, conversions, contracts, figures)


def _order(fact: LedgerFact) -> tuple[object, ...]:
    return (fact.day, fact.ledger, fact.number, fact.patent, fact.from_party, fact.to_party)


def _without_history(
    facts: Sequence[LedgerFact], struck: dict[int, Strike]
) -> tuple[list[LedgerFact], dict[int, Strike]]:
    """The rows of ledgers with their strikes, numbered anew."""
    kept = [(fact, struck.get(index)) for index, fact in enumerate(facts) if fact.ledger != HISTORY]
    return [fact for fact, _ in kept], {place: why for place, (_, why) in enumerate(kept) if why}


def _without_doubles(facts: Sequence[LedgerFact], struck: dict[int, Strike]) -> list[LedgerFact]:
    return [fact for index, fact in enumerate(facts) if struck.get(index) is not Strike.DUPLICATE]


def _row(fact: LedgerFact, strike: Strike | None, join: Join, rules: LedgerRules, covered: date) -> LedgerRow:
    size, source = _size(fact, rules)
    ends = fact.day + timedelta(days=rules.match_window_days)
    seller = next(iter(split_joint_owners(fact.from_party)), "")
    return LedgerRow(
        fact=fact,
        strike=strike,
        from_university=bool(seller) and rules.owner_type(seller) in rules.university_types,
        receivers=rules.buyers(fact),
        size=size,
        size_source=source,
        reconciled=join.state,
        counterpart=join.counterpart,
        window_ends=ends,
        window_open=ends > covered,
    )


def _size(fact: LedgerFact, rules: LedgerRules) -> tuple[Size, str]:
    """Size of the receivers on the day and the roster that says it; one small firm among them is enough."""
    buyers = rules.buyers(fact)
    for size, tags in ((Size.MSME, rules.msme_tags), (Size.LARGE, rules.large_tags)):
        for buyer in buyers:
            if tag := rules.roster.tagged(buyer, tags, on=fact.day):
                return size, f"{tag.tag} {tag.source_name}".strip()
    for buyer in buyers:
        if tag := rules.roster.once_tagged(buyer, (*rules.msme_tags, *rules.large_tags)):
            span = f"{tag.valid_from or ''}..{tag.valid_to or ''}"
            return Size.EXPIRED, f"{tag.tag} {span} {tag.source_name}".strip()
    return Size.UNKNOWN, ""


def _conversion_figures(rows: Sequence[LedgerRow]) -> Iterable[Figure]:
    for kind in COUNTED_KINDS:
        mine = [row for row in rows if row.fact.ledger == kind]
        counted = [row for row in mine if row.counts]
        yield Figure(f"{kind}.official", len(mine), "piece")
        for reason in Strike:
            yield Figure(f"{kind}.struck.{reason}", sum(row.strike is reason for row in mine), "piece")
        yield from _counted_figures(kind, counted)
    yield from _counted_figures("all", [row for row in rows if row.counts])


def _counted_figures(kind: str, counted: Sequence[LedgerRow]) -> Iterable[Figure]:
    yield Figure(f"{kind}.counted", len(counted), "piece")
    yield Figure(f"{kind}.patents", len({row.fact.patent for row in counted}), "patent")
    numbers = {(row.fact.ledger, row.fact.number or id(row)) for row in counted}
    yield Figure(f"{kind}.contracts", len(numbers), "contract")
    university = [row for row in counted if row.from_university]
    to_msme = [row for row in university if row.size is Size.MSME]
    yield Figure(f"{kind}.university", len(university), "piece")
    yield Figure(f"{kind}.university_to_msme", len(to_msme), "piece")
    yield Figure(f"{kind}.university_to_msme_patents", len({row.fact.patent for row in to_msme}), "patent")
    yield Figure(f"{kind}.university_to_msme_firms", len({row.receivers for row in to_msme}), "firm")
    unsure = sum(row.size in (Size.UNKNOWN, Size.EXPIRED) for row in university)
    yield Figure(f"{kind}.university_size_unknown", unsure, "piece")


def _contract_figures(conversions: Sequence[LedgerRow], contracts: Sequence[LedgerRow]) -> Iterable[Figure]:
    numbers: dict[object, Decimal] = {}
    for row in contracts:
        numbers.setdefault(row.fact.number or id(row), row.fact.amount_cny or Decimal(0))
    yield Figure("contract.numbers", len(numbers), "contract")
    yield Figure("contract.amount", sum(numbers.values(), Decimal(0)), "cny")
    for state in Reconciled:
        yield Figure(f"contract.{state}", sum(row.reconciled is state for row in contracts), "piece")
    counted = [row for row in conversions if row.counts]
    yield Figure("recordal.matched", sum(row.reconciled is Reconciled.MATCHED for row in counted), "piece")
    yield Figure("recordal.missing", sum(row.reconciled is Reconciled.MISSING for row in counted), "piece")
    yield Figure("recordal.ambiguous", sum(row.reconciled is Reconciled.AMBIGUOUS for row in counted), "piece")


def _other_figures(facts: Sequence[LedgerFact]) -> Iterable[Figure]:
    pledges = [fact for fact in facts if fact.ledger == PLEDGE]
    amounts: dict[object, Decimal] = {}
    for fact in pledges:
        amounts.setdefault(fact.number or id(fact), fact.amount_cny or Decimal(0))
    yield Figure("pledge.registrations", len(amounts), "registration")
    yield Figure("pledge.patents", len({fact.patent for fact in pledges}), "patent")
    yield Figure("pledge.amount", sum(amounts.values(), Decimal(0)), "cny")
    products = [fact for fact in facts if fact.ledger == PRODUCT]
    yield Figure("product.firms", len({fact.to_code or fact.to_party for fact in products}), "firm")
    yield Figure("product.patents", len({fact.patent for fact in products if fact.patent}), "patent")
