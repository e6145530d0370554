"""Inventories (盘点) and their rows: what the engine says of each right on a day, kept for pages; whose a right is.

Rows belong to one inventory and are never changed by hand; the current inventory is the newest that is complete.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from panhuo.desk.people.models import Account, Organisation
from panhuo.desk.registry.models import Asset


class Inventory(models.Model):
    """One taking of stock. figures: counts by kind and code. done_at: empty while its rows are being written.

    register_version: of the projection that it was worked out from, `<commit>-<pack digest>`.
    """

    personal_fields: ClassVar[tuple[str, ...]] = ("taken_by",)

    day = models.DateField()
    pack = models.CharField(max_length=200)
    pack_version = models.CharField(max_length=40)
    register_version = models.CharField(max_length=80)
    rows = models.PositiveIntegerField(default=0)
    figures = models.JSONField(default=dict)
    taken_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.id} {self.day}"


class StockPatent(models.Model):
    """存量专利: one patent of CNIPA as an inventory found it.

    unit: the organisation whose it is: the college where it was placed, else the owner, empty where the owner is no
    organisation here. dormancy: terms.kinds.DormancyState or not_considered, "" where nobody can say; why: codes of
    the reasons, joined by ;. burdens: of desk.registry.standing_facts.BURDENS that lie on it, joined by ;.
    high_value_cases: cases (engine.grading.high_value.CASES) of a high-value invention, joined by ;, "" for all others.
    fee_*: the next annual fee; payable after reduction, which rests on an assumption where fee_is_assumed; yuan.
    consent_until: last day of the owner's consent to be listed, as last told; empty without consent, and for one
    without an end.
    """

    personal_fields: ClassVar[tuple[str, ...]] = ("owner_name",)

    inventory = models.ForeignKey(Inventory, on_delete=models.CASCADE, db_index=False, related_name="patents")
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE)
    unit = models.ForeignKey(Organisation, on_delete=models.SET_NULL, null=True)
    number = models.CharField(max_length=40, blank=True)
    title = models.TextField(blank=True)
    owner_name = models.CharField(max_length=200, blank=True)
    owner_type = models.CharField(max_length=24, blank=True)
    ip_type = models.CharField(max_length=24)
    region_code = models.CharField(max_length=6, blank=True)
    ipc_subclass = models.CharField(max_length=8, blank=True)
    sei_class = models.CharField(max_length=24, blank=True)
    filing_date = models.DateField(null=True)
    grant_date = models.DateField(null=True)
    term_end = models.DateField(null=True)
    status = models.CharField(max_length=24)
    dormancy = models.CharField(max_length=24, blank=True)
    why = models.CharField(max_length=400, blank=True)
    burdens = models.CharField(max_length=120, blank=True)
    grade = models.CharField(max_length=4, blank=True)
    value_score = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    is_high_value = models.BooleanField(null=True)
    high_value_cases = models.CharField(max_length=80, blank=True, default="", db_default="")
    fee_state = models.CharField(max_length=24, blank=True)
    fee_due_on = models.DateField(null=True)
    fee_year = models.PositiveSmallIntegerField(null=True)
    fee_full_cny = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    fee_payable_cny = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    fee_late_cny = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    fee_is_assumed = models.BooleanField(default=False)
    consent_until = models.DateField(null=True)

    class Meta:
        ordering = ("asset_id",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["inventory", "asset"], name="stock_patent_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["inventory", "unit", "asset"], name="stock_by_unit"),
            models.Index(fields=["inventory", "region_code", "asset"], name="stock_by_region"),
            models.Index(fields=["inventory", "dormancy", "asset"], name="stock_by_dormancy"),
            models.Index(fields=["inventory", "number"], name="stock_by_number"),
            models.Index(fields=["inventory", "value_score", "asset"], name="stock_by_score"),
            models.Index(fields=["inventory", "fee_due_on", "asset"], name="stock_by_fee"),
            models.Index(fields=["inventory", "grant_date", "asset"], name="stock_by_grant"),
            models.Index(
                fields=["inventory", "consent_until", "status", "unit", "region_code", "asset"], name="stock_by_consent"
            ),
            models.Index(fields=["inventory", "grade", "value_score", "asset"], name="stock_by_grade"),
            models.Index(fields=["inventory", "term_end", "asset"], name="stock_by_term"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class StockCount(models.Model):
    """How many rights of an inventory are alike in what pages count by: a thousandth of the rows, summed as asked."""

    personal_fields: ClassVar[tuple[str, ...]] = ()

    inventory = models.ForeignKey(Inventory, on_delete=models.CASCADE, related_name="counts")
    unit = models.ForeignKey(Organisation, on_delete=models.SET_NULL, null=True)
    region_code = models.CharField(max_length=6, blank=True)
    owner_type = models.CharField(max_length=24, blank=True)
    ip_type = models.CharField(max_length=24)
    status = models.CharField(max_length=24)
    dormancy = models.CharField(max_length=24, blank=True)
    grade = models.CharField(max_length=4, blank=True)
    fee_state = models.CharField(max_length=24, blank=True)
    is_high_value = models.BooleanField(null=True)
    high_value_cases = models.CharField(max_length=80, blank=True, default="", db_default="")
    patents = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.inventory_id} {self.status} {self.patents}"


class StockYear(models.Model):
    """How many rights of an inventory in one state of dormancy were granted in a year; year: empty where unknown."""

    personal_fields: ClassVar[tuple[str, ...]] = ()

    inventory = models.ForeignKey(Inventory, on_delete=models.CASCADE, related_name="years")
    unit = models.ForeignKey(Organisation, on_delete=models.SET_NULL, null=True)
    region_code = models.CharField(max_length=6, blank=True)
    dormancy = models.CharField(max_length=24, blank=True)
    year = models.PositiveSmallIntegerField(null=True)
    patents = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.inventory_id} {self.dormancy} {self.year} {self.patents}"


class StockDue(models.Model):
    """How many rights of an inventory fall due in one way. code: desk.inventory.falling_due.KEPT."""

    personal_fields: ClassVar[tuple[str, ...]] = ()

    inventory = models.ForeignKey(Inventory, on_delete=models.CASCADE, related_name="dues")
    unit = models.ForeignKey(Organisation, on_delete=models.SET_NULL, null=True)
    region_code = models.CharField(max_length=6, blank=True)
    code = models.CharField(max_length=16)
    patents = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.inventory_id} {self.code} {self.patents}"


class Placement(models.Model):
    """Which college or other part of its owner a right belongs to; ended by the next one."""

    personal_fields: ClassVar[tuple[str, ...]] = ("placed_by",)

    asset = models.OneToOneField(Asset, on_delete=models.CASCADE, related_name="placement")
    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="placements")
    placed_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.asset_id} {self.unit_id}"


class Inventorship(models.Model):
    """An account that is one of a right's inventors, as its organisation confirmed."""

    personal_fields: ClassVar[tuple[str, ...]] = ("confirmed_by",)

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="inventorships")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="inventorships")
    confirmed_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["asset", "account"], name="inventorship_once")]

    def __str__(self) -> str:
        return f"{self.asset_id} {self.account_id}"


class WithheldPatent(models.Model):
    """A right that an account scores blindly at the moment: it is shown to him nowhere else, whatever he is."""

    personal_fields: ClassVar[tuple[str, ...]] = ()

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="withheld")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="withheld_patents")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["asset", "account"], name="withheld_once")]

    def __str__(self) -> str:
        return f"{self.asset_id} {self.account_id}"
