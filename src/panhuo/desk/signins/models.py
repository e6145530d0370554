"""One row per sign-in. Personal data held: SignIn.account, address, agent, device."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from panhuo.desk.people.models import Account


class SignIn(models.Model):
    """Somebody signed in: written once; only told_at is filled in later.

    way: password, passkey, unified. agent: browser and system in words. device: digest of the browser's own mark.
    is_new_device: the account had signed in before, never with this device; told_at: when its owner was told of that.
    """

    personal_fields: ClassVar[tuple[str, ...]] = ("account", "address", "agent", "device")

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    way = models.CharField(max_length=12)
    address = models.CharField(max_length=45, blank=True)
    agent = models.CharField(max_length=60, blank=True)
    device = models.CharField(max_length=64)
    is_new_device = models.BooleanField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("at", "id")
        indexes = (models.Index(fields=("account", "at"), name="sign_in_of_account"),)

    def __str__(self) -> str:
        return f"{self.account_id} {self.at:%Y-%m-%d %H:%M}"
