"""Editions: what was published, row by row, as it stood that day.

Rows are copies, not references: a patent that lapses or a firm that changes its name leaves earlier editions as
they were. Personal data held: the contact among the cells of a row (given by its owner for publication).
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from panhuo.desk.people.models import Organisation
from panhuo.desk.registry.models import Asset


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


class LedgerMonth(models.Model):
    """转化月度台账: one counting of a month; the one that stands keeps its rows, earlier ones their figures.

    month: its first day. covered_until: last day of which any ledger speaks. figures: code -> value as text
    (engine.indicators.ledger.Figure). register_version: of the projection that was counted.
    """

    personal_fields: ClassVar[tuple[str, ...]] = ("counted_by",)

    month = models.DateField()
    stands = models.BooleanField(default=True)
    covered_until = models.DateField()
    figures = models.JSONField(default=dict)
    run_id = models.CharField(max_length=32)
    pack = models.CharField(max_length=200)
    pack_version = models.CharField(max_length=40)
    register_version = models.CharField(max_length=80)
    counted_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["month"], condition=models.Q(stands=True), name="one_ledger_of_a_month")
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.id}"


class LedgerEntry(models.Model):
    """One row of a month's official ledgers about one right (件次) with its verdict, as counted.

    kind: licence, transfer, technology_contract. counts: without a strike (engine ledger_facts.Strike). unit: who
    gives, where it is an organisation here. region_code: of who gives; else of the right; else of who receives; ""
    where nothing tells it. amount_cny: of the whole contract.
    """

    personal_fields: ClassVar[tuple[str, ...]] = ("from_party", "to_party")

    ledger = models.ForeignKey(LedgerMonth, on_delete=models.CASCADE, db_index=False, related_name="entries")
    month = models.DateField()
    day = models.DateField()
    kind = models.CharField(max_length=24)
    number = models.CharField(max_length=60, blank=True)
    asset = models.ForeignKey(Asset, on_delete=models.SET_NULL, null=True)
    unit = models.ForeignKey(Organisation, on_delete=models.SET_NULL, null=True, related_name="ledger_entries")
    region_code = models.CharField(max_length=6, blank=True)
    patent_number = models.CharField(max_length=40, blank=True)
    title = models.TextField(blank=True)
    ip_type = models.CharField(max_length=24, blank=True)
    from_party = models.TextField(blank=True)
    to_party = models.TextField(blank=True)
    terms = models.CharField(max_length=20, blank=True)
    counts = models.BooleanField()
    strike = models.CharField(max_length=16, blank=True)
    is_from_university = models.BooleanField()
    size = models.CharField(max_length=16)
    is_university_to_msme = models.BooleanField()
    reconciled = models.CharField(max_length=16)
    counterpart = models.CharField(max_length=60, blank=True)
    amount_cny = models.DecimalField(null=True, max_digits=20, decimal_places=2)

    class Meta:
        ordering = ("day", "id")
        indexes: ClassVar = [
            models.Index(fields=["ledger", "day", "id"], name="ledger_rows_by_day"),
            models.Index(fields=["month", "region_code", "kind"], name="ledger_rows_by_region"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number} {self.day}"
