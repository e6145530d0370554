"""Pieces of background work. The queue itself is django-tasks-db's table; a row here says what people see of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from panhuo.desk.people.models import Account
from panhuo.terms.job_states import OPEN_STATES


class Job(models.Model):
    """One piece of work.

    what: arguments as JSON, numbers of things and no personal data; key: digest of kind and arguments, by which the
    same work is one while it is open; done, of: what the work counts, of 0 where the end is not known; step: a code
    that pages have words for; tries: since it last got further; furthest: greatest done of the tries before; task: its
    place in the queue; error_code, error: why it did not end well, without values from files.
    """

    personal_fields: ClassVar[tuple[str, ...]] = ()

    kind = models.CharField(max_length=40)
    what = models.JSONField(default=dict)
    key = models.CharField(max_length=64)
    asked_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="jobs")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=20, default="waiting")
    done = models.PositiveIntegerField(default=0)
    of = models.PositiveIntegerField(default=0)
    furthest = models.PositiveIntegerField(default=0)
    step = models.CharField(max_length=40, blank=True)
    result = models.JSONField(default=dict)
    error_code = models.CharField(max_length=60, blank=True)
    error = models.CharField(max_length=400, blank=True)
    tries = models.PositiveIntegerField(default=0)
    task = models.UUIDField(null=True)
    next_try_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)
        indexes: ClassVar = [models.Index(fields=["state"], name="job_state")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key"], condition=Q(state__in=sorted(OPEN_STATES)), name="job_open_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} {self.state}"
