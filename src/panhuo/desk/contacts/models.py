"""One row per contact of a firm. Personal data held: actor (who sent it)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Contact(models.Model):
    """One push to one firm; what was sent twice on a day by one sender is one contact.

    party: engine.records.roster.PartyId at that time. subject: asset_keys that were told of, sorted. override_reason:
    why it was sent though the firm had had as many as the rules allow; "" within the limit.
    """

    personal_fields: ClassVar[tuple[str, ...]] = ("actor",)

    party = models.CharField(max_length=220)
    firm = models.CharField(max_length=200)
    day = models.DateField()
    actor = models.CharField(max_length=60)
    subject = models.JSONField()
    subject_digest = models.CharField(max_length=32)
    override_reason = models.TextField(blank=True)
    run_id = models.CharField(max_length=32)  # desk.history.Run whose list was sent
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("day", "id")
        indexes: ClassVar = [models.Index(fields=["party", "day"], name="contact_party_day")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["party", "day", "actor", "subject_digest"], name="contact_once")
        ]

    def __str__(self) -> str:
        return f"{self.firm} {self.day}"
