"""One row per computation; a published number points to its Run and is never recomputed in place. One row per act of a
person. Personal data held: LoggedAction.actor.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models


def _new_id() -> str:
    return uuid.uuid4().hex


class Run(models.Model):
    """What was run, on what and by which rules; results hold the figures that were answered."""

    personal_fields: ClassVar[tuple[str, ...]] = ()

    id = models.CharField(primary_key=True, max_length=32, default=_new_id)
    command = models.CharField(max_length=40, db_index=True)
    engine_version = models.CharField(max_length=40)
    pack = models.CharField(max_length=200, blank=True)
    pack_version = models.CharField(max_length=40, blank=True)
    pack_digest = models.CharField(max_length=64, blank=True)
    at = models.DateField(null=True)
    inputs_digest = models.CharField(max_length=64, db_index=True)
    params = models.JSONField(default=dict)
    reads = models.JSONField(default=dict)
    results = models.JSONField(default=dict)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("-made_at", "-id")

    def __str__(self) -> str:
        return f"{self.command} {self.at or ''} {self.id[:8]}"


class LoggedAction(models.Model):
    """What somebody did to something: written once, never changed.

    subject: kind and number, such as case:PG000001; data: JSON values of the act, without names of other people.
    """

    personal_fields: ClassVar[tuple[str, ...]] = ("actor",)

    subject = models.CharField(max_length=80, db_index=True)
    act = models.CharField(max_length=40)
    actor = models.CharField(max_length=60)
    day = models.DateField()
    data = models.JSONField(default=dict)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.subject} {self.act} {self.day}"
