"""Files that were sent in, and what their headings were said to mean."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from panhuo.desk.jobs.models import Job
from panhuo.desk.people.models import Account, Organisation
from panhuo.desk.registry.models import SourceFile


class Upload(models.Model):
    """A file that somebody sent in for their organisation.

    digest, size: of its bytes, which lie in the home's folder uploads; as_of: the day for which it speaks; fills_own:
    rows that name no owner (an office: no region) are the sender's own; headings: normalised heading -> field, "" left
    out; seen: what was recognised (adapters.readers.previews), without its rows once the import was asked for; source:
    what the register knows of the reading; was_read_before: whether the register had read the same before this import
    began, null until then; new ... rejected: rows, once it was read; refused_members: files of an archive.
    """

    personal_fields: ClassVar[tuple[str, ...]] = ("name", "seen", "refused_members")

    digest = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    size = models.BigIntegerField()
    sent_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="uploads")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="uploads")
    sent_at = models.DateTimeField()
    as_of = models.DateField(null=True)
    fills_own = models.BooleanField(default=False)
    headings = models.JSONField(default=dict)
    seen = models.JSONField(default=dict)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, null=True, related_name="uploads")
    source = models.ForeignKey(SourceFile, on_delete=models.PROTECT, null=True, related_name="uploads")
    was_read_before = models.BooleanField(null=True)
    is_read = models.BooleanField(default=False)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    waiting = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    refused_members = models.JSONField(default=list)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.pk} {self.digest[:8]}"

    @property
    def rows(self) -> int:
        """Rows that were read."""
        return self.new + self.changed + self.unchanged + self.waiting + self.rejected


class SaidHeadings(models.Model):
    """What an organisation said the headings of a table mean; offered when a table with the same headings comes again.

    digest: of the headings (adapters.readers.previews.headings_digest); headings: as Upload has them.
    """

    personal_fields: ClassVar[tuple[str, ...]] = ()

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="said_headings")
    digest = models.CharField(max_length=64)
    headings = models.JSONField(default=dict)
    said_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="said_headings")
    said_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["organisation", "digest"], name="said_headings_once")]

    def __str__(self) -> str:
        return self.digest[:8]
