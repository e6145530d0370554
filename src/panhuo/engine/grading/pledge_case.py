"""What a pledge pre-check stands on: facts of the register, what the parties tell, and the lines of the sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from panhuo.engine.records.terms_and_fees import FeeState
from panhuo.terms.errors import DomainError
from panhuo.terms.kinds import IpType, LegalStatus


class Outcome(StrEnum):
    """What the look at one ground gave."""

    PASS = "pass"  # noqa: S105 - a verdict
    FAIL = "fail"
    UNKNOWN = "unknown"
    WAIVED = "waived"  # it stands, and both parties consented knowing it


class NotWaivable(DomainError):
    """A consent to a ground that no consent removes; fields: ground."""

    code = "not_waivable"


@dataclass(frozen=True, slots=True)
class Burden:
    """Something that may lie on a right. lies: None where nobody can say. number, day: of the event, where told."""

    lies: bool | None = False
    number: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class PledgeFacts:
    """What the register says of one patent on the base date.

    status_basis: event | word | none. told_on: latest day that any of its sources speaks for. has_history: a source
    of legal events tells of it. fee_state, fee_due: of the next annual fee, None where its dates are not told.
    """

    ip_type: IpType
    owners: tuple[str, ...]
    status: LegalStatus
    status_basis: str
    status_since: date | None
    contradiction: bool
    grant_date: date | None
    term_end: date | None
    told_on: date | None
    has_history: bool
    fee_state: FeeState | None
    fee_due: date | None
    preserved: Burden = field(default_factory=Burden)
    suspended: Burden = field(default_factory=Burden)
    pledged: Burden = field(default_factory=Burden)
    invalidation: Burden = field(default_factory=Burden)
    is_paired: bool = False


@dataclass(frozen=True, slots=True)
class Consent:
    """Informed consent of both parties to one ground, as it lies in the file."""

    document: str
    day: date


@dataclass(frozen=True, slots=True)
class PledgeCase:
    """What the parties tell; None or empty where nobody told.

    contract: contents that the contract has (pack table pledge_contract_content). same_day_invention: whether an
    invention was filed for the same matter on the same day. other: another ground that the clerk found, "" for none.
    told_on: day of these statements. consents: by ground.
    """

    told_on: date | None = None
    pledgor: str = ""
    debt_ends_on: date | None = None
    contract: frozenset[str] | None = None
    co_owner_consent: bool | None = None
    same_day_invention: bool | None = None
    other: str | None = None
    consents: Mapping[str, Consent] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GroundRow:
    """One line of the sheet.

    fact: code of what was seen (labels pledge_fact). detail: names, numbers, days or missing contents.
    source: register_event | status_word | register | parties | calendar | none. day: which the fact speaks for.
    """

    no: int
    ground: str
    fact: str
    detail: str
    source: str
    day: date | None
    outcome: Outcome
