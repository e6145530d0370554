"""The only place where the sharing list of state-owned firms is written."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from panhuo.desk.editions.models import SharedPatent
from panhuo.desk.history.actions import log_action
from panhuo.desk.inventory.access import stock_subject
from panhuo.desk.inventory.models import StockPatent
from panhuo.desk.people.access import require, subject_of
from panhuo.desk.people.models import Account, Organisation
from panhuo.terms.edition_states import Consideration, SharingState
from panhuo.terms.errors import DomainError
from panhuo.terms.kinds import ENDED
from panhuo.terms.roles import Right

if TYPE_CHECKING:
    from panhuo.rules import InForce


def share_patent(
    patent: StockPatent, *, mode: str, consideration: str, price_note: str = "", contact: str = "", until: date,
    actor: Account, at: datetime, rules: InForce,
) -> SharedPatent:  # fmt: skip
    """A state firm puts a patent of its own on the sharing list; an office confirms it.

    mode: a code of intended_mode. Raises: DomainError not_allowed, no_owner, ended_right, past_day, unknown_terms,
    shared_already.
    """
    require(actor, Right.SHARE_PATENTS, stock_subject(patent), at=at, rules=rules)
    if patent.unit is None:
        raise DomainError("The patent belongs to no organisation here. Take stock again first.", code="no_owner")
    if patent.status in ENDED:
        raise DomainError(f"{patent.number} has ended and cannot be shared.", code="ended_right", number=patent.number)
    if until < localdate(at):
        raise DomainError("The offer would have ended already. Choose a later day.", code="past_day")
    modes = {row["code"] for row in rules.table("labels") if row["kind"] == "intended_mode"}
    if mode not in modes or consideration not in set(Consideration):
        raise DomainError("Mode or consideration is none of the list. Choose one.", code="unknown_terms")
    try:
        with transaction.atomic():
            made = SharedPatent.objects.create(
                asset_id=patent.asset_id, unit=patent.unit, mode=mode, consideration=consideration,
                price_note=price_note.strip()[:120], contact=contact.strip()[:80], until=until,
                state=SharingState.OFFERED, offered_by=actor, offered_at=at,
            )  # fmt: skip
            _log(made, "patent.shared", actor, at)
    except IntegrityError:
        raise DomainError(
            f"{patent.number} is shared already. Withdraw it first to change its terms.",
            code="shared_already",
            number=patent.number,
        ) from None
    return made


@transaction.atomic
def confirm_sharing(
    shared: SharedPatent, *, is_confirmed: bool, reason: str = "", office: Organisation, actor: Account, at: datetime,
    rules: InForce,
) -> SharedPatent:  # fmt: skip
    """An office that makes lists takes a shared patent on its list or refuses it with a reason.

    Raises: DomainError not_allowed, no_reason, sharing_moved.
    """
    require(actor, Right.DRAFT_EDITION, subject_of(office), at=at, rules=rules)
    require(actor, Right.READ_STOCK, subject_of(shared.unit), at=at, rules=rules)
    if not is_confirmed and not reason.strip():
        raise DomainError("The firm must know why. Write a reason.", code="no_reason")
    to = SharingState.CONFIRMED if is_confirmed else SharingState.REFUSED
    told = {"confirmed_by": actor, "confirmed_at": at, "reason": reason.strip()[:400]}
    return _moved(shared, SharingState.OFFERED, to, actor, at, **told)


@transaction.atomic
def withdraw_sharing(shared: SharedPatent, *, actor: Account, at: datetime, rules: InForce) -> SharedPatent:
    """The firm takes a patent back; what was published stays and gets a notice of its own.

    Raises: DomainError not_allowed, sharing_moved.
    """
    unit = shared.unit
    require(actor, Right.SHARE_PATENTS, subject_of(unit), at=at, rules=rules)
    before = SharingState(shared.state) if shared.state in (SharingState.OFFERED, SharingState.CONFIRMED) else None
    return _moved(shared, before, SharingState.WITHDRAWN, actor, at)


def _moved(
    shared: SharedPatent, before: SharingState | None, to: SharingState, actor: Account, at: datetime, **told: object
) -> SharedPatent:
    if before is None or SharedPatent.objects.filter(pk=shared.pk, state=before).update(state=to, **told) != 1:
        raise DomainError("This offer has moved meanwhile. Reload the page.", code="sharing_moved")
    shared.refresh_from_db()
    _log(shared, f"sharing.{to.value}", actor, at, reason=shared.reason)
    return shared


def _log(shared: SharedPatent, act: str, actor: Account, at: datetime, *, reason: str = "") -> None:
    told = {"asset": shared.asset_id, "unit": shared.unit_id}
    log_action(
        f"shared_patent:{shared.pk}", act, actor=actor.login, at=localdate(at), made_at=at, reason=reason, data=told
    )
