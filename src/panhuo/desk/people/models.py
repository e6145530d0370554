"""Accounts of people. Personal data held: Account.login, name, email, phone."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by login, whatever the letters' case."""

    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(login__iexact=username)


class Account(AbstractBaseUser):
    """One person who may sign in. What they may do comes from their memberships, never from this row.

    login is shown in the log and never given to anybody else, also after the account is closed.
    """

    login = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=60)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    is_active = models.BooleanField(default=True)
    is_local = models.BooleanField(default=True)  # false: signs in with the unified login only
    must_change_password = models.BooleanField(default=False)
    made_at = models.DateTimeField()

    USERNAME_FIELD = "login"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[AccountManager] = AccountManager()

    def __str__(self) -> str:
        return self.login
