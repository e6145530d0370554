"""The only place where sign-ins are written, and what an account changes of its own security."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.utils.timezone import localdate

from panhuo.desk.history.actions import log_action
from panhuo.desk.people.models import Account
from panhuo.desk.signins.models import SignIn


@dataclass(frozen=True, slots=True)
class Notice:
    """What somebody is told on signing in. last: the sign-in before, None at the first. is_new_device: this one.

    unknown: sign-ins on other new devices that the owner was not told of yet, oldest first.
    """

    last: SignIn | None
    is_new_device: bool
    unknown: tuple[SignIn, ...]


def record_sign_in(account: Account, *, way: str, address: str, agent: str, device_mark: str, at: datetime) -> Notice:
    """Keep a sign-in and its log entry. Returns what to tell its owner; the sign-ins told are marked as told.

    device_mark: secret text that the browser keeps; only its digest is stored.
    """
    device = sha256(device_mark.encode()).hexdigest()
    with transaction.atomic():
        Account.objects.select_for_update().get(pk=account.pk)
        before = SignIn.objects.filter(account=account)
        last = before.last()
        is_new = last is not None and not before.filter(device=device).exists()
        unknown = tuple(before.filter(is_new_device=True, told_at=None).exclude(device=device))
        if not is_new:  # who signs in on a device never seen may be the stranger: the owner is told on a known one
            SignIn.objects.filter(pk__in=[row.pk for row in unknown]).update(told_at=at)
        SignIn.objects.create(
            account=account, at=at, way=way, address=address[:45], agent=agent[:60], device=device, is_new_device=is_new
        )
        _log(account, "signed_in", at=at, data={"way": way, "new_device": is_new})
    return Notice(last=last, is_new_device=is_new, unknown=() if is_new else unknown)


def note_second_factor(account: Account, act: str, kind: str, *, at: datetime) -> None:
    """Log that a second factor came, went or was made anew. act: added, removed, renewed."""
    _log(account, f"second_factor_{act}", at=at, data={"kind": kind})


def _log(account: Account, act: str, *, at: datetime, data: dict[str, object]) -> None:
    log_action(f"account:{account.pk}", act, actor=account.login, at=localdate(at), made_at=at, data=data)
