"""Editions: what was published, row by row, as it stood that day.

Rows are copies, not references: a patent that lapses or a firm that changes its name leaves earlier editions as
they were. Personal data held: the contact among the cells of a row (given by its owner for publication).
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from panhuo.desk.people.models import Organisation


class Edition(models.Model):
    """One numbered publication; equal content for the same day and audience is the same edition."""

    personal_fields: ClassVar[tuple[str, ...]] = ()

    kind = models.CharField(max_length=24)  # supply_list, dormant_register (its rows lie in the Run)
    number = models.PositiveIntegerField()
    day = models.DateField()
    audience = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64)  # SHA-256 over all rows
    run_id = models.CharField(max_length=32)  # desk.history.Run the list stands on
    pack = models.CharField(max_length=200)
    pack_version = models.CharField(max_length=40)
    columns = models.JSONField()  # keys of the cells, in order
    notes = models.JSONField(default=dict)  # figures said beside the list
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("kind", "number")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "number"], name="edition_number_once"),
            models.UniqueConstraint(fields=["kind", "day", "audience", "digest"], name="edition_content_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number} {self.day}"


class EditionRow(models.Model):
    """One row of an edition: part is list or annex, cells are its frozen values in the edition's columns."""

    personal_fields: ClassVar[tuple[str, ...]] = ("cells",)

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="rows")
    part = models.CharField(max_length=8)
    position = models.PositiveIntegerField()
    asset_key = models.CharField(max_length=60, blank=True)
    cells = models.JSONField()

    class Meta:
        ordering = ("edition", "part", "position")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "part", "position"], name="edition_place_once")
        ]


class Booklet(models.Model):
    """A check booklet as sent to one owner; answers that come back carry its number.

    unit: the owner where it is an organisation here. region_code: the owner's, as its patents tell it. answer_by: last
    day for the answer. sent_by: "" for those of the command line.
    """

    personal_fields: ClassVar[tuple[str, ...]] = ("sent_by",)

    number = models.CharField(max_length=24, unique=True)
    owner = models.CharField(max_length=200)
    owner_code = models.CharField(max_length=20, blank=True)
    day = models.DateField()
    run_id = models.CharField(max_length=32)  # the dormant Run whose candidates are asked about
    asked = models.PositiveIntegerField()
    unit = models.ForeignKey(Organisation, on_delete=models.SET_NULL, null=True, related_name="booklets")
    region_code = models.CharField(max_length=6, blank=True, default="")
    answer_by = models.DateField(null=True)
    sent_by = models.CharField(max_length=80, blank=True, default="")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("day", "number")

    def __str__(self) -> str:
        return f"{self.number} {self.owner}"
