"""What may be offered to a firm on a day, and for each right that may not, every reason.

A hard bar stands on a fact: ended, licensed exclusively, pledged. A soft bar says that nobody can tell from the data:
status unknown, an encumbrance of which only a later word speaks. Soft bars alone make a right `unknown`: it is left
out too, unless the caller asks for it, and then every line says so. The bars bear the names that the supply list
uses (engine.indicators.supply_list); here the owner's silence is a note, because matching asks him next.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import ibis
from ibis import Table
from ibis.expr.types import BooleanValue, StringValue

from panhuo.engine.matching.willingness import CLEAR, Willingness
from panhuo.engine.records.protection import term_end
from panhuo.rules import InForce
from panhuo.terms.dates import add_years
from panhuo.terms.kinds import ENDED, PATENT_TYPES, EventType, LegalStatus


class OfferState(StrEnum):
    OFFERABLE = "offerable"
    UNKNOWN = "unknown"
    NOT_OFFERABLE = "not_offerable"


class Bar(StrEnum):
    """Why a right is not offered, in the order of showing."""

    NOT_IN_FORCE = "not_in_force"
    NOT_GRANTED = "not_granted"
    EXCLUSIVELY_LICENSED = "exclusively_licensed"  # exclusive or sole
    PLEDGED = "pledged"  # nothing in the data says that the pledgee consents
    PRESERVED = "preserved"
    DISPUTED = "disputed"  # suspension, invalidation proceedings, litigation
    CONSENT_REFUSED = "consent_refused"
    TOO_LITTLE_TIME = "too_little_time"
    STATUS_UNKNOWN = "status_unknown"
    ENCUMBRANCE_UNKNOWN = "encumbrance_unknown"
    LICENCE_KIND_UNKNOWN = "licence_kind_unknown"
    WILLINGNESS_UNKNOWN = "willingness_unknown"  # the owner said something that is neither a yes nor a no
    TERM_UNKNOWN = "term_unknown"


SOFT = (
    Bar.STATUS_UNKNOWN,
    Bar.ENCUMBRANCE_UNKNOWN,
    Bar.LICENCE_KIND_UNKNOWN,
    Bar.WILLINGNESS_UNKNOWN,
    Bar.TERM_UNKNOWN,
)


class Note(StrEnum):
    """What is said beside a right that may be offered."""

    NO_CONSENT = "no_consent"
    CONSENT_EXPIRED = "consent_expired"
    OPEN_LICENCE = "open_licence"
    LICENSED = "licensed"  # ordinary licence in force: another one collides with nothing
    CONTRADICTION = "contradiction"


SEPARATOR = ";"
_FIRST_DAY = ibis.date("1900-01-01")
_DAYS = 10_000_000  # more than any day since then
LATER_WORDS = ("pledge_later_word", "licence_later_word", "preservation_later_word")


def offer_states(
    assets: Table, events: Table, offers: Table, status: Table, burdens: Table, rules: InForce, at: date
) -> Table:
    """One row per patent, none for other assets.

    Args:
        offers: willingness as codes (willingness.in_codes); any other word is one that nobody can read.
        status: engine.records.status.legal_status of the day. burdens: engine.records.encumbrances of the day.
    Returns: asset_id; offer_state (OfferState); bars and notes (codes, each followed by ";"); status; since;
        contradiction; expires_on (null where unknown); consent ("yes", "no", "" where the owner said nothing).
    """
    known = assets.filter(assets.ip_type.isin([*PATENT_TYPES])).select(
        "asset_id", "ip_type", "filing_date", "expiry_date", "jurisdiction"
    )
    for other in (status, burdens, _said(offers, at), _disputes(events, at), _unnamed_licences(events, at)):
        known = known.left_join(other, "asset_id").drop("asset_id_right")
    known = known.mutate(expires_on=term_end(known, rules))
    ordered = _bars(known, at, rules.integer("supply.min_remaining_years"))
    hard = _any([truth for bar, truth in ordered if bar not in SOFT])
    soft = _any([truth for bar, truth in ordered if bar in SOFT])
    return known.select(
        "asset_id",
        "status",
        "since",
        "expires_on",
        offer_state=ibis.cases(
            (hard, OfferState.NOT_OFFERABLE.value), (soft, OfferState.UNKNOWN.value), else_=OfferState.OFFERABLE.value
        ),
        bars=_codes(ordered),
        notes=_codes(_notes(known, at)),
        contradiction=known.contradiction.fill_null(False),
        consent=known.consent.fill_null(""),
    )


def _bars(known: Table, at: date, min_years: int) -> list[tuple[Bar, BooleanValue]]:
    ended = known.status.isin([*ENDED])
    refused = (known.consent.fill_null("") == "no") | known.unwilling.fill_null(False)
    alive = ~ended
    return [
        (Bar.NOT_IN_FORCE, ended),
        (Bar.NOT_GRANTED, alive & ~known.status.isin([LegalStatus.GRANTED_IN_FORCE, LegalStatus.CANNOT_SAY])),
        (Bar.EXCLUSIVELY_LICENSED, _true(known.exclusive_active) | _true(known.sole_active)),
        (Bar.PLEDGED, _true(known.pledge_active)),
        (Bar.PRESERVED, _true(known.preservation_active)),
        (Bar.DISPUTED, _true(known.suspension_active) | _true(known.disputed)),
        (Bar.CONSENT_REFUSED, refused),
        (Bar.TOO_LITTLE_TIME, alive & _true(known.expires_on < add_years(at, min_years))),
        (Bar.STATUS_UNKNOWN, _true(known.status == LegalStatus.CANNOT_SAY) | known.status.isnull()),
        (Bar.ENCUMBRANCE_UNKNOWN, _any([_true(known[name]) for name in LATER_WORDS])),
        (Bar.LICENCE_KIND_UNKNOWN, _true(known.licence_active) & _true(known.unnamed_licence)),
        (
            Bar.WILLINGNESS_UNKNOWN,
            ~refused & (known.consent.fill_null("") != "yes") & _true(known.said_unclear),
        ),
        (Bar.TERM_UNKNOWN, alive & known.expires_on.isnull()),
    ]


def _notes(known: Table, at: date) -> list[tuple[Note, BooleanValue]]:
    silent = known.consent.fill_null("") == ""
    return [
        (Note.NO_CONSENT, silent & ~_true(known.open_licence_active)),
        (Note.CONSENT_EXPIRED, _true(known.consent == "yes") & _true(known.consent_until < at)),
        (Note.OPEN_LICENCE, _true(known.open_licence_active)),
        (Note.LICENSED, _true(known.licence_active)),
        (Note.CONTRADICTION, _true(known.contradiction)),
    ]


def _said(offers: Table, at: date) -> Table:
    """The owner's latest word up to the day: consent (yes, no), its end, and whether he will part with it.

    Of words of one day a refusal holds, for nobody can say which came later, then one that nobody can read; of
    consents the one that ends last.
    """
    told = offers.filter(offers.asset_id.notnull(), offers.stated_on.isnull() | (offers.stated_on <= at))
    day = told.stated_on.delta(_FIRST_DAY, unit="day").fill_null(-1)
    until = told.valid_to.delta(_FIRST_DAY, unit="day").fill_null(0)
    refuses = told.willingness == Willingness.UNWILLING.value
    unclear = ~told.willingness.isin([*CLEAR])
    told = told.mutate(
        refuses=refuses,
        unclear=unclear,
        place=day * 2 + (told.consent == "no").cast("int64"),
        willing_place=day * 3 + refuses.ifelse(2, unclear.ifelse(1, 0)),
    )
    told = told.mutate(until_place=told.place * _DAYS + until)
    said = told.consent != ""
    return told.group_by("asset_id").agg(
        consent=told.consent.argmax(told.place, where=said),
        consent_until=told.valid_to.argmax(told.until_place, where=said),
        unwilling=told.refuses.argmax(told.willing_place, where=told.willingness != ""),
        said_unclear=told.unclear.argmax(told.willing_place, where=told.willingness != ""),
    )


def _disputes(events: Table, at: date) -> Table:
    """Litigation, and invalidation proceedings that no decision has answered by the day."""
    told = ibis.coalesce(events.event_date, events.known_on)
    seen = events.filter(
        events.asset_id.notnull(),
        told <= at,
        events.event.isin([EventType.INVALIDATION_STARTED, EventType.INVALIDATED_PART, EventType.LITIGATION]),
    ).mutate(told=told)
    found = seen.group_by("asset_id").agg(
        started=seen.told.max(where=seen.event == EventType.INVALIDATION_STARTED),
        decided=seen.told.max(where=seen.event == EventType.INVALIDATED_PART),
        litigated=(seen.event == EventType.LITIGATION).any(),
    )
    pending = _true(found.started.notnull() & (found.decided.isnull() | (found.decided < found.started)))
    return found.select("asset_id", disputed=pending | found.litigated)


def _unnamed_licences(events: Table, at: date) -> Table:
    told = ibis.coalesce(events.event_date, events.known_on)
    seen = events.filter(
        events.asset_id.notnull(), told <= at, events.event == EventType.LICENCE_RECORDED, events.terms == ""
    )
    return seen.select("asset_id").distinct().mutate(unnamed_licence=ibis.literal(True))  # noqa: FBT003


def _codes(ordered: list[tuple[Bar, BooleanValue]] | list[tuple[Note, BooleanValue]]) -> StringValue:
    joined: StringValue = ibis.literal("")
    for code, truth in ordered:
        joined = joined.concat(truth.ifelse(f"{code}{SEPARATOR}", ""))
    return joined


def _any(truths: list[BooleanValue]) -> BooleanValue:
    found = truths[0]
    for truth in truths[1:]:
        found = found | truth
    return found


def _true(truth: BooleanValue) -> BooleanValue:
    """An unknown is no."""
    filled: BooleanValue = truth.fill_null(False)
    return filled
