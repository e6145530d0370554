"""What the conversion ledger counts: rows of official ledgers, and what is decided about each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from panhuo.engine.records.owners import split_joint_owners
from panhuo.engine.records.roster import PartyId, Roster, tag_words
from panhuo.rules import InForce
from panhuo.terms.kinds import OwnerType

LICENCE, TRANSFER, CONTRACT = "licence", "transfer", "technology_contract"
PLEDGE, PRODUCT = "pledge", "product_filing"
COUNTED_KINDS = (LICENCE, TRANSFER)
HISTORY = "history"
"""A transfer that a patent file tells: shows circles, is no row of an official ledger and never counts."""


@dataclass(frozen=True, slots=True)
class LedgerFact:
    """One row of an official ledger about one right: 件次.

    patent: key of the right, known to the register or not, "" where a contract names none. day: registration or
    announcement. text: kind of contract, product. amount_cny: of the whole contract, once per number.
    """

    ledger: str
    day: date
    patent: str
    number: str = ""
    from_party: str = ""
    to_party: str = ""
    from_code: str = ""
    to_code: str = ""
    amount_cny: Decimal | None = None
    terms: str = ""
    text: str = ""
    ends_on: date | None = None
    application_number: str = ""
    publication_number: str = ""
    title: str = ""
    ip_type: str = ""


class Strike(StrEnum):
    """Why a row of an official ledger is shown and not counted."""

    DUPLICATE = "duplicate"  # the same row stands in the ledgers twice
    SHARED_PARTY = "shared_party"  # the same party on both sides: a co-owner dropped, a name mended
    INSIDE_GROUP = "inside_group"  # one controls the other, or one controller stands over both, on that day
    CIRCULAR = "circular"  # back to a former owner within the months of the pack
    SAME_DAY = "same_day"  # passed on the same day: only the last step counts


class Size(StrEnum):
    """Size of a receiver on the day, from rosters only."""

    MSME = "msme"
    LARGE = "large"
    EXPIRED = "expired"  # a roster said so once, not on that day
    UNKNOWN = "unknown"


class Reconciled(StrEnum):
    """How a recordal and a technology contract stand to each other."""

    MATCHED = "matched"
    MISSING = "missing"  # the other one is not in the ledgers
    AMBIGUOUS = "ambiguous"  # several could be it, or parties are not told: never joined silently
    NOT_EXPECTED = "not_expected"  # a kind of contract that needs no recordal


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A row of the month with its verdict. counterpart: number of the contract or recordal it was joined with.

    window_ends: last day on which a counterpart could still be dated; window_open: that day is not covered by the
    ledgers yet.
    """

    fact: LedgerFact
    strike: Strike | None
    from_university: bool
    receivers: tuple[PartyId, ...]
    size: Size
    size_source: str
    reconciled: Reconciled
    counterpart: str
    window_ends: date
    window_open: bool

    @property
    def counts(self) -> bool:
        return self.strike is None

    @property
    def is_university_to_msme(self) -> bool:
        return self.counts and self.from_university and self.size is Size.MSME


@dataclass(frozen=True, slots=True)
class LedgerRules:
    """Parameters of the ledger and what knows parties.

    owner_type: type of an owner by its name; roster: spellings, tags and control by day.
    """

    roster: Roster
    owner_type: Callable[[str], OwnerType]
    match_window_days: int
    circular_months: int
    msme_tags: frozenset[str]
    large_tags: frozenset[str]
    university_types: tuple[str, ...]
    recordal_contract_kinds: tuple[str, ...]

    def parties(self, text: str, code: str) -> tuple[PartyId, ...]:
        """Parties of one cell; a code belongs to the first of them."""
        names = split_joint_owners(text)
        if not names:
            return (self.roster.party("", code),) if code else ()
        return (self.roster.party(names[0], code), *(self.roster.party(name) for name in names[1:]))

    def sellers(self, fact: LedgerFact) -> tuple[PartyId, ...]:
        return self.parties(fact.from_party, fact.from_code)

    def buyers(self, fact: LedgerFact) -> tuple[PartyId, ...]:
        return self.parties(fact.to_party, fact.to_code)


def ledger_rules(rules: InForce, *, roster: Roster, owner_type: Callable[[str], OwnerType]) -> LedgerRules:
    """Rules of the pack for the ledger."""
    return LedgerRules(
        roster=roster,
        owner_type=owner_type,
        match_window_days=rules.integer("ledger.match_window_days"),
        circular_months=rules.integer("ledger.circular_months"),
        msme_tags=tag_words(rules, rules.words("ledger.msme_tags")),
        large_tags=tag_words(rules, rules.words("ledger.large_tags")),
        university_types=rules.words("ledger.university_owner_types"),
        recordal_contract_kinds=rules.words("ledger.recordal_contract_kinds"),
    )
