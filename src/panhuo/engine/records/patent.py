"""One row of a source, made comparable: numbers, dates, symbols and words in the house's forms."""

from __future__ import annotations

import copyreg
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from operator import attrgetter


@dataclass(slots=True)
class EventRecord:
    """One event or undated statement about a right; see desk.registry.models.Event for the columns."""

    event: str
    event_date: date | None = None
    known_on: date | None = None
    effective_on: date | None = None
    status: str = ""
    from_party: str = ""
    to_party: str = ""
    from_code: str = ""
    to_code: str = ""
    number: str = ""
    amount_cny: str = ""  # decimal text, "" where none
    ends_on: date | None = None
    terms: str = ""
    code: str = ""
    text: str = ""
    ledger: str = ""
    _uid: int = 0

    def uid(self) -> int:
        """63-bit identity of what is said, without who says it: the same statement twice is one.

        The record must not be changed once it was asked for its identity.
        """
        if self._uid:
            return self._uid
        said = (
            f"{self.event}|{self.event_date}|{self.known_on}|{self.effective_on}|{self.status}|{self.from_party}|"
            f"{self.to_party}|{self.number}|{self.amount_cny}|{self.ends_on}|{self.terms}|{self.ledger}|{self.text}"
        )
        self._uid = (int.from_bytes(blake2b(said.encode(), digest_size=8).digest(), "big") >> 1) or 1
        return self._uid


@dataclass(slots=True)
class PatentRecord:
    """One asset as one row of one source tells it; "" / () / None where the row is silent.

    keys: asset keys, preferred first. rank, day: how much this row weighs in a merge (source rank, then the
    latest day it speaks for, ISO text). row, member: where it stood.
    """

    keys: tuple[str, ...]
    ip_type: str
    jurisdiction: str
    application_number: str = ""
    first_publication_number: str = ""
    first_publication_date: date | None = None
    grant_publication_number: str = ""
    grant_publication_date: date | None = None
    grant_date: date | None = None
    kind_code: str = ""
    title: str = ""
    title_en: str = ""
    abstract: str = ""
    abstract_en: str = ""
    first_claim: str = ""
    owners: tuple[str, ...] = ()
    applicants: tuple[str, ...] = ()
    inventors: tuple[str, ...] = ()
    owner_code: str = ""
    agency: str = ""
    address: str = ""
    region_code: str = ""
    filing_date: date | None = None
    priority_date: date | None = None
    priority_numbers: tuple[str, ...] = ()
    expiry_date: date | None = None
    ipc_main: str = ""
    ipc: tuple[str, ...] = ()
    cpc: tuple[str, ...] = ()
    loc: tuple[str, ...] = ()
    industry_code: tuple[str, ...] = ()
    claims_count: int | None = None
    inventors_count: int | None = None
    cites_count: int | None = None
    cited_by_count: int | None = None
    cited_by_3y_count: int | None = None
    cited_by_5y_count: int | None = None
    family_count: int | None = None
    litigation_count: int | None = None
    family_members: tuple[str, ...] = ()
    awards: tuple[str, ...] = ()
    data_day: date | None = None
    rank: int = 0
    day: str = ""
    events: list[EventRecord] = field(default_factory=list)
    row: int = 0
    member: str = ""


_record_state = attrgetter(*PatentRecord.__dataclass_fields__)
_event_state = attrgetter(*EventRecord.__dataclass_fields__)


def _reduce_record(record: PatentRecord) -> tuple[object, ...]:
    return PatentRecord, _record_state(record)


def _reduce_event(event: EventRecord) -> tuple[object, ...]:
    return EventRecord, _event_state(event)


copyreg.pickle(PatentRecord, _reduce_record)  # type: ignore[arg-type]  # five times quicker than what slots get
copyreg.pickle(EventRecord, _reduce_event)  # type: ignore[arg-type]

FIELDS = tuple(
    name
    for name in PatentRecord.__dataclass_fields__
    if name not in {"keys", "rank", "day", "events", "row", "member", "data_day"}
)
"""Fields that are merged one by one; data_day is the maximum."""
LISTS = frozenset(
    [
        "owners",
        "applicants",
        "inventors",
        "priority_numbers",
        "ipc",
        "cpc",
        "loc",
        "industry_code",
        "family_members",
        "awards",
    ]
)
DATES = frozenset(name for name in FIELDS if name.endswith("_date"))
