"""The only place where owners confirm on the site that rights stay listed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.timezone import localdate

from panhuo.desk.history.actions import log_action
from panhuo.desk.inventory.access import current_inventory, stock_subject
from panhuo.desk.inventory.models import StockPatent
from panhuo.desk.people.access import Actor, not_there, require
from panhuo.desk.registry.told_answers import record_consent
from panhuo.terms.dates import add_months
from panhuo.terms.errors import DomainError
from panhuo.terms.kinds import LegalStatus
from panhuo.terms.roles import Right

if TYPE_CHECKING:
    from panhuo.rules import InForce

MOST_AT_ONCE = 200


def latest_end(today: date, rules: InForce) -> date:
    """The last day until which a confirmation of today may hold."""
    return add_months(today, rules.integer("listing.consent_months"))


@transaction.atomic
def confirm_listings(
    assets: Sequence[int], until: date, *, actor: Actor, at: datetime, rules: InForce
) -> list[StockPatent]:
    """Say for the owner that rights may stay on lists until a day; all of them, or none.

    The consent stands in the register as told today, so that the next list is judged by it; what the owner told of
    price, contact and use stays as it was. A right without a consent that ends is not confirmed here: it never was
    listed, or has no end. Raises: DomainError none_chosen, too_many (field most), consent_day (field latest),
    not_there, not_allowed, not_in_force (field number), not_listed (field number).
    """
    if not assets:
        raise DomainError("No right was chosen. Choose those that stay listed.", code="none_chosen")
    if len(set(assets)) > MOST_AT_ONCE:
        raise DomainError(f"Confirm at most {MOST_AT_ONCE} rights at once.", code="too_many", most=MOST_AT_ONCE)
    today = localdate(at)
    latest = latest_end(today, rules)
    if not today < until <= latest:
        raise DomainError(
            f"A confirmation holds from tomorrow to {latest} at most; afterwards it is given again. Choose such a day.",
            code="consent_day",
            latest=latest,
        )
    return [_confirm(asset, until, actor=actor, at=at, rules=rules) for asset in dict.fromkeys(assets)]


def _confirm(asset: int, until: date, *, actor: Actor, at: datetime, rules: InForce) -> StockPatent:
    patent = (
        StockPatent.objects.select_related("unit__parent__parent")
        .filter(inventory=current_inventory(), asset=asset)
        .first()
    )
    if patent is None:
        raise not_there(f"asset:{asset}")
    require(actor, Right.CONFIRM_LISTING, stock_subject(patent), at=at, rules=rules)
    if patent.status != LegalStatus.GRANTED_IN_FORCE:
        raise DomainError(
            f"{patent.number} is not in force and cannot be listed. Leave it out.",
            code="not_in_force",
            number=patent.number,
        )
    if patent.consent_until is None:
        raise DomainError(
            f"{patent.number} has no consent that ends. State a new one by a list of the owner's.",
            code="not_listed",
            number=patent.number,
        )
    told = {"until": f"{until}", "from": f"{patent.consent_until}"}
    record_consent(
        asset, owner=patent.owner_name, stated_on=localdate(at), valid_to=until, name=f"在册确认 {until}", rules=rules
    )
    StockPatent.objects.filter(pk=patent.pk).update(consent_until=until)
    log_action(f"asset:{asset}", "listing.confirmed", actor=actor.login, at=localdate(at), made_at=at, data=told)
    patent.consent_until = until
    return patent
