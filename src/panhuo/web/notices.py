"""What the sign-in library tells only by signals is logged here; nothing is decided."""

from __future__ import annotations

from typing import Any

from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.dispatch import receiver

from panhuo.desk.signins.actions import note_second_factor
from panhuo.web.clock import now


@receiver(authenticator_added)
def _added(user: Any, authenticator: Any, **_: Any) -> None:
    note_second_factor(user, "added", authenticator.type, at=now())


@receiver(authenticator_removed)
def _removed(user: Any, authenticator: Any, **_: Any) -> None:
    note_second_factor(user, "removed", authenticator.type, at=now())


@receiver(authenticator_reset)
def _renewed(user: Any, authenticator: Any, **_: Any) -> None:
    note_second_factor(user, "renewed", authenticator.type, at=now())
