"""The only place where contacts are written."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import blake2b
from typing import TYPE_CHECKING

from django.db import transaction

from panhuo.engine.matching.contact_limit import ContactLimit, contact_room
from panhuo.engine.records.owners import normalise_party_name
from panhuo.terms.errors import DomainError

if TYPE_CHECKING:
    from panhuo.desk.history.models import Run


@dataclass(frozen=True, slots=True)
class FirmAsked:
    """A firm to contact: its identity (engine.records.roster.PartyId) and its name."""

    party: str
    firm: str


@dataclass(frozen=True, slots=True)
class ContactDone:
    """What became of one firm. state: recorded, known (the same was sent that day), overridden, refused.

    held: contacts it had had in the fullest stretch with the day; free_from: when one more fits.
    """

    party: str
    firm: str
    state: str
    held: int
    free_from: date


def record_contacts(
    firms: Mapping[FirmAsked, Sequence[str]],
    *,
    actor: str,
    at: date,
    limit: ContactLimit,
    run: Run,
    made_at: datetime,
    override_reason: str = "",
) -> list[ContactDone]:
    """Record one contact per firm where the limit allows it, in one transaction, so that two senders cannot both take
    the last place.

    firms: what each is told of, asset_keys. override_reason: sends past the limit, too; the reason is kept with those
    contacts only that needed it.
    Raises: DomainError no_sender, no_subject, no_party.
    """
    from panhuo.desk.contacts.models import Contact

    sender, reason = actor.strip(), override_reason.strip()
    if not sender:
        raise DomainError("A contact needs its sender. Name who sends it.", code="no_sender")
    if not all(firms.values()):
        raise DomainError("A contact needs what it is about: at least one patent.", code="no_subject")
    if any(not one.party for one in firms):
        raise DomainError("A firm without a name cannot be contacted.", code="no_party")
    done = []
    with transaction.atomic():
        for one, subject in firms.items():
            told = sorted(set(subject))
            digest = blake2b(json.dumps(told).encode(), digest_size=16).hexdigest()
            # a code that a roster told later does not make what was sent to the name unsent
            own = Contact.objects.filter(party__in=[one.party, f"n:{normalise_party_name(one.firm)}"])
            room = contact_room(own.values_list("day", flat=True), at, limit)
            same = own.filter(day=at, actor=sender, subject_digest=digest).exists()
            state = "known" if same else "recorded" if room.fits else "overridden" if reason else "refused"
            if state in ("recorded", "overridden"):
                Contact.objects.create(
                    party=one.party,
                    firm=one.firm,
                    day=at,
                    actor=sender,
                    subject=told,
                    subject_digest=digest,
                    override_reason=reason if state == "overridden" else "",
                    run_id=run.id,
                    made_at=made_at,
                )
            done.append(ContactDone(one.party, one.firm, state, room.held, room.free_from))
    return done
