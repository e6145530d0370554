"""Accounts of people, organisations, who is what where, and who saw or took which personal data.

Each model names its personal fields in `personal_fields`.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by login, whatever the letters' case."""

    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(login__iexact=username)


class Account(AbstractBaseUser):
    """One person who may sign in. What they may do comes from their memberships, never from this row.

    login is shown in the log and never given to anybody else, also after the account is closed.
    """

    personal_fields: ClassVar[tuple[str, ...]] = ("login", "name", "email", "phone")

    login = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=60)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    is_active = models.BooleanField(default=True)
    is_local = models.BooleanField(default=True)  # false: signs in with the unified login only
    must_change_password = models.BooleanField(default=False)
    password_set_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()

    USERNAME_FIELD = "login"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[AccountManager] = AccountManager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(Lower("login"), name="account_login_once")]

    def __str__(self) -> str:
        return self.login


class FormerPassword(models.Model):
    """Hash of a password that an account has had, so that it does not come back."""

    personal_fields: ClassVar[tuple[str, ...]] = ()

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="former_passwords")
    password = models.CharField(max_length=128)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("-made_at", "-id")

    def __str__(self) -> str:
        return f"{self.account_id} {self.made_at:%Y-%m-%d}"


class ServiceEnd(models.Model):
    """A time in which an account was closed; reopened_at is empty while it is."""

    personal_fields: ClassVar[tuple[str, ...]] = ("reason", "reopen_reason")

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="service_ends")
    closed_at = models.DateTimeField()
    closed_by = models.CharField(max_length=80)
    reason = models.TextField()
    reopened_at = models.DateTimeField(null=True)
    reopened_by = models.CharField(max_length=80, blank=True)
    reopen_reason = models.TextField(blank=True)

    class Meta:
        ordering = ("closed_at", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account"], condition=Q(reopened_at=None), name="service_end_open_once")
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.closed_at:%Y-%m-%d}"


class LocalSignInRule(models.Model):
    """Whether accounts may sign in with a password of ours from a moment on; the latest row stands.

    Administrators always may: theirs is the way in when the unified login is down.
    """

    personal_fields: ClassVar[tuple[str, ...]] = ()

    since = models.DateTimeField()
    is_allowed = models.BooleanField()
    set_by = models.CharField(max_length=80)
    reason = models.TextField()

    class Meta:
        ordering = ("since", "id")

    def __str__(self) -> str:
        return f"{self.since:%Y-%m-%d} {'open' if self.is_allowed else 'closed'}"


class Organisation(models.Model):
    """An organisation that people work in or that owns things. kind: terms.roles.OrganisationKind.

    uscc: "" for parts without one of their own (a college); region_code: six digits of GB/T 2260, "" unknown; parent:
    for colleges and branches; open_to: last day, empty while it is open.
    """

    personal_fields: ClassVar[tuple[str, ...]] = ()

    name = models.CharField(max_length=200)
    uscc = models.CharField(max_length=18, blank=True)
    kind = models.CharField(max_length=40)
    region_code = models.CharField(max_length=6, blank=True, db_index=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    open_from = models.DateField()
    open_to = models.DateField(null=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["uscc"], condition=~Q(uscc=""), name="organisation_uscc_once"),
            models.CheckConstraint(
                condition=Q(open_to=None) | Q(open_to__gte=F("open_from")), name="organisation_days_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """What an account is in an organisation, from a moment up to, not including, another.

    organisation: empty for roles without one; scope: as desk.people.scopes writes it, {} is what the organisation
    itself sees.
    """

    personal_fields: ClassVar[tuple[str, ...]] = ("granted_by", "ended_by", "end_reason")

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="memberships")
    role = models.CharField(max_length=40)
    scope = models.JSONField(default=dict)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    granted_by = models.CharField(max_length=80)
    ended_by = models.CharField(max_length=80, blank=True)
    end_reason = models.TextField(blank=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="membership_moments_in_order"
            ),
            models.UniqueConstraint(
                fields=["account", "organisation", "role"], condition=Q(valid_to=None), name="membership_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.role}"


class Invitation(models.Model):
    """An offer of a role, taken once with a token of which only the hash is kept.

    token_hash: SHA-256 of the token, hexadecimal; ends_at, withdrawn_at: not to be taken from then on.
    """

    personal_fields: ClassVar[tuple[str, ...]] = ("name", "email", "invited_by")

    token_hash = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=60)
    email = models.EmailField(blank=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="invitations")
    role = models.CharField(max_length=40)
    scope = models.JSONField(default=dict)
    invited_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    taken_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="invitations")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.role} {self.made_at:%Y-%m-%d}"


class RevealedField(models.Model):
    """Who saw which personal field of what, when and why. The value itself is not kept. subject: kind:number."""

    personal_fields: ClassVar[tuple[str, ...]] = ("reason",)

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="revealed_fields")
    subject = models.CharField(max_length=80, db_index=True)
    field = models.CharField(max_length=60)
    reason = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.subject} {self.field}"


class ExportRecord(models.Model):
    """A file that somebody took: which list by which filter, how many rows, its SHA-256, the code printed in it."""

    personal_fields: ClassVar[tuple[str, ...]] = ("filter",)  # what was searched for may be a name

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="exports")
    what = models.CharField(max_length=80)
    filter = models.JSONField(default=dict)
    rows = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    watermark = models.CharField(max_length=20, unique=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.what} {self.watermark}"
