"""Portfolios with their history: statements are added and never changed, memberships begin and end on a day.

Personal data held: none; who acted stands in the log of actions.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Portfolio(models.Model):
    """One portfolio by its number, such as PF000001."""

    personal_fields: ClassVar[tuple[str, ...]] = ()

    number = models.CharField(max_length=12, unique=True)
    made_on = models.DateField()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.number


class PortfolioStatement(models.Model):
    """What was stated of a portfolio from a day on; of one day the last counts.

    features: list of {code, name, weight}. gaps: what is missing by the word of who states it.
    """

    personal_fields: ClassVar[tuple[str, ...]] = ()

    portfolio = models.ForeignKey(Portfolio, on_delete=models.CASCADE, related_name="statements")
    stated_on = models.DateField()
    name = models.CharField(max_length=200)
    theme = models.CharField(max_length=200, blank=True)
    product = models.CharField(max_length=200)
    centre = models.CharField(max_length=200)
    features = models.JSONField()
    gaps = models.JSONField()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("stated_on", "id")

    def __str__(self) -> str:
        return f"{self.name} {self.stated_on}"


class PortfolioMember(models.Model):
    """A patent in a portfolio from a day, until the day before removed_on. features: codes that it covers."""

    personal_fields: ClassVar[tuple[str, ...]] = ()

    portfolio = models.ForeignKey(Portfolio, on_delete=models.CASCADE, related_name="members")
    asset_key = models.CharField(max_length=60)
    role = models.CharField(max_length=24)
    features = models.JSONField()
    added_on = models.DateField()
    removed_on = models.DateField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("added_on", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["portfolio", "asset_key"], condition=models.Q(removed_on__isnull=True), name="member_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.asset_key} {self.role}"
