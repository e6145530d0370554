"""One row per computation; a published number points to its Run and is never recomputed in place. One row per act of a
person, all leaves of one tree. Personal data held: LoggedAction.actor, and what before, after, data and reason say.
"""

from __future__ import annotations

import uuid
from typing import Any, ClassVar, NoReturn, Self

from django.db import models

from panhuo.terms.errors import DomainError


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


def _refuse(what: str) -> NoReturn:
    raise DomainError(
        f"{what}: the log is only ever added to, by log_action. What was wrong is put right by a further act.",
        code="append_only",
    )


class AppendOnly(models.QuerySet[Any]):
    """Rows that are written once; a trigger of the database refuses what goes around this class."""

    def update(self, **kwargs: Any) -> int:
        _refuse("Entries are not changed")

    def delete(self) -> tuple[int, dict[str, int]]:
        _refuse("Entries are not deleted")

    def bulk_create(self, *args: Any, **kwargs: Any) -> list[Any]:
        _refuse("Entries are not written in bulk")

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        _refuse("Entries are not changed")


class WrittenOnce(models.Model):
    """save() works for a new row that an action hands over with `written_by_action`, once."""

    class Meta:
        abstract = True

    objects: ClassVar[models.Manager[Self]] = models.Manager.from_queryset(AppendOnly)()

    written_by_action = False

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not (self.written_by_action and self._state.adding):
            _refuse(f"{self._meta.label} {self.pk} is not saved")
        super().save(force_insert=True, using=kwargs.get("using"))

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        _refuse(f"{self._meta.label} {self.pk} is not deleted")


class LoggedAction(WrittenOnce):
    """What somebody did to something: written once, never changed.

    number: 1, 2, 3 ... without gaps. subject: kind and number, such as case:PG000001; act: a verb's code; role: as
    what the actor did it, may be empty; before, after: JSON values of what was changed; data: those of the act, without
    names of other people; leaf: hash of the entry's bytes (engine.proof.canonical) in the tree.
    """

    personal_fields: ClassVar[tuple[str, ...]] = ("actor",)

    number = models.BigIntegerField(primary_key=True)
    subject = models.CharField(max_length=80, db_index=True)
    act = models.CharField(max_length=40)
    actor = models.CharField(max_length=60)
    role = models.CharField(max_length=60, blank=True, default="")
    day = models.DateField()
    reason = models.TextField(blank=True, default="")
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    data = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    leaf = models.BinaryField(max_length=32)

    class Meta:
        ordering = ("number",)
        indexes: ClassVar = [
            models.Index(fields=["actor", "number"], name="logged_by_actor"),
            models.Index(fields=["act", "number"], name="logged_by_act"),
            models.Index(fields=["subject", "number"], name="logged_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.act} {self.day}"


class LogTree(models.Model):
    """The one row of the tree, locked by whoever adds: hash, count of entries, roots of its complete subtrees.

    hash: empty until the first entry. tops: 32 bytes for each one in the binary form of size (engine.proof.Frontier).
    """

    personal_fields: ClassVar[tuple[str, ...]] = ()

    id = models.SmallIntegerField(primary_key=True)
    hash = models.CharField(max_length=10, blank=True, default="")
    size = models.BigIntegerField(default=0)
    tops = models.BinaryField(default=b"")

    def __str__(self) -> str:
        return f"{self.size} entries, {self.hash}"


class LogNode(WrittenOnce):
    """A complete subtree of 2**level entries, level 8, 16, ...; number from 0. It never changes once it is full."""

    personal_fields: ClassVar[tuple[str, ...]] = ()

    id = models.BigAutoField(primary_key=True)
    level = models.SmallIntegerField()
    number = models.BigIntegerField()
    digest = models.BinaryField(max_length=32)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("level", "number"), name="history_lognode_place"),)

    def __str__(self) -> str:
        return f"{self.level}/{self.number}"


class LogHead(WrittenOnce):
    """A signed head that was handed out, one for each size: later ones must agree with it."""

    personal_fields: ClassVar[tuple[str, ...]] = ()

    size = models.BigIntegerField(primary_key=True)
    note = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("size",)

    def __str__(self) -> str:
        return f"head of {self.size}"


class LogReceipt(WrittenOnce):
    """What an outside witness gave for a head (adapters.proofs.receipts)."""

    personal_fields: ClassVar[tuple[str, ...]] = ()

    id = models.BigAutoField(primary_key=True)
    head = models.ForeignKey(LogHead, on_delete=models.PROTECT, related_name="receipts")
    content = models.JSONField()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"receipt of head {self.head_id}"
